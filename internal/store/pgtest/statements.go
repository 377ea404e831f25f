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

// executed is how the server's log begins a statement that it carried out, with
// the database and the process of the connection.
var executed = regexp.MustCompile(`^(\w+)\|(\d+)\|LOG:  (?:statement|execute [^:]*|fastpath function call): (.*)$`)

// ours is what a node does for all callers together: it looks whether the schema is
// there, numbers events and tells others of them, and tries connections that
// nobody has used for a second.
var ours = regexp.MustCompile(`event_unnumbered|pos IS NULL|pg_notify|^-- ping`)

// Listen gives what tells the statements that a server has carried out for callers at
// the database of a URL of this package since it was last called, the first line of
// each, BEGIN and COMMIT among them.
func Listen(t testing.TB, where string) (statements func() []string) {
	t.Helper()
	s := instanceOf(t)
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	if err := s.execute("ALTER DATABASE " + name + " SET log_statement = 'all'"); err != nil {
		t.Fatal(err)
	}
	var read int
	began := map[string]string{} // what the transaction of a process began with
	return func() []string {
		t.Helper()
		log, err := os.ReadFile(filepath.Join(s.dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		log = log[:bytes.LastIndexByte(log, '\n')+1]
		var out []string
		for line := range bytes.Lines(log[read:]) {
			m := executed.FindSubmatch(bytes.TrimSuffix(line, []byte("\n")))
			if m == nil || string(m[1]) != name {
				continue
			}
			process, text := string(m[2]), string(m[3])
			if strings.HasPrefix(text, "begin") {
				began[process] = text
			}
			if began[process] != "begin" && !ours.MatchString(text) { // the numberer reads what is committed
				out = append(out, text)
			}
			if text == "commit" || text == "rollback" {
				delete(began, process)
			}
		}
		read = len(log)
		return out
	}
}
