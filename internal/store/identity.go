package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Identity is a member of staff as an OpenID provider knows them. Its instants are
// of the real clock.
type Identity struct {
	Issuer  string
	Subject string // of the issuer, never another's
	Staff   int64
	MadeAt  time.Time
	UsedAt  time.Time
}

func (i *Identity) fields() []any {
	return []any{&i.Issuer, &i.Subject, &i.Staff, instant{&i.MadeAt}, instant{&i.UsedAt}}
}

const identityColumns = "issuer, subject, staff_id, made_at, used_at"

// Identity finds a subject of an issuer. Absent: not_found.
func (tx *Tx) Identity(issuer, subject string) (Identity, error) {
	var i Identity
	err := tx.one(i.fields(), "SELECT "+identityColumns+" FROM identity WHERE issuer = $1 AND subject = $2", issuer, subject)
	return i, wrap(absent(err, "identity.unknown"), "find identity")
}

// AddIdentity links a member of staff to a subject. One of the two that is linked
// to another already is a conflict.
func (tx *Tx) AddIdentity(i Identity) error {
	_, err := tx.exec("INSERT INTO identity ("+identityColumns+") VALUES ($1, $2, $3, $4, $5)", i.Issuer, i.Subject, i.Staff, i.MadeAt.UnixMicro(), i.UsedAt.UnixMicro())
	return wrap(refused(err, "", "identity.exists"), "add identity")
}

// UseIdentity notes that somebody came by it.
func (tx *Tx) UseIdentity(issuer, subject string, at time.Time) error {
	_, err := tx.exec("UPDATE identity SET used_at = $3 WHERE issuer = $1 AND subject = $2", issuer, subject, at.UnixMicro())
	return wrap(err, "use identity")
}

// RemoveIdentities takes a member of staff's links away. None: not_found.
func (tx *Tx) RemoveIdentities(staff int64) error {
	n, err := tx.exec("DELETE FROM identity WHERE staff_id = $1", staff)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "factor.unknown")
	}
	return wrap(err, "remove identities")
}

// Identities are a member of staff's links.
func (s *Store) Identities(ctx context.Context, staff int64) ([]Identity, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.identities(staff)
}

// Identities are a member of staff's links.
func (tx *Tx) Identities(staff int64) ([]Identity, error) { return tx.identities(staff) }

func (q rows) identities(staff int64) (out []Identity, err error) {
	err = q.all(func(r scanner) error {
		var i Identity
		err := r.Scan(i.fields()...)
		out = append(out, i)
		return err
	}, "SELECT "+identityColumns+" FROM identity WHERE staff_id = $1 ORDER BY issuer LIMIT 20", staff)
	return out, wrap(err, "list identities")
}

// StaffByEmail finds the active member of staff of an address, however its letters
// are written. Absent: not_found.
func (tx *Tx) StaffByEmail(email string) (Entrant, error) {
	return tx.entrant("e.kind = 'staff' AND e.email_folded = $1 AND e.email_folded <> ''", fold(email))
}
