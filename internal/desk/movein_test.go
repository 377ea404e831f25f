package desk

import (
	"errors"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// move enters rows and wants each to come out as it says: an outcome, or the
// key of a refusal.
func (b *bench) move(all map[string]rows, order ...string) {
	b.t.Helper()
	b.ok(b.MoveIn(b.t.Context(), system, func(m *Moving) error {
		m.Language, m.Zone = "ja", "Asia/Tokyo"
		for _, want := range order {
			for i, row := range all[want] {
				out, err := row(m)
				got := string(out)
				var refused *support.Error
				if errors.As(err, &refused) {
					got = refused.Key
				} else if err != nil {
					return err
				}
				if got != want {
					b.t.Errorf("row %d came out as %s, want %s", i+1, got, want)
				}
			}
		}
		return nil
	}))
}

type rows = []func(m *Moving) (Outcome, error)

// Rows of one kind, each as a test enters it.

func movedAccount(key, name, country string) func(m *Moving) (Outcome, error) {
	return func(m *Moving) (Outcome, error) { return m.Account(MovedAccount{key, name, country}) }
}

func movedContact(account, email string, more support.Contact) func(m *Moving) (Outcome, error) {
	more.Email, more.FamilyName = email, "Ueda"
	return func(m *Moving) (Outcome, error) { return m.Contact(MovedContact{Account: account, Contact: more}) }
}

func movedRole(email string, role support.Role) func(m *Moving) (Outcome, error) {
	return func(m *Moving) (Outcome, error) {
		return m.Role(MovedRole{Contract: "C-1", Contact: email, Role: role})
	}
}

func movedContract(t *testing.T, change func(c *MovedContract)) func(m *Moving) (Outcome, error) {
	c := MovedContract{Account: "4711", Primary: "Ueda@Umi.example", Contract: support.Contract{
		Number: "C-1", Offering: "basic", Products: []string{"esx"}, StartsAt: jst(t, "2026-04-01 00:00:00"), EndsAt: jst(t, "2027-04-01 00:00:00"),
	}}
	if change != nil {
		change(&c)
	}
	return func(m *Moving) (Outcome, error) { return m.Contract(c) }
}

// People of another system go through the same doors as everybody, and may come
// again.
// guide: R12
// guide: R16
func TestPeopleMoveInByTheRules(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	none := support.Contact{}
	b.move(map[string]rows{
		"entered": {
			movedAccount("4711", "Umi", "JP"), movedAccount("", "Umi", "DE"),
			movedContact("4711", "ueda@umi.example", none), movedContact("4711", "a@umi.example", none),
		},
		"unchanged":    {movedAccount("4711", "Umi", "JP"), movedContact("4711", "UEDA@umi.example", none)},
		"country.form": {movedAccount("", "Umi", "XX")},
		"name.needed":  {movedAccount("", "", "JP")},
		"email.form":   {movedContact("4711", "ueda", none)},
		"zone.unknown": {movedContact("4711", "a@umi.example", support.Contact{Zone: "Mars/Base"})},

		"customer_number.taken":       {movedContact("4711", "new@umi.example", support.Contact{Number: b.suzuki.Number})},
		"customer_number.check_digit": {movedContact("4711", "new@umi.example", support.Contact{Number: "1234567890"})},

		"move.account_twice":   {movedContact("Umi", "new@umi.example", none)},
		"move.account_unknown": {movedContact("Yama", "new@umi.example", none)},
		"move.fixed": {
			movedContact("acc_1", "a@umi.example", none),
			movedContact("4711", "a@umi.example", support.Contact{Number: b.suzuki.Number}),
		},
		"changed": {movedContact("4711", "a@umi.example", support.Contact{Phone: "+81 3"})},
	}, "entered", "unchanged", "country.form", "name.needed", "email.form", "zone.unknown", "customer_number.taken",
		"customer_number.check_digit", "move.account_twice", "move.account_unknown", "move.fixed", "changed")
	b.check()
}

// So do their contracts, with one PLA each and as many SAs as the offering has.
// guide: R02
func TestContractsMoveInByTheRules(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	all := rows{movedAccount("4711", "Umi", "JP")}
	for _, email := range []string{"ueda@umi.example", "a@umi.example", "b@umi.example", "c@umi.example", "d@umi.example", "e@umi.example"} {
		all = append(all, movedContact("4711", email, support.Contact{}))
	}
	all = append(all, movedContract(t, nil))
	for _, email := range []string{"a@umi.example", "b@umi.example", "c@umi.example", "d@umi.example"} {
		all = append(all, movedRole(email, support.RoleSupportAdmin))
	}
	second := func(change func(c *MovedContract)) func(m *Moving) (Outcome, error) {
		return movedContract(t, func(c *MovedContract) { c.Number = "C-2"; change(c) })
	}
	b.move(map[string]rows{
		"entered": all,
		"unchanged": {movedContract(t, nil), movedRole("ueda@umi.example", support.RoleLicencePrimary),
			movedRole("a@umi.example", support.RoleSupportAdmin)},
		"role.cap_reached":     {movedRole("e@umi.example", support.RoleSupportAdmin)},
		"move.primary":         {movedRole("a@umi.example", support.RoleLicencePrimary)},
		"move.contact_unknown": {movedRole("nobody@umi.example", support.RoleSupportAdmin)},
		"role.unknown":         {movedRole("a@umi.example", "role_boss")},
		"offering.unknown":     {second(func(c *MovedContract) { c.Offering = "gold" })},
		"product.not_found":    {second(func(c *MovedContract) { c.Products = []string{"word"} })},
		"contract.term":        {second(func(c *MovedContract) { c.EndsAt = c.StartsAt })},
		"move.fixed": {
			movedContract(t, func(c *MovedContract) { c.EndsAt = c.EndsAt.AddDate(1, 0, 0) }),
			movedContract(t, func(c *MovedContract) { c.Offering = "production" }),
			movedContract(t, func(c *MovedContract) { c.Account = "acc_1" }),
		},
		"changed": {movedContract(t, func(c *MovedContract) { c.Primary, c.State = "b@umi.example", support.ContractSuspended })},
	}, "entered", "unchanged", "role.cap_reached", "move.primary", "move.contact_unknown", "role.unknown", "offering.unknown",
		"product.not_found", "contract.term", "move.fixed", "changed")

	k, err := b.store.ContractByNumber(t.Context(), store.Viewer{Actor: system}, "C-1")
	b.ok(err)
	grants, err := b.store.Roles(t.Context(), store.Viewer{Actor: system}, k.ID)
	b.ok(err)
	primaries := 0
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary {
			primaries++
		}
	}
	if primaries != 1 || k.State != support.ContractSuspended {
		t.Errorf("%d primaries, state %s", primaries, k.State)
	}
	b.check()
}

// A row that is refused half-way leaves nothing, and what is taken back leaves
// nothing at all.
func TestMovingInLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	row := MovedContract{Account: "acc_1", Primary: b.sato.Email, Contract: b.basic}
	row.State = "sleeping" // is refused after the PLA was replaced
	events := func() int {
		b.ok(b.store.Number(t.Context()))
		all, err := b.store.Events(t.Context(), store.Viewer{Actor: system}, 0, 500)
		b.ok(err)
		return len(all)
	}
	before := events()
	b.move(map[string]rows{
		"contract.state_unknown": {func(m *Moving) (Outcome, error) { return m.Contract(row) }},
	}, "contract.state_unknown")
	back := errors.New("back")
	err := b.MoveIn(t.Context(), system, func(m *Moving) error {
		if out, err := m.Account(MovedAccount{"", "Umi", "JP"}); out != Entered || err != nil {
			t.Errorf("%s, %v", out, err)
		}
		return back
	})
	if !errors.Is(err, back) {
		t.Errorf("got %v", err)
	}
	if after := events(); after != before {
		t.Errorf("%d events were added", after-before)
	}
	b.check()
}

// Who has left is not entered again, versions of a product come one by one, and
// complimentary support counts from the day on which the product was registered.
// guide: R06
func TestMovingInWhatIsThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:20:00"))
	left := b.person(b.aoba.ID, "Mizuno", "mizuno@aoba.example")
	left.Active = false
	b.ok(b.ChangeContact(t.Context(), system, left))
	version := func(name string, until time.Time) func(m *Moving) (Outcome, error) {
		return func(m *Moving) (Outcome, error) {
			return m.Product(MovedVersion{Key: "esx", Version: support.Version{Name: name, GeneralUntil: until}})
		}
	}
	registered := func(at time.Time) func(m *Moving) (Outcome, error) {
		return func(m *Moving) (Outcome, error) {
			return m.Registration(MovedRegistration{Contact: b.tanaka.Email, Product: "fusion", At: at})
		}
	}
	end := jst(t, "2027-01-01 00:00:00")
	b.move(map[string]rows{
		"move.contact_left": {func(m *Moving) (Outcome, error) {
			return m.Contact(MovedContact{Account: "acc_1", Contact: support.Contact{Email: left.Email, FamilyName: "Mizuno"}})
		}},
		"registration.future": {registered(jst(t, "2026-06-04 00:00:00"))},
		"entered":             {version("5.0", end), registered(jst(t, "2026-02-01 00:00:00"))},
		"unchanged":           {version("5.0", end), version("4.0", time.Time{}), version("", time.Time{}), registered(time.Time{})},
		"changed":             {version("4.0", end)},
	}, "move.contact_left", "registration.future", "entered", "unchanged", "changed")
	w, err := b.store.Parties(t.Context(), store.Viewer{Actor: system}, b.tanaka.ID)
	b.ok(err)
	for _, g := range w.Registrations {
		if g.Product == "fusion" && (!g.At.Equal(jst(t, "2026-02-01 00:00:00")) || g.Until.Before(g.At.AddDate(0, 1, 0)) || g.Until.After(g.At.AddDate(3, 0, 0))) {
			t.Errorf("registered at %s until %s", g.At, g.Until)
		}
	}
	for _, p := range w.Products {
		if p.Key == "esx" && (len(p.Versions) != 2 || !p.Versions[0].GeneralUntil.Equal(end)) {
			t.Errorf("versions are %+v", p.Versions)
		}
	}
	b.check()
}
