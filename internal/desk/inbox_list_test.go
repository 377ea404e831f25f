package desk

import (
	"slices"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// What lists show of mails is the vendor's, page by page and narrowed; of an account that
// is kept to some they show nothing to the others.
func TestListsOfMails(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	ctx, id := t.Context(), b.file().ID
	to := b.token(id, b.tanaka.ID)
	filed := b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", ID: "a@hokuto.example", Text: "first"})
	var held []int64
	for _, l := range []inMail{
		{From: b.tanaka.Email, To: to, Subject: "forged", Head: "X-Forged: 1\r\n", Text: "not theirs"},
		{From: "stranger@elsewhere.example", Subject: "y", Text: "who are you"},
		{From: "Stranger@elsewhere.example", Subject: "z", Text: "and again"},
	} {
		held = append([]int64{b.deliver(l).ID}, held...)
	}
	hayashi := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}, Roles: b.hayashi.Roles}
	list := func(v store.Viewer, f store.MailFilter) (out []int64) {
		mails, err := b.store.Mails(ctx, v, f)
		b.ok(err)
		for _, m := range mails {
			out = append(out, m.ID)
		}
		return out
	}
	for name, c := range map[string]struct {
		f    store.MailFilter
		want []int64
	}{
		"what waits":   {store.MailFilter{}, held},
		"a page":       {store.MailFilter{Limit: 2}, held[:2]},
		"the next one": {store.MailFilter{Before: held[1], Limit: 2}, held[2:]},
		"of a sender":  {store.MailFilter{Sender: "STRANGER@elsewhere.example"}, held[:2]},
		"for a reason": {store.MailFilter{Why: "unverified"}, held[2:]},
		"by another":   {store.MailFilter{Mailbox: "lmtp"}, nil},
		"filed":        {store.MailFilter{State: store.MailFiled}, []int64{filed.ID}},
	} {
		if got := list(hayashi, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	_, err := b.store.Mails(ctx, hayashi, store.MailFilter{State: "x"})
	refused(t, err, support.Invalid, "mail.state_unknown")
	of, err := b.store.MailsOf(ctx, hayashi, id)
	if b.ok(err); len(of) != 1 || of[0].ID != filed.ID {
		t.Errorf("on the request stand %+v", of)
	}
	ids, err := b.store.MailIDs(ctx, id, 10)
	if b.ok(err); !slices.Equal(ids, []string{"a@hokuto.example"}) {
		t.Errorf("the request has the mails %v", ids)
	}
	for _, n := range []int{2, 99} {
		if got, err := b.store.MailsHeld(ctx, hayashi, n); err != nil || got != min(n, len(held)) {
			t.Errorf("%d wait, want %d: %v", got, min(n, len(held)), err)
		}
	}
	if got := list(store.Viewer{Actor: b.asTanaka}, store.MailFilter{}); len(got) > 0 {
		t.Errorf("a customer sees %v", got)
	}
	b.blocks(hayashi.Actor, held)
	b.ok(b.RestrictAccount(ctx, system, b.hokuto.ID, true, []int64{b.ito.ID}))
	if got := list(hayashi, store.MailFilter{}); len(got) > 0 { // the others are rejected by now
		t.Errorf("of an account that is kept to others they see %v", got)
	}
	_, err = b.store.Mail(ctx, hayashi, held[2])
	refused(t, err, support.NotFound, "mail.not_found")
}

// blocks blocks who sent the first of some mails, and the domain of the second.
func (b *bench) blocks(by support.Actor, mails []int64) {
	b.t.Helper()
	for i, domain := range []bool{false, true} {
		_, err := b.BlockMail(b.t.Context(), by, mails[i], domain)
		b.ok(err)
	}
	blocked, err := b.store.BlockedSenders(b.t.Context(), "@elsewhere.example", 10)
	if b.ok(err); len(blocked) != 1 || blocked[0].What != "stranger@elsewhere.example" {
		b.t.Errorf("blocked after the domain: %+v", blocked)
	}
}
