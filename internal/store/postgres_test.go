package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/store/storetest"
	"madoguchi/internal/support"
)

// openPostgres gives a migrated database of the test's own.
func openPostgres(t *testing.T) *store.Store {
	t.Helper()
	return openAt(t, pgtest.URL(t))
}

// The suite of TestSQLite holds for PostgreSQL too.
func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Run(t, false, openPostgres, func(t *testing.T) *store.Store { return open(t) }, openPostgres)
}

// TestTwoNodes has two processes at one database, as far as the store can tell.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	storetest.Nodes(t, func(t *testing.T) (a, b *store.Store) {
		url := pgtest.URL(t)
		return openAt(t, url), openAt(t, url)
	})
}

// TestFeedOfThreeNodes has three processes write at one database while a reader
// follows.
func TestFeedOfThreeNodes(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	storetest.FollowNodes(t, openAt(t, url), openAt(t, url), openAt(t, url))
}

// TestMigrateTogether has two nodes start on an empty database at once.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), url)
			if err == nil {
				err = errors.Join(s.Migrate(t.Context()), s.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestServerGoesAway ends every connection while an update runs: it is refused
// as busy, leaves nothing, and the next one succeeds.
func TestServerGoesAway(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url)
	account := func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "Aoba", Country: "JP"}) }
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		if err := account(tx); err != nil {
			return err
		}
		kill(t, url)
		return account(tx)
	})
	if support.CodeOf(err) != support.Busy {
		t.Fatalf("without its connection an update gives %v", err)
	}
	if err := s.Update(t.Context(), account); err != nil {
		t.Fatalf("after that: %v", err)
	}
	kill(t, url)
	if _, err := s.Brand(t.Context()); err != nil && support.CodeOf(err) != support.Busy {
		t.Errorf("without its connection a read gives %v", err)
	}
	all := store.Viewer{Actor: support.Actor{Kind: support.System}}
	if page, err := s.Accounts(t.Context(), all, 0, 10); err != nil || len(page) != 1 {
		t.Errorf("accounts: %v, %v", page, err)
	}
}

// kill ends the connections to a database, but for its own.
func kill(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	if err != nil {
		t.Fatal(err)
	}
}

// TestLostPosition takes an event's position away: it is given another one, and
// the gap tells.
func TestLostPosition(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url)
	for range 3 {
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Audit("desk", 0, support.Actor{Kind: support.System}, time.Unix(0, 0), "seen", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Number(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE event SET pos = NULL WHERE pos = 2"); err != nil {
		t.Fatal(err)
	}
	found, err := s.Check(t.Context(), store.CheckOptions{})
	if err != nil || !strings.Contains(fmt.Sprint(found), "events are missing") {
		t.Errorf("check: %v, %v", found, err)
	}
}

// A standby, or whoever else may only read, is opened and checked: nothing has to
// be written for that, and what waits for its position is nothing wrong.
func TestCheckOfAStandby(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url)
	for _, subject := range []string{"visit", "visit", "desk"} {
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Audit(subject, 7, support.Actor{Kind: support.System}, time.Unix(0, 0), "seen", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "UPDATE event SET pos = NULL WHERE subject = 'desk'; UPDATE event SET kind = 'saw' WHERE subject = 'visit' AND seq = 2")
	if err != nil {
		t.Fatal(err)
	}
	standby := openAt(t, url+"&default_transaction_read_only=on")
	found, err := standby.Check(t.Context(), store.CheckOptions{})
	if err != nil || len(found) != 1 || found[0].String() != "visit 7 seq 2: columns differ from the stored bytes" {
		t.Errorf("check: %v, %v", found, err)
	}
	if err := standby.Update(t.Context(), func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "A", Country: "JP"}) }); err == nil {
		t.Error("it can be written to")
	}
}

// TestURLs names what is wrong with a URL without repeating its password.
func TestURLs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, want string }{
		{"postgres://desk:pa%ss@localhost/desk", "percent-encoded"},
		{"postgres://desk:secret@127.0.0.1:1/desk", "desk:xxxxx@127.0.0.1:1"},
	} {
		_, err := store.Open(t.Context(), c.url)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "pa%ss") {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

// TestCloseWaits closes while an update runs: it is finished first, and a later
// one is refused.
func TestCloseWaits(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	in, release, done, closed := make(chan bool), make(chan bool), make(chan error, 1), make(chan error, 1)
	account := func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "Aoba", Country: "JP"}) }
	go func() {
		done <- s.Update(context.Background(), func(tx *store.Tx) error {
			close(in)
			<-release
			return account(tx)
		})
	}()
	<-in
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		t.Errorf("it closed under a running update: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	close(release)
	if err := <-done; err != nil {
		t.Errorf("the running update: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	if err := s.Update(context.Background(), account); err == nil {
		t.Error("a closed store writes")
	}
}

// An update of somebody who is in a hurry is taken back when it has not come to
// its commit by their deadline, and one that has is carried through: neither is
// anything else than it says. Without hurry a deadline has no effect once it runs.
func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	way := pgtest.NewWay(t, url)
	s := openAt(t, way.URL())
	within := func(ctx context.Context, d time.Duration, fn func(tx *store.Tx) error) error {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return s.Update(ctx, fn)
	}
	add := func(name string, then func()) func(tx *store.Tx) error {
		return func(tx *store.Tx) error {
			err := tx.AddAccount(&support.Account{Name: name, Country: "JP"})
			then()
			return err
		}
	}
	slow := func() { way.Slow(time.Hour) }
	defer time.AfterFunc(time.Minute, func() { way.Slow(0) }).Stop() // else a failure would last an hour
	began := time.Now()
	err := within(store.Hurried(t.Context()), 300*time.Millisecond, func(tx *store.Tx) error {
		return errors.Join(add("late", slow)(tx), add("later", func() {})(tx))
	})
	if !store.Overtaxed(err) || time.Since(began) > 5*time.Second {
		t.Errorf("an update that does not come to its end: %v after %v", err, time.Since(began))
	}
	way.Slow(0)
	unhurried, end := context.WithTimeout(t.Context(), 2*time.Second) // in which it has to begin
	defer end()
	if err := s.Update(unhurried, add("unhurried", func() { <-unhurried.Done() })); err != nil {
		t.Errorf("an update without hurry: %v", err)
	}
	done := make(chan error, 1)
	go func() {
		done <- within(store.Hurried(t.Context()), 300*time.Millisecond, add("committed", slow))
	}()
	select {
	case err := <-done:
		t.Errorf("a commit was not waited for: %v", err)
	case <-time.After(600 * time.Millisecond):
	}
	way.Slow(0)
	if err := <-done; err != nil {
		t.Errorf("a commit that took longer: %v", err)
	}
	all, err := openAt(t, url).Accounts(t.Context(), store.Viewer{Actor: support.Actor{Kind: support.System}}, 0, 10)
	if err != nil || len(all) != 2 || all[0].Name != "unhurried" || all[1].Name != "committed" {
		t.Errorf("kept are %v, %v", all, err)
	}
}
