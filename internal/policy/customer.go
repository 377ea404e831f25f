package policy

import (
	"slices"
	"strings"
)

// ProfileRules is what the desk expects of a contact's address and what can be
// found from a profile (R12, R53). The zero value expects nothing.
type ProfileRules struct {
	// FreeMail are domains whose addresses are no business addresses, Disposable
	// those whose addresses do not last.
	FreeMail   AddressRule `json:"free_mail,omitzero"`
	Disposable AddressRule `json:"disposable,omitzero"`
	// Courses are what a person can be trained in, certified for and helped with.
	Courses []Course `json:"courses,omitzero"`
	Guide   []string `json:"guide" pack:"required,form=guide"`
	Source  string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample  bool     `json:"sample,omitempty"`
}

// AddressRule is what becomes of an address in one of the domains or below: it
// is warned of or refused.
type AddressRule struct {
	Then    string   `json:"then" pack:"required,enum=warn|refuse"`
	Domains []string `json:"domains" pack:"required,form=domain"`
}

// Has tells whether a mail address is in one of the domains or below it, in
// small or capital letters.
func (r AddressRule) Has(address string) bool {
	host := strings.ToLower(address[strings.LastIndex(address, "@")+1:])
	return slices.ContainsFunc(r.Domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
}

// Course is a training, a certification or consulting that somebody can find
// from a profile or a plan (R53, R56).
type Course struct {
	Item
	Sort string `json:"sort" pack:"required,enum=course|certification|consulting"`
	// Products, Languages and Countries for which it is there; empty: for all.
	Products  []string `json:"products,omitempty" pack:"ref=products"`
	Languages []string `json:"languages,omitempty" pack:"form=language"`
	Countries []string `json:"countries,omitempty" pack:"form=country"`
	// At is where it is found, an address that people read.
	At string `json:"at,omitempty"`
}

// Fits tells whether a course is there for one of the products (none asked for:
// any), in the language and the country.
func (c Course) Fits(products []string, language, country string) bool {
	language, _, _ = strings.Cut(language, "-")
	in := func(list []string, want ...string) bool {
		return len(list) == 0 || len(want) == 0 ||
			slices.ContainsFunc(want, func(w string) bool { return slices.Contains(list, w) })
	}
	return in(c.Products, products...) && in(c.Languages, language) && in(c.Countries, country)
}

// Courses are those that fit, in the pack's order (R53).
func (p *Pack) Courses(products []string, language, country string) []Course {
	var out []Course
	for _, c := range p.Profile.Courses {
		if c.Fits(products, language, country) {
			out = append(out, c)
		}
	}
	return out
}

// LicenceRules is what the primary licence administrator answers for (R03, R13).
// The zero value: no agreement, nothing is confirmed or told beforehand.
type LicenceRules struct {
	Agreement Agreement `json:"agreement,omitzero"`
	// Remind is how long after a purchase the administrator is asked once more
	// whether the right licences are assigned, and then again; zero: never.
	Remind Amount `json:"remind,omitzero" pack:"form=elapsed"`
	// EndNotices are how many days of 24 hours before a contract ends it is told.
	EndNotices []int    `json:"end_notices,omitempty" pack:"min=1"`
	Guide      []string `json:"guide" pack:"required,form=guide"`
	Source     string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample     bool     `json:"sample,omitempty"`
}

// Agreement is the licence agreement in force. The zero value: there is none.
type Agreement struct {
	Version string `json:"version" pack:"required"`
	Text    Text   `json:"text" pack:"required"`
	// BeforeKeys: customers see no key before it is accepted.
	BeforeKeys bool `json:"before_keys,omitempty"`
}

// PlanRules is an account's plan for a rollout (R56): on which requests it is
// shown, by the day of the milestone.
type PlanRules struct {
	DaysBefore int      `json:"days_before,omitempty" pack:"min=0,max=30"`
	DaysAfter  int      `json:"days_after,omitempty" pack:"min=0,max=30"`
	Guide      []string `json:"guide" pack:"required,form=guide"`
	Source     string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample     bool     `json:"sample,omitempty"`
}
