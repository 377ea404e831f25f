package desk

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A mailbox is looked through by one node at a time; what fails has to wait for longer
// each time, and whoever changes the host does not get at the password.
func TestAMailboxIsOnesAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	m := store.Mailbox{Name: "support", Address: "help@vendor.example", Host: "imap.vendor.example:993", User: "help"}
	refused(t, b.AddMailbox(ctx, b.asIto, &m, "secret"), support.Forbidden, "party.forbidden")
	b.ok(b.AddMailbox(ctx, b.asAdmin, &m, "secret"))
	again := m
	refused(t, b.AddMailbox(ctx, b.asAdmin, &again, "secret"), support.Conflict, "mailbox.name_taken")
	list, err := b.Mailboxes(ctx)
	if b.ok(err); len(list) != 1 || list[0].Folder != "INBOX" || list[0].Encryption != "tls" || list[0].Password == "secret" {
		t.Errorf("there are %+v", list)
	}
	// Its address is known from now on, and nobody hears that it does not exist because the
	// store cannot say so.
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := b.TakesMail(gone, m.Address); err == nil {
		t.Error("an address is known although it could not be read")
	}
	for address, want := range map[string]bool{m.Address: true, "nobody@vendor.example": false} {
		if takes, err := b.TakesMail(ctx, address); err != nil || takes != want {
			t.Errorf("%s: %t, %v", address, takes, err)
		}
	}
	one, err := b.ClaimMailbox(ctx, m.ID, "one")
	if b.ok(err); one.Secret != "secret" {
		t.Errorf("its password is %q", one.Secret)
	}
	claimed := func(by string, may bool) {
		t.Helper()
		if _, err := b.ClaimMailbox(ctx, m.ID, by); may != (err == nil) || !may && support.CodeOf(err) != support.Conflict {
			t.Errorf("%s: %v", by, err)
		}
	}
	claimed("two", false)
	b.ok(b.MailboxFetched(ctx, m.ID, "one", 3, 1))
	b.wall.add(2*mailboxLease + time.Second)
	claimed("two", true)
	claimed("one", false)
	if err := b.MailboxFetched(ctx, m.ID, "one", 1, 0); support.CodeOf(err) != support.Conflict {
		t.Errorf("who has lost it says what was fetched: %v", err)
	}
	b.ok(b.MailboxFailed(ctx, m.ID, "two", "login", 1, 2))
	claimed("one", false)
	b.wall.add(2 * mailboxPause)
	claimed("one", true)
	b.ok(b.LeaveMailbox(ctx, m.ID, "one"))
	claimed("two", true)
	now, err := b.store.Mailbox(ctx, everything, m.ID)
	if b.ok(err); now.Taken != 5 || now.Kept != 1 || now.Attempts != 1 || now.Failure != "login" {
		t.Errorf("it stands at %+v", now)
	}
	elsewhere, secret, off := "imap.elsewhere.example:993", "another", store.MailboxDisabled
	refused(t, b.ChangeMailbox(ctx, b.asAdmin, m.ID, MailboxChange{Host: &elsewhere}), support.Invalid, "mailbox.password_again")
	b.ok(b.ChangeMailbox(ctx, b.asAdmin, m.ID, MailboxChange{Host: &elsewhere, Password: &secret}))
	claimed("one", true)
	b.ok(b.ChangeMailbox(ctx, b.asAdmin, m.ID, MailboxChange{State: &off}))
	claimed("one", false)
	b.ok(b.RemoveMailbox(ctx, b.asAdmin, m.ID))
	refused(t, b.RemoveMailbox(ctx, b.asAdmin, m.ID), support.NotFound, "mailbox.not_found")
	b.check()
}
