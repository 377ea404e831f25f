package desk

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/blob"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// found tells in which tables of the database a word stands, whatever their columns
// are, with the plain text of what is bytes.
func (b *bench) found(word string) (out []string) {
	b.t.Helper()
	tables := "SELECT name FROM sqlite_schema WHERE type = 'table'"
	if pgtest.Chosen() {
		tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	db := b.raw()
	defer db.Close()
	for _, table := range b.columnOf(db, tables) {
		rows, err := db.QueryContext(b.t.Context(), `SELECT * FROM "`+table+`"`)
		b.ok(err)
		columns, err := rows.Columns()
		b.ok(err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			b.ok(rows.Scan(into...))
			for i, v := range values {
				if strings.Contains(fmt.Sprintf("%s", v), word) {
					out = append(out, table+"."+columns[i])
				}
			}
		}
		b.ok(rows.Err())
		b.ok(rows.Close())
	}
	return out
}

// raw opens the database past the store.
func (b *bench) raw() *sql.DB {
	b.t.Helper()
	driver := "sqlite"
	if pgtest.Chosen() {
		driver = "pgx"
	}
	db, err := sql.Open(driver, b.path)
	b.ok(err)
	b.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (b *bench) columnOf(db *sql.DB, text string) (out []string) {
	rows, err := db.QueryContext(b.t.Context(), text)
	b.ok(err)
	defer rows.Close()
	for rows.Next() {
		var s string
		b.ok(rows.Scan(&s))
		out = append(out, s)
	}
	b.ok(rows.Err())
	return out
}

// holding tells in how many files of the folder a word stands.
func (b *bench) holding(dir, word string) (n int) {
	b.t.Helper()
	b.ok(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if strings.Contains(string(body), word) {
			n++
		}
		return err
	}))
	return n
}

// A text that came by mail is gone with the mail: with its bytes in the database or in
// the folder, with its copies, those that come later too, and with the mails that may
// quote it. What waits for a person, and what is about another request, stays.
func TestAnErasedTextIsGoneFromMailsToo(t *testing.T) {
	t.Parallel()
	b := mailbox(t)
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "files")
	var err error
	b.files, err = blob.New(dir)
	b.ok(err)
	id, other := b.file().ID, b.file().ID
	to := b.token(id, b.tanaka.ID)
	l := inMail{From: b.tanaka.Email, To: to, Subject: "about " + secret, ID: "a@hokuto.example", Text: "It is root, " + secret}
	large := inMail{From: b.tanaka.Email, To: to, Subject: "log", ID: "b@hokuto.example", Text: secret + "\n" + strings.Repeat("line\n", 80_000)}
	said, long := b.deliver(l), b.deliver(large)
	b.wantMail(b.deliver(l), store.MailDropped, "copy")
	quotes := b.deliver(inMail{From: b.takahashi.Email, To: to, Subject: "Re: x", Text: "I see.\n\nOn Mon, Tanaka wrote:\n> It is root, " + secret + "\n"})
	waits := b.deliver(inMail{From: b.tanaka.Email, To: to, Subject: "x", Head: "X-Forged: 1\r\n", Text: "unread"})
	kept := b.deliver(inMail{From: b.tanaka.Email, To: b.token(other, b.tanaka.ID), Subject: "x", Text: "another matter"})
	if b.holding(dir, secret) == 0 || len(b.found(secret)) == 0 {
		t.Fatal("it stands nowhere, so this test proves nothing")
	}
	for _, m := range []store.Mail{said, long} {
		b.do(b.asDuty(), id, &support.RedactText{Seq: m.Seq, Ground: "secret", Reason: support.T("a password was pasted")})
	}
	late := b.deliver(l)
	b.ok(b.Settle(ctx))
	_, err = b.filePass(ctx)
	b.ok(err)
	if left := b.found(secret); len(left) > 0 {
		t.Errorf("it still stands in %v", left)
	}
	if n := b.holding(dir, secret); n > 0 {
		t.Errorf("it still stands in %d files", n)
	}
	for _, m := range []store.Mail{said, long, quotes, late} {
		now, raw, err := b.OpenMail(ctx, everything, m.ID)
		if b.ok(err); !now.Erased() || len(raw) != 0 || now.Said != (store.MailSaid{}) || now.Sender != "" && m.ID != quotes.ID {
			t.Errorf("mail %d says %q and %+v", m.ID, raw, now)
		}
	}
	for _, m := range []store.Mail{waits, kept} {
		if now, raw, err := b.OpenMail(ctx, everything, m.ID); err != nil || now.Erased() || len(raw) == 0 {
			t.Errorf("mail %d is gone too: %v", m.ID, err)
		}
	}
	_, err = b.ReturnMail(ctx, b.asDuty(), late.ID)
	refused(t, err, support.Conflict, "mail.is_erased")
	b.check()
	if pgtest.Chosen() {
		return // the server's files keep old rows until it vacuums
	}
	b.ok(b.store.Close())
	if n := b.holding(filepath.Dir(b.path), secret); n > 0 {
		t.Errorf("the database's files still hold it")
	}
}
