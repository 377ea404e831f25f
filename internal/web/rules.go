package web

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// rulesPath is where the policy pack stands in words.
const rulesPath = managePath + "/rules"

// comparedRequests bounds how many open requests are held against another version.
const comparedRequests = 200

func (s *site) rulesRoutes() []route {
	return []route{
		{"GET " + rulesPath, vendors, s.shown(s.rulesPage)},
		{"GET " + rulesPath + "/{pack}", admins, s.shown(s.comparePage)},
		{"POST " + rulesPath + "/{pack}/force", admins, s.proving(s.managing("force", "pack_switched", s.comparePage, s.switchPack))},
	}
}

// guidePart is a heading of the guide with what stands under it: a smaller heading, a
// paragraph, the points of a list, or a table.
type guidePart struct {
	Title  string
	Blocks []guideBlock
}

type guideBlock struct {
	Heading, Text string
	Points        []string
	Table         *manageList
}

// guide reads what [policy.Explain] writes into parts.
func guide(markdown string) []guidePart {
	var out []guidePart
	for line := range strings.Lines(strings.ReplaceAll(markdown, "`", "")) {
		line = strings.TrimRight(line, "\n")
		title, part := strings.CutPrefix(line, "## ")
		if part {
			out = append(out, guidePart{Title: title})
		}
		if part || len(out) == 0 || line == "" || strings.HasPrefix(line, "| ---") {
			continue
		}
		p := &out[len(out)-1]
		last := func() *guideBlock {
			if len(p.Blocks) == 0 {
				return &guideBlock{}
			}
			return &p.Blocks[len(p.Blocks)-1]
		}
		heading, isHeading := strings.CutPrefix(line, "### ")
		point, isPoint := strings.CutPrefix(strings.TrimSpace(line), "- ")
		cells, isRow := strings.CutPrefix(line, "| ")
		row := strings.Split(strings.TrimSuffix(cells, " |"), " | ")
		switch {
		case isHeading:
			p.Blocks = append(p.Blocks, guideBlock{Heading: heading})
		case isPoint && len(last().Points) > 0:
			last().Points = append(last().Points, point)
		case isPoint:
			p.Blocks = append(p.Blocks, guideBlock{Points: []string{point}})
		case isRow && last().Table != nil:
			last().Table.Rows = append(last().Table.Rows, manageRow{Cells: row})
		case isRow:
			p.Blocks = append(p.Blocks, guideBlock{Table: &manageList{Title: p.Title, Columns: row}})
		default:
			p.Blocks = append(p.Blocks, guideBlock{Text: line})
		}
	}
	return out
}

func (s *site) rulesPage(v *visit, _ typed) (managePage, error) {
	pack := s.Desk.Pack()
	p := s.manage(v, pack.Title.In(v.Lang))
	p.Lead = v.T("rules.lead")
	p.Facts = []pair{{v.T("rules.version"), pack.Ref()}, {v.T("rules.hash"), pack.Hash()[:12]}}
	var b strings.Builder
	if err := policy.Explain(&b, pack, v.voice.Lang); err != nil {
		return p, err
	}
	p.Guide = guide(b.String())
	if !v.has(support.RoleAdmin) {
		return p, s.past(v, &p, "pack", 0)
	}
	others, err := s.Desk.OtherPacks(v.Context())
	for _, ref := range slices.Sorted(maps.Keys(others)) {
		p.Links = append(p.Links, navItem{Path: rulesPath + "/" + ref, Label: v.T("rules.compare", "pack", ref)})
	}
	lint := manageList{Title: v.T("rules.lint"), None: v.T("rules.clean", "n", itoa(len(policy.LintRules()))), Columns: []string{v.T("rules.where"), v.T("rules.finding")}}
	for _, f := range policy.Lint(pack) {
		lint.Rows = append(lint.Rows, manageRow{Cells: []string{f.Path, f.Text}})
	}
	p.Lists = []manageList{lint}
	if err != nil {
		return p, err
	}
	return p, s.past(v, &p, "pack", 0)
}

// comparePage says how another version differs from the one in force, and which open
// requests it would treat otherwise.
func (s *site) comparePage(v *visit, form typed) (managePage, error) {
	if v.PathValue("pack") == s.Desk.Pack().Ref() { // it came into force meanwhile
		return s.rulesPage(v, form)
	}
	others, err := s.Desk.OtherPacks(v.Context())
	if err != nil {
		return managePage{}, err
	}
	other, ok := others[v.PathValue("pack")]
	if !ok {
		return managePage{}, nowhere(v)
	}
	now := s.Desk.Pack()
	p := s.manage(v, v.T("rules.against", "other", other.Ref(), "pack", now.Ref()))
	p.Back = &navItem{Path: rulesPath, Label: now.Title.In(v.Lang)}
	p.Notes = []manageNote{{"", "info", v.T("rules.how")}}
	changes := manageList{Title: v.T("rules.changes"), None: v.T("rules.same"), Columns: []string{v.T("rules.change")}}
	for _, x := range policy.Diff(now, other, v.voice.Lang) {
		changes.Rows = append(changes.Rows, manageRow{Cells: []string{x}})
	}
	touched, more, err := s.touched(v, now, other)
	if more {
		p.Notes = append(p.Notes, manageNote{"warn", "alert", v.T("rules.some", "n", itoa(comparedRequests))})
	}
	p.Lists = []manageList{touched, changes}
	p.Forms = []manageForm{{Name: "force", act: "switch_pack", Path: rulesPath + "/" + other.Ref() + "/force", Title: v.T("rules.switch", "pack", other.Ref()), Hint: v.T("rules.switch_hint"), Send: v.T("rules.switch", "pack", other.Ref()), Read: now.Ref()}}
	return p, err
}

// switchPack brings the version that the address names into force.
func (s *site) switchPack(v *visit, f filled) (string, error) {
	return rulesPath, inField(s.Desk.SwitchPack(v.Context(), v.who.Actor, v.PathValue("pack"), f.Get("read")), "read")
}

// touched are open requests whose next targets another version would set otherwise.
func (s *site) touched(v *visit, now, other *policy.Pack) (out manageList, more bool, err error) {
	out = manageList{Title: v.T("rules.touched"), None: v.T("rules.untouched"), Columns: []string{v.T("paper.request"), v.T("paper.what"), v.T("rules.now"), v.T("rules.then")}}
	rows, named, next, err := s.Store.Listed(v.Context(), v.viewer(), store.Filter{Open: true, Limit: comparedRequests})
	offerings := map[int64]string{}
	for _, r := range rows {
		if r.Severity == 0 || r.Contract == 0 || err != nil {
			continue
		}
		if _, read := offerings[r.Contract]; !read {
			var c support.Contract
			c, err = s.Store.Contract(v.Context(), insider, r.Contract)
			offerings[r.Contract] = c.Offering
		}
		was, then := v.promised(now, offerings[r.Contract], r), v.promised(other, offerings[r.Contract], r)
		if was != then {
			out.Rows = append(out.Rows, manageRow{Link: "/requests/" + support.Number(r.ID), Cells: []string{support.SpokenNumber(r.ID), named.Texts[r.Title.ID], was, then}})
		}
	}
	return out, next != "", err
}

// promised is what a pack promises for a request, in words.
func (v *visit) promised(p *policy.Pack, offering string, r support.Row) string {
	o, ok := p.Offerings[offering]
	if !ok {
		return v.T("rules.no_offering")
	}
	t, ok := p.TargetOf(o, r.Product, r.Severity)
	if !ok {
		return v.T("rules.no_target")
	}
	out := t.First.In(v.voice.Lang)
	if t.Update != nil {
		out += " · " + t.Update.In(v.voice.Lang)
	}
	if t.Resolve != nil {
		out += " · " + t.Resolve.In(v.voice.Lang)
	}
	return out + " · " + v.voice.Word("hours", cmp.Or(t.Hours, o.Hours))
}
