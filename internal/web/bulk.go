package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/support"
)

const (
	bulkPath = "/bulk"
	bulkMost = 200 // requests at once
)

// bulkPage does one thing to many requests: what it is about is shown before, and
// what came of it for each (UX-24).
type bulkPage struct {
	frame
	Rows         []bulkRow
	Fields       []field
	Form         typed
	Once         string
	Ran          bool
	Would        *wouldShown // what would be mailed; nil: nobody has asked
	Done, Failed int
	Gone         int    // numbers that the reader does not see, or that are none
	Back         string // the list that one comes from
}

// bulkRow is one of the requests, and what came of it.
type bulkRow struct {
	ID, Number, Title, Account, Owner string
	Seq                               int64
	Done                              bool
	Refused                           string
}

// deed is something that can be done to many requests at once, and the field that
// it needs.
type deed struct {
	name, needs string
	make        func(f filled) support.Command
}

var bulkDeeds = []deed{
	{"take", "", func(filled) support.Command { return &support.Take{} }},
	{"assign", "staff", func(f filled) support.Command { return &support.Assign{Staff: f.staff("staff")} }},
	{"second", "staff", func(f filled) support.Command { return &support.AddSecond{Staff: f.staff("staff")} }},
	{"tag", "tags", func(f filled) support.Command { return &support.ChangeDetails{Tag: tagsIn(f.Get("tags"))} }},
	{"untag", "tags", func(f filled) support.Command { return &support.ChangeDetails{Untag: tagsIn(f.Get("tags"))} }},
	{"note", "text", func(f filled) support.Command { return &support.AddNote{Text: f.text("text")} }},
}

// tagsIn are the tags that somebody has typed.
func tagsIn(typed string) []string {
	return strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",、 \t", r) })
}

// bulk shows what is selected, and asks what to do with it.
func (s *site) bulk(v *visit) error {
	p, _, err := s.bulkPage(v, v.URL.Query(), typed{})
	if err != nil {
		return err
	}
	return v.page(bulkView(p))
}

func (s *site) bulkPage(v *visit, q url.Values, form typed) (bulkPage, []support.Row, error) {
	p := bulkPage{frame: v.frame, Form: form, Once: newOnce(), Back: v.back(cmp.Or(q.Get("back"), "/"))}
	var ids []int64
	for _, n := range q["n"] {
		if id, err := support.ParseNumber(n); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > bulkMost {
		return p, nil, support.Refuse(support.TooLarge, "page.bulk_many", "n", itoa(len(ids)), "most", itoa(bulkMost))
	}
	rows, named, err := s.Store.RequestsNumbered(v.Context(), v.viewer(), ids)
	if err != nil {
		return p, nil, err
	}
	p.Gone = len(ids) - len(rows)
	for i, x := range s.queueRows(v, rows, named) {
		p.Rows = append(p.Rows, bulkRow{ID: x.ID, Number: x.Number, Title: x.Title, Account: x.Account, Owner: x.Owner, Seq: rows[i].Seq})
	}
	who, err := s.colleagues(v)
	var deeds []option
	for _, d := range bulkDeeds {
		deeds = append(deeds, option{Value: d.name, Label: v.T("bulk." + d.name), Hint: v.T("bulk." + d.name + ".hint")})
	}
	optional := v.T("bulk.only")
	p.Fields = form.kept("bulk", []field{
		{Name: "deed", Label: v.T("bulk.deed"), Kind: "radio", Options: deeds},
		{Name: "staff", Label: v.T("work.field.staff"), Kind: "select", Optional: optional, Options: append([]option{{Label: "—"}}, who...)},
		{Name: "tags", Label: v.T("work.field.tags"), Hint: v.T("work.field.tags_hint"), Kind: "text", Optional: optional},
		{Name: "text", Label: v.T("do_note"), Hint: v.T("do_note.hint"), Kind: "textarea", Optional: optional},
	})
	return p, rows, err
}

// doBulk carries it out, for each as if it were alone: what is refused for one
// stands beside it and does not hinder the others.
func (s *site) doBulk(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	at := slices.IndexFunc(bulkDeeds, func(d deed) bool { return d.name == v.PostForm.Get("deed") })
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	if at < 0 {
		f.wrong("deed", "page.bulk_deed")
	} else if needs := bulkDeeds[at].needs; needs != "" && strings.TrimSpace(f.Get(needs)) == "" {
		f.wrong(needs, "page.field_needed")
	} else {
		bulkDeeds[at].make(f) // what cannot be read is refused before anything is done
	}
	form := typed{Form: "bulk", Values: v.PostForm}
	if wrong != nil {
		var err error
		if form, err = v.refused("bulk", wrong); err != nil {
			return err
		}
	}
	p, rows, err := s.bulkPage(v, v.PostForm, form)
	if err != nil {
		return err
	}
	if wrong != nil {
		v.show(http.StatusUnprocessableEntity, bulkView(p))
		return nil
	}
	if v.looks() {
		p.Would = &wouldShown{}
		for i, row := range rows {
			seen, _ := strconv.ParseInt(v.PostForm.Get("seen."+p.Rows[i].ID), 10, 64)
			if err := s.would(v, p.Would, row.ID, max(seen, 0), bulkDeeds[at].make(f)); err != nil {
				return err
			}
		}
		return v.page(bulkView(p))
	}
	for i, row := range rows {
		if err := s.bulkOne(v, &p.Rows[i], row, bulkDeeds[at].make(f)); err != nil {
			return err
		}
		if p.Rows[i].Done {
			p.Done++
		} else {
			p.Failed++
		}
	}
	p.Ran = true
	return v.page(bulkView(p))
}

// bulkOne does it to one request, once.
func (s *site) bulkOne(v *visit, to *bulkRow, row support.Row, cmd support.Command) error {
	seen, _ := strconv.ParseInt(v.PostForm.Get("seen."+to.ID), 10, 64)
	ctx, once := v.once(cmp.Or(v.PostForm.Get("once"), newOnce()) + "." + to.ID)
	_, err := s.Desk.DoIf(ctx, v.who.Actor, row.ID, max(seen, 0), cmd)
	if err == nil || v.spent(once) {
		to.Done = true
		return nil
	}
	if support.CodeOf(err) == "" {
		return err
	}
	to.Refused = v.refusal(err)
	return nil
}
