package scenario

import (
	"strings"
	"testing"
	"time"
)

func instant(text string) time.Time {
	t, err := Instant(text)
	if err != nil {
		panic(err)
	}
	return t
}

// seen is a state in which something can be said of every subject.
func seen() sight {
	at := instant("2026-06-06 02:06 JST")
	return sight{at: at, refusal: &Refusal{"conflict", "a.b", "f", []string{"community", "purchase"}}, State: State{
		Now: at, Number: "100-000-006", Kind: "sr", Stage: "completed", Reason: "silence", Turn: "customer", Severity: 1, Priority: 2,
		Owner: "ito", Owners: []string{"ito", "byrne"}, Queue: "technical", Language: "ja",
		Targets: []Target{
			{Metric: "first_response", N: 1, State: "replaced", ReplacedBy: "callback", Due: at, Warn: at, Met: at, Elapsed: time.Minute},
			{Metric: "first_response", N: 2, State: "running", Amount: "4bh", Calendar: "apj", Due: at.Add(time.Hour), Capped: true},
		},
		Asks:    []Ask{{1, "details", "customer", "open", "order_number"}},
		Silence: Silence{2, 3, 1, 3, at, time.Time{}, "held"}, Waiting: Waiting{"waiting_customer", at},
		Raise: 1, Lowering: Lowering{2, "unreachable", true}, AfterHours: AfterHours{"ended", 9240},
		HandOver: HandOver{"byrne", at}, Escalation: Escalation{"active", "nishida", "watanabe", []time.Time{at}},
		Proposal: "confirmed", ReopenUntil: at, Survey: Survey{"withheld", "interval", at, at}, Items: []string{"a"}, Missing: []string{"b", "c"},
		Approval: "needed", Comments: 4, OpensAt: at, Public: []string{"filed"}, Shown: map[string]string{"due": at.Format(time.RFC3339)},
		Notices:  []Notice{{"mail", "comment", "sato", at}, {"page", "missed", "ito", at.Add(30 * time.Second)}},
		Events:   []Event{{3, "filed", "sato", at, map[string]string{"a.b": "c", "at": at.Format(time.RFC3339Nano)}}},
		Licences: []Licence{{"K", "3.5", 12, true}}, Mails: []Mail{{"sato", "comment", "[SR 100-000-006] hello"}},
	}}
}

// TestWantsHoldAndFail: each want on the left holds of the state, each on the
// right is its neighbour that does not.
func TestWantsHoldAndFail(t *testing.T) {
	t.Parallel()
	const now, other = "2026-06-06 02:06 JST", "2026-06-06 02:06:00.000001 JST"
	for _, pair := range [][2]string{
		{"refused conflict a.b field f", "refused conflict a.c"},
		{"refused conflict a.b routes community purchase", "refused conflict a.b routes community"},
		{"kind sr", "kind cs_request"}, {"turn customer", "turn support"}, {"severity 1", "severity 2"}, {"priority 2", "priority 1"},
		{"owner ito", "owner byrne"}, {"owners ito byrne", "owners ito"}, {"queue technical", "queue none"}, {"language ja", "language en"},
		{"stage completed reason silence", "stage completed reason confirmed"}, {"proposal confirmed", "proposal none"},
		{"target first_response running due 2026-06-06 03:06 JST amount 4bh calendar apj capped", "target first_response running due " + now},
		{"target first_response#1 replaced by callback due " + now + " warn " + now + " at " + now + " after 1m", "target first_response#1 replaced by first_response"},
		{"target first_response#1 due " + now, "target first_response#1 due " + other},
		{"targets 2", "targets 1"}, {"no target callback", "no target first_response"}, {"target first_response#2 running", "target first_response#3 running"},
		{"ask 1 kind details of customer open item order_number", "ask 1 answered"}, {"asks 1", "asks 2"},
		{"silence 2 of 3 days 1 of 3 earliest " + now + " permitted never blocked held", "silence 2 of 3 permitted " + now},
		{"waiting waiting_customer since " + now, "waiting nothing"}, {"raise 1", "raise none"},
		{"lowering 2 unreachable held", "lowering 3"}, {"after_hours ended seconds 9240", "after_hours ended seconds 9241"},
		{"hand_over to byrne effective " + now, "hand_over none"}, {"escalation active engineer nishida manager watanabe", "escalation active engineer ito"},
		{"plan " + now, "plan " + other}, {"survey withheld interval last " + now + " eligible " + now, "survey requested"},
		{"reopen until " + now, "reopen until " + other}, {"items a", "items none"}, {"missing b c", "missing b"}, {"approval needed", "approval given"},
		{"comments 4", "comments 3"}, {"opens " + now, "opens " + other},
		{"told sato comment at " + now + " by " + now + " times 1", "told sato survey"}, {"told sato", "told tanaka"},
		{"paged ito missed within 30s", "paged ito missed within 29s"}, {"no page watanabe", "no page"}, {"no mail tanaka", "no mail sato comment"},
		{"event filed by sato at " + now + " a.b=c times 1", "event filed a.b=d"}, {"no event completed", "no event filed"}, {`event filed "at=` + now + `"`, "event completed"},
		{"public filed", "public note_added"}, {"hidden note_added", "hidden filed"}, {`shows "due=` + now + `"`, `shows "due=` + other + `"`},
		{"licence K superseded units 12 version 3.5", "licence K live"}, {"mail sato comment holds number hello", "mail sato comment holds bye"},
		{"number", "number 7"},
	} {
		for i, line := range pair {
			words, err := split(line)
			if err != nil {
				t.Fatal(err)
			}
			if err := seen().check(words); (err == nil) != (i == 0) {
				t.Errorf("want %s: %v", line, err)
			}
		}
	}
}

// TestWantsThatMeanNothing are refused instead of holding by accident.
func TestWantsThatMeanNothing(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"mood good", "severity", "severity high", "turn", "target", "target first_response soon", "silence 2", "told sato comment yesterday",
		"stage completed because silence", "escalation active boss x", "licence K shiny", "no luck", "event filed quickly", "due", "target first_response due 2026-06-06 02:06",
	} {
		if err := seen().check(strings.Fields(line)); err == nil {
			t.Errorf("want %s holds", line)
		}
	}
}

// still is a driver that shows one state and refuses what it is told to.
type still struct {
	state  State
	refuse bool
	steps  int
}

func (d *still) Step(Step) (*Refusal, error) {
	d.steps++
	if d.refuse {
		return &Refusal{Code: "conflict", Key: "a.b"}, nil
	}
	return nil, nil
}

func (d *still) State() (State, error) { return d.state, nil }

func TestPlaying(t *testing.T) {
	t.Parallel()
	play := func(script string, d *still) Outcome {
		f, err := Read("SC-00", []byte("-- script --\n"+script))
		if err != nil {
			t.Fatal(err)
		}
		return Play(f.Cases[0], d)
	}
	const two = "2026-06-06 02:06 JST ito take\nwant severity 1\nwant severity 2\n2026-06-06 02:07 JST ito take\n"
	if out := play(two, &still{state: State{Severity: 1}}); len(out.Problems) != 1 || out.Steps != 2 || out.Wants != 2 || !strings.Contains(out.Problems[0], "line 4") {
		t.Errorf("one want fails: %+v", out)
	}
	if out := play(two, &still{refuse: true}); len(out.Problems) != 1 || out.Steps != 1 {
		t.Errorf("a refusal that nobody wants ends the story: %+v", out)
	}
	if out := play("2026-06-06 02:06 JST ito take\nwant refused conflict a.b\n", &still{refuse: true}); len(out.Problems) != 0 {
		t.Errorf("a wanted refusal: %+v", out)
	}
	if out := play("2026-06-06 02:06 JST ito take\nwant refused conflict a.b\n", &still{}); len(out.Problems) != 1 {
		t.Errorf("a wanted refusal that does not come: %+v", out)
	}
	const mailed = "2026-06-06 02:06 JST ito take\nwant@edge mail sato comment holds x\n"
	if out := play(mailed, &still{}); out.Unseen != 1 || len(out.Problems) != 0 {
		t.Errorf("a driver without mails: %+v", out)
	}
	if out := play(mailed, &still{state: State{Mails: []Mail{}}}); len(out.Problems) != 1 {
		t.Errorf("a driver with mails and none left: %+v", out)
	}
	if out := play("want severity 1\n", &still{}); len(out.Problems) != 1 {
		t.Errorf("a want before a step: %+v", out)
	}
}
