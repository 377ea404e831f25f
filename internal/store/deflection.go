package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Deflection is a draft that ended without a request (R05, R30): who, for which
// product, on which way. The draft itself is not kept.
type Deflection struct {
	ID       int64
	At       time.Time
	Contact  int64
	Account  int64
	Product  string
	Route    string
	Quantity int // of a count
}

// AddDeflection adds one and fills the ID.
func (tx *Tx) AddDeflection(d *Deflection) error {
	err := tx.one([]any{&d.ID}, "INSERT INTO deflection (at, contact_id, account_id, product, route) VALUES ($1, $2, $3, $4, $5) RETURNING id",
		d.At.UnixMicro(), d.Contact, d.Account, d.Product, d.Route)
	return wrap(err, "add deflection")
}

// CountDeflections counts those since an instant by product and way, for staff.
func (s *Store) CountDeflections(ctx context.Context, v Viewer, since time.Time) ([]Deflection, error) {
	if v.Actor.Kind == support.Customer {
		return nil, support.Refuse(support.Forbidden, "api.for_staff")
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Deflection
	err = q.all(func(r scanner) error {
		var d Deflection
		err := r.Scan(&d.Product, &d.Route, &d.Quantity)
		out = append(out, d)
		return err
	}, "SELECT product, route, COUNT(*) FROM deflection WHERE at >= $1 GROUP BY product, route ORDER BY product, route", since.UnixMicro())
	return out, wrap(err, "count deflections")
}
