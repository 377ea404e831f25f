package pgtest

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// executed is how the server's log begins a statement that it carried out, for
// the database that its line begins with.
var executed = regexp.MustCompile(`^(\w+)\|LOG:  (?:statement|execute [^:]*|fastpath function call): (.*)$`)

// Listened gives the URL of a new database with the whole schema, and what tells
// the statements that its server has carried out since it was last called: one a
// round trip, BEGIN and COMMIT among them.
func Listened(t testing.TB) (where string, statements func() []string) {
	t.Helper()
	s := instanceOf(t)
	where = URL(t)
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	if err := s.execute("ALTER DATABASE " + name + " SET log_statement = 'all'"); err != nil {
		t.Fatal(err)
	}
	var read int
	return where, func() []string {
		t.Helper()
		log, err := os.ReadFile(filepath.Join(s.dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for line := range bytes.Lines(log[read:]) {
			if m := executed.FindSubmatch(bytes.TrimSuffix(line, []byte("\n"))); m != nil && string(m[1]) == name {
				out = append(out, string(m[2]))
			}
		}
		read = len(log)
		return out
	}
}
