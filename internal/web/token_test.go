package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/auth"
)

var (
	tokenSecret = regexp.MustCompile(`mdg_[A-Za-z0-9_-]{43}`)
	hookSecret  = regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`)
)

// An administrator makes a token for a colleague, reads its secret once, and ends
// it; whoever is none sees and ends their own alone, and gives nobody more than they
// may (T33, T38).
func TestTokensAreMadeAndRevoked(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	works := func(secret string) bool {
		_, err := auth.Authenticate(t.Context(), s.store, "Bearer "+secret, time.Now())
		return err == nil
	}
	form := url.Values{"name": {"Nightly"}, "holder": {"ito@desk.example"}, "scopes": {"read", "staff"}, "expires_at": {time.Now().AddDate(1, 0, 0).Format(time.DateOnly)}, "once": {"k"}}
	w := s.send("ishikawa", tokensPath, form)
	secret := tokenSecret.FindString(w.Body.String())
	if w.Code != http.StatusOK || !works(secret) {
		t.Fatalf("%d, the secret is %q", w.Code, secret)
	}
	all, err := s.store.Tokens(t.Context())
	s.ok(err)
	if last := all[len(all)-1]; last.UsedAt.IsZero() {
		t.Error("that it was used is not noted")
	}
	// Sent again it makes no other, and does not show the secret.
	if w = s.send("ishikawa", tokensPath, form); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "told=secret_shown") {
		t.Errorf("sent again: %d %s", w.Code, w.Header().Get("Location"))
	}
	body := s.send("ito", tokensPath, nil).Body.String()
	if strings.Contains(body, secret) || strings.Count(body, ">Nightly<") != 1 && strings.Count(body, ">Nightly ") != 1 {
		t.Error("the holder does not see the token once, or sees its secret")
	}
	if body := s.send("byrne", tokensPath, nil).Body.String(); strings.Contains(body, "Nightly") {
		t.Error("colleagues see the token of another")
	}
	revoke := regexp.MustCompile(`action="(/manage/tokens/tok_[0-9a-z]+/revocation)"[^>]*>(?s:.{0,200})Revoke: Nightly`).FindStringSubmatch(body)
	if revoke == nil {
		t.Fatal("the token cannot be revoked")
	}
	if w := s.send("byrne", revoke[1], url.Values{}); w.Code != http.StatusNotFound || !works(secret) {
		t.Errorf("a colleague revokes it: %d", w.Code)
	}
	if w := s.send("ito", revoke[1], url.Values{}); w.Code != http.StatusSeeOther || works(secret) {
		t.Errorf("its holder revokes it: %d", w.Code)
	}
	if body := s.send("ito", tokensPath+"?which=past", nil).Body.String(); !strings.Contains(body, "revoked ") {
		t.Error("the revoked token is not among those that are past")
	}
	for name, c := range map[string]struct {
		as   string
		form url.Values
		want string
	}{
		"no scope":                       {"ishikawa", url.Values{"name": {"Kept words"}}, "f-token-scopes"},
		"another's":                      {"ito", url.Values{"name": {"Kept words"}, "scopes": {"read"}, "holder": {"byrne@desk.example"}}, "Kept words"},
		"administration for who is none": {"ishikawa", url.Values{"name": {"Kept words"}, "scopes": {"admin"}, "holder": {"ito@desk.example"}}, "f-token-scopes"},
		"who is nobody":                  {"ishikawa", url.Values{"name": {"Kept words"}, "scopes": {"read"}, "holder": {"nobody@desk.example"}}, "f-token-holder"},
		"a day that is past":             {"ishikawa", url.Values{"name": {"Kept words"}, "scopes": {"read"}, "expires_at": {"2001-01-01"}}, "f-token-expires_at"},
	} {
		w := s.send(c.as, tokensPath, c.form)
		body := w.Body.String()
		if w.Code < 400 || tokenSecret.MatchString(body) || !strings.Contains(body, `value="Kept words"`) || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}
