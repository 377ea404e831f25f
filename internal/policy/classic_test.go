package policy

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// classicNumbers are the hard numbers and lists of the guide, typed from its
// rules and not from the pack: a rule, then a path of the pack, or # and the
// path of a list for its length.
var classicNumbers = []string{
	"R02 roles.role_licence_primary.min = 1",
	"R02 roles.role_licence_primary.max = 1",
	"R02 roles.role_support_admin.max_from = offering",
	"R02 offerings.basic.support_admins = 4",
	"R02 offerings.production.support_admins = 6",
	"R06 offerings.complimentary.registrant_only = true",
	`R07 roles.role_licence_primary.granted_by = ["team_licence"]`,
	"R10 #self_help = 13",
	"R14 products.workstation.registration = manual",
	"R14 products.fusion.registration = manual",
	"R14 products.esx.registration = automatic",
	"R15 #intake.stages = 5",
	"R17 #intake.gather = 5",
	"R18 #severities = 4",
	"R18 severities[0].needs_impact = true",
	"R22 phone.callback = 1h",
	"R22 #phone.message = 6",
	"R23 receipt.within = 1h",
	"R25 cs.goal = 48h",
	"R25 cs.limit = 72h",
	"R27 #intake.asks = 9",
	"R28 upload.direct_max_bytes = 10485760",
	"R34 #after_hours.ends = 3",
	`R35 beta.channels = ["portal"]`,
	"R35 offerings.beta.no_targets = true",
	"R35 beta.ends_with = beta_ended",
	"R36 beta.keep_defects = true",
	"R39 third_party.removal_needs_grounds = true",
	"R39 third_party.without_relationship = suggest",
	"R41 #third_party.partners = 5",
	"R46 #escalation.reasons = 3",
	"R46 #escalation.deescalation_checks = 3",
	"R49 completion.silence.attempts = 3",
	"R49 completion.silence.window = 240h",
	"R50 survey.interval = 336h",
	"R51 #cs.items = 4",
	"R52 #offerings = 12",
	"R52 offerings.per_incident.incidents.packs = [1,3,5]",
	"R52 offerings.fusion_desktop.min_licences = 10",
	"R52 offerings.evaluation.technical = false",
	"R52 offerings.fusion_subscription.technical = false",
	"A4 severity_rules.decide_within = 15m",
	"A12 completion.reopen_within = 336h",
	"A23 completion.follow_up_offer = 2bh",
	"A14 severity_rules.page_web = [1]",
	"A14 severities[0].call_now = true",
	`A15 survey.not_after = ["beta_ended","duplicate","spam","converted"]`,
	`A15 survey.kinds = ["sr"]`,
	"A16 severity_rules.auto_grant = false",
	`A18 severity_rules.hold = {"attempts":3,"severity":1,"within":"1h"}`,
	`A20 offerings.per_incident.incidents.gives_back = ["duplicate","out_of_scope"]`,
	"A22 #completion.reasons = 11",
}

// guide: R02, R10, R20, R22, R23, R25, R28, R49, R50, R51, R52, A12, A15, A16
func TestClassicHoldsTheNumbersOfTheGuide(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	for _, row := range classicNumbers {
		rule, rest, _ := strings.Cut(row, " ")
		path, want, _ := strings.Cut(rest, " = ")
		if got, ok := placeOrLength(p, path); !ok || got != want {
			t.Errorf("%s: %s is %q, want %q", rule, path, got, want)
		}
	}
	for _, hours := range []struct{ offering, hours string }{
		{"production", "24x7"}, {"mission_critical", "24x7"}, {"basic", "12x5"}, {"developer", "12x5"},
		{"sdk_program", "12x5"}, {"per_incident", "12x5"}, {"fusion_desktop", "12x5"},
	} {
		if o := p.Offerings[hours.offering]; o.Hours != hours.hours {
			t.Errorf("R52: %s is %s, want %s", hours.offering, o.Hours, hours.hours)
		}
	}
	for _, l := range p.Phone.Lines {
		if (l.Calendar == "") == (l.ID == "fusion") {
			t.Errorf("R20, R21: line %s has the hours %q; all but Fusion are answered around the clock", l.ID, l.Calendar)
		}
	}
}

func placeOrLength(p *Pack, path string) (string, bool) {
	list, count := strings.CutPrefix(path, "#")
	got, ok := valueAt(p, list)
	if !count || !ok {
		return got, ok
	}
	var many []json.RawMessage
	if json.Unmarshal([]byte(got), &many) != nil {
		var keyed map[string]json.RawMessage
		if json.Unmarshal([]byte(got), &keyed) != nil {
			return got, false
		}
		return strconv.Itoa(len(keyed)), true
	}
	return strconv.Itoa(len(many)), true
}

// guide: A22
func TestElevenReasonsAndWhichNeedConsent(t *testing.T) {
	t.Parallel()
	without := map[string]bool{"silence": true, "beta_ended": true, "duplicate": true, "spam": true}
	for _, id := range deskReasons {
		r, ok := shippedPack(t, "classic-2010").Completion.Reason(id)
		if !ok || r.NeedsConsent == without[id] {
			t.Errorf("%s: known %v, needs consent %v", id, ok, r.NeedsConsent)
		}
	}
}

// guide: R47
func TestLocalTechnicalSupportAroundTheClock(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	hours := func(language, country string) string {
		for _, l := range p.Languages {
			if l.Language != language || l.Services[0] != "technical" {
				continue
			}
			if len(l.Countries) == 0 || strings.Contains(strings.Join(l.Countries, " "), country) {
				return l.Hours
			}
		}
		return ""
	}
	for _, c := range [][3]string{
		{"ja", "JP", "24x7"}, {"zh", "CN", "24x7"}, {"ko", "KR", "24x7"}, {"es", "MX", "24x7"}, {"pt", "BR", "24x7"},
		{"en", "ZA", "24x7"}, {"de", "DE", "region"}, {"fr", "FR", "region"}, {"ja", "DE", ""},
	} {
		if got := hours(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// The number of support administrators by a formula grows without a gap or a
// step back, and meets the steps exactly.
//
// guide: R02
func TestFormulaForContacts(t *testing.T) {
	t.Parallel()
	o := shippedPack(t, "style-a").Offerings["premium"]
	for held, want := range map[int]int{0: 20, 1: 20, 250: 20, 251: 40, 1000: 40, 1001: 80, 2000: 80, 2001: 120} {
		if got := o.Admins(held); got != want {
			t.Errorf("%d held: %d administrators, want %d", held, got, want)
		}
	}
	if got := shippedPack(t, "classic-2010").Offerings["basic"].Admins(5000); got != 4 {
		t.Errorf("a fixed number became %d", got)
	}
}

func TestPeriodsEndOnTheCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"P1Y", "2026-01-13T00:00:00Z", "2027-01-13T00:00:00Z"},
		{"P1Y", "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"},
		{"P18M", "2026-08-31T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"P30D", "2026-01-31T00:00:00Z", "2026-03-02T00:00:00Z"},
	} {
		until, ok := Period(c[0])
		if !ok || !until(instant(t, c[1])).Equal(instant(t, c[2])) {
			t.Errorf("%s from %s ends %s, want %s", c[0], c[1], until(instant(t, c[1])), c[2])
		}
	}
	for _, s := range []string{"", "1Y", "P0Y", "P1W", "P1Y2M"} {
		if _, ok := Period(s); ok {
			t.Errorf("%q is a period", s)
		}
	}
}
