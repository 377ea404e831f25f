package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// tokensPath is where access tokens are kept: one's own, for administrators all.
const tokensPath = managePath + "/tokens"

func (s *site) tokenRoutes() []route {
	return []route{
		{"GET " + tokensPath, vendors, s.shown(s.tokensPage)},
		{"POST " + tokensPath, vendors, s.proving(s.revealing("token", "secret_shown", s.tokensPage, s.addToken))},
		{"POST " + tokensPath + "/{token}/revocation", vendors, s.managing("revoke", "token_revoked", s.tokensPage, s.revokeToken)},
	}
}

// over tells whether a token is used no more.
func over(t store.Token, real time.Time) bool {
	return !t.RevokedAt.IsZero() || !t.ExpiresAt.IsZero() && !real.Before(t.ExpiresAt)
}

func (s *site) tokensPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.tokens"))
	p.Lead = v.T("token.lead")
	all, err := s.Store.Tokens(v.Context())
	if err != nil {
		return p, err
	}
	past := v.URL.Query().Get("which") == "past"
	all = slices.DeleteFunc(all, func(t store.Token) bool {
		return t.Actor != v.who.Actor && !v.has(support.RoleAdmin) || over(t, s.Real()) != past
	})
	slices.Reverse(all) // the newest first
	p.Links = []navItem{{Path: tokensPath, Label: v.T("token.valid"), Here: !past}, {Path: tokensPath + "?which=past", Label: v.T("token.past"), Here: past}}
	all, next := window(v, "after", all, func(t store.Token) string { return support.Opaque("tok", t.ID) })
	p.pages(v, "after", next)
	var ids store.Naming
	for _, t := range all {
		switch t.Actor.Kind {
		case support.Customer:
			ids.Contacts = append(ids.Contacts, t.Actor.ID)
		case support.Vendor:
			ids.Staff = append(ids.Staff, t.Actor.ID)
		}
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	table := manageList{None: v.T("token.none"), Columns: []string{v.T("manage.name"), v.T("token.holder"), v.T("token.scopes"), v.T("token.made"), v.T("token.used"), v.T("token.ends")}}
	for _, t := range all {
		table.Rows = append(table.Rows, s.tokenRow(v, t, names.who(t.Actor)))
	}
	p.Lists = []manageList{table}
	p.Forms = []manageForm{{Name: "token", Path: tokensPath, Title: v.T("token.add"), Hint: v.T("token.add_hint"), Send: v.T("token.make"), Fields: form.kept("token", s.tokenFields(v))}}
	return p, err
}

func (s *site) tokenRow(v *visit, t store.Token, holder string) manageRow {
	var scopes []string
	for _, x := range t.Scopes {
		scopes = append(scopes, v.voice.Word("token_scope", x))
	}
	ends := v.T("token.never")
	if !t.ExpiresAt.IsZero() {
		ends = v.voice.Date(t.ExpiresAt)
	}
	row := manageRow{Cells: []string{t.Name, holder, strings.Join(scopes, v.voice.Comma()), v.voice.Date(t.CreatedAt), cmp.Or(v.voice.Date(t.UsedAt), v.T("token.unused")), ends}}
	switch {
	case !t.RevokedAt.IsZero():
		row.State = v.T("token.revoked", "at", v.voice.Date(t.RevokedAt))
	case over(t, s.Real()):
		row.State = v.T("token.expired")
	default:
		row.Buttons = []manageButton{{Path: tokensPath + "/" + support.Opaque("tok", t.ID) + "/revocation", Label: v.T("token.revoke")}}
	}
	return row
}

func (s *site) tokenFields(v *visit) []field {
	var scopes []option
	for _, x := range []auth.Scope{auth.Read, auth.Write, auth.Staff, auth.Admin} {
		if x == auth.Admin && !v.has(support.RoleAdmin) {
			continue
		}
		scopes = append(scopes, option{Value: string(x), Label: capital(v.voice.Word("token_scope", string(x))), Hint: v.T("token.scope." + string(x))})
	}
	fields := []field{
		{Name: "name", Label: v.T("manage.name"), Hint: v.T("token.name_hint"), Kind: "text"},
		{Name: "scopes", Label: v.T("token.scopes"), Kind: "checkbox", Options: scopes, Values: []string{string(auth.Read)}},
		{Name: "expires_at", Label: v.T("token.ends"), Hint: v.T("token.ends_hint"), Kind: "date", Short: true, Optional: v.T("optional")},
	}
	if v.has(support.RoleAdmin) {
		fields = slices.Insert(fields, 1, field{Name: "holder", Label: v.T("token.holder"), Hint: v.T("token.holder_hint"), Kind: "text", Optional: v.T("optional")})
	}
	return fields
}

func (s *site) addToken(v *visit, f filled) (secretView, error) {
	t := store.Token{Name: strings.TrimSpace(f.Get("name")), Actor: v.who.Actor, Scopes: f.Values["scopes"], ExpiresAt: f.day("expires_at", true)}
	if *f.err != nil {
		return secretView{}, nil
	}
	if said := strings.TrimSpace(f.Get("holder")); said != "" {
		var err error
		if t.Actor, err = v.holder(said); err != nil {
			return secretView{}, err
		}
	}
	secret, err := s.Desk.AddToken(v.Context(), v.who.Actor, &t)
	var e *support.Error
	if errors.As(err, &e) && e.Key == "party.forbidden" {
		e.Field = "holder"
	}
	return secretView{v.T("token.secret", "name", t.Name), v.T("token.secret_text"), secret}, err
}

// holder is whom a token is to stand for: a contact by customer number, or a
// colleague by address.
func (v *visit) holder(said string) (support.Actor, error) {
	if !strings.Contains(said, "@") {
		id, err := v.numbered(said, "holder")
		return support.Actor{Kind: support.Customer, ID: id}, err
	}
	all, err := v.site.Store.AllStaff(v.Context())
	for _, m := range all {
		if strings.EqualFold(m.Email, said) {
			return support.Actor{Kind: support.Vendor, ID: m.ID}, nil
		}
	}
	if err == nil {
		err = support.Wrong("holder", "api.holder_unknown", "email", said)
	}
	return support.Actor{}, err
}

func (s *site) revokeToken(v *visit, _ filled) (string, error) {
	id, ok := support.ParseOpaque("tok", v.PathValue("token"))
	if !ok {
		return "", nowhere(v)
	}
	return tokensPath, s.Desk.RevokeToken(v.Context(), v.who.Actor, id)
}

// window is a page of a list that is short enough to be read whole, after the row
// that the address names under a name; next names its last row when there are more.
func window[T any](v *visit, name string, list []T, id func(T) string) (page []T, next string) {
	if after := v.URL.Query().Get(name); after != "" {
		if i := slices.IndexFunc(list, func(x T) bool { return id(x) == after }); i >= 0 {
			list = list[i+1:]
		}
	}
	if len(list) > managed {
		list = list[:managed]
		next = id(list[managed-1])
	}
	return list, next
}

// colleague is a member of staff by name.
func (v *visit) colleague(m support.Staff) string {
	return lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false)
}
