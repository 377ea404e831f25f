package storetest

import (
	"context"
	"reflect"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func testPacks(w *world) {
	ctx := context.Background()
	for range 2 {
		w.update(func(tx *store.Tx) error {
			return firstOf(tx.SavePack("classic", 2, "h2", []byte("b")), tx.SavePack("classic", 1, "h1", []byte("a")))
		})
	}
	w.refuses(support.Conflict, "pack.version_exists", func(tx *store.Tx) error { return tx.SavePack("classic", 1, "other", []byte("c")) })
	got, err := w.s.Packs(ctx)
	want := []store.PackRow{{ID: "classic", Version: 1, Hash: "h1", Source: []byte("a")}, {ID: "classic", Version: 2, Hash: "h2", Source: []byte("b")}}
	if err != nil || !reflect.DeepEqual(got, want) {
		w.t.Errorf("got %+v, %v", got, err)
	}
	brand := store.Brand{ID: 1, PortalHost: "support.example", Sender: "desk@vendor.example", PackID: "classic", PackVersion: 2}
	w.update(func(tx *store.Tx) error { return tx.SetBrand(brand) })
	if got, err := w.s.Brand(ctx); err != nil || got != brand {
		w.t.Errorf("brand %+v, %v", got, err)
	}
}

func testTokens(w *world) {
	ctx := context.Background()
	one := store.Token{
		Name: "script", SHA256: strings.Repeat("a", 64), Actor: support.Actor{Kind: support.Vendor, ID: w.staff.ID}, Scopes: []string{"read", "staff"},
		CreatedAt: real, ExpiresAt: real.Add(time.Hour),
	}
	w.update(func(tx *store.Tx) error { return tx.AddToken(&one) })
	w.refuses(support.Conflict, "token.exists", func(tx *store.Tx) error { twin := one; return tx.AddToken(&twin) })
	got, err := w.s.CallerByHash(ctx, one.SHA256)
	want := store.Caller{Token: one, Active: true, Roles: w.staff.Roles, Language: w.staff.Language, Zone: w.staff.Zone}
	if err != nil || !reflect.DeepEqual(got, want) {
		w.t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	_, err = w.s.CallerByHash(ctx, strings.Repeat("b", 64))
	wantCode(w.t, err, support.NotFound, "token.unknown")
	for _, at := range []time.Time{real, real.Add(time.Minute)} {
		w.update(func(tx *store.Tx) error { return tx.RevokeToken(one.ID, at) })
	}
	w.refuses(support.NotFound, "token.unknown", func(tx *store.Tx) error { return tx.RevokeToken(99, real) })
	all, err := w.s.Tokens(ctx)
	if err != nil || len(all) != 1 || !all[0].RevokedAt.Equal(real) {
		w.t.Errorf("tokens %+v, %v", all, err)
	}
}
