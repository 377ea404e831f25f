package main

import (
	"path/filepath"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// What was chosen while the desk ran holds as long as it is started with the same
// version; started with another one, that comes into force, and it is audited.
func TestTheChosenPackOutlivesAStart(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	open := func(pack string) *house {
		t.Helper()
		h, err := openOwn(t.Context(), place{Data: data}, "classic-2010")
		if err != nil {
			t.Fatal(err)
		}
		if h.packs, err = keepPacks(t.Context(), h.store, pack); err != nil {
			t.Fatal(err)
		}
		return h
	}
	in := func(h *house, want string) {
		t.Helper()
		if got := h.packs.Current().Ref(); got != want {
			t.Errorf("in force is %s, want %s", got, want)
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
	}
	if code := run(t.Context(), []string{"migrate", "--data", data}, nil, t.Output(), t.Output()); code != exitOK {
		t.Fatal(code)
	}
	in(open("classic-2010"), "classic-2010@1")
	h := open("classic-2010")
	if err := h.desk.SwitchPack(t.Context(), support.Actor{Kind: support.System}, "style-a@1", "classic-2010@1"); err != nil {
		t.Fatal(err)
	}
	in(h, "classic-2010@1") // these packs are not those of the desk
	in(open("classic-2010"), "style-a@1")
	in(open("classic-2010"), "style-a@1")
	next := packFolder(t, "classic-2010", "version: 1", "version: 2")
	in(open(next), "classic-2010@2")
	in(open(next), "classic-2010@2")
	s, err := store.Open(t.Context(), filepath.Join(data, "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	events, _, err := s.Audit(t.Context(), store.Viewer{Actor: support.Actor{Kind: support.System}}, store.Audited{Subject: "pack"})
	if err != nil || len(events) != 2 {
		t.Errorf("%d changes are audited, %v", len(events), err)
	}
}
