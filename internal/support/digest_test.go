package support_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

var machine = support.Actor{Kind: support.System}

func filedRoom(t *testing.T) (*room, int64) {
	t.Helper()
	m := newRoom()
	return m, tellsIn(t, m, production, "").id
}

// spare counts what a command of the desk itself was not written for, and
// forgets what its digest has told of.
func (m *room) spare(id int64, kind string, facts []support.Fact) {
	for _, f := range facts {
		if _, ok := f.Body.(support.AutomaticDigested); ok {
			delete(m.spared, id)
		}
	}
	if kind == "" {
		return
	}
	for i, w := range m.spared[id] {
		if w.Kind == kind {
			m.spared[id][i].N++
			return
		}
	}
	m.spared[id] = append(m.spared[id], support.Withheld{Kind: kind, N: 1})
}

// crowd makes notices until the desk has made n entries of a request by itself.
func (m *room) crowd(id int64, n int) {
	f := m.requests[id]
	for f.request.Automatic < n {
		x := support.Fact{Seq: f.request.Seq + 1, At: f.request.LastAt, By: machine, Body: support.Notified{
			Key: fmt.Sprintf("r%d.%d.mail.c1", id, f.request.Seq), Kind: "mail", Template: "comment", Recipient: support.Recipient{Kind: support.ToContact, ID: 1}, Seq: 1,
		}}
		support.Fold(f.request, x)
		f.facts = append(f.facts, x)
	}
}

// single tells whether an entry of the desk itself tells and changes nothing else.
func single(f support.Fact) bool {
	switch f.Body.(type) {
	case support.Notified, support.AutoReplyReceived, support.TargetWarned, support.TargetMissed:
		return f.By == machine
	}
	return false
}

// At 4,999 entries of the desk one more is written, at 5,000 none: it is counted,
// its text is not needed, and the digest of the day says how many there were. What
// people write goes on.
func TestAutomaticEntriesEndAtTheirLimit(t *testing.T) {
	t.Parallel()
	for _, start := range []int{support.MaxAutomatic - 1, support.MaxAutomatic, support.MaxAutomatic + 1} {
		m, id := filedRoom(t)
		m.crowd(id, start)
		r := m.requests[id].request
		mute := func() {
			t.Helper()
			if _, err := m.do(machine, id, &support.RecordAutoReply{Text: support.T("out of office")}); err != nil {
				t.Fatal(err)
			}
		}
		before := r.Seq
		mute()
		if wrote := r.Seq > before; wrote != (start < support.MaxAutomatic) {
			t.Fatalf("at %d entries an automatic reply was written: %v", start, wrote)
		}
		for range 3 {
			mute()
		}
		notice := &support.RecordNotice{Notified: support.Notified{Key: "k", Kind: "mail", Template: "comment", Recipient: support.Recipient{Kind: support.ToContact, ID: 1}}}
		if _, err := m.do(machine, id, notice); err != nil {
			t.Fatal(err)
		}
		replies := 3
		if start >= support.MaxAutomatic {
			replies = 4
		}
		want := []support.Withheld{{Kind: "auto_reply_received", N: replies}, {Kind: "notified", N: 1}}
		if !slices.Equal(m.spared[id], want) {
			t.Fatalf("at %d entries %v were counted, want %v", start, m.spared[id], want)
		}
		seq := r.Seq
		if _, err := m.do(m.people["ito"], id, &support.AddNote{Text: support.T("x")}); err != nil || r.Seq != seq+1 {
			t.Fatalf("a person's note: %v, seq %d after %d", err, r.Seq, seq)
		}
		if _, err := m.do(m.people["ito"], id, &support.RecordAutoReply{Text: support.T("x")}); err != nil || r.Seq != seq+2 {
			t.Fatalf("a reply that a person filed: %v, seq %d after %d", err, r.Seq, seq)
		}
		digestDay(t, m, id, want)
	}
}

// digestDay has the digest of a day written, once, and not before its time.
func digestDay(t *testing.T, m *room, id int64, want []support.Withheld) {
	t.Helper()
	day, f := support.DayOf(m.now), m.requests[id]
	if _, err := m.do(machine, id, &support.DigestAutomatic{Day: support.DayOf(m.now.Add(24 * time.Hour))}); support.CodeOf(err) != support.Invalid {
		t.Errorf("the digest of tomorrow: %v", err)
	}
	for range 2 { // the second finds nothing
		if _, err := m.do(machine, id, &support.DigestAutomatic{Day: day}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.do(machine, id, &support.RecordAutoReply{Text: support.T("x")}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.do(machine, id, &support.DigestAutomatic{Day: day}); err != nil {
		t.Fatal(err)
	}
	got, ok := f.facts[len(f.facts)-1].Body.(support.AutomaticDigested)
	if !ok || got.Day != day || !slices.Equal(got.Counts, want) {
		t.Fatalf("the last entry is %+v, want the digest of %s with %v", f.facts[len(f.facts)-1].Body, day, want)
	}
	if n := len(m.spared[id]); n != 1 {
		t.Errorf("what came after the digest of the day is lost: %v", m.spared[id])
	}
}

// A target that is missed on a crowded request is told at once by the digest of
// the day, with its own instant; on a day that has had one, when that day ends.
func TestMissesOnACrowdedRequest(t *testing.T) {
	t.Parallel()
	for _, spent := range []bool{false, true} {
		m, id := filedRoom(t)
		m.crowd(id, support.MaxAutomatic)
		r, from := m.requests[id].request, len(m.requests[id].facts)
		c, ok := r.Clock(support.FirstResponse)
		if !ok || c.State != support.Running {
			t.Fatal("no first response is due")
		}
		if spent {
			r.Digested = support.DayOf(c.DueAt)
		}
		if err := m.until(c.DueAt.Add(support.Micro)); err != nil {
			t.Fatal(err)
		}
		if _, seen := r.Clock(support.FirstResponse); !seen || (clockOf(r, c).State == support.Missed) == spent {
			t.Fatalf("spent %v: the target is %s at the instant of the miss", spent, clockOf(r, c).State)
		}
		if err := m.until(c.DueAt.Add(24 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		var digests []support.AutomaticDigested
		for _, f := range m.requests[id].facts[from:] {
			if single(f) {
				t.Errorf("a single %s was written", f.Kind())
			}
			if b, ok := f.Body.(support.AutomaticDigested); ok {
				digests = append(digests, b)
			}
		}
		missed, paged := 0, 0
		for _, b := range digests {
			for _, x := range b.Missed {
				if x.Metric == c.Metric && x.N == c.N && x.DueAt.Equal(c.DueAt) {
					missed++
				}
			}
		}
		for _, e := range m.requests[id].effects {
			if e.Kind == "page" && e.Template == "missed" {
				paged++
			}
		}
		if missed != 1 || paged == 0 {
			t.Errorf("spent %v: %d misses in %d digests, %d pages", spent, missed, len(digests), paged)
		}
	}
}

func clockOf(r *support.Request, c support.Clock) support.Clock {
	for _, x := range r.Clocks {
		if x.Metric == c.Metric && x.N == c.N {
			return x
		}
	}
	return support.Clock{}
}

// TestACrowdedRequestLivesOn draws the life of a request that is about to be, or
// is, full of entries of the desk: no command of the desk adds one to it, what
// people do is as ever, every entry is written or counted, each day has one
// digest, and every miss is told once and never early.
func TestACrowdedRequestLivesOn(t *testing.T) {
	t.Parallel()
	digests := 0
	until(t, func() bool { return digests > 0 }, func(t *rapid.T) {
		l := newLife(t)
		l.crowd(l.id, support.MaxAutomatic+rapid.IntRange(-3, 1).Draw(t, "about"))
		f := l.requests[l.id]
		first, asked := len(f.batches), 0
		for range rapid.IntRange(5, 20).Draw(t, "steps") {
			if err := l.until(l.now.Add(time.Duration(rapid.Int64Range(0, 30*3600).Draw(t, "later")) * time.Second)); err != nil {
				t.Fatal(err)
			}
			seq := f.request.Seq
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				l.try(t, "system", &support.DigestAutomatic{Day: support.DayOf(l.now.AddDate(0, 0, -1))})
			case 1:
				asked++
				l.try(t, "system", &support.RecordAutoReply{Text: support.T("x")})
			case 2:
				if _, err := l.do(l.people["ito"], l.id, &support.AddNote{Text: support.T("x")}); err == nil && f.request.Seq == seq {
					t.Fatal("a person's note was not written")
				}
			default:
				l.try(t, rapid.SampledFrom([]string{"sato", "tanaka", "ito", "ito", "hayashi"}).Draw(t, "who"), l.command())
			}
		}
		digests += crowdedRight(t, l, first, asked)
	})
}

// try does one command, which may be refused.
func (l *life) try(t *rapid.T, who string, cmd support.Command) {
	if _, err := l.do(l.people[who], l.id, cmd); err != nil && support.CodeOf(err) == "" {
		t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
}

func crowdedRight(t *rapid.T, l *life, first, asked int) (digests int) {
	f := l.requests[l.id]
	again := &support.Request{ID: l.id}
	days, missed, replies := map[string]bool{}, map[string]bool{}, 0
	miss := func(at time.Time, x support.TargetMissed) {
		key := fmt.Sprint(x.Metric, x.N)
		if missed[key] || !at.After(x.DueAt) {
			t.Fatalf("the miss of %s was told twice or early\n%s", key, printed(f))
		}
		missed[key] = true
	}
	i := slices.IndexFunc(f.facts, func(x support.Fact) bool { return first < len(f.batches) && x.Seq == f.batches[first][0].Seq })
	if i < 0 {
		return 0
	}
	support.Fold(again, f.facts[:i]...)
	for _, x := range f.facts[:i] {
		if b, ok := x.Body.(support.TargetMissed); ok {
			miss(x.At, b)
		}
	}
	for _, batch := range f.batches[first:] {
		full := again.Automatic >= support.MaxAutomatic
		if n := slices.IndexFunc(batch, func(x support.Fact) bool { return !single(x) }); n < 0 && full {
			t.Fatalf("a single %s was written at %d\n%s", batch[0].Kind(), again.Automatic, printed(f))
		}
		support.Fold(again, batch...)
		for _, x := range batch {
			switch b := x.Body.(type) {
			case support.TargetMissed:
				miss(x.At, b)
			case support.AutoReplyReceived:
				if x.By == machine {
					replies++
				}
			case support.AutomaticDigested:
				if digests++; days[b.Day] || b.Day > support.DayOf(x.At) || len(b.Counts) == 0 {
					t.Fatalf("a second digest of %s, or one ahead of its day, or an empty one", b.Day)
				}
				days[b.Day] = true
				for _, y := range b.Missed {
					miss(x.At, y)
				}
				replies += of(b.Counts, "auto_reply_received")
			}
		}
	}
	if replies += of(l.spared[l.id], "auto_reply_received"); replies != asked {
		t.Fatalf("%d automatic replies are written or counted, %d came\n%s", replies, asked, printed(f))
	}
	return digests
}

func of(counts []support.Withheld, kind string) int {
	for _, c := range counts {
		if c.Kind == kind {
			return c.N
		}
	}
	return 0
}
