package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestShippedPacksAreClean(t *testing.T) {
	t.Parallel()
	for _, id := range ShippedIDs() {
		for _, f := range Lint(shippedPack(t, id)) {
			t.Error(f)
		}
	}
}

// lintCases plant one thing each that cannot work: rule, path, and old, new
// texts in classic-2010 (or style-a where the path says so).
var lintCases = []struct {
	rule, pack, path string
	edit             []string
}{
	{"severity-without-target", "classic-2010", "offerings.production.targets", []string{"      4: {first: 12bh, guide: [R24, A1], source: general, sample: true}\n", ""}},
	{"severity-without-target", "classic-2010", "offerings.basic.targets.1", []string{"    after_hours: true\n    remote", "    no_targets: true\n    after_hours: true\n    remote"}},
	{"severity-order", "classic-2010", "offerings.production.targets.3.first", []string{"3: {first: 8bh, guide: [R24, A1], source: general", "3: {first: 2bh, guide: [R24, A1], source: general"}},
	{"around-the-clock", "classic-2010", "offerings.production.targets.1.first", []string{"1: {first: 30m", "1: {first: 1bh"}},
	{"around-the-clock", "classic-2010", "offerings.production.targets.1.first", []string{"    covers_24x7: [1]\n", "    covers_24x7: []\n"}},
	{"calendar-never-opens", "classic-2010", "calendars.cs_fr_de", []string{"    zone: Etc/GMT\n    week:\n      mon: [[\"07:00\", \"19:00\"]]\n      tue: [[\"07:00\", \"19:00\"]]\n      wed: [[\"07:00\", \"19:00\"]]\n      thu: [[\"07:00\", \"19:00\"]]\n      fri: [[\"07:00\", \"19:00\"]]\n    guide: [R48", "    zone: Etc/GMT\n    week: {}\n    shifts:\n      \"2025-01-02\": [[\"07:00\", \"19:00\"]]\n    guide: [R48"}},
	{"calendar-unused", "classic-2010", "calendars.asia", []string{"    calendar: asia\n", "    calendar: apj\n"}},
	{"role-nobody-grants", "classic-2010", "roles.registrant.granted_by", []string{"    given: true\n", ""}},
	{"role-nobody-grants", "classic-2010", "roles.role_licence_primary.granted_by", []string{"granted_by: [team_licence]", "granted_by: [role_licence_primary]"}},
	{"role-nobody-grants", "classic-2010", "roles.role_licence_primary.min", []string{"    min: 1\n", "    min: 2\n"}},
	{"pause-never-ends", "classic-2010", "waiting.kinds[0]", []string{"max_days: 90, ", ""}},
	{"pause-forbidden", "classic-2010", "waiting.kinds[0].pauses", []string{"pauses: [next_update", "pauses: [first_response"}},
	{"language-without-hours", "classic-2010", "regions.asia.languages[2]", []string{"  - {language: ko,", "  - {language: th,"}},
	{"language-without-hours", "classic-2010", "languages[7]", []string{"[DE, AT, CH, LI], hours: region, otherwise: en", "[DE, AT, CH, LI], hours: region"}},
	{"region-twice", "classic-2010", "regions.asia.countries", []string{"countries: [JP]\n", "countries: [JP, SG]\n"}},
	{"region-twice", "classic-2010", "countries.JP", []string{"countries: [JP]\n", "countries: []\n"}},
	{"channel-missing", "classic-2010", "offerings.beta.channels", []string{"    channels: {in: [portal], out: [mail]}\n    requests: unlimited\n    products: [beta]", "    requests: unlimited\n    products: [beta]"}},
	{"channel-missing", "style-a", "offerings.premium.targets.1.channel", []string{"channels: {in: [portal, phone, api]", "channels: {in: [portal, api]"}},
	{"phone-without-line", "classic-2010", "phone.lines[0]", []string{"{id: licence, guide", "{id: licence, calendar: apj, guide"}},
	{"phone-without-line", "classic-2010", "phone.online", []string{"  online:\n    en: \"To use", "  # online:\n  #  en: \"To use", "    ja: オンラインサポートは、", "  #  ja: オンラインサポートは、"}},
	{"alert-gap", "classic-2010", "security.severities", []string{"  severities:\n    - {id: critical", "  # severities:\n  #  - {id: critical", "    - {id: important, guide: [R45]", "  #  - {id: important, guide: [R45]",
		"    - {id: moderate, guide: [R45]", "  #  - {id: moderate, guide: [R45]", "    - {id: low, guide: [R45]", "  #  - {id: low, guide: [R45]"}},
	{"alert-gap", "classic-2010", "alerts.kinds", []string{"    - {id: security, guide: [R11, R45], text: {en: Security advisories,", "    - {id: urgent, guide: [R11, R45], text: {en: Security advisories,"}},
	{"after-hours-unreachable", "classic-2010", "offerings.production.after_hours", []string{"    covers_24x7: [1]\n", "    covers_24x7: [1]\n    after_hours: true\n"}},
	{"after-hours-unreachable", "style-a", "offerings.standard.after_hours", []string{"    remote: true\n", "    after_hours: true\n    remote: true\n"}},
	{"incident-unusable", "classic-2010", "offerings.per_incident.requests", []string{"    requests: incidents\n", "    requests: unlimited\n"}},
	{"incident-unusable", "classic-2010", "offerings.fusion_desktop.min_licences", []string{"    min_licences: 10\n    products: [fusion]\n", "    min_licences: 10\n"}},
	{"goal-after-limit", "classic-2010", "cs.goal", []string{"goal: 48h", "goal: 72h"}},
	{"goal-after-limit", "style-a", "offerings.premium.targets.1.resolve", []string{"resolve: 24h", "resolve: 30m"}},
	{"silence-impossible", "classic-2010", "completion.silence.distinct_days", []string{"distinct_days: 3", "distinct_days: 4"}},
	{"reason-missing", "classic-2010", "completion.reasons", []string{"- {id: converted,", "- {id: moved,", "duplicate, spam, converted]", "duplicate, spam]"}},
	{"reason-missing", "classic-2010", "intake.asks", []string{"{id: debug_data,", "{id: debug,"}},
	{"opt-in-pointless", "style-a", "offerings.premium.targets.2.opt_in.lower_to", []string{"lower_to: 3", "lower_to: 1"}},
	{"opt-in-pointless", "style-a", "offerings.premium.targets.2.opt_in", []string{"covers_24x7: [1]", "covers_24x7: [1, 2]"}},
	{"page-order", "classic-2010", "work.paging.duty_after", []string{"duty_after: 10m", "duty_after: 4m"}},
	{"page-order", "classic-2010", "work.teams[0].roles[0]", []string{"guide: [R09, R24], roles: [tse]", "guide: [R09, R24], roles: [registrant]"}},
	{"ladder-order", "style-a", "escalation.ladder[1].after", []string{"after: 4h, to: director", "after: 30m, to: director"}},
	{"ladder-order", "style-a", "escalation.ladder[0].to", []string{"after: 1h, to: duty_manager", "after: 1h, to: registrant"}},
	{"dead-end", "classic-2010", "scope[4]", []string{"    routes: [community]\n    guide: [R44]\n  - id: experimental", "    guide: [R44]\n  - id: experimental"}},
	{"product-without-offering", "classic-2010", "products.workstation.complimentary", []string{"products: [workstation, fusion]", "products: [fusion]"}},
	{"beta-promises", "classic-2010", "beta.offering", []string{"  offering: beta\n", ""}},
	{"beta-promises", "classic-2010", "beta.offering", []string{"  offering: beta\n", "  offering: basic\n"}},
	{"beta-promises", "classic-2010", "beta.channels", []string{"  acknowledge: 1m\n  channels: [portal]", "  acknowledge: 1m\n  channels: [portal, phone]"}},
	{"phase-impossible", "classic-2010", "life_cycle[1]", []string{"    severities: [3, 4]", "    severities: []"}},
	{"number-unlabelled", "classic-2010", "offerings.basic.targets.1", []string{"1: {first: 4bh, guide: [R24, A1], source: general, sample: true}", "1: {first: 4bh, guide: [R24, A1], source: general}"}},
	{"undo-late", "style-a", "texts.undo_within", []string{"undo_within: 30s", "undo_within: 60m"}},
	{"third-party-gap", "classic-2010", "third_party.lookups", []string{"    - {id: not_listed, guide: [R39], text: {en: Not listed., ja: 掲載なし}}\n", ""}},
	{"third-party-gap", "classic-2010", "third_party.relationships[1]", []string{"vendor: Meridian Networks\n      kind: cooperative", "vendor: Borealis\n      kind: tsanet"}},
	{"third-party-gap", "classic-2010", "third_party.relationships[2]", []string{"      at: /joint/vce\n", ""}},
	{"gathering-gap", "classic-2010", "intake.gather[0]", []string{"group: customer_number", "group: logs"}},
	{"gathering-gap", "classic-2010", "gathering.platforms[5]", []string{"platforms: [mac_host]\n      places", "platforms: [linux_host]\n      places", "platforms: [mac_host]\n      steps", "platforms: [linux_host]\n      steps"}},
	{"gathering-gap", "classic-2010", "gathering.instructions[0]", []string{"    - id: customer_number\n      group", "    - id: licence_key\n      group"}},
	{"text-missing", "classic-2010", "cs.items[0].text", []string{"text: {en: Order number., ja: 注文番号}", "text: {en: Order number.}"}},
}

// guide: R02, R47
func TestLintFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for _, c := range lintCases {
		t.Run(c.rule+" "+c.path, func(t *testing.T) {
			t.Parallel()
			found := Lint(loadEdited(t, c.pack, c.edit...))
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == c.rule && f.Path == c.path }) {
				t.Fatalf("not found among %v", found)
			}
			for _, f := range found {
				if f.File == "" || f.Line == 0 || !strings.ContainsAny(f.Text, ":") {
					t.Errorf("a finding without a place, or that does not say what to write: %v", f)
				}
			}
		})
	}
}

func TestEveryLintRuleIsPlantedOnce(t *testing.T) {
	t.Parallel()
	for _, r := range LintRules() {
		if !slices.ContainsFunc(lintCases, func(c struct {
			rule, pack, path string
			edit             []string
		}) bool {
			return c.rule == r[0]
		}) {
			t.Errorf("no case plants %s (%s)", r[0], r[1])
		}
	}
}
