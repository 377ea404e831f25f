package store

import (
	"context"
	"time"

	"madoguchi/internal/support"
)

// FeatureRequest is a wish for a feature (R31). A zero Request was sent on its
// own form, any other was a request that was converted.
type FeatureRequest struct {
	ID         int64
	Account    int64
	Contact    int64
	Product    string
	Version    string
	Title      support.Text
	Text       support.Text
	At         time.Time
	Request    int64
	Question   support.Text
	AskedAt    time.Time
	AskedBy    int64
	Answer     support.Text
	AnsweredAt time.Time
}

// AddFeatureRequest adds a wish and fills the ID.
func (tx *Tx) AddFeatureRequest(f *FeatureRequest) error {
	err := tx.one([]any{&f.ID}, `INSERT INTO feature_request (account_id, contact_id, product, version, title_id, text_id, at, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		f.Account, f.Contact, f.Product, f.Version, f.Title.ID, f.Text.ID, f.At.UnixMicro(), ref(f.Request))
	return wrap(err, "add feature request")
}

// AskFeature opens the one thread of a wish with a question; there is one
// question for each wish (R31).
func (tx *Tx) AskFeature(id, staff int64, question support.Text, at time.Time) error {
	n, err := tx.exec("UPDATE feature_request SET question_id = $2, asked_at = $3, asked_by = $4 WHERE id = $1 AND asked_at IS NULL",
		id, question.ID, at.UnixMicro(), ref(staff))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "wish.asked")
	}
	return wrap(err, "ask about feature request %d", id)
}

// AnswerFeature answers the question, once.
func (tx *Tx) AnswerFeature(id int64, answer support.Text, at time.Time) error {
	n, err := tx.exec("UPDATE feature_request SET answer_id = $2, answered_at = $3 WHERE id = $1 AND asked_at IS NOT NULL AND answered_at IS NULL",
		id, answer.ID, at.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "wish.not_asked")
	}
	return wrap(err, "answer feature request %d", id)
}

const featureColumns = `f.id, f.account_id, f.contact_id, f.product, f.version, f.title_id, f.text_id, f.at, f.request_id,
f.question_id, f.asked_at, f.asked_by, f.answer_id, f.answered_at`

// FeatureRequest gives a wish.
func (tx *Tx) FeatureRequest(id int64) (FeatureRequest, error) {
	list, err := tx.features(system, "f.id = $1", id, 1)
	if err == nil && len(list) == 0 {
		return FeatureRequest{}, support.Refuse(support.NotFound, "wish.not_found")
	}
	if err != nil {
		return FeatureRequest{}, err
	}
	return list[0], nil
}

// FeatureRequests lists wishes, the newest first, a page of at most 200;
// customers see their own. after is the ID of the last one seen, 0 for the first
// page; next is that of the page after, 0 when this is the last one.
func (s *Store) FeatureRequests(ctx context.Context, v Viewer, after int64, limited int) (page []FeatureRequest, next int64, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, 0, err
	}
	want := limit(limited, 50, 200)
	page, err = q.features(v, "(CAST($1 AS BIGINT) = 0 OR f.id < CAST($1 AS BIGINT))", after, want+1)
	if len(page) > want {
		page = page[:want]
		next = page[want-1].ID
	}
	return page, next, err
}

func (q rows) features(v Viewer, which string, key int64, limited int) ([]FeatureRequest, error) {
	where, args := v.narrow(3, "f", "f.request_id", "f.contact_id = ?")
	var out []FeatureRequest
	err := q.all(func(r scanner) error {
		var f FeatureRequest
		err := r.Scan(&f.ID, &f.Account, &f.Contact, &f.Product, &f.Version, &f.Title.ID, &f.Text.ID, instant{&f.At}, optional{&f.Request},
			optional{&f.Question.ID}, instant{&f.AskedAt}, optional{&f.AskedBy}, optional{&f.Answer.ID}, instant{&f.AnsweredAt})
		out = append(out, f)
		return err
	}, "SELECT "+featureColumns+" FROM feature_request f WHERE "+which+" AND "+where+" ORDER BY f.id DESC LIMIT 0 + $2",
		append([]any{key, limited}, args...)...)
	return out, wrap(err, "read feature requests")
}

// convertToFeature keeps what a request asked for as a wish (R31).
func (tx *Tx) convertToFeature(row support.Row, f support.Fact, b support.Converted) error {
	return tx.AddFeatureRequest(&FeatureRequest{
		Account: row.Account, Contact: row.Contact, Product: row.Product, Version: row.Version, Title: b.Title, Text: b.Text, At: f.At, Request: row.ID,
	})
}
