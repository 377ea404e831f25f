package store

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/support"
)

// seeded are the tables in which the steps of the schema leave rows; all others
// are empty in a new database.
var seeded = []string{"brand", "counter"}

// Import fills a new database with what [Store.Export] wrote, all of it or
// nothing. It is refused where there is anything already, where the schema is
// another one, and where the lines are not those that were written. Whether the
// rows fit each other is for [Store.Check] to say, as it was before.
func (s *Store) Import(ctx context.Context, r io.Reader) (Carried, error) {
	if err := s.usable(); err != nil {
		return Carried{}, err
	}
	in := &importer{ctx: ctx, in: bufio.NewReaderSize(r, 64<<10), sum: sha256.New(), d: s.e.dialect()}
	steps, err := s.steps(in.d)
	if err != nil {
		return Carried{}, err
	}
	if err := in.begin(len(steps)); err != nil {
		return Carried{}, err
	}
	begun := false
	err = s.Update(ctx, func(tx *Tx) error {
		if begun {
			return errors.New("somebody else has changed the database meanwhile, nothing was entered")
		}
		begun = true
		return in.run(tx)
	})
	if err != nil {
		return Carried{}, wrap(err, "import")
	}
	return in.done, nil
}

// importer reads one export.
type importer struct {
	ctx  context.Context
	in   *bufio.Reader
	sum  hash.Hash
	d    dialect
	head exportHead
	text []byte // of the line
	line int    // its number
	done Carried
}

// next reads a line, which holds until the one after is read. Then it is hashed:
// the hash in the last one is that of all before it.
func (in *importer) next() ([]byte, error) {
	in.sum.Write(in.text)
	in.text = in.text[:0]
	in.line++
	for {
		part, err := in.in.ReadSlice('\n')
		in.text = append(in.text, part...)
		switch {
		case err == nil:
			return in.text, nil
		case err == bufio.ErrBufferFull && len(in.text) < exportLineMax:
		case err == io.EOF && len(in.text) == 0:
			return nil, io.EOF
		case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, in.truncated()
		default:
			return nil, in.unread(err)
		}
	}
}

func (in *importer) truncated() error {
	return support.Refuse(support.Invalid, "export.truncated", "line", strconv.Itoa(in.line))
}

// unread is why a line cannot be read.
func (in *importer) unread(err error) error {
	var corrupt flate.CorruptInputError
	if err == bufio.ErrBufferFull || errors.As(err, &corrupt) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return in.damaged()
	}
	return err
}

func (in *importer) damaged() error {
	return support.Refuse(support.Invalid, "export.damaged", "line", strconv.Itoa(in.line))
}

// decodeLine reads a line exactly: a number is not rounded, a name that nobody
// knows is not passed over.
func decodeLine(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// begin reads the head and refuses what this program cannot read.
func (in *importer) begin(schema int) error {
	text, err := in.next()
	var e *support.Error
	if err == io.EOF || errors.As(err, &e) || err == nil && (decodeLine(text, &in.head) != nil || in.head.Format < 1) {
		return support.Refuse(support.Invalid, "export.none")
	}
	if err != nil {
		return err
	}
	file, program := strconv.Itoa(in.head.Schema), strconv.Itoa(schema)
	switch {
	case in.head.Format > exportFormat || in.head.Schema > schema:
		return support.Refuse(support.Conflict, "export.schema_newer", "file", file, "program", program)
	case in.head.Schema < schema:
		return support.Refuse(support.Conflict, "export.schema_older", "file", file, "program", program)
	}
	return nil
}

// run enters everything, or gives the reason for which nothing is entered.
func (in *importer) run(tx *Tx) error {
	tables, err := tx.tables(in.d)
	if err != nil {
		return err
	}
	if err := in.alone(tx, tables); err != nil {
		return err
	}
	if len(tables) != len(in.head.Tables) {
		return in.damaged()
	}
	for i, t := range tables {
		said := in.head.Tables[i]
		if said.Name != t.name || !slices.Equal(said.Columns, t.columnNames()) {
			return in.damaged()
		}
		if err := in.table(tx, t, said.Rows); err != nil {
			return err
		}
	}
	if err := in.end(len(tables)); err != nil {
		return err
	}
	if err := in.d.resume(tx, in.head.NextRequest, in.head.MissingRequests); err != nil {
		return err
	}
	var filled int // an older schema has no words
	if err := tx.one([]any{&filled}, in.d.hasTable, "search_fill"); err != nil || filled == 0 {
		return err
	}
	return tx.refill()
}

// alone makes sure that nobody else writes and nobody has written, and takes out
// what the steps of the schema have left.
func (in *importer) alone(tx *Tx, tables []table) error {
	var names []string
	for _, t := range tables {
		names = append(names, quoted(t.name))
	}
	if in.d.exclusive != "" {
		if err := tx.script(fmt.Sprintf(in.d.exclusive, strings.Join(names, ", "))); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if slices.Contains(seeded, t.name) {
			continue
		}
		var filled bool
		if err := tx.one([]any{&filled}, "SELECT EXISTS (SELECT 1 FROM "+quoted(t.name)+")"); err != nil {
			return err
		}
		if filled {
			return support.Refuse(support.Conflict, "import.not_empty", "table", t.name)
		}
	}
	for _, t := range tables {
		if slices.Contains(seeded, t.name) {
			if _, err := tx.exec("DELETE FROM " + quoted(t.name) + " WHERE " + t.rowsOf()); err != nil {
				return err
			}
		}
	}
	return nil
}

// table enters the rows of one table.
func (in *importer) table(tx *Tx, t table, n int64) error {
	insert := t.insert()
	values := make([]any, len(t.columns))
	for range n {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		text, err := in.next()
		if err == io.EOF {
			return in.truncated()
		}
		if err != nil {
			return err
		}
		var l exportLine
		if err := decodeLine(text, &l); err != nil || l.Table != t.name || len(l.Row) != len(t.columns) {
			return in.damaged()
		}
		for i, c := range t.columns {
			v, there := l.Row[c.name]
			if values[i], err = c.kind.stored(v); err != nil || !there {
				return in.damaged()
			}
		}
		_, err = tx.exec(insert, values...)
		switch classOf(err) {
		case classUnique, classMissing, classCheck:
			return errors.Join(in.damaged(), err)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", in.line, err)
		}
		in.done.Rows++
	}
	return nil
}

// end reads the last line, which says whether the others are those that were
// written, and has to be the last.
func (in *importer) end(tables int) error {
	in.done.Tables = tables
	text, err := in.next()
	if err == io.EOF {
		return in.truncated()
	}
	if err != nil {
		return err
	}
	in.done.SHA256 = hex.EncodeToString(in.sum.Sum(nil))
	if string(text) != in.done.lastLine() {
		return in.damaged()
	}
	if _, err := in.next(); err != io.EOF {
		return in.damaged()
	}
	return nil
}
