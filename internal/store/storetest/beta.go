package storetest

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (w *world) programme(kind string, ends time.Time) support.BetaProgramme {
	w.t.Helper()
	p := support.BetaProgramme{Key: kind, Name: kind, Kind: kind, Product: "hypervisor", Version: "5.0", EndsAt: ends, Zone: "UTC"}
	w.update(func(tx *store.Tx) error { return tx.AddProgramme(&p) })
	return p
}

// fileInBeta files a request in a programme, or is refused.
func (w *world) fileInBeta(p support.BetaProgramme) (row support.Row, err error) {
	err = w.s.Update(context.Background(), func(tx *store.Tx) (err error) {
		row, err = w.fileIn(tx, func(facts []support.Fact, _ *support.Row) []support.Fact {
			filed := facts[0].Body.(support.Filed)
			filed.Beta, filed.BetaSort = p.ID, support.BetaFeedback
			facts[0].Body = filed
			return facts
		}, nil)
		return err
	})
	return row, err
}

func testBetas(w *world) {
	ctx, t := context.Background(), w.t
	ends := monday.Add(24 * time.Hour)
	private, public := w.programme(support.BetaPrivate, ends), w.programme(support.BetaPublic, ends.Add(time.Hour))
	err := w.s.Update(ctx, func(tx *store.Tx) error { again := private; return tx.AddProgramme(&again) })
	wantCode(t, err, support.Conflict, "beta.key_taken")
	me, other := w.contacts[0].ID, w.contacts[1].ID
	w.update(func(tx *store.Tx) error { return tx.InviteToBeta(private.ID, me, monday) })
	w.update(func(tx *store.Tx) error { return tx.InviteToBeta(private.ID, me, monday) })
	for _, c := range []struct {
		v    store.Viewer
		seen int
	}{{customer(me), 2}, {customer(other), 1}, {everything, 2}, {store.Viewer{}, 0}} {
		list, err := w.s.Programmes(ctx, c.v, 0, 0)
		if err != nil || len(list) != c.seen {
			t.Errorf("%v sees %d programmes, want %d, %v", c.v.Actor, len(list), c.seen, err)
		}
	}
	_, err = w.s.ProgrammeByKey(ctx, customer(other), private.Key)
	wantCode(t, err, support.NotFound, "beta.not_found")
	join := func(p support.BetaProgramme, contact int64, at time.Time) error {
		return w.s.Update(ctx, func(tx *store.Tx) error { return tx.JoinBeta(p.ID, contact, at) })
	}
	wantCode(t, join(private, other, monday), support.Conflict, "beta.ended")
	for range 2 {
		if err := join(private, me, monday); err != nil {
			t.Error(err)
		}
	}
	if err := join(public, other, ends.Add(time.Hour-time.Microsecond)); err != nil {
		t.Error(err)
	}
	wantCode(t, join(public, me, ends.Add(time.Hour)), support.Conflict, "beta.ended")
	if m, err := w.s.Membership(ctx, private.ID, me); err != nil || m != store.BetaMember {
		t.Errorf("the invited is %q, %v", m, err)
	}

	row, err := w.fileInBeta(private)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := w.s.NextProgrammeEnd(ctx); err != nil || !at.Equal(ends) {
		t.Errorf("the next end is %s, %v", at, err)
	}
	end := func(at time.Time) (runs []store.Run) {
		w.update(func(tx *store.Tx) (err error) {
			runs, err = tx.EndProgrammes(at, 30)
			return err
		})
		return runs
	}
	if early := end(ends.Add(-time.Microsecond)); len(early) != 0 {
		t.Errorf("it ends early: %+v", early)
	}
	if runs := end(ends); len(runs) != 1 || runs[0].Subject != private.ID || runs[0].Total != 1 {
		t.Errorf("its end: %+v", runs)
	}
	if twice := end(ends); len(twice) != 0 {
		t.Errorf("it ends twice: %+v", twice)
	}
	_, err = w.fileInBeta(private)
	wantCode(t, err, support.Conflict, "beta.ended")
	if p, err := w.s.ProgrammeByKey(ctx, everything, private.Key); err != nil || p.Requests != 1 || !p.EndedAt.Equal(ends) {
		t.Errorf("it reads %+v, %v", p, err)
	}
	if row.ID == 0 {
		t.Error("the request has no number")
	}
	w.sound()
}

func testBroadcasts(w *world) {
	ctx, t := context.Background(), w.t
	first := w.file(nil)
	text := support.T("x")
	w.update(func(tx *store.Tx) error { text.ID = 0; return tx.SaveText(0, 0, &text) })
	b := support.Broadcast{Product: "hypervisor", Texts: []support.BroadcastText{{Language: "en", Text: text}}, MadeAt: monday}
	w.update(func(tx *store.Tx) error { return tx.AddBroadcast(&b) })
	seen, err := w.s.DigestOf(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	second := w.file(nil)
	run := store.Run{Kind: store.RunBroadcast, Subject: b.ID, StartedAt: monday}
	err = w.s.Update(ctx, func(tx *store.Tx) error { return tx.SendBroadcast(b, seen, monday, &run) })
	wantCode(t, err, support.Conflict, "broadcast.look_again")
	if seen, err = w.s.DigestOf(ctx, b); err != nil {
		t.Fatal(err)
	}
	audience, err := w.s.AudienceOf(ctx, staffed(w.staff.ID), b)
	if err != nil || len(audience) != 1 || audience[0].Requests != 2 || audience[0].First != first.ID || audience[0].Language != "ja" {
		t.Errorf("it reaches %+v, %v", audience, err)
	}
	rows, err := w.s.RequestsOfBroadcast(ctx, staffed(w.staff.ID), b, first.ID, 0)
	if err != nil || len(rows) != 1 || rows[0].ID != second.ID {
		t.Errorf("after the first: %+v, %v", rows, err)
	}
	w.update(func(tx *store.Tx) error { return tx.SendBroadcast(b, seen, monday, &run) })
	err = w.s.Update(ctx, func(tx *store.Tx) error { return tx.SendBroadcast(b, seen, monday, &run) })
	wantCode(t, err, support.Conflict, "broadcast.sent_already")
	list, err := w.s.Broadcasts(ctx, everything, 0, 0)
	if err != nil || len(list) != 1 || !list[0].SentAt.Equal(monday) || list[0].Texts[0].Text.ID != text.ID {
		t.Errorf("listed: %+v, %v", list, err)
	}
	_, err = w.s.Broadcast(ctx, customer(w.contacts[0].ID), b.ID)
	wantCode(t, err, support.NotFound, "broadcast.not_found")
	w.sound()
}

func testEngineeringAsks(w *world) {
	ctx, t := context.Background(), w.t
	row := w.file(nil)
	more := func(body support.Body) {
		t.Helper()
		if err := w.more(&row, body); err != nil {
			t.Fatal(err)
		}
	}
	more(support.AskOpened{N: 1, Kind: support.AskDetails, Of: support.TurnCustomer})
	more(support.AskOpened{N: 2, Kind: support.AskVerifyBug, Of: support.OfEngineering})
	more(support.AskOpened{N: 3, Kind: support.AskReproduce, Of: support.OfEngineering})
	more(support.AskAssigned{N: 2, Staff: w.staff.ID})
	more(support.AskAnswered{N: 3, Of: support.OfEngineering})
	staff := staffed(w.staff.ID, support.RoleEngineering)
	for _, c := range []struct {
		f    store.EngineeringFilter
		want []int
	}{
		{store.EngineeringFilter{}, []int{3, 2}}, {store.EngineeringFilter{State: support.AskOpen}, []int{2}},
		{store.EngineeringFilter{Staff: w.staff.ID}, []int{2}}, {store.EngineeringFilter{Unowned: true}, []int{3}},
		{store.EngineeringFilter{Kind: support.AskReproduce, Request: row.ID}, []int{3}}, {store.EngineeringFilter{Request: 1}, nil},
	} {
		page, _, err := w.s.EngineeringAsks(ctx, staff, c.f)
		var got []int
		for _, a := range page {
			got = append(got, a.N)
		}
		if err != nil || len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%+v lists %v, want %v, %v", c.f, got, c.want, err)
		}
	}
	page, cursor, err := w.s.EngineeringAsks(ctx, staff, store.EngineeringFilter{Limit: 1})
	if err != nil || len(page) != 1 || cursor == "" {
		t.Fatalf("the first page: %+v %q %v", page, cursor, err)
	}
	if page, cursor, err = w.s.EngineeringAsks(ctx, staff, store.EngineeringFilter{Limit: 1, After: cursor}); err != nil || len(page) != 1 || page[0].N != 2 || cursor != "" {
		t.Errorf("the second page: %+v %q %v", page, cursor, err)
	}
	if page, _, err = w.s.EngineeringAsks(ctx, customer(w.contacts[0].ID), store.EngineeringFilter{}); err != nil || len(page) != 0 {
		t.Errorf("a customer lists %+v, %v", page, err)
	}
	w.sound()
}
