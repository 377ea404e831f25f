package storetest

import (
	"context"
	"strings"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// An erased text and its salt are gone, and nothing else is; the check knows
// from the fact that it was erased. What belongs to another request, or is gone
// already, is not erased by this one.
func testErase(w *world) {
	row, other := w.file(nil), w.file(nil)
	texts := []support.Text{support.T("a"), support.T("b"), support.T("c")}
	w.update(func(tx *store.Tx) error {
		for i, request := range []int64{row.ID, row.ID, other.ID} {
			texts[i].ID = 0
			if err := tx.SaveText(w.account.ID, request, &texts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for _, t := range texts[:2] {
		if err := w.more(&row, support.Commented{Text: t}); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.more(&other, support.Commented{Text: texts[2]}); err != nil {
		w.t.Fatal(err)
	}
	erase := support.ContentErased{Of: 3, Content: []int64{texts[0].ID}, Ground: "secret"}
	if err := w.more(&row, erase); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.s.Texts(context.Background(), []int64{texts[0].ID, texts[1].ID, texts[2].ID})
	if err != nil || got[texts[0].ID] != "" || got[texts[1].ID] != "b" || got[texts[2].ID] != "c" {
		w.t.Errorf("texts after one was erased: %v, %v", got, err)
	}
	for _, of := range []int64{texts[0].ID, texts[2].ID} {
		err := w.more(&row, support.ContentErased{Of: 3, Content: []int64{of}, Ground: "secret"})
		if err == nil || !strings.Contains(err.Error(), "could be erased") {
			w.t.Errorf("content %d was erased: %v", of, err)
		}
	}
	w.sound()
}
