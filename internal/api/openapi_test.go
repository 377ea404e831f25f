package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

var (
	lowerSnake = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	lowerKebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Every operation carries its scope and its permission, and the permission is a
// row of a table.
func TestEveryOperationHoldsAPermission(t *testing.T) {
	t.Parallel()
	h := open(t)
	known := append([]string{"read", "own", "demo"}, support.Commands()...)
	for _, p := range desk.PartyPermissions() {
		known = append(known, p.Act)
	}
	ops, served := h.operations(), map[string]bool{}
	for _, o := range ops {
		served[o.Permission] = true
		if !slices.Contains(known, o.Permission) {
			t.Errorf("%s: permission %q is in no table", o.ID, o.Permission)
		}
		if !slices.Contains([]string{"read", "write", "staff", "admin", "demo", "anyone"}, o.Scope) {
			t.Errorf("%s: scope %q", o.ID, o.Scope)
		}
		open := o.Scope == "anyone"
		if open && len(o.Security[0]) != 0 || !open && len(o.Security) != 1 || !open && o.Security[0]["bearer"][0] != o.Scope {
			t.Errorf("%s: security %v", o.ID, o.Security)
		}
		if o.Method == http.MethodGet != (o.Permission == "read" || o.ID == "show-clock") && o.ID != "ask-entitlement" {
			t.Errorf("%s %s: %s for %s", o.ID, o.Path, o.Method, o.Permission)
		}
		if o.Summary == "" || !lowerKebab.MatchString(o.ID) || !strings.HasPrefix(o.Path, "/v1/") {
			t.Errorf("%s %s: summary %q", o.ID, o.Path, o.Summary)
		}
		problem, _ := o.Responses["default"].(map[string]any)["content"].(map[string]any)
		if problem["application/problem+json"] == nil {
			t.Errorf("%s: refusals are not described", o.ID)
		}
		path := strings.NewReplacer("{n}", "1", "{", "", "}", "").Replace(o.Path)
		if status, _ := h.raw(o.Method, path, "", "{}"); (status == http.StatusUnauthorized) == open {
			t.Errorf("%s %s without a token: %d", o.Method, path, status)
		}
	}
	runs := map[string]bool{"tell_defect": true, "tell_broadcast": true, "end_beta": true, "change_approver": true} // carried out on many requests by the desk itself
	for _, c := range support.Commands() {
		if !served[c] && c != "tick" && c != "record_notice" && c != "fail_notice" && c != "digest_automatic" && c != "record_duplicate" && c != "record_follow_up" && c != "take" && !runs[c] {
			t.Errorf("no operation issues %s", c)
		}
	}
}

func TestOpenAPIIsVersion31AndSpeaksLowerSnake(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, doc := h.raw(http.MethodGet, "/v1/openapi.json", "", "")
	info := doc["info"].(map[string]any)
	if !strings.HasPrefix(doc["openapi"].(string), "3.1.") || info["title"] == "" || info["version"] != "test" {
		t.Errorf("openapi %v, info %v", doc["openapi"], info)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	ids := map[string]bool{}
	for _, o := range h.operations() {
		if ids[o.ID] {
			t.Errorf("two operations are called %s", o.ID)
		}
		ids[o.ID] = true
	}
	walk(doc, "", func(path string, node map[string]any) {
		if ref, ok := node["$ref"].(string); ok {
			name, found := strings.CutPrefix(ref, "#/components/schemas/")
			if !found || schemas[name] == nil {
				t.Errorf("%s: nothing is at %s", path, ref)
			}
		}
		if list, ok := node["enum"].([]any); ok {
			for _, v := range list {
				if s, ok := v.(string); ok && !lowerSnake.MatchString(s) {
					t.Errorf("%s: the value %q is not lower_snake", path, s)
				}
			}
		}
		if props, ok := node["properties"].(map[string]any); ok {
			for name := range props {
				if !lowerSnake.MatchString(name) {
					t.Errorf("%s: the member %q is not lower_snake", path, name)
				}
			}
		}
		if node["$schema"] != nil {
			t.Errorf("%s links to a schema", path)
		}
	})
	if schemas["ErrorModel"] != nil || schemas["ErrorDetail"] != nil || schemas["Problem"] == nil {
		t.Error("refusals are described as the library's and not as ours")
	}
}

func walk(x any, path string, look func(string, map[string]any)) {
	switch x := x.(type) {
	case map[string]any:
		look(path, x)
		for k, v := range x {
			walk(v, path+"/"+k, look)
		}
	case []any:
		for _, v := range x {
			walk(v, path, look)
		}
	}
}

// The document tells what the door takes and gives: each change a key, each
// command on a request a version and its 412, and what can be kept a 304.
func TestOpenAPITellsOfKeysAndVersions(t *testing.T) {
	t.Parallel()
	h := open(t)
	versions := 0
	for _, o := range h.operations() {
		takes := map[string]bool{}
		for _, p := range o.Parameters {
			if p.In == "header" {
				takes[p.Name] = true
			}
		}
		if takes["Idempotency-Key"] != (o.Method != http.MethodGet) {
			t.Errorf("%s %s tells of a key: %v", o.Method, o.ID, takes["Idempotency-Key"])
		}
		if command := strings.HasPrefix(o.Path, "/v1/requests/{number}") && o.Method != http.MethodGet; takes["If-Match"] {
			versions++
		} else if command {
			t.Errorf("%s takes no version", o.ID)
		}
		if takes["If-Match"] != (o.Responses["412"] != nil) || takes["If-None-Match"] != (o.Responses["304"] != nil) {
			t.Errorf("%s: takes %v, answers %v", o.ID, takes, o.Responses)
		}
	}
	if versions < 70 {
		t.Errorf("%d operations take a version", versions)
	}
}
