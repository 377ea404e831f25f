package calendar

import (
	"cmp"
	"slices"
)

// The years that every calendar reckons with, both included.
const (
	firstYear = 1970
	lastYear  = 2100
)

const (
	firstDay   = -3                       // 1969-12-29, a Monday: block 0 starts at its midnight
	lastDay    = 47847                    // 2101-01-01, the day on which the range ends
	blockCount = (lastDay-firstDay)/7 + 2 // one to spare, so that every instant of the range has a block after it
	// A window may reach two days on from its start, and a day more where a zone drops a date: this many days
	// before a block may reach into it, and one after, where a change skips midnight.
	daysBefore = 3
	daysAround = daysBefore + 7 + 1
)

// block is one local week, Monday midnight to Monday midnight.
type block struct {
	before  int64 // open seconds before this block
	late    int32 // how many seconds after (or before) a UTC week of the same number it starts
	pattern int32 // index into Calendar.patterns
}

// stretch is open time inside a block, in seconds from the block's start, touching no other stretch.
type stretch struct {
	from, to int32
	before   int32 // open seconds of the block before this stretch
}

// shape is everything that a block's pattern depends on; blocks of one shape share the pattern.
type shape struct {
	days    [daysAround]struct{ base, breaks int32 }
	changes [2]struct{ at, before, after int32 } // zone changes close by, in seconds from the block's start
}

type builder struct {
	*rules
	c       *Calendar
	shapes  map[shape]int32
	usual   int32 // the pattern of a week in which nothing is special; -1 until met
	opens   []edges
	breaks  []edges
	dayNext int // first exceptional date that may still concern the block at hand
}

// edges is a stretch of time between two instants, in seconds from the start of the block at hand.
type edges struct{ from, to int64 }

func build(r *rules) *Calendar {
	c := &Calendar{zone: r.zone, known: r.known, blocks: make([]block, blockCount)}
	b := &builder{rules: r, c: c, shapes: map[shape]int32{}, usual: -1}
	start := r.zone.instant(firstDay * daySeconds)
	var before int64
	for k := range c.blocks {
		monday := int64(firstDay + 7*k)
		end := r.zone.instant((monday + 7) * daySeconds)
		p := b.pattern(monday, start, end)
		c.blocks[k] = block{before: before, late: int32(start - monday*daySeconds), pattern: p}
		before += int64(c.patterns[p].open())
		start = end
	}
	c.total = before
	return c
}

// pattern finds or makes the pattern of the week that starts with the local day monday at the instant start.
func (b *builder) pattern(monday, start, end int64) int32 {
	first := monday - daysBefore
	for b.dayNext < len(b.days) && b.days[b.dayNext].day < first {
		b.dayNext++
	}
	special := b.days[b.dayNext:]
	special = special[:countUntil(special, first+daysAround)]
	changeFrom := b.zone.segment(start-(daysBefore+2)*daySeconds) + 1
	changes := 0
	for changeFrom+changes < len(b.zone.starts) && b.zone.starts[changeFrom+changes] <= end+3*daySeconds {
		changes++
	}
	if len(special) == 0 && changes == 0 {
		if b.usual < 0 {
			b.usual = b.addPattern(monday, start, end, nil)
		}
		return b.usual
	}
	var s shape
	if changes > len(s.changes) {
		return b.addPattern(monday, start, end, special)
	}
	for i := range s.days {
		s.days[i].base = asUsual
	}
	for _, d := range special {
		s.days[d.day-first].base, s.days[d.day-first].breaks = d.base, d.breaks
	}
	for i := range changes {
		j := changeFrom + i
		s.changes[i].at = int32(b.zone.starts[j] - start)
		s.changes[i].before, s.changes[i].after = int32(b.zone.offsets[j-1]), int32(b.zone.offsets[j])
	}
	p, ok := b.shapes[s]
	if !ok {
		p = b.addPattern(monday, start, end, special)
		b.shapes[s] = p
	}
	return p
}

// countUntil is how many of the dates lie before the day given; there are at most daysAround to look at.
func countUntil(days []dayRule, day int64) int {
	n := 0
	for n < len(days) && days[n].day < day {
		n++
	}
	return n
}

// addPattern lays the windows of the days around a block over each other, cuts the breaks out and clips to the block.
func (b *builder) addPattern(monday, start, end int64, special []dayRule) int32 {
	b.opens, b.breaks = b.opens[:0], b.breaks[:0]
	for day := monday - daysBefore; day < monday-daysBefore+daysAround; day++ {
		rule := dayRule{day: day, base: asUsual}
		if len(special) > 0 && special[0].day == day {
			rule, special = special[0], special[1:]
		}
		if rule.base == skippedDay {
			continue
		}
		spans := b.week[floorMod(day-firstDay, 7)]
		if rule.base != asUsual {
			spans = b.lists[rule.base]
		}
		b.opens = b.place(b.opens, day, spans, start)
		b.breaks = b.place(b.breaks, day, b.lists[rule.breaks], start)
	}
	open := without(merge(b.opens), merge(b.breaks))
	var p pattern
	var before int32
	for _, e := range open {
		from, to := max(e.from, 0), min(e.to, end-start)
		if from >= to {
			continue
		}
		p = append(p, stretch{from: int32(from), to: int32(to), before: before})
		before += int32(to - from)
	}
	b.c.patterns = append(b.c.patterns, slices.Clip(p))
	return int32(len(b.c.patterns) - 1)
}

func (b *builder) place(to []edges, day int64, spans []span, start int64) []edges {
	for _, s := range spans {
		e := edges{b.zone.instant(day*daySeconds+int64(s.from)) - start, b.zone.instant(day*daySeconds+int64(s.to)) - start}
		// A window inside an hour that the zone skips can end before it starts.
		if e.from < e.to {
			to = append(to, e)
		}
	}
	return to
}

// merge sorts in place and joins what overlaps or touches.
func merge(list []edges) []edges {
	slices.SortFunc(list, func(a, b edges) int { return cmp.Compare(a.from, b.from) })
	merged := list[:0]
	for _, e := range list {
		if last := len(merged) - 1; last >= 0 && e.from <= merged[last].to {
			merged[last].to = max(merged[last].to, e.to)
			continue
		}
		merged = append(merged, e)
	}
	return merged
}

// without cuts the holes out of the list; both are merged.
func without(list, holes []edges) []edges {
	if len(holes) == 0 {
		return list
	}
	var cut []edges
	for _, e := range list {
		for _, h := range holes {
			if h.to <= e.from || h.from >= e.to {
				continue
			}
			if h.from > e.from {
				cut = append(cut, edges{e.from, h.from})
			}
			e.from = min(h.to, e.to)
		}
		if e.from < e.to {
			cut = append(cut, e)
		}
	}
	return cut
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
