package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// reportCmd sums up requests, over the API.
type reportCmd struct {
	remote
	Report  string  `arg:"" enum:"attainment,ages,completions,time,surveys,accounts" help:"What is summed up: ${enum}."`
	From    instant `help:"Beginning of the period; 90 days before its end when left out." placeholder:"INSTANT"`
	To      instant `help:"End of the period, exclusive; now when left out." placeholder:"INSTANT"`
	Zone    string  `help:"Zone whose months are meant; yours when left out." placeholder:"ZONE"`
	Account string  `help:"Id of the account; all that you see when left out." placeholder:"ID"`
	Product string  `help:"Key of a product; all when left out." placeholder:"KEY"`
	Team    string  `help:"Team of the policy pack, whose requests are meant; all when left out." placeholder:"TEAM"`
	CSV     bool    `name:"csv" help:"Write a table for spreadsheets."`
	BOM     bool    `name:"bom" help:"Begin that with a byte order mark."`
}

func (c *reportCmd) act(s *session) error {
	q := client.ReportQuery{From: c.From.Time, To: c.To.Time, Zone: c.Zone, Account: c.Account, Product: c.Product, Team: c.Team, BOM: c.BOM}
	if c.CSV {
		text, err := s.client.ReportCSV(s.ctx, c.Report, q)
		if err == nil {
			_, err = io.WriteString(s.out, text)
		}
		return err
	}
	r, err := s.client.Report(s.ctx, c.Report, q)
	if err != nil {
		return err
	}
	return s.show(r, func(w io.Writer, v lang.Voice) { writeReport(w, v, r) })
}

// writeReport writes the table for people: without ids where there are words.
func writeReport(w io.Writer, v lang.Voice, r client.Report) {
	fmt.Fprintf(w, "%s\n%s – %s, %s\n", line(r.Text), v.Date(r.From), v.Date(r.To), r.Zone)
	if r.Account != nil {
		fmt.Fprintln(w, line(r.Account.Name))
	}
	if len(r.Rows) == 0 {
		fmt.Fprintln(w, word(v.Lang, "report.none"))
		return
	}
	var shown []int
	head := []string{}
	for i, col := range r.Columns {
		if !slices.ContainsFunc(r.Columns, func(x client.Column) bool { return x.ID == col.ID+"_text" }) {
			shown, head = append(shown, i), append(head, col.Text)
		}
	}
	rows := [][]string{head}
	for _, row := range r.Rows {
		cells := make([]string, len(shown))
		for i, at := range shown {
			cells[i] = reportCell(v, row[at])
		}
		rows = append(rows, cells)
	}
	table(w, rows)
}

func reportCell(v lang.Voice, x any) string {
	switch x := x.(type) {
	case string:
		if t, err := time.Parse(time.RFC3339, x); err == nil {
			return v.Date(t)
		}
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return ""
}
