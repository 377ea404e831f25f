package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// writeRequest writes the whole view of a request as people read it: what it
// is, whose turn, what is open, how it ends.
func writeRequest(w io.Writer, v lang.Voice, r client.Request) {
	l := v.Lang
	fmt.Fprintf(w, "%s  %s\n", r.Number, line(r.Title))
	pairs(w, append([]pair{
		{word(l, "kind"), v.Word("kind", r.Kind)},
		{word(l, "stage"), v.Word("stage", r.Stage)},
	}, standing(v, r)...))
	writeAdvice(w, r)
	writeDuty(w, v, r.Duty)
	for _, p := range r.Plans {
		writePlan(w, v, p)
	}
	paragraph(w, "  │ ", r.Text)
	for _, h := range r.Handling {
		writeHandling(w, v, h)
	}
	fmt.Fprintln(w, word(l, "head.about"))
	pairs(w, about(v, r))
	writeWork(w, v, r)
	writeAsks(w, v, r.Asks)
	writeDefects(w, v, r.Defects)
	writePromises(w, v, r.Promises)
	writeThirdParties(w, v, r)
	writeAnalysis(w, v, r)
	writeHeld(w, v, r)
	writeEscalation(w, v, r.Escalation)
	writeEnd(w, v, r)
}

// writeDuty writes what the customer does in return, and who (R18, R54).
func writeDuty(w io.Writer, v lang.Voice, d *client.Duty) {
	if d == nil {
		return
	}
	who := people(d.People)
	if d.Missing {
		who = word(v.Lang, "duty.missing")
	}
	pairs(w, []pair{{word(v.Lang, "customer_duty"), line(d.Text) + rules(d.Rules)}, {word(v.Lang, "available"), who}})
}

func about(v lang.Voice, r client.Request) []pair {
	l, d := v.Lang, r.Details
	product := v.Named("product", r.Product)
	if r.ProductVersion != "" {
		product += " " + r.ProductVersion
	}
	list := []pair{
		{word(l, "contact"), person(r.Contact)},
		{word(l, "account"), r.Account.Name},
		{word(l, "contract"), strings.Join(nonEmpty(r.Contract, v.Named("offering", r.Offering)), ", ")},
		{word(l, "product"), product},
		{word(l, "region"), v.Named("region", r.Region)},
		{word(l, "language"), r.Language},
		{word(l, "channel"), v.Word("channel", r.Channel)},
		{word(l, "preferred"), v.Word("channel", r.PreferredChannel)},
		{word(l, "filed"), v.Date(r.FiledAt)},
		{word(l, "changed"), v.Date(r.ChangedAt)},
		{word(l, "follows"), r.Follows},
		{word(l, "followed_by"), strings.Join(r.FollowedBy, ", ")},
		{word(l, "duplicates"), strings.Join(r.Duplicates, ", ")},
		{word(l, "watchers"), watchers(r.Watchers)},
		{word(l, "scope"), v.Named("scope", r.Scope)},
		{word(l, "feature"), r.Feature},
	}
	for _, x := range d.Changes {
		list = append(list, pair{label(v.Word("field", "recent_changes")) + " (" + v.Named("change", x.Kind) + ")", x.Text})
	}
	for _, e := range r.Evidence {
		list = append(list, pair{word(l, "evidence") + " " + e.ID, e.Text})
	}
	for _, f := range []pair{
		{"reference", d.Reference}, {"environment", v.Word("environment", d.Environment)}, {"component", d.Component},
		{"error_string", d.ErrorString}, {"recent_changes", d.RecentChanges}, {"impact", d.Impact},
		{"workaround", v.Word("workaround", d.Workaround)}, {"milestone", d.Milestone}, {"milestone_at", v.Date(d.MilestoneAt)},
		{"severity1_contacts", people(d.Severity1)}, {"tags", strings.Join(d.Tags, ", ")},
		{"platforms", namedAll(v, "platform", d.Platforms)}, {"symptom", v.Named("symptom", d.Symptom)},
		{"gathered", namedAll(v, "item", d.Gathered)},
	} {
		list = append(list, pair{label(v.Word("field", f.label)), f.text})
	}
	return list
}

// namedAll are the pack's names of several ids.
func namedAll(v lang.Voice, kind string, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.Named(kind, id)
	}
	return strings.Join(names, v.Comma())
}

func person(p client.Person) string {
	if p.CustomerNumber == "" {
		return p.Name
	}
	return p.Name + " (" + p.CustomerNumber + ")"
}

func people(list []client.Person) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = person(p)
	}
	return strings.Join(names, ", ")
}

// writeWork writes who has worked on it and what it waits for.
func writeWork(w io.Writer, v lang.Voice, r client.Request) {
	l := v.Lang
	var list []pair
	add := func(key, text string) { list = append(list, pair{word(l, key), text}) }
	if r.Owner == nil && r.Queue != "" {
		add("queue", fmt.Sprintf(word(l, "since"), v.Word("queue", r.Queue), v.Date(r.QueuedSince)))
	}
	if x := r.Restriction; x != nil {
		names := []string{word(l, "restricted.duty")}
		for _, m := range x.Staff {
			names = append(names, member(&m))
		}
		add("restricted", strings.Join(names, ", "))
	}
	for _, o := range r.Owners {
		if !o.To.IsZero() {
			add("owner.before", fmt.Sprintf("%s, %s – %s", o.Name, v.Date(o.From), v.Date(o.To)))
		}
	}
	for _, m := range r.Seconds {
		add("second", member(&m))
	}
	if o := r.Offer; o != nil {
		add("offer", o.Staff.Name+fmt.Sprintf(word(l, "until"), v.Date(o.Until)))
	}
	if h := r.HandOver; h != nil {
		add("hand_over", handOver(v, *h))
	}
	if r.Page != nil {
		add("page", page(v, *r.Page))
	}
	if x := r.Waiting; x != nil {
		text := fmt.Sprintf(word(l, "since"), v.Word("waiting", x.Kind), v.Date(x.Since))
		if !x.Until.IsZero() {
			text += fmt.Sprintf(word(l, "until"), v.Date(x.Until))
		}
		add("waiting", text)
	}
	if x := r.Raise; x != nil {
		text := fmt.Sprintf(word(l, "raise.asked"), x.From, x.To, v.Date(x.At))
		if x.Overdue {
			text += " " + word(l, "raise.overdue")
		}
		add("raise", text)
	}
	if x := r.Lowering; x != nil {
		add("lowering", strings.Join(nonEmpty(fmt.Sprintf("%d → %d", x.From, x.To), x.Reason), ", "))
	}
	if x := r.AfterHours; x != nil {
		add("after_hours", afterHours(v, *x))
	}
	if x := r.Approval; x != nil && x.Needed {
		add("approval", word(l, "approval."+strconv.FormatBool(x.Given)))
	}
	if len(list) > 0 {
		fmt.Fprintln(w, word(l, "head.work"))
		pairs(w, list)
	}
	writeHandOverNote(w, v, r.HandOver)
}

func afterHours(v lang.Voice, a client.AfterHours) string {
	l := v.Lang
	parts := []string{word(l, "after_hours."+a.State)}
	switch a.State {
	case "offered":
		parts = append(parts, a.Price)
	case "active", "end_proposed":
		parts = append(parts, v.Date(a.PurchasedAt), v.Seconds(a.Seconds))
	case "ended":
		parts = append(parts, v.Date(a.PurchasedAt)+" – "+v.Date(a.EndedAt), v.Seconds(a.Seconds))
	}
	if a.EndProposed != nil {
		parts = append(parts, v.Word("after_hours_end", a.EndProposed.Ground), a.EndProposed.Text)
	}
	return strings.Join(nonEmpty(parts...), ", ")
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func writeAsks(w io.Writer, v lang.Voice, asks []client.Ask) {
	if len(asks) == 0 {
		return
	}
	fmt.Fprintln(w, word(v.Lang, "head.asks"))
	for _, a := range asks {
		state := v.Word("ask_state", a.State)
		if !a.DueAt.IsZero() && a.State == "open" {
			state += ", " + word(v.Lang, "due") + " " + v.Date(a.DueAt)
		}
		what := v.Word("ask_kind", a.Kind)
		if a.Item != "" {
			what = v.Word("item", a.Item)
		}
		if a.Gather != nil {
			what = line(a.Gather.Text)
		}
		fmt.Fprintf(w, "  %d  %s → %s: %s\n", a.N, what, v.Word("asked", a.Of), state)
		paragraph(w, "     │ ", a.Text)
		if a.Gather != nil && a.State == "open" {
			writeSteps(w, v, *a.Gather)
		}
	}
}

func writeEscalation(w io.Writer, v lang.Voice, e *client.Escalation) {
	if e == nil {
		return
	}
	l := v.Lang
	fmt.Fprintln(w, word(l, "head.escalation"))
	list := []pair{
		{word(l, "begins"), v.Date(e.At)},
		{word(l, "ended"), v.Date(e.EndedAt)},
		{word(l, "manager"), member(e.Manager)},
		{word(l, "engineer"), member(e.Engineer)},
	}
	for i, p := range e.Plan {
		list = append(list, pair{fmt.Sprintf("%s %d", word(l, "step"), i+1), strings.Join(nonEmpty(v.Date(p.CheckpointAt), p.Text), "  ")})
	}
	for _, c := range e.Checks {
		if e.State != "active" {
			break // what was ticked and what not is history
		}
		mark := "☐ "
		if c.Confirmed {
			mark = "☑ "
		}
		list = append(list, pair{word(l, "check"), mark + c.Text})
	}
	pairs(w, list)
}

// writeEnd writes how the request may end, or has ended.
func writeEnd(w io.Writer, v lang.Voice, r client.Request) {
	l := v.Lang
	var list []pair
	add := func(key string, parts ...string) {
		list = append(list, pair{word(l, key), strings.Join(nonEmpty(parts...), ", ")})
	}
	if r.Silence != nil && r.Silence.Attempts > 0 {
		add("silence", r.Silence.Text)
	}
	if p := r.Proposal; p != nil {
		add("proposal", v.Named("reason", p.Reason), fmt.Sprintf(word(l, "proposed."+p.Side), v.Date(p.At)), p.Text)
	}
	if c := r.Completion; c != nil {
		add("completed", v.Date(c.At), v.Named("reason", c.Reason), c.Text)
		if c.DuplicateOf != "" {
			add("duplicate_of", c.DuplicateOf)
		}
		add("reopen_until", v.Date(c.ReopenUntil))
	}
	if x := r.Survey; x != nil {
		score := ""
		if x.Score != 0 {
			score = strconv.Itoa(x.Score)
		}
		add("survey", word(l, "survey."+x.State), score, v.Word("survey_withheld", x.Withheld))
	}
	if len(list) > 0 {
		fmt.Fprintln(w, word(l, "head.end"))
		pairs(w, list)
	}
}
