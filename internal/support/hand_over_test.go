package support_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// TestNoteIsTexts: every part of a hand-over note is found where texts are
// looked for, to be shown, checked and erased.
func TestNoteIsTexts(t *testing.T) {
	t.Parallel()
	part := func(id int64) support.Text { return support.Text{ID: id, SHA256: "x"} }
	b := support.HandOverOffered{To: 4, HandOverNote: support.HandOverNote{State: part(1), Next: part(2), Promises: part(3), DoNot: part(4)}}
	var names []string
	for _, r := range support.TextRefs(b) {
		names = append(names, r.Name)
	}
	if want := []string{"state", "next", "promises", "do_not"}; !slices.Equal(names, want) {
		t.Errorf("texts %v, want %v", names, want)
	}
}

// TestEarlierHandOverNeedsNobodysWord: one that was announced before offers were
// there takes effect by itself.
//
// guide: R26
func TestEarlierHandOverNeedsNobodysWord(t *testing.T) {
	t.Parallel()
	d := tells(t, production, "2026-06-03 10:05 JST ito take\n")
	r := refold(d.id, d.room.requests[d.id].facts)
	at := d.room.now
	support.Fold(r, support.Fact{Seq: r.Seq + 1, At: at, By: d.room.people["ito"], Body: support.HandOverAnnounced{
		From: d.room.people["ito"].ID, To: d.room.people["byrne"].ID, EffectiveAt: at, Ground: "expertise"}})
	system := d.room.people["system"]
	facts, err := support.Decide(r, &support.Tick{}, d.room.world(r, &support.Tick{}, system), system, at, d.room.pack)
	if err != nil || len(facts) != 1 || facts[0].Kind() != "handed_over" {
		t.Errorf("%v, %v", facts, err)
	}
	_, err = support.Decide(r, &support.AcceptHandOver{}, d.room.world(r, &support.AcceptHandOver{}, d.room.people["byrne"]), d.room.people["byrne"], at, d.room.pack)
	if support.CodeOf(err) != support.Conflict {
		t.Errorf("accepting it: %v", err)
	}
}

// TestOfferEndsAtItsInstant: an answer is in time until just before the instant,
// also when no tick has returned the offer yet.
//
// guide: R26
func TestOfferEndsAtItsInstant(t *testing.T) {
	t.Parallel()
	d := tells(t, production, `
2026-06-03 10:05 JST ito take
2026-06-03 10:10 JST ito announce_hand_over to=byrne ground=expertise state=s next=n promises=none do_not=none
`)
	r, byrne := d.room.requests[d.id].request, d.room.people["byrne"]
	for _, cmd := range []support.Command{&support.AcceptHandOver{}, &support.DeclineHandOver{Reason: support.Text{ID: 1, SHA256: "x"}}} {
		for _, c := range []struct {
			late time.Duration
			code support.Code
		}{{-support.Micro, ""}, {0, support.Conflict}, {support.Micro, support.Conflict}} {
			_, err := support.Decide(r, cmd, d.room.world(r, cmd, byrne), byrne, r.HandOver.Offer.AcceptBy.Add(c.late), d.room.pack)
			if support.CodeOf(err) != c.code {
				t.Errorf("%s %s after the end: %v", cmd.Name(), c.late, err)
			}
		}
	}
}
