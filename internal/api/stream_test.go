package api

import (
	"errors"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"madoguchi/internal/live"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// oneConn is a listener that has one connection.
type oneConn struct{ conns chan net.Conn }

func (l oneConn) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l oneConn) Close() error   { return nil }
func (l oneConn) Addr() net.Addr { return l }
func (oneConn) Network() string  { return "pipe" }
func (oneConn) String() string   { return "pipe" }

// Who does not read is cut off; nothing is kept for them.
func TestSlowReadersAreCutOff(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	l := oneConn{conns: make(chan net.Conn, 1)}
	l.conns <- ours
	ended := make(chan error, 1)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		to := &stream{live.Begin(w, 20*time.Millisecond)}
		page := store.Feed{Events: []store.Event{{Pos: 1, SubjectID: 10_000_000, Fact: support.Fact{Seq: 1, Body: support.Commented{}}}}}
		for {
			if err := to.page(page); err != nil {
				ended <- err
				return
			}
		}
	})}
	defer server.Close()
	go func() { _ = server.Serve(l) }()
	if _, err := theirs.Write([]byte("GET / HTTP/1.1\r\nHost: desk\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it waits for a reader who does not read")
	}
	close(l.conns)
}
