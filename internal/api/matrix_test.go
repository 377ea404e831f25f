package api_test

import (
	"context"
	"encoding/json"
	"maps"
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
	Parameters   []parameter           `json:"parameters"`
	Body         struct {
		Content map[string]struct {
			Schema map[string]any `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

// parameter is one of the path, the query or the head.
type parameter struct {
	Name, In string
	Required bool
	Schema   map[string]any
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

// unmet are the refusals of the table's conditions: who has the role and gets one
// of them did not pass the door. A condition that is not here decides behind it.
var unmet = map[support.Condition]string{
	support.IfOwner: "command.owner_only", support.IfReceiver: "command.receiver_only",
	support.IfOwnEntry: "redaction.not_yours", support.IfAuthor: "comment.withdraw_own",
	support.IfTechnical: "command.technical_only", support.IfCS: "command.cs_only", support.IfBeta: "command.beta_only",
}

// meets tells whether a person meets a condition on a request as it stands now;
// the entry that a command names is the first, its filing.
func meets(c support.Condition, by support.Actor, roles []support.Role, facts []support.Fact) bool {
	var r support.Request
	support.Fold(&r, facts...)
	switch c {
	case support.IfOwner:
		return r.Owner == 0 || r.Owner == by.ID || slices.Contains(roles, support.RoleDuty)
	case support.IfReceiver:
		return r.HandOver == nil || r.HandOver.To == by.ID
	case support.IfOwnEntry, support.IfAuthor:
		return facts[0].By == by
	case support.IfTechnical:
		return r.Filed.Kind == support.Technical
	case support.IfCS:
		return r.Filed.Kind == support.CS
	case support.IfBeta:
		return r.Filed.Beta != 0
	}
	return true
}

// A relation is a request and what persons are to it.
type relation struct {
	number, opener, contract string
	id                       int64
	offered                  bool // it has an owner, and is on offer to another
}

const watcherOfAll = "weber"

// relations files requests to which the cast stands in every relation, and on
// which every condition of the table is met by some and not by others.
func (h *house) relations() []relation {
	h.t.Helper()
	ctx := context.Background()
	must(h.t, h.desk.AddProgramme(ctx, support.Actor{Kind: support.System}, &support.BetaProgramme{
		Key: "open", Name: "x", Kind: support.BetaPublic, Product: "esx", EndsAt: start.AddDate(1, 0, 0), Zone: "UTC"}))
	_, err := h.as("mia").JoinBeta(ctx, "open")
	must(h.t, err)
	told := sev3()
	told.Channel, told.Contact = "phone", h.number("tanaka")
	list := []relation{
		{number: h.file("tanaka", sev3()).Number, opener: "tanaka", contract: "PRD-2010-1102"},
		{number: h.file("okada", client.File{Kind: "cs_request", Title: "keys", Topic: "licence", Contract: "BAS-2010-0417"}).Number, opener: "okada", contract: "BAS-2010-0417"},
		{number: h.file("mia", client.File{Kind: "sr", Title: "sound", Channel: "portal", Product: "fusion", Version: "3.0", Severity: 4}).Number, opener: "mia"},
		{number: h.file("ito", told).Number, opener: "tanaka", contract: "PRD-2010-1102", offered: true},
		{number: h.file("mia", client.File{Kind: "sr", Beta: "open", BetaSort: "bug", Title: "hangs", Channel: "portal"}).Number, opener: "mia"},
	}
	for i := range list {
		id, err := support.ParseNumber(list[i].number)
		must(h.t, err)
		must(h.t, h.store.Update(ctx, func(tx *store.Tx) error { return tx.AddWatcher(id, h.cast.Contacts[watcherOfAll].ID) }))
		list[i].id = id
	}
	return list
}

// A person is one of the cast towards a request.
type person struct {
	key   string
	by    support.Actor
	roles []support.Role
	party bool // the request exists for them
}

func (h *house) person(key string, r relation, grants []support.RoleGrant) person {
	p := person{key: key, roles: h.towards(key, r.opener, grants, watcherOfAll)}
	if m, ok := h.cast.Staff[key]; ok {
		p.by = support.Actor{Kind: support.Vendor, ID: m.ID}
	} else {
		p.by = support.Actor{Kind: support.Customer, ID: h.cast.Contacts[key].ID}
	}
	p.party = p.by.Kind == support.Vendor || overlap(p.roles, []support.Role{
		support.RoleOpener, support.RoleSupportAdmin, support.RoleLicencePrimary, support.RoleWatcher})
	return p
}

// engineer joins the cast, with the one role of engineering: all others of the
// staff may do by another role what a condition keeps from that one.
func (h *house) engineer(key string) {
	h.t.Helper()
	ctx := context.Background()
	m := support.Staff{FamilyName: "Sakai", Email: key + "@desk.example", Language: "ja", Zone: "Asia/Tokyo",
		Roles: []support.Role{support.RoleEngineering}, Site: "tokyo", Active: true}
	must(h.t, h.desk.AddStaff(ctx, support.Actor{Kind: support.System}, &m))
	by := support.Actor{Kind: support.Vendor, ID: m.ID}
	secret, err := h.desk.AddToken(ctx, by, &store.Token{Actor: by, Name: "matrix", Scopes: []string{"read", "write", "staff"}})
	must(h.t, err)
	h.cast.Staff[key], h.cast.Tokens[key] = m, secret
	h.cast.Keys = append(h.cast.Keys, key)
}

// A tally counts how often a condition alone decided, met and not met.
type tally map[support.Condition]map[bool]int

// allows is what the table says: whether a person may give a command on a
// request as it stands now.
func (h *house) allows(command string, p person, r relation, seen tally) bool {
	h.t.Helper()
	var hang []support.Condition // what it hangs on
	for _, line := range support.Permissions() {
		if !p.party || line.Command != command || !overlap(line.Roles, p.roles) {
			continue
		}
		if _, atDoor := unmet[line.If]; !atDoor {
			return true
		}
		hang = append(hang, line.If)
	}
	if len(hang) == 0 {
		return false
	}
	facts, err := h.store.Facts(context.Background(), store.Viewer{Actor: support.Actor{Kind: support.System}}, r.id)
	must(h.t, err)
	met := func(c support.Condition) bool { return meets(c, p.by, p.roles, facts) }
	allowed := slices.ContainsFunc(hang, met)
	if len(hang) == 1 {
		if seen[hang[0]] == nil {
			seen[hang[0]] = map[bool]int{}
		}
		seen[hang[0]][allowed]++
	}
	return allowed
}

// try gives a command as a person, and compares with what the table allows.
func (h *house) try(op operation, p person, r relation, seen tally) {
	h.t.Helper()
	body, ok := bodies[op.ID]
	if !ok {
		h.t.Fatalf("%s has no body here", op.ID)
	}
	if r.offered && (op.ID == "accept-hand-over" || op.ID == "decline-hand-over") {
		h.offer(r.number)
	}
	allowed := h.allows(op.Permission, p, r, seen)
	path := strings.NewReplacer("{number}", r.number, "{n}", "1", "{seq}", "1", "{defect}", "D-1001", "{watcher}", h.number("endo")).Replace(op.Path)
	status, problem := h.raw(op.Method, path, h.cast.Tokens[p.key], strings.ReplaceAll(body, "NUMBER", h.number("endo")))
	typ, _ := problem["type"].(string)
	_, why, _ := strings.Cut(typ, "problem:")
	shut := why == "command.forbidden" || why == "request.not_found" || slices.Contains(slices.Collect(maps.Values(unmet)), why)
	got := !shut && !locked(why)
	switch {
	case got != allowed || status == http.StatusUnauthorized || status >= 500:
		h.t.Errorf("%s as %s %v on %s's request: %d %s, allowed by the table: %v", op.ID, p.key, p.roles, r.opener, status, why, allowed)
	case !p.party && status != http.StatusNotFound && !locked(why):
		h.t.Errorf("%s as %s, no party to %s's request: %d %s", op.ID, p.key, r.opener, status, why)
	}
}

// Every person against every command on requests to which they stand in every
// relation: what the permission table allows, its conditions included, passes the
// door, all else is forbidden, and to who is no party to the request it does not
// exist.
// guide: R05, A13
func TestEveryRoleAgainstEveryCommand(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.engineer("sakai")
	commands := slices.DeleteFunc(h.operations(), func(o operation) bool {
		return !slices.Contains(support.Commands(), o.Permission) || o.Permission == "file"
	})
	if len(commands) != len(bodies) {
		t.Fatalf("%d commands have an operation, %d have a body here", len(commands), len(bodies))
	}
	seen := tally{}
	for _, r := range h.relations() {
		grants := h.grants(r.contract)
		for _, key := range h.cast.Keys {
			p := h.person(key, r, grants)
			for _, op := range commands {
				h.try(op, p, r, seen)
			}
		}
	}
	for c := range unmet {
		if seen[c][true] == 0 || seen[c][false] == 0 {
			t.Errorf("%s: met %d times, not met %d times", c, seen[c][true], seen[c][false])
		}
	}
}

// offer sees to it that a request is on offer from one engineer to another.
func (h *house) offer(number string) {
	h.t.Helper()
	ctx, duty := context.Background(), h.as("watanabe")
	r, err := duty.Request(ctx, number)
	must(h.t, err)
	if r.HandOver != nil {
		return
	}
	if r.Completion != nil {
		_, err := duty.Command(ctx, number, "reopening", client.Text{Text: "x"})
		must(h.t, err)
	}
	if r.Owner == nil {
		_, err := duty.Command(ctx, number, "assignment", client.Assignment{Staff: "ito@desk.example"})
		must(h.t, err)
	}
	to := "byrne@desk.example"
	if r.Owner != nil && r.Owner.Email == to {
		to = "ito@desk.example"
	}
	_, err = duty.Command(ctx, number, "hand-over", client.HandOverNotice{To: to, Ground: "expertise",
		Note: client.HandOverNote{State: "x", Next: "x", Promises: "none", DoNot: "none"}})
	must(h.t, err)
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
	"invite-user":                 {"/v1/users/LEAVER/invitation", `{}`},
	"reset-user":                  {"/v1/users/LEAVER/reset", `{}`},
	"remove-factor":               {"/v1/users/LEAVER/factors/app", ``},
	"end-sessions":                {"/v1/users/LEAVER/sessions/all", ``},
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
	"redact-broadcast":            {"/v1/broadcasts/brc_1/redaction", `{"ground":"secret"}`},
	"redact-defect":               {"/v1/defects/D-1001/history/1/redaction", `{"ground":"secret"}`},
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
	"add-webhook":                 {"/v1/webhooks", `{"name":"x","url":"https://receiver.example/"}`},
	"change-webhook":              {"/v1/webhooks/wh_zz", `{"name":"x"}`},
	"rotate-webhook":              {"/v1/webhooks/wh_zz/secret", ``},
	"set-webhook-state":           {"/v1/webhooks/wh_zz/state", `{"state":"enabled"}`},
	"test-webhook":                {"/v1/webhooks/wh_zz/test", ``},
	"remove-webhook":              {"/v1/webhooks/wh_zz", ``},
	"add-mailbox":                 {"/v1/mailboxes", `{"name":"x","address":"x@desk.example","host":"imap.example:993","user":"x","password":"x"}`},
	"change-mailbox":              {"/v1/mailboxes/mbx_zz", `{"folder":"x"}`},
	"test-mailbox":                {"/v1/mailboxes/mbx_zz/test", ``},
	"remove-mailbox":              {"/v1/mailboxes/mbx_zz", ``},
	"add-suppression":             {"/v1/suppressions", `{"email":"x@nowhere.example"}`},
	"remove-suppression":          {"/v1/suppressions/sup_zz", ``},
}

// shut are the refusals of who may not: forbidden, or not to be seen.
var shut = []string{
	"party.forbidden", "api.for_staff", "api.scope_needed", "role.not_yours_to_grant", "contract.not_found", "account.not_found", "licence.unknown",
	"api.contact_unknown", "contact.not_found", "wish.not_found", "plan.not_found", "api.user_unknown",
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
