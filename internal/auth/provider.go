package auth

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// providerStep is the kind of a step during which somebody is at the provider.
const providerStep = "provider"

// CallbackPath is where a provider sends people back to, below the address of the
// pages: what is entered there as the address that is allowed.
const CallbackPath = "/sign-in/provider/callback"

const (
	providerWithin = 10 * time.Second // for each of its answers
	providerAnswer = 1 << 20          // bytes of each
)

// ProviderConfig names an OpenID provider that knows the staff.
type ProviderConfig struct {
	// Issuer is its address, as it stands in its tokens: https, or http on this
	// machine. Everything else is read there when somebody first comes by it.
	Issuer string
	Client string // the id that it has given this desk
	Secret string // "": it knows the desk by PKCE alone
}

// provider is one that is asked.
type provider struct {
	ProviderConfig
	redirect string
	client   *http.Client
	mu       sync.Mutex
	found    *oidc.Provider
}

func newProvider(c *ProviderConfig, address string) (*provider, error) {
	if c == nil {
		return nil, nil
	}
	u, err := url.Parse(c.Issuer)
	if err != nil || u.Hostname() == "" || c.Client == "" {
		return nil, errors.New("a provider needs the address of its issuer and the client's id")
	}
	if address == "" {
		return nil, errors.New("a provider needs the address of the pages, to send people back to")
	}
	ip, number := netip.ParseAddr(u.Hostname())
	if own := u.Hostname() == "localhost" || number == nil && ip.IsLoopback(); u.Scheme != "https" && (u.Scheme != "http" || !own) {
		return nil, fmt.Errorf("the issuer %s has to be https", c.Issuer)
	}
	return &provider{ProviderConfig: *c, redirect: strings.TrimRight(address, "/") + CallbackPath, client: &http.Client{
		Timeout: providerWithin, Transport: bounded{u.Scheme},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// bounded asks by the scheme of the issuer alone, and reads no more than an answer
// may have.
type bounded struct{ scheme string }

// RoundTrip is of http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != b.scheme {
		return nil, fmt.Errorf("the provider names an address that is not %s", b.scheme)
	}
	out, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		out.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(out.Body, providerAnswer), out.Body}
	}
	return out, err
}

// discover reads once what the provider says of itself (OpenID Connect Discovery
// 1.0); while it does not answer it is asked again each time.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// Its keys are read anew when they change, long after this visit.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Issuer)
	if err == nil {
		p.found = found
	}
	return found, err
}

func (p *provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.redirect, Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// Provider is the host of the provider by which staff may come; "": there is none.
func (g *Gate) Provider() string {
	if g.provider == nil {
		return ""
	}
	u, err := url.Parse(g.provider.Issuer)
	if err != nil {
		return ""
	}
	return u.Host
}

// away is what is remembered of somebody who is at the provider.
type away struct {
	State, Nonce, Verifier, Back string
}

// AskProvider gives the address at which a provider asks who somebody is, and a
// secret for a cookie of ten minutes, with which they come back to [Gate.ByProvider]
// and go on to the page back. With again the provider asks although it knows them.
func (g *Gate) AskProvider(ctx context.Context, back string, again bool, b Browser, now time.Time) (to, secret string, err error) {
	if g.provider == nil {
		return "", "", support.Refuse(support.NotFound, "provider.off")
	}
	if err := g.try(ctx, now, g.limit("provider origin", tryOrigin, tryWithin, b.origin()), g.limit("provider all", tryAllOfUs, tryWithin)); err != nil {
		return "", "", err
	}
	found, err := g.provider.discover(ctx)
	if err != nil {
		g.Log.ErrorContext(ctx, "the provider does not say how it is asked", "cause", err)
		return "", "", support.Refuse(support.Busy, "provider.down", "provider", g.Provider())
	}
	secret = random()
	a := away{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Back: back}
	held, err := json.Marshal(a)
	if err != nil {
		return "", "", err
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.AddStep(store.Step{SHA256: Hash(secret), Kind: providerStep, Held: held, EndsAt: now.Add(stepWithin)}, now)
	})
	// The instant of proof comes with max_age (OpenID Connect Core, section 3.1.2.1).
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("max_age", fmt.Sprint(int(StaffLongest.Seconds())))}
	if again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return g.provider.config(found).AuthCodeURL(a.State, options...), secret, err
}

// Return is with what a provider sends somebody back.
type Return struct{ State, Code, Error string }

// ByProvider begins a session for whoever comes back from the provider, and gives
// the page to which they wanted. A subject that is known is its member of staff,
// whatever address the provider has by now; one that is not is linked by a verified
// address to an active member of staff who has no other subject. Nobody is made.
// The session is as new as the proof that the provider has seen.
func (g *Gate) ByProvider(ctx context.Context, secret string, r Return, b Browser, now time.Time) (out Outcome, back string, err error) {
	var x store.Step
	err = g.Store.Update(ctx, func(tx *store.Tx) (err error) { // first of all, so that nothing is tried twice
		x, err = tx.TakeStep(Hash(secret), providerStep, now)
		return err
	})
	if err != nil {
		return out, "", err
	}
	var a away
	if err := json.Unmarshal(x.Held, &a); err != nil {
		return out, "", fmt.Errorf("read a step: %w", err)
	}
	if !hmac.Equal([]byte(a.State), []byte(r.State)) {
		return out, a.Back, stranger("provider.state")
	}
	if r.Error != "" || r.Code == "" {
		g.Log.InfoContext(ctx, "the provider refuses", "error", cut(r.Error, 100))
		return out, a.Back, stranger("provider.denied")
	}
	who, err := g.provider.claims(ctx, a, r.Code, now)
	if err != nil {
		g.Log.WarnContext(ctx, "the provider's word is not taken", "cause", err)
		return out, a.Back, stranger("provider.failed")
	}
	err = g.Store.Update(ctx, func(tx *store.Tx) error {
		self, err := g.linked(tx, who, now)
		if err != nil {
			return err
		}
		out = Outcome{Actor: self}
		s := store.Session{Actor: self, Proof: string(ByProvider), Agent: b.Agent, Address: b.Address, MadeAt: support.Instant(who.at(now)), EndsAt: support.Instant(now.Add(StaffLongest))}
		out.Session, err = beginIn(tx, s, b.Former, now)
		out.Device = g.newDevice(b.Device, self, now)
		return err
	})
	if err != nil {
		return Outcome{}, a.Back, err
	}
	return out, a.Back, nil
}

// claimed is whom a provider has seen.
type claimed struct {
	Issuer, Subject, Email string
	Verified               bool
	Proved                 int64 // seconds; 0: it does not say when
}

// at is when they proved it; what is not said is too long ago to be fresh.
func (c claimed) at(now time.Time) time.Time {
	at := time.Unix(c.Proved, 0)
	switch {
	case c.Proved == 0:
		return now.Add(-freshWithin)
	case at.After(now):
		return now
	}
	return at
}

// claims exchanges a code for the provider's word, and looks whether it is one.
func (p *provider) claims(ctx context.Context, a away, code string, now time.Time) (claimed, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	found, err := p.discover(ctx)
	if err != nil {
		return claimed{}, err
	}
	token, err := p.config(found).Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return claimed{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.Client, Now: func() time.Time { return now }}).Verify(ctx, raw)
	if err != nil {
		return claimed{}, err
	}
	if !hmac.Equal([]byte(id.Nonce), []byte(a.Nonce)) {
		return claimed{}, errors.New("the token is of another visit")
	}
	var own struct {
		At int64 `json:"auth_time"`
	}
	if err := id.Claims(&own); err != nil {
		return claimed{}, err
	}
	// The address is asked for where all providers have it (section 5.3).
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claimed{}, err
	}
	if info.Subject != id.Subject {
		return claimed{}, errors.New("the address is of another subject")
	}
	return claimed{Issuer: id.Issuer, Subject: id.Subject, Email: info.Email, Verified: info.EmailVerified, Proved: own.At}, nil
}

// linked is the member of staff of a subject, who is linked when it is new.
func (g *Gate) linked(tx *store.Tx, who claimed, now time.Time) (support.Actor, error) {
	known, err := tx.Identity(who.Issuer, who.Subject)
	if err == nil {
		self := support.Actor{Kind: support.Vendor, ID: known.Staff}
		if _, err := tx.Entrant(self); support.CodeOf(err) == support.NotFound {
			return self, stranger("provider.stranger")
		} else if err != nil {
			return self, err
		}
		return self, tx.UseIdentity(who.Issuer, who.Subject, support.Instant(now))
	}
	if support.CodeOf(err) != support.NotFound {
		return support.Actor{}, err
	}
	if who.Email == "" || !who.Verified {
		return support.Actor{}, stranger("provider.unverified")
	}
	e, err := tx.StaffByEmail(who.Email)
	if support.CodeOf(err) == support.NotFound {
		return support.Actor{}, stranger("provider.stranger")
	}
	if err != nil {
		return support.Actor{}, err
	}
	others, err := tx.Identities(e.Actor.ID)
	if err != nil {
		return support.Actor{}, err
	}
	for _, o := range others {
		if o.Issuer == who.Issuer {
			return support.Actor{}, stranger("provider.other")
		}
	}
	at := support.Instant(now)
	if err := tx.AddIdentity(store.Identity{Issuer: who.Issuer, Subject: who.Subject, Staff: e.Actor.ID, MadeAt: at, UsedAt: at}); err != nil {
		return support.Actor{}, err
	}
	return e.Actor, g.tell(tx, e.Actor, e.Actor, "link_provider", "provider_linked", now)
}
