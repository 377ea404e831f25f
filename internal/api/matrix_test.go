package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"madoguchi/client"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// operation is one operation of the OpenAPI document.
type operation struct {
	Method, Path string
	ID           string                `json:"operationId"`
	Summary      string                `json:"summary"`
	Scope        string                `json:"x-scope"`
	Permission   string                `json:"x-permission"`
	Security     []map[string][]string `json:"security"`
	Responses    map[string]any        `json:"responses"`
}

func (h *house) operations() []operation {
	h.t.Helper()
	_, doc := h.raw(http.MethodGet, "/v1/openapi.json", "", "")
	var out []operation
	for path, item := range doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			b, err := json.Marshal(op)
			must(h.t, err)
			o := operation{Method: strings.ToUpper(method), Path: path}
			must(h.t, json.Unmarshal(b, &o))
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// bodies are a body for each command that fits its schema, so that what is
// tested is who may issue it. A new route without a row fails.
var bodies = map[string]string{
	"name-third-party": `{"vendor":"x","component":"x"}`, "state-grounds": `{"text":"x"}`, "allow-sharing": `{}`, "withdraw-sharing": `{}`,
	"open-collaboration": `{"ground":"suspicion","text":"x"}`, "move-collaboration": `{"to":"accepted"}`, "suggest-vendor-case": `{"text":"x"}`,
	"record-vendor-case": `{"number":"x"}`, "record-vendor-answer": `{"finding":"at_fault"}`, "decline-ask": `{"reason":"x"}`,
	"record-reproduction": `{"outcome":"reproduced","environment":"x"}`, "record-root-cause": `{"text":"x"}`,
	"comment": `{"text":"x"}`, "add-note": `{"text":"x"}`, "add-second": `{"staff":"byrne@desk.example"}`, "remove-second": `{"staff":"byrne@desk.example"}`, "decline-offer": `{}`, "make-promise": `{"text":"x","due_at":"2026-06-30T00:00:00Z"}`, "keep-promise": `{}`,
	"renew-promise": `{"text":"x","due_at":"2026-06-30T00:00:00Z"}`, "withdraw-promise": `{"reason":"x"}`, "withdraw-comment": ``,
	"add-watcher": `{"contact":"NUMBER"}`, "remove-watcher": ``, "record-auto-reply": `{"text":"x"}`, "ask": `{"kind":"details","text":"x"}`,
	"answer-ask": `{}`, "cancel-ask": `{}`, "log-contact": `{"channel":"phone","outcome":"no_answer"}`, "void-attempt": `{"why":"bounced"}`,
	"redact-text": `{"ground":"secret"}`, "swap-primary": `{"contact":"NUMBER"}`, "reclassify": `{"reason":"x"}`,
	"restrict-request": `{"reason":""}`, "lift-restriction": `{}`, "break-glass": `{"reason":"x"}`,
	"assign": `{"staff":"ito@desk.example"}`, "wait": `{"kind":"waiting_customer"}`, "resume": `{}`,
	"announce-hand-over": `{"to":"byrne@desk.example","ground":"expertise"}`, "cancel-hand-over": `{}`,
	"accept-hand-over": `{}`, "decline-hand-over": `{"reason":"x"}`, "acknowledge-page": `{}`, "route": `{}`,
	"change-details": `{"component":"x"}`, "raise-severity": `{"to":2,"impact":"x"}`, "grant-severity": `{}`, "decline-severity": `{"reason":"x"}`,
	"lower-severity": `{"to":4,"reason":"x"}`, "propose-lower-severity": `{"to":4}`, "agree-lower-severity": `{}`, "decline-lower-severity": `{}`,
	"offer-after-hours": `{"price":"x"}`, "confirm-after-hours": `{}`, "decline-after-hours": `{}`,
	"propose-after-hours-end": `{"ground":"restored"}`, "agree-after-hours-end": `{}`, "decline-after-hours-end": `{}`,
	"escalate": `{"statement":"x","impact":"x","reason":"x"}`, "assign-escalation": `{"engineer":"nishida@desk.example"}`,
	"set-action-plan": `{"steps":[{"text":"x"}]}`, "confirm-deescalation": `{"check":"x"}`, "deescalate": `{}`,
	"convert": `{}`, "complete": `{"reason":"confirmed"}`, "propose-completion": `{"reason":"confirmed"}`, "accept-completion": `{}`, "decline-completion": `{}`,
	"assign-ask": `{}`, "link-defect": `{"defect":"D-1001"}`, "unlink-defect": `{"reason":"x"}`,
	"reopen": `{}`, "answer-survey": `{"score":3}`, "approve-execution": `{}`, "split-licence": `{"licence":"x","parts":[1,1],"keys":["a","b"]}`,
}

// towards are the roles of a person towards a request of a contract.
func (h *house) towards(key, opener string, grants []support.RoleGrant, watcher string) []support.Role {
	if m, ok := h.cast.Staff[key]; ok {
		return m.Roles
	}
	id := h.cast.Contacts[key].ID
	roles := []support.Role{support.RoleContact}
	if key == opener {
		roles = append(roles, support.RoleOpener)
	}
	if key == watcher {
		roles = append(roles, support.RoleWatcher)
	}
	for _, g := range grants {
		if g.Contact == id {
			roles = append(roles, g.Role)
		}
	}
	return roles
}

func overlap(a, b []support.Role) bool {
	return slices.ContainsFunc(a, func(r support.Role) bool { return slices.Contains(b, r) })
}

// Every person against every command on requests to which they stand in every
// relation: what the permission table allows passes the door, all else is
// forbidden, and to who is no party to the request it does not exist.
// guide: R05, A13
func TestEveryRoleAgainstEveryCommand(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	// other is the other kind of request's condition: where a command has rows for
	// both kinds, those of the other one open nothing.
	type filed struct {
		number, opener, contract string
		other                    support.Condition
	}
	requests := []filed{
		{h.file("tanaka", sev3()).Number, "tanaka", "PRD-2010-1102", support.IfCS},
		{h.file("okada", client.File{Kind: "cs_request", Title: "keys", Topic: "licence", Contract: "BAS-2010-0417"}).Number, "okada", "BAS-2010-0417", support.IfTechnical},
		{h.file("mia", client.File{Kind: "sr", Title: "sound", Channel: "portal", Product: "fusion", Version: "3.0", Severity: 4}).Number, "mia", "", support.IfCS},
	}
	const watcher = "weber"
	commands := slices.DeleteFunc(h.operations(), func(o operation) bool {
		return !slices.Contains(support.Commands(), o.Permission) || o.Permission == "file"
	})
	if len(commands) != len(bodies) {
		t.Fatalf("%d commands have an operation, %d have a body here", len(commands), len(bodies))
	}
	for _, r := range requests {
		id, err := support.ParseNumber(r.number)
		must(t, err)
		must(t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.AddWatcher(id, h.cast.Contacts[watcher].ID) }))
		grants := h.grants(r.contract)
		for _, key := range h.cast.Keys {
			roles := h.towards(key, r.opener, grants, watcher)
			party := h.cast.Staff[key].ID != 0 || overlap(roles, []support.Role{
				support.RoleOpener, support.RoleSupportAdmin, support.RoleLicencePrimary, support.RoleWatcher})
			for _, op := range commands {
				body, ok := bodies[op.ID]
				if !ok {
					t.Fatalf("%s has no body here", op.ID)
				}
				allowed := false
				for _, p := range support.Permissions() {
					allowed = allowed || party && p.Command == op.Permission && overlap(p.Roles, roles) &&
						(op.Permission != "complete" || p.If != r.other)
				}
				path := strings.NewReplacer("{number}", r.number, "{n}", "1", "{seq}", "1", "{defect}", "D-1001", "{watcher}", h.number("endo")).Replace(op.Path)
				body = strings.ReplaceAll(body, "NUMBER", h.number("endo"))
				status, problem := h.raw(op.Method, path, h.cast.Tokens[key], body)
				typ, _ := problem["type"].(string)
				_, why, _ := strings.Cut(typ, "problem:")
				got := why != "command.forbidden" && !locked(why) && why != "request.not_found"
				switch {
				case got != allowed || status == http.StatusUnauthorized || status >= 500:
					t.Errorf("%s as %s %v on %s's request: %d %s, allowed by the table: %v", op.ID, key, roles, r.opener, status, why, allowed)
				case !party && status != http.StatusNotFound && !locked(why):
					t.Errorf("%s as %s, no party to %s's request: %d %s", op.ID, key, r.opener, status, why)
				}
			}
		}
	}
}

func (h *house) grants(number string) []support.RoleGrant {
	if number == "" {
		return nil
	}
	all := store.Viewer{Actor: support.Actor{Kind: support.System}}
	for id := int64(1); ; id++ {
		c, err := h.store.Contract(context.Background(), all, id)
		must(h.t, err)
		if c.Number == number {
			list, err := h.store.Roles(context.Background(), all, id)
			must(h.t, err)
			return list
		}
	}
}

// partyBodies are paths and bodies for the changes of people and papers; {n} is
// replaced by a number that no other call has used.
var partyBodies = map[string][2]string{
	"add-account":                 {"/v1/accounts", `{"name":"x","country":"JP"}`},
	"add-contact":                 {"/v1/contacts", `{"account":"ACCOUNT","family_name":"x","email":"n{n}@aoba.example","language":"ja","zone":"Asia/Tokyo"}`},
	"add-staff":                   {"/v1/staff", `{"family_name":"x","email":"n{n}@desk.example","language":"ja","roles":["csr"],"zone":"Asia/Tokyo"}`},
	"add-product":                 {"/v1/products", `{"key":"p{n}","name":"x"}`},
	"add-contract":                {"/v1/contracts", `{"account":"ACCOUNT","number":"C{n}","offering":"basic","products":["esx"],"regions":["apj"],"starts_at":"2026-01-01T00:00:00Z","ends_at":"2027-01-01T00:00:00Z","primary":"PRIMARY"}`},
	"set-contract-state":          {"/v1/contracts/BAS-2010-0417/state", `{"state":"active"}`},
	"grant-role":                  {"/v1/contracts/BAS-2010-0417/roles", `{"contact":"NUMBER","role":"role_licence_secondary"}`},
	"revoke-role":                 {"/v1/contracts/BAS-2010-0417/roles/NUMBER/role_licence_secondary", ``},
	"replace-primary":             {"/v1/contracts/BAS-2010-0417/primary", `{"contact":"PRIMARY"}`},
	"add-incident-pack":           {"/v1/contracts/BAS-2010-0417/incident-packs", `{"size":1}`},
	"add-licence":                 {"/v1/contracts/BAS-2010-0417/licences", `{"key":"k{n}","product":"esx","units":1}`},
	"open-licence":                {"/v1/contracts/BAS-2010-0417/licences/AOBA1-ESX40-20CPU-7Q3ND/opened-to", `{"contact":"OKADA"}`},
	"add-plan":                    {"/v1/plans", `{"account":"ACCOUNT","title":"x","zone":"Asia/Tokyo","milestones":[{"day":"2026-06-20","product":"esx"}]}`},
	"change-plan":                 {"/v1/plans/plan_1", `{"version":1000,"title":"x","zone":"Asia/Tokyo","milestones":[{"day":"2026-06-20","product":"esx"}]}`},
	"remove-plan":                 {"/v1/plans/plan_1", ``},
	"close-licence":               {"/v1/contracts/BAS-2010-0417/licences/AOBA1-ESX40-20CPU-7Q3ND/opened-to/NUMBER", ``},
	"change-licence":              {"/v1/contracts/BAS-2010-0417/licences/AOBA1-ESX40-20CPU-7Q3ND", `{"label":"x"}`},
	"move-licence":                {"/v1/contracts/BAS-2010-0417/licences/AOBA1-ESX40-20CPU-7Q3ND/folder", `{"folder":""}`},
	"add-folder":                  {"/v1/contracts/BAS-2010-0417/licence-folders", `{"name":"f{n}"}`},
	"rename-folder":               {"/v1/contracts/BAS-2010-0417/licence-folders/fld_zz", `{"name":"f{n}"}`},
	"remove-folder":               {"/v1/contracts/BAS-2010-0417/licence-folders/fld_zz", ``},
	"open-folder":                 {"/v1/contracts/BAS-2010-0417/licence-folders/fld_zz/opened-to", `{"contact":"OKADA"}`},
	"close-folder":                {"/v1/contracts/BAS-2010-0417/licence-folders/fld_zz/opened-to/NUMBER", ``},
	"accept-agreement":            {"/v1/contracts/BAS-2010-0417/agreement", `{"version":"x"}`},
	"confirm-licences":            {"/v1/contracts/BAS-2010-0417/confirmation", `{"state":"confirmed"}`},
	"confirm-address":             {"/v1/contacts/LEAVER/address-confirmation", ``},
	"add-certification":           {"/v1/contacts/LEAVER/certifications", `{"name":"n{n}"}`},
	"verify-certification":        {"/v1/contacts/LEAVER/certifications/cert_zz/verification", ``},
	"remove-certification":        {"/v1/contacts/LEAVER/certifications/cert_zz", ``},
	"change-contact":              {"/v1/contacts/LEAVER", `{"given_name":"n{n}"}`},
	"change-staff":                {"/v1/staff/byrne@desk.example", `{"site":"n{n}"}`},
	"set-duty":                    {"/v1/staff/byrne@desk.example/duty", `{"duty":"none"}`},
	"retry-effect":                {"/v1/effects/none/retry", ``},
	"acknowledge-security-report": {"/v1/security-reports/sec_1/acknowledgement", ``},
	"ask-feature-request":         {"/v1/feature-requests/wish_1/question", `{"text":"x"}`},
	"answer-feature-request":      {"/v1/feature-requests/wish_1/answer", `{"text":"x"}`},
	"buy-incidents":               {"/v1/incidents", `{"contact":"NUMBER","product":"fusion","size":1}`},
	"register-product":            {"/v1/registrations", `{"contact":"ENDO","product":"esx","contract":"BAS-2010-0417"}`},
	"report-defect":               {"/v1/defects", `{"product":"esx","severity":2,"title":"x"}`},
	"change-defect":               {"/v1/defects/D-1001", `{"severity":2}`},
	"add-programme":               {"/v1/beta-programmes", `{"programme":"p{n}","name":"x","kind":"public","product":"esx","ends_at":"2030-01-01T00:00:00Z","zone":"UTC"}`},
	"invite-to-beta":              {"/v1/beta-programmes/open/invitations", `{"contact":"ENDO"}`},
	"draft-broadcast":             {"/v1/broadcasts", `{"product":"esx","texts":[{"language":"en","text":"x"}]}`},
	"send-broadcast":              {"/v1/broadcasts/brc_1/sending", `{"seen":"x"}`},
	"comment-defect":              {"/v1/defects/D-1001/comments", `{"text":"x"}`},
	"add-shift":                   {"/v1/rotas/technical/shifts", `{"staff":"byrne@desk.example","from":"2026-06-06T00:00:00Z","to":"2026-06-07T00:00:00Z"}`},
	"remove-shift":                {"/v1/rotas/technical/shifts/shift_zz", ``},
	"add-absence":                 {"/v1/staff/ishikawa@desk.example/absences", `{"from":"2026-06-06T00:00:00Z","to":"2026-06-07T00:00:00Z"}`},
	"remove-absence":              {"/v1/staff/ishikawa@desk.example/absences/absence_zz", ``},
	"restrict-account":            {"/v1/accounts/ACCOUNT/restriction", `{"restricted":false}`},
	"grant-exception":             {"/v1/exceptions", `{"account":"ACCOUNT","product":"esx","offering":"basic","severity_from":3,"severity_to":4,"ends_at":"2030-01-01T00:00:00Z","reason":"x"}`},
	"revoke-exception":            {"/v1/exceptions/exc_zzz", ``},
	"add-handling":                {"/v1/handling-notes", `{"product":"esx","text":"x","until":"2030-01-01T00:00:00Z"}`},
	"draft-advisory":              {"/v1/advisories", `{"product":"esx","affected":["4.0"],"severity":"critical","texts":[{"language":"en","title":"x","text":"x"}]}`},
	"change-advisory":             {"/v1/advisories/ADV-9999", `{"affected":["4.0"],"severity":"critical","texts":[{"language":"en","title":"x","text":"x"}],"updated_at":"2026-01-01T00:00:00Z"}`},
	"publish-advisory":            {"/v1/advisories/ADV-9999/publication", `{"seen":"x"}`},
	"draft-alert":                 {"/v1/alerts", `{"product":"esx","kind":"patch","texts":[{"language":"en","title":"x","text":"x"}]}`},
	"send-alert":                  {"/v1/alerts/alr_zz/sending", `{"seen":"x"}`},
	"log-phone-call":              {"/v1/phone-calls", `{"line":"licence"}`},
	"add-callback":                {"/v1/callbacks", `{"name":"x"}`},
	"take-callback":               {"/v1/callbacks/CB-9999/taking", `{}`},
	"record-callback":             {"/v1/callbacks/CB-9999/calls", `{"outcome":"no_answer"}`},
	"finish-callback":             {"/v1/callbacks/CB-9999/completion", `{"text":"x"}`},
	"erase-callback":              {"/v1/callbacks/CB-9999/said", ``},
	"end-handling":                {"/v1/handling-notes/han_zzz", ``},
}

// shut are the refusals of who may not: forbidden, or not to be seen.
var shut = []string{
	"party.forbidden", "api.for_staff", "api.scope_needed", "role.not_yours_to_grant", "contract.not_found", "account.not_found", "licence.unknown",
	"api.contact_unknown", "contact.not_found", "wish.not_found", "plan.not_found",
}

// Every person against every change of people and papers, as the desk's table
// of them says.
// guide: R03, R04, R07
func TestEveryRoleAgainstEveryChangeOfParties(t *testing.T) {
	t.Parallel()
	h := open(t)
	n := 0
	caller, err := h.as("hayashi").Caller(context.Background(), h.number("sato"))
	must(t, err)
	leaver := support.Contact{
		Account: h.cast.Contacts["sato"].Account, FamilyName: "Leaver", Email: "leaver@aoba.example", Language: "ja", Zone: "Asia/Tokyo",
	}
	must(t, h.desk.AddContact(context.Background(), support.Actor{Kind: support.System}, &leaver))
	must(t, h.desk.AddProgramme(context.Background(), support.Actor{Kind: support.System}, &support.BetaProgramme{
		Key: "open", Name: "x", Kind: support.BetaPublic, Product: "esx", EndsAt: start.AddDate(1, 0, 0), Zone: "UTC"}))
	plan := func() string {
		p, err := h.desk.AddPlan(context.Background(), support.Actor{Kind: support.System}, leaver.Account, support.PlanBody{
			Title: "x", Zone: "UTC", Milestones: []support.Milestone{{Day: "2026-06-20", Product: "esx", State: support.MilestonePlanned}}})
		must(t, err)
		return "plan_" + strconv.FormatInt(p.ID, 36)
	}
	first := plan()
	wish := store.FeatureRequest{Product: "vsphere", Title: support.T("x")}
	_, err = h.desk.AddFeatureRequest(context.Background(), support.Actor{Kind: support.Customer, ID: leaver.ID}, wish)
	must(t, err)
	for _, op := range h.operations() {
		if op.Permission == "read" || op.Permission == "own" || op.Permission == "demo" || slices.Contains(support.Commands(), op.Permission) || strings.HasSuffix(op.ID, "-token") || op.ID == "change-me" || op.ID == "join-beta" {
			continue
		}
		call, ok := partyBodies[op.ID]
		if !ok {
			t.Fatalf("%s has no body here", op.ID)
		}
		for _, key := range h.cast.Keys {
			n++
			grants := h.grants("BAS-2010-0417") // an earlier call may have changed them
			fill := strings.NewReplacer("NUMBER", h.number("yamamoto"), "PRIMARY", h.number("suzuki"), "OKADA", h.number("okada"),
				"ENDO", h.number("endo"), "ACCOUNT", caller.Account.ID, "LEAVER", leaver.Number, "{n}", strconv.Itoa(n))
			path, body := fill.Replace(call[0]), fill.Replace(call[1])
			if op.ID == "remove-plan" {
				path = strings.Replace(path, first, plan(), 1) // each removes one of their own
			}
			status, problem := h.raw(op.Method, path, h.cast.Tokens[key], body)
			typ, _ := problem["type"].(string)
			_, why, _ := strings.Cut(typ, "problem:")
			allowed := h.mayParty(op.Permission, key, grants, op.ID)
			got := !slices.Contains(shut, why)
			if status >= 500 || got != allowed {
				t.Errorf("%s as %s: %d %s, allowed by the table: %v", op.ID, key, status, why, allowed)
			}
		}
	}
}

func (h *house) mayParty(act, key string, grants []support.RoleGrant, id string) bool {
	roles := h.towards(key, "", grants, "")
	if _, customer := h.cast.Contacts[key]; customer {
		roles = roles[1:] // nobody here changes their own affairs
	}
	for _, p := range desk.PartyPermissions() {
		if p.Act == act {
			return overlap(p.Roles, roles)
		}
	}
	h.t.Fatalf("%s has no row in the table of %s", id, act)
	return false
}

// locked tells whether it was the token that did not open the operation.
func locked(key string) bool { return key == "api.for_staff" || key == "api.scope_needed" }
