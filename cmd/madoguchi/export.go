package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"madoguchi/internal/store"
)

// exportCmd writes everything that a database holds. A desk may be running.
type exportCmd struct {
	place
	reader
	File string `arg:"" optional:"" help:"The file to write, which must not exist; compressed when its name ends in .gz. Standard output when it is left out." type:"path"`
}

// exported is what a program reads of it.
type exported struct {
	File   string `json:"file"`
	Tables int    `json:"tables"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Run writes the export. A file that could not be written to its end is
// removed.
func (c *exportCmd) Run(ctx context.Context, stdout io.Writer) error {
	if err := c.known(); err != nil {
		return err
	}
	s, err := store.OpenBeside(ctx, c.where())
	if err != nil {
		return err
	}
	if c.File == "" {
		_, err := s.Export(ctx, stdout)
		return errors.Join(err, s.Close())
	}
	done, err := c.write(ctx, s)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(stdout, exported{c.File, done.Tables, done.Rows, done.SHA256})
	}
	fmt.Fprintf(stdout, word(c.language(), "export.done")+"\n", c.File, done.Rows, done.Tables)
	return nil
}

// write makes the file, for its owner's eyes alone: it holds what people wrote
// and what their tokens are known by.
func (c *exportCmd) write(ctx context.Context, s *store.Store) (done store.Carried, err error) {
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return done, refusal{fmt.Sprintf(word(c.language(), "export.exists"), c.File)}
	}
	if err != nil {
		return done, mistake{fmt.Sprintf(word(c.language(), "export.no_file"), err)}
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(c.File))
		}
	}()
	if !strings.HasSuffix(c.File, ".gz") {
		if done, err = s.Export(ctx, f); err != nil {
			return done, err
		}
		return done, f.Sync()
	}
	z := gzip.NewWriter(f)
	if done, err = s.Export(ctx, z); err != nil {
		return done, err
	}
	return done, errors.Join(z.Close(), f.Sync())
}
