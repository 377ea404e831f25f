package desk

import (
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func TestTokensOfPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	mine := store.Token{Name: "laptop", Actor: b.asSato, Scopes: []string{"read", "write"}}
	secret, err := b.AddToken(t.Context(), b.asSato, &mine)
	b.ok(err)
	who, err := auth.Authenticate(t.Context(), b.store, "Bearer "+secret, b.wall.now())
	b.ok(err)
	if scopes := who.Scopes; who.Actor != b.asSato || who.Viewer.Actor != b.asSato || !scopes.Has(auth.Write) || scopes.Has(auth.Staff) {
		t.Errorf("it is %+v", who)
	}
	for name, c := range map[string]struct {
		by, of support.Actor
		scope  string
		code   support.Code
	}{
		"for somebody else":     {b.asSato, b.asSuzuki, "read", support.NotFound},
		"staff for a customer":  {b.asSato, b.asSato, "staff", support.Forbidden},
		"admin for an engineer": {b.asIto, b.asIto, "admin", support.Forbidden},
		"demo for an admin":     {b.asAdmin, b.asAdmin, "demo", support.Forbidden},
		"the system's":          {b.asAdmin, system, "read", support.Forbidden},
		"no such scope":         {b.asSato, b.asSato, "everything", support.Invalid},
	} {
		_, err := b.AddToken(t.Context(), c.by, &store.Token{Name: "x", Actor: c.of, Scopes: []string{c.scope}})
		if support.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	refused(t, b.RevokeToken(t.Context(), b.asSuzuki, mine.ID), support.NotFound, "token.not_found")
	b.ok(b.RevokeToken(t.Context(), b.asSato, mine.ID))
	_, err = auth.Authenticate(t.Context(), b.store, "Bearer "+secret, b.wall.now())
	refused(t, err, support.Forbidden, "token.revoked")
}

// A token carries no rights: those of the old PLA are gone with the role.
//
// guide: R07
func TestTokenOfAReplacedPrimaryLosesItsRights(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	token := store.Token{Name: "portal", Actor: b.asPL, Scopes: []string{"read", "write"}, ExpiresAt: b.wall.now().Add(24 * time.Hour)}
	secret, err := b.AddToken(t.Context(), b.asPL, &token)
	b.ok(err)
	id := b.file().ID
	read := func() error {
		who, err := auth.Authenticate(t.Context(), b.store, "Bearer "+secret, b.wall.now())
		b.ok(err)
		_, err = b.Request(t.Context(), who.Viewer, id)
		return err
	}
	b.ok(read())
	b.ok(b.ReplacePrimary(t.Context(), b.asAdmin, b.production.ID, b.tanaka.ID))
	refused(t, read(), support.NotFound, "")
}
