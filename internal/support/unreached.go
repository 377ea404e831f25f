package support

import "slices"

// NoticeFailed: a mail did not reach whom it was for. Its key, template and Seq
// are those of the effect, as in [Notified], which stands before it when the mail
// had left.
type NoticeFailed struct {
	Key       string    `json:"key"`
	Kind      string    `json:"kind"` // mail, page
	Template  string    `json:"template"`
	Recipient Recipient `json:"recipient"` // a contact or a member of staff
	Seq       int64     `json:"seq"`       // of the fact that it should have told
	Why       NoticeWhy `json:"why"`
	Status    string    `json:"status,omitempty"` // code of RFC 3463, such as 5.1.1
	Tell      bool      `json:"tell,omitempty"`   // the owner does not know yet that nothing reaches this reader
}

// NoticeWhy is why a mail did not reach anybody.
type NoticeWhy string

// Reasons.
const (
	NoticeSuppressed NoticeWhy = "suppressed" // mails to the address are stopped
	NoticeRefused    NoticeWhy = "refused"    // for good, by the server that it was handed to
	NoticeGivenUp    NoticeWhy = "given_up"   // after days of tries
	NoticeBounced    NoticeWhy = "bounced"    // it came back
)

func (NoticeFailed) factKind() string { return "notice_failed" }

func (b NoticeFailed) apply(r *Request, _ Fact) {
	if !slices.Contains(r.Unreached, b.Recipient) {
		r.Unreached = append(r.Unreached, b.Recipient)
	}
}

func (b Notified) apply(r *Request, _ Fact) {
	r.Unreached = slices.DeleteFunc(r.Unreached, func(x Recipient) bool { return x == b.Recipient })
}

// FailNotice is the desk's: a mail did not reach whom it was for. The owner is told once until a mail
// reaches the reader.
type FailNotice struct{ NoticeFailed }

// Name implements [Command].
func (*FailNotice) Name() string { return "fail_notice" }

// Texts implements [Command].
func (*FailNotice) Texts() []*Text { return nil }

func (c *FailNotice) decide(d *decision) error {
	switch c.Why {
	case NoticeSuppressed, NoticeRefused, NoticeGivenUp, NoticeBounced:
	default:
		return Wrong("why", "notice.failed_why", "why", string(c.Why))
	}
	if WithheldKind(d.r, c, d.by) != "" {
		return nil
	}
	b := c.NoticeFailed
	b.Tell = b.Recipient.Kind == ToContact && !slices.Contains(d.r.Unreached, b.Recipient)
	d.record(b)
	return nil
}
