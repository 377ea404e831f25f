// Package live is what the doors share of server-sent events (HTML, section 9.2):
// how many may follow, and how one of them is written to.
//
// It refuses to know what is told: what an event says, and who may read it, is the
// door's. Data layout: counters in memory; nothing is kept for a reader, who comes
// back with what they have seen.
package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Bounds of streams.
const (
	Beat   = 15 * time.Second // something is sent at least as often
	Rights = 2 * time.Second  // who may no longer follow is cut off as soon
	Slow   = 10 * time.Second // whoever does not take what is sent within it is cut off
)

// Writer is the way to one reader. Nothing waits in it: what the connection does
// not take in time ends it.
type Writer struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	slow time.Duration
}

// Begin answers with a stream; slow is what a page of it may take, 0 for [Slow].
func Begin(w http.ResponseWriter, slow time.Duration) *Writer {
	if slow == 0 {
		slow = Slow
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	t := &Writer{w: w, out: http.NewResponseController(w), slow: slow}
	_ = t.out.SetReadDeadline(time.Time{}) // the listener's is for calls that end
	return t
}

// Event sends one event with its data as JSON.
func (t *Writer) Event(name string, data any) error {
	j, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", name, err)
	}
	return t.Send(fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, j))
}

// Rest keeps the connection open.
func (t *Writer) Rest() error { return t.Send([]byte(": \n\n")) }

// Send writes bytes of the stream's format at once.
func (t *Writer) Send(b []byte) error {
	if err := t.out.SetWriteDeadline(time.Now().Add(t.slow)); err != nil {
		return err
	}
	if _, err := t.w.Write(b); err != nil {
		return err
	}
	return t.out.Flush()
}
