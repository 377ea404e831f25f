package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"

	"github.com/boombuler/barcode/qr"
)

// accessPath is where people keep right what they sign in with.
const accessPath = "/access"

// factorPage is what somebody signs in with, and where they are signed in.
type factorPage struct {
	frame
	Trouble  *trouble
	Open     string // the form that was refused
	Must     bool   // a second factor has to be chosen first
	App      bool
	Codes    int
	Passkeys []passkeyRow
	// AddPasskey is nil where there cannot be any.
	AddPasskey *passkeyForm
	// Linked are providers that know a member of staff.
	Linked   []pair
	Password []field // none where there is no password yet
	Sessions []sessionRow
	Enrol    *enrolment
	// Made are recovery codes, shown this once.
	Made []string
}

type sessionRow struct {
	Key                         string // opaque
	Device, Address, Seen, From string
	Here                        bool
}

// enrolment is an authenticator app that is being added.
type enrolment struct {
	Secret string
	URI    string
	Size   int
	Path   string // of the QR code, one unit a module
	Field  field
}

func (s *site) factorRoutes() []route {
	if s.Desk.Gate() == nil {
		return nil
	}
	g := s.Desk.Gate()
	return []route{
		{"GET " + accessPath, known, s.factors},
		{"POST " + accessPath + "/password", signedIn, s.changePassword},
		{"POST " + accessPath + "/app", known, s.beginApp},
		{"POST " + accessPath + "/app/code", known, s.confirmApp},
		{"POST " + accessPath + "/app/removed", signedIn, s.renewed("app", "factor_removed", func(v *visit) (out auth.Outcome, codes []string, err error) {
			out, err = g.RemoveTOTP(v.Context(), v.self(), v.browser(), s.Real())
			return out, nil, err
		})},
		{"POST " + accessPath + "/codes", signedIn, s.renewed("codes", "", func(v *visit) (auth.Outcome, []string, error) {
			return g.MakeCodes(v.Context(), v.self(), v.browser(), s.Real())
		})},
		{"POST " + accessPath + "/sessions/ended", signedIn, s.endSession},
	}
}

func (s *site) factors(v *visit) error {
	p, err := s.factorWith(v, typed{})
	if err != nil {
		return err
	}
	return v.page(factorView(p))
}

// factorWith is the page, with a form that was refused.
func (s *site) factorWith(v *visit, form typed) (factorPage, error) {
	self := v.self()
	p := factorPage{frame: v.frame, Trouble: form.Trouble, Open: form.Form, Must: v.enrols.Actor.ID != 0}
	has, err := s.Store.Factors(v.Context(), self.Actor)
	if err != nil {
		return p, err
	}
	p.App, p.Codes, p.Passkeys = has.TOTP, has.Codes, passkeysOf(v, has, form)
	if s.Desk.Gate().Passkeys() {
		p.AddPasskey = &passkeyForm{Path: accessPath + "/passkeys", Ask: accessPath + "/passkeys/options", Label: v.T("access.passkey_add"),
			Fields: form.kept("passkeys", []field{{Name: "name", Label: v.T("access.passkey_name"), Hint: v.T("access.passkey_name_hint"), Kind: "text", Value: deviceName(v, v.UserAgent()), Short: true}})}
	}
	if p.Must {
		return p, nil
	}
	who, err := s.Store.Entrant(v.Context(), self.Actor)
	if err != nil {
		return p, err
	}
	if p.Linked, err = s.linkedWith(v); err != nil {
		return p, err
	}
	if who.Password != "" {
		p.Password = form.kept("password", []field{
			{Name: "present", Label: v.T("sign_in.present"), Kind: "password", Complete: "current-password"},
			newPassword(v),
		})
	}
	list, err := s.Store.Sessions(v.Context(), self.Actor, s.Real())
	for _, x := range list {
		p.Sessions = append(p.Sessions, sessionRow{
			Key: support.Opaque("ses", x.ID), Device: deviceName(v, x.Agent), Address: x.Address, Seen: v.voice.Date(x.SeenAt), From: v.voice.Date(x.MadeAt),
			Here: x.ID == self.Session.ID,
		})
	}
	return p, err
}

// refuses shows the page again with what was refused.
func (s *site) refuses(v *visit, form string, err error) error {
	if errors.Is(err, auth.ErrAgain) {
		return err
	}
	v.PostForm.Del("present")
	v.PostForm.Del("password")
	t, err := v.refused(form, err)
	if err != nil {
		return err
	}
	p, err := s.factorWith(v, t)
	if err != nil {
		return err
	}
	v.show(statusOf(t.Trouble.code), factorView(p))
	return nil
}

// againPath is where somebody proves anew who they are, and comes back from.
func againPath(back string) string {
	return signInPath + "?" + url.Values{"back": {back}, "told": {"sign_in_again"}}.Encode()
}

// renewed carries out what changes how somebody signs in: their session goes on
// under another secret. Codes that are made are shown at once, and never again.
func (s *site) renewed(form, told string, do func(v *visit) (auth.Outcome, []string, error)) func(*visit) error {
	return func(v *visit) error {
		if err := v.parse(); err != nil {
			return err
		}
		out, codes, err := do(v)
		if err != nil {
			return s.refuses(v, form, err)
		}
		s.came(v, out)
		if len(codes) > 0 {
			return v.page(codesView(factorPage{frame: v.frame, Made: codes}))
		}
		return v.goTo(accessPath, told)
	}
}

func (s *site) changePassword(v *visit) error {
	return s.renewed("password", "password_changed", func(v *visit) (out auth.Outcome, codes []string, err error) {
		out, err = s.Desk.Gate().ChangePassword(v.Context(), v.who, v.PostForm.Get("present"), v.PostForm.Get("password"), v.browser(), s.Real())
		return out, nil, err
	})(v)
}

// beginApp shows the secret of an authenticator app, to be confirmed by a code.
func (s *site) beginApp(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	made, err := s.Desk.Gate().BeginTOTP(v.Context(), v.self(), s.Real())
	if err != nil {
		return s.refuses(v, "app", err)
	}
	p := factorPage{frame: v.frame, Must: v.enrols.Actor.ID != 0}
	p.Enrol, err = enrolling(v, made.Secret, made.URI, nil)
	if err != nil {
		return err
	}
	return v.page(enrolView(p))
}

// enrolling draws the secret.
func enrolling(v *visit, secret, uri string, t *trouble) (*enrolment, error) {
	code, err := qr.Encode(uri, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	const edge = 4 // modules that stay white (ISO/IEC 18004, section 5.3.8)
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				path.WriteString("M" + strconv.Itoa(x+edge) + " " + strconv.Itoa(y+edge) + "h1v1h-1z")
			}
		}
	}
	f := field{Name: "code", Label: v.T("access.app_code"), Kind: "text", Complete: "one-time-code", Short: true, Focus: true}
	if t != nil {
		f.Wrong = t.Text
	}
	return &enrolment{Secret: spaced(secret), URI: uri, Size: size + 2*edge, Path: path.String(), Field: f}, nil
}

// spaced is a secret in groups of four, as it is typed.
func spaced(secret string) string {
	var out strings.Builder
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(c)
	}
	return out.String()
}

// confirmApp adds the app. A wrong code shows the same secret again.
func (s *site) confirmApp(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	out, codes, err := s.Desk.Gate().ConfirmTOTP(v.Context(), v.self(), v.PostForm.Get("code"), v.browser(), s.Real())
	if support.CodeOf(err) == support.Invalid {
		t, err := v.trouble(err)
		if err != nil {
			return err
		}
		p := factorPage{frame: v.frame, Trouble: t, Must: v.enrols.Actor.ID != 0}
		// What is drawn again is what the form brought back: only the desk's own copy
		// of the secret decides.
		if p.Enrol, err = enrolling(v, strings.ReplaceAll(v.PostForm.Get("secret"), " ", ""), v.PostForm.Get("uri"), t); err != nil {
			return support.Refuse(support.Invalid, "page.form_unreadable")
		}
		v.show(http.StatusUnprocessableEntity, enrolView(p))
		return nil
	}
	if err != nil {
		return s.refuses(v, "app", err)
	}
	s.came(v, out)
	return v.page(codesView(factorPage{frame: v.frame, Made: codes}))
}

// endSession ends one session, or all others.
func (s *site) endSession(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	if v.PostForm.Get("id") == "others" {
		if _, err := auth.EndOthers(v.Context(), s.Store, v.who.Actor, v.who.Session.ID); err != nil {
			return err
		}
		return v.goTo(accessPath, "sessions_ended")
	}
	id, ok := support.ParseOpaque("ses", v.PostForm.Get("id"))
	if !ok {
		return support.Refuse(support.Invalid, "page.form_unreadable")
	}
	if err := auth.End(v.Context(), s.Store, v.who.Actor, id); err != nil {
		return err
	}
	return v.goTo(accessPath, "session_ended")
}

// deviceName is a browser and its system, as far as it names itself.
func deviceName(v *visit, agent string) string {
	pick := func(names ...string) string {
		for i := 0; i+1 < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := pick("Windows", "Windows", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser == "" && system == "":
		return v.T("access.some_device")
	case browser == "" || system == "":
		return browser + system
	}
	return v.T("access.device", "browser", browser, "system", system)
}
