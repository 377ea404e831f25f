package mail

import (
	"bytes"
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-msgauth/dmarc"
	"golang.org/x/net/publicsuffix"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
)

const (
	judgedWithin  = 10 * time.Second // all questions about one mail
	maxSignatures = 8
)

// Judge tells whether a mail comes from the domain that it says it comes from
// (T16). What nobody answers in time counts as not proven.
type Judge struct {
	// Resolver answers questions about names; nil: as the machine does.
	Resolver Resolver
	// Relays are the networks of servers of our own that hand mails on to us. Their
	// addresses say nothing of the sender, and they alone are believed what they have
	// noted.
	Relays []netip.Prefix
	// Server is the name under which they note what they have found
	// (Authentication-Results), "" for none. They have to take such notes of others
	// out, as the server of a mailbox has to ([desk.Delivery.Noter]).
	Server string
}

// Verdict judges one mail.
func (j *Judge) Verdict(ctx context.Context, d desk.Delivery, in *message.Inbound) desk.Verdict {
	ctx, stop := context.WithTimeout(ctx, judgedWithin)
	defer stop()
	v := desk.Verdict{SPF: none, DKIM: none, DMARC: none}
	head := headOf(d.Raw)
	var from string
	// Readers show one author, signatures cover one: with two there is none.
	if len(in.From) == 1 && len(fields(head, "from")) == 1 {
		_, from = address(in.From[0].Email)
	}
	proven := j.noted(d, head, &v)
	names := cmp.Or(j.Resolver, Resolver(net.DefaultResolver))
	if v.SPF == none && d.Peer.IsValid() && !within(j.Relays, d.Peer) {
		var domain string
		if v.SPF, domain = spfOf(ctx, names, d.Peer, d.From, d.Hello); v.SPF == pass {
			proven.spf = domain
		}
	}
	if v.DKIM == none || v.DKIM == tempError {
		v.DKIM, proven.dkim = signed(ctx, names, d.Raw)
	}
	if !named(from) {
		return v
	}
	if proven.dmarc != "" && strings.EqualFold(proven.dmarc, from) {
		v.DMARC, v.Aligned = pass, true
		return v
	}
	record, why := policyOf(ctx, names, from)
	switch {
	case why == tempError:
		v.DMARC = tempError // the policy may ask for more than we see
	default:
		v.Aligned = proven.aligned(from, record)
		v.DMARC = none
		if record != nil {
			v.DMARC = fail
			if v.Aligned {
				v.DMARC = pass
			}
		}
	}
	return v
}

// proof is for which domains something was found to be right.
type proof struct {
	spf   string
	dkim  []string
	dmarc string
}

func (p proof) aligned(from string, r *dmarc.Record) bool {
	strictSPF, strictDKIM := false, false
	if r != nil {
		strictSPF, strictDKIM = r.SPFAlignment == dmarc.AlignmentStrict, r.DKIMAlignment == dmarc.AlignmentStrict
	}
	return p.spf != "" && same(p.spf, from, strictSPF) ||
		slices.ContainsFunc(p.dkim, func(d string) bool { return same(d, from, strictDKIM) })
}

// same compares domains, in the relaxed form by the one that somebody has
// registered (RFC 7489, 3.2).
func same(a, b string, strict bool) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	return a == b || !strict && registered(a) != "" && registered(a) == registered(b)
}

// registered is the domain that somebody has registered; "" for a public suffix.
func registered(domain string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(domain))
	if err != nil {
		return ""
	}
	return d
}

// noted takes over what the server in front of us has found. Of several notes
// about one method the uppermost is that server's last word.
func (j *Judge) noted(d desk.Delivery, head []byte, v *desk.Verdict) proof {
	var p proof
	server := d.Noter
	if d.Mailbox == SMTP || d.Mailbox == LMTP {
		server = j.Server
	}
	if server == "" || d.Peer.IsValid() && !within(j.Relays, d.Peer) {
		return p
	}
	for _, field := range fields(head, "authentication-results") {
		by, results, err := authres.Parse(uncommented(field))
		if err != nil || !strings.EqualFold(by, server) {
			continue
		}
		had := *v // of the fields above
		for _, r := range results {
			switch r := r.(type) {
			case *authres.SPFResult:
				if had.SPF == none {
					v.SPF = string(r.Value)
					if _, domain := address(r.From); r.Value == pass {
						p.spf = cmp.Or(domain, r.From)
					}
				}
			case *authres.DKIMResult:
				if had.DKIM == none {
					if v.DKIM != pass {
						v.DKIM = string(r.Value)
					}
					if _, domain := address(r.Identifier); r.Value == pass {
						p.dkim = append(p.dkim, cmp.Or(r.Domain, domain))
					}
				}
			case *authres.DMARCResult:
				if had.DMARC == none {
					v.DMARC = string(r.Value)
					if _, domain := address(r.From); r.Value == pass {
						p.dmarc = cmp.Or(domain, r.From)
					}
				}
			}
		}
	}
	return p
}

// signed looks at the signatures of a mail, and gives the domains of those that
// are right.
func signed(ctx context.Context, names Resolver, raw []byte) (result string, domains []string) {
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT:        func(name string) ([]string, error) { return names.LookupTXT(ctx, name) },
	})
	result = none
	if err != nil && err != dkim.ErrTooManySignatures {
		return permError, nil
	}
	for _, f := range found {
		switch {
		case f.Err == nil:
			domains = append(domains, f.Domain)
			result = pass
		case result == pass || result == tempError:
		case dkim.IsTempFail(f.Err):
			result = tempError
		case dkim.IsPermFail(f.Err):
			result = permError
		default:
			result = fail
		}
	}
	return result, domains
}

// policyOf is what a domain asks for, itself or the one above that somebody has
// registered; nil without one.
func policyOf(ctx context.Context, names Resolver, domain string) (*dmarc.Record, string) {
	o := &dmarc.LookupOptions{LookupTXT: func(name string) ([]string, error) { return names.LookupTXT(ctx, name) }}
	for _, d := range slices.Compact([]string{strings.ToLower(domain), registered(domain)}) {
		if d == "" {
			continue
		}
		r, err := dmarc.LookupWithOptions(d, o)
		switch {
		case err == nil:
			return r, pass
		case dmarc.IsTempFail(err), ctx.Err() != nil:
			return nil, tempError
		}
	}
	return nil, none
}

// headOf is what stands before the first empty line.
func headOf(raw []byte) []byte {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	if i := bytes.Index(head, []byte("\n\n")); i >= 0 {
		head = head[:i]
	}
	return head
}

// fields are the values of all fields of a name, the uppermost first, each on one
// line.
func fields(head []byte, name string) []string {
	var out []string
	in := false
	for line := range bytes.Lines(head) {
		if line[0] == ' ' || line[0] == '\t' {
			if in {
				out[len(out)-1] += " " + string(bytes.TrimSpace(line))
			}
			continue
		}
		key, value, ok := bytes.Cut(line, []byte(":"))
		if in = ok && strings.EqualFold(string(bytes.TrimSpace(key)), name); in {
			out = append(out, string(bytes.TrimSpace(value)))
		}
	}
	return out
}

// uncommented takes comments and quotation marks out of a field. A semicolon in
// one of them divides nothing.
func uncommented(field string) string {
	var out strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, c := range field {
		switch {
		case escaped:
			escaped = false
			c = '_'
		case c == '\\' && (quoted || depth > 0):
			escaped = true
			continue
		case c == '"' && depth == 0:
			quoted = !quoted
			continue
		case quoted && (c == ';' || c == ' ' || c == '='):
			c = '_'
		case c == '(' && !quoted:
			depth++
			continue
		case c == ')' && depth > 0:
			depth--
			continue
		}
		if depth == 0 {
			out.WriteRune(c)
		}
	}
	return out.String()
}

// address cuts a mail address at its last @.
func address(email string) (local, domain string) {
	email = strings.Trim(strings.TrimSpace(email), "<>")
	i := strings.LastIndexByte(email, '@')
	if i < 0 {
		return "", ""
	}
	return email[:i], strings.ToLower(strings.TrimSuffix(email[i+1:], "."))
}
