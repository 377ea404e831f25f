package lang

import "madoguchi/internal/support"

// correction tells what a request counts as now, and what it did before.
func (s teller) correction(f support.Fact) (string, args) {
	if b, ok := f.Body.(support.Reclassified); ok {
		return "fact.reclassified", args{"fields": s.list("field", b.Fields)}
	}
	return "", nil
}
