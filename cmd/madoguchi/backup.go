package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"madoguchi/internal/blob"
	"madoguchi/internal/store"
)

// backupCmd copies the file of a desk, which may be running.
type backupCmd struct {
	place
	reader
	withFiles
	File    string `arg:"" help:"The file to write, which must not exist. Files go into a folder beside it, with .files at the end of its name." type:"path"`
	NoCheck bool   `help:"Do not prove the copy: check it elsewhere."`
}

// backedUp is what a program reads of a backup or a restored database.
type backedUp struct {
	File     string          `json:"file"`
	Bytes    int64           `json:"bytes"`
	Files    int64           `json:"files"` // that belong to it
	Held     int64           `json:"file_bytes"`
	Checked  bool            `json:"checked"`
	Problems []store.Problem `json:"problems"`
}

// Run writes the copy and proves it. A copy with findings stays, and is told.
// Files are copied before the database, so that one that is erased meanwhile is in
// the copy with its row, and once more after it, so that those that came meanwhile
// are.
func (c *backupCmd) Run(ctx context.Context, stdout io.Writer) error {
	if c.Database != "" {
		return mistake{word(c.language(), "backup.postgresql")}
	}
	if err := c.known(); err != nil {
		return err
	}
	for _, there := range []string{c.File, filesBeside(c.File)} {
		if _, err := os.Lstat(there); !errors.Is(err, fs.ErrNotExist) {
			return refusal{fmt.Sprintf(word(c.language(), "export.exists"), there)}
		}
	}
	s, err := store.OpenBeside(ctx, c.where())
	if err != nil {
		return err
	}
	var into *blob.Folder
	if !c.NoFiles {
		if into, err = blob.New(filesBeside(c.File)); err == nil {
			_, err = copyFiles(ctx, s, blob.At(c.files()), into)
		}
	}
	if err == nil {
		err = s.Backup(ctx, c.File)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return c.end(ctx, stdout, into)
}

// end copies the files that came meanwhile and proves all of it; into is nil when
// files are left out.
func (c *backupCmd) end(ctx context.Context, stdout io.Writer, into *blob.Folder) error {
	s, err := store.OpenBeside(ctx, c.File)
	if err != nil {
		return err
	}
	var held copied
	if into != nil {
		held, err = copyFiles(ctx, s, blob.At(c.files()), into)
	}
	check := func(p *proof) error {
		h, err := checkedHouse(ctx, s)
		if err != nil {
			return err
		}
		if err := p.run(ctx, h); err != nil || into == nil {
			return err
		}
		return p.files(ctx, s, into)
	}
	if c.NoCheck {
		check = nil
	}
	if err == nil {
		err = proven(stdout, c.reader, c.File, word(c.language(), "backup.done"), held, check)
	}
	return errors.Join(err, s.Close())
}

// restoreCmd puts a backup into the place of a desk's file.
type restoreCmd struct {
	place
	reader
	withFiles
	File string `arg:"" help:"What backup wrote. Files are taken from the folder beside it." type:"path"`
}

// Run copies the backup into the data folder, which holds no database, and
// proves it there. Files go first: a database without them would be taken for whole.
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
	held, err := c.filesBack(ctx)
	if err != nil {
		return err
	}
	err = store.Restore(ctx, c.File, c.where())
	if errors.Is(err, fs.ErrExist) {
		return refusal{fmt.Sprintf(word(c.language(), "restore.exists"), c.Data)}
	}
	if err != nil {
		return refusal{err.Error()}
	}
	return proven(stdout, c.reader, c.where(), word(c.language(), "restore.done"), held, func(p *proof) error {
		h, err := openChecked(ctx, c.place) // a backup of an older program is brought up
		if err != nil {
			return err
		}
		if err = p.run(ctx, h); err == nil && !c.NoFiles {
			err = p.files(ctx, h.store, blob.At(c.files()))
		}
		return errors.Join(err, h.close())
	})
}

// filesBack copies what lies beside the backup, if anything does, to where the desk
// looks for it. Nothing of it happens where there is a database already.
func (c *restoreCmd) filesBack(ctx context.Context) (held copied, err error) {
	from := blob.At(filesBeside(c.File))
	if _, err := os.Stat(from.Dir()); err != nil || c.NoFiles {
		return held, nil // the proof says what is missing
	}
	if _, err := os.Lstat(c.where()); !errors.Is(err, fs.ErrNotExist) {
		return held, nil // it is refused
	}
	into, err := blob.New(c.files())
	if err != nil {
		return held, err
	}
	return held, from.Walk(ctx, func(f blob.Found) error {
		if f.Part {
			return nil
		}
		return held.copy(ctx, f.Ref, from, into)
	})
}

// proven says what a copy is and, unless check is nil, what is wrong with it.
func proven(stdout io.Writer, r reader, path, said string, held copied, check func(*proof) error) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	out := backedUp{File: path, Bytes: info.Size(), Files: held.files, Held: held.bytes, Checked: check != nil}
	if !r.JSON {
		fmt.Fprintf(stdout, said+"\n", out.File, out.Bytes)
		fmt.Fprintf(stdout, word(r.language(), "backup.files")+"\n", out.Files, out.Held)
	}
	p := newProof(stdout, r.JSON)
	held.tell(p)
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
	if check == nil && p.findings == 0 {
		return nil
	}
	return p.end()
}
