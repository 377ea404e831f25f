package web

import "strconv"

// heldOf are the reader's replies that the customer does not see yet and that can
// be taken back; Label is the entry, Value says until when (R28, UX-23).
func (s *site) heldOf(v *visit, t told) []pair {
	var out []pair
	if !v.staff() {
		return nil
	}
	for _, h := range t.r.Held {
		if h.By == v.who.Actor && s.Desk.Now().Before(h.Until) {
			out = append(out, pair{strconv.FormatInt(h.Seq, 10), v.T("held", "until", v.voice.Date(h.Until))})
		}
	}
	return out
}
