// Package demotest gives tests desks in which the people of the demo are already,
// as [demo.Seed] enters them: a copy each of one that was seeded once.
package demotest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
)

// Pack is the pack whose products and offerings they hold.
const Pack = "classic-2010"

// NewStock is a stock of databases with everybody, seeded at an instant.
func NewStock(at time.Time) *pgtest.Stock[demo.Cast] {
	return pgtest.NewStock(func(where string) (demo.Cast, error) {
		s, err := store.Open(context.Background(), where)
		if err != nil {
			return demo.Cast{}, err
		}
		cast, err := seed(s, at)
		return cast, errors.Join(err, s.Close())
	})
}

func seed(s *store.Store, at time.Time) (demo.Cast, error) {
	ctx := context.Background()
	if err := s.Migrate(ctx); err != nil {
		return demo.Cast{}, err
	}
	pack, err := policy.Shipped(Pack)
	if err != nil {
		return demo.Cast{}, err
	}
	packs, err := desk.NewPacks(pack)
	if err != nil {
		return demo.Cast{}, err
	}
	d, err := desk.New(desk.Config{
		Store: s, Packs: packs, Now: func() time.Time { return at }, Out: nowhere{}, Name: "Demo", Sender: "support@desk.example",
		BaseURL: "https://desk.example", Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return demo.Cast{}, err
	}
	return demo.Seed(ctx, d, fixtures.All())
}

// Own is a cast that a test may change.
func Own(c demo.Cast) demo.Cast {
	return demo.Cast{
		Contacts: maps.Clone(c.Contacts), Staff: maps.Clone(c.Staff), Accounts: maps.Clone(c.Accounts), Tokens: maps.Clone(c.Tokens),
		Keys: slices.Clone(c.Keys),
	}
}

// nowhere is where no mail leaves to.
type nowhere struct{}

func (nowhere) Send(context.Context, notify.Mail) error { return nil }
