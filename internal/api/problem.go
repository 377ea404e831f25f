package api

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// problem is the body of every refusal (RFC 9457). It says in the caller's
// language what is wrong and what to do next, and never repeats a value that
// was sent, except where the core's own words name it.
type problem struct {
	Type      string            `json:"type" doc:"urn:madoguchi:problem: and the key of the message"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail" doc:"What is wrong and what to do next, in the caller's language"`
	Code      string            `json:"code" enum:"invalid,not_found,forbidden,not_entitled,conflict,too_large,busy,unauthenticated,internal"`
	Field     string            `json:"field,omitempty" doc:"The part of the input that is wrong"`
	Args      map[string]string `json:"args,omitempty"`
	Errors    []fieldError      `json:"errors,omitempty" doc:"Every part of the input that does not fit its schema"`
	Receipt   *receipt          `json:"receipt,omitempty" doc:"With not_entitled: the decision, and the routes that are open"`
	Changes   []eventView       `json:"changes,omitempty" doc:"With 412: what has happened since the version that If-Match names"`
	Routes    []routeView       `json:"routes,omitempty" doc:"Ways that stay open beside a refusal without a receipt"`
	Reference string            `json:"reference,omitempty" doc:"With internal: finds the cause in the desk's log"`
	header    http.Header
}

// fieldError is one part of the input that does not fit.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

const problemType = "urn:madoguchi:problem:"

func (p *problem) Error() string           { return p.Code + ": " + p.Type }
func (p *problem) GetStatus() int          { return p.Status }
func (p *problem) GetHeaders() http.Header { return p.header }
func (p *problem) ContentType(ct string) string {
	return strings.Replace(ct, "json", "problem+json", 1)
}

// statuses is the one table from the core's codes to HTTP.
var statuses = map[support.Code]int{
	support.Invalid:     http.StatusUnprocessableEntity,
	support.NotFound:    http.StatusNotFound,
	support.Forbidden:   http.StatusForbidden,
	support.NotEntitled: http.StatusForbidden,
	support.Conflict:    http.StatusConflict,
	support.TooLarge:    http.StatusRequestEntityTooLarge,
	support.Busy:        http.StatusServiceUnavailable,
}

// retrySeconds is what a busy desk asks callers to wait.
const retrySeconds = 2

// problem turns an error into its document. What is not a refusal is internal:
// its cause goes to the log under a reference, and nothing of it outside.
func (s *server) problem(c *call, err error) *problem {
	var done *problem
	if errors.As(err, &done) {
		return done
	}
	var e *support.Error
	if !errors.As(err, &e) {
		return s.internal(c, err)
	}
	p := c.refusal(e, statuses[e.Code], string(e.Code))
	switch {
	case errors.Is(err, auth.ErrUnauthenticated):
		p.Status, p.Title, p.Code = http.StatusUnauthorized, http.StatusText(http.StatusUnauthorized), "unauthenticated"
		p.header = http.Header{"Www-Authenticate": {`Bearer realm="madoguchi"`}}
	case e.Code == support.Busy:
		if e.Key == store.DiskFull {
			p.Status, p.Title = http.StatusInsufficientStorage, http.StatusText(http.StatusInsufficientStorage)
			s.alarm(&s.full, "the disk is full: writes are refused until there is room", err)
		} else if store.Overtaxed(err) {
			s.alarm(&s.slow, "the database does not keep up: calls are refused", err)
		}
		p.header = http.Header{"Retry-After": {strconv.Itoa(retrySeconds)}}
	case e.Receipt != nil:
		r := c.receipt(*e.Receipt, true)
		p.Receipt = &r
	}
	return p
}

// alarmEvery is how often the log tells of a disk that stays full, where each
// refusal would fill what is left of it, and of a database that does not answer.
const alarmEvery = 30 * time.Second

// alarm tells the operator, who alone can help, now and then.
func (s *server) alarm(alarmed *atomic.Int64, what string, err error) {
	last, now := alarmed.Load(), s.real().UnixNano()
	if now-last >= int64(alarmEvery) && alarmed.CompareAndSwap(last, now) {
		s.log.Error(what, "cause", err.Error())
	}
}

func (s *server) internal(c *call, err error) *problem {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: the program stops instead
	ref := hex.EncodeToString(b[:])
	s.log.Error("internal error", "reference", ref, "method", c.request.Method, "pattern", c.request.Pattern, "cause", err.Error())
	p := c.refusal(support.Refuse("internal", "api.internal", "reference", ref), http.StatusInternalServerError, "internal")
	p.Reference = ref
	return p
}

// refusal words a refusal for the caller.
func (c *call) refusal(e *support.Error, status int, code string) *problem {
	if status == 0 {
		status = http.StatusInternalServerError
	}
	p := &problem{
		Type: problemType + e.Key, Title: http.StatusText(status), Status: status, Code: code,
		Detail: c.voice().Error(e), Field: e.Field, Args: e.Args,
	}
	if len(e.Routes) > 0 {
		p.Routes = c.routes(e.Routes)
	}
	return p
}

// write sends a problem outside of an operation.
func (s *server) write(w http.ResponseWriter, p *problem) {
	for k, list := range p.header {
		w.Header()[k] = list
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// transform replaces the library's error documents by ours: their values
// repeat what was sent, secrets too, and their words are English only.
func (s *server) transform(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := callOf(ctx.Context())
	if c == nil {
		r, _ := humagoUnwrap(ctx)
		c = &call{server: s, request: r}
	}
	e, list := misfit(m)
	for i := range list {
		list[i].Message = c.expectation(list[i].Message)
	}
	if what, ok := e.Args["problem"]; ok {
		e.Args["problem"] = c.expectation(what)
	}
	code := string(e.Code)
	if m.Status >= http.StatusInternalServerError {
		p := s.internal(c, errors.New("huma: "+m.Detail))
		p.Status, p.Title = m.Status, http.StatusText(m.Status)
		return p, nil
	}
	p := c.refusal(e, m.Status, code)
	p.Errors = list
	return p, nil
}

// misfit words what the library found wrong with an input, without its values.
func misfit(m *huma.ErrorModel) (*support.Error, []fieldError) {
	var list []fieldError
	for _, d := range m.Errors {
		list = append(list, fieldError{Field: place(d.Location), Message: plain(d.Message)})
	}
	switch m.Status {
	case http.StatusRequestEntityTooLarge:
		return support.Refuse(support.TooLarge, "api.too_large", "limit", strconv.Itoa(maxBody)), nil
	case http.StatusRequestTimeout:
		return support.Refuse(support.Invalid, "api.timeout"), nil
	case http.StatusUnsupportedMediaType:
		return support.Refuse(support.Invalid, "api.media_type"), nil
	case http.StatusBadRequest:
		if len(m.Errors) == 0 {
			return support.Refuse(support.Invalid, "api.body_missing"), nil
		}
		return support.Refuse(support.Invalid, "api.not_json"), nil
	}
	if len(m.Errors) == 0 {
		return support.Refuse(support.Invalid, "api.misfit"), nil
	}
	e := wordsOf(list[0], m.Errors[0].Location == "body" && strings.HasPrefix(m.Errors[0].Message, "expected required"))
	return e, list
}

// wordsOf finds the message for the first misfit.
func wordsOf(f fieldError, missing bool) *support.Error {
	var e *support.Error
	switch field := f.Field; {
	case missing || strings.HasPrefix(f.Message, "expected required") || strings.HasPrefix(f.Message, "required "):
		name := quoted(f.Message, "expected required property ", " to be present")
		if name == "" {
			name = field
		} else if field != "" {
			name = field + "." + name
		}
		e = support.Refuse(support.Invalid, "api.field_missing", "field", name)
		e.Field = name
		return e
	case field == "" && f.Message == "expected object":
		return support.Refuse(support.Invalid, "api.body_object")
	case f.Message == "unexpected property", f.Message == "unknown query parameter":
		e = support.Refuse(support.Invalid, "api.field_unknown", "field", field)
	case strings.HasPrefix(f.Message, "expected value to be one of "):
		e = support.Refuse(support.Invalid, "api.one_of", "field", field,
			"values", strings.Trim(strings.TrimPrefix(f.Message, "expected value to be one of "), `"`))
	case strings.HasPrefix(f.Message, "expected length <= "), strings.HasPrefix(f.Message, "expected array length <= "):
		e = support.Refuse(support.Invalid, "api.too_long", "field", field, "limit", f.Message[strings.LastIndexByte(f.Message, ' ')+1:])
	case field == "": // a number that is out of its type's range, for example
		return support.Refuse(support.Invalid, "api.misfit")
	default:
		e = support.Refuse(support.Invalid, "api.field", "field", field, "problem", f.Message)
	}
	e.Field = f.Field
	return e
}

func quoted(s, before, after string) string {
	rest, ok := strings.CutPrefix(s, before)
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, after)
	return name
}

// place is a location without the part of the message that it stands in.
func place(location string) string {
	for _, in := range []string{"body.", "query.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(location, in); ok {
			return rest
		}
	}
	if location == "body" {
		return ""
	}
	return location
}

// expectations are the library's messages that can stand alone, by the message of
// the catalogues that says the same. The last part may be a number or a list.
var expectations = []struct{ says, key string }{
	{"expected boolean", "api.expected.boolean"}, {"invalid boolean", "api.expected.boolean"},
	{"expected number >= ", "api.expected.least"}, {"expected number <= ", "api.expected.most"},
	{"expected number", "api.expected.number"}, {"invalid float", "api.expected.number"}, {"invalid number", "api.expected.number"},
	{"expected integer", "api.expected.integer"}, {"invalid integer", "api.expected.integer"},
	{"expected string to be RFC 3339", "api.expected.instant"}, {"invalid date/time", "api.expected.instant"},
	{"expected string", "api.expected.string"}, {"expected array length <= ", "api.expected.entries"},
	{"expected array", "api.expected.array"}, {"expected object", "api.expected.object"},
	{"expected length <= ", "api.expected.length"}, {"expected value to be one of ", "api.expected.one_of"},
	{"unexpected property", "api.expected.nothing"}, {"unknown query parameter", "api.expected.nothing"},
	{"expected required property ", "api.expected.member"}, {"required ", "api.expected.present"},
}

// expectation words one of the library's messages for the caller.
func (c *call) expectation(message string) string {
	for _, x := range expectations {
		rest, ok := strings.CutPrefix(message, x.says)
		if !ok {
			continue
		}
		rest, _, _ = strings.Cut(rest, " to be present")
		return c.voice().Message(x.key, map[string]string{"value": strings.Trim(rest, `"`)})
	}
	return c.voice().Message("api.expected.other", nil)
}

// plain lets only those of the library's messages through that cannot hold a
// value of the caller's.
func plain(message string) string {
	for _, whole := range []string{"invalid boolean", "invalid integer", "invalid float", "invalid number", "invalid date/time"} {
		if strings.HasPrefix(message, whole) {
			return whole // what comes behind may be the value
		}
	}
	for _, safe := range []string{
		"unexpected property", "unknown query parameter", "expected boolean", "expected number", "expected integer", "expected string",
		"expected array", "expected object", "expected value to be one of ", "expected length ", "expected required property ",
		"required ", "expected property ",
	} {
		if strings.HasPrefix(message, safe) {
			return message
		}
	}
	return "does not fit: see the field in /v1/openapi.json"
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
