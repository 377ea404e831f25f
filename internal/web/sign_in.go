package web

import (
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// Figure is a person of a demo, as whom anybody may sign in.
type Figure struct {
	Key   string
	Name  lang.Person
	Actor support.Actor
	// Account names that of a customer, Roles are those of staff.
	Account string
	Roles   []support.Role
}

// signInPage is where people come in.
type signInPage struct {
	frame
	Back             string
	Customers, Staff []figureView
}

type figureView struct{ Key, Name, Does string }

func (s *site) signInPage(v *visit) error {
	p := signInPage{frame: v.frame, Back: v.back(v.URL.Query().Get("back"))}
	for _, x := range s.Cast {
		view := figureView{Key: x.Key, Name: lang.Name(v.Lang, x.Name, x.Actor.Kind == support.Customer), Does: x.Account}
		if x.Actor.Kind == support.Customer {
			p.Customers = append(p.Customers, view)
		} else {
			for i, role := range x.Roles {
				if i > 0 {
					view.Does += v.voice.Comma()
				}
				view.Does += v.voice.Word("role", string(role))
			}
			p.Staff = append(p.Staff, view)
		}
	}
	return v.page(signInView(p))
}

// demoSignIn lets anybody in as a person of the demo.
func (s *site) demoSignIn(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	for _, x := range s.Cast {
		if x.Key == v.PostForm.Get("as") {
			if err := s.signIn(v.Context(), v, x.Actor, auth.ByDemo); err != nil {
				return err
			}
			return v.goTo(v.back(v.PostForm.Get("back")), "")
		}
	}
	return support.Refuse(support.NotFound, "page.absent")
}

func (s *site) signOut(v *visit) error {
	if err := auth.End(v.Context(), s.Store, v.who.Actor, v.who.Session.ID); err != nil {
		return err
	}
	http.SetCookie(v.w, s.cookie(s.sessionCookie(), "", -1))
	return v.goTo("/sign-in", "signed_out")
}

// prefer keeps the language or the theme that the reader chooses, in the
// browser: both hold before anybody is signed in.
func (s *site) prefer(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	if code := v.PostForm.Get("lang"); code == lang.English || code == lang.Japanese {
		http.SetCookie(v.w, s.cookie(langCookie, code, chosenFor))
	}
	switch theme := v.PostForm.Get("theme"); theme {
	case "light", "dark":
		http.SetCookie(v.w, s.cookie(themeCookie, theme, chosenFor))
	case "system":
		http.SetCookie(v.w, s.cookie(themeCookie, "", -1))
	}
	return v.goTo(v.back(v.PostForm.Get("back")), "")
}

// endedPage keeps what a form held when the session had ended meanwhile.
type endedPage struct {
	frame
	Action string
	Fields []pair
}

// failurePage is a page that could not be shown.
type failurePage struct {
	frame
	Title, Text, Ref string
}
