package egress

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// named resolves every name to the given addresses.
func named(addrs ...string) func(context.Context, string) ([]netip.Addr, error) {
	return func(context.Context, string) ([]netip.Addr, error) {
		var out []netip.Addr
		for _, a := range addrs {
			out = append(out, netip.MustParseAddr(a))
		}
		return out, nil
	}
}

// why posts and gives what kept it from being taken; "" when it was taken.
func why(t *testing.T, c *Client, where string) (Why, Answer) {
	t.Helper()
	a, err := c.Post(t.Context(), where, http.Header{"X-Test": {"1"}}, []byte("{}"))
	var f *Failure
	if err != nil && !errors.As(err, &f) {
		t.Fatalf("%s: %v is no failure", where, err)
	}
	if err == nil {
		return "", a
	}
	return f.Why, a
}

// portOf is the port of a server.
func portOf(t *testing.T, s *httptest.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// counted is a server that counts who came.
func counted(t *testing.T, status int) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		if status/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s, &n
}

// Addresses that are not public are refused however they are written, and a name
// is refused by what it resolves to.
func TestAddresses(t *testing.T) {
	t.Parallel()
	no := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
		"100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2606:4700::1%eth0",
	}
	yes := []string{"1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::1"}
	c := New(Config{})
	for _, s := range no {
		var f *Failure
		if err := c.reachable(netip.MustParseAddr(s)); !errors.As(err, &f) || f.Why != Address {
			t.Errorf("%s may be reached: %v", s, err)
		}
		dials := New(Config{Resolve: named(s)})
		if got, _ := why(t, dials, "http://receiver.example/hook"); got != Address {
			t.Errorf("a name that is %s: %q", s, got)
		}
		if a := netip.MustParseAddr(s); a.Zone() == "" {
			if got, _ := why(t, c, "http://"+net.JoinHostPort(s, "80")+"/"); got != Address {
				t.Errorf("the URL of %s: %q", s, got)
			}
		}
	}
	for _, s := range yes {
		if err := c.reachable(netip.MustParseAddr(s)); err != nil {
			t.Errorf("%s is public: %v", s, err)
		}
	}
}

// Whatever a resolver makes of numbers that are no address by the book, what it
// says is looked at; with the machine's own too.
func TestNumbersInDisguise(t *testing.T) {
	t.Parallel()
	s, came := counted(t, 200)
	for _, host := range []string{"2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "localhost", "LOCALHOST", "localhost."} {
		where := "http://" + host + ":" + portOf(t, s) + "/"
		if got, _ := why(t, New(Config{}), where); got != Address && got != Name {
			t.Errorf("%s: %q", where, got)
		}
		if got, _ := why(t, New(Config{Resolve: named("127.0.0.1")}), where); got != Address {
			t.Errorf("%s that is 127.0.0.1: %q", where, got)
		}
	}
	if n := came.Load(); n != 0 {
		t.Errorf("the server was reached %d times", n)
	}
}

// A name is asked for once for a connection: what it is a moment later does not
// count. One private address among public ones refuses the name.
func TestRebinding(t *testing.T) {
	t.Parallel()
	s, came := counted(t, 200)
	asked := 0
	turns := func(context.Context, string) ([]netip.Addr, error) {
		asked++
		if asked == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.2")}, nil // permitted below, and nobody listens
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	only := []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}
	where := "http://turns.example:" + portOf(t, s) + "/"
	c := New(Config{Resolve: turns, Networks: only})
	if got, _ := why(t, c, where); got != Connection || asked != 1 {
		t.Errorf("the first address: %q, asked %d times", got, asked)
	}
	if got, _ := why(t, c, where); got != Address || asked != 2 {
		t.Errorf("the second address: %q, asked %d times", got, asked)
	}
	mixed := New(Config{Resolve: named("127.0.0.2", "127.0.0.1"), Networks: only})
	if got, _ := why(t, mixed, where); got != Address {
		t.Errorf("a name with one address that is closed: %q", got)
	}
	if n := came.Load(); n != 0 {
		t.Errorf("the server was reached %d times", n)
	}
	// The next address is tried where the first one is silent.
	both := New(Config{Resolve: named("127.0.0.2", "127.0.0.1"), Networks: loopback})
	if got, _ := why(t, both, where); got != "" || came.Load() != 1 {
		t.Errorf("two addresses of which one listens: %q, reached %d times", got, came.Load())
	}
}

// An answer that is elsewhere is an answer, and nobody goes there.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s, came := counted(t, status)
		got, a := why(t, New(Config{Networks: loopback}), s.URL)
		if got != Redirect || a.Status != status || came.Load() != 1 {
			t.Errorf("%d: %q, %+v, came %d times", status, got, a, came.Load())
		}
	}
}

// The environment's proxy would resolve names itself.
func TestProxyIsNotAsked(t *testing.T) {
	proxy, came := counted(t, 200)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	if got, _ := why(t, New(Config{Resolve: named("10.0.0.1")}), "http://receiver.example/"); got != Address || came.Load() != 0 {
		t.Errorf("%q, and the proxy was asked %d times", got, came.Load())
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	for _, s := range []string{"https://a.example", "http://a.example/x?y=1", "https://a.example:443/", "https://a.example:8443/", "http://a.example:1024", "https://[2606:4700::1]:65535/"} {
		if err := c.Check(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		"", "a.example", "//a.example/", "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "https://", "https:a.example", "https:///x", "https://u@a.example/", "https://u:p@a.example/",
		"https://a.example/#f", "https://a.example:22/", "http://a.example:25/", "http://a.example:0/", "http://a.example:65536/", "http://a.example:x/", "http://a.example:1023/", "https://a.example/\x00", "https://a.example/" + strings.Repeat("x", maxURL),
	} {
		if err := c.Check(s); !errors.Is(err, ErrURL) {
			t.Errorf("%q: %v", s, err)
		}
	}
	var f *Failure
	if err := c.Check("http://[::ffff:7f00:1]/"); !errors.As(err, &f) || f.Why != Address {
		t.Errorf("a closed address: %v", err)
	}
}

// strange is a server that answers in all the ways that one should not; wrote
// counts the bytes of its huge answer.
func strange(t *testing.T, wrote *atomic.Int64) *httptest.Server {
	t.Helper()
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		for { // a byte now and then, for ever
			if _, err := io.WriteString(w, "."); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			select {
			case <-release:
				return
			case <-r.Context().Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, r *http.Request) {
		piece := make([]byte, 1<<16)
		for range 1 << 14 { // 1 GiB
			n, err := w.Write(piece)
			if wrote.Add(int64(n)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/head", func(w http.ResponseWriter, r *http.Request) {
		for i := range 64 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1000))
		}
	})
	mux.HandleFunc("/no", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(410) })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/yes", func(w http.ResponseWriter, r *http.Request) {
		if b, _ := io.ReadAll(r.Body); string(b) != "{}" || r.Header.Get("X-Test") != "1" || r.UserAgent() != "Desk/1" || r.Header["Idempotency-Key"] != nil || r.Method != "POST" {
			w.WriteHeader(400)
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(release) })
	return s
}

// Slow answers end in time, huge ones are not read, and each failure has its name.
func TestAnswers(t *testing.T) {
	t.Parallel()
	var wrote atomic.Int64
	s := strange(t, &wrote)
	c := New(Config{Networks: loopback, Timeout: 300 * time.Millisecond, Agent: "Desk/1"})
	for path, want := range map[string]struct {
		why    Why
		status int
	}{
		"/slow": {Late, 0}, "/drip": {"", 200}, "/huge": {"", 200}, "/head": {Connection, 0}, "/no": {Status, 500}, "/gone": {Status, 410},
		"/broken": {Connection, 0}, "/yes": {"", 200},
	} {
		began := time.Now()
		got, a := why(t, c, s.URL+path)
		if got != want.why || a.Status != want.status {
			t.Errorf("%s: %q %+v, want %+v", path, got, a, want)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s took %v", path, took)
		}
	}
	if n := wrote.Load(); n > 64<<20 {
		t.Errorf("%d bytes of a huge answer were taken", n)
	}
}

// The certificate counts for the name in the URL, whatever address it has.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	at := Config{Networks: loopback, Resolve: named("127.0.0.1"), Roots: trusted}
	for host, want := range map[string]Why{"example.com": "", "receiver.test": TLS} {
		if got, _ := why(t, New(at), "https://"+host+":"+portOf(t, s)+"/"); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
	at.Roots = nil
	if got, _ := why(t, New(at), "https://example.com:"+portOf(t, s)+"/"); got != TLS {
		t.Errorf("a certificate that nobody trusts: %q", got)
	}
	plain, _ := counted(t, 200)
	if got, _ := why(t, New(Config{Networks: loopback}), "https://127.0.0.1:"+portOf(t, plain)+"/"); got != TLS {
		t.Errorf("a server without TLS: %q", got)
	}
	if got, _ := why(t, New(Config{Resolve: named()}), "https://receiver.example/"); got != Name {
		t.Errorf("a name without an address: %q", got)
	}
}
