package support_test

import "testing"

// TestSayingNoToALowering: the severity stays, another lowering may be
// proposed, and what staff proposed they may take back.
//
// guide: R34, A17
func TestSayingNoToALowering(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 10:01 JST ito take
2026-06-03 10:05 JST tanaka decline_lower_severity
want refused conflict severity.no_lowering_declined
2026-06-03 10:10 JST ito propose_lower_severity to=4 reason=x
2026-06-03 10:11 JST takahashi decline_lower_severity reason="it grows"
want lowering none
want severity 3
want turn support
want event severity_lowering_declined by takahashi
want told ito customer_active
2026-06-03 10:12 JST ito propose_lower_severity to=4 reason=x
want turn customer
2026-06-03 10:13 JST ito decline_lower_severity
want refused invalid text.needed field reason
2026-06-03 10:13 JST ito decline_lower_severity reason="a slip"
want lowering none
want told tanaka severity_lowering_declined
2026-06-03 10:14 JST ito propose_lower_severity to=4 reason=x
2026-06-03 10:15 JST ito decline_lower_severity consent=takahashi how=phone
want event severity_lowering_declined consent.contact=takahashi consent.how=phone
want turn support
2026-06-03 10:16 JST ito propose_lower_severity to=4 reason=x
2026-06-03 10:17 JST ito decline_lower_severity consent=sato how=phone
want refused invalid consent.contact field consent.contact
2026-06-03 10:17 JST mori decline_lower_severity reason=x
want refused forbidden command.forbidden
`)
	tells(t, `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=1 impact=x title=t
2026-06-03 11:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:10 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:20 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:30 JST ito decline_lower_severity reason=x
want refused conflict severity.lowering_held
want lowering 2 unreachable held
2026-06-03 11:31 JST ito decline_lower_severity consent=tanaka how=phone
want lowering none
want severity 1
want silence 0 of 3
`)
}

// TestSayingNoToTheEndOfAfterHours: it goes on, and another end may be proposed.
//
// guide: R34
func TestSayingNoToTheEndOfAfterHours(t *testing.T) {
	t.Parallel()
	tells(t, atNight, `
2026-06-06 03:00 JST sato decline_after_hours_end
want refused conflict after_hours.no_end_declined
2026-06-06 03:00 JST ito propose_after_hours_end ground=restored
2026-06-06 03:01 JST suzuki decline_after_hours_end reason="one host is still down"
want after_hours active
want turn support
want event after_hours_end_declined by suzuki ground=restored
want told ito customer_active
2026-06-06 03:02 JST ito agree_after_hours_end consent=sato how=phone
want refused conflict after_hours.no_end_proposed
2026-06-06 03:03 JST ito propose_after_hours_end ground=workaround severity=3
2026-06-06 03:04 JST hayashi decline_after_hours_end consent=sato how=phone
want event after_hours_end_declined consent.contact=sato consent.how=phone
want told sato after_hours_end_declined
2026-06-06 03:05 JST ito propose_after_hours_end ground=restored severity=3
2026-06-06 03:06 JST ito decline_after_hours_end reason="it fell over again"
want after_hours active
want turn support
2026-06-06 03:07 JST ito propose_after_hours_end ground=restored severity=3
2026-06-06 03:08 JST sato agree_after_hours_end
want after_hours ended seconds 3360
want severity 3
`)
}
