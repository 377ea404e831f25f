package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// A duty manager writes a rota in their own zone; holes, two in one place and who is
// away are told; engineers write their own absences alone (R15, R24).
func TestRotasAreKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := rotasPath + "/technical"
	shift := func(who, from, to, order string) url.Values {
		return url.Values{"staff": {opaqueStaff(s.cast.Staff[who])}, "from": {from}, "to": {to}, "order": {order}, "once": {who + from + order}}
	}
	if body := s.send("watanabe", path, nil).Body.String(); !strings.Contains(body, "Nobody is on this rota") {
		t.Error("an empty rota does not say so")
	}
	first := shift("ito", "2026-06-06T09:00", "2026-06-07T09:00", "1")
	w := s.send("watanabe", path, first)
	if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "from=2026-06-06") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	rows, err := s.store.Shifts(t.Context(), "technical", s.clock.Now(), s.clock.Now().AddDate(0, 0, 30))
	s.ok(err)
	if want := time.Date(2026, 6, 6, 0, 0, 0, 0, time.UTC); len(rows) != 1 || !rows[0].From.Equal(want) { // Watanabe is in Tokyo
		t.Fatalf("%+v, want from %s", rows, want)
	}
	if w := s.send("watanabe", path, shift("byrne", "2026-06-07T08:00", "2026-06-08T09:00", "1")); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	body := s.send("watanabe", path, nil).Body.String()
	for _, want := range []string{"伊藤 蓮 and Aoife Byrne both stand in place 1", "Nobody from Mon 8 Jun 2026, 09:00 JST"} {
		if !strings.Contains(body, want) {
			t.Errorf("the rota lacks %q", want)
		}
	}
	// Mori is of the licence team alone.
	if w := s.send("watanabe", path, shift("mori", "2026-06-09T09:00", "2026-06-10T09:00", "1")); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="2026-06-09T09:00"`) {
		t.Errorf("somebody of another team: %d", w.Code)
	}
	if w := s.send("ito", path, shift("ito", "2026-06-11T09:00", "2026-06-12T09:00", "1")); w.Code == http.StatusSeeOther {
		t.Error("an engineer writes the rota")
	}
	away := func(as, who string) int {
		return s.send(as, rotasPath, url.Values{"staff": {opaqueStaff(s.cast.Staff[who])}, "from": {"2026-06-06T12:00"}, "to": {"2026-06-06T18:00"}}).Code
	}
	if got := away("byrne", "ito"); got == http.StatusSeeOther {
		t.Error("an engineer writes the absence of another")
	}
	if got := away("ito", "ito"); got != http.StatusSeeOther {
		t.Errorf("their own: %d", got)
	}
	if body := s.send("ito", path, nil).Body.String(); !strings.Contains(body, "is away then") || strings.Contains(body, "/removal") {
		t.Error("the rota does not tell who is away, or offers what an engineer may not do")
	}
	removal := regexp.MustCompile(`action="(/manage/rotas/absence_[0-9a-z]+/removal)"`).FindStringSubmatch(s.send("ito", rotasPath, nil).Body.String())
	if removal == nil {
		t.Fatal("the absence cannot be taken back")
	}
	for range 2 { // once, however often
		if w := s.send("ito", removal[1], url.Values{"once": {"k"}}); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), rotasPath+"?") {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
	}
	gone := path + "/" + support.Opaque("shift", rows[0].ID) + "/removal"
	if w := s.send("watanabe", gone, url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
	if w := s.send("watanabe", gone, url.Values{}); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "no such shift") {
		t.Errorf("what is gone: %d", w.Code)
	}
	for _, from := range []string{"nonsense", "0001-01-01", "9999-12-31"} {
		if w := s.send("ito", path+"?from="+from, nil); w.Code != http.StatusOK {
			t.Errorf("from %s: %d", from, w.Code)
		}
	}
}

// The holidays of a year are looked at and confirmed by an administrator, once, and
// by nobody from a list that is not the present one (A19).
func TestHolidaysAreConfirmed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	body := s.send("ishikawa", calendarsPath, nil).Body.String()
	for _, want := range []string{"look at 2026", "Asia/Tokyo", "closed now", holidaysPath("jp", 2026)} {
		if !strings.Contains(body, want) {
			t.Errorf("the calendars lack %q", want)
		}
	}
	path := holidaysPath("jp", 2026)
	body = s.send("ishikawa", path, nil).Body.String()
	for _, want := range []string{"成人の日", "Mon 12 Jan 2026", "Nobody here has confirmed"} {
		if !strings.Contains(body, want) {
			t.Errorf("the days lack %q", want)
		}
	}
	set, err := calendar.ShippedSet("jp")
	s.ok(err)
	if w := s.send("ishikawa", path+"/review", url.Values{"read": {set.Digest(2026)}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-review-looked"`) {
		t.Errorf("not looked at: %d", w.Code)
	}
	if w := s.send("ishikawa", path+"/review", url.Values{"looked": {"yes"}, "read": {set.Digest(2027)}}); w.Code != http.StatusConflict {
		t.Errorf("other days than there are: %d", w.Code)
	}
	if w := s.send("ito", path+"/review", url.Values{"looked": {"yes"}, "read": {set.Digest(2026)}}); w.Code != http.StatusNotFound {
		t.Errorf("an engineer confirms: %d", w.Code)
	}
	if w := s.send("ishikawa", path+"/review", url.Values{"looked": {"yes"}, "read": {set.Digest(2026)}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := s.send("ito", path, nil).Body.String(); !strings.Contains(body, "石川 徹 has looked at every day") || strings.Contains(body, "/review") {
		t.Error("the page does not say who has looked")
	}
	if body := s.send("ito", calendarsPath, nil).Body.String(); !strings.Contains(body, "look at 2027") {
		t.Error("the next year is not asked for")
	}
	for _, nowhere := range []string{holidaysPath("jp", 1999), calendarsPath + "/xx/2026", calendarsPath + "/jp/02026"} {
		if w := s.send("ito", nowhere, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", nowhere, w.Code)
		}
	}
}

// Every set of holidays that comes with the program is called by its readers' words
// (UX-28).
func TestHolidaysHaveNames(t *testing.T) {
	t.Parallel()
	for _, name := range calendar.HolidaySetNames() {
		set, err := calendar.ShippedSet(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := (lang.Voice{Lang: lang.English}).Word("holidays", name); got != set.Title {
			t.Errorf("%s is %q, want %q", name, got, set.Title)
		}
		if got := (lang.Voice{Lang: lang.Japanese}).Word("holidays", name); got == name || got == set.Title {
			t.Errorf("%s is %q in Japanese", name, got)
		}
	}
}
