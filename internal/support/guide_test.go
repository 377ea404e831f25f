package support_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

// TestWhoReachesUs: customer service takes an account and nothing else, the
// phone too; a technical request takes a contract, an incident or a
// complimentary product.
//
// guide: R19
func TestWhoReachesUs(t *testing.T) {
	t.Parallel()
	tells(t, `
2026-06-06 03:00 JST nakamura file kind=cs_request topic=other title=t
want stage opened
2026-06-06 03:01 JST hayashi file contact=nakamura channel=phone kind=cs_request topic=portal title=t
want stage opened
want kind cs_request
2026-06-06 03:02 JST hayashi file contact=nakamura channel=phone product=esx version=4.0 severity=1 impact=x title=t
want refused not_entitled entitlement.refused routes portal purchase community licence_team self_help security_report
2026-06-06 03:03 JST nakamura file product=esx version=4.0 severity=4 title=t
want refused not_entitled entitlement.refused routes purchase community licence_team self_help security_report
2026-06-06 03:04 JST tanaka file product=vsphere version=4.0 severity=4 title=t
want stage opened
`)
	complimentary := newRoom()
	for i, g := range complimentary.registers {
		if g.Product == "fusion" {
			complimentary.registers[i].At, complimentary.registers[i].Until = at(t, "2026-01-01 09:00"), at(t, "2027-07-01 09:00")
		}
	}
	tellsIn(t, complimentary, "2026-06-06 03:00 JST mia file product=fusion version=3.0 severity=4 title=t\nwant stage opened\n")
	incident := newRoom()
	incident.contracts[0].Offering = "per_incident"
	incident.packs = []support.IncidentPack{{ID: 1, Contract: 1, Bought: 1, ExpiresAt: at(t, "2027-01-01 00:00")}}
	const file = "2026-06-06 03:00 JST suzuki file product=esx version=4.0 severity=4 title=t\nwant "
	tellsIn(t, incident, file+"stage opened\n", file+"refused not_entitled entitlement.refused\n")
}

// TestLicenceTeamNeverCloses asks at every hour of the weeks around New Year.
//
// guide: R20
func TestLicenceTeamNeverCloses(t *testing.T) {
	t.Parallel()
	m := newRoom()
	parties := m.parties(m.people["nakamura"].ID)
	for first, hour := at(t, "2026-12-26 00:00"), 0; hour < 14*24; hour++ {
		asked := first.Add(time.Duration(hour) * time.Hour)
		r := support.Entitle(support.Query{Kind: support.CS, Channel: support.Portal, At: asked}, parties, m.pack)
		if k := r.Coverage; !r.Allowed || k == nil || !k.OpenNow || k.Hours != "24x7" || !k.Target.DueAt.Equal(asked.Add(72*time.Hour)) {
			t.Fatalf("at %s: %+v", asked, k)
		}
	}
}

// guideIn is the pack's guide for people, as the API and the command line show
// it.
func guideIn(t *testing.T, lang string) string {
	t.Helper()
	var b strings.Builder
	if err := policy.Explain(&b, classic, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWayOfTheAnswer: each offering says on which ways it is asked and
// answered.
//
// guide: R24
func TestWayOfTheAnswer(t *testing.T) {
	t.Parallel()
	sections := strings.Split(guideIn(t, "en"), "\n### ")
	for id, o := range classic.Offerings {
		want := ": " + words(o.Channels.In) + " → " + words(o.Channels.Out)
		found := false
		for _, s := range sections {
			found = found || strings.HasPrefix(s, o.Name.In("en")) && strings.Contains(s, want)
		}
		if len(o.Channels.Out) > 0 && !found {
			t.Errorf("%s does not say%s", id, want)
		}
	}
}

func words(channels []string) string {
	return strings.ReplaceAll(strings.Join(channels, ", "), "portal", "web")
}

// TestOfferingOfACountry: where an offering exists is data, and the account's
// country decides.
//
// guide: R52
func TestOfferingOfACountry(t *testing.T) {
	t.Parallel()
	in := func(countries ...string) func(*room) {
		return func(m *room) {
			pack := *m.pack
			pack.Offerings = maps.Clone(pack.Offerings)
			basic := pack.Offerings["basic"]
			basic.Countries = countries
			pack.Offerings["basic"] = basic
			m.pack = &pack
		}
	}
	answer(t, in("DE", "JP"), []question{{"sold in Japan", "sato", sr("esx", 3), true, support.ByContract, "", nil}})
	answer(t, in("DE"), []question{{"not sold in Japan", "sato", sr("esx", 3), false, "", "entitlement.country", nil}})
}

// TestNumbersByCountry: the list of numbers, each country once, and what the
// caller gets behind each choice.
//
// guide: R55
func TestNumbersByCountry(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		text := guideIn(t, lang)
		for id, c := range classic.Countries {
			line := regexp.MustCompile(`(?m)^- ` + regexp.QuoteMeta(c.Name.In(lang)) + `[:：] ?` + regexp.QuoteMeta(c.TollFree))
			if n := len(line.FindAllString(text, -1)); n != 1 {
				t.Errorf("%s: the number of %s stands there %d times", lang, id, n)
			}
		}
		for _, l := range classic.Phone.Lines {
			if !strings.Contains(text, "\n- "+l.Text.In(lang)) {
				t.Errorf("%s: nothing says what the choice %s gives", lang, l.ID)
			}
		}
	}
}

// TestLateWordIsANewRequest: after the window the old request stays completed,
// and a new one names it and counts anew.
//
// guide: A12
func TestLateWordIsANewRequest(t *testing.T) {
	t.Parallel()
	d := tells(t, production, `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
2026-06-17 11:00:00.000001 JST tanaka comment text=again
want refused conflict request.reopen_over
want stage completed
`)
	tanaka := d.room.people["tanaka"]
	id, err := d.room.do(tanaka, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: tanaka.ID, Product: "vsphere", Version: "4.0", Severity: 3,
		Title: support.T("again"), Follows: d.id,
	})
	if err != nil {
		t.Fatal(err)
	}
	r := d.room.requests[id].request
	c, ok := r.Clock(support.FirstResponse)
	if id == d.id || r.Filed.Follows != d.id || !ok || c.State != support.Running || c.N != 1 {
		t.Errorf("request %d follows %d, first response %+v", id, r.Filed.Follows, c)
	}
}

// TestHandOverMovesNoClock: the request passes from Tokyo to Cork while its
// first response is due in Tokyo's hours, and stays so.
//
// guide: R26, A19
func TestHandOverMovesNoClock(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:05 JST ito take
want target first_response running calendar apj due 2026-06-03 18:00 JST
2026-06-03 10:10 JST ito announce_hand_over to=byrne ground=time_zone state=s next=n promises=none do_not=none
2026-06-03 10:11 JST byrne accept_hand_over
2026-06-03 10:30 JST clock
want owner byrne
want target first_response running calendar apj due 2026-06-03 18:00 JST
want no event target_moved
want no event target_replaced
2026-06-03 18:00:00.000001 JST clock
want target first_response missed due 2026-06-03 18:00 JST
`)
}

// TestCellsThatWaitAreListed holds docs/guide.md against the scenarios: what a
// scenario leaves for later stands in the page's list, in the same words.
func TestCellsThatWaitAreListed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(scenarios, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("scenarios: %v, %v", files, err)
	}
	for _, name := range files {
		f, err := scenario.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range f.Later {
			feature, cell, _ := strings.Cut(l.Text, ": ")
			row := fmt.Sprintf("(?m)^\\| %s[^|]* \\| %s \\| %s", f.Name, regexp.QuoteMeta(cell), regexp.QuoteMeta(feature))
			if !regexp.MustCompile(row).Match(page) {
				t.Errorf("docs/guide.md lists no cell of %s that reads %q and waits for %s: copy it from line %d of the scenario", f.Name, cell, feature, l.Line)
			}
		}
	}
}
