package storetest

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// testWishes: a wish is its owner's and the desk's, has one question and one
// answer (R31).
func testWishes(w *world) {
	ctx, mine := context.Background(), w.contacts[0]
	f := store.FeatureRequest{Account: mine.Account, Contact: mine.ID, Product: "hypervisor", Version: "4.0", At: monday}
	question, answer := support.T("how many?"), support.T("forty")
	w.update(func(tx *store.Tx) error {
		f.Title, f.Text = support.T("bulk"), support.T("all at once")
		return firstOf(tx.SaveText(f.Account, 0, &f.Title), tx.SaveText(f.Account, 0, &f.Text), tx.AddFeatureRequest(&f),
			tx.SaveText(f.Account, 0, &question), tx.SaveText(f.Account, 0, &answer))
	})
	w.refuses(support.Conflict, "wish.not_asked", func(tx *store.Tx) error { return tx.AnswerFeature(f.ID, answer, monday) })
	w.update(func(tx *store.Tx) error { return tx.AskFeature(f.ID, w.staff.ID, question, monday.Add(time.Hour)) })
	w.refuses(support.Conflict, "wish.asked", func(tx *store.Tx) error { return tx.AskFeature(f.ID, w.staff.ID, answer, monday.Add(2*time.Hour)) })
	w.update(func(tx *store.Tx) error { return tx.AnswerFeature(f.ID, answer, monday.Add(3*time.Hour)) })
	w.refuses(support.Conflict, "wish.not_asked", func(tx *store.Tx) error { return tx.AnswerFeature(f.ID, question, monday.Add(4*time.Hour)) })
	w.refuses(support.NotFound, "wish.not_found", func(tx *store.Tx) error { _, err := tx.FeatureRequest(f.ID + 1); return err })
	for name, v := range map[string]store.Viewer{"owner": customer(mine.ID), "staff": staffed(w.staff.ID)} {
		got, _, err := w.s.FeatureRequests(ctx, v, 0, 10)
		if err != nil || len(got) != 1 {
			w.t.Fatalf("%s sees %+v, %v", name, got, err)
		}
		x := got[0]
		if x.Question.ID != question.ID || x.Answer.ID != answer.ID || x.AskedBy != w.staff.ID || !x.AskedAt.Equal(monday.Add(time.Hour)) ||
			!x.AnsweredAt.Equal(monday.Add(3*time.Hour)) || x.Title.ID != f.Title.ID || x.Request != 0 {
			w.t.Errorf("%s sees %+v", name, x)
		}
	}
	if got, _, err := w.s.FeatureRequests(ctx, customer(w.contacts[1].ID), 0, 10); err != nil || len(got) != 0 {
		w.t.Errorf("a colleague sees %+v, %v", got, err)
	}
	if got, _, err := w.s.FeatureRequests(ctx, everything, f.ID, 10); err != nil || len(got) != 0 {
		w.t.Errorf("the next page holds %+v, %v", got, err)
	}
	if _, next, err := w.s.FeatureRequests(ctx, everything, 0, 1); err != nil || next != 0 {
		w.t.Errorf("after a page that is exactly full comes %d, %v", next, err)
	}
	second := f
	w.update(func(tx *store.Tx) error { return tx.AddFeatureRequest(&second) })
	if got, next, err := w.s.FeatureRequests(ctx, everything, 0, 1); err != nil || next != second.ID || len(got) != 1 {
		w.t.Errorf("of two the first page is %+v, next %d, %v", got, next, err)
	}
}

// testSecurityReports: seen by the security team and admins alone; reports
// without an account are limited by the hour (R45).
func testSecurityReports(w *world) {
	ctx := context.Background()
	report := func(contact int64, at time.Time) *store.SecurityReport {
		return &store.SecurityReport{At: at, Contact: contact, Product: "hypervisor", Text: support.Text{ID: 1}, DueAt: at.Add(24 * time.Hour)}
	}
	add := func(r *store.SecurityReport) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return tx.AddSecurityReport(r, 2) }
	}
	w.update(add(report(0, monday)))
	w.update(add(report(0, monday.Add(time.Minute))))
	w.refuses(support.Busy, "security.too_many", add(report(0, monday.Add(time.Hour-support.Micro))))
	w.update(add(report(w.contacts[0].ID, monday.Add(2*time.Minute))))
	last := report(0, monday.Add(time.Hour)) // the first one is an hour old now
	w.update(add(last))
	w.update(func(tx *store.Tx) error {
		return tx.AcknowledgeSecurityReport(last.ID, w.staff.ID, monday.Add(2*time.Hour))
	})
	w.refuses(support.Conflict, "security.acknowledged", func(tx *store.Tx) error {
		return tx.AcknowledgeSecurityReport(last.ID, w.staff.ID, monday.Add(3*time.Hour))
	})
	w.refuses(support.NotFound, "security.not_found", func(tx *store.Tx) error { return tx.AcknowledgeSecurityReport(99, w.staff.ID, monday) })
	for _, v := range []store.Viewer{staffed(w.staff.ID, support.RoleSecurity), staffed(w.staff.ID, support.RoleAdmin), everything} {
		got, _, err := w.s.SecurityReports(ctx, v, 0, 0)
		if err != nil || len(got) != 4 || got[0].ID != last.ID || got[0].AcknowledgedBy != w.staff.ID || !got[0].DueAt.Equal(last.DueAt) || got[1].Contact != w.contacts[0].ID {
			w.t.Errorf("%v sees %+v, %v", v.Roles, got, err)
		}
	}
	for _, v := range []store.Viewer{customer(w.contacts[0].ID), staffed(w.staff.ID, support.RoleTSE, support.RoleDuty, support.RoleEngineering), {}} {
		if got, _, err := w.s.SecurityReports(ctx, v, 0, 0); support.CodeOf(err) != support.NotFound || len(got) != 0 {
			w.t.Errorf("%+v sees %+v, %v", v, got, err)
		}
	}
}

// testSecurityPages reads reports page by page: each comes once, and there is no
// page after the last one, however full that is.
func testSecurityPages(w *world) {
	const all = 6
	for i := range all {
		r := store.SecurityReport{At: monday.Add(time.Duration(i) * time.Minute), Contact: w.contacts[0].ID, Text: support.Text{ID: 1}, DueAt: monday}
		w.update(func(tx *store.Tx) error { return tx.AddSecurityReport(&r, 1) })
	}
	for _, size := range []int{1, 2, 3, 4, all, all + 1} {
		pages, seen, after := 0, 0, int64(0)
		for last := int64(1 << 60); pages == 0 || after != 0; pages++ {
			page, next, err := w.s.SecurityReports(context.Background(), everything, after, size)
			if err != nil || len(page) > size {
				w.t.Fatalf("a page of %d holds %d, %v", size, len(page), err)
			}
			for _, r := range page {
				if r.ID >= last {
					w.t.Errorf("pages of %d: %d comes after %d", size, r.ID, last)
				}
				last = r.ID
			}
			seen, after = seen+len(page), next
		}
		if seen != all || pages != (all+size-1)/size {
			w.t.Errorf("pages of %d: %d reports on %d pages", size, seen, pages)
		}
	}
}

// testDeflections counts by product and way, for staff (R30).
func testDeflections(w *world) {
	ctx, mine := context.Background(), w.contacts[0]
	for i, route := range []string{"community", "community", "self_help"} {
		d := store.Deflection{At: monday.Add(time.Duration(i) * time.Hour), Contact: mine.ID, Account: mine.Account, Product: "hypervisor", Route: route}
		w.update(func(tx *store.Tx) error { return tx.AddDeflection(&d) })
	}
	count := func(since time.Time) map[string]int {
		got, err := w.s.CountDeflections(ctx, staffed(w.staff.ID), since)
		if err != nil {
			w.t.Fatal(err)
		}
		out := map[string]int{}
		for _, d := range got {
			out[d.Product+"."+d.Route] = d.Quantity
		}
		return out
	}
	if got := count(monday); got["hypervisor.community"] != 2 || got["hypervisor.self_help"] != 1 {
		w.t.Errorf("all: %v", got)
	}
	if got := count(monday.Add(support.Micro)); got["hypervisor.community"] != 1 {
		w.t.Errorf("after the first: %v", got)
	}
	if _, err := w.s.CountDeflections(ctx, customer(mine.ID), monday); support.CodeOf(err) != support.Forbidden {
		w.t.Errorf("a customer counts: %v", err)
	}
}

// testProlong: a contract is prolonged and never shortened.
func testProlong(w *world) {
	until := w.contract.EndsAt.AddDate(0, 1, 0)
	for _, to := range []time.Time{until, until.AddDate(0, -2, 0)} {
		w.update(func(tx *store.Tx) error { return tx.ProlongContract(w.contract.ID, to) })
	}
	if got, err := w.s.Contract(context.Background(), everything, w.contract.ID); err != nil || !got.EndsAt.Equal(until) {
		w.t.Errorf("it ends %s, %v, want %s", got.EndsAt, err, until)
	}
}
