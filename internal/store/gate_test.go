package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"madoguchi/internal/support"
)

func keyOf(err error) string {
	var e *support.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Key
}

// While the writer is held up, whoever waits for it is told to come again: in a
// hurry after 2 s, otherwise after 30, and callers at once behind 2,048 others. Nothing of
// what was refused is done later.
func TestTheLineToTheWriterIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		defer shut(t, s)
		release, first := make(chan struct{}), make(chan error)
		go func() {
			first <- s.Update(context.Background(), func(*Tx) error { <-release; return nil })
		}()
		synctest.Wait()
		for ctx, want := range map[context.Context]time.Duration{Hurried(t.Context()): callWithin, t.Context(): turnWithin} {
			began := time.Now()
			if err := s.Update(ctx, account); keyOf(err) != DatabaseBusy || !Overtaxed(err) || time.Since(began) != want {
				t.Errorf("refused with %v after %v, want %v", err, time.Since(began), want)
			}
		}
		others := make(chan error)
		for range callersMax - 1 {
			go func() { others <- s.Update(Hurried(t.Context()), account) }()
		}
		synctest.Wait()
		began := time.Now()
		if err := s.Update(Hurried(t.Context()), account); keyOf(err) != DatabaseBusy || time.Since(began) != 0 {
			t.Errorf("behind %d others: %v after %v", callersMax, err, time.Since(began))
		}
		if l := s.Load(); l.Waiting != callersMax || l.Refused != 3 {
			t.Errorf("load is %+v", l)
		}
		close(release)
		for range callersMax - 1 {
			if err := <-others; err != nil {
				t.Fatal(err)
			}
		}
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		got, err := s.Accounts(t.Context(), Viewer{Actor: support.Actor{Kind: support.System}}, 0, 1)
		if l := s.Load(); err != nil || len(got) != 1 || l.Waiting != 0 || l.Taken != 0 {
			t.Errorf("afterwards: load %+v, %v", l, err)
		}
		q, err := s.reads(t.Context())
		n := 0
		if err == nil {
			err = q.one([]any{&n}, "SELECT COUNT(*) FROM account")
		}
		if err != nil || n != callersMax-1 {
			t.Errorf("%d accounts, %v: want %d, what was refused is not there", n, err, callersMax-1)
		}
	})
}

// Who reads while all turns are taken is told to come again, and gets one that
// becomes free before.
func TestTheLineToTheReadersIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2)
		leave, err := g.enter(t.Context())
		_, err2 := g.enter(t.Context())
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		began := time.Now()
		if _, err := g.enter(Hurried(t.Context())); keyOf(err) != DatabaseBusy || time.Since(began) != callWithin {
			t.Errorf("refused with %v after %v", err, time.Since(began))
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := g.enter(soon); keyOf(explained(err)) != DatabaseSlow {
			t.Errorf("at its deadline: %v", err)
		}
		time.AfterFunc(time.Second, leave)
		if _, err := g.enter(Hurried(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
