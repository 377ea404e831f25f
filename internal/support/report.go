package support

import (
	"cmp"
	"slices"
	"time"
)

// maxReport is the longest period of a report.
const maxReport = 366 * 24 * time.Hour

// Window is the period of a report, from an instant until another, exclusive, and
// the zone whose months it counts in. At is the present instant.
type Window struct {
	From, To time.Time
	Zone     string
	At       time.Time
}

// Check refuses a period that is empty or longer than 366 days, and an unknown zone.
func (w Window) Check() error {
	switch {
	case !w.From.Before(w.To):
		return Wrong("to", "report.empty")
	case w.To.Sub(w.From) > maxReport:
		return Wrong("to", "report.too_long", "days", itoa(int(maxReport.Hours()/24)))
	}
	if _, err := localDay(w.From, w.Zone); err != nil {
		return Wrong("zone", "zone.unknown", "zone", w.Zone)
	}
	return nil
}

func (w Window) holds(t time.Time) bool { return !t.IsZero() && !t.Before(w.From) && t.Before(w.To) }

// month is the month of an instant in the window's zone: 2026-06.
func (w Window) month(t time.Time) string {
	day, err := localDay(t, w.Zone)
	if err != nil {
		return ""
	}
	return day[:len("2026-06")]
}

// TurnSpan is a time in which it was one side's turn.
type TurnSpan struct {
	Turn     Turn
	From, To time.Time
}

// TurnSpans folds all facts of a request into r, and tells whose turn it was, one
// span behind the other, from the filing until the completion, or until the
// instant at while the request is open. What happened in one instant counts as it
// stood in the end. After a reopening it goes on.
func TurnSpans(r *Request, facts []Fact, at time.Time) []TurnSpan {
	var out []TurnSpan
	add := func(from, to time.Time) {
		turn := r.Turn()
		if !from.Before(to) || turn == TurnNobody {
			return
		}
		if n := len(out); n > 0 && out[n-1].Turn == turn && out[n-1].To.Equal(from) {
			out[n-1].To = to
			return
		}
		out = append(out, TurnSpan{turn, from, to})
	}
	for i, f := range facts {
		Fold(r, f)
		to := at
		if i+1 < len(facts) {
			to = facts[i+1].At
		}
		add(f.At, to)
	}
	return out
}

// Sides is how long it was each side's turn.
type Sides struct {
	Support, Customer, ThirdParty time.Duration
}

// All is the time in all.
func (p Sides) All() time.Duration { return p.Support + p.Customer + p.ThirdParty }

func (p *Sides) add(s TurnSpan) {
	switch d := s.To.Sub(s.From); s.Turn {
	case TurnCustomer:
		p.Customer += d
	case TurnThirdParty:
		p.ThirdParty += d
	default:
		p.Support += d
	}
}

// SidesOf sums spans up.
func SidesOf(spans []TurnSpan) Sides {
	var p Sides
	for _, s := range spans {
		p.add(s)
	}
	return p
}

// clipped are the parts of spans that lie in the window.
func (w Window) clipped(spans []TurnSpan) []TurnSpan {
	var out []TurnSpan
	for _, s := range spans {
		s.From, s.To = latest(s.From, w.From), earliest(s.To, w.To)
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

// AttainmentKey is one row of a report on targets: the month in which they
// began, the offering under which they started, severity (0: customer service) and
// metric.
type AttainmentKey struct {
	Month, Offering string
	Severity        int
	Metric          Metric
}

// Attainment counts targets that began in a month. Met are those in time, of
// which Withdrawn had been recorded as missed first; Missed those that were not
// met in time, of which Late were met since. Running are not due yet or paused;
// Ended were replaced or dropped before an answer.
type Attainment struct {
	Met, Withdrawn, Missed, Late, Running, Ended int
}

// All is the number of targets.
func (a Attainment) All() int { return a.Met + a.Missed + a.Running + a.Ended }

// Percent of those that were decided were met in time; ok is false when none was.
func (a Attainment) Percent() (float64, bool) {
	if n := a.Met + a.Missed; n > 0 {
		return 100 * float64(a.Met) / float64(n), true
	}
	return 0, false
}

func (a *Attainment) add(c Clock) {
	switch c.State {
	case Met:
		a.Met++
		if c.MissWithdrawn {
			a.Withdrawn++
		}
	case MetLate:
		a.Missed++
		a.Late++
	case Missed:
		a.Missed++
	case Running:
		a.Running++
	default:
		a.Ended++
	}
}

// EndKey is one row of a report on completions: month and reason.
type EndKey struct{ Month, Reason string }

// Ends counts completions, and how many of them were reopened since.
type Ends struct{ Completed, Reopened int }

// SurveyKey is one row of a report on surveys: the month in which they were sent,
// and the offering.
type SurveyKey struct{ Month, Offering string }

// Surveys counts surveys that were sent, and the answers by score.
type Surveys struct {
	Sent   int
	Scores map[int]int
}

// Answered is the number of answers.
func (s Surveys) Answered() int {
	n := 0
	for _, count := range s.Scores {
		n += count
	}
	return n
}

// Mean is the mean score; ok is false without an answer.
func (s Surveys) Mean() (float64, bool) {
	sum := 0
	for score, count := range s.Scores {
		sum += score * count
	}
	if n := s.Answered(); n > 0 {
		return float64(sum) / float64(n), true
	}
	return 0, false
}

// AgeKey is one row of a report on what is open: severity (0: customer service)
// and whose turn it is.
type AgeKey struct {
	Severity int
	Turn     Turn
}

// AgeBounds are the upper bounds, exclusive, of the ages that are counted apart;
// what is older than the last is one more.
func AgeBounds() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{day, 3 * day, 7 * day, 14 * day, 30 * day, 90 * day}
}

// Ages counts open requests by age, one number for each of [AgeBounds] and one
// for those that are older.
type Ages struct {
	Counts []int
	Oldest time.Duration
}

// Open is the number of open requests.
func (a Ages) Open() int {
	n := 0
	for _, c := range a.Counts {
		n += c
	}
	return n
}

// AccountFigures is what one account had in the window. Open counts those that
// are open at its end, Targets those that began in it.
type AccountFigures struct {
	Filed, Completed, Open int
	Targets                Attainment
	Sides                  Sides
}

// RequestFigures is one request with whose turn it was in the window.
type RequestFigures struct {
	ID      int64
	Title   Text
	FiledAt time.Time
	Open    bool
	Sides   Sides
}

// Report sums requests up over a window. Which requests it sees is decided by
// whoever hands them in.
type Report struct {
	Window
	Targets  map[AttainmentKey]Attainment
	Ends     map[EndKey]Ends
	Surveys  map[SurveyKey]Surveys
	Open     map[AgeKey]Ages // at the window's end, or now when that lies ahead
	Accounts map[int64]AccountFigures
	Sides    Sides
	Requests int // that were worked on in the window
	// Longest are the requests on which the most time passed in the window, at most
	// [LongestShown].
	Longest []RequestFigures
}

// LongestShown is how many requests a report names.
const LongestShown = 100

// NewReport is the report on nothing.
func NewReport(w Window) *Report {
	return &Report{
		Window: w, Targets: map[AttainmentKey]Attainment{}, Ends: map[EndKey]Ends{}, Surveys: map[SurveyKey]Surveys{},
		Open: map[AgeKey]Ages{}, Accounts: map[int64]AccountFigures{},
	}
}

// Add counts one request by its facts.
func (p *Report) Add(id int64, facts []Fact) {
	r := Request{ID: id}
	now := earliest(p.At, p.To)
	spans := TurnSpans(&r, facts, now)
	account := p.Accounts[r.Filed.Account]
	if p.holds(r.FiledAt) {
		account.Filed++
	}
	p.targets(&r, &account)
	p.ends(facts, &r, &account)
	then := asOf(&r, facts, earliest(p.At.Add(Micro), p.To)) // the present instant has happened
	open := then.Exists() && then.Completed == nil
	if open {
		account.Open++
		p.age(then, now)
	}
	if sides := SidesOf(p.clipped(spans)); sides.All() > 0 {
		p.Requests++
		sum(&p.Sides, sides)
		sum(&account.Sides, sides)
		p.longest(RequestFigures{ID: r.ID, Title: r.Filed.Title, FiledAt: r.FiledAt, Open: open, Sides: sides})
	}
	p.Accounts[r.Filed.Account] = account
}

// asOf is the request as it stood before an instant.
func asOf(r *Request, facts []Fact, at time.Time) *Request {
	i := slices.IndexFunc(facts, func(f Fact) bool { return !f.At.Before(at) })
	if i < 0 {
		return r
	}
	then := Request{ID: r.ID}
	Fold(&then, facts[:i]...)
	return &then
}

func sum(all *Sides, p Sides) {
	all.Support += p.Support
	all.Customer += p.Customer
	all.ThirdParty += p.ThirdParty
}

func (p *Report) targets(r *Request, account *AccountFigures) {
	for _, c := range r.Clocks {
		if !p.holds(c.AnchorAt) {
			continue
		}
		k := AttainmentKey{p.month(c.AnchorAt), c.Offering, c.Severity, c.Metric}
		if k.Offering == "" {
			k.Offering = r.Filed.Offering
		}
		if k.Severity == 0 { // of an acknowledgement, a promise
			k.Severity = r.Severity
		}
		if r.Filed.Kind == CS {
			k.Offering, k.Severity = "", 0
		}
		a := p.Targets[k]
		a.add(c)
		p.Targets[k] = a
		account.Targets.add(c)
	}
}

// ends counts completions, what was reopened of them, and surveys.
func (p *Report) ends(facts []Fact, r *Request, account *AccountFigures) {
	var last *EndKey
	var survey *SurveyKey
	for _, f := range facts {
		switch b := f.Body.(type) {
		case Completed:
			if last = nil; p.holds(f.At) {
				last = &EndKey{p.month(f.At), b.Reason}
				e := p.Ends[*last]
				e.Completed++
				p.Ends[*last] = e
				account.Completed++
			}
		case Reopened:
			if last != nil {
				e := p.Ends[*last]
				e.Reopened++
				p.Ends[*last], last = e, nil
			}
		case SurveyRequested:
			if survey = nil; p.holds(f.At) {
				survey = &SurveyKey{p.month(f.At), r.Filed.Offering}
				s := p.Surveys[*survey]
				s.Sent++
				p.Surveys[*survey] = s
			}
		case SurveyAnswered:
			if survey == nil {
				continue
			}
			s := p.Surveys[*survey]
			if s.Scores == nil {
				s.Scores = map[int]int{}
			}
			s.Scores[b.Score]++
			p.Surveys[*survey], survey = s, nil
		}
	}
}

func (p *Report) age(r *Request, now time.Time) {
	k := AgeKey{r.Severity, r.Turn()}
	if r.Filed.Kind == CS {
		k.Severity = 0
	}
	a := p.Open[k]
	if a.Counts == nil {
		a.Counts = make([]int, len(AgeBounds())+1)
	}
	age := now.Sub(r.FiledAt)
	i := slices.IndexFunc(AgeBounds(), func(bound time.Duration) bool { return age < bound })
	if i < 0 {
		i = len(AgeBounds())
	}
	a.Counts[i]++
	a.Oldest = max(a.Oldest, age)
	p.Open[k] = a
}

// longest keeps those on which the most time passed, in that order.
func (p *Report) longest(x RequestFigures) {
	i, _ := slices.BinarySearchFunc(p.Longest, x, func(a, b RequestFigures) int {
		return cmp.Or(cmp.Compare(b.Sides.All(), a.Sides.All()), cmp.Compare(a.ID, b.ID))
	})
	if i < LongestShown {
		p.Longest = slices.Insert(p.Longest, i, x)
		p.Longest = p.Longest[:min(len(p.Longest), LongestShown)]
	}
}
