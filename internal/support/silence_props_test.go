package support_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/calendar"
	"madoguchi/internal/support"
)

// silent draws what matters to silence, most of it attempts on several days.
func (l *life) silent() (string, support.Command) {
	days := time.Duration(rapid.Int64Range(0, 5*24*3600).Draw(l.t, "later")) * time.Second
	if err := l.until(l.now.Add(days)); err != nil {
		l.t.Fatal(err)
	}
	switch rapid.IntRange(0, 19).Draw(l.t, "silent") {
	case 0, 1:
		return "sato", &support.Comment{Text: support.T("x")}
	case 2, 3:
		return "system", &support.RecordAutoReply{Text: support.T("x")}
	case 4, 5:
		return "ito", &support.VoidAttempt{N: rapid.IntRange(1, 6).Draw(l.t, "n"), Why: "bounced"}
	case 6:
		return "sato", &support.RaiseSeverity{To: rapid.IntRange(1, 3).Draw(l.t, "to"), Impact: support.T("x")}
	case 7:
		return "sato", &support.ProposeCompletion{Reason: "confirmed"}
	}
	c := &support.LogContact{Channel: support.Phone, Outcome: support.NoAnswer}
	if rapid.IntRange(0, 9).Draw(l.t, "connected") == 0 {
		c.Outcome = support.Connected
	}
	if rapid.Bool().Draw(l.t, "written down later") {
		back := time.Duration(rapid.Int64Range(0, 7*24*3600).Draw(l.t, "back")) * time.Second
		c.Elsewhere = support.Elsewhere{HappenedAt: l.now.Add(-back), Reason: support.T("r")}
	}
	return "ito", c
}

// TestSilenceIsAlwaysEarned draws attempts, also ones that are written down
// later, between few words of the customer.
//
// guide: R49, A5, A26
func TestSilenceIsAlwaysEarned(t *testing.T) {
	t.Parallel()
	completed := 0
	until(t, func() bool { return completed > 0 }, func(t *rapid.T) {
		l := newLife(t)
		for range rapid.IntRange(8, 20).Draw(t, "steps") {
			who, cmd := l.silent()
			if _, err := l.do(l.people[who], l.id, cmd); err != nil && support.CodeOf(err) == "" {
				t.Fatal(err)
			}
		}
		if err := l.until(l.now.Add(11 * 24 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		f := l.requests[l.id]
		if f.request.Completed != nil {
			completed++
		}
		if err := silenceWasEarned(f); err != nil {
			t.Fatalf("%v\n%s", err, printed(f))
		}
	})
}

// until checks a property, and again until what it is about has been drawn: of few
// trials none may be of that.
func until(t *testing.T, drawn func() bool, property func(*rapid.T)) {
	t.Helper()
	for range 50 {
		rapid.Check(t, property)
		if drawn() || t.Failed() {
			return
		}
	}
	t.Error("what the property is about was never drawn: it looks at nothing")
}

// silenceWasEarned reads completion by silence from the facts alone: three
// attempts on three of the contact's days, ten days, and nobody spoke (I10).
func silenceWasEarned(f *file) error {
	zone, err := calendar.Location("Asia/Tokyo")
	if err != nil {
		return err
	}
	type try struct {
		n  int
		at time.Time
	}
	var tries []try
	var heard time.Time
	before := &support.Request{ID: f.request.ID}
	for _, x := range f.facts {
		if b, ok := x.Body.(support.Completed); ok && b.Reason == "silence" && (before.Turn() == support.TurnSupport || before.ApprovalWaits()) {
			return fmt.Errorf("seq %d completes by silence what waits for us or for an approval", x.Seq)
		}
		support.Fold(before, x)
		if spoke(x) {
			tries = slices.DeleteFunc(tries, func(t try) bool { return !t.at.After(x.Happened()) })
			if x.Happened().After(heard) {
				heard = x.Happened()
			}
		}
		switch b := x.Body.(type) {
		case support.ContactAttempted:
			if b.Outcome != support.Bounced && !x.Happened().Before(heard) {
				tries = append(tries, try{b.N, x.Happened()})
			}
		case support.AttemptVoided:
			tries = slices.DeleteFunc(tries, func(t try) bool { return t.n == b.N })
		case support.Completed:
			if b.Reason != "silence" {
				continue
			}
			days := map[string]bool{}
			first := x.At
			for _, t := range tries {
				days[t.at.In(zone).Format(time.DateOnly)] = true
				if t.at.Before(first) {
					first = t.at
				}
			}
			if len(tries) < 3 || len(days) < 3 || x.At.Sub(first) < 240*time.Hour {
				return fmt.Errorf("seq %d completes by silence after %d attempts on %d days since %s", x.Seq, len(tries), len(days), first)
			}
		}
	}
	return nil
}

// spoke is customer activity as the guide means it: their own acts, a
// conversation, and what staff recorded of their word.
func spoke(x support.Fact) bool {
	if x.By.Kind == support.Customer {
		return true
	}
	switch b := x.Body.(type) {
	case support.ContactMade:
		return true
	case support.Commented:
		return b.OnBehalf != 0
	case support.AskAnswered:
		return b.Of == support.TurnCustomer
	case support.AfterHoursPurchased, support.AfterHoursEnded:
		return true
	case support.SeverityChanged:
		return b.Consent != nil
	case support.DeescalationConfirmed:
		return b.Consent != nil
	case support.SeverityLoweringDeclined:
		return b.Consent != nil
	case support.AfterHoursEndDeclined:
		return b.Consent != nil
	}
	return false
}
