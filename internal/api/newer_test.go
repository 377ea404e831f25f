package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A fact of a newer program: commands are told to come back, reading goes on,
// and nothing of what is not understood is shown.
func TestAFactOfANewerProgramMakesTheRequestBusy(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	number := h.file("tanaka", sev3()).Number
	id, err := support.ParseNumber(number)
	must(t, err)
	row, err := h.store.Request(ctx, store.Viewer{Actor: support.Actor{Kind: support.System}}, id)
	must(t, err)
	was := row
	row.Seq++
	newer := support.Fact{
		Seq: row.Seq, At: h.clock.Now(), By: support.Actor{Kind: support.System},
		Body: support.Unknown{Name: "from_the_future", Raw: []byte(`{"contact":7,"secret":"canary"}`)},
	}
	must(t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.Append(was, []support.Fact{newer}, row, nil) }))

	_, err = h.as("tanaka").Comment(ctx, number, client.Comment{Text: "hello"})
	e := refused(t, err, http.StatusServiceUnavailable, "request.newer")
	if e.Code != "busy" || e.RetryAfter != 2*time.Second {
		t.Errorf("code %s, try again after %s", e.Code, e.RetryAfter)
	}
	events, err := h.as("ito").AllEvents(ctx, number)
	must(t, err)
	last := events[len(events)-1]
	if last.Kind != "from_the_future" || string(last.Data) != "{}" || last.Public {
		t.Errorf("shown as %+v with %s", last, last.Data)
	}
	if v := mustRequest(t, h.as("tanaka"), number); v.Version != row.Seq {
		t.Errorf("version %d, want %d", v.Version, row.Seq)
	}
}
