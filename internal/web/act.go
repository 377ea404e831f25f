package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// action is one form on the page of a request: what it sends becomes a command.
// Who may, and whether it is possible now, is the core's to say.
type action struct {
	path    string // below the request; one resource, one form
	command string // the row of the permission table
	told    string // what the page says when it is done
	make    func(*visit, filled) (support.Command, error)
}

// filled is a form that was sent. What cannot be read leaves its error, so that
// a maker reads all fields and asks once.
type filled struct {
	url.Values
	zone string
	err  *error
}

func (f filled) text(name string) support.Text {
	return support.T(strings.ReplaceAll(strings.TrimSpace(f.Get(name)), "\r\n", "\n"))
}

func (f filled) wrong(name, key string) {
	if *f.err == nil {
		*f.err = support.Wrong(name, key)
	}
}

// number reads a whole number; nothing is 0.
func (f filled) number(name string) int {
	s := strings.TrimSpace(f.Get(name))
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		f.wrong(name, "page.number_form")
	}
	return n
}

// instant reads what a field of kind datetime-local sends, in the reader's zone;
// nothing is the zero instant.
func (f filled) instant(name string) time.Time {
	s := strings.TrimSpace(f.Get(name))
	if s == "" {
		return time.Time{}
	}
	loc, err := calendar.Location(f.zone)
	if err != nil {
		loc = time.UTC
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", s, loc)
	if err != nil {
		f.wrong(name, "page.instant_form")
	}
	return t
}

// act carries out what a form of a request's page asks. A refusal shows the
// page again, with what was typed.
func (s *site) act(a action) func(*visit) error {
	return func(v *visit) error {
		id, err := v.request()
		if err != nil {
			return err
		}
		if err := v.mustSee(id); err != nil {
			return err // before what the form says is looked at
		}
		troubles, err := v.parseFiles(id)
		if err != nil {
			return err
		}
		var wrong error
		f := filled{v.PostForm, v.who.Zone, &wrong}
		if len(troubles) > 0 {
			f.wrong(newFile, "page.files_refused")
		}
		cmd, err := a.make(v, f)
		if err = cmp.Or(wrong, err); err == nil && v.looks() {
			return s.rehearsed(v, id, a, cmd)
		}
		ctx, once := v.once(f.Get("once"))
		var done desk.Done
		if err == nil {
			done, err = s.Desk.DoIf(ctx, v.who.Actor, id, v.seen(), cmd)
		}
		if err != nil && v.before(once) == 0 {
			return s.again(v, id, a, err, troubles)
		}
		if drafted(v.URL.Path) {
			if err := s.tagged(v, id, f.Values["add_tag"]); err != nil {
				return err
			}
			if err := s.Desk.DropDraft(v.Context(), v.who.Actor, v.URL.Path); err != nil {
				return err
			}
		}
		path := "/requests/" + support.Number(id)
		if a.path == "survey" {
			path += "/survey" // where it is thanked for
		}
		if slices.ContainsFunc(done.Facts, func(x support.Fact) bool { return support.MovesSight(x.Body) }) {
			if sees, err := s.Store.Sees(v.Context(), v.viewer(), id); err != nil || !sees {
				path = "/" // whoever has left as a watcher does not see it any more
			}
		}
		return v.goTo(path, a.told)
	}
}

// seen is the version of the request that the form rests on; 0 when its writer
// knows that something has arrived and sends all the same.
func (v *visit) seen() int64 {
	if v.PostForm.Get("anyway") != "" {
		return 0
	}
	n, _ := strconv.ParseInt(v.PostForm.Get("seen"), 10, 64)
	return max(n, 0)
}

// typed is a form that was refused: what was typed in it, and why.
type typed struct {
	Form    string
	Values  url.Values
	Trouble *trouble
	Arrived bool     // something new has come since the form was shown
	Files   []string // why files were not kept
}

// value is what was typed into a field of a form.
func (t typed) value(form, name string) string {
	if t.Form != form {
		return ""
	}
	return t.Values.Get(name)
}

func (t typed) values(form, name string) []string {
	if t.Form != form {
		return nil
	}
	return t.Values[name]
}

// wrong is what is wrong with a field of a form.
func (t typed) wrong(form, name string) string {
	if t.Form != form || t.Trouble == nil || t.Trouble.Field != name {
		return ""
	}
	return t.Trouble.Text
}

// again shows a request's page with a form that was refused.
func (s *site) again(v *visit, id int64, a action, refused error, files []string) error {
	t, err := v.trouble(refused)
	if err != nil {
		return err
	}
	form := typed{Form: a.path, Values: v.PostForm, Trouble: t, Files: files}
	var e *support.Error
	if a.path != "comments" {
		t.Form = a.path + "-"
	}
	if a.path == "survey" {
		return s.showSurvey(v, id, form, statusOf(support.CodeOf(refused)))
	}
	form.Arrived = errors.As(refused, &e) && e.Key == "request.moved_on"
	if form.Arrived {
		t.Title, t.Text = v.T("arrived.title"), v.T("arrived.text")
	}
	p, err := s.requestPage(v, id, form)
	if err != nil {
		return err
	}
	if !p.offers(form) {
		for _, name := range []string{"text", "reason", "statement", "impact"} {
			if words := form.Values.Get(name); words != "" {
				p.Lost = append(p.Lost, words)
			}
		}
	}
	v.show(statusOf(support.CodeOf(refused)), requestView(p))
	return nil
}

// offers tells whether a page shows the form that was refused, with what was
// typed in it. What it asked may have been settled meanwhile.
func (p requestPage) offers(t typed) bool {
	return t.Form == "comments" && p.Reply || slices.ContainsFunc(p.Drawers, func(d drawerView) bool { return d.Path == t.Form }) ||
		p.Work != nil && p.Work.Path == t.Form ||
		slices.ContainsFunc(p.Choices, func(c choiceView) bool { return c.NoPath == t.Form }) ||
		slices.ContainsFunc(p.Answers, func(a answerView) bool {
			return (t.Form == "answers" || t.Form == "refusals") && a.N == t.Values.Get("n")
		})
}

// trouble puts a refusal into words; what is no refusal is given back.
func (v *visit) trouble(err error) (*trouble, error) {
	var e *support.Error
	if !errors.As(err, &e) {
		return nil, err
	}
	t := &trouble{Title: v.T("refused.title"), Text: v.voice.Error(e), Field: e.Field, code: e.Code}
	open := e.Routes
	if e.Receipt != nil {
		open = slices.Concat(open, e.Receipt.Routes)
	}
	t.Routes = v.ways(open)
	return t, nil
}

// customerAgrees is the check of a de-escalation that is the customer's word.
const customerAgrees = "customer_agrees"

// refused is a form with why it was refused, for its page to show again.
func (v *visit) refused(form string, why error) (typed, error) {
	t, err := v.trouble(why)
	if err != nil {
		return typed{}, err
	}
	t.Form = form + "-"
	t.Field, _, _ = strings.Cut(t.Field, "[") // a list is one field
	return typed{Form: form, Values: v.PostForm, Trouble: t}, nil
}

// actions are the forms of a request's page, made once.
var actions = slices.Concat(partyActions(), staffActions(), workActions())

func partyActions() []action {
	return []action{
		{"comments", "comment", "comment", func(_ *visit, f filled) (support.Command, error) {
			return &support.Comment{Text: f.text("text"), Channel: support.Portal, Files: f.files()}, nil
		}},
		{"answers", "answer_ask", "answer", func(_ *visit, f filled) (support.Command, error) {
			return &support.AnswerAsk{N: f.number("n"), Text: f.text("text"), Files: f.files()}, nil
		}},
		{"refusals", "decline_ask", "ask_declined", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineAsk{N: f.number("n"), Reason: f.text("reason")}, nil
		}},
		{"severity", "raise_severity", "severity", func(v *visit, f filled) (support.Command, error) {
			there, err := v.contactsNumbered(f, "dedicated")
			return &support.RaiseSeverity{To: f.number("to"), Impact: f.text("impact"), Criteria: f.Values["criteria"], Dedicated: there}, err
		}},
		{"escalation", "escalate", "escalation", func(_ *visit, f filled) (support.Command, error) {
			return &support.Escalate{Statement: f.text("statement"), Impact: f.text("impact"), Workaround: f.text("workaround"),
				MilestoneAt: f.instant("milestone_at"), Reason: f.text("reason")}, nil
		}},
		{"proposal", "propose_completion", "proposal", func(_ *visit, f filled) (support.Command, error) {
			return &support.ProposeCompletion{Reason: f.Get("reason"), Text: f.text("text")}, nil
		}},
		{"completion", "accept_completion", "completion", agreeing(func(c *support.Consent) support.Command { return &support.AcceptCompletion{Consent: c} })},
		{"objection", "decline_completion", "objection", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineCompletion{Text: f.text("text")}, nil
		}},
		{"reopening", "reopen", "reopening", func(_ *visit, f filled) (support.Command, error) {
			return &support.Reopen{Text: f.text("text")}, nil
		}},
		{"lowering", "agree_lower_severity", "agreed", agreeing(func(c *support.Consent) support.Command { return &support.AgreeLowerSeverity{Consent: c} })},
		{"lowering-refusal", "decline_lower_severity", "declined", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineLowerSeverity{Reason: f.text("reason")}, nil
		}},
		{"after-hours", "confirm_after_hours", "after_hours", agreeing(func(c *support.Consent) support.Command { return &support.ConfirmAfterHours{Consent: c} })},
		{"after-hours-refusal", "decline_after_hours", "declined", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineAfterHours{Reason: f.text("reason")}, nil
		}},
		{"after-hours-end", "agree_after_hours_end", "agreed", agreeing(func(c *support.Consent) support.Command { return &support.AgreeAfterHoursEnd{Consent: c} })},
		{"after-hours-end-refusal", "decline_after_hours_end", "declined", func(_ *visit, f filled) (support.Command, error) {
			return &support.DeclineAfterHoursEnd{Reason: f.text("reason")}, nil
		}},
		{"deescalation", "confirm_deescalation", "agreed", func(*visit, filled) (support.Command, error) {
			return &support.ConfirmDeescalation{Check: customerAgrees}, nil
		}},
		{"approval", "approve_execution", "approved", func(*visit, filled) (support.Command, error) { return &support.ApproveExecution{}, nil }},
		{"watchers", "add_watcher", "watcher", func(v *visit, f filled) (support.Command, error) {
			id, err := v.contactNumbered(f, "contact")
			return &support.AddWatcher{Contact: id}, err
		}},
		{"watchers-removed", "remove_watcher", "watcher_removed", func(v *visit, f filled) (support.Command, error) {
			id, err := v.contactNumbered(f, "contact")
			return &support.RemoveWatcher{Contact: id}, err
		}},
		{"survey", "answer_survey", "survey", func(_ *visit, f filled) (support.Command, error) {
			return &support.AnswerSurvey{Score: f.number("score"), Text: f.text("text")}, nil
		}},
	}
}

// contactNumbered is the contact whose customer number a field holds. A number
// is no right: whether they may be named is the core's to say.
func (v *visit) contactNumbered(f filled, name string) (int64, error) {
	return v.numbered(f.Get(name), name)
}

// contactsNumbered are the contacts whose customer numbers a field holds, one a
// line or with commas between.
func (v *visit) contactsNumbered(f filled, name string) ([]int64, error) {
	var out []int64
	for _, s := range strings.FieldsFunc(f.Get(name), func(r rune) bool { return strings.ContainsRune("\r\n,;、，", r) }) {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		id, err := v.numbered(s, name)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

func (v *visit) numbered(said, name string) (int64, error) {
	number, err := support.ParseCustomerNumber(said)
	if err != nil {
		var e *support.Error
		if errors.As(err, &e) {
			e.Field = name
		}
		return 0, err
	}
	c, err := v.site.Store.ContactByNumber(v.Context(), insider, number)
	if support.CodeOf(err) == support.NotFound {
		return 0, support.Wrong(name, "api.contact_unknown", "number", number)
	}
	return c.ID, err
}

// insider reads what a form names by a number that its writer was told.
var insider = store.Viewer{Actor: support.Actor{Kind: support.System}, Roles: []support.Role{support.RoleSystem}}
