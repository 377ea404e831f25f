package torture

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"madoguchi/client"
)

// receiver keeps what is posted to it, in order. It takes most, sends some away
// for a moment, and hangs up on some after it has read them.
type receiver struct {
	mu  sync.Mutex
	got []client.FeedEvent
	n   int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var m struct{ Data client.FeedEvent }
	err := json.NewDecoder(req.Body).Decode(&m)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case r.n%500 == 10:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.n%500 == 35:
		r.got = append(r.got, m.Data)
		panic(http.ErrAbortHandler)
	default:
		r.got = append(r.got, m.Data)
	}
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got)
}

// The program is killed while it posts events under load, again and again. The
// receiver is told of every event, in the order of the feed; what it is told twice
// is the last that it was told before.
func TestKillWhilePosting(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, p *place) {
		rng := seeded(t)
		r := &receiver{}
		ear := httptest.NewServer(r)
		t.Cleanup(ear.Close)
		p.env = []string{"MADOGUCHI_WEBHOOK_NETWORKS=127.0.0.0/8"}
		c := newCrew(t, p, rng)
		c.members = c.members[:4] // they write faster than one receiver is told
		n := p.start()
		c.base = n.url
		_, err := c.as("ishikawa").AddWebhook(t.Context(), client.NewWebhook{Name: "ear", URL: ear.URL})
		must(t, err)
		from, err := c.as("ishikawa").Feed(t.Context(), "", 500)
		must(t, err)
		for range pick(1, 50) {
			stop := c.work(n.url)
			told := r.count()
			look(t, "event that is posted", func() bool { return r.count() > told+5 })
			wait(t, time.Duration(rng.Int64N(int64(200*time.Millisecond))))
			n.kill()
			stop()
			p.leasesEnd()
			n = p.start()
		}
		c.base = n.url
		var want []client.FeedEvent
		for cursor := from.Next; ; {
			page, err := c.as("ishikawa").Feed(t.Context(), cursor, 500)
			must(t, err)
			want, cursor = append(want, page.Events...), page.Next
			if !page.More && settled(r, want) {
				break
			}
			wait(t, 50*time.Millisecond)
			if t.Context().Err() != nil {
				return
			}
		}
		n.stop()
		r.mu.Lock()
		defer r.mu.Unlock()
		at, twice := 0, 0
		for i, e := range r.got {
			if i > 0 && e.Cursor == r.got[i-1].Cursor {
				twice++
				continue
			}
			if at >= len(want) || e != want[at] {
				t.Fatalf("post %d tells of %+v; it is not the next of the feed", i, e)
			}
			at++
		}
		if at != len(want) {
			t.Errorf("%d of %d events were posted", at, len(want))
		}
		t.Logf("%d events, %d of them told twice", at, twice)
	})
}

// settled tells whether the last event of the feed has been posted.
func settled(r *receiver, want []client.FeedEvent) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(want) > 0 && len(r.got) > 0 && r.got[len(r.got)-1].Cursor == want[len(want)-1].Cursor
}

// leasesEnd lets the leases of what was killed end, which takes a minute
// otherwise, and the pauses that receivers have asked for.
func (p *place) leasesEnd() {
	p.t.Helper()
	driver, where := "sqlite", p.where()
	if p.url != "" {
		driver = "pgx"
	}
	db, err := sql.Open(driver, where)
	must(p.t, err)
	defer db.Close()
	_, err = db.ExecContext(p.t.Context(), "UPDATE webhook SET leased_until = 0, next_try_at = 0")
	must(p.t, err)
}
