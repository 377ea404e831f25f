package storetest

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// defect adds a defect of the world's product.
func (w *world) defect(at time.Time) support.Defect {
	w.t.Helper()
	d := support.Defect{
		Product: "hypervisor", Versions: []string{"4.0"}, State: support.DefectReported, Severity: 2, Title: support.T("race"),
		Public: support.T("may stop"), ReportedAt: at, ChangedAt: at,
	}
	w.update(func(tx *store.Tx) (err error) {
		for _, t := range []*support.Text{&d.Title, &d.Public} {
			t.ID = 0
			if err := tx.SaveText(0, 0, t); err != nil {
				return err
			}
		}
		if d.ID, err = tx.NewDefectID(); err != nil {
			return err
		}
		return tx.AddDefect(d)
	})
	return d
}

func (w *world) linked(row *support.Row, d support.Defect) {
	w.t.Helper()
	if err := w.more(row, support.DefectLinked{Defect: d.ID, Product: d.Product, State: d.State, Public: d.Public}); err != nil {
		w.t.Fatal(err)
	}
}

func testDefects(w *world) {
	ctx, t := context.Background(), w.t
	first, second := w.defect(monday), w.defect(monday.Add(time.Hour))
	if first.ID != support.FirstDefect || second.ID != first.ID+1 {
		t.Errorf("defects are numbered %d, %d", first.ID, second.ID)
	}
	row := w.file(nil)
	w.linked(&row, first)
	w.linked(&row, second)

	next := first
	next.State, next.ChangedAt = support.DefectConfirmed, monday.Add(2*time.Hour)
	w.update(func(tx *store.Tx) error { return tx.UpdateDefect(next, first) })
	err := w.s.Update(ctx, func(tx *store.Tx) error { return tx.UpdateDefect(next, first) })
	wantCode(t, err, support.Conflict, "defect.changed")
	other := w.file(nil)
	err = w.more(&other, support.DefectLinked{Defect: first.ID, Product: first.Product, State: first.State})
	wantCode(t, err, support.Conflict, "request.changed")

	staff := staffed(w.staff.ID, support.RoleEngineering)
	got, err := w.s.Defect(ctx, staff, first.ID)
	if err != nil || got.Requests != 1 || got.State != support.DefectConfirmed || got.Title.ID != first.Title.ID || got.Versions[0] != "4.0" {
		t.Errorf("the defect reads %+v, %v", got, err)
	}
	_, err = w.s.Defect(ctx, customer(w.contacts[0].ID), first.ID)
	wantCode(t, err, support.NotFound, "defect.not_found")
	seen, err := w.s.DefectsOf(ctx, customer(w.contacts[0].ID), row.ID)
	if err != nil || len(seen) != 2 {
		t.Errorf("the opener sees %d defects of the request, %v", len(seen), err)
	}
	_, err = w.s.DefectsOf(ctx, customer(w.contacts[2].ID), row.ID)
	wantCode(t, err, support.NotFound, "request.not_found")

	page, cursor, err := w.s.ListDefects(ctx, staff, store.DefectFilter{Limit: 1})
	if err != nil || len(page) != 1 || page[0].ID != first.ID || cursor == "" {
		t.Fatalf("the first page: %+v %q %v", page, cursor, err)
	}
	page, cursor, err = w.s.ListDefects(ctx, staff, store.DefectFilter{Limit: 1, After: cursor})
	if err != nil || len(page) != 1 || page[0].ID != second.ID || cursor != "" {
		t.Errorf("the second page: %+v %q %v", page, cursor, err)
	}
	if page, _, err = w.s.ListDefects(ctx, staff, store.DefectFilter{State: support.DefectReported, Product: "hypervisor", Severity: 2, Open: true}); err != nil || len(page) != 1 {
		t.Errorf("filtered: %+v %v", page, err)
	}
	if page, _, err = w.s.ListDefects(ctx, customer(w.contacts[0].ID), store.DefectFilter{}); err != nil || len(page) != 0 {
		t.Errorf("a customer lists %+v, %v", page, err)
	}
	if err := w.more(&row, support.DefectUnlinked{Defect: second.ID}); err != nil {
		t.Fatal(err)
	}
	if got, err = w.s.Defect(ctx, staff, second.ID); err != nil || got.Requests != 0 {
		t.Errorf("after the link was taken back: %+v %v", got, err)
	}
	w.sound()
}

func testRuns(w *world) {
	ctx, t := context.Background(), w.t
	d := w.defect(monday)
	var rows []support.Row
	for range 3 {
		row := w.file(nil)
		w.linked(&row, d)
		rows = append(rows, row)
	}
	run := store.Run{Kind: store.RunDefect, Subject: d.ID, PerMinute: 30, StartedAt: monday}
	w.update(func(tx *store.Tx) error { return tx.StartDefectRun(&run) })
	if run.Total != 3 {
		t.Errorf("the run has %d requests, want 3", run.Total)
	}
	claim := func(real time.Time, max int) (items []store.RunItem) {
		w.update(func(tx *store.Tx) (err error) {
			items, err = tx.ClaimRuns(real, time.Minute, max)
			return err
		})
		return items
	}
	items := claim(monday, 2)
	if len(items) != 2 || items[0].Request != rows[0].ID || items[1].Place != 1 || items[1].Run.Total != 3 {
		t.Fatalf("claimed %+v", items)
	}
	if at := items[1].Run.MailFrom(items[1].Place); !at.Equal(monday.Add(2 * time.Second)) {
		t.Errorf("its mail may leave at %s", at)
	}
	if rest := claim(monday, 9); len(rest) != 1 || rest[0].Request != rows[2].ID {
		t.Errorf("somebody else claims %+v", rest)
	}
	w.update(func(tx *store.Tx) error { return tx.RunDone(items[0]) })
	err := w.s.Update(ctx, func(tx *store.Tx) error { return tx.RunDone(items[0]) })
	wantCode(t, err, support.Conflict, "run.done_already")
	w.update(func(tx *store.Tx) error {
		_, err := tx.RunFailed(items[1], monday.Add(time.Hour), "later")
		return err
	})
	ready, next, err := w.s.RunsWait(ctx, monday)
	if err != nil || ready || !next.Equal(monday.Add(time.Minute)) {
		t.Errorf("it waits: %v until %s, %v", ready, next, err)
	}
	if again := claim(monday.Add(time.Minute), 9); len(again) != 1 || again[0].Attempts != 2 {
		t.Errorf("after the lease: %+v", again)
	}
	items[1].Attempts = 20
	w.update(func(tx *store.Tx) error {
		gone, err := tx.RunFailed(items[1], monday, "never")
		if !gone {
			t.Error("it is tried for ever")
		}
		return err
	})
	w.update(func(tx *store.Tx) error {
		return tx.RunSkipped(store.RunItem{Run: run, Request: rows[2].ID}, "request.completed")
	})
	found, err := w.s.Runs(ctx, everything, store.RunDefect, d.ID)
	if err != nil || len(found) != 1 || found[0].Done != 1 || found[0].Skipped != 1 || found[0].Failed != 1 || found[0].Total != 3 {
		t.Errorf("the run stands at %+v, %v", found, err)
	}
	if found, err = w.s.Runs(ctx, customer(w.contacts[0].ID), store.RunDefect, d.ID); err != nil || len(found) != 0 {
		t.Errorf("a customer sees runs: %+v, %v", found, err)
	}
	w.sound()
}
