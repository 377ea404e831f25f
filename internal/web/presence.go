package web

import (
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// presentNow is what the page of a request learns every few seconds (UX-20): who of
// the staff looks at it or writes too, in words, and its version.
type presentNow struct {
	Who []string `json:"who"`
	Seq int64    `json:"seq"`
}

// present notes that a member of staff has the page before them, or no more.
func (s *site) present(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	row, err := s.Store.Request(v.Context(), v.viewer(), id)
	if err != nil {
		return err
	}
	if err := v.parse(); err != nil {
		return err
	}
	tab := v.PostForm.Get("tab")
	if tab == "" || len(tab) > 64 {
		return support.Refuse(support.Invalid, "page.form_unreadable")
	}
	if v.PostForm.Get("gone") != "" {
		return s.Desk.BeAbsent(v.Context(), v.who.Actor, id, tab)
	}
	if err := s.Desk.BePresent(v.Context(), v.who.Actor, id, tab, v.PostForm.Get("writing") != ""); err != nil {
		return err
	}
	list, err := s.Store.Present(v.Context(), v.viewer(), id, s.Real())
	if err != nil {
		return err
	}
	out := presentNow{Who: []string{}, Seq: row.Seq}
	for _, p := range list {
		name := lang.Name(v.Lang, lang.Person{Family: p.FamilyName, Given: p.GivenName}, false)
		if p.Writes {
			out.Who = append(out.Who, v.T("present.writes", "name", name))
		} else {
			out.Who = append(out.Who, v.T("present.looks", "name", name))
		}
	}
	return v.json(out)
}
