package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// AddHandling adds a special handling note and fills its ID.
func (tx *Tx) AddHandling(h *support.Handling) error {
	product := sql.NullString{String: h.Product, Valid: h.Product != ""}
	err := tx.one([]any{&h.ID}, `INSERT INTO handling (account_id, contract_id, product, text_id, text_sha256, added_by, from_at, until_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, ref(h.Account), ref(h.Contract), product, h.Text.ID, h.Text.SHA256, h.AddedBy,
		h.From.UnixMicro(), h.Until.UnixMicro())
	return wrap(known(err, "product.unknown"), "add handling note")
}

// EndHandling takes a note back; one that is over already is a conflict.
func (tx *Tx) EndHandling(id int64, at time.Time) error {
	n, err := tx.exec("UPDATE handling SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND until_at > $2", id, at.UnixMicro())
	if err != nil {
		return fmt.Errorf("end handling note %d: %w", id, err)
	}
	if n == 0 {
		return support.Refuse(support.Conflict, "handling.over")
	}
	return nil
}

// Handling gives the notes that hold for a request at an instant, those of its
// account, contract and product, oldest first. They are for staff alone:
// customers get none.
func (s *Store) Handling(ctx context.Context, v Viewer, row support.Row, at time.Time) ([]support.Handling, error) {
	if v.Actor.Kind != support.Vendor && v.Actor.Kind != support.System {
		return nil, nil
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []support.Handling
	err = q.all(func(r scanner) error {
		var h support.Handling
		err := r.Scan(&h.ID, optional{&h.Account}, optional{&h.Contract}, &h.Product, &h.Text.ID, &h.Text.SHA256, &h.AddedBy,
			instant{&h.From}, instant{&h.Until})
		out = append(out, h)
		return err
	}, `SELECT id, account_id, contract_id, COALESCE(product, ''), text_id, text_sha256, added_by, from_at, until_at FROM handling
WHERE (account_id = $1 AND (contract_id IS NULL OR contract_id = $2) OR product = $3)
  AND ended_at IS NULL AND from_at <= $4 AND until_at > $4 ORDER BY id`, row.Account, row.Contract, row.Product, at.UnixMicro())
	return out, wrap(err, "read handling notes of request %d", row.ID)
}
