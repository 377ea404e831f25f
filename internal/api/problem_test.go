package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/support"
)

// same is a problem without what differs from call to call.
func same(problem map[string]any) string {
	b, _ := json.Marshal(problem)
	return string(b)
}

func TestEachRefusalHasItsStatus(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka, ito := h.as("tanaka"), h.as("ito")
	res := h.file("tanaka", sev3())

	_, err := tanaka.Request(ctx, "100-000-007")
	refused(t, err, http.StatusUnprocessableEntity, "sr_number.check_digit")
	_, err = tanaka.Command(ctx, res.Number, "notes", client.Note{Text: "x"})
	refused(t, err, http.StatusForbidden, "api.for_staff")
	_, err = h.as("takahashi").Change(ctx, res.Number, client.Details{Component: ptr("x")})
	if e := refused(t, err, http.StatusForbidden, "command.forbidden"); e.Code != "forbidden" {
		t.Errorf("code %s", e.Code)
	}
	_, err = tanaka.Command(ctx, res.Number, "completion/acceptance", nil)
	refused(t, err, http.StatusConflict, "completion.none")
	_, err = tanaka.Comment(ctx, res.Number, client.Comment{Text: strings.Repeat("a", 300<<10)})
	if client.CodeOf(err) != "invalid" && client.CodeOf(err) != "too_large" {
		t.Errorf("a long text: %v", err)
	}
	_, err = tanaka.Comment(ctx, res.Number, client.Comment{Text: strings.Repeat("a", 2<<20)})
	if e := refused(t, err, http.StatusRequestEntityTooLarge, "api.too_large"); e.Code != "too_large" {
		t.Errorf("code %s", e.Code)
	}
	f := sev3()
	f.Title = strings.Repeat("あ", 301)
	_, err = tanaka.File(ctx, f)
	if e := refused(t, err, http.StatusRequestEntityTooLarge, "title.too_long"); e.Field != "title" {
		t.Errorf("field %q", e.Field)
	}
	_, err = h.as("nakamura").File(ctx, sev3())
	e := refused(t, err, http.StatusForbidden, "entitlement.refused")
	if e.Code != "not_entitled" || e.Receipt == nil || e.Receipt.Allowed || len(e.Receipt.Routes) == 0 || e.Receipt.Routes[0].Text == "" {
		t.Errorf("not entitled: %+v", e)
	}
	_, err = (&client.Client{BaseURL: h.url}).Me(ctx)
	if e := refused(t, err, http.StatusUnauthorized, "token.missing"); e.Code != "unauthenticated" {
		t.Errorf("code %s", e.Code)
	}
	_, err = (&client.Client{BaseURL: h.url, Token: "mdg_" + strings.Repeat("x", 43)}).Me(ctx)
	refused(t, err, http.StatusUnauthorized, "token.unknown")
	_, err = ito.Advance(ctx, h.clock.Now().Add(-time.Second))
	refused(t, err, http.StatusConflict, "clock.back")
	_, err = ito.Caller(ctx, "1234567890")
	refused(t, err, http.StatusUnprocessableEntity, "customer_number.check_digit")
	err = ito.Do(ctx, http.MethodGet, "/v1/nowhere", nil, nil)
	refused(t, err, http.StatusNotFound, "api.path_unknown")
	err = ito.Do(ctx, http.MethodPut, "/v1/me", nil, nil)
	refused(t, err, http.StatusMethodNotAllowed, "api.method")
}

// What does not fit is named and never repeated: it may be a secret.
func TestProblemsRepeatNoValue(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.file("tanaka", sev3()).Number
	token := h.cast.Tokens["tanaka"]
	const secret = "canary-7Q3ND"
	for _, c := range []struct {
		method, path, body string
		status             int
		key, field         string
	}{
		{"POST", "/v1/requests", `{"kind":"` + secret + `","title":"x"}`, 422, "api.one_of", "kind"},
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","secret":"` + secret + `"}`, 422, "api.field_unknown", "secret"},
		{"POST", "/v1/requests", `{"kind":"sr","text":"` + secret + `"}`, 422, "api.field_missing", "title"},
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","severity":"` + secret + `"}`, 422, "api.field", "severity"},
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","received_at":"` + secret + `"}`, 422, "api.field", "received_at"},
		{"POST", "/v1/requests", `{"kind":"sr","title":"x","details":{"environment":"` + secret + `"}}`, 422, "api.one_of", "details.environment"},
		{"POST", "/v1/requests", `{"kind":"sr","title":"` + secret + `"`, 400, "api.not_json", ""},
		{"POST", "/v1/requests", secret, 400, "api.not_json", ""},
		{"POST", "/v1/requests", ``, 400, "api.body_missing", ""},
		{"POST", "/v1/requests", `["` + secret + `"]`, 422, "api.body_object", ""},
		{"POST", "/v1/requests/" + number + "/comments", `{"text":["` + secret + `"]}`, 422, "api.field", "text"},
		{"GET", "/v1/requests?severity=" + secret, ``, 422, "api.field", "severity"},
		{"GET", "/v1/requests?due_before=" + secret, ``, 422, "api.field", "due_before"},
		{"GET", "/v1/requests?unknown=" + secret, ``, 422, "api.field_unknown", "unknown"},
		{"GET", "/v1/requests?after=" + secret, ``, 422, "", ""},
	} {
		status, problem := h.raw(c.method, c.path, token, c.body)
		key, _ := strings.CutPrefix(problem["type"].(string), "urn:madoguchi:problem:")
		if status != c.status || c.key != "" && key != c.key || c.key != "" && problem["field"] != any(c.field) && (c.field != "" || problem["field"] != nil) {
			t.Errorf("%s %s %s: %d %v, want %d %s at %q", c.method, c.path, c.body, status, problem, c.status, c.key, c.field)
		}
		if strings.Contains(same(problem), secret) {
			t.Errorf("%s %s %s repeats the value: %v", c.method, c.path, c.body, problem)
		}
	}
}

// The caller's language: what the call asks for, else the profile's.
func TestRefusalsSpeakTheCallersLanguage(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	sato := h.as("sato")
	words := map[string]string{}
	for _, ask := range []string{"", "en", "ja", "fr;q=0.9, en;q=0.5", "ja-JP,en;q=0.8"} {
		sato.Language = ask
		_, err := sato.Request(ctx, support.Number(19_999_999))
		words[ask] = refused(t, err, http.StatusNotFound, "request.not_found").Detail
	}
	sato.Language = ""
	for _, c := range []struct {
		method, path string
		body         any
		want         string
	}{
		{http.MethodPut, "/v1/me", nil, "ここではPUTを使えません"},
		{http.MethodGet, "/v1/nowhere", nil, "このアドレス"},
		{http.MethodPatch, "/v1/me", []string{}, "本文は"},
	} {
		var e *client.Error
		if err := sato.Do(ctx, c.method, c.path, c.body, nil); !asError(err, &e) || !strings.HasPrefix(e.Detail, c.want) {
			t.Errorf("%s %s in Japanese: %v", c.method, c.path, err)
		}
	}
	if words[""] != words["ja"] || words["ja-JP,en;q=0.8"] != words["ja"] || words["fr;q=0.9, en;q=0.5"] != words["en"] || words["en"] == words["ja"] {
		t.Errorf("words: %q", words)
	}
}

// An internal error says nothing but a reference, which finds the cause in the log.
func TestInternalErrorsStayInside(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	must(t, h.store.Close())
	_, err := h.as("sato").Me(ctx)
	var e *client.Error
	if !asError(err, &e) || e.Status < 500 {
		t.Fatalf("got %v", err)
	}
	if e.Code == "internal" && (e.Reference == "" || !strings.Contains(h.log.String(), e.Reference)) {
		t.Errorf("reference %q is not in the log", e.Reference)
	}
	for _, leak := range []string{"sql", "store", "closed"} {
		if strings.Contains(strings.ToLower(e.Detail+e.Type), leak) {
			t.Errorf("the cause is outside: %s", e.Detail)
		}
	}
}

func TestOpenAPIIsServedToEverybody(t *testing.T) {
	t.Parallel()
	h := open(t)
	resp, err := http.Get(h.url + "/v1/openapi.json")
	must(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != http.StatusOK || !json.Valid(b) {
		t.Errorf("status %d", resp.StatusCode)
	}
}
