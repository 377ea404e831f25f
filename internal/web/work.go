package web

import (
	"cmp"
	"slices"
	"strings"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// work is something that staff do on a request now and then: a form in a quiet
// drawer, among those of its kind.
type work struct {
	kind    string // by what it is found: people, severity, escalation, filing, cause, privacy
	command string
	path    string
	icon    string
	danger  bool
	on      func(t told) bool // whether it makes sense now
	after   bool              // also on a completed request
	both    bool              // customers have it, too
	fields  func(s *site, v *visit, t told) ([]field, error)
	make    func(*visit, filled) (support.Command, error)
}

// kinds of work, in the order of the page.
var kindsOfWork = []string{"people", "word", "promises", "severity", "escalation", "filing", "cause", "third", "privacy"}

// works is everything that staff may do beside the forms of every day.
var works = slices.Concat(wordWorks, thirdPartyWorks, []work{
	{kind: "people", command: "assign", path: "assignment", icon: "person", on: always, fields: someone("staff"), make: withStaff("staff", func(id int64) support.Command { return &support.Assign{Staff: id} })},
	{kind: "people", command: "add_second", path: "seconds", icon: "people", on: owned, fields: someone("staff"), make: withStaff("staff", func(id int64) support.Command { return &support.AddSecond{Staff: id} })},
	{kind: "people", command: "remove_second", path: "seconds-removed", icon: "close", on: func(t told) bool { return len(t.r.Seconds) > 0 }, fields: secondFields, make: withStaff("staff", func(id int64) support.Command { return &support.RemoveSecond{Staff: id} })},
	{kind: "people", command: "announce_hand_over", path: "hand-over", icon: "move", on: func(t told) bool { return t.r.Owner != 0 && t.r.HandOver == nil }, fields: (*site).handOverFields, make: announceHandOver},
	{kind: "people", command: "accept_hand_over", path: "hand-over-accepted", icon: "done", on: handingOver, make: bare(&support.AcceptHandOver{})},
	{kind: "people", command: "decline_hand_over", path: "hand-over-declined", icon: "close", on: handingOver, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.DeclineHandOver{Reason: f.text("reason")}, nil
	}},
	{kind: "people", command: "cancel_hand_over", path: "hand-over-cancelled", icon: "close", on: handingOver, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.CancelHandOver{Reason: f.text("reason")}, nil
	}},
	{kind: "people", command: "decline_offer", path: "offer-declined", icon: "close", on: func(t told) bool { return t.r.Offer != nil }, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.DeclineOffer{Reason: f.text("reason")}, nil
	}},
	{kind: "people", command: "acknowledge_page", path: "page-acknowledged", icon: "phone", on: func(t told) bool { return t.r.PageOpen() }, make: bare(&support.AcknowledgePage{})},

	{kind: "promises", command: "cancel_ask", path: "asks-cancelled", icon: "close", on: func(t told) bool { return len(openAsks(t)) > 0 }, fields: cancelFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.CancelAsk{N: f.number("n"), Reason: f.text("reason")}, nil
	}},
	{kind: "promises", command: "keep_promise", path: "promises-kept", icon: "done", on: promised, fields: promiseFields("text", true, false), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.KeepPromise{N: f.number("n"), Text: f.text("text")}, nil
	}},
	{kind: "promises", command: "renew_promise", path: "promises-renewed", icon: "clock", on: promised, fields: promiseFields("text", false, true), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RenewPromise{N: f.number("n"), DueAt: f.instant("due_at"), Text: f.text("text")}, nil
	}},
	{kind: "promises", command: "withdraw_promise", path: "promises-withdrawn", icon: "close", on: promised, fields: promiseFields("reason", false, false), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.WithdrawPromise{N: f.number("n"), Reason: f.text("reason")}, nil
	}},

	{kind: "severity", command: "propose_lower_severity", path: "severity-proposal", icon: "flag", on: func(t told) bool { return t.r.Severity != 0 && t.r.Lowering == nil }, fields: (*site).lowerFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.ProposeLowerSeverity{To: f.number("to"), Reason: f.text("reason")}, nil
	}},
	{kind: "severity", command: "offer_after_hours", path: "after-hours-offer", icon: "clock", on: func(t told) bool { return !t.r.AfterHours.Offered() && !t.r.AfterHours.Active() }, fields: lines("price", "order"), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.OfferAfterHours{Price: f.text("price"), Order: f.text("order")}, nil
	}},
	{kind: "severity", command: "propose_after_hours_end", path: "after-hours-proposal", icon: "clock", on: func(t told) bool { return t.r.AfterHours.Active() && t.r.AfterHours.EndProposed == nil }, fields: (*site).afterHoursEndFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.ProposeAfterHoursEnd{Ground: f.Get("ground"), Severity: f.number("severity"), Text: f.text("text")}, nil
	}},

	{kind: "escalation", command: "escalate", path: "escalation", icon: "flag", on: func(t told) bool { return !t.r.Escalation.Active() }, fields: (*site).escalationFields},
	{kind: "escalation", command: "assign_escalation", path: "escalation-engineer", icon: "person", on: escalated, fields: someone("engineer"), make: withStaff("engineer", func(id int64) support.Command { return &support.AssignEscalation{Engineer: id} })},
	{kind: "escalation", command: "confirm_deescalation", path: "escalation-checks", icon: "done", on: escalated, fields: (*site).checkFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.ConfirmDeescalation{Check: f.Get("check")}, nil
	}},
	{kind: "escalation", command: "deescalate", path: "escalation-ended", icon: "close", on: escalated, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.Deescalate{Reason: f.text("reason")}, nil
	}},

	{kind: "filing", command: "change_details", path: "details", icon: "gear", on: always, fields: detailFields, make: changeDetails},
	{kind: "filing", command: "reclassify", path: "classification", icon: "move", on: always, fields: (*site).classFields, make: reclassify},
	{kind: "word", command: "complete", path: "completed", icon: "flag", danger: true, on: always, fields: (*site).completionFields},
	{kind: "filing", command: "complete", path: "duplicate", icon: "link", danger: true, on: always, fields: duplicateFields, make: duplicate},
	{kind: "people", command: "assign_ask", path: "asks-assigned", icon: "person", on: func(t told) bool { return len(engineeringAsks(t)) > 0 }, fields: (*site).assignAskFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.AssignAsk{N: f.number("n"), Staff: f.staff("staff")}, nil
	}},
	{kind: "filing", command: "convert", path: "conversion", icon: "move", danger: true, on: func(t told) bool { return t.r.Severity != 0 }, fields: (*site).convertFields, make: func(v *visit, f filled) (support.Command, error) {
		c, err := v.consent(f)
		return &support.Convert{Text: f.text("text"), Consent: c}, err
	}},
	{kind: "filing", command: "link_defect", path: "defects", icon: "link", on: always, after: true, fields: lines("defect"), make: func(_ *visit, f filled) (support.Command, error) {
		id, err := defectNamed(f)
		return &support.LinkDefect{Defect: id}, err
	}},
	{kind: "filing", command: "unlink_defect", path: "defects-unlinked", icon: "close", after: true, on: func(t told) bool { return len(t.r.Defects) > 0 }, fields: (*site).linkedDefectFields, make: func(_ *visit, f filled) (support.Command, error) {
		id, err := defectNamed(f)
		return &support.UnlinkDefect{Defect: id, Reason: f.text("reason")}, err
	}},

	{kind: "filing", command: "split_licence", path: "licence-split", icon: "key", danger: true, on: serviceOnly, fields: (*site).splitFields, make: splitLicence},
	{kind: "people", command: "add_note", path: "verification", icon: "find", on: serviceOnly, fields: verificationFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.AddNote{Text: f.text("text"), Label: "verification"}, nil
	}},
	{kind: "people", command: "swap_primary", path: "primary-swap", icon: "people", danger: true, on: serviceOnly, fields: swapFields, make: func(v *visit, f filled) (support.Command, error) {
		to, err := v.contactNumbered(f, "to")
		return &support.SwapPrimary{To: to}, err
	}},

	{kind: "cause", command: "record_reproduction", path: "reproductions", icon: "find", on: always, fields: reproductionFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RecordReproduction{Outcome: support.ReproductionOutcome(f.Get("outcome")), Environment: f.text("environment"), Text: f.text("text"), Public: f.Get("public") != ""}, nil
	}},
	{kind: "cause", command: "record_root_cause", path: "root-cause", icon: "find", after: true, on: always, fields: causeFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RecordRootCause{Text: f.text("text"), Public: f.Get("public") != ""}, nil
	}},
	{kind: "cause", command: "set_action_plan", path: "action-plan", icon: "list", on: always, fields: planFields, make: setPlan},

	{kind: "privacy", command: "restrict_request", path: "restriction", icon: "lock", after: true, on: func(t told) bool { return !t.r.Restricted }, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RestrictRequest{Reason: f.text("reason")}, nil
	}},
	{kind: "privacy", command: "lift_restriction", path: "restriction-lifted", icon: "lock", after: true, on: func(t told) bool { return t.r.Restricted }, fields: why, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.LiftRestriction{Reason: f.text("reason")}, nil
	}},
	{kind: "privacy", command: "redact_text", path: "redactions", icon: "close", danger: true, after: true, on: always, fields: redactFields, make: redact},
})

func always(told) bool        { return true }
func serviceOnly(t told) bool { return t.r.Filed.Kind == support.CS && t.r.Filed.Contract != 0 }
func owned(t told) bool       { return t.r.Owner != 0 }
func handingOver(t told) bool { return t.r.HandOver != nil }
func escalated(t told) bool   { return t.r.Escalation.Active() }

// promised tells whether a promise waits to be kept.
func promised(t told) bool { return len(openPromises(t)) > 0 }

func openPromises(t told) []support.MadePromise {
	var out []support.MadePromise
	for _, p := range t.r.Promises {
		if state := t.r.PromiseClock(p.N).State; !p.Withdrawn && (state == support.Running || state == support.Missed) {
			out = append(out, p)
		}
	}
	return out
}

// openAsks are the asks that can be taken back.
func openAsks(t told) []support.OpenedAsk {
	return slices.DeleteFunc(slices.Clone(t.r.Asks), func(a support.OpenedAsk) bool { return a.State != support.AskOpen })
}

// workActions are the forms of works; that of an escalation is the customer's too.
func workActions() []action {
	var out []action
	for _, w := range works {
		if w.make != nil {
			out = append(out, action{w.path, w.command, "done", w.make})
		}
	}
	return out
}

// workGroup are works of one kind: links, each of which opens its form.
type workGroup struct {
	Kind, Title string
	Links       []navItem
}

// worksOf are the works that the reader may do now, and the form of the one that
// the address asks for, or that was refused.
func (s *site) worksOf(v *visit, t told, form typed) (out []workGroup, open *drawerView, err error) {
	if !v.staff() {
		return nil, nil, nil
	}
	wanted := cmp.Or(form.Form, v.URL.Query().Get("do"))
	for _, kind := range kindsOfWork {
		g := workGroup{Kind: kind, Title: v.T("work." + kind)}
		for _, w := range works {
			if w.kind != kind || t.r.Completed != nil && !w.after || !w.on(t) || !t.may(v, w.command) {
				continue
			}
			here := w.path == wanted
			g.Links = append(g.Links, navItem{Path: "/requests/" + support.Number(t.r.ID) + "?do=" + w.path + "#work", Icon: w.icon, Label: v.T("work." + w.name()), Here: here, Key: w.path})
			if here {
				if open, err = s.workOf(v, t, w, form); err != nil {
					return nil, nil, err
				}
			}
		}
		if len(g.Links) > 0 {
			out = append(out, g)
		}
	}
	return out, open, nil
}

// workOf is the form of a work.
func (s *site) workOf(v *visit, t told, w work, form typed) (*drawerView, error) {
	d := &drawerView{Path: w.path, Icon: w.icon, Title: v.T("work." + w.name()), Hint: v.T("work." + w.name() + ".hint"), Send: v.T("work." + w.name() + ".send")}
	if w.danger {
		d.Tone = "danger"
	}
	if w.fields == nil {
		return d, nil
	}
	fields, err := w.fields(s, v, t)
	d.Fields = form.kept(w.path, fields)
	return d, err
}

// name is by what a work's words are found: its command, where that has one form.
func (w work) name() string {
	switch w.path {
	case "duplicate", "said", "verification":
		return w.path
	}
	return w.command
}

func bare(c support.Command) func(*visit, filled) (support.Command, error) {
	return func(*visit, filled) (support.Command, error) { return c, nil }
}

func withStaff(name string, do func(int64) support.Command) func(*visit, filled) (support.Command, error) {
	return func(_ *visit, f filled) (support.Command, error) {
		return do(f.staff(name)), nil
	}
}

// staff is the colleague whom a field names; nobody is 0.
func (f filled) staff(name string) int64 {
	x := f.Get(name)
	if x == "" {
		return 0
	}
	id, ok := support.ParseOpaque("stf", x)
	if !ok {
		f.wrong(name, "staff.unknown")
	}
	return id
}

func why(_ *site, v *visit, _ told) ([]field, error) {
	return []field{{Name: "reason", Label: v.T("do_reason"), Kind: "textarea"}}, nil
}

// lines are fields of one line, which the work's own words explain.
func lines(names ...string) func(*site, *visit, told) ([]field, error) {
	return func(_ *site, v *visit, _ told) ([]field, error) {
		var out []field
		for _, n := range names {
			out = append(out, field{Name: n, Label: v.T("work.field." + n), Kind: "text"})
		}
		return out, nil
	}
}

// colleagues are those of the staff who can be named.
func (s *site) colleagues(v *visit) ([]option, error) {
	all, err := s.Store.AllStaff(v.Context())
	var out []option
	for _, m := range all {
		if !m.Active {
			continue
		}
		o := option{Value: support.Opaque("stf", m.ID), Label: lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false)}
		var does []string
		for _, r := range m.Roles {
			does = append(does, v.voice.Word("role", string(r)))
		}
		o.Label += " — " + strings.Join(does, v.voice.Comma())
		if m.Site != "" {
			o.Label += v.voice.Comma() + v.voice.Named("site", m.Site)
		}
		out = append(out, o)
	}
	return out, err
}

// someone asks for a colleague.
func someone(name string) func(*site, *visit, told) ([]field, error) {
	return func(s *site, v *visit, _ told) ([]field, error) {
		who, err := s.colleagues(v)
		return []field{{Name: name, Label: v.T("work.field.staff"), Kind: "select", Options: who}}, err
	}
}

func items(v *visit, list []policy.Item) []option {
	var out []option
	for _, it := range list {
		out = append(out, option{Value: it.ID, Label: capital(it.Text.In(v.Lang))})
	}
	return out
}
