package auth

import (
	"context"
	"errors"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// begin signs the actor in.
func begin(t *testing.T, s *store.Store, a support.Actor, former string, now time.Time) string {
	t.Helper()
	secret, err := Begin(context.Background(), s, store.Session{Actor: a, Proof: string(ByPasskey), Agent: "窓\x00口", Address: "192.0.2.7"}, former, now)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// A session ends by itself at its idle and its longest instant, exclusively,
// and at once when its person leaves (T33, T38).
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	s, at, _ := people(t, now)
	self := support.Actor{Kind: support.Vendor, ID: at.ID}
	ended := func(secret string, now time.Time) {
		t.Helper()
		if _, err := Visit(ctx, s, secret, now); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("at %s: %v, want no session", now, err)
		}
	}
	open := func(secret string, now time.Time) Visitor {
		t.Helper()
		v, err := Visit(ctx, s, secret, now)
		if err != nil {
			t.Fatalf("at %s: %v", now, err)
		}
		return v
	}
	ended("nothing of ours", now)
	secret := begin(t, s, self, "", now)
	if v := open(secret, now); v.Actor != self || v.FamilyName != "Ito" || len(v.Viewer.Roles) != 1 || v.Session.Agent != "窓口" {
		t.Errorf("%+v", v)
	}
	open(secret, now.Add(StaffIdle-time.Microsecond))
	open(secret, now.Add(2*StaffIdle-2*time.Microsecond)) // it was used meanwhile
	ended(secret, now.Add(4*StaffIdle))

	used := begin(t, s, self, "", now)
	for x := now; x.Before(now.Add(StaffLongest)); x = x.Add(10 * time.Minute) {
		open(used, x)
	}
	ended(used, now.Add(StaffLongest))
	ended(used, now.Add(StaffLongest-time.Microsecond+StaffIdle))

	leaver := begin(t, s, self, "", now)
	if err := s.Update(ctx, func(tx *store.Tx) error {
		gone := at
		gone.Active = false
		return tx.UpdateStaff(gone)
	}); err != nil {
		t.Fatal(err)
	}
	ended(leaver, now)
}

// A new session stands in for the former one, which ends; sessions are listed
// and ended by their owner alone (T38).
func TestSessionsAreTheirOwners(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	s, at, _ := people(t, now)
	self, other := support.Actor{Kind: support.Vendor, ID: at.ID}, support.Actor{Kind: support.Vendor, ID: at.ID + 1}
	first := begin(t, s, self, "", now)
	second := begin(t, s, self, first, now)
	if _, err := Visit(ctx, s, first, now); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("the former session: %v", err)
	}
	third := begin(t, s, self, "", now.Add(time.Second))
	list, err := s.Sessions(ctx, self, now)
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	if err := End(ctx, s, other, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := Visit(ctx, s, third, now); err != nil {
		t.Errorf("somebody else has ended it: %v", err)
	}
	v, _ := Visit(ctx, s, second, now)
	if n, err := EndOthers(ctx, s, self, v.Session.ID); n != 1 || err != nil {
		t.Errorf("%d others ended, %v", n, err)
	}
	if _, err := Visit(ctx, s, second, now); err != nil {
		t.Error(err)
	}
	if err := End(ctx, s, self, v.Session.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := Visit(ctx, s, second, now); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("an ended session: %v", err)
	}
	// Ended ones go with the next that begins.
	begin(t, s, self, "", now.Add(-2*StaffLongest))
	begin(t, s, self, "", now)
	if all, err := s.Sessions(ctx, self, time.Unix(0, 0)); len(all) != 1 || err != nil {
		t.Errorf("%d are kept, %v", len(all), err)
	}
}
