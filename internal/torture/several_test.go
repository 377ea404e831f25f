package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store/pgtest"
)

// balancer sends each call to the next node. One that does not listen is passed
// over; a connection that breaks breaks towards the client.
type balancer struct {
	mu    sync.Mutex
	nodes []*node
	next  atomic.Int64
	http  *http.Transport
}

func (b *balancer) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	b.mu.Lock()
	nodes := slices.Clone(b.nodes)
	b.mu.Unlock()
	for range nodes {
		to, _ := url.Parse(nodes[b.next.Add(1)%int64(len(nodes))].url)
		out := r.Clone(r.Context())
		out.URL.Scheme, out.URL.Host = to.Scheme, to.Host
		if resp, err = b.http.RoundTrip(out); err == nil || !errors.Is(err, errRefused) {
			return resp, err
		}
	}
	return nil, err
}

// balance puts nodes behind one address.
func balance(t *testing.T, nodes ...*node) (b *balancer, address string) {
	b = &balancer{nodes: nodes, http: &http.Transport{MaxIdleConnsPerHost: 2 * clients, DisableCompression: true, DialContext: dialRefused}}
	proxy := &httputil.ReverseProxy{
		Director: func(*http.Request) {}, Transport: b, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewUnstartedServer(proxy)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close(); b.http.CloseIdleConnections() })
	return b, server.URL
}

// heard is what one reader of a live stream was told, in its order.
type heard struct {
	mu     sync.Mutex
	events []client.FeedEvent
	at     map[string]time.Time // by number and seq
}

func (h *heard) has(number string, seq int64) (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, ok := h.at[fmt.Sprint(number, " ", seq)]
	return at, ok
}

func (h *heard) cursors() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, e := range h.events {
		out = append(out, e.Cursor)
	}
	return out
}

// follow reads a live stream until ctx ends. When the connection breaks it goes on
// after the last event that it was told, at another node.
func follow(ctx context.Context, token string, nodes func(n int) string) *heard {
	h := &heard{at: map[string]time.Time{}}
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			_ = h.read(ctx, token, nodes(n))
		}
	}()
	return h
}

func (h *heard) read(ctx context.Context, token, from string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from+"/v1/events/stream", nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if all := h.cursors(); len(all) > 0 {
		r.Header.Set("Last-Event-ID", all[len(all)-1])
	} else {
		r.URL.RawQuery = "after=ev_1"
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s := bufio.NewScanner(resp.Body)
	for s.Scan() {
		data, ok := strings.CutPrefix(s.Text(), "data:")
		var e client.FeedEvent
		if !ok || json.Unmarshal([]byte(data), &e) != nil || e.Cursor == "" {
			continue
		}
		h.mu.Lock()
		h.events = append(h.events, e)
		h.at[fmt.Sprint(e.Number, " ", e.Seq)] = time.Now()
		h.mu.Unlock()
	}
	return s.Err()
}

// Three nodes serve one database behind one address: any of them answers anything
// and sees what another has just done; live streams of every node are told of
// everything within a second; a timer fires once; a node that is killed at random
// loses nothing; and the feed, read from one node after the other, has no gap and
// nothing twice.
func TestSeveralNodes(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	p := newPlace(t, t.TempDir(), pgtest.URL(t))
	nodes := []*node{p.start(), p.start(), p.start()}
	b, address := balance(t, nodes...)
	c := newCrew(t, p, rng)
	c.failed = func(err error, _ time.Time) {
		if !unheard(err) {
			t.Errorf("refused: %v", err)
		}
	}
	streams, stopStreams := context.WithCancel(t.Context())
	defer stopStreams()
	var listeners []*heard
	for i := range nodes {
		listeners = append(listeners, follow(streams, p.tokens["ito"], func(n int) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.nodes[(i+n)%len(b.nodes)].url
		}))
	}
	stop := c.work(address)
	c.progress(clients)
	slowest := p.told(t, address, listeners, pick(10, 100))
	kept := 0
	for range pick(3, 30) {
		c.progress(clients)
		wait(t, time.Duration(rng.Int64N(int64(200*time.Millisecond))))
		i := rng.IntN(len(nodes))
		nodes[i].kill()
		c.progress(clients) // the others go on
		started := p.start()
		b.mu.Lock()
		nodes[i], b.nodes = started, slices.Clone(nodes)
		b.nodes[i] = started
		b.mu.Unlock()
	}
	stop()
	kept += c.compare(address)
	p.firesOnce(t, address, pick(20, 500))
	all := p.feed(t, address)
	for i, l := range listeners {
		look(t, "end of a stream", func() bool { return len(l.cursors()) >= len(all) })
		if got := l.cursors(); !slices.Equal(got, all) {
			t.Errorf("stream %d was told %d events, the feed has %d, or in another order", i, len(got), len(all))
		}
	}
	for _, n := range nodes {
		n.stop()
	}
	p.once()
	p.check()
	t.Logf("%d acknowledged by three nodes, %d events in the feed; streams were told within %v", kept, len(all), slowest.Round(time.Millisecond))
	// The short form shares the machine with the tests of other packages.
	if most := pick(5*time.Second, time.Second); slowest > most {
		t.Errorf("a stream was told after %v, want %v", slowest, most)
	}
}

// told has n comments written, each by the next node, and gives the longest time
// until every stream was told; each is read at once from another node.
func (p *place) told(t *testing.T, address string, streams []*heard, n int) (slowest time.Duration) {
	t.Helper()
	tanaka := &client.Client{BaseURL: address, Token: p.tokens["tanaka"], Language: "en"}
	r, err := tanaka.File(t.Context(), client.File{Kind: "sr", Title: "t", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"}})
	must(t, err)
	for i := range n {
		res, err := tanaka.Comment(t.Context(), r.Number, client.Comment{Text: fmt.Sprint("comment ", i)})
		must(t, err)
		answered := time.Now()
		seen, err := tanaka.Request(t.Context(), r.Number)
		must(t, err)
		if seen.Version < res.Version {
			t.Errorf("another node shows version %d after %d was acknowledged", seen.Version, res.Version)
		}
		for _, l := range streams {
			var at time.Time
			look(t, "event in a stream", func() (ok bool) { at, ok = l.has(res.Number, res.Version); return ok })
			slowest = max(slowest, at.Sub(answered))
		}
	}
	return slowest
}

// firesOnce lets n requests wait until one instant and wants each wait to end by
// itself, once.
func (p *place) firesOnce(t *testing.T, address string, n int) {
	t.Helper()
	tanaka, ito := &client.Client{BaseURL: address, Token: p.tokens["tanaka"]}, &client.Client{BaseURL: address, Token: p.tokens["ito"]}
	var numbers []string
	began := time.Now()
	for range n {
		r, err := tanaka.File(t.Context(), client.File{Kind: "sr", Title: "t", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 4})
		must(t, err)
		_, err = ito.Take(t.Context(), r.Number)
		must(t, err)
		numbers = append(numbers, r.Number)
	}
	until := time.Now().Add(2*time.Since(began) + time.Second) // the waits are fewer calls than that
	for _, number := range numbers {
		_, err := ito.Command(t.Context(), number, "waiting", client.Wait{Kind: "waiting_third_party", Until: until, Reason: "x"})
		must(t, err)
	}
	ends := func(number string) (n int) {
		events, err := ito.AllEvents(t.Context(), number)
		must(t, err)
		for _, e := range events {
			if e.Kind == "waiting_ended" {
				if n++; e.At.Before(until) {
					t.Errorf("the waiting of %s ended at %v, before %v", number, e.At, until)
				}
			}
		}
		return n
	}
	for _, number := range numbers {
		look(t, "end of waiting", func() bool { return ends(number) > 0 })
	}
	for _, number := range numbers {
		if n := ends(number); n != 1 {
			t.Errorf("the waiting of %s ended %d times", number, n)
		}
	}
}

// feed reads the whole feed, each page from the next node, and wants each
// request's events in their order without a gap.
func (p *place) feed(t *testing.T, address string) (cursors []string) {
	t.Helper()
	ito := &client.Client{BaseURL: address, Token: p.tokens["ito"]}
	seqs, after := map[string]int64{}, "ev_1"
	for {
		page, err := ito.Feed(t.Context(), after, 37)
		must(t, err)
		for _, e := range page.Events {
			if seqs[e.Number]++; seqs[e.Number] != e.Seq {
				t.Fatalf("the feed has event %d of %s in the place of %d", e.Seq, e.Number, seqs[e.Number])
			}
			cursors = append(cursors, e.Cursor)
		}
		if after = page.Next; !page.More {
			return cursors
		}
	}
}

// errRefused: nobody listens, so that nothing of a call has arrived.
var errRefused = errors.New("refused")

func dialRefused(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, errors.Join(errRefused, err)
	}
	return c, nil
}

// A file has one process: a second one says which has it and what to do, and the
// first goes on.
func TestAFileHasOneProcess(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	n := p.start()
	for _, command := range [][]string{{"serve", "--sender", "support@desk.example"}, {"migrate"}} {
		out, err := p.run(append(command, p.flags()...)...)
		if want := fmt.Sprintf("in use by process %d: stop it first", n.cmd.Process.Pid); err == nil || !strings.Contains(out, want) {
			t.Errorf("%v beside a running desk: %v\n%s\nwant %q", command, err, out, want)
		}
	}
	tanaka := &client.Client{BaseURL: n.url, Token: p.tokens["tanaka"]}
	_, err := tanaka.File(t.Context(), client.File{Kind: "sr", Title: "t", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 4})
	must(t, err)
	n.stop()
	p.check()
}
