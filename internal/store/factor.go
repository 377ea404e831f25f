package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Factors are what somebody has beside a password.
type Factors struct {
	TOTP     bool
	Codes    int // recovery codes that are left
	Passkeys []Passkey
}

// Any tells whether a password alone does not let them in.
func (f Factors) Any() bool { return f.TOTP || len(f.Passkeys) > 0 }

// Passkey is a public key of somebody. Its instants are of the real clock.
type Passkey struct {
	ID         int64 // filled by AddPasskey
	Actor      support.Actor
	Credential string // id, base64url
	Record     string // JSON
	Name       string
	MadeAt     time.Time
	UsedAt     time.Time // zero: never
	Suspect    bool      // its counter once went back
}

// Step is how far somebody has come with signing in.
type Step struct {
	SHA256 string // of the secret that the browser holds, hex
	Kind   string
	Actor  support.Actor // zero: not known yet
	Held   []byte
	EndsAt time.Time // exclusive
}

const passkeyColumns = "id, actor_kind, actor_id, credential, record, name, made_at, used_at, suspect"

func (p *Passkey) fields() []any {
	return []any{&p.ID, &p.Actor.Kind, &p.Actor.ID, &p.Credential, &p.Record, &p.Name, instant{&p.MadeAt}, instant{&p.UsedAt}, &p.Suspect}
}

// Factors gives what an actor has beside a password.
func (s *Store) Factors(ctx context.Context, actor support.Actor) (Factors, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Factors{}, err
	}
	return q.factors(actor)
}

// Factors gives what an actor has beside a password.
func (tx *Tx) Factors(actor support.Actor) (Factors, error) { return tx.factors(actor) }

func (q rows) factors(actor support.Actor) (Factors, error) {
	var f Factors
	err := q.one([]any{&f.TOTP, &f.Codes}, `SELECT EXISTS (SELECT 1 FROM totp WHERE actor_kind = $1 AND actor_id = $2),
  (SELECT count(*) FROM recovery_code WHERE actor_kind = $1 AND actor_id = $2)`, string(actor.Kind), actor.ID)
	if err != nil {
		return f, wrap(err, "read factors")
	}
	err = q.all(func(r scanner) error {
		var p Passkey
		err := r.Scan(p.fields()...)
		f.Passkeys = append(f.Passkeys, p)
		return err
	}, "SELECT "+passkeyColumns+" FROM passkey WHERE actor_kind = $1 AND actor_id = $2 ORDER BY id LIMIT 100", string(actor.Kind), actor.ID)
	return f, wrap(err, "read passkeys")
}

// SetTOTP puts a secret into the place of the one before; step is that of the
// code with which it was confirmed.
func (tx *Tx) SetTOTP(actor support.Actor, secret []byte, step int64, at time.Time) error {
	_, err := tx.exec(`INSERT INTO totp (actor_kind, actor_id, secret, last_step, made_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (actor_kind, actor_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step, made_at = excluded.made_at`,
		string(actor.Kind), actor.ID, secret, step, at.UnixMicro())
	return wrap(err, "set totp")
}

// TOTP gives an actor's encrypted secret. Absent: not_found.
func (tx *Tx) TOTP(actor support.Actor) (secret []byte, err error) {
	err = tx.one([]any{&secret}, "SELECT secret FROM totp WHERE actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID)
	return secret, wrap(absent(err, "factor.unknown"), "read totp")
}

// SpendTOTP takes the code of a step, once; false when it or a later one was
// taken before.
func (tx *Tx) SpendTOTP(actor support.Actor, step int64) (bool, error) {
	n, err := tx.exec("UPDATE totp SET last_step = $3 WHERE actor_kind = $1 AND actor_id = $2 AND last_step < $3", string(actor.Kind), actor.ID, step)
	return n > 0, wrap(err, "spend a code")
}

// RemoveTOTP takes an actor's secret away. Absent: not_found.
func (tx *Tx) RemoveTOTP(actor support.Actor) error {
	n, err := tx.exec("DELETE FROM totp WHERE actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "factor.unknown")
	}
	return wrap(err, "remove totp")
}

// SetCodes puts digests of recovery codes into the place of those before.
func (tx *Tx) SetCodes(actor support.Actor, digests []string) error {
	if _, err := tx.exec("DELETE FROM recovery_code WHERE actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID); err != nil {
		return wrap(err, "set codes")
	}
	for _, x := range digests {
		if _, err := tx.exec("INSERT INTO recovery_code (actor_kind, actor_id, digest) VALUES ($1, $2, $3)", string(actor.Kind), actor.ID, x); err != nil {
			return wrap(err, "set codes")
		}
	}
	return nil
}

// SpendCode takes a recovery code, once; false when there is no such one.
func (tx *Tx) SpendCode(actor support.Actor, digest string) (bool, error) {
	n, err := tx.exec("DELETE FROM recovery_code WHERE actor_kind = $1 AND actor_id = $2 AND digest = $3", string(actor.Kind), actor.ID, digest)
	return n > 0, wrap(err, "spend a code")
}

// AddPasskey adds a key and fills its ID. One that is known already is a conflict.
func (tx *Tx) AddPasskey(p *Passkey) error {
	err := tx.one([]any{&p.ID}, `INSERT INTO passkey (actor_kind, actor_id, credential, record, name, made_at, used_at, suspect)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, string(p.Actor.Kind), p.Actor.ID, p.Credential, p.Record, p.Name, p.MadeAt.UnixMicro(),
		micros(p.UsedAt), p.Suspect)
	return wrap(refused(err, "name", "passkey.exists"), "add passkey")
}

// Passkey finds the key of a credential's id, base64url. Absent: not_found.
func (s *Store) Passkey(ctx context.Context, credential string) (Passkey, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Passkey{}, err
	}
	var p Passkey
	err = q.one(p.fields(), "SELECT "+passkeyColumns+" FROM passkey WHERE credential = $1", credential)
	return p, wrap(absent(err, "passkey.unknown"), "find passkey")
}

// UsePasskey notes that a key was used, and what is known of it since.
func (tx *Tx) UsePasskey(p Passkey) error {
	n, err := tx.exec("UPDATE passkey SET record = $2, used_at = $3, suspect = $4 WHERE id = $1", p.ID, p.Record, micros(p.UsedAt), p.Suspect)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "passkey.unknown")
	}
	return wrap(err, "use passkey %d", p.ID)
}

// NamePasskey gives an actor's key another name. Absent: not_found.
func (tx *Tx) NamePasskey(actor support.Actor, id int64, name string) error {
	n, err := tx.exec("UPDATE passkey SET name = $4 WHERE id = $3 AND actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID, id, name)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "passkey.unknown")
	}
	return wrap(err, "name passkey %d", id)
}

// RemovePasskey takes an actor's key away. Absent: not_found.
func (tx *Tx) RemovePasskey(actor support.Actor, id int64) error {
	n, err := tx.exec("DELETE FROM passkey WHERE id = $3 AND actor_kind = $1 AND actor_id = $2", string(actor.Kind), actor.ID, id)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "passkey.unknown")
	}
	return wrap(err, "remove passkey %d", id)
}

// AddStep keeps a step in the place of one of the same hash, and deletes a few of
// those that have ended.
func (tx *Tx) AddStep(x Step, now time.Time) error {
	_, err := tx.exec("DELETE FROM sign_in_step WHERE sha256 IN (SELECT sha256 FROM sign_in_step WHERE ends_at <= $1 ORDER BY ends_at LIMIT 20)", now.UnixMicro())
	if err != nil {
		return wrap(err, "drop steps")
	}
	_, err = tx.exec(`INSERT INTO sign_in_step (sha256, kind, actor_kind, actor_id, held, ends_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (sha256) DO UPDATE SET kind = excluded.kind, actor_kind = excluded.actor_kind, actor_id = excluded.actor_id, held = excluded.held,
  ends_at = excluded.ends_at`, x.SHA256, x.Kind, string(x.Actor.Kind), x.Actor.ID, x.Held, x.EndsAt.UnixMicro())
	return wrap(err, "add step")
}

const stepWhere = " FROM sign_in_step WHERE sha256 = $1 AND kind = $2 AND ends_at > $3"

// TakeStep takes a step away: whoever gets it is the only one. Absent, of another
// kind or at its end: not_found.
func (tx *Tx) TakeStep(sha256, kind string, now time.Time) (Step, error) {
	var x Step
	err := tx.one([]any{&x.SHA256, &x.Kind, &x.Actor.Kind, &x.Actor.ID, &x.Held, instant{&x.EndsAt}},
		"DELETE"+stepWhere+" RETURNING sha256, kind, actor_kind, actor_id, held, ends_at", sha256, kind, now.UnixMicro())
	return x, wrap(absent(err, "sign_in.step"), "take step")
}

// Step reads a step and leaves it. Absent, of another kind or at its end:
// not_found.
func (s *Store) Step(ctx context.Context, sha256, kind string, now time.Time) (Step, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Step{}, err
	}
	var x Step
	err = q.one([]any{&x.SHA256, &x.Kind, &x.Actor.Kind, &x.Actor.ID, &x.Held, instant{&x.EndsAt}},
		"SELECT sha256, kind, actor_kind, actor_id, held, ends_at"+stepWhere, sha256, kind, now.UnixMicro())
	return x, wrap(absent(err, "sign_in.step"), "read step")
}
