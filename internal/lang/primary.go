package lang

import "madoguchi/internal/support"

// primary tells who became the PLA of the request's contract, and whose approval
// it waits for since.
func (s teller) primary(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.PrimarySwapped:
		return "fact.primary_swapped", args{"from": s.contact(b.From), "to": s.contact(b.To)}
	case support.ApproverChanged:
		return "fact.approver_changed", args{"from": s.contact(b.From), "to": s.contact(b.To)}
	}
	return "", nil
}
