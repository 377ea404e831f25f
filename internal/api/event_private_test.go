package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// What the vendor wrote for itself, and what another customer holds, stands in
// no event that a customer reads.
// guide: A13
func TestEventsKeepWhatIsNotTheReaders(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	h.advance(57 * time.Hour)
	res := h.file("tanaka", sev3())
	h.advance(2 * time.Hour)
	_, err := h.as("ito").Command(ctx, res.Number, "contacts", map[string]any{"channel": "phone", "outcome": "connected", "text": "talked",
		"happened_at": res.Request.FiledAt, "reason": "forgot to write it down"})
	must(t, err)
	read := func(who string) string {
		t.Helper()
		list, err := h.as(who).Events(ctx, res.Number, client.Window{})
		must(t, err)
		text, err := json.Marshal(list)
		must(t, err)
		return string(text)
	}
	if !strings.Contains(read("ito"), "forgot to write it down") {
		t.Error("staff do not see why it was written down later")
	}
	if strings.Contains(read("tanaka"), "forgot to write it down") {
		t.Error("the customer reads why it was written down later")
	}
	code, _ := h.raw(http.MethodPut, "/v1/requests/"+res.Number+"/classification", h.cast.Tokens["ito"],
		`{"contact":"`+h.number("weber")+`","reason":"wrong person"}`)
	if code != http.StatusOK {
		t.Fatalf("corrected: %d", code)
	}
	list, err := h.as("weber").Events(ctx, res.Number, client.Window{})
	must(t, err)
	filed, err := json.Marshal(list.Events[0].Data)
	must(t, err)
	if strings.Contains(string(filed), `"considered":[{`) {
		t.Errorf("another one's contracts: %s", filed)
	}
}
