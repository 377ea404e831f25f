package api_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// hooked is what a receiver got.
type hooked struct {
	head http.Header
	body []byte
}

// listen is a receiver behind a real socket.
func listen(t *testing.T) (string, chan hooked) {
	t.Helper()
	got := make(chan hooked, 1000)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- hooked{r.Header, b}
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

func next(t *testing.T, got chan hooked) hooked {
	t.Helper()
	select {
	case p := <-got:
		return p
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was posted")
		return hooked{}
	}
}

// fits tells whether a post is signed by a secret, by the words of Standard
// Webhooks.
func (p hooked) fits(secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	m := hmac.New(sha256.New, key)
	m.Write([]byte(strings.Join([]string{p.head.Get("webhook-id"), p.head.Get("webhook-timestamp"), string(p.body)}, ".")))
	want := "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
	for _, s := range strings.Split(p.head.Get("webhook-signature"), " ") {
		if s == want {
			return err == nil
		}
	}
	return false
}

// running lets the desk's loops run until the test ends.
func (h *house) running() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.desk.Run(ctx) }()
	h.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			h.t.Error(err)
		}
	})
}

// An administrator has the feed posted: what arrives is what the feed shows,
// signed, in its order; the secret is shown once and stands nowhere else.
func TestWebhooksFromEndToEnd(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, admin := context.Background(), h.as("ishikawa")
	url, got := listen(t)
	must(t, h.store.Number(ctx))
	h.running() // before: what is set is noticed at once
	made, err := admin.AddWebhook(ctx, client.NewWebhook{Name: "CRM", URL: url, Kinds: []string{"commented", "filed"}})
	must(t, err)
	if made.Webhook.State != "enabled" || made.Webhook.By == nil || !strings.HasPrefix(made.Secret, "whsec_") {
		t.Errorf("made %+v", made)
	}
	number := h.file("tanaka", sev3()).Number
	_, err = h.as("tanaka").Command(ctx, number, "comments", client.Text{Text: "x"})
	must(t, err)
	must(t, h.store.Number(ctx))
	seen, err := admin.Feed(ctx, made.Webhook.Cursor, 500)
	must(t, err)
	n := 0
	for _, e := range seen.Events {
		if e.Kind != "filed" && e.Kind != "commented" {
			continue
		}
		n++
		p := next(t, got)
		var m struct {
			Type      string
			Timestamp time.Time
			Data      client.FeedEvent
		}
		must(t, json.Unmarshal(p.body, &m))
		if !reflect.DeepEqual(m.Data, e) || m.Type != "request."+e.Kind || !m.Timestamp.Equal(e.At) || !p.fits(made.Secret) {
			t.Errorf("posted %s %v, want %+v", p.body, p.head, e)
		}
	}
	if n != 2 {
		t.Errorf("%d events", n)
	}
	// A delivery is written down after the receiver has answered.
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for late := time.Now().Add(10 * time.Second); ; <-look.C {
		list, err := admin.Deliveries(ctx, made.Webhook.ID, 100)
		must(t, err)
		if len(list) == n {
			break
		}
		if time.Now().After(late) {
			t.Fatalf("%d of %d deliveries are written down", len(list), n)
		}
	}
	h.changesOf(made, url, got)
	if strings.Contains(h.log.String(), made.Secret) {
		t.Error("the log holds a secret")
	}
}

// changesOf takes a webhook through what can be done with it.
func (h *house) changesOf(made client.MadeWebhook, url string, got chan hooked) {
	t, ctx, admin, id := h.t.(*testing.T), context.Background(), h.as("ishikawa"), made.Webhook.ID
	t.Helper()
	rotated, err := admin.RotateWebhook(ctx, id, time.Hour)
	must(t, err)
	tested, err := admin.TestWebhook(ctx, id)
	must(t, err)
	if p := next(t, got); !p.fits(made.Secret) || !p.fits(rotated.Secret) || rotated.Webhook.PreviousUntil.IsZero() || !tested.Taken || tested.Status != 200 {
		t.Errorf("tested %+v: %v; rotated %+v", tested, p.head, rotated)
	}
	rotated, err = admin.RotateWebhook(ctx, id, 0)
	must(t, err)
	_, err = admin.TestWebhook(ctx, id)
	must(t, err)
	if p := next(t, got); p.fits(made.Secret) || !p.fits(rotated.Secret) || !rotated.Webhook.PreviousUntil.IsZero() {
		t.Errorf("without an overlap: %v, %+v", p.head, rotated.Webhook)
	}
	name, kinds := "other", []string{"filed"}
	changed, err := admin.ChangeWebhook(ctx, id, client.WebhookChange{Name: &name, Kinds: &kinds})
	must(t, err)
	if changed.Name != "other" || changed.URL != url || !reflect.DeepEqual(changed.Kinds, kinds) {
		t.Errorf("changed %+v", changed)
	}
	off, err := admin.DisableWebhook(ctx, id)
	must(t, err)
	if off.State != "disabled" || off.Why != "admin" {
		t.Errorf("disabled %+v", off)
	}
	h.file("tanaka", sev3())
	must(t, h.store.Number(ctx))
	on, err := admin.EnableWebhook(ctx, id, true)
	must(t, err)
	feed, err := admin.Feed(ctx, on.Cursor, 100)
	must(t, err)
	passed := func(e client.FeedEvent) bool { return e.Kind == "filed" }
	if on.State != "enabled" || on.Why != "" || slices.ContainsFunc(feed.Events, passed) {
		t.Errorf("enabled from now on: %+v, and behind it %+v", on, feed.Events)
	}
	for _, path := range []string{"/v1/webhooks", "/v1/webhooks/" + id, "/v1/webhooks/" + id + "/deliveries"} {
		_, doc := h.raw(http.MethodGet, path, h.cast.Tokens["ishikawa"], "")
		if b, err := json.Marshal(doc); err != nil || strings.Contains(string(b), "whsec_") {
			t.Errorf("%s shows a secret: %s, %v", path, b, err)
		}
	}
	list, err := admin.Deliveries(ctx, id, 100)
	must(t, err)
	if len(list) != 4 || list[0].Type != "webhook.test" || list[3].Type != "request.filed" || list[3].Attempt != 1 || list[0].Attempt != 0 {
		t.Errorf("deliveries %+v", list)
	}
	must(t, admin.RemoveWebhook(ctx, id))
	_, err = admin.Webhook(ctx, id)
	refused(t, err, http.StatusNotFound, "webhook.not_found")
	all, _, err := admin.Webhooks(ctx, "", 0)
	if err != nil || len(all) != 0 {
		t.Errorf("%d webhooks, %v", len(all), err)
	}
}

// Nobody but administrators with a token for it knows of webhooks, and no
// address of this house can be named.
func TestWebhooksAreAdministrators(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := context.Background()
	made, err := h.as("ishikawa").AddWebhook(ctx, client.NewWebhook{Name: "x", URL: "https://receiver.example/"})
	must(t, err)
	for _, key := range h.cast.Keys {
		if key == "ishikawa" {
			continue
		}
		for _, path := range []string{"", "/" + made.Webhook.ID, "/" + made.Webhook.ID + "/deliveries"} {
			if status, doc := h.raw(http.MethodGet, "/v1/webhooks"+path, h.cast.Tokens[key], ""); status != http.StatusForbidden && status != http.StatusNotFound {
				t.Errorf("%s reads %s: %d %v", key, path, status, doc)
			}
		}
	}
	for url, key := range map[string]string{
		"http://169.254.169.254/latest": "webhook.address", "http://[::ffff:10.0.0.1]/": "webhook.address", "http://[64:ff9b::a9fe:a9fe]/": "webhook.address", "file:///etc/passwd": "webhook.url", "http://receiver.example:22/": "webhook.url",
	} {
		_, err := h.as("ishikawa").AddWebhook(ctx, client.NewWebhook{Name: "x", URL: url})
		refused(t, err, http.StatusUnprocessableEntity, key)
	}
	// A call that is repeated under its key makes one webhook and shows its secret.
	again := &client.Client{BaseURL: h.url, Token: h.cast.Tokens["ishikawa"], Language: "en", Retries: 1, HTTP: &http.Client{Transport: &twice{}}}
	one, err := again.AddWebhook(ctx, client.NewWebhook{Name: "once", URL: "https://receiver.example/"})
	must(t, err)
	all, _, err := h.as("ishikawa").Webhooks(ctx, "", 0)
	if err != nil || len(all) != 2 || !strings.HasPrefix(one.Secret, "whsec_") || one.Webhook.ID != all[1].ID {
		t.Errorf("%d webhooks, %+v, %v", len(all), one, err)
	}
}

// twice makes each call two times and gives the second answer.
type twice struct{}

func (twice) RoundTrip(r *http.Request) (*http.Response, error) {
	first := r.Clone(r.Context())
	if r.GetBody != nil {
		first.Body, _ = r.GetBody()
	}
	resp, err := http.DefaultTransport.RoundTrip(first)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	return http.DefaultTransport.RoundTrip(r)
}
