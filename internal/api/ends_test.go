package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// A slip in a question is refused with what there is, as it is when filing.
func TestSlipsAreRefused(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka, ito := h.as("tanaka"), h.as("ito")
	n := h.file("tanaka", sev3()).Number
	_, err := tanaka.Entitlement(ctx, client.EntitlementQuery{Product: "vsphere", Severity: 5})
	refused(t, err, http.StatusUnprocessableEntity, "severity.unknown")
	for filter, key := range map[client.Filter]string{
		{Severity: 9}: "severity.unknown", {Product: "nonsense"}: "product.not_found",
	} {
		_, err := ito.Requests(ctx, filter)
		refused(t, err, http.StatusUnprocessableEntity, key)
	}
	_, err = ito.Requests(ctx, client.Filter{Account: "acc_zzz"})
	refused(t, err, http.StatusNotFound, "account.not_found")
	list, err := tanaka.Requests(ctx, client.Filter{Account: "acc_zzz"})
	must(t, err)
	if len(list.Requests) != 0 {
		t.Errorf("a customer finds %+v", list.Requests)
	}
	f := sev3()
	f.Language = "xx"
	_, err = tanaka.File(ctx, f)
	refused(t, err, http.StatusUnprocessableEntity, "language.unknown")
	f = sev3()
	f.Follows = n
	_, err = tanaka.File(ctx, f)
	refused(t, err, http.StatusConflict, "follows.open")
	_, err = ito.Command(ctx, n, "completion", client.Completion{Reason: "spam"})
	must(t, err)
	_, err = tanaka.File(ctx, f)
	must(t, err)
}

// A target that ended with the request counts no further.
func TestAnEndedTargetStands(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	n := h.file("tanaka", sev3()).Number
	h.advance(time.Hour)
	_, err := h.as("ito").Command(ctx, n, "completion", client.Completion{Reason: "spam"})
	must(t, err)
	h.advance(time.Hour)
	targets, err := h.as("tanaka").Targets(ctx, n)
	must(t, err)
	if last := targets[len(targets)-1]; last.State != "dropped" || last.ElapsedSeconds != 3600 {
		t.Errorf("%+v", last)
	}
}

// What cannot be reopened promises nowhere that it can.
func TestSpamIsNotReopened(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	n := h.file("tanaka", sev3()).Number
	done, err := h.as("ito").Command(ctx, n, "completion", client.Completion{Reason: "spam", Text: "x"})
	must(t, err)
	if c := done.Request.Completion; c == nil || !c.ReopenUntil.IsZero() {
		t.Errorf("completed as %+v", c)
	}
	for _, e := range done.Events {
		if strings.Contains(e.Text, "reopen") || strings.Contains(string(e.Data), "reopen_until") {
			t.Errorf("%s: %s %s", e.Kind, e.Text, e.Data)
		}
	}
	_, err = h.as("tanaka").Comment(ctx, n, client.Comment{Text: "It is none."})
	refused(t, err, http.StatusConflict, "request.not_reopened")
}

// Filing severity 1 in writing says to call, with the number of the country, and
// what can be bought outside of the hours.
// guide: A14, R33
func TestSeverity1SaysToCall(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	res := h.file("sato", client.File{Kind: "sr", Title: "ESX host down", Product: "esx", Version: "4.0", Severity: 1,
		Criteria: []string{"production_down"}, Details: client.Details{Environment: ptr("production")}})
	kinds := func(list []client.Advice) string {
		var out []string
		for _, a := range list {
			if a.Text == "" || a.Number != "0120-000-000" {
				t.Errorf("%+v", a)
			}
			out = append(out, a.Kind)
		}
		return strings.Join(out, " ")
	}
	if k := kinds(res.Request.Advice); k != "call_now after_hours_purchasable" {
		t.Errorf("advice: %s", k)
	}
	if a := mustRequest(t, h.as("ito"), res.Number).Advice; a != nil {
		t.Errorf("staff are advised: %+v", a)
	}
	_, err := h.as("hayashi").Command(ctx, res.Number, "after-hours/offer", client.AfterHoursOffer{Price: "x"})
	must(t, err)
	if k := kinds(mustRequest(t, h.as("sato"), res.Number).Advice); k != "call_now after_hours_offered" {
		t.Errorf("after the offer: %s", k)
	}
	_, err = h.as("ito").Comment(ctx, res.Number, client.Comment{Text: "We are on it."})
	must(t, err)
	if k := kinds(mustRequest(t, h.as("sato"), res.Number).Advice); k != "after_hours_offered" {
		t.Errorf("answered: %s", k)
	}
}
