package store

import (
	"context"
	"fmt"
	"strings"

	"madoguchi/internal/support"
)

// NewDefectID draws the next id, from [support.FirstDefect].
func (tx *Tx) NewDefectID() (int64, error) {
	var id int64
	err := tx.one([]any{&id}, "UPDATE counter SET next = next + 1 WHERE name = 'defect' RETURNING next - 1")
	return id, wrap(err, "draw defect id")
}

// AddDefect adds a defect; its ID was drawn and its texts were saved before.
func (tx *Tx) AddDefect(d support.Defect) error {
	_, err := tx.exec(`INSERT INTO defect (id, product, versions, state, severity, fixed_in, title_id, title_sha256, public_id, public_sha256,
  description_id, description_sha256, requests, reported_at, changed_at, fixed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15)`,
		d.ID, d.Product, list(d.Versions), string(d.State), d.Severity, d.FixedIn, ref(d.Title.ID), d.Title.SHA256, ref(d.Public.ID), d.Public.SHA256,
		ref(d.Description.ID), d.Description.SHA256, micros(d.ReportedAt), micros(d.ChangedAt), micros(d.FixedAt))
	return wrap(refused(err, "product", ""), "add defect")
}

// UpdateDefect replaces a defect that was read at changed_at was. When somebody
// has changed it since, the answer is a conflict.
func (tx *Tx) UpdateDefect(d support.Defect, was support.Defect) error {
	n, err := tx.exec(`UPDATE defect SET product = $2, versions = $3, state = $4, severity = $5, fixed_in = $6, title_id = $7, title_sha256 = $8,
  public_id = $9, public_sha256 = $10, description_id = $11, description_sha256 = $12, changed_at = $13, fixed_at = $14
WHERE id = $1 AND state = $15 AND changed_at = $16`,
		d.ID, d.Product, list(d.Versions), string(d.State), d.Severity, d.FixedIn, ref(d.Title.ID), d.Title.SHA256, ref(d.Public.ID), d.Public.SHA256,
		ref(d.Description.ID), d.Description.SHA256, micros(d.ChangedAt), micros(d.FixedAt), string(was.State), micros(was.ChangedAt))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "defect.changed", "defect", support.DefectNumber(d.ID))
	}
	return wrap(err, "change defect %d", d.ID)
}

const defectColumns = `d.id, d.product, d.versions, d.state, d.severity, d.fixed_in, d.title_id, d.title_sha256, d.public_id, d.public_sha256,
  d.description_id, d.description_sha256, d.requests, d.reported_at, d.changed_at, d.fixed_at`

func defectFields(d *support.Defect) []any {
	return []any{
		&d.ID, &d.Product, listOf[string]{&d.Versions}, &d.State, &d.Severity, &d.FixedIn, optional{&d.Title.ID}, &d.Title.SHA256,
		optional{&d.Public.ID}, &d.Public.SHA256, optional{&d.Description.ID}, &d.Description.SHA256, &d.Requests,
		instant{&d.ReportedAt}, instant{&d.ChangedAt}, instant{&d.FixedAt},
	}
}

func (q rows) defects(text string, args ...any) ([]support.Defect, error) {
	var out []support.Defect
	err := q.all(func(r scanner) error {
		var d support.Defect
		err := r.Scan(defectFields(&d)...)
		out = append(out, d)
		return err
	}, "SELECT "+defectColumns+" FROM defect d "+text, args...)
	return out, wrap(err, "read defects")
}

// Defects gives defects by id; unknown ids are absent.
func (tx *Tx) Defects(ids []int64) ([]support.Defect, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.defects("WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) ORDER BY d.id", list(ids))
}

// Defect gives a defect: the vendor's to read. Customers read what stands in
// their requests, see [Store.DefectsOf].
func (s *Store) Defect(ctx context.Context, v Viewer, id int64) (support.Defect, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Defect{}, err
	}
	found, err := q.defects("WHERE d.id = $1 AND "+v.vendor(), id)
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "defect.not_found")
	}
	if err != nil {
		return support.Defect{}, err
	}
	return found[0], nil
}

// vendor is the condition of what only the vendor's side reads.
func (v Viewer) vendor() string {
	if v.Actor.Kind == support.System || v.Actor.Kind == support.Vendor && v.Actor.ID > 0 {
		return "TRUE"
	}
	return "FALSE"
}

// DefectsOf lists the defects to which a request is linked, for whoever sees
// the request. What a customer reads of them is the door's to narrow.
func (s *Store) DefectsOf(ctx context.Context, v Viewer, request int64) ([]support.Defect, error) {
	q, err := s.visible(ctx, v, request)
	if err != nil {
		return nil, err
	}
	return q.defects("JOIN defect_request l ON l.defect_id = d.id WHERE l.request_id = $1 ORDER BY d.id", request)
}

// DefectFilter narrows a list of defects. Zero fields do not narrow.
type DefectFilter struct {
	Product  string
	State    support.DefectState
	Open     bool // engineering still has to do with it
	Severity int
	Limit    int    // 1..200, 0 = 50
	After    string // cursor that the page before gave
}

// ListDefects lists defects, what changed last first, a page at a time. next is
// the cursor of the page after, "" when this is the last one.
func (s *Store) ListDefects(ctx context.Context, v Viewer, f DefectFilter) (page []support.Defect, next string, err error) {
	reads, err := s.reads(ctx)
	if err != nil {
		return nil, "", err
	}
	at, id, err := after("defect", f.After)
	if err != nil {
		return nil, "", err
	}
	q := query{args: []any{at, id}, where: []string{"(d.changed_at, d.id) < ($1, $2)", v.vendor()}}
	if f.Product != "" {
		q.add("d.product = ?", f.Product)
	}
	if f.State != "" {
		q.add("d.state = ?", string(f.State))
	}
	if f.Open {
		q.where = append(q.where, "d.state IN ('reported', 'confirmed', 'fixing')")
	}
	if f.Severity != 0 {
		q.add("d.severity = ?", f.Severity)
	}
	want := limit(f.Limit, 50, 200)
	page, err = reads.defects(fmt.Sprintf("WHERE %s ORDER BY d.changed_at DESC, d.id DESC LIMIT %d", strings.Join(q.where, " AND "), want+1), q.args...)
	if len(page) > want {
		page = page[:want]
		next = cursorOf("defect", page[want-1].ChangedAt.UnixMicro(), page[want-1].ID)
	}
	return page, next, err
}

// after reads the cursor of a list whose newest change comes first.
func after(noun, cursor string) (at, id int64, err error) {
	if cursor == "" {
		return never, never, nil
	}
	return readCursor(noun, cursor)
}

// RequestsOfDefect lists the requests that are linked to a defect and that the
// viewer sees, by id after one of them.
func (s *Store) RequestsOfDefect(ctx context.Context, v Viewer, defect, after int64, max int) ([]support.Row, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.many(4)
	var out []support.Row
	err = q.all(func(r scanner) error {
		var row support.Row
		err := r.Scan(rowFields(&row)...)
		out = append(out, row)
		return err
	}, "SELECT "+rowColumns+" FROM defect_request l JOIN request r ON r.id = l.request_id WHERE l.defect_id = $1 AND l.request_id > $2 AND "+
		sees+" ORDER BY l.request_id LIMIT 0 + $3", append([]any{defect, after, limit(max, 100, 500)}, args...)...)
	return out, wrap(err, "read requests of defect %d", defect)
}

// linkDefect writes the link that a fact tells of, while the defect is in the
// state on which the command relied: a run that tells of another state has
// either seen the link or makes the command be decided again.
func (tx *Tx) linkDefect(row support.Row, b support.DefectLinked) error {
	n, err := tx.exec("UPDATE defect SET requests = requests + 1 WHERE id = $1 AND state = $2", b.Defect, string(b.State))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "request.changed")
	}
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO defect_request (defect_id, request_id, account_id) VALUES ($1, $2, $3)", b.Defect, row.ID, row.Account)
	return err
}

func (tx *Tx) unlinkDefect(row support.Row, b support.DefectUnlinked) error {
	n, err := tx.exec("DELETE FROM defect_request WHERE defect_id = $1 AND request_id = $2", b.Defect, row.ID)
	if err == nil && n == 0 {
		return fmt.Errorf("request %d has no link to defect %d", row.ID, b.Defect)
	}
	if err != nil {
		return err
	}
	_, err = tx.exec("UPDATE defect SET requests = requests - 1 WHERE id = $1", b.Defect)
	return err
}

// History lists what happened to a noun that is no request, by seq after one of
// them, at most max, 1..500, 0 = 100: the vendor's to read.
func (s *Store) History(ctx context.Context, v Viewer, subject string, id, after int64, max int) ([]support.Fact, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []support.Fact
	err = q.all(func(r scanner) error {
		var data string
		if err := r.Scan(&data); err != nil {
			return err
		}
		f, err := decode(subject, data)
		out = append(out, f)
		return err
	}, "SELECT data FROM event WHERE subject = $1 AND subject_id = $2 AND seq > $3 AND "+v.vendor()+" ORDER BY seq LIMIT 0 + $4",
		subject, id, after, limit(max, 100, 500))
	return out, wrap(err, "read history of %s %d", subject, id)
}
