package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// UploadState is how far a file has come.
type UploadState string

// States of a file. One that arrives has no bytes yet; one that waits has, and is
// named by no entry yet.
const (
	UploadArriving UploadState = "arriving"
	UploadWaiting  UploadState = "waiting"
	UploadAttached UploadState = "attached"
)

// ThumbState is whether there is a smaller picture of a file.
type ThumbState string

// States of thumbnails. The zero value: nobody has asked for one yet.
const (
	ThumbMade ThumbState = "made"
	ThumbNone ThumbState = "none" // there is nothing to make one of
)

// Upload is the row of a file. Key names its bytes; Name is "" once it stands
// with an entry, whose facts hold the name. Request is 0 while the request that it
// comes with is being written. At is of the real clock.
type Upload struct {
	ID, Account, Request int64
	By                   support.Actor
	At                   time.Time
	State                UploadState
	Name, Media, Key     string
	Size                 int64 // bytes
	Open                 bool  // customers see it
	Thumb                ThumbState
	ThumbKey             string
	ThumbSize            int64
}

// Space is how many bytes files take, or may take; as a limit 0 is none. The
// person's are those of the time since an instant.
type Space struct{ Request, Person, Account int64 }

// Usage is what the files of a request and its account take, and those that
// somebody has sent since an instant of the real clock.
func (s *Store) Usage(ctx context.Context, request int64, by support.Actor, since time.Time) (Space, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Space{}, err
	}
	return q.usage(request, by, since)
}

func (q rows) usage(request int64, by support.Actor, since time.Time) (Space, error) {
	var u Space
	where, args := filesOf(request, by)
	err := q.one([]any{&u.Request, &u.Person, &u.Account}, `SELECT
  (SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment a WHERE `+where+`),
  (SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment WHERE by_kind = $2 AND by_id = $3 AND at > $4),
  (SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment WHERE account_id = `+accountOf(request)+`)`,
		append(args, since.UnixMicro())...)
	return u, wrap(err, "read what files of request %d take", request)
}

// filesOf chooses the files of a request, or those that somebody has sent with one
// that they are writing: $1 to $3.
func filesOf(request int64, by support.Actor) (where string, args []any) {
	args = []any{request, string(by.Kind), by.ID}
	if request == 0 {
		return "a.request_id IS NULL AND $1 = 0 AND a.by_kind = $2 AND a.by_id = $3", args
	}
	return "a.request_id = $1 AND ($2 <> '' OR $3 <> 0)", args
}

// accountOf is whose the files of a request are, or those of a customer's draft:
// $1 to $3 as of filesOf.
func accountOf(request int64) string {
	if request == 0 {
		return "(SELECT account_id FROM contact WHERE id = $3 AND $2 = 'customer')"
	}
	return "(SELECT account_id FROM request WHERE id = $1)"
}

// HoldUploads lets nobody else begin an upload by the same person, or to a request
// of the same account, until this update ends: what is counted then stays so.
func (tx *Tx) HoldUploads(request int64, by support.Actor) error {
	people := map[support.ActorKind]string{support.Customer: "contact", support.Vendor: "staff"}
	if table := people[by.Kind]; table != "" {
		if _, err := tx.exec("UPDATE "+table+" SET active = active WHERE id = $1", by.ID); err != nil {
			return wrap(err, "hold uploads")
		}
	}
	_, args := filesOf(request, by)
	_, err := tx.exec("UPDATE account SET restricted = restricted WHERE id = "+accountOf(request)+" AND ($1 = 0 OR $2 <> '' OR $3 <> 0)", args...)
	return wrap(err, "hold uploads")
}

// Usage is [Store.Usage] within an update.
func (tx *Tx) Usage(request int64, by support.Actor, since time.Time) (Space, error) {
	return tx.usage(request, by, since)
}

// BeginUpload writes the row of a file whose bytes are about to come, and fills
// its ID. Size is what may come at most.
func (tx *Tx) BeginUpload(u *Upload) error {
	from, unknown := "SELECT account_id, id, $2, $3, $4, 'arriving', $5, $6, '', FALSE, '' FROM request WHERE id = $1", "request.not_found"
	if u.Request == 0 {
		from = "SELECT account_id, NULL, $2, $3, $4, 'arriving', $5, $6, '', FALSE, '' FROM contact WHERE id = $3 AND $2 = 'customer' AND $1 = 0"
		unknown = "contact.unknown"
	}
	err := tx.one([]any{&u.ID}, "INSERT INTO attachment (account_id, request_id, by_kind, by_id, at, state, name, size, media, open, thumb)\n"+from+" RETURNING id",
		u.Request, string(u.By.Kind), u.By.ID, u.At.UnixMicro(), u.Name, u.Size)
	return wrap(absent(err, unknown), "begin an upload to request %d", u.Request)
}

// EndUpload notes where the bytes of a file lie. One whose row is gone, because
// it took too long, is a conflict.
func (tx *Tx) EndUpload(u Upload) error {
	n, err := tx.exec("UPDATE attachment SET state = 'waiting', file_key = $2, size = $3, media = $4 WHERE id = $1 AND state = 'arriving'",
		u.ID, u.Key, u.Size, u.Media)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "attachment.too_slow")
	}
	return wrap(err, "end upload %d", u.ID)
}

// DropUpload forgets a file that stands with no entry; false when there is none
// of the request's and the person's.
func (tx *Tx) DropUpload(request int64, by support.Actor, id int64) (bool, error) {
	n, err := tx.dropUploads("id = $1 AND COALESCE(request_id, 0) = $2 AND by_kind = $3 AND by_id = $4 AND state <> 'attached'",
		id, request, string(by.Kind), by.ID)
	return n > 0, wrap(err, "drop upload %d", id)
}

// ExpireUploads forgets at most limit files that stand with no entry: those that
// began to arrive before one instant of the real clock, and those that wait since
// before another one.
func (tx *Tx) ExpireUploads(arriving, waiting time.Time, limit int) (int, error) {
	n, err := tx.dropUploads(`id IN (SELECT id FROM attachment WHERE state <> 'attached'
  AND at < CASE state WHEN 'arriving' THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END ORDER BY at LIMIT 0 + $3)`,
		arriving.UnixMicro(), waiting.UnixMicro(), limit)
	return n, wrap(err, "forget uploads")
}

// dropUploads removes rows, and orders their bytes to be removed.
func (tx *Tx) dropUploads(where string, args ...any) (int, error) {
	_, err := tx.exec(`INSERT INTO attachment_gone (file_key) SELECT file_key FROM attachment WHERE file_key IS NOT NULL AND `+where+`
UNION SELECT thumb_key FROM attachment WHERE thumb_key IS NOT NULL AND `+where, args...)
	if err != nil {
		return 0, err
	}
	n, err := tx.exec("DELETE FROM attachment WHERE "+where, args...)
	tx.work.Rest = tx.work.Rest || n > 0
	return int(n), err
}

const uploadColumns = `a.id, a.account_id, COALESCE(a.request_id, 0), a.by_kind, a.by_id, a.at, a.state, COALESCE(a.name, ''), a.media,
  COALESCE(a.file_key, ''), a.size, a.open, a.thumb, COALESCE(a.thumb_key, ''), COALESCE(a.thumb_size, 0)`

func uploadFields(u *Upload) []any {
	return []any{&u.ID, &u.Account, &u.Request, &u.By.Kind, &u.By.ID, instant{&u.At}, &u.State, &u.Name, &u.Media,
		&u.Key, &u.Size, &u.Open, &u.Thumb, &u.ThumbKey, &u.ThumbSize}
}

// Upload gives the row of a file of a request: one that stands with an entry
// that the viewer sees, or one of their own that waits. Anything else is
// not_found.
func (s *Store) Upload(ctx context.Context, v Viewer, request, id int64) (Upload, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Upload{}, err
	}
	where, args := v.one(5)
	var u Upload
	err = q.one(uploadFields(&u), "SELECT "+uploadColumns+` FROM attachment a JOIN request r ON r.id = a.request_id
WHERE a.request_id = $1 AND a.id = $2 AND (a.state = 'attached' AND (a.open OR $3 <> 'customer')
  OR a.state = 'waiting' AND a.by_kind = $3 AND a.by_id = $4) AND `+where,
		append([]any{request, id, string(v.Actor.Kind), v.Actor.ID}, args...)...)
	return u, wrap(absent(err, "attachment.not_found"), "read file %d", id)
}

// Uploads lists what somebody has sent to a request and no entry names yet, in
// order of the ids; request 0 is the one that they are writing. Whoever asks sees
// the request.
func (s *Store) Uploads(ctx context.Context, request int64, by support.Actor) ([]Upload, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.uploads(request, by)
}

// Uploads is [Store.Uploads] within an update.
func (tx *Tx) Uploads(request int64, by support.Actor) ([]Upload, error) {
	return tx.uploads(request, by)
}

func (q rows) uploads(request int64, by support.Actor) ([]Upload, error) {
	var out []Upload
	where, args := filesOf(request, by)
	err := q.all(func(r scanner) error {
		var u Upload
		err := r.Scan(uploadFields(&u)...)
		out = append(out, u)
		return err
	}, "SELECT "+uploadColumns+" FROM attachment a WHERE "+where+" AND a.by_kind = $2 AND a.by_id = $3 AND a.state = 'waiting' ORDER BY a.id", args...)
	return out, wrap(err, "read uploads to request %d", request)
}

// attach lets files stand with an entry. Those of a held comment stand with it
// and once more with the comment that it becomes.
func (tx *Tx) attach(row support.Row, open bool, files ...support.AttachedFile) error {
	for _, f := range files {
		n, err := tx.exec(`UPDATE attachment SET state = 'attached', name = NULL, sum_id = $3, open = $4, request_id = $2, account_id = $5
WHERE id = $1 AND (request_id = $2 AND (state = 'waiting' OR sum_id = $3) OR request_id IS NULL AND state = 'waiting')`,
			f.File, row.ID, f.Hash.ID, open, row.Account)
		if err != nil {
			return err
		}
		if n == 0 {
			return support.Wrong("files", "attachment.unknown")
		}
	}
	return nil
}

// eraseFiles removes the files whose sums are erased.
func (tx *Tx) eraseFiles(row support.Row, content []int64) error {
	_, err := tx.dropUploads("request_id = $1 AND sum_id IN (SELECT CAST(value AS BIGINT) FROM json_each($2))", row.ID, list(content))
	return err
}

// KeepThumb notes the smaller picture of a file, or that there is none. False:
// another one was faster, or the file is gone.
func (tx *Tx) KeepThumb(id int64, state ThumbState, key string, size int64) (bool, error) {
	var named, long any
	if state == ThumbMade {
		named, long = key, size
	}
	n, err := tx.exec("UPDATE attachment SET thumb = $2, thumb_key = $3, thumb_size = $4 WHERE id = $1 AND thumb = ''", id, string(state), named, long)
	return n > 0, wrap(err, "keep the thumbnail of file %d", id)
}

// GoneFiles gives at most limit keys whose bytes nobody names any more.
func (s *Store) GoneFiles(ctx context.Context, limit int) ([]string, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	err = q.all(func(r scanner) error {
		var key string
		err := r.Scan(&key)
		out = append(out, key)
		return err
	}, "SELECT file_key FROM attachment_gone ORDER BY file_key LIMIT 0 + $1", limit)
	return out, wrap(err, "read which files are gone")
}

// FilesRemoved notes that the bytes under these keys are gone.
func (tx *Tx) FilesRemoved(keys []string) error {
	_, err := tx.exec("DELETE FROM attachment_gone WHERE file_key IN (SELECT value FROM json_each($1))", list(keys))
	return wrap(err, "note that files are removed")
}

// KeptFile is what a row names in the folder of files.
type KeptFile struct {
	Where string // request 10000000 file 7
	Key   string
	Size  int64 // bytes; -1: it is to be removed
}

// NamedFiles gives everything that rows name, thumbnails and what is to be
// removed among it.
func (s *Store) NamedFiles(ctx context.Context, found func(KeptFile) error) error {
	q, err := s.reads(ctx)
	if err != nil {
		return err
	}
	return wrap(q.all(func(r scanner) error {
		var n KeptFile
		if err := r.Scan(&n.Where, &n.Key, &n.Size); err != nil {
			return err
		}
		return found(n)
	}, `SELECT COALESCE('request ' || request_id, 'a draft''s') || ' file ' || id, file_key, size FROM attachment WHERE file_key IS NOT NULL
UNION ALL SELECT COALESCE('request ' || request_id, 'a draft''s') || ' thumbnail of file ' || id, thumb_key, thumb_size FROM attachment WHERE thumb_key IS NOT NULL
UNION ALL SELECT 'mail ' || id, file_key, size FROM inbox WHERE file_key IS NOT NULL
UNION ALL SELECT 'removal', file_key, -1 FROM attachment_gone ORDER BY 2`), "read which files are named")
}

// NextFile gives the file with the least id above one, of those that have bytes;
// the zero Upload when there is none.
func (s *Store) NextFile(ctx context.Context, after int64) (Upload, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return Upload{}, err
	}
	var u Upload
	err = q.all(func(r scanner) error { return r.Scan(uploadFields(&u)...) },
		"SELECT "+uploadColumns+" FROM attachment a WHERE a.id > $1 AND a.file_key IS NOT NULL ORDER BY a.id LIMIT 1", after)
	return u, wrap(err, "read the file after %d", after)
}
