package api_test

import (
	"database/sql"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/demo/fixtures"
)

// quiet wants that the log, at its most talkative, holds none of some words, and
// nothing of what the people are called by, reached at and known by (T49).
func (h *house) quiet(words ...string) {
	h.t.Helper()
	for _, c := range h.cast.Contacts {
		words = append(words, c.Email, c.Phone, c.Number)
	}
	for _, s := range h.cast.Staff {
		words = append(words, s.Email)
	}
	for _, a := range fixtures.All().Accounts {
		words = append(words, a.Name)
	}
	for _, token := range h.cast.Tokens {
		words = append(words, token)
	}
	log := h.log.String()
	for _, word := range words {
		if at := strings.Index(log, word); word != "" && at >= 0 {
			h.t.Fatalf("the log holds %q: %s", word, log[max(0, at-300):min(len(log), at+200)])
		}
	}
}

// full is a body with a word in each place that takes any text.
func (b *breaker) full(s map[string]any, word string) string {
	s = b.types.at(s)
	switch {
	case s["enum"] != nil || s["format"] != nil:
		return b.fitting(s)
	case kind(s) == "string":
		return `"` + word + `"`
	case kind(s) == "array":
		if items, ok := s["items"].(map[string]any); ok {
			return "[" + b.full(items, word) + "]"
		}
		return "[]"
	case kind(s) != "object":
		return b.fitting(s)
	}
	props, _ := s["properties"].(map[string]any)
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(props)) {
		parts = append(parts, `"`+name+`":`+b.full(props[name].(map[string]any), word))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Whatever fails inside, by whatever call, the answer is a reference, the log has
// the cause under it, and neither holds a word of what was sent, asked for or
// stored (T49). Tables are taken away from under the desk, each in its turn, and on
// PostgreSQL the database itself tells the rows that it refuses.
func TestFailuresInsideTellNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := &breaker{house: h, types: h.schemas(), number: h.file("tanaka", sev3()).Number}
	driver := "sqlite"
	if strings.HasPrefix(h.where, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, h.where)
	must(t, err)
	defer db.Close()
	damages := [][2]string{}
	for _, table := range []string{"content", "event", "contact"} {
		damages = append(damages, [2]string{"ALTER TABLE " + table + " RENAME TO lost", "ALTER TABLE lost RENAME TO " + table})
		if driver == "pgx" {
			damages = append(damages, [2]string{`CREATE FUNCTION tell() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'bad row %', NEW USING DETAIL = NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON ` + table + " FOR EACH ROW EXECUTE FUNCTION tell()", "DROP FUNCTION tell() CASCADE"})
		}
	}
	if testing.Short() {
		damages = damages[:len(damages)/3]
	}
	failed := map[string]bool{}
	for _, damage := range damages {
		_, err := db.Exec(damage[0])
		must(t, err)
		for _, o := range h.operations() {
			if strings.HasSuffix(o.Path, "/stream") || o.Permission == "demo" {
				continue
			}
			if b.fails(o) {
				failed[o.ID] = true
			}
		}
		_, err = db.Exec(damage[1])
		must(t, err)
	}
	least := 80
	if testing.Short() {
		least = 40
	}
	if t.Logf("%d operations failed inside", len(failed)); len(failed) < least {
		t.Errorf("%d operations failed inside: the test looks at little", len(failed))
	}
	h.quiet(echo)
}

// fails makes calls of an operation with a word in all texts, and tells whether
// one failed inside.
func (b *breaker) fails(o operation) bool {
	b.t.Helper()
	path := strings.NewReplacer("{number}", b.number, "{n}", "1", "{seq}", "1", "{", echo, "}", "").Replace(o.Path)
	calls := []string{""}
	if s := b.types.body(o); s != nil {
		calls = []string{b.full(s, echo), strings.ReplaceAll(bodies[o.ID], `"x"`, `"`+echo+`"`)}
	}
	if o.ID == "list-requests" || o.ID == "search" {
		path += "?text=" + echo
	}
	inside := false
	for _, body := range calls {
		for _, key := range []string{"tanaka", "watanabe"} {
			req, err := http.NewRequest(o.Method, b.url+path, strings.NewReader(body))
			must(b.t, err)
			req.Header.Set("Authorization", "Bearer "+b.cast.Tokens[key])
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Referer", "https://desk.example/"+echo)
			req.Header.Set("User-Agent", echo)
			resp, err := http.DefaultClient.Do(req)
			must(b.t, err)
			var p struct{ Code, Detail, Reference string }
			whole := json.RawMessage{}
			err = json.NewDecoder(resp.Body).Decode(&whole)
			resp.Body.Close()
			if resp.StatusCode < http.StatusInternalServerError {
				continue
			}
			must(b.t, err)
			must(b.t, json.Unmarshal(whole, &p))
			if strings.Contains(string(whole), echo) || p.Reference == "" || !strings.Contains(b.log.String(), p.Reference) {
				b.t.Errorf("%s fails with %s", o.ID, whole)
			}
			inside = true
		}
	}
	return inside
}
