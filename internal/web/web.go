// Package web shows requests in a browser. At present that is one read-only
// page for each request and a list to find them, served by the demo.
//
// It refuses to know rules: pages show what the core has decided, in the
// reader's language and zone, and only what that reader may see.
//
// Data layout: one struct for each page, filled by its handler and rendered by
// the template of the same name. Assets are embedded.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/a-h/templ"
)

//go:embed assets
var assets embed.FS

// csp lets nothing run and nothing load but our own style.
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Reader is somebody as whom pages can be looked at.
type Reader struct {
	Key    string // in the address: ?as=tanaka
	Name   lang.Person
	Viewer store.Viewer
	Lang   string
	Zone   string
}

// Config is what the pages need. Readers are those of a demo; the first one is
// taken when the address names none.
type Config struct {
	Desk    *desk.Desk
	Store   *store.Store
	Readers []Reader
	Log     *slog.Logger
}

type site struct {
	Config
	style string // hashed name of the style sheet
	css   []byte
}

// New serves the pages. Errors of reading the embedded assets are returned.
func New(c Config) (http.Handler, error) {
	css, err := fs.ReadFile(assets, "assets/madoguchi.css")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(css)
	s := &site{Config: c, css: css, style: "/assets/madoguchi-" + hex.EncodeToString(sum[:6]) + ".css"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+s.style, s.serveStyle)
	mux.HandleFunc("GET /{$}", s.page(s.list))
	mux.HandleFunc("GET /requests/{number}", s.page(s.request))
	mux.HandleFunc("GET /", s.page(func(*visit) (templ.Component, error) {
		return nil, support.Refuse(support.NotFound, "page.absent")
	}))
	return mux, nil
}

func (s *site) serveStyle(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(s.css)
}

// visit is one page view: who looks, in which language and zone.
type visit struct {
	*http.Request
	frame
	voice lang.Voice
}

// frame is what every page shares.
type frame struct {
	Lang, Style string
	Reader      Reader
	Readers     []Reader
	Now         string
	Path        string
	v           lang.Voice
}

// T is a word or sentence of the page.
func (f frame) T(key string, args ...string) string {
	m := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return f.v.Message("page."+key, m)
}

// Link keeps the reader and the language along the way.
func (f frame) Link(path string) templ.SafeURL {
	return templ.URL(path + "?as=" + f.Reader.Key + "&lang=" + f.Lang)
}

// Other is the address of this page in another language or for another reader.
func (f frame) Other(as, code string) templ.SafeURL {
	return templ.URL(f.Path + "?as=" + as + "&lang=" + code)
}

func (s *site) visit(r *http.Request) *visit {
	reader, known := s.Readers[0], !r.URL.Query().Has("as")
	for _, x := range s.Readers {
		if x.Key == r.URL.Query().Get("as") {
			reader, known = x, true
		}
	}
	reader.Viewer.At = s.Desk.Now()
	if !known {
		reader.Viewer = store.Viewer{} // nobody, who sees nothing
	}
	code := r.URL.Query().Get("lang")
	if code != lang.English && code != lang.Japanese {
		code = lang.Base(reader.Lang, true)
	}
	v := lang.Voice{Lang: code, Zone: reader.Zone, Pack: s.Desk.Pack()}
	return &visit{Request: r, voice: v, frame: frame{
		Lang: code, Style: s.style, Reader: reader, Readers: s.Readers, Now: v.Date(s.Desk.Now()), Path: r.URL.Path, v: v,
	}}
}

// page renders whole or not at all: a failure shows its own page.
func (s *site) page(show func(*visit) (templ.Component, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(r)
		status := http.StatusOK
		c, err := show(v)
		if err != nil {
			status, c = s.failure(v, err)
		}
		var b bytes.Buffer
		if err := c.Render(r.Context(), &b); err != nil {
			s.Log.Error("render page", "path", r.URL.Path, "cause", err)
			http.Error(w, "500", http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Language", v.Lang)
		h.Set("Content-Security-Policy", csp)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes())
	}
}

func (s *site) failure(v *visit, err error) (int, templ.Component) {
	if code := support.CodeOf(err); code == support.NotFound || code == support.Invalid {
		return http.StatusNotFound, failurePage(v.frame, v.T("absent.title"), v.T("absent.text"))
	}
	s.Log.Error("page failed", "path", v.URL.Path, "cause", err)
	return http.StatusInternalServerError, failurePage(v.frame, v.T("failed.title"), v.T("failed.text"))
}

func staff(v store.Viewer) bool { return v.Actor.Kind != support.Customer }
