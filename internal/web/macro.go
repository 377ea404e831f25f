package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const macrosPath = "/macros"

// macrosPage lists the texts that a reader of the staff keeps and those of their
// teams, and changes theirs. For is the request in which one is to be used.
type macrosPage struct {
	frame
	For, ForNumber string
	Macros         []macroView
	Fields         []field
	Form           typed
	ID             string // of the one that is changed; "": a new one
	Once           string
}

type macroView struct {
	ID, Name, Kind, Whose string
	Note, Mine            bool
	Words                 string
	Tags                  []string
	Use, Edit             string
}

func (s *site) macroRoutes() []route {
	return []route{
		{"GET " + macrosPath, vendors, s.macros},
		{"POST " + macrosPath, vendors, s.keepMacro},
	}
}

func (s *site) macros(v *visit) error {
	p, err := s.macrosPage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(macrosView(p))
}

// macrosOf are the macros that the reader may use.
func (s *site) macrosOf(v *visit) ([]store.Macro, []option, error) {
	teams := s.teams(v)
	list, err := s.Store.Macros(v.Context(), v.who.Actor.ID, teamIDs(teams))
	return list, v.forWhom(teams), err
}

func (s *site) macrosPage(v *visit, form typed) (macrosPage, error) {
	p := macrosPage{frame: v.frame, Form: form, Once: newOnce()}
	if id, err := support.ParseNumber(v.URL.Query().Get("for")); err == nil {
		p.For, p.ForNumber = "/requests/"+support.Number(id), support.SpokenNumber(id)
	}
	list, teams, err := s.macrosOf(v)
	if err != nil {
		return p, err
	}
	var open store.Macro
	p.ID = cmp.Or(form.value("macro", "id"), v.URL.Query().Get("macro"))
	for _, m := range list {
		x := macroView{ID: support.Opaque("mac", m.ID), Name: m.Name, Note: m.Note, Kind: v.T("macro.reply"), Mine: !m.ByOther, Tags: m.Tags,
			Words: desk.FillMacro(m, lang.Base(v.Lang, true), nil), Whose: v.T("view.for_me")}
		if m.Note {
			x.Kind = v.T("do_note")
		}
		for _, t := range teams {
			if t.Value == m.Team {
				x.Whose = t.Label
			}
		}
		if p.For != "" {
			x.Use = p.For + "?macro=" + x.ID + "#write-reply"
		}
		x.Edit = macrosPath + "?macro=" + x.ID + "#macro"
		if x.ID == p.ID && x.Mine {
			open = m
		}
		p.Macros = append(p.Macros, x)
	}
	if open.ID == 0 {
		p.ID = ""
	}
	p.Fields = s.macroFields(v, open, teams, form)
	return p, nil
}

func (s *site) macroFields(v *visit, m store.Macro, teams []option, form typed) []field {
	kind := "reply"
	if m.Note {
		kind = "note"
	}
	optional := v.T("optional")
	return form.kept("macro", []field{
		{Name: "name", Label: v.T("view.name"), Kind: "text", Value: m.Name},
		{Name: "kind", Label: v.T("macro.kind"), Kind: "radio", Value: kind, Options: []option{{Value: "reply", Label: v.T("reply_public")}, {Value: "note", Label: v.T("do_note")}}},
		{Name: "text.ja", Label: v.T("macro.text_ja"), Hint: v.T("macro.text_hint"), Kind: "textarea", Value: m.Words["ja"], Optional: optional},
		{Name: "text.en", Label: v.T("macro.text_en"), Kind: "textarea", Value: m.Words["en"], Optional: optional},
		{Name: "tags", Label: v.T("macro.tags"), Hint: v.T("work.field.tags_hint"), Kind: "text", Value: strings.Join(m.Tags, ", "), Optional: optional},
		{Name: "team", Label: v.T("view.who"), Kind: "select", Value: m.Team, Options: teams, Optional: " "},
	})
}

// keepMacro keeps a macro, changes one, or forgets it.
func (s *site) keepMacro(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	f := v.PostForm
	m := store.Macro{Name: f.Get("name"), Team: f.Get("team"), Note: f.Get("kind") == "note", Tags: tagsIn(f.Get("tags")), Words: map[string]string{}}
	for _, l := range []string{"en", "ja"} {
		m.Words[l] = strings.TrimSpace(strings.ReplaceAll(f.Get("text."+l), "\r\n", "\n"))
	}
	if id := f.Get("id"); id != "" {
		m.ID, _ = support.ParseOpaque("mac", id)
	}
	ctx, once := v.once(f.Get("once"))
	told, err := "macro_kept", error(nil)
	if f.Get("drop") != "" {
		told, err = "macro_dropped", s.Desk.DropMacro(ctx, v.who.Actor, m.ID)
	} else {
		err = s.Desk.KeepMacro(ctx, v.who.Actor, &m)
	}
	if err == nil || v.spent(once) {
		return v.goTo(macrosPath, told)
	}
	form, err := v.refused("macro", err)
	if err != nil {
		return err
	}
	p, err := s.macrosPage(v, form)
	if err != nil {
		return err
	}
	v.show(statusOf(form.Trouble.code), macrosView(p))
	return nil
}

// macroUsed is a macro that is written into a form: nothing of it is sent before its
// reader sends it (UX-23).
type macroUsed struct {
	Name string
	Note bool
	Text string
	Tags []string // that the request does not have yet
}

// macroFor fills the macro that the address names with what is known of a request.
func (s *site) macroFor(v *visit, t told, c *contextView, number string) (*macroUsed, error) {
	id, ok := support.ParseOpaque("mac", v.URL.Query().Get("macro"))
	if !ok || v.Method != http.MethodGet {
		return nil, nil
	}
	list, _, err := s.macrosOf(v)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(m store.Macro) bool { return m.ID == id })
	if at < 0 {
		return nil, nil // of somebody else, or forgotten meanwhile
	}
	m, r, who := list[at], t.r, t.contact
	language := lang.Base(who.Language, true)
	theirs := lang.Voice{Lang: language, Zone: who.Zone, Pack: v.voice.Pack}
	owner, due := "—", "—"
	if r.Owner != 0 {
		owner = t.people.Who(language, support.Actor{Kind: support.Vendor, ID: r.Owner})
	}
	if row := support.Index(r, s.Desk.Pack()); !row.NextDueAt.IsZero() {
		due = theirs.Date(row.NextDueAt.In(time.UTC))
	}
	u := &macroUsed{Name: m.Name, Note: m.Note, Text: desk.FillMacro(m, language, map[string]string{
		"contact": lang.Name(language, lang.Person{Family: who.FamilyName, Given: who.GivenName}, true), "account": c.Account, "number": number,
		"title": t.texts[r.Filed.Title.ID], "product": strings.TrimSpace(theirs.Named("product", r.Filed.Product) + " " + r.Filed.Version),
		"owner": owner, "due": due, "me": v.Who,
	})}
	for _, tag := range m.Tags {
		if !slices.Contains(r.Details.Tags, tag) {
			u.Tags = append(u.Tags, tag)
		}
	}
	return u, nil
}

// tagged adds the tags that went with a text, once it is written.
func (s *site) tagged(v *visit, id int64, tags []string) error {
	if len(tags) == 0 || !v.staff() {
		return nil
	}
	_, err := s.Desk.Do(v.Context(), v.who.Actor, id, &support.ChangeDetails{Tag: tags})
	if support.CodeOf(err) != "" {
		return nil // the text is written; the tags can be set by hand
	}
	return err
}
