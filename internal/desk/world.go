package desk

import (
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
	contact := aboutWhom(r, cmd)
	if files && by.Kind == support.Customer && contact != by.ID {
		return w, support.Refuse(support.NotFound, "contact.not_found")
	}
	var err error
	if w.Roles, w.Glass, err = d.rolesTowards(tx, r, by); err != nil {
		_, breaks := cmd.(*support.BreakGlass)
		if w.Hidden = breaks && errors.Is(err, errHidden); !w.Hidden {
			return w, hidden(err)
		}
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
	if !unattached[cmd.Name()] {
		if w.Parties, err = tx.Parties(contact); err != nil {
			return w, err
		}
		if files || contact != r.Filed.Contact {
			if err := seesAccount(tx, w, by); err != nil {
				return w, err
			}
		}
	}
	if w.Primary, err = primaryOf(tx, r.Filed.Contract); err != nil {
		return w, err
	}
	if w.Deciders, err = decidersOf(tx, r.Filed); err != nil {
		return w, err
	}
	if w.Staff, err = staffFor(tx, r, w.Other, by, cmd); err != nil {
		return w, err
	}
	if w.Defects, err = defectsFor(tx, r, cmd); err != nil {
		return w, err
	}
	if w.Blind, err = blind(tx, r.ID, w.Staff, cmd); err != nil {
		return w, err
	}
	if err := handedTo(tx, &w, cmd); err != nil {
		return w, err
	}
	if err := d.workersFor(tx, &w, r, cmd, at); err != nil {
		return w, err
	}
	if split, ok := cmd.(*support.SplitLicence); ok {
		w.Licence, w.LicenceAdmins, err = licenceFor(tx, split.Licence)
	}
	return w, err
}

// aboutWhom is the contact on whom a command rests: the request's, or the one
// whom it is filed or corrected to be about.
func aboutWhom(r *support.Request, cmd support.Command) int64 {
	switch c := cmd.(type) {
	case *support.File:
		return c.Contact
	case *support.Reclassify:
		if c.Contact != 0 {
			return c.Contact
		}
	}
	return r.Filed.Contact
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

// handedTo loads the contact whom a command lets see the request, or makes PLA.
// Where there is none, the core says so.
func handedTo(tx *store.Tx, w *support.World, cmd support.Command) (err error) {
	switch c := cmd.(type) {
	case *support.AddWatcher:
		w.Watcher, err = tx.Contact(c.Contact)
	case *support.SwapPrimary:
		w.To, err = tx.Contact(c.To)
	default:
		return nil
	}
	if support.CodeOf(err) == support.NotFound {
		w.Watcher, w.To, err = support.Contact{}, support.Contact{}, nil
	}
	return err
}

// named tells whether a command brings in colleagues, who must be able to see
// the request.
func named(cmd support.Command) bool {
	switch c := cmd.(type) {
	case *support.AddSecond, *support.AnnounceHandOver, *support.AssignAsk, *support.AssignEscalation:
		return true
	case *support.AddNote:
		return len(c.Mentions) > 0
	}
	return false
}

// blind are those of the staff who do not see a request into which a command
// brings colleagues, broken glass aside.
func blind(tx *store.Tx, request int64, staff []support.Staff, cmd support.Command) ([]int64, error) {
	if !named(cmd) {
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

// unattached commands rely on nothing but the request and the actor's roles.
var unattached = map[string]bool{
	"record_notice": true, "add_note": true, "record_auto_reply": true, "void_attempt": true,
	"link_defect": true, "unlink_defect": true, "tell_defect": true, "tell_broadcast": true, "assign_ask": true,
	"take": true, "assign": true, "redact_text": true, "restrict_request": true, "lift_restriction": true, "break_glass": true,
	"cancel_ask": true, "add_watcher": true, "remove_watcher": true, "record_duplicate": true, "record_follow_up": true, "decline_offer": true, "add_second": true, "remove_second": true, "answer_survey": true, "set_action_plan": true,
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
// alone.
func (d *Desk) rolesTowards(tx *store.Tx, r *support.Request, by support.Actor) (roles []support.Role, glass bool, err error) {
	switch by.Kind {
	case support.System:
		return []support.Role{support.RoleSystem}, false, nil
	case support.Vendor:
		s, err := activeStaff(tx, by.ID)
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
	if _, err := activeContact(tx, id); err != nil {
		return nil, err
	}
	roles := []support.Role{support.RoleContact}
	if !r.Exists() {
		return roles, nil
	}
	if r.Filed.Contact == id {
		roles = append(roles, support.RoleOpener)
	}
	if r.Filed.Contract != 0 {
		onContract, err := tx.RolesOf(id, r.Filed.Contract)
		if err != nil {
			return nil, err
		}
		roles = append(roles, onContract...)
	}
	watches, err := tx.IsWatcher(r.ID, id)
	if err != nil {
		return nil, err
	}
	if watches {
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

// staffFor loads the owner, that of a second request, the actor and the members of staff whom the command
// or an announced hand-over names. One who does not exist is left out; the core
// says so.
func staffFor(tx *store.Tx, r, other *support.Request, by support.Actor, cmd support.Command) ([]support.Staff, error) {
	ids := []int64{r.Owner}
	if by.Kind == support.Vendor {
		ids = append(ids, by.ID)
	}
	if r.HandOver != nil {
		ids = append(ids, r.HandOver.To)
	}
	if other != nil {
		ids = append(ids, other.Owner)
	}
	switch c := cmd.(type) {
	case *support.AddSecond:
		ids = append(ids, c.Staff)
	case *support.AddNote:
		ids = append(ids, c.Mentions...)
	case *support.RestrictRequest:
		ids = append(ids, c.Staff...)
	case *support.Assign:
		ids = append(ids, c.Staff)
	case *support.AssignAsk:
		ids = append(ids, c.Staff)
	case *support.AnnounceHandOver:
		ids = append(ids, c.To)
	case *support.AssignEscalation:
		ids = append(ids, c.Engineer)
	}
	slices.Sort(ids)
	var out []support.Staff
	for _, id := range slices.Compact(ids) {
		if id == 0 {
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

// decidersOf are those who may agree to something on the customer's side: who
// filed the request, and the support administrators and PLA of its contract.
func decidersOf(tx *store.Tx, f support.Filed) ([]int64, error) {
	if f.Contract == 0 {
		return []int64{f.Contact}, nil
	}
	grants, err := tx.Roles(f.Contract)
	if err != nil {
		return nil, err
	}
	out := []int64{f.Contact}
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary || g.Role == support.RoleSupportAdmin {
			out = append(out, g.Contact)
		}
	}
	return out, nil
}

// primaryOf is the PLA of a contract; 0 when there is no contract.
func primaryOf(tx *store.Tx, contract int64) (int64, error) {
	if contract == 0 {
		return 0, nil
	}
	grants, err := tx.Roles(contract)
	if err != nil {
		return 0, err
	}
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary {
			return g.Contact, nil
		}
	}
	return 0, nil
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
