package desk

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// crowd puts notices on a request until the desk has made so many entries of it by
// itself, and people's entries until there are so many of both.
func (b *bench) crowd(id int64, automatic, all int) {
	b.t.Helper()
	b.ok(b.store.Update(b.t.Context(), func(tx *store.Tx) error {
		past, err := tx.Facts(id)
		if err != nil {
			return err
		}
		r := &support.Request{ID: id}
		support.Fold(r, past...)
		before := support.Index(r, b.Pack())
		var facts []support.Fact
		add := func(by support.Actor, body support.Body) {
			f := support.Fact{Seq: r.Seq + 1, At: r.LastAt, By: by, Body: body}
			support.Fold(r, f)
			facts = append(facts, f)
		}
		for r.Automatic < automatic {
			add(clockwork, support.Notified{Key: "r1.1.mail.c1", Kind: "mail", Template: "comment", Recipient: support.Recipient{Kind: support.ToContact, ID: b.tanaka.ID}, Seq: 1})
		}
		for r.Seq < int64(all) {
			add(b.asIto, support.ContactMade{Channel: support.Phone, With: b.tanaka.ID})
		}
		return tx.Append(before, facts, support.Index(r, b.Pack()), nil)
	}))
}

// A request of 20,000 entries is worked on as ever: people's entries are written,
// mails leave, and what the desk itself would add is counted until the digest of
// the day, which is written once.
func TestARequestOf20000EntriesGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	all := 20_000
	if testing.Short() {
		all = 6_000
	}
	b.crowd(id, support.MaxAutomatic, all)
	length := len(b.facts(id))

	b.do(b.asIto, id, &support.Comment{Text: support.T("We look into it."), Channel: support.Portal})
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("Thank you."), Channel: support.Portal})
	written := len(b.facts(id))
	sent := len(b.post.mails())
	b.settle()
	left := len(b.post.mails()) - sent
	b.do(system, id, &support.RecordAutoReply{Text: support.T("Out of office.")})
	if n := len(b.facts(id)); written <= length+1 || left == 0 || n != written {
		t.Fatalf("people made %d entries, %d mails left, and the desk made %d entries", written-length, left, n-written)
	}

	b.ok(b.Daily(t.Context())) // the day has not ended
	if n := len(b.facts(id)); n != written {
		t.Fatalf("%d entries were made before the day had ended", n-written)
	}
	b.clock.set(jst(t, "2026-06-04 10:00:00"))
	b.ok(b.Daily(t.Context()))
	b.ok(b.Daily(t.Context()))
	facts := b.facts(id)
	last, ok := facts[len(facts)-1].Body.(support.AutomaticDigested)
	if !ok || len(facts) != written+1 || last.Day != "2026-06-03" {
		t.Fatalf("%d entries were made, the last one is %+v", len(facts)-written, facts[len(facts)-1].Body)
	}
	counts := map[string]int{}
	for _, c := range last.Counts {
		counts[c.Kind] = c.N
	}
	if counts["notified"] != left || counts["auto_reply_received"] != 1 {
		t.Errorf("the digest tells of %v; %d mails left and one reply came", counts, left)
	}
	if ids, err := b.store.Undigested(t.Context(), b.clock.now().Add(48*time.Hour), 0, 10); err != nil || len(ids) != 0 {
		t.Errorf("something is left over for the next digest: %v, %v", ids, err)
	}
	b.check()
}

// What is missed on a crowded request is paged as it would be elsewhere: the
// digest stands for the single entry.
func TestAMissInADigestIsPaged(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	b.settle()
	b.crowd(id, support.MaxAutomatic, 0)
	b.clock.set(jst(t, "2026-06-05 10:00:00"))
	b.settle()
	var digests []support.AutomaticDigested
	for _, f := range b.facts(id)[support.MaxAutomatic:] {
		if d, ok := f.Body.(support.AutomaticDigested); ok {
			digests = append(digests, d)
		}
	}
	if len(digests) == 0 || len(digests[0].Missed) == 0 {
		t.Fatalf("no miss is in a digest: %+v", digests)
	}
	told := 0
	for _, m := range b.post.mails() {
		if strings.Contains(m.Subject, "issed") && m.To.Email == b.duty.Email {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the duty manager was told %d times of a missed target", told)
	}
	b.check()
}
