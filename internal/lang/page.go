package lang

import "madoguchi/internal/support"

// paging is whom routing found and a page has called, and who answered it.
func (s teller) paging(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.Paged:
		a := args{"metric": string(b.Metric), "due": s.Date(b.DueAt), "owner": s.staff(b.Staff)}
		switch b.To {
		case support.ToDuty:
			return "fact.paged_duty", a
		case support.ToOnCall:
			return "fact.paged_on_call", a
		}
		return either(b.Step == 1, "fact.paged", "fact.paged_next"), a
	case support.Routed:
		a := args{"owner": s.staff(b.Staff), "n": itoa(len(b.Considered) + b.More)}
		return either(b.Staff == 0, "fact.routed_nobody", "fact.routed"), a
	case support.PageAcknowledged:
		return "fact.page_acknowledged", args{"owner": s.staff(b.Staff)}
	}
	return "", nil
}
