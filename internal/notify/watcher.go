package notify

import (
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// watches tells whether the reader was added to somebody else's request (A13).
func (w *writer) watches() bool {
	who := w.recipient()
	return who.Kind == support.Customer && who.ID != w.Request.Filed.Contact && w.Request.Watches(who.ID)
}

// watched says why a watcher reads this, and how to end it.
func (w *writer) watched() {
	if w.watches() && w.Effect.Template != "watching" {
		w.doc.add(paragraph, w.say("mail.say.watched", "contact", w.contact(w.Request.Filed.Contact)))
	}
}

// watching tells somebody that they were added.
func (w *writer) watching(f support.Fact) bool {
	b, ok := f.Body.(support.WatcherAdded)
	if !ok {
		return false
	}
	if b.Contact == w.recipient().ID && w.Effect.Template == "watching" {
		w.lead("mail.say.watching", "who", w.who(f.By), "contact", w.contact(w.Request.Filed.Contact))
	}
	return true
}

// turn is whose turn it is: what is asked of the contact is not asked of those
// who watch.
func (w *writer) turn() string {
	turn := w.Request.Turn()
	if turn == support.TurnCustomer && w.watches() {
		return w.contact(w.Request.Filed.Contact)
	}
	return w.v.Word("turn_yours", lang.TurnWord(string(turn), w.Request.Owner != 0))
}

func (w *writer) asked(n int) string {
	if w.watches() {
		return w.say("mail.say.asked_of", "contact", w.contact(w.Request.Filed.Contact))
	}
	return w.say("mail.say.asks", "n", itoa(n))
}
