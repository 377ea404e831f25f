package web

import (
	"net/http"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// present notes that a member of staff has the page of a request before them, or
// writes, or no more. Its page says it every ten seconds, so that who has lost the
// line is not shown for long (UX-20); who else is there, [site.requestLive] tells.
func (s *site) present(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	if err := v.mustSee(id); err != nil {
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
		err = s.Desk.BeAbsent(v.Context(), v.who.Actor, id, tab)
	} else {
		err = s.Desk.BePresent(v.Context(), v.who.Actor, id, tab, v.PostForm.Get("writing") != "")
	}
	if err == nil {
		v.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// presentOn are the others of the staff who look at a request, in words.
func (s *site) presentOn(v *visit, id int64) ([]string, error) {
	list, err := s.Store.Present(v.Context(), v.viewer(), id, s.Real())
	var out []string
	for _, p := range list {
		name := lang.Name(v.Lang, lang.Person{Family: p.FamilyName, Given: p.GivenName}, false)
		if p.Writes {
			out = append(out, v.T("present.writes", "name", name))
		} else {
			out = append(out, v.T("present.looks", "name", name))
		}
	}
	return out, err
}
