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

// Statement is one that a server has carried out.
type Statement struct {
	Text string // its first line
	With string // the first line of what its transaction began with; "" outside of one
}

// Listened gives the URL of a new database with the whole schema, and what tells
// the statements that its server has carried out since it was last called, BEGIN
// and COMMIT among them.
func Listened(t testing.TB) (where string, statements func() []Statement) {
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
	began := map[string]string{}
	return where, func() []Statement {
		t.Helper()
		log, err := os.ReadFile(filepath.Join(s.dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		log = log[:bytes.LastIndexByte(log, '\n')+1]
		var out []Statement
		for line := range bytes.Lines(log[read:]) {
			m := executed.FindSubmatch(bytes.TrimSuffix(line, []byte("\n")))
			if m == nil || string(m[1]) != name {
				continue
			}
			process, text := string(m[2]), string(m[3])
			if strings.HasPrefix(text, "begin") {
				began[process] = text
			}
			out = append(out, Statement{text, began[process]})
			if text == "commit" || text == "rollback" {
				delete(began, process)
			}
		}
		read = len(log)
		return out
	}
}
