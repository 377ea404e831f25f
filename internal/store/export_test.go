package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

func export(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Export(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func exportedTables(t *testing.T, text []byte) map[string][]string {
	t.Helper()
	var head struct {
		Tables []struct {
			Name    string
			Columns []string
		}
	}
	if err := json.Unmarshal(text[:bytes.IndexByte(text, '\n')], &head); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, table := range head.Tables {
		out[table.Name] = table.Columns
	}
	return out
}

// Every table and every column of the schema is exported, those that a later
// step adds too; only the steps themselves and the words of the search are not. Both engines have the same.
func TestExportHasTheWholeSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	file := raw(t, path)
	for _, text := range []string{
		`CREATE TABLE stray (note TEXT PRIMARY KEY, more BLOB) STRICT`, `INSERT INTO stray VALUES ('here', NULL)`,
	} {
		if _, err := file.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	text := export(t, s)
	if !strings.Contains(string(text), `{"table":"stray","row":{"more":null,"note":"here"}}`) {
		t.Errorf("a table that was added is left out: %s", text)
	}
	want := columnsOf(t, file, "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'")
	same(t, exportedTables(t, text), want)

	odd := openAt(t, filepath.Join(t.TempDir(), "odd.db"))
	if _, err := raw(t, odd.Name()).Exec("CREATE TABLE odd (id INTEGER PRIMARY KEY, share REAL)"); err != nil {
		t.Fatal(err)
	}
	if _, err := odd.Export(t.Context(), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "share") {
		t.Errorf("a column of a kind that is not carried: %v", err)
	}
}

func TestEnginesExportTheSame(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	text := export(t, openAt(t, url))
	if other := export(t, open(t)); !bytes.Equal(text, other) {
		t.Errorf("new databases are exported as\n%s\nand\n%s", text, other)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	same(t, exportedTables(t, text), columnsOf(t, db, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"))
}

func columnsOf(t *testing.T, db *sql.DB, query string) map[string][]string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		out[table] = append(out[table], column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, derived := range []string{"migration", "search", "search_fill", "search_place", "search_data", "search_idx", "search_docsize", "search_config"} {
		delete(out, derived)
	}
	return out
}

func same(t *testing.T, got, want map[string][]string) {
	t.Helper()
	for name, columns := range want {
		slices.Sort(columns)
		if !slices.Equal(got[name], columns) {
			t.Errorf("table %s is exported with %v, and has %v", name, got[name], columns)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tables are exported, there are %d", len(got), len(want))
	}
}

// Every value of every kind comes out of either engine as it went in.
func TestEveryValueIsCarried(t *testing.T) {
	t.Parallel()
	const columns = " (name TEXT PRIMARY KEY, n %s, text TEXT, b %s, is_so %s)%s"
	first, last := filepath.Join(t.TempDir(), "a.db"), filepath.Join(t.TempDir(), "b.db")
	url := pgtest.URL(t)
	pg, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close()
	chain := []*store.Store{openAt(t, first), openAt(t, url), openAt(t, last)}
	for i, db := range []*sql.DB{raw(t, first), pg, raw(t, last)} {
		kinds := []any{"INTEGER", "BLOB", "INTEGER", " STRICT"}
		if i == 1 {
			kinds = []any{"BIGINT", "BYTEA", "BOOLEAN", ""}
		}
		if _, err := db.Exec("CREATE TABLE any_value" + fmt.Sprintf(columns, kinds...)); err != nil {
			t.Fatal(err)
		}
	}
	file := raw(t, first)
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\"", `\u0000`, "\u2028</script>&", "ｶﾅ", "\ufeff", "😀", "a\r\n\tb", "é", "É"}))
	row := rapid.Custom(func(t *rapid.T) []any {
		return []any{
			rapid.OneOf[any](rapid.Just[any](nil), rapid.Int64().AsAny(), rapid.SampledFrom([]any{int64(math.MaxInt64), int64(math.MinInt64), int64(1<<53 + 1)})).Draw(t, "n"),
			rapid.OneOf[any](rapid.Just[any](nil), text.AsAny()).Draw(t, "text"),
			rapid.OneOf[any](rapid.Just[any](nil), rapid.SliceOf(rapid.Byte()).AsAny()).Draw(t, "bytes"),
			rapid.SampledFrom([]any{nil, int64(0), int64(1)}).Draw(t, "is_so"),
		}
	})
	for i := range 300 {
		values := row.Example(i)
		for j, v := range values {
			if s, ok := v.(string); ok {
				values[j] = strings.ReplaceAll(s, "\x00", "") // no database of both kinds holds it
			}
		}
		name := fmt.Sprintf("%s-%d", strings.ReplaceAll(text.Example(i), "\x00", ""), i)
		if _, err := file.Exec("INSERT INTO any_value VALUES ($1, $2, $3, $4, $5)", append([]any{name}, values...)...); err != nil {
			t.Fatal(err)
		}
	}
	want := export(t, chain[0])
	got := want
	for _, s := range chain[1:] {
		if _, err := s.Import(t.Context(), bytes.NewReader(got)); err != nil {
			t.Fatal(err)
		}
		got = export(t, s)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("carried were\n%s\nwant\n%s", got, want)
	}
}

// An export that was cut, changed or put together otherwise is refused, and
// leaves nothing.
func TestDamagedExportsAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	e := evidence{rows: map[int64]support.Row{}}
	for _, step := range []func(tx *store.Tx) error{e.parties, e.request} {
		if err := s.Update(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	whole := export(t, s)
	lines := bytes.SplitAfter(whole, []byte("\n"))
	empty := open(t)
	before := export(t, empty)
	refused := func(what string, text []byte, keys ...string) {
		t.Helper()
		_, err := empty.Import(t.Context(), bytes.NewReader(text))
		var r *support.Error
		if !errors.As(err, &r) || len(keys) > 0 && !slices.Contains(keys, r.Key) {
			t.Fatalf("%s: got %v, want a refusal with %v", what, err, keys)
		}
	}
	for n := range lines[1 : len(lines)-1] {
		refused("cut after a line", bytes.Join(lines[:n+1], nil), "export.truncated")
		refused("cut within a line", append(bytes.Join(lines[:n+1], nil), lines[n+1][:len(lines[n+1])/2]...), "export.truncated")
		refused("a line is missing", bytes.Join(slices.Delete(slices.Clone(lines), n+1, n+2), nil), "export.damaged", "export.truncated")
	}
	step := 7
	if testing.Short() {
		step = 149
	}
	for at := 0; at < len(whole); at += step {
		text := slices.Clone(whole)
		text[at] ^= 1 << (at % 7)
		refused(fmt.Sprintf("byte %d was changed", at), text)
	}
	refused("something follows", append(slices.Clone(whole), "{}\n"...), "export.damaged")
	refused("nothing", nil, "export.none")
	refused("something else", []byte("PRAGMA foreign_keys=OFF;\n"), "export.none")
	refused("something else in JSON", []byte("{}\n"), "export.none")
	refused("a line without end", append(bytes.Clone(lines[0]), bytes.Repeat([]byte("x"), 70<<20)...), "export.damaged")
	refused("older", bytes.Replace(whole, []byte(`"schema":`), []byte(`"schema":-`), 1), "export.schema_older")
	refused("newer", bytes.Replace(whole, []byte(`"schema":`), []byte(`"schema":9`), 1), "export.schema_newer")
	refused("newer form", bytes.Replace(whole, []byte(`"madoguchi_export":1`), []byte(`"madoguchi_export":2`), 1), "export.schema_newer")
	if after := export(t, empty); !bytes.Equal(before, after) {
		t.Errorf("something was left:\n%s", after)
	}
	if _, err := empty.Import(t.Context(), bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	refused("not empty", whole, "import.not_empty")
	if after := export(t, empty); !bytes.Equal(whole, after) {
		t.Errorf("the second import changed it:\n%s", after)
	}
}

// Ids of requests that failed updates have used up on one engine are not missed
// on the other, and one that is really gone still is.
func TestGapsAreCarried(t *testing.T) {
	t.Parallel()
	pg := openPostgres(t)
	e := evidence{rows: map[int64]support.Row{}}
	failed := func(tx *store.Tx) error { return errors.Join(e.request(tx), errors.New("no")) }
	for i, step := range []func(tx *store.Tx) error{e.parties, failed, e.request, failed, failed, e.request, failed} {
		if err := pg.Update(t.Context(), step); (err != nil) != (i == 1 || i == 3 || i == 4 || i == 6) {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	first := export(t, pg)
	if _, err := s.Import(t.Context(), bytes.NewReader(first)); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Check(t.Context(), store.CheckOptions{}); err != nil || len(found) > 0 {
		t.Errorf("the copy: %v, %v", found, err)
	}
	if again := export(t, s); !bytes.Equal(first, again) {
		t.Errorf("exported again:\n%s\nwas\n%s", again, first)
	}
	if _, err := raw(t, path).Exec("UPDATE counter SET next = next + 1 WHERE name = 'request'"); err != nil {
		t.Fatal(err)
	}
	found, err := s.Check(t.Context(), store.CheckOptions{})
	if err != nil || len(found) != 1 || !strings.Contains(found[0].What, "numbers are missing") {
		t.Errorf("a request is gone: %v, %v", found, err)
	}
}

// A file is read while a desk has it; what is written meanwhile is not in the
// export, and nothing is written through it.
func TestExportBesideADesk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	s := openAt(t, path)
	if _, err := store.OpenBeside(t.Context(), path+"x"); err == nil {
		t.Error("a file that does not exist was opened")
	}
	beside, err := store.OpenBeside(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	add := func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "Umi", Country: "JP"}) }
	if err := s.Update(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = beside.Export(t.Context(), writes(func(p []byte) (int, error) {
		if err := s.Update(t.Context(), add); err != nil {
			return 0, err
		}
		return b.Write(p)
	}))
	if err != nil || strings.Count(b.String(), `"table":"account"`) != 1 {
		t.Errorf("exported %s, %v", b.String(), err)
	}
	if err := beside.Update(t.Context(), add); err == nil {
		t.Error("it was written to")
	}
}

type writes func(p []byte) (int, error)

func (w writes) Write(p []byte) (int, error) { return w(p) }
