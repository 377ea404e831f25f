package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Token is an access token of a person or a program. Only its hash is kept: hex
// of SHA-256. Its instants are of the real clock.
type Token struct {
	ID        int64 // filled by AddToken
	Name      string
	SHA256    string
	Actor     support.Actor
	Scopes    []string
	CreatedAt time.Time
	ExpiresAt time.Time // exclusive; zero: does not expire
	RevokedAt time.Time // zero: not revoked
	UsedAt    time.Time // the last time, an hour late at most; zero: never
}

// AddToken adds a token and fills its ID.
func (tx *Tx) AddToken(t *Token) error {
	err := tx.one([]any{&t.ID}, `INSERT INTO token (name, sha256, actor_kind, actor_id, scopes, created_at, expires_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, t.Name, t.SHA256, string(t.Actor.Kind), t.Actor.ID, list(t.Scopes),
		t.CreatedAt.UnixMicro(), micros(t.ExpiresAt), micros(t.RevokedAt))
	return wrap(refused(err, "sha256", "token.exists"), "add token")
}

// RevokeToken ends a token; once revoked, the first instant stays.
func (tx *Tx) RevokeToken(id int64, at time.Time) error {
	n, err := tx.exec("UPDATE token SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1", id, at.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "token.unknown")
	}
	return wrap(err, "revoke token %d", id)
}

// TokenUsed notes that a token is used, unless that was noted within the hour.
func (tx *Tx) TokenUsed(id int64, at time.Time) error {
	_, err := tx.exec("UPDATE token SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)", id, at.UnixMicro(), at.Add(-TokenNoted).UnixMicro())
	return wrap(err, "note the use of token %d", id)
}

// TokenNoted is how far apart uses of a token are noted.
const TokenNoted = time.Hour

// Caller is whom a token speaks for: as far as a door has to know before it lets
// anybody do anything. The zero value of all but Token is the system's.
type Caller struct {
	Token
	Active         bool // the person is there and has not left
	Roles          []support.Role
	Language, Zone string
}

// CallerByHash finds the token of a hash, revoked and expired ones too, and whom
// it speaks for. Absent: not_found.
func (s *Store) CallerByHash(ctx context.Context, sha256 string) (Caller, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Caller{}, err
	}
	var c Caller
	err = q.one([]any{&c.ID, &c.Name, &c.SHA256, &c.Actor.Kind, &c.Actor.ID, listOf[string]{&c.Scopes}, instant{&c.CreatedAt}, instant{&c.ExpiresAt},
		instant{&c.RevokedAt}, instant{&c.UsedAt}, &c.Active, listOf[support.Role]{&c.Roles}, &c.Language, &c.Zone},
		`SELECT t.id, t.name, t.sha256, t.actor_kind, t.actor_id, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.used_at,
  COALESCE(s.active, c.active, FALSE), COALESCE(s.roles, '[]'), COALESCE(s.language, c.language, ''), COALESCE(s.zone, c.zone, '')
FROM token t LEFT JOIN staff s ON s.id = t.actor_id AND t.actor_kind = 'staff' LEFT JOIN contact c ON c.id = t.actor_id AND t.actor_kind = 'customer'
WHERE t.sha256 = $1`, sha256)
	return c, wrap(absent(err, "token.unknown"), "find token")
}

// Tokens lists all tokens by id.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Token
	err = q.all(func(r scanner) error {
		var t Token
		err := r.Scan(&t.ID, &t.Name, &t.SHA256, &t.Actor.Kind, &t.Actor.ID, listOf[string]{&t.Scopes},
			instant{&t.CreatedAt}, instant{&t.ExpiresAt}, instant{&t.RevokedAt}, instant{&t.UsedAt})
		out = append(out, t)
		return err
	}, `SELECT id, name, sha256, actor_kind, actor_id, scopes, created_at, expires_at, revoked_at, used_at FROM token ORDER BY id`)
	return out, wrap(err, "read tokens")
}
