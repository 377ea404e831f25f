package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// examples are things of the stage for the places of addresses, with who sees them:
// nil is everybody whom the route lets in. A place without an example fails the test.
func (s *stage) examples(path string) map[string]example {
	s.Helper()
	number := strings.TrimPrefix(path, "/requests/")
	contract := []string{"sato", "suzuki", "endo", "mizuno", "ito", "mori", "kimura", "watanabe", "ishikawa"}
	return map[string]example{
		"{$}":        {},
		"{number}":   {number, support.Number(99_000_000), []string{"sato", "suzuki", "endo", "mizuno", "ito", "mori", "kimura", "watanabe", "ishikawa"}},
		"{contract}": {"BAS-2010-0417", "NONE-1", contract},
		"{account}":  {support.Opaque("acc", s.cast.Contacts["sato"].Account), support.Opaque("acc", 99_999), nil},
		"{contact}":  {s.cast.Contacts["sato"].Number, "1000000009", nil},
		"{staff}":    {support.Opaque("stf", s.cast.Staff["ito"].ID), support.Opaque("stf", 99_999), nil},
		"{report}":   {"ages", "none", nil},
		"{mail}":     {s.mail("stranger@elsewhere.example", "Hello", "Who are you?", func(d *message.Draft) { d.HTML = "<p>Who are you?</p>" }), support.Opaque("ml", 99_999), nil},
		"{file}":     {}, "{pass}": {},
		"{programme}": {}, "{secret}": {}, "{token}": {}, "{webhook}": {}, "{mailbox}": {}, "{letter}": {"comment", "none", nil}, "{language}": {"en", "xx", nil}, "{notice}": {}, "{suppressed}": {}, "{licence}": {}, "{plan}": {}, "{row}": {}, "{exception}": {}, "{sheet}": {}, "{registration}": {},
		"{set}": {"jp", "xx", nil}, "{year}": {"2026", "1800", nil}, "{product}": {"esx", "none", nil}, "{version}": {"4.0", "0.1", nil}, "{pack}": {"style-a@1", "none@1", nil},
		"{team}": {s.desk.Pack().Work.Teams[0].ID, "none", nil},
	}
}

// example is a value of a place in an address; "" where the stage has no such thing.
type example struct {
	value, absent string
	seers         []string
}

// fewer are pages of which an object's seers are not all readers: those who keep
// the licences of a contract.
var fewer = map[string][]string{
	"/contracts/{contract}/licences":      {"suzuki", "ito", "mori", "kimura", "watanabe", "ishikawa"},
	"/contracts/{contract}/registrations": {"suzuki", "ito", "mori", "kimura", "watanabe", "ishikawa"},
}

var placeInPath = regexp.MustCompile(`\{[a-z$]+\}`)

// Each role comes to each page of what it may see, and to nothing else: what is
// forbidden answers word for word as what is not there (T30, T31, T33). Every route
// of the table is walked; a new one with a new place needs an example.
func TestRolesContractsAndPages(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	examples := s.examples(path)
	in := func(as string) *visit {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.AddCookie(&http.Cookie{Name: s.site.sessionCookie(), Value: s.session(as)})
		v, err := s.site.visit(httptest.NewRecorder(), req)
		s.ok(err)
		return v
	}
	roles := []string{"sato", "suzuki", "yamamoto", "nakamura", "tanaka", "ito", "mori", "kimura", "watanabe", "ishikawa"}
	walked := 0
	for _, method := range []string{http.MethodGet, http.MethodPost} { // what changes something comes after what only looks
		for _, as := range roles {
			v := in(as)
			for _, r := range s.site.routes {
				to, ok := strings.CutPrefix(r.pattern, method+" ")
				if !ok || to == "/" || to == "/sign-out" || strings.HasPrefix(to, accessPath) || strings.HasPrefix(to, "/sign-in") || strings.HasPrefix(to, "/demo/") {
					continue
				}
				address, absent, seen, known := to, to, r.access.lets(v), true
				for _, place := range placeInPath.FindAllString(to, -1) {
					x, there := examples[place]
					if !there {
						t.Errorf("%s: the place %s has no example", r.pattern, place)
					}
					known = known && (x.value != "" || place == "{$}")
					seen = seen && (x.seers == nil || slices.Contains(x.seers, as))
					address = strings.Replace(address, place, x.value, 1)
					absent = strings.Replace(absent, place, x.absent, 1)
				}
				for base, readers := range fewer {
					seen = seen && (!strings.HasPrefix(to, base) || slices.Contains(readers, as))
				}
				if !known || r.stays() && seen {
					continue
				}
				s.walk(as, method, r, address, absent, seen)
				walked++
			}
		}
	}
	if walked < 500 {
		t.Errorf("only %d were walked", walked)
	}
}

// walk sends one request of the matrix.
func (s *stage) walk(as, method string, r route, address, absent string, seen bool) {
	s.Helper()
	var form url.Values
	if method == http.MethodPost {
		form = url.Values{}
	}
	w := s.send(as, address, form)
	switch {
	case w.Code >= 500:
		s.Errorf("%s as %s: %d %s", r.pattern, as, w.Code, w.Body)
	case seen && w.Code == http.StatusNotFound && method == http.MethodGet:
		s.Errorf("%s as %s: there is nothing", r.pattern, as)
	case !seen && w.Code != http.StatusNotFound && w.Code != http.StatusSeeOther:
		s.Errorf("%s as %s: %d", r.pattern, as, w.Code)
	case !seen && w.Code == http.StatusNotFound && absent != address:
		other := s.send(as, absent, form)
		if alike := other.Code == w.Code && moment.ReplaceAllString(other.Body.String(), "") == moment.ReplaceAllString(w.Body.String(), ""); !alike {
			s.Errorf("%s as %s: what is forbidden differs from what is absent: %d and %d", r.pattern, as, w.Code, other.Code)
		}
	}
}

// moment is what differs between two answers that are alike.
var moment = regexp.MustCompile(`data-now="\d+"|name="back" value="[^"]*"|class="muted">Reference <code>[^<]*`)
