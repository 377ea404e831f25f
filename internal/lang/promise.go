package lang

import "madoguchi/internal/support"

func (s teller) promises(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.PromiseMade:
		return "fact.promise_made", args{"promise": itoa(b.N), "at": s.Date(b.DueAt)}
	case support.PromiseKept:
		return "fact.promise_kept", args{"promise": itoa(b.N)}
	case support.PromiseRenewed:
		return "fact.promise_renewed", args{"promise": itoa(b.N), "at": s.Date(b.DueAt), "was": s.Date(b.WasAt)}
	case support.PromiseWithdrawn:
		return "fact.promise_withdrawn", args{"promise": itoa(b.N)}
	}
	return "", nil
}
