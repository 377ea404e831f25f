package torture

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/client"
)

// What is damaged in a worked-on database is named by `madoguchi check`: the
// subject, the place, and what is wrong there.
func TestCheckNamesDamage(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	c := newCrew(t, p, seeded(t))
	n := p.start()
	stop := c.work(n.url)
	c.progress(4 * clients)
	stop()
	_, err := c.as("tanaka").File(t.Context(), client.File{ // one at least waits for an answer
		Kind: "sr", Title: "t", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"}})
	must(t, err)
	n.stop()
	p.check()
	const some = "(SELECT MIN(id) FROM request)"
	for _, d := range []struct{ name, change, where, what string }{
		{"a flipped byte of a fact",
			"UPDATE event SET data = CAST(substr(data, 1, 40) || char(unicode(substr(data, 41, 1)) + 1) || substr(data, 42) AS TEXT) WHERE subject = 'request' AND seq = 2 AND subject_id = " + some,
			"request 10000000 seq 2", "the stored bytes are not those that were hashed"},
		{"a target that is gone from the facts", "DELETE FROM event WHERE subject = 'request' AND kind = 'target_started' AND seq < 4 AND subject_id = " + some,
			"request 10000000 seq ", "events are missing"},
		{"a target that is gone from the row", "UPDATE request SET due_at = NULL, wake_at = NULL WHERE id = (SELECT MIN(id) FROM request WHERE due_at IS NOT NULL)",
			"request 100000", "its facts give another row: DueAt"},
		{"a wrong turn", "UPDATE request SET turn = 'nobody' WHERE id = " + some, "request 10000000", "its facts give another row: Turn"},
		{"a wrong ledger", "UPDATE contract SET support_admins = support_admins + 1 WHERE id = 2",
			"contract 2", "its count of support administrators is not the 1 that it has (R02)"},
		{"another text", "UPDATE content SET text = text || '!' WHERE request_id = " + some + " AND id = (SELECT MIN(id) FROM content WHERE request_id = " + some + ")",
			"request 10000000 seq 1", "is not the one that was written"},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			own := &place{t: t, dir: t.TempDir()}
			must(t, copyFile(filepath.Join(p.dir, "desk.db"), own.where()))
			db, err := sql.Open("sqlite", own.where())
			must(t, err)
			res, err := db.Exec(d.change)
			must(t, err)
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				t.Fatalf("nothing was damaged: %v", err)
			}
			must(t, db.Close())
			out, err := own.run("check", "--data", own.dir)
			if code := fmt.Sprint(err); code != "exit status 6" {
				t.Errorf("check ends with %s", code)
			}
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, d.where) && strings.Contains(line, d.what) {
					return
				}
			}
			t.Errorf("check does not say %q of %s:\n%s", d.what, d.where, out)
		})
	}
}
