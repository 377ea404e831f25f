package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// call is one request to the door: who calls, what they see, what their token
// is for, and how they are spoken to. It belongs to one goroutine.
type call struct {
	*server
	request *http.Request
	writer  http.ResponseWriter
	once    *keyed // nil: the call has no key
	actor   support.Actor
	viewer  store.Viewer
	scopes  auth.Scopes

	// language and zone are the caller's own; "" is English and UTC.
	language, zone string
}

// anyone is the scope of an operation that takes no token: whoever has one is
// known by it, whoever has none is a stranger.
const anyone auth.Scope = "anyone"

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func humagoUnwrap(ctx huma.Context) (*http.Request, http.ResponseWriter) { return humago.Unwrap(ctx) }

// authenticate finds out who calls and whether the token is for this operation,
// and sets the call its deadline.
func (s *server) authenticate(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	within, _ := ctx.Operation().Metadata["within"].(time.Duration)
	if bytes, _ := ctx.Operation().Metadata["bytes"].(bool); bytes {
		within = desk.UploadTime // a file comes or goes as fast as its line is
	}
	hurried, end := context.WithTimeout(store.Hurried(r.Context()), within)
	defer end()
	ctx = huma.WithContext(ctx, hurried)
	c := &call{server: s, request: r, writer: w}
	scope, _ := ctx.Operation().Metadata["scope"].(auth.Scope)
	if scope == anyone && r.Header.Get("Authorization") == "" {
		next(huma.WithValue(ctx, callKey{}, c))
		return
	}
	who, err := auth.Authenticate(hurried, s.store, r.Header.Get("Authorization"), s.real())
	if err != nil {
		s.write(w, s.problem(c, err))
		return
	}
	c.called(who)
	if scope != anyone && !c.scopes.Has(scope) {
		s.write(w, s.problem(c, c.locked(scope)))
		return
	}
	if c.once, err = c.key(); err != nil {
		s.write(w, s.problem(c, err))
		return
	}
	if c.once != nil {
		r.Body = c.once
	}
	next(huma.WithValue(ctx, callKey{}, c))
}

// called takes over who calls.
func (c *call) called(who auth.Caller) {
	c.actor, c.viewer, c.scopes, c.language, c.zone = who.Actor, who.Viewer, who.Scopes, who.Language, who.Zone
	c.viewer.At = c.desk.Now()
}

// locked says why the operation is not for this token: a customer can get no
// token that opens the desk's own part, others one that does.
func (c *call) locked(scope auth.Scope) error {
	if !c.staff() && scope != auth.Read && scope != auth.Write {
		return support.Refuse(support.Forbidden, "api.for_staff")
	}
	return support.Refuse(support.Forbidden, "api.scope_needed", "scope", string(scope))
}

// staff tells whether the caller is of the vendor's side.
func (c *call) staff() bool { return c.actor.Kind != support.Customer }

// voice is how the caller is spoken to: in the language that the call asks
// for, else in the profile's; in the profile's zone.
func (c *call) voice() lang.Voice {
	code := accepted(c.request.Header.Get("Accept-Language"))
	if code == "" {
		code = lang.Base(c.language, true)
	}
	return lang.Voice{Lang: code, Zone: c.zone, Pack: c.desk.Pack()}
}

// accepted is the language with a whole catalogue that the header likes best,
// the first of equals; "" when it names none.
func accepted(header string) string {
	best, code := 0.0, ""
	for _, part := range strings.Split(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil || n < 0 || n > 1 {
				continue
			}
			q = n
		}
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (base == lang.English || base == lang.Japanese) && q > best {
			best, code = q, base
		}
	}
	return code
}
