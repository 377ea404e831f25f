package web

import (
	"strings"
	"unicode/utf8"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// suggestPath is what the box of every page asks while somebody types.
const suggestPath = searchPath + "/suggestions"

// suggestedMost is how many requests are suggested, and how many accounts and contacts
// to staff; suggestedFrom how many characters are worth a look.
const (
	suggestedMost    = 5
	suggestedParties = 3
	suggestedFrom    = 2
)

// suggestedRow is something to which the box leads at once.
type suggestedRow struct{ ID, Path, Icon, Title, More string }

// suggested is what fits as far as it is typed, of what the reader sees. A query that
// cannot be read yet has nothing: its writer is not done.
func (s *site) suggested(v *visit) error {
	query := strings.TrimSpace(v.URL.Query().Get("q"))
	if utf8.RuneCountInString(query) < suggestedFrom || len(query) > 500 {
		return v.page(suggestedView(nil))
	}
	in, err := s.Desk.Sought(v.Context(), v.viewer(), query)
	var found store.FoundPage
	if err == nil {
		in.Limit, in.Best = suggestedMost, true
		found, err = s.Store.Search(v.Context(), v.viewer(), in)
	}
	if v.misread(err, query) != nil {
		return v.page(suggestedView(nil))
	}
	if err != nil {
		return err
	}
	var out []suggestedRow
	add := func(path, icon, title, more string) {
		out = append(out, suggestedRow{"search-" + itoa(len(out)), path, icon, title, more})
	}
	for _, f := range found.Found {
		title := f.Title.Text
		if title == "" {
			title = v.T("erased")
		}
		add("/requests/"+support.Number(f.Row.ID), "list", title, support.SpokenNumber(f.Row.ID))
	}
	p := searchPage{}
	if err := s.foundParties(v, in, &p); err != nil {
		return err
	}
	for _, x := range p.Accounts[:min(len(p.Accounts), suggestedParties)] {
		add(x.Link, "paper", plain(x.Name), strings.Join(x.More, " · "))
	}
	for _, x := range p.Contacts[:min(len(p.Contacts), suggestedParties)] {
		add(x.Link, "person", plain(x.Name), strings.Join(x.More, " · "))
	}
	return v.page(suggestedView(out))
}

// plain is a text without its marks.
func plain(parts []stretch) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}
