package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// long files a request of n facts as they come in a long life: comments and
// notes, asks, contacts, and the targets and notices between them.
func long(b *testing.B, s *store.Store, n int) int64 {
	b.Helper()
	var id int64
	err := s.Update(context.Background(), func(tx *store.Tx) (err error) {
		if err := (evidence{}).parties(tx); err != nil {
			return err
		}
		if id, err = tx.NewRequestID(); err != nil {
			return err
		}
		text := support.T("The cluster lost two hosts after the update of last night.")
		if err := tx.SaveText(1, id, &text); err != nil {
			return err
		}
		contact, engineer := support.Actor{Kind: support.Customer, ID: 1}, support.Actor{Kind: support.Vendor, ID: 1}
		facts := []support.Fact{{Seq: 1, At: monday, By: contact, Body: support.Filed{
			Kind: support.Technical, Channel: support.Portal, Contact: 1, Account: 1, Contract: 1, Severity: 3, Title: text, Body: text,
		}}}
		target := support.Target{
			Metric: support.FirstResponse, N: 1, AnchorSeq: 1, AnchorAt: monday, Amount: "4bh", Calendar: "jp", Zone: "Asia/Tokyo", Pack: "classic-2010@1",
			WarnAt: monday.Add(3 * time.Hour), DueAt: monday.Add(4 * time.Hour), Rules: []string{"R24", "A1"},
		}
		life := []struct {
			by   support.Actor
			body support.Body
		}{
			{contact, support.Commented{Text: text, Channel: support.Portal}},
			{engineer, support.Commented{Text: text, Channel: support.Portal}},
			{system.Actor, support.Notified{Key: "r10000000.6.mail.c1", Kind: "mail", Template: "comment", Recipient: support.Recipient{Kind: support.ToContact, ID: 1}, Seq: 6, SHA256: text.SHA256}},
			{engineer, support.NoteAdded{Text: text}},
			{engineer, support.AskOpened{N: 1, Kind: support.AskDetails, Of: support.TurnCustomer, Text: text}},
			{contact, support.AskAnswered{N: 1, Text: text}},
			{engineer, support.ContactMade{Channel: support.Phone, With: 1, Text: text}},
			{system.Actor, support.TargetStarted{Target: target}},
			{system.Actor, support.TargetMet{Metric: support.FirstResponse, N: 1, MetAt: monday.Add(time.Hour)}},
		}
		for i := 1; i < n; i++ {
			step := life[i%len(life)]
			facts = append(facts, support.Fact{Seq: int64(i + 1), At: monday.Add(time.Duration(i) * time.Minute), By: step.by, Body: step.body})
		}
		row := support.Row{
			ID: id, Seq: int64(n), Kind: support.Technical, Stage: support.StageWorkedOn, Account: 1, Contact: 1, Contract: 1,
			Turn: support.TurnSupport, FiledAt: monday, ChangedAt: monday,
		}
		return tx.Append(support.Row{}, facts, row, nil)
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// BenchmarkFold500 reads, decodes and applies 500 facts: 4 ms at most.
func BenchmarkFold500(b *testing.B) {
	s := open(b)
	id := long(b, s, 500)
	b.ReportAllocs()
	for b.Loop() {
		facts, err := s.Facts(context.Background(), system, id)
		if err != nil || len(facts) != 500 {
			b.Fatal(len(facts), err)
		}
		var r support.Request
		support.Fold(&r, facts...)
		if r.Seq != 500 {
			b.Fatal(r.Seq)
		}
	}
}

// BenchmarkUpdate commits one small row for each call, durably, by 1, 8 and 64
// callers at once; compare with BenchmarkSync.
func BenchmarkUpdate(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := open(b)
			left := make(chan struct{})
			var wg sync.WaitGroup
			for range callers {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for range left {
						err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.AddAccount(&support.Account{Name: "A", Country: "JP"}) })
						if err != nil {
							b.Error(err)
						}
					}
				}()
			}
			for b.Loop() {
				left <- struct{}{}
			}
			close(left)
			wg.Wait()
		})
	}
}

// BenchmarkSync writes a page and waits for the disk: no commit alone can be
// faster.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 2*4096)
	const pages = 256
	if err := f.Truncate(pages * int64(len(page))); err != nil {
		b.Fatal(err)
	}
	for i := int64(0); b.Loop(); i++ {
		// as the log does after its first round: over what is there already
		if _, err := f.WriteAt(page, i%pages*int64(len(page))); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead reads one row of a request's index.
func BenchmarkRead(b *testing.B) {
	s := open(b)
	id := long(b, s, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Request(context.Background(), store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: 1}}, id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend appends a comment to a request within one long update: what
// the statements cost without the disk.
func BenchmarkAppend(b *testing.B) {
	s := open(b)
	id := long(b, s, 1)
	b.ReportAllocs()
	err := s.Update(context.Background(), func(tx *store.Tx) error {
		row, err := tx.Request(id)
		if err != nil {
			return err
		}
		for b.Loop() {
			before := row
			row.Seq++
			f := support.Fact{Seq: row.Seq, At: monday, By: system.Actor, Body: support.Commented{Channel: support.Portal}}
			if err := tx.Append(before, []support.Fact{f}, row, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
