package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// suppressionCmd is addresses to which no mail leaves, over the API.
type suppressionCmd struct {
	remote
	List   suppressionListCmd   `cmd:"" help:"List addresses to which no mail leaves, the newest first."`
	Add    suppressionAddCmd    `cmd:"" help:"Have no mail leave to an address any more."`
	Remove suppressionRemoveCmd `cmd:"" help:"Let mails to an address leave again."`
}

type suppressionListCmd struct{ pageFlags }

func (c *suppressionListCmd) act(s *session) error {
	list, next, err := s.client.Suppressions(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"suppressions": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "mailbox.address"), word(l, "why"), word(l, "at")}}
		for _, x := range list {
			rows = append(rows, suppressed(v, x))
		}
		writePage(w, v, rows, next)
	})
}

// suppressed is one as a line of the list.
func suppressed(v lang.Voice, x client.Suppression) []string {
	why := v.Word("suppressed", x.Why)
	if x.Status != "" {
		why += " (" + line(x.Status) + ")"
	}
	return []string{x.ID, line(x.Email), why, v.Date(x.At)}
}

type suppressionAddCmd struct {
	Email string `arg:"" help:"The address."`
	Why   string `help:"by_hand, or complained: whoever reads it calls our mails unwanted." enum:"by_hand,complained" default:"by_hand" placeholder:"REASON"`
}

func (c *suppressionAddCmd) act(s *session) error {
	x, err := s.client.AddSuppression(s.ctx, c.Email, c.Why)
	if err != nil {
		return err
	}
	return s.showNamed(x, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "suppression.stopped")+"\n", line(x.Email), x.ID)
	})
}

type suppressionRemoveCmd struct {
	ID string `arg:"" help:"Id of the address; 'suppression list' shows it."`
}

func (c *suppressionRemoveCmd) act(s *session) error {
	if err := s.client.RemoveSuppression(s.ctx, c.ID); err != nil {
		return err
	}
	return s.show(map[string]any{"id": c.ID, "removed": true}, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "suppression.let")+"\n", line(c.ID))
	})
}
