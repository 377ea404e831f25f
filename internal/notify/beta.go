package notify

import "madoguchi/internal/support"

// beta says what a member of a beta may expect of a filing: no answer is
// promised, bugs go to engineering, wishes become the vendor's (R35-R37).
func (w *writer) beta(b support.Filed) {
	if b.Beta == 0 {
		return
	}
	w.doc.add(paragraph, w.say("mail.say.beta"))
	switch b.BetaSort {
	case support.BetaBug:
		w.doc.add(paragraph, w.say("mail.say.beta_bug"))
	case support.BetaFeature:
		if w.Pack != nil {
			w.doc.add(paragraph, w.Pack.Beta.Features.In(w.v.Lang))
		}
	}
}
