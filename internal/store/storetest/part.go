package storetest

import (
	"context"
	"errors"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testParts has parts of an update fail: the others stay, with positions in the
// feed that have no gap.
func testParts(w *world) {
	note := func(tx *store.Tx, id int64) error {
		return tx.Audit("counted", id, clockwork, monday, "counted", map[string]any{})
	}
	broken := errors.New("broken")
	w.update(func(tx *store.Tx) error {
		for id := range int64(4) {
			err := tx.Part(func(tx *store.Tx) error {
				if err := note(tx, 2*id+1); err != nil {
					return err
				}
				inner := tx.Part(func(tx *store.Tx) error { return errors.Join(note(tx, 2*id+2), broken) })
				if !errors.Is(inner, broken) {
					w.t.Errorf("the inner part said %v", inner)
				}
				if id%2 == 1 {
					return broken
				}
				return nil
			})
			if (id%2 == 1) != errors.Is(err, broken) {
				w.t.Errorf("part %d said %v", id, err)
			}
		}
		// The statement that fails ends its part alone, whatever the engine.
		twin := support.Contact{Account: w.account.ID, Number: support.CustomerNumber("987654321"), Email: w.contacts[0].Email, Active: true}
		err := tx.Part(func(tx *store.Tx) error { return tx.AddContact(&twin) })
		wantCode(w.t, err, support.Conflict, "contact.email_taken")
		return note(tx, 100)
	})
	w.numbered()
	events, err := w.s.Events(context.Background(), everything, 0, 500)
	if err != nil {
		w.t.Fatal(err)
	}
	var kept []int64
	for i, e := range events {
		if e.Pos != int64(i+1) {
			w.t.Errorf("event %d has position %d", i+1, e.Pos)
		}
		if e.Subject == "counted" {
			kept = append(kept, e.SubjectID)
		}
	}
	if len(kept) != 3 || kept[0] != 1 || kept[1] != 5 || kept[2] != 100 {
		w.t.Errorf("kept are %v, want 1, 5 and 100", kept)
	}
	w.refuses(support.Invalid, "row.value", func(tx *store.Tx) error {
		return tx.Part(func(*store.Tx) error { return support.Refuse(support.Invalid, "row.value") })
	})
}
