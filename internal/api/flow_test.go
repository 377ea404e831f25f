package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/support"
)

// A call on Saturday night: who calls, what is covered, after-hours support
// bought, used and ended by agreement.
// guide: R08, R16, R18, R33, R34
func TestASaturdayNightCall(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	hayashi := h.as("hayashi")
	spoken := h.number("sato")
	caller, err := hayashi.Caller(ctx, spoken[:4]+" "+spoken[4:7]+"-"+spoken[7:])
	must(t, err)
	if caller.Contact.CustomerNumber != spoken || caller.Contact.Phone == "" || len(caller.Contracts) != 1 || caller.Contracts[0].Offering != "basic" {
		t.Errorf("screen: %+v", caller)
	}
	if _, err := h.as("suzuki").Caller(ctx, spoken); client.CodeOf(err) != "forbidden" {
		t.Errorf("a customer looks somebody up: %v", err)
	}
	all, err := hayashi.Entitlement(ctx, client.EntitlementQuery{Contact: spoken, Product: "esx", Version: "4.0", Channel: "phone", Environment: "production"})
	must(t, err)
	if len(all.Receipts) != 4 || !all.Allowed {
		t.Fatalf("%d receipts, allowed %v", len(all.Receipts), all.Allowed)
	}
	due := time.Date(2026, 6, 8, 4, 30, 0, 0, time.UTC)
	k := all.Receipts[0].Coverage
	if k == nil || k.Target == nil || !k.Target.DueAt.Equal(due) || k.AfterHours != "purchasable" || k.OpenNow {
		t.Errorf("severity 1: %+v", k)
	}
	res := h.file("hayashi", client.File{
		Kind: "sr", Title: "ESX host down", Channel: "phone", Contact: spoken, Contract: "BAS-2010-0417", Product: "esx", Version: "4.0",
		Severity: 1, Criteria: []string{"production_down"}, Details: client.Details{
			Environment: ptr("production"), Impact: ptr("all orders stopped"), RecentChanges: ptr("firmware 01:10"), Severity1: ptr([]string{spoken})},
	})
	if res.Request.Contact.CustomerNumber != spoken || res.Request.Channel != "phone" || len(res.Request.Details.Severity1) != 1 {
		t.Errorf("filed as %+v", res.Request)
	}
	caller, err = hayashi.Caller(ctx, spoken)
	must(t, err)
	if len(caller.Requests) != 1 || caller.Requests[0].Number != res.Number {
		t.Errorf("open requests on the screen: %+v", caller.Requests)
	}
	h.nightWork(res.Number)
}

// nightWork buys after-hours support by phone, uses it, and ends it.
func (h *house) nightWork(number string) {
	t, ctx, hayashi, ito := h.t, context.Background(), h.as("hayashi"), h.as("ito")
	offered, err := hayashi.Command(ctx, number, "after-hours/offer", client.AfterHoursOffer{Price: "USD 500", Order: "PO-1"})
	must(t, err)
	if a := offered.Request.AfterHours; a == nil || a.State != "offered" || a.Price != "USD 500" || a.Order != "PO-1" {
		t.Errorf("offer: %+v", a)
	}
	_, err = hayashi.Command(ctx, number, "after-hours/confirmation", client.Agreement{})
	refused(t, err, http.StatusUnprocessableEntity, "consent.needed")
	bought, err := hayashi.Command(ctx, number, "after-hours/confirmation", client.Agreement{Consent: &client.Consent{How: "phone"}})
	must(t, err)
	if a := bought.Request.AfterHours; a.State != "active" || !a.PurchasedAt.Equal(h.clock.Now()) {
		t.Errorf("purchase: %+v", a)
	}
	targets, err := h.as("sato").Targets(ctx, number)
	must(t, err)
	last := targets[len(targets)-1]
	if last.Metric != "after_hours_response" || !last.DueAt.Equal(h.clock.Now().Add(30*time.Minute)) || targets[1].State != "replaced" {
		t.Errorf("targets: %+v", targets)
	}
	h.advance(19 * time.Minute)
	reached, err := ito.LogContact(ctx, number, client.Contact{Channel: "phone", Outcome: "connected", Text: "rolled back"})
	must(t, err)
	if reached.Request.Owner == nil || reached.Request.Owner.Email != "ito@desk.example" {
		t.Errorf("owner: %+v", reached.Request.Owner)
	}
	h.advance(135 * time.Minute)
	_, err = ito.Command(ctx, number, "after-hours/end-proposal", client.AfterHoursEnding{Ground: "workaround", Severity: 3})
	must(t, err)
	ended, err := ito.Command(ctx, number, "after-hours/end-agreement", client.Agreement{Consent: &client.Consent{How: "phone"}})
	must(t, err)
	if a := ended.Request.AfterHours; a.State != "ended" || a.Seconds != 154*60 || ended.Request.Severity != 3 {
		t.Errorf("end: %+v, severity %d", a, ended.Request.Severity)
	}
	kinds := []string{}
	for _, e := range ended.Events {
		kinds = append(kinds, e.Kind)
	}
	if !slices.Contains(kinds, "after_hours_ended") || !slices.Contains(kinds, "severity_changed") {
		t.Errorf("events: %v", kinds)
	}
}

// A raise, an escalation with its plan and checks, and silence readable at any time.
// guide: R29, R46, R49
func TestRaiseEscalationAndSilence(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	h.advance(57 * time.Hour)
	tanaka, ito, watanabe := h.as("tanaka"), h.as("ito"), h.as("watanabe")
	n := h.file("tanaka", sev3()).Number
	_, err := ito.Comment(ctx, n, client.Comment{Text: "Looking at it."})
	must(t, err)
	raised, err := tanaka.Command(ctx, n, "severity/raise", client.SeverityRaise{To: 1, Impact: "outage", Dedicated: []string{h.number("tanaka")}})
	must(t, err)
	if r := raised.Request.Raise; r == nil || r.To != 1 || r.Impact != "outage" || raised.Request.Severity != 3 {
		t.Errorf("raise: %+v", raised.Request)
	}
	granted, err := ito.Command(ctx, n, "severity/grant", nil)
	must(t, err)
	if granted.Request.Severity != 1 || granted.Request.Raise != nil {
		t.Errorf("granted: %+v", granted.Request)
	}
	milestone := h.clock.Now().Add(20 * time.Hour)
	_, err = tanaka.Command(ctx, n, "escalation", client.EscalationCall{Statement: "s", Impact: "i", Reason: "r", Phoned: true, MilestoneAt: milestone})
	must(t, err)
	_, err = watanabe.Command(ctx, n, "escalation/assignment", client.EscalationAssignment{Engineer: "nishida@desk.example"})
	must(t, err)
	planned, err := watanabe.Command(ctx, n, "escalation/plan", client.ActionPlan{Steps: []client.PlanStep{{Text: "roll back", CheckpointAt: h.clock.Now().Add(time.Hour)}}})
	must(t, err)
	e := mustRequest(t, tanaka, n).Escalation
	if e == nil || e.State != "active" || e.Manager.Email != "watanabe@desk.example" || e.Engineer.Email != "nishida@desk.example" ||
		len(e.Plan) != 1 || e.Plan[0].Text != "roll back" || len(e.Checks) == 0 || e.Checks[0].Text == "" || !e.MilestoneAt.Equal(milestone) {
		t.Errorf("escalation: %+v", e)
	}
	if planned.Request.Priority != 1 {
		t.Errorf("priority %d", planned.Request.Priority)
	}
	_, err = ito.Command(ctx, n, "contacts", client.Contact{Channel: "mail", Outcome: "sent", Text: "are you there?"})
	must(t, err)
	s := mustRequest(t, tanaka, n).Silence
	if s == nil || s.Attempts != 1 || s.Needed != 3 || !s.EarliestAt.Equal(h.clock.Now().Add(240*time.Hour)) || !strings.Contains(s.Text, "3") {
		t.Errorf("silence: %+v", s)
	}
	_, err = ito.Command(ctx, n, "attempts/1/void", client.Void{Why: "bounced"})
	must(t, err)
	_, err = ito.Command(ctx, n, "waiting", client.Wait{Kind: "waiting_third_party", Until: h.clock.Now().Add(24 * time.Hour), Reason: "vendor"})
	must(t, err)
	if w := mustRequest(t, tanaka, n).Waiting; w == nil || w.Kind != "waiting_third_party" {
		t.Errorf("waiting: %+v", w)
	}
	resumed, err := ito.Withdraw(ctx, n, "waiting", nil)
	must(t, err)
	if resumed.Request.Waiting != nil {
		t.Errorf("still waiting: %+v", resumed.Request.Waiting)
	}
}

// A contract's people change through the API; rights change at once.
// guide: R02, R03, R04, R07
func TestAContractsPeople(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	const number = "BAS-2010-0417"
	suzuki, mori := h.as("suzuki"), h.as("mori")
	mine, err := h.as("sato").Contracts(ctx, "")
	must(t, err)
	if len(mine) != 1 || mine[0].SupportAdmins != (client.Seats{Taken: 3, Max: 4}) || len(mine[0].Licences) != 0 || mine[0].MyRoles[0] != "role_support_admin" {
		t.Errorf("what an SA sees: %+v", mine)
	}
	okada, err := h.as("okada").Contract(ctx, number)
	must(t, err)
	if len(okada.Licences) != 1 || okada.Licences[0].OpenedTo != nil {
		t.Errorf("what an SLA sees: %+v", okada.Licences)
	}
	for _, stranger := range []string{"tanaka", "yamamoto"} {
		_, err = h.as(stranger).Contract(ctx, number)
		refused(t, err, http.StatusNotFound, "contract.not_found")
	}
	grown, err := suzuki.GrantRole(ctx, number, h.number("yamamoto"), "role_support_admin")
	must(t, err)
	if grown.SupportAdmins.Taken != 4 {
		t.Errorf("seats: %+v", grown.SupportAdmins)
	}
	_, err = suzuki.GrantRole(ctx, number, h.number("okada"), "role_support_admin")
	refused(t, err, http.StatusConflict, "role.cap_reached")
	_, err = suzuki.ReplacePrimary(ctx, number, h.number("yamamoto"))
	refused(t, err, http.StatusForbidden, "party.forbidden")
	_, err = mori.ReplacePrimary(ctx, number, h.number("yamamoto"))
	refused(t, err, http.StatusForbidden, "party.forbidden")
	swapped, err := h.as("ishikawa").ReplacePrimary(ctx, number, h.number("yamamoto"))
	must(t, err)
	primaries := 0
	for _, r := range swapped.Roles {
		if r.Role == "role_licence_primary" {
			primaries++
			if r.CustomerNumber != h.number("yamamoto") {
				t.Errorf("the PLA is %+v", r)
			}
		}
	}
	if primaries != 1 {
		t.Errorf("%d PLAs", primaries)
	}
	_, err = suzuki.RevokeRole(ctx, number, h.number("endo"), "role_support_admin")
	refused(t, err, http.StatusNotFound, "contract.not_found")
	_, err = h.as("yamamoto").RevokeRole(ctx, number, h.number("endo"), "role_support_admin")
	must(t, err)
	_, err = mori.Contract(ctx, "BAS-0000-0000")
	refused(t, err, http.StatusNotFound, "contract.not_found")
}

// A licence is split on a CS request that the PLA approved; keys are seen by
// those to whom they belong.
// guide: R03, R04, R07
func TestALicenceIsSplit(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	mori := h.as("mori")
	n := h.file("sato", client.File{Kind: "cs_request", Title: "split our key", Topic: "licence", Contract: "BAS-2010-0417"}).Number
	split := client.LicenceSplit{Licence: "AOBA1-ESX40-20CPU-7Q3ND", Parts: []int{12, 8}, Keys: []string{"canary-A", "canary-B"}}
	_, err := mori.Command(ctx, n, "licence-split", split)
	refused(t, err, http.StatusConflict, "approval.needed")
	approved, err := h.as("suzuki").Command(ctx, n, "approval", nil)
	must(t, err)
	if a := approved.Request.Approval; a == nil || !a.Given {
		t.Errorf("approval: %+v", a)
	}
	done, err := mori.Command(ctx, n, "licence-split", split)
	must(t, err)
	if data := string(done.Events[0].Data); !strings.Contains(data, "canary-A") || !strings.Contains(data, "AOBA1") {
		t.Errorf("the licence team sees %s", data)
	}
	for key, sees := range map[string]bool{"suzuki": true, "sato": false} {
		events, err := h.as(key).AllEvents(ctx, n)
		must(t, err)
		i := slices.IndexFunc(events, func(e client.Event) bool { return e.Kind == "licence_split" })
		if i < 0 || strings.Contains(string(events[i].Data), "canary-A") != sees {
			t.Errorf("%s sees %+v", key, events)
		}
	}
}

func TestTokensAndProfile(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	sato, ishikawa := h.as("sato"), h.as("ishikawa")
	made, err := sato.MakeToken(ctx, client.NewToken{Name: "laptop", Scopes: []string{"read"}})
	must(t, err)
	reader := h.as("sato")
	reader.Token = made.Secret
	me, err := reader.Me(ctx)
	must(t, err)
	if me.CustomerNumber != h.number("sato") || me.Kind != "customer" || !slices.Equal(me.Scopes, []string{"read"}) {
		t.Errorf("me: %+v", me)
	}
	_, err = reader.File(ctx, sev3())
	refused(t, err, http.StatusForbidden, "api.scope_needed")
	_, err = reader.MakeToken(ctx, client.NewToken{Name: "more", Scopes: []string{"write"}})
	refused(t, err, http.StatusForbidden, "api.scope_needed")
	_, err = sato.MakeToken(ctx, client.NewToken{Name: "more", Scopes: []string{"admin"}})
	refused(t, err, http.StatusForbidden, "api.scope_missing")
	_, err = sato.MakeToken(ctx, client.NewToken{Name: "theirs", Scopes: []string{"read"}, Holder: "ito@desk.example"})
	refused(t, err, http.StatusForbidden, "api.token_for_other")
	_, err = sato.MakeToken(ctx, client.NewToken{Name: "suzuki's", Scopes: []string{"read"}, Holder: h.number("suzuki")})
	refused(t, err, http.StatusForbidden, "api.token_for_other")
	theirs, err := ishikawa.MakeToken(ctx, client.NewToken{Name: "ito's", Scopes: []string{"read", "staff"}, Holder: "ito@desk.example"})
	must(t, err)
	if theirs.Holder != "ito@desk.example" || theirs.Secret == "" {
		t.Errorf("made %+v", theirs.Token)
	}
	own, err := sato.Tokens(ctx)
	must(t, err)
	if len(own) != 2 {
		t.Errorf("%d tokens of one's own", len(own))
	}
	err = h.as("suzuki").RevokeToken(ctx, made.ID)
	refused(t, err, http.StatusNotFound, "token.not_found")
	must(t, sato.RevokeToken(ctx, made.ID))
	_, err = reader.Me(ctx)
	refused(t, err, http.StatusUnauthorized, "token.revoked")
	must(t, sato.Do(ctx, http.MethodPatch, "/v1/me", map[string]string{"zone": "Europe/Berlin", "phone": "+49 1"}, &me))
	if me.Zone != "Europe/Berlin" || me.Phone != "+49 1" || me.FamilyName != "佐藤" {
		t.Errorf("profile: %+v", me)
	}
}

// A token that only writes does not read by writing.
func TestAWritingTokenReadsNothing(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	made, err := h.as("tanaka").MakeToken(ctx, client.NewToken{Name: "monitor", Scopes: []string{"write"}})
	must(t, err)
	status, got := h.raw(http.MethodPost, "/v1/requests", made.Secret,
		`{"kind":"sr","title":"x","text":"y","product":"vsphere","version":"4.0","severity":3}`)
	number, _ := got["number"].(string)
	if status != http.StatusCreated || number == "" || got["version"] == nil || len(got) != 2 {
		t.Fatalf("filing answered %d %v, want number and version alone", status, got)
	}
	status, got = h.raw(http.MethodPost, "/v1/requests/"+number+"/comments", made.Secret, `{"text":"more"}`)
	if status != http.StatusOK || len(got) != 2 {
		t.Errorf("a comment answered %d %v, want number and version alone", status, got)
	}
	r, err := h.as("tanaka").Request(ctx, number)
	must(t, err)
	if r.Number != number || float64(r.Version) != got["version"] {
		t.Errorf("told %v, the request is %s at %d", got, r.Number, r.Version)
	}
}

// What a policy lists is the policy's to know: an unknown word of it is refused
// in words that say what to do.
func TestWordsOfThePolicyAreTheCoresToJudge(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	n := h.file("tanaka", sev3()).Number
	ito := h.as("ito")
	_, err := ito.Command(ctx, n, "assignment", client.Assignment{})
	must(t, err)
	_, err = ito.Command(ctx, n, "hand-over", client.HandOverNotice{To: "byrne@desk.example", Ground: "holiday"})
	refused(t, err, http.StatusUnprocessableEntity, "hand_over.ground_unknown")
	_, err = ito.Command(ctx, n, "waiting", client.Wait{Kind: "weather"})
	refused(t, err, http.StatusUnprocessableEntity, "waiting.kind_unknown")
}

func TestPolicyAndClock(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	p, err := h.as("mia").Policy(ctx)
	must(t, err)
	if p.Pack != "classic-2010@1" || len(p.Severities) != 4 || len(p.Asks) != 9 || len(p.Products) != 8 || len(p.Severities[0].Definition) != 4 {
		t.Errorf("policy: %+v", p)
	}
	for _, topic := range p.Topics {
		if topic.Text == "" {
			t.Errorf("topic %s has no words", topic.ID)
		}
	}
	guide, err := h.as("mia").Guide(ctx, "ja")
	must(t, err)
	if !strings.Contains(guide, "重要度") {
		t.Errorf("the guide in Japanese is %.200q", guide)
	}
	to := start.Add(90 * time.Minute)
	now, err := h.as("ito").Advance(ctx, to)
	must(t, err)
	if !now.Now.Equal(to) {
		t.Errorf("the clock says %s", now.Now)
	}
	status, problem := h.raw(http.MethodPost, "/v1/demo/clock", h.cast.Tokens["ito"], `{"seconds":60}`)
	if status != http.StatusOK || problem["now"] != to.Add(time.Minute).Format(time.RFC3339) {
		t.Errorf("%d %v", status, problem)
	}
	if status, _ := h.raw(http.MethodPost, "/v1/demo/clock", h.cast.Tokens["ito"], `{}`); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty step gives %d", status)
	}
}

// On a desk without a demo it is the administrator who lets a contact in.
func TestAdminsMakeTokensForContacts(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	ishikawa := h.as("ishikawa")
	made, err := ishikawa.MakeToken(ctx, client.NewToken{Name: "portal", Scopes: []string{"read", "write"}, Holder: h.number("tanaka")})
	must(t, err)
	tanaka := h.as("tanaka")
	tanaka.Token = made.Secret
	me, err := tanaka.Me(ctx)
	must(t, err)
	if me.Kind != "customer" || me.CustomerNumber != h.number("tanaka") || made.CustomerNumber != me.CustomerNumber || made.Holder != me.Email {
		t.Errorf("made %+v for %+v", made.Token, me)
	}
	_, err = tanaka.File(ctx, sev3())
	must(t, err)
	_, err = ishikawa.MakeToken(ctx, client.NewToken{Name: "x", Scopes: []string{"staff"}, Holder: h.number("tanaka")})
	refused(t, err, http.StatusForbidden, "token.scope_not_yours")
	_, err = ishikawa.MakeToken(ctx, client.NewToken{Name: "x", Scopes: []string{"read"}, Holder: string(support.CustomerNumber("100000001"))})
	refused(t, err, http.StatusUnprocessableEntity, "api.contact_unknown")
	_, err = ishikawa.MakeToken(ctx, client.NewToken{Name: "x", Scopes: []string{"read"}, Holder: "nobody@desk.example"})
	refused(t, err, http.StatusUnprocessableEntity, "api.holder_unknown")
	own, err := tanaka.MakeToken(ctx, client.NewToken{Name: "own", Scopes: []string{"read"}, Holder: h.number("tanaka")})
	must(t, err)
	if own.CustomerNumber != h.number("tanaka") {
		t.Errorf("a token for oneself by number: %+v", own)
	}
	_, err = h.as("hayashi").MakeToken(ctx, client.NewToken{Name: "x", Scopes: []string{"read"}, Holder: h.number("tanaka")})
	refused(t, err, http.StatusForbidden, "api.token_for_other")
}

// What customers agree to over the API is not told as said in the portal; who
// lowers their own severity agrees with nobody, unless it ends after-hours
// support.
func TestAgreementsOverTheAPISaySo(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka := h.as("tanaka")
	n := h.file("tanaka", sev3()).Number
	lowered, err := tanaka.Command(ctx, n, "severity/lowering", map[string]any{"to": 4, "consent": map[string]string{"how": "phone"}})
	must(t, err)
	if s := said(lowered, "severity_changed"); s == "" || strings.Contains(s, "agreed") {
		t.Errorf("lowered: %q", s)
	}
	res := h.file("sato", client.File{
		Kind: "sr", Title: "ESX host down", Contract: "BAS-2010-0417", Product: "esx", Version: "4.0", Channel: "portal",
		Severity: 1, Criteria: []string{"production_down"}, Details: client.Details{
			Environment: ptr("production"), Impact: ptr("all orders stopped"), Severity1: ptr([]string{h.number("sato")})},
	})
	_, err = h.as("hayashi").Command(ctx, res.Number, "after-hours/offer", client.AfterHoursOffer{Price: "USD 500", Order: "PO-1"})
	must(t, err)
	bought, err := h.as("sato").Command(ctx, res.Number, "after-hours/confirmation", nil)
	must(t, err)
	if s := said(bought, "after_hours_purchased"); !strings.Contains(s, "(API)") {
		t.Errorf("bought: %q", s)
	}
	lowered, err = h.as("sato").Command(ctx, res.Number, "severity/lowering", map[string]any{"to": 3})
	must(t, err)
	if s := said(lowered, "after_hours_ended"); !strings.Contains(s, "(API)") {
		t.Errorf("ended: %q", s)
	}
}

// said is the sentence for the first event of a kind.
func said(r client.Result, kind string) string {
	for _, e := range r.Events {
		if e.Kind == kind {
			return e.Text
		}
	}
	return ""
}
