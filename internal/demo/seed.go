package demo

import (
	"context"
	"fmt"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Cast is who can act in a demo, by key, and the token of each.
type Cast struct {
	Contacts map[string]support.Contact
	Staff    map[string]support.Staff
	Accounts map[int64]string // names by id
	Tokens   map[string]string
	// Keys are in the order of the fixtures, customers first.
	Keys []string
}

// Actor finds somebody by key; the zero actor for nobody.
func (c Cast) Actor(key string) support.Actor {
	if p, ok := c.Contacts[key]; ok {
		return support.Actor{Kind: support.Customer, ID: p.ID}
	}
	if m, ok := c.Staff[key]; ok {
		return support.Actor{Kind: support.Vendor, ID: m.ID}
	}
	return support.Actor{}
}

var system = support.Actor{Kind: support.System}

// Seed enters a world through the desk's own doors and makes a token for each
// person. The desk must be empty.
func Seed(ctx context.Context, d *desk.Desk, w fixtures.World) (Cast, error) {
	s := seeder{desk: d, accounts: map[string]int64{}, contracts: map[string]int64{}, cast: Cast{
		Contacts: map[string]support.Contact{}, Staff: map[string]support.Staff{}, Accounts: map[int64]string{}, Tokens: map[string]string{},
	}}
	for _, step := range []func(context.Context, fixtures.World) error{
		s.products, s.people, s.staff, s.papers, s.registrations, s.licences, s.tokens,
	} {
		if err := step(ctx, w); err != nil {
			return Cast{}, fmt.Errorf("seed the demo: %w", err)
		}
	}
	return s.cast, nil
}

type seeder struct {
	desk                *desk.Desk
	accounts, contracts map[string]int64
	cast                Cast
}

func (s *seeder) products(ctx context.Context, w fixtures.World) error {
	for _, p := range w.Products {
		if err := s.desk.AddProduct(ctx, system, &p); err != nil {
			return fmt.Errorf("product %s: %w", p.Key, err)
		}
	}
	return nil
}

func (s *seeder) people(ctx context.Context, w fixtures.World) error {
	for _, a := range w.Accounts {
		row := a.Account
		if err := s.desk.AddAccount(ctx, system, &row); err != nil {
			return fmt.Errorf("account %s: %w", a.Key, err)
		}
		s.accounts[a.Key], s.cast.Accounts[row.ID] = row.ID, row.Name
	}
	for _, p := range w.People {
		row := p.Contact
		row.Account, row.Number = s.accounts[p.Account], support.CustomerNumber(p.Digits)
		if err := s.desk.AddContact(ctx, system, &row); err != nil {
			return fmt.Errorf("contact %s: %w", p.Key, err)
		}
		s.cast.Contacts[p.Key] = row
		s.cast.Keys = append(s.cast.Keys, p.Key)
	}
	return nil
}

func (s *seeder) staff(ctx context.Context, w fixtures.World) error {
	for _, m := range w.Staff {
		row := m.Staff
		if err := s.desk.AddStaff(ctx, system, &row); err != nil {
			return fmt.Errorf("staff %s: %w", m.Key, err)
		}
		s.cast.Staff[m.Key] = row
		s.cast.Keys = append(s.cast.Keys, m.Key)
	}
	return nil
}

func (s *seeder) papers(ctx context.Context, w fixtures.World) error {
	for _, c := range w.Contracts {
		row := c.Contract
		row.Account = s.accounts[c.Account]
		if err := s.desk.AddContract(ctx, system, &row, s.cast.Contacts[c.Primary].ID); err != nil {
			return fmt.Errorf("contract %s: %w", row.Number, err)
		}
		s.contracts[row.Number] = row.ID
		if err := s.grant(ctx, row.ID, support.RoleSupportAdmin, c.Admins); err != nil {
			return fmt.Errorf("contract %s: %w", row.Number, err)
		}
		if err := s.grant(ctx, row.ID, support.RoleLicenceSecondary, c.Secondary); err != nil {
			return fmt.Errorf("contract %s: %w", row.Number, err)
		}
	}
	return nil
}

func (s *seeder) grant(ctx context.Context, contract int64, role support.Role, keys []string) error {
	for _, key := range keys {
		if err := s.desk.GrantRole(ctx, system, contract, s.cast.Contacts[key].ID, role); err != nil {
			return fmt.Errorf("%s as %s: %w", key, role, err)
		}
	}
	return nil
}

func (s *seeder) registrations(ctx context.Context, w fixtures.World) error {
	for _, r := range w.Registrations {
		if r.At.After(s.desk.Now()) {
			continue // the demo's clock stands before it
		}
		row := r.Registration
		row.Contact, row.Contract = s.cast.Contacts[r.Person].ID, s.contracts[r.Contract]
		if err := s.desk.Register(ctx, system, &row); err != nil {
			return fmt.Errorf("registration of %s by %s: %w", row.Product, r.Person, err)
		}
	}
	return nil
}

func (s *seeder) licences(ctx context.Context, w fixtures.World) error {
	for _, l := range w.Licences {
		row := l.Licence
		row.Contract = s.contracts[l.Contract]
		if err := s.desk.AddLicence(ctx, system, &row); err != nil {
			return fmt.Errorf("licence %s: %w", row.Key, err)
		}
		for _, key := range l.OpenTo {
			if err := s.desk.OpenLicence(ctx, system, row.ID, s.cast.Contacts[key].ID); err != nil {
				return fmt.Errorf("licence %s for %s: %w", row.Key, key, err)
			}
		}
	}
	return nil
}

// tokens: everybody may also move the demo's clock.
func (s *seeder) tokens(ctx context.Context, _ fixtures.World) error {
	for _, key := range s.cast.Keys {
		scopes := []string{"read", "write", "demo"}
		if m, ok := s.cast.Staff[key]; ok {
			scopes = append(scopes, "staff")
			if m.Has(support.RoleAdmin) {
				scopes = append(scopes, "admin")
			}
		}
		secret, err := s.desk.AddToken(ctx, system, &store.Token{Name: "demo: " + key, Actor: s.cast.Actor(key), Scopes: scopes})
		if err != nil {
			return fmt.Errorf("token of %s: %w", key, err)
		}
		s.cast.Tokens[key] = secret
	}
	return nil
}
