package scenario

import (
	"fmt"
	"time"
)

// Driver carries out steps and tells what is seen. Between steps it lets
// everything happen that is due, each at its instant.
type Driver interface {
	// Step lets time pass up to the step's instant and does it. A refusal is an
	// answer; the error is that of a step that could not be tried.
	Step(Step) (*Refusal, error)
	// State is what is seen of the request of the last step.
	State() (State, error)
}

// Outcome is what became of playing a case.
type Outcome struct {
	// Problems name line and difference; none: all wants hold.
	Problems []string
	Steps    int
	Wants    int
	Unseen   int // edge wants that the driver could not look at
}

// Play plays a case. It goes on after a want that does not hold and ends at a
// step that cannot be tried or was refused without a want that says so.
func Play(c Case, d Driver) Outcome {
	var out Outcome
	problem := func(line int, format string, args ...any) {
		out.Problems = append(out.Problems, fmt.Sprintf("line %d: %s", line, fmt.Sprintf(format, args...)))
	}
	for i := 0; i < len(c.Lines); {
		line := c.Lines[i]
		if line.Step == nil {
			problem(line.Number, "a want before the first step: say first who does what")
			return out
		}
		out.Steps++
		refusal, err := d.Step(*line.Step)
		if err != nil {
			problem(line.Number, "%v", err)
			return out
		}
		wants := i + 1
		for wants < len(c.Lines) && c.Lines[wants].Want != nil {
			wants++
		}
		if refusal != nil && !expectsRefusal(c.Lines[i+1:wants]) {
			problem(line.Number, "%s %s was refused: %s %s %s", line.Step.Who, line.Step.Verb, refusal.Code, refusal.Key, refusal.Field)
			return out
		}
		if wants > i+1 {
			state, err := d.State()
			if err != nil {
				problem(line.Number, "%v", err)
				return out
			}
			seen := sight{State: state, refusal: refusal, at: line.Step.At}
			for _, w := range c.Lines[i+1 : wants] {
				out.Wants++
				if w.Want.Edge && state.Mails == nil {
					out.Unseen++
					continue
				}
				if err := seen.check(w.Want.Words); err != nil {
					problem(w.Number, "%s: %v", w.Want, err)
				}
			}
		}
		i = wants
	}
	return out
}

func expectsRefusal(lines []Line) bool {
	for _, l := range lines {
		if l.Want.Words[0] == "refused" {
			return true
		}
	}
	return false
}

// sight is the state together with the step after which it is seen.
type sight struct {
	State
	refusal *Refusal
	at      time.Time
}
