package web

import (
	"cmp"
	"strconv"
)

// chart are bars under each other, each with its words and figures beside it, so
// that nothing is told by colour alone.
type chart struct {
	Title  string
	Legend []legend // of the parts; none: there is one kind of them
	Bars   []bar
}

// legend says what parts of a key are; the key is also their class.
type legend struct{ Key, Text string }

// bar is a row of a chart. Says are its figures in words.
type bar struct {
	Label, Link, Says string
	Parts             []part
}

// part is a stretch of a bar, in percent of the longest one.
type part struct {
	Key         string
	From, Width float64
}

// piece is a figure that becomes a part.
type piece struct {
	Key string
	N   float64
}

// stacked lays pieces behind each other; most is the figure of a whole bar.
func stacked(most float64, pieces ...piece) []part {
	var out []part
	at := 0.0
	for _, x := range pieces {
		if width := 100 * x.N / cmp.Or(most, 1); width > 0 {
			out = append(out, part{x.Key, at, width})
			at += width
		}
	}
	return out
}

// svg writes a coordinate.
func svg(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// of says a figure beside what it is a part of.
func (f frame) of(n, all int) string {
	if all == 0 {
		return itoa(n)
	}
	return f.T("chart.of", "n", itoa(n), "percent", strconv.FormatFloat(100*float64(n)/float64(all), 'f', 0, 64))
}
