package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// usualReport is the period of a report that names none.
const usualReport = 90 * 24 * time.Hour

// reportView is a table of figures. The cells of a row stand in the order of the
// columns: texts, numbers, or nothing.
type reportView struct {
	Report  string       `json:"report" enum:"attainment,ages,completions,time,surveys,accounts"`
	From    time.Time    `json:"from"`
	To      time.Time    `json:"to" doc:"Exclusive"`
	Zone    string       `json:"zone" doc:"Whose months and days are meant"`
	At      time.Time    `json:"at" doc:"When it was made"`
	Account *account     `json:"account,omitempty" doc:"The one that it is about"`
	Text    string       `json:"text" doc:"What is counted, in a sentence"`
	Columns []columnView `json:"columns"`
	Rows    [][]any      `json:"rows"`
}

type columnView struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// ReportInput is a report, and the period that it is about.
type ReportInput struct {
	Report  string    `path:"report" enum:"attainment,ages,completions,time,surveys,accounts" doc:"attainment: targets by month, offering, severity and metric; ages: what is open; completions: by month and reason, with what was reopened; time: whose turn it was, request by request; surveys; accounts"`
	From    time.Time `query:"from" doc:"Default: 90 days before the end"`
	To      time.Time `query:"to" doc:"Exclusive. Default: now; at most 366 days after the beginning"`
	Zone    string    `query:"zone" maxLength:"64" doc:"Default: the caller's"`
	Account string    `query:"account" maxLength:"64" doc:"Absent: all that the caller sees"`
}

type csvInput struct {
	ReportInput
	BOM bool `query:"bom" doc:"Begin with a byte order mark, which some spreadsheets need for UTF-8"`
}

// csvFile is a table for spreadsheets (RFC 4180).
type csvFile struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (s *server) reportRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/reports/{report}", id: "show-report", summary: "Sum up the requests that the caller sees",
		scope: auth.Read, permission: "read", tag: "reports", long: true},
		func(ctx context.Context, c *call, in *ReportInput) (*body[reportView], error) {
			v, err := c.report(ctx, *in)
			return &body[reportView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/reports/{report}/csv", id: "show-report-csv", summary: "The same as a table for spreadsheets",
		scope: auth.Read, permission: "read", tag: "reports", long: true},
		func(ctx context.Context, c *call, in *csvInput) (*csvFile, error) {
			v, err := c.report(ctx, in.ReportInput)
			if err != nil {
				return nil, err
			}
			name := "madoguchi-" + v.Report + "-" + v.From.Format("20060102") + "-" + v.To.Format("20060102") + ".csv"
			return &csvFile{"text/csv; charset=utf-8; header=present", `attachment; filename="` + name + `"`, asCSV(v, in.BOM)}, nil
		})
}

// report sums up what the caller sees: what they do not see is not counted.
func (c *call) report(ctx context.Context, in ReportInput) (reportView, error) {
	w := support.Window{From: in.From, To: in.To, Zone: cmp.Or(in.Zone, c.voice().Zone, "UTC"), At: c.desk.Now()}
	if w.To.IsZero() {
		w.To = w.At.Add(support.Micro) // the present instant counts
	}
	if w.From.IsZero() {
		w.From = w.To.Add(-usualReport)
	}
	w.From, w.To = support.Instant(w.From), support.Instant(w.To)
	if err := w.Check(); err != nil {
		return reportView{}, err
	}
	f, err := c.filter(ctx, Filter{Account: in.Account})
	if err != nil {
		return reportView{}, err
	}
	p := support.NewReport(w)
	if err := c.store.EachWorkedOn(ctx, c.viewer, w, f.Account, p.Add); err != nil {
		return reportView{}, err
	}
	n := c.named(ctx)
	v := reportView{
		Report: in.Report, From: w.From, To: w.To, Zone: w.Zone, At: w.At, Columns: []columnView{}, Rows: [][]any{},
		Text: c.voice().Word("report", in.Report),
	}
	if f.Account != 0 {
		if v.Account, err = c.asked(ctx, n, f.Account); err != nil {
			return v, err
		}
	}
	t := &table{n: n, view: &v}
	map[string]func(*table, *support.Report){
		"attainment": (*table).attainment, "ages": (*table).ages, "completions": (*table).completions, "time": (*table).time,
		"surveys": (*table).surveys, "accounts": (*table).accounts,
	}[in.Report](t, p)
	return v, n.err
}

// asked is the account that a report was asked for. One that the caller does not
// see has no name, like one that is not there.
func (c *call) asked(ctx context.Context, n *names, id int64) (*account, error) {
	_, err := c.store.Account(ctx, c.viewer, id)
	if support.CodeOf(err) == support.NotFound {
		return &account{ID: accountID(id)}, nil
	}
	a := n.account(id)
	return &a, err
}

// table fills the columns and rows of a report.
type table struct {
	n    *names
	view *reportView
}

func (t *table) columns(ids ...string) {
	for _, id := range ids {
		t.view.Columns = append(t.view.Columns, columnView{id, t.n.c.voice().Word("column", id)})
	}
}

func (t *table) row(cells ...any) { t.view.Rows = append(t.view.Rows, cells) }

func (t *table) attainment(p *support.Report) {
	t.columns("month", "offering", "offering_text", "severity", "metric", "metric_text", "targets", "met", "withdrawn", "missed", "late", "running", "ended", "percent")
	keys := slices.SortedFunc(maps.Keys(p.Targets), func(a, b support.AttainmentKey) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Offering, b.Offering), cmp.Compare(a.Severity, b.Severity), strings.Compare(string(a.Metric), string(b.Metric)))
	})
	voice := t.n.c.voice()
	for _, k := range keys {
		a := p.Targets[k]
		t.row(k.Month, k.Offering, t.offering(k.Offering), some(k.Severity), string(k.Metric), voice.Word("metric", string(k.Metric)),
			a.All(), a.Met, a.Withdrawn, a.Missed, a.Late, a.Running, a.Ended, percent(a.Percent()))
	}
}

// offering is what an offering is called; customer service has none.
func (t *table) offering(id string) string {
	if id == "" {
		return t.n.c.voice().Word("kind", string(support.CS))
	}
	return t.n.c.voice().Named("offering", id)
}

func (t *table) ages(p *support.Report) {
	t.columns("severity", "turn", "turn_text", "open", "under_1_day", "under_3_days", "under_7_days", "under_14_days", "under_30_days", "under_90_days", "older", "oldest_days")
	keys := slices.SortedFunc(maps.Keys(p.Open), func(a, b support.AgeKey) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(string(a.Turn), string(b.Turn)))
	})
	for _, k := range keys {
		a := p.Open[k]
		cells := []any{some(k.Severity), string(k.Turn), t.n.c.voice().Word("turn", string(k.Turn)), a.Open()}
		for _, n := range a.Counts {
			cells = append(cells, n)
		}
		t.row(append(cells, days(a.Oldest))...)
	}
}

func (t *table) completions(p *support.Report) {
	t.columns("month", "reason", "reason_text", "completed", "reopened", "percent")
	keys := slices.SortedFunc(maps.Keys(p.Ends), func(a, b support.EndKey) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Reason, b.Reason))
	})
	for _, k := range keys {
		e := p.Ends[k]
		t.row(k.Month, k.Reason, t.n.c.voice().Named("reason", k.Reason), e.Completed, e.Reopened,
			percent(100*float64(e.Reopened)/float64(e.Completed), true))
	}
}

// time has a row for all requests first, then one for each of those on which the
// most time passed.
func (t *table) time(p *support.Report) {
	t.columns("number", "title", "filed_at", "state", "support_days", "customer_days", "third_party_days", "days", "text")
	voice := t.n.c.voice()
	row := func(number, title string, filed any, state string, s support.Sides) {
		t.row(number, title, filed, state, days(s.Support), days(s.Customer), days(s.ThirdParty), days(s.All()), voice.Sides(s, t.n.c.staff()))
	}
	if p.Requests == 0 {
		return
	}
	row("", voice.Message("report.all", map[string]string{"n": strconv.Itoa(p.Requests)}), nil, "", p.Sides)
	for _, x := range p.Longest {
		state := "completed"
		if x.Open {
			state = "open"
		}
		row(support.SpokenNumber(x.ID), t.n.text(x.Title), x.FiledAt, state, x.Sides)
	}
}

func (t *table) surveys(p *support.Report) {
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

func (t *table) accounts(p *support.Report) {
	t.columns("account", "account_text", "filed", "completed", "open", "targets", "met", "withdrawn", "missed", "percent", "support_days", "customer_days", "third_party_days")
	ids := slices.SortedFunc(maps.Keys(p.Accounts), func(a, b int64) int {
		return cmp.Or(cmp.Compare(p.Accounts[b].Filed, p.Accounts[a].Filed), cmp.Compare(a, b))
	})
	for _, id := range ids {
		a := p.Accounts[id]
		if a.Filed+a.Completed+a.Open+a.Targets.All() == 0 && a.Sides.All() == 0 {
			continue // read for what happened at the window's edges
		}
		t.row(accountID(id), t.n.account(id).Name, a.Filed, a.Completed, a.Open, a.Targets.All(), a.Targets.Met, a.Targets.Withdrawn, a.Targets.Missed,
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

// asCSV writes the table, what the columns are called first. What a spreadsheet
// would take for a formula is written as text.
func asCSV(v reportView, bom bool) []byte {
	var b bytes.Buffer
	if bom {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	head := make([]string, len(v.Columns))
	for i, c := range v.Columns {
		head[i] = harmless(c.Text)
	}
	_ = w.Write(head) // into memory
	for _, row := range v.Rows {
		cells := make([]string, len(row))
		for i, x := range row {
			switch x := x.(type) {
			case string:
				cells[i] = harmless(x)
			case int:
				cells[i] = strconv.Itoa(x)
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
