package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"madoguchi/internal/blob"
	"madoguchi/internal/store"
)

// withFiles lets a command leave the folder of files alone.
type withFiles struct {
	NoFiles bool `help:"Leave the folder of files out of it."`
}

// filesBeside is the folder of files of a backup.
func filesBeside(backup string) string { return backup + ".files" }

// doubtsHeld is how many missing files a proof looks for a second time.
const doubtsHeld = 1000

// files proves that every file that a row names lies in a folder, with the bytes
// that were stored (T10). A running desk may have removed one meanwhile: what no row
// names any more is not missing.
func (p *proof) files(ctx context.Context, s *store.Store, folder *blob.Folder) error {
	missing := map[string]string{}
	named, lost := 0, 0
	err := s.NamedFiles(ctx, func(k store.KeptFile) error {
		if k.Size < 0 {
			return nil // to be removed
		}
		named++
		file, err := folder.Open(ctx, blob.Ref{Key: k.Key, Size: k.Size})
		switch {
		case err == nil:
			return file.Close()
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			if lost++; len(missing) < doubtsHeld {
				missing[k.Key] = k.Where
			}
		default:
			p.found(store.Problem{Where: k.Where, What: fmt.Sprintf("%s: %v", k.Key, err)})
		}
		return nil
	})
	if err != nil || lost == 0 {
		return err
	}
	if _, err := os.Stat(folder.Dir()); errors.Is(err, fs.ErrNotExist) {
		p.found(store.Problem{Where: "folder of files", What: fmt.Sprintf("%s is not there, and %d files are named: say with --files where it is", folder.Dir(), named)})
		return nil
	}
	more := lost - len(missing)
	if err := stillNamed(ctx, s, missing); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		p.found(store.Problem{Where: missing[key], What: key + " is not in the folder of files"})
	}
	if more > 0 {
		p.found(store.Problem{Where: "folder of files", What: fmt.Sprintf("%d more files are not in it", more)})
	}
	return nil
}

// stillNamed takes out what no row names.
func stillNamed(ctx context.Context, s *store.Store, missing map[string]string) error {
	named := map[string]bool{}
	err := s.NamedFiles(ctx, func(k store.KeptFile) error {
		if k.Size >= 0 && missing[k.Key] != "" {
			named[k.Key] = true
		}
		return nil
	})
	maps.DeleteFunc(missing, func(key, _ string) bool { return !named[key] })
	return err
}

// copied is what a copy of files has come to.
type copied struct {
	files, bytes int64
	damaged      []string // keys of what was left out; the first ones
}

// tell tells what was left out.
func (c copied) tell(p *proof) {
	for _, key := range c.damaged {
		p.found(store.Problem{Where: "copy of the files", What: key + " is damaged where it was to be copied from, and was left out"})
	}
}

// copyFiles copies what the rows of a database name from one folder to another.
func copyFiles(ctx context.Context, s *store.Store, from, into *blob.Folder) (c copied, err error) {
	err = s.NamedFiles(ctx, func(k store.KeptFile) error {
		if k.Size < 0 {
			return nil
		}
		return c.copy(ctx, blob.Ref{Key: k.Key, Size: k.Size}, from, into)
	})
	return c, err
}

// copy copies a file. One that is missing is left out, as one that is damaged is:
// the proof of the copy says so.
func (c *copied) copy(ctx context.Context, ref blob.Ref, from, into *blob.Folder) error {
	err := from.Copy(ctx, ref, into)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, blob.ErrDamaged) || errors.Is(err, blob.ErrKey):
		if len(c.damaged) < doubtsHeld {
			c.damaged = append(c.damaged, ref.Key)
		}
		return nil
	case err == nil:
		c.files++
		c.bytes += ref.Size
	}
	return err
}
