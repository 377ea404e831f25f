package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/support"
)

// saltBytes is the length of a text's salt, which keeps a short text from being
// guessed by its hash once it has been erased.
const saltBytes = 16

func contentHash(salt []byte, text string) string {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// SaveText stores a text of a request (0: of none) and fills its ID and SHA256.
// A text that is empty or has an ID is left as it is. A closure that runs again
// finds IDs of the run before: reset them first. The lengths of texts are the
// desk's business; what is not UTF-8, or holds NUL, is invalid.
func (tx *Tx) SaveText(account, request int64, t *support.Text) error {
	return tx.SaveTexts(account, request, t)
}

// SaveTexts is [Tx.SaveText] for several texts, in one statement.
func (tx *Tx) SaveTexts(account, request int64, texts ...*support.Text) error {
	bySalt := map[string]*support.Text{}
	args := []any{account, request}
	for _, t := range texts {
		if t.ID != 0 || t.Plain == "" {
			continue
		}
		if !utf8.ValidString(t.Plain) || strings.ContainsRune(t.Plain, 0) {
			return support.Refuse(support.Invalid, "text.not_utf8")
		}
		salt := make([]byte, saltBytes)
		if _, err := rand.Read(salt); err != nil {
			return fmt.Errorf("salt text: %w", err)
		}
		bySalt[string(salt)] = t
		args = append(args, salt, t.Plain)
	}
	if len(bySalt) == 0 {
		return nil
	}
	err := tx.all(func(r scanner) error {
		var id int64
		var salt []byte
		err := r.Scan(&id, &salt)
		if t := bySalt[string(salt)]; t != nil {
			t.ID, t.SHA256 = id, contentHash(salt, t.Plain)
		}
		return err
	}, "INSERT INTO content (account_id, request_id, salt, text) VALUES "+valueRows(len(bySalt), "$1, $2", 3, 2)+" RETURNING id, salt", args...)
	return wrap(err, "save texts of request %d", request)
}

// valueRows writes the rows of an INSERT: each begins with what all share, and
// goes on with own parameters of its own, numbered from first.
func valueRows(n int, shared string, first, own int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + shared)
		for j := range own {
			fmt.Fprintf(&b, ", $%d", first+i*own+j)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// erase sets the contents that a fact names and their salts to NULL, and empties
// the kept copies of the request's mails, those that left and those that came: any of
// them may have quoted the text, and their encodings hide where. The hash of what left stays.
func (tx *Tx) erase(row support.Row, b support.ContentErased) error {
	n, err := tx.exec(`UPDATE content SET salt = NULL, text = NULL
WHERE request_id = $1 AND text IS NOT NULL AND id IN (SELECT CAST(value AS BIGINT) FROM json_each($2))`, row.ID, list(b.Content))
	if err != nil {
		return err
	}
	if n != int64(len(b.Content)) {
		return fmt.Errorf("%d of %d contents could be erased", n, len(b.Content))
	}
	if _, err = tx.exec("UPDATE sent SET bytes = $2 WHERE request_id = $1", row.ID, []byte{}); err != nil {
		return err
	}
	return tx.eraseMails(row.ID, b.Of)
}

// Texts gives texts by id; erased ones are "", unknown ids are absent. Whoever
// asks has the ids from facts that the viewer may read.
func (s *Store) Texts(ctx context.Context, ids []int64) (map[int64]string, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.texts(ids)
}

// Texts is [Store.Texts] within an update.
func (tx *Tx) Texts(ids []int64) (map[int64]string, error) { return tx.texts(ids) }

func (q rows) texts(ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	err := q.all(func(r scanner) error {
		var id int64
		var text string
		err := r.Scan(&id, &text)
		out[id] = text
		return err
	}, "SELECT id, COALESCE(text, '') FROM content WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))", list(ids))
	return out, wrap(err, "read texts")
}
