package mail

import (
	"errors"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// lines are the connections of a server: how many there are, in all and of one
// peer, and how long each may be silent.
type lines struct {
	net.Listener
	silence        time.Duration
	most, mostPeer int
	relays         []netip.Prefix // of our own, which may have all of them

	mu      sync.Mutex
	open    map[*line]struct{}
	byPeer  map[netip.Addr]int
	closing bool
}

func listen(l net.Listener, silence time.Duration, most, mostPeer int, relays []netip.Prefix) *lines {
	return &lines{Listener: l, silence: silence, most: most, mostPeer: mostPeer, relays: relays, open: map[*line]struct{}{}, byPeer: map[netip.Addr]int{}}
}

// tooMany is said to whom there is no room for; a server tries again (RFC 5321, 3.8).
const tooMany = "421 4.7.0 Too many connections, try again later\r\n"

// Accept gives the next connection that there is room for.
func (l *lines) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if held := l.take(c); held != nil {
			return held, nil
		}
		go func() {
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			_, _ = c.Write([]byte(tooMany))
			_ = c.Close()
		}()
	}
}

func (l *lines) take(c net.Conn) *line {
	peer := peerOf(c)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing || len(l.open) >= l.most || peer.IsValid() && l.byPeer[peer] >= l.mostPeer && !within(l.relays, peer) {
		return nil
	}
	held := &line{Conn: c, of: l, peer: peer}
	l.open[held] = struct{}{}
	l.byPeer[peer]++
	return held
}

// close lets nobody in any more, and ends the connections on which no mail is
// being handed over; the others end after it.
func (l *lines) close() error {
	l.mu.Lock()
	l.closing = true
	for held := range l.open {
		if !held.busy.Load() {
			_ = held.Conn.SetReadDeadline(time.Now())
		}
	}
	l.mu.Unlock()
	if err := l.Listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// cut ends all that is left.
func (l *lines) cut() {
	l.mu.Lock()
	left := slices.Collect(maps.Keys(l.open))
	l.mu.Unlock()
	for _, c := range left {
		_ = c.Close()
	}
}

func (l *lines) ending() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closing
}

// line is one connection. It is given up when its peer is silent for too long.
type line struct {
	net.Conn
	of   *lines
	peer netip.Addr
	busy atomic.Bool // a mail is being handed over
	once sync.Once
}

// Read waits for the peer.
func (c *line) Read(b []byte) (int, error) {
	_ = c.Conn.SetReadDeadline(time.Now().Add(c.of.silence))
	if !c.busy.Load() && c.of.ending() {
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Read(b)
}

// Write waits for the peer to listen.
func (c *line) Write(b []byte) (int, error) {
	_ = c.Conn.SetWriteDeadline(time.Now().Add(c.of.silence))
	return c.Conn.Write(b)
}

// Close makes room for another one.
func (c *line) Close() error {
	c.once.Do(func() {
		c.of.mu.Lock()
		defer c.of.mu.Unlock()
		delete(c.of.open, c)
		if c.of.byPeer[c.peer]--; c.of.byPeer[c.peer] <= 0 {
			delete(c.of.byPeer, c.peer)
		}
	})
	return c.Conn.Close()
}

// lineOf finds the connection below TLS.
func lineOf(c net.Conn) *line {
	for {
		switch at := c.(type) {
		case *line:
			return at
		case interface{ NetConn() net.Conn }:
			c = at.NetConn()
		default:
			return nil
		}
	}
}

// peerOf is the address of who is at the other end; the zero value on a socket of
// this machine.
func peerOf(c net.Conn) netip.Addr {
	a, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap().WithZone("")
}
