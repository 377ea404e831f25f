package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// world loads the rows that a command may rely on, in its own transaction. Who
// may not see the request learns nothing of it: absent and not visible are the
// same answer.
func (d *Desk) world(tx *store.Tx, r *support.Request, by support.Actor, cmd support.Command, at time.Time) (support.World, error) {
	w := support.World{Packs: d.packs.Of}
	file, files := cmd.(*support.File)
	if !files && !r.Exists() {
		return w, support.Refuse(support.NotFound, "request.not_found")
	}
	needs, manner := support.NeedsOf(cmd), support.MannerOf(cmd)
	contact := cmp.Or(needs.About, r.Filed.Contact)
	if files && by.Kind == support.Customer && contact != by.ID {
		return w, support.Refuse(support.NotFound, "contact.not_found")
	}
	err := d.standing(tx, &w, r, by, cmd)
	if err != nil {
		return w, err
	}
	if w.Beta, err = betaFor(tx, r, cmd, by); err != nil {
		return w, err
	}
	if err := d.linkedWorld(tx, &w, r, by, cmd); err != nil {
		return w, err
	}
	if files && file.Language != "" {
		if err := d.checkLanguage(file.Language, "language"); err != nil {
			return w, err
		}
	}
	if !manner.Alone {
		if w.Parties.Contact.ID == 0 {
			w.Parties, err = partiesFor(tx, contact, manner)
		}
		if err != nil {
			return w, err
		}
		if files || contact != r.Filed.Contact {
			if err := seesAccount(tx, w, by); err != nil {
				return w, err
			}
		}
	}
	grants, err := grantsOn(tx, w, r.Filed.Contract)
	if err != nil {
		return w, err
	}
	w.Primary, w.Deciders = primaryIn(grants), decidersIn(grants, r.Filed)
	if w.Staff, err = staffFor(tx, r, w.Other, by, needs.Staff, w.Staff); err != nil {
		return w, err
	}
	if w.Defects, err = defectsFor(tx, r, needs.Defect); err != nil {
		return w, err
	}
	if w.Blind, err = blind(tx, r.ID, w.Staff, needs.Staff); err != nil {
		return w, err
	}
	if needs.To != 0 {
		if w.To, err = tx.Contact(needs.To); support.CodeOf(err) == support.NotFound {
			w.To, err = support.Contact{}, nil // the core says so
		} else if err != nil {
			return w, err
		}
	}
	if err := d.workersFor(tx, &w, r, cmd, at); err != nil {
		return w, err
	}
	if needs.Licence != 0 {
		w.Licence, w.LicenceAdmins, err = licenceFor(tx, needs.Licence)
	}
	return w, err
}

// partiesFor reads of a contact what a command relies on.
func partiesFor(tx *store.Tx, contact int64, manner support.Manner) (support.Parties, error) {
	if manner.Contracts {
		return tx.Parties(contact)
	}
	return tx.Party(contact)
}

// standing is who the actor is to the request. A contact who files is read with
// all that they hold.
func (d *Desk) standing(tx *store.Tx, w *support.World, r *support.Request, by support.Actor, cmd support.Command) (err error) {
	if !r.Exists() && by.Kind == support.Customer {
		if w.Parties, err = tx.Parties(by.ID); err == nil && !w.Parties.Contact.Active || support.CodeOf(err) == support.NotFound {
			err = support.Refuse(support.Forbidden, "actor.inactive")
		}
		w.Roles = []support.Role{support.RoleContact}
		return err
	}
	w.Roles, w.Glass, err = d.rolesTowards(tx, r, by, &w.Staff)
	if _, breaks := cmd.(*support.BreakGlass); breaks && errors.Is(err, errHidden) {
		w.Hidden, err = true, nil
	}
	return hidden(err)
}

// seesAccount refuses staff who do not see the account of the contact whom they
// name: to them there is none.
func seesAccount(tx *store.Tx, w support.World, by support.Actor) error {
	if by.Kind != support.Vendor {
		return nil
	}
	sees, err := tx.SeesAccount(store.Viewer{Actor: by, Roles: w.Roles}, w.Parties.Account.ID)
	if err == nil && !sees {
		err = support.Refuse(support.NotFound, "contact.not_found")
	}
	return err
}

// blind are those of the staff who do not see a request into which a command
// brings colleagues, broken glass aside.
func blind(tx *store.Tx, request int64, staff []support.Staff, named []int64) ([]int64, error) {
	if len(named) == 0 {
		return nil, nil
	}
	var out []int64
	for _, s := range staff {
		sees, err := tx.Sees(store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: s.ID}, Roles: s.Roles}, request)
		if err != nil {
			return nil, err
		}
		if !sees {
			out = append(out, s.ID)
		}
	}
	return out, nil
}

// errHidden: a member of staff who does not see a restricted request.
var errHidden = errors.New("restricted to other members of staff")

// hidden turns it into what strangers are told.
func hidden(err error) error {
	if errors.Is(err, errHidden) {
		return support.Refuse(support.NotFound, "request.not_found")
	}
	return err
}

// rolesTowards are the actor's roles towards a request, which may not be filed
// yet (A13). Nobody who left keeps a role. Staff who do not see the request are
// given their roles with errHidden; glass tells that they see it by broken glass
// alone. read, unless nil, gains the row of staff, so that nobody reads it again.
func (d *Desk) rolesTowards(tx *store.Tx, r *support.Request, by support.Actor, read *[]support.Staff) (roles []support.Role, glass bool, err error) {
	switch by.Kind {
	case support.System:
		return []support.Role{support.RoleSystem}, false, nil
	case support.Vendor:
		s, err := activeStaff(tx, by.ID)
		if read != nil && err == nil {
			*read = append(*read, s)
		}
		if err != nil || !r.Exists() {
			return s.Roles, false, err
		}
		v := store.Viewer{Actor: by, Roles: s.Roles}
		sees, err := tx.Sees(v, r.ID)
		if err != nil || sees {
			return s.Roles, false, err
		}
		v.At = d.Now()
		if glass, err = tx.Sees(v, r.ID); err == nil && !glass {
			err = errHidden
		}
		return s.Roles, glass, err
	case support.Customer:
		roles, err = customerRoles(tx, r, by.ID)
		return roles, false, err
	}
	return nil, false, support.Refuse(support.Forbidden, "actor.unknown")
}

func customerRoles(tx *store.Tx, r *support.Request, id int64) ([]support.Role, error) {
	s, err := tx.Standing(id, r.ID, r.Filed.Contract)
	if err != nil {
		return nil, err
	}
	return rolesOf(s, r, id)
}

// Roles are the viewer's roles towards a request that they see: what they may be
// offered to do follows from them ([support.May]).
func (d *Desk) Roles(ctx context.Context, v store.Viewer, r *support.Request) ([]support.Role, error) {
	if v.Actor.Kind != support.Customer {
		return v.Roles, nil
	}
	s, err := d.store.Standing(ctx, v.Actor.ID, r.ID, r.Filed.Contract)
	if err != nil {
		return nil, err
	}
	return rolesOf(s, r, v.Actor.ID)
}

func rolesOf(s store.Standing, r *support.Request, id int64) ([]support.Role, error) {
	if !s.Active {
		return nil, support.Refuse(support.Forbidden, "actor.inactive")
	}
	roles := []support.Role{support.RoleContact}
	if !r.Exists() {
		return roles, nil
	}
	if r.Filed.Contact == id {
		roles = append(roles, support.RoleOpener)
	}
	roles = append(roles, s.Roles...)
	if s.Watches {
		roles = append(roles, support.RoleWatcher)
	}
	sees := []support.Role{support.RoleOpener, support.RoleSupportAdmin, support.RoleLicencePrimary, support.RoleWatcher}
	if !slices.ContainsFunc(roles, func(x support.Role) bool { return slices.Contains(sees, x) }) {
		return nil, support.Refuse(support.NotFound, "request.not_found")
	}
	return roles, nil
}

func activeStaff(tx *store.Tx, id int64) (support.Staff, error) {
	s, err := tx.Staff(id)
	if support.CodeOf(err) == support.NotFound || err == nil && !s.Active {
		return support.Staff{}, support.Refuse(support.Forbidden, "actor.inactive")
	}
	return s, err
}

func activeContact(tx *store.Tx, id int64) (support.Contact, error) {
	c, err := tx.Contact(id)
	if support.CodeOf(err) == support.NotFound || err == nil && !c.Active {
		return support.Contact{}, support.Refuse(support.Forbidden, "actor.inactive")
	}
	return c, err
}

// staffFor loads the owner, that of a second request, the actor and the members
// of staff whom the command or an announced hand-over names. One who does not
// exist is left out; the core says so.
func staffFor(tx *store.Tx, r, other *support.Request, by support.Actor, named []int64, read []support.Staff) ([]support.Staff, error) {
	ids := append(slices.Clone(named), r.Owner)
	if by.Kind == support.Vendor {
		ids = append(ids, by.ID)
	}
	if r.HandOver != nil {
		ids = append(ids, r.HandOver.To)
	}
	if other != nil {
		ids = append(ids, other.Owner)
	}
	slices.Sort(ids)
	var out []support.Staff
	for _, id := range slices.Compact(ids) {
		if id == 0 {
			continue
		}
		if i := slices.IndexFunc(read, func(s support.Staff) bool { return s.ID == id }); i >= 0 {
			out = append(out, read[i])
			continue
		}
		s, err := tx.Staff(id)
		if support.CodeOf(err) == support.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// grantsOn are those who decide on a contract, as far as they are not read yet.
func grantsOn(tx *store.Tx, w support.World, contract int64) ([]support.RoleGrant, error) {
	if contract == 0 {
		return nil, nil
	}
	for _, h := range w.Parties.Holdings {
		if h.Contract.ID == contract {
			return h.Grants, nil
		}
	}
	return tx.Roles(contract)
}

// decidersIn are those who may agree to something on the customer's side: who
// filed the request, and the support administrators and PLA of its contract.
func decidersIn(grants []support.RoleGrant, f support.Filed) []int64 {
	out := []int64{f.Contact}
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary || g.Role == support.RoleSupportAdmin {
			out = append(out, g.Contact)
		}
	}
	return out
}

// primaryOf is the PLA of a contract; 0 when there is no contract.
func primaryOf(tx *store.Tx, contract int64) (int64, error) {
	grants, err := grantsOn(tx, support.World{}, contract)
	return primaryIn(grants), err
}

func primaryIn(grants []support.RoleGrant) int64 {
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary {
			return g.Contact
		}
	}
	return 0
}

// licenceFor loads a key, its contract's PLA and those SLAs to whom the key was
// opened and who still are SLAs (R04). A key that does not exist is left out.
func licenceFor(tx *store.Tx, id int64) (support.Licence, []int64, error) {
	l, err := tx.Licence(id)
	if support.CodeOf(err) == support.NotFound {
		return support.Licence{}, nil, nil
	}
	if err != nil {
		return support.Licence{}, nil, err
	}
	grants, err := tx.Roles(l.Contract)
	if err != nil {
		return support.Licence{}, nil, err
	}
	var admins []int64
	for _, g := range grants {
		opened := g.Role == support.RoleLicenceSecondary && slices.Contains(l.OpenedTo, g.Contact)
		if (g.Role == support.RoleLicencePrimary || opened) && !slices.Contains(admins, g.Contact) {
			admins = append(admins, g.Contact)
		}
	}
	return l, admins, nil
}

func wrong(code support.Code, field, key string, args ...string) error {
	e := support.Refuse(code, key, args...)
	e.Field = field
	return e
}
