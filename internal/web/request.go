package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// entriesShown is how many entries of a timeline a page shows at once.
const entriesShown = 50

// requestPage is everything that the page of one request shows.
type requestPage struct {
	frame
	Number, Title, Kind, Stage string
	Turn, TurnKey, TurnNext    string
	Late                       bool // the next target is missed
	Advice                     []lang.Advice
	Now                        []doView
	Facts                      []pair
	Clocks                     []clockView
	Asks                       []askView
	Gather                     []gatherView
	Promises                   []askView
	Plan                       []pair // of an escalation: checkpoint and step
	Days                       []dayView
	News                       []entryView // what has come since a form was shown that was stopped for it
	Silence                    string
	Path                       string // of this page
	Seq                        int64  // what the reader has seen
	Earlier                    string // the address of the entries before
	Reply                      bool   // a comment may be written
	Take                       bool   // nobody owns it, and the reader may
	Answers                    []answerView
	Choices                    []choiceView
	Drawers                    []drawerView
	Works                      []workGroup
	Work                       *drawerView // the one that is open
	Held                       []pair      // replies that can be taken back: entry, and until when
	Survey                     *surveyAsked
	Form                       typed
	Would                      *wouldShown // what the form would mail; nil: nobody has asked
	Draft                      url.Values  // of the comment
	Note                       bool        // a note may be written
	NoteDraft                  url.Values
	NoteAttach                 attachView
	Lost                       []string   // words of a form that is not there any more
	Files                      []fileView // of the whole request
	Attach                     attachView
	Context                    *contextView
	Macro                      *macroUsed
	Key                        string // the number as addresses have it
	Handling                   []pair // what staff must know before anything else
	Contract                   string // its number, where the reader may see it
	Once                       string
}

type pair struct{ Label, Value string }

type askView struct {
	N               string
	Kind, Of, Text  string
	How             []string // how what it names is gathered
	Due             string
	State, StateKey string
}

type dayView struct {
	Day     string
	Entries []*entryView
}

// entryView is one entry. Quiet ones are what the desk did by itself: a line
// without a box. Notes are internal and look so.
type entryView struct {
	ID                    string // on the page
	Time, Who, Side, Text string
	Texts                 []pair
	Files                 []fileView
	Mails                 []mailState // that told of it; staff alone read it
	Quiet, Internal, Note bool
	Mail                  *mailEntry // by which it came
}

func (s *site) request(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	p, err := s.requestPage(v, id, typed{})
	if err != nil {
		return err
	}
	return v.page(requestView(p))
}

// told is a request with all that its page says about it.
type told struct {
	r      *support.Request
	facts  []support.Fact // of the timeline that is shown
	texts  map[int64]string
	people lang.People
	roles  []support.Role
	// contact is who filed, mails those of the entries; staff alone read them.
	contact support.Contact
	mails   map[int64]mailEntry
	waiting []store.EffectRow // staff's too
}

// may tells whether the reader is offered a command.
func (t told) may(v *visit, command string) bool {
	return support.May(t.r, command, t.roles, v.who.Actor)
}

// tell reads a request for its page; looking at it is noted.
func (s *site) tell(v *visit, id int64) (t told, err error) {
	ctx, viewer := v.Context(), v.viewer()
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	if t.r, t.facts, err = s.Desk.Told(ctx, viewer, id, store.Page{Limit: entriesShown, Newest: true, Before: before}); err != nil {
		return t, err
	}
	if err = s.Desk.RecordRead(ctx, viewer.Actor, id); err != nil {
		return t, err
	}
	if t.people, t.texts, err = s.Desk.Names(ctx, support.ActorsOf(t.r, t.facts), textIDs(t.r, t.facts)); err != nil {
		return t, err
	}
	if v.staff() {
		if t.contact, err = s.Store.Contact(ctx, viewer, t.r.Filed.Contact); err != nil {
			return t, err
		}
	}
	if t.mails, err = s.mailsOf(v, t); err != nil {
		return t, err
	}
	if v.staff() {
		if t.waiting, err = s.Store.EffectsWaiting(ctx, viewer, id); err != nil {
			return t, err
		}
	}
	t.roles, err = s.Desk.Roles(ctx, viewer, t.r)
	return t, err
}

// requestPage is the page of a request, with a form that was refused.
func (s *site) requestPage(v *visit, id int64, form typed) (requestPage, error) {
	t, err := s.tell(v, id)
	if err != nil {
		return requestPage{}, err
	}
	r, texts := t.r, t.texts
	p := requestPage{
		frame: v.frame, Number: support.SpokenNumber(id), Title: texts[r.Filed.Title.ID], Key: support.Number(id), Path: "/requests/" + support.Number(id), Seq: r.Seq,
		Kind: capital(v.voice.Word("kind", string(r.Kind()))), Stage: v.voice.Word("stage", string(r.Stage())),
		Turn: v.turn(r.Turn(), r.Owner != 0), TurnKey: string(r.Turn()), Form: form, Once: newOnce(),
	}
	if len(t.facts) == entriesShown && t.facts[0].Seq > 1 {
		p.Earlier = p.Path + "?before=" + strconv.FormatInt(t.facts[0].Seq, 10)
	}
	if p.Title == "" {
		p.Title = v.T("erased")
	}
	if p.Facts, err = s.allFactsOf(v, t); err != nil {
		return p, err
	}
	if v.staff() || (support.Holding{Roles: t.roles}).Has(support.RoleSupportAdmin, support.RoleLicencePrimary) {
		p.Contract = r.Filed.Receipt.Number
	}
	if v.staff() {
		if p.Context, err = s.contextOf(v, t); err != nil {
			return p, err
		}
		if p.Handling, err = s.handlingOf(v, r); err != nil {
			return p, err
		}
	}
	p.Clocks = s.clocksOf(v, r)
	p.Gather = s.gatherOf(v, r)
	p.Promises = promisesOf(v, r, texts)
	p.Plan = planOf(v, r, texts)
	p.Days = daysOf(v, t)
	if form.Arrived {
		p.News = newsOf(v, t)
	}
	p.Files = filesOf(v, r, texts)
	p.Silence = s.silenceOf(v, r)
	p.TurnNext, p.Late = s.nextOf(v, r)
	p.Take = v.staff() && r.Owner == 0 && r.Completed == nil && t.may(v, "take")
	p.Answers, p.Choices, p.Drawers = answersOf(v, t), s.choicesOf(v, t), s.drawersOf(v, t, form)
	p.Held = s.heldOf(v, t)
	if p.Works, p.Work, err = s.worksOf(v, t, form); err != nil {
		return p, err
	}
	p.Asks = asksOf(v, t, len(p.Answers) > 0)
	p.Now = s.nowOf(v, t, p)
	p.Survey = s.surveyOf(v, t)
	if err = s.writing(v, t, &p); err != nil {
		return p, err
	}
	p.Advice, err = s.adviceOf(v, r)
	return p, err
}

// writing adds what the reader may write, what they have begun to, and where it
// takes files.
func (s *site) writing(v *visit, t told, p *requestPage) (err error) {
	p.Reply, p.Note = t.may(v, "comment"), v.staff() && t.may(v, "add_note")
	if !p.Reply && !p.Note {
		return nil
	}
	drafts, err := s.Store.Drafts(v.Context(), v.who.Actor, p.Path+"/comments", p.Path+"/notes")
	if err != nil {
		return err
	}
	p.Draft = url.Values(drafts[p.Path+"/comments"].Fields)
	if p.Attach, err = s.attach(v, t.r.ID); err != nil || !p.Note {
		p.Attach = p.Attach.of("comments", p.Draft)
		return err
	}
	p.NoteDraft = url.Values(drafts[p.Path+"/notes"].Fields)
	if p.Macro, err = s.macroFor(v, t, p.Context, p.Number); p.Macro != nil {
		into := &p.Draft
		if p.Macro.Note {
			into = &p.NoteDraft
		}
		text := strings.TrimSpace((*into).Get("text") + "\n\n" + p.Macro.Text)
		*into = maps.Clone(*into)
		if *into == nil {
			*into = url.Values{}
		}
		(*into).Set("text", text)
	}
	p.NoteAttach, p.Attach = p.Attach.of("notes", p.NoteDraft), p.Attach.of("comments", p.Draft)
	return err
}

// allFactsOf is what stands about the request beside its timeline.
func (s *site) allFactsOf(v *visit, t told) ([]pair, error) {
	out := s.factsOf(v, t.r, t.people)
	defects, err := s.defectsOf(v, t.r)
	if err != nil {
		return nil, err
	}
	out = slices.Concat(out, defects)
	return slices.Concat(out, installedOf(v, t.r, t.texts), causeOf(v, t.r, t.texts), thirdPartiesOf(v, t.r, t.texts)), nil
}

// request is the id of the request that the address names. What is no number is
// absent: an address says nothing about which numbers there are.
func (v *visit) request() (int64, error) {
	id, err := support.ParseNumber(v.PathValue("number"))
	if err != nil {
		return 0, support.Refuse(support.NotFound, "page.absent")
	}
	return id, nil
}

// severity names a level: its number, and its name where that says more.
func (v *visit) severity(level int) string {
	n := itoa(level)
	name := v.voice.Named("severity", n)
	if strings.Contains(name, n) {
		return name
	}
	return n + " · " + name
}

// turn is whose turn it is: a customer is told from their side.
func (v *visit) turn(t support.Turn, owned bool) string {
	if v.customer() {
		return v.voice.Message("page.turn."+lang.TurnWord(string(t), owned), nil)
	}
	return v.voice.Turn(string(t), owned)
}

func textIDs(r *support.Request, facts []support.Fact) []int64 {
	ids := []int64{r.Filed.Title.ID}
	for _, a := range r.Asks {
		ids = append(ids, a.Text.ID)
	}
	for _, f := range r.Files {
		ids = append(ids, f.Name.ID, f.Hash.ID)
	}
	for _, x := range r.Details.Changes {
		ids = append(ids, x.Text.ID)
	}
	if r.RootCause != nil {
		ids = append(ids, r.RootCause.Text.ID)
	}
	for _, p := range r.Promises {
		ids = append(ids, p.Text.ID)
	}
	for _, t := range r.ThirdParties {
		ids = append(ids, t.Vendor.ID, t.Component.ID, t.Grounds.ID, t.Case.Number.ID)
	}
	if r.Escalation.Active() {
		for _, step := range r.Escalation.Plan {
			ids = append(ids, step.Text.ID)
		}
	}
	for _, f := range facts {
		for _, t := range support.TextRefs(f.Body) {
			ids = append(ids, t.Text.ID)
		}
	}
	return ids
}

// factsOf is the head of the page: who, what, under which promise.
func (s *site) factsOf(v *visit, r *support.Request, people lang.People) []pair {
	owner := v.T("nobody")
	if r.Owner != 0 {
		owner = people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: r.Owner})
	} else if !r.QueuedSince.IsZero() {
		owner = v.T("queued", "since", r.QueuedSince.Format(time.RFC3339))
	}
	out := []pair{
		{v.T("contact"), people.Who(v.Lang, support.Actor{Kind: support.Customer, ID: r.Filed.Contact})},
		{v.T("owner"), owner},
	}
	add := func(label, value string) {
		if value != "" {
			out = append(out, pair{v.T(label), value})
		}
	}
	if r.Severity > 0 {
		add("severity", v.severity(r.Severity))
	}
	if r.Filed.Product != "" {
		add("product", strings.TrimSpace(v.voice.Named("product", r.Filed.Product)+" "+r.Filed.Version))
	}
	add("offering", v.voice.Named("offering", r.Filed.Offering))
	add("contract", r.Filed.Receipt.Number)
	add("scope", v.voice.Named("scope", r.Filed.Scope))
	add("feature", r.Filed.Feature)
	add("region", v.voice.Named("region", r.Filed.Region))
	add("environment", v.voice.Word("environment", r.Details.Environment))
	add("channel", v.voice.Word("channel", string(r.Filed.Channel)))
	if r.Restricted && v.staff() {
		add("restricted", namedOf(v, r, people))
	}
	if e := r.Escalation; e.Active() {
		add("escalated", v.voice.Date(e.At))
		if e.Manager != 0 {
			add("manager", people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: e.Manager}))
			add("engineer", people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: e.Engineer}))
		}
	}
	add("seconds", secondsOf(v, r, people))
	add("watchers", watchersOf(v, r, people))
	if r.AfterHours.Active() {
		add("after_hours", v.voice.Date(r.AfterHours.PurchasedAt))
	}
	if r.Completed != nil {
		done := v.voice.Date(r.CompletedAt)
		if !r.Completed.WithNotice() {
			done += " · " + v.voice.Named("reason", r.Completed.Reason)
		}
		add("completed", done)
		if of := r.Completed.Duplicate; of != 0 {
			add("duplicate_of", support.SpokenNumber(of))
		} else if r.Completed.Reopens() {
			add("reopen_until", v.voice.Date(r.Completed.ReopenUntil))
		}
	}
	add("follows", numbers(r.Filed.Follows))
	add("followed_by", numbers(r.FollowedBy...))
	add("duplicates", numbers(r.Duplicates...))
	return out
}

// handlingOf is what staff must know about the request's account, contract and
// product now.
func (s *site) handlingOf(v *visit, r *support.Request) ([]pair, error) {
	list, err := s.Store.Handling(v.Context(), v.viewer(), support.Index(r, s.Desk.Pack()), s.Desk.Now())
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, h := range list {
		ids = append(ids, h.Text.ID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	var out []pair
	for _, h := range list {
		out = append(out, pair{v.T("handling", "until", h.Until.Format(time.RFC3339)), texts[h.Text.ID]})
	}
	return out, err
}

// namedOf is who of the staff sees a restricted request.
func namedOf(v *visit, r *support.Request, people lang.People) string {
	names := []string{v.T("restricted_duty")}
	for _, id := range r.Named {
		names = append(names, people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: id}))
	}
	return strings.Join(names, v.voice.Comma())
}

// asksOf is the checklist of asks; those that stand above with a form to answer
// them are not said again.
func asksOf(v *visit, t told, answered bool) []askView {
	var out []askView
	r, texts := t.r, t.texts
	for _, a := range r.Asks {
		if a.Of.InHouse() && !v.staff() || answered && a.State == support.AskOpen && a.Of == support.TurnCustomer {
			continue
		}
		out = append(out, askView{
			N: strconv.Itoa(a.N), Kind: capital(asked(v, a)), Due: v.voice.Date(a.DueAt), Of: v.voice.Word("asked", string(a.Of)),
			Text: texts[a.Text.ID], State: v.voice.Word("ask_state", string(a.State)), StateKey: string(a.State), How: howOf(v, r, a),
		})
	}
	return out
}

// planOf is the action plan of an escalation, which the customer sees (R46).
func planOf(v *visit, r *support.Request, texts map[int64]string) []pair {
	if !r.Escalation.Active() {
		return nil
	}
	var out []pair
	for _, s := range r.Escalation.Plan {
		out = append(out, pair{v.voice.Date(s.CheckpointAt), texts[s.Text.ID]})
	}
	return out
}

// daysOf is the timeline, newest last, cut at the reader's days. Files stand with
// their entry; those whose entry is on an earlier page stand alone.
func daysOf(v *visit, t told) []dayView {
	names := lang.Names{People: t.people, Zone: v.who.Zone, Pack: v.voice.Pack}
	var out []dayView
	shown := map[int64]*entryView{}
	for _, f := range t.facts {
		file, attached := f.Body.(support.FileAttached)
		if e := shown[file.Entry]; attached && e != nil {
			e.Files = append(e.Files, v.fileOf(t.r, file.AttachedFile, false, t.texts))
			continue
		}
		day := v.voice.Day(f.Happened())
		if n := len(out); n == 0 || out[n-1].Day != day {
			out = append(out, dayView{Day: day})
		}
		d := &out[len(out)-1]
		e := v.entry(t, f, names)
		d.Entries = append(d.Entries, &e)
		shown[f.Seq] = &e
	}
	v.mailsOf(t, shown, names)
	return out
}

// newsOf are the entries that the writer of a form has not seen.
func newsOf(v *visit, t told) []entryView {
	names := lang.Names{People: t.people, Zone: v.who.Zone, Pack: v.voice.Pack}
	var out []entryView
	for _, f := range t.facts {
		if f.Seq > v.seen() && !quiet(f) {
			e := v.entry(t, f, names)
			e.ID = "new-" + e.ID // the timeline has it, too
			out = append(out, e)
		}
	}
	return out
}

// entry is one entry of a timeline.
func (v *visit) entry(t told, f support.Fact, names lang.Names) entryView {
	e := entryView{
		ID: "e" + strconv.FormatInt(f.Seq, 10), Time: v.time(f.Happened()), Who: t.people.Who(v.Lang, f.By), Side: string(f.By.Kind),
		Text: lang.Fact(v.Lang, f, names), Internal: !support.Public(f), Quiet: quiet(f),
	}
	_, e.Note = f.Body.(support.NoteAdded)
	if m, ok := t.mails[f.Seq]; ok {
		e.Mail = &m
	}
	if strings.HasPrefix(e.Text, e.Who) {
		e.Who = "" // the sentence names them
	}
	switch b := f.Body.(type) {
	case support.FileAttached:
		e.Files = []fileView{v.fileOf(t.r, b.AttachedFile, false, t.texts)}
		return e
	case support.CommentHeld:
		for _, x := range b.Files {
			e.Files = append(e.Files, v.fileOf(t.r, x, false, t.texts))
		}
		b.Files = nil
		f.Body = b
	}
	for _, x := range support.TextRefsFor(f, v.who.Actor) {
		plain, there := t.texts[x.Text.ID]
		if !there || plain == "" {
			plain = v.T("erased")
		}
		e.Texts = append(e.Texts, pair{labelOf(v, x.Name), plain})
	}
	return e
}

// labelOf names the field that a text stands in; what somebody wrote needs none.
func labelOf(v *visit, name string) string {
	path := strings.Split(name, ".")
	name = path[len(path)-1]
	if len(path) > 1 && name == "text" && lang.Has(lang.English, "word.field."+path[len(path)-2]) {
		name = path[len(path)-2] // a text of several alike: what they are says more
	}
	if name == "text" || name == "body" {
		return ""
	}
	return capital(v.voice.Word("field", name))
}

// quiet tells what followed by itself from what somebody did or said.
func quiet(f support.Fact) bool {
	switch f.Body.(type) {
	case support.TargetStarted, support.TargetMet, support.TargetReplaced, support.TargetMoved, support.TargetDropped, support.TargetWarned,
		support.Notified, support.NoticeFailed, support.Queued, support.WaitingStarted, support.WaitingEnded, support.IncidentReserved,
		support.IncidentSettled, support.SurveyWithheld, support.AutomaticDigested:
		return true
	}
	return f.By.Kind == support.System
}

// time is the time of day in the reader's zone; the day stands above.
func (v *visit) time(t time.Time) string {
	loc, err := calendar.Location(v.who.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("15:04")
}

// adviceOf is what a customer can do for themselves now.
func (s *site) adviceOf(v *visit, r *support.Request) ([]lang.Advice, error) {
	if v.staff() {
		return nil, nil
	}
	account, err := s.Store.Account(v.Context(), store.Viewer{Actor: support.Actor{Kind: support.System}, Roles: []support.Role{support.RoleSystem}}, r.Filed.Account)
	if err != nil {
		return nil, err
	}
	return v.voice.Advice(r, s.Desk.Now(), account.Country), nil
}

func itoa(n int) string { return strconv.Itoa(n) }

// capital begins a word of the catalogues with a capital, as headings do.
func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[size:]
}
