package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var houseRoles = map[support.Role]bool{
	support.RoleCSR: true, support.RoleTSE: true, support.RoleLicence: true, support.RoleDuty: true,
	support.RoleEngineering: true, support.RoleBeta: true, support.RoleSecurity: true, support.RoleAdmin: true,
}

// staffRoles lists them in words for a refusal.
func staffRoles() string {
	var out []string
	for r := range houseRoles {
		out = append(out, string(r))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// AddStaff adds a person of the vendor's side and fills the id.
func (d *Desk) AddStaff(ctx context.Context, by support.Actor, s *support.Staff) error {
	if err := checkStaff(*s); err != nil {
		return err
	}
	if err := d.checkSpoken(support.Staff{}, *s); err != nil {
		return err
	}
	return d.change(ctx, by, "add_staff", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		added := *s
		added.ID, added.Active = 0, true
		if err := tx.AddStaff(&added); err != nil {
			return entry{}, err
		}
		*s = added
		if s.Has(support.RoleAdmin) { // who needs no link any more to make one
			if err := tx.DropOneTimes(clockwork, ""); err != nil {
				return entry{}, err
			}
		}
		return entry{"staff", s.ID, map[string]any{"roles": s.Roles, "duty": s.Duty}}, nil
	})
}

// ChangeStaff replaces the row of a member of staff; roles that are gone are
// gone for the next command already.
func (d *Desk) ChangeStaff(ctx context.Context, by support.Actor, s support.Staff) error {
	return d.ChangeStaffIf(ctx, by, s, "")
}

// ChangeStaffIf is [Desk.ChangeStaff] where the change rests on what was read
// ([ReadStaff]): it is a conflict when somebody has changed that meanwhile.
func (d *Desk) ChangeStaffIf(ctx context.Context, by support.Actor, s support.Staff, read string) error {
	if err := checkStaff(s); err != nil {
		return err
	}
	return d.change(ctx, by, "change_staff", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		was, err := tx.Staff(s.ID)
		if err != nil {
			return entry{}, absent(err, "staff", "staff.unknown")
		}
		if err := stillRead(read, ReadStaff(was)); err != nil {
			return entry{}, err
		}
		if err := d.checkSpoken(was, s); err != nil {
			return entry{}, err
		}
		if was.Active && !s.Active {
			if err := ownsNothing(tx, s.ID); err != nil {
				return entry{}, err
			}
		}
		if !slices.Equal(was.Roles, s.Roles) || was.Active != s.Active || was.Email != s.Email {
			if err := auth.EndAccess(tx, support.Actor{Kind: support.Vendor, ID: s.ID}); err != nil {
				return entry{}, err
			}
		}
		return entry{"staff", s.ID, map[string]any{"roles": s.Roles, "duty": s.Duty, "active": s.Active}}, tx.UpdateStaff(s)
	})
}

// ownsNothing refuses to let somebody go whose requests would be left with
// nobody who works on them (R26); it names the first of them.
func ownsNothing(tx *store.Tx, staff int64) error {
	ids, err := tx.OwnedBy(staff, 20)
	if err != nil || len(ids) == 0 {
		return err
	}
	numbers := make([]string, len(ids))
	for i, id := range ids {
		numbers[i] = support.SpokenNumber(id)
	}
	return support.Refuse(support.Conflict, "staff.owns", "requests", strings.Join(numbers, ", "))
}

// SetDuty puts somebody on call ("on_call"), makes them the duty manager
// ("duty"), or neither (""). Several may share a duty; all of them are paged.
func (d *Desk) SetDuty(ctx context.Context, by support.Actor, staff int64, duty string) error {
	if err := checkDuty(duty); err != nil {
		return err
	}
	return d.change(ctx, by, "set_duty", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		s, err := tx.Staff(staff)
		if err != nil {
			return entry{}, absent(err, "staff", "staff.unknown")
		}
		s.Duty = duty
		return entry{"staff", staff, map[string]any{"duty": duty}}, tx.UpdateStaff(s)
	})
}

// AddProduct adds a product that the vendor supports and fills the id. Its key
// must have rules in the policy pack.
func (d *Desk) AddProduct(ctx context.Context, by support.Actor, p *support.Product) error {
	if err := checkName(p.Name, "name"); err != nil {
		return err
	}
	if _, ok := d.Pack().Products[p.Key]; !ok {
		return support.Wrong("key", "product.not_in_pack", "product", p.Key, "pack", d.Pack().Ref())
	}
	return d.change(ctx, by, "add_product", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		added := *p
		added.ID = 0
		if err := tx.AddProduct(&added); err != nil {
			return entry{}, err
		}
		*p = added
		return entry{"product", p.ID, map[string]any{"key": p.Key, "versions": len(p.Versions)}}, nil
	})
}

// ChangeProduct replaces name and versions of a product, which its key names.
func (d *Desk) ChangeProduct(ctx context.Context, by support.Actor, p support.Product) error {
	return d.ChangeProductIf(ctx, by, p, "")
}

// ChangeProductIf is [Desk.ChangeProduct] where the change rests on what was read
// ([ReadProduct]): it is a conflict when somebody has changed that meanwhile.
func (d *Desk) ChangeProductIf(ctx context.Context, by support.Actor, p support.Product, read string) error {
	if err := checkName(p.Name, "name"); err != nil {
		return err
	}
	return d.change(ctx, by, "change_product", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		was, err := tx.Product(p.Key)
		if err != nil {
			return entry{}, noProduct(tx, err, "key", p.Key)
		}
		if err := stillRead(read, ReadProduct(was)); err != nil {
			return entry{}, err
		}
		return entry{"product", was.ID, map[string]any{"key": p.Key, "versions": len(p.Versions)}}, tx.UpdateProduct(p)
	})
}

// checkSpoken holds the languages that are new against those that are known:
// what a former pack knew stays.
func (d *Desk) checkSpoken(was, s support.Staff) error {
	if s.Language != was.Language {
		if err := d.checkLanguage(s.Language, "language"); err != nil {
			return err
		}
	}
	for _, tag := range s.Languages {
		if !slices.Contains(was.Languages, tag) {
			if err := d.checkLanguage(tag, "languages"); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkStaff(s support.Staff) error {
	if err := checkName(s.FamilyName+s.GivenName, "family_name"); err != nil {
		return err
	}
	if err := checkEmail(s.Email); err != nil {
		return err
	}
	if len(s.Roles) == 0 {
		return support.Wrong("roles", "staff.roles_needed", "choices", staffRoles())
	}
	for _, r := range s.Roles {
		if !houseRoles[r] {
			return support.Wrong("roles", "role.unknown", "role", string(r), "choices", staffRoles())
		}
	}
	if err := checkDuty(s.Duty); err != nil {
		return err
	}
	return checkPlace(s.Language, s.Zone)
}

func checkDuty(duty string) error {
	switch duty {
	case "", "on_call", "duty":
		return nil
	}
	return support.Wrong("duty", "duty.unknown", "duty", duty)
}
