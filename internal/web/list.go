package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/a-h/templ"
)

// rowsShown is how many requests a page of a list has.
const rowsShown = 50

// listPage finds requests: all that the reader may see, in one of the views, and
// narrowed as the address says.
type listPage struct {
	frame
	Views  []navItem
	Groups []groupView
	Filter []field
	View   string
	Clear  bool // something narrows the list
	Next   string
	First  string // back to the first page, when this is another
}

// groupView is a part of a list under a heading of its own.
type groupView struct {
	Title string
	Rows  []rowView
	First bool // what waits for the reader
}

type rowView struct {
	Link                                     templ.SafeURL
	Number, Title, Turn, TurnKey, Stage, Due string
	Severity, Owner                          string
	Missed                                   bool
}

// views are the lists of a side, the first one by itself.
func (v *visit) views() []string {
	if v.customer() {
		return []string{"open", "completed"}
	}
	return []string{"open", "mine", "unowned", "completed"}
}

// list shows one view. What is not understood in the address narrows nothing.
func (s *site) list(v *visit) error {
	q := v.URL.Query()
	p := listPage{frame: v.frame, View: q.Get("view")}
	if !slices.Contains(v.views(), p.View) {
		p.View = v.views()[0]
	}
	for _, name := range v.views() {
		p.Views = append(p.Views, navItem{Path: "/?" + url.Values{"view": {name}}.Encode(), Label: v.voice.Message("page.view."+name, nil), Here: name == p.View})
	}
	f := store.Filter{Order: store.ByDue, Limit: rowsShown, After: q.Get("after"), Turn: support.Turn(q.Get("turn")), Product: q.Get("product")}
	f.Severity, _ = strconv.Atoi(q.Get("severity"))
	switch p.View {
	case "mine":
		f.Owner = v.who.Actor.ID
	case "unowned":
		f.Unowned = true
	case "completed":
		f.Order, f.Stage = store.ByChanged, support.StageCompleted
	}
	rows, next, err := s.rows(v, f)
	if support.CodeOf(err) == support.Invalid && f.After != "" { // a cursor of another list
		return v.goTo("/?"+url.Values{"view": {p.View}}.Encode(), "")
	}
	if err != nil {
		return err
	}
	p.Groups = v.groups(p.View, rows)
	p.Filter = s.filterOf(v, q)
	p.Clear = q.Get("turn") != "" || q.Get("product") != "" || q.Get("severity") != ""
	if next != "" {
		more := narrowed(q)
		more.Set("after", next)
		p.Next = "/?" + more.Encode()
	}
	if f.After != "" {
		back := narrowed(q)
		back.Del("after")
		p.First = "/?" + back.Encode()
	}
	return v.page(listView(p))
}

func narrowed(q url.Values) url.Values {
	out := url.Values{}
	for k, x := range q {
		if k != "told" {
			out[k] = x
		}
	}
	return out
}

// groups puts what waits for a customer first.
func (v *visit) groups(view string, rows []rowView) []groupView {
	if !v.customer() || view != "open" {
		return []groupView{{Rows: rows}}
	}
	yours, ours := groupView{Title: v.T("list.yours"), First: true}, groupView{Title: v.T("list.ours")}
	for _, r := range rows {
		if r.TurnKey == string(support.TurnCustomer) {
			yours.Rows = append(yours.Rows, r)
		} else {
			ours.Rows = append(ours.Rows, r)
		}
	}
	return slices.DeleteFunc([]groupView{yours, ours}, func(g groupView) bool { return len(g.Rows) == 0 })
}

// filterOf are the fields by which staff narrow a list.
func (s *site) filterOf(v *visit, q url.Values) []field {
	if v.customer() {
		return nil
	}
	any := option{Label: v.T("filter.any")}
	turns, levels, products := []option{any}, []option{any}, []option{any}
	for _, t := range []support.Turn{support.TurnSupport, support.TurnCustomer, support.TurnThirdParty} {
		turns = append(turns, option{Value: string(t), Label: capital(v.voice.Turn(string(t), true))})
	}
	pack := s.Desk.Pack()
	for _, x := range pack.Severities {
		levels = append(levels, option{Value: itoa(x.Level), Label: v.severity(x.Level)})
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Products)) {
		products = append(products, option{Value: id, Label: v.voice.Named("product", id)})
	}
	optional := " "
	return []field{
		{Name: "turn", Label: v.T("filter.turn"), Kind: "select", Value: q.Get("turn"), Options: turns, Optional: optional},
		{Name: "severity", Label: v.T("severity"), Kind: "select", Value: q.Get("severity"), Options: levels, Optional: optional},
		{Name: "product", Label: v.T("product"), Kind: "select", Value: q.Get("product"), Options: products, Optional: optional},
	}
}

// rows are a page of a list, and the cursor of the next.
func (s *site) rows(v *visit, f store.Filter) (out []rowView, next string, err error) {
	ctx := v.Context()
	rows, next, err := s.Store.Requests(ctx, v.viewer(), f)
	if err != nil {
		return nil, "", err
	}
	var ids []int64
	var owners []support.Actor
	for _, r := range rows {
		ids = append(ids, r.Title.ID)
		if owner := (support.Actor{Kind: support.Vendor, ID: r.Owner}); r.Owner != 0 && !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	texts, err := s.Store.Texts(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	people, err := s.Desk.People(ctx, owners)
	if err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		view := rowView{
			Link: templ.URL("/requests/" + support.Number(r.ID)), Number: support.SpokenNumber(r.ID), Title: texts[r.Title.ID],
			Turn: v.turn(r.Turn, r.Owner != 0), TurnKey: string(r.Turn), Stage: v.voice.Word("stage", string(r.Stage)),
			Owner: v.T("nobody"),
		}
		if r.Severity > 0 {
			view.Severity = v.T("severity_short", "level", itoa(r.Severity))
		}
		if r.Owner != 0 {
			view.Owner = people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: r.Owner})
		}
		if view.Title == "" {
			view.Title = v.T("erased")
		}
		if !r.NextDueAt.IsZero() {
			view.Missed = r.NextDueAt.Before(s.Desk.Now())
			view.Due = v.voice.Date(r.NextDueAt)
			if view.Missed {
				view.Due = v.T("next_missed", "metric", string(r.NextMetric), "due", r.NextDueAt.Format(time.RFC3339))
			}
		}
		out = append(out, view)
	}
	return out, next, nil
}
