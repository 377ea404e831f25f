package message

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var own = Own{Addresses: []string{"support@desk.example"}, Hosts: []string{"desk.example"}}

func mail(tb testing.TB, name string) Inbound {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return Parse(raw)
}

// reports are the bounces of the corpus: what they are, for whom, and which of
// these are dead.
var reports = map[string]struct {
	class      Class
	hard, soft string
	id         bool // they hold the id of our mail
}{
	"rfc3464-postfix": {Bounced, "sato@aoba.example", "", true}, "rfc3464-delay": {Delayed, "", "sato@aoba.example", true}, "rfc3464-delivered": {Delivered, "", "", true},
	"rfc3464-several": {Bounced, "tanaka@aoba.example", "sato@aoba.example", true}, "exchange-online": {Bounced, "sato@aoba.example", "", true}, "exchange-online-policy": {Bounced, "", "sato@aoba.example", true},
	"gmail": {Bounced, "sato@aoba.example", "", true}, "sendmail": {Bounced, "sato@aoba.example", "", true}, "qmail": {Bounced, "sato@aoba.example", "", true},
	"qmail-no-mailbox": {Bounced, "sato@aoba.example", "tanaka@aoba.example", true}, "exim": {Bounced, "sato@aoba.example", "", true}, "exim-delay": {Delayed, "", "sato@aoba.example", false},
	"postfix-old": {Bounced, "sato@aoba.example", "", true}, "exchange-2003": {Bounced, "sato@aoba.example", "", false}, "gmail-old": {Bounced, "", "sato@aoba.example", true}, "yahoo": {Bounced, "sato@aoba.example", "", true},
	"docomo": {Bounced, "aoba..sato.@docomo.ne.jp", "", true}, "au-unknown": {Bounced, "aoba-sato@ezweb.ne.jp", "", false}, "au-full": {Bounced, "", "aoba-sato@ezweb.ne.jp", false}, "au-closed": {Bounced, "aoba-sato@ezweb.ne.jp", "", false},
	"softbank": {Bounced, "aobasato@softbank.ne.jp", "", false}, "notes": {Bounced, "sato@aoba.example", "", false}, "sjis-carrier": {Bounced, "sato@aoba.example", "", false}, "zimbra-quota": {Bounced, "", "sato@aoba.example", true},
}

// A26, R12
func TestBounces(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/own/bounce/*.eml")
	if err != nil || len(files) != len(reports) {
		t.Fatalf("%d files of %d, %v", len(files), len(reports), err)
	}
	for name, want := range reports {
		in := mail(t, "own/bounce/"+name+".eml")
		class, why, b := in.Class(own)
		if class != want.class {
			t.Errorf("%s is %s by %s, want %s", name, class, why, want.class)
		}
		var hard, soft []string
		for _, f := range b.Failed {
			if f.Hard {
				hard = append(hard, f.Email)
			} else {
				soft = append(soft, f.Email)
			}
		}
		if got := strings.Join(hard, " "); got != want.hard {
			t.Errorf("%s: dead are %q, want %q: %+v", name, got, want.hard, b.Failed)
		}
		if got := strings.Join(soft, " "); got != want.soft {
			t.Errorf("%s: not dead are %q, want %q: %+v", name, got, want.soft, b.Failed)
		}
		if id := b.MessageID == "r10000000.6.mail.c31@desk.example"; want.class == Bounced && id != want.id {
			t.Errorf("%s is about %q", name, b.MessageID)
		}
	}
}

// TestClasses: what programs and lists write is not taken for a person, and what a
// person writes about such mails is.
//
// R49, T13
func TestClasses(t *testing.T) {
	t.Parallel()
	vacations := []string{"rfc3834", "exchange-en", "exchange-ja", "exchange-old", "subject-ja-away", "subject-zh", "subject-tw", "subject-ko", "subject-de", "subject-de-away", "subject-fr", "subject-fr-away", "subject-es", "subject-pt", "subject-ru"}
	for dir, class := range map[string]Class{"auto": Automatic, "list": List, "person": Person} {
		files, err := filepath.Glob("testdata/own/" + dir + "/*.eml")
		if err != nil || len(files) < 5 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, path := range files {
			name := strings.TrimSuffix(filepath.Base(path), ".eml")
			want := class
			switch {
			case dir == "auto" && slices.Contains(vacations, name):
				want = Vacation
			case name == "read":
				want = Read
			case name == "complaint":
				want = Complaint
			}
			in := mail(t, "own/"+dir+"/"+name+".eml")
			if got, why, _ := in.Class(own); got != want {
				t.Errorf("%s/%s is %s by %s, want %s", dir, name, got, why, want)
			}
		}
	}
}

// TestLoops: a mail of ours that comes back is known by what we wrote on it, also
// when a forwarder took some of it away (T14).
//
// T14
func TestLoops(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]Class{
		"From: support@desk.example": Loop, "From: Support@DESK.example": Loop,
		"From: b@c.example\r\nX-Loop: support@desk.example":                                             Loop,
		"From: b@c.example\r\nMessage-ID: <r1.2.mail.c3@desk.example>":                                  Loop,
		"From: b@c.example\r\n" + strings.Repeat("Received: from a by b\r\n", maxHops+1) + "Subject: x": Loop,
		"From: b@c.example\r\n" + strings.Repeat("Received: from a by b\r\n", 10) + "Subject: x":        Person,
		"From: b@c.example\r\nIn-Reply-To: <r1.2.mail.c3@desk.example>":                                 Person,
		"From: b@c.example\r\nMessage-ID: <8F3C2D1E-A1.x@desk.example>":                                 Person,
		"From: b@c.example\r\nX-Loop: other@desk.example":                                               Person,
	} {
		in := Parse([]byte(head + "\r\n\r\nhello"))
		if got, why, _ := in.Class(own); got != want {
			t.Errorf("%q is %s by %s, want %s", cut(head, 80), got, why, want)
		}
	}
}

// A filter that refuses a mail says so as if the mail had been deleted (RFC 5429); one
// that a person threw away unread says so in the same form, and is no bounce.
//
// A26
func TestAFilterThatRefusesIsABounce(t *testing.T) {
	t.Parallel()
	notice := func(words, disposition string) Inbound {
		return Parse([]byte("From: postmaster@aoba.example\r\nTo: support@desk.example\r\nSubject: Your message\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + words +
			"\r\n\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; sato@aoba.example\r\n" +
			"Original-Message-ID: <r10000000.6.mail.c31@desk.example>\r\nDisposition: " + disposition + "\r\n\r\n--b--\r\n"))
	}
	const byProgram = "automatic-action/MDN-sent-automatically; deleted"
	for _, c := range []struct {
		words, disposition string
		want               Class
	}{
		{"Your message to <sato@aoba.example> was automatically rejected:\r\nQuota exceeded", byProgram, Bounced},
		{"The message was refused by the recipient's mail filtering program.", byProgram, Bounced},
		{"Your message was deleted without being read.", byProgram, Read},
		{"I have rejected the offer.", "manual-action/MDN-sent-manually; displayed", Read},
	} {
		in := notice(c.words, c.disposition)
		class, why, b := in.Class(own)
		if class != c.want {
			t.Errorf("%q is %s by %s, want %s", c.words, class, why, c.want)
		}
		if class == Bounced && (len(b.Failed) != 1 || b.Failed[0].Email != "sato@aoba.example" || b.Failed[0].Hard || b.MessageID != "<r10000000.6.mail.c31@desk.example>") {
			t.Errorf("%q: %+v", c.words, b)
		}
	}
}

// Gateways and old servers report under names and in words of their own, also by way
// of a list; people who write of such reports are none.
//
// A26
func TestReportsOfGateways(t *testing.T) {
	t.Parallel()
	const to, list = "To: support@desk.example\r\n", "List-Id: <all.desk.example>\r\n"
	for _, c := range []struct {
		head, text string
		want       Class
	}{
		{"From: <\"System Administrator\"@aoba.example>\r\nSubject: Delivery Failure\r\n" + to, "Could not deliver message to:\r\n\r\nFailed Recipient: sato@aoba.example\r\n", Bounced},
		{"From: Virus_Scan_for_SMTP_Gateways@aoba.example\r\nSubject: Delivery failure notification\r\n" + to, "Your message could not be delivered to the following recipients:\r\n\r\nsato@aoba.example\r\n", Bounced},
		{"From: MAILER-DAEMON@aoba.example\r\nSubject: Processing Error\r\n" + to, "Intended recipient: sato@aoba.example\r\n\r\nThe following mail has been returned because of an error.\r\n", Bounced},
		{"From: MAILER-DAEMON@aoba.example\r\nSubject: Returned mail\r\n" + list, "-----Message not delivered to the following:\r\n\r\nsato@aoba.example: nothing matches\r\n", Bounced},
		{"From: sato@aoba.example\r\nSubject: Delivery failure\r\n" + to, "My message to tanaka@aoba.example was returned. Why?\r\n", Person},
		{"From: sato@aoba.example\r\nSubject: Delivery failure\r\n" + list, "My message to tanaka@aoba.example was returned. Why?\r\n", List},
		{"From: MAILER-DAEMON@aoba.example\r\nSubject: Processing your order\r\n" + to, "Your order for tanaka@aoba.example is on its way.\r\n", Automatic},
	} {
		in := Parse([]byte(c.head + "\r\n" + c.text))
		class, why, b := in.Class(own)
		if class != c.want || class == Bounced && (len(b.Failed) != 1 || b.Failed[0].Email != "sato@aoba.example") {
			t.Errorf("%q is %s by %s, want %s: %+v", c.head, class, why, c.want, b)
		}
	}
}
