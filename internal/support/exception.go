package support

import (
	"strconv"
	"time"
)

// Exception is an entitlement that a duty manager granted beside contracts, with
// a reason, a scope and an end (A21): for an account or one of its contacts, one
// product, a range of severities, by the hours and targets of an offering.
type Exception struct {
	ID, Account int64
	Contact     int64 // 0: everybody of the account
	Product     string
	Offering    string
	// From and To are the most and the least severe that it covers.
	From, To  int
	Reason    Text
	GrantedBy int64 // member of staff
	At        time.Time
	EndsAt    time.Time // exclusive
	RevokedAt time.Time // zero: it was not
}

// covers tells whether it entitles a contact to what is asked.
func (x Exception) covers(q Query, contact Contact, at time.Time) bool {
	return x.Account == contact.Account && (x.Contact == 0 || x.Contact == contact.ID) && x.Product == q.Product &&
		x.From <= q.Severity && q.Severity <= x.To && !at.Before(x.At) && at.Before(x.EndsAt) &&
		(x.RevokedAt.IsZero() || at.Before(x.RevokedAt))
}

// exception grants by what a duty manager decided, where nothing else fits (A21).
func (e *entitler) exception() bool {
	for _, x := range e.w.Exceptions {
		o, ok := e.p.Offerings[x.Offering]
		if !ok || !x.covers(e.q, e.w.Contact, e.r.At) {
			continue
		}
		e.r.Allowed, e.r.Basis, e.r.Offering, e.r.Exception = true, ByException, o.ID, x.ID
		region, _ := e.p.RegionOf(e.w.Account.Country)
		e.r.Region = region.ID
		e.yes("entitlement.by_exception", []string{"A21"}, "product", e.q.Product, "from", strconv.Itoa(x.From), "to", strconv.Itoa(x.To),
			"until", x.EndsAt.Format(time.RFC3339))
		e.cover(o)
		e.r.Coverage.AfterHours = "hidden" // what is granted is not sold
		return true
	}
	return false
}
