package notify

import "madoguchi/internal/support"

// defect tells the customer that what they wait for is fixed, in the words that
// are meant for them, or what many customers are told at once (R36).
func (w *writer) defect(f support.Fact) bool {
	if b, ok := f.Body.(support.BroadcastTold); ok {
		w.quote(w.say("mail.say.broadcast", "desk", w.Desk.Name), b.Text)
		return true
	}
	b, ok := f.Body.(support.DefectTold)
	if !ok || b.State != support.DefectFixed {
		return false
	}
	w.lead("mail.say.defect_fixed", "defect", support.DefectNumber(b.Defect), "release", b.FixedIn)
	w.quote(w.say("mail.say.defect_words"), b.Public)
	if w.Request.Completed == nil {
		w.doc.add(paragraph, w.say("mail.next.defect_install", "release", b.FixedIn))
	}
	return true
}
