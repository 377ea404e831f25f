package desk

import (
	"context"
	"sync"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// What is kept of long requests, so that not every look at one reads thousands
// of facts again.
const (
	foldsLong = 100 // facts of a request that is worth it
	foldsKept = 128 // requests; one of 5,000 facts takes some 100 KB
)

// folds are long requests as their facts made them, each good up to its seq: the
// last fact's seq tells whether it still is, whichever node wrote that fact. The
// zero value is empty.
type folds struct {
	mu   sync.Mutex
	byID map[int64]*support.Request
}

func (f *folds) find(id int64) *support.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byID[id]
}

// keep remembers a long request; when there are too many, any other one goes.
func (f *folds) keep(r *support.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Seq < foldsLong {
		return
	}
	if f.byID == nil {
		f.byID = map[int64]*support.Request{}
	}
	for id := range f.byID {
		if len(f.byID) < foldsKept || f.byID[r.ID] != nil {
			break
		}
		delete(f.byID, id)
	}
	f.byID[r.ID] = r
}

// Request is the request as its facts have made it: what targets, silence and
// explanations are read from. Others may hold it too: it is not changed. Who may
// not see it gets not_found.
func (d *Desk) Request(ctx context.Context, v store.Viewer, id int64) (*support.Request, error) {
	r, _, err := d.requestOf(ctx, v, id)
	return r, err
}

// Told is [Desk.Request] with the window of its timeline that the viewer asks for.
func (d *Desk) Told(ctx context.Context, v store.Viewer, id int64, p store.Page) (r *support.Request, window []support.Fact, err error) {
	r, facts, err := d.requestOf(ctx, v, id)
	if err != nil || facts != nil {
		return r, p.Of(v, facts), err
	}
	window, err = d.store.Timeline(ctx, v, id, p)
	return r, window, err
}

// requestOf gives the facts, too, where they were read.
func (d *Desk) requestOf(ctx context.Context, v store.Viewer, id int64) (*support.Request, []support.Fact, error) {
	r, folded := d.folds.find(id), int64(0)
	if r != nil {
		folded = r.Seq
	}
	facts, had, err := d.store.FactsUnless(ctx, v, id, folded)
	if err != nil || had {
		return r, nil, err
	}
	r = &support.Request{ID: id}
	support.Fold(r, facts...)
	d.folds.keep(r)
	return r, facts, nil
}
