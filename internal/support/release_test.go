package support_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// What came after a licence's version, by kind: updates give maintenance
// releases, upgrades minor and major ones, and a contract that is over nothing.
//
// guide: R03, R52
func TestReleasesByOffering(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	product := support.Product{Versions: []support.Version{
		{Name: "5.0", ReleasedAt: day(20)}, {Name: "4.1.1", ReleasedAt: day(9)}, {Name: "4.1", ReleasedAt: day(8)}, {Name: "4.0.2", ReleasedAt: day(7)},
		{Name: "4", ReleasedAt: day(5)}, {Name: "3.5", ReleasedAt: day(1)},
	}}
	contract := support.Contract{State: support.ContractActive, StartsAt: day(1), EndsAt: day(21)}
	suspended := contract
	suspended.State = support.ContractSuspended
	for _, c := range []struct {
		contract          support.Contract
		updates, upgrades bool
		version           string
		at                time.Time
		want              string
	}{
		{contract, true, true, "4", day(10), "4.1.1 minor true, 4.1 minor true, 4.0.2 maintenance true"},
		{contract, true, false, "4", day(10), "4.1.1 minor false, 4.1 minor false, 4.0.2 maintenance true"},
		{contract, false, true, "4", day(10), "4.1.1 minor true, 4.1 minor true, 4.0.2 maintenance false"},
		{contract, true, true, "4.1", day(20), "5.0 major true, 4.1.1 maintenance true"},
		{contract, true, true, "4.1", day(20).Add(-time.Microsecond), "4.1.1 maintenance true"},
		{contract, true, true, "4.1.1", day(21), "5.0 major false"},
		{suspended, true, true, "4.1.1", day(20), "5.0 major false"},
		{contract, true, true, "5.0", day(20), ""},
		{contract, true, true, "9", day(20), ""},
	} {
		var got []string
		for _, r := range support.Releases(c.contract, policy.Offering{Updates: c.updates, Upgrades: c.upgrades}, product, c.version, c.at) {
			got = append(got, fmt.Sprint(r.Version, " ", r.Kind, " ", r.Available))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("after %s at %s: %s, want %s", c.version, c.at, s, c.want)
		}
	}
}
