package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// taken is what a door has handed in, and what is answered.
type taken struct {
	mu   sync.Mutex
	all  []desk.Delivery
	err  error
	hold chan struct{} // when set, each waits for it
	in   chan struct{} // when set, is told of each
}

func (k *taken) receive(_ context.Context, m desk.Delivery) (int64, error) {
	if k.in != nil {
		k.in <- struct{}{}
	}
	if k.hold != nil {
		<-k.hold
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return 0, k.err
	}
	k.all = append(k.all, m)
	return int64(len(k.all)), nil
}

func (k *taken) list() []desk.Delivery {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.all)
}

// serving is a server that runs, and how it is ended.
func serving(t *testing.T, k *taken, change func(*ServerConfig)) (addr string, stop func() error) {
	t.Helper()
	c := ServerConfig{Receive: k.receive, Name: "mx.vendor.example",
		Ours: func(_ context.Context, a string) (bool, error) {
			if strings.HasPrefix(a, "unread@") {
				return false, errors.New("the store is away")
			}
			return strings.HasSuffix(a, "@vendor.example"), nil
		}}
	if change != nil {
		change(&c)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	s := NewServer(c)
	go func() { done <- s.Serve(ctx, l) }()
	var once sync.Once
	stop = func() (err error) {
		once.Do(func() { cancel(); err = <-done })
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return l.Addr().String(), stop
}

// talk is a client that says what it is told to.
type talk struct {
	t *testing.T
	c net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *talk {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &talk{t, c, bufio.NewReader(c)}
}

// say says something and gives the answer, "" when the line is closed.
func (k *talk) say(line string) string {
	k.t.Helper()
	if line != "" {
		_, _ = fmt.Fprintf(k.c, "%s\r\n", line)
	}
	_ = k.c.SetReadDeadline(time.Now().Add(20 * time.Second))
	var all strings.Builder
	for {
		got, err := k.r.ReadString('\n')
		all.WriteString(got)
		if err != nil || len(got) > 3 && got[3] != '-' {
			return all.String()
		}
	}
}

// quiet wants a line to stay open for a while on which nothing is said.
func (k *talk) quiet() {
	k.t.Helper()
	_ = k.c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if got, err := k.r.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
		k.t.Fatalf("a line on which a mail is handed over says %q, %v", got, err)
	}
}

// nobodyLetIn wants nobody to be let in any more, before those who are in may go on.
func nobodyLetIn(t *testing.T, addr string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = c.Close()
	}
	t.Fatal("somebody is let in at the end")
}

func (k *talk) wants(line, answer string) {
	k.t.Helper()
	if got := k.say(line); !strings.HasPrefix(got, answer) {
		k.t.Fatalf("%.60q was answered %q, want %s", line, got, answer)
	}
}

const aMail = "From: Aiko <aiko@customer.example>\r\nTo: support@vendor.example\r\nSubject: 障害\r\nMessage-ID: <1@customer.example>\r\n\r\nIt is down.\r\n"

func (k *talk) mail(body, answer string) {
	k.t.Helper()
	k.wants("MAIL FROM:<aiko@customer.example>", "250")
	k.wants("RCPT TO:<support@vendor.example>", "250")
	k.wants("DATA", "354")
	k.wants(body+".", answer)
}

// T11, walk 1: a mail that was answered with 250 is with the desk, as it came.
func TestServerTakesMail(t *testing.T) {
	t.Parallel()
	k := &taken{}
	addr, _ := serving(t, k, nil)
	c := dial(t, addr)
	c.wants("", "220 mx.vendor.example")
	c.wants("EHLO mail.customer.example", "250")
	c.mail(aMail, "250")
	c.wants("MAIL FROM:<>", "250")
	c.wants("RCPT TO:<support+tag@vendor.example>", "250")
	c.wants("RCPT TO:<somebody@elsewhere.example>", "550 5.1.1")
	c.wants("RCPT TO:<unread@vendor.example>", "451 4.3.0")
	c.wants("DATA", "354")
	c.wants("Subject: dots\r\n\r\n..one dot\r\n.", "250")
	c.wants("QUIT", "221")
	got := k.list()
	if len(got) != 2 {
		t.Fatalf("%d mails were taken, want 2", len(got))
	}
	m := got[0]
	if m.Mailbox != SMTP || m.From != "aiko@customer.example" || m.Hello != "mail.customer.example" || m.Peer.String() != "127.0.0.1" || m.To[0] != "support@vendor.example" {
		t.Errorf("taken as %+v", m)
	}
	head, body, _ := strings.Cut(string(m.Raw), "From: Aiko")
	if !strings.HasPrefix(head, "Return-Path: <aiko@customer.example>\r\nReceived: from mail.customer.example ([127.0.0.1])") || "From: Aiko"+body != aMail {
		t.Errorf("the mail came as %q", m.Raw)
	}
	if m := got[1]; m.From != "" || len(m.To) != 1 || m.To[0] != "support+tag@vendor.example" || !strings.HasSuffix(string(m.Raw), "\r\n.one dot\r\n") {
		t.Errorf("the second was taken as %+v", m)
	}
}

// Each refusal of the desk has its answer: what is not the mail's fault is tried
// again by its sender, and nothing was taken.
func TestServerRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a full disk": {support.Refuse(support.Busy, store.DiskFull), "452 4.3.1"},
		"too large":   {support.Refuse(support.TooLarge, "mail.too_large"), "552 5.3.4"},
		"no database": {errors.New("connection refused"), "451 4.3.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &taken{err: c.err}
			addr, _ := serving(t, k, nil)
			cl := dial(t, addr)
			cl.wants("", "220")
			cl.wants("EHLO a.example", "250")
			cl.mail(aMail, c.want)
			cl.mail(aMail, c.want) // the line goes on
			if n := len(k.list()); n != 0 {
				t.Errorf("%d were taken", n)
			}
		})
	}
}

// T18: what is beyond the size is refused before it is sent when it is announced,
// and after it has come when it is not.
func TestServerSize(t *testing.T) {
	t.Parallel()
	k := &taken{}
	addr, _ := serving(t, k, nil)
	c := dial(t, addr)
	c.wants("", "220")
	c.wants("EHLO a.example", "250")
	c.wants("MAIL FROM:<a@customer.example> SIZE=99000000", "552")
	c.wants("RSET", "250")
	c.wants("MAIL FROM:<a@customer.example>", "250")
	c.wants("RCPT TO:<support@vendor.example>", "250")
	c.wants("DATA", "354")
	line := strings.Repeat("x", 998) + "\r\n"
	go func() {
		_, _ = c.c.Write([]byte(strings.Repeat(line, 53_000)))
		_, _ = c.c.Write([]byte(".\r\n"))
	}()
	c.wants("", "552")
	c.mail(aMail, "250")
	c.wants("MAIL FROM:<a@customer.example>", "250")
	c.wants("RCPT TO:<support@vendor.example>", "250")
	c.wants("DATA", "354")
	go func() {
		_, _ = c.c.Write([]byte(strings.Repeat(line, 3_000)))
		_, _ = c.c.Write([]byte(".\r\n"))
	}()
	c.wants("", "250")
	got := k.list()
	if len(got) != 2 || len(got[1].Raw) < 3_000_000 {
		t.Fatalf("%d were taken", len(got))
	}
}

// LMTP answers for each recipient, and has no HELO.
func TestServerLMTP(t *testing.T) {
	t.Parallel()
	k := &taken{}
	addr, _ := serving(t, k, func(c *ServerConfig) { c.LMTP = true })
	c := dial(t, addr)
	c.wants("", "220")
	c.wants("EHLO a.example", "500")
	c.wants("LHLO a.example", "250")
	c.wants("MAIL FROM:<a@customer.example>", "250")
	c.wants("RCPT TO:<support@vendor.example>", "250")
	c.wants("RCPT TO:<billing@vendor.example>", "250")
	c.wants("DATA", "354")
	c.wants(aMail+".", "250")
	c.wants("", "250")
	if got := k.list(); len(got) != 1 || got[0].Mailbox != LMTP || len(got[0].To) != 2 {
		t.Fatalf("taken as %+v", got)
	}
}

// STARTTLS works, says so in the trace, and takes a renewed certificate.
func TestServerTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := selfSigned(t, cert, key)
	offered, err := Certificate(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	k := &taken{}
	addr, _ := serving(t, k, func(c *ServerConfig) { c.TLS = offered })
	for i, roots := range []*x509.CertPool{first, nil} {
		if roots == nil {
			roots = selfSigned(t, cert, key)
			if err := os.Chtimes(cert, time.Time{}, time.Unix(int64(i), 0)); err != nil {
				t.Fatal(err)
			}
		}
		c := dial(t, addr)
		c.wants("", "220")
		if got := c.say("EHLO a.example"); !strings.Contains(got, "STARTTLS") {
			t.Fatalf("no STARTTLS in %q", got)
		}
		c.wants("STARTTLS", "220")
		safe := tls.Client(c.c, &tls.Config{RootCAs: roots, ServerName: "mx.vendor.example"})
		c.c, c.r = safe, bufio.NewReader(safe)
		c.wants("EHLO a.example", "250")
		c.mail(aMail, "250")
		if got := k.list(); len(got) != i+1 || !strings.Contains(string(got[i].Raw), "with ESMTPS;") {
			t.Fatalf("taken as %q", got)
		}
	}
}

func selfSigned(t *testing.T, cert, key string) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.vendor.example"}, DNSNames: []string{"mx.vendor.example", "localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return pool
}

// One address has so many connections and no more; when one ends, there is room.
func TestServerConnections(t *testing.T) {
	t.Parallel()
	addr, _ := serving(t, &taken{}, nil)
	var first *talk
	for range mostOfPeer {
		c := dial(t, addr)
		c.wants("", "220")
		if first == nil {
			first = c
		}
	}
	dial(t, addr).wants("", "421")
	first.wants("QUIT", "221")
	if got := first.say(""); got != "" {
		t.Fatalf("after QUIT came %q", got)
	}
	dial(t, addr).wants("", "220")
}

// A peer that says nothing is given up.
func TestServerSilence(t *testing.T) {
	t.Parallel()
	addr, _ := serving(t, &taken{}, func(c *ServerConfig) { c.Silence = 50 * time.Millisecond })
	c := dial(t, addr)
	c.wants("", "220")
	c.wants("", "421")
}

// At the end, a mail that is being handed over is answered first, and its line ends
// with it; a line on which none is ends at once, and nobody is let in.
func TestServerEnds(t *testing.T) {
	t.Parallel()
	k := &taken{hold: make(chan struct{}), in: make(chan struct{}, 1)}
	addr, stop := serving(t, k, nil)
	idle, busy, half := dial(t, addr), dial(t, addr), dial(t, addr)
	for _, c := range []*talk{idle, busy, half} {
		c.wants("", "220")
		c.wants("EHLO a.example", "250")
	}
	for _, c := range []*talk{busy, half} {
		c.wants("MAIL FROM:<aiko@customer.example>", "250")
		c.wants("RCPT TO:<support@vendor.example>", "250")
		c.wants("DATA", "354")
	}
	_, _ = half.c.Write([]byte(aMail[:len(aMail)/2]))
	_, _ = fmt.Fprintf(busy.c, "%s.\r\nMAIL FROM:<aiko@customer.example>\r\n", aMail)
	<-k.in
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	idle.wants("", "421")
	nobodyLetIn(t, addr)
	busy.quiet()
	half.quiet()
	_, _ = fmt.Fprintf(half.c, "%s.\r\n", aMail[len(aMail)/2:])
	close(k.hold)
	half.wants("", "250")
	busy.wants("", "250")
	busy.wants("", "421 4.3.2") // the next one, which was asked for before the answer
	busy.wants("", "421")
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if len(k.list()) != 2 {
		t.Fatalf("%d mails were taken, want 2", len(k.list()))
	}
}
