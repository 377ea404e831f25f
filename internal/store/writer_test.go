package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"madoguchi/internal/support"
)

func fresh(t *testing.T) *Store {
	t.Helper()
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// writing is the goroutine that writes.
func writing(s *Store) *writer { return s.e.(*sqliteEngine).writer }

func shut(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func account(tx *Tx) error { return tx.AddAccount(&support.Account{Name: "A", Country: "JP"}) }

// TestSharedCommit has callers in line while one runs: they share its commit,
// 64 at most, and nobody waits for more when nobody came the time before.
func TestSharedCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		defer shut(t, s)
		release, first := make(chan struct{}), make(chan error)
		go func() {
			first <- s.Update(context.Background(), func(*Tx) error { <-release; return nil })
		}()
		synctest.Wait()
		others := make(chan error)
		for range 100 {
			go func() { others <- s.Update(context.Background(), account) }()
		}
		synctest.Wait()
		close(release)
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if err := <-others; err != nil {
				t.Fatal(err)
			}
		}
		if writing(s).shared != 101-batchMax {
			t.Errorf("the last commit had %d closures: the first should have had %d", writing(s).shared, batchMax)
		}
		for range 2 {
			if err := s.Update(context.Background(), account); err != nil {
				t.Fatal(err)
			}
		}
		begun := time.Now()
		slow := func(tx *Tx) error { writing(s).took = time.Second; return account(tx) }
		if err := s.Update(context.Background(), slow); err != nil || time.Since(begun) != 0 {
			t.Errorf("alone it waited %v, %v", time.Since(begun), err)
		}
	})
}

// TestPeopleFirst has clockwork in line before people: people run first, one who
// comes while clockwork runs is next and shares its commit, and each commit of
// people takes one of the others along.
func TestPeopleFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		defer shut(t, s)
		var order []string
		done := make(chan error)
		line := func(ctx context.Context, name string, fn func()) {
			go func() {
				done <- s.Update(ctx, func(*Tx) error {
					order = append(order, name)
					if fn != nil {
						fn()
					}
					return nil
				})
			}()
			synctest.Wait()
		}
		person, clockwork := context.Background(), Behind(context.Background())
		release := make(chan struct{})
		line(clockwork, "first", func() { <-release })
		for range 3 {
			line(clockwork, "clockwork", nil)
		}
		for range 2 {
			line(person, "person", nil)
		}
		close(release)
		for range 6 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(order, " "); got != "first person person clockwork clockwork clockwork" {
			t.Error(got)
		}
		if n := writing(s).shared; n != 0 {
			t.Errorf("clockwork alone counts as %d people", n)
		}
		order, release = nil, make(chan struct{})
		line(person, "first", func() { <-release })
		for range 3 {
			line(clockwork, "clockwork", nil)
		}
		for range batchMax {
			line(person, "person", nil)
		}
		close(release)
		for range 1 + 3 + batchMax {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(order[batchMax:], " "); got != "clockwork person clockwork clockwork" {
			t.Error(got)
		}
	})
}

// TestLeftInLine cancels a caller who stands in line, and one whose closure
// runs.
func TestLeftInLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		defer shut(t, s)
		release := make(chan struct{})
		running, stop := context.WithCancel(context.Background())
		first, second := make(chan error), make(chan error)
		go func() {
			first <- s.Update(running, func(tx *Tx) error { <-release; return account(tx) })
		}()
		synctest.Wait()
		waiting, leave := context.WithCancel(context.Background())
		ran := false
		go func() { second <- s.Update(waiting, func(*Tx) error { ran = true; return nil }) }()
		synctest.Wait()
		leave()
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("left: %v", err)
		}
		stop()
		synctest.Wait()
		close(release)
		if err := <-first; err != nil {
			t.Errorf("cancelled while it ran: %v", err)
		}
		given := &job{fn: func(*Tx) error { ran = true; return nil }, done: make(chan error, 1)}
		given.claimed.Store(true) // its caller left after the writer had taken it
		writing(s).jobs <- given
		<-given.done
		if ran {
			t.Error("the closure of the one who left ran")
		}
	})
}

func TestPragmas(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	defer shut(t, s)
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
		var got string
		if err := writing(s).conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", pragma, got, err, want)
		}
	}
	if _, err := s.e.(*sqliteEngine).readers.Exec("DELETE FROM migration"); err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Errorf("a reader writes: %v", err)
	}
}

// TestLostCommit has a commit fail: every caller of the batch is told, nothing
// of it stays, and the next one succeeds.
func TestLostCommit(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	defer shut(t, s)
	ctx := context.Background()
	audit := func(tx *Tx) error {
		if err := account(tx); err != nil {
			return err
		}
		return tx.Audit("account", 1, system.Actor, time.Unix(0, 0), "added", nil)
	}
	if err := s.Update(ctx, audit); err != nil {
		t.Fatal(err)
	}
	err := s.Update(ctx, func(tx *Tx) error {
		if err := audit(tx); err != nil {
			return err
		}
		_, err := tx.exec("PRAGMA defer_foreign_keys = ON")
		if err == nil {
			_, err = tx.exec("INSERT INTO watcher (request_id, contact_id, account_id) VALUES (1, 1, 1)")
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "commit update") {
		t.Fatalf("a commit that fails: %v", err)
	}
	if err := s.Update(ctx, audit); err != nil {
		t.Fatal(err)
	}
	found, err := s.Check(ctx, CheckOptions{})
	if err != nil || len(found) > 0 {
		t.Errorf("check: %v, %v", found, err)
	}
}

// TestFullDisk leaves the database no room: updates are refused as busy and
// leave nothing, reads go on, and all is well once there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	defer shut(t, s)
	ctx := context.Background()
	pages := func(max int) {
		t.Helper()
		if _, err := writing(s).conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", max)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Update(ctx, account); err != nil {
		t.Fatal(err)
	}
	large := func(tx *Tx) error {
		text := support.T(strings.Repeat("x", 1<<20))
		return errors.Join(account(tx), tx.SaveText(1, 0, &text))
	}
	pages(1)
	if err := s.Update(ctx, large); support.CodeOf(err) != support.Busy || !strings.Contains(err.Error(), "full") {
		t.Errorf("no room: %v", err)
	}
	if _, err := s.Account(ctx, system, 1); err != nil {
		t.Errorf("a read without room: %v", err)
	}
	pages(1 << 20)
	if err := s.Update(ctx, large); err != nil {
		t.Errorf("room again: %v", err)
	}
	if _, err := s.Account(ctx, system, 3); support.CodeOf(err) != support.NotFound {
		t.Errorf("what was refused left a row: %v", err)
	}
}
