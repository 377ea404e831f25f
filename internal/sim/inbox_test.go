package sim

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// letter is a mail that somebody wrote about a request.
type letter struct {
	from, mark string
	request    int64
}

func (l letter) raw() []byte {
	return fmt.Appendf(nil, "From: <%s>\r\nTo: <support@vendor.example>\r\nSubject: [SR %s] x\r\nMessage-ID: <%s@customer.example>\r\n"+
		"Date: Wed, 03 Jun 2026 09:59:00 +0900\r\n\r\nIt is slow. %s\r\n", l.from, support.SpokenNumber(l.request), l.mark, l.mark)
}

// hand hands a mail to a node, as a server does, and tells whether it was taken.
func (w *world) hand(node int, l letter) bool {
	_, err := w.nodes[node].Receive(context.Background(), desk.Delivery{Mailbox: "smtp", From: l.from, To: []string{"support@vendor.example"}, Raw: l.raw()})
	if err != nil && !w.dead() {
		w.wrong("mail %s was not taken: %v", l.mark, err)
	}
	return err == nil
}

// inbox are all mails that came in.
func (w *world) inbox() (out []store.Mail) {
	w.t.Helper()
	for _, state := range []store.MailState{store.MailNew, store.MailFiled, store.MailQuarantined, store.MailDropped, store.MailRejected} {
		for before := int64(0); ; {
			list, err := w.store.Mails(context.Background(), everything, store.MailFilter{State: state, Before: before, Limit: 200})
			w.ok(err)
			out = append(out, list...)
			if len(list) < 200 {
				break
			}
			before = list[len(list)-1].ID
		}
	}
	return out
}

// commented counts the comments on a request that hold a mark.
func (w *world) commented(request int64, mark string) (n int) {
	w.t.Helper()
	var ids []int64
	for _, f := range w.facts(request) {
		if b, ok := f.Body.(support.Commented); ok {
			ids = append(ids, b.Text.ID)
		}
	}
	texts, err := w.store.Texts(context.Background(), ids)
	w.ok(err)
	for _, s := range texts {
		n += strings.Count(s, mark)
	}
	return n
}

// aRequest is one that somebody has filed.
func (w *world) aRequest(by support.Actor) int64 {
	w.t.Helper()
	done, err := w.nodes[0].Do(context.Background(), by, 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: by.ID, Product: "vsphere", Version: "4.0",
		Severity: 3, Title: support.T("It stops"), Body: support.T("x"), Details: support.Details{Impact: support.T("x"), Environment: "production"}})
	w.ok(err)
	w.settle(0)
	return done.ID
}

// cameOnce: of a mail there is one that is no copy, dealt with, and one comment.
func (w *world) cameOnce(l letter) {
	w.t.Helper()
	w.look()
	rows, copies := 0, 0
	for _, m := range w.inbox() {
		_, raw, err := w.nodes[0].OpenMail(context.Background(), everything, m.ID)
		w.ok(err)
		if !strings.Contains(string(raw), l.mark+"@") {
			continue
		}
		if m.SameAs != 0 {
			copies++
			continue
		}
		if rows++; m.State != store.MailFiled || m.Request != l.request || m.Seq == 0 {
			w.wrong("mail %s is %s (%s) on %d", l.mark, m.State, m.Why, m.Request)
		}
	}
	if n := w.commented(l.request, l.mark); rows != 1 || n != 1 {
		w.wrong("mail %s: %d rows that are no copies, %d copies, %d comments", l.mark, rows, copies, n)
	}
}

// Wherever a node dies while a mail is taken, read, put on its request and told on: what
// was not answered is handed over again, the other node takes over, and there is one mail
// and one comment. A copy by another way is none (T11, walk 1).
func TestAMailIsOneCommentWhereverTheNodeDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.close()
	w.calm = true
	from := w.customers[0]
	c, err := w.store.Contact(t.Context(), everything, from.ID)
	w.ok(err)
	id := w.aRequest(from)
	step := func(l letter) bool { return w.hand(0, l) }
	before := w.nodes[0].crash.count
	clean := letter{c.Email, "clean", id}
	step(clean)
	w.settle(0)
	all := w.nodes[0].crash.count - before
	w.cameOnce(clean)
	kept, every := 0, 1
	if os.Getenv("MADOGUCHI_SIM_FOR") == "" {
		every = 3
	}
	for n := 1; n <= all; n += every {
		for _, after := range []bool{false, true} {
			l := letter{c.Email, fmt.Sprintf("m%d-%v", n, after), id}
			w.pass(2 * time.Hour) // the leases have ended, and one address writes 20 an hour
			w.settle(1)
			w.arm(n, after)
			took := step(l)
			w.settle(0)
			died := w.dead()
			w.revive()
			if !took && !step(l) {
				w.wrong("mail %s was not taken again", l.mark)
			}
			if died {
				kept++
			}
			w.pass(10 * time.Minute)
			w.settle(1)
			if n%2 == 0 {
				w.hand(1, l) // by a second server
			}
			w.settle(0)
			w.cameOnce(l)
			if len(w.problems) > 0 {
				t.Fatalf("statement %d of %d, after %v: %v", n, all, after, w.problems)
			}
		}
	}
	told := map[string]string{}
	for _, m := range w.mails { // whoever gets one twice can tell
		if id, ok := told[m.Key]; ok && id != m.MessageID {
			t.Errorf("%s left as %s and as %s", m.Key, id, m.MessageID)
		}
		told[m.Key] = m.MessageID
	}
	w.whole()
	for _, p := range w.problems {
		t.Error(p)
	}
	if kept == 0 {
		t.Error("no node died")
	}
	t.Logf("%d statements, %d deaths", all, kept)
}
