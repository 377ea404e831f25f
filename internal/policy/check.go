package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ids are what the references of a pack may name, by kind.
func (p *Pack) ids() map[string][]string {
	out := map[string][]string{
		"calendars":  keysOf(p.Calendars),
		"regions":    keysOf(p.Regions),
		"products":   keysOf(p.Products),
		"offerings":  keysOf(p.Offerings),
		"roles":      keysOf(p.Roles),
		"severities": nil, "reasons": nil, "routes": nil, "lines": nil, "teams": nil, "gather": nil, "platforms": nil, "symptoms": nil,
	}
	for _, s := range p.Severities {
		out["severities"] = append(out["severities"], strconv.Itoa(s.Level))
	}
	for _, r := range p.Completion.Reasons {
		out["reasons"] = append(out["reasons"], r.ID)
	}
	for _, r := range p.Intake.Routes {
		out["routes"] = append(out["routes"], r.ID)
	}
	for _, t := range p.Work.Teams {
		out["teams"] = append(out["teams"], t.ID)
	}
	for _, l := range p.Phone.Lines {
		out["lines"] = append(out["lines"], l.ID)
	}
	for _, x := range p.Intake.Gather {
		out["gather"] = append(out["gather"], x.ID)
	}
	for _, x := range p.Gathering.Platforms {
		out["platforms"] = append(out["platforms"], x.ID)
	}
	for _, x := range p.Gathering.Symptoms {
		out["symptoms"] = append(out["symptoms"], x.ID)
	}
	for _, x := range p.ThirdParty.Guests {
		out["guests"] = append(out["guests"], x.ID)
	}
	return out
}

func keysOf[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// checker holds every reference against what exists.
type checker struct {
	known map[string][]string
	at    positions
	errs  Errors
}

func (c *checker) wrong(path, ref, id string) {
	c.errs.add(c.at.near(path), path, fmt.Sprintf("there is no %s %q: %s", singular(ref), id, instead(id, c.known[ref])))
}

func singular(ref string) string {
	switch ref {
	case "severities":
		return "severity"
	case "lines":
		return "phone line"
	case "gather":
		return "group to gather"
	}
	return strings.TrimSuffix(ref, "s")
}

func (c *checker) walk(v reflect.Value, path, ref string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.walk(v.Elem(), path, ref)
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			if inner := v.FieldByIndex(f.index); !inner.IsZero() {
				c.walk(inner, join(path, f.name), f.rules.ref)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), ref)
		}
	case reflect.Map:
		c.walkMap(v, path, ref)
	case reflect.String, reflect.Int:
		if id := fmt.Sprint(v); ref != "" && !slices.Contains(c.known[ref], id) {
			c.wrong(path, ref, id)
		}
	}
}

func (c *checker) walkMap(v reflect.Value, path, ref string) {
	if v.Type() == textType {
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	for _, k := range keys {
		at := join(path, fmt.Sprint(k))
		inner := ref
		if k.Kind() == reflect.Int {
			if id := fmt.Sprint(k); ref != "" && !slices.Contains(c.known[ref], id) {
				c.wrong(at, ref, id)
			}
			inner = ""
		}
		c.walk(v.MapIndex(k), at, inner)
	}
}

// finish completes a pack that has been read: derived fields, references,
// calendars, and what one field says about another.
func (p *Pack) finish() Errors {
	p.Severity.WarnPercent = p.Clocks.WarnPercent
	c := checker{known: p.ids(), at: p.at}
	c.walk(reflect.ValueOf(p).Elem(), "", "")
	errs := c.errs
	errs = append(errs, p.compile()...)
	errs = append(errs, p.agree()...)
	return errs
}

// agree checks what one field says about another of the same rule.
func (p *Pack) agree() Errors {
	var errs Errors
	fail := func(path, format string, args ...any) {
		errs.add(p.at.near(path), path, fmt.Sprintf(format, args...))
	}
	for _, id := range keysOf(p.Products) {
		if pr := p.Products[id]; (pr.Kind == "acquired") != (pr.Until != "") {
			fail("products."+id, `kind "acquired" and "until" belong together: write the day on which its own procedure ends, or another kind`)
		}
	}
	for i, l := range p.Languages {
		if (l.Hours == "calendar") != (l.Calendar != "") {
			fail(fmt.Sprintf("languages[%d]", i), `hours "calendar" and "calendar" belong together: name the calendar, or write hours 24x7 or region`)
		}
	}
	for _, id := range keysOf(p.Offerings) {
		o := p.Offerings[id]
		if o.SupportAdminFormula != nil && o.SupportAdmins != 0 {
			fail("offerings."+id+".support_admins", "a number and a formula stand here: keep one of the two")
		}
		if f := o.SupportAdminFormula; f != nil && !slices.IsSortedFunc(f.Steps, func(a, b AdminStep) int { return a.UpTo - b.UpTo }) {
			fail("offerings."+id+".support_admin_formula.steps", "the steps are out of order: write them from the smallest up_to to the largest")
		}
		if o.Sample != (len(o.Unverified) > 0) {
			fail("offerings."+id, `sample and "unverified" belong together: name the keys that are only samples`)
		}
	}
	return errs
}
