package notify

import (
	"testing"

	"madoguchi/internal/support"
)

// What is done for each comment and each mail allocates no more than it did when it
// was last looked at, and 15 % for what it may grow by. Times depend on the machine;
// these do not. Whoever makes one cheaper lowers its bar.
func TestCommentsAndMailsAllocateLittle(t *testing.T) {
	if testing.Short() {
		return // beside it runs the race detector, which allocates too
	}
	s := technical(t, "ja")
	mail, found := s.first("comment")
	if !found {
		t.Fatal("the story has no mail of a comment")
	}
	by := support.Actor{Kind: support.Customer, ID: sato}
	s.world.Roles = []support.Role{support.RoleSupportAdmin, support.RoleContact}
	filed := s.facts[:20]
	for _, c := range []struct {
		name string
		most float64
		run  func() error
	}{
		{"20 facts folded", 14, func() error {
			support.Fold(&support.Request{ID: support.FirstID}, filed...)
			return nil
		}},
		{"a comment decided", 22, func() error {
			_, err := support.Decide(s.r, &support.Comment{Text: support.Text{ID: 1, SHA256: "x"}, Channel: support.Portal}, s.world, by, s.now, s.pack)
			return err
		}},
		{"a mail rendered", 250, func() error {
			_, err := Render(s.notice(mail.effect))
			return err
		}},
	} {
		var failed error
		n := testing.AllocsPerRun(20, func() { failed = c.run() })
		if failed != nil {
			t.Fatalf("%s: %v", c.name, failed)
		}
		t.Logf("%s: %.0f allocations", c.name, n)
		if n > c.most {
			t.Errorf("%s makes %.0f allocations, at most %.0f may be made", c.name, n, c.most)
		}
	}
}
