// Package web is the desk in a browser: the counter of customers and the
// console of staff.
//
// It refuses to know rules: pages show what the core has decided, in the
// reader's language and zone, and only what that reader may see; forms become
// commands, and what the core refuses is shown beside what was typed. It writes
// nothing itself but sessions, which auth keeps.
//
// Data layout: one table of routes; one struct for each page, filled by its
// handler and rendered by the template of the same name; style sheets and
// scripts are bundled into assets/dist and embedded under hashed names.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/live"
	"madoguchi/internal/store"
)

// csp lets nothing run and nothing load but our own.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm is how many bytes a form may have; a text may have 256 KiB of it, and
// three times that when it is written percent-encoded.
const maxForm = 1 << 20

// Config is what the pages are made of. Desk and Store are required.
type Config struct {
	Desk  *desk.Desk
	Store *store.Store
	// Real is the real clock, by which sessions are judged; nil: time.Now.
	Real func() time.Time
	// URL is under which address people reach the pages: with https, cookies
	// are for that alone.
	URL string
	// Proxies are the networks of proxies that are believed from where somebody comes.
	Proxies []netip.Prefix
	// Cast are the people of a demo, as whom anybody may sign in; nil in production.
	Cast []Figure
	// Mails are what the desk of a demo has sent, the newest first; nil in production.
	Mails func() []Posted
	// SendIn lets a mail arrive at the desk of a demo; nil in production.
	SendIn func(context.Context, Arrival) error
	// Still tells that the desk's clock moves only when told, as a demo's does.
	Still bool
	// Ending is closed when the program ends: what stays open is ended then. nil: never.
	Ending <-chan struct{}
	Log    *slog.Logger
}

type site struct {
	Config
	assets   assets
	palettes map[string]string // addresses, by language
	routes   []route
	streams  *live.Streams
}

// New serves the pages. Errors of reading the embedded assets are returned.
func New(c Config) (http.Handler, error) {
	s, err := newSite(c)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /assets/{name}", s.serveAsset)
	for _, r := range s.routes {
		mux.HandleFunc(r.pattern, s.serve(r))
	}
	return http.NewCrossOriginProtection().Handler(mux), nil
}

func newSite(c Config) (*site, error) {
	if c.Real == nil {
		c.Real = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	a, err := readAssets()
	if err != nil {
		return nil, err
	}
	words, err := palettes(&a)
	if err != nil {
		return nil, err
	}
	s := &site{Config: c, assets: a, palettes: words, streams: live.New(c.Store)}
	if s.assets.Script == "" {
		c.Log.Warn("pages have no style and no script: run make assets and build again")
	}
	s.routes = s.table()
	return s, nil
}

// secure tells whether people come by https.
func (s *site) secure() bool { return strings.HasPrefix(s.URL, "https://") }
