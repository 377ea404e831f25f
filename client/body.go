package client

import (
	"time"
)

// The bodies of the commands. Fields that are not given have the defaults of
// the API.

// Consent is the customer's agreement as staff record it: whose (the request's
// contact when empty), on which way, and when (now when zero).
type Consent struct {
	Contact string    `json:"contact,omitempty"` // customer number
	How     string    `json:"how"`               // phone, mail, portal
	At      time.Time `json:"at,omitzero"`
}

// Comment is for "comments".
type Comment struct {
	Text     string   `json:"text"`
	Channel  string   `json:"channel,omitempty"`
	OnBehalf bool     `json:"on_behalf,omitempty"`
	Corrects int64    `json:"corrects,omitempty"`
	Asks     []NewAsk `json:"asks,omitempty"`
	Files    []string `json:"files,omitempty"` // ids of uploads
}

// NewAsk is for "asks", and goes with a comment.
type NewAsk struct {
	Kind  string    `json:"kind"`
	Of    string    `json:"of,omitempty"` // "" is customer
	Text  string    `json:"text"`
	DueAt time.Time `json:"due_at,omitzero"`
	Item  string    `json:"item,omitempty"`
	// Removes is the component of another vendor that is to be removed; 0: none.
	Removes int `json:"removes,omitempty"`
}

// Note is for "notes".
type Note struct {
	Text     string   `json:"text"`
	Label    string   `json:"label,omitempty"`
	Mentions []string `json:"mentions,omitempty"` // e-mails of colleagues
	Files    []string `json:"files,omitempty"`    // ids of uploads
}

// Second is for "seconds", to add and to remove one.
type Second struct {
	Staff string `json:"staff"` // e-mail
}

// Text is for "auto-replies", "reopening".
type Text struct {
	Text string `json:"text"`
}

// Answer is for "asks/N/answer".
type Answer struct {
	Text  string   `json:"text,omitempty"`
	Files []string `json:"files,omitempty"` // ids of uploads
}

// Reason is for "asks/N/cancellation", "severity/grant", "severity/refusal",
// "after-hours/refusal", "escalation/end" and for cancelling a hand-over.
type Reason struct {
	Reason string `json:"reason"`
}

// Contact is for "contacts": a call, or an attempt to reach the contact.
type Contact struct {
	Channel    string    `json:"channel"` // phone, mail, portal
	Outcome    string    `json:"outcome"` // connected, voicemail, no_answer, sent, bounced
	Text       string    `json:"text,omitempty"`
	Announce   bool      `json:"announce,omitempty"`
	HappenedAt time.Time `json:"happened_at,omitzero"`
	Reason     string    `json:"reason,omitempty"`
}

// Wait is for "waiting".
type Wait struct {
	Kind   string    `json:"kind"`
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// SeverityRaise is for "severity/raise".
type SeverityRaise struct {
	To        int      `json:"to"`
	Impact    string   `json:"impact"`
	Dedicated []string `json:"dedicated,omitempty"` // customer numbers
	Criteria  []string `json:"criteria,omitempty"`
}

// SeverityLowering is for "severity/lowering" and "severity/lowering-proposal".
type SeverityLowering struct {
	To      int      `json:"to"`
	Reason  string   `json:"reason,omitempty"`
	Consent *Consent `json:"consent,omitempty"`
}

// Agreement is for "severity/lowering-agreement", "after-hours/confirmation",
// "after-hours/end-agreement" and "completion/acceptance".
type Agreement struct {
	Consent *Consent `json:"consent,omitempty"`
}

// AfterHoursOffer is for "after-hours/offer".
type AfterHoursOffer struct {
	Price string `json:"price"`
	Order string `json:"order,omitempty"`
}

// Assignment is for "assignment"; no Staff takes it oneself.
type Assignment struct {
	Staff string `json:"staff,omitempty"` // e-mail
}

// EscalationCall is for "escalation".
type EscalationCall struct {
	Statement   string    `json:"statement"`
	Impact      string    `json:"impact"`
	Workaround  string    `json:"workaround,omitempty"`
	MilestoneAt time.Time `json:"milestone_at,omitzero"`
	Reason      string    `json:"reason"`
	Phoned      bool      `json:"phoned,omitempty"`
}

// EscalationAssignment is for "escalation/assignment".
type EscalationAssignment struct {
	Engineer string `json:"engineer"` // e-mail
}

// ActionPlan is for "escalation/plan".
type ActionPlan struct {
	Steps []PlanStep `json:"steps"`
}

// Check is for "escalation/checks".
type Check struct {
	Check   string   `json:"check"`
	Consent *Consent `json:"consent,omitempty"`
}

// Completion is for "completion"; without consent for "completion/proposal".
type Completion struct {
	Reason  string   `json:"reason"`
	Text    string   `json:"text,omitempty"`
	Consent *Consent `json:"consent,omitempty"`
	Of      string   `json:"of,omitempty"` // of a duplicate: the request that goes on
	WithCause
}

// CompletionRefusal is for "completion/refusal".
type CompletionRefusal struct {
	Text     string `json:"text,omitempty"`
	OnBehalf bool   `json:"on_behalf,omitempty"`
}

// SurveyAnswer is for "survey".
type SurveyAnswer struct {
	Score int    `json:"score"`
	Text  string `json:"text,omitempty"`
}

// LicenceSplit is for "licence-split".
type LicenceSplit struct {
	Licence string   `json:"licence"` // the key that is divided
	Parts   []int    `json:"parts"`
	Version string   `json:"version,omitempty"`
	Keys    []string `json:"keys"`
}

// Void is for "attempts/N/void".
type Void struct {
	Why string `json:"why"` // bounced
}

// Filter narrows a list of requests; zero fields do not narrow. Owner is an
// e-mail address, "me" or "none".
type Filter struct {
	Owner, Turn, Account, Contract, Contact, Product string
	State, Kind, Queue, Tag                          string
	Severity                                         int
	DueBefore                                        time.Time
	Order                                            string // due, changed
	After                                            string
	Limit                                            int // 1 to 200, 0 is 50
}

func (f Filter) query(paged bool) string {
	pairs := []string{
		"owner", f.Owner, "turn", f.Turn, "account", f.Account, "contract", f.Contract, "contact", f.Contact, "product", f.Product,
		"state", f.State, "kind", f.Kind, "queue", f.Queue, "tag", f.Tag, "severity", count(f.Severity), "due_before", instant(f.DueBefore),
	}
	if paged {
		pairs = append(pairs, "order", f.Order, "after", f.After, "limit", count(f.Limit))
	}
	return query(pairs...)
}

// Window is a part of a timeline: seqs greater than After and less than Before,
// at most Limit (1 to 500, 0 is 50); Before 0 is no bound.
type Window struct {
	After, Before int64
	Limit         int
}

func (w Window) query() string {
	return query("after", count(w.After), "before", count(w.Before), "limit", count(w.Limit))
}
