package web

import (
	"net/url"
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/a-h/templ"
)

// rowsShown is how many requests a page of a list has.
const rowsShown = 50

// listPage are the requests that a customer sees, in one of the views; staff have
// [queuePage].
type listPage struct {
	frame
	Views  []navItem
	Groups []groupView
	View   string
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
	if v.staff() {
		return s.queue(v)
	}
	q := v.URL.Query()
	p := listPage{frame: v.frame, View: q.Get("view")}
	if !slices.Contains(v.views(), p.View) {
		p.View = v.views()[0]
	}
	for _, name := range v.views() {
		p.Views = append(p.Views, navItem{Path: "/?" + url.Values{"view": {name}}.Encode(), Label: v.voice.Message("page.view."+name, nil), Here: name == p.View})
	}
	f := store.Filter{Order: store.ByDue, Limit: rowsShown, After: q.Get("after")}
	if p.View == "completed" {
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
	if view != "open" {
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

// rows are a page of a list, and the cursor of the next.
func (s *site) rows(v *visit, f store.Filter) (out []rowView, next string, err error) {
	ctx := v.Context()
	rows, named, next, err := s.Store.Glanced(ctx, v.viewer(), f)
	if err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		view := rowView{
			Link: templ.URL("/requests/" + support.Number(r.ID)), Number: support.SpokenNumber(r.ID), Title: named.Texts[r.Title.ID],
			Turn: v.turn(r.Turn, r.Owner != 0), TurnKey: string(r.Turn), Stage: v.voice.Word("stage", string(r.Stage)),
			Owner: v.T("nobody"),
		}
		if r.Severity > 0 {
			view.Severity = v.T("severity_short", "level", itoa(r.Severity))
		}
		if r.Owner != 0 {
			m := named.Staff[r.Owner]
			view.Owner = lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false)
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
