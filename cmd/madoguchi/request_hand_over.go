package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestHandOverCmd struct {
	onRequest
	To       string  `arg:"" optional:"" help:"E-mail of the engineer to whom the request is offered."`
	Ground   string  `help:"Why, as the policy lists it: time_zone or expertise." default:"" placeholder:"GROUND"`
	At       instant `help:"When it takes effect (RFC 3339); as soon as the customer has been told when left out." placeholder:"INSTANT"`
	Reason   string  `help:"What the customer is told; with --decline why not, for the owner alone." placeholder:"TEXT"`
	State    string  `help:"Hand-over note: how it stands." placeholder:"TEXT"`
	Next     string  `help:"Hand-over note: the next step." placeholder:"TEXT"`
	Promises string  `help:"Hand-over note: what was promised to the customer." placeholder:"TEXT"`
	DoNot    string  `help:"Hand-over note: what must not be done." placeholder:"TEXT"`
	Accept   bool    `xor:"answer" help:"Accept the request that is offered to you."`
	Decline  bool    `xor:"answer" help:"Decline it, with --reason."`
	Cancel   bool    `xor:"answer" help:"Take the announced hand-over back."`
}

func (c *requestHandOverCmd) act(s *session) error {
	switch {
	case c.Cancel:
		return c.withdraw(s, "hand-over", client.Reason{Reason: c.Reason})
	case c.Accept:
		return c.send(s, "hand-over/acceptance", nil)
	case c.Decline:
		return c.send(s, "hand-over/refusal", client.Reason{Reason: c.Reason})
	case c.To == "" || c.Ground == "":
		return mistake{s.word("error.hand_over")}
	}
	return c.send(s, "hand-over", client.HandOverNotice{
		To: c.To, Ground: c.Ground, EffectiveAt: c.At.Time, Reason: c.Reason,
		Note: client.HandOverNote{State: c.State, Next: c.Next, Promises: c.Promises, DoNot: c.DoNot},
	})
}

// handOver is an announced hand-over in one line.
func handOver(v lang.Voice, h client.HandOver) string {
	answer := ""
	switch {
	case !h.AcceptedAt.IsZero():
		answer = fmt.Sprintf(word(v.Lang, "hand_over.accepted"), v.Date(h.AcceptedAt))
	case !h.AcceptBy.IsZero():
		answer = fmt.Sprintf(word(v.Lang, "hand_over.waits"), v.Date(h.AcceptBy))
	}
	return strings.Join(nonEmpty(member(&h.To), v.Word("hand_over_ground", h.Ground), v.Date(h.EffectiveAt), h.Reason, answer), ", ")
}

// writeHandOverNote writes what the old owner leaves for the new one.
func writeHandOverNote(w io.Writer, v lang.Voice, h *client.HandOver) {
	if h == nil || h.Note == nil {
		return
	}
	fmt.Fprintln(w, word(v.Lang, "head.hand_over"))
	for _, p := range []pair{{"state", h.Note.State}, {"next", h.Note.Next}, {"promises", h.Note.Promises}, {"do_not", h.Note.DoNot}} {
		if p.text != "" {
			fmt.Fprintf(w, "  %s\n", word(v.Lang, "hand_over."+p.label))
			paragraph(w, "     │ ", p.text)
		}
	}
}
