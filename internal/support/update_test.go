package support_test

import (
	"maps"
	"testing"

	"madoguchi/internal/policy"
)

// updating is the pack with a span to the next update, which classic-2010 has
// nowhere: an hour at severity 1, four business hours at 2 and 3, none at 4.
var updating = func() *policy.Pack {
	p := *classic
	p.Offerings = maps.Clone(classic.Offerings)
	for id, o := range p.Offerings {
		o.Targets = maps.Clone(o.Targets)
		for severity, rule := range o.Targets {
			amount := policy.Amount{Value: 4 * 3600 * 1_000_000, Unit: policy.BusinessHours}
			if severity == 1 {
				amount = policy.Amount{Value: 3600 * 1_000_000, Unit: rule.First.Unit}
			}
			if severity < 4 {
				rule.Update = &amount
			}
			o.Targets[severity] = rule
		}
		p.Offerings[id] = o
	}
	return &p
}()

func updatingRoom() *room {
	m := newRoom()
	m.pack = updating
	return m
}

// TestNextUpdate: the time to the next word counts from each public entry of
// staff, in the calendar of the response.
//
// guide: A11, A24
func TestNextUpdate(t *testing.T) {
	t.Parallel()
	for name, story := range map[string]string{
		"from each public entry": `
want no target next_update
2026-06-03 10:30 JST ito comment text=x
want target next_update#1 running due 2026-06-03 14:30 JST calendar apj
2026-06-03 11:00 JST ito add_note text=x
want target next_update#1 running due 2026-06-03 14:30 JST
2026-06-03 12:00 JST tanaka comment text=x
want target next_update#1 running due 2026-06-03 14:30 JST
2026-06-03 14:30 JST ito log_contact channel=phone outcome=connected
want target next_update#1 met at 2026-06-03 14:30 JST
want target next_update#2 running due 2026-06-03 18:30 JST
2026-06-03 18:30 JST clock
want target next_update#2 running
2026-06-03 18:30:00.000001 JST clock
want target next_update#2 missed
want told ito missed at 2026-06-03 18:30:00.000001 JST
2026-06-03 20:30 JST ito comment text=x
want target next_update#2 met_late at 2026-06-03 20:30 JST
want target next_update#3 running due 2026-06-04 12:30 JST
`,
		"one command is one update": `
2026-06-03 10:30 JST ito comment text=x ask=details ask_text=x
want targets 3
want target next_update#1 running due 2026-06-03 14:30 JST
`,
		"it pauses as the pack says, also when it begins while that lasts": `
2026-06-03 10:30 JST ito ask kind=details text=x
want target next_update#1 running due 2026-06-03 14:30 JST
2026-06-03 13:30 JST ito comment text=x
want target next_update#1 met at 2026-06-03 13:30 JST
2026-06-04 20:00 JST clock
want target next_update#2 running
want no event target_missed
2026-06-04 20:30 JST tanaka comment text=x
want target next_update#2 running due 2026-06-05 12:30 JST
2026-06-05 12:30:00.000001 JST clock
want target next_update#2 missed
`,
		"it ends with the request and begins again with it": `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
want target next_update#1 dropped
want targets 3
2026-06-05 09:30 JST tanaka comment text=x
want target next_update#2 running due 2026-06-05 13:30 JST
`,
		"by the severity of the moment": `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST tanaka lower_severity to=4
want target next_update#1 dropped
2026-06-03 11:10 JST ito comment text=x
want targets 3
2026-06-03 12:00 JST ito raise_severity to=1 impact=x
want target next_update#2 running due 2026-06-03 13:00 JST
2026-06-03 12:10 JST tanaka lower_severity to=2
want target next_update#2 replaced by next_update
want target next_update#3 running due 2026-06-03 16:10 JST
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tellsIn(t, updatingRoom(), production, story)
		})
	}
}

// TestClassicHasNoNextUpdate: the guide gives no span, so its pack has none.
//
// guide: A11
func TestClassicHasNoNextUpdate(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST tanaka comment text=x
want no target next_update
`)
}
