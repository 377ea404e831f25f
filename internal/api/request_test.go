package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/support"
)

// The main job, from filing to the survey, as the two sides see it.
// guide: R15, R16, R23, R26
func TestARequestFromFilingToSurvey(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka, ito := h.as("tanaka"), h.as("ito")
	h.advance(57 * time.Hour) // Monday 11:00 JST

	res := h.file("tanaka", sev3())
	if len(res.Number) != 11 || res.Request.Stage != "opened" || res.Request.Turn != "support" || res.Request.Owner != nil {
		t.Errorf("filed as %+v", res.Request)
	}
	if res.Request.Queue != "" || res.Request.Priority != 0 {
		t.Errorf("the customer sees queue %q and priority %d", res.Request.Queue, res.Request.Priority)
	}
	if res.Request.Contact.CustomerNumber != h.number("tanaka") || res.Request.Contract != "PRD-2010-1102" || res.Request.Details.Tags[0] != "vmotion" {
		t.Errorf("filed as %+v", res.Request)
	}
	for _, e := range res.Events {
		if !e.Public {
			t.Errorf("the customer is shown %s", e.Kind)
		}
	}
	plain := strings.ReplaceAll(res.Number, "-", "")
	view, err := ito.Request(ctx, plain)
	must(t, err)
	if view.Queue != "technical" || view.Priority != 4 || view.QueuedSince.IsZero() || view.Title != "vMotion is slow" {
		t.Errorf("staff see %+v", view)
	}
	h.advance(0)
	targets, err := tanaka.Targets(ctx, res.Number)
	must(t, err)
	if len(targets) != 2 {
		t.Fatalf("%d targets, want acknowledgement and first response: %+v", len(targets), targets)
	}
	first := targets[1]
	if first.Metric != "first_response" || first.State != "running" || first.AmountSeconds != 8*3600 || first.Explanation == "" {
		t.Errorf("first response: %+v", first)
	}
	h.advance(50 * time.Minute)
	if _, err := ito.Take(ctx, res.Number); err != nil {
		t.Fatal(err)
	}
	answered, err := ito.Comment(ctx, res.Number, client.Comment{Text: "Please send the logs.", Asks: []client.NewAsk{{Kind: "details", Text: "vmkernel log"}}})
	must(t, err)
	r := answered.Request
	if r.Turn != "customer" || r.Owner == nil || r.Owner.Email != "ito@desk.example" || len(r.Asks) != 1 || r.Asks[0].Text != "vmkernel log" {
		t.Errorf("after the answer: %+v", r)
	}
	targets, err = tanaka.Targets(ctx, res.Number)
	must(t, err)
	if targets[1].State != "met" || targets[1].ElapsedSeconds != 3000 || targets[1].BusinessSeconds != 3000 {
		t.Errorf("first response: %+v", targets[1])
	}
	_, err = tanaka.Command(ctx, res.Number, "asks/1/answer", client.Text{Text: "attached"})
	must(t, err)
	h.complete(res.Number)
	back, err := tanaka.Comment(ctx, res.Number, client.Comment{Text: "It is slow again."})
	must(t, err)
	if back.Request.Stage != "worked_on" || back.Request.Owner.Email != "ito@desk.example" {
		t.Errorf("reopened as %+v", back.Request)
	}
}

// complete proposes, accepts and answers the survey.
func (h *house) complete(number string) {
	t, ctx, tanaka, ito := h.t, context.Background(), h.as("tanaka"), h.as("ito")
	_, err := ito.Command(ctx, number, "completion/proposal", client.Completion{Reason: "confirmed", Text: "The driver was old."})
	must(t, err)
	done, err := tanaka.Command(ctx, number, "completion/acceptance", nil)
	must(t, err)
	if c := done.Request.Completion; c == nil || c.Reason != "confirmed" || !c.ReopenUntil.Equal(c.At.Add(14*24*time.Hour)) {
		t.Errorf("completed as %+v", done.Request.Completion)
	}
	if i := slices.IndexFunc(done.Events, func(e client.Event) bool { return e.Kind == "completed" }); i < 0 || !strings.Contains(done.Events[i].Text, "(API)") {
		t.Errorf("how the customer agreed is not told: %+v", done.Events)
	}
	if s := done.Request.Survey; s == nil || s.State != "requested" {
		t.Errorf("survey: %+v", s)
	}
	scored, err := tanaka.Command(ctx, number, "survey", client.SurveyAnswer{Score: 5, Text: "fine"})
	must(t, err)
	if scored.Request.Survey.State != "answered" || scored.Request.Survey.Score != 5 {
		t.Errorf("survey: %+v", scored.Request.Survey)
	}
}

// A survey that is withheld is told to staff alone, with when the next may be.
// guide: R50
func TestAWithheldSurveyIsForStaff(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	for range 2 {
		n := h.file("tanaka", sev3()).Number
		_, err := h.as("ito").Comment(ctx, n, client.Comment{Text: "solved"})
		must(t, err)
		_, err = h.as("ito").Command(ctx, n, "completion/proposal", client.Completion{Reason: "confirmed"})
		must(t, err)
		_, err = h.as("tanaka").Command(ctx, n, "completion/acceptance", nil)
		must(t, err)
	}
	list, err := h.as("ito").Requests(ctx, client.Filter{State: "completed"})
	must(t, err)
	n := list.Requests[0].Number
	if s := mustRequest(t, h.as("ito"), n).Survey; s == nil || s.State != "withheld" || s.Withheld != "interval" || !s.EligibleAt.Equal(s.LastSentAt.Add(14*24*time.Hour)) {
		t.Errorf("staff see %+v", s)
	}
	if s := mustRequest(t, h.as("tanaka"), n).Survey; s != nil {
		t.Errorf("the customer sees %+v", s)
	}
}

// Timelines show texts, names and numbers; ids and what is internal stay inside.
// guide: A13
func TestTimelineShowsNamesAndNotIds(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	res := h.file("tanaka", sev3())
	ito := h.as("ito")
	_, err := ito.Take(ctx, res.Number)
	must(t, err)
	_, err = ito.Note(ctx, res.Number, "canary-note")
	must(t, err)
	_, err = ito.Command(ctx, res.Number, "hand-over", client.HandOverNotice{To: "byrne@desk.example", Ground: "time_zone", Reason: "Tokyo closes",
		Note: client.HandOverNote{State: "canary-state", Next: "canary-next", Promises: "canary-promise", DoNot: "canary-warning"}})
	must(t, err)
	_, err = ito.Command(ctx, res.Number, "asks", client.NewAsk{Kind: "verify_bug", Of: "support", Text: "canary-ask"})
	must(t, err)
	seen, err := h.as("tanaka").AllEvents(ctx, res.Number)
	must(t, err)
	all, err := ito.AllEvents(ctx, res.Number)
	must(t, err)
	if len(seen) >= len(all) {
		t.Errorf("the customer sees %d of %d events", len(seen), len(all))
	}
	for _, e := range append(seen, all...) {
		data := string(e.Data)
		for _, leak := range []string{`"sha256":"`, `"contact":1`, `"staff":1`, `"to":4`, `"from":3`, `"account":2`, "r10000000"} {
			if strings.Contains(data, leak) && e.Kind != "notified" {
				t.Errorf("%s shows %s: %s", e.Kind, leak, data)
			}
		}
		if e.Text == "" || strings.HasPrefix(e.Text, "fact.") {
			t.Errorf("%s has no sentence: %q", e.Kind, e.Text)
		}
	}
	for _, e := range seen {
		if !e.Public || strings.Contains(string(e.Data), "canary") {
			t.Errorf("the customer sees %s %s", e.Kind, e.Data)
		}
		if e.Kind == "hand_over_announced" && !strings.Contains(string(e.Data), "byrne@desk.example") {
			t.Errorf("hand-over without names: %s", e.Data)
		}
	}
	page, err := ito.Events(ctx, res.Number, client.Window{Limit: 2})
	must(t, err)
	if len(page.Events) != 2 || page.Next != 2 {
		t.Errorf("page of %d, next %d", len(page.Events), page.Next)
	}
	v, err := h.as("tanaka").Request(ctx, res.Number)
	must(t, err)
	if len(v.Asks) != 0 || v.HandOver == nil || v.HandOver.To.Email != "byrne@desk.example" {
		t.Errorf("the customer sees asks %+v and hand-over %+v", v.Asks, v.HandOver)
	}
}

// A request that another may not see answers as one that does not exist, on
// every path and method. Who sees it does not see other people's customer numbers.
// guide: A13, R16
func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	res := h.file("tanaka", sev3())
	number := strings.ReplaceAll(res.Number, "-", "")
	absent := support.Number(19_999_999)
	for _, key := range []string{"sato", "okada", "nakamura", "mia"} {
		for _, at := range []struct{ method, path, body string }{
			{"GET", "", ""}, {"GET", "/events", ""}, {"GET", "/targets", ""}, {"PATCH", "", `{"component":"x"}`},
			{"POST", "/comments", `{"text":"hello"}`}, {"POST", "/severity/raise", `{"to":1,"impact":"x","dedicated":["1234567890"]}`},
			{"POST", "/completion/acceptance", `{}`}, {"POST", "/reopening", `{}`}, {"POST", "/survey", `{"score":1}`},
		} {
			status, hidden := h.raw(at.method, "/v1/requests/"+number+at.path, h.cast.Tokens[key], at.body)
			nothing, missing := h.raw(at.method, "/v1/requests/"+absent+at.path, h.cast.Tokens[key], at.body)
			if status != http.StatusNotFound || nothing != status || same(hidden) != same(missing) {
				t.Errorf("%s %s%s as %s: %d %v, absent: %d %v", at.method, res.Number, at.path, key, status, hidden, nothing, missing)
			}
		}
		list, err := h.as(key).Requests(ctx, client.Filter{Order: "changed"})
		must(t, err)
		if len(list.Requests) != 0 {
			t.Errorf("%s sees %v", key, list.Requests)
		}
	}
	for _, key := range []string{"tanaka", "takahashi", "hayashi", "byrne", "watanabe"} {
		r, err := h.as(key).Request(ctx, number)
		if err != nil {
			t.Errorf("%s does not see the request: %v", key, err)
		}
		if shown := r.Contact.CustomerNumber != ""; shown != (key != "takahashi") {
			t.Errorf("%s is shown the customer number: %v", key, shown)
		}
	}
}

func TestListsAreFilteredAndPaged(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	var numbers []string
	for i := range 5 {
		f := sev3()
		f.Severity, f.Criteria, f.Details.Impact = 2+i%2, nil, ptr("slow")
		numbers = append(numbers, h.file("tanaka", f).Number)
	}
	_, err := h.as("ito").Take(ctx, numbers[0])
	must(t, err)
	ito := h.as("ito")
	account := mustRequest(t, ito, numbers[0]).Account.ID
	for _, c := range []struct {
		f    client.Filter
		want int
	}{
		{client.Filter{}, 5},
		{client.Filter{Owner: "me"}, 1}, {client.Filter{Owner: "ito@desk.example"}, 1}, {client.Filter{Owner: "none"}, 4},
		{client.Filter{Severity: 2}, 3}, {client.Filter{Turn: "support"}, 5}, {client.Filter{Turn: "customer"}, 0},
		{client.Filter{Product: "vsphere"}, 5}, {client.Filter{Product: "esx"}, 0}, {client.Filter{Tag: "vmotion"}, 5},
		{client.Filter{Tag: "none"}, 0}, {client.Filter{Queue: "technical"}, 4}, {client.Filter{State: "completed"}, 0},
		{client.Filter{State: "opened"}, 4}, {client.Filter{Kind: "cs_request"}, 0}, {client.Filter{Contract: "PRD-2010-1102"}, 5},
		{client.Filter{Contract: "BAS-2010-0417"}, 0}, {client.Filter{Account: account}, 5}, {client.Filter{Contact: h.number("tanaka")}, 5},
		{client.Filter{DueBefore: h.clock.Now()}, 0}, {client.Filter{DueBefore: h.clock.Now().Add(30 * 24 * time.Hour)}, 5},
	} {
		list, err := ito.Requests(ctx, c.f)
		must(t, err)
		n, err := ito.Count(ctx, c.f)
		must(t, err)
		if len(list.Requests) != c.want || n.Count != c.want || n.Capped {
			t.Errorf("%+v gives %d and counts %+v, want %d", c.f, len(list.Requests), n, c.want)
		}
	}
	var got []string
	for after := ""; ; {
		page, err := ito.Requests(ctx, client.Filter{Order: "changed", Limit: 2, After: after})
		must(t, err)
		for _, r := range page.Requests {
			got = append(got, r.Number)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(got) != 5 {
		t.Errorf("pages give %v", got)
	}
	_, err = h.as("tanaka").Requests(ctx, client.Filter{Queue: "technical"})
	refused(t, err, http.StatusForbidden, "api.staff_only")
	_, err = ito.Requests(ctx, client.Filter{Owner: "nobody@desk.example"})
	refused(t, err, http.StatusUnprocessableEntity, "api.staff_unknown")
}

func mustRequest(t *testing.T, c *client.Client, number string) client.Request {
	t.Helper()
	r, err := c.Request(context.Background(), number)
	must(t, err)
	return r
}
