package notify

import "madoguchi/internal/support"

// promise tells what we promised, and what became of it (A25).
func (w *writer) promise(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.PromiseMade:
		w.quote(w.say("mail.say.promise_made", "who", w.who(f.By), "due", w.v.Date(b.DueAt)), b.Text)
	case support.PromiseRenewed:
		w.quote(w.say("mail.say.promise_renewed", "who", w.who(f.By), "was", w.v.Date(b.WasAt), "due", w.v.Date(b.DueAt)), b.Text)
	case support.PromiseWithdrawn:
		w.lead("mail.say.promise_withdrawn", "who", w.who(f.By))
		w.ofPromise(b.N)
		w.quote(w.say("mail.say.because"), b.Reason)
	case support.PromiseKept:
		w.lead("mail.say.promise_kept", "who", w.who(f.By))
		w.ofPromise(b.N)
		w.quote(w.say("mail.say.commented", "who", w.who(f.By)), b.Text)
	default:
		return false
	}
	return true
}

// ofPromise quotes what promise n was.
func (w *writer) ofPromise(n int) {
	for _, p := range w.Request.Promises {
		if p.N == n {
			w.quote(w.say("mail.say.promise_was"), p.Text)
		}
	}
}
