package support_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// someDefects are the defects of the room: one of ESX that is being fixed, one
// of ESX that was none, one of vSphere that is fixed.
func someDefects() []support.Defect {
	return []support.Defect{
		{ID: 1001, Product: "esx", State: support.DefectFixing, Severity: 2},
		{ID: 1002, Product: "esx", State: support.DefectRejected, Severity: 3},
		{ID: 1003, Product: "vsphere", State: support.DefectFixed, FixedIn: "4.1", Severity: 1},
	}
}

// engineering draws what has to do with defects.
func (l *life) engineering() support.Command {
	defect := rapid.Int64Range(1001, 1004).Draw(l.t, "defect")
	all := []support.Command{
		&support.LinkDefect{Defect: defect}, &support.UnlinkDefect{Defect: defect, Reason: l.words()},
		&support.TellDefect{Defect: defect, Run: rapid.Int64Range(1, 3).Draw(l.t, "run")},
		&support.Ask{NewAsk: support.NewAsk{Kind: support.AskVerifyBug, Of: support.OfEngineering, Text: support.T("x")}},
		&support.AssignAsk{N: rapid.IntRange(1, 4).Draw(l.t, "n"), Staff: rapid.Int64Range(0, 7).Draw(l.t, "staff")},
		&support.EndBeta{Programme: 1},
		&support.TellBroadcast{Run: rapid.Int64Range(4, 6).Draw(l.t, "broadcast"), Text: l.words()},
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(l.t, "engineering")]
}

// A defect of the product gives the incident back, whatever the reason; one of
// another product, and what turned out to be none, do not.
//
// guide: A20
func TestDefectOfTheProductGivesTheIncidentBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		defect int64
		unlink bool
		want   support.IncidentPack
	}{
		{1001, false, support.IncidentPack{}},
		{1001, true, support.IncidentPack{Spent: 1}},
		{1002, false, support.IncidentPack{Spent: 1}},
		{1003, false, support.IncidentPack{Spent: 1}},
	} {
		m := newRoom()
		m.contracts[0].Offering = "per_incident"
		m.packs = []support.IncidentPack{{ID: 1, Contract: 1, Bought: 3, ExpiresAt: at(t, "2026-06-10 00:00")}}
		tellsIn(t, m, basic, "")
		ito, id := m.people["ito"], m.last
		try := func(cmd support.Command) {
			t.Helper()
			if _, err := m.do(ito, id, cmd); err != nil {
				t.Fatal(err)
			}
		}
		try(&support.Comment{Text: support.T("x")})
		try(&support.LinkDefect{Defect: c.defect})
		if c.unlink {
			try(&support.UnlinkDefect{Defect: c.defect, Reason: support.T("another one")})
		}
		try(&support.Complete{Reason: "confirmed", Consent: &support.Consent{Contact: m.people["sato"].ID, How: support.Phone}})
		if got := m.packs[0]; got.Reserved != 0 || got.Spent != c.want.Spent {
			t.Errorf("defect %d, link taken back %v: reserved %d, spent %d, want spent %d", c.defect, c.unlink, got.Reserved, got.Spent, c.want.Spent)
		}
	}
}

// A run tells a request once, with what stands then; the link outlives the
// request.
//
// guide: R36
func TestWhatBecameOfADefectIsToldOnce(t *testing.T) {
	t.Parallel()
	m := newRoom()
	tellsIn(t, m, production, "")
	ito, system, id := m.people["ito"], m.people["system"], m.last
	try := func(by support.Actor, cmd support.Command) int {
		t.Helper()
		before := len(m.requests[id].facts)
		if _, err := m.do(by, id, cmd); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range m.requests[id].facts[before:] {
			if _, told := f.Body.(support.DefectTold); told {
				n++
			}
		}
		return n
	}
	if n := try(system, &support.TellDefect{Defect: 1003, Run: 1}); n != 0 {
		t.Error("a request is told of a defect to which it is not linked")
	}
	try(ito, &support.LinkDefect{Defect: 1003})
	try(ito, &support.LinkDefect{Defect: 1001})
	try(ito, &support.Complete{Reason: "spam"})
	from := m.now.Add(2 * time.Second)
	for run, want := range []int{1, 0, 0} {
		if n := try(system, &support.TellDefect{Defect: 1003, Run: int64(1 + run/2), MailFrom: from}); n != want {
			t.Errorf("tell %d: told %d times, want %d", run, n, want)
		}
	}
	if n := try(system, &support.TellDefect{Defect: 1001, Run: 9}); n != 0 {
		t.Error("what is being fixed is not told")
	}
	m.defects[2].FixedIn = "4.2"
	if n := try(system, &support.TellDefect{Defect: 1003, Run: 3}); n != 1 {
		t.Error("another release is not told")
	}
	mails := 0
	for _, e := range m.requests[id].effects {
		if e.Template == "defect_fixed" {
			if mails++; mails == 1 && !e.NotBefore.Equal(from) {
				t.Errorf("the mail leaves from %s on, want %s", e.NotBefore, from)
			}
		}
	}
	if mails != 2 {
		t.Errorf("%d mails, want 2", mails)
	}
}

func TestDefectNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"D-1001", "d1001", " D-1001 ", "1001", "D‐１００１"} {
		if id, err := support.ParseDefectNumber(s); err != nil || id != 1001 {
			t.Errorf("%q is read as %d, %v", s, id, err)
		}
	}
	for _, s := range []string{"", "D-", "D-1000", "E-1001", "D-1001x", "DD-1001"} {
		if id, err := support.ParseDefectNumber(s); err == nil {
			t.Errorf("%q is read as %d", s, id)
		}
	}
}
