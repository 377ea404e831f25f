package api

import (
	"context"
	"sync"

	"madoguchi/internal/support"
)

// finder knows contracts by their numbers. Numbers are given once and never
// change, so what was found stays found, and only contracts that were added
// since have to be looked at. It is safe for concurrent use.
type finder struct {
	mu   sync.Mutex
	ids  map[string]int64
	last int64 // the highest id that was looked at
}

// gap is how many ids may be missing in a row: rolled-back additions leave
// holes on some engines.
const gap = 100

// contractByNumber finds a contract that staff may see.
func (c *call) contractByNumber(ctx context.Context, number string) (support.Contract, error) {
	id, err := c.contractsKnown.find(ctx, c.server, number)
	if err != nil {
		return support.Contract{}, err
	}
	row, err := c.store.Contract(ctx, c.viewer, id)
	if support.CodeOf(err) == support.NotFound {
		return row, absentContract()
	}
	return row, err
}

func (f *finder) find(ctx context.Context, s *server, number string) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id, ok := f.ids[number]; ok {
		return id, nil
	}
	if f.ids == nil {
		f.ids = map[string]int64{}
	}
	for id := f.last + 1; id <= f.last+gap; id++ {
		row, err := s.store.Contract(ctx, insider, id)
		if support.CodeOf(err) == support.NotFound {
			continue
		}
		if err != nil {
			return 0, err
		}
		f.ids[row.Number], f.last = id, id
	}
	if id, ok := f.ids[number]; ok {
		return id, nil
	}
	return 0, absentContract()
}
