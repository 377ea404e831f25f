package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// following is a stream that is being read.
type following struct {
	h      *house
	events chan client.FeedEvent
	ended  chan struct{}
	close  func()
}

// follow opens a stream as somebody; last is the Last-Event-ID.
func (h *house) follow(key, last string) *following {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/v1/events/stream", nil)
	must(h.t, err)
	req.Header.Set("Authorization", "Bearer "+h.cast.Tokens[key])
	req.Header.Set("Accept", "text/event-stream")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || ct != "text/event-stream" {
		h.t.Fatalf("the stream of %s: %d, %s", key, resp.StatusCode, ct)
	}
	f := &following{h: h, events: make(chan client.FeedEvent, 1000), ended: make(chan struct{}), close: cancel}
	h.t.Cleanup(cancel)
	go func() {
		defer close(f.ended)
		defer resp.Body.Close()
		id := ""
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if s, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				id = s
			}
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e client.FeedEvent
			if err := json.Unmarshal([]byte(data), &e); err != nil || e.Cursor != id {
				h.t.Errorf("event %q under id %q: %v", data, id, err)
			}
			f.events <- e
		}
	}()
	return f
}

// until reads up to a fact of a request.
func (f *following) until(number string, seq int64) []client.FeedEvent {
	f.h.t.Helper()
	var out []client.FeedEvent
	late := time.After(20 * time.Second)
	for {
		select {
		case e := <-f.events:
			if out = append(out, e); e.Number == number && e.Seq == seq {
				return out
			}
		case <-late:
			f.h.t.Fatalf("fact %d of %s never came; these did: %v", seq, number, out)
		}
	}
}

func (h *house) feed(key string) []client.FeedEvent {
	h.t.Helper()
	must(h.t, h.store.Number(context.Background()))
	var all []client.FeedEvent
	for after := ""; ; {
		page, err := h.as(key).Feed(context.Background(), after, 3)
		must(h.t, err)
		all = append(all, page.Events...)
		if !page.More {
			return all
		}
		after = page.Next
	}
}

// What the feed tells by pages and by streams is what the timelines hold, to
// each as far as they see it, and nothing of what was said.
func TestFeedTellsWhatTimelinesHold(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	mine, others := h.file("tanaka", sev3()), h.file("okada", client.File{Kind: "cs_request", Title: "keys", Topic: "licence", Contract: "BAS-2010-0417"})
	_, err := h.as("ito").Note(ctx, mine.Number, "not for everybody")
	must(t, err)
	for _, key := range []string{"tanaka", "ito"} {
		all, err := h.as(key).AllEvents(ctx, mine.Number)
		must(t, err)
		var want, got []int64
		for _, e := range all {
			want = append(want, e.Seq)
		}
		strangers := 0
		for _, e := range h.feed(key) {
			switch e.Number {
			case mine.Number:
				got = append(got, e.Seq)
			case others.Number:
				strangers++
			}
		}
		if !slices.Equal(got, want) || (strangers > 0) != (key == "ito") {
			t.Errorf("%s is told facts %v, sees %v, and %d of somebody else's", key, got, want, strangers)
		}
	}
	_, raw := h.raw(http.MethodGet, "/v1/events?limit=500", h.cast.Tokens["ito"], "")
	text, err := json.Marshal(raw)
	must(t, err)
	if strings.Contains(string(text), "not for everybody") || strings.Contains(string(text), "anaka") {
		t.Errorf("it tells what was said or by whom: %s", text)
	}
	for _, cursor := range []string{"7", "ev_0", "ev_zzzzzzzz", "acc_1"} {
		if status, p := h.raw(http.MethodGet, "/v1/events?after="+cursor, h.cast.Tokens["ito"], ""); status != http.StatusUnprocessableEntity {
			t.Errorf("after %s: %d %v", cursor, status, p)
		}
		if status, p := h.raw(http.MethodGet, "/v1/events/stream?after="+cursor, h.cast.Tokens["ito"], ""); status != http.StatusUnprocessableEntity {
			t.Errorf("a stream after %s: %d %v", cursor, status, p)
		}
	}
}

// A reader that is cut off and comes back with its last cursor has seen
// everything once.
func TestStreamsResumeWithoutGap(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	first := h.follow("ito", "")
	filed := h.file("tanaka", sev3())
	got := first.until(filed.Number, filed.Version)
	first.close()
	more, err := h.as("ito").Note(ctx, filed.Number, "meanwhile")
	must(t, err)
	// It may have received more than it knows of: the cursor is in the middle.
	got = got[:len(got)-1]
	second := h.follow("ito", got[len(got)-1].Cursor)
	got = append(got, second.until(filed.Number, more.Version)...)
	last, err := h.as("ito").Note(ctx, filed.Number, "live")
	must(t, err)
	got = append(got, second.until(filed.Number, last.Version)...)
	for i, e := range got {
		if e.Number != filed.Number || e.Seq != int64(i+1) {
			t.Fatalf("entry %d is fact %d of %s", i+1, e.Seq, e.Number)
		}
	}
}

// Whose token is revoked, and whose right to a request is taken away, is told
// nothing more within five seconds.
func TestRightsTakenAwayEndStreams(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	filed := h.file("tanaka", sev3())
	id, err := support.ParseNumber(filed.Number)
	must(t, err)
	weber := h.cast.Contacts["weber"].ID
	must(t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.AddWatcher(id, weber) }))
	watcher, revoked := h.follow("weber", ""), h.follow("ito", "")
	said, err := h.as("tanaka").Comment(ctx, filed.Number, client.Comment{Text: "one"})
	must(t, err)
	watcher.until(filed.Number, firstPublic(t, h, "tanaka", filed.Number, filed.Version))
	must(t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.RemoveWatcher(id, weber) }))
	_, err = h.as("tanaka").Comment(ctx, filed.Number, client.Comment{Text: "two"})
	must(t, err)

	tokens, err := h.store.Tokens(ctx)
	must(t, err)
	for _, token := range tokens {
		if token.Actor == (support.Actor{Kind: support.Vendor, ID: h.cast.Staff["ito"].ID}) {
			must(t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.RevokeToken(token.ID, time.Now()) }))
		}
	}
	select {
	case <-revoked.ended:
	case <-time.After(5 * time.Second):
		t.Error("the stream of a revoked token goes on")
	}
	for {
		select {
		case e := <-watcher.events:
			if e.Seq > said.Version {
				t.Errorf("who watches no more is told fact %d", e.Seq)
			}
			continue
		default:
		}
		break
	}
}

// firstPublic is the first fact after seq that a customer sees.
func firstPublic(t *testing.T, h *house, key, number string, seq int64) int64 {
	t.Helper()
	all, err := h.as(key).AllEvents(context.Background(), number)
	must(t, err)
	for _, e := range all {
		if e.Seq > seq {
			return e.Seq
		}
	}
	t.Fatalf("nothing of %s after %d", number, seq)
	return 0
}

// One person opens so many streams and no more.
func TestStreamsAreCounted(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 20 {
		h.follow("ito", "")
	}
	if status, p := h.raw(http.MethodGet, "/v1/events/stream", h.cast.Tokens["ito"], ""); status != http.StatusServiceUnavailable {
		t.Errorf("one more: %d %v", status, p)
	}
	h.follow("nishida", "")
}
