package sim

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// sentMail is a mail that somebody has written, and whether a node has said that it has it.
type sentMail struct {
	letter
	taken bool
}

// writing lets somebody write a mail about a request, theirs or not, or lets a server
// hand one over again: one that was not taken, or a copy. A node may die at any
// statement of it, as in everything else.
func (w *world) writing() {
	if w.rng.IntN(4) > 0 {
		return
	}
	node := w.rng.IntN(2)
	if len(w.letters) > 0 && w.rng.IntN(3) == 0 {
		l := pick(w, w.letters)
		l.taken = w.hand(node, l.letter) || l.taken
		return
	}
	ids := slices.Sorted(maps.Keys(w.known))
	if len(ids) == 0 {
		return
	}
	id, who := pick(w, ids), pick(w, w.contacts).ID
	if s := w.stories[id]; s != nil && w.rng.IntN(4) > 0 {
		who = s.row.Contact
	}
	c, err := w.store.Contact(context.Background(), everything, who)
	w.ok(err)
	l := &sentMail{letter: letter{c.Email, fmt.Sprint("mark", len(w.letters)), id}}
	w.letters = append(w.letters, l)
	l.taken = w.hand(node, l.letter)
}

// theRest hands over what no node has taken yet, as a server does for days.
func (w *world) theRest() {
	for _, l := range w.letters {
		l.taken = l.taken || w.hand(0, l.letter)
	}
}

var markOf = regexp.MustCompile(`Message-ID: <(mark\d+)@`)

// answered: each mail is there once beside its copies and is dealt with; what is filed
// stands where it says, once, and nothing else has come of mails.
func (w *world) answered() {
	rows, poison, entries := map[string]int{}, map[string]int{}, map[string]int{}
	for _, m := range w.inbox() {
		_, raw, err := w.nodes[0].OpenMail(context.Background(), everything, m.ID)
		w.ok(err)
		mark := markOf.FindSubmatch(raw)
		switch {
		case mark == nil || m.State == store.MailNew:
			w.wrong("mail %d is %s: %s", m.ID, m.State, raw)
		case m.SameAs != 0 && m.State == store.MailFiled:
			w.wrong("mail %d is a copy of %d and is filed", m.ID, m.SameAs)
		case m.SameAs != 0:
		case m.Why == "poison": // a node died at it three times: nobody knows it again
			poison[string(mark[1])]++
		default:
			rows[string(mark[1])]++
		}
		if m.State == store.MailFiled {
			entries[fmt.Sprint(m.Request, ".", m.Seq)]++
			w.filed++
		}
	}
	for _, l := range w.letters {
		if n := rows[l.mark]; n > 1 || n+poison[l.mark] == 0 {
			w.wrong("mail %s is there %d times beside its copies", l.mark, rows[l.mark])
		}
	}
	for _, id := range w.requests() {
		for _, f := range w.facts(id) {
			place := fmt.Sprint(id, ".", f.Seq)
			said, comment := f.Body.(support.Commented)
			_, filing := f.Body.(support.Filed)
			if comment && said.Channel == support.Mail && entries[place] != 1 || entries[place] > 0 && !comment && !filing {
				w.wrong("entry %s has come of %d mails", place, entries[place])
			}
			delete(entries, place)
		}
	}
	for place := range entries {
		w.wrong("entry %s of a mail is not there", place)
	}
}

// Mails come in between all that happens at a desk, and again, while nodes die at any
// statement of taking them, dealing with them, and telling of them: none is lost, and
// none is two entries (T11, walk 1).
func TestMailsAmongAllTheRest(t *testing.T) {
	t.Parallel()
	filed, crashes := 0, 0
	for seed := range uint64(4) {
		w := runWith(t, 100+seed, true)
		filed, crashes = filed+w.filed, crashes+w.crashes
	}
	if filed < 10 || crashes < 10 {
		t.Errorf("%d mails were filed, and nodes died %d times", filed, crashes)
	}
	t.Logf("%d mails were filed, nodes died %d times", filed, crashes)
}
