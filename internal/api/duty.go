package api

import "madoguchi/internal/support"

// dutyView is what the customer does in return at a severity (R18, R54).
type dutyView struct {
	Text  string   `json:"text"`
	Rules []string `json:"rules"`
	// People and Missing are of a request.
	People  []person `json:"people,omitempty" doc:"Who is kept available"`
	Missing bool     `json:"missing,omitempty" doc:"Nobody is named; it is asked for"`
}

// dutyAt is the duty at a severity; nil: none.
func (c *call) dutyAt(severity int) *dutyView {
	s, ok := support.DutyOf(c.desk.Pack(), severity)
	if !ok {
		return nil
	}
	return &dutyView{Text: s.Duty.In(c.voice().Lang), Rules: notNil(s.Guide)}
}

// duty is that of a request's customer, while work goes on.
func (n *names) duty(r *support.Request) *dutyView {
	v := n.c.dutyAt(r.Severity)
	if v == nil || r.Completed != nil {
		return nil
	}
	v.People = n.people(r.Details.Severity1)
	for _, a := range r.Asks {
		v.Missing = v.Missing || a.Item == support.PeopleItem && a.State == support.AskOpen
	}
	return v
}
