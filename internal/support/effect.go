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
	// ToSubscriber is who subscribed to alerts, by the subscription, or wrote a mail
	// and is not known, by the mail: what the letter is about says which.
	ToSubscriber RecipientKind = "subscriber"
)

// Recipient is somebody to be told. ID is 0 for on-call and duty.
type Recipient struct {
	Kind RecipientKind `json:"kind"`
	ID   int64         `json:"id,omitempty"`
}

// String is the recipient's part of an effect's key: c31, s5, u7, on_call, duty.
func (r Recipient) String() string {
	switch r.Kind {
	case ToContact:
		return "c" + strconv.FormatInt(r.ID, 10)
	case ToStaff:
		return "s" + strconv.FormatInt(r.ID, 10)
	case ToSubscriber:
		return "u" + strconv.FormatInt(r.ID, 10)
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
	// About is what a letter is about; zero: the effect is a request's.
	About Subject
}

// Subject is a thing that is no request: its kind as events name it, and its id.
type Subject struct {
	Kind string
	ID   int64
}

// Letter is the effect that tells somebody of something that is no request, once
// for each template, subject, recipient and occasion; occasion is "" where there
// is one alone, and otherwise tells them apart in letters, digits and dots.
func Letter(about Subject, template, occasion string, to Recipient) Effect {
	key := about.Kind + itoa64(about.ID) + "." + template + occasion + "." + to.String()
	return Effect{Key: key, Kind: "mail", Template: template, Recipient: to, About: about}
}
