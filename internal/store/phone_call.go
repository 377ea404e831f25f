package store

import (
	"context"

	"madoguchi/internal/support"
)

// AddPhoneCall logs a call that came in and fills its ID.
func (tx *Tx) AddPhoneCall(c *support.PhoneCall) error {
	err := tx.one([]any{&c.ID}, `INSERT INTO phone_call (at, line, product, account_id, contact_id, recorded, next_open_at, by_kind, by_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		c.At.UnixMicro(), c.Line, c.Product, ref(c.Account), ref(c.Contact), c.Recorded, micros(c.NextOpenAt), string(c.By.Kind), c.By.ID)
	return wrap(err, "log a call")
}

// PhoneCalls lists calls, the newest first, before one of them (0: from the
// newest on), at most max, 1..500, 0 = 100: the vendor's to read.
func (s *Store) PhoneCalls(ctx context.Context, v Viewer, before int64, max int) ([]support.PhoneCall, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = never
	}
	sees, more := v.narrow(3, "p", "", "FALSE")
	var out []support.PhoneCall
	err = q.all(func(r scanner) error {
		var c support.PhoneCall
		err := r.Scan(&c.ID, instant{&c.At}, &c.Line, &c.Product, optional{&c.Account}, optional{&c.Contact}, &c.Recorded, instant{&c.NextOpenAt},
			&c.By.Kind, &c.By.ID)
		out = append(out, c)
		return err
	}, "SELECT p.id, p.at, p.line, p.product, p.account_id, p.contact_id, p.recorded, p.next_open_at, p.by_kind, p.by_id FROM phone_call p WHERE p.id < $1 AND "+
		sees+" ORDER BY p.id DESC LIMIT 0 + $2", append([]any{before, limit(max, 100, 500)}, more...)...)
	return out, wrap(err, "read calls")
}
