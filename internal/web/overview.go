package web

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// overviewPath is where a manager sees how the desk stands.
const overviewPath = "/overview"

// dueSoon is how far ahead a target is due soon.
const dueSoon = 4 * time.Hour

// overviewPage is what is open, as figures that lead to the queue.
type overviewPage struct {
	frame
	Figures []overviewFigure
	Charts  []chart
	Loads   []loadTable
	Setup   []navItem // what a new desk still needs; only where nothing is open
}

// overviewFigure is one number with its reading.
type overviewFigure struct{ Label, Number, Of, Link, Tone, Icon string }

// loadTable is who works on how much.
type loadTable struct {
	Title, Who string
	Rows       []loadRow
}

type loadRow struct {
	Name  string
	Cells []loadCell
}

// loadCell is a number that leads to the queue; 0 leads nowhere.
type loadCell struct{ Number, Link, Tone string }

// load is what somebody has.
type load struct{ open, missed, soon, escalated, ours int }

func (l *load) add(x store.OpenFigures) {
	l.open += x.Open
	l.missed += x.Missed
	l.soon += x.Soon
	l.escalated += x.Escalated
	if x.Turn == support.TurnSupport {
		l.ours += x.Open
	}
}

// queueOf is the address of the queue with filters, in pairs of name and value.
func queueOf(filters ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(filters); i += 2 {
		q.Set(filters[i], filters[i+1])
	}
	if len(q) == 0 {
		return "/"
	}
	return "/?" + q.Encode()
}

// overview shows how the desk stands: one statement counts, another names.
func (s *site) overview(v *visit) error {
	figures, err := s.Store.Overview(v.Context(), v.viewer(), s.Desk.Now(), dueSoon)
	if err != nil {
		return err
	}
	p := overviewPage{frame: v.frame}
	var all, nobody load
	for _, x := range figures {
		all.add(x)
		if x.Owner == 0 {
			nobody.add(x)
		}
	}
	if all.open == 0 {
		for _, x := range []string{"accounts", "staff", "products"} {
			p.Setup = append(p.Setup, navItem{Path: managePath + "/" + x, Label: v.T("manage." + x)})
		}
		return v.page(overviewView(p))
	}
	of := v.T("overview.of", "n", itoa(all.open))
	for _, x := range []struct {
		key, tone, icon string
		n               int
		link            string
	}{
		{"open", "brand", "list", all.open, queueOf()},
		{"missed", "bad", "alert", all.missed, queueOf("due", "missed")},
		{"soon", "warn", "clock", all.soon, queueOf("due", "soon")},
		{"escalated", "bad", "flag", all.escalated, queueOf("escalated", "yes")},
		{"unowned", "warn", "person", nobody.open, queueOf("view", "unowned")},
	} {
		f := overviewFigure{Label: v.T("overview." + x.key), Number: itoa(x.n), Of: of, Link: x.link, Icon: x.icon}
		if x.key == "open" {
			f.Of = v.T("overview.open_of", "days", itoa(int(s.Desk.Now().Sub(oldest(figures)).Hours()/24)))
		}
		if x.n > 0 {
			f.Tone = x.tone
		}
		p.Figures = append(p.Figures, f)
	}
	p.Charts = []chart{turnChart(v, figures, all.open), ageChart(v, figures, all.open)}
	p.Loads, err = s.loads(v, figures)
	if err != nil {
		return err
	}
	return v.page(overviewView(p))
}

// oldest is when the oldest of all was filed.
func oldest(figures []store.OpenFigures) time.Time {
	return slices.MinFunc(figures, func(a, b store.OpenFigures) int { return a.FiledAt.Compare(b.FiledAt) }).FiledAt
}

func turnChart(v *visit, figures []store.OpenFigures, all int) chart {
	counts := map[support.Turn]int{}
	for _, x := range figures {
		counts[x.Turn] += x.Open
	}
	c := chart{Title: v.T("overview.turn")}
	for _, t := range turnsListed {
		n := counts[t]
		c.Bars = append(c.Bars, bar{Label: capital(v.voice.Turn(string(t), true)), Link: queueOf("turn", string(t)), Says: v.of(n, all),
			Parts: stacked(float64(all), piece{"brand", float64(n)})})
	}
	return c
}

func ageChart(v *visit, figures []store.OpenFigures, all int) chart {
	c := chart{Title: v.T("overview.age")}
	for i, age := range agesListed {
		n := 0
		for _, x := range figures {
			n += x.Ages[i]
		}
		c.Bars = append(c.Bars, bar{Label: v.T("age." + age), Link: queueOf("age", age, "sort", string(store.ByOldest)), Says: v.of(n, all),
			Parts: stacked(float64(all), piece{"brand", float64(n)})})
	}
	return c
}

// loads are what each person and each team has open. People who work on requests
// and have none stand there too: they are free.
func (s *site) loads(v *visit, figures []store.OpenFigures) ([]loadTable, error) {
	staff, err := s.Store.AllStaff(v.Context())
	if err != nil {
		return nil, err
	}
	people, teams := map[int64]load{}, map[string]load{}
	pack := s.Desk.Pack()
	for _, x := range figures {
		mine, team := people[x.Owner], pack.TeamFor(x.Offering, string(x.Kind))
		theirs := teams[team]
		mine.add(x)
		theirs.add(x)
		people[x.Owner], teams[team] = mine, theirs
	}
	byPerson := loadTable{Title: v.T("overview.people"), Who: v.T("manage.name")}
	slices.SortStableFunc(staff, func(a, b support.Staff) int { return cmp.Compare(people[b.ID].open, people[a.ID].open) })
	if l := people[0]; l.open > 0 {
		byPerson.Rows = append(byPerson.Rows, rowOfLoad(v.T("nobody"), l, "owner", "none"))
	}
	for _, m := range staff {
		l := people[m.ID]
		if l.open == 0 && (!m.Active || len(s.Desk.TeamsOf(m)) == 0) {
			continue
		}
		name := lang.Name(v.Lang, lang.Person{Family: m.FamilyName, Given: m.GivenName}, false)
		byPerson.Rows = append(byPerson.Rows, rowOfLoad(name, l, "owner", support.Opaque("stf", m.ID)))
	}
	byTeam := loadTable{Title: v.T("overview.teams"), Who: v.T("filter.team")}
	for _, t := range pack.Work.Teams {
		if l := teams[t.ID]; l.open > 0 || len(t.Kinds) > 0 {
			byTeam.Rows = append(byTeam.Rows, rowOfLoad(t.Text.In(v.Lang), l, "team", t.ID))
		}
	}
	return []loadTable{byPerson, byTeam}, nil
}

func rowOfLoad(name string, l load, filter, value string) loadRow {
	row := loadRow{Name: name}
	for _, x := range []struct {
		n    int
		tone string
		more []string
	}{
		{l.open, "", nil}, {l.missed, "late", []string{"due", "missed"}}, {l.soon, "soon", []string{"due", "soon"}},
		{l.escalated, "late", []string{"escalated", "yes"}}, {l.ours, "", []string{"turn", string(support.TurnSupport)}},
	} {
		c := loadCell{Number: itoa(x.n)}
		if x.n > 0 {
			c.Link, c.Tone = queueOf(append([]string{filter, value}, x.more...)...), x.tone
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}
