package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Redaction says which texts are erased for good, and why.
type Redaction struct {
	Seq    int64  // of the entry of the history
	Field  string // one of its texts as the history names it; "" is all of them
	Ground string // of the pack: secret, personal, mistake
	Reason string // stands in the history; never the text itself
}

// redacted is the audit of texts that were erased. Content are their ids.
type redacted struct {
	Of      int64        `json:"of,omitempty"`
	Content []int64      `json:"content"`
	Ground  string       `json:"ground"`
	Reason  support.Text `json:"reason,omitzero"`
	// Requests got the broadcast, and lose it.
	Requests int `json:"requests,omitempty"`
}

func (c Redaction) begin(d *Desk, tx *store.Tx) (redacted, error) {
	said := redacted{Of: c.Seq, Ground: c.Ground, Reason: support.T(c.Reason)}
	if err := support.CheckGround(d.Pack(), c.Ground); err != nil {
		return said, err
	}
	if err := checkText(c.Reason, "reason"); err != nil {
		return said, err
	}
	return said, tx.SaveText(0, 0, &said.Reason)
}

// RedactDefect erases texts of one entry of a defect's history for good: in the
// history, on the requests that were told them, and in what is kept of their
// mails. Words that the defect still says are replaced before.
func (d *Desk) RedactDefect(ctx context.Context, by support.Actor, id int64, c Redaction) error {
	return d.change(ctx, by, "redact_defect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		x, err := oneDefect(tx, id)
		if err != nil {
			return entry{}, err
		}
		said, err := c.begin(d, tx)
		if err != nil {
			return entry{}, err
		}
		f, err := tx.Entry("defect", id, c.Seq)
		if err != nil {
			return entry{}, err
		}
		if said.Content, err = c.of(tx, f); err != nil {
			return entry{}, err
		}
		for _, gone := range said.Content {
			if gone == x.Title.ID || gone == x.Public.ID || gone == x.Description.ID {
				return entry{}, support.Refuse(support.Conflict, "redaction.stands", "defect", support.DefectNumber(id))
			}
		}
		return entry{"defect", id, said}, tx.EraseOfDefect(id, said.Content)
	})
}

// of are the texts of an entry that are meant and not erased yet.
func (c Redaction) of(tx *store.Tx, f support.Fact) ([]int64, error) {
	var ids []int64
	refs := support.AuditTexts(f)
	for _, t := range refs {
		if c.Field == "" || c.Field == t.Name {
			ids = append(ids, t.Text.ID)
		}
	}
	seq := strconv.FormatInt(c.Seq, 10)
	switch {
	case len(refs) == 0:
		return nil, support.Refuse(support.Conflict, "redaction.nothing", "seq", seq)
	case len(ids) == 0:
		return nil, support.Wrong("field", "redaction.field_unknown", "field", c.Field, "seq", seq)
	}
	texts, err := tx.Texts(ids)
	if err != nil {
		return nil, err
	}
	var left []int64
	for _, id := range ids {
		if texts[id] != "" {
			left = append(left, id)
		}
	}
	if len(left) == 0 {
		return nil, support.Refuse(support.Conflict, "redaction.done", "seq", seq)
	}
	return left, nil
}

// RedactBroadcast erases a broadcast for good, in all its languages. Whoever
// waits for it does not get it; on the requests that got it one command each
// erases it. What left in mails is left.
func (d *Desk) RedactBroadcast(ctx context.Context, by support.Actor, id int64, c Redaction) error {
	c.Seq, c.Field = 0, ""
	return d.change(ctx, by, "redact_broadcast", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		b, err := tx.Broadcast(id)
		if err != nil {
			return entry{}, err
		}
		if err := wordsStandIn(tx, b); err != nil {
			return entry{}, err
		}
		said, err := c.begin(d, tx)
		if err != nil {
			return entry{}, err
		}
		for _, t := range b.Texts {
			said.Content = append(said.Content, t.Text.ID)
		}
		run, err := tx.EraseBroadcast(b, at)
		said.Requests = run.Total
		return entry{"broadcast", id, said}, err
	})
}

// wordsStandIn refuses a broadcast whose words are erased.
func wordsStandIn(tx *store.Tx, b support.Broadcast) error {
	words, err := tx.Texts([]int64{b.Texts[0].Text.ID})
	if err != nil {
		return err
	}
	return wordsStand(b, words)
}

func wordsStand(b support.Broadcast, words map[int64]string) error {
	if words[b.Texts[0].Text.ID] == "" {
		return support.Refuse(support.Conflict, "broadcast.erased")
	}
	return nil
}

// eraseBroadcastCommand erases a broadcast where one request got it. The reason
// becomes a text of the request's own.
func eraseBroadcastCommand(tx *store.Tx, item store.RunItem) (support.Command, error) {
	ordered, err := tx.LastOf("broadcast", item.Run.Subject, "redact_broadcast")
	if err != nil {
		return nil, err
	}
	var said redacted
	if err := json.Unmarshal(ordered.Body.(support.Unknown).Raw, &said); err != nil {
		return nil, fmt.Errorf("read why broadcast %d is erased: %w", item.Run.Subject, err)
	}
	reason, err := tx.Texts([]int64{said.Reason.ID})
	if err != nil {
		return nil, err
	}
	sent, err := tx.RunOfBroadcast(item.Run.Subject)
	if err != nil {
		return nil, err
	}
	facts, err := tx.Facts(item.Request)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		if b, ok := f.Body.(support.BroadcastTold); ok && b.Run == sent {
			return &support.RedactText{Seq: f.Seq, Ground: said.Ground, Reason: support.T(reason[said.Reason.ID])}, nil
		}
	}
	return nil, support.Refuse(support.NotFound, "redaction.no_entry")
}
