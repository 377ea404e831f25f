package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// passkeyCookie holds what a passkey is shown for.
const passkeyCookie = "passkey"

// passkeyForm is a form whose answer the browser makes with a passkey: the script
// asks at Ask what for.
type passkeyForm struct {
	Path, Ask, Label string
	Back             string
	Fields           []field
}

// passkeyRow is a passkey of the reader.
type passkeyRow struct {
	Key, Name, Used, Made string
	Suspect, Removable    bool
	Rename                field
	Open                  bool // another name was refused
}

func (s *site) passkeyRoutes() []route {
	if !s.Desk.Gate().Passkeys() {
		return nil
	}
	return []route{
		{"POST " + signInPath + "/passkey", anybody, s.enterPasskey},
		{"POST " + signInPath + "/passkey/options", anybody, s.askPasskey},
		{"POST " + accessPath + "/passkeys", known, s.addPasskey},
		{"POST " + accessPath + "/passkeys/options", known, s.beginPasskey},
		{"POST " + accessPath + "/passkeys/{passkey}/name", signedIn, s.renamePasskey},
		{"POST " + accessPath + "/passkeys/{passkey}/removed", signedIn, s.renewed("passkeys", "passkey_removed", s.removePasskey)},
	}
}

// byPasskey is the form with which one signs in; nil where there are no passkeys.
func (s *site) byPasskey(v *visit, back string) *passkeyForm {
	if g := s.Desk.Gate(); g == nil || !g.Passkeys() {
		return nil
	}
	return &passkeyForm{Path: signInPath + "/passkey", Ask: signInPath + "/passkey/options", Label: v.T("sign_in.passkey"), Back: v.back(back)}
}

// passkeysOf are the passkeys that somebody has. Staff keep one second factor.
func passkeysOf(v *visit, has store.Factors, form typed) []passkeyRow {
	var out []passkeyRow
	for _, p := range has.Passkeys {
		row := passkeyRow{Key: support.Opaque("pky", p.ID), Name: p.Name, Made: v.voice.Day(p.MadeAt), Suspect: p.Suspect,
			Removable: !v.staff() || has.TOTP || len(has.Passkeys) > 1}
		name := "rename-" + row.Key
		row.Open = form.Form == name
		row.Rename = form.kept(name, []field{{Name: "name", Label: v.T("access.passkey_name"), Kind: "text", Value: p.Name, Short: true}})[0].in(name)
		if !p.UsedAt.IsZero() {
			row.Used = v.voice.Date(p.UsedAt)
		}
		out = append(out, row)
	}
	return out
}

// asked answers the script with what a browser needs, or with what is in the way.
func (v *visit) asked(options []byte, err error) error {
	if err == nil {
		return v.json(json.RawMessage(options))
	}
	refusal := err
	t, err := v.trouble(err)
	if err != nil {
		return err
	}
	v.head("application/json")
	said := map[string]string{"trouble": t.Text}
	if errors.Is(refusal, auth.ErrAgain) {
		said["to"] = againPath(accessPath)
	}
	b, err := json.Marshal(said)
	if err == nil {
		write(v.w, v.Request, statusOf(t.code), b)
	}
	return err
}

func (s *site) beginPasskey(v *visit) error {
	return v.asked(s.Desk.Gate().BeginPasskey(v.Context(), v.self(), s.Real()))
}

func (s *site) askPasskey(v *visit) error {
	step := ""
	if v.URL.Query().Get("after") == "password" {
		if c, err := v.Cookie(s.hosted(stepCookie)); err == nil {
			step = c.Value
		}
	}
	options, secret, err := s.Desk.Gate().AskPasskey(v.Context(), step, v.browser(), s.Real())
	if err == nil {
		http.SetCookie(v.w, s.cookie(s.hosted(passkeyCookie), secret, int(stepFor.Seconds())))
	}
	return v.asked(options, err)
}

// addPasskey adds one. Codes that are made with the first are shown at once.
func (s *site) addPasskey(v *visit) error {
	return s.renewed("passkeys", "passkey_added", func(v *visit) (auth.Outcome, []string, error) {
		return s.Desk.Gate().AddPasskey(v.Context(), v.self(), v.PostForm.Get("name"), v.PostForm.Get("answer"), v.browser(), s.Real())
	})(v)
}

func (s *site) removePasskey(v *visit) (out auth.Outcome, codes []string, err error) {
	id, ok := support.ParseOpaque("pky", v.PathValue("passkey"))
	if !ok {
		return out, nil, nowhere(v)
	}
	out, err = s.Desk.Gate().RemovePasskey(v.Context(), v.self(), id, v.browser(), s.Real())
	return out, nil, err
}

// renamePasskey gives one another name, and leaves sessions as they are.
func (s *site) renamePasskey(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	id, ok := support.ParseOpaque("pky", v.PathValue("passkey"))
	if !ok {
		return nowhere(v)
	}
	if err := s.Desk.Gate().RenamePasskey(v.Context(), v.self(), id, v.PostForm.Get("name")); err != nil {
		return s.refuses(v, "rename-"+support.Opaque("pky", id), err)
	}
	return v.goTo(accessPath, "passkey_renamed")
}

// enterPasskey lets in whoever has shown a passkey, in place of all else or after
// a password.
func (s *site) enterPasskey(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	back := v.back(v.PostForm.Get("back"))
	value := func(name string) string {
		if c, err := v.Cookie(s.hosted(name)); err == nil {
			return c.Value
		}
		return ""
	}
	http.SetCookie(v.w, s.cookie(s.hosted(passkeyCookie), "", -1))
	out, err := s.Desk.Gate().ByPasskey(v.Context(), value(passkeyCookie), value(stepCookie), v.PostForm.Get("answer"), v.browser(), s.Real())
	if support.CodeOf(err) == support.NotFound {
		return s.beginAgain(v, back)
	}
	if code := support.CodeOf(err); code != "" || errors.Is(err, auth.ErrUnauthenticated) {
		t, err := v.trouble(err)
		if err != nil {
			return err
		}
		v.show(http.StatusUnprocessableEntity, signInView(s.signInWith(v, back, "", t)))
		return nil
	}
	if err != nil {
		return err
	}
	return s.goesOn(v, out, back)
}

// afterPassword is the form for a passkey as the second factor.
func (s *site) afterPassword(v *visit, back string) *passkeyForm {
	f := s.byPasskey(v, back)
	if f != nil {
		f.Ask += "?" + url.Values{"after": {"password"}}.Encode()
		f.Label = v.T("sign_in.passkey_second")
	}
	return f
}
