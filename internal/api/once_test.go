package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"madoguchi/client"
)

// answered is an answer as it came.
type answered struct {
	status             int
	location, replayed string
	body               []byte
}

func (a answered) key() string {
	var p struct{ Type string }
	_ = json.Unmarshal(a.body, &p)
	return strings.TrimPrefix(p.Type, "urn:madoguchi:problem:")
}

// under makes a call under a key, "" for none.
func (h *house) under(key, who, method, path, body string) answered {
	h.t.Helper()
	req, err := http.NewRequest(method, h.url+path, strings.NewReader(body))
	must(h.t, err)
	req.Header.Set("Authorization", "Bearer "+h.cast.Tokens[who])
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(h.t, err)
	return answered{resp.StatusCode, resp.Header.Get("Location"), resp.Header.Get("Idempotency-Replayed"), b}
}

func encoded(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

func (h *house) requests() int {
	h.t.Helper()
	n, err := h.as("watanabe").Count(context.Background(), client.Filter{})
	must(h.t, err)
	return n.Count
}

// A call under a key is carried out once and answered again: commands, which
// write their answer anew, and all others, whose answer was kept.
func TestTheSameKeyGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := open(t)
	filing := encoded(t, sev3())
	first := h.under("k-1", "tanaka", "POST", "/v1/requests", filing)
	number := strings.TrimPrefix(first.location, "/v1/requests/")
	calls := []struct {
		who, method, path, body string
		status                  int
	}{
		{"tanaka", "POST", "/v1/requests", filing, 201},
		{"tanaka", "POST", "/v1/requests/" + number + "/comments", `{"text":"again"}`, 200},
		{"ito", "PATCH", "/v1/requests/" + number, `{"component":"x"}`, 200},
		{"ito", "PUT", "/v1/requests/" + number + "/restriction", `{"reason":"x"}`, 200},
		{"hayashi", "POST", "/v1/tokens", `{"name":"x","scopes":["read"]}`, 201},
		{"hayashi", "POST", "/v1/accounts", `{"name":"Twice","country":"JP"}`, 201},
		{"watanabe", "PUT", "/v1/staff/byrne@desk.example/duty", `{"duty":"none"}`, 200},
	}
	for i, c := range calls {
		key := fmt.Sprintf("k-%d", i+1)
		a := h.under(key, c.who, c.method, c.path, c.body)
		if i == 0 {
			a = first
		}
		b := h.under(key, c.who, c.method, c.path, c.body)
		if a.status >= 300 || a.replayed != "" {
			t.Errorf("%s %s: %d %s, replayed %q", c.method, c.path, a.status, a.body, a.replayed)
			continue
		}
		if b.replayed != "true" || b.status != a.status || b.location != a.location || !bytes.Equal(a.body, b.body) {
			t.Errorf("%s %s answered %d %s, and again %d %q %s", c.method, c.path, a.status, a.body, b.status, b.replayed, b.body)
		}
	}
	if n := h.requests(); n != 1 {
		t.Errorf("%d requests were filed", n)
	}
	other := h.under("k-2", "tanaka", "POST", "/v1/requests/"+number+"/comments", `{"text":"different"}`)
	if other.status != 422 || other.key() != "api.once_other" {
		t.Errorf("another body under the same key: %d %s", other.status, other.body)
	}
	keys := `{"kind":"cs_request","title":"keys","topic":"licence","contract":"BAS-2010-0417"}`
	if a := h.under("k-1", "okada", "POST", "/v1/requests", keys); a.status != 201 || a.replayed != "" || a.location == first.location {
		t.Errorf("another token's key: %d %s", a.status, a.location)
	}
	for _, bad := range []string{strings.Repeat("x", 256), "two words", "é"} {
		if a := h.under(bad, "tanaka", "POST", "/v1/requests", filing); a.status != 422 || a.key() != "api.once_form" {
			t.Errorf("key %q: %d %s", bad, a.status, a.body)
		}
	}
}

// What was refused changed nothing and does not spend the key. A secret in an
// answer is in no column of the database.
func TestARefusalDoesNotSpendTheKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := sev3()
	f.Product = "nothing"
	if a := h.under("k", "tanaka", "POST", "/v1/requests", encoded(t, f)); a.status < 400 {
		t.Fatalf("filed: %d", a.status)
	}
	if a := h.under("k", "tanaka", "POST", "/v1/requests", encoded(t, sev3())); a.status != 201 || a.replayed != "" {
		t.Fatalf("the refusal spent the key: %d %s", a.status, a.body)
	}
	made := h.under("t", "hayashi", "POST", "/v1/tokens", `{"name":"x","scopes":["read"]}`)
	var token struct{ Secret string }
	must(t, json.Unmarshal(made.body, &token))
	var dump bytes.Buffer
	_, err := h.store.Export(context.Background(), &dump)
	must(t, err)
	if token.Secret == "" || bytes.Contains(dump.Bytes(), []byte(token.Secret)) {
		t.Errorf("the secret %q can be read in the database", token.Secret)
	}
}

// Many come with one key at the same moment: one is carried out. All doubles of
// a command get its answer, those of others that or a conflict.
func TestDoublesAtTheSameMoment(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, c := range []struct{ who, path, body string }{
		{"tanaka", "/v1/requests", encoded(t, sev3())},
		{"hayashi", "/v1/accounts", `{"name":"Twice","country":"JP"}`},
	} {
		got := make([]answered, 16)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i] = h.under("k", c.who, "POST", c.path, c.body) })
		}
		wg.Wait()
		fresh := 0
		var bodies []string
		for _, a := range got {
			switch {
			case a.status == 201 && a.replayed == "":
				fresh++
				fallthrough
			case a.status == 201:
				bodies = append(bodies, string(a.body))
			case a.status != 409 || a.key() != "api.once_pending" || c.who == "tanaka":
				t.Errorf("%s: %d %s", c.path, a.status, a.body)
			}
		}
		slices.Sort(bodies)
		if fresh != 1 || len(slices.Compact(bodies)) != 1 {
			t.Errorf("%s: %d were carried out, with the answers %q", c.path, fresh, bodies)
		}
	}
	if n := h.requests(); n != 1 {
		t.Errorf("%d requests were filed", n)
	}
}

// The same call is the same on whatever version: who asks again may still have
// the version of before, or have read the one that the call itself has led to.
func TestAKeyIsForgivingOfVersions(t *testing.T) {
	t.Parallel()
	h := open(t)
	filed := h.file("tanaka", sev3())
	lower := func(key string, version int64) answered {
		req, err := http.NewRequest(http.MethodPost, h.url+"/v1/requests/"+filed.Number+"/severity/lowering", strings.NewReader(`{"to":4}`))
		must(t, err)
		for name, value := range map[string]string{"Authorization": "Bearer " + h.cast.Tokens["tanaka"], "Content-Type": "application/json",
			"Idempotency-Key": key, "If-Match": fmt.Sprintf("%q", fmt.Sprint(version))} {
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		must(t, err)
		return answered{resp.StatusCode, resp.Header.Get("Location"), resp.Header.Get("Idempotency-Replayed"), b}
	}
	first := lower("k", filed.Version)
	now := mustRequest(t, h.as("tanaka"), filed.Number).Version
	if first.status != http.StatusOK || now <= filed.Version {
		t.Fatalf("%d %s", first.status, first.body)
	}
	for _, version := range []int64{filed.Version, now} {
		if again := lower("k", version); again.replayed != "true" || !bytes.Equal(again.body, first.body) {
			t.Errorf("again on version %d: %d %q %s", version, again.status, again.replayed, again.body)
		}
	}
	if n := mustRequest(t, h.as("tanaka"), filed.Number).Version; n != now {
		t.Errorf("version %d, want %d", n, now)
	}
}
