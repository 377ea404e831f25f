package support

import "time"

// SubscriptionState is where a subscription to alerts stands (R11).
type SubscriptionState string

// States of subscriptions. Only an active one is written to.
const (
	SubscriptionPending SubscriptionState = "pending" // asked for, not confirmed
	SubscriptionActive  SubscriptionState = "active"
	SubscriptionEnded   SubscriptionState = "ended"
)

// Subscription is one person's wish for the alerts of a kind about a product. It
// belongs to a contact, or to an address without an account.
type Subscription struct {
	ID       int64
	Account  int64  // of the contact; 0: an address
	Contact  int64  // 0: an address
	Email    string // of who has no account; "" once it is forgotten
	Language string // of who has no account
	Product  string
	Kind     string // of the pack
	State    SubscriptionState
	AskedAt  time.Time
	// MailAt is when the mail that asks for confirmation may leave. Those that are
	// asked in one mail have one ConfirmToken.
	MailAt       time.Time
	ConfirmToken string
	LeaveToken   string // stands in each mail and ends it
	ConfirmedAt  time.Time
	EndedAt      time.Time
}

// Alert is one message to those who subscribed to its kind for its product. It
// is looked at before it is sent.
type Alert struct {
	ID      int64
	Product string // key
	Kind    string // of the pack
	Texts   []AlertText
	Link    string // where more stands; "" none
	Staff   int64  // who wrote it; 0: the desk
	MadeAt  time.Time
	SentAt  time.Time // zero: not sent
	Total   int       // to how many it was sent
}

// AlertText is an alert in one language.
type AlertText struct {
	Language string `json:"language"`
	Title    Text   `json:"title"`
	Text     Text   `json:"text"`
}

// In is the alert for a reader of a language: in that one, else in English, else
// the first.
func (a Alert) In(language string) AlertText {
	return inLanguage(a.Texts, language, func(t AlertText) string { return t.Language })
}

// inLanguage is what a reader of a language reads of several tellings: that one,
// else the English one, else the first.
func inLanguage[T any](tellings []T, language string, of func(T) string) T {
	for _, want := range []string{language, "en"} {
		for _, t := range tellings {
			if of(t) == want {
				return t
			}
		}
	}
	return tellings[0]
}
