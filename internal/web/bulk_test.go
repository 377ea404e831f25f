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
