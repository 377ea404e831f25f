package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// Membership is how somebody stands to a beta programme.
type Membership string

// Memberships. The zero value is none.
const (
	BetaInvited Membership = "invited"
	BetaMember  Membership = "member"
)

// AddProgramme adds a beta programme and fills its ID.
func (tx *Tx) AddProgramme(p *support.BetaProgramme) error {
	err := tx.one([]any{&p.ID}, `INSERT INTO beta_programme (key, name, kind, product, version, ends_at, zone, requests, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, NULL) RETURNING id`, p.Key, p.Name, p.Kind, p.Product, p.Version, micros(p.EndsAt), p.Zone)
	tx.work.Rest = true
	return wrap(refused(err, "programme", "beta.key_taken"), "add beta programme")
}

const programmeColumns = "p.id, p.key, p.name, p.kind, p.product, p.version, p.ends_at, p.zone, p.requests, p.ended_at"

func (q rows) programmes(text string, args ...any) ([]support.BetaProgramme, error) {
	var out []support.BetaProgramme
	err := q.all(func(r scanner) error {
		var p support.BetaProgramme
		err := r.Scan(&p.ID, &p.Key, &p.Name, &p.Kind, &p.Product, &p.Version, instant{&p.EndsAt}, &p.Zone, &p.Requests, instant{&p.EndedAt})
		out = append(out, p)
		return err
	}, "SELECT "+programmeColumns+" FROM beta_programme p "+text, args...)
	return out, wrap(err, "read beta programmes")
}

func oneProgramme(found []support.BetaProgramme, err error) (support.BetaProgramme, error) {
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "beta.not_found")
	}
	if err != nil {
		return support.BetaProgramme{}, err
	}
	return found[0], nil
}

// Programme gives a beta programme.
func (tx *Tx) Programme(id int64) (support.BetaProgramme, error) {
	return oneProgramme(tx.programmes("WHERE p.id = $1", id))
}

// programmesSeen is the condition for who learns of a programme: a private one
// is there for those who were invited alone (R38).
func (v Viewer) programmesSeen(n int) (string, []any) {
	if v.vendor() == "TRUE" {
		return "TRUE", nil
	}
	if v.Actor.Kind != support.Customer || v.Actor.ID == 0 {
		return "FALSE", nil
	}
	return nth("(p.kind = 'public' OR EXISTS (SELECT 1 FROM beta_member m WHERE m.programme_id = p.id AND m.contact_id = ?))", n), []any{v.Actor.ID}
}

// ProgrammeByKey gives a programme that the viewer may know of.
func (s *Store) ProgrammeByKey(ctx context.Context, v Viewer, key string) (support.BetaProgramme, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.BetaProgramme{}, err
	}
	sees, args := v.programmesSeen(2)
	return oneProgramme(q.programmes("WHERE p.key = $1 AND "+sees, append([]any{key}, args...)...))
}

// Programme is a programme that the viewer may know of.
func (s *Store) Programme(ctx context.Context, v Viewer, id int64) (support.BetaProgramme, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.BetaProgramme{}, err
	}
	sees, args := v.programmesSeen(2)
	return oneProgramme(q.programmes("WHERE p.id = $1 AND "+sees, append([]any{id}, args...)...))
}

// Programmes lists the programmes that the viewer may know of by id after one
// of them, at most max, 1..500, 0 = 100.
func (s *Store) Programmes(ctx context.Context, v Viewer, after int64, max int) ([]support.BetaProgramme, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	sees, args := v.programmesSeen(3)
	return q.programmes("WHERE p.id > $1 AND "+sees+" ORDER BY p.id LIMIT 0 + $2", append([]any{after, limit(max, 100, 500)}, args...)...)
}

// Membership tells how a contact stands to a programme.
func (tx *Tx) Membership(programme, contact int64) (Membership, error) {
	return tx.membership(programme, contact)
}

// Membership tells how a contact stands to a programme.
func (s *Store) Membership(ctx context.Context, programme, contact int64) (Membership, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return "", err
	}
	return q.membership(programme, contact)
}

func (q rows) membership(programme, contact int64) (Membership, error) {
	var m Membership
	err := q.all(func(r scanner) error {
		var joined time.Time
		err := r.Scan(instant{&joined})
		m = BetaInvited
		if !joined.IsZero() {
			m = BetaMember
		}
		return err
	}, "SELECT joined_at FROM beta_member WHERE programme_id = $1 AND contact_id = $2", programme, contact)
	return m, wrap(err, "read membership")
}

// InviteToBeta invites a contact; twice is once, and a member stays one.
func (tx *Tx) InviteToBeta(programme, contact int64, at time.Time) error {
	_, err := tx.exec(`INSERT INTO beta_member (programme_id, contact_id, account_id, invited_at, joined_at)
SELECT CAST($1 AS BIGINT), id, account_id, CAST($3 AS BIGINT), CAST(NULL AS BIGINT) FROM contact WHERE id = $2 ON CONFLICT (programme_id, contact_id) DO NOTHING`,
		programme, contact, at.UnixMicro())
	return wrap(err, "invite to beta %d", programme)
}

// JoinBeta makes a contact a member of a programme that has not ended: of a
// private one only after an invitation. Twice is once.
func (tx *Tx) JoinBeta(programme, contact int64, at time.Time) error {
	n, err := tx.exec(`UPDATE beta_member SET joined_at = COALESCE(joined_at, $3) WHERE programme_id = $1 AND contact_id = $2
  AND EXISTS (SELECT 1 FROM beta_programme p WHERE p.id = $1 AND p.ended_at IS NULL AND p.ends_at > $3)`, programme, contact, at.UnixMicro())
	if err != nil || n > 0 {
		return wrap(err, "join beta %d", programme)
	}
	n, err = tx.exec(`INSERT INTO beta_member (programme_id, contact_id, account_id, invited_at, joined_at)
SELECT p.id, c.id, c.account_id, CAST(NULL AS BIGINT), CAST($3 AS BIGINT) FROM beta_programme p JOIN contact c ON c.id = $2
WHERE p.id = $1 AND p.kind = 'public' AND p.ended_at IS NULL AND p.ends_at > $3
ON CONFLICT (programme_id, contact_id) DO NOTHING`, programme, contact, at.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "beta.ended")
	}
	return wrap(err, "join beta %d", programme)
}

// fileInBeta books a request into its programme while that is open: the end of
// a programme has either seen the request, or refuses it.
func (tx *Tx) fileInBeta(row support.Row, b support.Filed) error {
	if b.Beta == 0 {
		return nil
	}
	n, err := tx.exec("UPDATE beta_programme SET requests = requests + 1 WHERE id = $1 AND ended_at IS NULL", b.Beta)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "beta.ended")
	}
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO beta_request (request_id, programme_id, account_id) VALUES ($1, $2, $3)", row.ID, b.Beta, row.Account)
	return err
}

// reopenInBeta brings a request back into its programme while that is open, as
// [Tx.fileInBeta] does.
func (tx *Tx) reopenInBeta(row support.Row) error {
	var programme int64
	err := tx.all(func(r scanner) error { return r.Scan(&programme) }, "SELECT programme_id FROM beta_request WHERE request_id = $1", row.ID)
	if err != nil || programme == 0 {
		return err
	}
	n, err := tx.exec("UPDATE beta_programme SET requests = requests WHERE id = $1 AND ended_at IS NULL", programme)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "beta.request_ended", "number", support.SpokenNumber(row.ID))
	}
	return err
}

// NextProgrammeEnd is when the next programme ends whose end was not carried
// out; zero: none does.
func (s *Store) NextProgrammeEnd(ctx context.Context) (time.Time, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	err = q.one([]any{instant{&at}}, "SELECT MIN(ends_at) FROM beta_programme WHERE ended_at IS NULL")
	return at, wrap(err, "read end of beta programmes")
}

// EndProgrammes ends the programmes whose end has come at the desk's instant:
// each gets a run over its open requests. The runs are those that were started.
func (tx *Tx) EndProgrammes(at time.Time, perMinute int) ([]Run, error) {
	var ended []int64
	err := tx.all(func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		ended = append(ended, id)
		return err
	}, "UPDATE beta_programme SET ended_at = $1 WHERE ended_at IS NULL AND ends_at <= $1 RETURNING id", at.UnixMicro())
	if err != nil {
		return nil, wrap(err, "end beta programmes")
	}
	var out []Run
	for _, id := range ended {
		run := Run{Kind: RunBeta, Subject: id, PerMinute: perMinute, StartedAt: at}
		err := tx.startRun(&run, "beta_request b JOIN request r ON r.id = b.request_id WHERE b.programme_id = $2 AND r.stage <> 'completed'", id)
		if err != nil {
			return nil, err
		}
		out = append(out, run)
	}
	return out, nil
}
