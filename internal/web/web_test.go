package web

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/blob"
	"madoguchi/internal/demo"
	"madoguchi/internal/demo/demotest"
	"madoguchi/internal/desk"
	"madoguchi/internal/egress"
	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// stage is a seeded desk with its pages.
type stage struct {
	testing.TB
	desk    *desk.Desk
	store   *store.Store
	site    *site
	pages   http.Handler
	cast    demo.Cast
	clock   *demo.Clock
	secrets map[string]string
	post    *post
}

// post is what has left the house.
type post struct {
	sync.Mutex
	mails []notify.Mail
	came  []Arrival // what was sent in
}

func (p *post) Send(_ context.Context, m notify.Mail) error {
	p.Lock()
	defer p.Unlock()
	p.mails = append(p.mails, m)
	return nil
}

// posted is what has left as a demo shows it.
func (p *post) posted() []Posted {
	p.Lock()
	defer p.Unlock()
	var out []Posted
	for i, m := range p.mails {
		out = append([]Posted{{N: int64(i + 1), Name: m.To.Name, To: m.To.Email, Subject: m.Subject, At: m.Date, Raw: m.EML, ReturnPath: m.Envelope()}}, out...)
	}
	return out
}

// stageNow is Saturday, 02:06 in Tokyo.
var stageNow = time.Date(2026, 6, 5, 17, 6, 0, 0, time.UTC)

var peopled = demotest.NewStock(stageNow)

// newStage builds one under an address, which decides about cookies, and with one
// provider at most by which staff come.
func newStage(t testing.TB, address string, by ...auth.ProviderConfig) *stage {
	t.Helper()
	path, cast := peopled.File(t)
	return newStageAt(t, address, path, cast, by...)
}

// newStageAt is [newStage] on a database of the test's choice, with a cast that is
// in it already.
func newStageAt(t testing.TB, address, where string, cast demo.Cast, by ...auth.ProviderConfig) *stage {
	t.Helper()
	var provider *auth.ProviderConfig
	for _, p := range by {
		provider = &p
	}
	s := &stage{TB: t, cast: demotest.Own(cast), secrets: map[string]string{}, post: &post{}}
	var err error
	s.store, err = store.Open(t.Context(), where)
	s.ok(err)
	t.Cleanup(func() { s.store.Close() })
	s.ok(s.store.Migrate(t.Context()))
	pack, err := policy.Shipped(demotest.Pack)
	s.ok(err)
	packs, err := desk.NewPacks(pack)
	s.ok(err)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	files, err := blob.New(filepath.Join(t.TempDir(), "files"))
	s.ok(err)
	s.clock = demo.NewClock(stageNow)
	gate, err := auth.NewGate(auth.GateConfig{Store: s.store, Key: auth.Key{7}, Now: s.clock.Now, Name: "Demo", URL: address, Provider: provider, Log: log})
	s.ok(err)
	s.desk, err = desk.New(desk.Config{Store: s.store, Packs: packs, Files: files, Now: s.clock.Now, Name: "Demo", Sender: "support@desk.example",
		BaseURL: address, Gate: gate, Out: s.post, Log: log, Judge: demo.Judge, MailKeys: message.Keys{make([]byte, 32)},
		TryMailbox: knock,
		Own:        message.Own{Addresses: []string{"support@desk.example"}, Hosts: []string{"desk.example"}},
		Webhooks:   desk.Webhooks{Client: egress.New(egress.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}), Entry: func(store.Event) any { return nil }}})
	s.ok(err)
	var figures []Figure
	for _, key := range s.cast.Keys {
		figures = append(figures, Figure{Key: key, Actor: s.cast.Actor(key), Email: cmp.Or(s.cast.Contacts[key].Email, s.cast.Staff[key].Email)})
	}
	c := Config{Desk: s.desk, Store: s.store, URL: address, Cast: figures, Log: log, Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
		Mails: s.post.posted, SendIn: func(_ context.Context, a Arrival) error { s.post.came = append(s.post.came, a); return nil }}
	s.site, err = newSite(c)
	s.ok(err)
	s.pages, err = New(c)
	s.ok(err)
	return s
}

func (s *stage) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// send sends a request as somebody ("" for nobody); a form makes it a POST.
func (s *stage) send(as, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequestWithContext(s.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	if as != "" {
		r.AddCookie(&http.Cookie{Name: s.site.sessionCookie(), Value: s.session(as)})
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w
}

// session is the secret of somebody's session, which is begun once.
func (s *stage) session(as string) string {
	s.Helper()
	if s.secrets[as] == "" {
		var err error
		s.secrets[as], err = auth.Begin(s.Context(), s.store, store.Session{Actor: s.cast.Actor(as), Proof: string(auth.ByDemo)}, "", time.Now())
		s.ok(err)
	}
	return s.secrets[as]
}

// file files a request of severity 3 as somebody, and gives its path.
func (s *stage) file(as string) string {
	s.Helper()
	actor := s.cast.Actor(as)
	done, err := s.desk.Do(s.Context(), actor, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: actor.ID, Product: "esx", Version: "4.0", Severity: 3,
		Title: support.T("Snapshots fail"), Details: support.Details{Environment: "production"},
	})
	s.ok(err)
	return "/requests/" + support.Number(done.ID)
}

// Every route lets in whom its row names and nobody else, and every row is here:
// a new access needs a line (T30, T33).
func TestRoutesLetInWhomTheyName(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	in := map[access]map[string]bool{
		anybody:   {"": true, "sato": true, "ito": true, "ishikawa": true},
		signedIn:  {"sato": true, "ito": true, "ishikawa": true},
		known:     {"sato": true, "ito": true, "ishikawa": true},
		customers: {"sato": true},
		vendors:   {"ito": true, "ishikawa": true},
		managers:  {"ishikawa": true},
		admins:    {"ishikawa": true},
		duties:    {"ishikawa": true},
	}
	for _, r := range s.site.routes {
		if in[r.access] == nil {
			t.Errorf("%s: access %q has no line in this test", r.pattern, r.access)
		}
	}
	for a, who := range in {
		for _, as := range []string{"", "sato", "ito", "ishikawa"} {
			req := httptest.NewRequest(http.MethodGet, "/", nil)
			if as != "" {
				req.AddCookie(&http.Cookie{Name: s.site.sessionCookie(), Value: s.session(as)})
			}
			v, err := s.site.visit(httptest.NewRecorder(), req)
			s.ok(err)
			if a.lets(v) != who[as] {
				t.Errorf("%s comes through %q: %v", as, a, a.lets(v))
			}
		}
	}
	for _, r := range s.site.routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		var form url.Values
		if method == http.MethodPost {
			form = url.Values{}
		}
		if path == "/" {
			path = "/nowhere"
		}
		path = strings.NewReplacer("{$}", "", "{number}", "100000006", "{file}", "file_1", "{contract}", "X", "{programme}", "x", "{secret}", "x", "{account}", "acc_1", "{contact}", "1", "{staff}", "stf_1", "{token}", "tok_1", "{webhook}", "wh_1", "{mailbox}", "mbx_1", "{letter}", "comment", "{language}", "en", "{notice}", "x", "{report}", "ages", "{licence}", "lic_1", "{plan}", "plan_1").Replace(path)
		path = strings.NewReplacer("{team}", "technical", "{row}", "shift_1", "{set}", "jp", "{year}", "2026", "{product}", "esx", "{version}", "4.0", "{pack}", "classic-2010@1", "{sheet}", "x", "{mail}", "1", "{registration}", "reg_1").Replace(path)
		w := s.send("", path, form)
		to := w.Header().Get("Location")
		turned := w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in?back=") || w.Code == http.StatusUnauthorized
		if turned == (r.access == anybody) {
			t.Errorf("%s %s without a session: %d %s", r.access, r.pattern, w.Code, to)
		}
	}
}

// What a form held is there to be sent again after the session has ended (UX-06).
func TestNothingTypedIsLostWhenTheSessionEnded(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	w := s.send("", "/sign-out", url.Values{"text": {`It failed "again" <b>`}})
	body := w.Body.String()
	for _, want := range []string{`action="/sign-out"`, `name="text"`, `value="It failed &#34;again&#34; &lt;b&gt;"`} {
		if w.Code != http.StatusUnauthorized || !strings.Contains(body, want) {
			t.Errorf("%d, lacks %s", w.Code, want)
		}
	}
}

// Pages load nothing from elsewhere, stand in no frame, and are not kept; forms
// of other sites do nothing (T34, T35).
func TestPagesAreShutToOtherSites(t *testing.T) {
	t.Parallel()
	s := newStage(t, "https://desk.example")
	h := s.send("sato", "/", nil).Header()
	for name, want := range map[string]string{
		"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age",
	} {
		if !strings.Contains(h.Get(name), want) {
			t.Errorf("%s: %q", name, h.Get(name))
		}
	}
	for name, header := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site"}, "another origin": {"Origin", "https://evil.example"},
		"as plain text": {"Origin", "https://evil.example", "Content-Type", "text/plain"},
	} {
		if w := s.send("sato", "/sign-out", url.Values{}, header...); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for _, r := range s.site.routes { // what changes something is a POST
		if !strings.HasPrefix(r.pattern, "GET ") && !strings.HasPrefix(r.pattern, "POST ") {
			t.Errorf("%s: a method that forms do not have", r.pattern)
		}
	}
	w := s.send("", "/preferences", url.Values{"lang": {"ja"}, "theme": {"dark"}, "back": {"//evil.example/"}})
	if to := w.Header().Get("Location"); to != "/" {
		t.Errorf("a form leads to %s", to)
	}
	for _, c := range w.Result().Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("%v", c)
		}
	}
	if s.site.sessionCookie() != "__Host-session" {
		t.Error("the session's cookie is not for this host alone")
	}
}

// Whoever signs out is out, and a former session's cookie opens nothing (T38).
func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	if w := s.send("sato", path, nil); w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	if w := s.send("sato", "/sign-out", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if w := s.send("sato", path, nil); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	w := s.send("", "/demo/sign-in", url.Values{"as": {"sato"}, "back": {path}})
	if w.Header().Get("Location") != path || len(w.Result().Cookies()) != 1 {
		t.Errorf("%s %v", w.Header().Get("Location"), w.Result().Cookies())
	}
}

// Every page has words for a reader of each language, in a theme that is known
// before anything is painted.
func TestPagesSpeakAndLookAsChosen(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	for accept, want := range map[string]string{"ja-JP,en;q=0.8": "ja", "de, en;q=0.5": "en", "fr": "en", "": "en"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sign-in", nil)
		r.Header.Set("Accept-Language", accept)
		r.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
		w := httptest.NewRecorder()
		s.pages.ServeHTTP(w, r)
		body := w.Body.String()
		if !strings.Contains(body, `<html lang="`+want+`" data-theme="dark"`) || strings.Contains(body, "page.") {
			t.Errorf("%q: %.120s", accept, body)
		}
	}
	zipped := s.send("ito", "/design", nil, "Accept-Encoding", "gzip, br")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() > 12<<10 {
		t.Errorf("%s, %d bytes", zipped.Header().Get("Content-Encoding"), zipped.Body.Len())
	}
}
