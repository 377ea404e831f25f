package store_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// keptLevels are the schemas of which data are kept: testdata/kept/LEVEL.jsonl.gz
// is an export made by a program whose last step was that one.
func keptLevels(t *testing.T) []int {
	t.Helper()
	files, err := filepath.Glob("testdata/kept/*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("no kept data: %v", err)
	}
	var out []int
	for _, f := range files {
		n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(f), ".jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func keptExport(t *testing.T, level int) []byte {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("testdata/kept/%04d.jsonl.gz", level))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rowsOf counts the rows of an export by their table and what they hold in the
// columns that stand in columns.
func rowsOf(t *testing.T, text []byte, columns map[string][]string) map[string]int {
	t.Helper()
	out := map[string]int{}
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var line struct {
			Table string
			Row   map[string]json.RawMessage
		}
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Table == "" {
			continue // head and end
		}
		var b strings.Builder
		b.WriteString(line.Table)
		for _, c := range columns[line.Table] {
			fmt.Fprintf(&b, " %s=%s", c, line.Row[c])
		}
		out[b.String()]++
	}
	return out
}

// Data of every schema that is kept are carried to this program's: on either
// engine nothing is lost or changed, and the check finds nothing.
func TestKeptDataAreCarried(t *testing.T) {
	t.Parallel()
	for _, level := range keptLevels(t) {
		for engine, where := range map[string]func(testing.TB) string{
			"sqlite": func(t testing.TB) string { return filepath.Join(t.TempDir(), "desk.db") }, "postgresql": pgtest.Empty,
		} {
			t.Run(fmt.Sprint(level, " ", engine), func(t *testing.T) {
				t.Parallel()
				ctx, kept, database := context.Background(), keptExport(t, level), where(t)
				old, err := store.OpenSteps(ctx, database, level)
				if err != nil {
					t.Fatal(err)
				}
				if err := old.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				if _, err := old.Import(ctx, bytes.NewReader(kept)); err != nil {
					t.Fatal(err)
				}
				left, err := old.RunUnderWay(ctx)
				if err != nil {
					t.Fatal(err)
				}
				kept = export(t, old)
				if err := old.Close(); err != nil {
					t.Fatal(err)
				}
				s := openAt(t, database)
				if problems, err := s.Check(ctx, store.CheckOptions{}); err != nil || len(problems) > 0 {
					t.Errorf("check: %v, %v", problems, err)
				}
				columns := exportedTables(t, kept)
				now := rowsOf(t, export(t, s), columns)
				for row, n := range rowsOf(t, kept, columns) {
					if now[row] != n {
						t.Errorf("%d times instead of %d: %.300s", now[row], n, row)
					}
				}
				if err := s.EndRuns(ctx, left); err != nil {
					t.Errorf("the run does not go on: %v", err)
				}
			})
		}
	}
}

// goesOn lets a program write and read until stop is closed or an error comes.
func goesOn(older *store.Store) (stop chan struct{}, wrote chan int64, failed chan error) {
	ctx := context.Background()
	stop, failed, wrote = make(chan struct{}), make(chan error, 1), make(chan int64, 1<<16)
	go func() {
		defer close(failed)
		for {
			a := support.Account{Name: "A", Country: "JP"}
			err := older.Update(ctx, func(tx *store.Tx) error { return tx.AddAccount(&a) })
			if err == nil {
				_, err = older.Account(ctx, system, a.ID)
			}
			if err != nil {
				failed <- err
				return
			}
			select {
			case wrote <- a.ID:
			case <-stop:
				return
			}
		}
	}()
	return stop, wrote, failed
}

// A step of the schema that adds a table and a column, as steps do, is taken by a
// newer program while the one before goes on reading and writing, without an
// error; it can also be started anew. Two steps are too many for it. On a file
// there is one program at a time.
func TestOlderProgramGoesOnWhileANewerMigrates(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	level, err := store.Level()
	if err != nil {
		t.Fatal(err)
	}
	const (
		step  = "CREATE TABLE later (id {{id}}, note TEXT NOT NULL){{strict}};\nALTER TABLE account ADD COLUMN later TEXT NOT NULL DEFAULT '';\n"
		after = "CREATE TABLE much_later (id {{id}}){{strict}};\n"
	)
	where := pgtest.URL(t)
	older := openAt(t, where)
	stop, wrote, failed := goesOn(older)
	<-wrote
	newer, err := store.OpenSteps(ctx, where, level, step)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = newer.Close() })
	if err := newer.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for range len(wrote) + 20 {
		select {
		case <-wrote:
		case <-time.After(30 * time.Second):
			t.Fatal("the older program does not go on")
		}
	}
	close(stop)
	if err := <-failed; err != nil {
		t.Errorf("the older program: %v", err)
	}
	again, err := store.Open(ctx, where)
	if err != nil {
		t.Fatalf("the older program does not start beside the newer one: %v", err)
	}
	if err := again.Update(ctx, func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "B", Country: "JP"}) }); err != nil {
		t.Errorf("the older program, started anew: %v", err)
	}
	_ = again.Close()
	newest, err := store.OpenSteps(ctx, where, level, step, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = newest.Close() })
	if err := newest.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(ctx, where); err == nil {
		_ = s.Close()
		t.Error("a program opens a schema that is two steps ahead of it")
	}
}
