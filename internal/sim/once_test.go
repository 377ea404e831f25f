package sim

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"madoguchi/internal/api"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// file sends a filing under a key to the node as it is now.
func (w *world) file(token, key string) *httptest.ResponseRecorder {
	door := api.New(api.Config{Desk: w.nodes[0].Desk, Store: w.store, Real: w.nodes[0].Now, Log: slog.New(slog.DiscardHandler)})
	r := httptest.NewRequest(http.MethodPost, "/v1/requests", strings.NewReader(
		`{"kind":"sr","title":"down","text":"x","product":"vsphere","version":"4.0","severity":3,"criteria":["usable"],"details":{"environment":"production"}}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Idempotency-Key", key)
	rec := httptest.NewRecorder()
	door.ServeHTTP(rec, r)
	return rec
}

// deaths are the statements at which a node dies, of those that write a filing:
// around the commit, and with MADOGUCHI_SIM_FOR all.
func deaths(all int) []int {
	var out []int
	for n := 1; n <= all; n++ {
		if n == 1 || n == all/2 || n > all-5 || os.Getenv("MADOGUCHI_SIM_FOR") != "" {
			out = append(out, n)
		}
	}
	return out
}

// TestAFilingUnderAKeyIsOneWhereverTheNodeDies lets the node die before and
// after the statements of a filing in turn, and files again under the same key
// when it has started anew: there is one request then, and its number is told.
func TestAFilingUnderAKeyIsOneWhereverTheNodeDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	token, err := w.nodes[0].AddToken(t.Context(), system, &store.Token{Name: "x", Actor: w.customers[0], Scopes: []string{"read", "write"}})
	w.ok(err)
	if first := w.file(token, "first"); first.Code != http.StatusCreated { // notes the token's use, too
		t.Fatalf("filed: %d %s", first.Code, first.Body)
	}
	before := w.nodes[0].crash.count
	if first := w.file(token, "clean"); first.Code != http.StatusCreated {
		t.Fatalf("filed: %d %s", first.Code, first.Body)
	}
	kept, filed := 0, 2
	for _, n := range deaths(w.nodes[0].crash.count - before) {
		for _, after := range []bool{false, true} {
			key := strconv.Itoa(n) + strconv.FormatBool(after)
			w.arm(n, after)
			first := w.file(token, key)
			if !w.dead() {
				t.Fatalf("statement %d was not reached", n)
			}
			w.revive()
			there := len(w.requests()) > filed
			again := w.file(token, key)
			filed++
			ids := w.requests()
			if again.Code != http.StatusCreated || len(ids) != filed {
				t.Fatalf("statement %d, after %v: answered %d, and again %d %s", n, after, first.Code, again.Code, again.Body)
			}
			told, replayed := again.Header().Get("Location"), again.Header().Get("Idempotency-Replayed") == "true"
			if !strings.HasSuffix(told, support.SpokenNumber(ids[filed-1])) || replayed != there {
				t.Errorf("statement %d, after %v: %s is told, want request %d; it was there: %v, replayed: %v", n, after, told, ids[filed-1], there, replayed)
			}
			if there {
				kept++
			}
		}
	}
	if kept == 0 {
		t.Error("no crash came between the commit and its answer")
	}
}
