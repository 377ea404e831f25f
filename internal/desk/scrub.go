package desk

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"sync"
	"time"

	"madoguchi/internal/blob"
)

const (
	scrubEvery = 7 * 24 * time.Hour // from the end of a round to the next one
	scrubShare = 50                 // it rests so many times as long as it reads
	scrubRest  = time.Second        // at least, after each file
)

// scrub is what a node found in the folder of files, when it was last read through.
type scrub struct {
	mu      sync.Mutex
	damaged map[int64]bool // ids of files
}

// DamagedFiles is how many files this node knows to be damaged or missing, since
// it began: what it read through, and what somebody asked for.
func (d *Desk) DamagedFiles() int {
	d.scrub.mu.Lock()
	defer d.scrub.mu.Unlock()
	return len(d.scrub.damaged)
}

func (d *Desk) foundFile(id int64, damaged bool) {
	d.scrub.mu.Lock()
	defer d.scrub.mu.Unlock()
	if !damaged {
		delete(d.scrub.damaged, id)
		return
	}
	if d.scrub.damaged == nil {
		d.scrub.damaged = map[int64]bool{}
	}
	d.scrub.damaged[id] = true
}

// forgetFiles forgets damage between two ids, of which there is no file any more; 0
// as the second is the end.
func (d *Desk) forgetFiles(after, before int64) {
	d.scrub.mu.Lock()
	defer d.scrub.mu.Unlock()
	maps.DeleteFunc(d.scrub.damaged, func(id int64, _ bool) bool { return id > after && (before == 0 || id < before) })
}

// scrubFiles reads the folder of files through, slowly, again and again, so that a
// bit that turned is told while there is still a backup without it (T10). Each node
// does.
func (d *Desk) scrubFiles(ctx context.Context) {
	if d.files == nil {
		return
	}
	for after := int64(0); ctx.Err() == nil; {
		begun := d.real()
		next, err := d.scrubNext(ctx, after)
		switch {
		case err != nil && ctx.Err() == nil:
			d.log.Error("files are not read through; it is tried again", "after", after, "error", err)
			rest(ctx, maxSleep, nil, nil)
		case next == 0:
			rest(ctx, scrubEvery, nil, nil)
		default:
			rest(ctx, max(scrubRest, min(scrubShare*d.real().Sub(begun), maxSleep)), nil, nil)
		}
		if err == nil {
			after = next
		}
	}
}

// scrubNext reads the next file through and gives its id; 0 after the last one.
func (d *Desk) scrubNext(ctx context.Context, after int64) (int64, error) {
	u, err := d.store.NextFile(ctx, after)
	if err != nil {
		return after, err
	}
	d.forgetFiles(after, u.ID)
	if u.ID == 0 {
		return 0, nil
	}
	file, err := d.files.Open(ctx, blob.Ref{Key: u.Key, Size: u.Size})
	if err == nil {
		d.foundFile(u.ID, false)
		return u.ID, file.Close()
	}
	if ctx.Err() != nil {
		return after, ctx.Err()
	}
	if errors.Is(err, fs.ErrNotExist) { // or erased meanwhile
		again, err := d.store.NextFile(ctx, after)
		if err != nil || again.ID != u.ID {
			return u.ID, err
		}
	}
	d.tellDamaged(u.ID, u.Key, err)
	return u.ID, nil
}

// tellDamaged tells the operators of a file that is given to nobody.
func (d *Desk) tellDamaged(id int64, key string, cause error) {
	d.foundFile(id, true)
	d.log.Error("a file is damaged and is not given out: restore it from a backup", "file", id, "key", key, "cause", cause)
}
