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

// What does not fit is told in the caller's language, and what would.
func TestMisfitsSayWhatIsExpected(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	for _, c := range []struct{ language, path, want string }{
		{"en", "/v1/requests?severity=abc", "a whole number is expected"},
		{"ja", "/v1/requests?severity=abc", "整数が必要です"},
		{"ja", "/v1/requests?severity=12", "9以下の数が必要です"},
		{"ja", "/v1/requests?due_before=tomorrow", "のような日時が必要です"},
		{"ja", "/v1/requests?turn=x", "support, customer, third_party, nobody"},
	} {
		who := h.as("ito")
		who.Language = c.language
		var e *client.Error
		if err := who.Do(ctx, http.MethodGet, c.path, nil, nil); !asError(err, &e) || !strings.Contains(e.Detail, c.want) {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		for _, x := range e.Errors {
			if c.language == "ja" && !strings.ContainsAny(x.Message, "必") {
				t.Errorf("%s: %s is told as %q", c.path, x.Field, x.Message)
			}
		}
	}
}

// The list of products marks those about which the contact may file.
// guide: R05, R14
func TestProductsAreListedAndMarked(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	mine := func(who, number string) string {
		list, err := h.as(who).Products(ctx, number)
		must(t, err)
		var out []string
		for _, p := range list {
			if len(p.Versions) == 0 && p.Key != "open_source" {
				t.Errorf("%s has no version", p.Key)
			}
			if p.Entitled != nil && *p.Entitled {
				out = append(out, p.Key)
			}
		}
		return strings.Join(out, " ")
	}
	sato := mine("sato", "")
	if sato != "esx vsphere_sdk" {
		t.Errorf("Sato may file about %q", sato)
	}
	if got := mine("hayashi", h.number("sato")); got != sato {
		t.Errorf("staff see %q, Sato %q", got, sato)
	}
	if got := mine("hayashi", ""); got != "" {
		t.Errorf("nobody is named and may file about %q", got)
	}
	if _, err := h.as("sato").Products(ctx, h.number("tanaka")); err == nil {
		t.Errorf("a customer asks for another: %v", err)
	}
}
