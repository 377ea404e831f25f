package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestPromiseCmd struct {
	Make     promiseMakeCmd     `cmd:"" help:"Make a promise; the customer is told."`
	Keep     promiseKeepCmd     `cmd:"" help:"Say that it is kept."`
	Renew    promiseRenewCmd    `cmd:"" help:"Give it another instant, before it is due."`
	Withdraw promiseWithdrawCmd `cmd:"" help:"Take it back."`
}

type promiseMakeCmd struct {
	onRequest
	textArg
	Due instant `required:"" help:"By when it is done (RFC 3339)." placeholder:"INSTANT"`
}

func (c *promiseMakeCmd) act(s *session) error {
	return c.say(s, c.words, "promises", func(text string) any {
		return client.NewPromise{Text: text, DueAt: c.Due.Time}
	})
}

type promiseKeepCmd struct {
	onRequest
	Promise string `arg:"" help:"Number of the promise; 'request show' lists them."`
	textArg
	At     instant `help:"When it was kept, if not now (RFC 3339; at most seven days back)." placeholder:"INSTANT"`
	Reason string  `help:"Why it is recorded only now." placeholder:"TEXT"`
}

func (c *promiseKeepCmd) act(s *session) error {
	n, err := s.ordinal(c.Promise)
	if err != nil {
		return err
	}
	return c.say(s, c.may, "promises/"+n+"/kept", func(text string) any {
		return client.KeptPromise{Text: text, HappenedAt: c.At.Time, Reason: c.Reason}
	})
}

type promiseRenewCmd struct {
	onRequest
	Promise string `arg:"" help:"Number of the promise; 'request show' lists them."`
	textArg
	Due instant `required:"" help:"By when it is done now (RFC 3339)." placeholder:"INSTANT"`
}

func (c *promiseRenewCmd) act(s *session) error {
	n, err := s.ordinal(c.Promise)
	if err != nil {
		return err
	}
	return c.say(s, c.words, "promises/"+n+"/renewal", func(text string) any {
		return client.NewPromise{Text: text, DueAt: c.Due.Time}
	})
}

type promiseWithdrawCmd struct {
	onRequest
	Promise string `arg:"" help:"Number of the promise; 'request show' lists them."`
	textArg
}

func (c *promiseWithdrawCmd) act(s *session) error {
	n, err := s.ordinal(c.Promise)
	if err != nil {
		return err
	}
	text, err := c.words(s)
	if err != nil {
		return err
	}
	return c.withdraw(s, "promises/"+n, client.Reason{Reason: text})
}

func writePromises(w io.Writer, v lang.Voice, list []client.Promise) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, word(v.Lang, "head.promises"))
	for _, p := range list {
		state := v.Word("promise_state", p.State)
		if p.Withdrawn {
			state = v.Word("promise_state", "withdrawn")
		}
		fmt.Fprintf(w, "  %d  %s %s: %s (%s)\n", p.N, word(v.Lang, "due"), v.Date(p.DueAt), state, p.MadeBy.Name)
		paragraph(w, "     │ ", p.Text)
	}
}
