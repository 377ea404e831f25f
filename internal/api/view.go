package api

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// person is somebody of the customer's side.
type person struct {
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number,omitempty" doc:"Shown to staff and to the person"`
}

// member is somebody of the vendor's side.
type member struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// account is an organisation.
type account struct {
	ID      string `json:"id" doc:"Opaque"`
	Name    string `json:"name"`
	Country string `json:"country,omitempty"`
}

// requestView is the whole view of a request.
type requestView struct {
	Number           string             `json:"number" example:"123-456-789"`
	Version          int64              `json:"version" doc:"Seq of the last fact"`
	Kind             string             `json:"kind" enum:"sr,cs_request"`
	Title            string             `json:"title"`
	Stage            string             `json:"stage" enum:"opened,worked_on,completed"`
	Turn             string             `json:"turn" enum:"support,customer,third_party,nobody"`
	Severity         int                `json:"severity,omitempty"`
	Priority         int                `json:"priority,omitempty" doc:"Staff only"`
	FiledAt          time.Time          `json:"filed_at"`
	ChangedAt        time.Time          `json:"changed_at"`
	Contact          person             `json:"contact"`
	Account          account            `json:"account"`
	Contract         string             `json:"contract,omitempty"`
	Offering         string             `json:"offering,omitempty"`
	Product          string             `json:"product,omitempty"`
	ProductVersion   string             `json:"product_version,omitempty"`
	Region           string             `json:"region,omitempty"`
	Language         string             `json:"language,omitempty"`
	PreferredChannel string             `json:"preferred_channel,omitempty"`
	Channel          string             `json:"channel,omitempty"`
	Text             string             `json:"text,omitempty"`
	Follows          string             `json:"follows,omitempty"`
	Beta             string             `json:"beta,omitempty" doc:"The beta programme in which it was filed"`
	BetaSort         string             `json:"beta_sort,omitempty" enum:"bug,feature,feedback"`
	FollowedBy       []string           `json:"followed_by,omitempty" doc:"SR numbers of requests that follow this one"`
	Duplicates       []string           `json:"duplicates,omitempty" doc:"SR numbers of requests that were completed as duplicates of this one"`
	Type             string             `json:"type,omitempty" enum:"experimental_feedback" doc:"Absent: any other technical request"`
	Scope            string             `json:"scope,omitempty"`
	Evidence         []evidenceBody     `json:"evidence,omitempty"`
	Feature          string             `json:"feature,omitempty"`
	Details          detailsView        `json:"details"`
	Duty             *dutyView          `json:"duty,omitempty" doc:"What the customer does in return at this severity"`
	Plans            []planView         `json:"plans,omitempty" doc:"The account's plans of which a milestone of the product is on the day of filing, or near (R56)"`
	Owner            *member            `json:"owner,omitempty"`
	Owners           []ownershipView    `json:"owners"`
	Queue            string             `json:"queue,omitempty" doc:"Staff only"`
	QueuedSince      time.Time          `json:"queued_since,omitzero" doc:"Staff only"`
	Seconds          []member           `json:"seconds,omitempty" doc:"Who works on it beside the owner; staff only"`
	Offer            *offerView         `json:"offer,omitempty" doc:"Staff only"`
	HandOver         *handOverView      `json:"hand_over,omitempty"`
	Page             *pageView          `json:"page,omitempty" doc:"Staff only"`
	Waiting          *waitingView       `json:"waiting,omitempty"`
	Watchers         []watcherView      `json:"watchers"`
	Asks             []askView          `json:"asks"`
	Defects          []linkedDefect     `json:"defects,omitempty"`
	Promises         []promiseView      `json:"promises"`
	Held             []heldView         `json:"held,omitempty" doc:"Comments that the customer does not see yet; staff only"`
	Reproductions    []reproductionView `json:"reproductions,omitempty"`
	RootCause        *rootCauseView     `json:"root_cause,omitempty"`
	ThirdParties     []thirdPartyView   `json:"third_parties,omitempty" doc:"Components of other vendors (R39)"`
	Guest            *guestAdviceView   `json:"guest,omitempty" doc:"The way to support of another vendor's guest software (R40, R41)"`
	Silence          *silenceView       `json:"silence,omitempty"`
	Raise            *raiseView         `json:"raise,omitempty"`
	Lowering         *loweringView      `json:"lowering,omitempty"`
	AfterHours       *afterHoursView    `json:"after_hours,omitempty"`
	Escalation       *escalationView    `json:"escalation,omitempty"`
	Proposal         *proposalView      `json:"proposal,omitempty"`
	Completion       *completionView    `json:"completion,omitempty"`
	Survey           *surveyView        `json:"survey,omitempty"`
	Approval         *approvalView      `json:"approval,omitempty"`
	Next             *nextView          `json:"next,omitempty" doc:"The open clock that is due first"`
	Advice           []adviceView       `json:"advice,omitempty" doc:"What the customer can do now; to customers only"`
	Restriction      *restrictionView   `json:"restriction,omitempty" doc:"Staff only"`
	Handling         []handlingView     `json:"handling,omitempty" doc:"Special handling notes that hold; staff only"`
}

type detailsView struct {
	Reference     string       `json:"reference,omitempty"`
	Environment   string       `json:"environment,omitempty"`
	Component     string       `json:"component,omitempty"`
	ErrorString   string       `json:"error_string,omitempty"`
	RecentChanges string       `json:"recent_changes,omitempty"`
	Impact        string       `json:"impact,omitempty"`
	Workaround    string       `json:"workaround,omitempty"`
	Milestone     string       `json:"milestone,omitempty"`
	MilestoneAt   time.Time    `json:"milestone_at,omitzero"`
	Severity1     []person     `json:"severity1_contacts,omitempty"`
	Tags          []string     `json:"tags,omitempty"`
	Changes       []changeView `json:"changes,omitempty" doc:"Recent changes by kind"`
	Platforms     []string     `json:"platforms,omitempty"`
	Symptom       string       `json:"symptom,omitempty"`
	Gathered      []string     `json:"gathered,omitempty"`
}

// changeView is one kind of recent change.
type changeView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

type ownershipView struct {
	Name  string    `json:"name"`
	Email string    `json:"email"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"`
	Why   string    `json:"why,omitempty"`
}

type waitingView struct {
	Kind  string    `json:"kind"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
}

type askView struct {
	N       int       `json:"n"`
	Kind    string    `json:"kind"`
	Of      string    `json:"of" enum:"customer,support,third_party,engineering"`
	State   string    `json:"state" enum:"open,answered,cancelled,declined"`
	Text    string    `json:"text,omitempty"`
	Item    string    `json:"item,omitempty"`
	DueAt   time.Time `json:"due_at,omitzero"`
	Removes int       `json:"removes,omitempty" doc:"N of the component of another vendor that is to be removed"`
	Staff   *member   `json:"staff,omitempty" doc:"Who of engineering works on it"`
	// Gather is how the item is gathered.
	Gather *instructionView `json:"gather,omitempty" doc:"How the item is gathered (R17)"`
}

type silenceView struct {
	Attempts    int       `json:"attempts"`
	Needed      int       `json:"needed"`
	Days        int       `json:"days"`
	DaysNeeded  int       `json:"days_needed"`
	FirstAt     time.Time `json:"first_at,omitzero"`
	EarliestAt  time.Time `json:"earliest_at,omitzero"`
	PermittedAt time.Time `json:"permitted_at,omitzero"`
	Blocked     string    `json:"blocked,omitempty" enum:"after_hours,held,escalated,raise,proposal,approval"`
	Text        string    `json:"text"`
}

type raiseView struct {
	From     int       `json:"from"`
	To       int       `json:"to"`
	At       time.Time `json:"at"`
	DecideBy time.Time `json:"decide_by,omitzero"`
	Overdue  bool      `json:"overdue,omitempty"`
	Impact   string    `json:"impact,omitempty"`
}

type loweringView struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Ground string `json:"ground"`
	Held   bool   `json:"held,omitempty"`
	Reason string `json:"reason,omitempty"`
}

type afterHoursView struct {
	State       string            `json:"state" enum:"offered,declined,active,end_proposed,ended"`
	Price       string            `json:"price,omitempty"`
	Order       string            `json:"order,omitempty"`
	PurchasedAt time.Time         `json:"purchased_at,omitzero"`
	EndedAt     time.Time         `json:"ended_at,omitzero"`
	DeclinedAt  time.Time         `json:"declined_at,omitzero"`
	EndProposed *afterHoursEnding `json:"end_proposed,omitempty"`
	Seconds     int64             `json:"seconds" doc:"How long it has lasted in all"`
}

type afterHoursEnding struct {
	Ground   string `json:"ground"`
	Severity int    `json:"severity,omitempty" doc:"0: completes the request"`
	Text     string `json:"text,omitempty"`
}

type escalationView struct {
	State       string      `json:"state" enum:"active,ended"`
	At          time.Time   `json:"at"`
	Phoned      bool        `json:"phoned"`
	MilestoneAt time.Time   `json:"milestone_at,omitzero"`
	Manager     *member     `json:"manager,omitempty"`
	Engineer    *member     `json:"engineer,omitempty"`
	Plan        []stepView  `json:"plan"`
	Checks      []checkView `json:"checks"`
	EndedAt     time.Time   `json:"ended_at,omitzero"`
}

type stepView struct {
	Text         string    `json:"text"`
	CheckpointAt time.Time `json:"checkpoint_at,omitzero"`
}

type checkView struct {
	Check     string `json:"check"`
	Text      string `json:"text"`
	Confirmed bool   `json:"confirmed"`
}

type proposalView struct {
	Reason string    `json:"reason"`
	Side   string    `json:"side" enum:"customer,staff"`
	At     time.Time `json:"at"`
	Text   string    `json:"text,omitempty"`
}

type completionView struct {
	Reason      string    `json:"reason"`
	At          time.Time `json:"at"`
	ReopenUntil time.Time `json:"reopen_until,omitzero" doc:"Absent: the reason leaves nothing to reopen"`
	Text        string    `json:"text,omitempty"`
	DuplicateOf string    `json:"duplicate_of,omitempty" doc:"SR number of the request that goes on"`
}

type surveyView struct {
	State       string    `json:"state" enum:"requested,answered,withheld"`
	RequestedAt time.Time `json:"requested_at,omitzero"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	Score       int       `json:"score,omitempty"`
	Withheld    string    `json:"withheld,omitempty" doc:"Staff only"`
	LastSentAt  time.Time `json:"last_sent_at,omitzero"`
	EligibleAt  time.Time `json:"eligible_at,omitzero"`
}

type approvalView struct {
	Needed bool `json:"needed"`
	Given  bool `json:"given"`
}

type nextView struct {
	Metric string    `json:"metric"`
	DueAt  time.Time `json:"due_at"`
	Missed bool      `json:"missed"`
}

// adviceView is something that the customer can do for themselves.
type adviceView struct {
	Kind   string `json:"kind" enum:"call_now,after_hours_purchasable,after_hours_offered"`
	Text   string `json:"text"`
	Number string `json:"number,omitempty" doc:"Telephone number of the contact's country"`
}

// show builds the whole view of a request that the caller may see.
func (c *call) show(ctx context.Context, r *support.Request) (requestView, error) {
	n := c.named(ctx)
	n.fetch(namedBy(r))
	return n.request(r)
}

func (n *names) request(r *support.Request) (requestView, error) {
	c, ctx, f := n.c, n.ctx, r.Filed
	v := requestView{
		Number: support.SpokenNumber(r.ID), Version: r.Seq, Kind: string(f.Kind), Title: n.text(f.Title),
		Stage: string(r.Stage()), Turn: string(r.Turn()), Severity: r.Severity, FiledAt: r.FiledAt, ChangedAt: r.ChangedAt,
		Contact: n.person(f.Contact), Account: n.account(f.Account), Contract: n.contract(f.Contract), Offering: f.Offering,
		Product: f.Product, ProductVersion: f.Version, Region: f.Region, Language: f.Language,
		PreferredChannel: string(r.Preferred), Channel: string(f.Channel), Text: n.text(f.Body),
		Details: n.details(r.Details), Duty: n.duty(r), Owner: n.maybe(r.Owner), Owners: []ownershipView{}, Watchers: n.watchers(r), Asks: []askView{}, Promises: n.promises(r),
		Restriction: n.restriction(r), Approval: approvalOf(r), Next: nextOf(support.Index(r, c.desk.Pack())),
	}
	v.Beta, v.BetaSort = n.programmeKey(f.Beta), f.BetaSort
	v.Follows, v.FollowedBy, v.Duplicates = spoken(f.Follows), spokenAll(r.FollowedBy), spokenAll(r.Duplicates)
	v.Type, v.Scope, v.Feature, v.Evidence = f.Type, f.Scope, f.Feature, n.evidence(f.Evidence)
	if c.staff() {
		v.Priority, v.Queue, v.QueuedSince = r.Priority(), r.Queue, r.QueuedSince
		v.Offer = n.offer(r.Offer)
		for _, id := range r.Seconds {
			v.Seconds = append(v.Seconds, n.member(id))
		}
	}
	for _, o := range r.Owners {
		m := n.member(o.Staff)
		v.Owners = append(v.Owners, ownershipView{Name: m.Name, Email: m.Email, From: o.From, To: o.To, Why: o.Why})
	}
	for _, a := range r.Asks {
		if c.staff() || !a.Of.InHouse() {
			v.Asks = append(v.Asks, n.ask(r, a))
		}
	}
	v.Defects = n.linked(ctx, r)
	if w, ok := r.WaitingNow(); ok {
		v.Waiting = &waitingView{Kind: string(w.Kind), Since: w.From, Until: w.Until}
	}
	var err error
	if v.Handling, err = c.handlings(ctx, n, r); err != nil {
		return v, err
	}
	if v.Plans, err = c.plansFor(ctx, n, r); err != nil {
		return v, err
	}
	facts, err := c.past(ctx, r)
	if err != nil {
		return v, err
	}
	n.movement(&v, r, facts)
	n.endings(&v, r)
	n.analysis(&v, r)
	n.thirdParties(&v, r)
	v.Held = n.held(r)
	if !c.staff() {
		for _, a := range c.voice().Advice(r, c.desk.Now(), n.country(f.Contact)) {
			v.Advice = append(v.Advice, adviceView(a))
		}
	}
	return v, n.err
}

// namedBy are the rows and texts that most requests name.
func namedBy(r *support.Request) store.Naming {
	f, d := r.Filed, r.Details
	ids := store.Naming{
		Contacts: append([]int64{f.Contact}, d.Severity1...), Accounts: []int64{f.Account}, Contracts: []int64{f.Contract},
		Staff: append([]int64{r.Owner}, r.Seconds...), Texts: []int64{f.Title.ID, f.Body.ID, d.Reference.ID, d.ErrorString.ID, d.RecentChanges.ID, d.Impact.ID, d.Milestone.ID},
	}
	for _, o := range r.Owners {
		ids.Staff = append(ids.Staff, o.Staff)
	}
	for _, x := range d.Changes {
		ids.Texts = append(ids.Texts, x.Text.ID)
	}
	for _, a := range r.Asks {
		ids.Texts, ids.Staff = append(ids.Texts, a.Text.ID), append(ids.Staff, a.Staff)
	}
	if r.Completed != nil {
		ids.Texts = append(ids.Texts, r.Completed.Text.ID)
	}
	if r.Proposal != nil {
		ids.Texts = append(ids.Texts, r.Proposal.Text.ID)
	}
	return ids
}

// past are the facts that hold what the folded request no longer does: the
// price of an offer, for example.
func (c *call) past(ctx context.Context, r *support.Request) ([]support.Fact, error) {
	if r.AfterHours.OfferedSeq == 0 {
		return nil, nil
	}
	seq := r.AfterHours.OfferedSeq
	return c.store.Timeline(ctx, c.viewer, r.ID, store.Page{After: seq - 1, Before: seq + 1, Limit: 1})
}

func (n *names) details(d support.Details) detailsView {
	v := detailsView{
		Reference: n.text(d.Reference), Environment: d.Environment, Component: d.Component, ErrorString: n.text(d.ErrorString),
		RecentChanges: n.text(d.RecentChanges), Impact: n.text(d.Impact), Workaround: d.Workaround,
		Milestone: n.text(d.Milestone), MilestoneAt: d.MilestoneAt, Severity1: n.people(d.Severity1), Tags: d.Tags,
		Platforms: d.Platforms, Symptom: d.Symptom, Gathered: d.Gathered,
	}
	for _, x := range d.Changes {
		v.Changes = append(v.Changes, changeView{Kind: x.Kind, Text: n.text(x.Text)})
	}
	return v
}

func (n *names) ask(r *support.Request, a support.OpenedAsk) askView {
	return askView{
		N: a.N, Kind: string(a.Kind), Of: string(a.Of), State: string(a.State), Text: n.text(a.Text), Item: a.Item, DueAt: a.DueAt,
		Removes: a.Removes, Staff: n.maybe(a.Staff), Gather: n.gather(r, a.Item),
	}
}

// movement is what is under way: a raise, a lowering, a hand-over, after-hours
// support, an escalation.
func (n *names) movement(v *requestView, r *support.Request, facts []support.Fact) {
	if h := r.HandOver; h != nil {
		v.HandOver = n.handOver(h)
	}
	v.Page = n.page(r)
	if x := r.Raise; x != nil {
		v.Raise = &raiseView{From: x.From, To: x.To, At: x.At, DecideBy: x.DecideBy, Overdue: x.Overdue, Impact: n.text(x.Impact)}
	}
	if l := r.Lowering; l != nil {
		v.Lowering = &loweringView{From: l.From, To: l.To, Ground: l.Ground, Held: l.Held, Reason: n.text(l.Reason)}
	}
	v.AfterHours = n.afterHours(r.AfterHours, facts)
	if e := r.Escalation; e != nil {
		v.Escalation = n.escalation(e)
	}
	if r.Completed == nil {
		v.Silence = n.silence(r)
	}
}

func (n *names) afterHours(a support.AfterHours, facts []support.Fact) *afterHoursView {
	v := afterHoursView{PurchasedAt: a.PurchasedAt, EndedAt: a.EndedAt, DeclinedAt: a.DeclinedAt, Seconds: a.TotalSeconds}
	switch {
	case a.EndProposed != nil && a.Active():
		v.State = "end_proposed"
		v.EndProposed = &afterHoursEnding{Ground: a.EndProposed.Ground, Severity: a.EndProposed.Severity, Text: n.text(a.EndProposed.Text)}
	case a.Active():
		v.State = "active"
	case a.Offered():
		v.State = "offered"
	case !a.EndedAt.IsZero():
		v.State = "ended"
	case !a.DeclinedAt.IsZero():
		v.State = "declined"
	default:
		return nil
	}
	if a.Active() {
		v.Seconds += int64(n.c.desk.Now().Sub(a.PurchasedAt).Seconds())
	}
	for _, f := range facts {
		if b, ok := f.Body.(support.AfterHoursOffered); ok {
			v.Price, v.Order = n.text(b.Price), n.text(b.Order)
		}
	}
	return &v
}

func (n *names) escalation(e *support.Escalation) *escalationView {
	v := escalationView{
		State: "ended", At: e.At, Phoned: e.Phoned, MilestoneAt: e.MilestoneAt, Manager: n.maybe(e.Manager),
		Engineer: n.maybe(e.Engineer), Plan: []stepView{}, Checks: []checkView{}, EndedAt: e.EndedAt,
	}
	if e.Active() {
		v.State = "active"
	}
	for _, s := range e.Plan {
		v.Plan = append(v.Plan, stepView{Text: n.text(s.Text), CheckpointAt: s.CheckpointAt})
	}
	done := map[string]bool{}
	for _, id := range e.Confirmed {
		done[id] = true
	}
	for _, check := range n.c.desk.Pack().Escalation.DeescalationChecks {
		v.Checks = append(v.Checks, checkView{Check: check.ID, Text: check.Text.In(n.c.voice().Lang), Confirmed: done[check.ID]})
	}
	return &v
}

func (n *names) silence(r *support.Request) *silenceView {
	s := r.Silence(n.c.desk.Pack())
	return &silenceView{
		Attempts: s.Attempts, Needed: s.Needed, Days: s.Days, DaysNeeded: s.DaysNeed, FirstAt: s.FirstAt,
		EarliestAt: s.EarliestAt, PermittedAt: s.PermittedAt, Blocked: s.Blocked, Text: n.c.voice().Silence(s),
	}
}

// endings are the proposal, the completion and the survey.
func (n *names) endings(v *requestView, r *support.Request) {
	if p := r.Proposal; p != nil {
		v.Proposal = &proposalView{Reason: p.Reason, Side: string(p.Side), At: p.At, Text: n.text(p.Text)}
	}
	if d := r.Completed; d != nil {
		v.Completion = &completionView{Reason: d.Reason, At: r.CompletedAt, Text: n.text(d.Text), DuplicateOf: spoken(d.Duplicate)}
		if d.Reopens() {
			v.Completion.ReopenUntil = d.ReopenUntil
		}
	}
	s := r.Survey
	switch {
	case !s.AnsweredAt.IsZero():
		v.Survey = &surveyView{State: "answered", RequestedAt: s.RequestedAt, AnsweredAt: s.AnsweredAt, Score: s.Score}
	case s.Withheld != nil:
		if n.c.staff() {
			v.Survey = &surveyView{State: "withheld", Withheld: s.Withheld.Why, LastSentAt: s.Withheld.LastSentAt, EligibleAt: s.Withheld.EligibleAt}
		}
	case s.RequestedSeq != 0:
		v.Survey = &surveyView{State: "requested", RequestedAt: s.RequestedAt}
	}
}

func approvalOf(r *support.Request) *approvalView {
	if !r.Filed.NeedsApproval {
		return nil
	}
	return &approvalView{Needed: true, Given: r.Approved}
}

func nextOf(row support.Row) *nextView {
	if row.NextDueAt.IsZero() {
		return nil
	}
	return &nextView{Metric: string(row.NextMetric), DueAt: row.NextDueAt, Missed: row.NextMissed}
}
