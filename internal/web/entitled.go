package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// entitled works out what somebody may file and what is promised then, from rows
// that are read once.
type entitled struct {
	site    *site
	v       *visit
	parties support.Parties
	draft   url.Values
	now     time.Time
}

func (e entitled) pack() *policy.Pack { return e.site.Desk.Pack() }

// query is what the draft asks for.
func (e entitled) query(product string, severity int) support.Query {
	return support.Query{
		Kind: support.Technical, Product: product, Version: e.draft.Get("version-" + product), Channel: support.Portal, Severity: severity,
		Environment: e.draft.Get("environment"), At: e.now, Scope: e.draft.Get("scope-" + product), Feature: e.draft.Get("feature-" + product), Language: e.v.who.Language,
	}
}

// best is the decision at the severity that is allowed first, the mildest first.
func (e entitled) best(product string) support.Receipt {
	var r support.Receipt
	levels := e.pack().Severities
	for i := len(levels) - 1; i >= 0; i-- {
		q := e.query(product, levels[i].Level)
		q.Environment, q.Version, q.Scope, q.Feature = "", "", "", ""
		if r = support.Entitle(q, e.parties, e.pack()); r.Allowed {
			break
		}
	}
	return r
}

// products are those with support, and the others with the ways that are open.
func (e entitled) products(t *trouble) (mine []productView, others []otherView) {
	for _, x := range e.parties.Products {
		r := e.best(x.Key)
		name := e.v.voice.Named("product", x.Key)
		if !r.Allowed {
			o := otherView{Name: name}
			for _, g := range r.Grounds {
				o.Grounds = append(o.Grounds, e.v.voice.Ground(g))
			}
			o.Routes = e.v.ways(r.Routes)
			others = append(others, o)
			continue
		}
		p := productView{Key: x.Key, Name: name, Coverage: e.coverage(r), Chosen: e.draft.Get("product") == x.Key, Scope: e.scopeFields(x.Key, t)}
		chosen := e.draft.Get("version-" + x.Key)
		for _, version := range newest(x.Versions) {
			p.Versions = append(p.Versions, option{Value: version.Name, Label: version.Name})
		}
		if chosen != "" {
			slices.SortStableFunc(p.Versions, func(a, b option) int { return isFirst(b.Value == chosen) - isFirst(a.Value == chosen) })
		}
		mine = append(mine, p)
	}
	if len(mine) == 1 {
		mine[0].Chosen = true // with one entitlement there is nothing to choose
	}
	return mine, others
}

// newest puts the version whose support ends last first.
func newest(versions []support.Version) []support.Version {
	return slices.SortedStableFunc(slices.Values(versions), func(a, b support.Version) int {
		return cmp.Or(until(b).Compare(until(a)), b.ReleasedAt.Compare(a.ReleasedAt))
	})
}

// until is when the support of a version ends; none that is announced is never.
func until(v support.Version) time.Time {
	if v.GeneralUntil.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return v.GeneralUntil
}

func isFirst(b bool) int {
	if b {
		return 1
	}
	return 0
}

// coverage says by what a product is covered: contract, offering, hours, end.
func (e entitled) coverage(r support.Receipt) string {
	out := e.v.voice.Named("offering", r.Offering)
	if r.Coverage != nil {
		out += " · " + e.v.voice.Word("hours", r.Coverage.Hours)
	}
	if r.Number != "" {
		out += " · " + e.v.T("new.contract", "number", r.Number)
	}
	for _, h := range e.parties.Holdings {
		if h.Contract.ID == r.Contract && !h.Contract.EndsAt.IsZero() {
			out += " · " + e.v.T("new.until", "day", e.v.onDays(h.Contract, h.Account.Country).Day(h.Contract.EndsAt.Add(-time.Second)))
		}
	}
	return out
}

// levels are the severities for the chosen product, each with its promise.
func (e entitled) levels() []levelView {
	product := e.draft.Get("product")
	var out []levelView
	for _, x := range e.pack().Severities {
		out = append(out, e.level(product, x))
	}
	return out
}

func (e entitled) level(product string, x policy.Severity) levelView {
	r := support.Entitle(e.query(product, x.Level), e.parties, e.pack())
	value := strconv.Itoa(x.Level)
	l := levelView{Value: value, Name: e.v.severity(x.Level), Duty: x.Duty.In(e.v.Lang), Chosen: e.draft.Get("severity") == value}
	ticked := e.draft["criteria-"+value]
	definition := x.Definition
	if own := x.DefinitionFor[e.pack().Products[product].Kind]; own != nil {
		definition = own
	}
	for _, c := range definition {
		l.Criteria = append(l.Criteria, option{Value: c.ID, Label: c.Text.In(e.v.Lang), Chosen: slices.Contains(ticked, c.ID)})
	}
	if !r.Allowed {
		l.Denied = true
		for _, g := range r.Grounds {
			l.Denial += e.v.voice.Ground(g) + " "
		}
		return l
	}
	c := r.Coverage
	if c == nil {
		return l
	}
	if c.Target != nil {
		l.Due = e.v.T("new.due", "at", e.v.voice.Date(c.Target.DueAt))
		l.Why = lang.ExplainAt(e.v.Lang, support.Clock{Target: *c.Target, State: support.Running}, e.v.who.Zone, e.now, e.pack())
	} else {
		l.Due = e.v.T("new.no_target")
	}
	if c.AfterHours == "purchasable" {
		l.After = e.v.T("new.after_hours")
	}
	if c.CallNow {
		l.Call, l.Phone = true, e.pack().Countries[e.parties.Account.Country].TollFree
	}
	return l
}

// review is everything before it is sent, and what is promised.
func (e entitled) review() ([]pair, *levelView) {
	d, v := e.draft, e.v
	var out []pair
	add := func(label, value string) {
		if value != "" {
			out = append(out, pair{v.T(label), value})
		}
	}
	if kindOf(d) == support.CS {
		add("new.kind", capital(v.voice.Word("kind", string(support.CS))))
		add("new.topic", capital(v.voice.Word("topic", d.Get("topic"))))
		add("contract", d.Get("contract"))
	} else {
		add("product", v.voice.Named("product", d.Get("product"))+" "+d.Get("version-"+d.Get("product")))
		add("environment", v.voice.Word("environment", d.Get("environment")))
	}
	var promise *levelView
	for _, x := range e.pack().Severities {
		if strconv.Itoa(x.Level) == d.Get("severity") && kindOf(d) == support.Technical {
			l := e.level(d.Get("product"), x)
			promise = &l
			add("severity", l.Name)
		}
	}
	for _, name := range []string{"title", "text", "expected", "error_string", "since", "recent_changes", "impact", "reference"} {
		add("new."+name, d.Get(name))
	}
	if kindOf(d) == support.Technical {
		out = append(out, e.site.moreSaid(v, d)...)
	}
	rule, _ := e.site.scopeOf(d)
	for _, it := range rule.Evidence {
		if said := d.Get("evidence-" + it.ID); said != "" {
			out = append(out, pair{it.Text.In(v.Lang), said})
		}
	}
	if kindOf(d) == support.CS {
		for _, it := range e.pack().CS.Items {
			if said := d.Get("item-" + it.ID); said != "" {
				out = append(out, pair{capital(v.voice.Named("item", it.ID)), said})
			}
		}
	}
	return out, promise
}
