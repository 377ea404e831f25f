package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Report is a table of figures: the cells of a row stand in the order of the
// columns, texts, numbers or nil.
type Report struct {
	Report  string    `json:"report"` // attainment, ages, completions, time, surveys, accounts
	From    time.Time `json:"from"`
	To      time.Time `json:"to"` // exclusive
	Zone    string    `json:"zone"`
	At      time.Time `json:"at"`
	Account *Account  `json:"account,omitempty"`
	Text    string    `json:"text"`
	Columns []Column  `json:"columns"`
	Rows    [][]any   `json:"rows"`
}

// Column is a column of a report.
type Column struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// ReportQuery narrows a report. Zero fields have the defaults of the API: the last
// 90 days, in the caller's zone, of all that the caller sees.
type ReportQuery struct {
	From, To time.Time
	Zone     string
	Account  string // id
	Product  string // key
	Team     string // of the policy pack
	BOM      bool   // of a CSV
}

func (q ReportQuery) words() string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339Nano)
	}
	bom := ""
	if q.BOM {
		bom = "true"
	}
	return query("from", at(q.From), "to", at(q.To), "zone", q.Zone, "account", q.Account, "product", q.Product, "team", q.Team, "bom", bom)
}

// Report sums up the requests that the caller sees.
func (c *Client) Report(ctx context.Context, report string, q ReportQuery) (Report, error) {
	q.BOM = false
	return call[Report](ctx, c, http.MethodGet, "/v1/reports/"+url.PathEscape(report)+q.words(), nil)
}

// ReportCSV is the same as a table for spreadsheets (RFC 4180).
func (c *Client) ReportCSV(ctx context.Context, report string, q ReportQuery) (string, error) {
	var out Raw
	err := c.Do(ctx, http.MethodGet, "/v1/reports/"+url.PathEscape(report)+"/csv"+q.words(), nil, &out)
	return string(out), err
}
