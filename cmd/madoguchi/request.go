package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// requestCmd is work on requests, over the API.
type requestCmd struct {
	remote

	List    requestListCmd    `cmd:"" group:"Look" help:"List the requests that you may see."`
	Show    requestShowCmd    `cmd:"" group:"Look" help:"Show one request: whose turn, owner, clocks, asks."`
	Events  requestEventsCmd  `cmd:"" group:"Look" help:"Its timeline."`
	Targets requestTargetsCmd `cmd:"" group:"Look" help:"Its clocks, each with its explanation."`

	Search requestSearchCmd `cmd:"" group:"Look" help:"Search the requests that you may see, in all that you may read of them."`

	Gathering requestGatheringCmd `cmd:"" group:"Look" help:"What helps the work along, how it is gathered, and what is still missing."`

	File       requestFileCmd       `cmd:"" group:"File" help:"File a request."`
	Primary    requestPrimaryCmd    `cmd:"" group:"Own" help:"Replace the primary licence administrator of its contract (licence team)."`
	Reclassify requestReclassifyCmd `cmd:"" group:"File" help:"Correct what it was filed as: kind, product, contract, contact (staff)."`
	Change     requestChangeCmd     `cmd:"" group:"File" help:"Change details."`

	Attach    requestAttachCmd    `cmd:"" group:"Talk" help:"Send files with a comment, a note or an answer."`
	Files     requestFilesCmd     `cmd:"" group:"Talk" help:"List its files, and how much more may be sent."`
	Download  requestDownloadCmd  `cmd:"" group:"Talk" help:"Save a file of it."`
	Comment   requestCommentCmd   `cmd:"" group:"Talk" help:"Write a public entry."`
	Note      requestNoteCmd      `cmd:"" group:"Talk" help:"Write an internal note (staff)."`
	Ask       requestAskCmd       `cmd:"" group:"Talk" help:"Ask somebody for something (staff)."`
	Answer    requestAnswerCmd    `cmd:"" group:"Talk" help:"Answer an ask."`
	Withdraw  requestWithdrawCmd  `cmd:"" group:"Talk" help:"Take your comment back before the customer sees it (staff)."`
	Redact    requestRedactCmd    `cmd:"" group:"Talk" help:"Erase a text that should not have been written."`
	Contact   requestContactCmd   `cmd:"" group:"Talk" help:"Record a call, or an attempt to reach the contact (staff); the customer reads the text."`
	Tasks     requestTasksCmd     `cmd:"" group:"Talk" help:"List what engineering is asked for (staff)."`
	AssignAsk requestAssignAskCmd `cmd:"" group:"Talk" help:"Give an ask of engineering to one of its people, or take it (staff)."`
	Link      requestLinkCmd      `cmd:"" group:"Talk" help:"Link the request to a defect, or take the link back (staff)."`

	Reproduce requestReproduceCmd `cmd:"" group:"Talk" help:"Record that the customer's environment was rebuilt, and what was seen (staff)."`
	Cause     requestCauseCmd     `cmd:"" group:"Talk" help:"Write down the root cause, also after the completion (staff)."`

	RefuseAsk     requestRefuseAskCmd     `cmd:"" group:"Talk" help:"Say no to what was asked of the customer."`
	Component     requestComponentCmd     `cmd:"" group:"Other vendors" help:"Name a component of another vendor that takes part, and look it up."`
	Grounds       requestGroundsCmd       `cmd:"" group:"Other vendors" help:"Write down why a component is suspected; the customer reads it (staff)."`
	Sharing       requestSharingCmd       `cmd:"" group:"Other vendors" help:"Permit to give data to a component's vendor, or end that."`
	Collaborate   requestCollaborateCmd   `cmd:"" group:"Other vendors" help:"Take a component to its vendor (staff)."`
	Collaboration requestCollaborationCmd `cmd:"" group:"Other vendors" help:"Record what a component's vendor did, or was answered (staff)."`
	VendorCase    requestVendorCaseCmd    `cmd:"" group:"Other vendors" help:"Suggest a request with a component's vendor (staff), or record its number."`
	VendorAnswer  requestVendorAnswerCmd  `cmd:"" group:"Other vendors" help:"Record what a component's vendor found."`
	Evidence      requestEvidenceCmd      `cmd:"" group:"Other vendors" help:"What a component's vendor needs to know, to be handed over."`

	Promise requestPromiseCmd `cmd:"" group:"Talk" help:"Promise the customer something for one instant (staff)."`
	Watch   requestWatchCmd   `cmd:"" group:"Talk" help:"Let a contact of any account see it and be told of it."`
	Unwatch requestUnwatchCmd `cmd:"" group:"Talk" help:"End somebody's watching, or your own."`

	Take        requestTakeCmd        `cmd:"" group:"Own" help:"Make a queued request yours (staff)."`
	Pass        requestPassCmd        `cmd:"" group:"Own" help:"Leave a request that is offered to you to the queue (staff)."`
	Route       requestRouteCmd       `cmd:"" group:"Own" help:"Let the desk find an engineer, or say why it chose one (staff)."`
	Acknowledge requestAcknowledgeCmd `cmd:"" group:"Own" help:"Acknowledge the page that called you (staff)."`
	Assign      requestAssignCmd      `cmd:"" group:"Own" help:"Give a queued request to an engineer (staff)."`
	HandOver    requestHandOverCmd    `cmd:"" group:"Own" help:"Announce another owner; the customer is told first (staff)."`
	Second      requestSecondCmd      `cmd:"" group:"Own" help:"Have a second engineer work on it, or no more; the owner stays (staff)."`
	Wait        requestWaitCmd        `cmd:"" group:"Own" help:"Say what the work waits for (staff)."`
	Resume      requestResumeCmd      `cmd:"" group:"Own" help:"End the waiting (staff)."`
	Restrict    requestRestrictCmd    `cmd:"" group:"Own" help:"Let only named staff see it (staff)."`
	BreakGlass  requestBreakGlassCmd  `cmd:"" group:"Own" help:"See a restricted request for a limited time, with a reason (staff)."`
	Reads       requestReadsCmd       `cmd:"" group:"Own" help:"Who looked at a restricted request (duty manager)."`

	Raise   requestRaiseCmd   `cmd:"" group:"Severity" help:"Ask for a higher severity."`
	Grant   requestGrantCmd   `cmd:"" group:"Severity" help:"Grant the raise that was asked for (staff)."`
	Decline requestDeclineCmd `cmd:"" group:"Severity" help:"Decline the raise that was asked for (staff)."`
	Lower   requestLowerCmd   `cmd:"" group:"Severity" help:"Lower the severity, or propose to."`

	KeepSeverity requestKeepSeverityCmd `cmd:"" group:"Severity" help:"Do not agree to a proposed lowering; staff without the customer's word take it back."`

	Escalate   requestEscalateCmd   `cmd:"" group:"Escalate" help:"Call for the attention of management."`
	Plan       requestPlanCmd       `cmd:"" group:"Escalate" help:"Write the action plan of an escalation (staff)."`
	AfterHours requestAfterHoursCmd `cmd:"" group:"Escalate" help:"After-hours support: offer, confirm, decline, end."`

	Propose  requestProposeCmd  `cmd:"" group:"Complete" help:"Propose completion; the other side answers."`
	Accept   requestAcceptCmd   `cmd:"" group:"Complete" help:"Accept the proposed completion."`
	Refuse   requestRefuseCmd   `cmd:"" group:"Complete" help:"Refuse the proposed completion: it is not solved."`
	Complete requestCompleteCmd `cmd:"" group:"Complete" help:"Complete at once, with consent where it is needed (staff)."`
	Convert  requestConvertCmd  `cmd:"" group:"Complete" help:"Make a request at the lowest severity a wish for a feature, with consent (staff)."`
	Reopen   requestReopenCmd   `cmd:"" group:"Complete" help:"Bring a completed request back."`
	FollowUp requestFollowUpCmd `cmd:"" group:"Complete" help:"File a new request that takes up a completed one."`
	Survey   requestSurveyCmd   `cmd:"" group:"Complete" help:"Answer the survey."`

	Do requestDoCmd `cmd:"" group:"Everything else" help:"Carry out any command of the API by its resource."`
}

// onRequest is the argument that names a request.
type onRequest struct {
	Number string `arg:"" help:"Number of the request, with or without hyphens."`
}

// send carries out a command and says what it did.
func (o onRequest) send(s *session, resource string, body any) error {
	n, err := s.number(o.Number)
	if err != nil {
		return err
	}
	return give(s.done)(s.client.Command(s.ctx, n, resource, body))
}

// call carries out a command by its own call of the client, and says what it did.
func (o onRequest) call(s *session, call func(ctx context.Context, number string) (client.Result, error)) error {
	n, err := s.number(o.Number)
	if err != nil {
		return err
	}
	return give(s.done)(call(s.ctx, n))
}

// say is send for a command whose words are read first.
func (o onRequest) say(s *session, words func(*session) (string, error), resource string, body func(text string) any) error {
	text, err := words(s)
	if err != nil {
		return err
	}
	return o.send(s, resource, body(text))
}

// done says what a command has led to and how the request stands.
func (s *session) done(r client.Result) error {
	return s.show(r, func(w io.Writer, v lang.Voice) {
		if r.Request.Number == "" {
			fmt.Fprintf(w, "%s\n  %s\n", r.Number, word(v.Lang, "done.unread"))
			return
		}
		fmt.Fprintf(w, "%s  %s\n", r.Request.Number, line(r.Request.Title))
		for _, e := range r.Events {
			writeEvent(w, v, e)
		}
		if len(r.Events) == 0 {
			fmt.Fprintf(w, "  %s\n", word(v.Lang, "done.nothing_visible"))
		}
		pairs(w, standing(v, r.Request))
		writeAdvice(w, r.Request)
		writeHeld(w, v, r.Request)
	})
}

// writeAdvice writes what the customer can do for themselves now.
func writeAdvice(w io.Writer, r client.Request) {
	for _, a := range r.Advice {
		fmt.Fprintf(w, "! %s\n", line(a.Text))
		if a.Kind == "after_hours_offered" {
			for _, act := range []string{"confirm", "decline"} {
				fmt.Fprintf(w, "    madoguchi request after-hours %s %s\n", act, r.Number)
			}
		}
	}
}

// standing is whose turn it is, how severe, who owns it and what is due next.
func standing(v lang.Voice, r client.Request) []pair {
	l := v.Lang
	list := []pair{{word(l, "turn"), v.Turn(r.Turn, r.Owner != nil)}}
	if r.Severity != 0 {
		list = append(list, pair{word(l, "severity"), strconv.Itoa(r.Severity)})
	}
	return append(list,
		pair{word(l, "owner"), member(r.Owner)},
		pair{word(l, "next"), next(v, r.Next)},
	)
}

func member(m *client.Member) string {
	if m == nil {
		return ""
	}
	return m.Name + " <" + m.Email + ">"
}

func next(v lang.Voice, n *client.Next) string {
	if n == nil {
		return ""
	}
	state := "due"
	if n.Missed {
		state = "missed"
	}
	return fmt.Sprintf(word(v.Lang, "next."+state), label(v.Word("metric", n.Metric)), v.Date(n.DueAt))
}

type requestListCmd struct {
	Owner     string  `help:"E-mail of the owner; me, or none." placeholder:"EMAIL|me|none"`
	Turn      string  `help:"Whose turn: support, customer, third_party or nobody." enum:",support,customer,third_party,nobody" default:"" placeholder:"TURN"`
	Severity  int     `help:"Severity, 1 to 4." placeholder:"N"`
	DueBefore instant `help:"Only what is due before this instant." placeholder:"INSTANT"`
	Account   string  `help:"Id of an account." placeholder:"ID"`
	Contract  string  `help:"Number of a contract." placeholder:"NUMBER"`
	Contact   string  `help:"Customer number of the contact (staff)." placeholder:"NUMBER"`
	Product   string  `help:"Key of a product." placeholder:"KEY"`
	State     string  `help:"opened, worked_on or completed." enum:",opened,worked_on,completed" default:"" placeholder:"STATE"`
	Kind      string  `help:"sr or cs_request." enum:",sr,cs_request" default:"" placeholder:"KIND"`
	Queue     string  `help:"Queue: technical or licence (staff)." placeholder:"QUEUE"`
	Tag       string  `help:"A tag." placeholder:"TAG"`
	Order     string  `help:"due or changed." enum:",due,changed" default:"" placeholder:"ORDER"`
	After     string  `help:"Cursor of the page before." placeholder:"CURSOR"`
	Limit     most    `help:"At most so many, 1 to 200." default:"50" placeholder:"N"`
	Count     bool    `help:"Only say how many there are; more than 99 are not counted."`
}

func (c *requestListCmd) act(s *session) error {
	f := client.Filter{
		Owner: c.Owner, Turn: c.Turn, Severity: c.Severity, DueBefore: c.DueBefore.Time, Account: c.Account,
		Contract: c.Contract, Contact: c.Contact, Product: c.Product, State: c.State, Kind: c.Kind, Queue: c.Queue, Tag: c.Tag,
		Order: c.Order, After: c.After, Limit: int(c.Limit),
	}
	if c.Count {
		n, err := s.client.Count(s.ctx, f)
		if err != nil {
			return err
		}
		return s.show(n, func(w io.Writer, _ lang.Voice) { writeCount(w, n) })
	}
	page, err := s.client.Requests(s.ctx, f)
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		writeRows(w, v, page.Requests, page.Next)
		if page.Stopped {
			fmt.Fprintf(w, word(v.Lang, "list.stopped")+"\n", page.Next)
		}
	})
}

func writeRows(w io.Writer, v lang.Voice, list []client.Row, more string) {
	l := v.Lang
	rows := [][]string{{word(l, "number"), word(l, "severity.short"), word(l, "turn"), word(l, "stage"), word(l, "owner"),
		word(l, "next"), word(l, "title")}}
	for _, r := range list {
		severity, owner := "", "–"
		if r.Severity != 0 {
			severity = strconv.Itoa(r.Severity)
		}
		if r.Owner != nil {
			owner = r.Owner.Name
		}
		rows = append(rows, []string{r.Number, severity, v.Turn(r.Turn, r.Owner != nil), v.Word("stage", r.Stage), owner, next(v, r.Next), r.Title})
	}
	writePage(w, v, rows, more)
}

type requestShowCmd struct{ onRequest }

func (c *requestShowCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	r, err := s.client.Request(s.ctx, n)
	if err != nil {
		return err
	}
	return s.showNamed(r, func(w io.Writer, v lang.Voice) { writeRequest(w, v, r) })
}

type requestEventsCmd struct {
	onRequest
	After  int64 `help:"Only entries after this one." placeholder:"SEQ"`
	Before int64 `help:"Only entries before this one." placeholder:"SEQ"`
	Limit  most  `help:"One page of at most so many, 1 to 500; the whole timeline when left out." placeholder:"N"`
}

func (c *requestEventsCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	var page client.Events
	if c.Limit == 0 && c.After == 0 && c.Before == 0 {
		page.Events, err = s.client.AllEvents(s.ctx, n)
	} else {
		page, err = s.client.Events(s.ctx, n, client.Window{After: c.After, Before: c.Before, Limit: int(c.Limit)})
	}
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		for _, e := range page.Events {
			writeEvent(w, v, e)
		}
		if page.Next != 0 {
			fmt.Fprintf(w, word(v.Lang, "events.more")+"\n", page.Next)
		}
	})
}

// writeEvent writes one entry: number, instant, sentence, and its texts below.
func writeEvent(w io.Writer, v lang.Voice, e client.Event) {
	hidden := ""
	if !e.Public {
		hidden = " [" + word(v.Lang, "internal") + "]"
	}
	fmt.Fprintf(w, "  %3d  %s  %s%s\n", e.Seq, v.Date(e.At), line(e.Text), hidden)
	if !e.HappenedAt.IsZero() {
		fmt.Fprintf(w, "       %s %s\n", word(v.Lang, "happened"), v.Date(e.HappenedAt))
	}
	for _, s := range sayings(e.Data) {
		if s.text == "" {
			s.text = "(" + word(v.Lang, "erased") + ")"
		}
		if s.label != "" {
			s.text = label(v.Word("field", s.label)) + ": " + s.text
		}
		paragraph(w, "       │ ", s.text)
	}
}

// sayings are the free texts of an entry under the names of their fields: the
// title first, then what somebody wrote, which needs no name.
func sayings(data json.RawMessage) []pair {
	out := textsIn("", data)
	rank := func(p pair) int { return slices.Index([]string{"", "text", "body", "statement", "title"}, p.label) }
	slices.SortStableFunc(out, func(a, b pair) int { return rank(b) - rank(a) })
	for i := range out {
		if out[i].label == "text" || out[i].label == "body" {
			out[i].label = ""
		}
	}
	return out
}

// texts are the free texts of an entry in the order in which it names them.
func texts(data json.RawMessage) []string {
	var out []string
	for _, p := range textsIn("", data) {
		out = append(out, p.text)
	}
	return out
}

// textsIn finds the texts under their names; "" stands for an erased one. A text
// is an object with nothing beside the text or the mark; other objects are
// searched for them.
func textsIn(name string, data json.RawMessage) []pair {
	var out []pair
	var list []json.RawMessage
	if len(data) > 0 && data[0] == '[' && json.Unmarshal(data, &list) == nil {
		for _, x := range list {
			out = append(out, textsIn(name, x)...)
		}
		return out
	}
	values := members(data)
	var one struct {
		Text   *string `json:"text"`
		Erased bool    `json:"erased"`
	}
	if len(values) == 1 && json.Unmarshal(data, &one) == nil {
		switch {
		case one.Erased:
			return []pair{{name, ""}}
		case one.Text != nil && *one.Text != "":
			return []pair{{name, *one.Text}}
		case one.Text != nil:
			return nil
		}
	}
	for _, m := range values {
		if m.name == "text" && lang.Has(lang.English, "word.field."+name) {
			m.name = name // a text of several alike: what they are says more
		}
		out = append(out, textsIn(m.name, m.value)...)
	}
	return out
}

// named is a member of a JSON object.
type named struct {
	name  string
	value json.RawMessage
}

// members are the members of a JSON object in its own order.
func members(object json.RawMessage) []named {
	d := json.NewDecoder(strings.NewReader(string(object)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out []named
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return out
		}
		m := named{}
		m.name, _ = key.(string)
		if d.Decode(&m.value) != nil {
			return out
		}
		out = append(out, m)
	}
	return out
}

type requestTargetsCmd struct{ onRequest }

func (c *requestTargetsCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	list, err := s.client.Targets(s.ctx, n)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"targets": list}, func(w io.Writer, v lang.Voice) {
		if len(list) == 0 {
			fmt.Fprintln(w, word(v.Lang, "targets.none"))
		}
		for _, t := range list {
			writeTarget(w, v, t)
		}
	})
}

// elapsed is the time on every day and, where the target counts in business
// time, in that.
func elapsed(v lang.Voice, t client.Target) string {
	span := v.Seconds(t.ElapsedSeconds)
	if t.Calendar == "" {
		return span
	}
	return span + " (" + v.Message("clock.in_hours", map[string]string{"span": v.Seconds(t.BusinessSeconds)}) + ")"
}

func writeTarget(w io.Writer, v lang.Voice, t client.Target) {
	l := v.Lang
	state := v.Word("target_state", t.State)
	if t.Paused {
		state = word(l, "paused")
	}
	amount := v.Amount(t.Amount)
	if t.Goal != "" {
		amount += fmt.Sprintf(" (%s %s)", word(l, "goal"), v.Amount(t.Goal))
	}
	fmt.Fprintf(w, "%s %d: %s\n", label(v.Word("metric", t.Metric)), t.N, state)
	pairs(w, []pair{
		{word(l, "amount"), amount},
		{word(l, "begins"), v.Date(t.AnchorAt)},
		{word(l, "due"), v.Date(t.DueAt)},
		{word(l, "met"), v.Date(t.MetAt)},
		{word(l, "elapsed"), elapsed(v, t)},
		{word(l, "zone"), t.Zone},
		{word(l, "uncertain"), t.Uncertain},
		{word(l, "pack"), strings.TrimSuffix(t.Pack+", tzdata "+t.TZData, ", tzdata ")},
		{word(l, "explanation"), t.Explanation},
	})
}
