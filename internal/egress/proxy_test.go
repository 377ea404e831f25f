package egress

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
	"time"
)

// With a proxy everything is asked of it, by name: it is connected to wherever it
// is, nothing is resolved here, and what it refuses does not arrive. An address
// that is written out is looked at here too.
func TestProxy(t *testing.T) {
	t.Parallel()
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Host+" "+r.Header.Get("Proxy-Authorization"))
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer proxy.Close()
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("desk", "secret")
	c := New(Config{Proxy: u, Resolve: named()}) // no name has an address
	if got, _ := why(t, c, "http://receiver.example/x"); got != "" {
		t.Errorf("by the proxy: %q", got)
	}
	if got, _ := why(t, c, "https://receiver.example/x"); got != Connection {
		t.Errorf("what the proxy refuses: %q", got)
	}
	if got, _ := why(t, c, "http://[fd00::1]/x"); got != Address {
		t.Errorf("an address that is written out: %q", got)
	}
	want := []string{"POST receiver.example Basic ZGVzazpzZWNyZXQ=", "CONNECT receiver.example:443 Basic ZGVzazpzZWNyZXQ="}
	if len(asked) != 2 || asked[0] != want[0] || asked[1] != want[1] {
		t.Errorf("the proxy was asked for %q, want %q", asked, want)
	}
}

// Retry-After is read as seconds and as an instant; what is neither says nothing.
func TestAgain(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for said, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "0": 0, "": 0, "soon": 0, "-1": 0, "99999999999": 0,
		now.Add(time.Hour).UTC().Format(http.TimeFormat): time.Hour, now.Add(-time.Hour).UTC().Format(http.TimeFormat): 0,
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", said)
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		got, a := why(t, New(Config{Networks: []netip.Prefix{loopback[0]}}), s.URL)
		s.Close()
		if got != Status || a.Again > want || a.Again < want-5*time.Second {
			t.Errorf("%q is %v, want %v", said, a.Again, want)
		}
	}
}
