package support

import (
	"slices"
	"sort"
)

// Condition limits a permission beyond the role.
type Condition string

// Conditions, each a named behaviour of the core.
const (
	Always      Condition = ""
	IfOwner     Condition = "if_owner"      // owns the request, or nobody does
	IfTechnical Condition = "if_technical"  // technical requests
	IfCS        Condition = "if_cs"         // customer service requests
	IfBeta      Condition = "if_beta"       // requests of a beta programme
	IfEntitled  Condition = "if_entitled"   // entitlement decides
	WithConsent Condition = "with_consent"  // the customer's recorded agreement
	IfOwnSurvey Condition = "if_own_survey" // the person who was asked
	IfReceiver  Condition = "if_receiver"   // to whom the request is offered
	IfOwnEntry  Condition = "if_own_entry"  // wrote the entry, not long ago
	IfAuthor    Condition = "if_author"     // wrote the entry
)

// Permission is one row of the table: who may issue a command, and when.
type Permission struct {
	Command string
	Roles   []Role
	If      Condition
	Rules   []string
}

var (
	party    = []Role{RoleOpener, RoleSupportAdmin, RoleLicencePrimary, RoleWatcher}
	workers  = []Role{RoleOpener, RoleSupportAdmin}
	deciders = []Role{RoleOpener, RoleSupportAdmin, RoleLicencePrimary}
	desk     = []Role{RoleCSR, RoleTSE, RoleLicence, RoleDuty}
	engineer = []Role{RoleTSE, RoleDuty}
	finders  = []Role{RoleTSE, RoleDuty, RoleEngineering, RoleBeta}
)

// Permissions is the whole table. A command whose actor finds no row is
// refused; docs/permissions.md is printed from it.
func Permissions() []Permission { return slices.Concat(talking(), deciding()) }

// talking are filing, what the sides say to each other, and what is linked.
func talking() []Permission {
	return []Permission{
		{"file", []Role{RoleContact, RoleCSR, RoleTSE, RoleLicence, RoleDuty}, IfEntitled, []string{"R05", "R06", "R08", "R19"}},
		{"take", desk, Always, []string{"R15", "R26"}},
		{"take", []Role{RoleEngineering, RoleBeta}, IfBeta, []string{"R36"}},
		{"assign", desk, Always, []string{"R15", "R26"}},
		{"route", []Role{RoleCSR, RoleDuty}, Always, []string{"R15"}},
		{"comment", party, Always, []string{"R23", "R28", "A13"}},
		{"comment", desk, Always, []string{"R08", "R09"}},
		{"comment", []Role{RoleEngineering, RoleBeta}, IfBeta, []string{"R36"}},
		{"withdraw_comment", append([]Role{RoleEngineering, RoleBeta}, desk...), IfAuthor, []string{"R28"}},
		{"decline_offer", desk, Always, []string{"A23"}},
		{"add_watcher", append(append([]Role{}, deciders...), desk...), Always, []string{"A13"}},
		{"remove_watcher", append(append([]Role{}, party...), desk...), Always, []string{"A13"}},
		{"add_note", append([]Role{RoleEngineering, RoleBeta}, desk...), Always, []string{"R09"}},
		{"redact_text", []Role{RoleSystem, RoleDuty, RoleAdmin}, Always, []string{"R28"}},
		{"redact_text", append(append([]Role{RoleEngineering, RoleBeta}, party...), desk...), IfOwnEntry, []string{"R28"}},
		{"restrict_request", []Role{RoleDuty, RoleAdmin}, Always, []string{"A13", "R45"}},
		{"restrict_request", desk, IfOwner, []string{"A13", "R45"}},
		{"lift_restriction", []Role{RoleDuty, RoleAdmin}, Always, []string{"A13"}},
		{"break_glass", append([]Role{RoleEngineering, RoleBeta}, desk...), Always, []string{"A13"}},
		{"record_auto_reply", append([]Role{RoleSystem}, desk...), Always, []string{"A5"}},
		{"ask", desk, Always, []string{"R27"}},
		{"answer_ask", append(append([]Role{RoleEngineering}, party...), desk...), Always, []string{"R27"}},
		{"decline_ask", append(append([]Role{}, party...), desk...), Always, []string{"R27", "R39"}},
		{"name_third_party", append(append([]Role{}, workers...), desk...), IfTechnical, []string{"R39"}},
		{"state_grounds", engineer, IfTechnical, []string{"R39"}},
		{"allow_sharing", deciders, IfTechnical, []string{"R39"}},
		{"allow_sharing", []Role{RoleCSR, RoleTSE, RoleDuty}, WithConsent, []string{"R39"}},
		{"withdraw_sharing", deciders, IfTechnical, []string{"R39"}},
		{"withdraw_sharing", []Role{RoleCSR, RoleTSE, RoleDuty}, IfTechnical, []string{"R39"}},
		{"open_collaboration", engineer, IfTechnical, []string{"R39"}},
		{"move_collaboration", engineer, IfTechnical, []string{"R39"}},
		{"suggest_vendor_case", engineer, IfTechnical, []string{"R39"}},
		{"record_vendor_case", append(append([]Role{}, workers...), desk...), IfTechnical, []string{"R39"}},
		{"record_vendor_answer", append(append([]Role{}, workers...), desk...), IfTechnical, []string{"R39"}},
		{"assign_ask", append([]Role{RoleEngineering}, desk...), Always, []string{"R09", "R27"}},
		{"cancel_ask", desk, Always, []string{"R27"}},
		{"link_defect", finders, IfTechnical, []string{"R09", "R36", "A20"}},
		{"unlink_defect", finders, IfTechnical, []string{"R09", "R36"}},
		{"tell_defect", []Role{RoleSystem}, IfTechnical, []string{"R36"}},
		{"change_approver", []Role{RoleSystem}, Always, []string{"R02", "R03"}},
		{"end_beta", []Role{RoleSystem}, IfBeta, []string{"R35"}},
		{"tell_broadcast", []Role{RoleSystem}, Always, []string{"R36"}},
		{"record_reproduction", finders, IfTechnical, []string{"R09"}},
		{"record_root_cause", finders, IfTechnical, []string{"R09"}},
		{"make_promise", desk, Always, []string{"A25"}},
		{"keep_promise", desk, Always, []string{"A25"}},
		{"renew_promise", desk, Always, []string{"A25"}},
		{"withdraw_promise", desk, Always, []string{"A25"}},
		{"log_contact", desk, Always, []string{"R24", "R49", "A3"}},
	}
}

// deciding are who works on it, what is agreed, and how it ends.
func deciding() []Permission {
	return []Permission{
		{"void_attempt", append([]Role{RoleSystem}, desk...), Always, []string{"A26"}},
		{"wait", desk, Always, []string{"R26"}},
		{"resume", desk, Always, []string{"R26"}},
		{"raise_severity", deciders, IfTechnical, []string{"R29", "A16"}},
		{"raise_severity", []Role{RoleCSR, RoleTSE, RoleDuty}, IfTechnical, []string{"R29", "A17"}},
		{"grant_severity", engineer, IfTechnical, []string{"R29", "A4"}},
		{"decline_severity", engineer, IfTechnical, []string{"R29"}},
		{"lower_severity", deciders, IfTechnical, []string{"A16"}},
		{"lower_severity", engineer, IfTechnical, []string{"A17", "R34"}},
		{"propose_lower_severity", engineer, IfTechnical, []string{"R34", "A18"}},
		{"agree_lower_severity", deciders, IfTechnical, []string{"R34", "A18"}},
		{"agree_lower_severity", engineer, WithConsent, []string{"R34", "A18"}},
		{"decline_lower_severity", deciders, IfTechnical, []string{"R34", "A17"}},
		{"decline_lower_severity", engineer, IfTechnical, []string{"R34", "A17"}},
		{"offer_after_hours", []Role{RoleCSR, RoleDuty}, IfTechnical, []string{"R33"}},
		{"confirm_after_hours", deciders, IfTechnical, []string{"R33"}},
		{"confirm_after_hours", []Role{RoleCSR, RoleDuty}, WithConsent, []string{"R33"}},
		{"decline_after_hours", deciders, IfTechnical, []string{"R33"}},
		{"decline_after_hours", []Role{RoleCSR, RoleDuty}, IfTechnical, []string{"R33"}},
		{"propose_after_hours_end", engineer, IfTechnical, []string{"R34"}},
		{"agree_after_hours_end", deciders, IfTechnical, []string{"R34"}},
		{"agree_after_hours_end", []Role{RoleCSR, RoleTSE, RoleDuty}, WithConsent, []string{"R34"}},
		{"decline_after_hours_end", deciders, IfTechnical, []string{"R34"}},
		{"decline_after_hours_end", []Role{RoleCSR, RoleTSE, RoleDuty}, IfTechnical, []string{"R34"}},
		{"add_second", desk, Always, []string{"R26"}},
		{"remove_second", desk, Always, []string{"R26"}},
		{"acknowledge_page", desk, Always, []string{"R24", "R33"}},
		{"announce_hand_over", desk, IfOwner, []string{"R26"}},
		{"cancel_hand_over", desk, IfOwner, []string{"R26"}},
		{"accept_hand_over", desk, IfReceiver, []string{"R26"}},
		{"decline_hand_over", desk, IfReceiver, []string{"R26"}},
		{"escalate", deciders, Always, []string{"R46"}},
		{"escalate", []Role{RoleCSR, RoleTSE, RoleDuty}, Always, []string{"R46"}},
		{"assign_escalation", []Role{RoleDuty}, Always, []string{"R46"}},
		{"set_action_plan", engineer, Always, []string{"R46"}},
		{"confirm_deescalation", append([]Role{RoleOpener, RoleSupportAdmin, RoleLicencePrimary}, engineer...), Always, []string{"R46"}},
		{"deescalate", engineer, Always, []string{"R46"}},
		{"propose_completion", append(append([]Role{}, workers...), desk...), Always, []string{"R26", "R49"}},
		{"accept_completion", workers, Always, []string{"R26", "R49"}},
		{"accept_completion", desk, Always, []string{"R26", "R49", "A22"}},
		{"decline_completion", append(append([]Role{}, workers...), desk...), Always, []string{"R26", "A22"}},
		{"complete", []Role{RoleTSE, RoleCSR, RoleDuty}, IfTechnical, []string{"R49", "A22"}},
		{"complete", []Role{RoleCSR, RoleLicence, RoleDuty}, IfCS, []string{"R49", "A22"}},
		{"record_duplicate", desk, Always, []string{"A22"}},
		{"record_follow_up", append(append([]Role{}, party...), desk...), Always, []string{"A23"}},
		{"convert", []Role{RoleTSE, RoleCSR, RoleDuty}, IfTechnical, []string{"R31", "A22"}},
		{"reopen", append(append([]Role{}, workers...), desk...), Always, []string{"A12"}},
		{"answer_survey", []Role{RoleContact, RoleOpener, RoleSupportAdmin, RoleLicencePrimary}, IfOwnSurvey, []string{"R50"}},
		{"change_details", append(append([]Role{}, workers...), desk...), Always, []string{"R23", "R17"}},
		{"reclassify", desk, Always, []string{"R08", "A4", "A20"}},
		{"approve_execution", []Role{RoleLicencePrimary}, IfCS, []string{"R03"}},
		{"swap_primary", []Role{RoleLicence}, IfCS, []string{"R02", "R07"}},
		{"split_licence", []Role{RoleLicence}, IfCS, []string{"R07"}},
		{"tick", []Role{RoleSystem}, Always, []string{"R24"}},
		{"record_notice", []Role{RoleSystem}, Always, []string{"R23"}},
		{"fail_notice", []Role{RoleSystem}, Always, []string{"R12", "A26"}},
		{"digest_automatic", []Role{RoleSystem}, Always, []string{"R23"}},
	}
}

var permissions = func() map[string][]Permission {
	m := map[string][]Permission{}
	for _, p := range Permissions() {
		m[p.Command] = append(m[p.Command], p)
	}
	return m
}()

// Commands are the names of all commands, sorted.
func Commands() []string {
	var out []string
	for name := range permissions {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// permit applies the table. Who is no party to the request learns nothing of
// it: absent and not visible are the same answer.
func (d *decision) permit(cmd Command) error {
	if d.by.Kind == Customer && d.r.Exists() && !d.w.Has(RoleOpener, RoleSupportAdmin, RoleLicencePrimary, RoleWatcher) {
		return refuse(NotFound, "request.not_found")
	}
	refused := refuse(Forbidden, "command.forbidden", "command", cmd.Name())
	for _, p := range permissions[cmd.Name()] {
		if !d.w.Has(p.Roles...) {
			continue
		}
		err := d.condition(p.If)
		if err == nil {
			return nil
		}
		if p.If != IfTechnical && p.If != IfCS || !bothKinds(cmd.Name()) {
			refused = err
		}
	}
	return refused
}

// May tells whether the table allows a command on a request to somebody with
// these roles towards it. Pages use it to offer what is not refused out of hand;
// [Decide] has the last word.
func May(r *Request, command string, roles []Role, by Actor) bool {
	d := &decision{r: r, w: World{Roles: roles}, by: by}
	return slices.ContainsFunc(permissions[command], func(p Permission) bool {
		return d.w.Has(p.Roles...) && (p.If == IfOwnEntry || p.If == IfAuthor || d.condition(p.If) == nil)
	})
}

// bothKinds tells whether other roles may issue the command on the other kind of
// request: then it is the role that does not fit, not the request.
func bothKinds(command string) bool {
	seen := map[Condition]bool{}
	for _, p := range permissions[command] {
		seen[p.If] = true
	}
	return seen[IfTechnical] && seen[IfCS]
}

func (d *decision) condition(c Condition) error {
	switch c {
	case IfOwner:
		if d.r.Owner != 0 && d.by.ID != d.r.Owner && !d.w.Has(RoleDuty) {
			return refuse(Forbidden, "command.owner_only")
		}
	case IfReceiver:
		if d.r.HandOver != nil && d.by.ID != d.r.HandOver.To {
			return refuse(Forbidden, "command.receiver_only")
		}
	case IfOwnEntry:
		return d.ownEntry()
	case IfAuthor:
		return d.author()
	case IfTechnical:
		if d.r.Filed.Kind != Technical {
			return refuse(Conflict, "command.technical_only")
		}
	case IfBeta:
		if d.r.Filed.Beta == 0 {
			return refuse(Conflict, "command.beta_only")
		}
	case IfCS:
		if d.r.Filed.Kind != CS {
			return refuse(Conflict, "command.cs_only")
		}
	}
	return nil
}
