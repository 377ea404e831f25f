package desk

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// another is a second node at the store of a bench.
func (b *bench) another() *Desk {
	b.t.Helper()
	d, err := New(Config{Store: b.store, Packs: b.packs, Now: b.clock.now, Real: b.wall.now, Out: b.post, Log: b.Desk.log, Webhooks: b.webhooks})
	b.ok(err)
	return d
}

// One of a hundred receivers takes its time for ever, another answers 500;
// the others have all they want while the first has not even answered once.
func TestOneBadReceiverDelaysNoOther(t *testing.T) {
	t.Parallel()
	const filings = 3
	b := newBench(t, jst(t, wednesday))
	release := make(chan struct{})
	var hung, refused atomic.Int64
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		hung.Add(1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(release) })
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refused.Add(1)
		w.WriteHeader(500)
	}))
	t.Cleanup(broken.Close)
	b.hook(slow.URL, "filed")
	b.hook(broken.URL, "filed")
	var ears []*ear
	for range store.MaxWebhooks - 2 {
		e := newEar(t)
		b.hook(e.url, "filed")
		ears = append(ears, e)
	}
	deliver(t, b.Desk)
	var worst time.Duration
	for range filings {
		began, id := time.Now(), b.file().ID
		for _, e := range ears {
			if got := e.next(); got.Data.Request != id {
				t.Fatalf("got %+v, want request %d", got, id)
			}
		}
		worst = max(worst, time.Since(began))
	}
	if hung.Load() != 1 || refused.Load() != 1 {
		t.Errorf("the slow one was asked %d times, the broken one %d times", hung.Load(), refused.Load())
	}
	t.Logf("%d receivers had each event within %v", len(ears), worst)
}

// Two nodes deliver between them each event once, in order; when one ends, the
// other goes on at once.
func TestTwoNodesDeliver(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url)
	other := b.another()
	stops := []func(){deliver(t, b.Desk), deliver(t, other)}
	after := h.Pos
	all := func() {
		t.Helper()
		for range 4 {
			b.file()
		}
		for i, x := range b.feed(after) {
			got := e.next()
			if i == 0 && got.Data.Pos == after {
				got = e.next() // the one before ended while it was answered
			}
			if got.Data.Pos != x.Pos {
				t.Fatalf("got %d, want %d", got.Data.Pos, x.Pos)
			}
			after = x.Pos
		}
		e.silent()
	}
	all()
	// Whoever has the lease gives it back when it ends. The clock of leases stands
	// still: nobody can have waited for their end.
	stops[0]()
	other.kick()
	all()
	again := deliver(t, b.Desk)
	stops[1]()
	b.kick()
	all()
	again()
	if row := b.hookOf(h.ID); row.Lease != "" || row.Pos < after-1 {
		t.Errorf("at the end: %+v, all up to %d was posted", row, after)
	}
}

// A process that ends in the middle of a post loses nothing: the next one posts
// it again under its id, and what follows in order.
func TestDeliveryGoesOnAfterRestart(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	var posts atomic.Int64
	ends := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := posts.Add(1)
		e.ServeHTTP(w, r)
		if n == 5 {
			<-r.Context().Done() // taken, and nobody hears of it
		}
	}))
	t.Cleanup(ends.Close)
	h := b.hook(ends.URL)
	b.file()
	b.file()
	events := b.feed(h.Pos)
	stop := deliver(t, b.Desk)
	var got []heard
	for range 5 {
		got = append(got, e.next())
	}
	stop()
	deliver(t, b.another())
	for len(got) <= len(events) {
		got = append(got, e.next())
	}
	if got[4].id != got[5].id || string(got[4].body) != string(got[5].body) {
		t.Errorf("the post that was broken off: %+v, and then %+v", got[4], got[5])
	}
	got = slices.Delete(got, 5, 6)
	for i, x := range events {
		if got[i].Data.Pos != x.Pos {
			t.Errorf("post %d is of %d, want %d", i+1, got[i].Data.Pos, x.Pos)
		}
	}
	e.silent()
}

// A lease of a process that died ends by itself, in its instant.
func TestLeaseOfTheDead(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url, "filed")
	b.file()
	now := b.wall.now()
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ClaimWebhook(h.ID, "dead", now, now.Add(leaseTime))
		return err
	}))
	until := b.turn(h.ID)
	if e.silent(); !until.Equal(now.Add(leaseTime)) {
		t.Errorf("it comes again at %v", until)
	}
	b.wall.set(until.Add(-time.Microsecond))
	b.turn(h.ID)
	e.silent()
	b.wall.set(until)
	b.turn(h.ID)
	e.next()
}

// What an administrator sets while a post is on its way counts: whoever posts
// does not write over it.
func TestChangesDuringAPost(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		do    func(b *bench, h store.Webhook) error
		posts int // after the change, for two filings before and one after it
	}{
		"disabled": {func(b *bench, h store.Webhook) error {
			return b.SetWebhookState(b.t.Context(), b.asAdmin, h.ID, store.WebhookDisabled, false)
		}, 0},
		"skipped": {func(b *bench, h store.Webhook) error {
			return b.SetWebhookState(b.t.Context(), b.asAdmin, h.ID, store.WebhookEnabled, true)
		}, 1},
		"removed": {func(b *bench, h store.Webhook) error { return b.RemoveWebhook(b.t.Context(), b.asAdmin, h.ID) }, 0},
		"renamed": {func(b *bench, h store.Webhook) error {
			name := "x"
			return b.ChangeWebhook(b.t.Context(), b.asAdmin, h.ID, WebhookChange{Name: &name})
		}, 2},
		"other kinds": {func(b *bench, h store.Webhook) error {
			return b.ChangeWebhook(b.t.Context(), b.asAdmin, h.ID, WebhookChange{Kinds: &[]string{"commented"}})
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, jst(t, wednesday))
			e := newEar(t)
			arrived, answer := make(chan struct{}), make(chan struct{})
			var posts atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if posts.Add(1) == 1 {
					close(arrived)
					<-answer
					return
				}
				e.ServeHTTP(w, r)
			}))
			t.Cleanup(s.Close)
			h := b.hook(s.URL, "filed")
			b.file()
			b.file()
			b.ok(b.store.Number(t.Context()))
			done := make(chan error, 1)
			go func() {
				_, err := b.webhookTurn(t.Context(), h.ID, "turn")
				done <- err
			}()
			<-arrived
			b.ok(want.do(b, h))
			close(answer)
			b.ok(<-done)
			b.file()
			b.turn(h.ID)
			if n := len(e.got); n != want.posts {
				t.Errorf("%d posts after the change, want %d", n, want.posts)
			}
		})
	}
}

// A receiver that wants little is moved past what it does not want, now and then.
func TestUnwantedEventsArePassed(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	h := b.hook(e.url, "commented")
	id := b.file().ID
	b.turn(h.ID)
	if row := b.hookOf(h.ID); row.Pos != h.Pos || row.Lease != "" {
		t.Errorf("after a few unwanted events: %+v", row)
	}
	for n := 0; len(b.feed(h.Pos)) < webhookPage+1; n++ {
		b.do(b.asIto, id, &support.AddNote{Text: support.T(fmt.Sprint(n))})
	}
	page, err := b.store.Feed(t.Context(), everything, h.Pos, webhookPage)
	b.ok(err)
	b.turn(h.ID)
	if row := b.hookOf(h.ID); row.Pos != page.Next {
		t.Errorf("after a page of unwanted events: %+v, want %d", row, page.Next)
	}
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("x"), Channel: support.Portal})
	b.turn(h.ID)
	if got := e.next(); got.Type != "request.commented" {
		t.Errorf("got %+v", got)
	}
	e.silent()
}

// Whoever has read the row before another one delivered, and claims it after
// that, looks again instead of telling the same once more.
func TestStaleReadingIsNotPosted(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, wednesday))
	e := newEar(t)
	stale := b.hook(e.url, "filed")
	b.file()
	b.ok(b.store.Number(t.Context()))
	page, err := b.store.Feed(t.Context(), everything, stale.Pos, webhookPage)
	b.ok(err)
	b.turn(stale.ID)
	e.next()
	now := b.hookOf(stale.ID)
	b.wall.set(now.LeasedUntil)
	row, again, err := b.deliverPage(t.Context(), stale, "late", page)
	if err != nil || !again || row.Pos != now.Pos || row.Lease != "late" {
		t.Errorf("%+v, again %v, %v", row, again, err)
	}
	e.silent()
}
