package support_test

import "testing"

const atNight = `
2026-06-06 02:00 JST hayashi file contact=sato channel=phone product=esx version=4.0 severity=1 impact=x environment=production title=t
2026-06-06 02:10 JST hayashi offer_after_hours price=x
2026-06-06 02:12 JST hayashi confirm_after_hours consent=sato how=phone
2026-06-06 02:20 JST ito log_contact channel=phone outcome=connected
`

// TestTurnAfterAProposal: a proposal is the customer's turn until they write;
// what they wrote is for support to read, and support's answer turns it back.
func TestTurnAfterAProposal(t *testing.T) {
	t.Parallel()
	for proposal, story := range map[string]string{
		"propose_completion reason=confirmed":                production,
		"propose_lower_severity to=4 reason=x":               production,
		"propose_after_hours_end ground=restored":            atNight,
		"propose_after_hours_end ground=restored severity=3": atNight,
	} {
		t.Run(proposal, func(t *testing.T) {
			t.Parallel()
			by := "tanaka"
			if story == atNight {
				by = "sato"
			}
			tells(t, story, "2026-06-06 04:00 JST ", by, ` comment text="one thing before"
want turn support
2026-06-06 04:01 JST ito `, proposal, `
want turn customer
2026-06-06 04:02 JST `, by, ` comment text="what does that mean?"
want turn support
2026-06-06 04:03 JST ito comment text="it means this"
want turn customer
`)
		})
	}
}
