package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"madoguchi/internal/blob"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// importCmd fills a database.
type importCmd struct {
	File importFileCmd `cmd:"" default:"withargs" help:"Fill a new database with what export wrote."`
	CSV  importCSVCmd  `cmd:"" help:"Enter accounts, contacts, contracts and what belongs to them from CSV files."`
}

// importFileCmd makes a database of an export.
type importFileCmd struct {
	place
	reader
	withFiles
	File string `arg:"" help:"The export, compressed or not; - is standard input."`
}

// imported is what a program reads of it.
type imported struct {
	Database string          `json:"database"`
	Tables   int             `json:"tables"`
	Rows     int64           `json:"rows"`
	SHA256   string          `json:"sha256"`
	Problems []store.Problem `json:"problems"`
}

// Run enters everything, or nothing, and proves the database.
func (c *importFileCmd) Run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	from := stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return mistake{fmt.Sprintf(word(c.language(), "import.no_file"), err)}
		}
		defer f.Close()
		from = f
	}
	text, err := inflated(from)
	if err != nil {
		return err
	}
	s, err := c.fresh(ctx)
	if err != nil {
		return err
	}
	done, err := s.Import(ctx, text)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	out := imported{Database: s.Name(), Tables: done.Tables, Rows: done.Rows, SHA256: done.SHA256}
	if !c.JSON {
		fmt.Fprintf(stdout, word(c.language(), "import.done")+"\n", out.Database, out.Rows, out.Tables)
	}
	p := newProof(stdout, c.JSON)
	h, err := checkedHouse(ctx, s)
	if err == nil {
		err = p.run(ctx, h)
	}
	if err == nil && !c.NoFiles {
		err = p.files(ctx, s, blob.At(c.files()))
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if out.Problems = p.problems; c.JSON {
		if err := printJSON(stdout, out); err != nil {
			return err
		}
	}
	return p.end()
}

// fresh opens a database and gives a new one its schema. One that has an older
// schema is none to import into and stays as it is.
func (p place) fresh(ctx context.Context) (*store.Store, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s, err := p.made(ctx)
	if err != nil {
		return nil, refusal{err.Error()}
	}
	version, err := s.Version(ctx)
	if err == nil && version == 0 {
		err = s.Migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// inflated is the text of a file that may be compressed.
func inflated(from io.Reader) (io.Reader, error) {
	b := bufio.NewReader(from)
	first, err := b.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(first, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, support.Refuse(support.Invalid, "export.none")
	}
	return z, nil
}
