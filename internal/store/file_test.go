package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var system = store.Viewer{Actor: support.Actor{Kind: support.System}}

func addAccount(t testing.TB, s *store.Store, name string) {
	t.Helper()
	err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: name, Country: "JP"}) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder?with 100% odd #name", "desk.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		s, err := store.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			err = s.Update(context.Background(), func(*store.Tx) error { return nil })
			if err == nil || !strings.Contains(err.Error(), "madoguchi migrate") {
				t.Errorf("an update without schema: %v", err)
			}
			if _, err = s.Products(context.Background()); err == nil {
				t.Error("a read without schema succeeds")
			}
			if err := s.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		addAccount(t, s, fmt.Sprint(i))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if err := s.Update(context.Background(), func(*store.Tx) error { return nil }); err == nil {
			t.Error("an update after close succeeds")
		}
	}
	s := openAt(t, path)
	if a, err := s.Account(context.Background(), system, 3); err != nil || a.Name != "2" {
		t.Errorf("got %+v, %v", a, err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) < 2 {
		t.Errorf("the database is elsewhere: %v, %v", files, err)
	}
}

// TestDurable copies the files as they are on the disk when Update returns.
func TestDurable(t *testing.T) {
	t.Parallel()
	from, to := filepath.Join(t.TempDir(), "desk.db"), filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, from)
	for range 10 {
		addAccount(t, s, "kept")
	}
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(from + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := openAt(t, to).Account(context.Background(), system, 10); err != nil || a.Name != "kept" {
		t.Errorf("got %+v, %v", a, err)
	}
}

// raw opens a database past the store, as somebody with the file would.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

const childPath = "MADOGUCHI_TEST_SECOND_PROCESS"

func TestSecondProcess(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(childPath); path != "" {
		_, err := store.Open(context.Background(), path)
		fmt.Printf("opened: %v\n", err)
		return
	}
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	addAccount(t, s, "first")
	child := exec.Command(os.Args[0], "-test.run=^TestSecondProcess$", "-test.v")
	child.Env = append(os.Environ(), childPath+"="+path)
	out, err := child.CombinedOutput()
	want := fmt.Sprintf("desk.db is in use by process %d: stop it first", os.Getpid())
	if err != nil || !bytes.Contains(out, []byte(want)) {
		t.Errorf("the second process says %s, %v", out, err)
	}
	if _, err := store.Open(context.Background(), path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second time in one process: %v", err)
	}
	addAccount(t, s, "second")
}

// A process that is being started has a copy of every open file until it is another
// program: closing gives the lock back at once all the same.
func TestCloseEndsTheLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	defer syscall.Close(copyOf(t, path+".lock"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// copyOf gives a second descriptor of the file at path, which this process has open.
func copyOf(t *testing.T, path string) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		fd, err := strconv.Atoi(e.Name())
		if to, _ := os.Readlink("/proc/self/fd/" + e.Name()); err != nil || to != path {
			continue
		}
		twin, err := syscall.Dup(fd)
		if err != nil {
			t.Fatal(err)
		}
		return twin
	}
	t.Fatalf("%s is not open", path)
	return -1
}

func TestOtherSchemas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, change, want string }{
		{"a step newer", "INSERT INTO migration SELECT MAX(version) + 1, 'next', 'x' FROM migration", ""},
		{"two steps newer", "INSERT INTO migration SELECT MAX(version) + 2, 'next but one', 'x' FROM migration", "newer program"},
		{"another first step", "UPDATE migration SET sha256 = 'x'", "another one than this program has"},
		{"no schema", "DELETE FROM migration", "already exists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "desk.db")
			first, err := store.Open(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			if err := first.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := raw(t, path).Exec(c.change); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(context.Background(), path)
			if err == nil {
				err = s.Migrate(context.Background())
				if err == nil {
					err = s.Update(context.Background(), func(*store.Tx) error { return nil })
				}
				if e := s.Close(); e != nil {
					t.Error(e)
				}
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing", "desk.db"), text, dir} {
		if _, err := store.Open(context.Background(), path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("open %s: %v", path, err)
		}
	}
}

// The database holds everything about everybody: nobody but its owner reads it.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	addAccount(t, openAt(t, path), "Aoba")
	for _, name := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(name), mode)
		}
	}
}

func sha(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}
