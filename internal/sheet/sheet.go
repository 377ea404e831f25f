// Package sheet enters what another system exported as CSV files: customers, their
// contracts and what belongs to them, through the desk's own doors.
//
// It refuses to know where files come from and who asks: the command line and the
// pages of management bring both.
//
// Data layout: a kind of file is a list of columns and a function that enters one
// row; a report tells what became of the rows, file by file.
package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// File is one to be entered. Open is called once for each try of the transaction.
type File struct {
	Name string
	Kind Kind
	Open func() (io.ReadCloser, error)
}

// Import is how files are entered.
type Import struct {
	Form
	// DryRun says what would happen and keeps nothing; KeepGood keeps the rows that
	// can be entered although others cannot.
	DryRun, KeepGood bool
	// Zone is that of dates, and of new contacts whose rows name none; Language that
	// of such contacts.
	Zone, Language string
	// Voice says what is wrong with rows.
	Voice lang.Voice
	// RowsMax is how many rows there may be in all, 0 for any number: they are one
	// transaction, for which others wait.
	RowsMax int
}

// Entered is what became of the rows of one file.
type Entered struct {
	File      string `json:"file"`
	Kind      string `json:"kind"`
	Entered   int    `json:"entered"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
	Refused   int    `json:"refused"`
}

// Wrong is what is wrong with one row, and what to do about it. Line counts from 1,
// the header.
type Wrong struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// Report is what an import says of itself.
type Report struct {
	DryRun bool       `json:"dry_run"`
	Kept   bool       `json:"kept"`
	Files  []*Entered `json:"files"`
	Errors []Wrong    `json:"errors"`

	rows int
}

// Sort puts files into the order in which their kinds build upon each other.
func Sort(files []File) {
	order := func(f File) int { return slices.IndexFunc(kinds, func(k Kind) bool { return k.name == f.Kind.name }) }
	slices.SortStableFunc(files, func(a, b File) int { return order(a) - order(b) })
}

// errNotKept takes back what was entered.
var errNotKept = errors.New("nothing is kept")

// Into enters files in the order in which they stand: all rows, or none of them
// when any is refused. Refused rows are told in the report; the error is of reading,
// of the database or of the form.
func (im Import) Into(ctx context.Context, d *desk.Desk, by support.Actor, files []File) (*Report, error) {
	if err := im.Check(); err != nil {
		return nil, err
	}
	zone, err := calendar.Location(im.Zone)
	if err != nil {
		return nil, support.Wrong("zone", "zone.unknown", "zone", im.Zone)
	}
	report := &Report{}
	err = d.MoveIn(ctx, by, func(m *desk.Moving) error {
		m.Language, m.Zone = im.Language, im.Zone
		*report = Report{DryRun: im.DryRun, Errors: []Wrong{}} // it may be the second time
		for _, f := range files {
			told := &Entered{File: f.Name, Kind: f.Kind.name}
			report.Files = append(report.Files, told)
			run := &run{ctx: ctx, Import: im, m: m, zone: zone, file: f, told: told, report: report, seen: map[string]int{}}
			if err := run.enter(); err != nil {
				return err
			}
		}
		if im.DryRun || len(report.Errors) > 0 && !im.KeepGood {
			return errNotKept
		}
		return nil
	})
	report.Kept = err == nil
	if errors.Is(err, errNotKept) {
		err = nil
	}
	return report, err
}

// run is the entering of one file.
type run struct {
	Import
	ctx    context.Context
	m      *desk.Moving
	zone   *time.Location
	file   File
	told   *Entered
	report *Report
	seen   map[string]int // lines of rows, by what they are about
}

// enter goes through the file row by row.
func (r *run) enter() error {
	f, err := r.file.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	s, wrong, err := open(f, r.Form, r.file.Kind)
	if err != nil {
		return fmt.Errorf("read %s: %w", r.file.Name, err)
	}
	if len(wrong) > 0 {
		r.refuse(wrong...)
		return nil
	}
	for {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		row, bad, err := s.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", r.file.Name, err)
		case bad != nil: // where the next row begins is not known
			r.told.Refused++
			r.refuse(bad)
			return nil
		case row.blank():
			continue
		}
		if r.report.rows++; r.RowsMax > 0 && r.report.rows > r.RowsMax {
			return support.Refuse(support.TooLarge, "sheet.rows", "most", strconv.Itoa(r.RowsMax))
		}
		if wrong := row.check(); len(wrong) > 0 {
			r.told.Refused++
			r.refuse(wrong...)
			continue
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
}

// row enters one row.
func (r *run) row(row record) error {
	kind := r.file.Kind
	same := kind.same(row)
	if before, twice := r.seen[same]; twice {
		r.told.Refused++
		r.refuse(&flaw{line: row.line, err: support.Refuse(support.Conflict, "sheet.twice", "line", fmt.Sprint(before))})
		return nil
	}
	r.seen[same] = row.line
	outcome, err := kind.enter(r.m, row, r.zone)
	var refused *support.Error
	switch {
	case errors.As(err, &refused) && refused.Code != support.Busy:
		column := refused.Field
		if name, ok := kind.fields[column]; ok {
			column = name
		}
		value := row.text(column)
		if !slices.Contains(kind.Columns(), column) {
			column = ""
		}
		r.told.Refused++
		r.refuse(flawAt(row.line, column, value, refused))
		return nil
	case err != nil:
		return fmt.Errorf("%s, line %d: %w", r.file.Name, row.line, err)
	}
	switch outcome {
	case desk.Entered:
		r.told.Entered++
	case desk.Changed:
		r.told.Changed++
	case desk.Unchanged:
		r.told.Unchanged++
	}
	return nil
}

// refuse puts what is wrong into the report, in the reader's words.
func (r *run) refuse(list ...*flaw) {
	for _, e := range list {
		value := e.value
		if runes := []rune(value); len(runes) > 80 {
			value = string(runes[:80]) + "…"
		}
		r.report.Errors = append(r.report.Errors, Wrong{
			File: r.file.Name, Line: e.line, Column: e.err.Field, Value: strings.ToValidUTF8(value, "\ufffd"),
			Code: string(e.err.Code), Key: e.err.Key, Message: r.Voice.Error(e.err),
		})
	}
}
