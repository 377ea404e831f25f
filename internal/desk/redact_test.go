package desk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

const secret = "hunter2-Kennwort"

// A pasted password is gone everywhere: from pages and feeds, from mails that
// have not left, from the copies of those that have, and from the file itself.
// Who erased it and why stays, and the chain is whole.
func TestAnErasedTextIsGoneEverywhere(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	id := b.file().ID
	asDuty := support.Actor{Kind: support.Vendor, ID: b.duty.ID}
	b.do(b.asIto, id, &support.Comment{Text: support.T("The console password is " + secret)})
	b.settle()
	first := b.do(b.asTanaka, id, &support.Comment{Text: support.T("It is root, " + secret)}).Seq
	var keys []string
	for _, f := range b.facts(id) {
		if n, ok := f.Body.(support.Notified); ok {
			keys = append(keys, n.Key)
		}
	}
	mails := len(b.post.mails())
	var leaked bool
	for _, m := range b.post.mails() {
		leaked = leaked || strings.Contains(m.Text, secret)
	}
	if !leaked {
		t.Fatal("the mail about the comment does not hold it, so this test proves nothing")
	}
	for _, seq := range []int64{first, commentBefore(b.facts(id), first)} {
		b.do(asDuty, id, &support.RedactText{Seq: seq, Ground: "secret", Reason: support.T("a password was pasted")})
	}
	b.settle()
	for _, m := range b.post.mails()[mails:] {
		if strings.Contains(m.Text+m.HTML+m.Subject, secret) {
			t.Errorf("%s left with the secret after it was erased", m.Key)
		}
	}
	var ids []int64
	for _, f := range b.facts(id) {
		for _, x := range support.TextRefs(f.Body) {
			ids = append(ids, x.Text.ID)
		}
	}
	texts, err := b.store.Texts(ctx, ids)
	b.ok(err)
	for _, s := range texts {
		if strings.Contains(s, secret) {
			t.Error("the text can still be read")
		}
	}
	for _, key := range keys {
		_, err := b.store.Sent(ctx, everything, key)
		refused(t, err, support.NotFound, "effect.erased")
	}
	if strings.Contains(b.log.String(), secret) {
		t.Error("the log holds it")
	}
	b.check()
	if pgtest.Chosen() {
		return // the server's files keep old rows until it vacuums
	}
	b.ok(b.store.Close())
	files, err := filepath.Glob(filepath.Join(filepath.Dir(b.path), "*"))
	b.ok(err)
	for _, name := range files {
		bytes, err := os.ReadFile(name)
		b.ok(err)
		if strings.Contains(string(bytes), secret) {
			t.Errorf("%s still holds the bytes", filepath.Base(name))
		}
	}
}

// commentBefore is the seq of the last comment before another entry.
func commentBefore(facts []support.Fact, before int64) (seq int64) {
	for _, f := range facts {
		if _, ok := f.Body.(support.Commented); ok && f.Seq < before {
			seq = f.Seq
		}
	}
	return seq
}

// A mail that was made before the text was erased and is on its way meanwhile
// leaves, and nothing is kept of it.
func TestAMailOnItsWayIsNotKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	done := b.do(b.asIto, id, &support.Comment{Text: support.T(secret)})
	seq := done.Facts[0].Seq
	b.post.setRefuse(func(m notify.Mail) error {
		b.post.setRefuse(nil)
		_, err := b.Do(context.Background(), b.asIto, id, &support.RedactText{Seq: seq, Ground: "secret"})
		return err
	})
	b.settle()
	for _, n := range notices(b.facts(id), "comment") {
		_, err := b.store.Sent(t.Context(), store.Viewer{Actor: clockwork}, n.Key)
		refused(t, err, support.NotFound, "effect.erased")
		if n.SHA256 == "" {
			t.Error("the hash of what left is lost")
		}
	}
	if len(notices(b.facts(id), "comment")) != 1 {
		t.Error("the comment was not told")
	}
	b.check()
}
