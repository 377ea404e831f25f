package lang

import "madoguchi/internal/support"

// defect tells what ties the request to defects and what became of them.
func (s teller) defect(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.DefectLinked:
		return "fact.defect_linked", args{"defect": support.DefectNumber(b.Defect), "state": string(b.State)}
	case support.DefectUnlinked:
		return "fact.defect_unlinked", args{"defect": support.DefectNumber(b.Defect)}
	case support.AskAssigned:
		return "fact.ask_assigned", args{"n": itoa(b.N), "staff": s.staff(b.Staff)}
	case support.BroadcastTold:
		return "fact.broadcast_told", nil
	case support.DefectTold:
		a := args{"defect": support.DefectNumber(b.Defect), "state": string(b.State), "release": b.FixedIn}
		return either(b.State == support.DefectFixed, "fact.defect_fixed", "fact.defect_told"), a
	}
	return "", nil
}
