package web

import (
	"net/url"
	"slices"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// gatheringFields ask on what it runs, what has happened and what was changed
// lately, each kind by itself; by that the checklist of what helps is made (R17).
func (s *site) gatheringFields(v *visit, d url.Values) []field {
	rules := s.Desk.Pack().Gathering
	var out []field
	if len(rules.Platforms) > 0 {
		f := field{Name: "platforms", Label: v.T("new.platforms"), Kind: "checkbox", Values: append([]string{""}, d["platforms"]...), Optional: v.T("optional")}
		for _, x := range rules.Platforms {
			f.Options = append(f.Options, option{Value: x.ID, Label: x.Text.In(v.Lang)})
		}
		out = append(out, f)
	}
	if len(rules.Symptoms) > 0 {
		out = append(out, field{Name: "symptom", Label: v.T("new.symptom"), Kind: "select", Optional: v.T("optional"), Value: d.Get("symptom"),
			Options: append([]option{{Label: "—"}}, items(v, rules.Symptoms)...)})
	}
	for _, x := range rules.Changes {
		name := "change-" + x.ID
		out = append(out, field{Name: name, Label: v.T("new.change", "kind", x.Text.In(v.Lang)), Kind: "text", Optional: v.T("optional"), Value: d.Get(name)})
	}
	return out
}

// gathered adds to details what those fields say.
func (s *site) gathered(d url.Values, to *support.Details) {
	rules := s.Desk.Pack().Gathering
	for _, x := range rules.Platforms {
		if slices.Contains(d["platforms"], x.ID) {
			to.Platforms = append(to.Platforms, x.ID)
		}
	}
	if slices.ContainsFunc(rules.Symptoms, func(x policy.Item) bool { return x.ID == d.Get("symptom") }) {
		to.Symptom = d.Get("symptom")
	}
	for _, x := range rules.Changes {
		if said := strings.TrimSpace(d.Get("change-" + x.ID)); said != "" {
			to.Changes = append(to.Changes, support.RecentChange{Kind: x.ID, Text: support.T(said)})
		}
	}
}

// gatherView is one thing on the checklist of what helps (R17).
type gatherView struct {
	Text, Only, State, StateKey string
	How                         []string
}

// gatherOf is the checklist of a request that is not completed.
func (s *site) gatherOf(v *visit, r *support.Request) []gatherView {
	if r.Completed != nil {
		return nil
	}
	var out []gatherView
	for _, x := range r.Checklist(s.Desk.Pack()) {
		one := gatherView{
			Text: capital(v.voice.Named("item", x.ID)), Only: v.voice.Only(x.Platforms, x.Symptoms),
			State: v.voice.Word("gather_state", string(x.State)), StateKey: string(x.State),
		}
		if x.State != support.GatherGiven {
			one.How = v.voice.HowTo(x.Instruction)
		}
		out = append(out, one)
	}
	return out
}

// installedOf is on what it runs, what has happened, and what was changed lately,
// as far as it was said by kind (R17).
func installedOf(v *visit, r *support.Request, texts map[int64]string) []pair {
	var out []pair
	add := func(label, value string) {
		if value != "" {
			out = append(out, pair{capital(v.voice.Word("field", label)), value})
		}
	}
	add("platforms", v.voice.Only(r.Details.Platforms, nil))
	add("symptom", v.voice.Named("symptom", r.Details.Symptom))
	for _, x := range r.Details.Changes {
		text := texts[x.Text.ID]
		if text == "" {
			text = v.T("erased")
		}
		add("recent_changes", v.voice.Named("change", x.Kind)+": "+text)
	}
	return out
}

// howOf is how what an ask names is gathered, and how its file gets to us.
func howOf(v *visit, r *support.Request, a support.OpenedAsk) []string {
	in, ok := r.Instruction(a.Item, v.voice.Pack)
	if !ok || a.State != support.AskOpen {
		return nil
	}
	return append(v.voice.HowTo(in), v.voice.Files(support.Number(r.ID)))
}
