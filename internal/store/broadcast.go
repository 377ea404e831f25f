package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// AddBroadcast adds a broadcast and fills its ID; its texts were saved before.
func (tx *Tx) AddBroadcast(b *support.Broadcast) error {
	err := tx.one([]any{&b.ID}, `INSERT INTO broadcast (defect_id, product, version, open_only, texts, staff_id, made_at, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) RETURNING id`,
		ref(b.Defect), b.Product, b.Version, b.Open, list(b.Texts), b.Staff, micros(b.MadeAt))
	return wrap(refused(err, "defect", ""), "add broadcast")
}

const broadcastColumns = "b.id, b.defect_id, b.product, b.version, b.open_only, b.texts, b.staff_id, b.made_at, b.sent_at"

func (q rows) broadcasts(text string, args ...any) ([]support.Broadcast, error) {
	var out []support.Broadcast
	err := q.all(func(r scanner) error {
		var b support.Broadcast
		err := r.Scan(&b.ID, optional{&b.Defect}, &b.Product, &b.Version, &b.Open, listOf[support.BroadcastText]{&b.Texts}, &b.Staff,
			instant{&b.MadeAt}, instant{&b.SentAt})
		out = append(out, b)
		return err
	}, "SELECT "+broadcastColumns+" FROM broadcast b "+text, args...)
	return out, wrap(err, "read broadcasts")
}

func oneBroadcast(found []support.Broadcast, err error) (support.Broadcast, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "broadcast.not_found")
	}
	if err != nil {
		return support.Broadcast{}, err
	}
	return found[0], nil
}

// Broadcast gives a broadcast.
func (tx *Tx) Broadcast(id int64) (support.Broadcast, error) {
	return oneBroadcast(tx.broadcasts("WHERE b.id = $1", id))
}

// Broadcast gives a broadcast: the vendor's to read.
func (s *Store) Broadcast(ctx context.Context, v Viewer, id int64) (support.Broadcast, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Broadcast{}, err
	}
	return oneBroadcast(q.broadcasts("WHERE b.id = $1 AND "+v.vendor(), id))
}

// Broadcasts lists broadcasts, the newest first, before one of them (0: from
// the newest on), at most max, 1..500, 0 = 100: the vendor's to read.
func (s *Store) Broadcasts(ctx context.Context, v Viewer, before int64, max int) ([]support.Broadcast, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = never
	}
	return q.broadcasts("WHERE b.id < $1 AND "+v.vendor()+" ORDER BY b.id DESC LIMIT 0 + $2", before, limit(max, 100, 500))
}

// audience is where the requests of a broadcast are found: what follows FROM,
// with r as the request and parameters from n on.
func audience(b support.Broadcast, n int) (string, []any) {
	open := ""
	if b.Open {
		open = " AND r.stage <> 'completed'"
	}
	if b.Defect != 0 {
		return fmt.Sprintf("defect_request l JOIN request r ON r.id = l.request_id WHERE l.defect_id = $%d%s", n, open), []any{b.Defect}
	}
	from, args := fmt.Sprintf("request r WHERE r.kind = 'sr' AND r.product = $%d%s", n, open), []any{b.Product}
	if b.Version != "" {
		from += fmt.Sprintf(" AND r.version = $%d", n+1)
		args = append(args, b.Version)
	}
	return from, args
}

// Audience is whom a broadcast would reach in one language.
type Audience struct {
	Language string // of the contacts' profiles
	Requests int
	First    int64 // the smallest id of a request that the viewer sees; 0: they see none
}

// AudienceOf counts the requests of a broadcast by their contacts' languages,
// those that the viewer does not see too: they are reached as well.
func (s *Store) AudienceOf(ctx context.Context, v Viewer, b support.Broadcast) ([]Audience, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	from, args := audience(b, 1)
	sees, more := v.many(1 + len(args))
	var out []Audience
	err = q.all(func(r scanner) error {
		var a Audience
		err := r.Scan(&a.Language, &a.Requests, optional{&a.First})
		out = append(out, a)
		return err
	}, "SELECT c.language, COUNT(*), MIN(t.seen) FROM (SELECT r.contact_id, CASE WHEN "+sees+" THEN r.id END AS seen FROM "+from+
		") AS t JOIN contact c ON c.id = t.contact_id GROUP BY c.language ORDER BY c.language", append(args, more...)...)
	return out, wrap(err, "read audience of broadcast %d", b.ID)
}

// RequestsOfBroadcast lists the requests of a broadcast that the viewer sees, by
// id after one of them, at most max, 1..500, 0 = 100.
func (s *Store) RequestsOfBroadcast(ctx context.Context, v Viewer, b support.Broadcast, after int64, max int) ([]support.Row, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	from, args := audience(b, 3)
	sees, more := v.many(3 + len(args))
	args = append(append([]any{after, limit(max, 100, 500)}, args...), more...)
	var out []support.Row
	err = q.all(func(r scanner) error {
		var row support.Row
		err := r.Scan(rowFields(&row)...)
		out = append(out, row)
		return err
	}, "SELECT "+rowColumns+" FROM "+from+" AND r.id > $1 AND "+sees+" ORDER BY r.id LIMIT 0 + $2", args...)
	return out, wrap(err, "read requests of broadcast %d", b.ID)
}

// DigestOf names a broadcast's texts and the set of requests that it reaches at
// this moment: what was looked at before it is sent.
func (s *Store) DigestOf(ctx context.Context, b support.Broadcast) (string, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return "", err
	}
	return q.digestOf(b)
}

func (q rows) digestOf(b support.Broadcast) (string, error) {
	from, args := audience(b, 1)
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s\n", b.ID, list(b.Texts))
	err := q.all(func(r scanner) error {
		var id, contact int64
		err := r.Scan(&id, &contact)
		fmt.Fprintf(h, "%d %d\n", id, contact)
		return err
	}, "SELECT r.id, r.contact_id FROM "+from+" ORDER BY r.id", args...)
	return hex.EncodeToString(h.Sum(nil)[:16]), wrap(err, "read requests of broadcast %d", b.ID)
}

// SendBroadcast starts the run of a broadcast that was looked at: seen is the
// digest of what was. When the set has changed since, or somebody else has sent
// it, the answer is a conflict.
func (tx *Tx) SendBroadcast(b support.Broadcast, seen string, at time.Time, r *Run) error {
	n, err := tx.exec("UPDATE broadcast SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL", b.ID, at.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "broadcast.sent_already")
	}
	if err != nil {
		return wrap(err, "send broadcast %d", b.ID)
	}
	now, err := tx.digestOf(b)
	if err != nil {
		return err
	}
	if now != seen {
		return support.Refuse(support.Conflict, "broadcast.look_again")
	}
	from, args := audience(b, 2)
	return tx.startRun(r, from, args...)
}
