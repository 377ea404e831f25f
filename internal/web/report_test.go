package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/api"
	"madoguchi/internal/lang"

	"golang.org/x/net/html"
)

// cells are the rows of the first table of a page, its head first.
func cells(t *testing.T, body string) [][]string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	var walk func(n *html.Node, inside bool)
	walk = func(n *html.Node, inside bool) {
		switch {
		case n.Type == html.ElementNode && n.Data == "table":
			inside = true
		case inside && n.Type == html.ElementNode && n.Data == "tr":
			out = append(out, nil)
		case inside && n.Type == html.ElementNode && (n.Data == "td" || n.Data == "th"):
			out[len(out)-1] = append(out[len(out)-1], textOf(n))
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inside)
		}
	}
	walk(doc, false)
	return out
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data)
	}
	out := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out += textOf(c)
	}
	return out
}

// Each report's table holds the API's figures, its file too, and a chart stands
// beside it, for every reader and filter.
func TestReportsShowTheFiguresOfTheAPI(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.busy()
	doors := api.New(api.Config{Desk: s.desk, Store: s.store, Log: s.site.Log, Version: "test"})
	type report struct {
		Columns []struct{ ID, Text string }
		Rows    [][]any
	}
	compared := 0
	for _, id := range lang.ReportIDs() {
		for _, as := range []string{"watanabe", "sato"} {
			for _, filter := range []string{"", "?product=esx", "?team=technical", "?team=licence"} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/reports/"+id+filter, nil)
				r.Header.Set("Authorization", "Bearer "+s.cast.Tokens[as])
				r.Header.Set("Accept-Language", "en")
				w := httptest.NewRecorder()
				doors.ServeHTTP(w, r)
				var want report
				s.ok(json.Unmarshal(w.Body.Bytes(), &want))
				where := reportsPath + "/" + id + filter
				page := s.send(as, where, nil)
				if page.Code != http.StatusOK || w.Code != http.StatusOK {
					t.Fatalf("%s: %d, %d", where, page.Code, w.Code)
				}
				got := cells(t, page.Body.String())
				if len(want.Rows) == 0 {
					if len(got) != 0 || !strings.Contains(page.Body.String(), "Nothing happened in this period") {
						t.Errorf("%s of %s: nothing is there, and shown are %q", where, as, got)
					}
					continue
				}
				compared++
				if len(got) != len(want.Rows)+1 {
					t.Fatalf("%s of %s: %d rows, want %d", where, as, len(got)-1, len(want.Rows))
				}
				for n, row := range want.Rows {
					var figures []string
					for i, x := range row {
						hidden := slices.ContainsFunc(want.Columns, func(c struct{ ID, Text string }) bool { return c.ID == want.Columns[i].ID+"_text" })
						if f, ok := x.(float64); ok && !hidden {
							figures = append(figures, fmt.Sprint(f))
						}
					}
					rest := got[n+1]
					for _, f := range figures {
						i := slices.Index(rest, f)
						if i < 0 {
							t.Fatalf("%s of %s: row %d is %q, which lacks %s of %v", where, as, n, got[n+1], f, figures)
						}
						rest = rest[i+1:]
					}
				}
				if id != "surveys" && (!strings.Contains(page.Body.String(), `<figure class="chart">`) || !strings.Contains(page.Body.String(), `<rect class="fill-`)) {
					t.Errorf("%s has no chart", where)
				}
				file := s.send(as, reportsPath+"/"+id+"/csv"+filter, nil)
				rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body.String(), "\ufeff"))).ReadAll()
				s.ok(err)
				if len(rows) != len(want.Rows)+1 || len(rows[0]) != len(want.Columns) || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
					t.Errorf("%s: the file has %d rows of %d", where, len(rows), len(rows[0]))
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d reports had something to compare", compared)
	}
}

// What cannot be a period or a filter is refused at its field with what was typed,
// and what narrows a report can be taken off (UX-30).
func TestReportsAreNarrowed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.busy()
	for query, want := range map[string]string{
		"from=2026-06-05&to=2026-06-01": `id="f-to-wrong"`, "from=2020-01-01": "at most 366 days", "from=soon": `id="f-from-wrong"`,
		"product=none": `id="f-product-wrong"`, "team=none": `id="f-team-wrong"`, "account=none": `id="f-account-wrong"`, "account=acc_zzzz": `id="f-account-wrong"`,
	} {
		w := s.send("ito", reportsPath+"/attainment?"+query, nil)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, lacks %s", query, w.Code, want)
		}
	}
	s.says(s.send("ito", reportsPath+"/attainment?from=2026-06-05&to=2026-06-01", nil).Body.String(), `value="2026-06-05"`, `value="2026-06-01"`)
	s.says(s.send("ito", reportsPath+"/ages?product=esx&from=2026-06-01", nil).Body.String(), `href="/reports/ages?from=2026-06-01" aria-label="Without Product ESX"`,
		`href="/reports/attainment?from=2026-06-01&amp;product=esx"`)
	page := s.send("ito", reportsPath+"/accounts", nil).Body.String()
	_, link, _ := strings.Cut(page, `<a href="/reports/attainment?account=`)
	id, _, _ := strings.Cut(link, `"`)
	if body := s.send("ito", reportsPath+"/accounts?account="+url.QueryEscape(id), nil).Body.String(); len(cells(t, body)) != 2 {
		t.Errorf("one account has %d rows", len(cells(t, body))-1)
	}
	if body := s.send("sato", reportsPath+"/accounts", nil).Body.String(); strings.Contains(body, "北斗銀行") || strings.Contains(body, `name="team"`) {
		t.Error("a customer sees what is another's, or is asked for a team")
	}
	for path, want := range map[string]int{"/reports": http.StatusSeeOther, "/reports/weather": http.StatusNotFound, "/reports/weather/csv": http.StatusNotFound} {
		if w := s.send("ito", path, nil); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
