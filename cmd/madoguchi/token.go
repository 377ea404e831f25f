package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// tokenCmd is access tokens, over the API.
type tokenCmd struct {
	remote
	Add    tokenAddCmd    `cmd:"" help:"Make a token; its secret is shown once."`
	List   tokenListCmd   `cmd:"" help:"List your tokens; admins see all."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token at once."`
}

type tokenAddCmd struct {
	Name    string   `arg:"" help:"What it is for, so that it is known again."`
	Scope   []string `help:"read, write, staff or admin; may be repeated or listed with commas." default:"read,write" enum:"read,write,staff,admin" placeholder:"SCOPE"`
	For     string   `help:"Its holder (admins): customer number of a contact, or e-mail of a member of staff; yourself when left out." placeholder:"WHO"`
	Expires instant  `help:"When it ends (RFC 3339); never when left out." placeholder:"INSTANT"`
}

func (c *tokenAddCmd) act(s *session) error {
	t, err := s.client.MakeToken(s.ctx, client.NewToken{Name: c.Name, Holder: c.For, Scopes: c.Scope, ExpiresAt: c.Expires.Time})
	if err != nil {
		return err
	}
	return s.show(t, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "token.made")+"\n", line(t.Name), t.ID, strings.Join(t.Scopes, ", "))
		fmt.Fprintln(w, t.Secret)
	})
}

type tokenListCmd struct{}

func (c *tokenListCmd) act(s *session) error {
	list, err := s.client.Tokens(s.ctx)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"tokens": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "name"), word(l, "holder"), word(l, "scopes"), word(l, "created"), word(l, "state")}}
		for _, t := range list {
			state := word(l, "token.valid")
			switch {
			case !t.RevokedAt.IsZero():
				state = fmt.Sprintf(word(l, "token.revoked"), v.Date(t.RevokedAt))
			case !t.ExpiresAt.IsZero():
				state = fmt.Sprintf(word(l, "token.until"), v.Date(t.ExpiresAt))
			}
			rows = append(rows, []string{t.ID, t.Name, t.Holder, strings.Join(t.Scopes, ","), v.Date(t.CreatedAt), state})
		}
		writePage(w, v, rows, "")
	})
}

type tokenRevokeCmd struct {
	ID string `arg:"" help:"Id of the token; 'token list' shows it."`
}

func (c *tokenRevokeCmd) act(s *session) error {
	if err := s.client.RevokeToken(s.ctx, c.ID); err != nil {
		return err
	}
	return s.show(map[string]any{"id": c.ID, "revoked": true}, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "token.gone")+"\n", line(c.ID))
	})
}
