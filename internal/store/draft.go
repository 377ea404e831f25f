package store

import (
	"context"
	"encoding/json"
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
  (SELECT about FROM draft WHERE actor_kind = $1 AND actor_id = $2 ORDER BY saved_at DESC, about LIMIT 0 + $3)`, string(author.Kind), author.ID, most)
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
	all, err := s.Drafts(ctx, author, about)
	return all[about], err
}

// Drafts are those about several things, in one statement; what there is none about
// has an empty one.
func (s *Store) Drafts(ctx context.Context, author support.Actor, about ...string) (map[string]Draft, error) {
	out := make(map[string]Draft, len(about))
	for _, x := range about {
		out[x] = Draft{Author: author, About: x}
	}
	q, err := s.reads(ctx)
	if err != nil {
		return out, err
	}
	err = q.all(func(r scanner) error {
		d := Draft{Author: author}
		var fields string
		if err := r.Scan(&d.About, &fields, instant{&d.SavedAt}); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(fields), &d.Fields)
		out[d.About] = d
		return err
	}, "SELECT about, fields, saved_at FROM draft WHERE actor_kind = $1 AND actor_id = $2 AND about IN (SELECT value FROM json_each($3))",
		string(author.Kind), author.ID, list(about))
	return out, wrap(err, "read drafts")
}
