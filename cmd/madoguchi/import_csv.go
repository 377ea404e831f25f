package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/sheet"
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

// sheetForm is [sheet.Form] on the command line.
type sheetForm struct {
	Encoding  string `help:"How files are encoded: utf-8, or shift_jis or cp932, which are read alike." enum:"utf-8,shift_jis,cp932" default:"utf-8" placeholder:"NAME"`
	Separator string `help:"What stands between cells: comma, semicolon or tab." enum:"comma,semicolon,tab" default:"comma" placeholder:"NAME"`
}

// Run enters the rows, says what became of them, and ends with a refusal when
// any was refused.
func (c *importCSVCmd) Run(ctx context.Context, stdout io.Writer) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	if _, err := calendar.Location(c.Zone); err != nil {
		return mistake{fmt.Sprintf(word(c.language(), "csv.zone"), c.Zone)}
	}
	if err := c.known(); err != nil {
		return err
	}
	h, err := openOwn(ctx, c.place, c.Pack)
	if err != nil {
		return err
	}
	report, err := sheet.Import{
		Form: sheet.Form(c.sheetForm), DryRun: c.DryRun, KeepGood: c.KeepGood, Zone: c.Zone, Language: c.Contacts,
		Voice: lang.Voice{Lang: c.language(), Pack: h.desk.Pack()},
	}.Into(ctx, h.desk, support.Actor{Kind: support.System}, files)
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	return c.say(stdout, report)
}

// files are those that the arguments name, in the order of their kinds.
func (c *importCSVCmd) files() ([]sheet.File, error) {
	l := c.language()
	if kind, ok := sheet.KindOf(c.What); ok && c.File != "" {
		if info, err := os.Stat(c.File); err != nil || info.IsDir() {
			return nil, mistake{fmt.Sprintf(word(l, "csv.no_file"), c.File)}
		}
		return []sheet.File{{Name: c.File, Kind: kind, Open: opener(c.File)}}, nil
	} else if ok {
		return nil, mistake{fmt.Sprintf(word(l, "csv.file_needed"), c.What, c.What)}
	}
	entries, err := os.ReadDir(c.What)
	if err != nil || c.File != "" {
		return nil, mistake{fmt.Sprintf(word(l, "csv.what"), c.What)}
	}
	var out []sheet.File
	for _, e := range entries {
		name, ok := strings.CutSuffix(strings.ToLower(e.Name()), ".csv")
		if !ok || e.IsDir() {
			continue
		}
		kind, ok := sheet.KindOf(name)
		if !ok {
			return nil, mistake{fmt.Sprintf(word(l, "csv.stranger"), filepath.Join(c.What, e.Name()))}
		}
		path := filepath.Join(c.What, e.Name())
		out = append(out, sheet.File{Name: path, Kind: kind, Open: opener(path)})
	}
	if len(out) == 0 {
		return nil, mistake{fmt.Sprintf(word(l, "csv.none"), c.What)}
	}
	sheet.Sort(out)
	return out, nil
}

// opener opens a file once it is its turn.
func opener(path string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}

// say prints the report; rows that were refused are a refusal.
func (c *importCSVCmd) say(w io.Writer, report *sheet.Report) error {
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
