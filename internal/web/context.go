package web

import (
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// contextView is who the customer is, beside their request: what an engineer wants
// to know before they write or call.
type contextView struct {
	Contact, Number, Email, Phone string
	ContactPath                   string
	Language                      string
	Local, Zone                   string // what time it is where they are
	Asleep                        bool   // it is night there
	Account, AccountPath          string
	Covered                       string // offering, hours, until
	Before                        []beforeView
	BeforePath                    string
}

// beforeView is another request of the same account, completed or not.
type beforeView struct {
	Path, Number, Title, Stage string
	Open                       bool
}

// beforeShown is how many other requests of the account are shown, what changed last
// first: an index of the account has them in this order.
const beforeShown = 5

// contextOf reads what staff see beside a request.
func (s *site) contextOf(v *visit, t told) (*contextView, error) {
	ctx, viewer, r, who := v.Context(), v.viewer(), t.r, t.contact
	rows, named, _, err := s.Store.Glanced(ctx, viewer, store.Filter{Account: r.Filed.Account, Order: store.ByChanged, Limit: beforeShown + 1})
	if err != nil {
		return nil, err
	}
	c := &contextView{
		Contact: lang.Name(v.Lang, lang.Person{Family: who.FamilyName, Given: who.GivenName}, true), Number: support.SpokenCustomerNumber(who.Number),
		Email: who.Email, Phone: who.Phone, ContactPath: managePath + "/contacts/" + who.Number, Language: v.voice.LanguageName(who.Language), Zone: who.Zone,
		Account: named.Accounts[r.Filed.Account].Name, AccountPath: managePath + "/accounts/" + support.Opaque("acc", r.Filed.Account),
		BeforePath: "/?account=" + support.Opaque("acc", r.Filed.Account),
	}
	if loc, err := calendar.Location(who.Zone); err == nil {
		theirs, there := v.voice, s.Desk.Now().In(loc)
		theirs.Zone = who.Zone
		c.Local, c.Asleep = theirs.Date(there), there.Hour() < 7 || there.Hour() >= 22
	}
	c.Covered = s.covered(v, r)
	for _, row := range rows {
		if row.ID == r.ID || len(c.Before) == beforeShown {
			continue
		}
		number := support.Number(row.ID)
		c.Before = append(c.Before, beforeView{Path: "/requests/" + number, Number: support.SpokenNumber(row.ID), Title: named.Texts[row.Title.ID],
			Stage: v.voice.Word("stage", string(row.Stage)), Open: row.Stage != support.StageCompleted})
	}
	return c, nil
}

// covered says by what the request is covered, as it was decided at the filing.
func (s *site) covered(v *visit, r *support.Request) string {
	x := r.Filed.Receipt
	parts := []string{v.voice.Named("offering", x.Offering)}
	if k := x.Coverage; k != nil {
		parts = append(parts, v.voice.Word("hours", k.Hours))
		if !k.OpenNow && !k.NextOpenAt.IsZero() && s.Desk.Now().Before(k.NextOpenAt) {
			parts = append(parts, v.T("context.opens", "at", k.NextOpenAt.Format(time.RFC3339)))
		}
	}
	return strings.Join(parts, " · ")
}

// whyPage is how a request was decided about: what it rests on, whom it was given
// to, and every clock that ran on it, each with the rule that it comes from.
type whyPage struct {
	frame
	Number, Title, Path string
	Decided             string
	Basis               []pair
	Grounds             []groundLine
	Considered          []consideredLine
	Routed              string
	Candidates          []consideredLine
	More                int
	Clocks              []clockWhy
	Pack                []pair
}

// groundLine is one reason with its rules.
type groundLine struct{ Text, Rules string }

// consideredLine is a contract or a colleague who was considered.
type consideredLine struct {
	Name, Detail string
	Fits         bool
	Grounds      []groundLine
}

// why explains a request to staff.
func (s *site) why(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	t, err := s.tell(v, id)
	if err != nil {
		return err
	}
	r, x := t.r, t.r.Filed.Receipt
	p := whyPage{frame: v.frame, Number: support.SpokenNumber(id), Title: t.texts[r.Filed.Title.ID], Path: "/requests/" + support.Number(id),
		Decided: v.voice.Date(x.At), Grounds: v.groundLines(x.Grounds)}
	for _, c := range x.Considered {
		p.Considered = append(p.Considered, consideredLine{Name: strings.TrimSpace(c.Number + " " + v.voice.Named("offering", c.Offering)), Fits: c.Fits, Grounds: v.groundLines(c.Grounds)})
	}
	p.Basis = s.basisOf(v, x)
	if err := s.routedOf(v, r, &p); err != nil {
		return err
	}
	for _, c := range r.Clocks {
		p.Clocks = append(p.Clocks, s.clockWhy(v, c))
	}
	p.Pack = []pair{{v.T("why.pack_then"), x.Pack}, {v.T("why.pack_now"), s.Desk.Pack().Ref()}}
	return v.page(whyView(p))
}

func (s *site) basisOf(v *visit, x support.Receipt) []pair {
	var out []pair
	add := func(label, value string) {
		if value != "" {
			out = append(out, pair{v.T(label), value})
		}
	}
	add("why.basis", v.voice.Word("basis", string(x.Basis)))
	add("contract", x.Number)
	add("offering", v.voice.Named("offering", x.Offering))
	add("region", v.voice.Named("region", x.Region))
	add("product", strings.TrimSpace(v.voice.Named("product", x.Product)+" "+x.Version))
	add("scope", v.voice.Named("scope", x.Scope))
	add("channel", v.voice.Word("channel", string(x.Channel)))
	if k := x.Coverage; k != nil {
		add("why.hours", v.voice.Word("hours", k.Hours))
		add("why.calendar", strings.TrimSpace(k.Calendar+" "+k.Zone))
	}
	return out
}

func (v *visit) groundLines(list []support.Ground) []groundLine {
	var out []groundLine
	for _, g := range list {
		out = append(out, groundLine{Text: v.voice.Ground(g), Rules: strings.Join(g.Rules, v.voice.Comma())})
	}
	return out
}

// routedOf says to whom the desk gave the request, and who else was considered.
func (s *site) routedOf(v *visit, r *support.Request, p *whyPage) error {
	if r.Routed == nil {
		return nil
	}
	var actors []support.Actor
	for _, x := range r.Routed.Considered {
		actors = append(actors, support.Actor{Kind: support.Vendor, ID: x.Staff})
	}
	people, err := s.Desk.People(v.Context(), append(actors, support.Actor{Kind: support.Vendor, ID: r.Routed.Staff}))
	if err != nil {
		return err
	}
	who := v.T("nobody")
	if r.Routed.Staff != 0 {
		who = people.Who(v.Lang, support.Actor{Kind: support.Vendor, ID: r.Routed.Staff})
	}
	team, _ := s.Desk.Pack().Work.Team(r.Routed.Team)
	p.Routed = v.T("why.routed", "team", team.Text.In(v.Lang), "who", who, "at", r.RoutedAt.Format(time.RFC3339))
	for i, x := range r.Routed.Considered {
		p.Candidates = append(p.Candidates, consideredLine{Name: people.Who(v.Lang, actors[i]), Detail: v.T("why.open", "n", strconv.Itoa(x.Open)), Fits: x.Fits, Grounds: v.groundLines(x.Grounds)})
	}
	p.More = r.Routed.More
	return nil
}
