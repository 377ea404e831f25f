package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// Audited narrows what happened to other nouns than requests, whose timelines are
// their own. The zero value is all of it.
type Audited struct {
	Subject  string        // account, contact, contract, …; "": all
	ID       int64         // of the subject; 0: all of them
	Actor    support.Actor // who did it; the zero value is anybody
	From, To time.Time     // on the desk's clock; To is exclusive; zero: no bound
	After    string        // cursor
	Limit    int           // 1..500, 0 = 50
}

// Subjects are the nouns that [Store.Audit] reads, in the order of pages.
func Subjects() []string {
	return []string{"account", "contact", "contract", "registration", "licence", "staff", "product", "rota_shift", "absence", "token", "webhook", "mailbox", "mail_words", "effect",
		"read", "pack", "calendar", "plan", "handling", "defect", "beta_programme", "broadcast", "alert", "advisory", "callback", "phone_call", "mail", "suppressed", "security_report",
		"feature_request", "deflection", "subscription", subjectDesk}
}

// auditKey is where a page of [Store.Audit] ended.
type auditKey struct {
	At      int64  `json:"a"`
	Subject string `json:"s"`
	ID      int64  `json:"i"`
	Seq     int64  `json:"n"`
}

func readAuditKey(after string) (k auditKey, err error) {
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil {
		return k, support.Wrong("after", "list.cursor")
	}
	return k, nil
}

func (k auditKey) cursor() string {
	b, _ := json.Marshal(k) // of numbers and a word
	return base64.RawURLEncoding.EncodeToString(b)
}

// Audit reads what happened to other nouns than requests, the newest first, with
// the cursor of the next page, "" at the end. Customers read none of it, staff
// nothing of accounts and requests that they do not see.
func (s *Store) Audit(ctx context.Context, v Viewer, a Audited) (out []Event, next string, err error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, "", err
	}
	// The index of audits is found by these words in the text alone.
	where, args := "subject <> 'request'", []any{}
	and := func(text string, values ...any) {
		for _, x := range values {
			args = append(args, x)
			text = strings.Replace(text, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += " AND " + text
	}
	if a.Subject != "" {
		and("subject = ?", a.Subject)
	}
	if a.ID != 0 {
		and("subject_id = ?", a.ID)
	}
	if a.Actor.Kind != "" {
		and("actor_kind = ? AND actor_id = ?", string(a.Actor.Kind), a.Actor.ID)
	}
	if !a.From.IsZero() {
		and("at >= ?", a.From.UnixMicro())
	}
	if !a.To.IsZero() {
		and("at < ?", a.To.UnixMicro())
	}
	if a.After != "" {
		k, err := readAuditKey(a.After)
		if err != nil {
			return nil, "", err
		}
		and("(at, subject, subject_id, seq) < (?, ?, ?, ?)", k.At, k.Subject, k.ID, k.Seq)
	}
	sees, more := v.narrow(len(args)+1, "event", "CASE WHEN event.subject = 'read' THEN event.subject_id END", "FALSE")
	args = append(args, more...)
	most := limit(a.Limit, 50, 500)
	args = append(args, most+1)
	var last auditKey
	err = q.all(func(r scanner) error {
		e := Event{}
		if err := r.Scan(&e.Subject, &e.SubjectID, &e.Data); err != nil {
			return err
		}
		if len(out) == most {
			next = last.cursor()
			return nil
		}
		f, err := decode(e.Subject, string(e.Data))
		e.Fact = f
		last = auditKey{f.At.UnixMicro(), e.Subject, e.SubjectID, f.Seq}
		out = append(out, e)
		return err
	}, fmt.Sprintf("SELECT subject, subject_id, data FROM event WHERE %s AND %s ORDER BY at DESC, subject DESC, subject_id DESC, seq DESC LIMIT 0 + $%d",
		where, sees, len(args)), args...)
	return out, next, wrap(err, "read audit")
}
