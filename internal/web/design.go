package web

import (
	"slices"
	"time"

	"madoguchi/internal/support"
)

// designPage shows every part that pages are made of, in each of its states. It
// is there in a demo alone: for those who build pages, and for tests that look
// at contrast and size.
type designPage struct {
	frame
	Icons   []string
	At      time.Time
	Trouble *trouble
	Fields  []field
	Rows    []rowView
	Entries []*entryView
	Request requestPage
}

func (s *site) design(v *visit) error {
	now := s.Desk.Now()
	p := designPage{
		frame: v.frame, At: now,
		Trouble: &trouble{Title: v.T("refused.title"), Text: "A title is needed.", Field: "title", Routes: []way{{Text: "Ask the community."}}, Ref: v.T("reference") + " 3f9a1c"},
		Fields: []field{
			{Name: "title", Label: "Title", Kind: "text", Hint: "One line: what does not work.", Wrong: "A title is needed."},
			{Name: "text", Label: "What happened", Kind: "textarea", Optional: "optional", Value: "Snapshots fail since the update.\nEvery second one."},
			{Name: "zone", Label: "Zone", Kind: "select", Value: "b", Options: []option{{Value: "a", Label: "Europe/Dublin"}, {Value: "b", Label: "Asia/Tokyo"}}},
			{Name: "severity", Label: "Severity", Kind: "radio", Value: "2", Options: []option{
				{Value: "1", Label: "1 · Production down", Hint: "Somebody of yours is there day and night."},
				{Value: "2", Label: "2 · Badly impaired", Hint: "Answered within four business hours."},
				{Value: "3", Label: "3 · Impaired", Hint: "Not with this contract.", Disabled: true},
			}},
		},
		Entries: []*entryView{
			{Time: "09:45", Who: "Ito", Side: "staff", Text: "wrote:", Texts: []pair{{"", "Please collect a bundle while it fails."}}},
			{Time: "10:02", Who: "Sato", Side: "customer", Text: "wrote:", Texts: []pair{{"", "It is on the share."}}},
			{Time: "10:05", Who: "Ito", Side: "staff", Text: "noted:", Internal: true, Note: true, Texts: []pair{{"", "A race in the copier?"}}},
			{Time: "10:06", Side: "system", Text: "The clock of the first response is met.", Quiet: true},
		},
	}
	for name := range icons {
		p.Icons = append(p.Icons, name)
	}
	slices.Sort(p.Icons)
	for _, turn := range []support.Turn{support.TurnSupport, support.TurnCustomer, support.TurnThirdParty, support.TurnNobody} {
		p.Rows = append(p.Rows, rowView{Link: "#", Number: "100-003-698", Title: "Snapshots fail since the firmware update", Severity: "Sev 2", Stage: "being worked on",
			Owner: "Ito", Turn: v.voice.Turn(string(turn), true), TurnKey: string(turn), Due: v.voice.Date(now), Missed: turn == support.TurnCustomer})
	}
	p.Request = requestPage{frame: v.frame, Turn: p.Rows[1].Turn, TurnKey: "customer", TurnNext: v.voice.Date(now), Clocks: []clockView{
		{Metric: "First response", State: "running", StateKey: "running", Due: v.voice.Date(now), Left: "3 hours left", Why: "Four business hours from 09:30 (R18)."},
		{Metric: "Status update", State: "missed", StateKey: "missed", Due: v.voice.Date(now), Left: "20 minutes over", Why: "One business day (R20)."},
		{Metric: "Acknowledgement", State: "paused", StateKey: "paused", Due: v.voice.Date(now), Why: "Waiting for you."},
		{Metric: "Acknowledgement", State: "met", StateKey: "met", Due: v.voice.Date(now), Why: "Within 30 minutes (R13)."},
	}}
	return v.page(designView(p))
}
