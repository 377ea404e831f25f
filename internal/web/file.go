package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/support"
)

// newPath is where a request is filed, and the address of its draft.
const newPath = "/requests/new"

// step is one page of the way to a request.
type step string

// Steps in their order. What was typed is kept between them, and after.
const (
	stepWhat   step = "what"
	stepHow    step = "how"
	stepText   step = "text"
	stepReview step = "review"
)

var steps = []step{stepWhat, stepHow, stepText, stepReview}

// stepOf tells on which step a field of the command is asked.
var stepOf = map[string]step{
	"product": stepWhat, "version": stepWhat, "kind": stepWhat, "contract": stepHow, "scope": stepWhat, "feature": stepWhat, "topic": stepHow, "evidence": stepText,
	"severity": stepHow, "criteria": stepHow, "environment": stepHow, "impact": stepText, "title": stepText, "text": stepText,
	newFile: stepText, "platforms": stepText, "symptom": stepText, "changes": stepText, "third_parties": stepText, "guest": stepText, "partner": stepText,
}

// newPage is one step.
type newPage struct {
	frame
	Step    step
	Steps   []stepView
	Trouble *trouble
	Fields  []field
	More    []field // what fewer can say: environment, changes, other vendors
	MoreNow bool    // something of it is said or refused
	Draft   url.Values

	// Products are those that one is entitled to; Others the rest, with the ways
	// that are open (UX-02, UX-30).
	Products []productView
	Others   []otherView
	Levels   []levelView
	Contract *field     // of a customer service request, when there are several
	Stop     *otherView // nothing can be filed on what was chosen
	Help     suggestions
	Review   []pair
	Promise  *levelView
	Once     string
	Seen     string // the draft that is reviewed
	Saved    string // when the draft was kept
	Attach   attachView
}

type stepView struct {
	Step  step
	Label string
	Here  bool
	Done  bool
}

// productView is a product with the contract that covers it, in words.
type productView struct {
	Key, Name, Coverage, Until string
	Versions                   []option
	Scope                      []field // what it asks before
	Chosen                     bool
}

// otherView is a product without support, why, and which ways are open.
type otherView struct {
	Name    string
	Grounds []string
	Routes  []way
}

// levelView is a severity: what it means, what it asks, and what is promised on
// this contract (UX-03, UX-04).
type levelView struct {
	Value, Name, Duty string
	Criteria          []option
	Due, Why, After   string
	Call              bool
	Phone             string
	Chosen, Denied    bool
	Denial            string
}

// merged is the draft with what a step has sent. Boxes that are not ticked are
// not sent, so a step says which fields it asks.
func (s *site) merged(v *visit, sent url.Values) (url.Values, error) {
	d, err := v.draft(newPath)
	if err != nil {
		return nil, err
	}
	if d == nil {
		d = url.Values{}
	}
	for _, name := range sent["asked"] {
		d.Del(name)
	}
	for name, values := range sent {
		if name != "asked" && name != "to" && name != "lang" && name != "seen" {
			d[name] = values
		}
	}
	return d, nil
}

// newRequest shows a step of the way to a request.
func (s *site) newRequest(v *visit) error {
	d, err := v.draft(newPath)
	if err != nil {
		return err
	}
	if d == nil {
		d = url.Values{}
	}
	for _, name := range []string{"product", "follows", "kind"} {
		if given := v.URL.Query().Get(name); given != "" && d.Get(name) == "" {
			d.Set(name, given)
		}
	}
	at := step(v.URL.Query().Get("step"))
	if !slices.Contains(steps, at) {
		at = stepWhat
	}
	return s.showStep(v, at, d, nil, http.StatusOK)
}

// nextStep keeps what a step has sent and goes on, back, or files.
func (s *site) nextStep(v *visit) error {
	troubles, err := v.parseFiles(0)
	if err != nil {
		return err
	}
	d, err := s.merged(v, v.PostForm)
	if err != nil {
		return err
	}
	to := step(v.PostForm.Get("to"))
	if to == "drop" {
		if err := s.dropFiling(v); err != nil {
			return err
		}
		return v.goTo("/", "draft_dropped")
	}
	if to == "solved" {
		return s.solved(v, d)
	}
	if err := s.Desk.SaveDraft(v.Context(), v.who.Actor, newPath, d); err != nil {
		t, err := v.trouble(err)
		if err != nil {
			return err
		}
		return s.showStep(v, stepText, d, t, http.StatusUnprocessableEntity)
	}
	if len(troubles) > 0 {
		t := &trouble{Title: v.T("refused.title"), Text: v.T("files_refused"), Field: newFile, Files: troubles}
		return s.showStep(v, stepText, d, t, http.StatusUnprocessableEntity)
	}
	if to == "file" {
		return s.fileDraft(v, d)
	}
	if !slices.Contains(steps, to) {
		to = stepWhat
	}
	return v.goTo(newPath+"?step="+string(to), "")
}

// dropFiling forgets what was typed, and the files that came with it.
func (s *site) dropFiling(v *visit) error {
	list, err := s.Store.Uploads(v.Context(), 0, v.who.Actor)
	for _, u := range list {
		if err == nil {
			err = s.Desk.DropUpload(v.Context(), v.who.Actor, 0, u.ID)
		}
	}
	if err == nil {
		err = s.Desk.DropDraft(v.Context(), v.who.Actor, newPath)
	}
	return err
}

// seenOf stands for a draft as it was reviewed.
func seenOf(d url.Values) string {
	d = maps.Clone(d)
	d.Del("once")
	sum := sha256.Sum256([]byte(d.Encode()))
	return hex.EncodeToString(sum[:16])
}

// fileDraft files what was typed, if it is what was reviewed: in another window
// somebody may have gone on typing since. What is refused leads to the step that asks it.
func (s *site) fileDraft(v *visit, d url.Values) error {
	cmd, err := s.fileOf(v, d)
	if seen := v.PostForm.Get("seen"); err == nil && seen != "" && seen != seenOf(d) {
		err = support.Refuse(support.Conflict, "page.draft_changed")
	}
	ctx, once := v.once(d.Get("once"))
	var id int64
	if err == nil {
		done, refused := s.Desk.Do(ctx, v.who.Actor, 0, cmd)
		id, err = done.ID, refused
	}
	if err != nil {
		if id = v.before(once); id == 0 {
			return s.refusedDraft(v, d, err)
		}
	}
	if err := s.Desk.DropDraft(v.Context(), v.who.Actor, newPath); err != nil {
		return err
	}
	return v.goTo("/requests/"+support.Number(id), "filed")
}

func (s *site) refusedDraft(v *visit, d url.Values, refused error) error {
	t, err := v.trouble(refused)
	if err != nil {
		return err
	}
	at, ok := stepOf[strings.SplitN(strings.SplitN(t.Field, "[", 2)[0], ".", 2)[0]]
	t.Field = thirdFieldOf(t.Field)
	if !ok {
		at = stepReview
	}
	return s.showStep(v, at, d, t, statusOf(support.CodeOf(refused)))
}

// fileOf is the command of a draft.
func (s *site) fileOf(v *visit, d url.Values) (*support.File, error) {
	text := func(name string) support.Text {
		return support.T(strings.ReplaceAll(strings.TrimSpace(d.Get(name)), "\r\n", "\n"))
	}
	severity, _ := strconv.Atoi(d.Get("severity"))
	cmd := &support.File{
		Kind: kindOf(d), Channel: support.Portal, Contact: v.who.Actor.ID, Title: text("title"), Body: support.T(s.bodyOf(v, d)),
		Preferred: support.Channel(d.Get("preferred_channel")), Language: v.who.Language,
	}
	if d.Get("follows") != "" {
		var err error
		if cmd.Follows, err = support.ParseNumber(d.Get("follows")); err != nil {
			return nil, err
		}
	}
	var err error
	if cmd.Files, err = s.filedWith(v, d); err != nil {
		return nil, err
	}
	if cmd.Kind == support.CS {
		cmd.Topic = cmp.Or(d.Get("topic"), "other")
		cmd.Items, _ = s.items(v, d)
		cmd.Contract, err = v.contractNamed(d.Get("contract"))
		return cmd, err
	}
	cmd.Evidence, cmd.Feature = s.evidence(d), d.Get("feature-"+d.Get("product"))
	cmd.Product, cmd.Version = d.Get("product"), d.Get("version-"+d.Get("product"))
	cmd.Severity, cmd.Criteria, cmd.Scope = severity, d["criteria-"+d.Get("severity")], d.Get("scope-"+d.Get("product"))
	cmd.Details = support.Details{
		Environment: d.Get("environment"), ErrorString: text("error_string"), RecentChanges: text("recent_changes"),
		Impact: text("impact"), Workaround: d.Get("workaround"), Reference: text("reference"), Component: strings.TrimSpace(d.Get("component")),
	}
	s.gathered(d, &cmd.Details)
	cmd.ThirdParties, cmd.Guest = thirdsOf(d), s.guestOf(d)
	return cmd, nil
}

// filedWith are the files that a draft names and that are still there: one that
// nobody has filed within a day is forgotten.
func (s *site) filedWith(v *visit, d url.Values) ([]support.AttachedFile, error) {
	list, err := s.Store.Uploads(v.Context(), 0, v.who.Actor)
	var out []support.AttachedFile
	for _, u := range list {
		if slices.Contains(d[fileOfForm], support.Opaque("file", u.ID)) {
			out = append(out, support.AttachedFile{File: u.ID})
		}
	}
	return out, err
}

func kindOf(d url.Values) support.Kind {
	if d.Get("kind") == string(support.CS) {
		return support.CS
	}
	return support.Technical
}

// bodyOf puts the answers to the structured questions one below the other, each
// under its question in the writer's language.
func (s *site) bodyOf(v *visit, d url.Values) string {
	var out []string
	for _, name := range []string{"text", "expected", "since"} {
		said := strings.ReplaceAll(strings.TrimSpace(d.Get(name)), "\r\n", "\n")
		if said == "" {
			continue
		}
		if name != "text" {
			said = v.T("new."+name) + "\n" + said
		}
		out = append(out, said)
	}
	if kindOf(d) == support.CS {
		if _, lines := s.items(v, d); lines != "" {
			out = append(out, lines)
		}
	}
	return strings.Join(out, "\n\n")
}

// showStep shows a step of a draft.
func (s *site) showStep(v *visit, at step, d url.Values, t *trouble, status int) error {
	p := newPage{frame: v.frame, Step: at, Trouble: t, Draft: d, Once: cmp.Or(d.Get("once"), newOnce()), Seen: seenOf(d)}
	passed := true
	for _, x := range steps {
		passed = passed && x != at
		p.Steps = append(p.Steps, stepView{x, v.T("new.step." + string(x)), x == at, passed})
	}
	parties, err := s.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return err
	}
	e := entitled{s, v, parties, d, s.Desk.Now()}
	switch at {
	case stepWhat:
		p.Products, p.Others = e.products(t)
	case stepHow:
		p.Levels, p.Stop = e.levels(), e.stop()
		if f, several := e.contractField(t); several {
			p.Contract = &f
		}
	case stepText:
		p.Fields = s.questions(v, d, t)
		p.More, p.MoreNow = s.moreQuestions(v, d, t)
		if p.Help, err = s.suggest(v, d); err != nil {
			return err
		}
	case stepReview:
		p.Review, p.Promise = e.review()
	}
	if at == stepText || at == stepReview {
		if p.Attach, err = s.attach(v, 0); err != nil {
			return err
		}
		p.Attach = p.Attach.of("", d)
		if t != nil && t.Field == newFile {
			p.Attach.Troubles, p.Attach.Wrong = t.Files, t.Text
		}
	}
	v.show(status, newView(p))
	return nil
}

// questions are what happened, asked one by one instead of in one box.
func (s *site) questions(v *visit, d url.Values, t *trouble) []field {
	optional := v.T("optional")
	out := []field{
		{Name: "title", Label: v.T("new.title"), Hint: v.T("new.title_hint"), Kind: "text"},
		{Name: "text", Label: v.T("new.text"), Hint: v.T("new.text_hint"), Kind: "textarea", Rows: 6},
	}
	if kindOf(d) == support.CS {
		out = append(out, s.itemFields(v)...)
	} else {
		out = append(out, s.evidenceFields(v, d)...)
		out = append(out,
			field{Name: "expected", Label: v.T("new.expected"), Kind: "textarea", Optional: optional, Rows: 2},
			field{Name: "error_string", Label: v.T("new.error_string"), Hint: v.T("new.error_string_hint"), Kind: "textarea", Optional: optional, Rows: 2},
			field{Name: "since", Label: v.T("new.since"), Kind: "text", Optional: optional},
			field{Name: "recent_changes", Label: v.T("new.recent_changes"), Hint: v.T("new.recent_changes_hint"), Kind: "textarea", Optional: optional, Rows: 2},
			field{Name: "impact", Label: v.T("new.impact"), Hint: v.T("new.impact_hint"), Kind: "textarea", Optional: s.impactOptional(d, optional), Rows: 2},
			field{Name: "workaround", Label: v.T("new.workaround"), Kind: "select", Optional: optional, Options: []option{
				{Value: "", Label: "—"}, {Value: "known", Label: capital(v.voice.Word("workaround", "known"))},
				{Value: "none", Label: capital(v.voice.Word("workaround", "none"))}, {Value: "unknown", Label: capital(v.voice.Word("workaround", "unknown"))},
			}, Short: true},
		)
	}
	out = append(out,
		field{Name: "reference", Label: v.T("new.reference"), Kind: "text", Optional: optional, Short: true},
		field{Name: "preferred_channel", Label: v.T("new.channel"), Kind: "select", Optional: optional, Options: []option{
			{Value: "", Label: v.T("new.channel_profile")}, {Value: "portal", Label: capital(v.voice.Word("channel", "portal"))},
			{Value: "mail", Label: capital(v.voice.Word("channel", "mail"))}, {Value: "phone", Label: capital(v.voice.Word("channel", "phone"))},
		}, Short: true})
	for i := range out {
		out[i].Value = d.Get(out[i].Name)
		if t != nil && (t.Field == out[i].Name || t.Field == "evidence" && strings.HasPrefix(out[i].Name, "evidence-") && out[i].Value == "") {
			out[i].Wrong = t.Text
		}
	}
	return out
}

// moreQuestions are those that help with some requests, folded away until something
// of them is said.
func (s *site) moreQuestions(v *visit, d url.Values, t *trouble) (out []field, open bool) {
	if kindOf(d) == support.CS {
		return nil, false
	}
	out = append(s.gatheringFields(v, d), s.thirdFields(v, d)...)
	for i := range out {
		f := &out[i]
		if t != nil && t.Field == f.Name {
			f.Wrong = t.Text
		}
		open = open || f.Wrong != "" || strings.Join(d[f.Name], "") != ""
	}
	return out, open
}

// moreSaid is what was said to them, in words.
func (s *site) moreSaid(v *visit, d url.Values) []pair {
	fields, _ := s.moreQuestions(v, d, nil)
	var out []pair
	for _, f := range fields {
		var said []string
		for _, x := range d[f.Name] {
			if i := slices.IndexFunc(f.Options, func(o option) bool { return o.Value == x }); x != "" && i >= 0 {
				said = append(said, f.Options[i].Label)
			} else if x = strings.TrimSpace(x); x != "" && len(f.Options) == 0 {
				said = append(said, x)
			}
		}
		if len(said) > 0 {
			out = append(out, pair{f.Label, strings.Join(said, v.voice.Comma())})
		}
	}
	return out
}

// impactOptional is empty where the chosen severity needs the impact.
func (s *site) impactOptional(d url.Values, optional string) string {
	for _, x := range s.Desk.Pack().Severities {
		if itoa(x.Level) == d.Get("severity") && x.NeedsImpact {
			return ""
		}
	}
	return optional
}
