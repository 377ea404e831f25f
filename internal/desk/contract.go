package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddContract adds a contract with its PLA, fills the id, and registers those
// of its products that register by themselves at purchase (R02, R14).
func (d *Desk) AddContract(ctx context.Context, by support.Actor, c *support.Contract, primary int64) error {
	c.StartsAt, c.EndsAt = support.Instant(c.StartsAt), support.Instant(c.EndsAt)
	if c.State == "" {
		c.State = support.ContractActive
	}
	if err := d.checkContract(*c); err != nil {
		return err
	}
	return d.change(ctx, by, "add_contract", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		if _, err := tx.Account(c.Account); err != nil {
			return entry{}, absent(err, "account", "account.not_found")
		}
		if err := activePrimary(tx, primary); err != nil {
			return entry{}, err
		}
		for _, key := range c.Products {
			if _, err := tx.Product(key); err != nil {
				return entry{}, noProduct(tx, err, "products", key)
			}
		}
		added := *c
		added.ID = 0
		if err := tx.AddContract(&added, primary); err != nil {
			return entry{}, err
		}
		for _, key := range added.Products {
			if d.Pack().Products[key].Registration != "automatic" {
				continue
			}
			r := support.Registration{Contact: primary, Account: added.Account, Product: key, Contract: added.ID, At: at}
			if err := tx.AddRegistration(&r); err != nil {
				return entry{}, err
			}
		}
		if err := d.askConfirmation(tx, by, added.ID, at); err != nil {
			return entry{}, err
		}
		*c = added
		return entry{"contract", c.ID, map[string]any{
			"account": c.Account, "offering": c.Offering, "products": c.Products, "regions": c.Regions,
			"starts_at": c.StartsAt, "ends_at": c.EndsAt, "primary": primary,
		}}, nil
	})
}

// ChangeContract replaces products, regions, term and order number of a contract.
// Requests that are open stay entitled as filed (A21); what is added and registers
// by itself is registered for the PLA (R14). The change rests on what was read
// ([ReadContract]): it is a conflict when somebody has changed that meanwhile.
func (d *Desk) ChangeContract(ctx context.Context, by support.Actor, c support.Contract, read string) error {
	c.StartsAt, c.EndsAt = support.Instant(c.StartsAt), support.Instant(c.EndsAt)
	return d.change(ctx, by, "change_contract", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		was, err := tx.Contract(c.ID)
		if err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		if err := stillRead(read, ReadContract(was)); err != nil {
			return entry{}, err
		}
		now := was
		now.Products, now.Regions, now.StartsAt, now.EndsAt, now.Order = c.Products, c.Regions, c.StartsAt, c.EndsAt, c.Order
		if err := d.checkContract(now); err != nil {
			return entry{}, err
		}
		primary, err := primaryOf(tx, c.ID)
		if err != nil {
			return entry{}, err
		}
		for _, key := range now.Products {
			if slices.Contains(was.Products, key) {
				continue
			}
			if _, err := tx.Product(key); err != nil {
				return entry{}, noProduct(tx, err, "products", key)
			}
			if d.Pack().Products[key].Registration == "automatic" {
				r := support.Registration{Contact: primary, Account: now.Account, Product: key, Contract: now.ID, At: at}
				if err := tx.AddRegistration(&r); err != nil && support.CodeOf(err) != support.Conflict {
					return entry{}, err
				}
			}
		}
		return entry{"contract", c.ID, map[string]any{
			"products": now.Products, "regions": now.Regions, "starts_at": now.StartsAt, "ends_at": now.EndsAt,
		}}, tx.ChangeContract(now)
	})
}

func (d *Desk) checkContract(c support.Contract) error {
	p := d.Pack()
	if err := checkName(c.Number, "number"); err != nil {
		return err
	}
	if err := checkLine(c.Order, "order"); err != nil {
		return err
	}
	if _, ok := p.Offerings[c.Offering]; !ok {
		return support.Wrong("offering", "offering.unknown", "offering", c.Offering, "pack", p.Ref(), "choices", listed(p.Offerings))
	}
	if len(c.Products) == 0 {
		return support.Wrong("products", "product.needed")
	}
	for _, r := range c.Regions {
		if _, ok := p.Regions[r]; !ok {
			return support.Wrong("regions", "contract.region_unknown", "region", r, "choices", listed(p.Regions))
		}
	}
	if !c.EndsAt.After(c.StartsAt) {
		return support.Wrong("ends_at", "contract.term")
	}
	return checkState(c.State)
}

func checkState(s support.ContractState) error {
	switch s {
	case support.ContractActive, support.ContractSuspended, support.ContractCancelled:
		return nil
	}
	return support.Wrong("state", "contract.state_unknown", "state", string(s))
}

func activePrimary(tx *store.Tx, contact int64) error {
	c, err := tx.Contact(contact)
	if support.CodeOf(err) == support.NotFound || err == nil && !c.Active {
		return wrong(support.Invalid, "contact", "contact.unknown")
	}
	return err
}

// SetContractState suspends, cancels or reactivates a contract. Requests that
// are open stay entitled as filed (A21).
func (d *Desk) SetContractState(ctx context.Context, by support.Actor, contract int64, s support.ContractState) error {
	if err := checkState(s); err != nil {
		return err
	}
	return d.change(ctx, by, "set_contract_state", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := tx.Contract(contract); err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		return entry{"contract", contract, map[string]any{"state": s}}, tx.SetContractState(contract, s)
	})
}

// GrantRole makes a contact SLA or SA of a contract: by its PLA, the licence
// team or an admin, as the pack's role says (R02-R04, R07). SAs go up to the
// number that the offering allows. The PLA is never granted, see
// [Desk.ReplacePrimary].
func (d *Desk) GrantRole(ctx context.Context, by support.Actor, contract, contact int64, role support.Role) error {
	return d.ReplaceRole(ctx, by, contract, 0, contact, role)
}

// ReplaceRole is [Desk.GrantRole] in the place of somebody who loses the role by
// it: both or nothing, so that the last seat is nobody else's meanwhile. 0 takes
// nobody's place.
func (d *Desk) ReplaceRole(ctx context.Context, by support.Actor, contract, old, contact int64, role support.Role) error {
	return d.change(ctx, by, "grant_role", about{contract: contract}, func(tx *store.Tx, at time.Time) (entry, error) {
		c, err := d.grantable(tx, by, contract, role)
		if err != nil {
			return entry{}, err
		}
		body := map[string]any{"contact": contact, "role": role}
		if old != 0 {
			body["in_place_of"] = old
			if err := tx.RevokeRole(contract, old, role); err != nil {
				return entry{}, err
			}
			if err := endAccess(tx, by, old); err != nil {
				return entry{}, err
			}
		}
		if c.State != support.ContractActive {
			return entry{}, support.Refuse(support.Conflict, "contract.not_active", "contract", c.Number)
		}
		if err := activePrimary(tx, contact); err != nil {
			return entry{}, err
		}
		limit := 0
		if role == support.RoleSupportAdmin {
			if limit, err = d.adminLimit(tx, c); err != nil {
				return entry{}, err
			}
		}
		if err := tx.GrantRole(contract, contact, role, limit); err != nil {
			return entry{}, err
		}
		if err := endAccess(tx, by, contact); err != nil {
			return entry{}, err
		}
		if self := (support.Actor{Kind: support.Customer, ID: contact}); by != self && by.Kind != support.System {
			about := support.Subject{Kind: "contract", ID: contract}
			if err := toContact(tx, about, "role_granted", "."+string(role)+occasion(at), contact); err != nil {
				return entry{}, err
			}
		}
		return entry{"contract", contract, body}, nil
	})
}

// RevokeRole takes SLA or SA from a contact; it is gone for the next command
// already (R03, R07).
func (d *Desk) RevokeRole(ctx context.Context, by support.Actor, contract, contact int64, role support.Role) error {
	return d.change(ctx, by, "revoke_role", about{contract: contract}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := d.grantable(tx, by, contract, role); err != nil {
			return entry{}, err
		}
		if err := endAccess(tx, by, contact); err != nil {
			return entry{}, err
		}
		return entry{"contract", contract, map[string]any{"contact": contact, "role": role}}, tx.RevokeRole(contract, contact, role)
	})
}

// MayGrant tells whether somebody with these roles towards a contract hands out a
// role on it (R03, R07).
func (d *Desk) MayGrant(roles []support.Role, role support.Role) bool {
	rule := d.Pack().Roles[string(role)]
	return slices.ContainsFunc(roles, func(r support.Role) bool {
		return r == support.RoleSystem || r == support.RoleAdmin || slices.Contains(rule.GrantedBy, string(r))
	})
}

// grantable finds the contract and whether the actor may hand out this role.
func (d *Desk) grantable(tx *store.Tx, by support.Actor, contract int64, role support.Role) (support.Contract, error) {
	c, err := tx.Contract(contract)
	if err != nil {
		return c, absent(err, "contract", "contract.not_found")
	}
	switch role {
	case support.RoleLicencePrimary:
		return c, wrong(support.Forbidden, "role", "role.primary_is_replaced")
	case support.RoleLicenceSecondary, support.RoleSupportAdmin:
	default:
		return c, support.Wrong("role", "role.unknown", "role", string(role),
			"choices", string(support.RoleLicenceSecondary)+", "+string(support.RoleSupportAdmin))
	}
	roles, err := partyRoles(tx, by, about{contract: contract})
	if err != nil {
		return c, err
	}
	if _, ok := d.Pack().Roles[string(role)]; !ok {
		return c, support.Wrong("role", "role.unknown", "role", string(role),
			"choices", string(support.RoleLicenceSecondary)+", "+string(support.RoleSupportAdmin))
	}
	if d.MayGrant(roles, role) {
		return c, nil
	}
	return c, support.Refuse(support.Forbidden, "role.not_yours_to_grant", "role", string(role))
}

// adminLimit is the number of SAs that the contract's offering allows, where
// the offering says so by the licences that the contract holds (R02, R52).
func (d *Desk) adminLimit(tx *store.Tx, c support.Contract) (int, error) {
	o := d.Pack().Offerings[c.Offering]
	held := 0
	if o.SupportAdminFormula != nil {
		licences, err := tx.LicencesOf(c.ID)
		if err != nil {
			return 0, err
		}
		for _, l := range licences {
			if !l.Superseded {
				held += l.Units
			}
		}
	}
	n := o.Admins(held)
	if n == 0 {
		return 0, support.Refuse(support.Conflict, "role.not_in_offering", "offering", c.Offering)
	}
	return n, nil
}

// ReplacePrimary makes another contact the PLA: by an admin, at one instant, so
// that there is always exactly one (R02). The licence team does so on a request
// that asks for it, see [support.SwapPrimary] (R07). What
// the old PLA holds, tokens too, loses its rights with it.
func (d *Desk) ReplacePrimary(ctx context.Context, by support.Actor, contract, contact int64) error {
	return d.change(ctx, by, "replace_primary", about{contract: contract}, func(tx *store.Tx, at time.Time) (entry, error) {
		if _, err := tx.Contract(contract); err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		if err := activePrimary(tx, contact); err != nil {
			return entry{}, err
		}
		old, err := primaryOf(tx, contract)
		if err != nil {
			return entry{}, err
		}
		if old == contact {
			return entry{}, support.Refuse(support.Conflict, "role.primary_already")
		}
		return entry{"contract", contract, map[string]any{"from": old, "to": contact}}, tx.ReplacePrimary(contract, old, contact, 0, at)
	})
}

// AddIncidentPack adds a bought pack of incidents of one of the sizes that the
// offering sells, valid for its period from now (R52, A20).
func (d *Desk) AddIncidentPack(ctx context.Context, by support.Actor, contract int64, size int) (support.IncidentPack, error) {
	var pack support.IncidentPack
	err := d.change(ctx, by, "add_incident_pack", about{contract: contract}, func(tx *store.Tx, at time.Time) (entry, error) {
		c, err := tx.Contract(contract)
		if err != nil {
			return entry{}, absent(err, "contract", "contract.not_found")
		}
		o := d.Pack().Offerings[c.Offering]
		if o.Incidents == nil {
			return entry{}, support.Refuse(support.Conflict, "incident.not_in_offering", "offering", c.Offering)
		}
		until, err := expiry(o, size)
		if err != nil {
			return entry{}, err
		}
		pack = support.IncidentPack{Contract: contract, Bought: size, ExpiresAt: until(at)}
		if err := tx.AddIncidentPack(&pack); err != nil {
			return entry{}, err
		}
		return entry{"contract", contract, map[string]any{"incident_pack": pack.ID, "bought": size, "expires_at": pack.ExpiresAt}}, nil
	})
	return pack, err
}

func numbers(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}
