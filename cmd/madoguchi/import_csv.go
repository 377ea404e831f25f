package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// importCSVCmd enters what another system exported, through the desk's own
// doors: all of it, or nothing.
type importCSVCmd struct {
	place
	reader
	sheetForm
	What string `arg:"" help:"What the rows are: products, accounts, contacts, contracts, roles or registrations; or a folder with files of these names, such as accounts.csv, which are entered in that order."`
	File string `arg:"" optional:"" help:"The CSV file, when the first argument says what its rows are."`

	DryRun   bool   `help:"Say what would happen, and keep nothing."`
	KeepGood bool   `help:"Keep the rows that can be entered although others cannot."`
	Zone     string `help:"Time zone of dates, and of new contacts whose rows name none." default:"UTC" placeholder:"ZONE"`
	Contacts string `name:"contact-language" help:"Language of new contacts whose rows name none." default:"en" placeholder:"LANG"`
	Pack     string `help:"Policy pack of a new desk: the id of a shipped one, or a folder. A desk that has one keeps it." default:"classic-2010" env:"MADOGUCHI_PACK"`
}

// movedFile is what became of the rows of one file.
type movedFile struct {
	File      string `json:"file"`
	Kind      string `json:"kind"`
	Entered   int    `json:"entered"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
	Refused   int    `json:"refused"`

	kind sheetKind
}

// movedError is what is wrong with one row, and what to do about it.
type movedError struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// moved is what an import says of itself.
type moved struct {
	DryRun bool         `json:"dry_run"`
	Kept   bool         `json:"kept"`
	Files  []*movedFile `json:"files"`
	Errors []movedError `json:"errors"`
}

// errNotKept takes back what was entered.
var errNotKept = errors.New("nothing is kept")

// Run enters the rows, says what became of them, and ends with a refusal when
// any was refused.
func (c *importCSVCmd) Run(ctx context.Context, stdout io.Writer) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	zone, err := calendar.Location(c.Zone)
	if err != nil {
		return mistake{fmt.Sprintf(word(c.language(), "csv.zone"), c.Zone)}
	}
	if err := c.known(); err != nil {
		return err
	}
	h, err := openOwn(ctx, c.place, c.Pack)
	if err != nil {
		return err
	}
	report := &moved{DryRun: c.DryRun}
	err = h.desk.MoveIn(ctx, support.Actor{Kind: support.System}, func(m *desk.Moving) error {
		m.Language, m.Zone = c.Contacts, c.Zone
		*report = moved{DryRun: c.DryRun, Errors: []movedError{}} // it may be the second time
		for _, f := range files {
			f := f
			report.Files = append(report.Files, &f)
			run := &csvRun{ctx: ctx, cmd: c, m: m, zone: zone, file: &f, report: report, voice: lang.Voice{Lang: c.language(), Pack: h.desk.Pack()}, seen: map[string]int{}}
			if err := run.enter(); err != nil {
				return err
			}
		}
		if c.DryRun || len(report.Errors) > 0 && !c.KeepGood {
			return errNotKept
		}
		return nil
	})
	report.Kept = err == nil
	if errors.Is(err, errNotKept) {
		err = nil
	}
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	return c.say(stdout, report)
}

// files are those that the arguments name, in the order of their kinds.
func (c *importCSVCmd) files() ([]movedFile, error) {
	l := c.language()
	if kind, ok := kindNamed(c.What); ok && c.File != "" {
		if info, err := os.Stat(c.File); err != nil || info.IsDir() {
			return nil, mistake{fmt.Sprintf(word(l, "csv.no_file"), c.File)}
		}
		return []movedFile{{File: c.File, Kind: kind.name, kind: kind}}, nil
	} else if ok {
		return nil, mistake{fmt.Sprintf(word(l, "csv.file_needed"), c.What, c.What)}
	}
	entries, err := os.ReadDir(c.What)
	if err != nil || c.File != "" {
		return nil, mistake{fmt.Sprintf(word(l, "csv.what"), c.What)}
	}
	var out []movedFile
	for _, e := range entries {
		name, ok := strings.CutSuffix(strings.ToLower(e.Name()), ".csv")
		if !ok || e.IsDir() {
			continue
		}
		kind, ok := kindNamed(name)
		if !ok {
			return nil, mistake{fmt.Sprintf(word(l, "csv.stranger"), filepath.Join(c.What, e.Name()))}
		}
		out = append(out, movedFile{File: filepath.Join(c.What, e.Name()), Kind: name, kind: kind})
	}
	if len(out) == 0 {
		return nil, mistake{fmt.Sprintf(word(l, "csv.none"), c.What)}
	}
	order := func(f movedFile) int {
		return slices.IndexFunc(sheetKinds, func(k sheetKind) bool { return k.name == f.Kind })
	}
	slices.SortFunc(out, func(a, b movedFile) int { return order(a) - order(b) })
	return out, nil
}

// csvRun is the entering of one file.
type csvRun struct {
	ctx    context.Context
	cmd    *importCSVCmd
	m      *desk.Moving
	zone   *time.Location
	file   *movedFile
	report *moved
	voice  lang.Voice
	seen   map[string]int // lines of rows, by what they are about
}

// enter goes through the file row by row. The error is of reading or of the
// database; rows that are refused are told in the report.
func (r *csvRun) enter() error {
	f, err := os.Open(r.file.File)
	if err != nil {
		return err
	}
	defer f.Close()
	s, wrong, err := openSheet(f, r.cmd.sheetForm, r.file.kind)
	if err != nil {
		return fmt.Errorf("read %s: %w", r.file.File, err)
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
			return fmt.Errorf("read %s: %w", r.file.File, err)
		case bad != nil: // where the next row begins is not known
			r.file.Refused++
			r.refuse(bad)
			return nil
		case row.blank():
			continue
		}
		if wrong := row.check(); len(wrong) > 0 {
			r.file.Refused++
			r.refuse(wrong...)
			continue
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
}

// row enters one row.
func (r *csvRun) row(row sheetRow) error {
	same := r.file.kind.same(row)
	if before, twice := r.seen[same]; twice {
		r.file.Refused++
		r.refuse(&sheetError{line: row.line, err: support.Refuse(support.Conflict, "sheet.twice", "line", fmt.Sprint(before))})
		return nil
	}
	r.seen[same] = row.line
	outcome, err := r.file.kind.enter(r.m, row, r.zone)
	var refused *support.Error
	switch {
	case errors.As(err, &refused) && refused.Code != support.Busy:
		column := refused.Field
		if name, ok := r.file.kind.fields[column]; ok {
			column = name
		}
		value := row.text(column)
		if !slices.Contains(r.file.kind.names(), column) {
			column = ""
		}
		r.file.Refused++
		r.refuse(wrongSheet(row.line, column, value, refused))
		return nil
	case err != nil:
		return fmt.Errorf("%s, line %d: %w", r.file.File, row.line, err)
	}
	switch outcome {
	case desk.Entered:
		r.file.Entered++
	case desk.Changed:
		r.file.Changed++
	case desk.Unchanged:
		r.file.Unchanged++
	}
	return nil
}

// refuse puts what is wrong into the report, in the operator's words.
func (r *csvRun) refuse(list ...*sheetError) {
	for _, e := range list {
		value := e.value
		if runes := []rune(value); len(runes) > 80 {
			value = string(runes[:80]) + "…"
		}
		r.report.Errors = append(r.report.Errors, movedError{
			File: r.file.File, Line: e.line, Column: e.err.Field, Value: strings.ToValidUTF8(value, "\ufffd"),
			Code: string(e.err.Code), Key: e.err.Key, Message: r.voice.Error(e.err),
		})
	}
}

// say prints the report; rows that were refused are a refusal.
func (c *importCSVCmd) say(w io.Writer, report *moved) error {
	l := c.language()
	if c.JSON {
		if err := printJSON(w, report); err != nil {
			return err
		}
	} else {
		for _, e := range report.Errors {
			where := e.Column
			if e.Value != "" {
				where += fmt.Sprintf(" %q", line(e.Value))
			}
			if where != "" {
				where += ": "
			}
			fmt.Fprintf(w, "%s:%d: %s%s\n", e.File, e.Line, where, line(e.Message))
		}
		for _, f := range report.Files {
			fmt.Fprintf(w, word(l, "csv.file")+"\n", f.File, f.Entered, f.Changed, f.Unchanged, f.Refused)
		}
		switch {
		case c.DryRun:
			fmt.Fprintln(w, word(l, "csv.dry"))
		case !report.Kept:
			fmt.Fprintln(w, word(l, "csv.not_kept"))
		}
	}
	if len(report.Errors) > 0 {
		return &told{err: refusal{word(l, "csv.not_kept")}, shown: true}
	}
	return nil
}
