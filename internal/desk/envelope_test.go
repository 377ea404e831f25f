package desk

import (
	"bytes"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/support"
)

var mailKeys = message.Keys{bytes.Repeat([]byte{9}, 32)}

var ownMail = message.Own{Addresses: []string{"support@vendor.example"}, Hosts: []string{"vendor.example"}}

// to are the mails that somebody got.
func to(mails []notify.Mail, email string) []notify.Mail {
	return slices.DeleteFunc(mails, func(m notify.Mail) bool { return m.To.Email != email })
}

// TestAnswersAndReportsFindTheirMail: an answer carries the thread and whom it was
// for, a report the key of the mail that came back (T12, A26). The staff's is not
// the customer's.
func TestAnswersAndReportsFindTheirMail(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	b.mailKeys = mailKeys
	id := b.file().ID
	b.settle()
	b.do(b.asIto, id, &support.Take{})
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("Still so."), Channel: support.Portal})
	b.settle()
	seen := map[string]bool{}
	for _, m := range b.post.mails() {
		in := message.Parse([]byte("To: " + m.ReplyTo.Email + "\r\n\r\nThe answer."))
		h := in.Hints(mailKeys, ownMail)
		staff := m.To.Email == b.ito.Email
		person := b.tanaka.ID
		if staff {
			person = b.ito.ID
		}
		if want := (message.Thread{Request: id, Person: person, Staff: staff}); !h.HasThread || h.Thread != want {
			t.Errorf("an answer to %q goes to %q: %+v, want %+v", m.Subject, m.ReplyTo.Email, h.Thread, want)
		}
		if key, ok := mailKeys.Returned(ownMail, m.Envelope()); !ok || key != m.Key {
			t.Errorf("a report about %s goes to %q, which stands for %q", m.Key, m.Envelope(), key)
		}
		seen[m.To.Email] = true
	}
	if !seen[b.tanaka.Email] || !seen[b.ito.Email] {
		t.Fatalf("mails went to %v", seen)
	}
}

// TestMailsOfARequestAreOneThread reads them as a mail program does: each refers to
// those before it, the nearest last, and to nobody else's.
func TestMailsOfARequestAreOneThread(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	b.do(b.asIto, id, &support.Take{})
	const comments = latestKept + 4
	for i := range comments {
		b.do(b.asIto, id, &support.Comment{Text: support.T("More."), Channel: support.Mail})
		if i%3 == 0 { // several leave one after the other and are recorded together
			b.settle()
		}
	}
	b.settle()
	mails := to(b.post.mails(), b.tanaka.Email)
	if len(mails) < comments+1 {
		t.Fatalf("%d mails", len(mails))
	}
	var before []string
	for _, m := range mails {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.EML()))
		b.ok(err)
		refs := strings.Fields(parsed.Header.Get("References"))
		want := slices.Clone(before)
		if over := len(want) - 1 - latestKept; over > 0 {
			want = slices.Delete(want, 1, 1+over)
		}
		if !slices.Equal(refs, want) {
			t.Fatalf("mail %d refers to %q, want %q", len(before)+1, refs, want)
		}
		if n := len(before); n > 0 && parsed.Header.Get("In-Reply-To") != before[n-1] {
			t.Errorf("mail %d answers %q, want %q", n+1, parsed.Header.Get("In-Reply-To"), before[n-1])
		}
		before = append(before, m.MessageID)
	}
}

// latestKept is how many mails of a thread References hold beside its first one.
const latestKept = 10

// TestWhatLeavesIsWhatWasSigned: the bytes that are kept are those that left.
func TestWhatLeavesIsWhatWasSigned(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	b.sign = func(eml []byte) (string, error) {
		if bytes.HasPrefix(eml, []byte("Signed:")) {
			t.Error("signed twice")
		}
		return "Signed: yes\r\n", nil
	}
	b.file()
	b.settle()
	m := b.post.mails()[0]
	kept, err := b.store.Sent(t.Context(), everything, m.Key)
	b.ok(err)
	if !bytes.HasPrefix(m.EML(), []byte("Signed: yes\r\n")) || !bytes.Equal(kept, m.EML()) {
		t.Errorf("kept:\n%s\nleft:\n%s", kept, m.EML())
	}
}
