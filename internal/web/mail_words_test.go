package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
	"madoguchi/internal/support"
)

// An administrator reads every kind of mail over an example in every language in
// which it is written, says some of it in words of their own, looks at them first,
// sends the example to themselves, and goes back; the next mail says what holds. What
// cannot be said is refused at its place, and no notice waits for it (UX-13).
func TestMailsAreSaidInTheDesksOwnWords(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const key = "mail.say.commented"
	path := wordsPath("comment", "en")
	read := func(path string) string {
		t.Helper()
		w := s.send("ishikawa", path, nil)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String()
	}
	if w := s.send("ito", mailWordsPath, nil); w.Code != http.StatusNotFound {
		t.Errorf("an engineer comes there: %d", w.Code)
	}
	list := read(mailWordsPath)
	for _, language := range desk.MailLanguages {
		for _, k := range notify.Kinds(language) {
			if language == "en" && !strings.Contains(list, wordsPath(k.Template, "en")+`"`) {
				t.Errorf("the list lacks %s", k.Template)
			}
			if w := s.send("ishikawa", wordsPath(k.Template, language), nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Send it to me") {
				t.Errorf("%s in %s: %d", k.Template, language, w.Code)
			}
		}
	}
	version := func() string {
		return regexp.MustCompile(`name="read" value="(\d+)"`).FindStringSubmatch(read(path))[1]
	}
	keep := func(text string, more ...string) (int, string) {
		t.Helper()
		form := url.Values{"read": {version()}, key: {text}}
		for _, x := range more {
			form.Set(x, "yes")
		}
		w := s.send("ishikawa", path, form)
		return w.Code, w.Body.String()
	}
	if code, body := keep("{nobody} writes"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "{nobody} is not filled in here. What is: {who") || !strings.Contains(body, `value="{nobody} writes"`) {
		t.Errorf("a broken template: %d", code)
	}
	if code, body := keep("Our {who} writes to you:", "look"); code != http.StatusOK || !strings.Contains(body, "Nothing is kept yet") || !strings.Contains(body, "Our Ito Makoto writes to you:") && !strings.Contains(body, "Our Makoto Ito writes to you:") {
		t.Errorf("looking first: %d", code)
	}
	if v := version(); v != "0" {
		t.Errorf("looking has kept version %s", v)
	}
	if code, body := keep("Our {who} writes to you:"); code != http.StatusSeeOther {
		t.Fatalf("keeping: %d %.1000s", code, body)
	}
	stale := url.Values{"read": {"0"}, key: {"Mine"}}
	if w := s.send("ishikawa", path, stale); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Somebody else has changed these words") {
		t.Errorf("over somebody else's words: %d", w.Code)
	}
	request := s.file("sato")
	s.do("ito", request, &support.Take{})
	comment := func(text string) string {
		t.Helper()
		s.do("ito", request, &support.Comment{Text: support.T(text), Channel: support.Mail})
		s.ok(s.desk.Settle(t.Context()))
		s.post.Lock()
		defer s.post.Unlock()
		for i := len(s.post.mails) - 1; i >= 0; i-- {
			if m := s.post.mails[i]; strings.Contains(m.Text, text) {
				return m.Text + m.HTML
			}
		}
		t.Fatal("no mail left")
		return ""
	}
	sato := s.cast.Contacts["sato"]
	if sato.Language != "ja" {
		t.Fatalf("sato reads %s", sato.Language)
	}
	if text := comment("The first one."); strings.Contains(text, "writes to you") {
		t.Error("a mail in Japanese has the English words")
	}
	ja := wordsPath("comment", "ja")
	if w := s.send("ishikawa", ja, url.Values{"read": {"0"}, key: {"弊社の{who}より："}}); w.Code != http.StatusSeeOther {
		t.Fatalf("in Japanese: %d", w.Code)
	}
	if text := comment("The second one."); strings.Count(text, "弊社の") != 2 {
		t.Errorf("the mail lacks the own words: %s", text)
	}
	w := s.send("ishikawa", ja+"/test", url.Values{})
	s.post.Lock()
	last := s.post.mails[len(s.post.mails)-1]
	s.post.Unlock()
	if w.Code != http.StatusSeeOther || last.To.Email != s.cast.Staff["ishikawa"].Email || !strings.HasPrefix(last.Subject, "[例] ") || !strings.Contains(last.Text, "弊社の") {
		t.Errorf("the example that was sent: %d, %+v", w.Code, last)
	}
	if w := s.send("ishikawa", ja+"/versions?version=0", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("back to ours: %d", w.Code)
	}
	if text := comment("The third one."); strings.Contains(text, "弊社の") {
		t.Error("ours are not said again")
	}
	if w := s.send("ishikawa", ja+"/versions?version=1", url.Values{}); w.Code != http.StatusSeeOther || !strings.Contains(s.send("ishikawa", ja+"/html", nil).Body.String(), "弊社の") {
		t.Errorf("back to the first version: %d", w.Code)
	}
}
