package mail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
)

// zone answers questions about names; a name that is "!" is answered by nobody.
type zone struct {
	txt, mx, ip map[string][]string
	asked       int
}

func (z *zone) found(in map[string][]string, name string) ([]string, error) {
	z.asked++
	list, ok := in[strings.ToLower(strings.TrimSuffix(name, "."))]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	if len(list) == 1 && list[0] == "!" {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return list, nil
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	return z.found(z.txt, name)
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	list, err := z.found(z.mx, name)
	var out []*net.MX
	for _, h := range list {
		out = append(out, &net.MX{Host: h})
	}
	return out, err
}

func (z *zone) LookupNetIP(_ context.Context, network, name string) ([]netip.Addr, error) {
	list, err := z.found(z.ip, name)
	var out []netip.Addr
	for _, a := range list {
		if ip := netip.MustParseAddr(a); ip.Is4() == (network == "ip4") {
			out = append(out, ip)
		}
	}
	return out, err
}

// The mechanisms, modifiers, macros and limits of RFC 7208; most are examples of
// its appendix A.
func TestSPF(t *testing.T) {
	t.Parallel()
	const here = "192.0.2.129"
	for name, c := range map[string]struct {
		record, peer, want string
		more               zone
	}{
		"all":                  {"v=spf1 +all", here, pass, zone{}},
		"nothing":              {"", here, none, zone{}},
		"other text":           {"v=spf10 -all", here, none, zone{}},
		"address":              {"v=spf1 a -all", "192.0.2.10", pass, zone{}},
		"not the address":      {"v=spf1 a -all", here, fail, zone{}},
		"soft":                 {"v=spf1 a ~all", here, softFail, zone{}},
		"neutral":              {"v=spf1 a ?all", here, neutral, zone{}},
		"no end":               {"v=spf1 a", here, neutral, zone{}},
		"address of":           {"v=spf1 a:example.org -all", "192.0.2.20", pass, zone{}},
		"mx":                   {"v=spf1 mx -all", here, pass, zone{}},
		"mx of":                {"v=spf1 mx:example.org -all", "192.0.2.140", pass, zone{}},
		"mx with length":       {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", pass, zone{}},
		"beyond the length":    {"v=spf1 mx/30 -all", "192.0.2.132", fail, zone{}},
		"network":              {"v=spf1 ip4:192.0.2.128/28 -all", here, pass, zone{}},
		"other network":        {"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", fail, zone{}},
		"version 6":            {"v=spf1 ip6:2001:db8::/32 -all", "2001:db8::7", pass, zone{}},
		"version 6 by name":    {"v=spf1 a:six.example.org//64 -all", "2001:db8:0:1::9", pass, zone{ip: map[string][]string{"six.example.org": {"2001:db8:0:1::1"}}}},
		"include":              {"v=spf1 include:_spf.example.net -all", "198.51.100.1", pass, zone{txt: map[string][]string{"_spf.example.net": {"v=spf1 ip4:198.51.100.0/24 -all"}}}},
		"include fails":        {"v=spf1 include:_spf.example.net ?all", here, neutral, zone{txt: map[string][]string{"_spf.example.net": {"v=spf1 -all"}}}},
		"include of nothing":   {"v=spf1 include:absent.example.net -all", here, permError, zone{}},
		"redirect":             {"v=spf1 redirect=_spf.example.net", here, fail, zone{txt: map[string][]string{"_spf.example.net": {"v=spf1 -all"}}}},
		"redirect to nothing":  {"v=spf1 redirect=absent.example.net", here, permError, zone{}},
		"exists":               {"v=spf1 exists:%{ir}.%{l1r-}.%{d} -all", here, pass, zone{ip: map[string][]string{"129.2.0.192.strong.example.com": {"127.0.0.2"}}}},
		"two records":          {"v=spf1 +all\nv=spf1 -all", here, permError, zone{}},
		"unknown mechanism":    {"v=spf1 foo:bar +all", here, permError, zone{}},
		"unknown modifier":     {"v=spf1 foo=bar +all", here, pass, zone{}},
		"bad network":          {"v=spf1 ip4:192.0.2.1/99 +all", here, permError, zone{}},
		"bad macro":            {"v=spf1 a:%{x}.example.org +all", here, permError, zone{}},
		"nobody answers":       {"!", here, tempError, zone{}},
		"nobody answers later": {"v=spf1 include:gone.example.net -all", here, tempError, zone{txt: map[string][]string{"gone.example.net": {"!"}}}},
		"eleven questions":     {"v=spf1 " + strings.Repeat("a:example.org ", 11) + "+all", here, permError, zone{}},
		"ten questions":        {"v=spf1 " + strings.Repeat("a:example.org ", 10) + "+all", here, pass, zone{}},
		"three without answer": {"v=spf1 a:x.example.net a:y.example.net a:z.example.net +all", here, permError, zone{}},
		"without an end":       {"v=spf1 include:example.com -all", here, permError, zone{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := &zone{
				txt: map[string][]string{},
				mx:  map[string][]string{"example.com": {"mail-a.example.com."}, "example.org": {"mail-c.example.org."}},
				ip: map[string][]string{"example.com": {"192.0.2.10", "192.0.2.11"}, "example.org": {"192.0.2.20"},
					"mail-a.example.com": {"192.0.2.129"}, "mail-c.example.org": {"192.0.2.140"}},
			}
			if c.record != "" {
				z.txt["example.com"] = strings.Split(c.record, "\n")
			}
			for k, v := range c.more.txt {
				z.txt[k] = v
			}
			for k, v := range c.more.ip {
				z.ip[k] = v
			}
			got, domain := spfOf(t.Context(), z, netip.MustParseAddr(c.peer), "strong-bad@example.com", "mx.example.org")
			if got != c.want || domain != "example.com" {
				t.Errorf("%q from %s is %s of %s, want %s", c.record, c.peer, got, domain, c.want)
			}
			if z.asked > 30 {
				t.Errorf("%d questions were asked", z.asked)
			}
		})
	}
}

// The macros of RFC 7208, 7.4.
func TestSPFMacros(t *testing.T) {
	t.Parallel()
	for macro, want := range map[string]string{
		"%{s}": "strong-bad@email.example.com", "%{o}": "email.example.com", "%{d}": "email.example.com", "%{d4}": "email.example.com", "%{d3}": "email.example.com",
		"%{d2}": "example.com", "%{d1}": "com", "%{dr}": "com.example.email", "%{d2r}": "example.email", "%{l}": "strong-bad", "%{l-}": "strong.bad",
		"%{lr}": "strong-bad", "%{lr-}": "bad.strong", "%{l1r-}": "strong", "%{ir}.%{v}._spf.%{d2}": "3.2.0.192.in-addr._spf.example.com",
		"%{lr-}.lp._spf.%{d2}": "bad.strong.lp._spf.example.com", "a%%b%_c%-": "a%b c%20",
	} {
		s := &spf{peer: netip.MustParseAddr("192.0.2.3"), sender: "strong-bad@email.example.com"}
		if got, err := s.expand(macro, "email.example.com"); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", macro, got, err, want)
		}
	}
	six := &spf{peer: netip.MustParseAddr("2001:db8::cb01"), sender: "strong-bad@email.example.com"}
	want := "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
	if got, err := six.expand("%{ir}.%{v}._spf.%{d2}", "email.example.com"); err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// writing is a mail of somebody, signed by a domain when one is named.
func writing(t *testing.T, z *zone, head, signer string) []byte {
	t.Helper()
	raw := []byte(head + "To: support@vendor.example\r\nSubject: 障害\r\n\r\nIt is down.\r\n")
	if signer == "" {
		return raw
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if z.txt["k._domainkey."+signer] == nil {
		z.txt["k._domainkey."+signer] = []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}
	}
	var out bytes.Buffer
	if err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{Domain: signer, Selector: "k", Signer: private}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const byAiko = "From: Aiko <aiko@customer.example>\r\n"

// T16: the domain of From is believed when SPF or DKIM has passed for it, and for
// nothing else.
func TestVerdict(t *testing.T) {
	t.Parallel()
	customer := map[string][]string{
		"customer.example": {"v=spf1 ip4:192.0.2.1 -all"}, "_dmarc.customer.example": {"v=DMARC1; p=reject"},
		"mail.customer.example": {"v=spf1 ip4:192.0.2.1 -all"}, "forger.example": {"v=spf1 +all"}, "co.example": {"v=spf1 +all"},
	}
	const theirs, other = "192.0.2.1", "198.51.100.9"
	for name, c := range map[string]struct {
		head, signer, from, peer string
		zone                     map[string]string
		change                   func([]byte) []byte
		want                     desk.Verdict
	}{
		"by the server":        {head: byAiko, from: "aiko@customer.example", peer: theirs, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: pass, Aligned: true}},
		"by a part of it":      {head: byAiko, from: "bounce@mail.customer.example", peer: theirs, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: pass, Aligned: true}},
		"a part, strictly":     {head: byAiko, from: "bounce@mail.customer.example", peer: theirs, zone: map[string]string{"_dmarc.customer.example": "v=DMARC1; p=reject; aspf=s"}, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: fail}},
		"by signature":         {head: byAiko, signer: "customer.example", from: "x@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: pass, DMARC: pass, Aligned: true}},
		"forged":               {head: byAiko, from: "aiko@customer.example", peer: other, want: desk.Verdict{SPF: fail, DKIM: none, DMARC: fail}},
		"forged, own envelope": {head: byAiko, from: "x@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: fail}},
		"forged, own key":      {head: byAiko, signer: "forger.example", from: "x@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: pass, DMARC: fail}},
		"changed on the way": {head: byAiko, signer: "customer.example", from: "x@forger.example", peer: other,
			change: func(b []byte) []byte { return bytes.Replace(b, []byte("down"), []byte("fine"), 1) }, want: desk.Verdict{SPF: pass, DKIM: fail, DMARC: fail}},
		"a second author": {head: byAiko, signer: "customer.example", from: "aiko@customer.example", peer: theirs,
			change: func(b []byte) []byte { return append([]byte("From: Ken <ken@customer.example>\r\n"), b...) }, want: desk.Verdict{SPF: pass, DKIM: pass, DMARC: none}},
		"no policy, by signature": {head: "From: ken@small.example\r\n", signer: "small.example", from: "ken@small.example", peer: other, want: desk.Verdict{SPF: none, DKIM: pass, DMARC: none, Aligned: true}},
		"no policy, nothing":      {head: "From: ken@small.example\r\n", from: "ken@small.example", peer: other, want: desk.Verdict{SPF: none, DKIM: none, DMARC: none}},
		"no key":                  {head: byAiko, signer: "customer.example", zone: map[string]string{"k._domainkey.customer.example": "v=DKIM1; p="}, from: "x@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: permError, DMARC: fail}},
		"nobody knows the key":    {head: byAiko, signer: "customer.example", zone: map[string]string{"k._domainkey.customer.example": "!"}, from: "x@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: tempError, DMARC: fail}},
		"nobody knows the policy": {head: byAiko, zone: map[string]string{"_dmarc.customer.example": "!"}, from: "aiko@customer.example", peer: theirs, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: tempError}},
		"a report":                {head: byAiko, from: "", peer: theirs, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: pass, Aligned: true}},
		"the same suffix":         {head: "From: a@one.co.jp\r\n", from: "a@two.co.jp", peer: other, zone: map[string]string{"two.co.jp": "v=spf1 +all"}, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: none}},
		"nobody":                  {head: "Subject: x\r\n", from: "a@forger.example", peer: other, want: desk.Verdict{SPF: pass, DKIM: none, DMARC: none}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := &zone{txt: map[string][]string{}}
			for k, v := range customer {
				z.txt[k] = v
			}
			for k, v := range c.zone {
				z.txt[k] = []string{v}
			}
			raw := writing(t, z, c.head, c.signer)
			if c.change != nil {
				raw = c.change(raw)
			}
			j := &Judge{Resolver: z}
			in := message.Parse(raw)
			got := j.Verdict(t.Context(), desk.Delivery{Mailbox: SMTP, From: c.from, Peer: netip.MustParseAddr(c.peer), Hello: "mail.customer.example", Raw: raw}, &in)
			if got != c.want {
				t.Errorf("judged %+v, want %+v", got, c.want)
			}
		})
	}
}

// What a server of ours has noted is believed from that server alone; what a
// stranger writes in its name is not.
func TestVerdictNoted(t *testing.T) {
	t.Parallel()
	note := "Authentication-Results: mx.vendor.example;\r\n\tspf=pass (mx: the domain; permits) smtp.mailfrom=aiko@customer.example;\r\n\tdmarc=pass (p=reject) header.from=customer.example\r\n"
	for name, c := range map[string]struct {
		mailbox, peer, head string
		want                desk.Verdict
	}{
		"in a mailbox":            {"support", "", note, desk.Verdict{SPF: pass, DKIM: none, DMARC: pass, Aligned: true}},
		"from a relay":            {SMTP, "127.0.0.1", note, desk.Verdict{SPF: pass, DKIM: none, DMARC: pass, Aligned: true}},
		"from a stranger":         {SMTP, "198.51.100.9", note, desk.Verdict{SPF: fail, DKIM: none, DMARC: fail}},
		"of another server":       {"support", "", strings.ReplaceAll(note, "mx.vendor", "mx.forger"), desk.Verdict{SPF: none, DKIM: none, DMARC: fail}},
		"of another mailbox":      {"other", "", note, desk.Verdict{SPF: none, DKIM: none, DMARC: fail}},
		"about another domain":    {"support", "", strings.ReplaceAll(note, "customer", "forger"), desk.Verdict{SPF: pass, DKIM: none, DMARC: fail}},
		"the upper one holds":     {"support", "", "Authentication-Results: mx.vendor.example; spf=fail smtp.mailfrom=customer.example; dmarc=fail header.from=customer.example\r\n" + note, desk.Verdict{SPF: fail, DKIM: none, DMARC: fail}},
		"a signature alone":       {"support", "", "Authentication-Results: mx.vendor.example; dkim=fail header.d=x.example; dkim=pass header.d=customer.example\r\n", desk.Verdict{SPF: none, DKIM: pass, DMARC: pass, Aligned: true}},
		"hidden in a comment":     {"support", "", "Authentication-Results: mx.vendor.example; spf=fail (x; dmarc=pass header.from=customer.example) smtp.mailfrom=a.example\r\n", desk.Verdict{SPF: fail, DKIM: none, DMARC: fail}},
		"hidden in an envelope":   {"support", "", "Authentication-Results: mx.vendor.example; spf=none smtp.mailfrom=\"a; dmarc=pass header.from=customer.example\"@x.example\r\n", desk.Verdict{SPF: none, DKIM: none, DMARC: fail}},
		"nothing noted by relays": {SMTP, "127.0.0.1", "", desk.Verdict{SPF: none, DKIM: none, DMARC: fail}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := &zone{txt: map[string][]string{"customer.example": {"v=spf1 ip4:192.0.2.1 -all"}, "_dmarc.customer.example": {"v=DMARC1; p=reject"}}}
			raw := []byte(c.head + byAiko + "\r\nIt is down.\r\n")
			j := &Judge{Resolver: z, Relays: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
				Server: "mx.vendor.example"}
			d := desk.Delivery{Mailbox: c.mailbox, From: "aiko@customer.example", Raw: raw}
			if c.mailbox == "support" {
				d.Noter = "mx.vendor.example"
			}
			if c.peer != "" {
				d.Peer = netip.MustParseAddr(c.peer)
			}
			in := message.Parse(raw)
			if got := j.Verdict(t.Context(), d, &in); got != c.want {
				t.Errorf("judged %+v, want %+v", got, c.want)
			}
		})
	}
}

// stuck answers nothing until it is given up.
type stuck struct{ zone }

func (s *stuck) LookupTXT(ctx context.Context, name string) ([]string, error) {
	<-ctx.Done()
	return nil, &net.DNSError{Err: ctx.Err().Error(), Name: name, IsTimeout: true}
}

// Name servers that do not answer hold nothing up, and prove nothing.
func TestVerdictInTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	raw := []byte(byAiko + "\r\nIt is down.\r\n")
	in := message.Parse(raw)
	got := (&Judge{Resolver: &stuck{}}).Verdict(ctx, desk.Delivery{From: "aiko@customer.example", Peer: netip.MustParseAddr("192.0.2.1"), Raw: raw}, &in)
	if want := (desk.Verdict{SPF: tempError, DKIM: none, DMARC: tempError}); got != want {
		t.Errorf("judged %+v, want %+v", got, want)
	}
}
