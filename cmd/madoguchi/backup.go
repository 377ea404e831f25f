package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"madoguchi/internal/store"
)

// backupCmd copies the file of a desk, which may be running.
type backupCmd struct {
	place
	reader
	File    string `arg:"" help:"The file to write, which must not exist." type:"path"`
	NoCheck bool   `help:"Do not prove the copy: check it elsewhere."`
}

// backedUp is what a program reads of a backup or a restored database.
type backedUp struct {
	File     string          `json:"file"`
	Bytes    int64           `json:"bytes"`
	Checked  bool            `json:"checked"`
	Problems []store.Problem `json:"problems"`
}

// Run writes the copy and proves it. A copy with findings stays, and is told.
func (c *backupCmd) Run(ctx context.Context, stdout io.Writer) error {
	if c.Database != "" {
		return mistake{word(c.language(), "backup.postgresql")}
	}
	if err := c.known(); err != nil {
		return err
	}
	s, err := store.OpenBeside(ctx, c.where())
	if err != nil {
		return err
	}
	err = errors.Join(s.Backup(ctx, c.File), s.Close())
	if errors.Is(err, fs.ErrExist) {
		return refusal{fmt.Sprintf(word(c.language(), "export.exists"), c.File)}
	}
	if err != nil {
		return err
	}
	check := func(p *proof) error { return checkedBeside(ctx, c.File, p) }
	if c.NoCheck {
		check = nil
	}
	return proven(stdout, c.reader, c.File, word(c.language(), "backup.done"), check)
}

// restoreCmd puts a backup into the place of a desk's file.
type restoreCmd struct {
	place
	reader
	File string `arg:"" help:"What backup wrote." type:"path"`
}

// Run copies the backup into the data folder, which holds no database, and
// proves it there.
func (c *restoreCmd) Run(ctx context.Context, stdout io.Writer) error {
	if c.Database != "" {
		return mistake{word(c.language(), "backup.postgresql")}
	}
	if _, err := os.Stat(c.File); err != nil {
		return mistake{fmt.Sprintf(word(c.language(), "restore.no_file"), err)}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	err := store.Restore(ctx, c.File, c.where())
	if errors.Is(err, fs.ErrExist) {
		return refusal{fmt.Sprintf(word(c.language(), "restore.exists"), c.Data)}
	}
	if err != nil {
		return refusal{err.Error()}
	}
	return proven(stdout, c.reader, c.where(), word(c.language(), "restore.done"), func(p *proof) error {
		h, err := openChecked(ctx, c.place) // a backup of an older program is brought up
		if err != nil {
			return err
		}
		return errors.Join(p.run(ctx, h), h.close())
	})
}

// proven says what a copy is and, unless check is nil, what is wrong with it.
func proven(stdout io.Writer, r reader, path, said string, check func(*proof) error) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	out := backedUp{File: path, Bytes: info.Size(), Checked: check != nil}
	if !r.JSON {
		fmt.Fprintf(stdout, said+"\n", out.File, out.Bytes)
	}
	p := newProof(stdout, r.JSON)
	if check != nil {
		if err := check(p); err != nil {
			return err
		}
	}
	if out.Problems = p.problems; r.JSON {
		if err := printJSON(stdout, out); err != nil {
			return err
		}
	}
	if check == nil {
		return nil
	}
	return p.end()
}

// checkedBeside proves a file that nobody is to change.
func checkedBeside(ctx context.Context, path string, p *proof) error {
	s, err := store.OpenBeside(ctx, path)
	if err != nil {
		return err
	}
	h, err := checkedHouse(ctx, s)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	return errors.Join(p.run(ctx, h), h.close())
}
