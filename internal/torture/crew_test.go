package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/client"
)

const clients = 16

// ack is one thing that the desk said it had done: what, to which request, and
// the mark that stands in its text.
type ack struct {
	What   string
	Number string
	Mark   string
}

// crew are the clients. Each has requests of its own, so that nothing but a
// fault keeps it from what it does.
type crew struct {
	t       *testing.T
	place   *place
	base    string // of the node, at the moment
	members []*member
	http    *http.Client
	done    atomic.Int64 // acknowledged
	again   atomic.Int64 // answers to calls that had been carried out before, unheard
	failed  func(err error, began time.Time)
}

// member is one client: a customer and an engineer who work on one request after
// the other.
type member struct {
	crew   *crew
	id     int
	rng    *rand.Rand
	log    *os.File
	made   int
	mark   string // of the last thing
	number string // of the request in hand; "": none
	step   int
	asked  int64 // the ask that waits for an answer
	mu     sync.Mutex
	acks   []ack // since they were last compared
	unsure bool  // nobody knows what came of the last thing
	keyed  bool  // its calls have keys, so that it does the last thing again until it knows
}

// keys gives each change that a member asks for a key of its own, the same when
// it is asked for again.
type keys struct{ m *member }

func (k keys) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		r = r.Clone(r.Context())
		r.Header.Set("Idempotency-Key", k.m.mark+r.URL.Path)
	}
	resp, err := k.m.crew.http.Transport.RoundTrip(r)
	if err == nil && resp.Header.Get("Idempotency-Replayed") != "" {
		k.m.crew.again.Add(1)
	}
	return resp, err
}

func newCrew(t *testing.T, p *place, rng *rand.Rand) *crew {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * clients}
	c := &crew{t: t, place: p, http: &http.Client{Transport: transport, Timeout: 30 * time.Second}}
	t.Cleanup(transport.CloseIdleConnections)
	dir := t.TempDir()
	for i := range clients {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("acknowledged-%02d", i)))
		must(t, err)
		t.Cleanup(func() { _ = f.Close() })
		c.members = append(c.members, &member{crew: c, id: i, keyed: i%2 == 0, rng: rand.New(rand.NewPCG(rng.Uint64(), uint64(i))), log: f})
	}
	return c
}

// as speaks for a person, with the member's keys if it has some.
func (m *member) as(key string) *client.Client {
	c := m.crew.as(key)
	if m.keyed {
		c.HTTP = &http.Client{Transport: keys{m}, Timeout: m.crew.http.Timeout}
	}
	return c
}

func (c *crew) as(key string) *client.Client {
	return &client.Client{BaseURL: c.base, Token: c.place.tokens[key], Language: "en", HTTP: c.http}
}

// work lets the clients work on a node until ctx ends; stop waits for them.
func (c *crew) work(url string) (stop func()) {
	c.base = url
	ctx, cancel := context.WithCancel(c.t.Context())
	var all sync.WaitGroup
	for _, m := range c.members {
		all.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				m.unsure = m.unsure && (m.keyed || m.number != "")
				unsure := m.unsure && !m.keyed
				err := m.act(ctx)
				if err == nil {
					continue
				}
				wait(c.t, 10*time.Millisecond) // less than they are told to
				m.unsure = unheard(err) || ctx.Err() != nil || m.keyed && (client.CodeOf(err) == "busy" || client.CodeOf(err) == "internal")
				if m.unsure {
					m.step-- // it may have been done, or not
				} else {
					m.number = ""
				}
				// What is refused because it was done before, unheard, is no failure of who
				// has no key.
				if c.failed != nil && ctx.Err() == nil && !(unsure && client.CodeOf(err) != "busy") {
					c.failed(err, began)
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// acknowledged is what was acknowledged to each since they were last compared.
func (c *crew) acknowledged() [][]ack {
	var all [][]ack
	for _, m := range c.members {
		m.mu.Lock()
		all = append(all, slices.Clone(m.acks))
		m.mu.Unlock()
	}
	return all
}

// progress waits until n more things were acknowledged.
func (c *crew) progress(n int64) {
	c.t.Helper()
	look, end := time.NewTicker(time.Millisecond), time.NewTimer(time.Minute)
	defer look.Stop()
	defer end.Stop()
	for goal := c.done.Load() + n; c.done.Load() < goal; {
		select {
		case <-look.C:
		case <-end.C:
			c.t.Fatalf("nothing is acknowledged any more, after %d", c.done.Load())
		}
	}
}

// act does the next thing and writes down that it was acknowledged.
func (m *member) act(ctx context.Context) error {
	if !m.keyed || !m.unsure {
		m.made++
		// Its end shows: what follows a text in a file may look like more of it.
		m.mark = fmt.Sprintf("mark-%d-%d-%x~", m.id, m.made, m.rng.Uint32())
	}
	what, res, err := m.next(ctx, m.mark)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	m.number = res.Number
	a := ack{what, res.Number, m.mark}
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if _, err := m.log.Write(append(b, '\n')); err != nil {
		return err
	}
	if err := m.log.Sync(); err != nil {
		return err
	}
	m.mu.Lock()
	m.acks = append(m.acks, a)
	m.mu.Unlock()
	m.crew.done.Add(1)
	m.unsure = false
	return nil
}

// next is what the client does now: it files, and then goes through the steps of
// the request in hand.
func (m *member) next(ctx context.Context, mark string) (string, client.Result, error) {
	customer, engineer := m.as("tanaka"), m.as("ito")
	if m.number == "" {
		m.step, m.asked = 0, 0
		res, err := customer.File(ctx, client.File{
			Kind: "sr", Title: "vMotion is slow " + mark, Text: "月曜から遅い。 Since Monday. " + mark, Channel: "portal", Product: "vsphere", Version: "4.0",
			Severity: 3, Criteria: []string{"usable"},
		})
		return "filed", res, err
	}
	m.step++
	switch m.step {
	case 1:
		// Taking has no text of its own; what follows it has.
		if _, err := engineer.Take(ctx, m.number); err != nil {
			return "taken", client.Result{}, err
		}
		res, err := engineer.Comment(ctx, m.number, client.Comment{Text: "We look at it. " + mark})
		return "answered", res, err
	case 2:
		res, err := engineer.Command(ctx, m.number, "asks", client.NewAsk{Kind: "debug_data", Text: "A bundle, please. " + mark})
		return "asked", res, err
	case 3:
		res, err := customer.Command(ctx, m.number, "asks/1/answer", client.Text{Text: "It is on the share. " + mark})
		return "ask answered", res, err
	case 4:
		res, err := engineer.Command(ctx, m.number, "hand-over", client.HandOverNotice{
			To: "byrne@desk.example", Ground: "expertise", Reason: mark, Note: client.HandOverNote{State: "looked at", Next: "read the logs", Promises: "none", DoNot: "none"},
		})
		return "hand-over announced", res, err
	case 5:
		// Accepted before, and only the note was not heard of: there is nothing to accept.
		if _, err := m.as("byrne").Command(ctx, m.number, "hand-over/acceptance", nil); err != nil && client.CodeOf(err) != "conflict" {
			return "hand-over accepted", client.Result{}, err
		}
		res, err := m.as("byrne").Note(ctx, m.number, "Read. "+mark)
		return "noted", res, err
	}
	res, err := customer.Comment(ctx, m.number, client.Comment{Text: "Still slow, まだ遅い。 " + mark})
	if m.step > 8 && err == nil {
		defer func() { m.number = "" }()
	}
	return "commented", res, err
}

// compare looks on a node for everything that was acknowledged since the last
// time: each must be there, once. It gives how many there were.
func (c *crew) compare(url string) int {
	c.t.Helper()
	c.base = url
	engineer := c.as("ito")
	found, n := map[string][]byte{}, 0
	for _, m := range c.members {
		for _, a := range m.acks {
			n++
			all, ok := found[a.Number]
			if !ok {
				events, err := engineer.AllEvents(c.t.Context(), a.Number)
				if err != nil {
					c.t.Errorf("%s of %s was acknowledged, and is not there: %v", a.What, a.Number, err)
				}
				for _, e := range events {
					all = append(append(all, e.Data...), e.Text...)
				}
				found[a.Number] = all
			}
			if !bytes.Contains(all, []byte(a.Mark)) {
				c.t.Errorf("%s of %s (%s) was acknowledged, and is lost", a.What, a.Number, a.Mark)
			}
		}
		m.acks = nil
	}
	return n
}
