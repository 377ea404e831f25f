package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // that of SQLite

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// ownCPU is that of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ceiling measures something that the desk cannot be faster than.
func (b *bench) ceiling(ctx context.Context, name string, clients int, call op) error {
	s, err := drive(ctx, clients, b.each/2, ownCPU, call)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f := b.rated("ceiling: "+name, s)
	b.ceilings[name] = f
	return b.add(f)
}

// raw measures the machine and the engine without the desk.
func (b *bench) raw(ctx context.Context, db database) error {
	driver, name := "sqlite", "file:"+filepath.Join(db.data, fileName)+"?_pragma=query_only(1)"
	if db.url != "" {
		driver, name = "pgx", db.url
	}
	read, err := sql.Open(driver, name)
	if err != nil {
		return err
	}
	defer read.Close()
	point, err := read.PrepareContext(ctx, "SELECT * FROM request WHERE id = $1")
	if err != nil {
		return err
	}
	list, err := read.PrepareContext(ctx, "SELECT * FROM request WHERE stage <> 'completed' AND (next_due_at, id) > (0, 0) ORDER BY next_due_at, id LIMIT 50")
	if err != nil {
		return err
	}
	if err := b.ceiling(ctx, "point read", 1, func(ctx context.Context, _, n int) error {
		rs, err := point.QueryContext(ctx, 10_000_000+(n+b.requests)%b.requests)
		return drain(rs, err)
	}); err != nil {
		return err
	}
	if err := b.ceiling(ctx, "list read", 1, func(ctx context.Context, _, _ int) error {
		rs, err := list.QueryContext(ctx)
		return drain(rs, err)
	}); err != nil {
		return err
	}
	if err := b.searchRead(ctx, read); err != nil {
		return err
	}
	if err := b.rows(ctx); err != nil {
		return err
	}
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer empty.Close()
	s := &server{url: empty.URL, http: empty.Client()}
	return b.ceiling(ctx, "empty handler", 1, func(ctx context.Context, _, _ int) error {
		return s.send(ctx, http.MethodGet, "/", "", "", "")
	})
}

// drain reads every row into values.
func drain(rs *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rs.Close()
	columns, err := rs.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rs.Next() {
		if err := rs.Scan(into...); err != nil {
			return err
		}
	}
	return rs.Err()
}

// rows measures durable commits of one row, by callers that wait for each.
func (b *bench) rows(ctx context.Context) error {
	driver, name := "sqlite", "file:"+filepath.Join(b.tmp, "rows.db")+"?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	if b.engine == postgresql {
		url, err := b.cluster.Create("one_row", "")
		if err != nil {
			return err
		}
		defer func() { _ = b.cluster.Drop("one_row") }()
		driver, name = "pgx", url
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		return err
	}
	defer db.Close()
	if b.engine == sqlite {
		db.SetMaxOpenConns(1) // SQLite has one that writes
	}
	db.SetMaxIdleConns(8)
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS one (v TEXT)"); err != nil {
		return err
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO one (v) VALUES ($1)")
	if err != nil {
		return err
	}
	for _, clients := range []int{1, 8} {
		if err := b.ceiling(ctx, at("commit", clients), clients, func(ctx context.Context, _, _ int) error {
			_, err := insert.ExecContext(ctx, "row")
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// token measures finding out who calls, in this process.
func (b *bench) token(ctx context.Context, db database, p people) error {
	_, err := b.inside(ctx, db.where(), func(s *store.Store, _ *desk.Desk) error {
		got, err := drive(ctx, 1, b.each/2, ownCPU, func(ctx context.Context, _, _ int) error {
			_, err := auth.Authenticate(ctx, s, "Bearer "+p.customers[0], time.Now())
			return err
		})
		if err != nil {
			return err
		}
		f := b.rated("token check", got)
		return b.add(f.most(f.CPU, 0.05))
	})
	return err
}

// slowed measures shared commits where each sync takes 5 ms.
func (b *bench) slowed(ctx context.Context, db database, p people) error {
	if _, err := exec.LookPath("strace"); err != nil {
		b.say("strace is not installed: slow syncs are left out")
		return nil
	}
	counts := filepath.Join(b.tmp, "syncs")
	s, err := b.serve(ctx, db, "strace", "-f", "-y", "-o", counts, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_exit=5000", "--seccomp-bpf")
	if err != nil {
		return err
	}
	w := &work{bench: b, s: s, people: p}
	w.used = func() time.Duration { return 0 }
	one, err := drive(ctx, 1, b.each, w.used, w.file)
	if err != nil {
		return joined(err, s)
	}
	before, err := lines(counts)
	if err != nil {
		return joined(err, s)
	}
	many, err := drive(ctx, 64, b.each, w.used, w.file)
	if err != nil {
		return joined(err, s)
	}
	after, err := lines(counts)
	if err := joined(err, s); err != nil {
		return err
	}
	f := b.rated("file at 64, syncs of 5 ms", many)
	f = f.under(one.rate()).least(f.Value, 4*one.rate())
	each := b.figure("syncs for a filing at 64, syncs of 5 ms", float64(after-before)/float64(many.n), "syncs")
	if err := b.add(f); err != nil {
		return err
	}
	return b.add(each.most(each.Value, 1.0/8))
}
