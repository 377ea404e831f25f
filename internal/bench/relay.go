package main

import (
	"bufio"
	"io"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"
	"sync/atomic"
)

// relay is a smarthost that takes every mail and keeps none: what a mail costs
// here is what the desk does for it. It knows where the last to each address wants to
// be answered.
type relay struct {
	addr  string
	mails atomic.Int64
	l     net.Listener

	mu    sync.Mutex
	wrote map[string]told // the last to each address
}

// told is a mail of the desk, as far as an answer needs it.
type told struct {
	back    string // its envelope's sender
	reply   string // where it wants to be answered
	id      string
	subject string
}

// forget forgets what was written.
func (r *relay) forget() {
	r.mu.Lock()
	r.wrote = map[string]told{}
	r.mu.Unlock()
}

// to is the last mail to an address since [relay.forget].
func (r *relay) to(address string) (told, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.wrote[address]
	return m, ok
}

// keep reads a mail and notes of it what an answer needs, once forget was called.
func (r *relay) keep(from, to string, mail io.Reader) error {
	m, err := netmail.ReadMessage(mail)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	t := told{back: from, id: m.Header.Get("Message-ID"), subject: m.Header.Get("Subject")}
	if reply, err := netmail.ParseAddress(m.Header.Get("Reply-To")); err == nil {
		t.reply = reply.Address
	}
	r.mails.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrote != nil {
		r.wrote[to] = t
	}
	return nil
}

// inside is what stands in the angle brackets of a line.
func inside(line string) string {
	_, rest, _ := strings.Cut(line, "<")
	in, _, _ := strings.Cut(rest, ">")
	return in
}

func openRelay() (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{addr: l.Addr().String(), l: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.serve(c)
		}
	}()
	return r, nil
}

func (r *relay) close() error { return r.l.Close() }

func (r *relay) serve(c net.Conn) {
	defer c.Close()
	in := textproto.NewReader(bufio.NewReader(c))
	answer, from, to := "220 bench", "", ""
	for {
		if _, err := io.WriteString(c, answer+"\r\n"); err != nil {
			return
		}
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch answer = "250 ok"; verb {
		case "QUIT":
			return
		case "MAIL":
			from = inside(line)
		case "RCPT":
			to = inside(line)
		case "DATA":
			if _, err := io.WriteString(c, "354 go on\r\n"); err != nil {
				return
			}
			if err := r.keep(from, to, in.DotReader()); err != nil {
				return
			}
		}
	}
}
