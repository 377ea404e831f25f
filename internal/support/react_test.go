package support_test

import "testing"

// TestTheOwnerHearsWhatOthersDecide: what the customer changes reaches whoever
// works for them, also when a colleague wrote it down.
//
// guide: R26
func TestTheOwnerHearsWhatOthersDecide(t *testing.T) {
	t.Parallel()
	const owned = "2026-06-03 10:05 JST ito comment text=x\n"
	for _, act := range []string{
		"tanaka lower_severity to=4",
		"tanaka change_details reference=x preferred=phone",
		"watanabe lower_severity to=4 reason=x consent=tanaka how=phone",
		"watanabe complete reason=confirmed consent=tanaka how=phone",
	} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			tells(t, production, owned, "2026-06-03 11:00 JST ", act, "\nwant told ito customer_decided times 1\n")
		})
	}
	for act, want := range map[string]string{
		"ito propose_completion reason=confirmed\n2026-06-03 11:00 JST tanaka accept_completion":                                "times 1",
		"tanaka escalate statement=x impact=x reason=x\n2026-06-03 11:00 JST tanaka confirm_deescalation check=customer_agrees": "times 1",
	} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			tells(t, production, owned, "2026-06-03 11:00 JST ", act, "\nwant told ito customer_decided ", want, "\n")
		})
	}
	tells(t, production, owned, "2026-06-03 11:00 JST ito lower_severity to=4 reason=x consent=tanaka how=phone\nwant no mail ito customer_decided\n")
	tells(t, atNight, `
2026-06-06 03:00 JST ito propose_after_hours_end ground=restored severity=3
2026-06-06 03:01 JST sato agree_after_hours_end
want told ito customer_decided times 1
`)
}

// TestHandOversAreToldInTheHouse: the old owner, the new one, and both when it
// is called off.
//
// guide: R26
func TestHandOversAreToldInTheHouse(t *testing.T) {
	t.Parallel()
	const announced = `
2026-06-03 10:05 JST ito comment text=x
2026-06-03 11:00 JST watanabe announce_hand_over to=byrne ground=expertise state=s next=n promises=none do_not=none
want told ito hand_over_from_staff
want told byrne hand_over_staff
`
	tells(t, production, announced, `
2026-06-03 11:05 JST byrne accept_hand_over
2026-06-03 11:20 JST clock
want owner byrne
want told ito handed_over_from_staff
want told byrne handed_over_staff
`)
	tells(t, production, announced, `
2026-06-03 11:10 JST watanabe cancel_hand_over reason=x
want told ito hand_over_cancelled_staff
want told byrne hand_over_cancelled_staff
`)
	tells(t, production, announced, `
2026-06-03 11:10 JST byrne decline_hand_over reason=x
want told ito hand_over_declined
want no mail ito hand_over_cancelled_staff
want no mail byrne hand_over_cancelled_staff
`)
	tells(t, production, announced, `
2026-06-03 11:20 JST clock
want owner ito
want told ito hand_over_returned
want no mail ito hand_over_cancelled_staff
want told byrne hand_over_cancelled_staff
`)
}
