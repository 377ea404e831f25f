package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNoBackup says that a database is backed up by its own server's tools.
var ErrNoBackup = errors.New("a database of PostgreSQL is backed up by its own tools")

// Backup writes the whole database, as it is at one instant, into a new file
// that is a database itself, and returns when that is durable. Writers are not
// held up; their log grows meanwhile, as it cannot be emptied. A file that exists
// is [fs.ErrExist]; one that could not be written to its end is removed. It is
// readable by its owner alone. For SQLite only: else [ErrNoBackup].
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.usable(); err != nil {
		return err
	}
	if s.e.dialect().name != sqliteDialect.name {
		return ErrNoBackup
	}
	return wrap(explained(s.copyTo(ctx, path)), "back up %s", s.name)
}

// copyTo lets the engine write a copy, and returns when the file and its name are
// durable.
func (s *Store) copyTo(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	// Readers may write nowhere, not even into another file.
	db, err := sql.Open("sqlite", dsn(s.name))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", path)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Restore puts a backup into the place of a SQLite database that is not there:
// a path at which there is anything already is [fs.ErrExist], its log beside it
// too, which would be taken for the backup's. It returns when the copy is
// durable; a copy that was interrupted is not taken for a database. The backup may
// be of an older schema: it is for [Store.Migrate] to bring up.
func Restore(ctx context.Context, backup, path string) error {
	lock, err := lockFile(path)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = lock.release() }()
	for _, there := range []string{path, path + "-wal", path + "-shm"} {
		if _, err := os.Lstat(there); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(&fs.PathError{Op: "restore", Path: there, Err: fs.ErrExist}, err)
		}
	}
	from, err := OpenBeside(ctx, backup)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, from.Close())
	}
	version, err := from.Version(ctx)
	if err == nil && version == 0 {
		err = fmt.Errorf("%s holds no desk", backup)
	}
	if err == nil {
		err = from.copyTo(ctx, part)
	}
	if err := errors.Join(err, from.Close()); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}
