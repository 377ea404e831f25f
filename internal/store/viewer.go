package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// Viewer is who reads. Customers see requests that they opened, those of
// contracts on which they are support administrator or primary licence
// administrator, and those that they watch; never any by the account alone
// (A13). Staff see all but restricted accounts and requests: those see named
// people, the owner, administrators and duty managers, and single requests
// whoever broke the glass. The system sees everything. The zero value sees
// nothing.
type Viewer struct {
	Actor support.Actor
	Roles []support.Role // of staff, in the vendor's house
	// At is the desk's clock, by which broken glass is open; zero: none is.
	At time.Time
}

// nth writes the number of a parameter wherever ? stands.
func nth(text string, n int) string {
	return strings.ReplaceAll(text, "?", fmt.Sprintf("$%d", n))
}

const (
	openAccount = `NOT EXISTS (SELECT 1 FROM account hidden WHERE hidden.id = %s.account_id AND hidden.restricted
    AND NOT EXISTS (SELECT 1 FROM account_staff n WHERE n.account_id = hidden.id AND n.staff_id = ?))`

	openRequest = `NOT EXISTS (SELECT 1 FROM request closed WHERE closed.id = %s AND closed.restricted AND closed.owner_id IS DISTINCT FROM ?
    AND NOT EXISTS (SELECT 1 FROM request_staff n WHERE n.request_id = closed.id AND n.staff_id = ?))`

	openGlass = "EXISTS (SELECT 1 FROM glass g WHERE g.request_id = r.id AND g.staff_id = $%d AND g.until_at > $%d)"

	seesOne = `(r.contact_id = ?
  OR EXISTS (SELECT 1 FROM role_grant g WHERE g.contract_id = r.contract_id AND g.contact_id = ?
    AND g.role IN ('role_licence_primary', 'role_support_admin'))
  OR EXISTS (SELECT 1 FROM watcher w WHERE w.request_id = r.id AND w.contact_id = ?))`

	seesMany = `(SELECT id FROM request WHERE contact_id = ?
  UNION SELECT x.id FROM role_grant g JOIN request x ON x.contract_id = g.contract_id WHERE g.contact_id = ?
    AND g.role IN ('role_licence_primary', 'role_support_admin')
  UNION SELECT request_id FROM watcher WHERE contact_id = ?)`
)

// narrow gives the condition under which the viewer sees a row, with the
// viewer's id as parameter n. row is the alias of the row whose account may be
// restricted, request the id of the request that it belongs to, "" for none;
// customer is the condition for customers.
func (v Viewer) narrow(n int, row, request, customer string) (string, []any) {
	switch {
	case v.Actor.Kind == support.System:
		return "TRUE", nil
	case v.Actor.Kind == support.Vendor && v.Actor.ID > 0:
		if slices.Contains(v.Roles, support.RoleAdmin) || slices.Contains(v.Roles, support.RoleDuty) {
			return "TRUE", nil
		}
		open := fmt.Sprintf(openAccount, row)
		if request != "" {
			open += " AND " + fmt.Sprintf(openRequest, request)
		}
		if row == "r" {
			open = "(" + open + " OR r.owner_id = ?)"
		}
		return nth(open, n), []any{v.Actor.ID}
	case v.Actor.Kind == support.Customer && v.Actor.ID > 0:
		if !strings.Contains(customer, "?") {
			return customer, nil // whoever it is: PostgreSQL takes no parameter that the text lacks
		}
		return nth(customer, n), []any{v.Actor.ID}
	}
	return "FALSE", nil
}

// one is the condition on a single request r, many on a list of requests r,
// events on rows of the feed. Broken glass opens single requests alone, so that
// each look at them is known.
func (v Viewer) one(n int) (string, []any) {
	where, args := v.narrow(n, "r", "r.id", seesOne)
	if v.Actor.Kind != support.Vendor || len(args) == 0 || v.At.IsZero() {
		return where, args
	}
	return "(" + where + " OR " + fmt.Sprintf(openGlass, n, n+1) + ")", append(args, v.At.UnixMicro())
}

func (v Viewer) many(n int) (string, []any) { return v.narrow(n, "r", "r.id", "r.id IN "+seesMany) }
func (v Viewer) events(n int) (string, []any) {
	return v.narrow(n, "event", "CASE WHEN event.subject IN ('request', 'read') THEN event.subject_id END",
		"subject = 'request' AND subject_id IN "+seesMany)
}

// sees tells whether the viewer sees a request; false when it does not exist.
func (q rows) sees(v Viewer, id int64) (bool, error) {
	where, args := v.one(2)
	var yes bool
	err := q.one([]any{&yes}, "SELECT EXISTS (SELECT 1 FROM request r WHERE r.id = $1 AND "+where+")", append([]any{id}, args...)...)
	if err != nil {
		return false, fmt.Errorf("look who sees request %d: %w", id, err)
	}
	return yes, nil
}

// visible opens a read of a request that the viewer must see.
func (s *Store) visible(ctx context.Context, v Viewer, id int64) (rows, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return q, err
	}
	yes, err := q.sees(v, id)
	if err == nil && !yes {
		err = support.Refuse(support.NotFound, "request.not_found")
	}
	return q, err
}

// limit brings a wanted number of rows into its range; 0 is the usual one.
func limit(want, usual, most int) int {
	if want <= 0 {
		return usual
	}
	return min(want, most)
}
