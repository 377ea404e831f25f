package torture

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"madoguchi/client"
	"madoguchi/internal/demo/fixtures"
)

// What people are called, where they are reached, what they write and the tokens
// that they hold stand in no log at its most talkative, in no figure, no profile
// and no error (T49), also while every mail fails and callers err.
func TestNothingPrivateIsWatched(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	p.env = []string{"MADOGUCHI_LOG=debug", "MADOGUCHI_WATCH=127.0.0.1:0", "MADOGUCHI_SMARTHOST=127.0.0.1:1", "MADOGUCHI_SMARTHOST_PASSWORD=canary-secret"}
	n := p.start()
	c := &client.Client{BaseURL: n.url, Token: p.tokens["tanaka"], Language: "en"}
	res, err := c.File(t.Context(), client.File{
		Kind: "sr", Title: "canary-title", Text: "canary-text +81 3 5550 0143", Channel: "portal", Product: "vsphere", Version: "4.0",
		Severity: 3, Criteria: []string{"usable"},
	})
	must(t, err)
	_, err = c.Comment(t.Context(), res.Number, client.Comment{Text: "canary-comment"})
	must(t, err)
	var said strings.Builder
	for _, call := range [][3]string{
		{"GET", "/v1/requests?text=canary-query", p.tokens["ito"]}, {"POST", "/v1/requests", p.tokens["tanaka"]},
		{"POST", "/v1/canary-path", "mdg_canary-token"}, {"GET", "/canary-page", ""}, {"GET", "/link/canary-link", ""},
	} {
		said.WriteString(fetch(t, call[0], n.url+call[1], call[2], `{"canary-body": "canary-value"`))
	}
	look(t, "an effect that failed", func() bool { return n.log.contains("an effect failed") })
	watch := "http://" + n.log.after(`"msg":"watching","address":"`)
	for _, path := range []string{"/metrics", "/debug/pprof/goroutine?debug=1", "/debug/pprof/goroutine?debug=2", "/debug/pprof/allocs?debug=1", "/debug/pprof/heap?debug=1"} {
		told := fetch(t, "GET", watch+path, "", "")
		if len(told) < 500 {
			t.Errorf("%s tells only %q", path, told)
		}
		said.WriteString(told)
	}
	n.stop()
	said.WriteString(n.log.all())
	private := []string{"canary-"}
	for _, contact := range fixtures.All().People {
		private = append(private, contact.Email, contact.Phone, foreign(contact.FamilyName), foreign(contact.GivenName))
	}
	for _, staff := range fixtures.All().Staff {
		private = append(private, staff.Email, foreign(staff.FamilyName), foreign(staff.GivenName))
	}
	for _, account := range fixtures.All().Accounts {
		private = append(private, account.Name)
	}
	for _, contract := range fixtures.All().Contracts {
		private = append(private, contract.Number)
	}
	for _, token := range p.tokens {
		private = append(private, token)
	}
	for _, word := range private {
		if at := strings.Index(said.String(), word); word != "" && at >= 0 {
			t.Errorf("%q is told:\n%s", word, said.String()[max(0, at-200):min(said.Len(), at+100)])
		}
	}
}

// fetch gives the body of an answer.
func fetch(t *testing.T, method, url, token, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode == http.StatusOK && method == http.MethodGet && token != "" {
		return "" // what is asked for may be told to who may see it
	}
	return string(all)
}

// foreign is a name that no other word of a log can hold by accident; "": it is
// written in letters that everything is written in.
func foreign(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r > 0x7f }) < 0 {
		return ""
	}
	return name
}
