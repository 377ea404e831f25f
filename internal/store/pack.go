package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// PackRow is a version of a policy pack as it was used: clocks are explained by
// the version under which they started, for as long as their requests are kept.
type PackRow struct {
	ID      string
	Version int // 1..
	Hash    string
	Source  []byte
}

// SavePack keeps a version of a pack. The same version again is nothing; the
// same id and version with another hash is a conflict: its version goes up.
func (tx *Tx) SavePack(id string, version int, hash string, source []byte) error {
	_, err := tx.exec("INSERT INTO pack (id, version, hash, source) VALUES ($1, $2, $3, $4) ON CONFLICT (id, version) DO NOTHING",
		id, version, hash, source)
	if err != nil {
		return fmt.Errorf("save pack %s@%d: %w", id, version, err)
	}
	var have string
	if err := tx.one([]any{&have}, "SELECT hash FROM pack WHERE id = $1 AND version = $2", id, version); err != nil {
		return fmt.Errorf("save pack %s@%d: %w", id, version, err)
	}
	if have != hash {
		return support.Refuse(support.Conflict, "pack.version_exists", "pack", fmt.Sprintf("%s@%d", id, version))
	}
	return nil
}

// Packs lists the saved versions by id and version.
func (s *Store) Packs(ctx context.Context) ([]PackRow, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []PackRow
	err = q.all(func(r scanner) error {
		var p PackRow
		err := r.Scan(&p.ID, &p.Version, &p.Hash, &p.Source)
		out = append(out, p)
		return err
	}, "SELECT id, version, hash, source FROM pack ORDER BY id, version")
	return out, wrap(err, "read packs")
}

// Brand is a face of the vendor's: where its portal is, who its mails are from,
// which pack it goes by. There is one, with ID 1; its fields are empty at first.
type Brand struct {
	ID          int64
	PortalHost  string
	Sender      string
	PackID      string
	PackVersion int
}

// Ref is the reference of the pack; "@0" when there is none.
func (b Brand) Ref() string { return fmt.Sprintf("%s@%d", b.PackID, b.PackVersion) }

// Brand gives the brand.
func (s *Store) Brand(ctx context.Context) (Brand, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Brand{}, err
	}
	return q.brand()
}

// Brand is [Store.Brand] within an update.
func (tx *Tx) Brand() (Brand, error) { return tx.brand() }

func (q rows) brand() (Brand, error) {
	var b Brand
	err := q.one([]any{&b.ID, &b.PortalHost, &b.Sender, &b.PackID, &b.PackVersion},
		"SELECT id, portal_host, sender, pack_id, pack_version FROM brand WHERE id = 1")
	return b, wrap(err, "read brand")
}

// Contracted are the offerings and the products of contracts that end after an
// instant, each once and sorted.
func (tx *Tx) Contracted(at time.Time) (offerings, products []string, err error) {
	seen := map[string]bool{}
	err = tx.all(func(r scanner) error {
		var offering string
		var list []string
		err := r.Scan(&offering, listOf[string]{&list})
		if !slices.Contains(offerings, offering) {
			offerings = append(offerings, offering)
		}
		for _, p := range list {
			seen[p] = true
		}
		return err
	}, "SELECT DISTINCT offering, products FROM contract WHERE ends_at > $1", at.UnixMicro())
	slices.Sort(offerings)
	return offerings, slices.Sorted(maps.Keys(seen)), wrap(err, "read what contracts are about")
}

// SetBrand replaces the brand's fields.
func (tx *Tx) SetBrand(b Brand) error {
	_, err := tx.exec("UPDATE brand SET portal_host = $1, sender = $2, pack_id = $3, pack_version = $4 WHERE id = 1",
		b.PortalHost, b.Sender, b.PackID, b.PackVersion)
	return wrap(err, "set brand")
}
