package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// PartyPermission is one row of the table of who may change people and papers.
// Customers' roles are those on the contract concerned; contact is the person
// concerned. docs/permissions.md is printed from it beside the commands'.
type PartyPermission struct {
	Act   string
	Roles []support.Role
	Rules []string
}

// PartyPermissions is the whole table. RoleSystem stands for imports, the
// command line on the server, and demos. Which roles on a contract may be
// granted by whom is the policy pack's beside it (granted_by); the role of PLA
// is never granted, only replaced.
func PartyPermissions() []PartyPermission {
	const (
		system  = support.RoleSystem
		admin   = support.RoleAdmin
		csr     = support.RoleCSR
		licence = support.RoleLicence
		primary = support.RoleLicencePrimary
		second  = support.RoleLicenceSecondary
		self    = support.RoleContact

		tse         = support.RoleTSE
		duty        = support.RoleDuty
		engineering = support.RoleEngineering
		beta        = support.RoleBeta
	)
	return slices.Concat([]PartyPermission{
		{"add_account", []support.Role{system, admin, csr, licence}, []string{"R08"}},
		{"restrict_account", []support.Role{system, admin, support.RoleDuty}, []string{"A13"}},
		{"add_contact", []support.Role{system, admin, csr, licence, primary}, []string{"R03", "R08", "R12", "R16"}},
		{"change_contact", []support.Role{system, admin, csr, licence, primary, self}, []string{"R08", "R12"}},
		{"add_staff", []support.Role{system, admin}, nil},
		{"change_staff", []support.Role{system, admin}, nil},
		{"set_duty", []support.Role{system, admin, support.RoleDuty}, nil},
		{"add_shift", []support.Role{system, admin, support.RoleDuty}, []string{"R15", "R24"}},
		{"remove_shift", []support.Role{system, admin, support.RoleDuty}, []string{"R15", "R24"}},
		{"add_absence", []support.Role{system, admin, support.RoleDuty, self}, []string{"R15"}},
		{"remove_absence", []support.Role{system, admin, support.RoleDuty, self}, []string{"R15"}},
		{"add_product", []support.Role{system, admin}, nil},
		{"change_product", []support.Role{system, admin}, nil},
		{"report_defect", []support.Role{system, csr, tse, duty, engineering, beta}, []string{"R09", "R36"}},
		{"change_defect", []support.Role{system, engineering, beta, duty}, []string{"R09", "R36"}},
		{"add_programme", []support.Role{system, admin, beta, duty}, []string{"R35", "R38"}},
		{"invite_to_beta", []support.Role{system, admin, beta, duty}, []string{"R38"}},
		{"join_beta", []support.Role{self}, []string{"R38"}},
		{"draft_broadcast", []support.Role{system, tse, duty, engineering, beta}, []string{"R36"}},
		{"send_broadcast", []support.Role{system, duty, beta}, []string{"R36"}},
		{"redact_defect", []support.Role{system, admin, duty, engineering, beta}, []string{"R28"}},
		{"redact_broadcast", []support.Role{system, admin, duty, beta}, []string{"R28"}},
		{"comment_defect", []support.Role{system, csr, tse, duty, engineering, beta}, []string{"R09", "R36"}},
		{"add_contract", []support.Role{system, admin, licence}, []string{"R02", "R03", "R14"}},
		{"set_contract_state", []support.Role{system, admin, licence}, []string{"A21"}},
		{"change_contract", []support.Role{system, admin, licence}, []string{"R02", "A21"}},
		{"grant_role", []support.Role{system, admin, licence, primary}, []string{"R02", "R03", "R07"}},
		{"revoke_role", []support.Role{system, admin, licence, primary}, []string{"R03", "R07"}},
		{"replace_primary", []support.Role{system, admin}, []string{"R02"}},
		{"register", []support.Role{system, admin, csr, licence, primary, second, self}, []string{"R04", "R06", "R14"}},
		{"end_registration", []support.Role{system, admin, csr, licence, primary}, []string{"R13", "R14"}},
		{"grant_exception", []support.Role{support.RoleDuty}, []string{"A21"}},
		{"revoke_exception", []support.Role{support.RoleDuty}, []string{"A21"}},
		{"add_handling", []support.Role{system, admin, csr, support.RoleTSE, licence, support.RoleDuty}, []string{"R08", "R09"}},
		{"end_handling", []support.Role{system, admin, csr, support.RoleTSE, licence, support.RoleDuty}, []string{"R08", "R09"}},
		{"add_incident_pack", []support.Role{system, admin, csr, licence, primary}, []string{"R52", "A20"}},
		{"buy_incidents", []support.Role{system, admin, csr, licence, support.RoleRegistrant}, []string{"R52", "A20"}},
		{"add_licence", []support.Role{system, admin, licence}, []string{"R03", "R07"}},
		{"open_licence", []support.Role{system, admin, licence, primary}, []string{"R03", "R04", "R07"}},
		{"acknowledge_security_report", []support.Role{system, admin, support.RoleSecurity}, []string{"R45"}},
		{"ask_feature_request", []support.Role{system, admin, support.RoleEngineering}, []string{"R31"}},
		{"answer_feature_request", []support.Role{self}, []string{"R31"}},
		{"add_token", []support.Role{system, admin, self}, nil},
		{"revoke_token", []support.Role{system, admin, self}, nil},
		{"upload_file", []support.Role{support.RoleOpener, support.RoleSupportAdmin, primary, support.RoleWatcher, csr, tse, licence, duty, engineering, beta}, []string{"R28"}},
		{"retry_effect", []support.Role{system, admin, support.RoleDuty}, []string{"R23"}},
		{"review_holidays", []support.Role{system, admin}, []string{"A19"}},
		{"switch_pack", []support.Role{system, admin}, []string{"A1"}},
		{"end_effect", []support.Role{system, admin, support.RoleDuty}, []string{"R23"}},
		{"suppress_address", []support.Role{system, admin, csr, support.RoleDuty}, []string{"R12"}},
		{"allow_address", []support.Role{system, admin, csr, support.RoleDuty}, []string{"R12"}},
	}, profilePermissions(), phonePermissions(), webhookPermissions(), mailboxPermissions(), mailWordsPermissions(), mailPermissions(), signInPermissions())
}

// phonePermissions are those of calls that came in, of call-backs and alerts.
func phonePermissions() []PartyPermission {
	callers := []support.Role{support.RoleCSR, support.RoleTSE, support.RoleLicence, support.RoleDuty}
	takers := append([]support.Role{support.RoleSystem}, callers...)
	advisors := []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleSecurity}
	publishers := []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleSecurity, support.RoleDuty}
	return []PartyPermission{
		{"log_phone_call", takers, []string{"R21"}},
		{"add_callback", takers, []string{"R22"}},
		{"take_callback", callers, []string{"R22"}},
		{"record_callback", callers, []string{"R22", "A3"}},
		{"finish_callback", callers, []string{"R22"}},
		{"draft_advisory", advisors, []string{"R45"}},
		{"change_advisory", advisors, []string{"R45"}},
		{"publish_advisory", advisors, []string{"R45"}},
		{"draft_alert", append([]support.Role{support.RoleEngineering}, publishers...), []string{"R11"}},
		{"send_alert", publishers, []string{"R11"}},
		{"erase_callback", []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleDuty}, []string{"R22"}},
	}
}

// mailPermissions are those of mails that wait for a person.
func mailPermissions() []PartyPermission {
	deciders := []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleCSR, support.RoleTSE, support.RoleLicence, support.RoleDuty}
	return []PartyPermission{
		{"decide_mail", deciders, []string{"R23"}},
		{"block_sender", []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleCSR, support.RoleDuty}, nil},
	}
}

// profilePermissions are those of profiles, licence folders and plans.
func profilePermissions() []PartyPermission {
	var (
		primary  = []support.Role{support.RoleLicencePrimary}
		keepers  = []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleLicence, support.RoleLicencePrimary}
		helpers  = []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleCSR, support.RoleLicence}
		planners = []support.Role{support.RoleSystem, support.RoleAdmin, support.RoleCSR, support.RoleTSE, support.RoleLicence, support.RoleDuty,
			support.RoleLicencePrimary, support.RoleSupportAdmin}
	)
	and := func(roles []support.Role, more ...support.Role) []support.Role { return slices.Concat(roles, more) }
	return []PartyPermission{
		{"close_licence", keepers, []string{"R03", "R04", "R07"}},
		{"change_licence", and(keepers, support.RoleLicenceSecondary), []string{"R03", "R04"}},
		{"move_licence", keepers, []string{"R03", "R04"}},
		{"add_folder", keepers, []string{"R03", "R04"}},
		{"rename_folder", keepers, []string{"R03", "R04"}},
		{"remove_folder", keepers, []string{"R03", "R04"}},
		{"open_folder", keepers, []string{"R03", "R04", "R07"}},
		{"close_folder", keepers, []string{"R03", "R04", "R07"}},
		{"accept_agreement", primary, []string{"R03"}},
		{"add_plan", planners, []string{"R56"}},
		{"change_plan", planners, []string{"R56"}},
		{"remove_plan", planners, []string{"R56"}},
		{"confirm_licences", primary, []string{"R13"}},
		{"confirm_address", and(helpers, support.RoleContact), []string{"R08", "R12"}},
		{"add_certification", and(helpers, support.RoleLicencePrimary, support.RoleContact), []string{"R53"}},
		{"remove_certification", and(helpers, support.RoleLicencePrimary, support.RoleContact), []string{"R53"}},
		{"verify_certification", []support.Role{support.RoleAdmin, support.RoleCSR, support.RoleLicence}, []string{"R53"}},
	}
}

func mayParty(act string, roles []support.Role) bool {
	for _, p := range PartyPermissions() {
		if p.Act == act {
			return slices.ContainsFunc(p.Roles, func(r support.Role) bool { return slices.Contains(roles, r) })
		}
	}
	return false
}

// about says whom or what a change concerns, so that a customer's roles towards
// it can be found. Zero parts concern nothing.
type about struct {
	account, contract int64
	// owner is the person or member of staff whose own affair it is.
	owner support.Actor
	// product is what the owner may have registered (R06).
	product string
	plan    bool // it is about a plan of the account
}

// entry is the audit of a change. Body holds ids and choices, no personal data.
type entry struct {
	subject string
	id      int64
	body    any
}

// change is the one way by which people and papers change: who may is looked up
// in the same transaction, and what changed is audited in it. change may run do
// twice.
func (d *Desk) change(ctx context.Context, by support.Actor, act string, a about,
	do func(tx *store.Tx, at time.Time) (entry, error)) error {
	return d.changeOf(ctx, by, act, func(*store.Tx) (about, error) { return a, nil }, do)
}

// changeOf is [Desk.change] of what is found out in the same update.
func (d *Desk) changeOf(ctx context.Context, by support.Actor, act string, whose func(tx *store.Tx) (about, error),
	do func(tx *store.Tx, at time.Time) (entry, error)) error {
	return d.update(ctx, func(tx *store.Tx) error {
		a, err := whose(tx)
		if err != nil {
			return err
		}
		roles, err := partyRoles(tx, by, a)
		if err != nil {
			return err
		}
		if !mayParty(act, roles) {
			if by.Kind == support.Customer && len(roles) == 0 {
				return support.Refuse(support.NotFound, notFoundKey(a))
			}
			return support.Refuse(support.Forbidden, "party.forbidden", "act", act)
		}
		at := d.Now()
		e, err := do(tx, at)
		if err != nil {
			return err
		}
		return tx.Audit(e.subject, e.id, by, at, act, e.body)
	})
}

// update is an update of its own, or a part of the one that holds all changes,
// see [Desk.MoveIn].
func (d *Desk) update(ctx context.Context, fn func(tx *store.Tx) error) error {
	if d.tx != nil {
		return d.tx.Part(fn)
	}
	return d.store.Update(ctx, fn)
}

// notFoundKey keeps from a stranger whether the thing exists.
func notFoundKey(a about) string {
	switch {
	case a.contract != 0:
		return "contract.not_found"
	case a.owner.ID != 0:
		return "contact.not_found"
	case a.account != 0:
		return "account.not_found"
	}
	return "party.not_found"
}

// partyRoles are the actor's roles towards what the change is about, at this
// moment (R03, R07).
func partyRoles(tx *store.Tx, by support.Actor, a about) ([]support.Role, error) {
	switch by.Kind {
	case support.System:
		return []support.Role{support.RoleSystem}, nil
	case support.Vendor:
		s, err := activeStaff(tx, by.ID)
		if err != nil {
			return nil, err
		}
		if a.owner == by {
			return append(slices.Clone(s.Roles), support.RoleContact), nil
		}
		return s.Roles, nil
	case support.Customer:
		if _, err := activeContact(tx, by.ID); err != nil {
			return nil, err
		}
		return customerPartyRoles(tx, by, a)
	}
	return nil, support.Refuse(support.Forbidden, "actor.unknown")
}

func customerPartyRoles(tx *store.Tx, by support.Actor, a about) ([]support.Role, error) {
	var roles []support.Role
	if a.owner == by {
		roles = append(roles, support.RoleContact)
	}
	if a.owner == by && a.product != "" {
		parties, err := tx.Parties(by.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(parties.Registrations, func(g support.Registration) bool { return g.Contact == by.ID && g.Product == a.product }) {
			roles = append(roles, support.RoleRegistrant)
		}
	}
	if a.contract != 0 {
		on, err := tx.RolesOf(by.ID, a.contract)
		if err != nil {
			return nil, err
		}
		roles = append(roles, on...)
	}
	if a.account != 0 {
		// People of an account are the affair of the PLAs of its contracts, its plans
		// that of their support administrators too.
		concerned := []support.Role{support.RoleLicencePrimary}
		if a.plan {
			concerned = append(concerned, support.RoleSupportAdmin)
		}
		parties, err := tx.Parties(by.ID)
		if err != nil {
			return nil, err
		}
		for _, role := range concerned {
			if slices.ContainsFunc(parties.Holdings, func(h support.Holding) bool { return h.Contract.Account == a.account && h.Has(role) }) {
				roles = append(roles, role)
			}
		}
	}
	return roles, nil
}
