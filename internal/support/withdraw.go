package support

import (
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// Where the pack lets staff take a comment back, it is held for that long before
// the customer sees it. What is held is a fact of its own, which customers never
// see, and nothing follows from it: no clock is answered, nobody owns the request
// by it, no ask is open and no mail leaves. When its time has come the comment
// itself is recorded, by its author and as of that instant, and everything
// follows then. So a comment that is taken back leaves nothing to undo, and one
// that answers a target answers it when the customer can read it.

// CommentHeld is a comment of staff that the customer sees from Until on. Roles
// are its author's when it was written, by which it answers targets.
type CommentHeld struct {
	Text     Text       `json:"text"`
	Channel  Channel    `json:"channel"`
	Corrects int64      `json:"corrects,omitempty"`
	Asks     []AskDraft `json:"asks,omitempty"` // that go out with it
	Roles    []Role     `json:"roles"`
	// Files go out with it too.
	Files []AttachedFile `json:"files,omitempty"`
	Until time.Time      `json:"until"`
}

// AskDraft is an ask that goes out with a held comment.
type AskDraft struct {
	Kind  AskKind   `json:"kind"`
	Of    Turn      `json:"of"`
	Text  Text      `json:"text"`
	DueAt time.Time `json:"due_at,omitzero"`
	Item  string    `json:"item,omitempty"`
	// Removes is as in [AskOpened].
	Removes int `json:"removes,omitempty"`
}

// CommentWithdrawn takes a held comment back; the customer never saw it.
type CommentWithdrawn struct {
	Of int64 `json:"of"` // seq of the held comment
	// Why is erased when its text was erased before its time; empty: its author
	// took it back.
	Why string `json:"why,omitempty"`
}

func (CommentHeld) factKind() string      { return "comment_held" }
func (CommentWithdrawn) factKind() string { return "comment_withdrawn" }

// HeldComment is a comment that the customer does not see yet.
type HeldComment struct {
	CommentHeld
	Seq int64
	By  Actor
}

func (b CommentHeld) apply(r *Request, f Fact) {
	r.Held = append(r.Held, HeldComment{CommentHeld: b, Seq: f.Seq, By: f.By})
}

func (b CommentWithdrawn) apply(r *Request, _ Fact) { r.release(b.Of) }

func (r *Request) release(seq int64) {
	r.Held = slices.DeleteFunc(r.Held, func(h HeldComment) bool { return h.Seq == seq })
}

// WithdrawComment takes back the held comment Seq before the customer sees it.
type WithdrawComment struct {
	Seq int64
}

// Name implements [Command].
func (*WithdrawComment) Name() string { return "withdraw_comment" }

// Texts implements [Command].
func (*WithdrawComment) Texts() []*Text { return nil }

// author: whoever wrote the entry that the command names.
func (d *decision) author() error {
	if d.w.Entry.Body != nil && d.w.Entry.By != d.by {
		return refuse(Forbidden, "comment.withdraw_own")
	}
	return nil
}

func (c *WithdrawComment) decide(d *decision) error {
	if _, held := d.w.Entry.Body.(CommentHeld); !held {
		return refuse(NotFound, "comment.not_held", "seq", itoa64(c.Seq))
	}
	i := slices.IndexFunc(d.r.Held, func(h HeldComment) bool { return h.Seq == c.Seq })
	if i < 0 || !d.at.Before(d.r.Held[i].Until) {
		return refuse(Conflict, "comment.out", "seq", itoa64(c.Seq))
	}
	d.record(CommentWithdrawn{Of: c.Seq})
	return nil
}

// holdBack keeps a comment of staff back for as long as the pack says.
func (d *decision) holdBack(b Commented, asks []NewAsk, files []AttachedFile, within policy.Amount) {
	h := CommentHeld{
		Text: b.Text, Channel: b.Channel, Corrects: b.Corrects, Roles: slices.Clone(d.w.Roles), Until: d.at.Add(within.Duration()), Files: files,
	}
	for _, a := range asks {
		h.Asks = append(h.Asks, AskDraft(a))
	}
	d.record(h)
}

// publish lets the customer see a held comment, by its author and as of the
// instant at.
func (d *decision) publish(h HeldComment, at time.Time) {
	if contains(d.r.Erased, h.Text.ID) {
		d.recordAs(Actor{Kind: System}, CommentWithdrawn{Of: h.Seq, Why: "erased"})
		return
	}
	by, roles, happened := d.by, d.w.Roles, d.happened
	d.by, d.w.Roles, d.happened = h.By, h.Roles, at
	var asks []NewAsk
	for _, a := range h.Asks {
		asks = append(asks, NewAsk(a))
	}
	d.say(Commented{Text: h.Text, Channel: h.Channel, Corrects: h.Corrects, Held: h.Seq}, asks, h.Files)
	d.by, d.w.Roles, d.happened = by, roles, happened
}

// publishAll lets the customer see what is held, before the request is completed.
func (d *decision) publishAll() {
	for _, h := range slices.Clone(d.r.Held) {
		d.publish(h, earliest(d.at, h.Until))
	}
}
