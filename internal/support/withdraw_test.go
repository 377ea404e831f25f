package support_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

const undo = 30 * time.Second

// undoing is a pack in which a comment of staff is held for 30 seconds.
func undoing(p *policy.Pack) *policy.Pack {
	q := *p
	q.Texts.UndoWithin = policy.Amount{Value: undo.Microseconds(), Unit: policy.Elapsed}
	return &q
}

func undoingRoom() *room {
	m := newRoom()
	m.pack = undoing(m.pack)
	return m
}

// heldStories are what becomes of a comment of Ito at 10:20.
var heldStories = map[string]string{
	"out when its time has come": `
2026-06-03 10:20 JST ito comment text="再起動してください。" ask=details ask_text="バージョンは？"
want comments 0
want asks 0
want hidden comment_held
want turn support
want owner nobody
want target first_response running
want no mail tanaka comment
2026-06-03 10:20:29.999999 JST clock
want comments 0
2026-06-03 10:20:30 JST clock
want comments 1
want event commented by ito at 2026-06-03 10:20:30 JST text="再起動してください。"
want public commented
want owner ito
want target first_response met at 2026-06-03 10:20:30 JST after 20m30s
want told tanaka comment at 2026-06-03 10:20:30 JST
want ask 1 open
want turn customer
2026-06-03 10:20:30 JST ito withdraw_comment seq=7
want refused conflict comment.out
`,
	"taken back": `
2026-06-03 10:20 JST ito comment text="宛先を間違えた。" ask=details ask_text="x"
2026-06-03 10:20:10 JST nishida withdraw_comment
want refused forbidden comment.withdraw_own
2026-06-03 10:20:29.999999 JST ito withdraw_comment
want event comment_withdrawn by ito
want hidden comment_withdrawn
2026-06-03 12:00 JST clock
want comments 0
want asks 0
want no mail tanaka comment
want owner nobody
want target first_response running
2026-06-03 12:00 JST ito withdraw_comment seq=7
want refused conflict comment.out
2026-06-03 12:00 JST ito withdraw_comment seq=1
want refused forbidden comment.withdraw_own
2026-06-03 12:00 JST ito comment text=y
2026-06-03 12:00:30 JST clock
want target first_response met at 2026-06-03 12:00:30 JST
`,
	"a completion sends what is held": `
2026-06-03 10:20 JST ito comment text="解決しました。"
2026-06-03 10:20:10 JST ito complete reason=confirmed consent=tanaka how=phone
want comments 1
want event commented by ito at 2026-06-03 10:20:10 JST
want target first_response met at 2026-06-03 10:20:10 JST
want stage completed reason confirmed
want told tanaka completed at 2026-06-03 10:20:10 JST
2026-06-03 10:21 JST clock
want comments 1
`,
	"what was erased does not go out": `
2026-06-03 10:20 JST ito comment text="パスワードはsecretです。"
2026-06-03 10:20:05 JST ito redact_text seq=7 ground=secret
want hidden content_erased
2026-06-03 10:21 JST clock
want comments 0
want event comment_withdrawn why=erased
want target first_response running
`,
	"what the customer says is never held": `
2026-06-03 10:20 JST tanaka comment text=x
want comments 1
2026-06-03 10:20 JST ito comment text=x on_behalf=yes
want comments 2
`,
}

// Until a held comment is out nothing follows from it; then all of it does, by
// its author.
func TestCommentsAreHeldAndTakenBack(t *testing.T) {
	t.Parallel()
	for name, story := range heldStories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tellsIn(t, undoingRoom(), production, story)
		})
	}
}

// An answer that is held counts from the instant at which it is out, to the
// microsecond; one that is taken back before has answered nothing. Instants lie
// at the edges of the target and of the time to take back.
func TestAHeldCommentAnswersWhenItIsOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		edge := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(-2, 2).Draw(t, name)) * support.Micro
		}
		m := undoingRoom()
		m.now = time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
		id, err := m.do(m.people["tanaka"], 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: m.people["tanaka"].ID,
			Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"}, Title: support.T("t")})
		if err != nil {
			t.Fatal(err)
		}
		r := func() *support.Request { return m.requests[id].request }
		c, _ := r().Clock(support.FirstResponse)
		out := c.DueAt.Add(rapid.SampledFrom([]time.Duration{-time.Hour, -undo, 0, undo, time.Hour}).Draw(t, "out") + edge("due"))
		if err := m.until(out.Add(-undo)); err != nil {
			t.Fatal(err)
		}
		if _, err := m.do(m.people["ito"], id, &support.Comment{Text: support.T("x")}); err != nil {
			t.Fatal(err)
		}
		seq := r().Held[0].Seq
		withdraws := rapid.Bool().Draw(t, "withdraws")
		at := out.Add(-time.Duration(rapid.Int64Range(0, 30).Draw(t, "before")) * time.Second).Add(edge("withdrawn"))
		if withdraws {
			at = later(at, m.now)
			if rapid.Bool().Draw(t, "unnoticed") {
				m.now = at // the timer has not kept up
			} else if err := m.until(at); err != nil {
				t.Fatal(err)
			}
			_, err := m.do(m.people["ito"], id, &support.WithdrawComment{Seq: seq})
			var refused *support.Error
			if taken := err == nil; taken != at.Before(out) || !taken && !errors.As(err, &refused) {
				t.Fatalf("taken back at %s, out at %s: %v", at, out, err)
			}
			withdraws = err == nil
		}
		if err := m.until(later(out, c.DueAt).Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		held(t, m, id, out, withdraws)
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// held says what has become of the comment that was to be out at an instant.
func held(t *rapid.T, m *room, id int64, out time.Time, withdrawn bool) {
	r := m.requests[id].request
	c, _ := r.Clock(support.FirstResponse)
	mailed, said := 0, 0
	for _, e := range m.requests[id].effects {
		if e.Template == "comment" {
			mailed++
		}
	}
	for _, f := range m.requests[id].facts {
		if _, ok := f.Body.(support.Commented); ok {
			said++
			if !f.Happened().Equal(out) || f.By != m.people["ito"] {
				t.Fatalf("out at %s by %v, want %s by its author", f.Happened(), f.By, out)
			}
		}
	}
	if len(r.Held) != 0 {
		t.Fatalf("still held: %+v", r.Held)
	}
	if withdrawn {
		if said != 0 || mailed != 0 || c.State != support.Missed || r.Owner != 0 {
			t.Fatalf("taken back: said %d, mailed %d, target %s, owner %d", said, mailed, c.State, r.Owner)
		}
		return
	}
	want := support.Met
	if out.After(c.DueAt) {
		want = support.MetLate
	}
	if said != 1 || mailed != 1 || c.State != want || !c.MetAt.Equal(out) || c.MissSeen != (want == support.MetLate) {
		t.Fatalf("out at %s, due %s: said %d, mailed %d, target %s met %s, miss %v", out, c.DueAt, said, mailed, c.State, c.MetAt, c.MissSeen)
	}
}
