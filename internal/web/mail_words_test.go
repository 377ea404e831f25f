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

const wordsKey = "mail.say.commented"

// Every kind of mail is read over an example in every language in which it is written,
// by administrators alone (UX-13).
func TestMailsOfAllKindsAreRead(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	if w := s.send("ito", mailWordsPath, nil); w.Code != http.StatusNotFound {
		t.Errorf("an engineer comes there: %d", w.Code)
	}
	list := s.send("ishikawa", mailWordsPath, nil).Body.String()
	for _, language := range desk.MailLanguages {
		for _, k := range desk.MailKinds(language) {
			if language == "en" && !strings.Contains(list, wordsPath(k.Template, "en")+`"`) {
				t.Errorf("the list lacks %s", k.Template)
			}
			if w := s.send("ishikawa", wordsPath(k.Template, language), nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Send it to me") {
				t.Errorf("%s in %s: %d", k.Template, language, w.Code)
			}
		}
	}
}

// What cannot be said is refused at its place; words are looked at first without being
// kept, and nobody writes over those of somebody else unseen (UX-13).
func TestWordsOfMailsAreChecked(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := wordsPath("comment", "en")
	version := func() string {
		return regexp.MustCompile(`name="read" value="(\d+)"`).FindStringSubmatch(s.send("ishikawa", path, nil).Body.String())[1]
	}
	keep := func(text string, more ...string) (int, string) {
		t.Helper()
		form := url.Values{"read": {version()}, wordsKey: {text}}
		for _, x := range more {
			form.Set(x, "yes")
		}
		w := s.send("ishikawa", path, form)
		return w.Code, w.Body.String()
	}
	for _, more := range [][]string{nil, {"look"}} {
		if code, body := keep("{nobody} writes", more...); code != http.StatusUnprocessableEntity || !strings.Contains(body, "{nobody} is not filled in here. What is: {who") || !strings.Contains(body, `value="{nobody} writes"`) {
			t.Errorf("a broken template: %d", code)
		}
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
	if w := s.send("ishikawa", path, url.Values{"read": {"0"}, wordsKey: {"Mine"}}); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Somebody else has changed these words") {
		t.Errorf("over somebody else's words: %d", w.Code)
	}
}

// The next mail says the desk's own words in the language of its reader, so does an
// example that is sent to whoever asks, and there is a way back to ours and to every
// version (UX-13).
func TestMailsAreSaidInTheDesksOwnWords(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	request := s.file("sato")
	s.do("ito", request, &support.Take{})
	newest := func() notify.Mail {
		s.post.Lock()
		defer s.post.Unlock()
		return s.post.mails[len(s.post.mails)-1]
	}
	comment := func(text string) string {
		t.Helper()
		s.do("ito", request, &support.Comment{Text: support.T(text), Channel: support.Mail})
		s.ok(s.desk.Settle(t.Context()))
		m := newest()
		if !strings.Contains(m.Text, text) {
			t.Fatalf("the newest mail is another one: %s", m.Text)
		}
		return m.Text + m.HTML
	}
	ja := wordsPath("comment", "ja")
	do := func(path string, form url.Values) {
		t.Helper()
		if w := s.send("ishikawa", path, form); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %.1000s", path, w.Code, w.Body)
		}
	}
	do(wordsPath("comment", "en"), url.Values{"read": {"0"}, wordsKey: {"Our {who} writes to you:"}})
	if text := comment("The first one."); strings.Contains(text, "writes to you") {
		t.Error("a mail in Japanese has the English words")
	}
	do(ja, url.Values{"read": {"0"}, wordsKey: {"弊社の{who}より："}})
	if text := comment("The second one."); strings.Count(text, "弊社の") != 2 {
		t.Errorf("the mail lacks the own words: %s", text)
	}
	do(ja+"/test", url.Values{})
	if m := newest(); m.To.Email != s.cast.Staff["ishikawa"].Email || !strings.HasPrefix(m.Subject, "[例] ") || !strings.Contains(m.Text, "弊社の") {
		t.Errorf("the example that was sent: %+v", m)
	}
	for language, begins := range map[string]string{"en": "[Example] ", "de": "[Beispiel] ", "fr": "[Exemple] "} {
		do(wordsPath(desk.MailKinds(language)[0].Template, language)+"/test", url.Values{})
		if m := newest(); m.Language != language || !strings.HasPrefix(m.Subject, begins) {
			t.Errorf("%s: the subject of the example is %q", language, m.Subject)
		}
	}
	do(ja+"/versions?version=0", url.Values{})
	if text := comment("The third one."); strings.Contains(text, "弊社の") {
		t.Error("ours are not said again")
	}
	do(ja+"/versions?version=1", url.Values{})
	if !strings.Contains(s.send("ishikawa", ja+"/html", nil).Body.String(), "弊社の") {
		t.Error("the first version does not hold again")
	}
}
