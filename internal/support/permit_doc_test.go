package support_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

const permissionsPath = "../../docs/permissions.md"

// roleNames are the words of docs/permissions.md, customers first.
var roleNames = []struct {
	role support.Role
	name string
}{
	{support.RoleContact, "any contact"},
	{support.RoleOpener, "opener"},
	{support.RoleSupportAdmin, "support administrator"},
	{support.RoleLicencePrimary, "primary licence administrator"},
	{support.RoleLicenceSecondary, "secondary licence administrator"},
	{support.RoleRegistrant, "registrant"},
	{support.RoleWatcher, "watcher"},
	{support.RoleCSR, "representative"},
	{support.RoleTSE, "engineer"},
	{support.RoleLicence, "licence team"},
	{support.RoleDuty, "duty manager"},
	{support.RoleEngineering, "engineering"},
	{support.RoleBeta, "beta team"},
	{support.RoleAdmin, "administrator"},
	{support.RoleSystem, "the desk itself"},
}

// conditionWords say what a condition asks for beside the role.
var conditionWords = map[support.Condition]string{
	support.Always:      "",
	support.IfOwner:     "owns the request, or nobody does; the duty manager always",
	support.IfTechnical: "technical requests",
	support.IfCS:        "customer service requests",
	support.IfBeta:      "requests of a beta programme",
	support.IfEntitled:  "entitlement decides",
	support.WithConsent: "with the customer's recorded agreement",
	support.IfOwnSurvey: "the person who was asked",
	support.IfReceiver:  "to whom the request is offered",
	support.IfOwnEntry:  "wrote the entry, for as long as the policy says",
	support.IfAuthor:    "wrote the entry",
}

// permissionsPage is the document that is printed from the table.
func permissionsPage() string {
	var b strings.Builder
	b.WriteString(`# Who may do what

Each change to a request is a command, and each command is allowed to roles by one table in the core. This page is printed
from it: run ` + "`go test ./internal/support -run TestPermissionsPage -update`" + ` after a change of the table.

A customer's roles are those towards the request at hand: its opener, and the roles that they hold on its contract. Whoever
is no opener, support administrator, primary licence administrator or watcher of a request does not learn that it exists.
A command that finds no row for any of the actor's roles is refused.

| command | role | condition | guide |
|---|---|---|---|
`)
	for _, p := range support.Permissions() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", "`"+p.Command+"`", named(p.Roles), conditionWords[p.If], strings.Join(p.Rules, ", "))
	}
	b.WriteString(`
## People and papers

Changes to accounts, people, contracts, licences and tokens. Customers' roles are those on the contract concerned; *any
contact* is the person concerned. Which role on a contract may be granted by whom is the policy pack's; the primary licence
administrator is replaced, never granted. *The desk itself* is the command line on the server, imports and the demo.

| act | role | guide |
|---|---|---|
`)
	for _, p := range desk.PartyPermissions() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", "`"+p.Act+"`", named(p.Roles), strings.Join(p.Rules, ", "))
	}
	return b.String()
}

// named are the words of roles, in the order of roleNames.
func named(roles []support.Role) string {
	var out []string
	for _, n := range roleNames {
		if slices.Contains(roles, n.role) {
			out = append(out, n.name)
		}
	}
	return strings.Join(out, ", ")
}

// TestPermissionsPage holds docs/permissions.md against the table.
func TestPermissionsPage(t *testing.T) {
	t.Parallel()
	want := permissionsPage()
	if *update {
		if err := os.WriteFile(permissionsPath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(permissionsPath)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("docs/permissions.md differs from the table (run with -update): %s", difference(want, string(have)))
	}
}

// TestEveryRoleAndConditionHasAWord keeps the page from printing blanks.
func TestEveryRoleAndConditionHasAWord(t *testing.T) {
	t.Parallel()
	for _, p := range support.Permissions() {
		if _, ok := conditionWords[p.If]; !ok {
			t.Errorf("the condition %q of %s has no words", p.If, p.Command)
		}
		for _, r := range p.Roles {
			found := false
			for _, n := range roleNames {
				found = found || n.role == r
			}
			if !found {
				t.Errorf("the role %q of %s has no word", r, p.Command)
			}
		}
		if len(p.Rules) == 0 {
			t.Errorf("%s for %v names no rule", p.Command, p.Roles)
		}
	}
}

// TestPermissionTable asks the core about every role and every command: a role
// without a row is refused whatever else holds, and a stranger learns nothing.
//
// guide: A13
func TestPermissionTable(t *testing.T) {
	t.Parallel()
	may := map[string]map[support.Role]bool{}
	for _, p := range support.Permissions() {
		for _, r := range p.Roles {
			if may[p.Command] == nil {
				may[p.Command] = map[support.Role]bool{}
			}
			may[p.Command][r] = true
		}
	}
	d := tells(t, basic)
	r := d.room.requests[d.id].request
	for _, cmd := range everyCommand() {
		for _, n := range roleNames {
			by := support.Actor{Kind: support.Vendor, ID: 3}
			customer := false
			switch n.role {
			case support.RoleSystem:
				by = support.Actor{Kind: support.System}
			case support.RoleContact, support.RoleOpener, support.RoleSupportAdmin, support.RoleLicencePrimary,
				support.RoleLicenceSecondary, support.RoleRegistrant, support.RoleWatcher:
				by, customer = support.Actor{Kind: support.Customer, ID: 2}, true
			}
			w := d.room.world(r, cmd, by)
			w.Roles = []support.Role{n.role}
			_, err := support.Decide(r, cmd, w, by, d.room.now, d.room.pack)
			stranger := customer && n.role != support.RoleOpener && n.role != support.RoleSupportAdmin &&
				n.role != support.RoleLicencePrimary && n.role != support.RoleWatcher
			_, files := cmd.(*support.File)
			switch code := support.CodeOf(err); {
			case files:
			case stranger && code != support.NotFound:
				t.Errorf("%s by a stranger (%s): %v", cmd.Name(), n.name, err)
			case !stranger && !may[cmd.Name()][n.role] && code != support.Forbidden:
				t.Errorf("%s by %s: %v, want forbidden", cmd.Name(), n.name, err)
			}
		}
	}
}

// everyCommand is one of each, bare.
func everyCommand() []support.Command {
	return []support.Command{
		&support.Take{}, &support.Assign{}, &support.Comment{}, &support.AddNote{}, &support.AddSecond{}, &support.RemoveSecond{}, &support.RecordDuplicate{}, &support.RecordFollowUp{}, &support.DeclineOffer{}, &support.MakePromise{}, &support.KeepPromise{}, &support.RenewPromise{},
		&support.WithdrawPromise{}, &support.AddWatcher{}, &support.RemoveWatcher{}, &support.RecordAutoReply{}, &support.Ask{},
		&support.RedactText{}, &support.Reclassify{}, &support.SwapPrimary{}, &support.RestrictRequest{}, &support.LiftRestriction{}, &support.BreakGlass{},
		&support.AnswerAsk{}, &support.CancelAsk{}, &support.LogContact{}, &support.VoidAttempt{}, &support.Wait{}, &support.Resume{},
		&support.RaiseSeverity{}, &support.GrantSeverity{}, &support.DeclineSeverity{}, &support.LowerSeverity{},
		&support.ProposeLowerSeverity{}, &support.AgreeLowerSeverity{}, &support.DeclineLowerSeverity{}, &support.OfferAfterHours{}, &support.ConfirmAfterHours{},
		&support.DeclineAfterHours{}, &support.ProposeAfterHoursEnd{}, &support.AgreeAfterHoursEnd{}, &support.DeclineAfterHoursEnd{}, &support.AnnounceHandOver{},
		&support.CancelHandOver{}, &support.RouteToStaff{}, &support.AcknowledgePage{}, &support.AcceptHandOver{}, &support.DeclineHandOver{}, &support.Escalate{}, &support.AssignEscalation{}, &support.SetActionPlan{},
		&support.ConfirmDeescalation{}, &support.Deescalate{}, &support.ProposeCompletion{}, &support.AcceptCompletion{},
		&support.DeclineCompletion{}, &support.Complete{}, &support.Reopen{}, &support.AnswerSurvey{}, &support.ChangeDetails{},
		&support.Convert{},
		&support.ApproveExecution{}, &support.SplitLicence{}, &support.Tick{}, &support.RecordNotice{}, &support.FailNotice{}, &support.DigestAutomatic{}, &support.File{},
		&support.WithdrawComment{}, &support.RecordReproduction{}, &support.RecordRootCause{},
		&support.NameThirdParty{}, &support.StateGrounds{}, &support.AllowSharing{}, &support.WithdrawSharing{}, &support.OpenCollaboration{},
		&support.MoveCollaboration{}, &support.SuggestVendorCase{}, &support.RecordVendorCase{}, &support.RecordVendorAnswer{}, &support.DeclineAsk{},
		&support.LinkDefect{}, &support.UnlinkDefect{}, &support.TellDefect{}, &support.TellBroadcast{}, &support.AssignAsk{}, &support.EndBeta{}, &support.ChangeApprover{},
	}
}

// TestEveryCommandIsInTheTable: none is allowed by oversight, none forgotten.
func TestEveryCommandIsInTheTable(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, name := range support.Commands() {
		listed[name] = true
	}
	for _, cmd := range everyCommand() {
		if !listed[cmd.Name()] {
			t.Errorf("nobody may %s", cmd.Name())
		}
		delete(listed, cmd.Name())
	}
	for name := range listed {
		t.Errorf("the table speaks of %s, which is no command", name)
	}
}
