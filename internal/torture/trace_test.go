package torture

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// trace is what strace wrote, by the order of lines: a call begins at one and
// ends at the same or a later one.
type trace struct {
	writes  map[string]int // of the log before commits: where the one that holds a mark first ended
	syncs   []span
	answers map[string]int // 2xx: where the one that holds a mark began
}

type span struct{ begin, end int }

var (
	callLine    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	resumedLine = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
)

// traced reads a trace. A call that another thread interrupts stands in two
// parts.
func traced(t *testing.T, path string) trace {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	tr := trace{writes: map[string]int{}, answers: map[string]int{}}
	type open struct {
		name, args string
		begin      int
	}
	running := map[string]open{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		if m := callLine.FindStringSubmatch(s.Text()); m != nil {
			c := open{m[2], m[3], n}
			if strings.HasSuffix(c.args, "<unfinished ...>") {
				running[m[1]] = c
				continue
			}
			tr.add(c.name, c.args, span{n, n})
		} else if m := resumedLine.FindStringSubmatch(s.Text()); m != nil {
			c := running[m[1]]
			tr.add(c.name, c.args+m[2], span{c.begin, n})
		}
	}
	must(t, s.Err())
	return tr
}

func (tr *trace) add(name, args string, at span) {
	wal := strings.Contains(args[:min(len(args), 512)], "desk.db-wal>")
	switch {
	case wal && (name == "pwrite64" || name == "write"):
		for _, mark := range anyMark.FindAllString(args, -1) {
			if _, ok := tr.writes[mark]; !ok {
				tr.writes[mark] = at.end
			}
		}
	case wal && (name == "fsync" || name == "fdatasync") && strings.HasSuffix(args, "= 0"):
		tr.syncs = append(tr.syncs, at)
	case name == "write" && strings.Contains(args, `"HTTP/1.1 2`):
		for _, mark := range anyMark.FindAllString(args, -1) {
			if _, ok := tr.answers[mark]; !ok {
				tr.answers[mark] = at.begin
			}
		}
	}
}

// covered tells whether the text with a mark was written to the log, and the log
// synced after that, before the answer began.
func (tr *trace) covered(mark string) bool {
	written, ok := tr.writes[mark]
	if !ok {
		return false
	}
	for _, s := range tr.syncs {
		if s.begin > written && s.end < tr.answers[mark] {
			return true
		}
	}
	return false
}

// Every 2xx to a write begins after a sync of the database's log that began after
// what it tells of was written there, under the load of 16 clients.
func TestAnswersFollowTheirSync(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "trace")
	strace := tracer(t, "-s", "20000", "-o", out, "-e", "trace=write,pwrite64,fsync,fdatasync")
	p := newPlace(t, t.TempDir(), "")
	c := newCrew(t, p, seeded(t))
	n := p.start(strace...)
	stop := c.work(n.url)
	c.progress(pick(int64(3*clients), 2000))
	stop()
	n.stop()
	tr := traced(t, out)
	told := 0
	for _, m := range c.members {
		for _, a := range m.acks {
			if _, ok := tr.answers[a.Mark]; !ok {
				t.Errorf("the answer to %s (%s) is not in the trace", a.What, a.Mark)
				continue
			}
			told++
			if !tr.covered(a.Mark) {
				t.Errorf("%s (%s) was answered before a sync had covered it", a.What, a.Mark)
			}
		}
	}
	t.Logf("%d answers, %d syncs of the log", told, len(tr.syncs))
	if len(tr.syncs) == 0 {
		t.Error("no sync of the log was seen")
	}
}
