package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/desk"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// filled is a desk with a load in it.
func filled(t testing.TB, l demo.Load) (*store.Store, *desk.Desk, demo.Loaded) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "load.db"))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.Migrate(ctx))
	pack, err := policy.Shipped("classic-2010")
	must(t, err)
	packs, err := desk.NewPacks(pack)
	must(t, err)
	d, err := desk.New(desk.Config{
		Store: s, Packs: packs, Now: func() time.Time { return end }, Out: nowhere{}, Name: "Example", Sender: "support@desk.example", Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	got, err := l.Fill(ctx, s, d)
	must(t, err)
	return s, d, got
}

// The load has the proportions that it names, is the same for the same seed, and
// proves like any other database.
func TestTheLoadIsWhatItSays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := demo.Load{Accounts: 60, Requests: 2000, Long: 300, Until: end}
	if testing.Short() {
		l.Requests = 400
	}
	s, d, got := filled(t, l)
	perRequest := func(n int) float64 { return float64(n) / float64(got.Requests) }
	for name, x := range map[string]struct{ have, from, to float64 }{
		"open":     {perRequest(got.Open), 0.03, 0.05},
		"messages": {perRequest(got.Messages - l.Long), 2.9, 3.1},
		"facts":    {perRequest(got.Facts - l.Long), 8.8, 9.2},
		"text":     {float64(got.TextBytes) / float64(got.Messages), 300, 360},
		"japanese": {perRequest(got.Japanese), 0.35, 0.65},
	} {
		t.Logf("%s: %.3f", name, x.have)
		if x.have < x.from || x.have > x.to {
			t.Errorf("%s is %.3f, want %v to %v", name, x.have, x.from, x.to)
		}
	}
	v := store.Viewer{Actor: support.Actor{Kind: support.System}, Roles: []support.Role{support.RoleSystem}}
	longest, per, sums := 0, map[int64]int{}, map[int64]string{}
	each := func(do func(id int64, facts []support.Fact)) {
		must(t, s.EachWorkedOn(ctx, v, support.Window{From: end.AddDate(-3, 0, 0), To: end, Zone: "UTC", At: end}, store.Filter{}, do))
	}
	each(func(id int64, facts []support.Fact) {
		longest = max(longest, len(facts))
		per[facts[0].Body.(support.Filed).Account]++
		sums[id] = shape(facts)
	})
	if longest < l.Long {
		t.Errorf("the longest request has %d facts", longest)
	}
	most := 0
	for _, n := range per {
		most = max(most, n)
	}
	if most < 5*got.Requests/l.Accounts {
		t.Errorf("the largest account has %d of %d requests", most, got.Requests)
	}
	problems, err := s.Check(ctx, store.CheckOptions{Fold: fold(d)})
	must(t, err)
	for i, p := range problems {
		if i < 5 {
			t.Error(p)
		}
	}
	s, _, _ = filled(t, l)
	each(func(id int64, facts []support.Fact) {
		if sums[id] != shape(facts) {
			t.Fatalf("request %d differs in the second load", id)
		}
	})
}

// shape is what facts are, without the hashes of their salted texts.
func shape(facts []support.Fact) string {
	out := ""
	for _, f := range facts {
		out += f.Kind() + f.At.String() + fmt.Sprint(f.By) + " "
	}
	return out
}
