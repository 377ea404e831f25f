package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// OneTime is a link with which somebody does one thing once. Its instants are of
// the real clock.
type OneTime struct {
	ID     int64  // filled by AddOneTime
	Kind   string // invite, reset, device, setup
	Actor  support.Actor
	Nonce  string // of which the secret is made, with the key of the desk
	SHA256 string // of the secret, hex
	MadeAt time.Time
	EndsAt time.Time // exclusive
}

const oneTimeColumns = "id, kind, actor_kind, actor_id, nonce, sha256, made_at, ends_at"

func (o *OneTime) fields() []any {
	return []any{&o.ID, &o.Kind, &o.Actor.Kind, &o.Actor.ID, &o.Nonce, &o.SHA256, instant{&o.MadeAt}, instant{&o.EndsAt}}
}

// AddOneTime adds a link and fills its ID.
func (tx *Tx) AddOneTime(o *OneTime) error {
	err := tx.one([]any{&o.ID}, `INSERT INTO one_time (kind, actor_kind, actor_id, nonce, sha256, made_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`, o.Kind, string(o.Actor.Kind), o.Actor.ID, o.Nonce, o.SHA256, o.MadeAt.UnixMicro(), o.EndsAt.UnixMicro())
	return wrap(err, "add link")
}

// UseOneTime takes the link of a hash away: whoever gets it is the only one.
// Absent, used or at its end: not_found.
func (tx *Tx) UseOneTime(sha256 string, now time.Time) (OneTime, error) {
	var o OneTime
	err := tx.one(o.fields(), "DELETE FROM one_time WHERE sha256 = $1 AND ends_at > $2 RETURNING "+oneTimeColumns, sha256, now.UnixMicro())
	return o, wrap(absent(err, "link.unknown"), "use link")
}

// DropOneTimes takes all links of an actor away, or those of one kind.
func (tx *Tx) DropOneTimes(actor support.Actor, kind string) error {
	_, err := tx.exec("DELETE FROM one_time WHERE actor_kind = $1 AND actor_id = $2 AND ($3 = '' OR kind = $3)", string(actor.Kind), actor.ID, kind)
	return wrap(err, "drop links")
}

// DropEndedOneTimes deletes at most max of those that have ended.
func (tx *Tx) DropEndedOneTimes(now time.Time, max int) error {
	_, err := tx.exec("DELETE FROM one_time WHERE id IN (SELECT id FROM one_time WHERE ends_at <= $1 ORDER BY ends_at LIMIT 0 + $2)", now.UnixMicro(), max)
	return wrap(err, "drop ended links")
}

// OneTime finds a link by the hash of its secret and leaves it as it is. Absent,
// used or at its end: not_found.
func (s *Store) OneTime(ctx context.Context, sha256 string, now time.Time) (OneTime, error) {
	return s.oneTime(ctx, "sha256 = $1 AND ends_at > $2", sha256, now.UnixMicro())
}

// OneTimeOf gives a link by its id. Absent, used or at its end: not_found.
func (s *Store) OneTimeOf(ctx context.Context, id int64, now time.Time) (OneTime, error) {
	return s.oneTime(ctx, "id = $1 AND ends_at > $2", id, now.UnixMicro())
}

func (s *Store) oneTime(ctx context.Context, where string, args ...any) (OneTime, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return OneTime{}, err
	}
	var o OneTime
	err = q.one(o.fields(), "SELECT "+oneTimeColumns+" FROM one_time WHERE "+where, args...)
	return o, wrap(absent(err, "link.unknown"), "read link")
}
