package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/picture"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	thumbSide = 320 // pixels
	thumbWait = 5 * time.Second
	thumbMost = 1 << 20 // bytes
	painters  = 1       // at a time: one may take 160 MB
)

// OpenFile opens a file whose row the reader has been given, and writes down that
// they looked where that is kept. A damaged file is told to the operators and
// given to nobody.
func (d *Desk) OpenFile(ctx context.Context, by support.Actor, u store.Upload) (io.ReadSeekCloser, error) {
	if err := d.RecordRead(ctx, by, u.Request); err != nil {
		return nil, err
	}
	return d.openFile(ctx, u.ID, blob.Ref{Key: u.Key, Size: u.Size})
}

func (d *Desk) openFile(ctx context.Context, id int64, ref blob.Ref) (io.ReadSeekCloser, error) {
	if d.files == nil {
		return nil, support.Refuse(support.Conflict, "attachment.closed")
	}
	file, err := d.files.Open(ctx, ref)
	if errors.Is(err, blob.ErrDamaged) || errors.Is(err, fs.ErrNotExist) {
		d.tellDamaged(id, ref.Key, err)
		return nil, support.Refuse(support.Conflict, "attachment.damaged")
	}
	return file, err
}

// OpenThumbnail opens the smaller picture of a file, which is made when it is
// first asked for, one at a time, and kept.
func (d *Desk) OpenThumbnail(ctx context.Context, by support.Actor, u store.Upload) (io.ReadSeekCloser, error) {
	if err := d.RecordRead(ctx, by, u.Request); err != nil {
		return nil, err
	}
	switch u.Thumb {
	case store.ThumbNone:
		return nil, support.Refuse(support.NotFound, "attachment.no_thumbnail")
	case store.ThumbMade:
		return d.openFile(ctx, u.ID, blob.Ref{Key: u.ThumbKey, Size: u.ThumbSize})
	}
	wait, cancel := context.WithTimeout(ctx, thumbWait)
	defer cancel()
	select {
	case d.painting <- struct{}{}:
		defer func() { <-d.painting }()
	case <-wait.Done():
		return nil, support.Refuse(support.Busy, "attachment.thumbnail_busy")
	}
	return d.paint(ctx, u)
}

func (d *Desk) paint(ctx context.Context, u store.Upload) (io.ReadSeekCloser, error) {
	file, err := d.openFile(ctx, u.ID, blob.Ref{Key: u.Key, Size: u.Size})
	if err != nil {
		return nil, err
	}
	small, err := picture.Smaller(file, thumbSide)
	err = errors.Join(err, file.Close())
	if errors.Is(err, picture.ErrNone) {
		err = d.store.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.KeepThumb(u.ID, store.ThumbNone, "", 0)
			return err
		})
		return nil, errors.Join(support.Refuse(support.NotFound, "attachment.no_thumbnail"), err)
	}
	if err != nil {
		return nil, fmt.Errorf("make the thumbnail of file %d: %w", u.ID, err)
	}
	ref, err := d.files.Put(ctx, bytes.NewReader(small), thumbMost)
	if err != nil {
		return nil, err
	}
	kept := false
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		kept, err = tx.KeepThumb(u.ID, store.ThumbMade, ref.Key, ref.Size)
		return err
	})
	if !kept { // another one was faster, or the file is erased
		err = errors.Join(err, d.files.Remove(ref.Key))
	}
	return nopCloser{bytes.NewReader(small)}, err
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }
