package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// The queue is narrowed by its address, says what is set and how to take it off,
// and is kept as a view with a count of its own (UX-18, UX-19).
func TestQueueIsNarrowedAndKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	for range 3 {
		s.file("sato")
	}
	first := s.file("tanaka")
	actor := s.cast.Actor("ito")
	id, err := support.ParseNumber(strings.TrimPrefix(first, "/requests/"))
	s.ok(err)
	tags := []string{"storage"}
	_, err = s.desk.Do(t.Context(), actor, id, &support.ChangeDetails{Tags: &tags})
	s.ok(err)
	rows := func(path string) int {
		t.Helper()
		w := s.send("ito", path, nil)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return strings.Count(w.Body.String(), `<li id="r`)
	}
	for path, want := range map[string]int{
		"/": 4, "/?tag=storage": 1, "/?tag=none": 0, "/?severity=3": 4, "/?severity=1": 0, "/?turn=customer": 0, "/?owner=me": 0, "/?owner=none": 4,
		"/?product=esx&sort=newest": 4, "/?severity=nonsense&product=nothing": 4, "/?view=mine": 0, "/?region=apj": 4, "/?language=ja": 4,
	} {
		if got := rows(path); got != want {
			t.Errorf("%s shows %d, want %d", path, got, want)
		}
	}
	page := s.send("ito", "/?tag=storage&severity=3", nil).Body.String()
	for _, want := range []string{`href="/?severity=3" aria-label="Without Tag storage"`, "Keep as view"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if w := s.send("ito", "/views", url.Values{"query": {"tag=storage"}, "name": {""}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Give the view a name.") {
		t.Errorf("a nameless view: %d", w.Code)
	}
	w := s.send("ito", "/views", url.Values{"query": {"tag=storage"}, "name": {"Storage"}})
	at, _, _ := strings.Cut(w.Header().Get("Location"), "&told")
	if w.Code != http.StatusSeeOther || !strings.Contains(at, "tag=storage") {
		t.Fatalf("%d %s", w.Code, at)
	}
	if got := rows(at); got != 1 {
		t.Errorf("the view shows %d", got)
	}
	if strings.Contains(s.send("byrne", "/", nil).Body.String(), ">Storage<") {
		t.Error("somebody else's view is shown")
	}
	var counts map[string]string
	s.ok(json.Unmarshal(s.send("ito", "/counts", nil).Body.Bytes(), &counts))
	for path, n := range counts {
		if strings.Contains(path, "kept=") && n != "1" {
			t.Errorf("the view counts %s", n)
		}
	}
	if counts["/"] != "4" || counts["/?view=mine"] != "0" || len(counts) != 4 {
		t.Errorf("counted %v", counts)
	}
	if w := s.send("ito", "/next", url.Values{}); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/requests/") {
		t.Errorf("the next one: %d %s", w.Code, w.Header().Get("Location"))
	}
	if got := rows("/?view=mine"); got != 1 {
		t.Errorf("after taking the next one %d are mine", got)
	}
}
