package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailboxes are what the outside world makes of addresses.
type mailboxes struct {
	gone     map[string]bool   // what is sent there comes back
	refused  map[string]string // key of a mail to the address that did not take it, for good
	returned map[string]bool   // addresses of which the desk was told so
	now      map[string]bool   // keys that were refused in this step
}

func newMailboxes() mailboxes {
	return mailboxes{gone: map[string]bool{}, refused: map[string]string{}, returned: map[string]bool{}, now: map[string]bool{}}
}

// take is the relay's answer to a mail; nil: it took it.
func (b *mailboxes) take(w *world, m notify.Mail) error {
	switch {
	case !b.gone[m.To.Email]:
		return nil
	case !w.calm && w.rng.IntN(4) == 0: // it is full, and may not be later
		return desk.ErrAddress
	}
	b.refused[m.Key], b.returned[m.To.Email], b.now[m.Key] = m.To.Email, true, true
	return errors.Join(desk.ErrAddress, desk.ErrPermanent)
}

// post moves mailboxes, and what the desk knows of them.
func (w *world) post() error {
	ctx, d, who := context.Background(), w.nodes[w.rng.IntN(2)], pick(w, w.contacts)
	c, err := w.store.Contact(ctx, everything, who.ID)
	w.ok(err)
	switch w.rng.IntN(6) {
	case 0, 1, 2:
		w.boxes.gone[c.Email] = !w.boxes.gone[c.Email] || w.rng.IntN(2) == 0
	case 3:
		w.addresses++
		c.Email = fmt.Sprintf("c%d-%d@customer.example", c.ID, w.addresses)
		return d.ChangeContact(ctx, system, c)
	case 4:
		return d.ConfirmAddress(ctx, who, c.ID)
	default:
		dead, err := w.store.Effects(ctx, everything, store.EffectDead, 500)
		if w.ok(err); len(dead) > 0 {
			return d.RetryEffect(ctx, system, pick(w, dead).Key)
		}
	}
	return nil
}

// comesBack: a mail that was given up reached nobody, so that it is no attempt to
// reach the contact, and their address is marked; nothing else is given up, and
// no other attempt taken back.
func (w *world) comesBack() {
	if len(w.boxes.now) == 0 && len(w.voided) == 0 {
		return
	}
	ctx := context.Background()
	dead, err := w.store.Effects(ctx, everything, store.EffectDead, 500)
	w.ok(err)
	for _, e := range dead {
		address, refused := w.boxes.refused[e.Key]
		if !refused {
			w.wrong("%s was given up and not refused: %s", e.Key, e.LastError)
		}
		if !refused || e.Recipient.Kind != support.ToContact || e.Request == 0 {
			continue
		}
		for _, a := range w.stories[e.Request].count.tried {
			if a.by(e) {
				w.wrong("request %d: attempt %d counts, and came back", e.Request, a.N)
			}
		}
		c, err := w.store.Contact(ctx, everything, e.Recipient.ID)
		w.ok(err)
		if w.boxes.now[e.Key] && c.Email == address && c.BouncedAt.IsZero() {
			w.wrong("contact %d: a mail to %s came back, and the address is not marked", c.ID, address)
		}
	}
	sent, err := w.store.Effects(ctx, everything, store.EffectSent, 500)
	w.ok(err)
	for _, a := range w.voided {
		if !slices.ContainsFunc(append(dead, sent...), func(e store.EffectRow) bool { return a.by(e) && e.LastError != "" }) {
			w.wrong("request %d: attempt %d was taken back, and did not fail", a.request, a.N)
		}
	}
	clear(w.boxes.now)
	w.voided = nil
}

// marked: somebody has said that mails come back from each address that is
// marked, and what was refused for good waits until somebody retries it.
func (w *world) marked() {
	ctx := context.Background()
	for _, who := range w.contacts {
		c, err := w.store.Contact(ctx, everything, who.ID)
		w.ok(err)
		if !c.BouncedAt.IsZero() && !w.boxes.returned[c.Email] {
			w.wrong("contact %d: no mail came back from %s, which is marked", c.ID, c.Email)
		}
	}
	left := map[string]bool{}
	for _, m := range w.mails {
		left[m.Key] = true
	}
	dead, err := w.store.Effects(ctx, everything, store.EffectDead, 500)
	w.ok(err)
	for _, e := range dead {
		delete(w.boxes.refused, e.Key)
	}
	ended, err := w.store.Effects(ctx, everything, store.EffectSent, 500)
	w.ok(err)
	for _, e := range ended { // nobody was left to be told
		delete(w.boxes.refused, e.Key)
	}
	for key, address := range w.boxes.refused {
		if !left[key] {
			w.wrong("%s was refused by %s, and nobody can see that", key, address)
		}
	}
}

// bounced: a member of staff who writes down that a mail came back marks the
// address with it.
func (w *world) bounced(s *story, f support.Fact) {
	c, err := w.store.Contact(context.Background(), everything, s.r.Filed.Contact)
	w.ok(err)
	w.boxes.returned[c.Email] = true
	if c.BouncedAt.IsZero() && len(s.lines) == len(w.known[s.r.ID]) {
		w.wrong("contact %d: at %d somebody wrote down that a mail came back, and the address is not marked", c.ID, f.Seq)
	}
}
