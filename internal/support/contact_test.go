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
