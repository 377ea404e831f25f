package calendar

// pattern is the open stretches of one block in ascending order.
type pattern []stretch

func (p pattern) open() int32 {
	if len(p) == 0 {
		return 0
	}
	last := p[len(p)-1]
	return last.before + last.to - last.from
}

// at is the index of the last stretch that starts at or before a second of the block, or -1.
func (p pattern) at(into int32) int {
	lo, hi := 0, len(p)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if p[mid].from <= into {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// within finds the block of an instant in the range (seconds since 1970): its number and how far into it the instant is.
func (c *Calendar) within(at int64) (k int, into int32) {
	since := at - firstDay*daySeconds
	k = int(since / weekSeconds)
	// No zone is a week from UTC: the guess is at most one block off.
	if since < c.start(k) {
		k--
	} else if since >= c.start(k+1) {
		k++
	}
	return k, int32(since - c.start(k))
}

// start is where a block starts, in seconds from midnight UTC of firstDay.
func (c *Calendar) start(k int) int64 { return int64(k)*weekSeconds + int64(c.blocks[k].late) }

// passed is the open time before an instant of the range, both in microseconds; the step function itself.
func (c *Calendar) passed(micros int64) int64 {
	at, fraction := micros/second, micros%second
	k, into := c.within(at)
	b := &c.blocks[k]
	p := c.patterns[b.pattern]
	i := p.at(into)
	if i < 0 {
		return b.before * second
	}
	s := p[i]
	open := b.before + int64(s.before)
	if into >= s.to {
		return (open + int64(s.to-s.from)) * second
	}
	return (open+int64(into-s.from))*second + fraction
}

// firstWith is the first instant before which the given open microseconds have passed: the end of a window rather than
// the start of the next.
func (c *Calendar) firstWith(passed int64) (micros int64, found bool) {
	if passed <= 0 || passed > c.total*second {
		return 0, false
	}
	return c.locate(passed, (passed-1)/second), true
}

// lastWith is the last such instant: the start of a window rather than the end of the one before.
func (c *Calendar) lastWith(passed int64) (micros int64, found bool) {
	if passed < 0 || passed >= c.total*second {
		return 0, false
	}
	return c.locate(passed, passed/second), true
}

// locate is the instant at which the given open microseconds have passed, in the last stretch with at most whole open
// seconds before it. Such a stretch there is, for whole is less than the total.
func (c *Calendar) locate(passed, whole int64) (micros int64) {
	lo, hi := 0, len(c.blocks)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if c.blocks[mid].before <= whole {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	k := lo - 1
	b := &c.blocks[k]
	p := c.patterns[b.pattern]
	lo, hi = 0, len(p)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if b.before+int64(p[mid].before) <= whole {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	s := p[lo-1]
	from := firstDay*daySeconds + c.start(k) + int64(s.from)
	return from*second + passed - (b.before+int64(s.before))*second
}
