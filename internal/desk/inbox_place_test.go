package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailbox is a bench whose desk takes mails in. A mail is believed unless it says
// X-Forged.
func mailbox(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	b.takesMail()
	return b
}

func (b *bench) takesMail() {
	b.mailKeys = message.Keys{[]byte(strings.Repeat("k", 32))}
	b.own = message.Own{Addresses: []string{b.sender}, Hosts: []string{"vendor.example"}}
	b.judge = func(_ context.Context, m Delivery, _ *message.Inbound) Verdict {
		if strings.Contains(string(m.Raw), "X-Forged:") {
			return Verdict{SPF: "fail", DKIM: "none", DMARC: "fail"}
		}
		return Verdict{SPF: "pass", DKIM: "pass", DMARC: "pass", Aligned: true}
	}
}

// inMail is a mail that a test sends; Head are further lines of its head.
type inMail struct {
	From, To, Subject, ID, Refs, Head, Text string
	Type                                    string // of its content; "": text/plain
	Envelope                                string // sender; "": that of From
	Null                                    bool   // the envelope has none
}

func (l inMail) raw() []byte {
	if l.ID != "" {
		l.Head += "Message-ID: <" + l.ID + ">\r\n"
	}
	if l.Refs != "" {
		l.Head += "References: " + l.Refs + "\r\n"
	}
	if l.Type == "" {
		l.Type = "text/plain; charset=utf-8"
	}
	return []byte("From: " + l.From + "\r\nTo: " + l.To + "\r\nSubject: " + l.Subject + "\r\n" + l.Head +
		"MIME-Version: 1.0\r\nContent-Type: " + l.Type + "\r\n\r\n" + strings.ReplaceAll(l.Text, "\n", "\r\n") + "\r\n")
}

// deliver hands a mail over and lets the desk deal with it.
func (b *bench) deliver(l inMail) store.Mail {
	b.t.Helper()
	id := b.hand(l)
	b.ok(b.Settle(b.t.Context()))
	m, err := b.store.Mail(b.t.Context(), everything, id)
	b.ok(err)
	return m
}

func (b *bench) hand(l inMail) int64 {
	b.t.Helper()
	if l.To == "" {
		l.To = b.sender
	}
	from := l.Envelope
	if from == "" && !l.Null {
		from = l.From
	}
	id, err := b.Receive(b.t.Context(), Delivery{Mailbox: "smtp", From: from, To: []string{l.To}, Raw: l.raw()})
	b.ok(err)
	return id
}

func (b *bench) token(request, contact int64) string {
	return b.mailKeys.ReplyTo(b.sender, message.Thread{Request: request, Person: contact})
}

// many counts the facts of a kind on a request.
func (b *bench) many(request int64, kind string) int {
	b.t.Helper()
	n := 0
	for _, f := range b.facts(request) {
		if f.Kind() == kind {
			n++
		}
	}
	return n
}

func (b *bench) wantMail(m store.Mail, state store.MailState, why string) {
	b.t.Helper()
	if m.State != state || m.Why != why {
		b.t.Errorf("mail %d is %s (%s), want %s (%s)\n%s", m.ID, m.State, m.Why, state, why, b.log)
	}
}

// Who is asked answers by mail: what is new of it stands on the request, said when it
// came, whatever the desk's clock says by then.
//
// guide: R23
func TestAnAnswerByMailIsAComment(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	m := b.deliver(inMail{From: "Tanaka <" + b.tanaka.Email + ">", To: b.token(id, b.tanaka.ID), Subject: "Re: something", ID: "1@aoba.example",
		Text: "It happens on host2, too.\n\nOn Mon, Support wrote:\n> Which hosts?\n"})
	b.wantMail(m, store.MailFiled, "")
	if m.Request != id || m.Contact != b.tanaka.ID || m.Seq == 0 {
		t.Errorf("filed as %+v", m)
	}
	f := b.facts(id)[m.Seq-1]
	said, ok := f.Body.(support.Commented)
	texts, err := b.store.Texts(t.Context(), []int64{said.Text.ID})
	b.ok(err)
	if !ok || said.Channel != support.Mail || f.By != b.asTanaka || texts[said.Text.ID] != "It happens on host2, too." {
		t.Errorf("entry %+v says %q", f, texts[said.Text.ID])
	}
	_, raw, err := b.OpenMail(t.Context(), everything, m.ID)
	if b.ok(err); !strings.Contains(string(raw), "Which hosts?") {
		t.Error("the original has lost what was quoted")
	}
}

// By the address that was sent to them, by a reference to their own mail, and by the
// number with somebody who may write there; never by the words of the subject alone.
//
// T12
func TestMailsFindTheirRequest(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	number := support.SpokenNumber(id)
	first := b.deliver(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "a", ID: "first@aoba.example", Text: "first"})
	for name, l := range map[string]inMail{
		"their own mail":    {From: b.tanaka.Email, Subject: "b", Refs: "<first@aoba.example>", Text: "second"},
		"ours":              {From: b.tanaka.Email, Subject: "c", Refs: fmt.Sprintf("<r%d.1.mail.c%d@vendor.example>", id, b.tanaka.ID), Text: "third"},
		"the number":        {From: b.tanaka.Email, Subject: "Re: [SR " + number + "] x", Text: "fourth"},
		"a colleague's":     {From: b.takahashi.Email, Subject: "Re: [SR " + number + "] x", Text: "fifth"},
		"somebody's handle": {From: b.takahashi.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: "sixth"},
	} {
		if m := b.deliver(l); m.State != store.MailFiled || m.Request != id {
			t.Errorf("%s: %s (%s) on %d", name, m.State, m.Why, m.Request)
		}
	}
	stranger := b.deliver(inMail{From: b.sato.Email, Subject: "Re: [SR " + number + "] x", Text: "let me in"})
	b.wantMail(stranger, store.MailQuarantined, "not_party")
	title := b.deliver(inMail{From: b.tanaka.Email, Subject: "Re: " + b.titleOf(id), Text: "about vMotion"})
	if title.Request == id && title.Seq != 0 {
		t.Error("the words of a subject have found a request")
	}
	if first.Request != id {
		t.Errorf("the first is on %d", first.Request)
	}
}

// A mail that comes after one that answers it is found by that, whoever of its people
// wrote it; two answers to a mail that has not come belong together when one person
// wrote them. Whoever answers the same circular gets a request of their own, and a
// stranger to the request none of its words.
//
// T12
func TestMailsFindOneAnotherInAnyOrder(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	b.opensMail("production")
	answer := b.deliver(inMail{From: b.tanaka.Email, Subject: "vSphere: it stops", ID: "second@hokuto.example", Refs: "<yes> <zeroth@hokuto.example> <first@hokuto.example>", Text: "second"})
	b.wantMail(answer, store.MailFiled, "")
	for _, c := range []struct {
		name string
		mail inMail
		same bool
	}{
		{"late, of a colleague", inMail{From: b.takahashi.Email, Subject: "vSphere: it stops", ID: "first@hokuto.example", Text: "first"}, true},
		{"the same answered again", inMail{From: b.tanaka.Email, Subject: "vSphere: and again", ID: "third@hokuto.example", Refs: "<zeroth@hokuto.example>", Text: "third"}, true},
		{"the same answered by a colleague", inMail{From: b.takahashi.Email, Subject: "vSphere: something else", ID: "fourth@hokuto.example", Refs: "<zeroth@hokuto.example>", Text: "fourth"}, false},
		{"the same answered by a stranger to it", inMail{From: b.sato.Email, Subject: "vSphere: ours", ID: "fifth@aoba.example", Refs: "<zeroth@hokuto.example>", Text: "fifth"}, false},
		{"no id in common", inMail{From: b.tanaka.Email, Subject: "vSphere: yes", ID: "seventh@hokuto.example", Refs: "<yes>", Text: "seventh"}, false},
		{"another one answered", inMail{From: b.tanaka.Email, Subject: "vSphere: it stops", ID: "sixth@hokuto.example", Refs: "<other@hokuto.example>", Text: "sixth"}, false},
	} {
		m := b.deliver(c.mail)
		if (m.Request == answer.Request) != c.same || m.Why == "not_party" || c.same && m.State != store.MailFiled {
			t.Errorf("%s: %s (%s) on %d, the answer is on %d", c.name, m.State, m.Why, m.Request, answer.Request)
		}
	}
	b.check()
}

// However many others have answered a mail that nobody has seen, who answers it twice
// gets one request.
//
// T12
func TestManyAnswerOneCircular(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	b.opensMail("production")
	b.opensMail("basic")
	for n := range 11 {
		m := b.deliver(inMail{From: b.sato.Email, Subject: "ESX: ours", ID: fmt.Sprintf("other%d@aoba.example", n), Text: fmt.Sprintf("other %d", n)})
		b.wantMail(m, store.MailFiled, "")
		b.ok(b.store.Update(t.Context(), func(tx *store.Tx) error { return tx.KeepMentions([]string{"circular@list.example"}, m.ID, m.Request) }))
	}
	first := b.deliver(inMail{From: b.tanaka.Email, Subject: "vSphere: mine", ID: "first@hokuto.example", Refs: "<circular@list.example>", Text: "first"})
	b.wantMail(first, store.MailFiled, "")
	second := b.deliver(inMail{From: b.tanaka.Email, Subject: "vSphere: mine", ID: "second@hokuto.example", Refs: "<circular@list.example>", Text: "second"})
	if second.Request != first.Request {
		t.Errorf("the second answer is on %d, the first on %d", second.Request, first.Request)
	}
	b.check()
}

func (b *bench) titleOf(id int64) string {
	b.t.Helper()
	title := b.facts(id)[0].Body.(support.Filed).Title
	texts, err := b.store.Texts(b.t.Context(), []int64{title.ID})
	b.ok(err)
	return texts[title.ID]
}

// A mail that comes ten times, by several ways and at once, is one entry; one with the
// same id from somebody else, or with other words, is another mail.
//
// T11
func TestAMailThatComesAgainIsOneEntry(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	l := inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", ID: "same@aoba.example", Text: "once",
		Head: "Date: Wed, 03 Jun 2026 09:59:00 +0900\r\n"}
	for i := range 10 {
		_, err := b.Receive(t.Context(), Delivery{Mailbox: []string{"smtp", "lmtp", "box"}[i%3], Mark: fmt.Sprintf("1.%d", i), From: l.From, Raw: l.raw()})
		b.ok(err)
	}
	b.ok(b.Settle(t.Context()))
	other := l
	other.ID = "other@relay.example" // another server gave the same mail another id
	b.wantMail(b.deliver(other), store.MailDropped, "copy")
	if n := b.many(id, "commented"); n != 1 {
		t.Errorf("%d entries of one mail", n)
	}
	colleague := l
	colleague.From = b.takahashi.Email
	again := l
	again.Text = "twice"
	for _, l := range []inMail{colleague, again} {
		if m := b.deliver(l); m.State != store.MailFiled {
			t.Errorf("a mail of its own is %s (%s)", m.State, m.Why)
		}
	}
	if n := b.many(id, "commented"); n != 3 {
		t.Errorf("%d entries of three mails", n)
	}
}

// Whoever is not proved to have inMail is not believed: nothing of a forged mail
// stands on the request, and a colleague is believed with an address of theirs alone.
//
// T16
func TestForgedMailsAreNotBelieved(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	b.ok(b.Settle(t.Context()))
	before := len(b.facts(id))
	forged := b.deliver(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Head: "X-Forged: 1\r\n", Text: "close it"})
	b.wantMail(forged, store.MailQuarantined, "unverified")
	colleague := b.deliver(inMail{From: b.mori.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: "solved"})
	b.wantMail(colleague, store.MailQuarantined, "staff")
	if n := len(b.facts(id)); n != before {
		t.Errorf("%d facts have come of mails that are not believed", n-before)
	}
	own := b.mailKeys.ReplyTo(b.sender, message.Thread{Request: id, Person: b.mori.ID, Staff: true})
	note := b.deliver(inMail{From: b.mori.Email, To: own, Subject: "x", Text: "I have asked engineering"})
	b.wantMail(note, store.MailFiled, "")
	if b.many(id, "note_added") != 1 || b.many(id, "commented") != 0 {
		t.Error("what a colleague wrote is no note")
	}
}

// A copy gives nobody rights: who answers to all from outside waits, becomes no
// watcher, and is sent nothing of the request.
//
// T17
func TestACopyGivesNoRights(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	to := b.token(id, b.tanaka.ID)
	m := b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", Head: "Cc: outsider@elsewhere.example, " + b.sato.Email + "\r\n", Text: "see below"})
	b.wantMail(m, store.MailFiled, "")
	sent := len(b.post.mails())
	outsider := b.deliver(inMail{From: "outsider@elsewhere.example", To: to, Subject: "Re: x", Text: "add me"})
	b.wantMail(outsider, store.MailQuarantined, "stranger")
	b.wantMail(b.deliver(inMail{From: b.sato.Email, To: to, Subject: "Re: x", Text: "and me"}), store.MailQuarantined, "not_party")
	if n := b.many(id, "watcher_added"); n != 0 {
		t.Errorf("%d watchers by a copy", n)
	}
	for _, x := range b.post.mails()[sent:] {
		if x.To.Email == "outsider@elsewhere.example" && strings.Contains(string(x.EML()), support.SpokenNumber(id)) {
			t.Error("an outsider is sent the request's number")
		}
	}
}

// A forwarder that takes the marks off writes back at each mail: after twenty in an
// hour it is held, and duty is told once.
//
// T14
func TestALoopWithoutMarksIsStopped(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	for i := range 60 {
		b.deliver(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: fmt.Sprint("your mail ", i)})
	}
	if n := b.many(id, "commented"); n != mostMail {
		t.Errorf("%d entries, want %d", n, mostMail)
	}
	held, err := b.store.Mails(t.Context(), everything, store.MailFilter{Why: "storm", Limit: 200})
	if b.ok(err); len(held) != 60-mostMail || held[0].Request != id {
		t.Errorf("%d are held, the last on %d", len(held), held[0].Request)
	}
	told := 0
	for _, m := range b.post.mails() {
		if strings.Contains(m.Subject, "without an end") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("duty was told %d times", told)
	}
	b.wall.add(70 * time.Minute)
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "x", Text: "an hour later"}), store.MailFiled, "")
}

// opensMail lets an offering take new requests by mail.
func (b *bench) opensMail(offering string) {
	p := *b.packs.Current()
	p.Offerings = maps.Clone(p.Offerings)
	o := p.Offerings[offering]
	o.Channels.In = append(slices.Clone(o.Channels.In), "mail")
	p.Offerings[offering] = o
	b.inForce(&p)
}

// Somebody who may file writes without a number: a request of the mildest severity is
// filed, and its number is mailed. Who may not, or whose product is not clear, waits
// and is told so once.
//
// guide: R23
func TestAMailBecomesARequest(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	closed := b.deliver(inMail{From: b.tanaka.Email, Subject: "help", Text: "It does not start."})
	b.wantMail(closed, store.MailQuarantined, "not_entitled")
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, Subject: "help", Text: "Still not."}), store.MailQuarantined, "not_entitled")
	told := 0
	for _, x := range b.post.mails() {
		if x.To.Email == b.tanaka.Email {
			told++
		}
	}
	if told != 1 {
		t.Errorf("they were told %d times that it is no request", told)
	}
	b.opensMail("production")
	m := b.deliver(inMail{From: b.tanaka.Email, Subject: "Re: vSphere does not start", ID: "new@hokuto.example", Text: "After the patch it does not start."})
	b.wantMail(m, store.MailFiled, "")
	filed := b.facts(m.Request)[0].Body.(support.Filed)
	if title := b.titleOf(m.Request); filed.Severity != b.mildest() || filed.Contact != b.tanaka.ID || strings.HasPrefix(title, "Re:") {
		t.Errorf("filed: severity %d, %q", filed.Severity, title)
	}
	acknowledged := func(x notify.Mail) bool {
		return x.To.Email == b.tanaka.Email && strings.Contains(x.Subject, support.SpokenNumber(m.Request))
	}
	found := false
	for _, x := range b.post.mails() {
		found = found || acknowledged(x)
	}
	if !found {
		t.Error("the number was not mailed")
	}
}

// finish completes a request with the customer's word.
func (b *bench) finish(id int64) {
	b.t.Helper()
	b.do(b.asIto, id, b.confirmed())
}

// An answer to a completed request reopens it, thanks do not, and long afterwards it
// is a new request that follows it (A12, A23).
func TestAnswersAfterTheEnd(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id := b.file().ID
	b.finish(id)
	to := b.token(id, b.tanaka.ID)
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", Text: "Thank you very much!\n\nSato"}), store.MailFiled, "")
	if b.many(id, "reopened") != 0 || b.many(id, "commented") != 1 {
		t.Error("thanks have reopened a request, or are lost")
	}
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "Automatic reply", Head: "Auto-Submitted: auto-replied\r\n", Text: "I am away"}), store.MailFiled, "")
	if b.many(id, "reopened") != 0 {
		t.Error("a machine has reopened a request")
	}
	b.wantMail(b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", Text: "Thanks, but it is broken again"}), store.MailFiled, "")
	if b.many(id, "reopened") != 1 {
		t.Error("an answer has not reopened the request")
	}
	b.finish(id)
	b.clock.add(40 * 24 * time.Hour)
	late := b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", Text: "It is broken once more"})
	b.wantMail(late, store.MailFiled, "")
	if late.Request == id || b.many(id, "followed_up") != 1 {
		t.Errorf("the answer stands on %d of %d", late.Request, id)
	}
}

// A person decides what the desk does not: each decision is audited, once, by those
// who may, and what was rejected can be brought back.
func TestAPersonDecidesOnMails(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	id, ctx := b.file().ID, t.Context()
	hayashi := support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}
	from := func(address, text string) store.Mail {
		return b.deliver(inMail{From: address, To: b.token(id, b.tanaka.ID), Subject: "Re: x", Text: text, Head: "X-Forged: 1\r\n"})
	}
	own, other := from(b.tanaka.Email, "by myself"), from("private@elsewhere.example", "from home")
	if _, err := b.FileMail(ctx, b.asTanaka, own.ID, id); support.CodeOf(err) != support.Forbidden && support.CodeOf(err) != support.NotFound {
		t.Errorf("a customer decides: %v", err)
	}
	m, err := b.FileMail(ctx, hayashi, own.ID, id)
	b.ok(err)
	b.wantMail(m, store.MailFiled, "")
	if f := b.facts(id)[m.Seq-1]; f.Kind() != "commented" || f.By != b.asTanaka {
		t.Errorf("it became %+v", f)
	}
	if _, err := b.FileMail(ctx, hayashi, own.ID, id); support.CodeOf(err) != support.Conflict {
		t.Errorf("twice: %v", err)
	}
	m, err = b.FileMail(ctx, hayashi, other.ID, id)
	b.ok(err)
	if f := b.facts(id)[m.Seq-1]; f.Kind() != "note_added" || f.By != hayashi {
		t.Errorf("what an outsider wrote became %+v", f)
	}
	fresh := b.deliver(inMail{From: "New Person <new@hokuto.example>", Subject: "vSphere stops", Text: "It stops."})
	c := support.Contact{Account: b.hokuto.ID, FamilyName: "New", Email: "new@hokuto.example", Language: "en", Zone: "Asia/Tokyo"}
	b.ok(b.AddContact(ctx, hayashi, &c))
	_, err = b.FileMailNew(ctx, hayashi, fresh.ID, c.ID, "vsphere")
	refused(t, err, support.NotEntitled, "") // they hold no role yet
	b.ok(b.GrantRole(ctx, system, b.production.ID, c.ID, support.RoleSupportAdmin))
	m, err = b.FileMailNew(ctx, hayashi, fresh.ID, c.ID, "vsphere")
	if b.ok(err); m.Request == id || b.facts(m.Request)[0].Body.(support.Filed).Contact != c.ID {
		t.Errorf("filed as %+v", m)
	}
	junk := b.deliver(inMail{From: "junk@spam.example", Subject: "offer", Text: "buy"})
	_, err = b.RejectMail(ctx, hayashi, junk.ID, " ")
	refused(t, err, support.Invalid, "mail.reason_needed")
	m, err = b.RejectMail(ctx, hayashi, junk.ID, "an advertisement")
	b.ok(err)
	b.wantMail(m, store.MailRejected, "rejected")
	m, err = b.ReturnMail(ctx, hayashi, junk.ID)
	b.ok(err)
	b.wantMail(m, store.MailQuarantined, "returned")
	_, err = b.BlockMail(ctx, hayashi, junk.ID, true)
	b.ok(err)
	b.wantMail(b.deliver(inMail{From: "other@spam.example", Subject: "offer", Text: "buy"}), store.MailRejected, "blocked")
	b.ok(b.UnblockSender(ctx, hayashi, "@spam.example"))
	b.wantMail(b.deliver(inMail{From: "third@spam.example", Subject: "offer", Text: "buy"}), store.MailQuarantined, "unknown")
	events, _, err := b.store.Audit(ctx, everything, store.Audited{Subject: "mail"})
	if b.ok(err); len(events) != 7 {
		t.Errorf("%d decisions are audited", len(events))
	}
	b.check()
}
