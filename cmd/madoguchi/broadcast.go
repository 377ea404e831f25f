package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// broadcastCmd is one message to the customers of many requests, over the API.
type broadcastCmd struct {
	remote
	List    broadcastListCmd    `cmd:"" help:"List broadcasts, the newest first."`
	Show    broadcastShowCmd    `cmd:"" help:"Show one, and how far it has been told."`
	Draft   broadcastDraftCmd   `cmd:"" help:"Write one; nobody gets it yet."`
	Preview broadcastPreviewCmd `cmd:"" help:"Show whom it would reach, and its mails."`
	Send    broadcastSendCmd    `cmd:"" help:"Send one that was previewed."`
	Redact  broadcastRedactCmd  `cmd:"" help:"Erase one for good, also on the requests that got it."`
}

type broadcastListCmd struct{ pageFlags }

func (c *broadcastListCmd) act(s *session) error {
	page, err := s.client.Broadcasts(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(page, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "state"), word(l, "broadcast.to"), word(l, "created")}}
		for _, b := range page.Broadcasts {
			rows = append(rows, []string{b.ID, word(l, "broadcast."+b.State), broadcastTo(v, b), v.Date(b.MadeAt)})
		}
		writePage(w, v, rows, page.Next)
	})
}

func broadcastTo(v lang.Voice, b client.Broadcast) string {
	return strings.Join(nonEmpty(b.Defect, v.Named("product", b.Product), b.Version), " ")
}

type onBroadcast struct {
	ID string `arg:"" help:"Id of the broadcast; 'broadcast list' shows them."`
}

func (s *session) broadcast(b client.Broadcast) error {
	return s.showNamed(b, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintln(w, b.ID)
		pairs(w, []pair{
			{word(l, "state"), word(l, "broadcast."+b.State)},
			{word(l, "broadcast.to"), broadcastTo(v, b)},
			{word(l, "created"), v.Date(b.MadeAt)},
			{word(l, "broadcast.sent"), v.Date(b.SentAt)},
		})
		for _, t := range b.Texts {
			paragraph(w, "  "+t.Language+" │ ", t.Text)
		}
		if e := b.Erased; e != nil {
			fmt.Fprintf(w, "  %s  %s: %s\n", v.Date(e.At), whoDid(v, e.By), did(v, "redact_broadcast", e.Ground))
			paragraph(w, "  │ ", e.Reason)
		}
		if b.Run != nil {
			writeRuns(w, v, []client.Run{*b.Run})
		}
		if r := b.Erasing; r != nil {
			fmt.Fprintf(w, "  "+word(l, "run.erased")+"\n", r.Done, r.Total, r.Skipped, r.Failed)
		}
	})
}

type broadcastShowCmd struct{ onBroadcast }

func (c *broadcastShowCmd) act(s *session) error {
	return give(s.broadcast)(s.client.Broadcast(s.ctx, c.ID))
}

type broadcastDraftCmd struct {
	Defect  string `help:"To the customers of requests that are linked to it." placeholder:"D-NUMBER"`
	Product string `help:"Or to those of technical requests on a product." placeholder:"KEY"`
	Release string `help:"Version of the product." placeholder:"VERSION"`
	Open    bool   `help:"Only requests that are not completed."`
	En      string `help:"The message in English." placeholder:"TEXT"`
	Ja      string `help:"The message in Japanese." placeholder:"TEXT"`
}

func (c *broadcastDraftCmd) act(s *session) error {
	b := client.NewBroadcast{Defect: c.Defect, Product: c.Product, Version: c.Release, Open: c.Open, Texts: []client.BroadcastText{}}
	for _, t := range []client.BroadcastText{{Language: "en", Text: c.En}, {Language: "ja", Text: c.Ja}} {
		if t.Text != "" {
			b.Texts = append(b.Texts, t)
		}
	}
	return give(s.broadcast)(s.client.DraftBroadcast(s.ctx, b))
}

type broadcastPreviewCmd struct{ onBroadcast }

func (c *broadcastPreviewCmd) act(s *session) error {
	p, err := s.client.PreviewBroadcast(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.show(p, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		pairs(w, []pair{{word(l, "head.requests_of"), strconv.Itoa(p.Requests)}, {word(l, "broadcast.seen"), p.Seen}})
		for _, m := range p.Mailed {
			fmt.Fprintf(w, "  %s  %s  %s\n", m.Number, person(m.Contact), m.Language)
		}
		for _, a := range p.Languages {
			fmt.Fprintf(w, "%s → %s: %d\n", a.Language, a.In, a.Requests)
			paragraph(w, "  │ ", a.Subject)
			paragraph(w, "  │ ", a.Mail)
		}
	})
}

type broadcastSendCmd struct {
	onBroadcast
	Seen string `arg:"" help:"What the preview showed under this name; when it is no longer so, nobody is told."`
}

func (c *broadcastSendCmd) act(s *session) error {
	return give(s.broadcast)(s.client.SendBroadcast(s.ctx, c.ID, c.Seen))
}

type broadcastRedactCmd struct {
	onBroadcast
	erasureFlags
}

func (c *broadcastRedactCmd) act(s *session) error {
	return give(s.broadcast)(s.client.RedactBroadcast(s.ctx, c.ID, client.Erasure{Ground: c.Ground, Reason: c.Reason}))
}
