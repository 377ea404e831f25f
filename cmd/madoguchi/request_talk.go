package main

import (
	"context"
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestCommentCmd struct {
	onRequest
	neededText
	Channel  string `help:"By which way it came or goes: portal, phone, mail or api." enum:",portal,phone,mail,api" default:"" placeholder:"CHANNEL"`
	OnBehalf bool   `help:"Staff write down what the contact said."`
	Corrects int64  `help:"Number of the entry that this one corrects." placeholder:"SEQ"`
}

func (c *requestCommentCmd) act(s *session) error {
	return c.say(s, c.words, "comments", func(text string) any {
		return client.Comment{Text: text, Channel: c.Channel, OnBehalf: c.OnBehalf, Corrects: c.Corrects}
	})
}

type requestNoteCmd struct {
	onRequest
	neededText
	Label   string   `help:"verification or compliance." enum:",verification,compliance" default:"" placeholder:"LABEL"`
	Mention []string `help:"E-mail of a colleague who is told of it; may be repeated." placeholder:"EMAIL"`
}

func (c *requestNoteCmd) act(s *session) error {
	return c.say(s, c.words, "notes", func(text string) any {
		return client.Note{Text: text, Label: c.Label, Mentions: c.Mention}
	})
}

type requestAskCmd struct {
	onRequest
	Kind string `arg:"" enum:"details,install,debug_data,vendor_reproduces,hand_over_data,verify_bug,apply_remedy,bring_in_specialists,third_party_cooperates" help:"What is asked for: ${enum}."`
	neededText
	Of      string  `help:"Who is asked: customer, third_party, support or engineering." enum:"customer,third_party,support,engineering" default:"customer" placeholder:"WHO"`
	Due     instant `help:"Until when (RFC 3339)." placeholder:"INSTANT"`
	Removes int     `help:"Component of another vendor that is to be removed, by its number; takes stated grounds." placeholder:"N"`
	Item    string  `help:"Item that is asked for: one of a CS request, or one that madoguchi request gathering lists." placeholder:"ITEM"`
}

func (c *requestAskCmd) act(s *session) error {
	return c.say(s, c.words, "asks", func(text string) any {
		return client.NewAsk{Kind: c.Kind, Of: c.Of, Text: text, DueAt: c.Due.Time, Item: c.Item, Removes: c.Removes}
	})
}

type requestAnswerCmd struct {
	onRequest
	Ask string `arg:"" help:"Number of the ask; 'request show' lists them."`
	neededText
}

func (c *requestAnswerCmd) act(s *session) error {
	n, err := s.ordinal(c.Ask)
	if err != nil {
		return err
	}
	return c.say(s, c.words, "asks/"+n+"/answer", func(text string) any {
		return client.Answer{Text: text}
	})
}

type requestContactCmd struct {
	onRequest
	textArg
	Channel  string  `help:"phone, mail or portal." enum:"phone,mail,portal" default:"phone" placeholder:"CHANNEL"`
	Outcome  string  `required:"" help:"By phone connected, voicemail or no_answer; by mail sent or bounced; in the portal sent." enum:"connected,voicemail,no_answer,sent,bounced" placeholder:"OUTCOME"`
	Announce bool    `help:"The message announces the completion if nobody answers."`
	At       instant `help:"When it happened, if not now (RFC 3339; at most seven days back)." placeholder:"INSTANT"`
	Reason   string  `help:"Why it is recorded only now." placeholder:"TEXT"`
}

func (c *requestContactCmd) act(s *session) error {
	text, err := c.may(s)
	if err != nil {
		return err
	}
	return c.send(s, "contacts", client.Contact{
		Channel: c.Channel, Outcome: c.Outcome, Text: text, Announce: c.Announce, HappenedAt: c.At.Time, Reason: c.Reason,
	})
}

type requestTakeCmd struct{ onRequest }

func (c *requestTakeCmd) act(s *session) error { return c.send(s, "assignment", client.Assignment{}) }

type requestAssignCmd struct {
	onRequest
	Engineer string `arg:"" help:"E-mail of the engineer."`
}

func (c *requestAssignCmd) act(s *session) error {
	return c.send(s, "assignment", client.Assignment{Staff: c.Engineer})
}

type requestWaitCmd struct {
	onRequest
	For   string  `arg:"" enum:"waiting_customer,waiting_third_party,waiting_engineering,agreed_date" help:"What it waits for: ${enum}."`
	Text  string  `arg:"" optional:"" help:"Why: needed, here or with --file, unless it waits for the customer; - reads standard input."`
	File  string  `help:"Read the text from this file; - is standard input." placeholder:"PATH"`
	Until instant `help:"Until when (RFC 3339)." placeholder:"INSTANT"`
}

func (c *requestWaitCmd) act(s *session) error {
	return c.say(s, textArg{c.Text, c.File}.may, "waiting", func(text string) any {
		return client.Wait{Kind: c.For, Until: c.Until.Time, Reason: text}
	})
}

type requestResumeCmd struct{ onRequest }

func (c *requestResumeCmd) act(s *session) error { return c.withdraw(s, "waiting", nil) }

// withdraw takes back what a resource stands for and says what that did.
func (o onRequest) withdraw(s *session, resource string, body any) error {
	n, err := s.number(o.Number)
	if err != nil {
		return err
	}
	return give(s.done)(s.client.Withdraw(s.ctx, n, resource, body))
}

type requestWithdrawCmd struct {
	onRequest
	Entry int64 `arg:"" help:"Number of the held comment; 'request show' lists them."`
}

func (c *requestWithdrawCmd) act(s *session) error {
	return c.call(s, func(ctx context.Context, n string) (client.Result, error) {
		return s.client.WithdrawComment(ctx, n, c.Entry)
	})
}

// writeHeld writes the comments that the customer does not see yet.
func writeHeld(w io.Writer, v lang.Voice, r client.Request) {
	for _, h := range r.Held {
		fmt.Fprintf(w, "%s\n    madoguchi request withdraw %s %d\n", fmt.Sprintf(word(v.Lang, "held"), h.By.Name, v.Date(h.Until)), r.Number, h.Seq)
		paragraph(w, "  │ ", h.Text)
	}
}
