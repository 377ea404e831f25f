package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var end = time.Date(2026, 6, 5, 17, 0, 0, 0, time.UTC)

type nowhere struct{}

func (nowhere) Send(context.Context, notify.Mail) error { return nil }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// played is a desk after its year, and how long that took.
func played(t testing.TB, length time.Duration) (*store.Store, *desk.Desk, time.Duration) {
	t.Helper()
	ctx, begun := context.Background(), time.Now()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "year.db"))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.Migrate(ctx))
	pack, err := policy.Shipped("classic-2010")
	must(t, err)
	packs, err := desk.NewPacks(pack)
	must(t, err)
	clock := demo.NewClock(end.Add(-demo.YearLength))
	d, err := desk.New(desk.Config{
		Store: s, Packs: packs, Now: clock.Now, Out: nowhere{}, Name: "Example", Sender: "support@desk.example", Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	cast, err := demo.Seed(ctx, d, fixtures.All())
	must(t, err)
	must(t, demo.Play(ctx, d, clock, cast, length, nil))
	return s, d, time.Since(begun)
}

// The year holds what a year of support is: many requests in both languages, every
// reason of completion, every regime, and texts of which no two are alike.
func TestTheYearIsBelievable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	length := demo.YearLength
	if testing.Short() {
		length /= 36
	}
	s, d, took := played(t, length)
	t.Logf("played in %v", took)
	v := store.Viewer{Actor: support.Actor{Kind: support.System}, Roles: []support.Role{support.RoleSystem}}
	w := support.Window{From: end.Add(-demo.YearLength - time.Hour), To: end.Add(time.Second), Zone: "Asia/Tokyo", At: end}
	reasons, languages, offerings, kinds, turns := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[support.Turn]int{}
	n, reopened := 0, 0
	var ids []int64
	must(t, s.EachWorkedOn(ctx, v, w, store.Filter{}, func(id int64, facts []support.Fact) {
		r := support.Request{ID: id}
		support.Fold(&r, facts...)
		n++
		ids = append(ids, id)
		languages[r.Filed.Language]++
		offerings[r.Filed.Offering]++
		for _, f := range facts {
			kinds[f.Kind()]++
		}
		if r.Completed != nil {
			reasons[r.Completed.Reason]++
		} else {
			turns[r.Turn()]++
		}
		reopened += r.Reopenings
	}))
	unlike(t, s, d, v, ids)
	t.Logf("%d requests, %v, reasons %v, offerings %v, open by turn %v, %d reopened", n, languages, reasons, offerings, turns, reopened)
	problems, err := s.Check(ctx, store.CheckOptions{Fold: fold(d)})
	must(t, err)
	for _, p := range problems {
		t.Error(fmt.Sprint(p))
	}
	if testing.Short() {
		return // some days hold less than the year
	}
	if n < 300 || languages["ja"] < 120 || languages["en"] < 120 {
		t.Errorf("%d requests, %v", n, languages)
	}
	pack, err := policy.Shipped("classic-2010")
	must(t, err)
	for _, r := range pack.Completion.Reasons {
		if reasons[r.ID] == 0 {
			t.Errorf("nothing was completed as %s", r.ID)
		}
	}
	for _, o := range []string{"production", "basic", "mission_critical", "business_critical", "sdk_program", "complimentary", "per_incident", "beta"} {
		if offerings[o] == 0 {
			t.Errorf("nothing was filed on %s", o)
		}
	}
	for _, kind := range []string{
		"handed_over", "escalated", "deescalated", "severity_changed", "after_hours_purchased", "after_hours_ended", "promise_kept", "target_missed", "reopened",
		"survey_answered", "defect_told", "restricted", "converted", "third_party_named", "vendor_answered", "reproduction_recorded", "root_cause_recorded", "duplicate_found",
	} {
		if kinds[kind] == 0 {
			t.Errorf("%s never happened", kind)
		}
	}
	for _, turn := range []support.Turn{support.TurnSupport, support.TurnCustomer} {
		if turns[turn] == 0 {
			t.Errorf("nothing is open on the turn of %s", turn)
		}
	}
}

// unlike: no two requests say the same, and no place of a text is empty.
func unlike(t *testing.T, s *store.Store, d *desk.Desk, v store.Viewer, ids []int64) {
	t.Helper()
	ctx, seen := context.Background(), map[string]string{}
	for _, id := range ids {
		r, err := d.Request(ctx, v, id)
		must(t, err)
		texts, err := s.Texts(ctx, []int64{r.Filed.Title.ID, r.Filed.Body.ID})
		must(t, err)
		text := texts[r.Filed.Title.ID] + "\n" + texts[r.Filed.Body.ID]
		if other, twice := seen[text]; twice {
			t.Errorf("%s says what %s says: %s", support.SpokenNumber(id), other, text)
		}
		seen[text] = support.SpokenNumber(id)
		if strings.ContainsAny(text, "{}") {
			t.Errorf("%s has an empty place: %s", support.SpokenNumber(id), text)
		}
	}
}

// fold is what a request is by its facts alone.
func fold(d *desk.Desk) func([]support.Fact) (support.Row, []string, error) {
	return func(facts []support.Fact) (support.Row, []string, error) {
		r := support.Request{ID: 0}
		support.Fold(&r, facts...)
		return support.Index(&r, d.Pack()), nil, nil
	}
}
