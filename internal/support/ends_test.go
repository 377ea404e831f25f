package support_test

import "testing"

// TestNothingPromisedThatIsRefused: a reason that leaves nothing to reopen
// names no instant until which the request could be reopened.
func TestNothingPromisedThatIsRefused(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:06 JST ito take
2026-06-03 11:00 JST ito complete reason=spam
want stage completed reason spam
want reopen until never
2026-06-03 12:00 JST tanaka comment text="it is not"
want refused conflict request.not_reopened
`)
	tells(t, production, `
2026-06-03 11:00 JST ito complete reason=confirmed consent=tanaka how=phone
want reopen until 2026-06-17 11:00 JST
`)
}

// TestWhatCompletionEnds: an escalation ends with the customer's agreement, to
// the completion too, and says so; a raise that nobody decided lapses visibly.
func TestWhatCompletionEnds(t *testing.T) {
	t.Parallel()
	const escalated = `
2026-06-03 11:00 JST tanaka escalate statement=s impact=i reason=r
2026-06-03 11:01 JST tanaka raise_severity to=1 impact=x
`
	tells(t, production, escalated, `
2026-06-03 12:00 JST ito complete reason=spam
want refused conflict completion.escalated
want escalation active
want raise 1
2026-06-03 12:01 JST ito complete reason=spam consent=tanaka how=phone
want event deescalated why=completed times 1
want event severity_raise_lapsed to=1 times 1
want public deescalated
want public severity_raise_lapsed
want escalation ended
want raise none
want stage completed reason spam
`)
	tells(t, production, escalated, `
2026-06-03 11:30 JST watanabe confirm_deescalation check=customer_agrees consent=tanaka how=phone
2026-06-03 12:00 JST ito complete reason=spam
want event deescalated why=completed times 1
want stage completed reason spam
`)
	tells(t, production, escalated, `
2026-06-03 12:00 JST ito propose_completion reason=confirmed
2026-06-03 12:01 JST tanaka accept_completion
want event deescalated why=completed times 1
want event severity_raise_lapsed times 1
want stage completed reason confirmed
2026-06-03 12:02 JST tanaka comment text="again"
want stage worked_on
want escalation ended
want raise none
`)
	tells(t, cs, `
2026-06-03 11:00 JST suzuki escalate statement=s impact=i reason=r
2026-06-03 12:00 JST mori complete reason=confirmed
want refused conflict completion.escalated
`)
	tells(t, production, `
2026-06-03 12:00 JST ito complete reason=spam
want no event deescalated
want no event severity_raise_lapsed
`)
}
