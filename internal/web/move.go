package web

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/sheet"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// importPath is where what another system exported is entered.
const importPath = managePath + "/import"

// Limits of what is entered at once in a browser: the files go round in the form that
// asks whether to keep them, and their rows are one transaction.
const (
	sheetsBytesMax = 600 << 10
	sheetRowsMax   = 2000
	sheetsMax      = 6
	flawsShown     = 200
)

// The fields of the form that brings files again.
const (
	sheetText = "sheet"
	sheetName = "sheet_name"
)

func (s *site) moveRoutes() []route {
	return []route{
		{"GET " + importPath, admins, s.shown(s.importPage)},
		{"POST " + importPath, admins, s.doImport},
	}
}

// importPage asks for files.
func (s *site) importPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("import.title"))
	p.Back = &navItem{Path: managePath + "/accounts", Label: v.T("manage.accounts")}
	p.Lead = v.T("import.lead")
	kinds := []option{{Value: "", Label: v.T("import.by_name")}}
	table := manageList{Title: v.T("import.columns"), Columns: []string{v.T("import.what"), v.T("import.columns")}}
	for _, name := range sheet.Kinds() {
		kind, _ := sheet.KindOf(name)
		kinds = append(kinds, option{Value: name, Label: capital(v.voice.Word("sheet", name))})
		table.Rows = append(table.Rows, manageRow{Cells: []string{capital(v.voice.Word("sheet", name)), strings.Join(kind.Columns(), ", ")}, State: name + ".csv"})
	}
	p.Lists = []manageList{table}
	p.Forms = []manageForm{{Name: "import", Path: importPath, Title: v.T("import.files"), Send: v.T("import.try"), Shown: true, Files: true, Fields: form.kept("import", []field{
		{Name: newFile, Label: v.T("import.files"), Hint: v.T("import.files_hint", "most", strconv.Itoa(sheetsBytesMax), "rows", strconv.Itoa(sheetRowsMax)), Kind: "file"},
		{Name: "kind", Label: v.T("import.what"), Kind: "select", Options: kinds, Optional: v.T("optional")},
		{Name: "encoding", Label: v.T("import.encoding"), Kind: "select", Options: valuesOf(sheet.Encodings), Value: "utf-8"},
		{Name: "separator", Label: v.T("import.separator"), Kind: "select", Options: words(v, "separator", sheet.Separators...), Value: "comma"},
		{Name: "zone", Label: v.T("profile.zone"), Hint: v.T("import.zone_hint"), Kind: "text", Value: v.who.Zone, Short: true},
		{Name: "language", Label: v.T("profile.language"), Hint: v.T("import.language_hint"), Kind: "select", Value: v.Lang, Options: []option{{Value: lang.Japanese, Label: v.voice.LanguageName(lang.Japanese)}, {Value: lang.English, Label: v.voice.LanguageName(lang.English)}}},
	})}}
	return p, nil
}

// valuesOf are options that are called what they are.
func valuesOf(list []string) []option {
	var out []option
	for _, x := range list {
		out = append(out, option{Value: x, Label: x})
	}
	return out
}

// broughtSheet is a file of a form.
type broughtSheet struct {
	name string
	text []byte
}

// sheets reads the form, with its files or with those that it brings again.
func (v *visit) sheets() (out []broughtSheet, err error) {
	left := int64(sheetsBytesMax)
	tooLarge := support.Refuse(support.TooLarge, "sheet.large", "most", strconv.Itoa(sheetsBytesMax))
	tooLarge.Field = newFile
	var wrong error
	err = v.parseWith(func(name string, body io.Reader) error {
		b, err := io.ReadAll(io.LimitReader(body, left+1))
		if err != nil {
			return v.unreadable(err)
		}
		if left -= int64(len(b)); left < 0 || len(out) == sheetsMax {
			wrong = tooLarge
			return nil
		}
		out = append(out, broughtSheet{text.FileName(name), b})
		return nil
	})
	names := v.PostForm[sheetName]
	for i, x := range v.PostForm[sheetText] {
		b, bad := base64.RawURLEncoding.DecodeString(x)
		if bad != nil || i >= len(names) || len(b) == 0 {
			continue // a browser sends an empty one where no file is chosen
		}
		if left -= int64(len(b)); left < 0 || len(out) == sheetsMax {
			wrong = tooLarge
			break
		}
		out = append(out, broughtSheet{text.FileName(names[i]), b})
	}
	if err == nil {
		err = wrong
	}
	return out, err
}

// files are what the sheets hold, in the order in which they are entered.
func (v *visit) files(sheets []broughtSheet) ([]sheet.File, error) {
	if len(sheets) == 0 {
		return nil, support.Wrong(newFile, "sheet.none")
	}
	var out []sheet.File
	for _, x := range sheets {
		name := v.PostForm.Get("kind")
		if name == "" {
			name = strings.TrimSuffix(strings.ToLower(x.name), ".csv")
		}
		kind, ok := sheet.KindOf(name)
		if !ok {
			return nil, support.Wrong("kind", "sheet.kind", "file", x.name)
		}
		out = append(out, sheet.File{Name: x.name, Kind: kind, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(x.text)), nil }})
	}
	sheet.Sort(out)
	return out, nil
}

// doImport says what would become of files, and enters them when it is asked to. That
// it may be asked twice changes nothing: what is there already is left.
func (s *site) doImport(v *visit) error {
	sheets, err := v.sheets()
	f := v.PostForm
	keep := f.Get("do") == "keep"
	if err == nil && keep {
		err = v.proved() // roles are among what is entered
	}
	var files []sheet.File
	if err == nil {
		files, err = v.files(sheets)
	}
	var report *sheet.Report
	if err == nil {
		report, err = sheet.Import{
			Form: sheet.Form{Encoding: f.Get("encoding"), Separator: f.Get("separator")}, DryRun: !keep, KeepGood: f.Get("good") != "",
			Zone: strings.TrimSpace(f.Get("zone")), Language: f.Get("language"), Voice: v.voice, RowsMax: sheetRowsMax,
		}.Into(v.Context(), s.Desk, v.who.Actor, files)
	}
	if err != nil {
		return s.importRefused(v, err)
	}
	p := s.manage(v, v.T("import.title"))
	p.Back = &navItem{Path: importPath, Label: v.T("import.other")}
	p.Notes = []manageNote{v.importNote(report)}
	p.Lists = []manageList{v.entered(report), v.flaws(report)}
	if report.DryRun {
		p.Forms = v.keepForms(report, sheets)
	}
	return v.page(manageView(p.offered(v)))
}

// importRefused shows the form again; files are chosen anew, as browsers want it.
func (s *site) importRefused(v *visit, err error) error {
	var e *support.Error
	if errors.Is(err, auth.ErrAgain) || !errors.As(err, &e) {
		return err
	}
	t, err := v.refused("import", e)
	if err != nil {
		return err
	}
	p, err := s.importPage(v, t)
	if err != nil {
		return err
	}
	p.Trouble, p.Open = t.Trouble, "import"
	v.show(statusOf(e.Code), manageView(p.offered(v)))
	return nil
}

// importNote says in a sentence what has come of it.
func (v *visit) importNote(r *sheet.Report) manageNote {
	switch {
	case r.DryRun && len(r.Errors) > 0:
		return manageNote{"warn", "alert", v.T("import.would_refuse", "n", itoa(len(r.Errors)))}
	case r.DryRun:
		return manageNote{"", "info", v.T("import.would")}
	case !r.Kept:
		return manageNote{"bad", "alert", v.T("import.not_kept", "n", itoa(len(r.Errors)))}
	}
	return manageNote{"good", "done", v.T("import.kept")}
}

// entered is what became of the rows of each file.
func (v *visit) entered(r *sheet.Report) manageList {
	out := manageList{Title: v.T("import.result"), Columns: []string{v.T("import.file"), v.T("import.entered"), v.T("import.changed"), v.T("import.unchanged"), v.T("import.refused")}}
	for _, f := range r.Files {
		row := manageRow{Cells: []string{f.File, itoa(f.Entered), itoa(f.Changed), itoa(f.Unchanged), itoa(f.Refused)}, State: capital(v.voice.Word("sheet", f.Kind))}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// flaws are the rows that were refused, each with its file and line.
func (v *visit) flaws(r *sheet.Report) manageList {
	out := manageList{Title: v.T("import.flaws"), None: v.T("import.no_flaws"), Columns: []string{v.T("import.file"), v.T("import.line"), v.T("import.column"), v.T("import.value"), v.T("import.why")}}
	if len(r.Errors) > flawsShown {
		out.Title = v.T("import.flaws_first", "n", itoa(flawsShown), "all", itoa(len(r.Errors)))
	}
	for _, e := range r.Errors[:min(len(r.Errors), flawsShown)] {
		out.Rows = append(out.Rows, manageRow{Cells: []string{e.File, itoa(e.Line), e.Column, e.Value, e.Message}})
	}
	return out
}

// keepForms offer to enter what was tried, with all that was sent.
func (v *visit) keepForms(r *sheet.Report, sheets []broughtSheet) []manageForm {
	would := 0
	for _, f := range r.Files {
		would += f.Entered + f.Changed
	}
	if would == 0 {
		return nil
	}
	form := manageForm{Name: "keep", Path: importPath, Title: v.T("import.keep"), Hint: v.T("import.keep_hint", "n", itoa(would)), Send: v.T("import.keep"), Shown: true, Hidden: []pair{{"do", "keep"}}}
	if len(r.Errors) > 0 {
		form.Title, form.Send, form.Hint = v.T("import.keep_good"), v.T("import.keep_good"), v.T("import.keep_good_hint", "n", itoa(would))
		form.Hidden = append(form.Hidden, pair{"good", "yes"})
	}
	for _, name := range []string{"kind", "encoding", "separator", "zone", "language"} {
		form.Hidden = append(form.Hidden, pair{name, v.PostForm.Get(name)})
	}
	for _, x := range sheets {
		form.Hidden = append(form.Hidden, pair{sheetName, x.name}, pair{sheetText, base64.RawURLEncoding.EncodeToString(x.text)})
	}
	return []manageForm{form}
}

// entersSheets tells whether a call brings what is entered at once, which takes its
// time.
func entersSheets(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == importPath
}
