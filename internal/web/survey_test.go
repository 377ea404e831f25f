package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// The survey has a page: it asks whom it was sent to, takes one answer and thanks,
// and reading it answers nothing (T34).
// guide: R50
func TestTheSurveyIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	page := path + "/survey"
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	s.says(s.send("sato", page, nil).Body.String(), "There is no survey for you here")
	for as, cmd := range map[string]support.Command{"ito": &support.Take{}} {
		_, err := s.desk.Do(t.Context(), s.cast.Actor(as), id, cmd)
		s.ok(err)
	}
	_, err = s.desk.Do(t.Context(), s.cast.Actor("ito"), id, &support.ProposeCompletion{Reason: "confirmed"})
	s.ok(err)
	s.send("sato", path+"/completion", url.Values{})
	s.says(s.send("sato", path, nil).Body.String(), "How did we do?")
	for range 2 {
		s.says(s.send("sato", page, nil).Body.String(), `name="score"`, "Snapshots fail")
	}
	s.says(s.send("suzuki", page, nil).Body.String(), "There is no survey for you here")
	for _, as := range []string{"tanaka", "ito"} {
		if w := s.send(as, page, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", as, w.Code)
		}
	}
	w := s.send("sato", page, url.Values{"score": {"9"}, "text": {"Quick <b>help</b>"}})
	s.says(w.Body.String(), "data-summary", "Quick &lt;b&gt;help&lt;/b&gt;", `name="score"`)
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	w = s.send("sato", page, url.Values{"score": {"5"}, "text": {"Quick help"}, "once": {"a"}})
	if w.Header().Get("Location") != page+"?told=survey" {
		t.Fatal(w.Code, w.Header())
	}
	thanks := s.send("sato", page, nil).Body.String()
	s.says(thanks, "Thank you for your opinion", "You gave 5 of 5")
	if strings.Contains(thanks, `name="score"`) {
		t.Error("it asks again")
	}
	s.says(s.send("suzuki", page, nil).Body.String(), "There is no survey for you here")
	if w := s.send("sato", page, url.Values{"score": {"1"}, "once": {"b"}}); w.Code != http.StatusConflict {
		t.Error("a second answer: ", w.Code)
	}
}
