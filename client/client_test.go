package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"madoguchi/client"
)

func answering(t *testing.T, status int, header, body string) (*client.Client, *http.Request) {
	t.Helper()
	seen := &http.Request{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = *r
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Retry-After", header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return &client.Client{BaseURL: server.URL + "/", Token: "mdg_x", Language: "ja"}, seen
}

func TestARefusalIsTheDesksProblem(t *testing.T) {
	t.Parallel()
	c, seen := answering(t, 503, "7", `{"type":"urn:madoguchi:problem:request.newer","title":"x","status":503,"detail":"come back","code":"busy","reference":"ab"}`)
	_, err := c.Comment(context.Background(), "100 000 006", client.Comment{Text: "x"})
	var e *client.Error
	if !errors.As(err, &e) || e.Key() != "request.newer" || e.RetryAfter != 7*time.Second || e.Error() != "come back (reference ab)" || client.CodeOf(err) != "busy" {
		t.Errorf("got %#v", err)
	}
	if seen.URL.Path != "/v1/requests/100 000 006/comments" || seen.Header.Get("Authorization") != "Bearer mdg_x" ||
		seen.Header.Get("Accept-Language") != "ja" || seen.Header.Get("Content-Type") != "application/json" {
		t.Errorf("sent %s with %v", seen.URL.Path, seen.Header)
	}
}

func TestAnAnswerFromSomethingElseIsAnErrorToo(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, 502, "", "<html>bad gateway</html>")
	_, err := c.Me(context.Background())
	var e *client.Error
	if !errors.As(err, &e) || e.Status != 502 || e.Error() != "the desk answered 502 Bad Gateway" {
		t.Errorf("got %#v", err)
	}
	c, _ = answering(t, 200, "", "<html>hello</html>")
	if _, err := c.Me(context.Background()); err == nil || client.CodeOf(err) != "" {
		t.Errorf("got %v", err)
	}
	c.BaseURL = "http://127.0.0.1:1"
	if _, err := c.Me(context.Background()); err == nil || client.CodeOf(err) != "" {
		t.Errorf("got %v", err)
	}
}

func TestFilterIsSentAsAQuery(t *testing.T) {
	t.Parallel()
	c, seen := answering(t, 200, "", `{}`)
	due := time.Date(2026, 6, 8, 13, 30, 0, 0, time.FixedZone("JST", 9*3600))
	_, err := c.Requests(context.Background(), client.Filter{Owner: "me", Severity: 1, DueBefore: due, Limit: 2, After: "a b"})
	if err != nil || seen.URL.RawQuery != "after=a+b&due_before=2026-06-08T04%3A30%3A00Z&limit=2&owner=me&severity=1" {
		t.Errorf("%v, sent %s", err, seen.URL.RawQuery)
	}
}
