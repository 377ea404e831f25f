package web

import (
	"net/url"
	"slices"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// scopeFields are what a product asks before anything is filed: what it is about
// (R42, R43), and whether it is about an experimental feature (R32).
func (e entitled) scopeFields(product string, t *trouble) []field {
	v, pack := e.v, e.pack()
	var out []field
	if questions, needed := pack.ScopeQuestions(product); needed {
		f := field{Name: "scope-" + product, Label: v.T("new.scope"), Kind: "radio", Value: e.draft.Get("scope-" + product), Optional: " "}
		for _, q := range questions {
			f.Options = append(f.Options, option{Value: q.ID, Label: q.Question.In(v.Lang), Hint: q.Text.In(v.Lang)})
		}
		if t != nil && t.Field == "scope" && e.draft.Get("product") == product {
			f.Wrong = v.T("new.scope_wrong")
		}
		out = append(out, f)
	}
	if features := pack.Products[product].Experimental; len(features) > 0 {
		f := field{Name: "feature-" + product, Label: v.T("new.feature"), Kind: "select", Hint: pack.Experimental.Note.In(v.Lang),
			Value: e.draft.Get("feature-" + product), Optional: v.T("optional"), Options: []option{{Label: v.T("new.no_feature")}}}
		for _, x := range features {
			f.Options = append(f.Options, option{Value: x.ID, Label: x.Text.In(v.Lang) + " (" + strings.Join(x.Versions, v.voice.Comma()) + ")"})
		}
		out = append(out, f)
	}
	return out
}

// scopeOf is the rule that a draft has chosen.
func (s *site) scopeOf(d url.Values) (policy.ScopeRule, bool) {
	product := d.Get("product")
	questions, _ := s.Desk.Pack().ScopeQuestions(product)
	i := slices.IndexFunc(questions, func(q policy.ScopeRule) bool { return q.ID == d.Get("scope-"+product) })
	if i < 0 {
		return policy.ScopeRule{}, false
	}
	return questions[i], true
}

// evidenceFields ask for what the customer brings before it is taken up (R43).
func (s *site) evidenceFields(v *visit, d url.Values) []field {
	rule, _ := s.scopeOf(d)
	var out []field
	for _, it := range rule.Evidence {
		out = append(out, field{Name: "evidence-" + it.ID, Label: it.Text.In(v.Lang), Kind: "textarea", Rows: 3})
	}
	return out
}

// evidence is what was brought.
func (s *site) evidence(d url.Values) []support.Evidence {
	rule, _ := s.scopeOf(d)
	var out []support.Evidence
	for _, it := range rule.Evidence {
		if said := strings.ReplaceAll(strings.TrimSpace(d.Get("evidence-"+it.ID)), "\r\n", "\n"); said != "" {
			out = append(out, support.Evidence{ID: it.ID, Text: support.T(said)})
		}
	}
	return out
}

// itemFields ask for what account, contract and licence questions need; nothing of
// it is needed for filing (R51).
func (s *site) itemFields(v *visit) []field {
	var out []field
	for _, it := range s.Desk.Pack().CS.Items {
		out = append(out, field{Name: "item-" + it.ID, Label: capital(v.voice.Named("item", it.ID)), Kind: "text", Optional: v.T("optional"), Short: true})
	}
	return out
}

// items are those that a draft gives, and how they are written below its text.
func (s *site) items(v *visit, d url.Values) (ids []string, lines string) {
	var out []string
	for _, it := range s.Desk.Pack().CS.Items {
		if said := strings.TrimSpace(d.Get("item-" + it.ID)); said != "" {
			ids = append(ids, it.ID)
			out = append(out, v.T("new.item_line", "item", capital(v.voice.Named("item", it.ID)), "value", said))
		}
	}
	return ids, strings.Join(out, "\n")
}

// contractField asks who holds several contracts which it is about (A13).
func (e entitled) contractField(t *trouble) (field, bool) {
	v := e.v
	f := field{Name: "contract", Label: v.T("new.which_contract"), Hint: v.T("new.which_contract_hint"), Kind: "select", Value: e.draft.Get("contract"),
		Optional: v.T("optional"), Options: []option{{Label: "—"}}}
	for _, h := range e.parties.Holdings {
		if len(h.Roles) > 0 {
			f.Options = append(f.Options, option{Value: h.Contract.Number, Label: v.voice.Named("offering", h.Contract.Offering) + " · " + h.Contract.Number})
		}
	}
	if t != nil && t.Field == "contract" {
		f.Wrong = t.Text
	}
	return f, len(f.Options) > 2
}

// contractNamed is the contract of a draft among those of its writer.
func (v *visit) contractNamed(number string) (int64, error) {
	if number == "" {
		return 0, nil
	}
	parties, err := v.site.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	for _, h := range parties.Holdings {
		if h.Contract.Number == number && len(h.Roles) > 0 {
			return h.Contract.ID, nil
		}
	}
	if err == nil {
		err = support.Wrong("contract", "contract.not_found")
	}
	return 0, err
}

// stop says why nothing can be filed on what was chosen, and which ways are open;
// nil when something can (SC-09).
func (e entitled) stop() *otherView {
	product := e.draft.Get("product")
	if product == "" || kindOf(e.draft) == support.CS {
		return nil
	}
	var denied support.Receipt
	for _, x := range e.pack().Severities {
		r := support.Entitle(e.query(product, x.Level), e.parties, e.pack())
		if r.Allowed {
			return nil
		}
		denied = r
	}
	o := &otherView{Name: e.v.voice.Named("product", product)}
	for _, g := range denied.Grounds {
		o.Grounds = append(o.Grounds, e.v.voice.Ground(g))
	}
	o.Routes = e.v.ways(denied.Routes)
	return o
}
