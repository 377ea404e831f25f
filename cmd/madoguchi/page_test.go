package main

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// holds says what a page lacks.
func (s *stage) holds(path string, want ...string) {
	s.t.Helper()
	_, body := s.page(path)
	for _, w := range want {
		if !strings.Contains(body, w) {
			s.t.Errorf("%s lacks %q", path, w)
		}
	}
}

// written is a severity 1 of Sato, filed in the portal on a Saturday night.
func (s *stage) written() int64 {
	s.t.Helper()
	sato := s.cast.Contacts["sato"]
	done, err := s.desk.Do(s.t.Context(), support.Actor{Kind: support.Customer, ID: sato.ID}, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: sato.ID, Product: "esx", Version: "4.0", Severity: 1,
		Criteria: []string{"production_down"}, Title: support.T("ESX host down"), Details: support.Details{Environment: "production"},
	})
	s.ok(err)
	return done.ID
}

func (s *stage) does(key string, id int64, cmd support.Command) {
	s.t.Helper()
	by := support.Actor{Kind: support.Vendor, ID: s.cast.Staff[key].ID}
	if c, ok := s.cast.Contacts[key]; ok {
		by = support.Actor{Kind: support.Customer, ID: c.ID}
	}
	_, err := s.desk.Do(s.t.Context(), by, id, cmd)
	s.ok(err)
}

// The page of a severity 1 says to call, and what can be bought; nobody works on
// what nobody owns, and what is missed is red.
// guide: A14, R33
func TestPageSaysWhatTheCustomerCanDo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.written()
	page := "/requests/" + support.Number(id) + "?as=sato&lang="
	s.holds(page+"en", "please call us as well", "0120-000-000", "After-hours support can be bought")
	s.holds(page+"ja", "サポートの番です（担当者を割り当て中）", "受付")
	if _, body := s.page("/requests/" + support.Number(id) + "?as=ito&lang=en"); strings.Contains(body, "please call us") {
		t.Error("staff are told to call support")
	}
	s.does("hayashi", id, &support.OfferAfterHours{Price: support.T("x")})
	s.holds(page+"en", "Your turn", "After-hours support is offered for this request", "Buy after-hours support")
	s.ok(s.hands.Advance(t.Context(), s.hands.Now().Add(3*24*time.Hour)))
	s.holds(page+"en", `turnbar turn-customer overdue`, `class="late"`)
}

// Who has to do what by when stands on the page.
func TestPageSaysWhoDoesWhatByWhen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.written()
	now := s.hands.Now()
	s.does("ito", id, &support.Take{})
	s.does("ito", id, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDebugData, Text: support.T("vm-support"), DueAt: now.Add(time.Hour)}})
	s.does("ito", id, &support.ProposeCompletion{Reason: "confirmed"})
	none := support.T("none")
	s.does("ito", id, &support.AnnounceHandOver{To: s.cast.Staff["byrne"].ID, Ground: "time_zone", EffectiveAt: now.Add(2 * time.Hour),
		Note: support.HandOverNote{State: none, Next: none, Promises: none, DoNot: none}})
	s.does("ito", id, &support.Wait{Kind: support.WaitingEngineering, Reason: support.T("x")})
	path := "/requests/" + support.Number(id) + "?lang=en&as="
	s.holds(path+"sato", ">Now<", "We propose to complete this request: ", "by Sat 6 Jun 2026, 03:06 JST",
		"Takes over from", "on Sat 6 Jun 2026, 04:06 JST", "waiting for engineering")
}

// The page tells how what is asked for is gathered, and what is still missing;
// what engineering is asked is not the customer's to read.
// guide: R17
func TestPageTellsHowToGather(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.written()
	ask := support.NewAsk{Kind: support.AskDebugData, Item: "bundle_esx", Text: support.T("The bundle, please.")}
	s.does("ito", id, &support.Ask{NewAsk: ask})
	s.does("ito", id, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskVerifyBug, Of: support.OfEngineering, Text: support.T("a race in the copier")}})
	symptom, platforms := "guest_crash", []string{"esx", "windows_guest"}
	s.does("ito", id, &support.ChangeDetails{Symptom: &symptom, Platforms: &platforms,
		Changes: []support.RecentChange{{Kind: "host_os", Text: support.T("4.0 to 4.1")}}})
	path := "/requests/" + support.Number(id) + "?lang=en&as="
	s.holds(path+"sato", "ESX with its service console, Windows as a guest", "A guest has crashed", "Host system: 4.0 to 4.1", "Recent changes by kind")
	s.holds(path+"sato", "The support script&#39;s bundle of an ESX host", "3. Run: vm-support", "called "+support.Number(id)+"_&lt;file&gt;",
		">What helps<", "A diagram of the configuration")
	if _, body := s.page(path + "sato"); strings.Contains(body, "a race in the copier") {
		t.Error("the customer reads what engineering is asked")
	}
	s.holds(path+"ito", "a race in the copier")
}

// The list is ordered and told as that of the command line.
func TestListSaysHowSevereAndWhose(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first, second := s.written(), s.written()
	s.does("ito", first, &support.Take{})
	s.does("ito", second, &support.Comment{Text: support.T("answered, so nothing is due")})
	s.does("ito", second, &support.AddNote{Text: support.T("changed last")})
	s.holds("/?as=ito&lang=en", "Sev 1", "伊藤 蓮</span>")
	_, body := s.page("/?as=ito&lang=en")
	if strings.Index(body, support.SpokenNumber(first)) > strings.Index(body, support.SpokenNumber(second)) {
		t.Error("the request that is due next does not stand first")
	}
	s.does("ito", second, &support.Complete{Reason: "spam"})
	s.holds("/?as=ito&lang=en&view=completed", "Completed", support.SpokenNumber(second))
}

// A second run says that the first one's requests are gone, and how staff are
// addressed.
func TestDemoSaysWhatItDiscards(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := t.TempDir()
	for _, again := range []bool{false, true} {
		c := &demoCmd{Data: dir}
		s.ok(c.empty())
		var said strings.Builder
		c.greet(&said, s.cast, "http://desk.example")
		if strings.Contains(said.String(), "is gone") != again || !strings.Contains(said.String(), "ito@desk.example") {
			t.Errorf("again %v:\n%s", again, said.String())
		}
	}
}
