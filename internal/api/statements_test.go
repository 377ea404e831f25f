package api_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"madoguchi/client"
	"madoguchi/internal/store/pgtest"
)

// What a filing, a comment and pages cost in statements that a server carries
// out: BEGIN and COMMIT, the token and the key among them.
func TestStatements(t *testing.T) {
	t.Parallel()
	where, cast := peopled.URL(t)
	statements := pgtest.Listen(t, where)
	h, ctx := openAt(t, where), context.Background()
	h.cast = cast
	tanaka, ito := h.as("tanaka"), h.as("ito")
	tanaka.Retries, ito.Retries = 1, 1 // each change has a key
	filing := sev3()
	filing.Details.Tags = nil
	var number string
	for _, c := range []struct {
		name string
		most int
		do   func() error
	}{
		{"a filing", 14, func() error {
			r, err := tanaka.File(ctx, filing)
			number = r.Number
			return err
		}},
		{"a customer's comment", 16, func() error {
			_, err := tanaka.Command(ctx, number, "comments", client.Comment{Text: "still"})
			return err
		}},
		{"an engineer's comment", 19, func() error {
			_, err := ito.Command(ctx, number, "comments", client.Comment{Text: "look"})
			return err
		}},
		{"a customer's look at a request", 4, func() error { _, err := tanaka.Request(ctx, number); return err }},
		{"an engineer's look at a request", 6, func() error { _, err := ito.Request(ctx, number); return err }},
		{"a customer's page", 4, func() error { _, err := tanaka.Requests(ctx, client.Filter{}); return err }},
		{"an engineer's page", 4, func() error { _, err := ito.Requests(ctx, client.Filter{Owner: "me"}); return err }},
	} {
		must(t, c.do()) // what is prepared once is prepared now
		statements()
		must(t, c.do())
		got := statements()
		t.Logf("%s: %d statements", c.name, len(got))
		if len(got) > c.most || !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "t.sha256") }) {
			t.Errorf("%s: %d statements, want at most %d:\n%s", c.name, len(got), c.most, strings.Join(got, "\n"))
		}
	}
}
