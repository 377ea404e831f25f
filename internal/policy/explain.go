package policy

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Explain prints the pack as a guide for people, in Markdown, in "en" or "ja".
// Every number in it is the pack's; rules carry the ids of the guide, samples
// their label. The error is the writer's, or says which languages there are.
func Explain(w io.Writer, p *Pack, lang string) error {
	if lang != "en" && lang != "ja" {
		return fmt.Errorf("policy: the guide is printed in en and ja, not in %q", lang)
	}
	e := &explainer{p: p, lang: lang}
	e.head()
	e.offerings()
	e.severities()
	e.hours()
	e.languages()
	e.phone()
	e.roles()
	e.request()
	e.afterHours()
	e.completion()
	e.escalation()
	e.products()
	e.customer()
	e.lists()
	_, err := io.WriteString(w, e.b.String())
	return err
}

type explainer struct {
	p    *Pack
	lang string
	b    strings.Builder
}

func (e *explainer) say(key string, pairs ...string) string { return say(e.lang, key, pairs...) }
func (e *explainer) in(t Text) string                       { return t.In(e.lang) }

func (e *explainer) line(format string, args ...any) { fmt.Fprintf(&e.b, format+"\n", args...) }

func (e *explainer) section(key string) { e.line("\n## %s\n", e.say(key)) }

// bullet prints one rule with what it rests on.
func (e *explainer) bullet(text string, guide []string, sample bool) {
	e.line("- %s%s", text, e.basis(guide, sample))
}

func (e *explainer) basis(guide []string, sample bool) string {
	out := ""
	if sample {
		out = e.brackets(e.say("@sample"))
	}
	if len(guide) > 0 {
		out += " [" + strings.Join(guide, " ") + "]"
	}
	return out
}

func (e *explainer) brackets(text string) string { return e.say("@brackets", "text", text) }

func (e *explainer) named(what, value string) string {
	return e.say("@line", "what", capital(e.say(what)), "value", value)
}

// capital begins a line; Japanese has no capitals and stays as it is.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (e *explainer) items(items []Item) {
	for _, i := range items {
		e.bullet(e.in(i.Text), i.Guide, i.Sample)
	}
}

// joined names items in one line, without the full stops of their texts.
func (e *explainer) joined(items []Item) string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = strings.TrimSuffix(e.in(item.Text), ".")
	}
	if e.lang == "ja" {
		return strings.Join(out, "／")
	}
	return strings.Join(out, "; ")
}

func (e *explainer) head() {
	e.line("# %s", e.in(e.p.Title))
	e.line("\n`%s`", e.p.Ref())
	if len(e.p.Note) > 0 {
		e.line("\n%s", e.in(e.p.Note))
	}
	e.line("\n%s", e.say("@read"))
}

func (e *explainer) offerings() {
	e.section("@h_targets")
	row := "| " + e.say("@offering") + " |"
	rule := "| --- |"
	for _, s := range e.p.Severities {
		row += fmt.Sprintf(" %s |", e.severityName(s))
		rule += " --- |"
	}
	e.line("%s\n%s", row, rule)
	for _, id := range keysOf(e.p.Offerings) {
		o := e.p.Offerings[id]
		if !o.Technical || o.NoTargets {
			continue
		}
		row := "| " + e.in(o.Name) + " |"
		for _, s := range e.p.Severities {
			cell := ""
			if t, ok := o.Target(s.Level); ok {
				cell = t.First.In(e.lang) + e.basis(nil, t.Sample)
			}
			row += " " + cell + " |"
		}
		e.line("%s", row)
	}
	e.section("@h_offerings")
	for _, id := range keysOf(e.p.Offerings) {
		e.offering(e.p.Offerings[id])
	}
}

func (e *explainer) severityName(s Severity) string {
	n := e.say("@severity_n", "n", strconv.Itoa(s.Level))
	// Packs may simply number their severities in a language.
	if name := e.in(s.Name); strings.ReplaceAll(name, " ", "") != n {
		return n + " – " + name
	}
	return n
}

func (e *explainer) offering(o Offering) {
	e.line("### %s%s\n", e.in(o.Name), e.basis(o.Guide, o.Sample))
	if len(o.For) > 0 {
		e.line("- %s", e.named("for", e.in(o.For)))
	}
	e.line("- %s", e.named("hours", e.say("="+o.Hours)))
	e.line("- %s", e.named("technical", e.has(o.Technical)))
	if o.NoTargets {
		e.line("- %s", capital(e.say("@no_promise")))
	}
	if len(o.Channels.In) > 0 {
		e.line("- %s", e.named("channels", listIn(e.lang, o.Channels.In)+" → "+listIn(e.lang, o.Channels.Out)))
	}
	if n := e.admins(o); n != "" {
		e.line("- %s", e.named("support_admins", n))
	}
	e.offeringLimits(o)
	e.offeringExtras(o)
	e.line("")
}

func (e *explainer) has(b bool) string { return e.say("@has_" + strconv.FormatBool(b)) }

func (e *explainer) yes(b bool) string { return e.say("=" + strconv.FormatBool(b)) }

func (e *explainer) admins(o Offering) string {
	f := o.SupportAdminFormula
	if f == nil {
		if o.SupportAdmins == 0 {
			return ""
		}
		return strconv.Itoa(o.SupportAdmins)
	}
	steps := make([]string, len(f.Steps))
	for i, s := range f.Steps {
		steps[i] = e.say("@admins_step", "n", strconv.Itoa(s.UpTo), "admins", strconv.Itoa(s.Admins))
	}
	return e.say("@admins_formula", "steps", strings.Join(steps, separator(e.lang)), "add", strconv.Itoa(f.Add), "per", strconv.Itoa(f.Per))
}

func (e *explainer) offeringLimits(o Offering) {
	if o.RegistrantOnly {
		e.line("- %s", e.say("@registrant"))
	}
	if i := o.Incidents; i != nil {
		e.bullet(e.named("incidents", e.say("@packs", "packs", numbersIn(e.lang, i.Packs), "valid", periodIn(e.lang, i.Valid))), i.Guide, false)
	}
	if o.MinLicences > 0 {
		e.line("- %s", e.named("min_licences", strconv.Itoa(o.MinLicences)))
	}
	if len(o.Products) > 0 {
		names := make([]string, len(o.Products))
		for i, id := range o.Products {
			names[i] = e.in(e.p.Products[id].Name)
		}
		e.line("- %s", e.named("products", strings.Join(names, separator(e.lang))))
	}
	if len(o.Countries) > 0 {
		e.line("- %s", e.named("countries", strings.Join(o.Countries, " ")))
	}
}

func (e *explainer) offeringExtras(o Offering) {
	if len(o.Covers24x7) > 0 {
		e.line("- %s", e.named("covers_24x7", numbersIn(e.lang, o.Covers24x7)))
	}
	for _, x := range []struct {
		key string
		has bool
	}{{"remote", o.Remote}, {"rca", o.RCA}, {"updates", o.Updates}, {"upgrades", o.Upgrades}} {
		e.line("- %s", e.named(x.key, e.has(x.has)))
	}
	if o.AfterHours {
		e.line("- %s", e.say("@yes_after_hours"))
	}
	for _, x := range o.Extras {
		e.line("- %s", e.in(x.Text))
	}
	eachTarget(o, func(severity int, t TargetRule) {
		name := e.say("@severity_n", "n", strconv.Itoa(severity))
		var more []string
		if t.Update != nil {
			more = append(more, e.say("@update_n", "amount", t.Update.In(e.lang)))
		}
		if t.Resolve != nil {
			more = append(more, e.say("@resolve_n", "amount", t.Resolve.In(e.lang)))
		}
		if t.Hours != "" {
			more = append(more, e.say("="+t.Hours))
		}
		if len(t.Channel.Required) > 0 {
			more = append(more, e.say("@line", "what", e.say("required"), "value", listIn(e.lang, t.Channel.Required)))
		}
		if len(t.Channel.Recommended) > 0 {
			more = append(more, e.say("@line", "what", e.say("recommended"), "value", listIn(e.lang, t.Channel.Recommended)))
		}
		if t.OptIn != nil {
			more = append(more, e.say("@optin_n", "amount", t.OptIn.First.In(e.lang), "conditions", e.joined(t.OptIn.Conditions)))
		}
		if len(more) > 0 {
			e.bullet(e.say("@line", "what", capital(name), "value", strings.Join(more, separator(e.lang))), t.Guide, t.Sample)
		}
	})
}

func (e *explainer) severities() {
	e.section("@h_severities")
	for _, s := range e.p.Severities {
		e.line("### %s%s\n", capital(e.severityName(s)), e.basis(s.Guide, false))
		for _, c := range s.Definition {
			e.line("- %s", e.in(c.Text))
		}
		for _, class := range keysOf(s.DefinitionFor) {
			for _, c := range s.DefinitionFor[class] {
				e.line("- %s: %s", class, e.in(c.Text))
			}
		}
		if len(s.Duty) > 0 {
			e.line("\n%s", e.in(s.Duty))
		}
		e.line("")
	}
	r := e.p.Severity
	if r.AutoGrant {
		e.bullet(e.say("@raise_grant"), r.Guide, false)
	} else {
		e.bullet(e.say("@raise_ask", "amount", r.DecideWithin.In(e.lang)), r.Guide, false)
	}
	if h := r.Hold; h.Attempts > 0 {
		e.bullet(e.say("@hold", "n", strconv.Itoa(h.Severity), "attempts", strconv.Itoa(h.Attempts), "amount", h.Within.In(e.lang)), []string{"A18"}, false)
	}
	e.items(r.Lower)
}

func (e *explainer) hours() {
	e.section("@h_hours")
	e.bullet(e.say("@"+e.p.Clocks.HoursOf), e.p.Clocks.Guide, false)
	for _, id := range keysOf(e.p.Regions) {
		r := e.p.Regions[id]
		c := e.p.Calendars[r.Calendar]
		text := e.in(c.Name)
		if text == "" {
			text = r.Calendar
		}
		text += ", " + r.Zone
		if len(r.HolidaySets) > 0 {
			text += ", " + e.say("@holidays", "sets", strings.Join(r.HolidaySets, " "))
		}
		if e.lang == "ja" {
			text = strings.ReplaceAll(text, ", ", "、")
		}
		e.bullet(e.say("@line", "what", e.in(r.Name)+e.brackets("`"+id+"`"), "value", text), r.Guide, c.Sample)
	}
	e.line("")
	e.items(e.p.Clocks.StartsAt)
	e.items(e.p.Clocks.StopsAt)
}

func (e *explainer) languages() {
	e.section("@h_languages")
	for _, l := range e.p.Languages {
		hours := e.say("=" + l.Hours)
		if l.Calendar != "" {
			hours = e.in(e.p.Calendars[l.Calendar].Name)
		}
		where := ""
		if len(l.Countries) > 0 {
			where = e.brackets(strings.Join(l.Countries, " "))
		}
		services := listIn(e.lang, l.Services)
		if len(l.Channels) > 0 {
			services += separator(e.lang) + listIn(e.lang, l.Channels)
		}
		if len(l.Severities) > 0 {
			services += separator(e.lang) + e.say("@severity_n", "n", numbersIn(e.lang, l.Severities))
		}
		text := e.say("@language", "language", e.say("="+l.Language), "services", services, "hours", hours, "where", where)
		switch {
		case l.Otherwise == "":
		case l.Hours == AllHours && len(l.Countries) > 0:
			text += e.say("@elsewhere", "language", e.say("="+l.Otherwise))
		default:
			text += e.say("@otherwise", "language", e.say("="+l.Otherwise))
		}
		e.bullet(text, l.Guide, l.Sample)
		if l.Targets {
			e.bullet(e.say("@base", "language", e.say("="+l.Language)), l.Guide, l.Sample)
		}
	}
}

func (e *explainer) phone() {
	if len(e.p.Phone.Lines) == 0 {
		return
	}
	e.section("@h_phone")
	for _, l := range e.p.Phone.Lines {
		hours := e.say("=" + AllHours)
		if l.Calendar != "" {
			hours = e.in(e.p.Calendars[l.Calendar].Name)
		}
		e.bullet(e.in(l.Text)+e.brackets(hours), l.Guide, false)
	}
	e.bullet(e.say("@callback", "amount", e.p.Phone.Callback.In(e.lang)), e.p.Phone.Guide, false)
	if len(e.p.Phone.Online) > 0 {
		e.bullet(e.say("@online", "text", e.in(e.p.Phone.Online)), e.p.Phone.Guide, false)
	}
	e.line("- %s", e.say("@message", "items", e.joined(e.p.Phone.Message)))
	if len(e.p.Countries) == 0 {
		return
	}
	e.section("@h_countries")
	for _, id := range keysOf(e.p.Countries) {
		c := e.p.Countries[id]
		e.bullet(e.say("@line", "what", e.in(c.Name), "value", c.TollFree), c.Guide, c.Sample)
	}
}
