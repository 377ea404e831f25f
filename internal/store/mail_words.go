package store

import (
	"context"
	"encoding/json"
	"time"

	"madoguchi/internal/support"
)

// MailWords are words of the desk's own in a kind of mail, in a language: a version
// of them, as a whole.
type MailWords struct {
	ID       int64  // filled by AddMailWords
	Template string // every: of all mails
	Language string
	Version  int64             // 1..
	Words    map[string]string // by keys of the catalogue; those that are missing are the program's
	Staff    int64
	MadeAt   time.Time // of the desk's clock
}

const mailWordsColumns = "id, template, language, version, words, staff_id, made_at"

func (q rows) mailWords(text string, args ...any) (out []MailWords, err error) {
	err = q.all(func(r scanner) error {
		var m MailWords
		var words string
		err := r.Scan(&m.ID, &m.Template, &m.Language, &m.Version, &words, &m.Staff, instant{&m.MadeAt})
		if err == nil {
			err = json.Unmarshal([]byte(words), &m.Words)
		}
		out = append(out, m)
		return err
	}, text, args...)
	return out, wrap(err, "read words of mails")
}

// AddMailWords adds the version after the one that whoever writes has read, and fills
// ID and Version. Where there is another one meanwhile it is a conflict.
func (tx *Tx) AddMailWords(m *MailWords, read int64) error {
	words, err := json.Marshal(m.Words)
	if err != nil {
		return wrap(err, "add words of mails")
	}
	var now int64
	if err := tx.one([]any{&now}, "SELECT COALESCE(MAX(version), 0) FROM mail_words WHERE template = $1 AND language = $2", m.Template, m.Language); err != nil {
		return wrap(err, "add words of mails")
	}
	if now != read {
		return support.Refuse(support.Conflict, "mail_words.changed")
	}
	m.Version = now + 1
	err = tx.one([]any{&m.ID}, `INSERT INTO mail_words (template, language, version, words, staff_id, made_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, m.Template, m.Language, m.Version, string(words), m.Staff, m.MadeAt.UnixMicro())
	return wrap(err, "add words of mails")
}

// MailWordsNow are the words that hold, of all kinds of mails and languages.
func (s *Store) MailWordsNow(ctx context.Context) ([]MailWords, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	const most = 1000 // kinds times languages
	return q.mailWords("SELECT "+mailWordsColumns+` FROM mail_words m
WHERE version = (SELECT MAX(x.version) FROM mail_words x WHERE x.template = m.template AND x.language = m.language) ORDER BY template, language LIMIT 0 + $1`, most)
}

// MailWordsOf are the versions of the words of a kind of mail in a language, the
// newest first, at most max, 1..100, 0 = 100.
func (s *Store) MailWordsOf(ctx context.Context, template, language string, max int) ([]MailWords, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.mailWords("SELECT "+mailWordsColumns+" FROM mail_words WHERE template = $1 AND language = $2 ORDER BY version DESC LIMIT 0 + $3",
		template, language, limit(max, 100, 100))
}
