package desk

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// How long files are kept that no entry names, by the real clock.
const (
	UploadTime = time.Hour      // from the beginning until all bytes are there
	UploadKept = 24 * time.Hour // from the beginning until an entry names it
	PersonTime = 24 * time.Hour // over which a person's bytes are counted
)

const (
	filesEvery = time.Hour // how often files that nobody names are looked for
	filesBatch = 100
	sniffed    = 512 // bytes by which a file's type is known
)

// NewUpload is a file that somebody sends.
type NewUpload struct {
	Request int64  // 0: to the one that they are writing
	Name    string // as it is called where it comes from
	Size    int64  // bytes; -1: not known before
	Body    io.Reader
}

// Room is what files take and may take; 0 as a limit is none.
type Room struct {
	Used, Most store.Space
	// Direct is how large one file may be.
	Direct int64
}

// Left is how many bytes one more file may have.
func (r Room) Left() int64 {
	if rest := r.Rest(); rest >= 0 {
		return min(r.Direct, rest)
	}
	return r.Direct
}

// Rest is how many bytes all further files may have together; -1: no limit.
func (r Room) Rest() int64 {
	left := int64(-1)
	for _, x := range [][2]int64{{r.Most.Request, r.Used.Request}, {r.Most.Person, r.Used.Person}, {r.Most.Account, r.Used.Account}} {
		if here := max(x[0]-x[1], 0); x[0] > 0 && (left < 0 || here < left) {
			left = here
		}
	}
	return left
}

// Room tells how much somebody may still send to a request, which they see; 0 is
// the one that they are writing.
func (d *Desk) Room(ctx context.Context, by support.Actor, request int64) (Room, error) {
	used, err := d.store.Usage(ctx, request, by, d.real().Add(-PersonTime))
	return d.room(used), err
}

func (d *Desk) room(used store.Space) Room {
	u := d.Pack().Upload
	return Room{Used: used, Direct: u.DirectMaxBytes, Most: store.Space{Request: u.RequestMaxBytes, Person: u.PersonMaxBytes, Account: u.AccountMaxBytes}}
}

// check refuses a file for which there is no room.
func (r Room) check(size int64) error {
	for _, x := range []struct {
		key        string
		used, most int64
	}{
		{"attachment.full_request", r.Used.Request, r.Most.Request}, {"attachment.full_person", r.Used.Person, r.Most.Person},
		{"attachment.full_account", r.Used.Account, r.Most.Account},
	} {
		if x.most > 0 && x.used+size > x.most {
			return support.Refuse(support.Conflict, x.key, "limit", strconv.FormatInt(x.most, 10), "left", strconv.FormatInt(max(x.most-x.used, 0), 10))
		}
	}
	return nil
}

// Upload keeps a file that somebody sends to a request, for them to name in an
// entry. It counts from its beginning, so that many at once do not take more than
// one after the other. The file is durable when it returns without an error; after
// an error nothing of it is kept.
func (d *Desk) Upload(ctx context.Context, by support.Actor, n NewUpload) (store.Upload, error) {
	most := d.Pack().Upload.DirectMaxBytes
	switch {
	case d.files == nil:
		return store.Upload{}, support.Refuse(support.Conflict, "attachment.closed")
	case n.Size > most:
		return store.Upload{}, d.tooLarge(n.Request)
	case n.Size == 0:
		return store.Upload{}, support.Refuse(support.Invalid, "attachment.empty")
	}
	u := store.Upload{Request: n.Request, By: by, At: d.real(), Name: text.FileName(n.Name), Size: n.Size}
	// What a key of the call is spent by is that the file is there.
	beside := store.WithOnce(ctx, nil)
	err := d.store.Update(beside, func(tx *store.Tx) error { return d.beginUpload(tx, by, &u) })
	if err != nil {
		return u, err
	}
	if err = d.takeIn(ctx, n, &u); err == nil {
		return u, nil
	}
	// Whoever sent it may be gone: what was reserved is given back all the same.
	back := d.store.Update(context.WithoutCancel(beside), func(tx *store.Tx) error {
		_, err := tx.DropUpload(u.Request, by, u.ID)
		return err
	})
	return u, errors.Join(err, back)
}

// tooLarge says by which ways a larger file comes (R28).
func (d *Desk) tooLarge(request int64) error {
	u := d.Pack().Upload
	e := support.Refuse(support.TooLarge, "attachment.too_large", "limit", strconv.FormatInt(u.DirectMaxBytes, 10))
	if u.Name != "" {
		e = support.Refuse(support.TooLarge, "attachment.too_large_named", "limit", strconv.FormatInt(u.DirectMaxBytes, 10), "name", u.FileName(support.Number(request), "…"))
	}
	for _, way := range u.Larger {
		e.Routes = append(e.Routes, support.Route{ID: "file_" + way, Rules: u.Guide})
	}
	return e
}

func (d *Desk) beginUpload(tx *store.Tx, by support.Actor, u *store.Upload) error {
	if err := d.mayUpload(tx, by, u.Request); err != nil {
		return err
	}
	if err := tx.HoldUploads(u.Request, by); err != nil {
		return err
	}
	used, err := tx.Usage(u.Request, by, u.At.Add(-PersonTime))
	if err != nil {
		return err
	}
	room := d.room(used)
	if u.Size < 0 { // as much as there is room for
		u.Size = max(room.Left(), 1)
	}
	if err := room.check(u.Size); err != nil {
		return err
	}
	return tx.BeginUpload(u)
}

// mayUpload refuses whoever may write no entry.
func (d *Desk) mayUpload(tx *store.Tx, by support.Actor, request int64) error {
	if request == 0 {
		if by.Kind != support.Customer {
			return support.Refuse(support.Forbidden, "party.forbidden", "act", "upload_file")
		}
		return nil
	}
	r := &support.Request{ID: request}
	facts, err := tx.Facts(request)
	if err != nil {
		return err
	}
	if support.Fold(r, facts...); !r.Exists() {
		return support.Refuse(support.NotFound, "request.not_found")
	}
	roles, _, err := d.rolesTowards(tx, r, by, nil)
	if err != nil {
		return hidden(err)
	}
	if !mayParty("upload_file", roles) {
		return support.Refuse(support.Forbidden, "party.forbidden", "act", "upload_file")
	}
	return nil
}

// takeIn stores the bytes and notes where they lie.
func (d *Desk) takeIn(ctx context.Context, n NewUpload, u *store.Upload) error {
	ctx, cancel := context.WithTimeout(ctx, UploadTime)
	defer cancel()
	head := make([]byte, 0, sniffed)
	body := &source{Reader: n.Body}
	ref, err := d.files.Put(ctx, io.TeeReader(body, &first{&head}), u.Size)
	switch {
	case body.failed != nil:
		return errors.Join(support.Refuse(support.Invalid, "attachment.cut"), body.failed)
	case errors.Is(err, blob.ErrTooLarge) && u.Size < d.Pack().Upload.DirectMaxBytes:
		return d.overRoom(ctx, *u)
	case errors.Is(err, blob.ErrTooLarge):
		return d.tooLarge(n.Request)
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return errors.Join(support.Refuse(support.Busy, store.DiskFull), err)
	case err != nil:
		return err
	}
	u.Key, u.Size, u.Media, u.State = ref.Key, ref.Size, mediaOf(head), store.UploadWaiting
	switch {
	case ref.Size == 0:
		err = support.Refuse(support.Invalid, "attachment.empty")
	case n.Size > 0 && n.Size != ref.Size:
		err = support.Refuse(support.Invalid, "attachment.cut")
	default:
		err = d.store.Update(ctx, func(tx *store.Tx) error { return tx.EndUpload(*u) })
	}
	if err != nil {
		err = errors.Join(err, d.files.Remove(ref.Key))
	}
	return err
}

// overRoom says which limit leaves no room for a file whose size nobody knew.
func (d *Desk) overRoom(ctx context.Context, u store.Upload) error {
	room, err := d.Room(ctx, u.By, u.Request)
	if err == nil {
		err = room.check(1) // what it held itself is among what is used
	}
	return cmp.Or(err, error(support.Refuse(support.Invalid, "attachment.cut")))
}

// source remembers that the bytes did not come to their end: whose fault an error
// is says where it came from.
type source struct {
	io.Reader
	failed error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failed = err
	}
	return n, err
}

// first keeps the first bytes that are written to it, as many as there is room for.
type first struct{ kept *[]byte }

func (f *first) Write(p []byte) (int, error) {
	n := min(len(p), cap(*f.kept)-len(*f.kept))
	*f.kept = append(*f.kept, p[:n]...)
	return len(p), nil
}

// mediaOf is what a file's bytes look like, whatever its name says.
func mediaOf(head []byte) string {
	media, _, _ := strings.Cut(http.DetectContentType(head), ";")
	return media
}

// DropUpload forgets a file that its sender has named in no entry.
func (d *Desk) DropUpload(ctx context.Context, by support.Actor, request, id int64) error {
	return d.store.Update(ctx, func(tx *store.Tx) error {
		if err := d.mayUpload(tx, by, request); err != nil {
			return err
		}
		dropped, err := tx.DropUpload(request, by, id)
		if err == nil && !dropped {
			err = support.Refuse(support.NotFound, "attachment.not_found")
		}
		return err
	})
}

// keepTexts stores the texts of a command, those of its files among them.
func (d *Desk) keepTexts(tx *store.Tx, by support.Actor, account, request int64, cmd support.Command) error {
	if err := d.attached(tx, by, request, cmd); err != nil {
		return err
	}
	return tx.SaveTexts(account, request, cmd.Texts()...)
}

// attached fills the files that a command names from what was uploaded: by the
// same person, to the same request.
func (d *Desk) attached(tx *store.Tx, by support.Actor, request int64, cmd support.Command) error {
	files := support.Uploads(cmd)
	if len(files) == 0 {
		return nil
	}
	if _, filing := cmd.(*support.File); filing {
		request = 0
	}
	list, err := tx.Uploads(request, by)
	if err != nil {
		return err
	}
	for i := range files {
		at := slices.IndexFunc(list, func(u store.Upload) bool { return u.ID == files[i].File })
		if at < 0 {
			return support.Wrong("files", "attachment.unknown")
		}
		u := list[at]
		files[i] = support.AttachedFile{File: u.ID, Name: support.T(u.Name), Hash: support.T(blob.Ref{Key: u.Key}.SHA256()), Size: u.Size, Type: u.Media}
	}
	return nil
}

// filePass removes the bytes of files that nobody names any more, and tells how
// many it took.
func (d *Desk) filePass(ctx context.Context) (int, error) {
	if d.files == nil {
		return 0, nil
	}
	if err := d.forgetUploads(ctx); err != nil {
		return 0, err
	}
	keys, err := d.store.GoneFiles(ctx, filesBatch)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	var removed []string
	var failed error
	for _, key := range keys {
		if err := d.files.Remove(key); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		removed = append(removed, key)
	}
	err = d.store.Update(ctx, func(tx *store.Tx) error { return tx.FilesRemoved(removed) })
	return len(removed), errors.Join(failed, err)
}

// forgetUploads forgets files that nobody has named in time, once an hour.
func (d *Desk) forgetUploads(ctx context.Context) error {
	now := d.real()
	if now.Sub(time.UnixMicro(d.swept.Load())) < filesEvery {
		return nil
	}
	n := 0
	err := d.store.Update(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.ExpireUploads(now.Add(-2*UploadTime), now.Add(-UploadKept), filesBatch)
		return err
	})
	if err == nil && n < filesBatch {
		d.swept.Store(now.UnixMicro())
	}
	return err
}

func (d *Desk) untilFiles(context.Context) (time.Duration, error) { return maxSleep, nil }

// removeParts removes what uploads have left that were cut off by the end of
// their process.
func (d *Desk) removeParts(ctx context.Context) error {
	if d.files == nil {
		return nil
	}
	old := d.real().Add(-2 * UploadTime)
	return d.files.Walk(ctx, func(f blob.Found) error {
		if !f.Part || !f.Changed.Before(old) {
			return nil
		}
		return d.files.RemovePart(f.Key)
	})
}
