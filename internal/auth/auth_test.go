package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

func TestMintedTokensAreApart(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		secret, hash := Mint()
		if seen[secret] || len(secret) != 47 || Hash(secret) != hash || len(hash) != 64 || strings.Contains(hash, secret) {
			t.Fatalf("token %q, hash %q", secret, hash)
		}
		seen[secret] = true
	}
}

// people is a store with an engineer, one who left, and tokens by name.
func people(t *testing.T, now time.Time) (s *store.Store, engineer support.Staff, secrets map[string]string) {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, pgtest.Where(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	engineer = support.Staff{FamilyName: "Ito", Email: "ito@vendor.example", Language: "ja", Zone: "Asia/Tokyo", Roles: []support.Role{support.RoleTSE}, Active: true}
	left := engineer
	left.Email, left.Active = "left@vendor.example", false
	secrets = map[string]string{}
	err = s.Update(ctx, func(tx *store.Tx) error {
		if err := errors.Join(tx.AddStaff(&engineer), tx.AddStaff(&left)); err != nil {
			return err
		}
		self := support.Actor{Kind: support.Vendor, ID: engineer.ID}
		for name, token := range map[string]store.Token{
			"good":      {Actor: self},
			"expiring":  {Actor: self, ExpiresAt: now},
			"revoked":   {Actor: self, RevokedAt: now},
			"left":      {Actor: support.Actor{Kind: support.Vendor, ID: left.ID}},
			"gone":      {Actor: support.Actor{Kind: support.Customer, ID: 77}},
			"machine's": {Actor: support.Actor{Kind: support.System}},
		} {
			revoked := token.RevokedAt
			token.Name, token.Scopes, token.CreatedAt, token.RevokedAt = name, []string{"read", "staff"}, now.Add(-time.Hour), time.Time{}
			secrets[name], token.SHA256 = Mint()
			if err := tx.AddToken(&token); err != nil {
				return err
			}
			if !revoked.IsZero() {
				if err := tx.RevokeToken(token.ID, revoked); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, engineer, secrets
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	s, at, secrets := people(t, now)
	unknown, _ := Mint()
	for name, c := range map[string]struct{ header, key string }{
		"nothing":        {"", "token.missing"},
		"no scheme":      {secrets["good"], "token.form"},
		"other scheme":   {"Basic " + secrets["good"], "token.form"},
		"cut":            {"Bearer " + secrets["good"][:40], "token.form"},
		"unknown":        {"Bearer " + unknown, "token.unknown"},
		"revoked":        {"Bearer " + secrets["revoked"], "token.revoked"},
		"expired":        {"Bearer " + secrets["expiring"], "token.expired"},
		"somebody left":  {"Bearer " + secrets["left"], "actor.inactive"},
		"never was here": {"Bearer " + secrets["gone"], "actor.inactive"},
	} {
		who, err := Authenticate(ctx, s, c.header, now)
		v, scopes := who.Viewer, who.Scopes
		var e *support.Error
		if !errors.Is(err, ErrUnauthenticated) || !errors.As(err, &e) || e.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		if v.Actor.Kind != "" || scopes.Has(Read) {
			t.Errorf("%s: a stranger sees as %v", name, v)
		}
		if err != nil && c.header != "" && strings.Contains(err.Error(), "mdg_") {
			t.Errorf("%s: the error holds the token", name)
		}
	}
	who, err := Authenticate(ctx, s, "bearer  "+secrets["good"], now)
	by, v, scopes := who.Actor, who.Viewer, who.Scopes
	if err != nil || by.ID != at.ID || len(v.Roles) != 1 || v.Roles[0] != support.RoleTSE || !scopes.Has(Staff) || scopes.Has(Admin) {
		t.Errorf("by %v as %v with %v: %v", by, v, scopes, err)
	}
	if _, err := Authenticate(ctx, s, "Bearer "+secrets["expiring"], now.Add(-time.Microsecond)); err != nil {
		t.Errorf("just before it expires: %v", err)
	}
	if who, err := Authenticate(ctx, s, "Bearer "+secrets["machine's"], now); err != nil || len(who.Viewer.Roles) != 1 || who.Viewer.Roles[0] != support.RoleSystem {
		t.Errorf("the machine's: %v %v", v, err)
	}
}
