package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// userBootstrapCmd makes a new desk's first administrator. Whoever may read and
// write the folder may do it; there is nobody yet whom the desk could ask.
type userBootstrapCmd struct {
	personFlags
	place
	Pack string `help:"Policy pack of a new desk: the id of a shipped one, or a folder. A desk that has one keeps it." default:"classic-2010" env:"MADOGUCHI_PACK"`
}

// firstAdmin is what a program reads of it.
type firstAdmin struct {
	Email  string   `json:"email"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
	Secret string   `json:"secret"`
}

func (c *userBootstrapCmd) act(s *session) error {
	h, err := openOwn(s.ctx, c.place, c.Pack)
	if err != nil {
		return err
	}
	made, err := c.admin(s, h)
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	// Nobody is signed in, so nobody's zone has to be asked for.
	s.me = nil
	if s.json {
		return printJSON(s.out, made)
	}
	l := s.language()
	fmt.Fprintf(s.out, word(l, "bootstrap.made")+"\n", line(made.Name), line(made.Email))
	_, err = io.WriteString(s.out, made.Secret+"\n")
	return err
}

// admin adds the person and a token. It is refused when an administrator can
// get in; one who has no token, because this was interrupted or every token has
// ended, gets one.
func (c *userBootstrapCmd) admin(s *session, h *house) (firstAdmin, error) {
	system := support.Actor{Kind: support.System}
	m, found, err := c.lockedOut(s, h)
	if err != nil {
		return firstAdmin{}, err
	}
	if !found {
		m = support.Staff{
			FamilyName: c.Family, GivenName: c.Given, Email: c.Email, Language: c.Language, Languages: []string{c.Language},
			Roles: []support.Role{support.RoleAdmin}, Zone: c.Zone,
		}
		if err := h.desk.AddStaff(s.ctx, system, &m); err != nil {
			return firstAdmin{}, err
		}
	}
	t := store.Token{
		Name: "first administrator", Actor: support.Actor{Kind: support.Vendor, ID: m.ID},
		Scopes: []string{"read", "write", "staff", "admin"},
	}
	secret, err := h.desk.AddToken(s.ctx, system, &t)
	if err != nil {
		return firstAdmin{}, fmt.Errorf("%s was added, but a token was not made; do it again: %w", c.Email, err)
	}
	return firstAdmin{
		Email: m.Email, Name: lang.Name(s.language(), lang.Person{Family: m.FamilyName, Given: m.GivenName}, false),
		Scopes: t.Scopes, Secret: secret,
	}, nil
}

// lockedOut finds the administrator who is named and has no token that opens
// the desk to them. Another's being there is a refusal.
func (c *userBootstrapCmd) lockedOut(s *session, h *house) (support.Staff, bool, error) {
	staff, err := h.store.AllStaff(s.ctx)
	if err != nil {
		return support.Staff{}, false, fmt.Errorf("list staff: %w", err)
	}
	tokens, err := h.store.Tokens(s.ctx)
	if err != nil {
		return support.Staff{}, false, fmt.Errorf("list tokens: %w", err)
	}
	var found support.Staff
	other := ""
	for _, m := range staff {
		if !m.Active || !m.Has(support.RoleAdmin) {
			continue
		}
		if slices.ContainsFunc(tokens, func(t store.Token) bool { return opens(t, m) }) {
			return support.Staff{}, false, refusal{fmt.Sprintf(s.word("bootstrap.exists"), m.Email)}
		}
		if other = m.Email; strings.EqualFold(m.Email, c.Email) {
			found = m
		}
	}
	if found.ID == 0 && other != "" {
		return support.Staff{}, false, refusal{fmt.Sprintf(s.word("bootstrap.tokenless"), other, other)}
	}
	return found, found.ID != 0, nil
}

// opens tells whether a token still opens the desk to its administrator.
func opens(t store.Token, m support.Staff) bool {
	return t.Actor == support.Actor{Kind: support.Vendor, ID: m.ID} && slices.Contains(t.Scopes, "admin") &&
		t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || time.Now().Before(t.ExpiresAt))
}
