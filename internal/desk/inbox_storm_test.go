package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// storm is a number of mails.
func storm() int {
	if testing.Short() {
		return 1000
	}
	return 10_000
}

// handAll hands over a storm by 16 lines at once and lets the desk deal with it.
func (b *bench) handAll(mail func(i int) inMail) {
	b.t.Helper()
	var all sync.WaitGroup
	const lines = 16
	for line := range lines {
		all.Go(func() {
			for i := line; i < storm(); i += lines {
				l := mail(i)
				if _, err := b.Receive(b.t.Context(), Delivery{Mailbox: "smtp", From: l.From, To: []string{l.To}, Raw: l.raw()}); err != nil {
					b.t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ok(b.Settle(b.t.Context()))
}

// Ten thousand mails of strangers with a victim's address lead to one neutral mail a
// day to each, with no word of theirs, and to so many an hour in all.
//
// T15
func TestStrangersAreAnsweredOnceADay(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	const victim = "victim@elsewhere.example"
	b.handAll(func(i int) inMail {
		from := victim
		if i%2 == 1 {
			from = fmt.Sprintf("victim%d@elsewhere.example", i)
		}
		return inMail{From: from, To: b.sender, Subject: "BUY NOW", ID: fmt.Sprint(i, "@spam"), Text: fmt.Sprint("offer ", i)}
	})
	per := map[string]int{}
	for _, m := range b.post.mails() {
		if strings.HasSuffix(m.To.Email, "elsewhere.example") {
			per[m.To.Email]++
			if s := string(m.EML()) + m.Text; strings.Contains(s, "BUY NOW") || strings.Contains(s, "offer") {
				t.Fatalf("a stranger's words are sent on: %s", s)
			}
		}
	}
	if len(per) != mostChecks || per[victim] != 1 {
		t.Errorf("%d strangers were answered, the first %d times", len(per), per[victim])
	}
	for to, n := range per {
		if n != 1 {
			t.Errorf("%s was answered %d times", to, n)
		}
	}
	b.wall.add(26 * time.Hour)
	b.deliver(inMail{From: victim, Subject: "BUY NOW", Text: "again"})
	if n := len(to(b.post.mails(), victim)); n != 2 {
		t.Errorf("%d mails in two days", n)
	}
	b.check()
}

// Two programs that answer whatever they get write ten thousand notes of absence: what
// is recognised is an entry of the desk's own, nobody is answered, nothing waits less
// for the customer, and a round later all is quiet.
//
// T13
func TestAutomaticAnswersLeadToNothing(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	b.ok(b.Settle(t.Context()))
	absent := []support.Contact{b.tanaka, b.takahashi}
	sent := len(b.post.mails())
	b.handAll(func(i int) inMail {
		who := absent[i%len(absent)]
		return inMail{From: who.Email, To: b.token(id, who.ID), Subject: "Automatic reply: x", ID: fmt.Sprint(i, "@aoba.example"), Head: "Auto-Submitted: auto-replied\r\n",
			Text: fmt.Sprint("I am out of the office ", i)}
	})
	if n := b.many(id, "auto_reply_received"); n != mostMail*len(absent) {
		t.Errorf("%d of %d automatic answers are entries, want %d", n, storm(), mostMail*len(absent))
	}
	if n := b.many(id, "commented"); n != 0 {
		t.Errorf("%d count as the customer's", n)
	}
	told := 0
	for _, m := range b.post.mails()[sent:] {
		if m.To.Email == b.tanaka.Email || m.To.Email == b.takahashi.Email {
			t.Errorf("an automatic answer was answered: %s", m.Subject)
		}
		if strings.Contains(m.Subject, "without an end") {
			told++
		}
	}
	if told != len(absent) {
		t.Errorf("duty was told %d times of %d addresses", told, len(absent))
	}
	for _, m := range b.post.mails() {
		if !strings.Contains(string(m.EML()), "Auto-Submitted: ") {
			t.Errorf("%q does not say what it is", m.Subject)
		}
	}
	for _, head := range []string{"X-Loop: " + b.sender + "\r\n", "Message-ID: <r1.1.mail.c1@vendor.example>\r\n"} {
		b.wantMail(b.deliver(inMail{From: "relay@elsewhere.example", Subject: "Fwd: x", Head: head, Text: "ours"}), store.MailDropped, "loop")
	}
	null := b.deliver(inMail{From: "noreply@elsewhere.example", Null: true, Subject: "Receipt", Text: "thank you for your order"})
	if null.State != store.MailQuarantined {
		t.Errorf("a mail without a request is %s (%s)", null.State, null.Why)
	}
	b.check()
}

// A program that answers whatever it gets, without saying that it is one, gets one answer
// of ours in a day, whatever it says.
//
// T13
func TestAnsweringMachinesMeetOnce(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	for round := range 10 {
		b.deliver(inMail{From: b.tanaka.Email, Subject: fmt.Sprint("your mail ", round), Text: fmt.Sprint("We have got your mail. ", round)})
	}
	if n := len(to(b.post.mails(), b.tanaka.Email)); n != 1 {
		t.Errorf("%d answers in ten rounds", n)
	}
}

// A mail that fails each time is left to a person after three tries, with its bytes, and
// the others do not wait for it.
//
// T18
func TestAPoisonMailIsLeftToAPerson(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	judge, tries := b.judge, 0
	b.judge = func(ctx context.Context, m Delivery, in *message.Inbound) Verdict {
		if strings.Contains(string(m.Raw), "poison") {
			tries++
			panic("it cannot be read")
		}
		return judge(ctx, m, in)
	}
	poison := b.hand(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: "poison"})
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: "well"}), store.MailFiled, "")
	for range mailTries + 2 {
		b.wall.add(time.Hour)
		b.ok(b.Settle(t.Context()))
	}
	m, raw, err := b.OpenMail(t.Context(), everything, poison)
	b.ok(err)
	b.wantMail(m, store.MailQuarantined, "poison")
	if tries != mailTries || !strings.Contains(string(raw), "poison") {
		t.Errorf("%d tries, and %d bytes are left", tries, len(raw))
	}
	b.check()
}

// Who is not proved to have written a mail because name servers do not answer, or
// because it cannot be read whose notes are believed, may be so a little later: the
// mail is tried again before a person has to look at it.
//
// T16
func TestAMailWaitsUntilItsSenderIsKnown(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	ctx := t.Context()
	id := b.file().ID
	b.ok(b.AddMailbox(ctx, b.asAdmin, &store.Mailbox{Name: "support", Address: "help@vendor.example", Host: "imap.vendor.example:993", User: "help", Server: "mx.vendor.example"}, "secret"))
	answers := map[string]int{"soon": 2, "never": 100}
	b.judge = func(_ context.Context, m Delivery, in *message.Inbound) Verdict {
		if answers[in.Subject]--; answers[in.Subject] >= 0 {
			return Verdict{SPF: "none", DKIM: "none", DMARC: "temperror"}
		}
		return Verdict{SPF: "none", DKIM: "none", DMARC: "none", Aligned: m.Noter == "mx.vendor.example"}
	}
	db := b.raw()
	for _, c := range []struct {
		subject string
		without bool // whose notes are believed cannot be read at first
		why     string
	}{{"soon", false, ""}, {"never", false, "unverified"}, {"at once", true, ""}} {
		l := inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: c.subject, Text: c.subject}
		mail, err := b.Receive(ctx, Delivery{Mailbox: "support", To: []string{l.To}, Raw: l.raw()})
		b.ok(err)
		if c.without {
			_, err := db.ExecContext(ctx, "ALTER TABLE mailbox RENAME TO mailbox_away")
			b.ok(err)
		}
		b.ok(b.Settle(ctx))
		m, err := b.store.Mail(ctx, everything, mail)
		b.ok(err)
		b.wantMail(m, store.MailNew, "")
		if c.without {
			_, err := db.ExecContext(ctx, "ALTER TABLE mailbox_away RENAME TO mailbox")
			b.ok(err)
		}
		for range mailTries {
			b.wall.add(time.Hour)
			b.ok(b.Settle(ctx))
		}
		m, err = b.store.Mail(ctx, everything, mail)
		b.ok(err)
		state := store.MailFiled
		if c.why != "" {
			state = store.MailQuarantined
		}
		b.wantMail(m, state, c.why)
	}
}
