package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// evidence is a database file with something of everything, as it was closed.
type evidence struct {
	bytes []byte
	rows  map[int64]support.Row
}

var monday = time.Date(2026, 6, 8, 0, 30, 0, 0, time.UTC)

func gather(t *testing.T) evidence {
	t.Helper()
	path := pgtest.File(t)
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	e := evidence{rows: map[int64]support.Row{}}
	for _, step := range []func(tx *store.Tx) error{e.parties, e.request, e.request, nil, e.request, func(tx *store.Tx) error {
		return tx.Audit("account", 1, system.Actor, monday, "renamed", nil)
	}} {
		if step == nil {
			ends, err := s.Ends(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			step = func(tx *store.Tx) error { return tx.Checkpoint(monday, ends) }
		}
		if err := s.Update(context.Background(), step); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if e.bytes, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e evidence) parties(tx *store.Tx) error {
	a := support.Account{Name: "A", Country: "JP"}
	c := support.Contact{Account: 1, Number: support.CustomerNumber("123456789"), Email: "a@b", Active: true}
	other := support.Contact{Account: 1, Number: support.CustomerNumber("223456789"), Email: "c@d", Active: true}
	k := support.Contract{Account: 1, Number: "C", Offering: "incident", StartsAt: monday, EndsAt: monday.AddDate(1, 0, 0)}
	for _, fn := range []func() error{
		func() error { return tx.AddAccount(&a) },
		func() error { return tx.AddContact(&c) },
		func() error { return tx.AddContact(&other) },
		func() error { return tx.AddContract(&k, c.ID) },
		func() error { return tx.GrantRole(k.ID, other.ID, support.RoleSupportAdmin, 1) },
		func() error { return tx.AddIncidentPack(&support.IncidentPack{Contract: k.ID, Bought: 9}) },
		func() error { return tx.AddLicence(&support.Licence{Contract: k.ID, Key: "K", Units: 3}) },
		func() error {
			return tx.Audit("account", 1, system.Actor, monday, "added", map[string]string{"country": "JP"})
		},
	} {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// request files one with texts, an incident, tags, an effect; the second one
// splits the licence and spends its incident.
func (e evidence) request(tx *store.Tx) error {
	id, err := tx.NewRequestID()
	if err != nil {
		return err
	}
	title, body := support.T("title"), support.T("body")
	keys := []support.Text{support.T(fmt.Sprint("k1-", id)), support.T(fmt.Sprint("k2-", id))}
	texts := []*support.Text{&title, &body}
	if id == support.FirstID+1 {
		texts = append(texts, &keys[0], &keys[1])
	}
	for _, t := range texts {
		if err := tx.SaveText(1, id, t); err != nil {
			return err
		}
	}
	by := support.Actor{Kind: support.Customer, ID: 1}
	bodies := []support.Body{
		support.Filed{Kind: support.Technical, Channel: support.Portal, Contact: 1, Account: 1, Contract: 1, Severity: 3, Title: title, Body: body},
		support.IncidentReserved{Pack: 1},
		support.ContactMade{Channel: support.Phone, With: 1},
	}
	if id == support.FirstID+1 {
		bodies = append(bodies, support.IncidentSettled{Pack: 1, Spent: true}, support.LicenceSplit{Licence: 1, Units: 3, Parts: []int{2, 1}, Keys: keys})
	}
	var facts []support.Fact
	for i, b := range bodies {
		f := support.Fact{Seq: int64(i + 1), At: monday, By: by, Body: b}
		if i == 2 {
			f.HappenedAt = monday.Add(-time.Hour)
		}
		facts = append(facts, f)
	}
	row := support.Row{
		ID: id, Seq: int64(len(facts)), Kind: support.Technical, Stage: support.StageOpened, Account: 1, Contact: 1, Contract: 1, Severity: 3,
		Turn: support.TurnSupport, Title: title, Tags: []string{"vip"}, FiledAt: monday, ChangedAt: monday, NextMetric: support.FirstResponse,
		NextDueAt: monday.Add(time.Hour), DueAt: monday.Add(time.Hour),
	}
	e.rows[id] = row
	return tx.Append(support.Row{}, facts, row, []support.Effect{{Key: fmt.Sprint("r", id), Kind: "mail", Seq: 1, Last: 3, Recipient: support.Recipient{Kind: support.ToContact, ID: 1}}})
}

// check restores the evidence, lets change loose on it, and checks it.
func (e evidence) check(t *testing.T, change func(db *sql.DB) error) []store.Problem {
	t.Helper()
	path := pgtest.File(t)
	if err := os.WriteFile(path, e.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path+"?_pragma=ignore_check_constraints(1)")
	if err := change(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path)
	found, err := s.Check(context.Background(), store.CheckOptions{Fold: func(facts []support.Fact) (support.Row, []string, error) {
		for _, row := range e.rows {
			if filed, ok := facts[0].Body.(support.Filed); ok && filed.Title.ID == row.Title.ID {
				return row, nil, nil
			}
		}
		return support.Row{}, nil, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// untouched are columns about which nothing else in the database can say what
// they were, and in the request's row those that its facts do not give.
var untouched = map[string]bool{
	"request.brand_id": true, "request.leased_at": true, "request.pushed": true, "request.pushed_why": true, "request.wake_at": true,
	"content.account_id": true, "content.request_id": true, "incident.account_id": true, "request_tag.account_id": true,
}

func columns(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT name FROM pragma_table_info('" + table + "')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

// change gives SQL for another value of the same type.
func change(column string) string {
	return strings.ReplaceAll(`CASE typeof(@) WHEN 'null' THEN 1 WHEN 'integer' THEN @ + CASE WHEN @ = 9223372036854775807 THEN -1 ELSE 1000 END
WHEN 'text' THEN CASE WHEN @ = '' THEN 'x' WHEN substr(@, 1, 1) = 'x' THEN 'y' || substr(@, 2) ELSE 'x' || substr(@, 2) END
ELSE CAST(CASE WHEN substr(@, 1, 1) = x'00' THEN x'01' ELSE x'00' END || substr(@, 2) AS BLOB) END`, "@", column)
}

// TestTamper changes one column of one row at a time, or takes the row away,
// and expects the check to say so.
func TestTamper(t *testing.T) {
	t.Parallel()
	e := gather(t)
	if found := e.check(t, func(*sql.DB) error { return nil }); len(found) > 0 {
		t.Fatalf("before anything was changed: %v", found)
	}
	path := pgtest.File(t)
	if err := os.WriteFile(path, e.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	cases := 0
	try := func(name, text string) {
		cases++
		if testing.Short() && cases%5 != 0 {
			return
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e.mustFind(t, text)
		})
	}
	for _, table := range []string{"event", "head", "content", "request", "request_tag", "incident"} {
		var n int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil || n == 0 {
			t.Fatalf("%s has %d rows, %v", table, n, err)
		}
		for i := range n {
			row := fmt.Sprintf(" WHERE rowid = (SELECT rowid FROM %s ORDER BY rowid LIMIT 1 OFFSET %d)", table, i)
			for _, c := range columns(t, db, table) {
				if !untouched[table+"."+c] {
					try(fmt.Sprintf("%s %d %s", table, i, c), "UPDATE "+table+" SET "+c+" = "+change(c)+row+" AND "+c+" IS NOT "+change(c))
				}
			}
			try(fmt.Sprintf("%s %d", table, i), "DELETE FROM "+table+row)
		}
	}
}

func (e evidence) mustFind(t *testing.T, text string) {
	t.Helper()
	found := e.check(t, func(db *sql.DB) error {
		res, err := db.Exec(text)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("changed %d rows, %w", n, err)
		}
		return nil
	})
	if len(found) == 0 {
		t.Error("the check finds nothing")
	}
}

// TestTamperBytes changes single bytes of what was stored.
func TestTamperBytes(t *testing.T) {
	t.Parallel()
	e := gather(t)
	path := pgtest.File(t)
	if err := os.WriteFile(path, e.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	var data string
	if err := raw(t, path).QueryRow("SELECT data FROM event WHERE pos = 2").Scan(&data); err != nil {
		t.Fatal(err)
	}
	step := 5
	if testing.Short() {
		step = 50
	}
	for i := 0; i < len(data); i += step {
		changed := []byte(data)
		changed[i] ^= 1
		found := e.check(t, func(db *sql.DB) error {
			_, err := db.Exec("UPDATE event SET data = CAST($1 AS TEXT) WHERE pos = 2", string(changed))
			return err
		})
		if len(found) == 0 {
			t.Errorf("byte %d: %s", i, changed)
		}
	}
}

// TestForgery computes a chain anew with all its hashes: what the checkpoint
// saw no longer fits.
func TestForgery(t *testing.T) {
	t.Parallel()
	e := gather(t)
	found := e.check(t, func(db *sql.DB) error {
		var data string
		var prev []byte
		if err := db.QueryRow("SELECT data, prev FROM event WHERE subject = 'account' AND seq = 1").Scan(&data, &prev); err != nil {
			return err
		}
		data = strings.Replace(data, `"JP"`, `"US"`, 1)
		hash := sha(prev, []byte(data))
		_, err := db.Exec("UPDATE event SET data = $1, hash = $2 WHERE subject = 'account' AND seq = 1", data, hash)
		if err != nil {
			return err
		}
		if err := db.QueryRow("SELECT data FROM event WHERE subject = 'account' AND seq = 2").Scan(&data); err != nil {
			return err
		}
		next := sha(hash, []byte(data))
		if _, err = db.Exec("UPDATE event SET prev = $1, hash = $2 WHERE subject = 'account' AND seq = 2", hash, next); err == nil {
			_, err = db.Exec("UPDATE head SET hash = $1 WHERE subject = 'account'", next)
		}
		return err
	})
	if len(found) != 1 || !strings.Contains(found[0].What, "saw other chains") {
		t.Errorf("found %v", found)
	}
}

// TestRules breaks what must hold between rows.
func TestRules(t *testing.T) {
	t.Parallel()
	e := gather(t)
	for _, c := range []struct{ change, want string }{
		{"DELETE FROM role_grant WHERE role = 'role_licence_primary'", "contract 1: it has 0 primary licence administrators"},
		{"DELETE FROM role_grant WHERE role = 'role_support_admin'", "contract 1: its count of support administrators is not the 0"},
		{"UPDATE contract SET support_admins = 5", "contract 1: its count of support administrators is not the 1"},
		{"UPDATE incident_pack SET reserved = reserved + 1", "incident pack 1: its count of reserved incidents is not the 2"},
		{"UPDATE incident_pack SET spent = 0", "incident pack 1: its count of spent incidents is not the 1"},
		{"UPDATE licence SET units = 7 WHERE id = 1", "licence 1: the parts of the superseded key add up to 3"},
		{"UPDATE effect SET seq = 99 WHERE key = 'r10000000'", "request 10000000: effect r10000000 tells of a fact that does not exist"},
		{"UPDATE effect SET last = 99 WHERE key = 'r10000000'", "request 10000000: effect r10000000 tells of a fact that does not exist"},
		{"UPDATE effect SET account_id = 9 WHERE key = 'r10000000'", "belongs to another account"},
		{"UPDATE effect SET request_id = 10000099 WHERE key = 'r10000000'", "the request that it names does not exist"},
		{"UPDATE request SET wake_at = NULL WHERE id = 10000000", "request 10000000: its timer stands at 0"},
		{"UPDATE request SET wake_at = 1 WHERE id = 10000000", "request 10000000: its timer stands at 1"},
		{"INSERT INTO watcher (request_id, contact_id, account_id) VALUES (10000000, 2, 1)", "request 10000000: contact 2 watches it without a fact"},
		{"UPDATE counter SET next = 10000004", "numbers are missing"},
		{"UPDATE content SET text = NULL, salt = NULL WHERE id = 1", "request 10000000 seq 1: its text 1 is empty, and no fact says"},
		{"INSERT INTO content (account_id, request_id, salt, text) VALUES (1, 10000000, x'00', 'x')", "request 10000000: no fact names its text"},
		{"UPDATE event SET pos = NULL WHERE pos = 3", "it has no position"},
		{"DELETE FROM event WHERE pos = 3", "request 10000000 seq 3: position 4 follows 2: events are missing"},
		{"UPDATE event SET pos = -pos WHERE pos IN (2, 3); UPDATE event SET pos = 5 + pos WHERE pos < 0", "request 10000000 seq 2: its position 2 is before"},
		{"DELETE FROM request WHERE id = 10000000", "request 10000000: it has facts and no row"},
		{"DELETE FROM event; DELETE FROM head; DELETE FROM content; DELETE FROM incident", "request 10000002: its row is of seq 3, its last fact is seq 0"},
		{"DELETE FROM event WHERE pos = (SELECT MAX(pos) FROM event)", "account 1: its last event should be seq 2, and is seq 1"},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			found := e.check(t, func(db *sql.DB) error { _, err := db.Exec(c.change); return err })
			if !bytes.Contains(fmt.Append(nil, found), []byte(c.want)) {
				t.Errorf("found %v", found)
			}
		})
	}
}
