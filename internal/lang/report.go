package lang

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// Table is a report for people and for spreadsheets. The cells of a row stand in
// the order of the columns: texts, whole numbers, numbers, instants, or nothing.
type Table struct {
	Columns []Column
	Rows    [][]any
}

// Column is what the cells of a column are. Where one is called as another with
// _text behind it, it is the id of what the other one says.
type Column struct{ ID, Text string }

// ReportNames says what a report has to name: the id and the name of an account,
// and a text, as its reader may know them.
type ReportNames struct {
	Account func(id int64) (opaque, name string)
	Title   func(support.Text) string
	Staff   bool // the reader is one of the vendor's people
}

// reportTable fills a table while a report is read.
type reportTable struct {
	v Voice
	n ReportNames
	Table
}

var reports = []struct {
	id   string
	fill func(*reportTable, *support.Report)
}{
	{"attainment", (*reportTable).attainment},
	{"ages", (*reportTable).ages},
	{"completions", (*reportTable).completions},
	{"time", (*reportTable).time},
	{"surveys", (*reportTable).surveys},
	{"accounts", (*reportTable).accounts},
}

// ReportIDs are the reports that there are, in the order in which people read them.
func ReportIDs() []string {
	var out []string
	for _, r := range reports {
		out = append(out, r.id)
	}
	return out
}

// ReportTable is one of [ReportIDs] over what has been counted; another id has
// no columns.
func (v Voice) ReportTable(id string, p *support.Report, n ReportNames) Table {
	t := &reportTable{v: v, n: n, Table: Table{Columns: []Column{}, Rows: [][]any{}}}
	for _, r := range reports {
		if r.id == id {
			r.fill(t, p)
		}
	}
	return t.Table
}

func (t *reportTable) columns(ids ...string) {
	for _, id := range ids {
		t.Columns = append(t.Columns, Column{id, t.v.Word("column", id)})
	}
}

func (t *reportTable) row(cells ...any) { t.Rows = append(t.Rows, cells) }

func (t *reportTable) attainment(p *support.Report) {
	t.columns("month", "offering", "offering_text", "severity", "metric", "metric_text", "targets", "met", "withdrawn", "missed", "late", "running", "ended", "percent")
	keys := slices.SortedFunc(maps.Keys(p.Targets), func(a, b support.AttainmentKey) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Offering, b.Offering), cmp.Compare(a.Severity, b.Severity), strings.Compare(string(a.Metric), string(b.Metric)))
	})
	for _, k := range keys {
		a := p.Targets[k]
		t.row(k.Month, k.Offering, t.offering(k.Offering), some(k.Severity), string(k.Metric), t.v.Word("metric", string(k.Metric)),
			a.All(), a.Met, a.Withdrawn, a.Missed, a.Late, a.Running, a.Ended, percent(a.Percent()))
	}
}

// offering is what an offering is called; customer service has none.
func (t *reportTable) offering(id string) string {
	if id == "" {
		return t.v.Word("kind", string(support.CS))
	}
	return t.v.Named("offering", id)
}

func (t *reportTable) ages(p *support.Report) {
	t.columns("severity", "turn", "turn_text", "open", "under_1_day", "under_3_days", "under_7_days", "under_14_days", "under_30_days", "under_90_days", "older", "oldest_days")
	keys := slices.SortedFunc(maps.Keys(p.Open), func(a, b support.AgeKey) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(string(a.Turn), string(b.Turn)))
	})
	for _, k := range keys {
		a := p.Open[k]
		cells := []any{some(k.Severity), string(k.Turn), t.v.Word("turn", string(k.Turn)), a.Open()}
		for _, n := range a.Counts {
			cells = append(cells, n)
		}
		t.row(append(cells, days(a.Oldest))...)
	}
}

func (t *reportTable) completions(p *support.Report) {
	t.columns("month", "reason", "reason_text", "completed", "reopened", "percent")
	keys := slices.SortedFunc(maps.Keys(p.Ends), func(a, b support.EndKey) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Reason, b.Reason))
	})
	for _, k := range keys {
		e := p.Ends[k]
		t.row(k.Month, k.Reason, t.v.Named("reason", k.Reason), e.Completed, e.Reopened, percent(100*float64(e.Reopened)/float64(e.Completed), true))
	}
}

// time has a row for all requests first, then one for each of those on which the
// most time passed.
func (t *reportTable) time(p *support.Report) {
	t.columns("number", "title", "filed_at", "state", "support_days", "customer_days", "third_party_days", "days", "text")
	row := func(number, title string, filed any, state string, s support.Sides) {
		t.row(number, title, filed, state, days(s.Support), days(s.Customer), days(s.ThirdParty), days(s.All()), t.v.Sides(s, t.n.Staff))
	}
	if p.Requests == 0 {
		return
	}
	row("", t.v.Message("report.all", args{"n": itoa(p.Requests)}), nil, "", p.Sides)
	for _, x := range p.Longest {
		state := "completed"
		if x.Open {
			state = "open"
		}
		row(support.SpokenNumber(x.ID), t.n.Title(x.Title), x.FiledAt, state, x.Sides)
	}
}

func (t *reportTable) surveys(p *support.Report) {
	t.columns("month", "offering", "offering_text", "sent", "answered", "percent", "mean", "score_1", "score_2", "score_3", "score_4", "score_5")
	keys := slices.SortedFunc(maps.Keys(p.Surveys), func(a, b support.SurveyKey) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Offering, b.Offering))
	})
	for _, k := range keys {
		s := p.Surveys[k]
		cells := []any{k.Month, k.Offering, t.offering(k.Offering), s.Sent, s.Answered(), percent(100*float64(s.Answered())/float64(s.Sent), true), percent(s.Mean())}
		for score := 1; score <= 5; score++ {
			cells = append(cells, s.Scores[score])
		}
		t.row(cells...)
	}
}

func (t *reportTable) accounts(p *support.Report) {
	t.columns("account", "account_text", "filed", "completed", "open", "targets", "met", "withdrawn", "missed", "percent", "support_days", "customer_days", "third_party_days")
	ids := slices.SortedFunc(maps.Keys(p.Accounts), func(a, b int64) int {
		return cmp.Or(cmp.Compare(p.Accounts[b].Filed, p.Accounts[a].Filed), cmp.Compare(a, b))
	})
	for _, id := range ids {
		a := p.Accounts[id]
		if a.Filed+a.Completed+a.Open+a.Targets.All() == 0 && a.Sides.All() == 0 {
			continue // read for what happened at the window's edges
		}
		opaque, name := t.n.Account(id)
		t.row(opaque, name, a.Filed, a.Completed, a.Open, a.Targets.All(), a.Targets.Met, a.Targets.Withdrawn, a.Targets.Missed,
			percent(a.Targets.Percent()), days(a.Sides.Support), days(a.Sides.Customer), days(a.Sides.ThirdParty))
	}
}

// some is a severity; customer service has none.
func some(severity int) any {
	if severity == 0 {
		return nil
	}
	return severity
}

// percent rounds to one place; nothing when there is nothing to divide by.
func percent(f float64, ok bool) any {
	if !ok {
		return nil
	}
	return math.Round(f*10) / 10
}

// days is a time in days, rounded to one place.
func days(d time.Duration) float64 { return math.Round(d.Hours()/24*10) / 10 }

// CSV writes the table (RFC 4180), what the columns are called first, behind a
// byte order mark if some spreadsheet needs that. What a spreadsheet would take
// for a formula is written as text.
func (t Table) CSV(bom bool) []byte {
	var b bytes.Buffer
	if bom {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = harmless(c.Text)
	}
	_ = w.Write(head) // into memory
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, x := range row {
			switch x := x.(type) {
			case string:
				cells[i] = harmless(x)
			case int:
				cells[i] = itoa(x)
			case float64:
				cells[i] = strconv.FormatFloat(x, 'f', -1, 64)
			case time.Time:
				cells[i] = x.UTC().Format(time.RFC3339)
			}
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

// harmless keeps a text from being taken for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// Sides says in a sentence whose turn it was for how long: "24 of 31 days waited
// for you". To staff the customer is "the customer".
func (v Voice) Sides(s support.Sides, staff bool) string {
	const day = 24 * 60 * 60
	all, customer, third := s.All().Seconds()/day, s.Customer.Seconds()/day, s.ThirdParty.Seconds()/day
	n := func(f float64) string { return itoa(int(f + 0.5)) }
	a := args{"all": n(all), "customer": n(customer), "third": n(third), "support": n(s.Support.Seconds() / day)}
	switch {
	case all < 0.5:
		return v.Message("report.sides_short", a)
	case staff && third >= 0.5:
		return v.Message("report.sides_staff_third", a)
	case staff:
		return v.Message("report.sides_staff", a)
	case third >= 0.5:
		return v.Message("report.sides_third", a)
	}
	return v.Message("report.sides", a)
}
