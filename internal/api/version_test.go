package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"madoguchi/client"
)

// with makes a call with one more header, and gives the answer with its header.
func (h *house) with(name, value, who, method, path, language, body string) (*http.Response, client.Error) {
	h.t.Helper()
	req, err := http.NewRequest(method, h.url+path, strings.NewReader(body))
	must(h.t, err)
	req.Header.Set("Authorization", "Bearer "+h.cast.Tokens[who])
	req.Header.Set("Accept-Language", language)
	if name != "" {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	must(h.t, err)
	var e client.Error
	if resp.StatusCode >= 400 {
		must(h.t, json.Unmarshal(b.Bytes(), &e))
	}
	resp.ContentLength = int64(b.Len())
	return resp, e
}

// Who decides on a version that people have changed since is refused and told in
// their language what has changed, as far as they see it.
func TestDecisionsRestOnTheVersionThatWasSeen(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	number := h.file("tanaka", sev3()).Number
	path := "/v1/requests/" + number
	_, err := h.as("ito").Take(ctx, number)
	must(t, err)
	seen, _ := h.with("", "", "tanaka", "GET", path, "en", "")
	tag := seen.Header.Get("ETag")
	_, err = h.as("ito").Note(ctx, number, "between us")
	must(t, err)
	// A note is nothing that the customer decides on.
	raised, e := h.with("If-Match", tag, "tanaka", "POST", path+"/severity/raise", "en", `{"to":2,"impact":"all hosts"}`)
	if raised.StatusCode != 200 || raised.Header.Get("ETag") == tag {
		t.Fatalf("after a note the customer's decision gave %d %s, version %s", raised.StatusCode, e.Detail, raised.Header.Get("ETag"))
	}
	now, _ := h.with("", "", "ito", "GET", path, "en", "")
	for _, c := range []struct{ who, language, says string }{{"ito", "en", "note"}, {"ito", "ja", "メモ"}, {"tanaka", "en", "severity"}} {
		resp, e := h.with("If-Match", tag, c.who, "POST", path+"/severity/lowering", c.language, `{"to":4,"reason":"x"}`)
		if resp.StatusCode != http.StatusPreconditionFailed || e.Key() != "request.moved_on" || resp.Header.Get("ETag") != now.Header.Get("ETag") {
			t.Errorf("%s on %s: %d %s, version %s", c.who, tag, resp.StatusCode, e.Type, resp.Header.Get("ETag"))
		}
		if !strings.Contains(strings.ToLower(e.Detail), c.says) || strings.Contains(e.Detail, "_") || len(e.Changes) == 0 {
			t.Errorf("%s is told %q, %d changes", c.who, e.Detail, len(e.Changes))
		}
		for _, change := range e.Changes {
			if c.who == "tanaka" && !change.Public {
				t.Errorf("the customer is told of %s", change.Kind)
			}
		}
	}
}

// Who has the version that a request is at gets no body; a change gives another.
func TestAKnownVersionIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	number := h.file("tanaka", sev3()).Number
	path := "/v1/requests/" + number
	first, _ := h.with("", "", "tanaka", "GET", path, "en", "")
	tag := first.Header.Get("ETag")
	for list, want := range map[string]int{tag: 304, `"0", W/` + tag: 304, "*": 304, `"0"`: 200, strings.Trim(tag, `"`): 200} {
		resp, _ := h.with("If-None-Match", list, "tanaka", "GET", path, "en", "")
		if resp.StatusCode != want || (want == 304) != (resp.ContentLength == 0) || resp.Header.Get("ETag") != tag || resp.Header.Get("Vary") == "" {
			t.Errorf("If-None-Match %s: %d with %d bytes, version %s", list, resp.StatusCode, resp.ContentLength, resp.Header.Get("ETag"))
		}
	}
	if resp, e := h.with("If-None-Match", tag, "mia", "GET", path, "en", ""); resp.StatusCode != 404 {
		t.Errorf("who does not see it gets %d %s", resp.StatusCode, e.Type)
	}
	_, err := h.as("tanaka").Comment(ctx, number, client.Comment{Text: "x"})
	must(t, err)
	if resp, _ := h.with("If-None-Match", tag, "tanaka", "GET", path, "en", ""); resp.StatusCode != 200 || resp.Header.Get("ETag") == tag {
		t.Errorf("after a comment: %d, version %s", resp.StatusCode, resp.Header.Get("ETag"))
	}
}
