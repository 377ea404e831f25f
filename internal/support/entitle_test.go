package support_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// question is what a person wants to file, with the answer that is due.
type question struct {
	name    string
	who     string
	query   support.Query
	allowed bool
	basis   support.Basis
	// ground must be among the grounds of the decision or of a contract that was
	// considered; "" asks for none.
	ground string
	// routes are those that stay open, in their order; nil asks for none.
	routes []string
}

// answer decides every question in a room of its own and compares.
func answer(t *testing.T, prepare func(*room), questions []question) {
	t.Helper()
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			m := newRoom()
			if prepare != nil {
				prepare(m)
			}
			if q.query.At.IsZero() {
				q.query.At = at(t, "2026-06-03 10:00")
			}
			if q.query.Channel == "" {
				q.query.Channel = support.Portal
			}
			if q.query.Kind == "" {
				q.query.Kind = support.Technical
			}
			r := support.Entitle(q.query, m.parties(m.people[q.who].ID), m.pack)
			if r.Allowed != q.allowed || r.Basis != q.basis {
				t.Fatalf("allowed %v on %q, want %v on %q: %+v", r.Allowed, r.Basis, q.allowed, q.basis, r)
			}
			if q.ground != "" && !slices.Contains(grounds(r), q.ground) {
				t.Errorf("grounds %v, want %s", grounds(r), q.ground)
			}
			for _, g := range r.Grounds {
				if len(g.Rules) == 0 {
					t.Errorf("the ground %s names no rule", g.Key)
				}
			}
			var routes []string
			for _, x := range r.Routes {
				routes = append(routes, x.ID)
			}
			if q.routes != nil && !slices.Equal(routes, q.routes) {
				t.Errorf("routes %v, want %v", routes, q.routes)
			}
			if !r.Allowed && len(routes) == 0 {
				t.Error("a refusal leaves no route open")
			}
		})
	}
}

func grounds(r support.Receipt) []string {
	var out []string
	for _, g := range r.Grounds {
		out = append(out, g.Key)
	}
	for _, c := range r.Considered {
		for _, g := range c.Grounds {
			out = append(out, g.Key)
		}
	}
	return out
}

func sr(product string, severity int) support.Query {
	return support.Query{Product: product, Severity: severity}
}

// guide: R05, R30
func TestSupportAdministratorFiles(t *testing.T) {
	t.Parallel()
	answer(t, nil, []question{
		{"the SA", "sato", sr("esx", 3), true, support.ByContract, "entitlement.by_contract", nil},
		{"the PLA holds no SA role", "suzuki", sr("esx", 3), false, "", "entitlement.not_support_admin",
			[]string{"primary", "purchase", "community", "licence_team", "self_help", "security_report"}},
		{"an SLA holds no SA role", "okada", sr("esx", 3), false, "", "entitlement.not_support_admin", nil},
		{"a colleague without a role", "yamamoto", sr("esx", 3), false, "", "entitlement.not_support_admin", nil},
		{"another product", "sato", sr("vsphere", 3), false, "", "entitlement.product_not_covered",
			[]string{"purchase", "community", "licence_team", "self_help", "security_report"}},
		{"without a contract an error goes to the community", "nakamura", sr("esx", 3), false, "", "entitlement.nothing_fits",
			[]string{"purchase", "community", "licence_team", "self_help", "security_report"}},
	})
}

// guide: R19
func TestWhatOneMayFileOn(t *testing.T) {
	t.Parallel()
	cs := func(who string) question {
		return question{"customer service for " + who, who, support.Query{Kind: support.CS}, true, support.ByAccount, "entitlement.account_suffices", nil}
	}
	phone := sr("fusion", 3)
	phone.Channel = support.Phone
	answer(t, nil, []question{
		cs("nakamura"), cs("okada"), cs("mia"),
		{"a contract", "tanaka", sr("vsphere", 4), true, support.ByContract, "", nil},
		{"a complimentary product", "mia", sr("fusion", 3), true, support.ByComplimentary, "entitlement.by_registration", nil},
		{"complimentary support has no phone", "mia", phone, false, "", "", nil},
		{"nothing at all", "nakamura", sr("vsphere", 1), false, "", "", nil},
		{"a product that is not sold", "tanaka", sr("toaster", 3), false, "", "entitlement.product_unknown", nil},
	})
}

// guide: R06
func TestTheRegistrantAlone(t *testing.T) {
	t.Parallel()
	mia := func(name, when string, allowed bool) question {
		q := question{name: name, who: "mia", query: sr("fusion", 3), allowed: allowed}
		q.query.At = at(t, when)
		if allowed {
			q.basis = support.ByComplimentary
		} else {
			q.routes = []string{"purchase", "community", "licence_team", "self_help", "security_report"}
		}
		return q
	}
	colleague := func(m *room) {
		for i, g := range m.registers {
			if g.Product == "fusion" {
				m.registers[i].At, m.registers[i].Until = at(t, "2025-12-20 09:00"), at(t, "2027-06-20 09:00")
			}
		}
		c := m.contact(m.people["mia"].ID)
		c.ID, c.GivenName = int64(len(m.contacts)+1), "Ana"
		m.contacts = append(m.contacts, c)
		m.name("ana", support.Actor{Kind: support.Customer, ID: c.ID})
	}
	answer(t, colleague, []question{
		mia("in the window", "2026-06-03 10:00", true),
		mia("in its first instant", "2025-12-20 09:00", true),
		mia("before it", "2025-12-20 08:59:59", false),
		mia("in its last second", "2027-06-20 08:59:59", true),
		mia("at its end, which is exclusive", "2027-06-20 09:00", false),
		{"a colleague", "ana", sr("fusion", 3), false, "", "entitlement.nothing_fits",
			[]string{"registrant", "purchase", "community", "licence_team", "self_help", "security_report"}},
	})
}

func TestAContactWhoLeftFilesNothing(t *testing.T) {
	t.Parallel()
	left := func(m *room) { m.contacts[m.people["sato"].ID-1].Active = false }
	answer(t, left, []question{
		{"a support request", "sato", sr("esx", 3), false, "", "entitlement.contact_inactive", []string{"licence_team"}},
		{"customer service", "sato", support.Query{Kind: support.CS}, false, "", "entitlement.contact_inactive", []string{"licence_team"}},
	})
}

// guide: R44
func TestOpenSourceIsTheCommunitys(t *testing.T) {
	t.Parallel()
	sold := func(m *room) {
		m.products = append(m.products, support.Product{Key: "open_source", Name: "libfoo"}, support.Product{Key: "spring", Name: "Spring"})
		m.contracts[0].Products = append(m.contracts[0].Products, "open_source", "spring")
	}
	answer(t, sold, []question{
		{"with a contract that names it", "sato", sr("open_source", 3), false, "", "entitlement.open_source",
			[]string{"community", "download", "self_help", "security_report"}},
		{"without", "nakamura", sr("open_source", 3), false, "", "entitlement.open_source",
			[]string{"community", "download", "self_help", "security_report"}},
		{"a commercial edition stays supported", "sato", sr("spring", 3), true, support.ByContract, "", nil},
	})
}

// guide: R52, A20
func TestOfferingsAndIncidents(t *testing.T) {
	t.Parallel()
	as := func(offering string) func(*room) {
		return func(m *room) {
			m.contracts[0].Offering, m.contracts[0].Products = offering, []string{"esx", "fusion", "beta"}
		}
	}
	packs := func(p ...support.IncidentPack) func(*room) {
		return func(m *room) {
			as("per_incident")(m)
			for i, x := range p {
				x.ID, x.Contract = int64(i+1), 1
				m.packs = append(m.packs, x)
			}
		}
	}
	later := at(t, "2027-01-01 00:00")
	ended := at(t, "2026-06-03 10:00")
	for _, c := range []struct {
		name    string
		prepare func(*room)
		q       question
	}{
		{"evaluation", as("evaluation"), question{"", "sato", sr("esx", 3), false, "", "entitlement.not_technical", nil}},
		{"subscription", as("fusion_subscription"), question{"", "sato", sr("fusion", 3), false, "", "entitlement.not_technical", nil}},
		{"desktop covers its product", as("fusion_desktop"), question{"", "sato", sr("fusion", 3), true, support.ByContract, "", nil}},
		{"desktop covers no other", as("fusion_desktop"), question{"", "sato", sr("esx", 3), false, "", "entitlement.product_not_covered", nil}},
		{"one incident left", packs(support.IncidentPack{Bought: 1, ExpiresAt: later}),
			question{"", "suzuki", sr("esx", 3), true, support.ByIncident, "entitlement.by_incident", nil}},
		{"reserved", packs(support.IncidentPack{Bought: 1, Reserved: 1, ExpiresAt: later}),
			question{"", "suzuki", sr("esx", 3), false, "", "entitlement.no_incident_left", nil}},
		{"spent", packs(support.IncidentPack{Bought: 3, Spent: 3, ExpiresAt: later}),
			question{"", "suzuki", sr("esx", 3), false, "", "entitlement.no_incident_left", nil}},
		{"expired in this instant", packs(support.IncidentPack{Bought: 5, ExpiresAt: ended}),
			question{"", "suzuki", sr("esx", 3), false, "", "entitlement.no_incident_left", nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer(t, c.prepare, []question{c.q})
		})
	}
}

// TestLifeCycleOfAVersion: after its end self-help alone remains.
func TestLifeCycleOfAVersion(t *testing.T) {
	t.Parallel()
	v := func(version, when string) support.Query {
		return support.Query{Product: "esx", Version: version, Severity: 3, At: at(t, when)}
	}
	answer(t, func(m *room) { m.contracts[0].EndsAt = at(t, "2040-01-01 00:00") }, []question{
		{"general support", "sato", v("4.0", "2029-05-21 08:59:59"), true, support.ByContract, "", nil},
		{"the last second of guidance", "sato", v("4.0", "2031-05-21 08:59:59"), true, support.ByContract, "", nil},
		{"its end is exclusive", "sato", v("4.0", "2031-05-21 09:00"), false, "", "entitlement.end_of_support_life",
			[]string{"self_help", "community", "purchase", "security_report"}},
		{"unknown", "sato", v("9.9", "2026-06-03 10:00"), false, "", "entitlement.version_unknown", []string{"self_help", "licence_team"}},
	})
}

// guide: A21
func TestTermOfAContract(t *testing.T) {
	t.Parallel()
	on := func(when string) support.Query {
		q := sr("esx", 3)
		q.At = at(t, when)
		return q
	}
	answer(t, nil, []question{
		{"begins", "sato", on("2026-01-01 09:00"), true, support.ByContract, "", nil},
		{"not yet", "sato", on("2026-01-01 08:59:59"), false, "", "entitlement.contract_not_begun", nil},
		{"last second", "sato", on("2027-04-01 08:59:59"), true, support.ByContract, "", nil},
		{"ended", "sato", on("2027-04-01 09:00"), false, "", "entitlement.contract_ended", nil},
	})
	answer(t, func(m *room) { m.contracts[0].State = support.ContractSuspended }, []question{
		{"suspended", "sato", on("2026-06-03 10:00"), false, "", "entitlement.contract_not_active", nil},
	})
}

// TestRegionOfTheSite: whose business hours count is chosen from the contract's
// regions, and a contact's own zone changes nothing.
//
// guide: A19
func TestRegionOfTheSite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, asked, zone, region string
		regions                   []string
		allowed                   bool
	}{
		{"the account's country", "", "Asia/Tokyo", "apj", []string{"apj", "emea"}, true},
		{"another zone of the contact", "", "Europe/Berlin", "apj", []string{"apj"}, true},
		{"asked for", "emea", "Asia/Tokyo", "emea", []string{"apj", "emea"}, true},
		{"the contract's, when the country's is not in it", "", "Asia/Tokyo", "emea", []string{"emea"}, true},
		{"not in the contract", "anz", "Asia/Tokyo", "", []string{"apj", "emea"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newRoom()
			m.contracts[0].Regions = c.regions
			sato := m.people["sato"].ID
			m.contacts[sato-1].Zone = c.zone
			// 12 business hours are a whole day, in Tokyo as in GMT, where it begins
			// at 16:00 in Japan.
			r := support.Entitle(support.Query{Kind: support.Technical, Product: "esx", Severity: 3, Channel: support.Portal, Region: c.asked,
				At: at(t, "2026-06-03 09:30")}, m.parties(sato), m.pack)
			if r.Allowed != c.allowed || r.Region != c.region {
				t.Fatalf("allowed %v in region %q: %+v", r.Allowed, r.Region, r)
			}
			if !c.allowed {
				return
			}
			due := r.Coverage.Target.DueAt
			want := at(t, "2026-06-03 21:30")
			if c.region == "emea" {
				want = time.Date(2026, 6, 3, 19, 0, 0, 0, time.UTC)
			}
			if !due.Equal(want) {
				t.Errorf("due %s, want %s", due, want)
			}
		})
	}
}

// TestFirstResponseByOfferingAndSeverity lays each pair's amount on an instant
// inside of the business hours.
//
// guide: R24, A1
func TestFirstResponseByOfferingAndSeverity(t *testing.T) {
	t.Parallel()
	const morning = "2026-06-03 10:00" // a Wednesday; Tokyo closes at 21:30
	for offering, due := range map[string][4]string{
		"basic":            {"2026-06-03 14:00", "2026-06-03 18:00", "2026-06-04 10:00", "2026-06-04 10:00"},
		"production":       {"2026-06-03 10:30", "2026-06-03 14:00", "2026-06-03 18:00", "2026-06-04 10:00"},
		"mission_critical": {"2026-06-03 10:30", "2026-06-03 12:00", "2026-06-03 14:00", "2026-06-03 18:00"},
	} {
		for i, want := range due {
			t.Run(offering+" "+string(rune('1'+i)), func(t *testing.T) {
				t.Parallel()
				m := newRoom()
				m.contracts[0].Offering = offering
				q := sr("esx", i+1)
				q.Kind, q.Channel, q.At = support.Technical, support.Portal, at(t, morning)
				r := support.Entitle(q, m.parties(m.people["sato"].ID), m.pack)
				if got := r.Coverage.AnsweredBy; !slices.Equal(got, []string{"phone", "mail"}) {
					t.Errorf("answered by %v", got)
				}
				if !r.Allowed || !r.Coverage.Target.DueAt.Equal(at(t, want)) {
					t.Errorf("%+v", r.Coverage)
				}
			})
		}
	}
}

// TestWhoMayBuyAfterHours: only where severity 1 is not answered around the
// clock anyway, only severity 1, only in production.
//
// guide: R33
func TestWhoMayBuyAfterHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		offering, environment string
		severity              int
		want                  string
	}{
		{"basic", "production", 1, "purchasable"},
		{"basic", "", 1, "purchasable"}, // asked before it is sold
		{"basic", "test", 1, "hidden"},
		{"basic", "production", 2, "hidden"},
		{"basic", "production", 4, "hidden"},
		{"production", "production", 1, "hidden"},
		{"mission_critical", "production", 1, "hidden"},
		{"business_critical", "production", 1, "hidden"},
	} {
		m := newRoom()
		m.contracts[0].Offering = c.offering
		q := support.Query{Kind: support.Technical, Product: "esx", Severity: c.severity, Channel: support.Phone, Environment: c.environment, At: at(t, "2026-06-06 02:00")}
		r := support.Entitle(q, m.parties(m.people["sato"].ID), m.pack)
		if r.Coverage == nil || r.Coverage.AfterHours != c.want {
			t.Errorf("%s severity %d in %q: %+v, want %s", c.offering, c.severity, c.environment, r.Coverage, c.want)
		}
	}
}

// guide: R16
func TestNumbersFindSlips(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range newRoom().contacts {
		if seen[c.Number] || len(c.Number) != 10 {
			t.Errorf("the customer number %q is shared or not ten digits", c.Number)
		}
		seen[c.Number] = true
		for i := range c.Number {
			for digit := byte('0'); digit <= '9'; digit++ {
				slip := []byte(c.Number)
				slip[i] = digit
				if _, err := support.ParseCustomerNumber(string(slip)); (err == nil) != (digit == c.Number[i]) {
					t.Fatalf("%s read as %s: %v", c.Number, slip, err)
				}
			}
			if i > 0 && c.Number[i] != c.Number[i-1] {
				swap := []byte(c.Number)
				swap[i], swap[i-1] = swap[i-1], swap[i]
				if _, err := support.ParseCustomerNumber(string(swap)); err == nil {
					t.Fatalf("%s with two digits swapped passes as %s", c.Number, swap)
				}
			}
		}
	}
	for _, said := range []string{"4105560838", "410-556-0838", "４１０５５６０８３８", " 410 556 0838 "} {
		if n, err := support.ParseCustomerNumber(said); err != nil || n != "4105560838" {
			t.Errorf("%q: %q, %v", said, n, err)
		}
	}
	for _, said := range []string{"", "410556083", "41055608381", "0105560838", "41055608x8"} {
		if _, err := support.ParseCustomerNumber(said); support.CodeOf(err) != support.Invalid {
			t.Errorf("%q: %v", said, err)
		}
	}
}
