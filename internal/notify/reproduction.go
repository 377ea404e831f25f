package notify

import "madoguchi/internal/support"

// analysis tells what was found out, as far as it is public (R09).
func (w *writer) analysis(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.ReproductionRecorded:
		w.lead("mail.say.reproduced", "who", w.who(f.By), "outcome", string(b.Outcome))
		w.quote(w.say("mail.say.reproduced_environment"), b.Environment)
		w.quote(w.say("mail.say.reproduced_text"), b.Text)
	case support.RootCauseRecorded:
		w.quote(w.say("mail.say.root_cause", "who", w.who(f.By)), b.Text)
	default:
		return false
	}
	return true
}
