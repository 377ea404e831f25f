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

// TokenByHash finds a token by its hash, revoked and expired ones too: the door
// judges. Absent: not_found.
func (s *Store) TokenByHash(ctx context.Context, sha256 string) (Token, error) {
	found, err := s.tokens(ctx, "sha256 = $1", sha256)
	if err == nil && len(found) == 0 {
		return Token{}, support.Refuse(support.NotFound, "token.unknown")
	}
	if err != nil {
		return Token{}, err
	}
	return found[0], nil
}

// Tokens lists all tokens by id.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) { return s.tokens(ctx, "TRUE") }

func (s *Store) tokens(ctx context.Context, where string, args ...any) ([]Token, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Token
	err = q.all(func(r scanner) error {
		var t Token
		err := r.Scan(&t.ID, &t.Name, &t.SHA256, &t.Actor.Kind, &t.Actor.ID, listOf[string]{&t.Scopes},
			instant{&t.CreatedAt}, instant{&t.ExpiresAt}, instant{&t.RevokedAt})
		out = append(out, t)
		return err
	}, `SELECT id, name, sha256, actor_kind, actor_id, scopes, created_at, expires_at, revoked_at FROM token WHERE `+where+" ORDER BY id", args...)
	return out, wrap(err, "read tokens")
}
