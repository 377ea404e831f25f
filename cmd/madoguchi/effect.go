package main

import (
	"cmp"
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// effectCmd is notices to people: those that could not be sent wait here for
// somebody who mends the cause.
type effectCmd struct {
	remote
	List  effectListCmd  `cmd:"" help:"List notices that were given up; or those that wait, or left."`
	Retry effectRetryCmd `cmd:"" help:"Try notices that were given up once more."`
	Show  effectShowCmd  `cmd:"" help:"Show the mail that left under a notice's key."`
}

type effectListCmd struct {
	State string `help:"dead, pending or done." enum:"dead,pending,done" default:"dead" placeholder:"STATE"`
	Limit most   `help:"At most so many, 1 to 500." default:"100" placeholder:"N"`
}

func (c *effectListCmd) act(s *session) error {
	list, err := s.client.Effects(s.ctx, c.State, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(map[string]any{"effects": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "key"), word(l, "number"), word(l, "notice"), word(l, "recipient"), word(l, "tries"), word(l, "at"), word(l, "why")}}
		for _, e := range list {
			at := e.DoneAt
			if at.IsZero() {
				at = e.NextTryAt
			}
			when := ""
			if !at.IsZero() {
				when = v.Date(at)
			}
			rows = append(rows, []string{e.Key, cmp.Or(e.Number, "-"), e.Template, effectReader(l, e.Recipient), fmt.Sprint(e.Attempts), when, e.LastError})
		}
		writePage(w, v, rows, "")
	})
}

func effectReader(l string, r client.EffectReader) string {
	if r.Name == "" {
		return word(l, "duty."+r.Kind)
	}
	return r.Name
}

type effectRetryCmd struct {
	Key []string `arg:"" help:"Keys of the notices; 'effect list' shows them."`
}

func (c *effectRetryCmd) act(s *session) error {
	for _, key := range c.Key {
		if err := s.client.RetryEffect(s.ctx, key); err != nil {
			return err
		}
	}
	return s.show(map[string]any{"retried": c.Key}, func(w io.Writer, v lang.Voice) {
		for _, key := range c.Key {
			fmt.Fprintf(w, word(v.Lang, "effect.again")+"\n", line(key))
		}
	})
}

type effectShowCmd struct {
	Key string `arg:"" help:"Key of the notice; 'effect list --state done' shows it."`
}

func (c *effectShowCmd) act(s *session) error {
	mail, err := s.client.SentMail(s.ctx, c.Key)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"key": c.Key, "mail": mail}, func(w io.Writer, _ lang.Voice) {
		fmt.Fprintln(w, plain(mail))
	})
}
