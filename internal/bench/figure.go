package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Figure is one thing that was measured. Latencies are in milliseconds; CPU is
// that of the whole process, user and system, in milliseconds for each request,
// on PostgreSQL with the server's processes. Ratio is value to ceiling. A figure
// without a bar is there to be read.
type Figure struct {
	Name     string  `json:"name"`
	Engine   string  `json:"engine"`
	Requests int     `json:"requests"` // of the database
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	P50      float64 `json:"p50,omitempty"`
	P95      float64 `json:"p95,omitempty"`
	P99      float64 `json:"p99,omitempty"`
	CPU      float64 `json:"cpu_ms_per_request,omitempty"`
	Rows     int     `json:"rows,omitempty"` // of a page
	Ceiling  float64 `json:"ceiling,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`
	Bar      string  `json:"bar,omitempty"`
	OK       bool    `json:"ok"` // true without a bar
}

// most holds a value to a bar that it must not exceed, least to one that it must
// reach.
func (f Figure) most(value, bar float64) Figure {
	return f.judge(value <= bar, fmt.Sprintf("≤ %.4g", bar))
}
func (f Figure) least(value, bar float64) Figure {
	return f.judge(value >= bar, fmt.Sprintf("≥ %.4g", bar))
}

func (f Figure) judge(ok bool, bar string) Figure {
	if f.Bar != "" {
		f.Bar += ", "
	}
	f.Bar += bar
	f.OK = f.OK && ok
	return f
}

// under sets the ceiling and the ratio to it.
func (f Figure) under(ceiling float64) Figure {
	f.Ceiling, f.Ratio = ceiling, f.Value/ceiling
	return f
}

// sample is what driving an operation gave.
type sample struct {
	n    int
	took time.Duration
	cpu  time.Duration
	each []time.Duration // sorted
}

func (s sample) rate() float64 { return float64(s.n) / s.took.Seconds() }

// cpuEach is in milliseconds.
func (s sample) cpuEach() float64 { return s.cpu.Seconds() * 1000 / float64(max(s.n, 1)) }

func (s sample) quantile(q float64) float64 {
	if len(s.each) == 0 {
		return 0
	}
	return s.each[min(int(q*float64(len(s.each))), len(s.each)-1)].Seconds() * 1000
}

// rated is the figure of a rate.
func (b *bench) rated(name string, s sample) Figure {
	f := b.figure(name, s.rate(), "requests/s")
	f.P50, f.P95, f.P99, f.CPU = s.quantile(.5), s.quantile(.95), s.quantile(.99), s.cpuEach()
	return f
}

func (b *bench) figure(name string, value float64, unit string) Figure {
	return Figure{Name: name, Engine: b.engine, Requests: b.requests, Value: value, Unit: unit, OK: true}
}

// add tells a figure and keeps it for the table.
func (b *bench) add(f Figure) error {
	b.figures = append(b.figures, f)
	return b.tell(f)
}

// found is a figure of this run.
func (b *bench) found(name, engine string, requests int) (Figure, bool) {
	i := slices.IndexFunc(b.figures, func(f Figure) bool { return f.Name == name && f.Engine == engine && f.Requests == requests })
	if i < 0 {
		return Figure{}, false
	}
	return b.figures[i], true
}

func (b *bench) holds() bool {
	return !slices.ContainsFunc(b.figures, func(f Figure) bool { return !f.OK })
}

// table is for people.
func (b *bench) table(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "engine\trequests\tfigure\tvalue\tunit\tCPU ms\tp50 ms\tp95 ms\tp99 ms\tceiling\tratio\tbar\t")
	blank := func(v float64) string {
		if v == 0 {
			return ""
		}
		return fmt.Sprintf("%.4g", v)
	}
	for _, f := range b.figures {
		verdict := ""
		if !f.OK {
			verdict = "MISSED"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%.4g\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Engine, f.Requests, f.Name, f.Value, f.Unit,
			blank(f.CPU), blank(f.P50), blank(f.P95), blank(f.P99), blank(f.Ceiling), blank(f.Ratio), f.Bar, verdict)
	}
	_ = w.Flush()
}
