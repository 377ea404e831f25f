package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

// migrateCmd brings the database up to this program.
type migrateCmd struct {
	place
}

// Run migrates and says so.
func (c *migrateCmd) Run(ctx context.Context, stdout io.Writer) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is up to date.\n", s.Name())
	return s.Close()
}

// checkCmd proves a database: every chain, text, row and clock, and the bytes of
// every file. A desk that keeps a file must not be running meanwhile.
type checkCmd struct {
	place
	withFiles
	JSON    bool `help:"Print the findings as JSON."`
	Rebuild bool `help:"Enter the words of the search anew first."`
}

// errFindings ends a command that worked and found something.
var errFindings = errors.New("something is wrong")

// Run prints what is wrong where; errFindings when there is anything.
func (c *checkCmd) Run(ctx context.Context, stdout io.Writer) error {
	if err := c.known(); err != nil {
		return err
	}
	h, err := openChecked(ctx, c.place)
	if err != nil {
		return err
	}
	p := newProof(stdout, c.JSON)
	if c.Rebuild {
		err = h.rebuild(ctx)
	}
	if err == nil {
		err = p.run(ctx, h)
	}
	if err == nil && !c.NoFiles {
		err = p.files(ctx, h.store, blob.At(c.files()))
	}
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(stdout).Encode(map[string]any{"problems": p.problems}); err != nil {
			return err
		}
	}
	return p.end()
}

// proof is a check whose findings are printed as they are found, so that none is
// held in memory, or kept for programs.
type proof struct {
	w        io.Writer
	json     bool
	began    time.Time
	findings int
	problems []store.Problem // for programs; no findings are an empty list
}

func newProof(w io.Writer, json bool) *proof {
	return &proof{w: w, json: json, began: time.Now(), problems: []store.Problem{}}
}

// run proves the house's database.
func (p *proof) run(ctx context.Context, h *house) error {
	_, err := h.store.Check(ctx, store.CheckOptions{Fold: h.refold, Found: p.found})
	return err
}

func (p *proof) found(x store.Problem) {
	p.findings++
	if p.json {
		p.problems = append(p.problems, x)
		return
	}
	fmt.Fprintln(p.w, x)
}

// rebuild enters the words of the search anew.
func (h *house) rebuild(ctx context.Context) error {
	err := h.store.EmptySearch(ctx)
	for left := true; left && err == nil; {
		left, err = h.store.FillSearch(ctx)
	}
	return err
}

// end tells people how long it took; errFindings when there was anything.
func (p *proof) end() error {
	if !p.json {
		fmt.Fprintf(p.w, "checked in %s: %d findings\n", time.Since(p.began).Round(time.Millisecond), p.findings)
	}
	if p.findings > 0 {
		return errFindings
	}
	return nil
}

// openChecked opens a database with the pack that its brand names, without
// changing anything but the schema.
func openChecked(ctx context.Context, at place) (*house, error) {
	s, err := at.open(ctx)
	if err != nil {
		return nil, err
	}
	h, err := checkedHouse(ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return h, nil
}

// checkedHouse has the pack that the database names.
func checkedHouse(ctx context.Context, s *store.Store) (*house, error) {
	h := &house{store: s}
	var err error
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
	return h, err
}
