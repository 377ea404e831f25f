package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// Two hundred requests are treated at once with a result for each: three of them
// are refused and say why, nothing is done twice, and what is not understood is
// refused before anything is done (UX-24).
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	form := url.Values{"deed": {"tag"}, "tags": {"storm, 台風"}, "once": {"k"}}
	var ids []int64
	for range 200 {
		number := strings.TrimPrefix(s.file("sato"), "/requests/")
		id, err := support.ParseNumber(number)
		s.ok(err)
		ids = append(ids, id)
		r, err := s.store.Request(t.Context(), insider, id)
		s.ok(err)
		form.Add("n", number)
		form.Set("seen."+number, itoa(int(r.Seq)))
	}
	for _, id := range ids[:3] { // has moved on since the page was shown
		s.send("sato", "/requests/"+support.Number(id)+"/comments", url.Values{"text": {"Meanwhile."}})
	}
	page := s.send("ito", bulkPath, form).Body.String()
	s.says(page, "Done for 197, refused for 3")
	if n := strings.Count(page, "This request has changed"); n != 3 && strings.Count(page, ">Refused<") != 3 {
		t.Errorf("%d say that they were refused: %s", n, page[:2000])
	}
	again, _, _ := strings.Cut(page[strings.Index(page, `class="buttons"`):], "</form>")
	if n := strings.Count(again, `name="n"`); n != 3 {
		t.Errorf("%d are tried again", n)
	}
	row, err := s.store.Request(t.Context(), insider, ids[199])
	s.ok(err)
	if !slices.Equal(row.Tags, []string{"storm", "台風"}) {
		t.Errorf("tags: %v", row.Tags)
	}
	s.says(s.send("ito", bulkPath, form).Body.String(), "Done for 197, refused for 3") // the same form
	if later, err := s.store.Request(t.Context(), insider, ids[199]); err != nil || later.Seq != row.Seq {
		t.Error("it was done twice", err)
	}
	for want, bad := range map[string]url.Values{
		"Choose what is to be done":      {"n": form["n"][:2]},
		"This is needed for what":        {"n": form["n"][:2], "deed": {"note"}},
		"There is no such active member": {"n": form["n"][:2], "deed": {"assign"}, "staff": {"7"}},
	} {
		w := s.send("ito", bulkPath, bad)
		if s.says(w.Body.String(), want); w.Code != http.StatusUnprocessableEntity {
			t.Error(want, w.Code)
		}
	}
	form.Add("n", support.Number(99_000_000))
	for i := range 2 {
		form.Add("n", support.Number(int64(99_000_001+i)))
	}
	if w := s.send("ito", bulkPath, form); w.Code != http.StatusRequestEntityTooLarge {
		t.Error("more than two hundred", w.Code)
	}
}

// What can be chosen has its icon.
func TestEveryWorkHasAnIcon(t *testing.T) {
	t.Parallel()
	for _, w := range works {
		if icons[w.icon] == "" {
			t.Errorf("%s: there is no icon %q", w.path, w.icon)
		}
	}
}

// No two things have the same keys where both can be done, and each is found by its
// words in both languages (UX-15, UX-16).
func TestKeysAreTheirOwn(t *testing.T) {
	t.Parallel()
	had := map[string]string{}
	for _, k := range paletteIn("ja") {
		if other := had[k.Keys]; k.Keys != "" && other != "" && k.Keys != "w" { // either waits or goes on
			t.Errorf("%s: %s and %s", k.Keys, other, k.Label)
		}
		had[k.Keys] = k.Label
	}
	for _, query := range [][2]string{{"hand over", "hand-over"}, {"引き継ぎ", "hand-over"}, {"Internal note", "note"}, {"内部メモ", "note"}, {"エスカレーション", "escalation"}} {
		if !slices.ContainsFunc(paletteIn("en"), func(k key) bool {
			return k.Do == query[1] && strings.Contains(strings.ToLower(k.Find), strings.ToLower(query[0]))
		}) {
			t.Errorf("%q does not find %s", query[0], query[1])
		}
	}
}

// A request that its reader does not see is not there for them, by its number either
// (T30).
func TestSeveralHoldsWhatIsSeen(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	hidden, open := s.file("sato"), s.file("sato")
	s.send("watanabe", hidden+"/restriction", url.Values{"reason": {"A trial."}})
	numbers := url.Values{"n": {strings.TrimPrefix(hidden, "/requests/"), strings.TrimPrefix(open, "/requests/"), "nonsense"}}
	page := s.send("mori", bulkPath+"?"+numbers.Encode(), nil).Body.String()
	s.says(page, "One of them is not there for you any more", support.SpokenNumber(s.numbered(open)))
	if strings.Contains(page, support.SpokenNumber(s.numbered(hidden))) {
		t.Error("a restricted request is listed")
	}
	numbers.Set("deed", "note")
	numbers.Set("text", "Seen.")
	s.says(s.send("mori", bulkPath, numbers).Body.String(), "Done for one request")
	r, err := s.store.Request(t.Context(), insider, s.numbered(hidden))
	s.ok(err)
	facts, err := s.store.Facts(t.Context(), insider, r.ID)
	s.ok(err)
	for _, f := range facts {
		if _, note := f.Body.(support.NoteAdded); note {
			t.Error("a note was written on a request that is not seen")
		}
	}
}

// Before many requests are changed, or a reply is sent, its writer reads who would be
// mailed, why, and the mail itself; nothing is done by looking, and what was typed stays
// (UX-24).
func TestWhoWouldBeMailedIsShownFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	first, second := s.file("sato"), s.file("endo")
	s.ok(s.desk.Settle(t.Context()))
	number := func(path string) string { return strings.TrimPrefix(path, "/requests/") }
	before := len(s.post.posted())
	form := url.Values{"deed": {"take"}, "n": {number(first), number(second)}, "look": {"yes"}, "once": {newOnce()}}
	w := s.send("ito", bulkPath, form)
	body := w.Body.String()
	sato := s.cast.Contacts["sato"].Email
	for _, x := range []string{"2 mails would leave", sato, s.cast.Contacts["endo"].Email, "Nothing is done yet", "Re: [SR "} {
		if w.Code != http.StatusOK || !strings.Contains(body, x) {
			t.Errorf("looking before taking: %d, without %q", w.Code, x)
		}
	}
	s.ok(s.desk.Settle(t.Context()))
	if owned := strings.Contains(s.send("ito", first, nil).Body.String(), "You own it"); owned || len(s.post.posted()) != before {
		t.Error("looking has done something")
	}
	s.do("ito", first, &support.Take{})
	s.ok(s.desk.Settle(t.Context()))
	before = len(s.post.posted())
	facts := func() int64 {
		id, err := support.ParseNumber(number(first))
		s.ok(err)
		row, err := s.store.Request(t.Context(), insider, id)
		s.ok(err)
		return row.Seq
	}
	seq := facts()
	w = s.send("ito", first+"/comments", url.Values{"text": {"Words that nobody has read yet."}, "look": {"yes"}, "add_tag": {"firmware"}, "once": {newOnce()}})
	body = w.Body.String()
	for _, x := range []string{"One mail would leave", sato, "Nothing is done yet", `value="firmware"`} {
		if w.Code != http.StatusOK || !strings.Contains(body, x) {
			t.Errorf("looking before a reply: %d, without %q", w.Code, x)
		}
	}
	if n := strings.Count(body, "Words that nobody has read yet."); n != 2 {
		t.Errorf("the words stand %d times: in the form and in the mail", n)
	}
	s.ok(s.desk.Settle(t.Context()))
	if facts() != seq || len(s.post.posted()) != before {
		t.Error("looking has written something")
	}
	w = s.send("ito", bulkPath, url.Values{"deed": {"take"}, "n": {number(first)}, "look": {"yes"}, "seen." + number(first): {"1"}})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "0 mails would leave") {
		t.Errorf("what would be refused: %d", w.Code)
	}
	if w = s.send("sato", first+"/comments", url.Values{"text": {"From a customer"}, "look": {"yes"}, "once": {newOnce()}}); w.Code != http.StatusSeeOther {
		t.Errorf("a customer's comment is not sent: %d", w.Code)
	}
}
