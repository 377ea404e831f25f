package smarthost

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
)

// sink is an SMTP server on a real port. It keeps what it is given.
type sink struct {
	addr     string
	tls      *tls.Config // offered by STARTTLS, or from the first byte with implicit
	implicit bool
	rcpt     string // answer to RCPT, "" accepts
	data     string // answer to the message's end, "" accepts
	silent   bool   // never answers RCPT
	noStart  bool   // does not offer STARTTLS
	away     bool   // ends the connection in answer to MAIL

	mu    sync.Mutex
	got   []taken
	auth  []string
	lines []net.Conn
}

type taken struct {
	from, to, body string
	protected      bool
}

func (s *sink) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.keep(func() { s.lines = append(s.lines, c) })
			wg.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); s.hangUp(); wg.Wait() })
}

// hangUp ends all connections, and tells how many there were.
func (s *sink) hangUp() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.lines {
		c.Close()
	}
	return len(s.lines)
}

func (s *sink) serve(c net.Conn) {
	defer c.Close()
	protected := false
	if s.implicit {
		c, protected = tls.Server(c, s.tls), true
	}
	r := textproto.NewReader(bufio.NewReader(c))
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	var m taken
	say("220 sink")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-sink")
			if s.tls != nil && !protected && !s.noStart {
				say("250-STARTTLS")
			}
			say("250-8BITMIME")
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			c, protected = tls.Server(c, s.tls), true
			r = textproto.NewReader(bufio.NewReader(c))
		case "AUTH":
			s.keep(func() { s.auth = append(s.auth, arg) })
			say("235 welcome")
		case "RSET":
			say("250 ok")
		case "MAIL":
			away := false
			s.keep(func() { away = s.away })
			if away {
				say("421 4.7.0 idle for too long")
				return
			}
			m = taken{from: address(arg), protected: protected}
			say("250 ok")
		case "RCPT":
			if s.silent {
				_, _ = io.Copy(io.Discard, c)
				return
			}
			m.to = address(arg)
			answer := ""
			s.keep(func() { answer = s.rcpt })
			say(orOK(answer))
		case "DATA":
			say("354 go on")
			body, err := io.ReadAll(r.DotReader())
			if err != nil {
				return
			}
			m.body = string(body)
			if s.data == "" {
				s.keep(func() { s.got = append(s.got, m) })
			}
			say(orOK(s.data))
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

func (s *sink) keep(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func orOK(answer string) string {
	if answer == "" {
		return "250 ok"
	}
	return answer
}

func address(arg string) string {
	_, rest, _ := strings.Cut(arg, "<")
	a, _, _ := strings.Cut(rest, ">")
	return a
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sink"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func receipt() notify.Mail {
	return notify.Mail{
		Key:     "r10000000.1.mail.c1",
		From:    notify.Address{Name: "Support", Email: "support@example.com"},
		To:      notify.Address{Name: "佐藤 一郎", Email: "sato@aoba.example"},
		Subject: "[SR 100-000-009] ご依頼を受け付けました", Text: "受け付けました。\n.\n..二つ\n", HTML: "<p>受け付けました。</p>",
		Language: "ja", MessageID: "<r10000000.1.mail.c1@example.com>", Date: time.Date(2026, 6, 6, 2, 6, 0, 0, time.UTC),
	}
}

func TestRelayTakesExactBytes(t *testing.T) {
	t.Parallel()
	server, pool := certificate(t)
	for name, relay := range map[string]*Relay{
		"starttls": {Encryption: Required}, "tls": {Encryption: Implicit}, "none": {Encryption: Plaintext},
		"opportunistic": {Encryption: Opportunistic},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sink{tls: server, implicit: relay.Encryption == Implicit}
			s.start(t)
			relay.Addr, relay.TLS = s.addr, &tls.Config{RootCAs: pool}
			if relay.Encryption != Plaintext {
				relay.User, relay.Password = "desk", "secret"
			}
			if err := relay.Send(t.Context(), receipt()); err != nil {
				t.Fatal(err)
			}
			s.keep(func() {
				if len(s.got) != 1 {
					t.Fatalf("the sink got %d messages, want 1", len(s.got))
				}
				m := s.got[0]
				if m.from != "support@example.com" || m.to != "sato@aoba.example" {
					t.Errorf("envelope from %q to %q", m.from, m.to)
				}
				// The sink's reader turns CRLF into LF, nothing else.
				if want := strings.ReplaceAll(string(receipt().EML()), "\r\n", "\n"); m.body != want {
					t.Errorf("the bytes that left differ\n got %q\nwant %q", m.body, want)
				}
				if m.protected != (relay.Encryption != Plaintext) {
					t.Errorf("protected = %v", m.protected)
				}
				want := "PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00secret"))
				if relay.User != "" && (len(s.auth) != 1 || s.auth[0] != want) {
					t.Errorf("signed in with %q, want %q", s.auth, want)
				}
			})
		})
	}
}

func TestRelayRefusals(t *testing.T) {
	t.Parallel()
	server, pool := certificate(t)
	for name, c := range map[string]struct {
		sink      *sink
		relay     *Relay
		permanent bool
		address   bool // the refusal is of the recipient's address
	}{
		"unknown address":    {&sink{rcpt: "550 5.1.1 no such user sato@aoba.example"}, &Relay{Encryption: Plaintext}, true, true},
		"relaying denied":    {&sink{rcpt: "550 5.7.1 relaying denied"}, &Relay{Encryption: Plaintext}, true, false},
		"no code":            {&sink{rcpt: "550 sorry"}, &Relay{Encryption: Plaintext}, true, true},
		"blocked, no code":   {&sink{rcpt: "550 you are on a block list"}, &Relay{Encryption: Plaintext}, true, false},
		"mailbox busy":       {&sink{rcpt: "450 4.2.1 try later"}, &Relay{Encryption: Plaintext}, false, true},
		"message refused":    {&sink{data: "554 5.7.1 looks like spam"}, &Relay{Encryption: Plaintext}, true, false},
		"disk full":          {&sink{data: "452 4.3.1 no room"}, &Relay{Encryption: Plaintext}, false, false},
		"no STARTTLS":        {&sink{noStart: true, tls: server}, &Relay{Encryption: Required, TLS: &tls.Config{RootCAs: pool}}, false, false},
		"unknown authority":  {&sink{tls: server}, &Relay{Encryption: Required}, false, false},
		"zero value is safe": {&sink{noStart: true, tls: server}, &Relay{}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.sink.start(t)
			c.relay.Addr = c.sink.addr
			err := c.relay.Send(t.Context(), receipt())
			if err == nil {
				t.Fatal("the mail was taken")
			}
			if got := errors.Is(err, desk.ErrPermanent); got != c.permanent {
				t.Errorf("permanent = %v, want %v: %v", got, c.permanent, err)
			}
			if got := errors.Is(err, desk.ErrAddress); got != c.address {
				t.Errorf("address = %v, want %v: %v", got, c.address, err)
			}
			if strings.Contains(err.Error(), "aoba") {
				t.Errorf("the error names the address: %v", err)
			}
			if len(c.sink.got) > 0 {
				t.Error("the sink keeps a message that it refused")
			}
		})
	}
}

// A relay that accepts the connection and then says nothing holds nobody up
// longer than the caller wants to wait.
func TestRelaySilent(t *testing.T) {
	t.Parallel()
	s := &sink{silent: true}
	s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := (&Relay{Addr: s.addr, Encryption: Plaintext, Timeout: time.Minute}).Send(ctx, receipt())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v, want the deadline", err)
	}
}

func TestRelayUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	err = (&Relay{Addr: addr}).Send(t.Context(), receipt())
	if err == nil || errors.Is(err, desk.ErrPermanent) {
		t.Fatalf("error %v, want one that is worth another try", err)
	}
}

func TestRelaySettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		relay *Relay
		want  string
	}{
		"no port":            {&Relay{Addr: "mail.example.com"}, "host:port"},
		"wrong port":         {&Relay{Addr: "mail.example.com:smtp"}, "1 to 65535"},
		"unknown protection": {&Relay{Addr: "mail.example.com:25", Encryption: "ssl"}, "starttls, opportunistic, tls or none"},
		"password in clear":  {&Relay{Addr: "mail.example.com:25", Encryption: Plaintext, User: "u"}, "unprotected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.relay.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
	if err := (&Relay{Addr: "mail.example.com:587", User: "u", Password: "p"}).Check(); err != nil {
		t.Error(err)
	}
}

// TestRelayKeepsItsConnection hands over many mails: they share a connection, also
// after one that was refused, and one that the relay has ended meanwhile is opened
// again without a failed attempt. Each mail arrives once.
func TestRelayKeepsItsConnection(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.start(t)
	relay := &Relay{Addr: s.addr, Encryption: Plaintext}
	send := func(want bool) {
		t.Helper()
		if err := relay.Send(t.Context(), receipt()); (err == nil) != want {
			t.Fatalf("a mail is answered %v", err)
		}
	}
	arrived := func(mails, lines int) {
		t.Helper()
		s.keep(func() {
			if len(s.got) != mails || len(s.lines) != lines {
				t.Fatalf("%d mails came over %d connections, want %d over %d", len(s.got), len(s.lines), mails, lines)
			}
		})
	}
	send(true)
	send(true)
	arrived(2, 1)
	s.keep(func() { s.rcpt = "550 5.1.1 no such user" })
	send(false)
	s.keep(func() { s.rcpt = "" })
	send(true)
	arrived(3, 1)
	s.hangUp()
	send(true)
	arrived(4, 2)
	s.keep(func() { s.away = true })
	if err := relay.Send(t.Context(), receipt()); err == nil || errors.Is(err, desk.ErrPermanent) {
		t.Fatalf("a relay that only says that it is going away is answered %v, want an error that is worth another try", err)
	}
	arrived(4, 3) // one that waited, and a new one
	s.keep(func() { s.away = false })
	for range carries + 1 {
		send(true)
	}
	arrived(4+carries+1, 5)
}

// TestRelaySideBySide has several mails leave at the same time: none waits for
// another's connection, and what waits afterwards is limited.
func TestRelaySideBySide(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.start(t)
	relay := &Relay{Addr: s.addr, Encryption: Plaintext}
	var wg sync.WaitGroup
	for range 4 * idleMax {
		wg.Go(func() {
			for range 5 {
				if err := relay.Send(t.Context(), receipt()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if len(s.got) != 4*idleMax*5 || len(relay.idle) > idleMax {
		t.Errorf("%d mails arrived, %d connections wait", len(s.got), len(relay.idle))
	}
}
