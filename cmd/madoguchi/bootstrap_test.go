package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
)

func bootstrap(t *testing.T, data string, args ...string) (int, string, string) {
	t.Helper()
	var out, said strings.Builder
	code := run(context.Background(), append([]string{"user", "bootstrap", "--lang", "en", "--data", data}, args...), strings.NewReader(""), &out, &said)
	return code, out.String(), said.String()
}

// An administrator who was left without a token, because the first try was
// interrupted or the token was ended, gets one; nobody else does. The desk's
// policy stays what it was.
func TestBootstrapHelpsAnAdministratorWithoutToken(t *testing.T) {
	t.Parallel()
	data, ctx := t.TempDir(), context.Background()
	if code, _, said := bootstrap(t, data, "--pack", "style-a", "--email", "ops@desk.example", "--family", "Stone"); code != exitOK {
		t.Fatalf("a new desk: %d %s", code, said)
	}
	s, err := place{Data: data}.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := s.Tokens(ctx)
	if err != nil || len(tokens) != 1 {
		t.Fatalf("tokens %+v, %v", tokens, err)
	}
	if err := s.Update(ctx, func(tx *store.Tx) error { return tx.RevokeToken(tokens[0].ID, time.Now()) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	code, _, said := bootstrap(t, data, "--email", "two@desk.example", "--family", "Two")
	if code != exitRefused || !strings.Contains(said, "--email ops@desk.example") {
		t.Errorf("somebody else: %d %s", code, said)
	}
	code, out, said := bootstrap(t, data, "--email", "OPS@desk.example", "--family", "Stone")
	if code != exitOK || !regexp.MustCompile(`(?m)^mdg_\S{43}$`).MatchString(out) {
		t.Errorf("the administrator again: %d %s %s", code, out, said)
	}
	if code, _, _ := bootstrap(t, data, "--email", "OPS@desk.example", "--family", "Stone"); code != exitRefused {
		t.Errorf("with a token: %d", code)
	}
	s, err = place{Data: data}.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	staff, err := s.AllStaff(ctx)
	if err != nil || len(staff) != 1 {
		t.Errorf("staff %+v, %v", staff, err)
	}
	if brand, err := s.Brand(ctx); err != nil || brand.PackID != "style-a" {
		t.Errorf("the desk goes by %+v, %v; want its own policy", brand, err)
	}
}
