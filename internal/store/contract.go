package store

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// AddContract adds a contract together with its primary licence administrator,
// so that there is one from the first instant (R02), and fills its ID. A state
// that is not given is active.
func (tx *Tx) AddContract(c *support.Contract, primary int64) error {
	if !c.EndsAt.After(c.StartsAt) || c.StartsAt.IsZero() {
		return support.Wrong("ends_at", "contract.term")
	}
	if c.State == "" {
		c.State = support.ContractActive
	}
	err := tx.one([]any{&c.ID}, `INSERT INTO contract (account_id, number, offering, products, regions, starts_at, ends_at, state, support_admins,
  order_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9) RETURNING id`,
		c.Account, c.Number, c.Offering, list(c.Products), list(c.Regions), c.StartsAt.UnixMicro(), c.EndsAt.UnixMicro(), string(c.State), c.Order)
	if err != nil {
		return wrap(refused(err, "number", "contract.number_taken"), "add contract")
	}
	if err := tx.takeContact(primary); err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO role_grant (contract_id, contact_id, role, account_id) VALUES ($1, $2, 'role_licence_primary', $3)",
		c.ID, primary, c.Account)
	return wrap(refused(err, "primary", "role.held"), "add contract: primary")
}

// SetContractState suspends, cancels or activates a contract. One whose PLA was
// let go meanwhile gets another one before it is active again (R02).
func (tx *Tx) SetContractState(contract int64, state support.ContractState) error {
	if state == support.ContractActive {
		n, err := tx.exec(`UPDATE contact SET active = active WHERE active
  AND id IN (SELECT contact_id FROM role_grant WHERE contract_id = $1 AND role = 'role_licence_primary')`, contract)
		if err != nil {
			return wrap(err, "set state of contract %d", contract)
		}
		if n == 0 {
			return support.Refuse(support.Conflict, "contract.primary_left")
		}
	}
	n, err := tx.exec("UPDATE contract SET state = $2 WHERE id = $1", contract, string(state))
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "contract.unknown")
	}
	return wrap(refused(err, "state", ""), "set state of contract %d", contract)
}

// ProlongContract lets a contract last until an instant at least; its new end is
// told anew.
func (tx *Tx) ProlongContract(contract int64, until time.Time) error {
	_, err := tx.exec("UPDATE contract SET ends_at = $2, end_told = NULL WHERE id = $1 AND ends_at < $2", contract, until.UnixMicro())
	return wrap(err, "prolong contract %d", contract)
}

// ChangeContract replaces products, regions, term and order number of a contract;
// another end is told anew.
func (tx *Tx) ChangeContract(c support.Contract) error {
	if !c.EndsAt.After(c.StartsAt) || c.StartsAt.IsZero() {
		return support.Wrong("ends_at", "contract.term")
	}
	n, err := tx.exec(`UPDATE contract SET products = $2, regions = $3, starts_at = $4, end_told = CASE WHEN ends_at = $5 THEN end_told END,
  ends_at = $5, order_number = $6 WHERE id = $1`, c.ID, list(c.Products), list(c.Regions), c.StartsAt.UnixMicro(), c.EndsAt.UnixMicro(), c.Order)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "contract.unknown")
	}
	return wrap(err, "change contract %d", c.ID)
}

const contractColumns = "c.id, c.account_id, c.number, c.offering, c.products, c.regions, c.starts_at, c.ends_at, c.state, c.order_number"

func contractFields(c *support.Contract) []any {
	return []any{
		&c.ID, &c.Account, &c.Number, &c.Offering, listOf[string]{&c.Products}, listOf[string]{&c.Regions},
		instant{&c.StartsAt}, instant{&c.EndsAt}, &c.State, &c.Order,
	}
}

// Contract gives a contract.
func (tx *Tx) Contract(id int64) (support.Contract, error) { return tx.contract(system, "c.id", id) }

// ContractByNumber finds a contract by its number.
func (tx *Tx) ContractByNumber(number string) (support.Contract, error) {
	return tx.contract(system, "c.number", number)
}

// Contract gives a contract; customers see those on which they hold a role.
func (s *Store) Contract(ctx context.Context, v Viewer, id int64) (support.Contract, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Contract{}, err
	}
	return q.contract(v, "c.id", id)
}

// ContractByNumber finds a contract by its number; customers find those on
// which they hold a role.
func (s *Store) ContractByNumber(ctx context.Context, v Viewer, number string) (support.Contract, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Contract{}, err
	}
	return q.contract(v, "c.number", number)
}

// Contracts lists those of an account by their number, at most 500: the vendor's to
// read.
func (s *Store) Contracts(ctx context.Context, v Viewer, account int64) ([]support.Contract, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.narrow(2, "c", "", "FALSE")
	var out []support.Contract
	err = q.all(func(r scanner) error {
		var c support.Contract
		err := r.Scan(contractFields(&c)...)
		out = append(out, c)
		return err
	}, "SELECT "+contractColumns+" FROM contract c WHERE c.account_id = $1 AND "+sees+" ORDER BY c.number LIMIT 500", append([]any{account}, args...)...)
	return out, wrap(err, "read contracts of account %d", account)
}

func (q rows) contract(v Viewer, column string, key any) (support.Contract, error) {
	where, args := v.narrow(2, "c", "", "EXISTS (SELECT 1 FROM role_grant g WHERE g.contract_id = c.id AND g.contact_id = ?)")
	var c support.Contract
	err := q.one(contractFields(&c), "SELECT "+contractColumns+" FROM contract c WHERE "+column+" = $1 AND "+where, append([]any{key}, args...)...)
	return c, wrap(absent(err, "contract.unknown"), "read contract")
}

// GrantRole gives a contact of any account a role on a contract (R02, R03). The
// number of support administrators is held at cap, 0 = unlimited, by the
// statement that counts them up; the other roles have no number. The primary
// licence administrator comes with the contract and is replaced, never granted.
func (tx *Tx) GrantRole(contract, contact int64, role support.Role, cap int) error {
	if role == support.RoleLicencePrimary {
		return support.Refuse(support.Conflict, "role.one_primary")
	}
	var account int64
	var offering string
	if err := tx.one([]any{&account, &offering}, "SELECT account_id, offering FROM contract WHERE id = $1", contract); err != nil {
		return wrap(absent(err, "contract.unknown"), "grant role on contract %d", contract)
	}
	held, err := tx.RolesOf(contact, contract)
	if err != nil {
		return err
	}
	if (support.Holding{Roles: held}).Has(role) {
		return support.Refuse(support.Conflict, "role.held")
	}
	if role == support.RoleSupportAdmin {
		n, err := tx.exec("UPDATE contract SET support_admins = support_admins + 1 WHERE id = $1 AND (support_admins < $2 OR $2 = 0)", contract, cap)
		if err != nil {
			return fmt.Errorf("count support administrators of contract %d: %w", contract, err)
		}
		if n == 0 {
			e := support.Refuse(support.Conflict, "role.cap_reached", "cap", fmt.Sprint(cap), "offering", offering)
			e.Routes = []support.Route{support.RouteOf("upgrade")}
			return e
		}
	}
	_, err = tx.exec("INSERT INTO role_grant (contract_id, contact_id, role, account_id) VALUES ($1, $2, $3, $4)", contract, contact, string(role), account)
	return wrap(refused(err, "role", "role.held"), "grant role on contract %d", contract)
}

// RevokeRole takes a role back. The primary licence administrator's cannot be
// taken, only handed on, see [Tx.ReplacePrimary]. Keys and folders that were opened
// to a secondary licence administrator close with the role (R04).
func (tx *Tx) RevokeRole(contract, contact int64, role support.Role) error {
	if role == support.RoleLicencePrimary {
		return support.Refuse(support.Conflict, "role.one_primary")
	}
	n, err := tx.exec("DELETE FROM role_grant WHERE contract_id = $1 AND contact_id = $2 AND role = $3", contract, contact, string(role))
	if err != nil {
		return fmt.Errorf("revoke role on contract %d: %w", contract, err)
	}
	if n == 0 {
		return support.Refuse(support.NotFound, "role.not_held")
	}
	switch role {
	case support.RoleSupportAdmin:
		_, err = tx.exec("UPDATE contract SET support_admins = support_admins - 1 WHERE id = $1", contract)
	case support.RoleLicenceSecondary:
		_, err = tx.exec(`DELETE FROM licence_opened WHERE contact_id = $2
  AND licence_id IN (SELECT id FROM licence WHERE contract_id = $1)`, contract, contact)
		if err == nil {
			_, err = tx.exec(`DELETE FROM folder_opened WHERE contact_id = $2
  AND folder_id IN (SELECT id FROM licence_folder WHERE contract_id = $1)`, contract, contact)
		}
	}
	return wrap(err, "revoke role on contract %d", contract)
}

// ReplacePrimary hands the role of primary licence administrator from one
// contact to another in one statement (R02, R07), and starts the run that asks the
// new one for the approvals that wait (R03), but for the request by which it is
// done, 0: none. When old does not hold it any more, somebody else was faster: a
// conflict.
func (tx *Tx) ReplacePrimary(contract, old, new, by int64, at time.Time) error {
	if old == new {
		return support.Refuse(support.Conflict, "role.held")
	}
	if err := tx.takeContact(new); err != nil {
		return err
	}
	n, err := tx.exec("UPDATE role_grant SET contact_id = $3 WHERE contract_id = $1 AND contact_id = $2 AND role = 'role_licence_primary'",
		contract, old, new)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "role.primary_changed")
	}
	if err != nil {
		return wrap(refused(err, "contact", "role.held"), "replace primary of contract %d", contract)
	}
	return tx.startRun(&Run{Kind: RunPrimary, Subject: contract, StartedAt: at},
		"request r WHERE r.contract_id = $2 AND r.stage <> 'completed' AND r.kind = 'cs_request' AND r.id <> $3", contract, by)
}

// Roles lists who holds what on a contract, by role and contact.
func (tx *Tx) Roles(contract int64) ([]support.RoleGrant, error) { return tx.roles(contract) }

// Roles lists who holds what on a contract; customers see it when they hold a
// role there.
func (s *Store) Roles(ctx context.Context, v Viewer, contract int64) ([]support.RoleGrant, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := q.contract(v, "c.id", contract); err != nil {
		return nil, err
	}
	return q.roles(contract)
}

func (q rows) roles(contract int64) ([]support.RoleGrant, error) {
	var out []support.RoleGrant
	err := q.all(func(r scanner) error {
		var g support.RoleGrant
		err := r.Scan(&g.Contract, &g.Contact, &g.Role)
		out = append(out, g)
		return err
	}, "SELECT contract_id, contact_id, role FROM role_grant WHERE contract_id = $1 ORDER BY role, contact_id", contract)
	return out, wrap(err, "read roles of contract %d", contract)
}

// RolesOf lists the roles of a contact on a contract.
func (tx *Tx) RolesOf(contact, contract int64) ([]support.Role, error) {
	var out []support.Role
	err := tx.all(func(r scanner) error {
		var role support.Role
		err := r.Scan(&role)
		out = append(out, role)
		return err
	}, "SELECT role FROM role_grant WHERE contract_id = $1 AND contact_id = $2 ORDER BY role", contract, contact)
	return out, wrap(err, "read roles on contract %d", contract)
}

// AddRegistration ties a product to who registered it and fills the ID (R06, R14).
func (tx *Tx) AddRegistration(r *support.Registration) error {
	err := tx.one([]any{&r.ID}, `INSERT INTO registration (contact_id, account_id, product, contract_id, at, until_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, r.Contact, r.Account, r.Product, ref(r.Contract), r.At.UnixMicro(), micros(r.Until))
	return wrap(refused(err, "product", ""), "add registration")
}

// Registrations lists the products that are tied to a contract, in the order in
// which they were; who may read the contract reads them.
func (s *Store) Registrations(ctx context.Context, v Viewer, contract int64) ([]support.Registration, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := q.contract(v, "c.id", contract); err != nil {
		return nil, err
	}
	var out []support.Registration
	err = q.all(func(r scanner) error {
		var g support.Registration
		err := r.Scan(&g.ID, &g.Contact, &g.Account, &g.Product, &g.Contract, instant{&g.At}, instant{&g.Until})
		out = append(out, g)
		return err
	}, "SELECT id, contact_id, account_id, product, contract_id, at, until_at FROM registration WHERE contract_id = $1 ORDER BY id LIMIT 500", contract)
	return out, wrap(err, "read registrations of contract %d", contract)
}

// Registration gives one; absent: not_found.
func (tx *Tx) Registration(id int64) (support.Registration, error) {
	var g support.Registration
	err := tx.one([]any{&g.ID, &g.Contact, &g.Account, &g.Product, &g.Contract, instant{&g.At}, instant{&g.Until}},
		"SELECT id, contact_id, account_id, product, COALESCE(contract_id, 0), at, until_at FROM registration WHERE id = $1", id)
	return g, wrap(absent(err, "registration.unknown"), "read registration %d", id)
}

// EndRegistration lets one end at an instant.
func (tx *Tx) EndRegistration(id int64, at time.Time) error {
	_, err := tx.exec("UPDATE registration SET until_at = $2 WHERE id = $1", id, at.UnixMicro())
	return wrap(err, "end registration %d", id)
}

// Registered tells whether a contact has registered a product: on a contract,
// or without one (0).
func (tx *Tx) Registered(contact int64, product string, contract int64) (bool, error) {
	var is bool
	err := tx.one([]any{&is}, `SELECT EXISTS (SELECT 1 FROM registration
WHERE contact_id = $1 AND product = $2 AND contract_id IS NOT DISTINCT FROM $3)`, contact, product, ref(contract))
	return is, wrap(err, "look up registration")
}

// AddIncidentPack adds a pack of incidents to a contract and fills its ID
// (R52). Nothing of it is reserved or spent yet; a zero ExpiresAt is never.
func (tx *Tx) AddIncidentPack(p *support.IncidentPack) error {
	p.Reserved, p.Spent = 0, 0
	err := tx.one([]any{&p.ID}, `INSERT INTO incident_pack (account_id, contract_id, bought, reserved, spent, expires_at)
SELECT account_id, id, $2, 0, 0, $3 FROM contract WHERE id = $1 RETURNING id`, p.Contract, p.Bought, micros(p.ExpiresAt))
	return wrap(refused(absent(err, "contract.unknown"), "bought", ""), "add incident pack to contract %d", p.Contract)
}
