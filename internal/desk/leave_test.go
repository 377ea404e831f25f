package desk

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// note is a whole hand-over note.
func note() support.HandOverNote {
	return support.HandOverNote{State: support.T("s"), Next: support.T("n"), Promises: support.T("none"), DoNot: support.T("none")}
}

// TestNobodyLeavesTheirRequestsBehind: whoever owns open requests is let go
// after they were handed over or completed.
//
// guide: R26
func TestNobodyLeavesTheirRequestsBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	byByrne := support.Actor{Kind: support.Vendor, ID: b.byrne.ID}
	b.do(byByrne, id, &support.Take{})
	gone := b.byrne
	gone.Active = false
	refused(t, b.ChangeStaff(t.Context(), b.asAdmin, gone), support.Conflict, "staff.owns")
	b.do(byByrne, id, &support.AnnounceHandOver{To: b.ito.ID, Ground: "expertise", Note: note()})
	b.do(b.asIto, id, &support.AcceptHandOver{})
	b.clock.add(20 * time.Minute)
	b.settle()
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, gone))
	b.check()
}

// TestNoHandOverToSomebodyWhoHasLeft: it is called off at its instant, and the
// owner and duty learn of it.
//
// guide: R26
func TestNoHandOverToSomebodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*support.Staff){
		"left":           func(s *support.Staff) { s.Active = false },
		"other work now": func(s *support.Staff) { s.Roles = []support.Role{support.RoleLicence} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, jst(t, "2026-06-03 10:00:00"))
			id := b.file().ID
			b.do(b.asIto, id, &support.Take{})
			b.do(b.asIto, id, &support.AnnounceHandOver{To: b.byrne.ID, Ground: "expertise", Note: note()})
			b.do(support.Actor{Kind: support.Vendor, ID: b.byrne.ID}, id, &support.AcceptHandOver{})
			changed := b.byrne
			change(&changed)
			b.ok(b.ChangeStaff(t.Context(), b.asAdmin, changed))
			b.clock.add(20 * time.Minute)
			b.settle()
			r, err := b.Request(t.Context(), everything, id)
			b.ok(err)
			if r.Owner != b.ito.ID || r.HandOver != nil {
				t.Errorf("the owner is %d, the hand-over %+v", r.Owner, r.HandOver)
			}
			told := map[int64]bool{}
			for _, n := range notices(b.facts(id), "hand_over_cancelled_staff") {
				told[n.Recipient.ID] = true
			}
			if len(told) != 2 || !told[b.ito.ID] || !told[b.duty.ID] {
				t.Errorf("told %v, want the owner and duty", told)
			}
			b.check()
		})
	}
}
