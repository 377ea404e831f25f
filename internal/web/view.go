package web

import (
	"net/url"
	"slices"
	"strconv"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// keptViews are the views that a reader of the staff has, and the teams for which
// they may keep one.
type keptViews struct {
	views []store.View
	teams []policy.Team
}

func (s *site) keptViews(v *visit) (k keptViews, err error) {
	k.teams = s.teams(v)
	k.views, err = s.Store.Views(v.Context(), v.who.Actor.ID, teamIDs(k.teams))
	return k, err
}

func teamIDs(teams []policy.Team) []string {
	var out []string
	for _, t := range teams {
		out = append(out, t.ID)
	}
	return out
}

// forWhom asks whether something is kept for its keeper alone or for a team.
func (v *visit) forWhom(teams []policy.Team) []option {
	out := []option{{Label: v.T("view.for_me")}}
	for _, t := range teams {
		out = append(out, option{Value: t.ID, Label: v.T("view.for_team", "team", t.Text.In(v.Lang))})
	}
	return out
}

// viewPath is where a view is looked at.
func viewPath(x store.View) string {
	return "/?" + x.Query + amp(x.Query) + "kept=" + support.Opaque("viw", x.ID)
}

func amp(query string) string {
	if query == "" {
		return ""
	}
	return "&"
}

// viewGroups are all views that the reader has: the desk's, those of their teams,
// their own.
func (s *site) viewGroups(v *visit, k seek, kept keptViews) []viewGroup {
	desk := viewGroup{Title: v.T("list.views")}
	for i, name := range v.views() {
		path := "/"
		if i > 0 {
			path = "/?view=" + name
		}
		desk.Views = append(desk.Views, navItem{Path: path, Label: v.T("view." + name), Here: k.kept == "" && k.view == name})
	}
	own, teams := viewGroup{Title: v.T("view.own")}, viewGroup{Title: v.T("view.teams")}
	for _, x := range kept.views {
		item := navItem{Path: viewPath(x), Label: x.Name, Here: k.kept == support.Opaque("viw", x.ID)}
		if x.Team == "" {
			own.Views = append(own.Views, item)
		} else {
			teams.Views = append(teams.Views, item)
		}
	}
	return slices.DeleteFunc([]viewGroup{desk, teams, own}, func(g viewGroup) bool { return len(g.Views) == 0 })
}

// keepView is the form that keeps a list under a name. ID is of the view from
// which the list comes, "" for none; Name its name; Mine: the reader may change
// it; Changed: the list is another one by now.
type keepView struct {
	ID, Name, Query, Team string
	Mine, Changed         bool
	Teams                 []option
	Form                  typed
}

func (s *site) keepForm(v *visit, k seek, kept keptViews, form typed) keepView {
	out := keepView{Form: form, Query: k.values.Encode(), Teams: v.forWhom(kept.teams)}
	for _, x := range kept.views {
		if id := support.Opaque("viw", x.ID); id == k.kept {
			out.ID, out.Name, out.Team, out.Mine, out.Changed = id, x.Name, x.Team, !x.ByOther, x.Query != out.Query
		}
	}
	return out
}

// keep keeps a list as a view, or changes one.
func (s *site) keep(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	q, err := url.ParseQuery(v.PostForm.Get("query"))
	if err != nil {
		return support.Refuse(support.Invalid, "page.form_unreadable")
	}
	k := s.seek(v, q)
	x := store.View{Name: v.PostForm.Get("name"), Team: v.PostForm.Get("team"), Query: k.values.Encode()}
	if id := v.PostForm.Get("id"); id != "" {
		x.ID, _ = support.ParseOpaque("viw", id)
	}
	told := "view_kept"
	if v.PostForm.Get("drop") != "" {
		told, err = "view_dropped", s.Desk.DropView(v.Context(), v.who.Actor, x.ID)
		if err == nil {
			return v.goTo("/?"+x.Query, told)
		}
	} else {
		err = s.Desk.KeepView(v.Context(), v.who.Actor, &x)
	}
	if err == nil {
		return v.goTo(viewPath(x), told)
	}
	form, err := v.refused("view", err)
	if err != nil {
		return err
	}
	p, err := s.queuePage(v, q, form)
	if err != nil {
		return err
	}
	v.show(statusOf(form.Trouble.code), queueView(p))
	return nil
}

// takeNext gives the reader the next request that suits them.
func (s *site) takeNext(v *visit) error {
	done, err := s.Desk.TakeNext(v.Context(), v.viewer())
	if support.CodeOf(err) == support.Conflict {
		return v.goTo("/?view=unowned", "next_none")
	}
	if err != nil {
		return err
	}
	return v.goTo("/requests/"+support.Number(done.ID), "taken")
}

// countsShown is up to where requests of a view are counted.
const countsShown = 99

// counts tells how many requests the views have, fetched apart from the page.
func (s *site) counts(v *visit) error {
	kept, err := s.keptViews(v)
	if err != nil {
		return err
	}
	out := map[string]string{}
	for _, g := range s.viewGroups(v, seek{}, kept) {
		for _, x := range g.Views {
			u, err := url.Parse(x.Path)
			if err != nil {
				continue
			}
			k := s.seek(v, u.Query())
			if k.view == "completed" {
				continue // nobody waits for those
			}
			k.filter.Order = store.ByDue
			n, whole, err := s.Store.Count(v.Context(), v.viewer(), k.filter, countsShown+1)
			if err != nil {
				return err
			}
			out[x.Path] = strconv.Itoa(n)
			if n > countsShown || !whole {
				out[x.Path] = strconv.Itoa(min(n, countsShown)) + "+"
			}
		}
	}
	return v.json(out)
}
