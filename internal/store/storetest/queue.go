package storetest

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// variety files requests that differ in everything that lists ask for.
func (w *world) variety(n int) []support.Row {
	var out []support.Row
	for i := range n {
		out = append(out, w.file(func(facts []support.Fact, row *support.Row) []support.Fact {
			row.Severity = 1 + i%4
			row.Turn = []support.Turn{support.TurnSupport, support.TurnCustomer}[i%2]
			row.Kind = []support.Kind{support.Technical, support.Technical, support.CS}[i%3]
			row.Tags = [][]string{nil, {"vip"}, {"vip", "lab"}}[i%3]
			row.ChangedAt = monday.Add(time.Duration(i/2) * time.Second)
			row.FiledAt = monday.Add(-time.Duration(i/3) * time.Minute)
			row.Language, row.Region = []string{"ja", "en"}[i%2], []string{"apj", "emea", "apj"}[i%3]
			row.Offering = []string{"basic", "gold", "silver"}[i%3]
			if i%3 != 0 {
				row.NextMetric, row.NextDueAt = support.FirstResponse, monday.Add(time.Duration(i%5)*time.Hour)
			}
			if i%4 == 1 {
				row.Owner, row.Queue, row.QueuedSince = w.staff.ID, "", time.Time{}
			}
			row.Escalated = i%7 == 1
			if i%6 == 5 { // days old, the first to the microsecond
				row.FiledAt = monday.Add(2*time.Hour).AddDate(0, 0, -i/5)
			}
			if i%5 == 4 {
				row.Stage, row.CompletedAt, row.Turn = support.StageCompleted, monday, support.TurnNobody
			}
			return facts
		}))
	}
	return out
}

// testFilters compares lists with a plain reading of the same filters.
func testFilters(w *world) {
	all := w.variety(60)
	for _, order := range []store.Order{"", store.ByDue, store.ByChanged, store.ByNewest, store.ByOldest} {
		for _, c := range []struct {
			f    store.Filter
			keep func(r support.Row) bool
		}{
			{store.Filter{}, func(support.Row) bool { return true }},
			{store.Filter{Owner: w.staff.ID}, func(r support.Row) bool { return r.Owner == w.staff.ID }},
			{store.Filter{Unowned: true}, func(r support.Row) bool { return r.Owner == 0 }},
			{store.Filter{Turn: support.TurnCustomer}, func(r support.Row) bool { return r.Turn == support.TurnCustomer }},
			{store.Filter{Severity: 1}, func(r support.Row) bool { return r.Severity == 1 }},
			{store.Filter{DueBefore: monday.Add(2 * time.Hour)}, func(r support.Row) bool {
				return !r.NextDueAt.IsZero() && r.NextDueAt.Before(monday.Add(2*time.Hour))
			}},
			{store.Filter{DueFrom: monday.Add(time.Hour), DueBefore: monday.Add(3 * time.Hour)}, func(r support.Row) bool {
				return !r.NextDueAt.Before(monday.Add(time.Hour)) && r.NextDueAt.Before(monday.Add(3*time.Hour))
			}},
			{store.Filter{FiledFrom: monday.Add(-9 * time.Minute), FiledBefore: monday.Add(-2 * time.Minute)}, func(r support.Row) bool {
				return !r.FiledAt.Before(monday.Add(-9*time.Minute)) && r.FiledAt.Before(monday.Add(-2*time.Minute))
			}},
			{store.Filter{Escalated: true}, func(r support.Row) bool { return r.Escalated }},
			{store.Filter{Account: w.account.ID, Contract: w.contract.ID, Contact: w.contacts[0].ID, Product: "hypervisor"},
				func(support.Row) bool { return true }},
			{store.Filter{Account: w.account.ID + 1}, func(support.Row) bool { return false }},
			{store.Filter{Stage: support.StageOpened, Kind: support.CS}, func(r support.Row) bool {
				return r.Stage == support.StageOpened && r.Kind == support.CS
			}},
			{store.Filter{Queue: "technical", Tag: "lab"}, func(r support.Row) bool {
				return r.Queue == "technical" && slices.Contains(r.Tags, "lab")
			}},
			{store.Filter{Open: true}, func(r support.Row) bool { return r.Stage != support.StageCompleted }},
			{store.Filter{Language: "ja", Region: "apj"}, func(r support.Row) bool { return r.Language == "ja" && r.Region == "apj" }},
			{store.Filter{Offerings: store.OfferingsOf([]string{"basic", "gold"})}, func(r support.Row) bool { return r.Offering == "basic" || r.Offering == "gold" }},
			{store.Filter{Offerings: store.OfferingsOf([]string{"none"})}, func(support.Row) bool { return false }},
		} {
			c.f.Order = order
			want := expected(all, c.f, c.keep)
			if got := w.pages(c.f); !slices.Equal(got, want) {
				w.t.Errorf("%+v:\ngot  %v\nwant %v", c.f, got, want)
			}
			n, _, err := w.s.Count(context.Background(), everything, c.f, 0)
			if err != nil || n != len(want) {
				w.t.Errorf("%+v: counted %d, %v, want %d", c.f, n, err, len(want))
			}
		}
	}
	w.owned(all)
	w.counted(all)
	w.badLists()
}

// counted compares the overview with lists of the same meaning.
func (w *world) counted(all []support.Row) {
	ctx, at, soon := context.Background(), monday.Add(2*time.Hour), time.Hour
	figures, err := w.s.Overview(ctx, everything, at, soon)
	if err != nil {
		w.t.Fatal(err)
	}
	var sum, nobody store.OpenFigures
	ages := make([]int, len(support.AgeBounds())+1)
	for _, x := range figures {
		sum.Open, sum.Missed, sum.Soon, sum.Escalated = sum.Open+x.Open, sum.Missed+x.Missed, sum.Soon+x.Soon, sum.Escalated+x.Escalated
		if x.Owner == 0 && x.Turn == support.TurnSupport {
			nobody.Open, nobody.Missed = nobody.Open+x.Open, nobody.Missed+x.Missed
		}
		for i, n := range x.Ages {
			ages[i] += n
		}
	}
	for name, c := range map[string]struct {
		got int
		f   store.Filter
	}{
		"open": {sum.Open, store.Filter{}}, "missed": {sum.Missed, store.Filter{DueBefore: at}}, "escalated": {sum.Escalated, store.Filter{Escalated: true}},
		"soon": {sum.Soon, store.Filter{DueFrom: at, DueBefore: at.Add(soon)}}, "nobody's": {nobody.Open, store.Filter{Unowned: true, Turn: support.TurnSupport}},
		"nobody's missed": {nobody.Missed, store.Filter{Unowned: true, Turn: support.TurnSupport, DueBefore: at}},
	} {
		n, _, err := w.s.Count(ctx, everything, c.f, 1000)
		if err != nil || n != c.got || n == 0 {
			w.t.Errorf("%s: the overview says %d, the list has %d, %v", name, c.got, n, err)
		}
	}
	want := make([]int, len(ages))
	for _, r := range all {
		if r.Stage != support.StageCompleted {
			i := slices.IndexFunc(support.AgeBounds(), func(b time.Duration) bool { return at.Sub(r.FiledAt) < b })
			want[(i+len(want))%len(want)]++
		}
	}
	if !slices.Equal(ages, want) {
		w.t.Errorf("ages %v, want %v", ages, want)
	}
	if figures, err = w.s.Overview(ctx, store.Viewer{}, at, soon); err != nil || len(figures) > 0 {
		w.t.Errorf("nobody sees %v, %v", figures, err)
	}
}

// owned compares the open requests of one member of staff with a plain reading.
func (w *world) owned(all []support.Row) {
	var want []int64
	for _, r := range all {
		if r.Owner == w.staff.ID && r.Stage != support.StageCompleted {
			want = append(want, r.ID)
		}
	}
	w.update(func(tx *store.Tx) error {
		got, err := tx.OwnedBy(w.staff.ID, len(all))
		if err != nil || !slices.Equal(got, want) {
			w.t.Errorf("owned %v, %v, want %v", got, err, want)
		}
		if got, err = tx.OwnedBy(w.staff.ID, 2); err != nil || !slices.Equal(got, want[:2]) {
			w.t.Errorf("the first two owned are %v, %v, want %v", got, err, want[:2])
		}
		return nil
	})
}

func (w *world) badLists() {
	n, _, err := w.s.Count(context.Background(), everything, store.Filter{}, 3)
	if err != nil || n != 3 {
		w.t.Errorf("a count to 3 gives %d, %v", n, err)
	}
	_, _, err = w.s.Requests(context.Background(), everything, store.Filter{Order: "size"})
	wantCode(w.t, err, support.Invalid, "list.order")
	_, next, err := w.s.Requests(context.Background(), everything, store.Filter{Limit: 1})
	if err != nil || next == "" {
		w.t.Fatalf("no next page: %v", err)
	}
	for _, after := range []string{"x", "!", next[1:], strings.Repeat("A", 500)} {
		_, _, err = w.s.Requests(context.Background(), everything, store.Filter{After: after})
		wantCode(w.t, err, support.Invalid, "list.cursor")
	}
	_, _, err = w.s.Requests(context.Background(), everything, store.Filter{After: next, Order: store.ByChanged})
	wantCode(w.t, err, support.Invalid, "list.cursor")
}

func expected(all []support.Row, f store.Filter, keep func(support.Row) bool) []int64 {
	var rows []support.Row
	for _, r := range all {
		if keep(r) && (f.Order == store.ByChanged || r.Stage != support.StageCompleted) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b support.Row) int {
		if f.Order == store.ByChanged {
			return cmp.Or(b.ChangedAt.Compare(a.ChangedAt), cmp.Compare(b.ID, a.ID))
		}
		if filed := cmp.Or(a.FiledAt.Compare(b.FiledAt), cmp.Compare(a.ID, b.ID)); f.Order == store.ByOldest {
			return filed
		} else if f.Order == store.ByNewest {
			return -filed
		}
		if a.NextDueAt.IsZero() != b.NextDueAt.IsZero() {
			if a.NextDueAt.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.NextDueAt.Compare(b.NextDueAt), cmp.Compare(a.ID, b.ID))
	})
	var out []int64
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// pages walks a list seven at a time.
func (w *world) pages(f store.Filter) []int64 {
	w.t.Helper()
	f.Limit = 7
	var out []int64
	for range 100 {
		rows, next, err := w.s.Requests(context.Background(), everything, f)
		if err != nil {
			w.t.Fatal(err)
		}
		w.listed(f, rows, next)
		for _, r := range rows {
			out = append(out, r.ID)
		}
		if next == "" {
			return out
		}
		if len(rows) != f.Limit {
			w.t.Fatalf("a page of %d that is not the last", len(rows))
		}
		f.After = next
	}
	w.t.Fatal("the list does not end")
	return nil
}

// listed: a page with its names has the same rows, and the names that their ids
// stand for.
func (w *world) listed(f store.Filter, rows []support.Row, next string) {
	w.t.Helper()
	ctx := context.Background()
	got, names, goesOn, err := w.s.Listed(ctx, everything, f)
	if err != nil || !reflect.DeepEqual(got, rows) || goesOn != next {
		w.t.Fatalf("with names %d rows and %q, %v; without %d and %q", len(got), goesOn, err, len(rows), next)
	}
	var ids store.Naming
	for _, r := range rows {
		ids.Contacts, ids.Accounts = append(ids.Contacts, r.Contact), append(ids.Accounts, r.Account)
		ids.Contracts, ids.Staff, ids.Texts = append(ids.Contracts, r.Contract), append(ids.Staff, r.Owner), append(ids.Texts, r.Title.ID)
	}
	want, err := w.s.Names(ctx, ids)
	for id, c := range want.Contacts {
		c.Account = 0
		want.Contacts[id] = c
	}
	for id, c := range want.Contracts {
		c.Account = 0
		want.Contracts[id] = c
	}
	if err != nil || !reflect.DeepEqual(names, want) {
		w.t.Errorf("the names beside a list are %+v, %v, want %+v", names, err, want)
	}
	w.glanced(f, rows, want, next)
}

// glanced: at a glance a page has the same rows, without what a line does not show.
func (w *world) glanced(f store.Filter, rows []support.Row, all store.Named, next string) {
	w.t.Helper()
	got, names, goesOn, err := w.s.Glanced(context.Background(), everything, f)
	if err != nil || len(got) != len(rows) || goesOn != next {
		w.t.Fatalf("at a glance %d rows and %q, %v; want %d and %q", len(got), goesOn, err, len(rows), next)
	}
	for i, r := range rows {
		r.Kind, r.Contact, r.Contract, r.Offering, r.Region, r.Language, r.Queue, r.Priority = "", 0, 0, "", "", "", "", 0
		r.QueuedSince, r.Title.SHA256, r.Reference, r.Environment, r.Component, r.Reason, r.NextMissed = time.Time{}, "", support.Text{}, "", "", "", false
		if !reflect.DeepEqual(got[i], r) {
			w.t.Errorf("row %d at a glance is %+v, want %+v", i, got[i], r)
		}
	}
	all.Contacts, all.Contracts = map[int64]support.Contact{}, map[int64]support.Contract{}
	if !reflect.DeepEqual(names, all) {
		w.t.Errorf("the names at a glance are %+v, want %+v", names, all)
	}
}

// watchers of A13: who sees a request, and by which way.
//
// guide: A13
func testVisibility(w *world) {
	var stranger, reseller support.Contact
	var other support.Account
	w.update(func(tx *store.Tx) error {
		other = support.Account{Name: "Secret", Country: "JP", Restricted: true}
		if err := tx.AddAccount(&other); err != nil {
			return err
		}
		if err := w.people(tx, 4); err != nil {
			return err
		}
		stranger, reseller = w.contacts[5], w.contacts[6]
		admin, secondary := w.contacts[1].ID, w.contacts[2].ID
		if err := tx.GrantRole(w.contract.ID, admin, support.RoleSupportAdmin, 1); err != nil {
			return err
		}
		return tx.GrantRole(w.contract.ID, secondary, support.RoleLicenceSecondary, 0)
	})
	opener, watcher := w.contacts[3], w.contacts[4]
	by := func(contact int64) func([]support.Fact, *support.Row) []support.Fact {
		return func(facts []support.Fact, row *support.Row) []support.Fact { row.Contact = contact; return facts }
	}
	onContract, without := w.file(by(opener.ID)), w.file(func(facts []support.Fact, row *support.Row) []support.Fact {
		row.Contact, row.Contract = opener.ID, 0
		return facts
	})
	hidden := w.newContract(other.ID, "C-2", reseller.ID)
	restricted := w.file(func(facts []support.Fact, row *support.Row) []support.Fact {
		f := facts[0].Body.(support.Filed)
		f.Account, row.Account = other.ID, other.ID
		facts[0].Body, row.Contact, row.Contract = f, reseller.ID, hidden.ID
		return facts
	})
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.AddWatcher(onContract.ID, watcher.ID), tx.AddWatcher(onContract.ID, watcher.ID))
	})
	ids := []int64{onContract.ID, without.ID, restricted.ID}
	for _, c := range []struct {
		name string
		v    store.Viewer
		sees string // of the three, in their order
	}{
		{"nobody", store.Viewer{}, "..."},
		{"contact 0", customer(0), "..."},
		{"staff 0", staffed(0), "..."},
		{"opener", customer(opener.ID), "xx."},
		{"primary licence administrator", customer(w.contacts[0].ID), "x.."},
		{"support administrator", customer(w.contacts[1].ID), "x.."},
		{"secondary licence administrator", customer(w.contacts[2].ID), "..."},
		{"watcher", customer(watcher.ID), "x.."},
		{"colleague of the account", customer(stranger.ID), "..."},
		{"reseller with a role abroad", customer(reseller.ID), "..x"},
		{"customer who claims a role of staff", store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: stranger.ID}, Roles: []support.Role{support.RoleAdmin}}, "..."},
		{"engineer", staffed(w.staff.ID, support.RoleTSE), "xx."},
		{"duty manager", staffed(w.staff.ID, support.RoleDuty), "xxx"},
		{"administrator", staffed(w.staff.ID, support.RoleAdmin), "xxx"},
		{"system", everything, "xxx"},
	} {
		w.numbered()
		w.seesBy(c.name, c.v, ids, c.sees)
	}
	w.update(func(tx *store.Tx) error {
		return firstOf(tx.RemoveWatcher(onContract.ID, watcher.ID), tx.RevokeRole(w.contract.ID, w.contacts[1].ID, support.RoleSupportAdmin))
	})
	w.seesBy("watcher no more", customer(watcher.ID), ids, "...")
	w.seesBy("support administrator no more", customer(w.contacts[1].ID), ids, "...")
	w.sound()
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// seesBy asks every read of requests the same question.
func (w *world) seesBy(name string, v store.Viewer, ids []int64, want string) {
	w.t.Helper()
	ctx := context.Background()
	reads := map[string]func(id int64) (bool, error){
		"Request":  func(id int64) (bool, error) { _, err := w.s.Request(ctx, v, id); return seen(err) },
		"Facts":    func(id int64) (bool, error) { _, err := w.s.Facts(ctx, v, id); return seen(err) },
		"Timeline": func(id int64) (bool, error) { _, err := w.s.Timeline(ctx, v, id, store.Page{}); return seen(err) },
		"Requests": func(id int64) (bool, error) {
			rows, _, err := w.s.Requests(ctx, v, store.Filter{Order: store.ByChanged})
			return slices.ContainsFunc(rows, func(r support.Row) bool { return r.ID == id }), err
		},
		"Events": func(id int64) (bool, error) {
			events, err := w.s.Events(ctx, v, 0, 0)
			return slices.ContainsFunc(events, func(e store.Event) bool { return e.Subject == "request" && e.SubjectID == id }), err
		},
	}
	for read, see := range reads {
		got := ""
		for _, id := range ids {
			yes, err := see(id)
			if err != nil {
				w.t.Fatal(err)
			}
			got += map[bool]string{true: "x", false: "."}[yes]
		}
		if got != want {
			w.t.Errorf("%s by %s: got %s, want %s", name, read, got, want)
		}
	}
	n, _, err := w.s.Count(ctx, v, store.Filter{Order: store.ByChanged}, 0)
	if err != nil || fmt.Sprint(n) != fmt.Sprint(strings.Count(want, "x")) {
		w.t.Errorf("%s counts %d, %v, want %s", name, n, err, want)
	}
}

func seen(err error) (bool, error) {
	if support.CodeOf(err) == support.NotFound {
		return false, nil
	}
	return err == nil, err
}
