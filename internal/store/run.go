package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/support"
)

// Kinds of runs.
const (
	RunDefect    = "defect_told"
	RunBroadcast = "broadcast"
	RunBeta      = "beta_ended"
	RunPrimary   = "primary_replaced"
	RunErased    = "broadcast_erased"
)

// runTries is how often one request of a run is tried.
const runTries = 20

// Run is a command that is carried out on each request of a set, however long
// it takes and whatever crashes meanwhile.
type Run struct {
	ID        int64
	Kind      string // one of the kinds above
	Subject   int64  // the defect, broadcast, programme or contract
	PerMinute int    // mails; 0: all at once
	StartedAt time.Time
	// Of its requests: Skipped refused the command, Failed were given up.
	Total, Done, Skipped, Failed int
}

// MailFrom is when the mail of the request at a place may leave.
func (r Run) MailFrom(place int) time.Time {
	if r.PerMinute <= 0 {
		return time.Time{}
	}
	return r.StartedAt.Add(time.Duration(place) * time.Minute / time.Duration(r.PerMinute))
}

// RunItem is one request of a run.
type RunItem struct {
	Run      Run
	Request  int64
	Place    int // from 0
	Attempts int // this one included
}

// startRun adds a run over the requests r that a condition names, in the order
// of their ids, and fills its ID and Total. from follows FROM.
func (tx *Tx) startRun(r *Run, from string, args ...any) error {
	err := tx.one([]any{&r.ID}, "INSERT INTO run (kind, subject_id, per_minute, started_at) VALUES ($1, $2, $3, $4) RETURNING id",
		r.Kind, r.Subject, r.PerMinute, micros(r.StartedAt))
	if err != nil {
		return wrap(err, "start run %s %d", r.Kind, r.Subject)
	}
	n, err := tx.exec(`INSERT INTO run_request (run_id, request_id, account_id, place, state, attempts, leased_at, why)
SELECT CAST($1 AS BIGINT), r.id, r.account_id, ROW_NUMBER() OVER (ORDER BY r.id) - 1, 'pending', 0, 0, '' FROM `+from, append([]any{r.ID}, args...)...)
	r.Total = int(n)
	tx.work.Rest = true
	return wrap(err, "start run %d", r.ID)
}

// StartDefectRun tells every request that is linked to a defect now.
func (tx *Tx) StartDefectRun(r *Run) error {
	return tx.startRun(r, "defect_request l JOIN request r ON r.id = l.request_id WHERE l.defect_id = $2", r.Subject)
}

// ClaimRuns takes up to max requests of runs that wait, the oldest run first,
// and keeps them from others until the lease ends on the real clock.
func (tx *Tx) ClaimRuns(real time.Time, lease time.Duration, max int) ([]RunItem, error) {
	var out []RunItem
	err := tx.all(func(r scanner) error {
		var i RunItem
		err := r.Scan(&i.Run.ID, &i.Request, &i.Place, &i.Attempts)
		out = append(out, i)
		return err
	}, `UPDATE run_request SET leased_at = $1, attempts = attempts + 1 WHERE state = 'pending' AND leased_at <= $2 AND (run_id, request_id) IN (
  SELECT run_id, request_id FROM run_request WHERE state = 'pending' AND leased_at <= $2 ORDER BY run_id, place LIMIT 0 + $3)
RETURNING run_id, request_id, place, attempts`, real.Add(lease).UnixMicro(), real.UnixMicro(), max)
	if err != nil {
		return nil, wrap(err, "claim requests of runs")
	}
	slices.SortFunc(out, func(a, b RunItem) int {
		return cmp.Or(cmp.Compare(a.Run.ID, b.Run.ID), cmp.Compare(a.Place, b.Place))
	})
	runs := map[int64]Run{}
	for i := range out {
		id := out[i].Run.ID
		if _, ok := runs[id]; !ok {
			found, err := tx.runs("WHERE u.id = $1", id)
			if err != nil || len(found) == 0 {
				return nil, wrap(absent(err, "run.not_found"), "read run %d", id)
			}
			runs[id] = found[0]
		}
		out[i].Run = runs[id]
	}
	return out, nil
}

// RunDone ends one request of a run, in the update that carried out its
// command: both happen, or neither. Somebody else who was faster is a conflict.
func (tx *Tx) RunDone(i RunItem) error { return tx.endItem(i, "done", "") }

// RunSkipped ends one request of a run whose command was refused; why is the
// key of the refusal.
func (tx *Tx) RunSkipped(i RunItem, why string) error { return tx.endItem(i, "skipped", why) }

func (tx *Tx) endItem(i RunItem, state, why string) error {
	n, err := tx.exec("UPDATE run_request SET state = $3, why = $4, leased_at = 0 WHERE run_id = $1 AND request_id = $2 AND state = 'pending'",
		i.Run.ID, i.Request, state, why)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "run.done_already")
	}
	return wrap(err, "end request %d of run %d", i.Request, i.Run.ID)
}

// RunFailed puts one request of a run off until the real clock has come to an
// instant; after 20 tries it is given up, which the answer tells. why is for
// operators and holds no personal data.
func (tx *Tx) RunFailed(i RunItem, until time.Time, why string) (gone bool, err error) {
	if i.Attempts >= runTries {
		return true, tx.endItem(i, "failed", why)
	}
	_, err = tx.exec("UPDATE run_request SET leased_at = $3, why = $4 WHERE run_id = $1 AND request_id = $2 AND state = 'pending'",
		i.Run.ID, i.Request, until.UnixMicro(), why)
	return false, wrap(err, "put off request %d of run %d", i.Request, i.Run.ID)
}

// RunsWait tells whether a request of a run can be taken at the real instant,
// and otherwise when the next one can; zero: none waits.
func (s *Store) RunsWait(ctx context.Context, real time.Time) (ready bool, next time.Time, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return false, next, err
	}
	err = q.one([]any{&ready, instant{&next}}, `SELECT EXISTS (SELECT 1 FROM run_request WHERE state = 'pending' AND leased_at <= $1),
  (SELECT MIN(leased_at) FROM run_request WHERE state = 'pending' AND leased_at > $1)`, real.UnixMicro())
	return ready, next, wrap(err, "read waiting runs")
}

// Runs lists the runs of a defect, broadcast or programme with their progress,
// the oldest first: the vendor's to read.
func (s *Store) Runs(ctx context.Context, v Viewer, kind string, subject int64) ([]Run, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.runs("WHERE u.kind = $1 AND u.subject_id = $2 AND "+v.vendor(), kind, subject)
}

func (q rows) runs(where string, args ...any) ([]Run, error) {
	var out []Run
	err := q.all(func(r scanner) error {
		var u Run
		err := r.Scan(&u.ID, &u.Kind, &u.Subject, &u.PerMinute, instant{&u.StartedAt}, &u.Total, &u.Done, &u.Skipped, &u.Failed)
		out = append(out, u)
		return err
	}, `SELECT u.id, u.kind, u.subject_id, u.per_minute, u.started_at, COUNT(i.request_id),
  COUNT(CASE WHEN i.state = 'done' THEN 1 END), COUNT(CASE WHEN i.state = 'skipped' THEN 1 END), COUNT(CASE WHEN i.state = 'failed' THEN 1 END)
FROM run u LEFT JOIN run_request i ON i.run_id = u.id `+where+" GROUP BY u.id, u.kind, u.subject_id, u.per_minute, u.started_at ORDER BY u.id", args...)
	return out, wrap(err, "read runs")
}
