package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"

	"madoguchi/internal/support"
)

// exportFormat is the number of the format that this program writes and reads.
const exportFormat = 1

// exportLineMax is how long a line of an export may be, in bytes: the longest
// row, of a mail as it was sent, is far below it.
const exportLineMax = 64 << 20

// exportHead is the first line of an export. Nothing in it says when, where or
// from which engine: the same rows give the same bytes.
type exportHead struct {
	Format int `json:"madoguchi_export"`
	Schema int `json:"schema"`
	// NextRequest is the id that the next request will have, MissingRequests how
	// many before it no request has.
	NextRequest     int64         `json:"next_request"`
	MissingRequests int64         `json:"missing_requests"`
	Tables          []exportTable `json:"tables"`
}

// exportTable is a table whose rows follow, in the order of the head.
type exportTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
}

// exportLine is a row of a table, by the names of its columns.
type exportLine struct {
	Table string         `json:"table"`
	Row   map[string]any `json:"row"`
}

// Carried says what an export or an import has carried.
type Carried struct {
	Tables int
	Rows   int64
	SHA256 string // of everything but the last line
}

// lastLine ends an export: by it all bytes before are known to be there and to
// be right.
func (c Carried) lastLine() string {
	return fmt.Sprintf("{\"end\":{\"tables\":%d,\"rows\":%d,\"sha256\":%q}}\n", c.Tables, c.Rows, c.SHA256)
}

// Export writes everything that the database holds, as it is at one instant, as
// lines of JSON: a head, the rows of each table in the order of its key, and a
// last line by which a damaged file is known. Writers are not held up, and no
// more than a row is held in memory.
func (s *Store) Export(ctx context.Context, w io.Writer) (Carried, error) {
	if err := s.usable(); err != nil {
		return Carried{}, err
	}
	d := s.e.dialect()
	steps, err := s.steps(d)
	if err != nil {
		return Carried{}, err
	}
	// One step newer may be used, but what it has added is not known here.
	last, err := s.Version(ctx)
	if err != nil {
		return Carried{}, err
	}
	if last != len(steps) {
		return Carried{}, support.Refuse(support.Conflict, "export.schema_newer", "file", strconv.Itoa(last), "program", strconv.Itoa(len(steps)))
	}
	x := &exporter{out: bufio.NewWriterSize(w, 64<<10), sum: sha256.New(), d: d}
	x.json = json.NewEncoder(&x.line)
	x.json.SetEscapeHTML(false)
	if err = s.e.number(ctx); err == nil {
		err = s.e.snapshot(ctx, func(q rows) error {
			x.q = q
			return x.run(len(steps))
		})
	}
	if err == nil {
		err = x.out.Flush()
	}
	if err != nil {
		return Carried{}, fmt.Errorf("export: %w", err)
	}
	return x.done, nil
}

// exporter writes one export.
type exporter struct {
	q    rows
	d    dialect
	out  *bufio.Writer
	sum  hash.Hash
	line bytes.Buffer
	json *json.Encoder // into line
	done Carried
}

func (x *exporter) run(schema int) error {
	tables, err := x.q.tables(x.d)
	if err != nil {
		return err
	}
	head := exportHead{Format: exportFormat, Schema: schema}
	var requests int64
	if err := x.q.one([]any{&head.NextRequest}, x.d.nextRequest); err != nil {
		return err
	}
	if err := x.q.one([]any{&requests}, "SELECT COUNT(*) FROM request"); err != nil {
		return err
	}
	if head.MissingRequests, err = x.q.missing(x.d, head.NextRequest, requests); err != nil {
		return err
	}
	for _, t := range tables {
		row := exportTable{Name: t.name, Columns: t.columnNames()}
		if err := x.q.one([]any{&row.Rows}, "SELECT COUNT(*) FROM "+quoted(t.name)+" WHERE "+t.rowsOf()); err != nil {
			return err
		}
		head.Tables = append(head.Tables, row)
	}
	if err := x.write(head); err != nil {
		return err
	}
	for _, t := range tables {
		if err := x.table(t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	x.done.Tables, x.done.SHA256 = len(tables), hex.EncodeToString(x.sum.Sum(nil))
	_, err = x.out.WriteString(x.done.lastLine())
	return err
}

// missing is how many ids before the next no request has by right: those that
// updates which failed have used up.
func (q rows) missing(d dialect, next, requests int64) (int64, error) {
	if d.gaps {
		return next - support.FirstID - requests, nil
	}
	var n int64
	err := q.one([]any{&n}, "SELECT COALESCE(SUM(next), 0) FROM counter WHERE name = '"+missingRequests+"'")
	return n, err
}

// table writes a line for each row.
func (x *exporter) table(t table) error {
	cells := make([]cell, len(t.columns))
	into := make([]any, len(t.columns))
	for i, c := range t.columns {
		cells[i].kind = c.kind
	}
	return x.q.all(func(r scanner) error {
		for i := range cells {
			into[i] = cells[i].into()
		}
		if err := r.Scan(into...); err != nil {
			return err
		}
		x.done.Rows++
		return x.row(t, cells)
	}, t.list(x.d))
}

func (x *exporter) row(t table, cells []cell) error {
	x.line.Reset()
	x.line.WriteString(`{"table":` + quoted(t.name) + `,"row":{`)
	for i, c := range t.columns {
		if i > 0 {
			x.line.WriteByte(',')
		}
		x.line.WriteString(quoted(c.name) + ":")
		v, err := cells[i].shown()
		if err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		if err := x.json.Encode(v); err != nil {
			return err
		}
		x.line.Truncate(x.line.Len() - 1) // the line's end is not here
	}
	x.line.WriteString("}}\n")
	return x.flush()
}

func (x *exporter) write(v any) error {
	x.line.Reset()
	if err := x.json.Encode(v); err != nil {
		return err
	}
	return x.flush()
}

func (x *exporter) flush() error {
	if x.line.Len() > exportLineMax {
		return fmt.Errorf("a row of %d bytes is longer than an import would take", x.line.Len())
	}
	x.sum.Write(x.line.Bytes())
	_, err := x.out.Write(x.line.Bytes())
	return err
}
