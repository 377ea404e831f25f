package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// queuePage is the list of staff: a view of it, narrowed and ordered as the
// address says.
type queuePage struct {
	frame
	Title  string
	Views  []viewGroup
	Here   string // the address of the list, without its page
	Chips  []chip
	Filter []field
	Hidden []pair // what the form of filters carries on
	Sorts  []navItem
	Rows   []queueRow
	Next   string
	First  string
	Short  bool // so many requests were looked at that more may follow
	Empty  string
	Keep   keepView
}

// viewGroup are views under one heading: the desk's, a team's, one's own.
type viewGroup struct {
	Title string
	Views []navItem
}

// chip is a filter that is set, and the address without it.
type chip struct{ Label, Value, Drop string }

// narrowings are the filters of the queue in the order of their chips, each with
// how it narrows; false where the address holds no value that can be.
var narrowings = []struct {
	name string
	set  func(s *site, v *visit, f *store.Filter, value string) bool
}{
	{"owner", func(_ *site, v *visit, f *store.Filter, x string) bool {
		switch x {
		case "me":
			f.Owner = v.who.Actor.ID
		case "none":
			f.Unowned = true
		default:
			id, ok := support.ParseOpaque("stf", x)
			f.Owner = id
			return ok
		}
		return true
	}},
	{"team", func(s *site, _ *visit, f *store.Filter, x string) bool { return s.ofTeam(f, x) }},
	{"turn", func(_ *site, _ *visit, f *store.Filter, x string) bool {
		f.Turn = support.Turn(x)
		return slices.Contains(turnsListed, f.Turn)
	}},
	{"severity", func(_ *site, _ *visit, f *store.Filter, x string) (ok bool) {
		var err error
		f.Severity, err = strconv.Atoi(x)
		return err == nil && f.Severity > 0
	}},
	{"product", func(s *site, _ *visit, f *store.Filter, x string) bool {
		f.Product = x
		_, ok := s.Desk.Pack().Products[x]
		return ok
	}},
	{"account", func(_ *site, _ *visit, f *store.Filter, x string) (ok bool) {
		f.Account, ok = support.ParseOpaque("acc", x)
		return ok
	}},
	{"language", func(_ *site, _ *visit, f *store.Filter, x string) bool { f.Language = x; return len(x) < 36 }},
	{"region", func(s *site, _ *visit, f *store.Filter, x string) bool {
		f.Region = x
		_, ok := s.Desk.Pack().Regions[x]
		return ok
	}},
	{"tag", func(_ *site, _ *visit, f *store.Filter, x string) bool { f.Tag = x; return len(x) < 200 }},
	{"due", func(s *site, _ *visit, f *store.Filter, x string) bool {
		now := s.Desk.Now()
		switch x {
		case "missed":
			f.DueBefore = now
		case "soon":
			f.DueFrom, f.DueBefore = now, now.Add(dueSoon)
		}
		return slices.Contains(duesListed, x)
	}},
	{"age", func(s *site, _ *visit, f *store.Filter, x string) bool {
		i, bounds, now := slices.Index(agesListed, x), support.AgeBounds(), s.Desk.Now()
		if i > 0 {
			f.FiledBefore = now.Add(support.Micro - bounds[i-1])
		}
		if i >= 0 && i < len(bounds) {
			f.FiledFrom = now.Add(support.Micro - bounds[i])
		}
		return i >= 0
	}},
	{"escalated", func(_ *site, _ *visit, f *store.Filter, x string) bool { f.Escalated = true; return x == "yes" }},
}

var (
	turnsListed = []support.Turn{support.TurnSupport, support.TurnCustomer, support.TurnThirdParty}
	duesListed  = []string{"missed", "soon"}
	agesListed  = []string{"1", "3", "7", "14", "30", "90", "over"} // up to the bounds of [support.AgeBounds]
	sortsListed = []store.Order{store.ByDue, store.ByNewest, store.ByOldest, store.ByChanged}
)

// ofTeam narrows to the requests on which a team of the pack works.
func (s *site) ofTeam(f *store.Filter, id string) bool {
	kind, offerings, ok := s.Desk.Pack().WorkOf(id)
	if f.Kind = support.Kind(kind); offerings != nil {
		f.Offerings = store.OfferingsOf(offerings)
	}
	return ok
}

// seek is a list that an address asks for: what is understood of it.
type seek struct {
	view   string // of the desk's own
	kept   string // the view that it comes from; "": none
	values url.Values
	filter store.Filter
}

// seek reads an address. What is not understood in it narrows nothing, and is
// not carried on.
func (s *site) seek(v *visit, q url.Values) seek {
	k := seek{view: q.Get("view"), kept: q.Get("kept"), values: url.Values{}, filter: store.Filter{Order: store.ByDue, Limit: rowsShown}}
	if !slices.Contains(v.views(), k.view) {
		k.view = v.views()[0]
	}
	switch k.view {
	case "mine":
		k.filter.Owner = v.who.Actor.ID
	case "unowned":
		k.filter.Unowned = true
	case "completed":
		k.filter.Order, k.filter.Stage = store.ByChanged, support.StageCompleted
	}
	if k.view != v.views()[0] {
		k.values.Set("view", k.view)
	}
	for _, n := range narrowings {
		was := k.filter
		if x := strings.TrimSpace(q.Get(n.name)); x != "" && n.set(s, v, &k.filter, x) {
			k.values.Set(n.name, x)
		} else {
			k.filter = was
		}
	}
	if order := store.Order(q.Get("sort")); k.view != "completed" && order != store.ByDue && slices.Contains(sortsListed, order) {
		k.filter.Order = order
		k.filter.Open = true
		k.values.Set("sort", string(order))
	}
	return k
}

// with is the address of the same list with one value changed; "" takes it out.
func (k seek) with(name, value string) string {
	q := maps.Clone(k.values)
	if k.kept != "" {
		q.Set("kept", k.kept)
	}
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	return "/?" + q.Encode()
}

// queue shows a list of requests to staff.
func (s *site) queue(v *visit) error {
	q := v.URL.Query()
	p, err := s.queuePage(v, q, typed{})
	if support.CodeOf(err) == support.Invalid && q.Get("after") != "" { // a cursor of another list
		q.Del("after")
		return v.goTo("/?"+q.Encode(), "")
	}
	if err != nil {
		return err
	}
	return v.page(queueView(p))
}

// queuePage is the list that an address asks for, with a form that was refused.
func (s *site) queuePage(v *visit, q url.Values, form typed) (queuePage, error) {
	k := s.seek(v, q)
	f := k.filter
	f.After = q.Get("after")
	p := queuePage{frame: v.frame, Here: k.with("", ""), Title: v.T("view." + k.view)}
	rows, named, next, err := s.Store.Glanced(v.Context(), v.viewer(), f)
	if err != nil {
		return p, err
	}
	p.Short = next != "" && len(rows) < rowsShown
	kept, err := s.keptViews(v)
	if err != nil {
		return p, err
	}
	p.Views = s.viewGroups(v, k, kept)
	p.Keep = s.keepForm(v, k, kept, form)
	p.Title = cmp.Or(p.Keep.Name, p.Title)
	p.Rows = s.queueRows(v, rows, named)
	if p.Chips, err = s.chips(v, k); err != nil {
		return p, err
	}
	p.Filter, p.Sorts, p.Hidden, p.Empty = s.queueFilter(v, k), sorts(v, k), hiddenOf(k), emptyOf(k, p.Chips)
	if next != "" {
		p.Next = k.with("after", next)
	}
	if f.After != "" {
		p.First = p.Here
	}
	return p, nil
}

// hiddenOf are values for which the form of filters does not ask.
func hiddenOf(k seek) []pair {
	var out []pair
	for _, x := range []pair{{"view", k.values.Get("view")}, {"account", k.values.Get("account")}, {"sort", k.values.Get("sort")}, {"kept", k.kept}} {
		if x.Value != "" {
			out = append(out, x)
		}
	}
	return out
}

// emptyOf is what is said where the list is empty.
func emptyOf(k seek, chips []chip) string {
	if len(chips) > 0 {
		return "so"
	}
	return k.view
}

func sorts(v *visit, k seek) []navItem {
	if k.view == "completed" {
		return nil
	}
	var out []navItem
	for _, o := range sortsListed {
		value := string(o)
		if o == store.ByDue {
			value = ""
		}
		out = append(out, navItem{Path: k.with("sort", value), Label: v.T("sort." + string(o)), Here: k.filter.Order == o})
	}
	return out
}

// chips name the filters that are set.
func (s *site) chips(v *visit, k seek) ([]chip, error) {
	var out []chip
	for _, n := range narrowings {
		x := k.values.Get(n.name)
		if x == "" {
			continue
		}
		says, err := s.valueOf(v, n.name, x, k.filter)
		if err != nil {
			return nil, err
		}
		out = append(out, chip{Label: v.T("filter." + n.name), Value: says, Drop: k.with(n.name, "")})
	}
	return out, nil
}

// valueOf says the value of a filter.
func (s *site) valueOf(v *visit, name, x string, f store.Filter) (string, error) {
	switch name {
	case "owner":
		if x == "me" || x == "none" {
			return v.T("owner." + x), nil
		}
		people, err := s.Desk.People(v.Context(), []support.Actor{{Kind: support.Vendor, ID: f.Owner}})
		return people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: f.Owner}), err
	case "account":
		a, err := s.Store.Account(v.Context(), v.viewer(), f.Account)
		if support.CodeOf(err) == support.NotFound {
			return x, nil
		}
		return a.Name, err
	case "team":
		team, _ := s.Desk.Pack().Work.Team(x)
		return team.Text.In(v.Lang), nil
	case "turn":
		return capital(v.voice.Turn(x, true)), nil
	case "severity":
		return v.severity(f.Severity), nil
	case "product", "region":
		return v.voice.Named(name, x), nil
	case "language":
		return v.voice.LanguageName(x), nil
	case "due", "age", "escalated":
		return v.T(name + "." + x), nil
	}
	return x, nil
}

// queueFilter are the fields by which staff narrow the queue.
func (s *site) queueFilter(v *visit, k seek) []field {
	pack := s.Desk.Pack()
	pick := func(name string, options ...option) field {
		return field{Name: name, Label: v.T("filter." + name), Kind: "select", Value: k.values.Get(name), Optional: " ",
			Options: append([]option{{Label: v.T("filter.any")}}, options...)}
	}
	owner := pick("owner", option{Value: "me", Label: v.T("owner.me")}, option{Value: "none", Label: v.T("owner.none")})
	if x := k.values.Get("owner"); x != "" && x != "me" && x != "none" {
		says, _ := s.valueOf(v, "owner", x, k.filter)
		owner.Options = append(owner.Options, option{Value: x, Label: says})
	}
	var teams, turns, levels, products, languages, regions []option
	for _, t := range pack.Work.Teams {
		teams = append(teams, option{Value: t.ID, Label: t.Text.In(v.Lang)})
	}
	for _, t := range turnsListed {
		turns = append(turns, option{Value: string(t), Label: capital(v.voice.Turn(string(t), true))})
	}
	for _, x := range pack.Severities {
		levels = append(levels, option{Value: itoa(x.Level), Label: v.severity(x.Level)})
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Products)) {
		products = append(products, option{Value: id, Label: v.voice.Named("product", id)})
	}
	for _, l := range pack.Languages {
		if o := (option{Value: l.Language, Label: v.voice.LanguageName(l.Language)}); !slices.Contains(languages, o) {
			languages = append(languages, o)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Regions)) {
		regions = append(regions, option{Value: id, Label: v.voice.Named("region", id)})
	}
	slices.SortFunc(products, func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	out := []field{
		owner, pick("team", teams...), pick("severity", levels...), pick("turn", turns...), pick("product", products...),
		pick("language", languages...), pick("region", regions...),
		pick("due", v.options("due", duesListed)...), pick("age", v.options("age", agesListed)...), pick("escalated", v.options("escalated", []string{"yes"})...),
		{Name: "tag", Label: v.T("filter.tag"), Kind: "text", Value: k.values.Get("tag"), Optional: " "},
	}
	if k.view == "mine" || k.view == "unowned" {
		return out[1:]
	}
	return out
}

// options are values with their words.
func (v *visit) options(of string, values []string) []option {
	var out []option
	for _, x := range values {
		out = append(out, option{Value: x, Label: v.T(of + "." + x)})
	}
	return out
}

// teams are those of the reader.
func (s *site) teams(v *visit) []policy.Team {
	return s.Desk.TeamsOf(support.Staff{Roles: v.who.Viewer.Roles, Skills: v.who.Skills})
}
