// Package pgtest gives each test a database of its own, on either engine: a copy
// of one that has been migrated once. For PostgreSQL there is a server of the test
// program's own, started when the first test asks.
//
// It refuses to use a server that is there already: its settings and its data
// are somebody's. Without the server's programs a test is skipped, unless
// MADOGUCHI_TEST_POSTGRES is set, as continuous integration does: then it fails.
//
// Data layout: a folder in memory, or below the system's for temporary files, which the
// server takes along when it ends. It ends with the test program, however that ends.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"madoguchi/internal/store"
)

// Needed names the environment variable that makes a missing server a failure.
const Needed = "MADOGUCHI_TEST_POSTGRES"

// supervise runs the server until its own standard input ends, which the test
// program holds open, and removes the folder.
const supervise = `dir=$1; shift
"$@" >"$dir/log" 2>&1 & server=$!
read -r _
kill -QUIT "$server"; wait "$server"
cd / && rm -rf "$dir"`

// instance is the running server of this program.
type instance struct {
	dir   string
	holds io.Closer // its standard input
	made  atomic.Int64
}

var running = sync.OnceValues(start)

// Empty gives the URL of a new database without a schema on PostgreSQL.
func Empty(t testing.TB) string {
	t.Helper()
	return instanceOf(t).database(t, "template0")
}

func instanceOf(t testing.TB) *instance {
	t.Helper()
	if bin() == "" {
		missing(t)
	}
	s, err := running()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *instance) database(t testing.TB, from string) string {
	t.Helper()
	name := "t" + strconv.FormatInt(s.made.Add(1), 10)
	if err := s.execute("CREATE DATABASE " + name + " TEMPLATE " + from + " STRATEGY file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.execute("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

func missing(t testing.TB) {
	t.Helper()
	const what = "no programs of a PostgreSQL server found: install it (Debian: apt-get install postgresql)"
	if os.Getenv(Needed) != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func (s *instance) url(name string) string { return "postgres://postgres@/" + name + "?host=" + s.dir }

func (s *instance) execute(text string) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err = db.ExecContext(context.Background(), text); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

// bin is the folder of the newest server's programs; "" when there is none.
func bin() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian's place
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

// start makes and starts the server. It refuses to run as root, and so runs as
// postgres then. It syncs nothing: what a test leaves needs to survive nothing.
func start() (*instance, error) {
	dir, attr, err := initialized(memory())
	if err != nil {
		return nil, err
	}
	run := exec.Command("sh", "-c", supervise, "sh", dir, bin()+"/postgres", "-D", dir+"/data", "-k", dir)
	for _, setting := range []string{"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300", "shared_buffers=64MB", "max_wal_size=256MB", "log_line_prefix=%d|%p|"} {
		run.Args = append(run.Args, "-c", setting)
	}
	run.SysProcAttr, run.Dir = attr, dir
	s := &instance{dir: dir}
	if s.holds, err = run.StdinPipe(); err != nil {
		return nil, err
	}
	if err := run.Start(); err != nil {
		return nil, err
	}
	return s, s.ready()
}

// memory is a folder of files that no disk holds, where there is one with room: a
// database for each test is some hundred files. Else it is the system's for temporary
// files.
func memory() string {
	const dir, least = "/dev/shm", 4 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || int64(fs.Bavail)*fs.Bsize < least {
		return ""
	}
	return dir
}

// initialized makes the folder of a server in another one, and says as whom it runs.
func initialized(in string) (dir string, attr *syscall.SysProcAttr, err error) {
	if dir, err = os.MkdirTemp(in, "pg"); err != nil {
		return "", nil, err
	}
	attr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		if attr.Credential, err = owner(dir); err != nil {
			return "", nil, err
		}
	}
	initdb := exec.Command(bin()+"/initdb", "-D", dir+"/data", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return dir, attr, nil
}

// owner gives the folder to the user as whom the server runs.
func owner(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("the server does not run as root: %w", err)
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	if errUID != nil || errGID != nil {
		return nil, fmt.Errorf("user postgres has the ids %s and %s", u.Uid, u.Gid)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

// ready waits until the server takes connections.
func (s *instance) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		err := s.execute("SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the server does not answer: %w\n%s", err, strings.TrimSpace(string(log)))
		case <-look.C:
		}
	}
}

// Engine names the environment variable that chooses the engine under tests
// that run on either: postgresql, or SQLite when it is not set.
const Engine = "MADOGUCHI_TEST_ENGINE"

// Stock is a database that many tests begin with: it is filled once on each engine
// that is asked for, and each test gets a copy, with what filling it gave.
type Stock[T any] struct {
	file   func() (stocked[T], error)
	server func() (stocked[T], error)
}

type stocked[T any] struct {
	whole []byte // of the file
	name  string // of the database at the server
	gave  T
}

// NewStock is a stock that fill fills, which gets an empty database and closes it.
func NewStock[T any](fill func(where string) (T, error)) *Stock[T] {
	return &Stock[T]{
		file: sync.OnceValues(func() (out stocked[T], err error) {
			dir, err := os.MkdirTemp("", "madoguchi-test-")
			if err != nil {
				return out, err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
			path := filepath.Join(dir, "desk.db")
			if out.gave, err = fill(path); err == nil {
				out.whole, err = os.ReadFile(path)
			}
			return out, err
		}),
		server: sync.OnceValues(func() (out stocked[T], err error) {
			s, err := running()
			if err != nil {
				return out, err
			}
			out.name = "stock" + strconv.FormatInt(s.made.Add(1), 10)
			if err = s.execute("CREATE DATABASE " + out.name + " TEMPLATE template0"); err == nil {
				out.gave, err = fill(s.url(out.name))
			}
			return out, err
		}),
	}
}

// Where is a copy on the chosen engine for one test, as
// [madoguchi/internal/store.Open] takes it.
func (s *Stock[T]) Where(t testing.TB) (string, T) {
	t.Helper()
	if Chosen() {
		return s.URL(t)
	}
	return s.File(t)
}

// File is a copy of SQLite in a folder of the test's own.
func (s *Stock[T]) File(t testing.TB) (string, T) {
	t.Helper()
	from, err := s.file()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "desk.db")
	if err := os.WriteFile(path, from.whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, from.gave
}

// URL is the URL of a copy on PostgreSQL, which is dropped when the test ends.
func (s *Stock[T]) URL(t testing.TB) (string, T) {
	t.Helper()
	server := instanceOf(t)
	from, err := s.server()
	if err != nil {
		t.Fatal(err)
	}
	return server.database(t, from.name), from.gave
}

var migrated = NewStock(func(where string) (struct{}, error) { return struct{}{}, migrate(where) })

// Where is a migrated database of the chosen engine for one test.
func Where(t testing.TB) string {
	t.Helper()
	where, _ := migrated.Where(t)
	return where
}

// File is a migrated database of SQLite.
func File(t testing.TB) string {
	t.Helper()
	path, _ := migrated.File(t)
	return path
}

// URL is the URL of a migrated database on PostgreSQL.
func URL(t testing.TB) string {
	t.Helper()
	url, _ := migrated.URL(t)
	return url
}

func migrate(database string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, database)
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(ctx), s.Close())
}

// Chosen tells whether tests that run on either engine run on PostgreSQL.
func Chosen() bool { return os.Getenv(Engine) == "postgresql" }
