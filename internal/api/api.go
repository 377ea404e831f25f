// Package api is the REST door of the desk, version 1: every command is a
// resource, every list has a limit, every refusal is a problem document
// (RFC 9457) in the caller's language.
//
// It refuses to know rules: it turns numbers, addresses and keys into what the
// core speaks of, sends a command through the desk, and shows what came of it.
// It writes nothing itself. Internal ids never leave it: requests are named by
// SR number, contacts by customer number, staff by e-mail address, contracts by
// number, products and licences by key, accounts, tokens and effects by an
// opaque string.
//
// Data layout: one [huma.API] on the standard mux; each operation carries its
// scope and permission in its metadata, and the OpenAPI document is made once
// when the door opens. Nothing is kept between two calls but the number of
// streams that follow the feed.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/live"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Config is what the door is made of. Desk and Store are required.
type Config struct {
	Desk  *desk.Desk
	Store *store.Store
	// Clock is the demo's; nil in production, where /v1/demo/ does not exist.
	Clock Clock
	// Real is the real clock, by which tokens are judged; nil: time.Now.
	Real func() time.Time
	// Log is slog.Default when nil. It is given references and causes, never
	// bodies, tokens or addresses.
	Log     *slog.Logger
	Version string
	// Ending ends streams when it is closed; nil: they end with their readers.
	Ending <-chan struct{}
}

// Clock is the desk's clock where it can be set: the demo's.
type Clock interface {
	Now() time.Time
	// Advance fires everything due until to, in order. Going back is a conflict.
	Advance(ctx context.Context, to time.Time) error
}

// Limits of one call.
const (
	maxBody     = 1 << 20 // bytes; a text may have 256 KiB of it
	bodyTimeout = 15 * time.Second
	defaultPage = 50
	// How long a call may take that has something done or looked up, and one that
	// reads much; the server's own end is at 120 s.
	answerWithin = 10 * time.Second
	manyWithin   = 110 * time.Second
)

type server struct {
	desk  *desk.Desk
	store *store.Store
	clock Clock
	real  func() time.Time
	log   *slog.Logger
	huma  huma.API
	mux   *http.ServeMux
	spec  func() []byte // written when somebody asks for it first

	streams *live.Streams
	ending  <-chan struct{}

	// When the log last told of a full disk, and of a database that does not keep
	// up, in nanoseconds since 1970.
	full, slow atomic.Int64
}

// New makes the door. It is mounted at /v1/; health checks are the caller's.
// It panics when Desk or Store is missing.
func New(c Config) http.Handler {
	if c.Desk == nil || c.Store == nil {
		panic("api: a desk and a store are needed")
	}
	if c.Real == nil {
		c.Real = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &server{desk: c.Desk, store: c.Store, clock: c.Clock, real: c.Real, log: c.Log, mux: http.NewServeMux(), streams: live.New(c.Store), ending: c.Ending}
	s.huma = humago.New(s.mux, s.config(c.Version))
	s.huma.UseMiddleware(s.authenticate)
	s.routes()
	s.document()
	s.mux.HandleFunc("GET /v1/openapi.json", s.serveSpec)
	s.mux.HandleFunc("/", s.nowhere)
	return http.HandlerFunc(s.serve)
}

func (s *server) routes() {
	s.meRoutes()
	s.policyRoutes()
	s.productRoutes()
	s.entitlementRoutes()
	s.offerRoutes()
	s.phoneCallRoutes()
	s.callbackRoutes()
	s.selfHelpRoutes()
	s.searchRoutes()
	s.searchRequestRoutes()
	s.gatheringRoutes()
	s.reportRoutes()
	s.compatibilityRoutes()
	s.guestRoutes()
	s.securityRoutes()
	s.featureRoutes()
	s.subscriptionRoutes()
	s.alertRoutes()
	s.advisoryRoutes()
	s.requestRoutes()
	s.commandRoutes()
	s.attachmentRoutes()
	s.severityRoutes()
	s.defectRoutes()
	s.broadcastRoutes()
	s.engineeringRoutes()
	s.betaRoutes()
	s.completionRoutes()
	s.contractRoutes()
	s.licenceRoutes()
	s.folderRoutes()
	s.confirmationRoutes()
	s.profileRoutes()
	s.planRoutes()
	s.ownRoutes()
	s.exceptionRoutes()
	s.handlingRoutes()
	s.partyRoutes()
	s.listingRoutes()
	s.changingRoutes()
	s.rotaRoutes()
	s.effectRoutes()
	s.feedRoutes()
	s.webhookRoutes()
	s.mailboxRoutes()
	s.suppressionRoutes()
	s.tokenRoutes()
	s.signInRoutes()
	if s.clock != nil {
		s.demoRoutes()
	}
}

// utf8JSON is JSON that does not quietly put other characters in the place of
// bytes that are none (RFC 8259, section 8.1).
var utf8JSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errors.New("not UTF-8")
		}
		return huma.DefaultJSONFormat.Unmarshal(data, v)
	},
}

func (s *server) config(version string) huma.Config {
	if version == "" {
		version = "dev"
	}
	c := huma.DefaultConfig("Madoguchi", version)
	c.Info.Description = "A vendor's contract-backed support desk. Every command is a resource; " +
		"instants are RFC 3339 in UTC, spans of time are in seconds, refusals are problem documents."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Formats = map[string]huma.Format{"application/json": utf8JSON, "json": utf8JSON}
	c.Transformers = []huma.Transformer{s.transform}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "An access token: mdg_ and 43 characters."},
	}
	return c
}

// route is one operation. Scope is what the token must be for; permission is
// the row of the permission tables that decides, "read" where visibility does,
// or "own" for what everybody does in their own name only.
type route struct {
	method, path, id, summary string
	scope                     auth.Scope
	permission                string
	status                    int // 0: 200
	tag                       string
	long                      bool // it may take [manyWithin]
}

// register hangs a handler into the mux. Errors of the handler become problem
// documents in the caller's language.
func register[I, O any](s *server, r route, handle func(ctx context.Context, c *call, in *I) (*O, error)) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	op := huma.Operation{
		Method: r.method, Path: r.path, OperationID: r.id, Summary: r.summary, Tags: []string{r.tag},
		DefaultStatus: r.status, MaxBodyBytes: maxBody, BodyReadTimeout: bodyTimeout,
		Metadata: map[string]any{"scope": r.scope, "permission": r.permission, "within": within(r.long)},
		Security: []map[string][]string{{"bearer": {string(r.scope)}}},
		Extensions: map[string]any{
			"x-scope": string(r.scope), "x-permission": r.permission,
		},
	}
	if r.scope == anyone {
		op.Security = []map[string][]string{{}, {"bearer": {}}}
	}
	if changes(r.method) {
		op.Parameters = append(op.Parameters, onceParam())
	}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		c := callOf(ctx)
		out, err := singly(ctx, c, in, handle)
		if err != nil {
			return nil, s.problem(c, err)
		}
		return out, nil
	})
}

func within(long bool) time.Duration {
	if long {
		return manyWithin
	}
	return answerWithin
}

// body is an answer with nothing but a body.
type body[T any] struct {
	Body T
}

// document finishes the OpenAPI document: errors are our problem documents and
// not the library's.
func (s *server) document() {
	doc := s.huma.OpenAPI()
	schemas := doc.Components.Schemas
	media := map[string]*huma.MediaType{"application/problem+json": {Schema: schemas.Schema(typeOf[problem](), true, "Problem")}}
	for _, op := range operations(doc) {
		op.Responses["default"] = &huma.Response{Description: "A refusal, or an internal error with its reference", Content: media}
		documentVersions(op)
	}
	delete(schemas.Map(), "ErrorModel")
	delete(schemas.Map(), "ErrorDetail")
	s.spec = sync.OnceValue(func() []byte {
		spec, err := json.Marshal(doc)
		if err != nil {
			panic(fmt.Sprintf("api: write the OpenAPI document: %v", err))
		}
		return spec
	})
}

// operations are all operations of the document, in order of path and method.
func operations(doc *huma.OpenAPI) []*huma.Operation {
	var out []*huma.Operation
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				out = append(out, op)
			}
		}
	}
	slices.SortFunc(out, func(a, b *huma.Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return out
}

func (s *server) serveSpec(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(s.spec())
}

// serve is the outermost layer: headers of every answer, and a last net under
// panics, so that a broken invariant costs one call and not the connection.
func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		s.write(w, s.problem(&call{server: s, request: r}, fmt.Errorf("panic: %v", p)))
	}()
	if team, ok := strings.CutSuffix(r.URL.Path, ".ics"); ok && strings.HasPrefix(team, "/v1/rotas/") {
		// The mux takes no name with an ending; calendar programs want one.
		r = r.Clone(r.Context())
		r.URL.Path = team + "/calendar"
	}
	s.mux.ServeHTTP(w, r)
}

// nowhere answers what no operation is at: a path that does not exist, or one
// that knows other methods only.
func (s *server) nowhere(w http.ResponseWriter, r *http.Request) {
	c := &call{server: s, request: r}
	// Only for the language: whoever calls, there is nothing here.
	if who, err := auth.Authenticate(r.Context(), s.store, r.Header.Get("Authorization"), s.real()); err == nil {
		c.called(who)
	}
	if allowed := s.methods(r); len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		p := s.problem(c, support.Refuse(support.NotFound, "api.method", "method", r.Method, "allowed", strings.Join(allowed, ", ")))
		p.Status, p.Title, p.Code = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed), string(support.Invalid)
		s.write(w, p)
		return
	}
	s.write(w, s.problem(c, support.Refuse(support.NotFound, "api.path_unknown")))
}

func (s *server) methods(r *http.Request) []string {
	var out []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" && pattern != "" {
			out = append(out, m)
		}
	}
	return out
}
