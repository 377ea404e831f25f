package torture

import (
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"madoguchi/client"
)

// The program is killed at a random instant under the load of 16 clients, again
// and again: nothing that was acknowledged is lost, nothing is there twice, also
// when half of the clients send again under its key what was not answered, the
// database is whole as the kill left it, and the next process serves within 2 s.
func TestKill(t *testing.T) {
	measured()
	onEngines(t, func(t *testing.T, p *place) {
		rng := seeded(t)
		c := newCrew(t, p, rng)
		c.failed = func(err error, _ time.Time) {
			if !unheard(err) {
				t.Errorf("refused: %v", err)
			}
		}
		rounds, least, most := pick(p.either(20, 6), 200), pick(10*time.Millisecond, 3*time.Second), pick(time.Duration(p.either(250, 1000))*time.Millisecond, 10*time.Second)
		kept, slowest := 0, time.Duration(0)
		n := p.start()
		for round := range rounds {
			stop := c.work(n.url)
			if round%2 == 0 {
				c.progress(1) // else the start itself may be hit
			}
			wait(t, least+time.Duration(rng.Int64N(int64(most-least))))
			n.kill()
			stop()
			if round%pick(5, 1) == 0 {
				p.asLeft()
			}
			n = p.start()
			slowest = max(slowest, n.took)
			kept += c.compare(n.url)
			if t.Failed() {
				break
			}
		}
		n.stop()
		p.once()
		p.check()
		t.Logf("%d kills, %d acknowledged, %d of them again under their keys, serving after at most %v", rounds, kept, c.again.Load(), slowest.Round(time.Millisecond))
		if slowest > 2*time.Second {
			t.Errorf("serving after %v, want 2 s", slowest)
		}
		if rounds >= 20 && c.again.Load() == 0 {
			t.Error("nothing was answered again: no kill came between a change and its answer")
		}
		if kept < rounds {
			t.Errorf("%d were acknowledged in %d rounds: there was no load", kept, rounds)
		}
	})
}

// asLeft checks a copy of the files as a kill has left them, so that it is not
// the node that follows who mends them.
func (p *place) asLeft() {
	p.t.Helper()
	copied := &place{t: p.t, dir: p.t.TempDir(), url: p.url}
	if p.url == "" {
		for _, name := range []string{"desk.db", "desk.db-wal"} {
			must(p.t, copyFile(filepath.Join(p.dir, name), filepath.Join(copied.dir, name)))
		}
	}
	copied.check()
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// anyMailMark is a mark of TestKillWhileMailsComeIn.
var anyMailMark = regexp.MustCompile(`mark-[a-z]+-\d+-\d+-\d+~`)

var anyMark = regexp.MustCompile(`mark-\d+-\d+-[0-9a-f]+~`)

// once wants each mark to stand in no more rows than one command writes: a
// request has it in title and text. It gives how many texts have each mark.
func (p *place) once() map[string]int {
	p.t.Helper()
	seen, marks := map[string]int{}, map[string]int{}
	p.rows("SELECT text FROM content WHERE text LIKE '%mark-%'", func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		marks[anyMark.FindString(text)]++
		if seen[text]++; seen[text] > 1 {
			p.t.Errorf("%s is there %d times", anyMark.FindString(text), seen[text])
		}
		return err
	})
	return marks
}

// Every write of the file is held back for a moment, so that a kill under load
// nearly always comes before one, which is where a commit that was answered too
// early is lost. What was acknowledged is there, and what was not is answered when
// it is asked for again under its key.
//
// Seen to fail, in the full length for sure, with the answers of a shared commit given before it: in
// internal/store/writer.go, commit, put
//
//	if len(w.batch) > 1 { w.answer(func(j *job) error { return j.err }) }
//
// before the line that executes COMMIT.
func TestKillBeforeAWrite(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	p := newPlace(t, t.TempDir(), "")
	c := newCrew(t, p, rng)
	c.failed = func(err error, _ time.Time) {
		if !unheard(err) && client.CodeOf(err) != "busy" {
			t.Errorf("refused: %v", err)
		}
	}
	held := tracer(t, "-o", os.DevNull, "--seccomp-bpf", "-P", p.where()+"-wal", "-e", "trace=pwrite64", "-e", "inject=pwrite64:delay_enter="+pick("300", "5000"))
	rounds, kept := pick(1, 100), 0
	for range rounds {
		n := p.start(held...)
		stop := c.work(n.url)
		c.progress(clients)
		wait(t, time.Duration(rng.Int64N(int64(300*time.Millisecond))))
		n.kill()
		stop()
		p.asLeft()
		n = p.start()
		kept += c.compare(n.url)
		n.stop()
		if t.Failed() {
			break
		}
	}
	p.once()
	p.check()
	t.Logf("%d kills, %d acknowledged, %d of them again under their keys", rounds, kept, c.again.Load())
}
