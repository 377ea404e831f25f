package web

import (
	"net/http"
	"net/url"
	"strings"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// providerPath leads staff to the provider that knows them.
const providerPath = signInPath + "/provider"

// providerCookie holds what somebody who is at the provider comes back with.
const providerCookie = "provider"

func (s *site) providerRoutes() []route {
	if s.Desk.Gate().Provider() == "" {
		return nil
	}
	return []route{
		{"GET " + providerPath, anybody, s.toProvider},
		{"GET " + auth.CallbackPath, anybody, s.fromProvider},
	}
}

// byProvider is the address of the button; "" where there is no provider.
func (s *site) byProvider(back string) string {
	if g := s.Desk.Gate(); g == nil || g.Provider() == "" {
		return ""
	}
	return providerPath + "?" + url.Values{"back": {back}}.Encode()
}

// toProvider sends somebody to the provider. It is a link and no form: what may be
// sent to where is this site alone, and that is what a browser holds a form to.
func (s *site) toProvider(v *visit) error {
	back := v.back(v.URL.Query().Get("back"))
	to, secret, err := s.Desk.Gate().AskProvider(v.Context(), back, v.signedIn(), v.browser(), s.Real())
	if err != nil {
		return s.providerRefused(v, back, err)
	}
	http.SetCookie(v.w, s.cookie(s.hosted(providerCookie), secret, int(stepFor.Seconds())))
	v.w.Header().Set("Cache-Control", "no-store")
	v.quiet()
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	return nil
}

// fromProvider is where the provider sends them back to.
func (s *site) fromProvider(v *visit) error {
	secret := ""
	if c, err := v.Cookie(s.hosted(providerCookie)); err == nil {
		secret = c.Value
	}
	http.SetCookie(v.w, s.cookie(s.hosted(providerCookie), "", -1))
	v.quiet()
	q := v.URL.Query()
	out, back, err := s.Desk.Gate().ByProvider(v.Context(), secret, auth.Return{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error")}, v.browser(), s.Real())
	if err != nil {
		return s.providerRefused(v, back, err)
	}
	return s.goesOn(v, out, v.back(back))
}

// providerRefused says on the page for signing in what is in the way.
func (s *site) providerRefused(v *visit, back string, err error) error {
	t, err := v.trouble(err)
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	if t.code == support.Busy {
		status = http.StatusServiceUnavailable
	}
	p := s.signInWith(v, back, "", t)
	p.Path = signInPath // the language is changed without going there again
	v.show(status, signInView(p))
	return nil
}

// linkedWith says since when a member of staff comes by the provider.
func (s *site) linkedWith(v *visit) ([]pair, error) {
	if !v.staff() {
		return nil, nil
	}
	list, err := s.Store.Identities(v.Context(), v.who.Actor.ID)
	var out []pair
	for _, x := range list {
		host := strings.TrimPrefix(x.Issuer, "https://")
		out = append(out, pair{host, v.T("access.linked", "since", v.voice.Day(x.MadeAt), "used", v.voice.Date(x.UsedAt))})
	}
	return out, err
}
