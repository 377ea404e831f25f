package desk

import (
	"bytes"
	"context"
	"path/filepath"
	"sync"
	"testing"

	"madoguchi/internal/blob"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// What a door was told is kept: one row for a mark of a mailbox, however often and
// by how many at once it is brought.
func TestAMailIsKeptOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := context.Background()
	var err error
	b.files, err = blob.New(filepath.Join(t.TempDir(), "files"))
	b.ok(err)
	m := Delivery{Mailbox: "support", Mark: "7.1", To: []string{"support@desk.example"}, Raw: []byte("Subject: a\r\n\r\nb\r\n")}
	large := Delivery{Mailbox: "support", Mark: "7.2", Raw: append([]byte("Subject: large\r\n\r\n"), bytes.Repeat([]byte("line\r\n"), 100_000)...)}
	var ids, others sync.Map
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			id, err := b.Receive(ctx, m)
			other, otherErr := b.Receive(ctx, large)
			if err != nil || otherErr != nil {
				t.Error(err, otherErr)
			}
			ids.Store(id, true)
			others.Store(other, true)
		})
	}
	wg.Wait()
	for _, set := range []*sync.Map{&ids, &others} {
		n := 0
		set.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("one mark has led to %d mails", n)
		}
	}
	unmarked := m
	unmarked.Mark = ""
	first, err := b.Receive(ctx, unmarked)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := b.Receive(ctx, unmarked); err != nil || second == first {
		t.Errorf("without a mark each is kept: %d and %d, %v", first, second, err)
	}
	_, err = b.Receive(ctx, Delivery{Mailbox: "smtp", Raw: make([]byte, message.MaxSize+1)})
	if support.CodeOf(err) != support.TooLarge {
		t.Errorf("more than the most: %v", err)
	}
}
