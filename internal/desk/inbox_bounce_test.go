package desk

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A mail that comes back for good marks the address, takes the attempt back that it
// was, and the owner is told once; a report that nobody has signed marks nobody.
//
// guide: R12, A26
func TestAMailThatComesBack(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: support.T("Please answer")})
	b.ok(b.Settle(t.Context()))
	key := ""
	for _, f := range b.facts(id) {
		if n, ok := f.Body.(support.Notified); ok && n.Template == "attempt" {
			key = n.Key
		}
	}
	bounce := func(to, about string) inMail {
		return inMail{From: "MAILER-DAEMON@mx.hokuto.example", To: to, Null: true, Subject: "Undelivered Mail Returned to Sender", Text: "The mail system\n\n<" + b.tanaka.Email +
			">: host mx.hokuto.example said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <" + about + "@vendor.example>\n"}
	}
	forged := b.deliver(bounce(b.sender, key))
	c, err := b.store.Contact(t.Context(), everything, b.tanaka.ID)
	if b.ok(err); !c.BouncedAt.IsZero() || b.many(id, "attempt_voided") != 0 {
		t.Errorf("a report without a signature has marked the address (%s, %s)", forged.State, forged.Why)
	}
	m := b.deliver(bounce(b.mailKeys.ReturnPath(b.sender, key), key+"x"))
	b.wantMail(m, store.MailFiled, "")
	c, err = b.store.Contact(t.Context(), everything, b.tanaka.ID)
	if b.ok(err); c.BouncedAt.IsZero() || b.many(id, "attempt_voided") != 1 || b.many(id, "notice_failed") != 1 {
		t.Errorf("key %q, marked at %v, %d attempts taken back, %d failures", key, c.BouncedAt, b.many(id, "attempt_voided"), b.many(id, "notice_failed"))
	}
	told := 0
	for _, x := range b.post.mails() {
		if x.To.Email == b.ito.Email && strings.Contains(x.Text, "reach") {
			told++
		}
	}
	if told == 0 {
		t.Error("the owner does not know")
	}
}

// triedByMail is the key of the mail that is an attempt to reach the contact of a new
// request.
func (b *bench) triedByMail() (id int64, key string) {
	b.t.Helper()
	id = b.file().ID
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asIto, id, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: support.T("Please answer")})
	b.ok(b.Settle(b.t.Context()))
	for _, n := range notices(b.facts(id), "attempt") {
		key = n.Key
	}
	return id, key
}

// reportOf is a report of delivery about a mail.
func (b *bench) reportOf(key, status, said string) inMail {
	return inMail{From: "MAILER-DAEMON@mx.hokuto.example", To: b.mailKeys.ReturnPath(b.sender, key), Null: true, Subject: "Undelivered Mail Returned to Sender", Text: "The mail system\n\n<" + b.tanaka.Email +
		">: host mx.hokuto.example said: " + status + " " + said + " (in reply to RCPT TO command)\n"}
}

// A mail that came back twice, by two servers, is said to have failed once; and one that
// did not arrive for another reason than its address has reached nobody all the same,
// and more leave there.
//
// guide: A26
func TestAMailThatComesBackIsSaidOnce(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id, key := b.triedByMail()
	first, second := b.reportOf(key, "552 5.2.2", "Mailbox full"), b.reportOf(key, "552 5.2.2", "Mailbox full")
	second.From = "MAILER-DAEMON@mx2.hokuto.example"
	for _, l := range []inMail{first, second} {
		b.wantMail(b.deliver(l), store.MailFiled, "")
	}
	got := failures(b.facts(id))
	if len(got) != 1 || got[0].Why != support.NoticeBounced || got[0].Status != "5.2.2" || b.many(id, "attempt_voided") != 1 {
		t.Errorf("the timeline says %+v, and %d attempts are taken back", got, b.many(id, "attempt_voided"))
	}
	if told := notices(b.facts(id), "not_reached_staff"); len(told) != 1 {
		t.Errorf("the owner was told %d times", len(told))
	}
	c, err := b.store.Contact(t.Context(), everything, b.tanaka.ID)
	if b.ok(err); !c.BouncedAt.IsZero() {
		t.Error("a full mailbox has marked the address")
	}
	b.check()
}

// Whoever calls a mail of ours unwanted gets no more of them; a complaint that names no
// return path of ours is a person's to read.
//
// guide: R12
func TestAComplaintStopsMails(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	_, key := b.triedByMail()
	complaint := func(path string) inMail {
		return inMail{From: "feedback@isp.example", Subject: "Abuse report", Type: `multipart/report; report-type=feedback-report; boundary=b`, Text: "--b\nContent-Type: text/plain\n\nThis is a report.\n" +
			"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Mail-From: <" + path + ">\nOriginal-Rcpt-To: <" + b.tanaka.Email + ">\n\n--b--\n"}
	}
	stopped := func() bool {
		list, err := b.store.SuppressedList(t.Context(), everything, 0, 10)
		b.ok(err)
		return slices.ContainsFunc(list, func(s store.Suppressed) bool { return s.Email == b.tanaka.Email && s.Why == store.SuppressedComplained })
	}
	forged := b.mailKeys.ReturnPath(b.sender, key)
	b.wantMail(b.deliver(complaint(strings.Replace(forged, "b.r", "b.x", 1))), store.MailQuarantined, "complaint")
	if stopped() {
		t.Error("a complaint without our signature has stopped mails")
	}
	b.wantMail(b.deliver(complaint(forged)), store.MailFiled, "")
	if !stopped() {
		t.Error("mails still leave to who called one unwanted")
	}
	b.check()
}

// What answers a mail by itself does not come back: its envelope has no sender (T13).
func TestAnswersByThemselvesHaveNoReturnPath(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	b.deliver(inMail{From: "stranger@elsewhere.example", Subject: "x", Text: "hello"})
	b.deliver(inMail{From: b.tanaka.Email, Subject: "help", Text: "It does not start."})
	n := 0
	for _, m := range b.post.mails() {
		if strings.HasPrefix(m.Key, "mail") {
			n++
			if m.Envelope() != "" {
				t.Errorf("%s comes back to %s", m.Key, m.Envelope())
			}
		}
	}
	if n != 2 {
		t.Errorf("%d answers left, want 2", n)
	}
}
