package support_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// life is one request that lives through commands drawn at random, with its
// instants near the edges of whatever runs.
type life struct {
	*room
	t  *rapid.T
	id int64
}

func newLife(t *rapid.T) *life {
	l := &life{room: newRoom(), t: t}
	if rapid.Bool().Draw(t, "updates") {
		l.pack = updating
	}
	if rapid.Bool().Draw(t, "resolves") {
		l.pack = resolving(l.pack)
	}
	if rapid.Bool().Draw(t, "undo") {
		l.pack = undoing(l.pack)
	}
	l.now = time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 7*24*3600).Draw(t, "filed")) * time.Second)
	who, cmd := l.filing()
	id, err := l.do(who, 0, cmd)
	if err != nil {
		t.Fatalf("file: %v", err)
	}
	l.id = id
	return l
}

// filing draws who files what: both contracts, both kinds, every severity.
func (l *life) filing() (support.Actor, *support.File) {
	c := &support.File{Kind: support.Technical, Channel: support.Portal, Title: support.T("t"), Product: "esx", Version: "4.0",
		Severity: rapid.IntRange(1, 4).Draw(l.t, "severity"), Details: support.Details{Impact: support.T("i"), Environment: "production"}}
	who := l.people[rapid.SampledFrom([]string{"sato", "tanaka"}).Draw(l.t, "who")]
	c.Contact = who.ID
	c.Preferred = rapid.SampledFrom([]support.Channel{"", support.Phone, support.Mail}).Draw(l.t, "preferred")
	if rapid.IntRange(0, 9).Draw(l.t, "beta") == 0 {
		c.Beta, c.BetaSort = 1, rapid.SampledFrom([]string{support.BetaBug, support.BetaFeedback}).Draw(l.t, "sort")
		return who, c
	}
	switch rapid.IntRange(0, 7).Draw(l.t, "regime") {
	case 0:
		c.Product, c.Scope = "vsphere_sdk", "sdk_install"
	case 1:
		who, c.Product, c.Feature, c.Severity = l.people["tanaka"], "vsphere", "live_patching", max(3, c.Severity)
		c.Contact = who.ID
	case 2:
		c.Version, c.Severity = "3.0", max(3, c.Severity)
	}
	if rapid.IntRange(0, 5).Draw(l.t, "kind") == 0 {
		c.Kind, c.Topic, c.Product, c.Version, c.Severity = support.CS, "licence", "", "", 0
		c.Scope, c.Feature = "", ""
	}
	return who, c
}

func (l *life) request() *support.Request { return l.requests[l.id].request }

// step lets some time pass, on time or unnoticed, and does one command.
func (l *life) step() {
	l.pass()
	who := rapid.SampledFrom([]string{
		"sato", "tanaka", "takahashi", "suzuki", "weber", "ito", "ito", "ito", "byrne", "hayashi", "watanabe", "mori", "system",
	}).Draw(l.t, "who")
	cmd := l.command()
	by := l.people[who]
	before := refold(l.id, l.requests[l.id].facts)
	l.save(cmd)
	_, _ = support.Decide(l.request(), cmd, l.world(l.request(), cmd, by), by, l.now, l.pack)
	if !reflect.DeepEqual(before, l.request()) {
		l.t.Fatalf("deciding %s by %s changed the request", cmd.Name(), who)
	}
	clock := l.now
	if rapid.IntRange(0, 9).Draw(l.t, "clock") == 0 {
		l.now = l.now.Add(-time.Hour) // somebody sets the clock of the machine back
	}
	_, err := l.do(by, l.id, cmd)
	clock, l.now = l.now, clock
	var refused *support.Error
	switch {
	case err == nil:
	case !errors.As(err, &refused):
		l.t.Fatalf("%s by %s: an error that is no refusal: %v", cmd.Name(), who, err)
	case !reflect.DeepEqual(before, l.request()):
		l.t.Fatalf("%s by %s was refused (%v) and left a trace", cmd.Name(), who, err)
	}
	if _, ticked := cmd.(*support.Tick); ticked && err == nil {
		if next := l.request().NextAt(l.pack); !next.IsZero() && !next.After(clock) {
			l.t.Fatalf("after a tick at %s the request is due at %s", clock, next)
		}
	}
}

// pass draws the next instant: now, a random one, or close to whatever is due
// next; then the timer keeps up, or it does not.
func (l *life) pass() {
	to := l.now
	next := l.request().NextAt(l.pack)
	switch k := rapid.IntRange(0, 9).Draw(l.t, "pass"); {
	case k < 2:
	case k < 6 && next.After(l.now) && next.Sub(l.now) < 20*24*time.Hour:
		to = next.Add(time.Duration(rapid.IntRange(-2, 2).Draw(l.t, "edge")) * support.Micro)
	case k < 8:
		to = to.Add(time.Duration(rapid.Int64Range(0, 6*3600).Draw(l.t, "seconds")) * time.Second)
	default:
		to = to.Add(time.Duration(rapid.Int64Range(0, 5*24*60).Draw(l.t, "minutes")) * time.Minute)
	}
	if to.Before(l.now) {
		to = l.now
	}
	if rapid.IntRange(0, 3).Draw(l.t, "late") == 0 {
		l.now = to
		return
	}
	if err := l.until(to); err != nil {
		l.t.Fatal(err)
	}
	l.noneOverdue()
}

// noneOverdue: when the timer has kept up, nothing that runs is past its due
// instant unnoticed (I5).
func (l *life) noneOverdue() {
	for _, c := range l.request().Clocks {
		if c.State == support.Running && !c.Paused() && l.now.After(c.DueAt) {
			l.t.Fatalf("at %s the target %s %d due at %s has not been missed", l.now, c.Metric, c.N, c.DueAt)
		}
	}
}

func (l *life) consent() *support.Consent {
	if rapid.IntRange(0, 3).Draw(l.t, "no consent") == 0 {
		return nil
	}
	return &support.Consent{Contact: l.request().Filed.Contact, How: support.Phone}
}

func (l *life) elsewhere() support.Elsewhere {
	if rapid.IntRange(0, 3).Draw(l.t, "here") > 0 {
		return support.Elsewhere{}
	}
	back := time.Duration(rapid.Int64Range(0, 8*24*3600).Draw(l.t, "back")) * time.Second
	return support.Elsewhere{HappenedAt: l.now.Add(-back), Reason: support.T("r")}
}

// words are a reason, or none.
func (l *life) words() support.Text {
	if rapid.IntRange(0, 3).Draw(l.t, "wordless") == 0 {
		return support.Text{}
	}
	return support.T("x")
}

func (l *life) severity() int { return rapid.IntRange(1, 4).Draw(l.t, "to") }

func (l *life) logContact() *support.LogContact {
	kind := rapid.SampledFrom([]struct {
		channel support.Channel
		outcome support.Outcome
	}{{support.Phone, support.Connected}, {support.Phone, support.Voicemail}, {support.Phone, support.NoAnswer},
		{support.Mail, support.Sent}, {support.Mail, support.Sent}, {support.Mail, support.Bounced}}).Draw(l.t, "attempt")
	return &support.LogContact{Channel: kind.channel, Outcome: kind.outcome, Text: support.T("x"), Elsewhere: l.elsewhere()}
}

func (l *life) wait() support.Command {
	kind := rapid.SampledFrom([]support.WaitingKind{support.WaitingCustomer, support.WaitingThirdParty, support.WaitingEngineering, support.AgreedDate}).Draw(l.t, "waiting")
	hours := time.Duration(rapid.IntRange(1, 90).Draw(l.t, "hours"))
	return &support.Wait{Kind: kind, Until: l.now.Add(hours * time.Hour), Reason: support.T("x")}
}

// command draws a command with more or less sensible arguments. Those that make
// a story last are drawn more often.
func (l *life) command() support.Command {
	x := support.T("x")
	staff := func() int64 { return rapid.Int64Range(1, 7).Draw(l.t, "staff") }
	n := func() int { return rapid.IntRange(1, 4).Draw(l.t, "n") }
	reason := func() string {
		return rapid.SampledFrom([]string{"confirmed", "workaround", "wont_fix", "duplicate", "silence", "withdrawn", "spam"}).Draw(l.t, "reason")
	}
	all := []func() support.Command{
		func() support.Command { return &support.Comment{Text: x} },
		func() support.Command { return &support.Comment{Text: x, OnBehalf: true} },
		func() support.Command {
			return &support.Comment{Text: x, Asks: []support.NewAsk{{Kind: support.AskDetails, Text: l.words()}}}
		},
		func() support.Command { return l.logContact() },
		func() support.Command { return l.logContact() },
		func() support.Command { return l.logContact() },
		func() support.Command { return &support.Tick{} },
		func() support.Command { return &support.Tick{} },
		func() support.Command { return &support.Take{} },
		func() support.Command { return &support.Assign{Staff: staff()} },
		func() support.Command { return &support.AddNote{Text: x} },
		func() support.Command { return &support.RecordAutoReply{Text: x} },
		func() support.Command {
			return &support.Ask{NewAsk: support.NewAsk{Kind: rapid.SampledFrom(support.AskKinds()).Draw(l.t, "kind"), Text: x}}
		},
		func() support.Command { return &support.AnswerAsk{N: n(), Text: x} },
		func() support.Command { return &support.CancelAsk{N: n(), Reason: x} },
		l.engineering, l.engineering,
		func() support.Command { return &support.VoidAttempt{N: n(), Why: "bounced"} },
		func() support.Command { return l.wait() },
		func() support.Command { return &support.Resume{} },
		func() support.Command { return &support.RaiseSeverity{To: l.severity(), Impact: l.words()} },
		func() support.Command { return &support.GrantSeverity{Reason: l.words()} },
		func() support.Command { return &support.DeclineSeverity{Reason: x} },
		l.working,
		l.working,
		l.working,
		func() support.Command {
			return &support.Escalate{Statement: x, Impact: x, Reason: x, Phoned: rapid.Bool().Draw(l.t, "phoned")}
		},
		func() support.Command { return &support.AssignEscalation{Engineer: staff()} },
		func() support.Command {
			return &support.SetActionPlan{Steps: []support.PlanStep{{Text: x, CheckpointAt: l.now}}}
		},
		func() support.Command {
			return &support.ConfirmDeescalation{Check: rapid.SampledFrom([]string{"plan_ok", "on_track", "customer_agrees"}).Draw(l.t, "check"), Consent: l.consent()}
		},
		func() support.Command { return &support.Deescalate{} },
		func() support.Command { return &support.ProposeCompletion{Reason: reason()} },
		func() support.Command { return &support.AcceptCompletion{Consent: l.consent()} },
		func() support.Command { return &support.Complete{Reason: reason(), Consent: l.consent()} },
		func() support.Command { return &support.Convert{Text: l.words(), Consent: l.consent()} },
		func() support.Command { return &support.Reopen{Text: x} },
		func() support.Command { return &support.AnswerSurvey{Score: n()} },
		func() support.Command { return &support.ChangeDetails{Tags: &[]string{"a"}} },
		func() support.Command { return &support.ApproveExecution{} },
	}
	all = append(all, l.lowering()...)
	all = append(all, l.others()...)
	all = append(all, l.keeping()...)
	return all[rapid.IntRange(0, len(all)-1).Draw(l.t, "command")]()
}

// lowering is what lowers the severity, and after-hours support.
func (l *life) lowering() []func() support.Command {
	x := support.T("x")
	return []func() support.Command{
		func() support.Command {
			return &support.LowerSeverity{To: l.severity(), Reason: l.words(), Consent: l.consent()}
		},
		func() support.Command { return &support.ProposeLowerSeverity{To: l.severity(), Reason: x} },
		func() support.Command { return &support.AgreeLowerSeverity{Consent: l.consent()} },
		func() support.Command {
			return &support.DeclineLowerSeverity{Reason: l.words(), Consent: l.consent()}
		},
		func() support.Command {
			return &support.DeclineAfterHoursEnd{Reason: l.words(), Consent: l.consent()}
		},
		func() support.Command { return &support.OfferAfterHours{Price: x} },
		func() support.Command { return &support.ConfirmAfterHours{Consent: l.consent()} },
		func() support.Command { return &support.DeclineAfterHours{} },
		func() support.Command {
			return &support.ProposeAfterHoursEnd{Ground: "restored", Severity: rapid.SampledFrom([]int{0, 2, 3}).Draw(l.t, "to"), Text: x}
		},
		func() support.Command { return &support.AgreeAfterHoursEnd{Consent: l.consent()} },
	}
}

// working is who works on it: a hand-over, an answer to one, a page, routing.
func (l *life) working() support.Command {
	x := support.T("x")
	switch rapid.IntRange(0, 7).Draw(l.t, "working") {
	case 0, 1:
		return &support.AnnounceHandOver{To: rapid.Int64Range(1, 7).Draw(l.t, "staff"), Ground: "expertise", Reason: x,
			Note: support.HandOverNote{State: x, Next: x, Promises: l.words(), DoNot: x}}
	case 2, 3:
		return &support.AcceptHandOver{}
	case 4:
		return &support.DeclineHandOver{Reason: l.words()}
	case 5:
		return &support.AcknowledgePage{}
	case 6:
		return &support.RouteToStaff{}
	}
	return &support.CancelHandOver{Reason: x}
}

func refold(id int64, facts []support.Fact) *support.Request {
	r := &support.Request{ID: id}
	support.Fold(r, facts...)
	return r
}

// TestEveryLife draws lives of requests and holds what must be true of each,
// whatever happens in whatever order.
//
// guide: R26, R39, R49, A5
func TestEveryLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			l.step()
		}
		f := l.requests[l.id]
		for _, check := range []func(*file) error{
			gapless, foldsAlike, roundTrips, ownedOnceAnswered, severityHasReason, silenceWasEarned, missesOnce, recomputes, notesStayInside, askedWithWord,
		} {
			if err := check(f); err != nil {
				t.Fatalf("%v\n%s", err, printed(f))
			}
		}
	})
}

func printed(f *file) string {
	var out string
	for _, x := range f.facts {
		body, _ := json.Marshal(x.Body)
		out += fmt.Sprintf("%d %s %v %s %s\n", x.Seq, x.At.Format(time.RFC3339Nano), x.By, x.Kind(), body)
	}
	return out
}

// gapless: facts are numbered from 1 without a gap and never go back in time.
func gapless(f *file) error {
	for i, x := range f.facts {
		switch {
		case x.Seq != int64(i+1):
			return fmt.Errorf("the fact in place %d has seq %d", i+1, x.Seq)
		case i > 0 && x.At.Before(f.facts[i-1].At):
			return fmt.Errorf("seq %d is recorded before the fact before it", x.Seq)
		case x.HappenedAt.After(x.At):
			return fmt.Errorf("seq %d happened after it was recorded", x.Seq)
		}
	}
	return nil
}

// foldsAlike: one by one, by command, and all at once give the same request,
// which is the one that decisions have seen.
func foldsAlike(f *file) error {
	byBatch := &support.Request{ID: f.request.ID}
	for _, b := range f.batches {
		support.Fold(byBatch, b...)
	}
	if !reflect.DeepEqual(byBatch, refold(f.request.ID, f.facts)) || !reflect.DeepEqual(byBatch, f.request) {
		return errors.New("folding depends on how the facts are cut")
	}
	return nil
}

// roundTrips: the stored bytes of a fact give the fact back, byte for byte.
func roundTrips(f *file) error {
	var stored []support.Fact
	for _, x := range f.facts {
		first, err := json.Marshal(x)
		if err != nil {
			return err
		}
		var back support.Fact
		if err := json.Unmarshal(first, &back); err != nil {
			return err
		}
		again, err := json.Marshal(back)
		if err != nil {
			return err
		}
		if string(first) != string(again) {
			return fmt.Errorf("seq %d changes when it is read and stored again:\n%s\n%s", x.Seq, first, again)
		}
		stored = append(stored, back)
	}
	if a, b := support.Index(refold(f.request.ID, stored), classic), support.Index(f.request, classic); !reflect.DeepEqual(plainless(a), plainless(b)) {
		return fmt.Errorf("the row differs after reading the facts back:\n%+v\n%+v", a, b)
	}
	return nil
}

// plainless drops the words of texts, which are not stored with the facts.
func plainless(r support.Row) support.Row {
	r.Title.Plain, r.Reference.Plain = "", ""
	return r
}

// ownedOnceAnswered: an open request has an owner, or a queue and since when;
// after an answer in person it has an owner (I2).
func ownedOnceAnswered(f *file) error {
	r := &support.Request{ID: f.request.ID}
	for _, batch := range f.batches {
		support.Fold(r, batch...)
		answered := slices.ContainsFunc(r.Clocks, func(c support.Clock) bool {
			// first responses of technical requests; a customer service request may
			// be answered by somebody who does not carry it out (A9)
			return (c.Metric == support.FirstResponse || c.Metric == support.AfterHoursResponse) && (c.State == support.Met || c.State == support.MetLate)
		})
		if slices.ContainsFunc(batch, kindCorrected) {
			return nil // what was answered as one kind may wait in the queue of the other
		}
		switch {
		case r.Completed != nil:
		case r.Owner == 0 && (r.Queue == "" || r.QueuedSince.IsZero()):
			return fmt.Errorf("after seq %d nobody owns it and no queue holds it", r.Seq)
		case r.Owner == 0 && answered:
			return fmt.Errorf("after seq %d it was answered and nobody owns it", r.Seq)
		case r.Owner != 0 && r.Queue != "":
			return fmt.Errorf("after seq %d it is owned and queued", r.Seq)
		}
	}
	return nil
}

// severityHasReason: a severity changes only by somebody's act, with a reason,
// with consent, or by what the customer asked for or did (I12).
func severityHasReason(f *file) error {
	level := 0
	asked := support.SeverityRaiseAsked{}
	for _, x := range f.facts {
		switch b := x.Body.(type) {
		case support.Filed:
			level = b.Severity
		case support.SeverityRaiseAsked:
			asked = b
		case support.Reclassified:
			level = b.Severity
		case support.SeverityChanged:
			if b.From != level || b.To == level {
				return fmt.Errorf("seq %d goes from %d to %d, the severity was %d", x.Seq, b.From, b.To, level)
			}
			if x.By.Kind == support.System {
				return fmt.Errorf("seq %d changes the severity by itself", x.Seq)
			}
			granted := b.AskedSeq != 0 && asked.To == b.To && !asked.Impact.Empty()
			if b.Reason.Empty() && b.Consent == nil && !granted && x.By.Kind != support.Customer {
				return fmt.Errorf("seq %d changes the severity without reason and consent", x.Seq)
			}
			level = b.To
		}
	}
	if level != f.request.Severity {
		return fmt.Errorf("the severity is %d, the facts say %d", f.request.Severity, level)
	}
	return nil
}

// missesOnce: a target is missed at most once, never before its due instant has
// passed, and not at all when it had been answered by then (I5).
func missesOnce(f *file) error {
	type key struct {
		m support.Metric
		n int
	}
	due, missed, anchor := map[key]time.Time{}, map[key]bool{}, map[key]time.Time{}
	r := &support.Request{ID: f.request.ID}
	for i, x := range f.facts {
		if i > 0 {
			support.Fold(r, f.facts[i-1])
		}
		switch b := x.Body.(type) {
		case support.TargetStarted:
			due[key{b.Target.Metric, b.Target.N}] = b.Target.DueAt
			anchor[key{b.Target.Metric, b.Target.N}] = b.Target.AnchorAt
		case support.TargetMoved:
			due[key{b.Metric, b.N}] = b.DueAt
		case support.TargetMissed:
			k := key{b.Metric, b.N}
			if missed[k] {
				return fmt.Errorf("seq %d misses a target a second time", x.Seq)
			}
			if !x.At.After(due[k]) || !b.DueAt.Equal(due[k]) {
				return fmt.Errorf("seq %d at %s misses a target that was due at %s", x.Seq, x.At, due[k])
			}
			missed[k] = true
		case support.TargetMet:
			k := key{b.Metric, b.N}
			if b.MetAt.Before(anchor[k]) {
				return fmt.Errorf("seq %d meets at %s what began at %s", x.Seq, b.MetAt, anchor[k])
			}
			paused := slices.ContainsFunc(r.Clocks, func(c support.Clock) bool { return c.Metric == b.Metric && c.N == b.N && c.Paused() })
			if b.Late != (b.MetAt.After(due[k]) && !paused) || (b.Late && !missed[k]) {
				return fmt.Errorf("seq %d is late %v, met at %s, due at %s, missed %v", x.Seq, b.Late, b.MetAt, due[k], missed[k])
			}
		}
	}
	return nil
}

// recomputes: every stored target comes out again from its own inputs (I6).
func recomputes(f *file) error {
	pack := func(ref string) (*policy.Pack, bool) { return classic, ref == classic.Ref() }
	if wrong := support.Recheck(f.facts, pack); len(wrong) > 0 {
		return fmt.Errorf("recomputed targets differ: %v", wrong)
	}
	return nil
}

// notesStayInside: what is the vendor's own never makes a mail to a customer,
// and every effect has a key of its own.
func notesStayInside(f *file) error {
	keys := map[string]bool{}
	for _, e := range f.effects {
		if keys[e.Key] {
			return fmt.Errorf("two effects have the key %s", e.Key)
		}
		keys[e.Key] = true
		if e.Recipient.Kind != support.ToContact {
			continue
		}
		public := false
		for _, x := range f.facts[e.Seq-1 : e.Last] {
			public = public || support.Public(x)
		}
		if !public {
			return fmt.Errorf("the mail %s tells a customer of %s", e.Key, f.facts[e.Seq-1].Kind())
		}
	}
	return nil
}
