package web

import (
	"strconv"

	"madoguchi/internal/support"
)

// promisesOf are what staff have promised, each with its instant (A25).
func promisesOf(v *visit, r *support.Request, texts map[int64]string) []askView {
	var out []askView
	for _, p := range r.Promises {
		state := string(r.PromiseClock(p.N).State)
		if p.Withdrawn {
			state = "withdrawn"
		}
		out = append(out, askView{
			N: strconv.Itoa(p.N), Kind: v.voice.Date(p.DueAt), Text: texts[p.Text.ID],
			State: v.voice.Word("promise_state", state), StateKey: state,
		})
	}
	return out
}

// causeOf is why it happened, as far as the reader may know it (R09).
func causeOf(v *visit, r *support.Request, texts map[int64]string) []pair {
	x := r.RootCause
	if x == nil || !x.Public && !v.staff() {
		return nil
	}
	text := texts[x.Text.ID]
	if text == "" {
		text = v.T("erased")
	}
	return []pair{{v.T("root_cause"), text}}
}
