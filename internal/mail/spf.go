package mail

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
)

// Bounds of one judgement by SPF (RFC 7208, 4.6.4).
const (
	spfLookups = 10 // questions that mechanisms may cost
	spfVoid    = 2  // of them, those without an answer
	spfHosts   = 10 // servers of one mx
)

// Results of SPF and of the rest, as Authentication-Results has them.
const (
	pass      = "pass"
	fail      = "fail"
	softFail  = "softfail"
	neutral   = "neutral"
	none      = "none"
	tempError = "temperror"
	permError = "permerror"
)

// Resolver answers questions about names; [*net.Resolver] is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// spf is one judgement: may a peer send for a domain?
type spf struct {
	names         Resolver
	peer          netip.Addr
	sender, hello string
	asked, void   int
}

// ended is a result that ends the judgement wherever it comes up.
type ended string

func (e ended) Error() string { return string(e) }

// spfOf judges a sender by the peer that handed the mail over. Reports have no
// sender: there the name stands in that the peer gave itself.
func spfOf(ctx context.Context, names Resolver, peer netip.Addr, sender, hello string) (result, domain string) {
	if sender == "" {
		sender = "postmaster@" + hello
	}
	local, domain := address(sender)
	if local == "" {
		sender = "postmaster@" + domain
	}
	if !named(domain) {
		return none, domain
	}
	s := &spf{names: names, peer: peer.Unmap(), sender: sender, hello: hello}
	result, err := s.check(ctx, domain)
	if e := ended(""); errors.As(err, &e) {
		result = string(e)
	}
	return result, domain
}

// named tells whether a domain is one that can be asked for.
func named(domain string) bool {
	return len(domain) <= 253 && strings.Contains(strings.TrimSuffix(domain, "."), ".") && !strings.ContainsAny(domain, " []/\\\x00") && !strings.Contains(domain, "..")
}

// check is check_host of RFC 7208, 4.
func (s *spf) check(ctx context.Context, domain string) (string, error) {
	record, err := s.record(ctx, domain)
	if err != nil || record == "" {
		return none, err
	}
	redirect := ""
	terms := strings.Fields(record)[1:]
	for _, t := range terms {
		if name, value, ok := modifier(t); ok {
			if name == "redirect" {
				redirect = value
			}
			continue
		}
		if !known(t) {
			return "", ended(permError)
		}
	}
	for _, t := range terms {
		if _, _, ok := modifier(t); ok {
			continue
		}
		result, rest := qualified(t)
		matches, err := s.matches(ctx, domain, rest)
		if err != nil || matches {
			return result, err
		}
	}
	if redirect == "" {
		return neutral, nil
	}
	if err := s.ask(); err != nil {
		return "", err
	}
	next, err := s.expand(redirect, domain)
	if err != nil || !named(next) {
		return "", ended(permError)
	}
	result, err := s.check(ctx, next)
	if err == nil && result == none {
		return "", ended(permError)
	}
	return result, err
}

// record is the one that a domain has; "" without one.
func (s *spf) record(ctx context.Context, domain string) (string, error) {
	texts, err := s.names.LookupTXT(ctx, domain)
	if err != nil {
		if absent(err) {
			return "", nil
		}
		return "", ended(tempError)
	}
	found := ""
	for _, t := range texts {
		if t == "v=spf1" || strings.HasPrefix(strings.ToLower(t), "v=spf1 ") {
			if found != "" {
				return "", ended(permError)
			}
			found = t
		}
	}
	return found, nil
}

func modifier(term string) (name, value string, ok bool) {
	i := strings.IndexAny(term, "=:/")
	if i <= 0 || term[i] != '=' {
		return "", "", false
	}
	return strings.ToLower(term[:i]), term[i+1:], true
}

func qualified(term string) (result, rest string) {
	switch term[0] {
	case '+':
		return pass, term[1:]
	case '-':
		return fail, term[1:]
	case '~':
		return softFail, term[1:]
	case '?':
		return neutral, term[1:]
	}
	return pass, term
}

func known(term string) bool {
	_, rest := qualified(term)
	name, _, _ := mechanism(rest)
	switch name {
	case "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists":
		return true
	}
	return false
}

// mechanism takes a term apart: "a:example.com/24".
func mechanism(term string) (name, value string, given bool) {
	i := strings.IndexAny(term, ":/")
	if i < 0 {
		return strings.ToLower(term), "", false
	}
	if term[i] == '/' {
		return strings.ToLower(term[:i]), term[i:], false
	}
	return strings.ToLower(term[:i]), term[i+1:], true
}

// matches tells whether a mechanism is about the peer.
func (s *spf) matches(ctx context.Context, domain, term string) (bool, error) {
	name, value, given := mechanism(term)
	switch name {
	case "all":
		return true, nil
	case "ip4", "ip6":
		return s.within(value)
	}
	if err := s.ask(); err != nil {
		return false, err
	}
	if name == "ptr" {
		return false, nil // not to be used (5.5), and nobody's names are asked for here
	}
	value, four, six, err := lengths(value)
	if err != nil {
		return false, err
	}
	target := domain
	if given {
		if target, err = s.expand(value, domain); err != nil || !named(target) {
			return false, ended(permError)
		}
	}
	switch name {
	case "include":
		result, err := s.check(ctx, target)
		if err == nil && result == none {
			return false, ended(permError)
		}
		return result == pass, err
	case "exists":
		found, err := s.addresses(ctx, "ip4", target)
		return len(found) > 0, err
	case "mx":
		return s.exchanges(ctx, target, four, six)
	}
	return s.host(ctx, target, four, six)
}

func (s *spf) within(network string) (bool, error) {
	if p, err := netip.ParsePrefix(network); err == nil {
		return p.Contains(s.peer), nil
	}
	a, err := netip.ParseAddr(network)
	if err != nil {
		return false, ended(permError)
	}
	return a == s.peer, nil
}

// lengths takes "/24//64" off a value.
func lengths(value string) (rest string, four, six int, err error) {
	four, six = 32, 128
	rest = value
	if i := strings.Index(rest, "//"); i >= 0 {
		if six, err = length(rest[i+2:], 128); err != nil {
			return "", 0, 0, err
		}
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '/'); i >= 0 && !strings.Contains(rest[i:], "}") {
		if four, err = length(rest[i+1:], 32); err != nil {
			return "", 0, 0, err
		}
		rest = rest[:i]
	}
	return rest, four, six, nil
}

func length(digits string, most int) (int, error) {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' || n > most {
			return 0, ended(permError)
		}
		n = 10*n + int(c-'0')
	}
	if digits == "" || n > most {
		return 0, ended(permError)
	}
	return n, nil
}

func (s *spf) exchanges(ctx context.Context, domain string, four, six int) (bool, error) {
	found, err := s.names.LookupMX(ctx, domain)
	if err := s.answered(len(found), err); err != nil {
		return false, err
	}
	if len(found) > spfHosts {
		return false, ended(permError)
	}
	for _, mx := range found {
		if matches, err := s.host(ctx, mx.Host, four, six); err != nil || matches {
			return matches, err
		}
	}
	return false, nil
}

func (s *spf) host(ctx context.Context, host string, four, six int) (bool, error) {
	network, bits := "ip4", four
	if s.peer.Is6() {
		network, bits = "ip6", six
	}
	found, err := s.addresses(ctx, network, host)
	if err != nil {
		return false, err
	}
	for _, a := range found {
		if p, err := a.Unmap().Prefix(bits); err == nil && p.Contains(s.peer) {
			return true, nil
		}
	}
	return false, nil
}

func (s *spf) addresses(ctx context.Context, network, host string) ([]netip.Addr, error) {
	found, err := s.names.LookupNetIP(ctx, network, host)
	return found, s.answered(len(found), err)
}

// ask counts a question.
func (s *spf) ask() error {
	if s.asked++; s.asked > spfLookups {
		return ended(permError)
	}
	return nil
}

// answered counts answers that say nothing.
func (s *spf) answered(n int, err error) error {
	switch {
	case err != nil && !absent(err):
		return ended(tempError)
	case err != nil || n == 0:
		if s.void++; s.void > spfVoid {
			return ended(permError)
		}
	}
	return nil
}

// absent tells a name without an answer from a question that nobody answered.
func absent(err error) bool {
	dns := (*net.DNSError)(nil)
	return errors.As(err, &dns) && dns.IsNotFound
}
