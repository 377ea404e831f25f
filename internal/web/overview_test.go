package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"

	"golang.org/x/net/html"
)

// busy gives the desk something to look over: requests that run, one that is missed,
// one that is escalated, one that waits for the customer, and one of another team.
func (s *stage) busy() {
	s.Helper()
	on := func(path, as string, c support.Command) {
		s.Helper()
		id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
		s.ok(err)
		_, err = s.desk.Do(s.Context(), s.cast.Actor(as), id, c)
		s.ok(err)
	}
	on(s.file("sato"), "ito", &support.Take{})
	waits := s.file("tanaka")
	s.ok(s.desk.Advance(s.Context(), s.clock.Set, s.clock.Now().Add(4*24*time.Hour)))
	on(waits, "byrne", &support.Take{})
	on(waits, "byrne", &support.Ask{NewAsk: support.NewAsk{Kind: "debug_data", Text: support.T("Logs, please.")}})
	on(s.file("tanaka"), "tanaka", &support.Escalate{Reason: support.T("Nobody calls."), Statement: support.T("Call."), Impact: support.T("All stands.")})
	actor := s.cast.Actor("sato")
	_, err := s.desk.Do(s.Context(), actor, 0, &support.File{Kind: support.CS, Channel: support.Portal, Contact: actor.ID, Topic: "portal", Title: support.T("keys")})
	s.ok(err)
}

// linked are the numbers of a page that lead to the queue, by where they lead.
func linked(s *stage, body string) map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)<a[^>]* href="(/(?:\?[^"]*)?)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(body, -1) {
		if n := regexp.MustCompile(`>\s*(\d+)\s*<`).FindStringSubmatch(">" + m[2] + "<"); n != nil {
			out[html.UnescapeString(m[1])] = n[1]
		}
	}
	return out
}

// Every number of a manager's overview leads to as many requests; others do not see
// it, and a desk on which nothing is open says what to do.
func TestOverviewCountsWhatTheQueueShows(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.says(s.send("watanabe", overviewPath, nil).Body.String(), "Nothing is open", `href="/manage/accounts"`)
	s.busy()
	w := s.send("watanabe", overviewPath, nil)
	body := w.Body.String()
	s.says(body, "of 4 open", "Without an owner", "By team", "Licence support", "1 (25 %)", `class="fill-brand"`)
	if strings.Contains(body, "style=") {
		t.Error("a chart brings its own style")
	}
	numbers := linked(s, body)
	for path, want := range map[string]string{"/": "4", "/?due=missed": "1", "/?escalated=yes": "1", "/?view=unowned": "2"} {
		if numbers[path] != want {
			t.Errorf("%s: %q, want %s", path, numbers[path], want)
		}
	}
	if len(numbers) < 12 {
		t.Errorf("few numbers lead to the queue: %v", numbers)
	}
	for path, n := range numbers {
		if got := strings.Count(s.send("watanabe", path, nil).Body.String(), `<li id="r`); strconv.Itoa(got) != n {
			t.Errorf("%s: the overview says %s, the queue shows %d", path, n, got)
		}
	}
	ages := 0
	for _, age := range agesListed {
		ages += strings.Count(s.send("watanabe", "/?age="+age, nil).Body.String(), `<li id="r`)
	}
	if ages != 4 {
		t.Errorf("%d requests have an age, want 4", ages)
	}
	for as, want := range map[string]int{"ishikawa": http.StatusOK, "ito": http.StatusNotFound, "sato": http.StatusNotFound} {
		if w := s.send(as, overviewPath, nil); w.Code != want {
			t.Errorf("%s: %d", as, w.Code)
		}
	}
	if strings.Contains(s.send("ito", "/", nil).Body.String(), overviewPath) {
		t.Error("an engineer is led to the overview")
	}
}
