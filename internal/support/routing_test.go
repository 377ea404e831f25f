package support_test

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// candidate is an engineer of Tokyo who knows everything asked for here.
func candidate(id int64, change func(*support.Candidate)) support.Candidate {
	c := support.Candidate{Staff: support.Staff{
		ID: id, Active: true, Roles: []support.Role{support.RoleTSE}, Skills: []string{"vsphere"}, Languages: []string{"ja", "en"}, Site: "tokyo",
	}}
	if change != nil {
		change(&c)
	}
	return c
}

// TestFittingPerson: what keeps somebody from a request, what puts one before
// another, and the very instants at which a centre opens and closes.
//
// guide: R15, R47
func TestFittingPerson(t *testing.T) {
	t.Parallel()
	type change = func(*support.Candidate)
	filed := support.Filed{Kind: support.Technical, Product: "vsphere", Language: "ja", Offering: "production"}
	dedicated := filed
	dedicated.Offering = "business_critical"
	open := at(t, "2026-06-03 09:30")
	for _, c := range []struct {
		name  string
		filed support.Filed
		at    time.Time
		crew  []change // ids 1, 2, …
		want  int64
	}{
		{"the first of equals", filed, open, []change{nil, nil}, 1},
		{"before the centre opens", filed, open.Add(-support.Micro), []change{nil}, 0},
		{"just before it closes", filed, open.Add(12*time.Hour - support.Micro), []change{nil}, 1},
		{"when it closes", filed, open.Add(12 * time.Hour), []change{nil}, 0},
		{"closed, and on the rota", filed, open.Add(12 * time.Hour), []change{nil, func(c *support.Candidate) { c.OnShift = true }}, 2},
		{"on the rota, and away", filed, open, []change{func(c *support.Candidate) { c.OnShift, c.Absent = true, true }}, 0},
		{"who does not see it", filed, open, []change{func(c *support.Candidate) { c.Blind = true }, func(c *support.Candidate) { c.Open = 9 }}, 2},
		{"fewer open requests", filed, open, []change{func(c *support.Candidate) { c.Open = 2 }, func(c *support.Candidate) { c.Open = 1 }}, 2},
		{"the language goes before the load", filed, open, []change{func(c *support.Candidate) { c.Languages = []string{"en"} }, func(c *support.Candidate) { c.Open = 9 }}, 2},
		{"the base language where there is no other", filed, open, []change{func(c *support.Candidate) { c.Languages = []string{"en"} }}, 1},
		{"neither language", filed, open, []change{func(c *support.Candidate) { c.Languages = []string{"fr"} }}, 0},
		{"another product", filed, open, []change{func(c *support.Candidate) { c.Skills = []string{"esx"} }}, 0},
		{"a centre that the pack does not know", filed, open, []change{func(c *support.Candidate) { c.Site = "lima" }}, 0},
		{"no engineer", filed, open, []change{func(c *support.Candidate) { c.Roles = []support.Role{support.RoleLicence} }}, 0},
		{"who has left", filed, open, []change{func(c *support.Candidate) { c.Active = false }}, 0},
		{"not of the dedicated team", dedicated, open, []change{nil}, 0},
		{"of the dedicated team", dedicated, open, []change{nil, func(c *support.Candidate) { c.Skills = append(c.Skills, "dedicated") }}, 2},
	} {
		var crew []support.Candidate
		for i, change := range c.crew {
			crew = append(crew, candidate(int64(i+1), change))
		}
		got := support.FindStaff(c.filed, crew, c.at, classic)
		if got.Staff != c.want {
			t.Errorf("%s: %d, want %d: %+v", c.name, got.Staff, c.want, got.Considered)
		}
		for _, x := range got.Considered {
			if len(x.Grounds) == 0 || x.Fits && c.want == 0 {
				t.Errorf("%s: %+v", c.name, x)
			}
		}
	}
}

// TestRoutingReceiptIsBounded: a large house is counted, not listed.
func TestRoutingReceiptIsBounded(t *testing.T) {
	t.Parallel()
	var crew []support.Candidate
	for id := int64(1); id <= 200; id++ {
		crew = append(crew, candidate(id, func(c *support.Candidate) { c.Open = int(300 - id) }))
	}
	got := support.FindStaff(support.Filed{Kind: support.Technical, Language: "ja"}, crew, at(t, "2026-06-03 10:00"), classic)
	if got.Staff != 200 || len(got.Considered) != 30 || got.More != 170 || got.Considered[0].Staff != 200 {
		t.Errorf("staff %d, %d considered, %d more", got.Staff, len(got.Considered), got.More)
	}
}
