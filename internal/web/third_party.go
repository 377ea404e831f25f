package web

import (
	"net/url"
	"strings"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// thirdAsked is for how many components of other vendors the way to a request asks;
// more are named on its page.
const thirdAsked = 2

// thirdFields ask which products of other vendors take part (R39), and what is held
// beside guest software of another vendor (R40, R41).
func (s *site) thirdFields(v *visit, d url.Values) []field {
	rules, optional := s.Desk.Pack().ThirdParty, v.T("optional")
	var out []field
	if len(rules.Guide) == 0 {
		return nil
	}
	for n := range thirdAsked {
		for _, part := range []string{"vendor", "component", "version"} {
			name := thirdField(n, part)
			f := field{Name: name, Label: v.T("new.third_"+part, "n", itoa(n+1)), Kind: "text", Optional: optional, Value: d.Get(name), Short: true}
			if n == 0 && part == "vendor" {
				f.Hint = v.T("new.third_hint")
			}
			out = append(out, f)
		}
	}
	if len(rules.Guests) == 0 {
		return out
	}
	guest := field{Name: "guest", Label: v.T("new.guest"), Hint: v.T("new.guest_hint"), Kind: "select", Optional: optional, Value: d.Get("guest"), Options: []option{{Label: v.T("new.no_guest")}}}
	for _, g := range rules.Guests {
		guest.Options = append(guest.Options, option{Value: g.ID, Label: g.Name.In(v.Lang)})
	}
	partner := field{Name: "partner", Label: v.T("new.partner"), Hint: v.T("new.partner_hint"), Kind: "select", Optional: optional, Value: d.Get("partner"), Options: []option{{Label: v.T("new.no_partner")}}}
	for _, p := range rules.Partners {
		partner.Options = append(partner.Options, option{Value: p.ID, Label: p.Name.In(v.Lang) + v.T("new.partner_condition", "condition", p.Condition.In(v.Lang))})
	}
	return append(out, guest, partner, field{Name: "premier", Label: v.T("new.premier"), Kind: "checkbox", Optional: optional, Values: append([]string{""}, d["premier"]...),
		Options: []option{{Value: "yes", Label: v.T("new.premier_yes")}}})
}

func thirdField(n int, part string) string { return "third-" + itoa(n) + "-" + part }

// thirdFieldOf is where a refusal about a component is shown.
func thirdFieldOf(path string) string {
	for n := range thirdAsked {
		if part, ok := strings.CutPrefix(path, "third_parties["+itoa(n)+"]."); ok {
			return thirdField(n, part)
		}
	}
	return path
}

// thirdsOf are the components that a draft names, the emptied rows among them where
// one follows, so that a refusal finds its row.
func thirdsOf(d url.Values) []support.NewThirdParty {
	var out []support.NewThirdParty
	last := 0
	for n := range thirdAsked {
		at := func(part string) string { return strings.TrimSpace(d.Get(thirdField(n, part))) }
		x := support.NewThirdParty{Vendor: support.T(at("vendor")), Component: support.T(at("component")), Version: at("version")}
		if out = append(out, x); at("vendor")+at("component")+at("version") != "" {
			last = n + 1
		}
	}
	return out[:last]
}

// guestOf is what a draft says is held beside guest software. Who chooses a partner
// says that its condition is met.
func (s *site) guestOf(d url.Values) *support.GuestQuery {
	if d.Get("guest") == "" {
		return nil
	}
	q := &support.GuestQuery{Guest: d.Get("guest"), Partner: d.Get("partner"), Premier: d.Get("premier") == "yes"}
	for _, p := range s.Desk.Pack().ThirdParty.Partners {
		if p.ID == q.Partner {
			q.Bundled, q.Hardware, q.BothContracts, q.Certified = p.Sold == "bundled", p.Sold != "bundled", p.BothContracts, p.CertifiedGuests
			q.Programme = programmeOf(p)
		}
	}
	return q
}

func programmeOf(p policy.PartnerRule) string {
	if len(p.Programmes) == 0 {
		return ""
	}
	return p.Programmes[0]
}

// thirdPartiesOf are the components of other vendors, each with how far the work
// on it is, and why it is suspected (R39), after the way to support that was told
// for guest software (R40, R41).
func thirdPartiesOf(v *visit, r *support.Request, texts map[int64]string) []pair {
	var out []pair
	if g := r.Filed.Guest; g != nil {
		out = append(out, pair{capital(v.voice.Word("field", "guest")), v.voice.GuestAdvice(*g)})
	}
	for _, t := range r.ThirdParties {
		name := strings.Join(strings.Fields(texts[t.Vendor.ID]+" "+texts[t.Component.ID]+" "+t.Version), " ")
		if name == "" {
			name = v.T("erased")
		}
		parts := []string{name, v.voice.Named("lookup", string(t.Lookup)), v.voice.Word("third_party_state", t.State())}
		if c := t.Collaboration; c.Active() {
			parts = append(parts, v.voice.Word("collaboration", string(c.State)))
		}
		if n := texts[t.Case.Number.ID]; n != "" {
			parts = append(parts, v.T("third_case")+" "+n)
		}
		out = append(out, pair{v.T("third_parties"), strings.Join(parts, v.voice.Comma())})
		if g := texts[t.Grounds.ID]; g != "" {
			out = append(out, pair{v.T("third_grounds"), g})
		}
	}
	return out
}
