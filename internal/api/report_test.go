package api_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

var june = client.ReportQuery{
	From: time.Date(2026, 5, 31, 15, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 30, 15, 0, 0, 0, time.UTC), Zone: "Asia/Tokyo",
}

// to advances to an instant of Japan's June 2026.
func (h *house) to(day, hour, minute int) {
	h.t.Helper()
	h.advance(time.Date(2026, 6, day, hour-9, minute, 0, 0, time.UTC).Sub(h.clock.Now()))
}

// rows are a report's rows, each as its cells with blanks between them; those of
// the columns that are named.
func (h *house) rows(key, report string, q client.ReportQuery, columns ...string) []string {
	h.t.Helper()
	r, err := h.as(key).Report(context.Background(), report, q)
	must(h.t, err)
	var out []string
	for _, row := range r.Rows {
		if len(row) != len(r.Columns) {
			h.t.Fatalf("%s: %d cells under %d columns", report, len(row), len(r.Columns))
		}
		var cells []string
		for _, id := range columns {
			i := slices.IndexFunc(r.Columns, func(c client.Column) bool { return c.ID == id })
			if i < 0 {
				h.t.Fatalf("%s has no column %s", report, id)
			}
			cells = append(cells, fmt.Sprint(row[i]))
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

func (h *house) wantRows(key, report string, q client.ReportQuery, columns string, want ...string) {
	h.t.Helper()
	if got := h.rows(key, report, q, strings.Fields(columns)...); !slices.Equal(got, want) {
		h.t.Errorf("%s sees %s:\n%s\nwant\n%s", key, report, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// month is a June of six requests: one completed after three days with the
// customer, one whose miss is withdrawn, one answered late, two that run, and one
// that waits for another vendor.
func (h *house) month() (a, b, c string) {
	t, ctx, ito, tanaka := h.t, context.Background(), h.as("ito"), h.as("tanaka")
	a, b, c = h.file("tanaka", sev3()).Number, h.file("tanaka", sev3()).Number, h.file("tanaka", sev3()).Number
	h.to(8, 9, 30)
	_, err := ito.Command(ctx, a, "asks", client.NewAsk{Kind: "debug_data", Text: "Logs, please."})
	must(t, err)
	h.to(11, 9, 30)
	_, err = tanaka.Command(ctx, a, "asks/1/answer", client.Text{Text: "Sent."})
	must(t, err)
	h.to(12, 9, 30)
	h.complete(a)
	_, err = ito.Command(ctx, b, "contacts", client.Contact{
		Channel: "phone", Outcome: "connected", Text: "Told how to log.", HappenedAt: time.Date(2026, 6, 8, 1, 0, 0, 0, time.UTC), Reason: "the line was noted on paper",
	})
	must(t, err)
	_, err = ito.Comment(ctx, c, client.Comment{Text: "Sorry for the delay."})
	must(t, err)
	_, err = ito.Command(ctx, c, "waiting", client.Wait{Kind: "waiting_third_party", Reason: "Fulcrum"})
	must(t, err)
	h.file("sato", client.File{Kind: "sr", Title: "=cmd|'/c calc'!A1", Channel: "portal", Product: "esx", Version: "4.0", Severity: 3, Criteria: []string{"usable"}})
	h.file("sato", client.File{Kind: "cs_request", Title: "keys", Topic: "portal", Contract: "BAS-2010-0417", Channel: "portal"})
	h.to(13, 9, 30)
	return a, b, c
}

// What is reported is what happened: each figure here is counted by hand.
func TestReportsCountWhatHappened(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	a, b, c := h.month()
	h.wantRows("ito", "attainment", june, "month offering severity metric targets met withdrawn missed late running ended percent",
		"2026-06  <nil> acknowledgement 1 1 0 0 0 0 0 100",
		"2026-06  <nil> cs_reply 1 0 0 0 0 1 0 <nil>",
		"2026-06 basic 3 acknowledgement 1 1 0 0 0 0 0 100",
		"2026-06 basic 3 first_response 1 0 0 1 0 0 0 0", // 12 hours from 09:30: due at the same day's close
		"2026-06 production 3 acknowledgement 3 3 0 0 0 0 0 100",
		"2026-06 production 3 first_response 3 2 1 1 1 0 0 66.7",
	)
	h.wantRows("ito", "ages", june, "severity turn open under_1_day under_3_days under_7_days under_14_days older oldest_days",
		"<nil> support 1 0 1 0 0 0 1", "3 support 2 0 1 0 1 0 7.3", "3 third_party 1 0 0 0 1 0 7.3")
	h.wantRows("ito", "completions", june, "month reason completed reopened percent", "2026-06 confirmed 1 0 0")
	h.wantRows("ito", "surveys", june, "month offering sent answered percent mean score_4 score_5", "2026-06 production 1 1 100 5 0 1")
	// a: 2 d 7.5 h until the ask, 3 d with the customer, 1 d until the completion
	h.wantRows("ito", "time", june, "number support_days customer_days third_party_days days text",
		" 18.9 3 1 22.9 3 of 23 days waited for the customer, 1 for another vendor",
		b+" 7.3 0 0 7.3 0 of 7 days waited for the customer",
		c+" 6.3 0 1 7.3 0 of 7 days waited for the customer, 1 for another vendor",
		a+" 3.3 3 0 6.3 3 of 6 days waited for the customer",
		h.rows("sato", "time", june, "number", "support_days", "customer_days", "third_party_days", "days")[1]+" 0 of 1 days waited for the customer",
		h.rows("sato", "time", june, "number", "support_days", "customer_days", "third_party_days", "days")[2]+" 0 of 1 days waited for the customer",
	)
	h.wantRows("ito", "accounts", june, "account_text filed completed open targets met missed percent", "北斗銀行 3 1 2 6 5 1 83.3", "青葉製作所 2 0 2 4 2 1 66.7")
	_, err := h.as("tanaka").Command(ctx, a, "comments", client.Comment{Text: "It is back."})
	must(t, err)
	h.wantRows("ito", "completions", june, "month reason completed reopened percent", "2026-06 confirmed 1 1 100")
}

// Nobody's report counts what they do not see.
func TestReportsCountWhatTheReaderSees(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	_, b, _ := h.month()
	h.wantRows("tanaka", "accounts", june, "filed completed open", "3 1 2")
	h.wantRows("takahashi", "accounts", june, "filed completed open", "3 1 2")
	h.wantRows("sato", "accounts", june, "filed completed open", "2 0 2")
	h.wantRows("mia", "accounts", june, "filed")
	h.wantRows("tanaka", "time", june, "text", "3 of 21 days waited for you, 1 for another vendor", "0 of 7 days waited for you",
		"0 of 7 days waited for you, 1 for another vendor", "3 of 6 days waited for you")
	k, err := h.as("tanaka").Contract(ctx, "PRD-2010-1102")
	must(t, err)
	h.wantRows("ito", "accounts", client.ReportQuery{From: june.From, To: june.To, Account: k.Account.ID}, "filed completed open", "3 1 2")
	h.wantRows("sato", "accounts", client.ReportQuery{From: june.From, To: june.To, Account: k.Account.ID}, "filed")
	narrow := func(q client.ReportQuery) client.ReportQuery { q.From, q.To = june.From, june.To; return q }
	h.wantRows("ito", "accounts", narrow(client.ReportQuery{Product: "vsphere"}), "filed completed open", "3 1 2")
	h.wantRows("ito", "accounts", narrow(client.ReportQuery{Team: "technical"}), "filed completed open", "3 1 2", "1 0 1")
	h.wantRows("ito", "accounts", narrow(client.ReportQuery{Team: "licence"}), "filed completed open", "1 0 1")
	h.wantRows("ito", "accounts", narrow(client.ReportQuery{Team: "duty"}), "filed") // works on none by itself
	_, err = h.as("ito").Report(ctx, "accounts", narrow(client.ReportQuery{Team: "weather"}))
	refused(t, err, http.StatusUnprocessableEntity, "report.team_unknown")
	_, err = h.as("watanabe").Restrict(ctx, b, client.NewRestriction{Reason: "a bank secret"})
	must(t, err)
	h.wantRows("byrne", "accounts", june, "filed completed open", "2 0 2", "2 1 1")
	// an empty period, and those that are none
	h.wantRows("ito", "attainment", client.ReportQuery{From: june.To, To: june.To.AddDate(0, 1, 0)}, "month")
	for key, q := range map[string]client.ReportQuery{
		"report.empty": {From: june.To, To: june.From}, "report.too_long": {From: june.From.AddDate(-2, 0, 0), To: june.To}, "zone.unknown": {Zone: "Mars"},
	} {
		_, err = h.as("ito").Report(ctx, "attainment", q)
		refused(t, err, http.StatusUnprocessableEntity, key)
	}
	_, err = h.as("ito").Report(ctx, "weather", june)
	refused(t, err, http.StatusUnprocessableEntity, "api.one_of")
}

// A table for spreadsheets parses back, and holds no formula.
func TestReportsAsCSV(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	h.month()
	q := june
	q.BOM = true
	text, err := h.as("ito").ReportCSV(ctx, "time", q)
	must(t, err)
	plain, ok := strings.CutPrefix(text, "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
	must(t, err)
	if len(rows) != 7 || rows[0][0] != "number" || rows[0][4] != "support's turn, days" {
		t.Fatalf("%d rows, head %q", len(rows), rows[0])
	}
	found := false
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@\t\r") {
				t.Errorf("%q may be taken for a formula", cell)
			}
			found = found || cell == "'=cmd|'/c calc'!A1"
		}
	}
	if !found {
		t.Error("the title is gone")
	}
}
