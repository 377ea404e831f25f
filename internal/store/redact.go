package store

import (
	"database/sql"
	"errors"
	"time"

	"madoguchi/internal/support"
)

// Entry gives one event of another noun than a request, as it was audited.
func (tx *Tx) Entry(subject string, id, seq int64) (support.Fact, error) {
	return tx.entry(subject, "seq = $3", subject, id, seq)
}

// LastOf gives the last event of a kind of another noun than a request.
func (tx *Tx) LastOf(subject string, id int64, kind string) (support.Fact, error) {
	return tx.entry(subject, "kind = $3 ORDER BY seq DESC LIMIT 1", subject, id, kind)
}

func (tx *Tx) entry(subject, which string, args ...any) (support.Fact, error) {
	var data string
	err := tx.one([]any{&data}, "SELECT data FROM event WHERE subject = $1 AND subject_id = $2 AND "+which, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return support.Fact{}, support.Refuse(support.NotFound, "redaction.no_entry")
	}
	if err != nil {
		return support.Fact{}, wrap(err, "read entry of %s", subject)
	}
	return decode(subject, data)
}

// EraseOfDefect erases texts of a defect, and empties the kept mails of every
// request that was told what became of it. Whoever does so audits their ids.
func (tx *Tx) EraseOfDefect(defect int64, ids []int64) error {
	if err := tx.eraseTexts(ids); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE sent SET bytes = $3 WHERE request_id IN (
  SELECT i.request_id FROM run u JOIN run_request i ON i.run_id = u.id WHERE u.kind = $1 AND u.subject_id = $2)`, RunDefect, defect, []byte{})
	if err != nil {
		return wrap(err, "empty mails about defect %d", defect)
	}
	return tx.eraseMailsOfDefect(defect)
}

// RunOfBroadcast gives the run that told a broadcast.
func (tx *Tx) RunOfBroadcast(id int64) (int64, error) {
	var run int64
	err := tx.one([]any{&run}, "SELECT id FROM run WHERE kind = $1 AND subject_id = $2", RunBroadcast, id)
	return run, wrap(absent(err, "run.not_found"), "read run of broadcast %d", id)
}

// EraseBroadcast erases the texts of a broadcast, takes it from those requests
// that wait for it, and starts the run that erases it on those that got it; that
// one is zero when none did. Whoever does so audits the ids of the texts.
func (tx *Tx) EraseBroadcast(b support.Broadcast, at time.Time) (Run, error) {
	var ids []int64
	for _, t := range b.Texts {
		ids = append(ids, t.Text.ID)
	}
	if err := tx.eraseTexts(ids); err != nil {
		return Run{}, err
	}
	var sent time.Time // read with the row's lock: nobody sends it meanwhile
	if err := tx.one([]any{instant{&sent}}, "UPDATE broadcast SET sent_at = sent_at WHERE id = $1 RETURNING sent_at", b.ID); err != nil {
		return Run{}, wrap(err, "hold broadcast %d", b.ID)
	}
	// A request that is being told at this moment ends this item too: one of the two waits for the other.
	_, err := tx.exec(`UPDATE run_request SET state = 'skipped', why = 'broadcast.erased', leased_at = 0
WHERE state = 'pending' AND run_id IN (SELECT id FROM run WHERE kind = $1 AND subject_id = $2)`, RunBroadcast, b.ID)
	if err != nil || sent.IsZero() {
		return Run{}, wrap(err, "stop broadcast %d", b.ID)
	}
	r := Run{Kind: RunErased, Subject: b.ID, StartedAt: at}
	return r, tx.startRun(&r, `run u JOIN run_request i ON i.run_id = u.id AND i.state = 'done' JOIN request r ON r.id = i.request_id
WHERE u.kind = $2 AND u.subject_id = $3`, RunBroadcast, b.ID)
}
