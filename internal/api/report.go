package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
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
	Product string    `query:"product" maxLength:"200" doc:"Absent: all"`
	Team    string    `query:"team" maxLength:"64" doc:"A team of the policy pack: what it works on. Absent: all"`
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
			v, _, err := c.report(ctx, *in)
			return &body[reportView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/reports/{report}/csv", id: "show-report-csv", summary: "The same as a table for spreadsheets",
		scope: auth.Read, permission: "read", tag: "reports", long: true},
		func(ctx context.Context, c *call, in *csvInput) (*csvFile, error) {
			v, t, err := c.report(ctx, in.ReportInput)
			if err != nil {
				return nil, err
			}
			name := "madoguchi-" + v.Report + "-" + v.From.Format("20060102") + "-" + v.To.Format("20060102") + ".csv"
			return &csvFile{"text/csv; charset=utf-8; header=present", `attachment; filename="` + name + `"`, t.CSV(in.BOM)}, nil
		})
}

// report sums up what the caller sees: what they do not see is not counted.
func (c *call) report(ctx context.Context, in ReportInput) (reportView, lang.Table, error) {
	w := support.Window{From: in.From, To: in.To, Zone: cmp.Or(in.Zone, c.voice().Zone, "UTC"), At: c.desk.Now()}
	if w.To.IsZero() {
		w.To = w.At.Add(support.Micro) // the present instant counts
	}
	if w.From.IsZero() {
		w.From = w.To.Add(-usualReport)
	}
	w.From, w.To = support.Instant(w.From), support.Instant(w.To)
	if err := w.Check(); err != nil {
		return reportView{}, lang.Table{}, err
	}
	f, err := c.filter(ctx, Filter{Account: in.Account, Product: in.Product})
	if err != nil {
		return reportView{}, lang.Table{}, err
	}
	if in.Team != "" {
		kind, offerings, ok := c.desk.Pack().WorkOf(in.Team)
		if !ok {
			return reportView{}, lang.Table{}, support.Wrong("team", "report.team_unknown", "team", in.Team)
		}
		if f.Kind = support.Kind(kind); offerings != nil {
			f.Offerings = store.OfferingsOf(offerings)
		}
	}
	p := support.NewReport(w)
	if err := c.store.EachWorkedOn(ctx, c.viewer, w, f, p.Add); err != nil {
		return reportView{}, lang.Table{}, err
	}
	n := c.named(ctx)
	v := reportView{
		Report: in.Report, From: w.From, To: w.To, Zone: w.Zone, At: w.At, Columns: []columnView{}, Rows: [][]any{},
		Text: c.voice().Word("report", in.Report),
	}
	if f.Account != 0 {
		if v.Account, err = c.asked(ctx, n, f.Account); err != nil {
			return v, lang.Table{}, err
		}
	}
	t := c.voice().ReportTable(in.Report, p, lang.ReportNames{
		Account: func(id int64) (string, string) { a := n.account(id); return a.ID, a.Name }, Title: n.text, Staff: c.staff(),
	})
	for _, x := range t.Columns {
		v.Columns = append(v.Columns, columnView(x))
	}
	v.Rows = t.Rows
	return v, t, n.err
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
