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

// Whoever looks at a request learns who else does, who writes, and that something
// has arrived; customers are told of nobody (UX-20).
func TestTwoSeeEachOther(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	there := func(as string, form url.Values) (now presentNow) {
		t.Helper()
		w := s.send(as, path+"/presence", form)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", as, w.Code, w.Body)
		}
		if w.Body.Len() > 0 {
			s.ok(json.Unmarshal(w.Body.Bytes(), &now))
		}
		return now
	}
	if now := there("ito", url.Values{"tab": {"1"}}); len(now.Who) != 0 {
		t.Errorf("alone, and told of %v", now.Who)
	}
	there("byrne", url.Values{"tab": {"2"}, "writing": {"yes"}})
	now := there("ito", url.Values{"tab": {"1"}})
	if len(now.Who) != 1 || now.Who[0] != "Aoife Byrne is writing" {
		t.Errorf("told of %v", now.Who)
	}
	if w := s.send("sato", path+"/comments", url.Values{"text": {"Any news?"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if later := there("ito", url.Values{"tab": {"1"}}); later.Seq <= now.Seq {
		t.Error("nothing tells that something has arrived")
	}
	there("byrne", url.Values{"tab": {"2"}, "gone": {"yes"}})
	if now := there("ito", url.Values{"tab": {"1"}}); len(now.Who) != 0 {
		t.Errorf("after they left: %v", now.Who)
	}
	for as, want := range map[string]int{"sato": 404, "": 401} {
		if w := s.send(as, path+"/presence", url.Values{"tab": {"x"}}); w.Code != want {
			t.Errorf("%q: %d", as, w.Code)
		}
	}
	if strings.Contains(s.send("sato", path, nil).Body.String(), "data-present") {
		t.Error("a customer's page asks who is there")
	}
}
