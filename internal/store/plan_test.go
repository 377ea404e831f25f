package store

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// For the tests of plans on PostgreSQL, which are outside.
var (
	NumberEvents   = numberEvents
	AloneNumbering = aloneNumbering
)

// full gives a database with 20,000 requests, fewer in short runs, that differ
// in what lists ask for.
func full(t *testing.T) *Store {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	requests := "19999"
	if testing.Short() {
		requests = "499"
	}
	err = s.Update(ctx, func(tx *Tx) error {
		return tx.script(strings.Replace(`
INSERT INTO account (id, name, country, restricted) VALUES (1, 'A', 'JP', FALSE);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO contact SELECT i, 1, 1000000000 + i, 'F', 'G', 'p' || i, 'p' || i, '', 'ja', 'Asia/Tokyo', 'mail', TRUE, NULL, NULL FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO contract SELECT i, 1, 'C' || i, 'production', '[]', '[]', 0, 1, 'active', 0, '', NULL FROM n;
INSERT INTO role_grant SELECT id, id, 'role_licence_primary', 1 FROM contract;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
INSERT INTO staff SELECT i, 'F', 'G', 's' || i, 's' || i, 'ja', '[]', '[]', '[]', 'tokyo', 'Asia/Tokyo', '', TRUE FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
INSERT INTO request SELECT 10000000 + i, 1, 1, 1, 'sr', CASE i % 3 WHEN 0 THEN 'opened' WHEN 1 THEN 'worked_on' ELSE 'completed' END,
  1 + i % 200, 1 + i % 50, 'p' || (i % 7), '4.0', 'production', 'jp', 'ja', 1 + i % 4, 'support', CASE i % 2 WHEN 0 THEN 'technical' ELSE '' END,
  1, NULL, CASE i % 2 WHEN 0 THEN NULL ELSE 1 + i % 20 END, NULL, '', NULL, '', '', '', '[]', i, i, NULL, '', FALSE, '', 9000 + i, FALSE, i, i, 0, 0, '', FALSE
FROM n;
INSERT INTO request_tag SELECT 'vip', id, 1 FROM request WHERE id % 50 = 0;
INSERT INTO request_tag SELECT 'rare', id, 1 FROM request WHERE id % 50 = 1 ORDER BY id LIMIT 4;
INSERT INTO head SELECT 'request', id, 1, x'00' FROM request;
INSERT INTO event SELECT 'request', id, 1, id - 9999999, 1, 'commented', 0, NULL, 'system', 0,
  '{"seq":1,"kind":"commented","at":"1970-01-01T00:00:00Z","by":{"kind":"system"},"body":{}}', x'00', x'00' FROM request;
INSERT INTO effect SELECT 'k' || id, id, 1, 'mail', 'comment', 1, 1, 'duty', 0, 0, CASE id % 2 WHEN 0 THEN 'done' ELSE 'pending' END, 0, '', 0, 0, '', '', 0 FROM request;
INSERT INTO content SELECT NULL, 1, id, x'00', 'text' FROM request`, "19999", requests, 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scans finds walks over whole tables. A walk along the index of one state is
// over the few effects in it.
var scans = regexp.MustCompile(`^SCAN (r|x|w|request|event|effect|content|head|watcher|request_tag|sent)\b`)

func explain(t *testing.T, s *Store, text string, args ...any) {
	t.Helper()
	rs, err := s.e.(*sqliteEngine).readers.Query("EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rs.Close()
	for rs.Next() {
		var id, parent, unused int
		var detail string
		if err := rs.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		if scans.MatchString(detail) && !strings.Contains(detail, "USING INDEX effect_") {
			t.Errorf("%s\nfor %s", detail, text)
		}
	}
}

// TestListsUseIndexes explains every list that two filters and a viewer make.
func TestListsUseIndexes(t *testing.T) {
	t.Parallel()
	s := full(t)
	narrow := []func(f *Filter){
		func(*Filter) {},
		func(f *Filter) { f.Owner = 3 },
		func(f *Filter) { f.Unowned = true },
		func(f *Filter) { f.Turn = support.TurnSupport },
		func(f *Filter) { f.Severity = 1 },
		func(f *Filter) { f.DueBefore = time.UnixMicro(9100) },
		func(f *Filter) { f.Account = 1 },
		func(f *Filter) { f.Contract = 7 },
		func(f *Filter) { f.Product = "p1" },
		func(f *Filter) { f.Stage = support.StageOpened },
		func(f *Filter) { f.Kind = support.Technical },
		func(f *Filter) { f.Queue = "technical" },
		func(f *Filter) { f.Tag = "vip" },
		func(f *Filter) { f.Tag, f.rare = "vip", true },
		func(f *Filter) { f.Contact = 9 },
		func(f *Filter) { f.Open = true },
	}
	for _, v := range []Viewer{
		{Actor: support.Actor{Kind: support.System}},
		{Actor: support.Actor{Kind: support.Vendor, ID: 1}},
		{Actor: support.Actor{Kind: support.Customer, ID: 9}},
	} {
		for i, one := range narrow {
			for _, other := range narrow[i:] {
				for _, order := range []Order{ByDue, ByChanged} {
					f := Filter{Order: order}
					one(&f)
					other(&f)
					q, err := f.build(v)
					if err != nil {
						t.Fatal(err)
					}
					explain(t, s, q.list(f.order(), 51), q.args...)
					if q.loose {
						explain(t, s, q.among(f.order(), nearExamined, 51), q.args...)
					}
				}
			}
		}
	}
}

// A list that finds little stops after so many requests, says where, and goes on
// from there: page after page it finds what the whole list holds. What an index
// finds at once is never stopped, nor what a customer sees.
func TestListsStopAndGoOn(t *testing.T) {
	t.Parallel()
	s, ctx := full(t), context.Background()
	s.examines = 200
	staff := Viewer{Actor: support.Actor{Kind: support.Vendor, ID: 1}}
	for _, c := range []struct {
		name  string
		v     Viewer
		f     Filter
		stops bool
	}{
		{"a tag", staff, Filter{Tag: "vip"}, true}, {"a tag by change", staff, Filter{Tag: "vip", Order: ByChanged}, true},
		{"a rare tag", staff, Filter{Tag: "rare"}, false}, {"no tag", staff, Filter{Tag: "none", Order: ByChanged}, false},
		{"a product by change", staff, Filter{Product: "p1", Severity: 1, Order: ByChanged}, true}, {"nobody's", staff, Filter{Unowned: true, Tag: "vip"}, true},
		{"a product's, where one stands on the edge", staff, Filter{Product: "p4", Severity: 1, Order: ByChanged}, true},
		{"a contract's", staff, Filter{Contract: 49}, false}, {"a contact's", staff, Filter{Contact: 99}, false},
		{"mine", staff, Filter{Owner: 3}, false}, {"an account's", staff, Filter{Account: 1}, false}, {"a turn", staff, Filter{Turn: support.TurnSupport}, false},
		{"all", staff, Filter{Order: ByChanged}, false}, {"a customer's", Viewer{Actor: support.Actor{Kind: support.Customer, ID: 9}}, Filter{Tag: "vip"}, false},
	} {
		var ids []int64
		stopped := false
		for f, pages := c.f, 0; ; pages++ {
			f.Limit = 20
			page, next, err := s.Requests(ctx, c.v, f)
			if err != nil || pages > 2000 {
				t.Fatalf("%s: page %d: %v", c.name, pages, err)
			}
			for _, r := range page {
				ids = append(ids, r.ID)
			}
			stopped = stopped || next != "" && len(page) < 20
			if f.After = next; next == "" {
				break
			}
		}
		q, err := c.f.build(c.v)
		if err != nil {
			t.Fatal(err)
		}
		var want []int64
		err = rows{ctx: ctx, query: s.e.query}.all(func(r scanner) error {
			var row support.Row
			err := r.Scan(rowFields(&row)...)
			want = append(want, row.ID)
			return err
		}, q.list(c.f.order(), 1<<30), q.args...)
		if err != nil || stopped != c.stops || !slices.Equal(ids, want) {
			t.Errorf("%s: %d found, want %d; stopped %v, want %v; %v", c.name, len(ids), len(want), stopped, c.stops, err)
		}
		if _, whole, err := s.Count(ctx, c.v, c.f, 10_000); err != nil || whole == c.stops {
			t.Errorf("%s: counted whole %v, %v", c.name, whole, err)
		}
	}
}

// TestStatementsUseIndexes runs what the desk asks all day, and explains every
// statement that this prepared.
func TestStatementsUseIndexes(t *testing.T) {
	t.Parallel()
	s, ctx := full(t), context.Background()
	now := time.Unix(100, 0)
	for _, v := range []Viewer{system, {Actor: support.Actor{Kind: support.Vendor, ID: 1}}, {Actor: support.Actor{Kind: support.Customer, ID: 9}}} {
		for _, err := range []error{
			second(s.Request(ctx, v, 10_000_008)), second(s.Facts(ctx, v, 10_000_008)), second(s.Timeline(ctx, v, 10_000_008, Page{Newest: true})),
			second(s.Events(ctx, v, 400, 50)), second(s.Parties(ctx, v, 9)), second(s.Texts(ctx, []int64{1, 2, 3})), second(s.NextEffect(ctx, now, now)),
			second(s.Accounts(ctx, v, 3, 10)), second(s.Contacts(ctx, v, 3, 3, 10)), second(s.Effects(ctx, v, EffectDead, 10)), second(s.Effects(ctx, v, EffectPending, 10)), second(s.Effects(ctx, v, EffectSent, 10)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, _, err := s.NextDue(ctx, now); err != nil {
		t.Fatal(err)
	}
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.ClaimDue(now, now, time.Minute, 10)
		if err == nil {
			_, _, err = tx.ClaimEffects(now, now, time.Minute, 10)
		}
		if err == nil {
			err = second(tx.Prune(now))
		}
		if err == nil {
			err = second(tx.Standing(3, 10_000_000, 7))
		}
		if err == nil {
			err = tx.saveTags(support.Row{ID: 10_000_100, Account: 1})
		}
		if err == nil {
			err = tx.Audit("account", 1, system.Actor, now, "seen", nil)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for text := range writing(s).stmts {
		if regexp.MustCompile(`^(SELECT|UPDATE|DELETE|INSERT)`).MatchString(text) {
			args := make([]any, len(regexp.MustCompile(`\$\d+`).FindAllString(text, -1)))
			explain(t, s, text, args...)
		}
	}
	for text := range s.e.(*sqliteEngine).prepared {
		explain(t, s, text, make([]any, len(regexp.MustCompile(`\$\d+`).FindAllString(text, -1)))...)
	}
}

func second[T any](_ T, err error) error { return err }
