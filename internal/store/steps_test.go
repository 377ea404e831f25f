package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
