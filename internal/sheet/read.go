package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"madoguchi/internal/support"
)

// recordBytesMax is how long one record of a CSV file may be: a quotation mark
// that is never closed must not bring the rest of the file into memory.
const recordBytesMax = 4 << 20

// Form is how a CSV file is written: Encoding is utf-8, or shift_jis or cp932, which
// are read alike; Separator is comma, semicolon or tab.
type Form struct{ Encoding, Separator string }

// Check refuses a form that there is not.
func (f Form) Check() error {
	if !slices.Contains(Encodings, f.Encoding) {
		return support.Wrong("encoding", "sheet.form", "have", f.Encoding, "there", strings.Join(Encodings, ", "))
	}
	if !slices.Contains(Separators, f.Separator) {
		return support.Wrong("separator", "sheet.form", "have", f.Separator, "there", strings.Join(Separators, ", "))
	}
	return nil
}

// What a [Form] may say.
var (
	Encodings  = []string{"utf-8", "shift_jis", "cp932"}
	Separators = []string{"comma", "semicolon", "tab"}
)

// table is a CSV file that is being read: a header with the names of its
// columns, then a row for each thing.
type table struct {
	form    Form
	r       *csv.Reader
	room    *room
	columns []string
	kind    Kind
	last    int // line at which the last row began
}

// room ends the reading of a record that does not end.
type room struct {
	r    io.Reader
	left int
}

var errNoRoom = errors.New("the record is too long")

func (q *room) Read(b []byte) (int, error) {
	if q.left <= 0 {
		return 0, errNoRoom
	}
	n, err := q.r.Read(b[:min(len(b), q.left)])
	q.left -= n
	return n, err
}

// flaw is what is wrong with a row, or with the header, and where.
type flaw struct {
	line  int
	value string
	err   *support.Error
}

func (e *flaw) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

func flawAt(line int, column, value string, err error) *flaw {
	e := &flaw{line: line, value: value}
	if !errors.As(err, &e.err) {
		panic("not a refusal: " + err.Error())
	}
	if e.err.Field != column {
		located := *e.err
		located.Field = column
		e.err = &located
	}
	return e
}

// open reads the header; everything that is wrong with it is told.
func open(from io.Reader, form Form, kind Kind) (*table, []*flaw, error) {
	s := &table{form: form, kind: kind}
	b := bufio.NewReaderSize(from, 256<<10)
	first, err := b.Peek(b.Size())
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	bom := bytes.HasPrefix(first, []byte("\ufeff"))
	wrong := func(key string, args ...string) (*table, []*flaw, error) {
		return nil, []*flaw{{line: 1, err: support.Refuse(support.Invalid, key, args...)}}, nil
	}
	var text io.Reader = b
	switch {
	case bytes.HasPrefix(first, []byte("\xff\xfe")) || bytes.HasPrefix(first, []byte("\xfe\xff")):
		return wrong("sheet.utf16")
	case form.Encoding != "utf-8" && (bom || looksUTF8(first)):
		return wrong("sheet.bom", "encoding", form.Encoding)
	case bom:
		if _, err := b.Discard(3); err != nil {
			return nil, nil, err
		}
	case form.Encoding != "utf-8":
		text = japanese.ShiftJIS.NewDecoder().Reader(b)
	}
	s.room = &room{r: text}
	s.r = csv.NewReader(s.room)
	s.r.Comma = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'}[form.Separator]
	s.r.FieldsPerRecord = -1
	row, bad, err := s.next()
	switch {
	case err == io.EOF:
		return wrong("sheet.empty", "columns", strings.Join(kind.Columns(), ", "))
	case err != nil:
		return nil, nil, err
	case bad != nil:
		return nil, []*flaw{bad}, nil
	}
	return s, s.header(row), nil
}

// looksUTF8 tells whether a text that goes on must be UTF-8: Shift_JIS that
// happens to be valid is not met with, while UTF-8 can be read as Shift_JIS and
// comes out as other characters.
func looksUTF8(text []byte) bool {
	for range utf8.UTFMax - 1 { // its last character may be cut
		if r, size := utf8.DecodeLastRune(text); r == utf8.RuneError && size == 1 {
			text = text[:len(text)-1]
		}
	}
	return utf8.Valid(text) && bytes.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// header takes the names of the columns.
func (s *table) header(row record) []*flaw {
	var out []*flaw
	say := func(column string, err error) {
		out = append(out, flawAt(row.line, column, "", err))
	}
	known := s.kind.Columns()
	for i := range row.cells {
		name := strings.ToLower(row.cell(i))
		switch {
		case len(row.cells) == 1 && strings.ContainsAny(name, ",;\t"):
			say("", support.Refuse(support.Invalid, "sheet.separator"))
			return out
		case !slices.Contains(known, name):
			say(name, support.Wrong(name, "sheet.column_unknown", "column", name, "columns", strings.Join(known, ", ")))
		case slices.Contains(s.columns, name):
			say(name, support.Wrong(name, "sheet.column_twice", "column", name))
		}
		s.columns = append(s.columns, name)
	}
	for _, c := range s.kind.columns {
		if c.needed && !slices.Contains(s.columns, c.name) {
			say(c.name, support.Wrong(c.name, "sheet.column_missing", "column", c.name))
		}
	}
	return out
}

// next reads a record. After a flaw it is not known where the next one
// begins: nothing more can be read.
func (s *table) next() (record, *flaw, error) {
	s.room.left = recordBytesMax
	cells, err := s.r.Read()
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, errNoRoom):
		return record{}, &flaw{line: s.last + 1, err: support.Refuse(support.TooLarge, "sheet.long", "limit", strconv.Itoa(recordBytesMax>>20))}, nil
	case errors.As(err, &syntax):
		return record{}, &flaw{line: syntax.StartLine, err: support.Refuse(support.Invalid, "sheet.quote")}, nil
	case err != nil:
		return record{}, nil, err
	}
	row := record{cells: cells, sheet: s}
	row.line, _ = s.r.FieldPos(0)
	s.last = row.line
	return row, nil, nil
}

// record is a record. Its cells are trimmed as they are read.
type record struct {
	sheet *table
	line  int
	cells []string
}

func (r record) cell(i int) string { return strings.TrimSpace(r.cells[i]) }

// blank rows are what spreadsheets leave behind.
func (r record) blank() bool {
	return !slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// check looks at the row as text, before anybody asks what it says.
func (r record) check() []*flaw {
	var out []*flaw
	if len(r.cells) != len(r.sheet.columns) {
		return []*flaw{{line: r.line, err: support.Refuse(support.Invalid, "sheet.width",
			"have", strconv.Itoa(len(r.cells)), "want", strconv.Itoa(len(r.sheet.columns)))}}
	}
	for i, c := range r.sheet.columns {
		key := ""
		switch cell := r.cells[i]; {
		case !utf8.ValidString(cell), r.sheet.form.Encoding != "utf-8" && strings.ContainsRune(cell, utf8.RuneError):
			key = "sheet.encoding"
		case strings.ContainsRune(cell, 0):
			key = "sheet.nul"
		case r.sheet.kind.needs(c) && strings.TrimSpace(cell) == "":
			key = "sheet.cell_missing"
		}
		if key != "" {
			line, _ := r.sheet.r.FieldPos(i)
			out = append(out, flawAt(line, c, r.cell(i), support.Wrong(c, key, "encoding", r.sheet.form.Encoding, "column", c)))
		}
	}
	return out
}

// text is the cell of a column; "" where there is none.
func (r record) text(column string) string {
	if i := slices.Index(r.sheet.columns, column); i >= 0 {
		return r.cell(i)
	}
	return ""
}

// list are the parts of a cell that holds several.
func (r record) list(column string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(r.text(column), func(c rune) bool { return strings.ContainsRune(",;|", c) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// instant is a cell that holds a date, which begins at midnight of the zone, or
// an instant; zero when it is empty.
func (r record) instant(column string, zone *time.Location) (time.Time, error) {
	text := r.text(column)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-1-2", "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, support.Wrong(column, "sheet.date")
	}
	return t.UTC(), nil
}
