package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// says looks for words in a page.
func (s *stage) says(body string, words ...string) {
	s.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			s.Errorf("the page lacks %q", w)
		}
	}
}

// On a Saturday night with a Basic contract, severity 1 shows when it is
// answered and that after-hours support can be bought, in one view, before
// anything is filed (SC-01, UX-03, UX-04).
// guide: R33, A14
func TestFilingShowsThePromiseBeforehand(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	what := s.send("sato", newPath, nil).Body.String()
	s.says(what, `id="product-esx"`, `value="4.0"`, "BAS-2010-0417")
	if strings.Contains(what, `id="product-fusion"`) {
		t.Error("a product without support can be chosen (UX-02)")
	}
	s.says(what, "My product is not here", "These ways are open")
	w := s.send("sato", newPath, url.Values{"product": {"esx"}, "version-esx": {"4.0"}, "to": {"how"}})
	if w.Header().Get("Location") != newPath+"?step=how" {
		t.Fatal(w.Code, w.Header().Get("Location"))
	}
	s.send("sato", newPath, url.Values{"environment": {"production"}, "asked": {"environment"}, "to": {"how"}})
	how := s.send("sato", newPath+"?step=how", nil).Body.String()
	i := strings.Index(how, `id="severity-1"`)
	j := strings.Index(how, `id="severity-2"`)
	if i < 0 || j < i {
		t.Fatal("there are no severities")
	}
	s.says(how[i:j], "We answer by Mon 8 Jun 2026, 13:30 JST", "after-hours support can be bought", "0120-000-000", "What we need from you:")
	s.says(how[j:], "We answer by Mon 8 Jun 2026, ")

	s.send("sato", newPath, url.Values{"severity": {"1"}, "criteria-1": {"production_down"}, "asked": {"severity", "criteria-1"}, "to": {"text"}})
	s.send("sato", newPath, url.Values{"title": {"ESX host down"}, "text": {"The line stands."}, "impact": {"Assembly stopped"}, "to": {"review"}})
	review := s.send("sato", newPath+"?step=review", nil).Body.String()
	s.says(review, "ESX host down", "We answer by Mon 8 Jun 2026, 13:30 JST", "Assembly stopped")
	filed := s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"a"}})
	to := filed.Header().Get("Location")
	if filed.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/requests/100") {
		t.Fatal(filed.Code, to, filed.Body.String())
	}
	page := s.send("sato", to, nil).Body.String()
	s.says(page, "ESX host down", "Mon 8 Jun 2026, 13:30 JST", "0120-000-000", "Your request is filed")
	if again := s.send("sato", newPath+"?step=text", nil).Body.String(); strings.Contains(again, "ESX host down") {
		t.Error("the draft is still there")
	}
}

// What is refused leads to the step that asks it, keeps what was typed, names
// the field and says what to do (UX-30); a draft is there on another day.
func TestFilingKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.send("sato", newPath, url.Values{"product": {"esx"}, "version-esx": {"4.0"}, "severity": {"3"}, "environment": {"production"},
		"text": {"It <b>fails</b>"}, "to": {"review"}})
	w := s.send("sato", newPath, url.Values{"to": {"file"}})
	s.says(w.Body.String(), "data-summary", `href="#f-title"`, `aria-invalid`, "It &lt;b&gt;fails&lt;/b&gt;")
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	delete(s.secrets, "sato") // another session
	s.says(s.send("sato", newPath+"?step=text", nil).Body.String(), "It &lt;b&gt;fails&lt;/b&gt;")
	if body := s.send("suzuki", newPath+"?step=text", nil).Body.String(); strings.Contains(body, "fails") {
		t.Error("a draft is somebody else's to read")
	}
	s.send("sato", "/drafts", url.Values{"about": {newPath}, "title": {"Kept title"}})
	s.says(s.send("sato", newPath+"?step=text", nil).Body.String(), `value="Kept title"`, "It &lt;b&gt;fails&lt;/b&gt;")
	if w := s.send("sato", "/drafts", url.Values{"about": {"/elsewhere"}, "text": {"x"}}); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
	if w := s.send("sato", "/drafts", url.Values{"about": {newPath}, "text": {"\xff"}}); w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	s.send("sato", newPath, url.Values{"to": {"drop"}})
	if body := s.send("sato", newPath+"?step=text", nil).Body.String(); strings.Contains(body, "Kept title") {
		t.Error("a draft that was thrown away is there")
	}
}

// What is filed is what was reviewed: when another window has gone on typing, nothing is
// filed and the review is shown as it is now (UX-06).
func TestWhatIsFiledWasReviewed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	seen := func(page string) string {
		t.Helper()
		m := regexp.MustCompile(`name="seen" value="(\w+)"`).FindStringSubmatch(page)
		if m == nil {
			t.Fatal("the review does not say what it shows")
		}
		return m[1]
	}
	s.send("sato", newPath, url.Values{"product": {"esx"}, "version-esx": {"4.0"}, "severity": {"3"}, "environment": {"production"},
		"title": {"As reviewed"}, "text": {"It is slow."}, "to": {"review"}})
	first := seen(s.send("sato", newPath+"?step=review", nil).Body.String())
	s.send("sato", "/drafts", url.Values{"about": {newPath}, "title": {"From another window"}})
	w := s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"a"}, "seen": {first}})
	s.says(w.Body.String(), "in another window", "From another window", `value="file"`)
	if w.Code != http.StatusConflict {
		t.Error(w.Code)
	}
	w = s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"a"}, "seen": {seen(w.Body.String())}})
	to := w.Header().Get("Location")
	s.says(s.send("sato", to, nil).Body.String(), "From another window")
	again := s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"a"}, "seen": {first}})
	if again.Header().Get("Location") != to {
		t.Error("what was filed is asked for once more", again.Code, again.Header().Get("Location"))
	}
	list, _, err := s.store.Requests(t.Context(), insider, store.Filter{})
	if s.ok(err); len(list) != 1 {
		t.Errorf("%d requests", len(list))
	}
}

// A form that is sent twice, even at once, is carried out once.
func TestFormsAreCarriedOutOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.send("sato", newPath, url.Values{"product": {"esx"}, "version-esx": {"4.0"}, "severity": {"3"}, "environment": {"production"},
		"title": {"Once"}, "to": {"review"}})
	var wait sync.WaitGroup
	places := make([]string, 8)
	s.session("sato")
	for i := range places {
		wait.Go(func() {
			places[i] = s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"k"}}).Header().Get("Location")
		})
	}
	wait.Wait()
	list, _, err := s.store.Requests(t.Context(), insider, store.Filter{})
	s.ok(err)
	if len(list) != 1 {
		t.Errorf("%d requests: %v", len(list), places)
	}
	path := "/requests/" + support.Number(list[0].ID)
	for range 3 {
		s.send("sato", path+"/comments", url.Values{"text": {"It failed again."}, "once": {"c"}})
	}
	if n := strings.Count(s.send("ito", path, nil).Body.String(), "It failed again."); n != 1 {
		t.Errorf("the comment stands %d times", n)
	}
}

// Nobody answers on what is old: whoever wrote meanwhile is shown, and the
// writer sends, changes or drops it (UX-21).
func TestSendingStopsWhenSomethingArrived(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.send("sato", path+"/comments", url.Values{"text": {"First."}, "seen": {"1"}})
	w := s.send("suzuki", path+"/comments", url.Values{"text": {"My own words."}, "seen": {"1"}, "once": {"a"}})
	s.says(w.Body.String(), "Something new has arrived", "My own words.", `name="anyway"`)
	if _, news, _ := strings.Cut(w.Body.String(), `class="news"`); !strings.Contains(strings.Split(news, "</ol>")[0], "First.") {
		t.Error("what has arrived is not shown beside the words that wait")
	}
	if w.Code != http.StatusConflict {
		t.Error(w.Code)
	}
	if body := s.send("ito", path, nil).Body.String(); strings.Contains(body, "My own words.") {
		t.Error("it was sent all the same")
	}
	s.send("suzuki", path+"/comments", url.Values{"text": {"My own words."}, "seen": {"1"}, "once": {"b"}, "anyway": {"yes"}})
	s.says(s.send("ito", path, nil).Body.String(), "My own words.")
}

// Each thing that waits for the customer has its form, and leads where it should
// (R26, R49, UX-11, UX-12).
func TestCustomersFormsLeadSomewhere(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	does := func(as string, cmd support.Command) {
		t.Helper()
		_, err := s.desk.Do(t.Context(), s.cast.Actor(as), id, cmd)
		s.ok(err)
	}
	form := func(as, to string, want int, values ...string) string {
		t.Helper()
		f := url.Values{}
		for i := 0; i+1 < len(values); i += 2 {
			f.Add(values[i], values[i+1])
		}
		w := s.send(as, path+"/"+to, f)
		if w.Code != want {
			t.Errorf("%s: %d, want %d: %s", to, w.Code, want, w.Body.String())
		}
		return w.Body.String()
	}
	does("ito", &support.Take{})
	does("ito", &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDebugData, Text: support.T("A bundle, please.")}})
	s.says(s.send("sato", path, nil).Body.String(), "We ask:", "A bundle, please.", `action="`+path+`/answers"`, "Your turn")
	s.says(form("sato", "answers", http.StatusNotFound, "n", "7", "text", "kept words"), "kept words")
	form("sato", "answers", http.StatusSeeOther, "n", "1", "text", "Here it is.")
	s.says(s.send("sato", path, nil).Body.String(), "Our turn")
	s.says(form("sato", "severity", http.StatusUnprocessableEntity, "to", "2"), "data-summary")
	s.says(form("sato", "severity", http.StatusUnprocessableEntity, "to", "2", "impact", "Ten people wait.", "dedicated", "12"), `href="#f-severity-dedicated"`, "Ten people wait.")
	form("sato", "severity", http.StatusSeeOther, "to", "2", "impact", "Ten people wait.", "dedicated", s.cast.Contacts["mizuno"].Number+"\r\n"+s.cast.Contacts["endo"].Number)
	r, err := s.desk.Request(t.Context(), insider, id)
	s.ok(err)
	if r.Raise == nil || len(r.Raise.Dedicated) != 2 {
		t.Errorf("who can be reached: %+v", r.Raise)
	}
	form("sato", "escalation", http.StatusSeeOther, "reason", "Two days without a word.", "statement", "Somebody must look.", "impact", "The line stands.", "milestone_at", "2026-06-09T09:00")
	s.says(form("sato", "escalation", http.StatusUnprocessableEntity, "milestone_at", "tomorrow", "statement", "again"), "This is no date")
	form("sato", "watchers", http.StatusUnprocessableEntity, "contact", "12")
	form("sato", "watchers", http.StatusSeeOther, "contact", s.cast.Contacts["okada"].Number)
	form("okada", "comments", http.StatusSeeOther, "text", "I watch.")
	form("okada", "watchers-removed", http.StatusSeeOther, "contact", s.cast.Contacts["okada"].Number)
	form("okada", "comments", http.StatusNotFound, "text", "I do not.")
	if body := s.send("sato", path, nil).Body.String(); strings.Contains(body, path+"/deescalation") {
		t.Error("it is asked to end what has just begun")
	}
	does("ito", &support.ConfirmDeescalation{Check: "plan_ok"})
	s.says(s.send("sato", path, nil).Body.String(), "We propose to end the escalation")
	form("sato", "deescalation", http.StatusSeeOther)
	if r, err = s.desk.Request(t.Context(), insider, id); err != nil || len(r.Escalation.Confirmed) != 2 {
		t.Errorf("%v %v", r.Escalation.Confirmed, err)
	}
	does("ito", &support.ProposeCompletion{Reason: "confirmed"})
	s.says(s.send("sato", path, nil).Body.String(), "Is it solved for you?")
	form("sato", "objection", http.StatusSeeOther, "text", "Not yet.")
	does("ito", &support.ProposeCompletion{Reason: "confirmed"})
	form("sato", "completion", http.StatusSeeOther)
	form("sato", "reopening", http.StatusSeeOther, "text", "It is back.")
	s.says(s.send("sato", path, nil).Body.String(), "It is back.")
}

// What runs where, what was changed, and whose products take part are asked on the
// way to a request, stand in its review, and are on the request by their kinds.
// guide: R17, R39, R40, R41
func TestFilingAsksAboutTheEnvironment(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.send("tanaka", newPath, url.Values{"product": {"vsphere"}, "version-vsphere": {"4.0"}, "severity": {"3"}, "criteria-3": {"usable"}, "environment": {"production"}, "to": {"text"}})
	text := s.send("tanaka", newPath+"?step=text", nil).Body.String()
	s.says(text, "ESX with its service console", "A guest has crashed", "Changed lately: Storage", "Windows Server 2008", "Gold Enterprise", `id="suggestions"`)
	more := url.Values{"title": {"Guests stop"}, "text": {"Since noon."}, "platforms": {"esxi", "windows_guest", "nonsense"}, "symptom": {"guest_crash"},
		"change-storage": {"New array at noon"}, "third-0-vendor": {"Fulcrum"}, "third-0-version": {"2.1"}, "guest": {"windows_server_2008"}, "premier": {"yes"},
		"asked": {"platforms", "premier"}, "to": {"review"}}
	s.send("tanaka", newPath, more)
	s.says(s.send("tanaka", newPath+"?step=review", nil).Body.String(), "ESXi, Windows as a guest", "New array at noon", "Windows Server 2008", "A guest has crashed")
	w := s.send("tanaka", newPath, url.Values{"to": {"file"}})
	s.says(w.Body.String(), `href="#f-third-0-component"`, `id="f-third-0-component-wrong"`, `value="Fulcrum"`, "<details class=\"drawer\" open")
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	s.send("tanaka", newPath, url.Values{"third-0-component": {"HBA 8G"}, "to": {"review"}})
	w = s.send("tanaka", newPath, url.Values{"to": {"file"}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body.String())
	}
	id, err := support.ParseNumber(strings.TrimPrefix(strings.Split(w.Header().Get("Location"), "?")[0], "/requests/"))
	s.ok(err)
	facts, err := s.store.Facts(t.Context(), insider, id)
	s.ok(err)
	var r support.Request
	support.Fold(&r, facts...)
	d := r.Details
	if len(d.Platforms) != 2 || d.Symptom != "guest_crash" || len(d.Changes) != 1 || d.Changes[0].Kind != "storage" || len(r.ThirdParties) != 1 || r.Filed.Guest == nil || r.Filed.Guest.Item != "validated" {
		t.Errorf("%+v %+v %+v", d, r.ThirdParties, r.Filed.Guest)
	}
	page := s.send("tanaka", "/requests/"+support.Number(id), nil).Body.String()
	s.says(page, "New array at noon", "Fulcrum HBA 8G 2.1")
}
