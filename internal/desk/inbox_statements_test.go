package desk

import (
	"fmt"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
)

// What a mail costs in statements that a server carries out, BEGIN and COMMIT among
// them: taking it, claiming what waits, and what follows from it.
func TestStatementsOfAMail(t *testing.T) {
	t.Parallel()
	where := pgtest.URL(t)
	statements := pgtest.Listen(t, where)
	b := benchAt(t, jst(t, "2026-06-03 10:00:00"), where)
	b.people()
	b.takesMail()
	b.opensMail("production")
	id := b.file().ID
	b.settle()
	for _, c := range []struct {
		name       string
		take, deal int
		state      store.MailState
		mail       func(n int) inMail
	}{
		{"an answer", 4, 29, store.MailFiled, func(n int) inMail {
			return inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "Re: it", ID: fmt.Sprintf("a%d@hokuto.example", n), Text: fmt.Sprint("Still so, ", n)}
		}},
		{"a new request", 4, 32, store.MailFiled, func(n int) inMail {
			return inMail{From: b.tanaka.Email, Subject: "vSphere does not start", ID: fmt.Sprintf("n%d@hokuto.example", n), Text: fmt.Sprint("It does not start, ", n)}
		}},
		{"a note of absence", 4, 25, store.MailFiled, func(n int) inMail {
			return inMail{From: b.tanaka.Email, To: b.token(id, b.tanaka.ID), Subject: "Out of office", ID: fmt.Sprintf("v%d@hokuto.example", n), Head: "Auto-Submitted: auto-replied\r\n", Text: fmt.Sprint("Back on Monday, ", n)}
		}},
	} {
		for n := range 2 { // what is prepared once is prepared the first time
			statements()
			mail := b.hand(c.mail(n))
			taking := statements()
			if _, err := b.mailPass(t.Context()); err != nil {
				t.Fatal(err)
			}
			dealing := statements()
			m, err := b.store.Mail(t.Context(), everything, mail)
			b.ok(err)
			b.wantMail(m, c.state, "")
			if n == 0 {
				continue
			}
			t.Logf("%s: %d statements to take it, %d to deal with it", c.name, len(taking), len(dealing))
			if len(taking) > c.take || len(dealing) > c.deal || len(dealing) < 5 {
				t.Errorf("%s: %d to take it, want at most %d, and %d to deal with it, want at most %d:\n%s", c.name, len(taking), c.take, len(dealing), c.deal,
					strings.Join(append(taking, dealing...), "\n"))
			}
		}
	}
}
