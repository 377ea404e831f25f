package lang

import "madoguchi/internal/support"

// primary tells who became the PLA of the request's contract.
func (s teller) primary(f support.Fact) (string, args) {
	if b, ok := f.Body.(support.PrimarySwapped); ok {
		return "fact.primary_swapped", args{"from": s.contact(b.From), "to": s.contact(b.To)}
	}
	return "", nil
}
