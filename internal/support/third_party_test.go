package support_test

import (
	"fmt"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// A pack may want more: relationships serve what the guide lists, and without one
// the customer must go there (SC-05 variant d).
// guide: R39
func TestAStrictPackRequiresTheVendorsOwnCase(t *testing.T) {
	t.Parallel()
	m := newRoom()
	strict := *classic
	strict.ThirdParty.RelationshipsFor, strict.ThirdParty.WithoutRelationship = "listed", "require"
	m.pack = &strict
	tellsIn(t, m, "", `
2026-06-10 09:40 JST tanaka file product=vsphere version=4.0 severity=3 criteria=usable title="NICの速度" vendor="Meridian Networks" component=M10
want third 1 lookup listed_other_release
2026-06-10 10:00 JST ito state_grounds n=1 text="ログ"
2026-06-10 10:01 JST tanaka allow_sharing n=1
2026-06-10 10:02 JST ito open_collaboration n=1 ground=suspicion mutual=yes text=x
want refused conflict third_party.listed_only
2026-06-10 10:03 JST ito suggest_vendor_case n=1 text="先方にお問い合わせください。"
want third 1 state require_vendor_case why not_listed
want event vendor_case_suggested required=yes
2026-06-10 10:04 JST ito suggest_vendor_case n=1 text="もう一度"
want refused conflict third_party.suggested_already
`)
}

// askedWithWord: no removal is asked for without stated grounds, and nothing goes
// to another vendor without recorded permission, whatever the order of commands
// (R39).
func askedWithWord(f *file) error {
	grounds, allowed := map[int]bool{}, map[int]bool{}
	for _, x := range f.facts {
		switch b := x.Body.(type) {
		case support.GroundsStated:
			grounds[b.N] = true
		case support.SharingAllowed:
			allowed[b.N] = true
		case support.SharingWithdrawn:
			allowed[b.N] = false
		case support.AskOpened:
			if b.Removes != 0 && !grounds[b.Removes] {
				return fmt.Errorf("fact %d asks to remove component %d without grounds", x.Seq, b.Removes)
			}
		case support.CollaborationOpened:
			if !allowed[b.N] {
				return fmt.Errorf("fact %d takes component %d to its vendor without permission", x.Seq, b.N)
			}
		}
	}
	return nil
}

// Names of vendors and models are the same but for case and space.
func TestNamesOfVendorsAreCompared(t *testing.T) {
	t.Parallel()
	p := classic
	for _, q := range []support.CompatibilityQuery{
		{Product: "esx", Release: "4.0 U1", Vendor: " fulcrum", Model: "4g ", Version: "2.0"},
		{Product: "esx", Release: "4.0  u1", Vendor: "FULCRUM", Model: "4G"},
	} {
		if got := support.Compatible(q, p); got.Lookup != support.Listed {
			t.Errorf("%v: %s", q, got.Lookup)
		}
	}
	if got := support.Compatible(support.CompatibilityQuery{Product: "fusion", Vendor: "Fulcrum", Model: "4G"}, p); got.Lookup != support.NotListed {
		t.Errorf("for another product: %s", got.Lookup)
	}
	if _, ok := p.ThirdParty.Relationship(strings.ToUpper("vce company")); !ok {
		t.Error("a vendor is not known by its other name")
	}
}
