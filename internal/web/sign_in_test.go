package web

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// jar is a browser: it keeps cookies and follows nothing by itself.
type jar struct {
	*stage
	from    string
	cookies map[string]*http.Cookie
}

func (s *stage) browser(from string) *jar {
	return &jar{s, from, map[string]*http.Cookie{"lang": {Name: "lang", Value: "en"}}}
}

// open reads a page, or sends a form to it; it gives the status, where that leads
// to, and what it says.
func (b *jar) open(path string, form url.Values, header ...string) (status int, to, body string) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequestWithContext(b.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	r.RemoteAddr = b.from + ":4711"
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.pages.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w.Code, w.Header().Get("Location"), html.UnescapeString(w.Body.String())
}

// expects opens a page and holds it to a status and to what it says or leads to.
func (b *jar) expects(status int, want, path string, form url.Values) string {
	b.Helper()
	got, to, body := b.open(path, form)
	if got != status || !strings.Contains(to+body, want) {
		b.Fatalf("%s: %d, leads to %q, want %d and %q in\n%s", path, got, to, status, want, body)
	}
	return body
}

// link is the one in the last mail to an address.
func (s *stage) link(email string) string {
	s.Helper()
	s.ok(s.desk.Settle(s.Context()))
	for _, m := range slices.Backward(s.post.mails) {
		if m.To.Email != email {
			continue
		}
		if at := regexp.MustCompile(`/link/\S+`).FindString(m.Text); at != "" {
			return at
		}
	}
	s.Fatalf("no link was sent to %s", email)
	return ""
}

// code is what an authenticator app shows of a secret (RFC 6238).
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha1.New, key)
	_ = binary.Write(m, binary.BigEndian, at.Unix()/30)
	sum := m.Sum(nil)
	o := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[o:])&0x7fffffff)%1_000_000)
}

const phrase = "vier Worte ohne Bezug zueinander"

var shownSecret = regexp.MustCompile(`<code class="secret">([^<]+)</code>`)

// A member of staff is invited, sets a password, has to add an authenticator app
// before anything else, and signs in with both; a recovery code stands in for the
// app (T33, T38).
func TestStaffSignInWithTwoFactors(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	ito := s.cast.Actor("ito")
	row, err := s.store.Staff(t.Context(), ito.ID)
	s.ok(err)
	s.ok(s.desk.InviteUser(t.Context(), s.cast.Actor("ishikawa"), ito))
	link, b := s.link(row.Email), s.browser("192.0.2.7")
	for range 2 { // what looks into mails uses nothing up
		b.expects(200, "Welcome, ", link, nil)
	}
	b.expects(422, "at least 12 characters", link, url.Values{"password": {"short"}})
	b.expects(303, "/sign-in?told=password_set", link, url.Values{"password": {phrase}})
	b.expects(404, "This link is used up", link, nil)

	sign := url.Values{"email": {row.Email}, "password": {phrase}, "back": {"/requests/100000006"}}
	b.expects(303, accessPath, signInPath, sign)
	b.expects(303, accessPath, "/", nil) // nothing else is open
	b.expects(200, "Add an authenticator app or a passkey to go on", accessPath, nil)
	secret := shownSecret.FindStringSubmatch(b.expects(200, "Scan this", accessPath+"/app", url.Values{}))[1]
	again := b.expects(422, "not right", accessPath+"/app/code", url.Values{"code": {"000000"}, "secret": {secret}, "uri": {"otpauth://totp/x?secret=x"}})
	if got := shownSecret.FindStringSubmatch(again); got == nil || got[1] != secret {
		t.Errorf("after a wrong code the secret is %v, want %s", got, secret)
	}
	now := time.Now()
	codes := regexp.MustCompile(`<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>`).FindAllStringSubmatch(
		b.expects(200, "Your recovery codes", accessPath+"/app/code", url.Values{"code": {code(t, secret, now)}, "secret": {secret}, "uri": {"x"}}), -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	b.expects(200, "Requests", "/", nil)
	b.expects(303, "signed_out", "/sign-out", url.Values{})
	b.expects(303, "/sign-in?back=", "/", nil)

	b.expects(303, codePath, signInPath, sign)
	b.expects(303, "/sign-in?back=", "/", nil) // a password alone opens nothing
	b.expects(422, "not right", codePath, url.Values{"code": {code(t, secret, now)}})
	b.expects(303, "/requests/100000006", codePath, url.Values{"code": {strings.ToUpper(codes[0][1])}, "back": {"/requests/100000006"}})
	b.expects(200, "9 recovery codes are left", accessPath, nil)
	b.cookies[stepCookie] = &http.Cookie{Name: stepCookie, Value: "nothing"}
	b.expects(422, "This took too long", codePath, url.Values{"code": {"123456"}})

	// Who has left is out at once; who returns, or may do something else, proves anew
	// who they are, and what was open before stays closed (T33, T38).
	before := b.cookies["session"].Value
	for i, change := range []func(){func() { row.Active = false }, func() { row.Active = true }, func() { row.Roles = append(row.Roles, support.RoleDuty) }} {
		change()
		s.ok(s.desk.ChangeStaff(t.Context(), s.cast.Actor("ishikawa"), row))
		b.cookies["session"] = &http.Cookie{Name: "session", Value: before}
		b.expects(303, "/sign-in?back=", "/", nil)
		if !row.Active {
			b.expects(422, "", signInPath, sign)
			continue
		}
		b.expects(303, codePath, signInPath, sign)
		b.expects(303, "/requests/100000006", codePath, url.Values{"code": {codes[1+i][1]}, "back": {"/requests/100000006"}})
		if b.cookies["session"].Value == before {
			t.Error("the session is the former one")
		}
		before = b.cookies["session"].Value
		b.expects(200, "Requests", "/", nil)
	}
}

// A customer who has forgotten the password sets another one by a link; it ends
// what was open elsewhere. They see where they are signed in, and end it (T38).
func TestCustomersKeepTheirSignInThemselves(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	sato := s.cast.Actor("sato")
	row, err := s.store.Contact(t.Context(), insider, sato.ID)
	s.ok(err)
	at, elsewhere := s.browser("192.0.2.7"), s.browser("198.51.100.9")
	at.expects(200, "Set a new password", mailPath+"?for=reset", nil)
	known := at.expects(200, "a mail is on its way", mailPath, url.Values{"for": {"reset"}, "email": {row.Email}})
	if unknown := at.expects(200, "a mail is on its way", mailPath, url.Values{"for": {"reset"}, "email": {"nobody@aoba.example"}}); unknown != known {
		t.Error("the page tells who is known here")
	}
	at.expects(303, "password_set", s.link(row.Email), url.Values{"password": {phrase}})
	sign := url.Values{"email": {row.Email}, "password": {phrase}, "back": {"/contracts"}}
	for _, b := range []*jar{at, elsewhere} {
		b.expects(303, "/contracts", signInPath, sign)
		b.expects(200, "Requests", "/", nil)
	}
	page := at.expects(200, "Firefox on Linux", accessPath, nil)
	if !strings.Contains(page, "198.51.100.9") || strings.Count(page, "this one") != 1 {
		t.Errorf("where one is signed in: %s", page)
	}
	at.expects(303, "sessions_ended", accessPath+"/sessions/ended", url.Values{"id": {"others"}})
	elsewhere.expects(303, "/sign-in?back=", "/", nil)
	elsewhere.expects(303, "/contracts", signInPath, sign)
	at.expects(422, "not your present password", accessPath+"/password", url.Values{"present": {"wrong"}, "password": {phrase + "!"}})
	former := at.cookies["session"].Value
	at.expects(303, "password_changed", accessPath+"/password", url.Values{"present": {phrase}, "password": {phrase + "!"}})
	if at.cookies["session"].Value == former {
		t.Error("the session goes on under the former secret")
	}
	at.expects(200, "Requests", "/", nil)
	elsewhere.expects(303, "/sign-in?back=", "/", nil)
	elsewhere.expects(422, "do not go together", signInPath, sign)
}

// Whoever guesses is told nothing: an address that nobody has is answered as one
// with a wrong password, word by word, and after too many tries a link is offered
// by which its owner comes in at once (T39).
func TestGuessingTellsNothingAndKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	sato := s.cast.Actor("sato")
	row, err := s.store.Contact(t.Context(), insider, sato.ID)
	s.ok(err)
	s.ok(s.desk.InviteUser(t.Context(), s.cast.Actor("ishikawa"), sato))
	s.browser("192.0.2.1").expects(303, "password_set", s.link(row.Email), url.Values{"password": {phrase}})
	owner, thief := s.browser("192.0.2.7"), s.browser("203.0.113.5")
	guess := func(email string) string {
		_, _, body := thief.open(signInPath, url.Values{"email": {email}, "password": {"password1234"}})
		return strings.ReplaceAll(body, email, "X")
	}
	if wrong, nobody := guess(row.Email), guess("nobody@aoba.example"); wrong != nobody || !strings.Contains(wrong, "do not go together") {
		t.Errorf("a wrong password is answered with\n%s\nan address that nobody has with\n%s", wrong, nobody)
	}
	for range 9 {
		guess(row.Email)
	}
	thief.expects(429, "/sign-in/link?for=device", signInPath, url.Values{"email": {row.Email}, "password": {"password1234"}})
	sign := url.Values{"email": {row.Email}, "password": {phrase}}
	owner.expects(429, "too many tries", signInPath, sign)
	owner.expects(200, "a mail is on its way", mailPath, url.Values{"for": {"device"}, "email": {row.Email}})
	link := s.link(row.Email)
	owner.expects(200, "Use this browser", link, nil)
	owner.expects(303, "device_known", link, url.Values{})
	owner.expects(303, "/", signInPath, sign)
	owner.expects(200, "Requests", "/", nil)
}

// The first one to open the set-up link becomes administrator; what was typed
// wrongly is there to be put right (UX-06).
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	for _, m := range s.cast.Staff {
		if row, err := s.store.Staff(t.Context(), m.ID); err == nil && row.Has(support.RoleAdmin) {
			row.Active = false
			s.ok(s.desk.ChangeStaff(t.Context(), support.Actor{Kind: support.System}, row))
		}
	}
	link, err := s.desk.FirstLink(t.Context())
	s.ok(err)
	link = strings.TrimPrefix(link, "http://desk.example")
	b := s.browser("192.0.2.7")
	b.expects(200, "Set up this desk", link, nil)
	form := url.Values{"family_name": {"Hoshino"}, "given_name": {"Aki"}, "email": {"aki@desk.example"}, "language": {"ja"}, "zone": {"Mars/Base"}, "password": {phrase}}
	body := b.expects(422, "Mars/Base", link, form)
	if !strings.Contains(body, `value="Hoshino"`) || strings.Contains(body, phrase) {
		t.Errorf("what was typed: %s", body)
	}
	form.Set("zone", "Asia/Tokyo")
	b.expects(303, "told=set_up", link, form)
	b.expects(404, "used up", link, form)
	b.expects(303, accessPath, signInPath, url.Values{"email": {"aki@desk.example"}, "password": {phrase}})
}

// From where somebody comes is what the last of our own proxies saw; what a
// browser says of itself is not believed (T39).
func TestAddressesBehindProxies(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	for _, c := range []struct{ from, forwarded, want string }{
		{"192.0.2.7:1", "", "192.0.2.7"}, {"192.0.2.7:1", "198.51.100.1", "192.0.2.7"}, {"10.1.0.2:1", "198.51.100.1", "198.51.100.1"},
		{"10.1.0.2:1", "203.0.113.9, 198.51.100.1", "198.51.100.1"}, {"10.1.0.2:1", "198.51.100.1, 10.1.0.3", "198.51.100.1"},
		{"10.1.0.2:1", "nonsense", "10.1.0.2"}, {"10.1.0.2:1", "", "10.1.0.2"}, {"[2001:db8::7]:1", "", "2001:db8::7"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		v := &visit{Request: r, site: s.site}
		if got := v.address(); got != c.want {
			t.Errorf("%s, forwarded for %q: %s, want %s", c.from, c.forwarded, got, c.want)
		}
	}
}

// What changes how one signs in, or gives somebody rights, wants a session that is
// not older than a quarter of an hour; what was typed waits for it (T33, T38).
func TestOldSessionsProveThemselvesAnew(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	c := s.site.Config
	later := time.Now()
	c.Real = func() time.Time { return later }
	pages, err := New(c)
	s.ok(err)
	s.pages = pages
	b := s.browser("192.0.2.7")
	b.cookies["session"] = &http.Cookie{Name: "session", Value: s.session("ishikawa")}
	row, err := s.store.Staff(t.Context(), s.cast.Actor("ito").ID)
	s.ok(err)
	page := memberPath(row)
	form := func(zone string, roles ...string) url.Values {
		return url.Values{"family_name": {row.FamilyName}, "given_name": {row.GivenName}, "email": {row.Email}, "language": {row.Language},
			"languages": row.Languages, "duty": {row.Duty}, "active": {"yes"}, "zone": {zone}, "roles": roles}
	}
	typed := form("Asia/Seoul", "tse", "admin")
	b.expects(200, "Scan this", accessPath+"/app", url.Values{})
	later = later.Add(auth.StaffIdle - 5*time.Minute)
	b.expects(303, "back=%2Faccess", accessPath+"/app", url.Values{})
	b.expects(303, "told=sign_in_again", accessPath+"/codes", url.Values{})
	b.expects(403, `name="zone" value="Asia/Seoul"`, page, typed)
	mine := form(row.Zone, "tse") // links go to the address
	mine.Set("email", "mine@desk.example")
	b.expects(403, `value="mine@desk.example"`, page, mine)
	b.expects(403, `name="family_name" value="Abe"`, managePath+"/staff", url.Values{"family_name": {"Abe"}, "roles": {"tse"}})
	b.expects(403, `name="name" value="for scripts"`, managePath+"/tokens", url.Values{"name": {"for scripts"}, "scopes": {"admin"}})
	if m, err := s.store.Staff(t.Context(), row.ID); err != nil || m.Has(support.RoleAdmin) || m.Zone != row.Zone {
		t.Errorf("it was done: %+v, %v", m, err)
	}
	b.expects(303, "told=saved", page, form("Asia/Taipei", "tse"))
	b.expects(303, "/", "/demo/sign-in", url.Values{"as": {"ishikawa"}})
	b.expects(303, "told=saved", page, typed)
	if m, err := s.store.Staff(t.Context(), row.ID); err != nil || !m.Has(support.RoleAdmin) {
		t.Errorf("%+v, %v", m, err)
	}
}
