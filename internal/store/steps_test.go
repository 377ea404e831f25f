package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// OpenSteps opens a database as a program with another schema would: one that
// has only the steps up to level, and then more.
func OpenSteps(ctx context.Context, where string, level int, more ...string) (*Store, error) {
	return openSteps(ctx, where, nil, func(d dialect) ([]migration, error) {
		all, err := migrations(d)
		if err != nil {
			return nil, err
		}
		all = all[:level]
		for _, text := range more {
			sum := sha256.Sum256([]byte(text))
			n := len(all) + 1
			all = append(all, migration{n, fmt.Sprintf("%04d_more", n), d.of(text), hex.EncodeToString(sum[:])})
		}
		return all, nil
	})
}

// Level is the last step that this program has.
func Level() (int, error) {
	all, err := migrations(sqliteDialect)
	return len(all), err
}

// RunUnderWay starts a run over all requests and carries it out on the first; it
// tells how many are left.
func (s *Store) RunUnderWay(ctx context.Context) (left int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		r := Run{Kind: RunDefect, Subject: 1, PerMinute: 30, StartedAt: time.UnixMicro(1)}
		if err := tx.startRun(&r, "request r WHERE r.id > $2", 0); err != nil {
			return err
		}
		items, err := tx.ClaimRuns(time.UnixMicro(1), time.Second, 1)
		if err != nil {
			return err
		}
		left = r.Total - len(items)
		return tx.RunDone(items[0])
	})
	return left, err
}

// EndRuns carries out what is left of runs, in the order of their places.
func (s *Store) EndRuns(ctx context.Context, left int) error {
	return s.Update(ctx, func(tx *Tx) error {
		items, err := tx.ClaimRuns(time.UnixMicro(2), time.Second, left+1)
		if err == nil && len(items) != left {
			err = fmt.Errorf("%d requests are left, want %d", len(items), left)
		}
		for i, item := range items {
			if err == nil && item.Place != i+1 {
				err = fmt.Errorf("place %d instead of %d", item.Place, i+1)
			}
			if err == nil {
				err = tx.RunDone(item)
			}
		}
		return err
	})
}
