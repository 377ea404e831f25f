package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// whoArg names somebody who signs in.
type whoArg struct {
	Who string `arg:"" help:"Customer number of a contact, or e-mail of a member of staff."`
}

// passFlags are of links that are given to somebody.
type passFlags struct {
	whoArg
	Print bool `help:"Print the link instead of mailing it, to bring it to the person in another way. Without a smarthost it is printed anyway."`
}

type userInviteCmd struct{ passFlags }

func (c *userInviteCmd) act(s *session) error {
	return s.passed(c.Who)(s.client.Invite(s.ctx, c.Who, !c.Print))
}

type userResetCmd struct{ passFlags }

func (c *userResetCmd) act(s *session) error {
	return s.passed(c.Who)(s.client.ResetUser(s.ctx, c.Who, !c.Print))
}

// passed tells where a link is.
func (s *session) passed(who string) func(client.Pass, error) error {
	return func(p client.Pass, err error) error {
		if err != nil {
			return err
		}
		return s.show(p, func(w io.Writer, v lang.Voice) {
			if p.Mailed {
				fmt.Fprintf(w, word(v.Lang, "pass.mailed")+"\n", line(who), v.Date(p.EndsAt))
				return
			}
			fmt.Fprintf(w, word(v.Lang, "pass.link")+"\n", line(who), v.Date(p.EndsAt))
			fmt.Fprintln(w, p.Link)
		})
	}
}

type userFactorsCmd struct {
	whoArg
	Remove string `help:"Take it away: app, recovery_codes, provider, or the id of a passkey. Staff without any have to choose one when they sign in the next time." placeholder:"FACTOR"`
}

func (c *userFactorsCmd) act(s *session) error {
	if c.Remove != "" {
		if err := s.client.RemoveFactor(s.ctx, c.Who, c.Remove); err != nil {
			return err
		}
		return s.show(map[string]any{"factor": c.Remove, "removed": true}, func(w io.Writer, v lang.Voice) {
			fmt.Fprintf(w, word(v.Lang, "factor.gone")+"\n", line(c.Remove))
		})
	}
	has, err := s.client.Factors(s.ctx, c.Who)
	if err != nil {
		return err
	}
	return s.show(has, func(w io.Writer, v lang.Voice) { writeFactors(w, v, has) })
}

func writeFactors(w io.Writer, v lang.Voice, has client.Factors) {
	l := v.Lang
	rows := [][]string{{word(l, "factor.id"), word(l, "name"), word(l, "last_used"), word(l, "state")}}
	if has.Password {
		rows = append(rows, []string{"", word(l, "factor.password"), "", ""})
	}
	if has.App {
		rows = append(rows, []string{"app", word(l, "factor.app"), "", ""})
	}
	for _, p := range has.Passkeys {
		state := ""
		if p.Suspect {
			state = word(l, "factor.suspect")
		}
		rows = append(rows, []string{p.ID, fmt.Sprintf(word(l, "factor.passkey"), p.Name), v.Date(p.UsedAt), state})
	}
	for _, x := range has.Providers {
		rows = append(rows, []string{"provider", x.Issuer, v.Date(x.UsedAt), ""})
	}
	if has.RecoveryCodes > 0 {
		rows = append(rows, []string{"recovery_codes", fmt.Sprintf(word(l, "factor.codes"), has.RecoveryCodes), "", ""})
	}
	writePage(w, v, rows, "")
}

type userSessionsCmd struct {
	whoArg
	End string `help:"Sign the person out: the id of a session, or all." placeholder:"SESSION"`
}

func (c *userSessionsCmd) act(s *session) error {
	if c.End != "" {
		if err := s.client.EndSession(s.ctx, c.Who, c.End); err != nil {
			return err
		}
		return s.show(map[string]any{"session": c.End, "ended": true}, func(w io.Writer, v lang.Voice) {
			if c.End == "all" {
				fmt.Fprintf(w, word(v.Lang, "session.all")+"\n", line(c.Who))
				return
			}
			fmt.Fprintf(w, word(v.Lang, "session.gone")+"\n", line(c.End))
		})
	}
	list, err := s.client.Sessions(s.ctx, c.Who)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"sessions": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "session.by"), word(l, "session.from"), word(l, "last_used"), word(l, "ends"), word(l, "session.browser")}}
		for _, x := range list {
			rows = append(rows, []string{x.ID, word(l, "proof."+x.Proof), x.Address, v.Date(x.SeenAt), v.Date(x.EndsAt), line(x.Agent)})
		}
		writePage(w, v, rows, "")
	})
}
