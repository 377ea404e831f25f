package support

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/policy"
)

// Plan is an account's plan for a rollout, in one of its versions (R56). What it
// says is personal data in part and can be erased: it is kept as one text.
type Plan struct {
	ID      int64     `json:"id"`
	Account int64     `json:"account"`
	Version int64     `json:"version"` // from 1, up with each change
	By      Actor     `json:"by"`      // who wrote this version
	At      time.Time `json:"at"`
	Body    Text      `json:"body"`
}

// PlanBody is what a plan says.
type PlanBody struct {
	Title string `json:"title"`
	// Zone is whose calendar days the milestones are.
	Zone       string        `json:"zone"`
	Milestones []Milestone   `json:"milestones"`
	Done       []string      `json:"done,omitempty"` // of the pack's steps
	Contacts   []PlanContact `json:"contacts,omitempty"`
	Vendors    []PlanVendor  `json:"vendors,omitempty"`
}

// Milestone is a day on which a product goes from one version to another. From
// is "" for a first installation.
type Milestone struct {
	Day     string         `json:"day"` // 2026-06-20
	Product string         `json:"product"`
	From    string         `json:"from,omitempty"`
	To      string         `json:"to,omitempty"`
	State   MilestoneState `json:"state"`
}

// MilestoneState is what has become of a milestone.
type MilestoneState string

// States of a milestone.
const (
	MilestonePlanned   MilestoneState = "planned"
	MilestoneDone      MilestoneState = "done"
	MilestoneCancelled MilestoneState = "cancelled"
)

// PlanContact is somebody who is called in an emergency.
type PlanContact struct {
	Name  string `json:"name"`
	Part  string `json:"part,omitempty"` // in the rollout
	Phone string `json:"phone"`
}

// PlanVendor is another vendor who is involved, and how they are reached.
type PlanVendor struct {
	Name     string `json:"name"`
	Product  string `json:"product,omitempty"` // theirs
	Contract string `json:"contract,omitempty"`
	Phone    string `json:"phone"`
}

// Limits of a plan.
const (
	maxMilestones = 50
	maxPlanPeople = 100
	maxPlanWords  = 500 // bytes of each part
)

// Check says what is wrong with a plan, by the pack's steps. Products are judged
// by whoever knows which there are.
func (b PlanBody) Check(p *policy.Pack) error {
	if strings.TrimSpace(b.Title) == "" {
		return Wrong("title", "title.needed")
	}
	if _, err := calendar.Location(b.Zone); err != nil {
		return Wrong("zone", "zone.unknown", "zone", b.Zone)
	}
	if len(b.Milestones) == 0 || len(b.Milestones) > maxMilestones {
		return Wrong("milestones", "plan.milestones", "most", itoa(maxMilestones))
	}
	words := map[string]string{"title": b.Title}
	for i, m := range b.Milestones {
		at := "milestones[" + itoa(i) + "]."
		if _, err := time.Parse(time.DateOnly, m.Day); err != nil {
			return Wrong(at+"day", "plan.day", "day", m.Day)
		}
		if m.State != MilestonePlanned && m.State != MilestoneDone && m.State != MilestoneCancelled {
			return Wrong(at+"state", "plan.state", "state", string(m.State))
		}
		words[at+"from"], words[at+"to"] = m.From, m.To
	}
	known := stepsOf(p)
	for _, id := range b.Done {
		if !contains(known, id) {
			return Wrong("done", "plan.step_unknown", "step", id, "choices", strings.Join(known, ", "))
		}
	}
	if len(b.Contacts) > maxPlanPeople || len(b.Vendors) > maxPlanPeople {
		return Wrong("contacts", "plan.people", "most", itoa(maxPlanPeople))
	}
	for i, c := range b.Contacts {
		at := "contacts[" + itoa(i) + "]."
		if c.Name == "" || c.Phone == "" {
			return Wrong(at+"phone", "plan.reach")
		}
		words[at+"name"], words[at+"part"], words[at+"phone"] = c.Name, c.Part, c.Phone
	}
	for i, v := range b.Vendors {
		at := "vendors[" + itoa(i) + "]."
		if v.Name == "" || v.Phone == "" {
			return Wrong(at+"phone", "plan.reach")
		}
		words[at+"name"], words[at+"product"], words[at+"contract"], words[at+"phone"] = v.Name, v.Product, v.Contract, v.Phone
	}
	return checkWords(words)
}

// checkWords refuses what does not stand on one line.
func checkWords(words map[string]string) error {
	var wrong []string
	for field, s := range words {
		if len(s) > maxPlanWords || strings.ContainsAny(s, "\r\n\x00") {
			wrong = append(wrong, field)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return Wrong(wrong[0], "name.form")
}

func stepsOf(p *policy.Pack) []string {
	var out []string
	for _, it := range p.Intake.Plan {
		out = append(out, it.ID)
	}
	return out
}

// Text is the plan as it is kept.
func (b PlanBody) Text() (Text, error) {
	raw, err := json.Marshal(b)
	return T(string(raw)), err
}

// ReadPlan reads what is kept; an erased text is an empty plan.
func ReadPlan(text string) (PlanBody, error) {
	var b PlanBody
	if text == "" {
		return b, nil
	}
	return b, json.Unmarshal([]byte(text), &b)
}

// MilestoneSpan is a milestone's day as a span of time; To is exclusive.
type MilestoneSpan struct {
	Product  string
	From, To time.Time
}

// Spans are the days of the milestones that were not cancelled, in the plan's
// zone.
func (b PlanBody) Spans() ([]MilestoneSpan, error) {
	zone, err := calendar.Location(b.Zone)
	if err != nil {
		return nil, err
	}
	var out []MilestoneSpan
	for _, m := range b.Milestones {
		day, err := time.ParseInLocation(time.DateOnly, m.Day, zone)
		if err != nil {
			return nil, err
		}
		if m.State != MilestoneCancelled {
			out = append(out, MilestoneSpan{m.Product, day.UTC(), day.AddDate(0, 0, 1).UTC()})
		}
	}
	return out, nil
}
