package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

// migrateCmd brings the database up to this program.
type migrateCmd struct {
	Data string `help:"Folder of the database." default:"data/desk" env:"MADOGUCHI_DATA" type:"existingdir"`
}

// Run migrates and says so.
func (c *migrateCmd) Run(ctx context.Context, stdout io.Writer) error {
	s, err := openStore(ctx, c.Data)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is up to date.\n", filepath.Join(c.Data, databaseName))
	return s.Close()
}

// checkCmd proves a database: every chain, text, row and clock.
type checkCmd struct {
	Data string `help:"Folder of the database. The desk must not be running." default:"data/desk" env:"MADOGUCHI_DATA" type:"existingdir"`
	JSON bool   `help:"Print the findings as JSON."`
}

// errFindings ends a command that worked and found something.
var errFindings = errors.New("something is wrong")

// Run prints what is wrong where; errFindings when there is anything.
func (c *checkCmd) Run(ctx context.Context, stdout io.Writer) error {
	if _, err := os.Stat(filepath.Join(c.Data, databaseName)); err != nil {
		return mistake{fmt.Sprintf("no database in %s: name its folder with --data", c.Data)}
	}
	h, err := openChecked(ctx, c.Data)
	if err != nil {
		return err
	}
	began := time.Now()
	problems, err := h.store.Check(ctx, store.CheckOptions{Fold: h.refold})
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	if c.JSON {
		if problems == nil {
			problems = []store.Problem{}
		}
		if err := json.NewEncoder(stdout).Encode(map[string]any{"problems": problems}); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintf(stdout, "%s: %s\n", p.Where, p.What)
		}
		fmt.Fprintf(stdout, "checked in %s: %d findings\n", time.Since(began).Round(time.Millisecond), len(problems))
	}
	if len(problems) > 0 {
		return errFindings
	}
	return nil
}

// openChecked opens a database with the pack that its brand names, without
// changing anything but the schema.
func openChecked(ctx context.Context, data string) (*house, error) {
	s, err := openStore(ctx, data)
	if err != nil {
		return nil, err
	}
	h := &house{store: s}
	h.packs, err = func() (*desk.Packs, error) {
		brand, err := s.Brand(ctx)
		if err != nil {
			return nil, err
		}
		all, err := readAllPacks(ctx, s)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if p.ID == brand.PackID && p.Version == brand.PackVersion {
				return desk.NewPacks(p, all...)
			}
		}
		return nil, fmt.Errorf("the database names policy pack %s@%d and does not hold it", brand.PackID, brand.PackVersion)
	}()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return h, nil
}
