package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// What streams tell is what pages tell, to everybody.
func TestStreamsTellWhatPagesTell(t *testing.T) {
	t.Parallel()
	w := plantCanaries(t)
	told := 0
	for _, key := range w.cast.Keys {
		all := w.feed(key)
		if len(all) < 2 {
			continue
		}
		told++
		last := all[len(all)-1]
		stream := w.follow(key, all[0].Cursor)
		if got := stream.until(last.Number, last.Seq); !slices.Equal(got, all[1:]) {
			t.Errorf("%s reads %d events by pages, and %d by a stream", key, len(all)-1, len(got))
		}
		stream.close()
	}
	if told < 15 {
		t.Errorf("%d people have a feed", told)
	}
}

// Who loses a right reads nothing more by it with the same token, from the next
// call on (T33).
// guide: A13
func TestARightThatIsTakenIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	w := plantCanaries(t)
	hokuto, minato := w.things["number"][0].id, w.things["number"][2].id
	all := []string{"/v1/requests/" + hokuto, "/v1/requests/" + hokuto + "/events", "/v1/requests/" + hokuto + "/targets", "/v1/requests/" + hokuto + "/third-parties/1/evidence"}
	contract := "/v1/contracts/PRD-2010-1102"
	for _, c := range []struct {
		what, who, by, method, path, body string
		gone                              string // the request that was read by the right
		reads                             []string
	}{
		{"a watcher", "kobayashi", "tanaka", "DELETE", "/v1/requests/" + hokuto + "/watchers/WATCHER", "", hokuto, all},
		{"an administrator of another account", "nakamura", "takahashi", "DELETE", contract + "/roles/" + w.number("nakamura") + "/role_support_admin", "", hokuto,
			append([]string{contract, "/v1/plans/" + w.things["plan"][0].id}, all...)},
		{"the primary", "takahashi", "ishikawa", "PUT", contract + "/primary", `{"contact":"` + w.number("tanaka") + `"}`, hokuto,
			append([]string{contract, "/v1/contacts/" + w.number("hara") + "/profile"}, all...)},
		{"the security team", "kudo", "ishikawa", "PATCH", "/v1/staff/kudo@desk.example", `{"roles":["csr"]}`, "",
			[]string{"/v1/security-reports", "/v1/advisories/" + w.things["advisory"][0].id}},
		{"who is named for an account", "byrne", "watanabe", "PUT", "/v1/accounts/" + w.account("minato") + "/restriction", `{"restricted":true}`, minato,
			[]string{"/v1/requests/" + minato, "/v1/callers/" + w.number("ono"), "/v1/contracts/PRD-2010-3302", "/v1/plans/" + w.things["plan"][1].id}},
		{"the duty manager", "watanabe", "ishikawa", "PATCH", "/v1/staff/watanabe@desk.example", `{"roles":["tse"]}`, minato,
			[]string{"/v1/requests/" + minato, "/v1/glasses", "/v1/contracts/PRD-2010-3302"}},
	} {
		for _, path := range c.reads {
			if g := w.get(read{}, c.who, path, ""); g.status != http.StatusOK {
				t.Fatalf("%s cannot read %s: %d %s", c.what, path, g.status, g.body)
			}
		}
		var view struct{ Watchers []struct{ ID string } }
		must(t, json.Unmarshal([]byte(w.get(read{}, "ito", "/v1/requests/"+hokuto, "").body), &view))
		if len(view.Watchers) > 0 {
			c.path = strings.Replace(c.path, "WATCHER", view.Watchers[0].ID, 1)
		}
		w.post(c.by, c.method, c.path, c.body)
		for _, path := range c.reads {
			if g := w.get(read{}, c.who, path, ""); g.status != http.StatusNotFound && g.status != http.StatusForbidden {
				t.Errorf("%s still reads %s: %d", c.what, path, g.status)
			}
		}
		if g := w.get(read{}, c.who, "/v1/requests?order=changed&limit=200", ""); c.gone != "" && strings.Contains(g.body, c.gone) {
			t.Errorf("%s still lists the request", c.what)
		}
	}
}

// A stream that is open ends to tell what a role no longer opens, too, within
// five seconds.
func TestAStreamLosesARoleSoon(t *testing.T) {
	t.Parallel()
	w := plantCanaries(t)
	ctx := context.Background()
	open, shut := w.things["number"][0].id, w.things["number"][2].id
	stream := w.follow("watanabe", "")
	tells := func() bool {
		_, err := w.as("byrne").Note(ctx, shut, "x")
		must(t, err)
		must(t, w.store.Number(ctx)) // of one instant, the feed does not tell which came first
		mark, err := w.as("ito").Note(ctx, open, "x")
		must(t, err)
		return slices.ContainsFunc(stream.until(open, mark.Version), func(e client.FeedEvent) bool { return e.Number == shut })
	}
	if !tells() {
		t.Fatal("the duty manager is not told of a restricted account")
	}
	w.post("ishikawa", "PATCH", "/v1/staff/watanabe@desk.example", `{"roles":["tse"]}`)
	for late := time.Now().Add(5 * time.Second); tells(); {
		if time.Now().After(late) {
			t.Fatal("five seconds after the role was taken the stream still tells what it opened")
		}
	}
}
