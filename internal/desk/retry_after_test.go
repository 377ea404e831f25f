package desk

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A receiver that says when to come again is tried then, within bounds; one that
// does not, after the pause that doubles.
func TestRetryAfterIsHeeded(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	says := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if after := <-says; after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(s.Close)
	h := b.hook(s.URL, "filed")
	b.file()
	for _, c := range []struct {
		says string
		want time.Duration
	}{{"120", 2 * time.Minute}, {"1", webhookPause}, {"86400", webhookLongest}, {"", 8 * webhookPause}, {"soon", 16 * webhookPause}} {
		says <- c.says
		b.turn(h.ID)
		row := b.hookOf(h.ID)
		if got := row.NextTryAt.Sub(b.wall.now()); got != c.want {
			t.Errorf("after %q it is tried again in %v, want %v", c.says, got, c.want)
		}
		b.wall.add(row.NextTryAt.Sub(b.wall.now()))
	}
}
