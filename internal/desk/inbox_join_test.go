package desk

import (
	"testing"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A mail that does not say which product it is about, and the answer to the mail that
// asked for it, become one request: what was asked first is what it says, and the answer
// its first comment. An answer to it later is one more.
//
// guide: R23
func TestTheAnswerToWhatWasAskedIsJoined(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	b.opensMail("production")
	b.opensMail("basic")
	more := support.Contract{Account: b.hokuto.ID, Number: "P-2", Offering: "production", Products: []string{"esx"}, Regions: []string{"apj"}, StartsAt: b.production.StartsAt, EndsAt: b.production.EndsAt}
	b.ok(b.AddContract(t.Context(), system, &more, b.takahashi.ID))
	b.ok(b.GrantRole(t.Context(), system, more.ID, b.tanaka.ID, support.RoleSupportAdmin))
	b.ok(b.GrantRole(t.Context(), system, b.production.ID, b.takahashi.ID, support.RoleSupportAdmin))
	first := b.deliver(inMail{From: b.tanaka.Email, Subject: "It stops", ID: "1@hokuto.example", Text: "Since this morning it stops."})
	b.wantMail(first, store.MailQuarantined, "product")
	asked := b.askedBack()
	second := inMail{From: b.tanaka.Email, Subject: "Re: " + asked.Subject, ID: "2@hokuto.example", Refs: asked.MessageID, Text: "It is about vSphere."}
	stranger := second
	stranger.From = b.takahashi.Email
	b.wantMail(b.deliver(stranger), store.MailFiled, "") // a request of its own: they were not asked
	answer := b.deliver(second)
	b.wantMail(answer, store.MailFiled, "")
	first, err := b.store.Mail(t.Context(), everything, first.ID)
	b.ok(err)
	b.wantMail(first, store.MailFiled, "")
	if first.Request == 0 || first.Request != answer.Request || first.Seq >= answer.Seq {
		t.Fatalf("the mails stand on %d and %d", first.Request, answer.Request)
	}
	filed := b.facts(first.Request)[0].Body.(support.Filed)
	texts, err := b.store.Texts(t.Context(), []int64{filed.Body.ID})
	b.ok(err)
	if texts[filed.Body.ID] != "Since this morning it stops." || b.titleOf(first.Request) != "It stops" || filed.Product != "vsphere" || b.many(first.Request, "commented") != 1 {
		t.Errorf("filed %q about %s, with %d comments", texts[filed.Body.ID], filed.Product, b.many(first.Request, "commented"))
	}
	later := second
	later.ID, later.Text = "3@hokuto.example", "And one more thing."
	if m := b.deliver(later); m.Request != first.Request || m.State != store.MailFiled {
		t.Errorf("a second answer is %s (%s) on %d", m.State, m.Why, m.Request)
	}
	b.check()
}

// askedBack is the mail that asks for what is missing.
func (b *bench) askedBack() (asked notify.Mail) {
	b.t.Helper()
	for _, m := range b.post.mails() {
		if m.To.Email == b.tanaka.Email && mailOfKey(m.Key) != 0 {
			asked = m
		}
	}
	if asked.MessageID == "" {
		b.t.Fatal("nobody was asked")
	}
	return asked
}
