package api_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// echo stands in every text that is sent, and in no answer.
const echo = "kanarievogel"

// broken is a call with one thing wrong in it.
type broken struct {
	what   string
	path   string // with its query
	body   string
	header map[string]string
	field  string // that the refusal has to name; "": any
}

// breaker makes broken calls from the OpenAPI document.
type breaker struct {
	*house
	types  schemas
	number string // of a request
}

// fitting is a value that fits a schema as far as the document says.
func (b *breaker) fitting(s map[string]any) string {
	s = b.types.at(s)
	if list, ok := s["enum"].([]any); ok {
		return fmt.Sprintf("%q", fmt.Sprint(list[0]))
	}
	switch kind(s) {
	case "string":
		if s["format"] == "date-time" {
			return `"2026-06-05T18:00:00Z"`
		}
		return `"x"`
	case "integer", "number":
		if least, ok := s["minimum"].(float64); ok {
			return strconv.FormatFloat(least, 'f', -1, 64)
		}
		return "1"
	case "boolean":
		return "false"
	case "array":
		return "[]"
	}
	return b.object(s, nil)
}

func kind(s map[string]any) string {
	switch t := s["type"].(type) {
	case string:
		return t
	case []any: // nullable
		return fmt.Sprint(t[0])
	}
	return "object"
}

// object has what a schema requires, with some members put in their place.
func (b *breaker) object(s map[string]any, members map[string]string) string {
	props, _ := s["properties"].(map[string]any)
	all := maps.Clone(members)
	if all == nil {
		all = map[string]string{}
	}
	required, _ := s["required"].([]any)
	for _, r := range required {
		if name := fmt.Sprint(r); all[name] == "" {
			all[name] = b.fitting(props[name].(map[string]any))
		}
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name] != "-" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, all[name]))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// misfits are values that do not fit a schema.
func (b *breaker) misfits(s map[string]any) []string {
	s = b.types.at(s)
	var out []string
	switch kind(s) {
	case "string":
		out = []string{"1", "true", `["` + echo + `"]`, `{"` + echo + `":1}`}
		if most, ok := s["maxLength"].(float64); ok {
			out = append(out, `"`+echo+strings.Repeat("x", int(most))+`"`)
		}
		if s["enum"] != nil || s["format"] == "date-time" {
			out = append(out, `"`+echo+`"`, `""`)
		}
	case "integer", "number":
		out = []string{`"` + echo + `"`, "true", "[]", "{}", "1e999", "9223372036854775808"}
		if kind(s) == "integer" {
			out = append(out, "0.5")
		}
		if least, ok := s["minimum"].(float64); ok {
			out = append(out, strconv.FormatFloat(least-1, 'f', -1, 64))
		}
		if most, ok := s["maximum"].(float64); ok {
			out = append(out, strconv.FormatFloat(most+1, 'f', -1, 64))
		}
	case "boolean":
		out = []string{`"` + echo + `"`, "1", "[]", "{}"}
	case "array":
		out = []string{`"` + echo + `"`, "1", "{}"}
		items, _ := s["items"].(map[string]any)
		for _, x := range b.misfits(items) {
			out = append(out, "["+x+"]")
		}
	default:
		out = []string{`"` + echo + `"`, "1", "[]"}
		if s["additionalProperties"] == false {
			out = append(out, b.object(s, map[string]string{echo: "1"}))
		}
	}
	return out
}

// bodies are the broken bodies of an operation.
func (b *breaker) bodies(o operation) []broken {
	s := b.types.body(o)
	if s == nil {
		return nil
	}
	var out []broken
	for i, whole := range []string{
		`{`, `"` + echo + `"`, `[]`, "\xff\xfe", echo, `{"a":1}{"` + echo + `"`, strings.Repeat(`{"a":`, 50_000), "\x1f\x8b\x08" + echo, strings.Repeat("[", 50_000),
		b.object(s, map[string]string{echo: "\"\xff\""}), b.object(s, map[string]string{echo: `"` + strings.Repeat("x", 2<<20) + `"`}),
	} {
		out = append(out, broken{what: fmt.Sprint("whole body ", i), body: whole})
	}
	out = append(out, broken{what: "unknown member", body: b.object(s, map[string]string{echo: "1"}), field: echo})
	props, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, r := range required {
		out = append(out, broken{what: fmt.Sprint("no ", r), body: b.object(s, map[string]string{fmt.Sprint(r): "-"})})
	}
	for _, name := range slices.Sorted(maps.Keys(props)) {
		p := props[name].(map[string]any)
		for _, x := range b.misfits(p) {
			out = append(out, broken{what: name + " " + x[:min(len(x), 40)], body: b.object(s, map[string]string{name: x})})
		}
		if kind(b.types.at(p)) == "string" {
			out = append(out, broken{what: name + " not UTF-8", body: b.object(s, map[string]string{name: "\"x\xff\""})})
		}
	}
	return out
}

// calls are the broken calls of an operation: each is right but for one thing.
func (b *breaker) calls(o operation) []broken {
	path := strings.NewReplacer("{number}", b.number, "{n}", "1", "{seq}", "1").Replace(o.Path)
	fits, needed, anybody := "", url.Values{}, len(o.Security) == 0
	if s := b.types.body(o); s != nil {
		fits = b.object(s, nil)
	}
	for _, p := range o.Parameters {
		if p.In == "query" && p.Required {
			needed.Set(p.Name, strings.Trim(b.fitting(p.Schema), `"`))
		}
	}
	for _, s := range o.Security {
		anybody = anybody || len(s) == 0
	}
	with := func(name, value string) string {
		q := maps.Clone(needed)
		q.Set(name, value)
		return path + "?" + q.Encode()
	}
	out := b.bodies(o)
	for i := range out {
		out[i].path = path
	}
	add := func(what, at string, header map[string]string, field string) {
		out = append(out, broken{what: what, path: at, body: fits, header: header, field: field})
	}
	add("unknown query", with(echo, "1"), nil, echo)
	for _, p := range o.Parameters {
		var wrong []string
		for _, x := range b.misfits(p.Schema) {
			if x = strings.Trim(x, `"`); kind(b.types.at(p.Schema)) != "string" || len(x) > 300 || p.Schema["enum"] != nil && x != "" {
				wrong = append(wrong, x)
			}
		}
		switch p.In {
		case "query":
			for _, x := range wrong {
				if k := kind(p.Schema); k != "array" && (k != "boolean" || x != "1") {
					add("query "+p.Name+"="+x[:min(len(x), 40)], with(p.Name, x), nil, p.Name)
				}
			}
		case "path":
			for _, x := range []string{"%00", "%ff", echo, "-1", "99999999999999999999", "..%2f..", strings.Repeat("9", 300), "%F0%9F%98%80"} {
				add("path "+p.Name+"="+x[:min(len(x), 40)], strings.NewReplacer("{"+p.Name+"}", x, "{number}", b.number, "{n}", "1", "{seq}", "1").Replace(o.Path), nil, "")
			}
		case "header":
			if p.Name == "If-Match" {
				add("If-Match", path, map[string]string{"If-Match": echo}, "")
			}
		}
	}
	if o.Method != http.MethodGet {
		add("key", path, map[string]string{"Idempotency-Key": "a b"}, "Idempotency-Key")
		add("long key", path, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, "Idempotency-Key")
	}
	if fits != "" {
		add("media type", path, map[string]string{"Content-Type": "application/xml"}, "")
	}
	if !anybody {
		add("no token", path, map[string]string{"Authorization": ""}, "")
	}
	if len(o.Security) > 0 {
		for _, token := range []string{"Bearer mdg_" + echo, "Basic " + echo, "Bearer " + strings.Repeat("x", 5000), "Bearer "} {
			add("token "+token[:min(len(token), 20)], path, map[string]string{"Authorization": token}, "")
		}
	}
	return out
}

// Whatever one thing is broken about a call to any operation, in its path, query,
// head or body, it is refused as the caller's fault, with a problem document that
// names the place and repeats nothing long, and no row has changed. Each call is
// right otherwise, as far as the OpenAPI document says. MADOGUCHI_API_FOR=30m
// breaks two things at a time, for as long; its seed is printed and
// MADOGUCHI_API_SEED runs it again.
func TestBrokenCallsAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := &breaker{house: h, types: h.schemas(), number: h.file("tanaka", sev3()).Number}
	h.raw(http.MethodGet, "/v1/me", h.cast.Tokens["watanabe"], "") // that a token is used is noted once an hour
	before, tried := h.dump(), 0
	var all []struct {
		o operation
		c broken
	}
	for _, o := range h.operations() {
		if strings.HasSuffix(o.Path, "/stream") || o.Permission == "demo" {
			continue
		}
		for _, c := range b.calls(o) {
			tried++
			b.try(o, c)
			all = append(all, struct {
				o operation
				c broken
			}{o, c})
		}
	}
	t.Logf("%d broken calls", tried)
	if tried < 5000 {
		t.Errorf("%d calls", tried)
	}
	if span, err := time.ParseDuration(os.Getenv("MADOGUCHI_API_FOR")); err == nil {
		seed := uint64(time.Now().UnixNano())
		if s := os.Getenv("MADOGUCHI_API_SEED"); s != "" {
			seed, err = strconv.ParseUint(s, 10, 64)
			must(t, err)
		}
		t.Logf("MADOGUCHI_API_SEED=%d", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		for end := time.Now().Add(span); time.Now().Before(end) && !t.Failed(); {
			x, y := all[r.IntN(len(all))], all[r.IntN(len(all))]
			x.c.body, x.c.what, x.c.field = y.c.body, x.c.what+" and "+y.c.what, ""
			if x.c.header == nil {
				x.c.header = y.c.header
			}
			b.try(x.o, x.c)
		}
	}
	if !bytes.Equal(before, h.dump()) {
		t.Error("a refused call has changed a row")
	}
	h.quiet(echo)
}

func (b *breaker) try(o operation, c broken) {
	req, err := http.NewRequest(o.Method, b.url+c.path, strings.NewReader(c.body))
	if err != nil {
		b.t.Fatalf("%s %s: %v", o.ID, c.what, err)
	}
	req.Header.Set("Authorization", "Bearer "+b.cast.Tokens["watanabe"])
	req.Header.Set("Content-Type", "application/json")
	for name, v := range c.header {
		req.Header.Set(name, v)
	}
	resp, err := http.DefaultClient.Do(req)
	must(b.t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	must(b.t, err)
	said := string(answer)
	switch {
	case resp.StatusCode < 400 || resp.StatusCode >= 500 || resp.Header.Get("Content-Type") != "application/problem+json":
		b.t.Errorf("%s, %s: %d %.400s", o.ID, c.what, resp.StatusCode, said)
	case c.field != "" && !strings.Contains(said, `"field":"`+c.field+`"`) && resp.StatusCode != http.StatusForbidden:
		b.t.Errorf("%s, %s: the refusal does not name %s: %.400s", o.ID, c.what, c.field, said)
	case strings.Contains(said, strings.Repeat("x", 100)) || len(said) > 8<<10:
		b.t.Errorf("%s, %s repeats what was sent: %.400s", o.ID, c.what, said)
	}
}
