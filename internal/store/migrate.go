package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema, forward only.
type migration struct {
	version int
	name    string
	text    string // of this engine
	sha256  string // of the file, the same on every engine
}

// of gives the text of a step for an engine: its words for the placeholders,
// and none of the blocks that are marked as another's.
//
//	-- only postgresql
//	CREATE SEQUENCE ...
//	-- end only
func (d dialect) of(text string) string {
	var b strings.Builder
	mine := true
	for line := range strings.Lines(text) {
		switch name, only := strings.CutPrefix(strings.TrimSpace(line), "-- only "); {
		case only:
			mine = name == d.name
		case strings.TrimSpace(line) == "-- end only":
			mine = true
		case mine:
			b.WriteString(line)
		}
	}
	return d.words.Replace(b.String())
}

// migrations reads the steps, 0001_name.sql and on, without a gap.
func migrations(d dialect) ([]migration, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, file := range files {
		b, err := fs.ReadFile(migrationFiles, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(strings.TrimSuffix(file, ".sql"), "migrations/")
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("migration %s: expected number %04d", file, i+1)
		}
		sum := sha256.Sum256(b)
		out = append(out, migration{i + 1, name, d.of(string(b)), hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// Migrate brings the schema to this program's version, each step in a
// transaction of its own, and opens the store for reads and updates. It does
// nothing when the schema is up to date, and refuses a database whose steps
// differ from this program's.
func (s *Store) Migrate(ctx context.Context) error {
	d := s.e.dialect()
	steps, err := s.steps(d)
	if err != nil {
		return err
	}
	last, err := s.Version(ctx)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", s.name, err)
	}
	if last > 0 { // nothing is written where nothing has to be: a standby can be checked
		return s.step(ctx, steps)
	}
	err = s.e.migrating(ctx, func(tx *Tx) error {
		return tx.script(d.words.Replace(`CREATE TABLE IF NOT EXISTS migration (
  version {{i64}} PRIMARY KEY,
  name    TEXT NOT NULL,
  sha256  TEXT NOT NULL
){{strict}}`))
	})
	if err != nil {
		return fmt.Errorf("migrate %s: %w", s.name, err)
	}
	return s.step(ctx, steps)
}

// step applies those steps that were not, and opens the store.
func (s *Store) step(ctx context.Context, steps []migration) error {
	for _, m := range steps {
		if err := s.e.migrating(ctx, m.apply); err != nil {
			return fmt.Errorf("migrate %s to %s: %w", s.name, m.name, err)
		}
	}
	return s.checkSchema(ctx)
}

func (m migration) apply(tx *Tx) error {
	done := ""
	err := tx.all(func(r scanner) error { return r.Scan(&done) }, "SELECT sha256 FROM migration WHERE version = $1", m.version)
	if err != nil {
		return err
	}
	if done == m.sha256 {
		return nil
	}
	if done != "" {
		return fmt.Errorf("the step that was applied is another one than this program has: use the program that wrote this database, or restore a backup")
	}
	if err := tx.script(m.text); err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO migration (version, name, sha256) VALUES ($1, $2, $3)", m.version, m.name, m.sha256)
	return err
}

// Version is the number of the last step that was applied; 0: the database has
// no schema yet.
func (s *Store) Version(ctx context.Context) (int, error) {
	q := rows{ctx: ctx, query: s.e.query}
	var found, last int
	if err := q.one([]any{&found}, s.e.dialect().hasTable, "migration"); err != nil || found == 0 {
		return 0, err
	}
	err := q.one([]any{&last}, "SELECT COALESCE(MAX(version), 0) FROM migration")
	return last, err
}

// checkSchema opens the store for use when its schema is this program's or one
// step newer, which keeps the older program running while the newer one starts.
func (s *Store) checkSchema(ctx context.Context) error {
	steps, err := s.steps(s.e.dialect())
	if err != nil {
		return err
	}
	last, err := s.Version(ctx)
	if err != nil {
		return err
	}
	if last > len(steps)+1 {
		return fmt.Errorf("schema %d is newer than this program's %d: use a newer program", last, len(steps))
	}
	s.ready.Store(last >= len(steps))
	return nil
}
