package support

import (
	"strconv"
	"time"
)

// RecipientKind says how a recipient is found when the effect is done.
type RecipientKind string

// Kinds of recipients. On-call and duty are looked up at the moment of paging.
const (
	ToContact RecipientKind = "contact"
	ToStaff   RecipientKind = "staff"
	ToOnCall  RecipientKind = "on_call"
	ToDuty    RecipientKind = "duty"
)

// Recipient is somebody to be told. ID is 0 for on-call and duty.
type Recipient struct {
	Kind RecipientKind `json:"kind"`
	ID   int64         `json:"id,omitempty"`
}

// String is the recipient's part of an effect's key: c31, s5, on_call, duty.
func (r Recipient) String() string {
	switch r.Kind {
	case ToContact:
		return "c" + strconv.FormatInt(r.ID, 10)
	case ToStaff:
		return "s" + strconv.FormatInt(r.ID, 10)
	}
	return string(r.Kind)
}

// Effect is something that the outside world must be told, once for each key.
// It holds no rendered text: the worker renders from the facts Seq..Last.
type Effect struct {
	Key       string
	Kind      string // mail, page
	Template  string
	Seq, Last int64
	Recipient Recipient
	NotBefore time.Time
}
