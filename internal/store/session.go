package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Session is somebody signed in with a browser. Only the hash of its secret is
// kept: hex of SHA-256. Its instants are of the real clock.
type Session struct {
	ID      int64 // filled by AddSession
	SHA256  string
	Actor   support.Actor
	Proof   string // how the person was known
	Agent   string // as the browser names itself
	Address string // from which it was begun
	MadeAt  time.Time
	SeenAt  time.Time // moves in steps of a minute
	EndsAt  time.Time // exclusive, however much it is used
}

// AddSession adds a session and fills its ID.
func (tx *Tx) AddSession(s *Session) error {
	err := tx.one([]any{&s.ID}, `INSERT INTO session (sha256, actor_kind, actor_id, proof, agent, address, made_at, seen_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`, s.SHA256, string(s.Actor.Kind), s.Actor.ID, s.Proof, s.Agent, s.Address,
		s.MadeAt.UnixMicro(), s.SeenAt.UnixMicro(), s.EndsAt.UnixMicro())
	return wrap(err, "add session")
}

// SeeSession notes that a session was used at an instant.
func (tx *Tx) SeeSession(id int64, at time.Time) error {
	_, err := tx.exec("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2", id, at.UnixMicro())
	return wrap(err, "see session %d", id)
}

// EndSession ends one session of an actor. Absent: not_found.
func (tx *Tx) EndSession(actor support.Actor, id int64) error {
	n, err := tx.exec("DELETE FROM session WHERE id = $1 AND actor_kind = $2 AND actor_id = $3", id, string(actor.Kind), actor.ID)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "session.unknown")
	}
	return wrap(err, "end session %d", id)
}

// EndSessionOf ends the session of a hash; none of it is no error.
func (tx *Tx) EndSessionOf(sha256 string) error {
	_, err := tx.exec("DELETE FROM session WHERE sha256 = $1", sha256)
	return wrap(err, "end session")
}

// EndSessions ends all sessions of an actor but one; keep 0 ends all.
func (tx *Tx) EndSessions(actor support.Actor, keep int64) (int64, error) {
	n, err := tx.exec("DELETE FROM session WHERE actor_kind = $1 AND actor_id = $2 AND id <> $3", string(actor.Kind), actor.ID, keep)
	return n, wrap(err, "end sessions")
}

// DropSessions deletes at most max of the sessions that ended before an instant.
func (tx *Tx) DropSessions(before time.Time, max int) (int64, error) {
	n, err := tx.exec("DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ends_at <= $1 ORDER BY ends_at LIMIT 0 + $2)",
		before.UnixMicro(), max)
	return n, wrap(err, "drop sessions")
}

const sessionColumns = "x.id, x.sha256, x.actor_kind, x.actor_id, x.proof, x.agent, x.address, x.made_at, x.seen_at, x.ends_at"

func (s *Session) fields() []any {
	return []any{&s.ID, &s.SHA256, &s.Actor.Kind, &s.Actor.ID, &s.Proof, &s.Agent, &s.Address,
		instant{&s.MadeAt}, instant{&s.SeenAt}, instant{&s.EndsAt}}
}

// SignedIn is a session and whom it speaks for.
type SignedIn struct {
	Session
	Active         bool // the person is there and has not left
	Roles          []support.Role
	Skills         []string // of staff
	FamilyName     string
	GivenName      string
	Language, Zone string
	Account        int64  // of a customer, as the next two
	Number         string // the customer number
	Country        string // of the account
}

// SignedIn finds the session of a hash, ended ones too. Absent: not_found.
func (s *Store) SignedIn(ctx context.Context, sha256 string) (SignedIn, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = q.one(append(in.fields(), &in.Active, listOf[support.Role]{&in.Roles}, listOf[string]{&in.Skills}, &in.FamilyName, &in.GivenName, &in.Language, &in.Zone, &in.Account,
		&in.Number, &in.Country),
		`SELECT `+sessionColumns+`, COALESCE(s.active, c.active, FALSE), COALESCE(s.roles, '[]'), COALESCE(s.skills, '[]'),
  COALESCE(s.family_name, c.family_name, ''),
  COALESCE(s.given_name, c.given_name, ''), COALESCE(s.language, c.language, ''), COALESCE(s.zone, c.zone, ''), COALESCE(c.account_id, 0), COALESCE(c.number, ''), COALESCE(a.country, '')
FROM session x LEFT JOIN staff s ON s.id = x.actor_id AND x.actor_kind = 'staff'
  LEFT JOIN contact c ON c.id = x.actor_id AND x.actor_kind = 'customer' LEFT JOIN account a ON a.id = c.account_id
WHERE x.sha256 = $1`, sha256)
	return in, wrap(absent(err, "session.unknown"), "find session")
}

// Sessions lists those of an actor that have not ended, the last used first, at
// most 100.
func (s *Store) Sessions(ctx context.Context, actor support.Actor, now time.Time) ([]Session, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Session
	err = q.all(func(r scanner) error {
		var x Session
		err := r.Scan(x.fields()...)
		out = append(out, x)
		return err
	}, "SELECT "+sessionColumns+` FROM session x WHERE x.actor_kind = $1 AND x.actor_id = $2 AND x.ends_at > $3
ORDER BY x.seen_at DESC, x.id DESC LIMIT 100`, string(actor.Kind), actor.ID, now.UnixMicro())
	return out, wrap(err, "list sessions")
}
