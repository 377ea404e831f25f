package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Where people come in. A second factor and a link by mail have pages of their own.
const (
	signInPath = "/sign-in"
	codePath   = "/sign-in/code"
	mailPath   = "/sign-in/link"
)

// Cookies of signing in: a browser in which somebody has proved themselves before,
// and what goes on with a second factor.
const (
	deviceCookie = "device"
	stepCookie   = "step"
	deviceFor    = 365 * 24 * time.Hour
	stepFor      = 10 * time.Minute
)

// Figure is a person of a demo, as whom anybody may sign in.
type Figure struct {
	Key   string
	Name  lang.Person
	Actor support.Actor
	Email string
	// Account names that of a customer, Roles are those of staff.
	Account string
	Roles   []support.Role
}

// signInPage is where people come in.
type signInPage struct {
	frame
	Trouble          *trouble
	Back             string
	Fields           []field // none where nobody has a password
	Throttled        bool
	Passkey          *passkeyForm // nil: there are none here
	Provider         string       // the address of the button; "": there is none
	ProviderName     string
	Customers, Staff []figureView
}

type figureView struct{ Key, Name, Does string }

func (s *site) signInRoutes() []route {
	out := []route{
		{"GET " + signInPath, anybody, s.signInPage},
		{"POST /sign-out", known, s.signOut},
	}
	if s.Desk.Gate() == nil {
		return out
	}
	return append(slices.Concat(out, s.passkeyRoutes(), s.providerRoutes()),
		route{"POST " + signInPath, anybody, s.enterPassword},
		route{"GET " + codePath, anybody, s.codePage},
		route{"POST " + codePath, anybody, s.enterCode},
		route{"GET " + mailPath, anybody, s.mailPage},
		route{"POST " + mailPath, anybody, s.mailLink},
		route{"GET /link/{secret}", anybody, s.linkPage},
		route{"POST /link/{secret}", anybody, s.useLink},
	)
}

// hosted is the name of a cookie; by https one that a browser takes for this host
// alone.
func (s *site) hosted(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// browser is what is known of the program with which somebody comes.
func (v *visit) browser() auth.Browser {
	b := auth.Browser{Agent: v.UserAgent(), Address: v.address(), Former: v.secret}
	if c, err := v.Cookie(v.site.hosted(deviceCookie)); err == nil {
		b.Device = c.Value
	}
	return b
}

// came gives the browser what signing in, or changing how one does, has led to.
func (s *site) came(v *visit, out auth.Outcome) {
	s.keeps(v, out.Actor, out.Session)
	http.SetCookie(v.w, s.cookie(s.hosted(stepCookie), "", -1))
	s.knownDevice(v, out.Device)
}

// keeps gives the browser the secret of a session, for as long as one can last.
func (s *site) keeps(v *visit, actor support.Actor, secret string) {
	http.SetCookie(v.w, s.cookie(s.sessionCookie(), secret, int(auth.Longest(actor)/time.Second)))
}

func (s *site) knownDevice(v *visit, device string) {
	http.SetCookie(v.w, s.cookie(s.hosted(deviceCookie), device, int(deviceFor/time.Second)))
}

// page of signing in, with what was typed when it was refused.
func (s *site) signInWith(v *visit, back, email string, t *trouble) signInPage {
	p := signInPage{frame: v.frame, Back: v.back(back), Trouble: t, Passkey: s.byPasskey(v, back)}
	if s.Desk.Gate() != nil {
		p.Provider, p.ProviderName = s.byProvider(p.Back), s.Desk.Gate().Provider()
		p.Fields = []field{
			{Name: "email", Label: v.T("sign_in.email"), Kind: "email", Value: email, Complete: "username", Focus: len(s.Cast) == 0 && email == ""},
			{Name: "password", Label: v.T("sign_in.password"), Kind: "password", Complete: "current-password", Focus: email != ""},
		}
	}
	for _, x := range s.Cast {
		view := figureView{Key: x.Key, Name: lang.Name(v.Lang, x.Name, x.Actor.Kind == support.Customer), Does: x.Account}
		if x.Actor.Kind == support.Customer {
			p.Customers = append(p.Customers, view)
			continue
		}
		for i, role := range x.Roles {
			if i > 0 {
				view.Does += v.voice.Comma()
			}
			view.Does += v.voice.Word("role", string(role))
		}
		p.Staff = append(p.Staff, view)
	}
	return p
}

func (s *site) signInPage(v *visit) error {
	return v.page(signInView(s.signInWith(v, v.URL.Query().Get("back"), "", nil)))
}

func (s *site) enterPassword(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	email, back := v.PostForm.Get("email"), v.back(v.PostForm.Get("back"))
	out, err := s.Desk.Gate().SignIn(v.Context(), email, v.PostForm.Get("password"), v.browser(), s.Real())
	if err != nil {
		t, err := v.trouble(err)
		if err != nil {
			return err
		}
		p := s.signInWith(v, back, email, t)
		status := http.StatusUnprocessableEntity
		if p.Throttled = t.code == support.Busy; p.Throttled {
			status = http.StatusTooManyRequests
		}
		v.show(status, signInView(p))
		return nil
	}
	return s.goesOn(v, out, back)
}

// goesOn is what follows the password, or what stands for it.
func (s *site) goesOn(v *visit, out auth.Outcome, back string) error {
	if out.Step != "" {
		http.SetCookie(v.w, s.cookie(s.hosted(stepCookie), out.Step, int(stepFor/time.Second)))
		return v.goTo(codePath+"?"+url.Values{"back": {back}}.Encode(), "")
	}
	s.came(v, out)
	if out.MustEnrol {
		return v.goTo(accessPath, "")
	}
	return v.goTo(back, "")
}

// codePage asks for a second factor.
type codePage struct {
	frame
	Trouble *trouble
	Back    string
	Field   *field       // nil: who signs in has no codes
	Passkey *passkeyForm // nil: who signs in has none
}

// codeWith is the page for the factors that whoever signs in has; without a step
// it is not_found.
func (s *site) codeWith(v *visit, back string, t *trouble) (codePage, error) {
	p := codePage{frame: v.frame, Trouble: t, Back: v.back(back)}
	step, err := v.Cookie(s.hosted(stepCookie))
	if err != nil {
		return p, support.Refuse(support.NotFound, "sign_in.step")
	}
	has, err := s.Desk.Gate().Second(v.Context(), step.Value, s.Real())
	if err != nil {
		return p, err
	}
	if len(has.Passkeys) > 0 {
		p.Passkey = s.afterPassword(v, back)
	}
	if !has.TOTP && has.Codes == 0 {
		return p, nil
	}
	f := &field{Name: "code", Label: v.T("sign_in.code"), Hint: v.T("sign_in.code_hint"), Kind: "text", Complete: "one-time-code", Short: true, Focus: true}
	if t != nil {
		f.Wrong = t.Text
	}
	if !has.TOTP {
		f.Label, f.Hint = v.T("sign_in.recovery"), v.T("sign_in.recovery_hint")
	}
	p.Field = f
	return p, nil
}

func (s *site) codePage(v *visit) error {
	p, err := s.codeWith(v, v.URL.Query().Get("back"), nil)
	if support.CodeOf(err) == support.NotFound {
		return v.goTo(signInPath, "")
	}
	if err != nil {
		return err
	}
	return v.page(codeView(p))
}

func (s *site) enterCode(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	back := v.back(v.PostForm.Get("back"))
	step, err := v.Cookie(s.hosted(stepCookie))
	if err != nil {
		return s.beginAgain(v, back)
	}
	out, err := s.Desk.Gate().SecondFactor(v.Context(), step.Value, v.PostForm.Get("code"), v.browser(), s.Real())
	switch support.CodeOf(err) {
	case support.NotFound:
		return s.beginAgain(v, back)
	case support.Invalid, support.Busy:
		t, err := v.trouble(err)
		if err != nil {
			return err
		}
		p, err := s.codeWith(v, back, t)
		if err != nil {
			return err
		}
		v.show(http.StatusUnprocessableEntity, codeView(p))
		return nil
	}
	if err != nil {
		return err
	}
	return s.goesOn(v, out, back)
}

// beginAgain is for whoever took too long.
func (s *site) beginAgain(v *visit, back string) error {
	http.SetCookie(v.w, s.cookie(s.hosted(stepCookie), "", -1))
	t, err := v.trouble(support.Refuse(support.NotFound, "sign_in.step"))
	if err != nil {
		return err
	}
	v.show(http.StatusUnprocessableEntity, signInView(s.signInWith(v, back, "", t)))
	return nil
}

// mailPage asks to whom a link is to be sent: to set a password, or to sign in
// although there were too many tries.
type mailPage struct {
	frame
	Trouble *trouble
	For     string // reset or device
	Field   field
	Sent    bool
}

func (s *site) mailWith(v *visit, kind, email string, t *trouble) mailPage {
	if kind != "device" {
		kind = "reset"
	}
	return mailPage{frame: v.frame, Trouble: t, For: kind, Field: field{
		Name: "email", Label: v.T("sign_in.email"), Kind: "email", Value: email, Complete: "username", Focus: true,
	}}
}

func (s *site) mailPage(v *visit) error {
	return v.page(mailView(s.mailWith(v, v.URL.Query().Get("for"), "", nil)))
}

func (s *site) mailLink(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	p, g := s.mailWith(v, v.PostForm.Get("for"), v.PostForm.Get("email"), nil), s.Desk.Gate()
	send := g.SendReset
	if p.For == "device" {
		send = g.SendDeviceLink
	}
	status := http.StatusOK
	if err := send(v.Context(), p.Field.Value, v.browser(), s.Real()); err != nil {
		if p.Trouble, err = v.trouble(err); err != nil {
			return err
		}
		status = http.StatusTooManyRequests
	}
	p.Sent = p.Trouble == nil
	v.show(status, mailView(p))
	return nil
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
	self := v.self()
	if err := auth.End(v.Context(), s.Store, self.Actor, self.Session.ID); err != nil {
		return err
	}
	http.SetCookie(v.w, s.cookie(s.sessionCookie(), "", -1))
	return v.goTo(signInPath, "signed_out")
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
	switch v.PostForm.Get("keys") {
	case "on":
		http.SetCookie(v.w, s.cookie(keysCookie, "", -1))
	case "off":
		http.SetCookie(v.w, s.cookie(keysCookie, "off", chosenFor))
	}
	return v.goTo(v.back(v.PostForm.Get("back")), "")
}

// signIn begins a session in place of the present one and gives the browser its
// secret.
func (s *site) signIn(ctx context.Context, v *visit, actor support.Actor, proof auth.Proof) error {
	x := store.Session{Actor: actor, Proof: string(proof), Agent: v.UserAgent(), Address: v.address()}
	secret, err := auth.Begin(ctx, s.Store, x, v.secret, s.Real())
	if err != nil {
		return err
	}
	s.keeps(v, actor, secret)
	return nil
}

// endedPage keeps what a form held when the session had ended meanwhile, or has to
// be proved anew.
type endedPage struct {
	frame
	Words  string // ended or prove: why
	Action string
	Fields []pair
}

// failurePage is a page that could not be shown.
type failurePage struct {
	frame
	Title, Text, Ref string
	Glass            string // where staff open a restricted request to themselves; "": not offered
}

// half finds staff who have shown a password and have to choose a second factor
// before anything else.
func (s *site) half(v *visit, secret string, err error) error {
	if errors.Is(err, auth.ErrMustEnrol) {
		v.enrols, err = auth.Enrolling(v.Context(), s.Store, secret, s.Real())
	}
	if errors.Is(err, auth.ErrUnauthenticated) {
		return nil
	}
	return err
}
