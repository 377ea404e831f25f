package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testFeed appends from eight sides, a third of it in vain, and reads the feed.
func testFeed(w *world) {
	race(8, func(i int) error {
		row := w.file(nil)
		for n := range 30 {
			_ = w.s.Update(context.Background(), func(tx *store.Tx) error {
				if _, err := w.fileIn(tx, nil, nil); err != nil {
					return err
				}
				if n%3 == 0 {
					return errOops
				}
				return tx.Audit("account", w.account.ID, clockwork, monday, "visited", map[string]int{"side": i})
			})
		}
		return w.more(&row, support.NoteAdded{})
	})
	w.numbered()
	var all []store.Event
	for after := int64(0); ; {
		page, err := w.s.Events(context.Background(), everything, after, 64)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < 64 {
			break
		}
		after = page[len(page)-1].Pos
	}
	seqs := map[string]map[int64]int64{}
	for i, e := range all {
		if e.Pos != int64(i+1) {
			w.t.Fatalf("event %d has position %d", i+1, e.Pos)
		}
		if seqs[e.Subject] == nil {
			seqs[e.Subject] = map[int64]int64{}
		}
		if e.Fact.Seq != seqs[e.Subject][e.SubjectID]+1 {
			w.t.Fatalf("%s %d: seq %d after %d", e.Subject, e.SubjectID, e.Fact.Seq, seqs[e.Subject][e.SubjectID])
		}
		seqs[e.Subject][e.SubjectID] = e.Fact.Seq
	}
	if want := 8*3 + 8*20*3; len(all) != want {
		w.t.Errorf("%d events, want %d", len(all), want)
	}
	w.sound()
}

func testAudit(w *world) {
	w.update(func(tx *store.Tx) error {
		return firstOf(
			tx.Audit("contract", w.contract.ID, support.Actor{Kind: support.Vendor, ID: w.staff.ID}, monday, "role_granted", map[string]int64{"contact": 2}),
			tx.Audit("contract", w.contract.ID, clockwork, monday.Add(time.Nanosecond), "filed", nil),
			tx.Audit("desk", 0, clockwork, monday, "effect_retried", nil))
	})
	w.numbered()
	contracts := func(v store.Viewer) []store.Event {
		all, err := w.s.Events(context.Background(), v, 0, 500)
		if err != nil {
			w.t.Fatal(err)
		}
		return slices.DeleteFunc(all, func(e store.Event) bool { return e.Subject != "contract" || e.SubjectID != w.contract.ID })
	}
	got := contracts(staffed(w.staff.ID))
	if len(got) != 2 {
		w.t.Fatalf("audited: %+v", got)
	}
	if got[0].Fact.Kind() != "role_granted" || got[0].Fact.By.ID != w.staff.ID || string(got[0].Fact.Body.(support.Unknown).Raw) != `{"contact":2}` {
		w.t.Errorf("first: %+v", got[0])
	}
	if _, raw := got[1].Fact.Body.(support.Unknown); !raw || got[1].Fact.Kind() != "filed" || got[1].Fact.At != monday {
		w.t.Errorf("an event of a contract that is named like a fact: %+v", got[1].Fact)
	}
	h := sha256.New()
	h.Write(got[0].Hash)
	h.Write(got[1].Data)
	if !slices.Equal(h.Sum(nil), got[1].Hash) {
		w.t.Error("the hash is not SHA-256(hash before ‖ stored bytes)")
	}
	if theirs := contracts(customer(w.contacts[0].ID)); len(theirs) != 0 {
		w.t.Errorf("a customer reads the audit: %+v", theirs)
	}
	for _, c := range []struct{ subject, kind string }{{"request", "x"}, {"", "x"}, {"account", ""}, {"desk", "checkpoint"}} {
		err := w.s.Update(context.Background(), func(tx *store.Tx) error {
			return tx.Audit(c.subject, 1, clockwork, monday, c.kind, nil)
		})
		if err == nil || support.CodeOf(err) != "" {
			w.t.Errorf("audit %q %q: %v", c.subject, c.kind, err)
		}
	}
	w.sound()
}

func testCheckpoints(w *world) {
	sums := map[string]bool{}
	checkpoint := func() {
		ends, err := w.s.Ends(context.Background())
		if err != nil || sums[ends.SHA256] || len(ends.SHA256) != 64 {
			w.t.Fatalf("the digest %q stands twice; %v", ends.SHA256, err)
		}
		sums[ends.SHA256] = true
		w.update(func(tx *store.Tx) error { return tx.Checkpoint(monday, ends) })
	}
	checkpoint()
	row := w.file(nil)
	checkpoint()
	checkpoint()
	if err := w.more(&row, support.Commented{}); err != nil {
		w.t.Fatal(err)
	}
	w.sound()
}

// testRefold checks rows against what a fold gives.
func testRefold(w *world) {
	good := w.file(nil)
	w.file(func(facts []support.Fact, row *support.Row) []support.Fact {
		row.Severity, row.Tags = 4, []string{"x"}
		return facts
	})
	w.file(nil)
	found, err := w.s.Check(context.Background(), store.CheckOptions{Fold: func(facts []support.Fact) (support.Row, []string, error) {
		row := good
		row.ID, row.Contract = 0, facts[0].Body.(support.Filed).Contract
		return row, nil, nil
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	want := []string{
		"request 10000001: its facts give another row: Severity, Tags",
	}
	var got []string
	for _, p := range found {
		got = append(got, p.String())
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("got %q", got)
	}
	found, err = w.s.Check(context.Background(), store.CheckOptions{Fold: func([]support.Fact) (support.Row, []string, error) {
		return good, []string{"first response comes out a minute later"}, errors.New("unknown pack")
	}})
	if err != nil || len(found) != 3 || found[0].What != "its facts cannot be folded: unknown pack" {
		w.t.Errorf("got %v, %v", found, err)
	}
}
