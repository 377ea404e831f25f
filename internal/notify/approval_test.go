package notify

import (
	"strings"
	"testing"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// guide: R03, R16
func TestTheApproverReadsWhatIsAskedByWhomAndWhere(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		n := 0
		for _, x := range service(t, code).told {
			if x.effect.Template != approvalAsked {
				continue
			}
			n++
			if x.effect.Recipient != (support.Recipient{Kind: support.ToContact, ID: suzuki}) {
				t.Errorf("%s: %s is asked", code, x.effect.Recipient)
			}
			asker := lang.Name(code, people(code)[support.Actor{Kind: support.Customer, ID: sato}], false)
			lead, _, _ := strings.Cut(x.mail.Text, lang.Message(code, "mail.label.number", nil))
			for _, want := range []string{asker, words["title"][code], lang.Message(code, "mail.say.approval_then", nil)} {
				if !strings.Contains(squeezed(lead), squeezed(want)) {
					t.Errorf("%s: the mail does not say %q first:\n%s", code, want, x.mail.Text)
				}
			}
			for _, want := range []string{"9876543210", "https://support.example.net/requests/100000006",
				lang.Message(code, "mail.next.approval_yours", nil)} {
				if !strings.Contains(squeezed(x.mail.Text), squeezed(want)) {
					t.Errorf("%s: the mail lacks %q:\n%s", code, want, x.mail.Text)
				}
			}
			if want := lang.Message(code, "mail.subject.approval_asked", nil); !strings.Contains(x.mail.Subject, want) {
				t.Errorf("%s: the subject %q lacks %q", code, x.mail.Subject, want)
			}
		}
		if n != 1 {
			t.Errorf("%s: asked %d times", code, n)
		}
	}
}

// guide: R03
func TestThoseWhoCannotApproveReadThatTheApprovalWaits(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		ours, yours := lang.Message(code, "mail.next.approval", nil), lang.Message(code, "mail.next.approval_yours", nil)
		s, waits := service(t, code), true
		for _, x := range s.told {
			waits = waits && x.effect.Template != "customer_active"
			if x.effect.Recipient != (support.Recipient{Kind: support.ToContact, ID: sato}) {
				continue
			}
			text := squeezed(x.mail.Text)
			if n := strings.Count(text, squeezed(ours)); (n == 1) != waits || n > 1 {
				t.Errorf("%s %s: says %d times that an approval is needed; it waits: %v\n%s", code, x.effect.Template, n, waits, x.mail.Text)
			}
			if strings.Contains(text, squeezed(yours)) {
				t.Errorf("%s %s asks the opener to approve:\n%s", code, x.effect.Template, x.mail.Text)
			}
		}
	}
}

// A mail that leaves late, after the answer, does not ask for it again.
//
// guide: R03
func TestALateMailDoesNotAskForAGivenApproval(t *testing.T) {
	t.Parallel()
	s := service(t, lang.English)
	x, ok := s.first(approvalAsked)
	if !ok {
		t.Fatal("nobody was asked")
	}
	m, err := Render(s.notice(x.effect))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"mail.say.approval_then", "mail.next.approval_yours"} {
		if said := lang.Message(lang.English, key, nil); strings.Contains(squeezed(m.Text), squeezed(said)) {
			t.Errorf("an approval that was given is asked for:\n%s", m.Text)
		}
	}
}
