package web

import (
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// linkPage is what a one-time link opens: it says what the link is for and does
// nothing before its button is pressed, since programs that look into mails open
// links too.
type linkPage struct {
	frame
	Trouble *trouble
	Kind    auth.LinkKind // "": the link is worth nothing any more
	Who     string
	Until   string
	Fields  []field
}

// quiet keeps the address of a link from whatever the page leads to.
func (v *visit) quiet() { v.w.Header().Set("Referrer-Policy", "no-referrer") }

func (s *site) linkWith(v *visit, form typed) (linkPage, error) {
	p := linkPage{frame: v.frame, Trouble: form.Trouble}
	p.Path = "/" // the language is changed without going on with the link
	l, err := s.Desk.Gate().Link(v.Context(), v.PathValue("secret"), s.Real())
	if support.CodeOf(err) == support.NotFound {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Kind, p.Until = l.Kind, v.voice.Date(l.EndsAt)
	p.Who = lang.Name(v.Lang, lang.Person{Family: l.Who.FamilyName, Given: l.Who.GivenName}, l.Who.Actor.Kind == support.Customer)
	if l.Kind == auth.SetUpLink {
		p.Fields = []field{
			{Name: "family_name", Label: v.T("profile.family"), Kind: "text", Complete: "family-name", Short: true, Focus: true},
			{Name: "given_name", Label: v.T("profile.given"), Kind: "text", Complete: "given-name", Short: true},
			{Name: "email", Label: v.T("sign_in.email"), Kind: "email", Complete: "username"},
			{Name: "language", Label: v.T("profile.language"), Kind: "select", Value: v.Lang, Options: []option{
				{Value: lang.English, Label: "English"}, {Value: lang.Japanese, Label: "日本語"}}, Short: true},
			{Name: "zone", Label: v.T("profile.zone"), Hint: v.T("profile.zone_hint"), Kind: "text", Value: "UTC", Short: true},
		}
	} else if l.Kind != auth.DeviceLink {
		p.Fields = []field{{Name: "email", Label: v.T("sign_in.email"), Kind: "email", Value: l.Who.Email, Complete: "username", Fixed: true}}
	}
	if l.Kind != auth.DeviceLink {
		p.Fields = append(p.Fields, newPassword(v))
	}
	p.Fields = form.kept("link", p.Fields)
	return p, nil
}

func newPassword(v *visit) field {
	return field{Name: "password", Label: v.T("sign_in.new_password"), Hint: v.T("sign_in.password_hint", "least", itoa(auth.ShortestPassword)),
		Kind: "password", Complete: "new-password"}
}

func (s *site) linkPage(v *visit) error {
	v.quiet()
	p, err := s.linkWith(v, typed{})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if p.Kind == "" {
		status = http.StatusNotFound
	}
	v.show(status, linkView(p))
	return nil
}

func (s *site) useLink(v *visit) error {
	v.quiet()
	if err := v.parse(); err != nil {
		return err
	}
	secret, g := v.PathValue("secret"), s.Desk.Gate()
	l, err := g.Link(v.Context(), secret, s.Real())
	told, device := "password_set", ""
	if err == nil {
		switch l.Kind {
		case auth.SetUpLink:
			told, err = "set_up", s.setUp(v, secret)
		case auth.DeviceLink:
			told = "device_known"
			device, err = g.KnowDevice(v.Context(), secret, s.Real())
		default:
			device, err = g.SetPassword(v.Context(), secret, v.PostForm.Get("password"), s.Real())
		}
	}
	if err != nil {
		return s.linkRefused(v, err)
	}
	if device != "" {
		s.knownDevice(v, device)
	}
	return v.goTo(signInPath, told)
}

// setUp makes the first administrator.
func (s *site) setUp(v *visit, secret string) error {
	f := v.PostForm
	return s.Desk.SetUp(v.Context(), secret, &support.Staff{
		FamilyName: f.Get("family_name"), GivenName: f.Get("given_name"), Email: f.Get("email"), Language: f.Get("language"), Zone: f.Get("zone"),
		Languages: []string{f.Get("language")},
	}, f.Get("password"))
}

func (s *site) linkRefused(v *visit, err error) error {
	v.PostForm.Del("password")
	form, err := v.refused("link", err)
	if err != nil {
		return err
	}
	p, err := s.linkWith(v, form)
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	if p.Kind == "" {
		status = http.StatusNotFound
	}
	v.show(status, linkView(p))
	return nil
}
