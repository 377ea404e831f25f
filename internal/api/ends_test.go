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
