package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/client"
)

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
