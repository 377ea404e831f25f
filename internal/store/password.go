package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Password is what is kept of somebody's password. SetAt is of the real clock.
type Password struct {
	Actor support.Actor
	Hash  string
	SetAt time.Time
}

// SetPassword puts a password into the place of the one before.
func (tx *Tx) SetPassword(p Password) error {
	_, err := tx.exec(`INSERT INTO password (actor_kind, actor_id, hash, set_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (actor_kind, actor_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at`,
		string(p.Actor.Kind), p.Actor.ID, p.Hash, p.SetAt.UnixMicro())
	return wrap(err, "set password")
}

// RemovePassword leaves an actor without a password.
func (tx *Tx) RemovePassword(actor support.Actor) error {
	_, err := tx.exec("DELETE FROM password WHERE actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID)
	return wrap(err, "remove password")
}

// Rehash puts another hash of the same password into the place of one; where
// that is gone by now, nothing happens.
func (tx *Tx) Rehash(actor support.Actor, was, now string) error {
	_, err := tx.exec("UPDATE password SET hash = $4 WHERE actor_kind = $1 AND actor_id = $2 AND hash = $3", string(actor.Kind), actor.ID, was, now)
	return wrap(err, "rehash password")
}

// Entrant is somebody who may sign in: active, and how they are known here.
type Entrant struct {
	Actor                 support.Actor
	FamilyName, GivenName string
	Email                 string
	Language, Zone        string
	Password              string    // hash; "": none is set
	PasswordSetAt         time.Time // real clock
	Roles                 []support.Role
	Account               int64 // of a customer
}

const entrants = `SELECT e.kind, e.id, e.family_name, e.given_name, e.email, e.language, e.zone, COALESCE(p.hash, ''), p.set_at, e.roles, e.account_id FROM (
  SELECT 'staff' AS kind, id, family_name, given_name, email, email_folded, language, zone, roles, 0 AS account_id FROM staff WHERE active
  UNION ALL
  SELECT 'customer' AS kind, id, family_name, given_name, email, email_folded, language, zone, '[]' AS roles, account_id FROM contact WHERE active
) AS e LEFT JOIN password p ON p.actor_kind = e.kind AND p.actor_id = e.id WHERE `

func (q rows) entrant(where string, args ...any) (Entrant, error) {
	var e Entrant
	err := q.one([]any{&e.Actor.Kind, &e.Actor.ID, &e.FamilyName, &e.GivenName, &e.Email, &e.Language, &e.Zone, &e.Password,
		instant{&e.PasswordSetAt}, listOf[support.Role]{&e.Roles}, &e.Account}, entrants+where, args...)
	return e, wrap(absent(err, "entrant.unknown"), "find entrant")
}

// EntrantByEmail finds the active person of an address, however its letters are
// written; staff before contacts. Absent: not_found.
func (s *Store) EntrantByEmail(ctx context.Context, email string) (Entrant, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Entrant{}, err
	}
	return q.entrant("e.email_folded = $1 AND e.email_folded <> '' ORDER BY e.kind DESC", fold(email))
}

// Entrant finds an active person. Absent: not_found.
func (tx *Tx) Entrant(actor support.Actor) (Entrant, error) {
	return tx.entrant("e.kind = $1 AND e.id = $2", string(actor.Kind), actor.ID)
}

// Entrant finds an active person. Absent: not_found.
func (s *Store) Entrant(ctx context.Context, actor support.Actor) (Entrant, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Entrant{}, err
	}
	return q.entrant("e.kind = $1 AND e.id = $2", string(actor.Kind), actor.ID)
}
