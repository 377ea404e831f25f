package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/desk/smarthost"
	"madoguchi/internal/store"
	"madoguchi/internal/web"
)

// serveCmd runs a desk.
type serveCmd struct {
	place
	reach
	door
	post
	Addr   string `help:"Address to listen on." default:"127.0.0.1:8420" env:"MADOGUCHI_ADDR"`
	Pack   string `help:"Policy pack: the id of a shipped one, or a folder. Another version that was chosen while the desk ran holds until this names another one." default:"classic-2010" env:"MADOGUCHI_PACK"`
	Name   string `help:"Name of the vendor in mails." default:"Support" env:"MADOGUCHI_NAME"`
	Sender string `help:"Address that mails come from." default:"support@localhost" env:"MADOGUCHI_SENDER"`

	Smarthost           string               `help:"host:port of the relay that mails leave by. Without it they become .eml files in the data folder." env:"MADOGUCHI_SMARTHOST"`
	SmarthostUser       string               `help:"User at the smarthost." env:"MADOGUCHI_SMARTHOST_USER"`
	SmarthostPassword   string               `help:"Password at the smarthost; better given by its environment variable." env:"MADOGUCHI_SMARTHOST_PASSWORD"`
	SmarthostEncryption smarthost.Encryption `help:"starttls, opportunistic, tls or none." default:"starttls" enum:"starttls,opportunistic,tls,none" env:"MADOGUCHI_SMARTHOST_ENCRYPTION"`

	MailsPerHour   int `help:"Mails to one person in an hour; what is more waits. Pages to people on call never do. 0 is no limit." default:"200" env:"MADOGUCHI_MAILS_PER_HOUR" placeholder:"N"`
	MailsPerMinute int `help:"Mails in all in a minute; what is more waits. 0 is no limit." default:"600" env:"MADOGUCHI_MAILS_PER_MINUTE" placeholder:"N"`

	DKIMKey      string `name:"dkim-key" help:"File of the private key, RSA or Ed25519 in PEM, with which mails are signed (DKIM). Without it they are not signed." env:"MADOGUCHI_DKIM_KEY" type:"path" placeholder:"FILE"`
	DKIMSelector string `name:"dkim-selector" help:"First part of the name in DNS under which the public key is found." default:"madoguchi" env:"MADOGUCHI_DKIM_SELECTOR" placeholder:"NAME"`

	Drain time.Duration `help:"How long to go on serving after SIGTERM, with /readyz at 503, so that a proxy sends calls elsewhere." default:"5s" env:"MADOGUCHI_DRAIN"`

	Log string `help:"Least level that is logged: debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"MADOGUCHI_LOG"`

	LogFormat string `help:"How the log is written: json or text." default:"json" enum:"json,text" env:"MADOGUCHI_LOG_FORMAT"`
	Watch     string `help:"Second address, for /metrics and /debug/pprof. Whoever reaches it may read them: keep it to machines that watch. Without it there are none." env:"MADOGUCHI_WATCH"`
}

// Run serves until the process is told to stop.
func (c *serveCmd) Run(ctx context.Context) error {
	log, err := logger(c.Log, c.LogFormat)
	if err != nil {
		return err
	}
	if _, err := mail.ParseAddress(c.Sender); err != nil {
		return mistake{fmt.Sprintf("--sender %q is no mail address: write one such as support@example.com", c.Sender)}
	}
	out, err := c.outbox()
	if err != nil {
		return err
	}
	if c.BaseURL == "" {
		c.BaseURL = ownAddress(c.Addr)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	f := face{name: c.Name, sender: c.Sender, baseURL: c.BaseURL, reach: c.reach, door: &c.door, post: c.post, limits: store.MailLimits{PerReader: c.MailsPerHour, InAll: c.MailsPerMinute}}
	if c.DKIMKey != "" {
		signer, err := smarthost.NewSigner(c.DKIMKey, c.DKIMSelector, c.Sender)
		if err != nil {
			return mistake{err.Error()}
		}
		f.sign = signer.Sign
	}
	h, err := openHouse(ctx, c.place, c.Pack, f, time.Now, out, log)
	if err != nil {
		return err
	}
	h.drain = c.Drain
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return errors.Join(cannotListen(c.Addr, err), h.close())
	}
	watch, err := c.watch(ctx, h, log)
	if err != nil {
		return errors.Join(err, l.Close(), h.close())
	}
	defer watch()
	pages, err := web.New(web.Config{Desk: h.desk, Store: h.store, Ending: h.ended, URL: c.BaseURL, Proxies: c.Proxies, Log: log})
	if err == nil {
		h.doors, err = c.doors(h, c.Sender, log)
	}
	if err == nil {
		err = c.offer(ctx, h, log)
	}
	if err != nil {
		return errors.Join(err, l.Close(), h.close())
	}
	lighten()
	log.Info("serving", "address", l.Addr().String(), "data", c.Data, "pack", h.packs.Current().Ref())
	return errors.Join(h.serve(ctx, l, h.routes(nil, pages)), h.close())
}

// offer tells whoever starts a desk without an administrator how to become it. The
// link is for the one who reads it and stands in no log.
func (c *serveCmd) offer(ctx context.Context, h *house, log *slog.Logger) error {
	if c.BaseURL == "" {
		log.Warn("nobody can sign in with a browser: say with --base-url under which address people reach this desk")
		return nil
	}
	link, err := h.desk.FirstLink(ctx)
	if err != nil || link == "" {
		return err
	}
	_, err = fmt.Fprintf(os.Stderr, "\nThis desk has no administrator yet. Whoever opens this page first becomes it; it works once, for 24 hours:\n  %s\n\n", link)
	return err
}

// lighten gives back what the start and the day's first checkpoint alone have needed,
// and lets the heap grow to three times of what lives in it: that is little, and
// collecting it took a tenth of the CPU of a page. Whoever sets GOGC has decided that.
func lighten() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	time.AfterFunc(5*time.Second, func() {
		runtime.GC() // what pools keep is given back by the second one
		debug.FreeOSMemory()
		unmapProgram()
	})
}

// cannotListen says what to do about an address.
func cannotListen(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: %w; another desk may be running there: choose another port with --addr", addr, err)
	}
	return mistake{fmt.Sprintf("listen on %s: %v; write --addr as host:port, such as 127.0.0.1:8420", addr, err)}
}

// outbox is the smarthost when there is one, else files.
func (c *serveCmd) outbox() (desk.Outbox, error) {
	if c.Smarthost == "" {
		return desk.Files{Dir: filepath.Join(c.Data, "outbox")}, nil
	}
	relay := &smarthost.Relay{Addr: c.Smarthost, Encryption: c.SmarthostEncryption, User: c.SmarthostUser, Password: c.SmarthostPassword}
	if err := relay.Check(); err != nil {
		return nil, err
	}
	return relay, nil
}

// logger writes to standard error, and no mail address or token, whatever the
// words of a library say.
func logger(level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, err
	}
	o := &slog.HandlerOptions{Level: l, ReplaceAttr: discreet}
	if format == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, o)), nil
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, o)), nil
}

// private is what a log must not hold: mail addresses, tokens and secrets of
// webhooks.
var private = regexp.MustCompile(`[^\s@<>"'=:,;(]+@[^\s@<>"',;)]+\.[^\s@<>"',;)]+|mdg_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=]+`)

func discreet(_ []string, a slog.Attr) slog.Attr {
	if k := a.Value.Kind(); k != slog.KindString && k != slog.KindAny {
		return a
	}
	text := a.Value.String()
	if !private.MatchString(text) {
		return a
	}
	return slog.String(a.Key, private.ReplaceAllString(text, "[private]"))
}
