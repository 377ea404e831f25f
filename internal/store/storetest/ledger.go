package storetest

import (
	"context"
	"reflect"
	"sync/atomic"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (w *world) pack(bought int, expires time.Time) support.IncidentPack {
	w.t.Helper()
	p := support.IncidentPack{Contract: w.contract.ID, Bought: bought, ExpiresAt: expires}
	w.update(func(tx *store.Tx) error { return tx.AddIncidentPack(&p) })
	return p
}

// reserving adds the fact that takes an incident.
func reserving(pack int64, at time.Time) func([]support.Fact, *support.Row) []support.Fact {
	return func(facts []support.Fact, _ *support.Row) []support.Fact {
		return append(facts, support.Fact{Seq: 3, At: at, By: clockwork, Body: support.IncidentReserved{Pack: pack}})
	}
}

func (w *world) balance(pack int64) support.IncidentPack {
	w.t.Helper()
	parties, err := w.s.Parties(context.Background(), everything, w.contacts[0].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range parties.Holdings[0].Packs {
		if p.ID == pack {
			return p
		}
	}
	w.t.Fatalf("pack %d is gone", pack)
	return support.IncidentPack{}
}

// testLastIncident lets many file on the last incident at the same moment.
//
// guide: R52, A20
func testLastIncident(w *world) {
	p := w.pack(3, monday.Add(time.Hour))
	w.file(reserving(p.ID, monday))
	w.file(reserving(p.ID, monday))
	var filed atomic.Int64
	errs := race(crowd(), func(int) error {
		return w.s.Update(context.Background(), func(tx *store.Tx) error {
			row, err := w.fileIn(tx, reserving(p.ID, monday), nil)
			if err == nil {
				filed.Store(row.ID)
			}
			return err
		})
	})
	w.oneWins(errs, "incident.none_left")
	if got := w.balance(p.ID); got.Available() != 0 || got.Reserved != 3 {
		w.t.Errorf("balance: %+v", got)
	}
	if w.gapless && filed.Load() != support.FirstID+2 {
		w.t.Errorf("the winner has id %d: the losers left a gap", filed.Load())
	}
	w.sound()
}

// guide: A20
func testIncidents(w *world) {
	p := w.pack(2, monday.Add(time.Hour))
	tooLate := func(tx *store.Tx) error {
		_, err := w.fileIn(tx, reserving(p.ID, monday.Add(time.Hour)), nil)
		return err
	}
	w.refuses(support.Conflict, "incident.none_left", tooLate)
	spent, back := w.file(reserving(p.ID, monday.Add(time.Hour-time.Microsecond))), w.file(reserving(p.ID, monday))
	settle := func(row *support.Row, spent bool) {
		w.t.Helper()
		if err := w.more(row, support.IncidentSettled{Pack: p.ID, Spent: spent}); err != nil {
			w.t.Fatal(err)
		}
	}
	settle(&spent, true)
	settle(&back, false)
	if got := w.balance(p.ID); got.Reserved != 0 || got.Spent != 1 || got.Available() != 1 {
		w.t.Errorf("balance: %+v", got)
	}
	if err := w.more(&spent, support.IncidentSettled{Pack: p.ID}); err == nil {
		w.t.Error("an incident was settled twice")
	}
	if err := w.more(&spent, support.IncidentReserved{Pack: p.ID}); err == nil {
		w.t.Error("a request took a second incident after it had spent one")
	}
	if err := w.more(&back, support.IncidentReserved{Pack: p.ID}); err != nil {
		w.t.Errorf("a request that gave its incident back takes another: %v", err)
	}
	endless := w.pack(1, time.Time{})
	w.file(reserving(endless.ID, monday.AddDate(50, 0, 0)))
	w.sound()
}

// guide: R50, A6
func testSurveys(w *world) {
	one, two := w.file(nil), w.file(nil)
	contact := w.contacts[0].ID
	if err := w.more(&one, support.SurveyRequested{Contact: contact}); err != nil {
		w.t.Fatal(err)
	}
	c, err := w.s.Contact(context.Background(), everything, contact)
	if err != nil || !c.SurveySentAt.Equal(monday.Add(3*time.Second)) {
		w.t.Errorf("last survey %v, %v", c.SurveySentAt, err)
	}
	wantCode(w.t, w.more(&two, support.SurveyRequested{Contact: contact}), support.Conflict, "survey.sent_meanwhile")
	if err := w.more(&two, support.SurveyRequested{Contact: contact, LastSentAt: c.SurveySentAt}); err != nil {
		w.t.Error(err)
	}
	w.sound()
}

// guide: R07
func testSplit(w *world) {
	old := support.Licence{Contract: w.contract.ID, Key: "AAAA", Product: "hypervisor", Version: "4.0", Units: 20}
	row := w.file(nil)
	keys := []support.Text{support.T("KEY-12"), support.T("KEY-8")}
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.AddLicence(&old), tx.GrantRole(w.contract.ID, w.contacts[1].ID, support.RoleLicenceSecondary, 0),
			tx.OpenLicence(old.ID, w.contacts[1].ID), tx.SaveText(w.account.ID, row.ID, &keys[0]), tx.SaveText(w.account.ID, row.ID, &keys[1]))
	})
	split := support.LicenceSplit{Licence: old.ID, Units: 20, Parts: []int{12, 8}, Version: "3.5", Keys: keys}
	if err := w.more(&row, split); err != nil {
		w.t.Fatal(err)
	}
	got, err := w.s.LicencesOf(context.Background(), everything, w.contract.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	secondary := []int64{w.contacts[1].ID}
	want := []support.Licence{
		{ID: old.ID, Contract: old.Contract, Key: "AAAA", Product: "hypervisor", Version: "4.0", Units: 20, Superseded: true, OpenedTo: secondary},
		{ID: old.ID + 1, Contract: old.Contract, Key: "KEY-12", Product: "hypervisor", Version: "3.5", Parent: old.ID, Units: 12, OpenedTo: secondary},
		{ID: old.ID + 2, Contract: old.Contract, Key: "KEY-8", Product: "hypervisor", Version: "3.5", Parent: old.ID, Units: 8, OpenedTo: secondary},
	}
	if !reflect.DeepEqual(got, want) {
		w.t.Errorf("got  %+v\nwant %+v", got, want)
	}
	wantCode(w.t, w.more(&row, split), support.Conflict, "licence.superseded")
	split.Licence = old.ID + 1
	split.Parts, split.Keys = []int{12}, keys[:1]
	wantCode(w.t, w.more(&row, split), support.Conflict, "licence.key_taken")
	w.sound()
}
