package web

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/auth"
)

// issuer is an OpenID provider that runs beside the test.
type issuer struct {
	*testing.T
	at, accounts string
}

// account is somebody as the provider knows them.
type account struct {
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
}

const deskAt = "http://desk.example"

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	needsProvider(t)
	p := &issuer{T: t, accounts: filepath.Join(t.TempDir(), "accounts.json")}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/provider/provider.mjs", p.accounts, deskAt+auth.CallbackPath)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "http://") {
			p.at = lines.Text()
			return p
		}
	}
	t.Fatal("the provider did not say where it is")
	return nil
}

func (p *issuer) knows(all map[string]account) {
	p.Helper()
	b, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(p.accounts, b, 0o600)
	}
	if err != nil {
		p.Fatal(err)
	}
}

var formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// visit goes through the provider's pages as somebody, and gives the address at
// which it sends them back to the desk.
func (p *issuer) visit(at, subject string) string {
	p.Helper()
	jar, _ := cookiejar.New(nil)
	c := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var form url.Values
	for range 20 {
		method, body := http.MethodGet, io.Reader(nil)
		if form != nil {
			method, body = http.MethodPost, strings.NewReader(form.Encode())
		}
		r, err := http.NewRequestWithContext(p.Context(), method, at, body)
		if err != nil {
			p.Fatal(err)
		}
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w, err := c.Do(r)
		if err != nil {
			p.Fatal(err)
		}
		page, _ := io.ReadAll(w.Body)
		_ = w.Body.Close()
		form = nil
		if to := w.Header.Get("Location"); to != "" {
			next, err := r.URL.Parse(to)
			if err != nil {
				p.Fatal(err)
			}
			if at = next.String(); strings.HasPrefix(at, deskAt) {
				return strings.TrimPrefix(at, deskAt)
			}
			continue
		}
		action := formAction.FindSubmatch(page)
		if action == nil {
			p.Fatalf("%s %d: %s", at, w.StatusCode, page)
		}
		if next, err := r.URL.Parse(string(action[1])); err == nil {
			at = next.String()
		}
		form = url.Values{"prompt": {"consent"}}
		if strings.Contains(string(page), `name="login"`) {
			form = url.Values{"prompt": {"login"}, "login": {subject}, "password": {"x"}}
		}
	}
	p.Fatal("the provider leads in a circle")
	return ""
}

// away sends a browser to the provider, and gives the address there.
func (b *jar) away(back string) string {
	b.Helper()
	status, to, body := b.open(providerPath+"?"+url.Values{"back": {back}}.Encode(), nil)
	if status != http.StatusSeeOther {
		b.Fatalf("%d: %s", status, body)
	}
	return to
}

// Staff come by a real provider: their first visit links the subject by a verified
// address, which may change there afterwards; nobody is made, nobody takes an
// address over, and an answer is for one visit of one browser (T34, T38, T39).
func TestStaffComeByAProvider(t *testing.T) {
	t.Parallel()
	p := newIssuer(t)
	s := newStage(t, deskAt, auth.ProviderConfig{Issuer: p.at, Client: "desk", Secret: "between-us"})
	ito, err := s.store.Staff(t.Context(), s.cast.Actor("ito").ID)
	s.ok(err)
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	byrne, err := s.store.Staff(t.Context(), s.cast.Actor("byrne").ID)
	s.ok(err)
	accounts := map[string]account{
		"one": {strings.ToUpper(ito.Email), true}, "twin": {ito.Email, true}, "unsure": {byrne.Email, false}, "customer": {sato.Email, true},
		"nobody": {"nobody@desk.example", true}, "mute": {},
	}
	p.knows(accounts)
	b := s.browser("192.0.2.7")
	b.expects(200, "Sign in with 127.0.0.1", signInPath, nil)
	comes := func(b *jar, subject string) (int, string, string) {
		return b.open(p.visit(b.away("/contracts"), subject), nil)
	}
	in := func(subject, want string) {
		t.Helper()
		b := s.browser("192.0.2.8")
		if status, to, body := comes(b, subject); !strings.Contains(to+body, want) || (status == http.StatusSeeOther) != (want == "/contracts") {
			t.Errorf("%s: %d, leads to %q, want %q in\n%s", subject, status, to, want, body)
		}
		if status, _, _ := b.open("/", nil); (status == http.StatusOK) != (want == "/contracts") {
			t.Errorf("%s is in: %d", subject, status)
		}
	}
	for subject, want := range map[string]string{"unsure": "has not verified", "customer": "Nobody who works here", "nobody": "Nobody who works here", "mute": "has not verified"} {
		in(subject, want)
	}
	in("one", "/contracts")
	s.ok(s.desk.Settle(t.Context()))
	if m := s.post.mails[len(s.post.mails)-1]; m.To.Email != ito.Email || m.To.Email == "" {
		t.Errorf("told: %+v", m)
	}
	in("twin", "Another account of your organisation")
	accounts["one"] = account{"elsewhere@desk.example", false}
	accounts["nobody"] = account{ito.Email, true}
	p.knows(accounts)
	in("one", "/contracts")
	in("nobody", "Another account of your organisation")
	if list, err := s.store.Identities(t.Context(), ito.ID); err != nil || len(list) != 1 || list[0].Subject != "one" {
		t.Errorf("%+v, %v", list, err)
	}
	s.answersAreForOneVisit(p, b)
	ito.Active = false
	s.ok(s.desk.ChangeStaff(t.Context(), s.cast.Actor("ishikawa"), ito))
	in("one", "Nobody who works here")
}

// answersAreForOneVisit holds an answer of the provider to one visit of one
// browser, once.
func (s *stage) answersAreForOneVisit(p *issuer, b *jar) {
	s.Helper()
	answer := p.visit(b.away("/"), "one")
	other := s.browser("192.0.2.9")
	other.expects(422, "This took too long", answer, nil)
	theirs, _ := url.Parse(answer)
	_ = other.away("/")
	q := theirs.Query()
	other.expects(422, "another visit", auth.CallbackPath+"?"+q.Encode(), nil)
	own, _ := url.Parse(other.away("/"))
	q.Set("state", own.Query().Get("state")) // somebody's code under one's own visit
	other.expects(422, "could not be checked", auth.CallbackPath+"?"+q.Encode(), nil)
	own, _ = url.Parse(other.away("/"))
	other.expects(422, "did not let you in", auth.CallbackPath+"?"+url.Values{"state": {own.Query().Get("state")}, "error": {"access_denied"}}.Encode(), nil)
	asked, _ := url.Parse(other.away("/")) // a token that was made for another visit
	q = asked.Query()
	q.Set("nonce", "of-another-visit")
	asked.RawQuery = q.Encode()
	other.expects(422, "could not be checked", p.visit(asked.String(), "one"), nil)
	b.expects(303, "/", answer, nil)
	b.expects(422, "This took too long", answer, nil)
	b.expects(303, "/contracts", p.visit(b.away("/contracts"), "one"), nil)
	b.expects(200, "By way of your organisation", accessPath, nil)
	if to := b.away("/"); !strings.Contains(to, "prompt=login") { // who proves it anew is asked anew
		s.Errorf("asked at %s", to)
	}
}

// A provider that does not answer keeps nobody from the password.
func TestAProviderIsDown(t *testing.T) {
	t.Parallel()
	s := newStage(t, deskAt, auth.ProviderConfig{Issuer: "http://127.0.0.1:1", Client: "desk"})
	b := s.browser("192.0.2.7")
	body := b.expects(503, "127.0.0.1:1 does not answer", providerPath+"?back=/contracts", nil)
	if !strings.Contains(body, `name="password"`) || !strings.Contains(body, `name="back" value="/contracts"`) {
		t.Error("there is no way in")
	}
}
