package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/api"
	"madoguchi/internal/auth"
	"madoguchi/internal/blob"
	"madoguchi/internal/demo"
	"madoguchi/internal/demo/demotest"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/egress"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
)

// start is 02:00 on Saturday 6 June 2026 in Tokyo.
var start = time.Date(2026, 6, 5, 17, 0, 0, 0, time.UTC)

// house is a whole desk behind a real listener, with the fixtures' people.
type house struct {
	t     testing.TB
	url   string
	where string // of the database
	cast  demo.Cast
	desk  *desk.Desk
	store *store.Store
	clock *demo.Clock
	log   *logged
	files *blob.Folder
}

// logged keeps what was logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// sent takes mails and forgets them.
type sent struct{}

func (sent) Send(context.Context, notify.Mail) error { return nil }

var peopled = demotest.NewStock(start)

// open starts a desk with the fixtures' people; changes are made to its pack before.
func open(t testing.TB, changes ...func(*policy.Pack)) *house {
	t.Helper()
	where, cast := peopled.Where(t)
	h := openAt(t, where, changes...)
	h.cast = demotest.Own(cast)
	return h
}

// openAt is [open] on a database of the test's choice, as it is.
func openAt(t testing.TB, where string, changes ...func(*policy.Pack)) *house {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, where)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.Migrate(ctx))
	pack, err := policy.Shipped(demotest.Pack)
	must(t, err)
	for _, change := range changes {
		change(pack)
	}
	packs, err := desk.NewPacks(pack)
	must(t, err)
	h := &house{t: t, where: where, store: s, clock: demo.NewClock(start), log: &logged{}}
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	files, err := blob.New(filepath.Join(t.TempDir(), "files"))
	must(t, err)
	h.files = files
	gate, err := auth.NewGate(auth.GateConfig{Store: s, Key: auth.Key{7}, Now: h.clock.Now, Name: "Example", URL: "https://desk.example", Log: log})
	must(t, err)
	h.desk, err = desk.New(desk.Config{
		Store: s, Packs: packs, Files: files, Gate: gate, Now: h.clock.Now, Out: sent{}, Name: "Example", Sender: "support@desk.example",
		BaseURL: "https://desk.example", Log: log, Webhooks: desk.Webhooks{
			Client: egress.New(egress.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}), Entry: api.FeedEntry,
		},
	})
	must(t, err)
	server := httptest.NewServer(api.New(api.Config{
		Desk: h.desk, Store: s, Clock: demo.Hands{Clock: h.clock, Desk: h.desk}, Log: log, Version: "test",
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// enter enters people and papers into an empty desk.
func (h *house) enter(world fixtures.World) {
	h.t.Helper()
	var err error
	h.cast, err = demo.Seed(context.Background(), h.desk, world)
	must(h.t, err)
}

// as is the client of a person of the fixtures, in English.
func (h *house) as(key string) *client.Client {
	h.t.Helper()
	secret, ok := h.cast.Tokens[key]
	if !ok {
		h.t.Fatalf("nobody is called %s", key)
	}
	return &client.Client{BaseURL: h.url, Token: secret, Language: "en", HTTP: &http.Client{Transport: strict{h.t}}}
}

func (h *house) number(key string) string { return h.cast.Contacts[key].Number }

func (h *house) advance(d time.Duration) {
	h.t.Helper()
	must(h.t, h.desk.Advance(context.Background(), h.clock.Set, h.clock.Now().Add(d)))
}

// strict looks over the client's shoulder: every refusal is a problem document
// and every answer says that it must not be kept.
type strict struct{ t testing.TB }

func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode >= 400 && ct != "application/problem+json" {
		s.t.Errorf("%s %s: %d with content type %q, want a problem document", r.Method, r.URL.Path, resp.StatusCode, ct)
	}
	// A file may stay with who has it, who asks each time whether they still may.
	file := strings.Contains(r.URL.Path, "/files/") && resp.Header.Get("Cache-Control") == "private, no-cache"
	if resp.Header.Get("Cache-Control") != "no-store" && !file {
		s.t.Errorf("%s %s may be cached", r.Method, r.URL.Path)
	}
	return resp, nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants a refusal with a status and a key, and gives it.
func refused(t testing.TB, err error, status int, key string) *client.Error {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a refusal %d %s", err, status, key)
	}
	if e.Status != status || e.Key() != key {
		t.Fatalf("refused with %d %s (%s), want %d %s", e.Status, e.Key(), e.Detail, status, key)
	}
	if e.Detail == "" || e.Detail == key || e.Title == "" || e.Code == "" {
		t.Errorf("%s is not said in words: %+v", key, e)
	}
	return e
}

func ptr[T any](v T) *T { return &v }

// sev3 is Tanaka's ordinary request on Hokuto's Production contract.
func sev3() client.File {
	return client.File{
		Kind: "sr", Title: "vMotion is slow", Text: "Since Monday.", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3,
		Criteria: []string{"usable"}, Details: client.Details{Environment: ptr("production"), Tags: ptr([]string{"vmotion"})},
	}
}

func (h *house) file(key string, f client.File) client.Result {
	h.t.Helper()
	res, err := h.as(key).File(context.Background(), f)
	must(h.t, err)
	return res
}

// raw sends bytes as they are and gives status and body.
func (h *house) raw(method, path, token, body string) (int, map[string]any) {
	h.t.Helper()
	req, err := http.NewRequest(method, h.url+path, bytes.NewBufferString(body))
	must(h.t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", "en")
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	out := map[string]any{}
	if resp.StatusCode != http.StatusNoContent {
		must(h.t, json.NewDecoder(resp.Body).Decode(&out))
	}
	return resp.StatusCode, out
}

func asError(err error, e **client.Error) bool { return errors.As(err, e) }
