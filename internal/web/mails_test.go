package web

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mail lets a mail arrive and gives its name in addresses.
func (s *stage) mail(from, subject, text string, more ...func(d *message.Draft)) string {
	s.Helper()
	_, host, _ := strings.Cut(from, "@")
	d := message.Draft{From: message.Address{Name: "Sender", Email: from}, To: []message.Address{{Email: "support@desk.example"}}, Subject: subject, Text: text,
		MessageID: "<" + newOnce() + "@mail." + host + ">", Date: s.clock.Now()}
	for _, f := range more {
		f(&d)
	}
	return s.arrive(from, false, d.Bytes())
}

func (s *stage) arrive(from string, forged bool, raw []byte) string {
	s.Helper()
	s.ok(demo.Hands{Clock: s.clock, Desk: s.desk}.Arrive(s.Context(), from, []string{"support@desk.example"}, forged, raw))
	s.ok(s.desk.Settle(s.Context()))
	return support.Opaque("ml", s.newestMail())
}

// newestMail is the id of the mail that came last.
func (s *stage) newestMail() (id int64) {
	s.Helper()
	for _, state := range mailStates {
		list, err := s.store.Mails(s.Context(), store.Viewer{Actor: s.cast.Actor("ishikawa"), Roles: s.cast.Staff["ishikawa"].Roles}, store.MailFilter{State: state, Limit: 1})
		s.ok(err)
		for _, m := range list {
			id = max(id, m.ID)
		}
	}
	return id
}

// Mails that wait are listed with why, read with what is quoted folded away, and
// decided on: filed, filed anew, with their sender as a contact, rejected and taken
// back (T16, UX-14).
func TestMailsThatWaitAreDecidedOn(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	if body := s.send("mori", "/mail", nil).Body.String(); !strings.Contains(body, "No mail waits for you") {
		t.Error("an empty list says nothing")
	}
	stranger := s.mail("stranger@aoba.example", "About the licence", "Which key is it?\n\nOn Fri, 5 Jun 2026 at 17:00, Support <support@desk.example> wrote:\n> the older words\n")
	if body := s.send("mori", "/mail", nil).Body.String(); !strings.Contains(body, "About the licence") || !strings.Contains(body, "unknown sender") || !strings.Contains(body, "stranger@aoba.example") {
		t.Error("the list lacks the mail")
	}
	if body := s.send("mori", "/mail/count", nil).Body.String(); strings.TrimSpace(body) != `{"/mail":"1"}` {
		t.Errorf("the count is %s", body)
	}
	one := s.send("mori", "/mail/"+stranger, nil).Body.String()
	folded := strings.Index(one, `<details class="fold">`)
	if i := strings.Index(one, "Which key is it?"); i < 0 || i > folded || strings.Index(one, "the older words") < folded {
		t.Error("what is quoted is not folded away, or what is new is")
	}
	w := s.send("mori", "/mail/"+stranger+"/filing", url.Values{"request": {"12"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Give the number of a request") {
		t.Errorf("no number: %d", w.Code)
	}
	w = s.send("mori", "/mail/"+stranger+"/filing", url.Values{"request": {strings.TrimPrefix(path, "/requests/")}})
	if to := w.Header().Get("Location"); !strings.HasPrefix(to, path) {
		t.Fatalf("filed, it leads to %q: %d", to, w.Code)
	}
	page := s.send("mori", path, nil).Body.String()
	if !strings.Contains(page, "Which key is it?") || !strings.Contains(page, "/mail/"+stranger+`"`) {
		t.Error("the request does not show the mail, or does not lead to it")
	}
	if strings.Contains(s.send("sato", path, nil).Body.String(), "/mail/") {
		t.Error("a customer is led to the mail")
	}
	w = s.send("mori", "/mail/"+stranger+"/rejection", url.Values{"reason": {"spam"}})
	if w.Code != http.StatusConflict {
		t.Errorf("a mail that is filed is rejected: %d", w.Code)
	}
	spam := s.mail("spam@junk.example", "Buy", "now")
	if w = s.send("mori", "/mail/"+spam+"/rejection", url.Values{"reason": {"not ours"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("rejected: %d %s", w.Code, w.Body)
	}
	if body := s.send("mori", "/mail?state=rejected", nil).Body.String(); !strings.Contains(body, "spam@junk.example") {
		t.Error("what was rejected is gone")
	}
	if w = s.send("mori", "/mail/"+spam+"/return", url.Values{}); w.Code != http.StatusSeeOther || !strings.Contains(s.send("mori", "/mail", nil).Body.String(), "spam@junk.example") {
		t.Errorf("it does not come back: %d", w.Code)
	}
	if w = s.send("ishikawa", "/mail/"+spam+"/blocking", url.Values{"whom": {"domain"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("blocked: %d %s", w.Code, w.Body)
	}
	if body := s.send("mori", "/mail/blocked", nil).Body.String(); !strings.Contains(body, "@junk.example") {
		t.Error("who is blocked is not listed")
	}
	if w = s.send("ishikawa", "/mail/blocked?what=%40junk.example", url.Values{}); w.Code != http.StatusSeeOther || strings.Contains(s.send("mori", "/mail/blocked", nil).Body.String(), "@junk.example") {
		t.Errorf("the block stays: %d", w.Code)
	}
}

// The sender of a mail becomes a contact, and the mail a request of theirs; one
// whose sender is not proved is filed by a person alone (T16).
func TestAMailBecomesARequest(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	sato := s.cast.Contacts["sato"]
	raw := message.Draft{From: message.Address{Email: sato.Email}, To: []message.Address{{Email: "support@desk.example"}}, Subject: "ESX stops", Text: "It stops at night.",
		MessageID: "<forged@mail.aoba.example>", Date: s.clock.Now()}.Bytes()
	forged := s.arrive(sato.Email, true, raw)
	body := s.send("ito", "/mail/"+forged, nil).Body.String()
	if !strings.Contains(body, "Do not believe a name alone") || !strings.Contains(body, "DMARC fail") || !strings.Contains(body, `value="`+sato.Number+`"`) {
		t.Error("the page does not warn, or does not know whose address it is")
	}
	w := s.send("ito", "/mail/"+forged+"/new-filing", url.Values{"contact": {sato.Number}, "product": {"esx"}})
	to := w.Header().Get("Location")
	if !strings.HasPrefix(to, "/requests/1") {
		t.Fatalf("filed anew, it leads to %q: %d", to, w.Code)
	}
	if page := s.send("ito", to, nil).Body.String(); !strings.Contains(page, "ESX stops") || !strings.Contains(page, "Sender not verified") {
		t.Error("the request lacks the mail, or the mark")
	}
	stranger := s.mail("new.person@aoba.example", "Help", "We need help.")
	body = s.send("mori", "/mail/"+stranger, nil).Body.String()
	account := support.Opaque("acc", sato.Account)
	if !strings.Contains(body, `<option value="`+account+`" selected`) {
		t.Error("the account of the domain is not offered")
	}
	w = s.send("mori", "/mail/"+stranger+"/sender", url.Values{"product": {"esx"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose the account") {
		t.Errorf("without an account: %d", w.Code)
	}
	w = s.send("mori", "/mail/"+stranger+"/sender", url.Values{"account": {account}, "family_name": {"Person"}, "given_name": {"New"}, "email": {"new.person@aoba.example"},
		"language": {"en"}, "zone": {"Asia/Tokyo"}, "preferred_channel": {"mail"}, "product": {"esx"}})
	people, err := s.store.Contacts(t.Context(), store.Viewer{Actor: s.cast.Actor("mori"), Roles: s.cast.Staff["mori"].Roles}, sato.Account, 0, 100)
	s.ok(err)
	if !slices.ContainsFunc(people, func(c support.Contact) bool { return c.Email == "new.person@aoba.example" }) {
		t.Errorf("the sender is no contact: %d", w.Code)
	}
}

// One thing is done to many mails, and each says what came of it (UX-24).
func TestManyMailsAreDecidedOnAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	first, second := s.mail("a@junk.example", "First", "a"), s.mail("b@junk.example", "Second", "b")
	s.send("mori", "/mail/"+second+"/rejection", url.Values{"reason": {"x"}})
	w := s.send("mori", "/mail", url.Values{"n": {first, second}, "deed": {"reject"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Say why the mail is not wanted") {
		t.Errorf("without a reason: %d", w.Code)
	}
	w = s.send("mori", "/mail", url.Values{"n": {first, second, "ml_none"}, "deed": {"reject"}, "reason": {"spam"}})
	body := w.Body.String()
	if w.Code != http.StatusOK || strings.Count(body, "tone-good") != 1 || !strings.Contains(body, "Somebody else has decided") || !strings.Contains(body, "Take it back") {
		t.Errorf("%d: %s", w.Code, body)
	}
	if w = s.send("mori", "/mail", url.Values{"n": {first}, "deed": {"return"}}); !strings.Contains(s.send("mori", "/mail", nil).Body.String(), "First") {
		t.Errorf("it is not taken back: %d", w.Code)
	}
	if code := s.send("sato", "/mail", nil).Code; code != http.StatusNotFound {
		t.Errorf("a customer sees the list: %d", code)
	}
}

// Whatever a mail holds, nothing of it runs or is loaded in a page: it is text, or
// HTML that was cleaned, in a frame with a policy of its own, or a file that is
// saved (T19, T23, T27, T28).
func TestNothingOfAMailRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	attack := `<script>alert(1)</script><img src=x onerror=alert(1)><img src="https://track.example/p.gif"><img src="cid:pic"><style>@import "https://track.example/x.css"</style>` +
		`<svg onload=alert(1)></svg><a href="javascript:alert(1)">a</a><form action="https://evil.example"><input name=q></form><iframe src="https://evil.example"></iframe><b>fine</b>`
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0}, 40)...)
	evil := "\u202e" + `"><script>alert(2)</script>`
	name := s.mail("stranger@elsewhere.example", evil, evil+" text", func(d *message.Draft) {
		d.HTML = attack
		d.From.Name = evil
		d.Files = []message.Enclosure{{Name: "a" + evil + ".png", Type: "image/png", CID: "pic", Content: png}, {Name: "x.html", Type: "text/html", Content: []byte(attack)}}
	})
	for _, path := range []string{"/mail", "/mail/" + name} {
		body := s.send("mori", path, nil).Body.String()
		if strings.Contains(body, "<script>alert") || strings.Contains(body, "\u202e") || strings.Contains(body, "track.example") || strings.Contains(body, "onerror") {
			t.Errorf("%s lets something of the mail through", path)
		}
	}
	w := s.send("mori", "/mail/"+name+"/html", nil)
	body, policy := w.Body.String(), w.Header().Get("Content-Security-Policy")
	for _, not := range []string{"<script", "onerror", "onload", "track.example", "javascript:", "<form", "<iframe", "<style", "evil.example"} {
		if strings.Contains(strings.ToLower(body), not) {
			t.Errorf("the HTML has %s: %s", not, body)
		}
	}
	if !strings.Contains(body, "<b>fine</b>") || !strings.Contains(body, "data:image/png;base64,") {
		t.Errorf("the HTML lacks what is harmless: %s", body)
	}
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "http") {
		t.Errorf("the policy of the HTML is %q", policy)
	}
	w = s.send("mori", "/mail/"+name+"/original", nil)
	h := w.Header()
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the original is given out as %v", h)
	}
	if !bytes.Contains(w.Body.Bytes(), []byte("multipart/")) {
		t.Error("the original is not the original")
	}
}

// The list is narrowed by how a mail came, why it waits, who wrote it and how long
// ago, page by page, and a decision leaves what narrows it as it was.
func TestMailsAreNarrowed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.mail("early@junk.example", "The early one", "a")
	s.clock.Set(s.clock.Now().Add(5 * time.Hour))
	s.mail("late@elsewhere.example", "The late one", "b")
	for _, c := range []struct {
		query       string
		early, late bool
	}{
		{"", true, true}, {"?mailbox=demo", true, true}, {"?mailbox=support", false, false}, {"?why=unknown", true, true}, {"?why=storm", false, false},
		{"?sender=Early@Junk.example", true, false}, {"?sender=%40elsewhere.example", false, true}, {"?sender=%40where.example", false, false},
		{"?age=4", true, false}, {"?age=24", false, false}, {"?age=4&sender=%40elsewhere.example", false, false},
	} {
		w := s.send("mori", "/mail"+c.query, nil)
		body := w.Body.String()
		if early, late := strings.Contains(body, "The early one"), strings.Contains(body, "The late one"); w.Code != http.StatusOK || early != c.early || late != c.late {
			t.Errorf("%q: %d, early %v late %v", c.query, w.Code, early, late)
		}
		if !c.early && !c.late && !strings.Contains(body, "No mail is like that") {
			t.Errorf("%q: the empty list says nothing", c.query)
		}
	}
	for i := range rowsShown {
		s.mail("many"+strconv.Itoa(i)+"@junk.example", "Number "+strconv.Itoa(i), "c")
	}
	body := s.send("mori", "/mail?sender=%40elsewhere.example", nil).Body.String()
	if strings.Contains(body, "before=") {
		t.Error("a page that holds everything leads to another one")
	}
	body = s.send("mori", "/mail?sender=%40junk.example", nil).Body.String()
	next := regexp.MustCompile(`/mail\?[^"]*before=[^"]*`).FindString(body)
	if !strings.Contains(next, "sender=%40junk.example") {
		t.Fatalf("the next page is at %q", next)
	}
	if body = s.send("mori", html.UnescapeString(next), nil).Body.String(); !strings.Contains(body, "The early one") || strings.Contains(body, "The late one") {
		t.Error("the next page lacks what comes next, or is not narrowed")
	}
}
