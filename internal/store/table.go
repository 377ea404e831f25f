package store

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is what the database itself says of one of its tables.
type table struct {
	name    string
	columns []column // by name, so that it does not matter how a table came about
	parents []string // tables that its rows name
}

// column is a column of a table, with the kind of its values.
type column struct {
	name string
	kind columnKind
	key  int // place in the primary key from 1; 0: it is no part of it
}

// columnKind is what the values of a column are, whatever an engine calls it.
// SQLite has numbers for truth, so that they are carried as 0 and 1.
type columnKind string

const (
	kindInt   columnKind = "integer"
	kindBool  columnKind = "boolean"
	kindText  columnKind = "text"
	kindBytes columnKind = "bytes"
)

// kinds are the types of both engines.
var kinds = map[string]columnKind{
	"INTEGER": kindInt, "bigint": kindInt, "boolean": kindBool, "TEXT": kindText, "text": kindText, "BLOB": kindBytes, "bytea": kindBytes,
}

// leftOut are the tables that an export does not carry, each with the reason.
// Leases stand in columns beside what they are about and are carried: they are
// of the real clock and have ended when somebody goes on with a copy.
var leftOut = map[string]string{
	"migration": "the steps of the schema: a copy has its own, and the export says which it needs",
	// The words follow from the facts and texts, and are entered anew.
	"search": "words", "search_fill": "words", "search_place": "words", "search_data": "words", "search_idx": "words", "search_docsize": "words", "search_config": "words",
}

// ownCounters are rows of counter that one engine alone keeps: the next request
// stands in the head of an export.
const ownCounters = "name NOT IN ('request', '" + missingRequests + "')"

// missingRequests counts the ids of requests that were never used: where an
// update that fails gives its id back, none is missing, unless the database
// came from one where it does not.
const missingRequests = "request_missing"

// rowsOf narrows a table to the rows that belong to the database and not to its
// engine.
func (t table) rowsOf() string {
	if t.name == "counter" {
		return ownCounters
	}
	return "TRUE"
}

func (t table) columnNames() []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.name
	}
	return out
}

func quoted(name string) string { return `"` + name + `"` }

// tables reads from the database which tables it has, those first whose rows
// others name.
func (q rows) tables(d dialect) ([]table, error) {
	byName := map[string]*table{}
	err := q.all(func(r scanner) error {
		var name, is string
		var c column
		if err := r.Scan(&name, &c.name, &is, &c.key); err != nil || leftOut[name] != "" {
			return err
		}
		kind, known := kinds[is]
		if !known {
			return fmt.Errorf("table %s, column %s: exports do not know the type %s", name, c.name, is)
		}
		c.kind = kind
		if byName[name] == nil {
			byName[name] = &table{name: name}
		}
		byName[name].columns = append(byName[name].columns, c)
		return nil
	}, d.columns)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	err = q.all(func(r scanner) error {
		var name, parent string
		err := r.Scan(&name, &parent)
		if t := byName[name]; t != nil && name != parent {
			t.parents = append(t.parents, parent)
		}
		return err
	}, d.references)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	return inOrder(byName)
}

// inOrder puts parents before those that name them, and else goes by name.
func inOrder(byName map[string]*table) ([]table, error) {
	var out []table
	done := map[string]bool{}
	for len(out) < len(byName) {
		next := ""
		for name, t := range byName {
			ready := !slices.ContainsFunc(t.parents, func(p string) bool { return !done[p] })
			if ready && !done[name] && (next == "" || name < next) {
				next = name
			}
		}
		if next == "" {
			return nil, fmt.Errorf("read schema: tables name each other in a circle: an import could enter none of them first")
		}
		t := *byName[next]
		slices.SortFunc(t.columns, func(a, b column) int { return strings.Compare(a.name, b.name) })
		out = append(out, t)
		done[next] = true
	}
	return out, nil
}

// list reads all rows in the order of the primary key, texts by their bytes,
// whatever the database takes for an order.
func (t table) list(d dialect) string {
	var names, order []string
	key := slices.DeleteFunc(slices.Clone(t.columns), func(c column) bool { return c.key == 0 })
	slices.SortFunc(key, func(a, b column) int { return a.key - b.key })
	if len(key) == 0 {
		key = t.columns
	}
	for _, c := range t.columns {
		names = append(names, quoted(c.name))
	}
	for _, c := range key {
		by := quoted(c.name)
		if c.kind == kindText {
			by += d.bytewise
		}
		order = append(order, by)
	}
	return "SELECT " + strings.Join(names, ", ") + " FROM " + quoted(t.name) + " WHERE " + t.rowsOf() + " ORDER BY " + strings.Join(order, ", ")
}

// insert enters one row.
func (t table) insert() string {
	var names, values []string
	for i, c := range t.columns {
		names = append(names, quoted(c.name))
		values = append(values, "$"+strconv.Itoa(i+1))
	}
	return "INSERT INTO " + quoted(t.name) + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
}

// cell is a value between a row and JSON.
type cell struct {
	kind   columnKind
	number sql.Null[int64]
	truth  sql.Null[bool]
	text   sql.Null[string]
	bytes  sql.Null[[]byte] // which knows NULL from none, that a driver gives as a nil slice
}

// into is where a row is scanned to.
func (c *cell) into() any {
	switch c.kind {
	case kindInt:
		return &c.number
	case kindBool:
		return &c.truth
	case kindText:
		return &c.text
	}
	return &c.bytes
}

// shown is the value as JSON has it: numbers as they are, all 64 bits of them,
// bytes in base64.
func (c *cell) shown() (any, error) {
	switch {
	case c.kind == kindInt && c.number.Valid:
		return c.number.V, nil
	case c.kind == kindBool && c.truth.Valid && c.truth.V:
		return 1, nil
	case c.kind == kindBool && c.truth.Valid:
		return 0, nil
	case c.kind == kindText && c.text.Valid && !utf8.ValidString(c.text.V):
		return nil, fmt.Errorf("its text is not in UTF-8: run `madoguchi check`")
	case c.kind == kindText && c.text.Valid:
		return c.text.V, nil
	case c.kind == kindBytes && c.bytes.Valid:
		return base64.StdEncoding.EncodeToString(c.bytes.V), nil
	}
	return nil, nil
}

// stored is the value as the database takes it, from JSON.
func (k columnKind) stored(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch k {
	case kindInt, kindBool:
		n, ok := v.(json.Number)
		if !ok {
			break
		}
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if err == nil && k == kindBool {
			return i != 0, nil
		}
		return i, err
	case kindText:
		if s, ok := v.(string); ok {
			return s, nil
		}
	case kindBytes:
		if s, ok := v.(string); ok {
			b, err := base64.StdEncoding.Strict().DecodeString(s)
			if b == nil {
				b = []byte{}
			}
			return b, err
		}
	}
	return nil, fmt.Errorf("%T is no %s", v, k)
}
