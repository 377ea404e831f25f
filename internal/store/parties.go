package store

import (
	"context"
	"slices"

	"madoguchi/internal/support"
)

// Parties gives the rows about one contact from which entitlement follows, and
// who else decides on the contracts.
func (tx *Tx) Parties(contact int64) (support.Parties, error) { return tx.parties(system, contact) }

// Party gives a contact and their account, and nothing that they hold.
func (tx *Tx) Party(contact int64) (support.Parties, error) {
	w, _, err := tx.party(system, contact)
	return w, err
}

// Parties gives the rows about one contact from which entitlement follows;
// customers get their own only.
func (s *Store) Parties(ctx context.Context, v Viewer, contact int64) (support.Parties, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Parties{}, err
	}
	if v.Actor.Kind == support.Customer && v.Actor.ID != contact {
		return support.Parties{}, support.Refuse(support.NotFound, "contact.unknown")
	}
	return q.parties(v, contact)
}

// parties reads in three statements what every filing needs; incidents and
// exceptions, which few have, are read where there are some.
func (q rows) parties(v Viewer, contact int64) (support.Parties, error) {
	w, excepted, err := q.party(v, contact)
	if err != nil {
		return w, err
	}
	if err := q.holdings(&w); err != nil {
		return w, wrap(err, "read contracts of contact %d", contact)
	}
	if err := q.catalogue(&w); err != nil {
		return w, wrap(err, "read products and registrations of contact %d", contact)
	}
	if excepted {
		w.Exceptions, err = q.exceptions("x.account_id = $1 ORDER BY x.id", w.Account.ID)
	}
	return w, err
}

// party reads a contact and their account, and whether that has exceptions.
func (q rows) party(v Viewer, contact int64) (w support.Parties, excepted bool, err error) {
	const has = "EXISTS (SELECT 1 FROM exception x WHERE x.account_id = a.id), EXISTS (SELECT 1 FROM plan p WHERE p.account_id = a.id AND p.removed_at IS NULL)"
	where, args := v.narrow(2, "c", "", "c.id = ?")
	err = q.one(append(contactFields(&w.Contact), &w.Account.ID, &w.Account.Name, &w.Account.Country, &w.Account.Restricted, &excepted, &w.Planned),
		"SELECT "+contactColumns+", a.id, a.name, a.country, a.restricted, "+has+
			" FROM contact c JOIN account a ON a.id = c.account_id WHERE c.id = $1 AND "+where, append([]any{contact}, args...)...)
	if err != nil {
		return support.Parties{}, false, wrap(absent(err, "contact.unknown"), "read contact %d and its account", contact)
	}
	return w, excepted, nil
}

// holdings are the contracts of the contact's account and those on which the
// contact holds a role, with the contact's roles and those who decide.
func (q rows) holdings(w *support.Parties) error {
	var incidents bool
	err := q.all(func(r scanner) error {
		var h support.Holding
		var packs bool
		var contact int64
		var role support.Role
		err := r.Scan(append(contractFields(&h.Contract), &h.Account.ID, &h.Account.Name, &h.Account.Country, &h.Account.Restricted,
			&packs, &contact, &role)...)
		if err != nil {
			return err
		}
		incidents = incidents || packs
		if n := len(w.Holdings); n == 0 || w.Holdings[n-1].Contract.ID != h.Contract.ID {
			w.Holdings = append(w.Holdings, h)
		}
		last := &w.Holdings[len(w.Holdings)-1]
		if contact == w.Contact.ID {
			last.Roles = append(last.Roles, role)
		}
		if contact != 0 {
			last.Grants = append(last.Grants, support.RoleGrant{Contract: h.Contract.ID, Contact: contact, Role: role})
		}
		return nil
	}, "SELECT "+contractColumns+`, a.id, a.name, a.country, a.restricted,
  EXISTS (SELECT 1 FROM incident_pack p WHERE p.contract_id = c.id), COALESCE(g.contact_id, 0), COALESCE(g.role, '')
FROM contract c JOIN account a ON a.id = c.account_id
LEFT JOIN role_grant g ON g.contract_id = c.id AND (g.contact_id = $2 OR g.role IN ('role_licence_primary', 'role_support_admin'))
WHERE c.id IN (SELECT id FROM contract WHERE account_id = $1 UNION SELECT contract_id FROM role_grant WHERE contact_id = $2)
ORDER BY c.id, g.role, g.contact_id`, w.Account.ID, w.Contact.ID)
	if err != nil || !incidents {
		return err
	}
	return q.incidents(w)
}

func (q rows) incidents(w *support.Parties) error {
	var ids []int64
	for _, h := range w.Holdings {
		ids = append(ids, h.Contract.ID)
	}
	return q.all(func(r scanner) error {
		var p support.IncidentPack
		err := r.Scan(&p.ID, &p.Contract, &p.Bought, &p.Reserved, &p.Spent, instant{&p.ExpiresAt})
		h := &w.Holdings[slices.Index(ids, p.Contract)]
		h.Packs = append(h.Packs, p)
		return err
	}, `SELECT id, contract_id, bought, reserved, spent, expires_at FROM incident_pack
WHERE contract_id IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) ORDER BY expires_at NULLS LAST, id`, list(ids))
}

// catalogue is what the vendor has, and what the contact or somebody of the
// account registered of it: one statement, in which each product and each
// registration is a row of its own.
func (q rows) catalogue(w *support.Parties) error {
	return q.all(func(r scanner) error {
		var p support.Product
		var g support.Registration
		err := r.Scan(&p.ID, &p.Key, &p.Name, listOf[support.Version]{&p.Versions},
			optional{&g.ID}, optional{&g.Contact}, optional{&g.Account}, optional{&g.Contract}, instant{&g.At}, instant{&g.Until})
		if g.ID == 0 {
			w.Products = append(w.Products, p)
		} else {
			g.Product = p.Key
			w.Registrations = append(w.Registrations, g)
		}
		return err
	}, `SELECT p.id, p.key, p.name, p.versions, NULL AS registration, NULL, NULL, NULL, NULL, NULL FROM product p
UNION ALL SELECT 0, g.product, '', '', g.id, g.contact_id, g.account_id, g.contract_id, g.at, g.until_at
FROM registration g WHERE g.contact_id = $1 OR g.account_id = $2
ORDER BY 1, registration`, w.Contact.ID, w.Account.ID)
}

// Standing is what a contact is to a request and its contract.
type Standing struct {
	Active  bool
	Watches bool
	Roles   []support.Role // on the contract
}

// Standing reads it in one statement; who does not exist is not active. 0 is no
// request, or no contract.
func (tx *Tx) Standing(contact, request, contract int64) (Standing, error) {
	return tx.standing(contact, request, contract)
}

// Standing is [Tx.Standing] for reading.
func (s *Store) Standing(ctx context.Context, contact, request, contract int64) (Standing, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Standing{}, err
	}
	return q.standing(contact, request, contract)
}

func (q rows) standing(contact, request, contract int64) (Standing, error) {
	var out Standing
	err := q.all(func(r scanner) error {
		var role support.Role
		err := r.Scan(&out.Active, &out.Watches, &role)
		if role != "" {
			out.Roles = append(out.Roles, role)
		}
		return err
	}, `SELECT c.active, EXISTS (SELECT 1 FROM watcher w WHERE w.request_id = $2 AND w.contact_id = c.id), COALESCE(g.role, '')
FROM contact c LEFT JOIN role_grant g ON g.contact_id = c.id AND g.contract_id = $3 WHERE c.id = $1 ORDER BY g.role`, contact, request, contract)
	return out, wrap(err, "read what contact %d is to request %d", contact, request)
}
