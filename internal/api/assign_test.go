package api_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
)

// schemas are the types of the OpenAPI document.
type schemas map[string]any

func (h *house) schemas() schemas {
	_, doc := h.raw(http.MethodGet, "/v1/openapi.json", "", "")
	return doc["components"].(map[string]any)["schemas"].(map[string]any)
}

// at is a schema behind its reference.
func (s schemas) at(x map[string]any) map[string]any {
	if ref, ok := x["$ref"].(string); ok {
		return s[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
	}
	return x
}

// body is the schema of an operation's body; nil for none.
func (s schemas) body(o operation) map[string]any {
	c, ok := o.Body.Content["application/json"]
	if !ok {
		return nil
	}
	return s.at(c.Schema)
}

// dump is every row of every table.
func (h *house) dump() []byte {
	h.t.Helper()
	var b bytes.Buffer
	_, err := h.store.Export(context.Background(), &b)
	must(h.t, err)
	// The head has the next number, which a refused filing may spend on
	// PostgreSQL, and the last line a digest of it.
	_, rows, _ := bytes.Cut(b.Bytes(), []byte("\n"))
	return rows[:bytes.LastIndexByte(bytes.TrimSpace(rows), '\n')]
}

// Nothing that a body does not have by its description can be set by it, and what
// is the vendor's to say has no effect in a customer's mouth (T31).
func TestBodiesSetNothingElse(t *testing.T) {
	t.Parallel()
	h := open(t)
	types := h.schemas()
	number := h.file("tanaka", sev3()).Number
	before, tried := h.dump(), 0
	for _, op := range h.operations() {
		schema := types.body(op)
		if schema == nil {
			continue
		}
		has, _ := schema["properties"].(map[string]any)
		if schema["additionalProperties"] != false {
			t.Errorf("%s takes members that its description does not have", op.ID)
		}
		if op.Scope != "write" && op.Scope != "read" && op.Scope != "anyone" {
			continue
		}
		path := strings.NewReplacer("{number}", number, "{n}", "1", "{seq}", "1").Replace(op.Path)
		for _, field := range []string{"owner", "severity", "priority", "account", "account_id", "contact", "queue", "state", "roles", "restricted", "staff", "by", "at", "id"} {
			if has[field] != nil {
				continue
			}
			tried++
			status, p := h.raw(op.Method, path, h.cast.Tokens["tanaka"], `{"`+field+`":1}`)
			if text := same(p); status < 400 || status >= 500 || !strings.Contains(text, `"field":"`+field+`"`) && status == http.StatusUnprocessableEntity {
				t.Errorf("%s with %q: %d %s", op.ID, field, status, text)
			}
		}
	}
	for _, c := range []struct{ method, path, body, key string }{
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","product":"vsphere","severity":3,"channel":"portal","contact":"` + h.number("takahashi") + `"}`, ""},
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","product":"vsphere","severity":3,"channel":"portal","received_at":"2026-06-04T00:00:00Z"}`, ""},
		{"POST", "/v1/requests/" + number + "/comments", `{"text":"x","on_behalf":true}`, ""},
		{"PATCH", "/v1/contacts/" + h.number("tanaka"), `{"active":false}`, ""},
		{"PATCH", "/v1/contacts/" + h.number("takahashi"), `{"email":"x@hokuto.example"}`, ""},
		{"POST", "/v1/tokens", `{"name":"x","scopes":["admin"]}`, "api.scope_missing"},
		{"POST", "/v1/tokens", `{"name":"x","scopes":["read"],"holder":"` + h.number("takahashi") + `"}`, "api.token_for_other"},
		{"POST", "/v1/tokens", `{"name":"x","scopes":["read"],"holder":"ito@desk.example"}`, "api.token_for_other"},
		{"POST", "/v1/incidents", `{"contact":"` + h.number("mia") + `","product":"fusion","size":1}`, ""},
		{"POST", "/v1/registrations", `{"contact":"` + h.number("mia") + `","product":"fusion"}`, ""},
	} {
		status, p := h.raw(c.method, c.path, h.cast.Tokens["tanaka"], c.body)
		if text := same(p); status < 400 || status >= 500 || !strings.Contains(text, c.key) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, status, text)
		}
	}
	if !bytes.Equal(before, h.dump()) {
		t.Error("a refused call has changed a row")
	}
	if tried < 500 {
		t.Errorf("%d tries", tried)
	}
}
