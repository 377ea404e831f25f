package support_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// TestAcquiredProductsChangeOver: until the day begins the earlier procedure
// holds, from that instant on ours, with targets of its own.
//
// guide: R01
func TestAcquiredProductsChangeOver(t *testing.T) {
	t.Parallel()
	on := func(name, when string, allowed bool, ground string) question {
		q := question{name: name, who: "ono", query: sr("acquired", 3), allowed: allowed, ground: ground}
		q.query.At = at(t, when)
		if allowed {
			q.basis = support.ByContract
		} else {
			q.routes = []string{"legacy_procedure", "self_help"}
		}
		return q
	}
	last := on("one microsecond before", "2026-12-31 09:00", false, "entitlement.legacy_procedure")
	last.query.At = last.query.At.Add(-support.Micro)
	answer(t, nil, []question{
		on("long before", "2026-06-03 10:00", false, "entitlement.legacy_procedure"), last,
		on("in the instant", "2026-12-31 09:00", true, "entitlement.by_contract"),
		on("after it", "2027-01-05 10:00", true, "entitlement.by_contract"),
	})
	m := newRoom()
	for severity, want := range map[int]string{1: "2h", 2: "6bh", 3: "10bh", 4: "12bh"} {
		q := sr("acquired", severity)
		q.Channel, q.At = support.Portal, at(t, "2027-01-05 10:00")
		r := support.Entitle(q, m.parties(m.people["ono"].ID), m.pack)
		if r.Coverage == nil || r.Coverage.Target == nil || r.Coverage.Target.Amount != want || r.LegacyUntil.IsZero() {
			t.Errorf("severity %d: %+v, want %s", severity, r.Coverage, want)
		}
	}
}

// TestScopeOfTheSDK: running and installing is in scope, methods with what the
// customer brings, writing and debugging and others' wrappers are not.
//
// guide: R42, R43
func TestScopeOfTheSDK(t *testing.T) {
	t.Parallel()
	const file = "2026-06-10 17:45 JST ono file product=vsphere_sdk version=4.0 severity=3 title=t "
	evidence := map[string]string{"tried": "tried=x", "small_case": "small_case=x", "outside": "outside=x"}
	all := evidence["tried"] + " " + evidence["small_case"] + " " + evidence["outside"]
	story := file + "\nwant refused invalid scope.needed field scope\n" +
		file + "scope=nothing\nwant refused invalid scope.unknown field scope\n" +
		file + "scope=sdk_writing\nwant refused not_entitled entitlement.refused routes developer_community consulting\n" +
		file + "scope=sdk_third_party\nwant refused not_entitled entitlement.refused routes developer_community consulting\n" +
		file + "scope=sdk_install " + all + "\nwant refused invalid scope.evidence_unknown field evidence\n" +
		file + "scope=sdk_install\nwant queue sdk\nwant target first_response running amount 12bh\n"
	for without := range evidence {
		story += file + "scope=sdk_method"
		for id, given := range evidence {
			if id != without {
				story += " " + given
			}
		}
		story += "\nwant refused invalid scope.evidence_needed field evidence\n"
	}
	story += file + "scope=sdk_method " + all + "\nwant queue sdk\nwant event filed scope=sdk_method\n"
	// a contract on the platform covers its SDK, one on another product does not
	story += "2026-06-10 18:00 JST sato file product=vsphere_sdk version=4.0 severity=3 title=t scope=sdk_install\nwant queue technical\n"
	story += "2026-06-10 18:00 JST nakamura file product=vsphere_sdk version=4.0 severity=3 title=t scope=sdk_install\nwant refused not_entitled entitlement.refused\n"
	tells(t, story)
	m := newRoom()
	m.contracts[0].Products = []string{"workstation"}
	tellsIn(t, m, "2026-06-10 18:00 JST sato file product=vsphere_sdk version=4.0 severity=3 title=t scope=sdk_install\nwant refused not_entitled entitlement.refused\n")
}

// TestExperimentalFeedback: no target, no high severity, not by a raise either.
//
// guide: R32
func TestExperimentalFeedback(t *testing.T) {
	t.Parallel()
	const file = "2026-06-11 11:00 JST tanaka file product=vsphere version=4.0 title=t impact=x "
	tells(t,
		file+"severity=1 feature=live_patching\nwant refused not_entitled entitlement.refused routes feedback community self_help\n",
		file+"severity=2 feature=live_patching\nwant refused not_entitled entitlement.refused routes feedback community self_help\n",
		file+"severity=3 feature=nothing\nwant refused invalid feature.unknown field feature\n",
		file+`severity=3 feature=live_patching
want event filed feature=live_patching type=experimental_feedback
want no target first_response
2026-06-11 12:00 JST tanaka raise_severity to=2 impact=x
2026-06-11 12:01 JST ito grant_severity
want refused not_entitled severity.raise_not_entitled
want severity 3
2026-06-11 12:02 JST tanaka lower_severity to=4
want severity 4
want no target first_response
`)
	answer(t, nil, []question{
		{"it says so", "tanaka", support.Query{Product: "vsphere", Version: "4.0", Severity: 3, Feature: "live_patching"}, true, support.ByContract, "entitlement.experimental", nil},
	})
}

// TestLanguagesByHours: English at any hour, the local language where and when
// the pack has it, and no promise otherwise.
//
// guide: R47, R48
func TestLanguagesByHours(t *testing.T) {
	t.Parallel()
	saturday := at(t, "2026-06-06 17:00") // 10:00 in Hamburg
	for _, x := range []struct {
		name, language, service, country, region string
		channel                                  support.Channel
		at                                       time.Time
		want                                     string
		promised, open                           bool
	}{
		{"English", "en", "technical", "DE", "emea", support.Portal, saturday, "en", true, true},
		{"Japanese in Japan", "ja", "technical", "JP", "apj", support.Phone, saturday, "ja", true, true},
		{"Japanese elsewhere", "ja", "technical", "US", "na-west", support.Phone, saturday, "en", false, false},
		{"Chinese", "zh", "technical", "CN", "asia", support.Mail, saturday, "zh", true, true},
		{"Korean", "ko", "technical", "KR", "asia", support.Phone, saturday, "ko", true, true},
		{"Spanish in Mexico", "es", "technical", "MX", "latam-north", support.Phone, saturday, "es", true, true},
		{"Portuguese in Brazil", "pt", "technical", "BR", "latam", support.Portal, saturday, "pt", true, true},
		{"Spanish customer service", "es", "customer_service", "MX", "latam-north", support.Portal, saturday, "en", false, false},
		{"German by phone, closed", "de", "technical", "DE", "emea", support.Phone, saturday, "en", true, false},
		{"German by phone, open", "de", "technical", "DE", "emea", support.Phone, saturday.AddDate(0, 0, 2), "de", true, true},
		{"German in writing", "de", "technical", "DE", "emea", support.Portal, saturday.AddDate(0, 0, 2), "en", false, false},
		{"German customer service, closed", "de", "customer_service", "DE", "emea", support.Portal, saturday, "en", true, false},
		{"French customer service, open", "fr", "customer_service", "FR", "emea", support.Portal, saturday.AddDate(0, 0, 2), "fr", true, true},
	} {
		s := support.Speaks(classic, x.language, x.service, x.channel, x.country, x.region, 2, x.at)
		if s.Language != x.want || s.Promised != x.promised || s.OpenNow != x.open || len(s.Rules) == 0 {
			t.Errorf("%s: %+v, want %s, promised %v, open %v", x.name, s, x.want, x.promised, x.open)
		}
	}
}

// TestTheTwoReadingsOfGMT: taken literally German customer service opens at
// 09:00 in a Hamburg summer, by London's clocks at 08:00; in winter both are 08:00.
//
// guide: A8, R48
func TestTheTwoReadingsOfGMT(t *testing.T) {
	t.Parallel()
	source := string(classic.Source())
	head, tail, ok := strings.Cut(source, `"cs_fr_de":`)
	if !ok {
		t.Fatal("the pack's source names no cs_fr_de")
	}
	london, err := policy.Parse([]byte(head + `"cs_fr_de":` + strings.Replace(tail, "Etc/GMT", "Europe/London", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name  string
		pack  *policy.Pack
		asked string
		opens string
	}{
		{"literal, summer", classic, "2026-06-06 17:00", "2026-06-08 16:00"},
		{"London, summer", london, "2026-06-06 17:00", "2026-06-08 15:00"},
		{"literal, winter", classic, "2026-01-10 17:00", "2026-01-12 16:00"},
		{"London, winter", london, "2026-01-10 17:00", "2026-01-12 16:00"},
	} {
		s := support.Speaks(x.pack, "de", "customer_service", support.Portal, "DE", "emea", 0, at(t, x.asked))
		if want := at(t, x.opens); s.OpenNow || !s.NextOpenAt.Equal(want) {
			t.Errorf("%s: opens %s, want %s", x.name, s.NextOpenAt, want)
		}
	}
}

// TestDesktopFromTenLicences: the offer is open at ten licences and not at nine.
//
// guide: R52
func TestDesktopFromTenLicences(t *testing.T) {
	t.Parallel()
	for held, want := range map[int]bool{0: false, 9: false, 10: true, 11: true} {
		found := false
		for _, o := range support.Offers(classic, "fusion", held, "US") {
			if o.Offering == "fusion_desktop" {
				found = true
				if o.Fits != want || o.Held != held || o.Least != 10 || len(o.Grounds) == 0 {
					t.Errorf("%d licences: %+v, want %v", held, o, want)
				}
			}
		}
		if !found {
			t.Errorf("%d licences: the offering is not among them", held)
		}
	}
	if list := support.Offers(classic, "open_source", 100, "US"); len(list) != 0 {
		t.Errorf("open source is offered %v", list)
	}
}

// TestDraftsThatEndElsewhere: without a contract an error goes to the community,
// unless it speaks of a security problem, which is never posted.
//
// guide: R30, R45
func TestDraftsThatEndElsewhere(t *testing.T) {
	t.Parallel()
	answer(t, nil, []question{{"no contract, no request", "nakamura", sr("esx", 3), false, "", "entitlement.nothing_fits", nil}})
	const harmless = "It stops at boot."
	for _, dangerous := range []string{"REMOTE CODE EXECUTION", "権限昇格の可能性", "see CVE-2026-1"} {
		if err := support.Deflect(classic, "esx", "community", dangerous); support.CodeOf(err) != support.Conflict {
			t.Errorf("%q would be posted: %v", dangerous, err)
		}
		if s := support.Suggest(classic, "esx", dangerous); !s.Security || s.Routes[0].ID != "security_report" {
			t.Errorf("%q: %+v", dangerous, s)
		}
		if err := support.Deflect(classic, "esx", "self_help", dangerous); err != nil {
			t.Errorf("%q cannot be looked up: %v", dangerous, err)
		}
	}
	for _, route := range support.Deflections() {
		if err := support.Deflect(classic, "esx", route, harmless); err != nil {
			t.Errorf("%s: %v", route, err)
		}
	}
	if err := support.Deflect(classic, "esx", "purchase", harmless); support.CodeOf(err) != support.Invalid {
		t.Errorf("a draft ends in a purchase: %v", err)
	}
	if s := support.Suggest(classic, "esx", harmless); s.Security || s.Wish {
		t.Errorf("%+v", s)
	}
	for product, want := range map[string]int{"": 13, "esx": 13, "vsphere_sdk": 12, "open_source": 12, "fusion": 12} {
		if got := len(classic.Resources(product)); got != want {
			t.Errorf("%q has %d places of self-help, want %d", product, got, want)
		}
	}
}
