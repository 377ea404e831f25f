package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// NewRequestID draws the next id, from [support.FirstID] on. On SQLite there is
// no gap: an update that fails gives its id back. On PostgreSQL it does not, so
// that filings do not wait for each other.
func (tx *Tx) NewRequestID() (int64, error) {
	var id int64
	if err := tx.one([]any{&id}, tx.c.dialect().drawRequest); err != nil {
		return 0, fmt.Errorf("draw request id: %w", err)
	}
	return id, nil
}

// Append writes what was decided about a request: the facts, the index row that
// follows from them, the rows beside (incidents, licences, surveys), and the
// effects. was is the row that followed from the facts before, zero for a new
// request: of the row only what differs is written. When the request has moved on
// meanwhile, or when a limit is reached, the answer is a [support.Conflict] and the
// caller must return it, so that the update is undone. An effect whose key exists
// is left as it is.
func (tx *Tx) Append(was support.Row, facts []support.Fact, row support.Row, effects []support.Effect) error {
	if len(facts) == 0 || row.Seq != facts[len(facts)-1].Seq {
		return fmt.Errorf("append to request %d: %d facts, row at seq %d", row.ID, len(facts), row.Seq)
	}
	if err := tx.extend(subjectRequest, row.ID, row.Account, was.Seq, facts); err != nil {
		return wrap(err, "append to request %d", row.ID)
	}
	if err := tx.indexed(was, row, facts); err != nil {
		return wrap(err, "index request %d", row.ID)
	}
	for _, f := range facts {
		if err := tx.beside(row, f); err != nil {
			return wrap(err, "append to request %d: %s", row.ID, f.Kind())
		}
	}
	if err := tx.addEffects(row, effects...); err != nil {
		return wrap(err, "append effects to request %d", row.ID)
	}
	tx.work = tx.work.and(Work{Effects: len(effects) > 0, Due: row.DueAt})
	return nil
}

// wrap adds where it happened; refusals stay bare, they are for people.
func wrap(err error, format string, args ...any) error {
	var refusal *support.Error
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// indexed writes the row, and the words by which its new facts are found.
func (tx *Tx) indexed(was, row support.Row, facts []support.Fact) error {
	words, err := tx.searched(row.ID, row.Account, facts)
	if err != nil {
		return err
	}
	full := tx.c.dialect().fulltext
	text, args := rowStatement(was, row)
	with, more := full.beside(words, len(args)+1)
	n, err := tx.exec(with+text, append(args, more...)...)
	if err == nil && n == 0 {
		err = errors.New("its row is missing")
	}
	if err != nil || with != "" {
		return err
	}
	return full.enter(tx, words)
}

// saveTags writes the rows by which lists find a tag.
func (tx *Tx) saveTags(r support.Row) error {
	if len(r.Tags) == 0 {
		return nil
	}
	args := []any{r.ID, r.Account}
	for _, tag := range r.Tags {
		args = append(args, tag)
	}
	_, err := tx.exec("INSERT INTO request_tag (request_id, account_id, tag) VALUES "+valueRows(len(r.Tags), "$1, $2", 3, 1)+
		" ON CONFLICT (tag, request_id) DO NOTHING", args...)
	return err
}

func (tx *Tx) dropTags(r support.Row) error {
	_, err := tx.exec("DELETE FROM request_tag WHERE request_id = $1", r.ID)
	return err
}

const rowColumns = `r.id, r.account_id, r.seq, r.kind, r.stage, r.contact_id, r.contract_id, r.product, r.version,
  r.offering, r.region, r.language, r.severity, r.turn, r.queue, r.priority, r.queued_since_at, r.owner_id, r.title_id,
  r.title_sha256, r.reference_id, r.reference_sha256, r.environment, r.component, r.tags, r.filed_at, r.changed_at,
  r.completed_at, r.reason, r.escalated, r.next_metric, r.next_due_at, r.next_missed, r.due_at, r.restricted`

// rowFields are where rowColumns are scanned to.
func rowFields(r *support.Row) []any {
	return []any{
		&r.ID, &r.Account, &r.Seq, &r.Kind, &r.Stage, &r.Contact, optional{&r.Contract}, &r.Product, &r.Version,
		&r.Offering, &r.Region, &r.Language, &r.Severity, &r.Turn, &r.Queue, &r.Priority, instant{&r.QueuedSince}, optional{&r.Owner},
		optional{&r.Title.ID}, &r.Title.SHA256, optional{&r.Reference.ID}, &r.Reference.SHA256, &r.Environment, &r.Component,
		listOf[string]{&r.Tags}, instant{&r.FiledAt}, instant{&r.ChangedAt}, instant{&r.CompletedAt}, &r.Reason, &r.Escalated,
		&r.NextMetric, instant{&r.NextDueAt}, &r.NextMissed, instant{&r.DueAt}, &r.Restricted,
	}
}

// Request gives the index row of a request; not_found when the viewer does not
// see it. The row's texts are references.
func (s *Store) Request(ctx context.Context, v Viewer, id int64) (support.Row, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Row{}, err
	}
	return q.request(v, id)
}

// Request gives the index row of a request, whoever may see it.
func (tx *Tx) Request(id int64) (support.Row, error) {
	return tx.request(Viewer{Actor: support.Actor{Kind: support.System}}, id)
}

func (q rows) request(v Viewer, id int64) (support.Row, error) {
	where, args := v.one(2)
	var r support.Row
	err := q.one(rowFields(&r), "SELECT "+rowColumns+" FROM request r WHERE r.id = $1 AND "+where, append([]any{id}, args...)...)
	return r, wrap(absent(err, "request.not_found"), "read request %d", id)
}

// AddWatcher lets a contact see a request (A13); twice is once.
func (tx *Tx) AddWatcher(request, contact int64) error {
	_, err := tx.exec(`INSERT INTO watcher (request_id, contact_id, account_id)
SELECT id, $2, account_id FROM request WHERE id = $1 ON CONFLICT (request_id, contact_id) DO NOTHING`, request, contact)
	return wrap(known(err, "contact.unknown"), "add watcher to request %d", request)
}

// RemoveWatcher takes it back.
func (tx *Tx) RemoveWatcher(request, contact int64) error {
	_, err := tx.exec("DELETE FROM watcher WHERE request_id = $1 AND contact_id = $2", request, contact)
	return wrap(err, "remove watcher from request %d", request)
}

// known turns a reference to a row that does not exist into a refusal.
func known(err error, key string) error {
	if isMissing(err) {
		return support.Refuse(support.Invalid, key)
	}
	return err
}

// dueOrNever is the largest stored instant for the zero value.
func dueOrNever(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixMicro()
}

// OwnedBy gives the ids of the open requests of a member of staff, oldest
// first, at most limit of them.
func (tx *Tx) OwnedBy(staff int64, limit int) ([]int64, error) {
	var out []int64
	err := tx.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}, "SELECT id FROM request WHERE owner_id = $1 AND stage <> 'completed' ORDER BY id LIMIT 0 + $2", staff, limit)
	return out, wrap(err, "read the requests of staff %d", staff)
}

// RequestsNumbered are the index rows of those of the requests that the viewer
// sees, at most 500, by id, with what they are read by: title, account and owner.
func (s *Store) RequestsNumbered(ctx context.Context, v Viewer, ids []int64) ([]support.Row, Named, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, noNames(), err
	}
	sees, args := v.many(2)
	var out []support.Row
	var of Naming
	err = q.all(func(r scanner) error {
		var row support.Row
		err := r.Scan(rowFields(&row)...)
		out = append(out, row)
		of.Accounts, of.Staff, of.Texts = append(of.Accounts, row.Account), append(of.Staff, row.Owner), append(of.Texts, row.Title.ID)
		return err
	}, "SELECT "+rowColumns+" FROM request r WHERE r.id IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) AND "+sees+" ORDER BY r.id LIMIT 500",
		append([]any{list(ids)}, args...)...)
	if err != nil || len(out) == 0 {
		return nil, noNames(), wrap(err, "read %d requests", len(ids))
	}
	names, err := s.Names(ctx, of)
	return out, names, err
}
