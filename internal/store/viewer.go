package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/support"
)

// Viewer is who reads. Customers see requests that they opened, those of
// contracts on which they are support administrator or primary licence
// administrator, and those that they watch; never any by the account alone
// (A13). Staff see all but restricted accounts, which only administrators and
// duty managers see. The system sees everything. The zero value sees nothing.
type Viewer struct {
	Actor support.Actor
	Roles []support.Role // of staff, in the vendor's house
}

// nth writes the number of a parameter wherever ? stands.
func nth(text string, n int) string {
	return strings.ReplaceAll(text, "?", fmt.Sprintf("$%d", n))
}

const (
	unrestricted = "NOT EXISTS (SELECT 1 FROM account hidden WHERE hidden.id = %s.account_id AND hidden.restricted)"

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
// viewer's contact as parameter n. customer is the condition for customers, row
// the alias of the row whose account may be restricted.
func (v Viewer) narrow(n int, row, customer string) (string, []any) {
	switch {
	case v.Actor.Kind == support.System:
		return "TRUE", nil
	case v.Actor.Kind == support.Vendor && v.Actor.ID > 0:
		if slices.Contains(v.Roles, support.RoleAdmin) || slices.Contains(v.Roles, support.RoleDuty) {
			return "TRUE", nil
		}
		return fmt.Sprintf(unrestricted, row), nil
	case v.Actor.Kind == support.Customer && v.Actor.ID > 0:
		if !strings.Contains(customer, "?") {
			return customer, nil // whoever it is: PostgreSQL takes no parameter that the text lacks
		}
		return nth(customer, n), []any{v.Actor.ID}
	}
	return "FALSE", nil
}

// one is the condition on a single request r, many on a list of requests r,
// events on rows of the feed.
func (v Viewer) one(n int) (string, []any)  { return v.narrow(n, "r", seesOne) }
func (v Viewer) many(n int) (string, []any) { return v.narrow(n, "r", "r.id IN "+seesMany) }
func (v Viewer) events(n int) (string, []any) {
	return v.narrow(n, "event", "subject = 'request' AND subject_id IN "+seesMany)
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
