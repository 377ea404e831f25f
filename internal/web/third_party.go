package web

import (
	"strings"

	"madoguchi/internal/support"
)

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
