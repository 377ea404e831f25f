package client_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"madoguchi/client"
)

// A desk that loses the first answer and is busy at the second sees the same
// call three times under one key, and none of a refusal a second time.
func TestRetriesGoUnderOneKey(t *testing.T) {
	t.Parallel()
	var keys, bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		keys, bodies = append(keys, r.Header.Get("Idempotency-Key")), append(bodies, string(b))
		switch len(keys) {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			_, _ = io.WriteString(w, `{"number":"x"}`)
		default:
			w.WriteHeader(http.StatusConflict)
		}
	}))
	t.Cleanup(server.Close)
	c := &client.Client{BaseURL: server.URL, Retries: 2}
	if res, err := c.Note(context.Background(), "1", "x"); err != nil || res.Number != "x" {
		t.Fatalf("got %+v, %v", res, err)
	}
	if len(keys) != 3 || keys[0] == "" || len(slices.Compact(slices.Clone(keys))) != 1 || len(slices.Compact(bodies)) != 1 {
		t.Errorf("keys %q, bodies %q", keys, bodies)
	}
	if _, err := c.Note(context.Background(), "1", "x"); err == nil || len(keys) != 4 || keys[3] == keys[0] {
		t.Errorf("a refusal: %v, keys %q", err, keys)
	}
	c.Retries = 0
	if _, err := c.Note(context.Background(), "1", "x"); err == nil || len(keys) != 5 || keys[4] != "" {
		t.Errorf("without retries: %v, keys %q", err, keys)
	}
}
