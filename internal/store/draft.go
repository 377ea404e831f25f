package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"madoguchi/internal/support"
)

// Draft is what somebody has typed into a form and not sent yet. SavedAt is of
// the real clock.
type Draft struct {
	Author  support.Actor
	About   string              // address of the form
	Fields  map[string][]string // as they were typed
	SavedAt time.Time
}

// SaveDraft keeps a draft in place of the one before.
func (tx *Tx) SaveDraft(d Draft) error {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return wrap(err, "save draft")
	}
	_, err = tx.exec(`INSERT INTO draft (actor_kind, actor_id, about, fields, saved_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (actor_kind, actor_id, about) DO UPDATE SET fields = excluded.fields, saved_at = excluded.saved_at`,
		string(d.Author.Kind), d.Author.ID, d.About, string(fields), d.SavedAt.UnixMicro())
	return wrap(err, "save draft")
}

// DropDraft forgets a draft, whether there is one or not.
func (tx *Tx) DropDraft(author support.Actor, about string) error {
	_, err := tx.exec("DELETE FROM draft WHERE actor_kind = $1 AND actor_id = $2 AND about = $3", string(author.Kind), author.ID, about)
	return wrap(err, "drop draft")
}

// TrimDrafts forgets those of an author beyond the newest most.
func (tx *Tx) TrimDrafts(author support.Actor, most int) error {
	_, err := tx.exec(`DELETE FROM draft WHERE actor_kind = $1 AND actor_id = $2 AND about NOT IN
  (SELECT about FROM draft WHERE actor_kind = $1 AND actor_id = $2 ORDER BY saved_at DESC, about LIMIT $3)`, string(author.Kind), author.ID, most)
	return wrap(err, "trim drafts")
}

// ForgetDrafts forgets those that were saved before an instant.
func (tx *Tx) ForgetDrafts(before time.Time) error {
	_, err := tx.exec("DELETE FROM draft WHERE saved_at < $1", before.UnixMicro())
	return wrap(err, "forget drafts")
}

// Draft gives the author's draft of a form; a draft without fields when there is
// none.
func (s *Store) Draft(ctx context.Context, author support.Actor, about string) (Draft, error) {
	d := Draft{Author: author, About: about}
	q, err := s.reads(ctx)
	if err != nil {
		return d, err
	}
	var fields string
	err = q.one([]any{&fields, instant{&d.SavedAt}}, "SELECT fields, saved_at FROM draft WHERE actor_kind = $1 AND actor_id = $2 AND about = $3",
		string(author.Kind), author.ID, about)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(fields), &d.Fields)
	}
	return d, wrap(err, "read draft")
}
