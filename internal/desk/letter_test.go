package desk

import (
	"strings"
	"testing"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// An invitation to a beta is mailed once, in the reader's language, and not at
// all to somebody who has joined before it could leave.
//
// guide: R38
func TestAnInvitationIsMailedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-01 10:00:00"))
	ctx := t.Context()
	p := b.programme(support.BetaPrivate)
	b.ok(b.InviteToBeta(ctx, b.asAdmin, p.ID, b.tanaka.ID))
	b.ok(b.InviteToBeta(ctx, b.asAdmin, p.ID, b.sato.ID))
	b.ok(b.InviteToBeta(ctx, b.asAdmin, p.ID, b.sato.ID))
	b.ok(b.JoinBeta(ctx, b.asTanaka, p.ID))
	b.settle()
	mails := b.post.mails()
	if len(mails) != 1 || mails[0].To.Email != b.sato.Email {
		t.Fatalf("invitations: %+v", mails)
	}
	m := mails[0]
	if !strings.Contains(m.Subject, "Invitation to the beta programme") || !strings.Contains(m.Text, b.sato.Number) || !strings.Contains(m.Text, p.Key) ||
		!strings.Contains(string(m.EML()), "Auto-Submitted: auto-generated") || !strings.HasPrefix(m.MessageID, "<beta_programme") {
		t.Errorf("the invitation: %s %s\n%s", m.MessageID, m.Subject, m.Text)
	}
	b.ok(b.InviteToBeta(ctx, b.asAdmin, p.ID, b.sato.ID))
	b.settle()
	if n := len(b.post.mails()); n != 1 {
		t.Errorf("%d mails after a second invitation", n)
	}
	b.check()
}

// Every letter has its words.
func TestLettersHaveWords(t *testing.T) {
	t.Parallel()
	for name := range letters {
		for _, part := range []string{"subject", "lead"} {
			for _, code := range []string{lang.English, lang.Japanese} {
				if key := "mail.letter." + name + "." + part; !lang.Has(code, key) {
					t.Errorf("%s: no words for %s", code, key)
				}
			}
		}
	}
}
