package store_test

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// attach lets two files stand with the first request, one of them internal, and
// leaves one that waits.
func (e evidence) attach(tx *store.Tx) error {
	id, by := int64(support.FirstID), support.Actor{Kind: support.Customer, ID: 1}
	row := e.rows[id]
	before := row
	var facts []support.Fact
	for i, sum := range []string{strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64)} {
		u := store.Upload{Request: id, By: by, At: monday, Name: "x", Size: 5}
		if err := tx.BeginUpload(&u); err != nil {
			return err
		}
		u.Key, u.Media = "0/"+sum+".0000000000000000", "text/plain"
		if err := tx.EndUpload(u); err != nil {
			return err
		}
		if i == 2 {
			break
		}
		f := support.AttachedFile{File: u.ID, Name: support.T("x"), Hash: support.T(sum), Size: 5, Type: "text/plain"}
		if err := tx.SaveTexts(1, id, &f.Name, &f.Hash); err != nil {
			return err
		}
		row.Seq++
		facts = append(facts, support.Fact{Seq: row.Seq, At: monday, By: by, Body: support.FileAttached{AttachedFile: f, Entry: 3, Internal: i == 1}})
	}
	e.rows[id] = row
	return tx.Append(before, facts, row, nil)
}

// A row of a file that says other things than the facts is found: it would show a
// file to a stranger, lose it, or keep what was erased.
//
// guide: R28
func TestCheckFindsFilesThatDoNotFit(t *testing.T) {
	t.Parallel()
	path := pgtest.File(t)
	s := openAt(t, path)
	e := evidence{rows: map[int64]support.Row{}}
	for _, step := range []func(tx *store.Tx) error{e.parties, e.request, e.attach} {
		if err := s.Update(context.Background(), step); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if e.bytes, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ change, want string }{
		{"SELECT 1", ""},
		{"UPDATE attachment SET open = 1 WHERE id = 2", "request 10000000 file 2: customers see it: true; by its facts: false"},
		{"UPDATE attachment SET open = 0 WHERE id = 1", "request 10000000 file 1: customers see it: false"},
		{"UPDATE attachment SET size = 6 WHERE id = 1", "file 1: its row differs"},
		{"UPDATE attachment SET media = 'text/html' WHERE id = 1", "file 1: its row differs"},
		{"UPDATE attachment SET file_key = '0/' || substr(file_key, 4) || '0' WHERE id = 1", "file 1: its bytes are not those"},
		{"UPDATE attachment SET file_key = (SELECT file_key FROM attachment WHERE id = 2) WHERE id = 1", "file 1: its bytes are not those"},
		{"DELETE FROM attachment WHERE id = 1", "file 1: a fact names it, and it has no row"},
		{"UPDATE attachment SET account_id = 2 WHERE id = 3", "file 3: it belongs to account 2"},
		{"UPDATE attachment SET state = 'attached', name = NULL, sum_id = 99 WHERE id = 3", "file 3: it stands with an entry, and no fact says so"},
		{"UPDATE attachment SET state = 'waiting', name = 'x', sum_id = NULL WHERE id = 1", "file 1: a fact names it, and it is waiting"},
		{"UPDATE attachment SET sum_id = (SELECT sum_id FROM attachment WHERE id = 2) WHERE id = 1", "file 1: its row differs"},
		{"UPDATE attachment SET request_id = 10000099 WHERE id = 1", "file 1: a fact names it, and it has no row"},
	} {
		found := e.check(t, func(db *sql.DB) error { _, err := db.Exec(c.change); return err })
		var all []string
		for _, p := range found {
			all = append(all, p.String())
		}
		if said := strings.Join(all, "\n"); !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("%s: found %q, want %q", c.change, said, c.want)
		}
	}
}
