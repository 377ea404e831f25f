package support

import (
	"slices"

	"madoguchi/internal/policy"
)

// PeopleItem is what the desk asks for by itself when a severity asks the
// customer to keep people available and nobody is named (R18, R54). It holds
// nothing up: nobody's turn changes by it, and no clock.
const PeopleItem = "people"

// Standing tells whether the desk asked by itself.
func (a OpenedAsk) Standing() bool { return a.By.Kind == System }

// DutyOf is what the customer does in return at a severity, as the pack says;
// false: nothing.
func DutyOf(p *policy.Pack, level int) (policy.Severity, bool) {
	s, ok := severity(p, level)
	return s, ok && len(s.Duty) > 0
}

// people asks for those who are kept available when the severity wants them and
// the request names nobody; it answers the ask when they are named, and takes it
// back when the severity does not want them any more.
func (d *decision) people() {
	s, _ := severity(d.p, d.r.Severity)
	wanted, named := s.People == "ask", len(d.r.Details.Severity1) > 0
	for _, a := range slices.Clone(d.r.Asks) {
		if a.Item != PeopleItem || a.State != AskOpen {
			continue
		}
		switch {
		case named:
			d.record(AskAnswered{N: a.N, Of: a.Of})
		case !wanted:
			d.recordAs(Actor{Kind: System}, AskCancelled{N: a.N, Of: a.Of})
		}
		return
	}
	if wanted && !named {
		d.recordAs(Actor{Kind: System}, AskOpened{N: 1 + len(d.r.Asks), Kind: AskDetails, Of: TurnCustomer, Item: PeopleItem})
	}
}

// available notes the people whom a raise named as those of the request, unless
// it names some already (R54).
func (d *decision) available(people []int64) {
	if len(people) == 0 || len(d.r.Details.Severity1) > 0 {
		return
	}
	n := d.r.Details
	n.Severity1 = slices.Clone(people)
	d.record(DetailsChanged{Details: n, Fields: []string{"severity1_contacts"}})
}
