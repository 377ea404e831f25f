package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// reportsPath is where requests are summed up.
const reportsPath = "/reports"

const (
	usualReport  = 90 * 24 * time.Hour // the period of a report that names none
	reportWithin = 110 * time.Second   // how long a page may read that folds every request
	reportRows   = 500                 // at most so many rows of a table are shown; the file has all
	accountsOf   = 200                 // so many accounts may be chosen from
	barsShown    = 12                  // of a chart that has a bar for each account or request
)

// reportPage is a report with its charts, its table, and the form that narrows it.
type reportPage struct {
	frame
	Title, Says, Period string
	Tabs, Spans         []navItem
	Trouble             *trouble
	Path                string
	Fields              []field
	Chips               []chip
	Charts              []chart
	Columns             []reportColumn
	Rows                [][]reportCell
	More                string // there are more rows than are shown
	CSV                 string
	Made                bool // nothing was refused
}

type reportColumn struct {
	Text   string
	Number bool
}

type reportCell struct {
	Text, Link string
	Number     bool
}

// reportAsked is a report as an address asks for it.
type reportAsked struct {
	id     string
	window support.Window
	filter store.Filter
	values url.Values // what is understood of the address
}

func (s *site) reportRoutes() []route {
	return []route{
		{"GET " + reportsPath, signedIn, func(v *visit) error { return v.goTo(reportsPath+"/"+lang.ReportIDs()[0], "") }},
		{"GET " + reportsPath + "/{report}", signedIn, s.report},
		{"GET " + reportsPath + "/{report}/csv", signedIn, s.reportCSV},
	}
}

// askedFor reads an address. A value that cannot be is refused with its field.
func (s *site) askedFor(v *visit) (reportAsked, error) {
	q := v.URL.Query()
	a := reportAsked{id: v.PathValue("report"), values: url.Values{}}
	if !slices.Contains(lang.ReportIDs(), a.id) {
		return a, nowhere(v)
	}
	a.window = support.Window{Zone: cmp.Or(v.voice.Zone, "UTC"), At: s.Desk.Now()}
	for _, name := range []string{"from", "to", "account", "product", "team"} {
		if x := strings.TrimSpace(q.Get(name)); x != "" {
			a.values.Set(name, x)
		}
	}
	var wrong error
	f := filled{a.values, a.window.Zone, &wrong}
	a.window.From, a.window.To = f.day("from", false), f.day("to", true)
	if wrong != nil {
		return a, wrong
	}
	if a.window.To.IsZero() {
		a.window.To = a.window.At.Add(support.Micro) // the present instant counts
	}
	if a.window.From.IsZero() {
		a.window.From = a.window.To.Add(-usualReport)
	}
	if err := a.window.Check(); err != nil {
		return a, err
	}
	return a, s.narrowReport(v, &a)
}

// narrowReport reads of whom and of what a report is asked for.
func (s *site) narrowReport(v *visit, a *reportAsked) error {
	if x := a.values.Get("account"); x != "" {
		id, ok := support.ParseOpaque("acc", x)
		if !ok {
			return support.Wrong("account", "api.account_form")
		}
		if v.staff() {
			if _, err := s.Store.Account(v.Context(), v.viewer(), id); support.CodeOf(err) == support.NotFound {
				return support.Wrong("account", "account.not_found")
			} else if err != nil {
				return err
			}
		}
		a.filter.Account = id
	}
	if x := a.values.Get("product"); x != "" {
		if _, ok := s.Desk.Pack().Products[x]; !ok {
			return support.Wrong("product", "page.report.product_unknown")
		}
		a.filter.Product = x
	}
	if x := a.values.Get("team"); x != "" && !s.ofTeam(&a.filter, x) {
		return support.Wrong("team", "report.team_unknown", "team", x)
	}
	return nil
}

// count folds what is asked for and names what the table names.
func (s *site) count(v *visit, a reportAsked) (*support.Report, lang.Table, store.Named, error) {
	p := support.NewReport(a.window)
	if err := s.Store.EachWorkedOn(v.Context(), v.viewer(), a.window, a.filter, p.Add); err != nil {
		return p, lang.Table{}, store.Named{}, err
	}
	ids := store.Naming{Accounts: slices.Collect(maps.Keys(p.Accounts))}
	if a.filter.Account != 0 {
		ids.Accounts = append(ids.Accounts, a.filter.Account)
	}
	for _, x := range p.Longest {
		ids.Texts = append(ids.Texts, x.Title.ID)
	}
	named, err := s.Store.Names(v.Context(), ids)
	table := v.voice.ReportTable(a.id, p, lang.ReportNames{
		Account: func(id int64) (string, string) { return support.Opaque("acc", id), named.Accounts[id].Name },
		Title:   func(t support.Text) string { return named.Texts[t.ID] },
		Staff:   v.staff(),
	})
	return p, table, named, err
}

func (s *site) report(v *visit) error {
	a, err := s.askedFor(v)
	p := reportPage{frame: v.frame, Title: v.T("report." + a.id), Says: v.voice.Word("report", a.id), Path: reportsPath + "/" + a.id}
	var refused *support.Error
	if errors.As(err, &refused) && refused.Code == support.Invalid {
		form, err := v.trouble(err)
		if err != nil {
			return err
		}
		p.Trouble = form
		s.reportForm(v, &p, a, nil, store.Named{})
		v.show(http.StatusUnprocessableEntity, reportView(p))
		return nil
	}
	if err != nil {
		return err
	}
	counted, table, named, err := s.count(v, a)
	if err != nil {
		return err
	}
	p.Made = true
	p.Period = v.T("report.period", "from", v.voice.Date(a.window.From), "to", v.voice.Date(a.window.To), "at", v.voice.Date(a.window.At))
	p.CSV = a.path("/csv")
	s.reportForm(v, &p, a, counted, named)
	s.reportTable(v, &p, a, table)
	if len(p.Rows) > 0 {
		p.Charts = chartsOf(v, a.id, counted, named)
	}
	return v.page(reportView(p))
}

// reportCSV is the table for spreadsheets, with the mark by which they know UTF-8.
func (s *site) reportCSV(v *visit) error {
	a, err := s.askedFor(v)
	if err != nil {
		return err
	}
	_, table, _, err := s.count(v, a)
	if err != nil {
		return err
	}
	name := "madoguchi-" + a.id + "-" + a.window.From.UTC().Format("20060102") + "-" + a.window.To.UTC().Format("20060102") + ".csv"
	v.head("text/csv; charset=utf-8; header=present")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	write(v.w, v.Request, http.StatusOK, table.CSV(true))
	return nil
}

// path is the address of the report, with something behind it.
func (a reportAsked) path(more string) string { return a.with(a.id+more, "", "") }

// with is the address of a report with one value changed; "" takes it out.
func (a reportAsked) with(report, name, value string) string {
	q := maps.Clone(a.values)
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return reportsPath + "/" + report
	}
	return reportsPath + "/" + report + "?" + q.Encode()
}

// reportForm are the reports that there are, usual periods, and what narrows them.
func (s *site) reportForm(v *visit, p *reportPage, a reportAsked, counted *support.Report, named store.Named) {
	for _, id := range lang.ReportIDs() {
		p.Tabs = append(p.Tabs, navItem{Path: a.with(id, "", ""), Label: v.T("report." + id), Here: id == a.id})
	}
	p.Spans = spansOf(v, a)
	optional := v.T("optional")
	any := option{Label: v.T("filter.any")}
	var products, teams, accounts []option
	for _, id := range slices.Sorted(maps.Keys(s.Desk.Pack().Products)) {
		products = append(products, option{Value: id, Label: v.voice.Named("product", id)})
	}
	for _, t := range s.Desk.Pack().Work.Teams {
		if _, of, _ := s.Desk.Pack().WorkOf(t.ID); of == nil || len(of) > 0 {
			teams = append(teams, option{Value: t.ID, Label: t.Text.In(v.Lang)})
		}
	}
	for id, x := range named.Accounts {
		accounts = append(accounts, option{Value: support.Opaque("acc", id), Label: x.Name})
	}
	byLabel := func(a, b option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) }
	slices.SortFunc(products, byLabel)
	slices.SortFunc(accounts, byLabel)
	accounts = accounts[:min(len(accounts), accountsOf)]
	if x := a.values.Get("account"); x != "" && !slices.ContainsFunc(accounts, func(o option) bool { return o.Value == x }) {
		accounts = append(accounts, option{Value: x, Label: cmp.Or(named.Accounts[a.filter.Account].Name, x)})
	}
	p.Fields = []field{
		{Name: "from", Label: v.T("manage.from"), Kind: "date"},
		{Name: "to", Label: v.T("manage.until"), Kind: "date"},
		{Name: "product", Label: v.T("filter.product"), Kind: "select", Options: append([]option{any}, products...)},
	}
	if v.staff() {
		p.Fields = append(p.Fields,
			field{Name: "team", Label: v.T("filter.team"), Kind: "select", Options: append([]option{any}, teams...)},
			field{Name: "account", Label: v.T("filter.account"), Kind: "select", Options: append([]option{any}, accounts...)})
	}
	for i := range p.Fields {
		f := &p.Fields[i]
		f.Value, f.Optional = a.values.Get(f.Name), optional
		if f.Kind == "select" {
			f.Optional = " "
		}
		if p.Trouble != nil && p.Trouble.Field == f.Name {
			f.Wrong = p.Trouble.Text
		}
		if o := slices.IndexFunc(f.Options, func(o option) bool { return o.Value == f.Value }); f.Value != "" && o >= 0 {
			p.Chips = append(p.Chips, chip{Label: f.Label, Value: f.Options[o].Label, Drop: a.with(a.id, f.Name, "")})
		}
	}
}

// spansOf are usual periods: the last 90 days, this month and the last one, this year.
func spansOf(v *visit, a reportAsked) []navItem {
	loc, err := calendar.Location(a.window.Zone)
	if err != nil {
		loc = time.UTC
	}
	now := a.window.At.In(loc)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, loc)
	var out []navItem
	for _, x := range []struct {
		key      string
		from, to time.Time
	}{
		{"usual", time.Time{}, time.Time{}},
		{"month", first, now},
		{"month_before", first.AddDate(0, -1, 0), first.AddDate(0, 0, -1)},
		{"year", time.Date(now.Year(), 1, 1, 0, 0, 0, 0, loc), now},
	} {
		q := reportAsked{values: maps.Clone(a.values)}
		from, to := "", ""
		if !x.from.IsZero() {
			from, to = x.from.Format(time.DateOnly), x.to.Format(time.DateOnly)
		}
		if q.values.Del("to"); to != "" {
			q.values.Set("to", to)
		}
		out = append(out, navItem{Path: q.with(a.id, "from", from), Label: v.T("report.span." + x.key), Here: a.values.Get("from") == from && a.values.Get("to") == to})
	}
	return out
}

// reportTable are the columns and rows for people: without ids where there are words.
func (s *site) reportTable(v *visit, p *reportPage, a reportAsked, t lang.Table) {
	var shown []int
	for i, c := range t.Columns {
		if slices.ContainsFunc(t.Columns, func(x lang.Column) bool { return x.ID == c.ID+"_text" }) {
			continue
		}
		number := slices.ContainsFunc(t.Rows, func(row []any) bool {
			switch row[i].(type) {
			case int, float64:
				return true
			}
			return false
		})
		shown = append(shown, i)
		p.Columns = append(p.Columns, reportColumn{capital(c.Text), number})
	}
	for n, row := range t.Rows {
		if n == reportRows {
			p.More = v.T("report.more", "shown", itoa(n), "all", itoa(len(t.Rows)))
			break
		}
		var cells []reportCell
		for at, i := range shown {
			x := reportCell{Text: v.reportCell(t.Columns[i].ID, row[i]), Number: p.Columns[at].Number}
			switch number, _ := row[i].(string); {
			case t.Columns[i].ID == "number" && number != "":
				x.Link = "/requests/" + strings.ReplaceAll(number, "-", "")
			case t.Columns[i].ID == "account_text" && v.staff():
				x.Link = a.with("attainment", "account", row[i-1].(string)) // its id stands before its name
			}
			cells = append(cells, x)
		}
		p.Rows = append(p.Rows, cells)
	}
}

func (v *visit) reportCell(column string, x any) string {
	switch x := x.(type) {
	case string:
		if column == "state" && x != "" {
			return v.voice.Word("column", x)
		}
		return x
	case int:
		return itoa(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case time.Time:
		return v.voice.Day(x)
	}
	return "–"
}
