package main

import (
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
)

// door is how people come in with a browser.
type door struct {
	BaseURL         string         `help:"Address at which people reach this desk with a browser, such as https://support.example.com: mails link there, and with https cookies are for it alone. Without it that is the address to listen on where that is of this machine alone; otherwise mails carry no link, and nobody signs in with a password." env:"MADOGUCHI_BASE_URL" placeholder:"URL"`
	Proxies         []netip.Prefix `help:"Networks of the proxies in front of the desk, whose X-Forwarded-For says from where somebody comes; listed with commas." default:"127.0.0.0/8,::1/128" env:"MADOGUCHI_PROXIES" placeholder:"NETWORK"`
	Key             string         `help:"File of the key with which links and devices are signed and second factors encrypted; without it \"key\" in the data folder. It is made when it is absent. Nodes of one database have the same one, and without it second factors and links are worth nothing: keep a copy apart from the database." env:"MADOGUCHI_KEY" type:"path" placeholder:"FILE"`
	OIDCIssuer      string         `name:"oidc-issuer" help:"Address of the OpenID provider by which staff sign in, as it stands in its tokens. Without it there is none." env:"MADOGUCHI_OIDC_ISSUER" placeholder:"URL"`
	OIDCClient      string         `name:"oidc-client" help:"Id that the provider has given this desk." env:"MADOGUCHI_OIDC_CLIENT" placeholder:"ID"`
	OIDCSecretFile  string         `name:"oidc-secret-file" help:"File of the secret that the provider has given this desk; without it there is none, and PKCE alone protects the exchange." env:"MADOGUCHI_OIDC_SECRET_FILE" type:"path" placeholder:"FILE"`
	LeakedPasswords string         `help:"File of passwords that have become known, which nobody may choose: lines of SHA-1 in hexadecimal, sorted, as Have I Been Pwned gives them. Without it the commonest alone are refused." env:"MADOGUCHI_LEAKED_PASSWORDS" type:"path" placeholder:"FILE"`
}

// ownAddress is the address of pages that only this machine reaches; "" otherwise.
func ownAddress(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if ip, bad := netip.ParseAddr(host); err != nil || host != "localhost" && (bad != nil || !ip.IsLoopback()) {
		return ""
	}
	return "http://" + addr
}

// gate lets people in whom a password lets in.
func (d door) gate(s *store.Store, at place, name string, now func() time.Time, log *slog.Logger) (*auth.Gate, error) {
	path := d.Key
	if path == "" {
		path = filepath.Join(at.Data, "key")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key, err := auth.ReadKey(path)
	if err != nil {
		return nil, mistake{err.Error()}
	}
	known, err := d.provider()
	if err != nil {
		return nil, err
	}
	gate, err := auth.NewGate(auth.GateConfig{Store: s, Key: key, Now: now, Name: name, URL: d.BaseURL, Provider: known, Leaked: d.LeakedPasswords, Log: log})
	if err != nil {
		return nil, mistake{err.Error()}
	}
	return gate, nil
}

// provider is the one by which staff sign in; nil: none.
func (d door) provider() (*auth.ProviderConfig, error) {
	if d.OIDCIssuer == "" {
		if d.OIDCClient != "" || d.OIDCSecretFile != "" {
			return nil, mistake{"--oidc-client and --oidc-secret-file belong to a provider: name it with --oidc-issuer"}
		}
		return nil, nil
	}
	c := auth.ProviderConfig{Issuer: d.OIDCIssuer, Client: d.OIDCClient}
	if d.OIDCSecretFile != "" {
		b, err := os.ReadFile(d.OIDCSecretFile)
		if err != nil {
			return nil, mistake{err.Error()}
		}
		if c.Secret = strings.TrimSpace(string(b)); c.Secret == "" {
			return nil, mistake{d.OIDCSecretFile + " holds no secret"}
		}
	}
	return &c, nil
}
