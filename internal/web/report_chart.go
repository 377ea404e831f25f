package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// chartsOf draw what a report has counted.
func chartsOf(v *visit, report string, p *support.Report, named store.Named) []chart {
	var out []chart
	switch report {
	case "attainment":
		out = []chart{attainmentChart(v, p), responseChart(v, p)}
	case "ages":
		out = []chart{agesChart(v, p)}
	case "completions":
		out = []chart{endsChart(v, p)}
	case "time":
		out = []chart{sidesChart(v, p, named)}
	case "surveys":
		out = []chart{scoresChart(v, p)}
	case "accounts":
		out = []chart{accountsChart(v, p, named)}
	}
	return slices.DeleteFunc(out, func(c chart) bool { return len(c.Bars) == 0 })
}

// legends say keys of parts in the words of columns.
func legends(v *visit, pairs ...string) []legend {
	var out []legend
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, legend{pairs[i], capital(v.voice.Word("column", pairs[i+1]))})
	}
	return out
}

// attainmentChart stacks the targets of each month by what became of them.
func attainmentChart(v *visit, p *support.Report) chart {
	months := map[string]support.Attainment{}
	most := 0
	for k, x := range p.Targets {
		sum := months[k.Month]
		sum.Met, sum.Missed, sum.Running, sum.Ended = sum.Met+x.Met, sum.Missed+x.Missed, sum.Running+x.Running, sum.Ended+x.Ended
		months[k.Month] = sum
		most = max(most, sum.All())
	}
	c := chart{Title: v.T("report.chart.attainment"), Legend: legends(v, "good", "met", "bad", "missed", "brand", "running", "muted", "ended")}
	for _, month := range slices.Sorted(maps.Keys(months)) {
		x := months[month]
		c.Bars = append(c.Bars, bar{Label: month,
			Says: v.T("report.says.attainment", "all", itoa(x.All()), "met", itoa(x.Met), "missed", itoa(x.Missed), "running", itoa(x.Running), "ended", itoa(x.Ended)),
			Parts: stacked(float64(most), piece{"good", float64(x.Met)}, piece{"bad", float64(x.Missed)}, piece{"brand", float64(x.Running)},
				piece{"muted", float64(x.Ended)})})
	}
	return c
}

// responseChart shows of each offering and severity how many first responses came in
// time, of those that are decided.
func responseChart(v *visit, p *support.Report) chart {
	type key struct {
		offering string
		severity int
	}
	sums := map[key]support.Attainment{}
	for k, x := range p.Targets {
		if k.Metric == support.FirstResponse {
			sum := sums[key{k.Offering, k.Severity}]
			sum.Met, sum.Missed = sum.Met+x.Met, sum.Missed+x.Missed
			sums[key{k.Offering, k.Severity}] = sum
		}
	}
	c := chart{Title: v.T("report.chart.response"), Legend: legends(v, "good", "met", "bad", "missed")}
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.offering, b.offering), cmp.Compare(a.severity, b.severity))
	})
	for _, k := range keys {
		x := sums[k]
		percent, decided := x.Percent()
		if !decided {
			continue
		}
		c.Bars = append(c.Bars, bar{
			Label: v.voice.Named("offering", k.offering) + " · " + v.T("severity_short", "level", itoa(k.severity)),
			Says:  v.T("report.says.response", "percent", one(percent), "met", itoa(x.Met), "all", itoa(x.Met+x.Missed)),
			Parts: stacked(float64(x.Met+x.Missed), piece{"good", float64(x.Met)}, piece{"bad", float64(x.Missed)}),
		})
	}
	return c
}

// one writes a figure with one place at most.
func one(f float64) string {
	return strconv.FormatFloat(float64(int(f*10+0.5))/10, 'f', -1, 64)
}

// agesChart stacks what is open of each age by whose turn it is.
func agesChart(v *visit, p *support.Report) chart {
	c := chart{Title: v.T("report.chart.ages"), Legend: sideLegend(v)}
	counts := make([]map[support.Turn]int, len(agesListed))
	most := 0
	for i := range counts {
		counts[i] = map[support.Turn]int{}
		all := 0
		for k, x := range p.Open {
			counts[i][k.Turn] += x.Counts[i]
			all += x.Counts[i]
		}
		most = max(most, all)
	}
	if most == 0 {
		return c
	}
	for i, age := range agesListed {
		x := counts[i]
		ours, theirs, third := x[support.TurnSupport], x[support.TurnCustomer], x[support.TurnThirdParty]
		c.Bars = append(c.Bars, bar{Label: v.T("age." + age),
			Says:  v.T("report.says.ages", "all", itoa(ours+theirs+third), "support", itoa(ours), "customer", itoa(theirs), "third", itoa(third)),
			Parts: stacked(float64(most), piece{"brand", float64(ours)}, piece{"warn", float64(theirs)}, piece{"muted", float64(third)})})
	}
	return c
}

func sideLegend(v *visit) []legend {
	var out []legend
	for i, key := range []string{"brand", "warn", "muted"} {
		out = append(out, legend{key, capital(v.voice.Word("turn", string(turnsListed[i])))})
	}
	return out
}

// endsChart shows why requests were completed, and what came back.
func endsChart(v *visit, p *support.Report) chart {
	reasons := map[string]support.Ends{}
	most := 0
	for k, x := range p.Ends {
		sum := reasons[k.Reason]
		sum.Completed, sum.Reopened = sum.Completed+x.Completed, sum.Reopened+x.Reopened
		reasons[k.Reason] = sum
		most = max(most, sum.Completed)
	}
	c := chart{Title: v.T("report.chart.completions"), Legend: legends(v, "brand", "completed", "bad", "reopened")}
	keys := slices.SortedFunc(maps.Keys(reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(reasons[b].Completed, reasons[a].Completed), cmp.Compare(a, b))
	})
	for _, reason := range keys {
		x := reasons[reason]
		c.Bars = append(c.Bars, bar{Label: v.voice.Named("reason", reason),
			Says:  v.T("report.says.completions", "completed", itoa(x.Completed), "reopened", itoa(x.Reopened)),
			Parts: stacked(float64(most), piece{"brand", float64(x.Completed - x.Reopened)}, piece{"bad", float64(x.Reopened)})})
	}
	return c
}

// sidesChart shows of all requests, and of those that took longest, whose turn it was.
func sidesChart(v *visit, p *support.Report, named store.Named) chart {
	c := chart{Title: v.T("report.chart.time"), Legend: sideLegend(v)}
	add := func(label, link string, most float64, x support.Sides) {
		c.Bars = append(c.Bars, bar{Label: label, Link: link, Says: v.voice.Sides(x, v.staff()),
			Parts: stacked(most, piece{"brand", x.Support.Hours()}, piece{"warn", x.Customer.Hours()}, piece{"muted", x.ThirdParty.Hours()})})
	}
	if p.Requests == 0 {
		return c
	}
	add(v.voice.Message("report.all", map[string]string{"n": itoa(p.Requests)}), "", p.Sides.All().Hours(), p.Sides)
	for _, x := range p.Longest[:min(len(p.Longest), barsShown)] {
		title := cmp.Or(named.Texts[x.Title.ID], v.T("erased"))
		add(title, "/requests/"+support.Number(x.ID), p.Longest[0].Sides.All().Hours(), x.Sides)
	}
	return c
}

// scoresChart shows how often each score was given.
func scoresChart(v *visit, p *support.Report) chart {
	var scores [6]int
	sent, answered, most := 0, 0, 0
	for _, x := range p.Surveys {
		sent, answered = sent+x.Sent, answered+x.Answered()
		for score := 1; score <= 5; score++ {
			scores[score] += x.Scores[score]
			most = max(most, scores[score])
		}
	}
	c := chart{Title: v.T("report.chart.surveys", "sent", itoa(sent), "answered", itoa(answered))}
	if answered == 0 {
		return c
	}
	for score := 5; score >= 1; score-- {
		c.Bars = append(c.Bars, bar{Label: capital(v.voice.Word("column", "score_"+itoa(score))), Says: v.of(scores[score], answered),
			Parts: stacked(float64(most), piece{"brand", float64(scores[score])})})
	}
	return c
}

// accountsChart shows who filed most.
func accountsChart(v *visit, p *support.Report, named store.Named) chart {
	ids := slices.SortedFunc(maps.Keys(p.Accounts), func(a, b int64) int {
		return cmp.Or(cmp.Compare(p.Accounts[b].Filed, p.Accounts[a].Filed), cmp.Compare(a, b))
	})
	ids = slices.DeleteFunc(ids, func(id int64) bool { return p.Accounts[id].Filed == 0 })
	c := chart{Title: v.T("report.chart.accounts")}
	for _, id := range ids[:min(len(ids), barsShown)] {
		n := p.Accounts[id].Filed
		c.Bars = append(c.Bars, bar{Label: named.Accounts[id].Name, Says: itoa(n), Parts: stacked(float64(p.Accounts[ids[0]].Filed), piece{"brand", float64(n)})})
	}
	return c
}
