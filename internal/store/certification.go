package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// MarkBounced notes that a mail to a contact was given up (R12). An address that
// was changed meanwhile is not the one that the mail went to, and stays.
func (tx *Tx) MarkBounced(contact int64, address string, at time.Time) (marked bool, err error) {
	n, err := tx.exec("UPDATE contact SET bounced_at = $3 WHERE id = $1 AND email_folded = $2 AND bounced_at IS NULL", contact, fold(address), at.UnixMicro())
	return n > 0, wrap(err, "mark the address of contact %d", contact)
}

// ClearBounced forgets that mail to a contact was given up: the address is known
// to be right.
func (tx *Tx) ClearBounced(contact int64) error {
	_, err := tx.exec("UPDATE contact SET bounced_at = NULL WHERE id = $1", contact)
	return wrap(err, "clear the mark of contact %d", contact)
}

// AddCertification adds a certification to a contact's profile, which holds at
// most so many, and fills its ID (R53).
func (tx *Tx) AddCertification(c *support.Certification, most int) error {
	product := sql.NullString{String: c.Product, Valid: c.Product != ""}
	err := tx.one([]any{&c.ID}, `INSERT INTO certification (account_id, contact_id, product, name_id, name_sha256, number_id, number_sha256,
  valid_until_at, added_kind, added_id, at)
SELECT account_id, id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM contact WHERE id = $1
  AND (SELECT COUNT(*) FROM certification had WHERE had.contact_id = $1 AND had.removed_at IS NULL) < $11 RETURNING id`,
		c.Contact, product, c.Name.ID, c.Name.SHA256, ref(c.Number.ID), c.Number.SHA256, micros(c.Until), string(c.AddedBy.Kind), c.AddedBy.ID,
		c.At.UnixMicro(), most)
	if errors.Is(err, sql.ErrNoRows) {
		return support.Refuse(support.Conflict, "certification.too_many", "most", fmt.Sprint(most))
	}
	return wrap(known(err, "product.unknown"), "add certification of contact %d", c.Contact)
}

// VerifyCertification records that a member of staff saw the proof.
func (tx *Tx) VerifyCertification(contact, id, staff int64, at time.Time) error {
	n, err := tx.exec(`UPDATE certification SET verified_by = $3, verified_at = $4
WHERE id = $1 AND contact_id = $2 AND removed_at IS NULL`, id, contact, staff, at.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "certification.unknown")
	}
	return wrap(err, "verify certification %d", id)
}

// RemoveCertification takes a certification from a profile and erases its
// texts, whose ids it gives.
func (tx *Tx) RemoveCertification(contact, id int64, at time.Time) (erased []int64, err error) {
	var c support.Certification
	err = tx.one([]any{&c.Name.ID, optional{&c.Number.ID}}, `UPDATE certification SET removed_at = $3
WHERE id = $1 AND contact_id = $2 AND removed_at IS NULL RETURNING name_id, number_id`, id, contact, at.UnixMicro())
	if err != nil {
		return nil, wrap(absent(err, "certification.unknown"), "remove certification %d", id)
	}
	for _, t := range []support.Text{c.Name, c.Number} {
		if t.ID != 0 {
			erased = append(erased, t.ID)
		}
	}
	return erased, tx.eraseTexts(erased)
}

// eraseTexts erases texts that belong to no request. Whoever does so audits
// content_erased with their ids.
func (tx *Tx) eraseTexts(ids []int64) error {
	_, err := tx.exec(`UPDATE content SET salt = NULL, text = NULL
WHERE request_id = 0 AND id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))`, list(ids))
	return wrap(err, "erase texts")
}

// Certifications lists those of a contact by id. Customers see their own.
func (s *Store) Certifications(ctx context.Context, v Viewer, contact int64) ([]support.Certification, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	where, args := v.narrow(2, "c", "", "c.contact_id = ?")
	var out []support.Certification
	err = q.all(func(r scanner) error {
		var c support.Certification
		err := r.Scan(&c.ID, &c.Contact, &c.Product, &c.Name.ID, &c.Name.SHA256, optional{&c.Number.ID}, &c.Number.SHA256, instant{&c.Until},
			&c.AddedBy.Kind, &c.AddedBy.ID, instant{&c.At}, optional{&c.VerifiedBy}, instant{&c.VerifiedAt})
		out = append(out, c)
		return err
	}, `SELECT c.id, c.contact_id, COALESCE(c.product, ''), c.name_id, c.name_sha256, c.number_id, c.number_sha256, c.valid_until_at,
  c.added_kind, c.added_id, c.at, c.verified_by, c.verified_at FROM certification c
WHERE c.contact_id = $1 AND c.removed_at IS NULL AND `+where+" ORDER BY c.id LIMIT 200", append([]any{contact}, args...)...)
	return out, wrap(err, "read certifications of contact %d", contact)
}
