package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/egress"
	"madoguchi/internal/store"
)

// earshot reaches this machine. Entries are shown by place alone: how the feed
// shows them is the API's.
func earshot(resolve func(context.Context, string) ([]netip.Addr, error)) Webhooks {
	return Webhooks{
		Client: egress.New(egress.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Resolve: resolve, Agent: "Test"}),
		Entry: func(e store.Event) any {
			return map[string]int64{"request": e.SubjectID, "seq": e.Fact.Seq, "pos": e.Pos}
		},
	}
}

// heard is one post.
type heard struct {
	id, signature string
	at            time.Time
	body          []byte
	Type          string
	Timestamp     time.Time
	Data          struct{ Request, Seq, Pos int64 }
}

// ear is a receiver: it passes on what it is sent and then answers what it is
// told to.
type ear struct {
	t       testing.TB
	url     string
	got     chan heard
	answers chan int // empty: 204
}

func newEar(t testing.TB) *ear {
	t.Helper()
	e := &ear{t: t, got: make(chan heard, 10000), answers: make(chan int, 100)}
	s := httptest.NewServer(e)
	t.Cleanup(s.Close)
	e.url = s.URL
	return e
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := heard{id: r.Header.Get("webhook-id"), signature: r.Header.Get("webhook-signature")}
	seconds, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	h.at = time.Unix(seconds, 0).UTC()
	b, read := io.ReadAll(r.Body)
	if h.body = b; err != nil || read != nil || json.Unmarshal(b, &h) != nil || r.Header.Get("Content-Type") != "application/json" {
		e.t.Errorf("%s %s is no webhook: %s", r.Method, r.URL, b)
	}
	status := http.StatusNoContent
	select {
	case status = <-e.answers:
	default:
	}
	e.got <- h
	w.WriteHeader(status)
}

// next is the next post, or the end of the test.
func (e *ear) next() heard {
	e.t.Helper()
	select {
	case h := <-e.got:
		return h
	case <-time.After(20 * time.Second):
		e.t.Fatal("nothing was posted")
		return heard{}
	}
}

// silent fails when something more has been posted.
func (e *ear) silent() {
	e.t.Helper()
	if n := len(e.got); n != 0 {
		e.t.Errorf("%d posts too many, the first %+v", n, <-e.got)
	}
}

// signedBy tells whether one of the signatures is of a secret, computed by the
// words of the specification.
func (h heard) signedBy(secret string) bool {
	key, err := base64.StdEncoding.DecodeString(secret[len("whsec_"):])
	if err != nil {
		return false
	}
	m := hmac.New(sha256.New, key)
	io.WriteString(m, h.id+"."+strconv.Itoa(int(h.at.Unix()))+"."+string(h.body))
	return slices.Contains(strings.Split(h.signature, " "), "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
}

// hook adds a receiver at an address.
func (b *bench) hook(url string, kinds ...string) store.Webhook {
	b.t.Helper()
	h := store.Webhook{Name: "crm", URL: url, Kinds: kinds}
	b.ok(b.AddWebhook(b.t.Context(), b.asAdmin, &h))
	return h
}

func (b *bench) hookOf(id int64) store.Webhook {
	b.t.Helper()
	h, err := b.store.Webhook(b.t.Context(), everything, id)
	b.ok(err)
	return h
}

// turn lets one turn of a receiver's goroutine pass, and gives when the next is.
func (b *bench) turn(id int64) time.Time {
	b.t.Helper()
	b.ok(b.store.Number(b.t.Context()))
	until, err := b.webhookTurn(b.t.Context(), id, "turn")
	b.ok(err)
	return until
}

// deliver runs the goroutines of webhooks until stop is called, or the test ends.
func deliver(t testing.TB, d *Desk) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.deliverWebhooks(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// feed is what stands in the feed after a position.
func (b *bench) feed(after int64) []store.Event {
	b.t.Helper()
	b.ok(b.store.Number(b.t.Context()))
	page, err := b.store.Feed(b.t.Context(), everything, after, 500)
	b.ok(err)
	return page.Events
}
