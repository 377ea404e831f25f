package notify

import "madoguchi/internal/support"

// duplicate says where the request goes on. Its contact watches that one from
// now on, others may not see it (A13, A22).
func (w *writer) duplicate(of int64) {
	key := "mail.say.completed_duplicate"
	if w.recipient() == (support.Actor{Kind: support.Customer, ID: w.Request.Filed.Contact}) {
		key = "mail.say.completed_duplicate_you"
	}
	w.lead(key, "number", support.SpokenNumber(of))
}
