package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/policy"
)

func undoing(p *policy.Pack) {
	p.Texts.UndoWithin = policy.Amount{Value: (30 * time.Second).Microseconds(), Unit: policy.Elapsed}
}

// seen is all that somebody sees of a request and of the list, as one text.
func (h *house) seen(key, number string) string {
	h.t.Helper()
	ctx, c := context.Background(), h.as(key)
	r, err := c.Request(ctx, number)
	must(h.t, err)
	events, err := c.AllEvents(ctx, number)
	must(h.t, err)
	list, err := c.Requests(ctx, client.Filter{})
	must(h.t, err)
	var b strings.Builder
	for _, e := range events {
		if e.Kind != "filed" { // its receipt tells how long its target has run
			b.WriteString(e.Kind + " " + e.Text + " " + string(e.Data) + "\n")
		}
	}
	for _, x := range list.Requests {
		b.WriteString(x.Number + " " + x.Turn + " " + x.Stage + "\n")
	}
	for _, a := range r.Asks {
		b.WriteString("ask " + a.Text + "\n")
	}
	for _, x := range r.Held {
		b.WriteString("held " + x.Text + "\n")
	}
	return b.String() + r.Turn + " " + r.Stage
}

// Nothing of a comment reaches the customer, a watcher or their mail before it
// is out; staff see it and its author takes it back.
// guide: R28
func TestACommentIsOutWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	h, ctx := open(t, undoing), context.Background()
	number := h.file("tanaka", sev3()).Number
	_, err := h.as("tanaka").Command(ctx, number, "watchers", client.NewWatcher{Contact: h.number("weber")})
	must(t, err)
	h.advance(time.Minute)
	before := map[string]string{"tanaka": h.seen("tanaka", number), "weber": h.seen("weber", number)}
	say := func(text string) client.Request {
		got, err := h.as("ito").Command(ctx, number, "comments", client.Comment{Text: text, Asks: []client.NewAsk{{Kind: "details", Text: "KANARIENVOGEL"}}})
		must(t, err)
		return got.Request
	}
	held := say("KANARIENVOGEL")
	if len(held.Held) != 1 || !held.Held[0].Until.Equal(h.clock.Now().Add(30*time.Second)) {
		t.Fatalf("held: %+v", held.Held)
	}
	quiet := func(when string) {
		t.Helper()
		for key, was := range before {
			if now := h.seen(key, number); now != was {
				t.Errorf("%s: %s sees\n%s\nand saw\n%s", when, key, now, was)
			}
		}
		if mails := h.mails(number, "comment"); len(mails) != 0 {
			t.Errorf("%s: %v left", when, mails)
		}
	}
	h.advance(30*time.Second - time.Microsecond)
	quiet("a microsecond before")
	if _, err := h.as("byrne").WithdrawComment(ctx, number, held.Held[0].Seq); client.CodeOf(err) != "forbidden" {
		t.Errorf("a colleague takes it back: %v", err)
	}
	_, err = h.as("ito").WithdrawComment(ctx, number, held.Held[0].Seq)
	must(t, err)
	h.advance(time.Hour)
	quiet("taken back")
	again := say("KANARIENVOGEL 2")
	h.advance(30 * time.Second)
	for key := range before {
		if now := h.seen(key, number); !strings.Contains(now, "KANARIENVOGEL 2") || !strings.Contains(now, "ask KANARIENVOGEL") || strings.Contains(now, "held") {
			t.Errorf("%s sees, when it is out:\n%s", key, now)
		}
	}
	if mails := h.mails(number, "comment"); len(mails) != 2 {
		t.Errorf("%d mails left", len(mails))
	}
	if _, err := h.as("ito").WithdrawComment(ctx, number, again.Held[0].Seq); client.CodeOf(err) != "conflict" {
		t.Errorf("taken back after it is out: %v", err)
	}
}

// mails are the effects of a template about a request.
func (h *house) mails(number, template string) []string {
	h.t.Helper()
	var out []string
	events, err := h.as("hayashi").AllEvents(context.Background(), number)
	must(h.t, err)
	for _, e := range events {
		if e.Kind == "notified" && strings.Contains(string(e.Data), `"template":"`+template+`"`) {
			out = append(out, string(e.Data))
		}
	}
	return out
}
