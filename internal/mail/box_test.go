package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// postOffice is a server of IMAP with one user, and how to reach the mailbox.
type postOffice struct {
	t    *testing.T
	user *imapmemserver.User
	at   desk.MailboxAccess
}

func newPostOffice(t *testing.T, caps ...imap.Cap) *postOffice {
	t.Helper()
	p := &postOffice{t: t, user: imapmemserver.NewUser("support", "secret")}
	p.ok(p.user.Create("INBOX", nil))
	all := imapmemserver.New()
	all.AddUser(p.user)
	set := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	s := imapserver.New(&imapserver.Options{Caps: set, InsecureAuth: true, NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
		return all.NewSession(), nil, nil
	}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	p.ok(err)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	p.at = desk.MailboxAccess{Secret: "secret", Mailbox: store.Mailbox{Name: "support", Address: "support@desk.example", Host: l.Addr().String(), Encryption: "none",
		User: "support", Folder: "INBOX", Done: "Madoguchi"}}
	return p
}

func (p *postOffice) ok(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// literal is a mail as a server takes it.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

func (p *postOffice) bring(subject string) {
	p.t.Helper()
	_, err := p.user.Append("INBOX", literal{strings.NewReader("Return-Path: <tanaka@hokuto.example>\r\nDelivered-To: support@desk.example\r\nSubject: " + subject + "\r\n\r\nhello\r\n")}, &imap.AppendOptions{})
	p.ok(err)
}

func (p *postOffice) in(folder string) uint32 {
	p.t.Helper()
	s, err := p.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	p.ok(err)
	return *s.NumMessages
}

// enter signs in, and looks once.
func (p *postOffice) enter() (b *box, look func(Receive) (int64, error)) {
	p.t.Helper()
	b, err := open(p.t.Context(), p.at, nil)
	p.ok(err)
	p.t.Cleanup(b.close)
	p.ok(b.prepare())
	data, err := b.folder(false)
	p.ok(err)
	return b, func(r Receive) (int64, error) {
		return b.look(p.t.Context(), data.UIDValidity, r, func() error { return nil })
	}
}

// Each mail is handed over once and moved, by whatever the server can do, and has a
// mark of its own.
func TestAMailboxIsFetchedOnce(t *testing.T) {
	t.Parallel()
	for name, caps := range map[string][]imap.Cap{"MOVE": {imap.CapMove}, "UIDPLUS": {imap.CapUIDPlus}, "neither": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const mails = 2*chunk + 3
			p := newPostOffice(t, caps...)
			for i := range mails {
				p.bring(fmt.Sprint("mail ", i))
			}
			_, look := p.enter()
			var k taken
			if n, err := look(k.receive); n != mails || err != nil {
				t.Fatalf("%d taken, %v", n, err)
			}
			if n, err := look(k.receive); n != 0 || err != nil {
				t.Errorf("then %d, %v", n, err)
			}
			marks := map[string]bool{}
			for i, m := range k.list() {
				marks[m.Mark] = true
				if m.Mailbox != "support" || m.From != "tanaka@hokuto.example" || len(m.To) != 1 || m.To[0] != "support@desk.example" || !strings.Contains(string(m.Raw), fmt.Sprintf("mail %d\r\n", i)) {
					t.Fatalf("mail %d is %+v", i, m)
				}
			}
			left := uint32(0)
			if caps == nil {
				left = mails // they are marked, and nobody else's mark is acted on
			}
			if len(marks) != mails || p.in("Madoguchi") != mails || p.in("INBOX") != left {
				t.Errorf("%d marks, %d moved, %d left", len(marks), p.in("Madoguchi"), p.in("INBOX"))
			}
		})
	}
}

// What the desk could not keep stays where it is and comes again under the same
// mark; what is too large stays and is not asked for again.
func TestWhatIsNotKeptStays(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, imap.CapMove)
	for i := range 5 {
		p.bring(fmt.Sprint("mail ", i))
	}
	b, look := p.enter()
	var marks []string
	n := 0
	full := func(_ context.Context, m desk.Delivery) (int64, error) {
		n++
		marks = append(marks, m.Mark)
		switch n {
		case 2:
			return 0, support.Refuse(support.TooLarge, "mail.too_large", "limit", "1")
		case 4:
			return 0, errors.New("the disk is full")
		}
		return int64(n), nil
	}
	if got, err := look(full); got != 2 || whyOf(err) != whyDesk {
		t.Fatalf("%d taken, %v", got, err)
	}
	if p.in("INBOX") != 3 || p.in("Madoguchi") != 2 || len(b.kept) != 1 {
		t.Errorf("%d stay, %d are moved, %d kept for good", p.in("INBOX"), p.in("Madoguchi"), len(b.kept))
	}
	if got, err := look(full); got != 2 || err != nil {
		t.Fatalf("then %d taken, %v", got, err)
	}
	if len(marks) != 6 || marks[3] != marks[4] || p.in("INBOX") != 1 {
		t.Errorf("marks %q, %d stay", marks, p.in("INBOX"))
	}
}

// News end a rest at once, with IDLE and the end of the context too; what comes then
// is found.
func TestNewsEndARest(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, imap.CapMove, imap.CapIdle)
	b, look := p.enter()
	rested := make(chan error, 1)
	go func() { rested <- b.rest(t.Context(), time.Hour) }()
	// What comes before the server waits too is told at the next question.
	come := time.NewTicker(20 * time.Millisecond)
	defer come.Stop()
	mails := int64(0)
	for waits := true; waits; {
		select {
		case err := <-rested:
			p.ok(err)
			waits = false
		case <-come.C:
			p.bring("news")
			mails++
		}
	}
	var k taken
	if n, err := look(k.receive); n != mails || n == 0 || err != nil {
		t.Errorf("%d of %d taken, %v", n, mails, err)
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if err := b.rest(ctx, time.Hour); err != nil {
		t.Error(err)
	}
}

// What is wrong with a mailbox is said in a word, which never holds the password.
func TestWhatIsWrongWithAMailbox(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t)
	p.bring("waits")
	if n, why := TryMailbox(t.Context(), p.at); n != 1 || why != "" {
		t.Errorf("%d wait, %q", n, why)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	p.ok(err)
	nobody := l.Addr().String()
	p.ok(l.Close())
	for why, change := range map[string]func(*desk.MailboxAccess){
		whyLogin:      func(at *desk.MailboxAccess) { at.Secret = "wrong" },
		whyFolder:     func(at *desk.MailboxAccess) { at.Folder = "None" },
		whyConnection: func(at *desk.MailboxAccess) { at.Host = nobody },
		whyTLS:        func(at *desk.MailboxAccess) { at.Encryption = "tls" },
	} {
		at := p.at
		change(&at)
		if _, got := TryMailbox(t.Context(), at); got != why {
			t.Errorf("%s: said to be %q", why, got)
		}
	}
}
