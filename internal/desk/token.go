package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddToken makes an access token for the actor in t and fills id, hash and
// created; the secret is given back this once and kept nowhere. People make
// tokens for themselves, admins for anybody. The staff scope is for staff, the
// admin scope for admins, the demo scope is the system's to give.
func (d *Desk) AddToken(ctx context.Context, by support.Actor, t *store.Token) (secret string, err error) {
	if err := checkName(t.Name, "name"); err != nil {
		return "", err
	}
	if len(t.Scopes) == 0 {
		return "", support.Wrong("scopes", "token.scope_needed")
	}
	now := support.Instant(d.real())
	if !t.ExpiresAt.IsZero() && !t.ExpiresAt.After(now) {
		return "", support.Wrong("expires_at", "token.expires_in_past")
	}
	secret, hash := auth.Mint()
	err = d.change(ctx, by, "add_token", about{owner: t.Actor}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if err := checkScopes(tx, by, *t); err != nil {
			return entry{}, err
		}
		added := *t
		added.ID, added.SHA256, added.CreatedAt, added.RevokedAt = 0, hash, now, time.Time{}
		added.ExpiresAt = support.Instant(t.ExpiresAt)
		if err := tx.AddToken(&added); err != nil {
			return entry{}, err
		}
		*t = added
		return entry{"token", t.ID, map[string]any{"actor": t.Actor, "scopes": t.Scopes}}, nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func checkScopes(tx *store.Tx, by support.Actor, t store.Token) error {
	var roles []support.Role
	switch t.Actor.Kind {
	case support.Customer:
		if _, err := activeContact(tx, t.Actor.ID); err != nil {
			return err
		}
	case support.Vendor:
		s, err := activeStaff(tx, t.Actor.ID)
		if err != nil {
			return err
		}
		roles = s.Roles
	case support.System:
		if by.Kind != support.System {
			return support.Refuse(support.Forbidden, "token.actor")
		}
	default:
		return support.Wrong("actor", "actor.unknown")
	}
	for _, name := range t.Scopes {
		scope := auth.Scope(name)
		if !auth.AllScopes().Has(scope) {
			return support.Wrong("scopes", "token.scope_unknown", "scope", name)
		}
		allowed := true
		switch scope {
		case auth.Staff:
			allowed = t.Actor.Kind != support.Customer
		case auth.Admin:
			allowed = t.Actor.Kind == support.System || slices.Contains(roles, support.RoleAdmin)
		case auth.Demo:
			allowed = by.Kind == support.System
		}
		if !allowed {
			return wrong(support.Forbidden, "scopes", "token.scope_not_yours", "scope", name)
		}
	}
	return nil
}

// RevokeToken ends a token at once: its owner's, or an admin's act.
func (d *Desk) RevokeToken(ctx context.Context, by support.Actor, id int64) error {
	tokens, err := d.store.Tokens(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tokens, func(t store.Token) bool { return t.ID == id })
	if i < 0 {
		return support.Refuse(support.NotFound, "token.not_found")
	}
	err = d.change(ctx, by, "revoke_token", about{owner: tokens[i].Actor}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"token", id, map[string]any{"actor": tokens[i].Actor}}, tx.RevokeToken(id, support.Instant(d.real()))
	})
	if code := support.CodeOf(err); code == support.NotFound || code == support.Forbidden {
		return support.Refuse(support.NotFound, "token.not_found")
	}
	return err
}
