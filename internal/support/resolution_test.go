package support_test

import (
	"maps"
	"testing"

	"madoguchi/internal/policy"
)

// resolving is a pack that promises a solution: within 24 hours at severity 1,
// eight business hours at 2 and 3, never at 4.
func resolving(p *policy.Pack) *policy.Pack {
	q := *p
	q.Offerings = maps.Clone(p.Offerings)
	for id, o := range q.Offerings {
		o.Targets = maps.Clone(o.Targets)
		for severity, rule := range o.Targets {
			amount := policy.Amount{Value: 8 * 3600 * 1_000_000, Unit: policy.BusinessHours}
			if severity == 1 {
				amount = policy.Amount{Value: 24 * 3600 * 1_000_000, Unit: policy.Elapsed}
			}
			if severity < 4 {
				rule.Resolve = &amount
			}
			o.Targets[severity] = rule
		}
		q.Offerings[id] = o
	}
	return &q
}

// resolutionStories are what becomes of the time for a solution of a severity 3
// that was filed on Wednesday at 10:00; Japan is open from 09:30 to 21:30.
var resolutionStories = map[string]string{
	"met by the completion": `
want target resolution running amount 8bh calendar apj due 2026-06-03 18:00 JST warn 2026-06-03 16:00 JST
2026-06-03 10:30 JST ito comment text=x
want target resolution running
2026-06-03 16:00 JST clock
want told ito warning at 2026-06-03 16:00 JST
2026-06-03 18:00 JST ito complete reason=confirmed consent=tanaka how=phone
want target resolution met at 2026-06-03 18:00 JST after 8h
`,
	"missed a microsecond later": `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 18:00:00.000001 JST clock
want target resolution missed
want told ito missed at 2026-06-03 18:00:00.000001 JST
want paged watanabe missed at 2026-06-03 18:00:00.000001 JST
2026-06-03 19:00 JST ito complete reason=confirmed consent=tanaka how=phone
want target resolution met_late at 2026-06-03 19:00 JST
`,
	"it waits as the pack says": `
2026-06-03 10:00 JST ito ask kind=details text=x
2026-06-04 10:00 JST clock
want target resolution running
want no event target_missed
2026-06-04 12:00 JST tanaka answer_ask n=1 text=x
want target resolution running due 2026-06-04 20:00 JST
`,
	"it stands still while the customer has to agree, and was met when it was proposed": `
2026-06-03 17:59 JST ito propose_completion reason=confirmed
2026-06-05 12:00 JST clock
want target resolution running
2026-06-05 12:00 JST tanaka accept_completion
want target resolution met at 2026-06-03 17:59 JST after 7h59m
want no event target_missed
`,
	"a refusal lets it go on with what was left": `
2026-06-03 17:00 JST ito propose_completion reason=confirmed
2026-06-04 10:00 JST tanaka decline_completion text=x
want target resolution running due 2026-06-04 11:00 JST
2026-06-04 11:00:00.000001 JST clock
want target resolution missed
`,
	"a refusal while a third party is waited for": `
2026-06-03 17:00 JST ito wait kind=waiting_third_party reason=x
2026-06-03 17:10 JST ito propose_completion reason=confirmed
2026-06-03 17:20 JST ito resume
2026-06-03 19:00 JST clock
want target resolution running
2026-06-03 20:00 JST tanaka decline_completion text=x
want target resolution running due 2026-06-03 21:00 JST
2026-06-03 20:30 JST ito wait kind=waiting_third_party reason=x
2026-06-03 20:40 JST ito propose_completion reason=confirmed
2026-06-03 20:50 JST ito decline_completion
want refused conflict completion.other_side
`,
	"what was missed before the proposal stays missed": `
2026-06-03 19:00 JST ito propose_completion reason=confirmed
2026-06-03 20:00 JST tanaka accept_completion
want target resolution met_late at 2026-06-03 19:00 JST
`,
	"the customer's own word that it is solved": `
2026-06-03 17:00 JST tanaka propose_completion reason=confirmed
2026-06-03 18:30 JST ito accept_completion
want target resolution met at 2026-06-03 17:00 JST
want event miss_withdrawn
`,
	"what solved nothing leaves nothing to measure": `
2026-06-03 11:00 JST ito complete reason=spam
want target resolution dropped
`,
	"a raise starts another, due no later; a lowering counts anew": `
2026-06-03 11:00 JST ito raise_severity to=1 impact=x
want target resolution#1 replaced by resolution
want target resolution#2 running amount 24h due 2026-06-03 18:00 JST capped
2026-06-03 12:00 JST tanaka lower_severity to=3
want target resolution#3 running due 2026-06-03 20:00 JST
2026-06-03 12:10 JST tanaka lower_severity to=4
want target resolution#3 dropped
2026-06-03 12:20 JST ito raise_severity to=2 impact=x
want target resolution#4 running due 2026-06-03 20:20 JST
`,
	"a reopening begins anew": `
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
2026-06-04 09:30 JST tanaka comment text=x
want target resolution#2 running due 2026-06-04 17:30 JST
`,
}

func TestResolution(t *testing.T) {
	t.Parallel()
	for name, story := range resolutionStories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newRoom()
			m.pack = resolving(m.pack)
			tellsIn(t, m, production, story)
		})
	}
	tells(t, production, `
want no target resolution
`)
}
