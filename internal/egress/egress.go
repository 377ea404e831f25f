// Package egress posts to addresses that people have typed in, so that nobody
// reaches through this program what only this machine reaches: a name is
// resolved once, every address that it has must be of the public internet or of
// a network that the operator has named, and the connection goes to one of these
// very addresses. Redirects are answers like others, proxies of the environment
// are not asked, and little is read of what comes back. Where the operator has
// named a proxy, that alone is connected to: it resolves the names and is the one
// who looks at their addresses.
//
// It refuses to know what is sent and who may ask for it, and it keeps nothing
// of an answer but its status and when to come again.
//
// Data layout: one [http.Transport]; connections that are kept open lead to
// addresses that were looked at.
package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// Bounds of one post.
const (
	Timeout    = 15 * time.Second // from the first question to the name servers to the last byte
	dialWithin = 5 * time.Second  // one address of several
	idle       = 90 * time.Second // a connection that waits for the next post
	maxHead    = 16 << 10         // bytes of the answer's head
	maxAnswer  = 16 << 10         // bytes of its body that are read, so that the connection can be used again
	maxURL     = 2000             // bytes
)

// Why is what kept a post from being taken. The words are stored and shown.
type Why string

// The ways to fail.
const (
	Name       Why = "name"       // the name has no address, or nobody says which
	Address    Why = "address"    // of an address of the name: it is none to be reached
	Connection Why = "connection" // nobody listens, or the connection broke
	TLS        Why = "tls"        // its certificate is not trusted, or it speaks no TLS
	Late       Why = "timeout"
	Redirect   Why = "redirect" // it answered that it is elsewhere
	Status     Why = "status"   // it answered with another status than 2xx
)

// Failure is a post that was not taken, or a URL that none is sent to.
type Failure struct {
	Why Why
	Err error
}

func (f *Failure) Error() string { return string(f.Why) + ": " + f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// Config is what a client is made of; its zero value reaches the public internet.
type Config struct {
	// Networks are reached although they are not public.
	Networks []netip.Prefix
	// Proxy is what everything is sent by, http or https, perhaps with a user and a
	// password; nil: nothing is.
	Proxy *url.URL
	// Resolve gives the addresses of a name; nil: as the machine does.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	// Timeout is how long a post may take; 0: [Timeout].
	Timeout time.Duration
	// Roots are the certificates that are trusted; nil: the machine's.
	Roots *x509.CertPool
	// Agent is how it names itself.
	Agent string
}

// Client posts. It is safe for concurrent use.
type Client struct {
	Config
	http *http.Client
}

// New makes a client.
func New(c Config) *Client {
	if c.Resolve == nil {
		c.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if c.Timeout == 0 {
		c.Timeout = Timeout
	}
	out := &Client{Config: c}
	transport := &http.Transport{
		DialContext: out.dial, ForceAttemptHTTP2: true, TLSHandshakeTimeout: c.Timeout, IdleConnTimeout: idle, MaxIdleConnsPerHost: 2,
		MaxResponseHeaderBytes: maxHead, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		DisableCompression: true,
	}
	out.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.Proxy != nil {
		transport.Proxy, transport.DialContext = http.ProxyURL(c.Proxy), (&net.Dialer{Timeout: dialWithin}).DialContext
	}
	return out
}

// ErrURL is a URL that nothing is posted to, whatever its name's addresses are.
var ErrURL = errors.New("not an http or https URL with a host, without user and fragment, of port 80, 443 or one from 1024 on")

// Check tells of a URL whether it is one to post to, as far as that shows without
// asking anybody: its form, its port, and its address when it has no name. The
// error is [ErrURL] or a [Failure] of the address.
func (c *Client) Check(where string) error {
	u, err := url.Parse(where)
	if err != nil || len(where) > maxURL || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return ErrURL
	}
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n != 80 && n != 443 && n < 1024 {
			return ErrURL
		}
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.reachable(a)
	}
	return nil
}

// Answer is what came back.
type Answer struct {
	Status int // 0: nothing came
	Took   time.Duration
	// Again is how long the receiver asks to be left alone (Retry-After), in whole
	// seconds; 0: it does not say. Whoever heeds it bounds it.
	Again time.Duration
}

// againOf reads Retry-After: seconds, or an instant.
func againOf(head http.Header, now time.Time) time.Duration {
	said := head.Get("Retry-After")
	if n, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil {
		return max(0, at.Sub(now).Round(time.Second))
	}
	return 0
}

// Post sends a body once and gives the answer; the error is a [Failure] unless
// ctx has ended. What was not answered with 2xx may have arrived all the same.
func (c *Client) Post(ctx context.Context, where string, head http.Header, body []byte) (Answer, error) {
	if err := c.Check(where); err != nil {
		return Answer{}, failed(err)
	}
	within, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(within, http.MethodPost, where, bytes.NewReader(body))
	if err != nil {
		return Answer{}, failed(err)
	}
	for name, values := range head {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", c.Agent)
	// A connection that the other side has just closed is no failure: it may be
	// sent again. The empty list says so to the transport and is not sent.
	r.Header["Idempotency-Key"] = nil
	began := time.Now()
	resp, err := c.http.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return Answer{}, ctx.Err()
		}
		return Answer{Took: time.Since(began)}, failed(err)
	}
	// The status has said it; the rest is read for the connection's sake alone.
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	_ = resp.Body.Close()
	a := Answer{Status: resp.StatusCode, Took: time.Since(began), Again: againOf(resp.Header, time.Now())}
	switch a.Status / 100 {
	case 2:
		return a, nil
	case 3:
		return a, &Failure{Redirect, fmt.Errorf("status %d", a.Status)}
	}
	return a, &Failure{Status, fmt.Errorf("status %d", a.Status)}
}

// failed names what went wrong.
func failed(err error) error {
	var known *Failure
	var name *net.DNSError
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	var alert tls.AlertError
	var slow net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &slow) && slow.Timeout():
		return &Failure{Late, err}
	case errors.As(err, &name):
		return &Failure{Name, err}
	case errors.As(err, &record), errors.As(err, &cert), errors.As(err, &alert), errors.Is(err, http.ErrSchemeMismatch):
		return &Failure{TLS, err}
	}
	return &Failure{Connection, err}
}

// reachable refuses an address that is neither public nor of a network that the
// operator has named. An IPv4 address is judged as such, also as IPv6 writes it.
func (c *Client) reachable(a netip.Addr) error {
	a = a.Unmap()
	if public(a) || within(a, c.Networks) {
		return nil
	}
	return &Failure{Address, fmt.Errorf("%s is not a public address", a)}
}

// dial resolves the name once and connects to an address that was looked at. One
// that must not be reached refuses the name as a whole: whoever mixes them tries.
func (c *Client) dial(ctx context.Context, network, where string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(where)
	if err != nil {
		return nil, err
	}
	addrs, err := c.Resolve(ctx, host)
	if err != nil && ctx.Err() == nil {
		return nil, &Failure{Name, err}
	}
	if err == nil && len(addrs) == 0 {
		return nil, &Failure{Name, errors.New("the name has no address")}
	}
	for _, a := range addrs {
		if err := c.reachable(a); err != nil {
			return nil, err
		}
	}
	d := net.Dialer{Timeout: dialWithin}
	for _, a := range addrs {
		conn, refused := d.DialContext(ctx, network, net.JoinHostPort(a.Unmap().String(), port))
		if refused == nil {
			return conn, nil
		}
		err = errors.Join(err, refused)
	}
	return nil, err
}
