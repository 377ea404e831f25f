package support_test

import (
	"testing"

	"madoguchi/internal/support"
)

// TestWhyItWasWrittenDownLater: the reason is kept with the fact, for staff.
func TestWhyItWasWrittenDownLater(t *testing.T) {
	t.Parallel()
	d := tells(t, production, `
2026-06-03 11:00 JST ito log_contact channel=phone outcome=no_answer happened="2026-06-03 10:30 JST" reason="in the train"
want event contact_attempted reason="in the train"
2026-06-03 12:00 JST ito log_contact channel=phone outcome=connected text=x happened="2026-06-03 11:30 JST" reason="no network"
want event contact_made reason="no network" text=x
`)
	staff, customer := d.room.people["ito"], d.room.people["tanaka"]
	for _, f := range d.room.requests[d.id].facts {
		said := func(reader support.Actor) (text, reason bool) {
			for _, x := range support.TextRefsFor(f, reader) {
				text, reason = text || x.Name == "text", reason || x.Name == "reason"
			}
			return text, reason
		}
		switch f.Body.(type) {
		case support.ContactMade, support.ContactAttempted:
			_, toStaff := said(staff)
			if _, toCustomer := said(customer); !toStaff || toCustomer {
				t.Errorf("the reason of %s is read by staff: %v, by the customer: %v", f.Kind(), toStaff, toCustomer)
			}
		}
		if _, made := f.Body.(support.ContactMade); made {
			if text, _ := said(customer); !text {
				t.Error("the customer does not read what was said")
			}
		}
	}
}

// TestAMailThatBounced: it tells nobody anything, so the customer is not told
// of it and what they wrote is still for us to read.
//
// guide: A26
func TestAMailThatBounced(t *testing.T) {
	t.Parallel()
	d := tells(t, production, `
2026-06-03 10:30 JST ito comment text=x
2026-06-03 11:00 JST tanaka comment text="a question"
want turn support
2026-06-03 12:00 JST ito log_contact channel=mail outcome=bounced text=x
want turn support
want silence 0 of 3
2026-06-03 12:01 JST ito log_contact channel=mail outcome=sent text=x
want turn customer
want silence 1 of 3
`)
	mails := 0
	for _, e := range d.room.requests[d.id].effects {
		if e.Template == "attempt" {
			mails++
		}
	}
	if mails != 1 {
		t.Errorf("%d mails of attempts, want that which was sent", mails)
	}
}

const severe = `
2026-06-03 10:00 JST tanaka file product=vsphere version=4.0 severity=1 impact=x title=t
2026-06-03 10:10 JST ito log_contact channel=phone outcome=connected
`

// TestHoldWithinTheHour: three attempts of any sixty minutes hold, in whatever
// order they are written down; attempts of other hours do not.
//
// guide: A18
func TestHoldWithinTheHour(t *testing.T) {
	t.Parallel()
	const apart = `
2026-06-03 11:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 13:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 13:30 JST ito log_contact channel=phone outcome=no_answer
want lowering none
2026-06-03 14:30 JST ito log_contact channel=phone outcome=no_answer reason=x happened=`
	for happened, want := range map[string]string{
		"2026-06-03 10:50 JST":           "none",
		"2026-06-03 12:29:59.999999 JST": "none",
		"2026-06-03 12:30 JST":           "2 unreachable held",
		"2026-06-03 14:00 JST":           "2 unreachable held",
		"2026-06-03 14:00:00.000001 JST": "none",
	} {
		t.Run(happened, func(t *testing.T) {
			t.Parallel()
			tells(t, severe, apart, `"`, happened, "\"\nwant lowering ", want, "\n")
		})
	}
}

// TestAConversationBeforeTheAttempts: one that is written down later answers
// the attempts before it, not those after it.
//
// guide: A5, A18
func TestAConversationBeforeTheAttempts(t *testing.T) {
	t.Parallel()
	const tried = `
2026-06-03 11:00 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:20 JST ito log_contact channel=phone outcome=no_answer
2026-06-03 11:40 JST ito log_contact channel=phone outcome=no_answer
want lowering 2 unreachable held
2026-06-03 12:00 JST ito log_contact channel=phone outcome=connected reason=x happened=`
	for happened, want := range map[string]string{
		"2026-06-03 10:59:59.999999 JST": "silence 3 of 3\nwant lowering 2 unreachable held",
		"2026-06-03 11:00 JST":           "silence 2 of 3\nwant lowering none",
		"2026-06-03 11:40 JST":           "silence 0 of 3\nwant lowering none",
	} {
		t.Run(happened, func(t *testing.T) {
			t.Parallel()
			tells(t, severe, tried, `"`, happened, "\"\nwant ", want, "\n")
		})
	}
}
