package api_test

import (
	"context"
	"strings"
	"testing"

	"madoguchi/client"
	"madoguchi/internal/store/pgtest"
)

// What a filing, a comment and a page cost in round trips to a server: BEGIN and
// COMMIT, the token and the key among them.
func TestStatements(t *testing.T) {
	t.Parallel()
	where, statements := pgtest.Listened(t)
	h, ctx := openAt(t, where), context.Background()
	tanaka := h.as("tanaka")
	r := h.file("tanaka", sev3())
	_, err := tanaka.Requests(ctx, client.Filter{})
	must(t, err)
	for name, c := range map[string]struct {
		most int
		do   func() error
	}{
		"file": {14, func() error { _, err := tanaka.File(ctx, sev3()); return err }},
		"comment": {14, func() error {
			_, err := tanaka.Command(ctx, r.Number, "comments", client.Comment{Text: "still"})
			return err
		}},
		"page": {4, func() error { _, err := tanaka.Requests(ctx, client.Filter{}); return err }},
		"show": {8, func() error { _, err := tanaka.Request(ctx, r.Number); return err }},
	} {
		must(t, c.do()) // what is prepared once is prepared now
		statements()
		must(t, c.do())
		if got := statements(); len(got) > c.most {
			t.Errorf("%s: %d statements, want at most %d:\n%s", name, len(got), c.most, strings.Join(got, "\n"))
		}
	}
}
