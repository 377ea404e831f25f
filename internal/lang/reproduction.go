package lang

import "madoguchi/internal/support"

// analysis tells what was found out: a reproduction, the root cause (R09).
func (s teller) analysis(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.ReproductionRecorded:
		return "fact.reproduction_recorded", args{"outcome": string(b.Outcome)}
	case support.RootCauseRecorded:
		return "fact.root_cause_recorded", nil
	}
	return "", nil
}
