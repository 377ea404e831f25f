package web

import (
	"cmp"
	"net/url"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// answersPath is where the one search box of customers leads: what is known stands
// there before a form is offered (R05, R10).
const answersPath = "/answers"

// answersAt is where answers to some words stand.
func answersAt(words string) string { return answersPath + "?" + url.Values{"q": {words}}.Encode() }

// How much is shown of each kind.
const (
	mostAnswers = 8
	mostMine    = 8
	mostFitting = 5
	mostSimilar = 3
)

// answersPage is what was found for some words.
type answersPage struct {
	frame
	Query   string
	Title   string // the words as the title of a request
	Text    string // what of them the title does not hold
	Known   []knownView
	Places  []knownView // of self-help
	Mine    []hitView
	Stopped bool
	Routes  []way  // that fit better than a request
	Draft   string // the title of a request that is being written
}

// knownView is something that may help.
type knownView struct{ Kind, ID, Title, Text string }

// hitView is a request in which words were found.
type hitView struct {
	Path, Number, Stage string
	Title, Part         []stretch
}

// stretch is a part of a text, found or between.
type stretch struct {
	Text  string
	Found bool
}

// answers answers what somebody looks for.
func (s *site) answers(v *visit) error {
	p := answersPage{frame: v.frame, Query: strings.TrimSpace(v.URL.Query().Get("q"))}
	if id, err := support.ParseNumber(p.Query); err == nil {
		if sees, err := s.Store.Sees(v.Context(), v.viewer(), id); err == nil && sees {
			return v.goTo("/requests/"+support.Number(id), "")
		}
	}
	d, err := v.draft(newPath)
	if err != nil {
		return err
	}
	p.Draft = strings.TrimSpace(d.Get("title"))
	p.Title, p.Text = titled(p.Query)
	if err := cmp.Or(s.knownFor(v, &p), s.mine(v, &p)); err != nil {
		return err
	}
	return v.page(answersView(p))
}

// titled cuts words into a title and the rest.
func titled(words string) (title, more string) {
	const most = 120
	runes := []rune(words)
	if len(runes) <= most {
		return words, ""
	}
	return string(runes[:most-1]) + "…", words
}

// knownFor finds advisories, defects and places of self-help; without words all
// places stand there.
func (s *site) knownFor(v *visit, p *answersPage) error {
	known, err := s.Desk.KnownProblems(v.Context(), v.viewer(), "")
	if err != nil {
		return err
	}
	places := support.PackEntries(s.Desk.Pack(), "")
	if p.Query == "" {
		for _, e := range places {
			if e.Kind == support.SearchResource {
				p.Places = append(p.Places, v.known(e))
			}
		}
		return nil
	}
	for _, e := range support.Search(known, p.Query, mostAnswers) {
		p.Known = append(p.Known, v.known(e))
	}
	if len(p.Known) == 0 { // a whole sentence is in no title
		for _, e := range support.Fitting(known, p.Query, mostFitting) {
			p.Known = append(p.Known, v.known(e))
		}
	}
	for _, e := range support.Search(places, p.Query, mostAnswers) {
		p.Places = append(p.Places, v.known(e))
	}
	p.Routes = s.better(v, "", p.Query)
	return nil
}

func (v *visit) known(e support.SearchEntry) knownView {
	k := knownView{Kind: v.voice.Word("search_kind", string(e.Kind)), Title: inAny(e.Title, v.Lang), Text: inAny(e.Text, v.Lang)}
	if e.Kind == support.SearchAdvisory || e.Kind == support.SearchDefect {
		k.ID = e.ID
	}
	return k
}

// better are the ways that fit words better than a request: security and wishes.
func (s *site) better(v *visit, product, words string) []way {
	x := support.Suggest(s.Desk.Pack(), product, words)
	if !x.Security && !x.Wish {
		return nil
	}
	return v.ways(x.Routes)
}

// mine are the visitor's requests in which all of the words stand; for a whole
// sentence, of which that is seldom so, those that say something like it.
// Operators are the console's: here their signs are spaces.
func (s *site) mine(v *visit, p *answersPage) error {
	q, err := support.ParseSearch(strings.NewReplacer(":", " ", "：", " ", `"`, " ", "-", " ").Replace(p.Query))
	if err == nil && len(q.Terms) == 0 {
		return nil
	}
	if err == nil {
		page, err := s.Store.Search(v.Context(), v.viewer(), store.Search{Terms: q.Terms, Limit: mostMine})
		if err != nil {
			return err
		}
		p.Stopped, p.Mine = page.Stopped || page.Next != "", v.hits(page.Found)
	}
	if len(p.Mine) > 0 {
		return nil
	}
	similar, err := s.Store.Similar(v.Context(), v.viewer(), "", p.Query, mostMine)
	if err != nil {
		return err
	}
	p.Mine, err = s.told(v, similar)
	return err
}

func (v *visit) hits(found []store.Found) []hitView {
	var out []hitView
	for _, f := range found {
		h := hitView{
			Path: "/requests/" + support.Number(f.Row.ID), Number: support.SpokenNumber(f.Row.ID), Stage: v.voice.Word("stage", string(f.Row.Stage)),
			Title: stretches(f.Title),
		}
		if f.Title.Text == "" {
			h.Title = []stretch{{Text: v.T("erased")}}
		}
		if f.Seq != 0 {
			h.Part = stretches(f.Part)
		}
		out = append(out, h)
	}
	return out
}

// stretches cuts a text at what was found in it.
func stretches(x text.Excerpt) []stretch {
	runes, at := []rune(x.Text), 0
	var out []stretch
	add := func(from, to int, found bool) {
		if from < to {
			out = append(out, stretch{string(runes[from:to]), found})
		}
	}
	if x.Before {
		out = append(out, stretch{Text: "… "})
	}
	for _, r := range x.Found {
		from, to := max(r.From, at), min(r.To, len(runes))
		add(at, from, false)
		add(from, to, true)
		at = max(at, to)
	}
	add(at, len(runes), false)
	if x.After {
		out = append(out, stretch{Text: " …"})
	}
	return out
}

// solved ends a draft that what was shown has answered, and counts it (R05).
func (s *site) solved(v *visit, d url.Values) error {
	words := d.Get("title") + "\n" + d.Get("text")
	if _, err := s.Desk.Deflect(v.Context(), v.who.Actor, d.Get("product"), "self_help", words); err != nil {
		return err
	}
	if err := s.dropFiling(v); err != nil {
		return err
	}
	return v.goTo("/", "solved")
}

// suggestions are what may help before anything is filed.
type suggestions struct {
	Found  []pair // known problems: title and words
	Mine   []hitView
	Routes []way
}

// suggestPart answers while somebody types: what fits the words so far.
func (s *site) suggestPart(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	d, err := s.merged(v, v.PostForm)
	if err != nil {
		return err
	}
	h, err := s.suggest(v, d)
	if err != nil {
		return err
	}
	return v.page(suggestionsView(v.frame, h))
}

func (s *site) suggest(v *visit, d url.Values) (suggestions, error) {
	var out suggestions
	words := d.Get("title") + "\n" + d.Get("text") + "\n" + d.Get("error_string")
	if strings.TrimSpace(words) == "" {
		return out, nil
	}
	known, err := s.Desk.Fitting(v.Context(), v.viewer(), d.Get("product"), words, mostFitting)
	if err != nil {
		return out, err
	}
	for _, x := range known {
		out.Found = append(out.Found, pair{inAny(x.Title, v.Lang), inAny(x.Text, v.Lang)})
	}
	similar, err := s.Store.Similar(v.Context(), v.viewer(), d.Get("product"), words, mostSimilar)
	if err != nil {
		return out, err
	}
	if out.Mine, err = s.told(v, similar); err != nil {
		return out, err
	}
	out.Routes = s.better(v, d.Get("product"), words)
	return out, nil
}

// told are similar requests with their titles.
func (s *site) told(v *visit, found []store.Found) ([]hitView, error) {
	var ids []int64
	for _, f := range found {
		ids = append(ids, f.Row.Title.ID)
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	for i := range found {
		found[i].Title = text.Excerpt{Text: texts[found[i].Row.Title.ID]}
	}
	return v.hits(found), err
}

// inAny is a text in a language, else in the one that it has.
func inAny(t policy.Text, code string) string {
	if s := t.In(code); s != "" {
		return s
	}
	for _, s := range t {
		return s
	}
	return ""
}
