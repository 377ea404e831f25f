// Package desk is the shell around the core: the one door by which anything
// changes. It loads what a command needs, lets the core decide, and writes
// facts, row and effects in one transaction ([Desk.Do]); it lets time pass for
// requests that wait for it and tells the outside world what has happened
// ([Desk.Run]); and it changes the customers' and the vendor's people and
// papers ([Desk.AddContract] and its kin), each change audited beside it.
//
// It refuses to know rules, languages and protocols: who may do what to a
// request and what follows is decided in support, words are made in notify,
// doors bring their own protocol. It keeps no state of requests between two
// calls.
//
// Data layout: nothing of its own. Facts, rows, effects and parties are the
// store's. Two clocks are passed in: Now is the desk's, by which facts,
// targets, windows and an effect's earliest instant are judged and which a
// demo or a test sets; Real is the real one, by which leases, retries and
// tokens are judged.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/blob"
	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Config is what a desk is made of. Store, Packs, Now and Out are required.
type Config struct {
	Store *store.Store
	Packs *Packs
	// Files is where the bytes of files lie; nil: none are taken.
	Files *blob.Folder
	// Now is the desk's clock; Real the real one, time.Now when nil.
	Now  func() time.Time
	Real func() time.Time
	Out  Outbox
	// Name is the vendor's name in mails, Sender the address that they come
	// from, BaseURL the portal's address without a slash at its end.
	Name, Sender, BaseURL string
	// Sign gives the field of a mail's signature, over the bytes that leave; nil:
	// mails are not signed.
	Sign func(eml []byte) (field string, err error)
	// Limits are how many mails leave at most; the zero value is no limit.
	Limits store.MailLimits
	// Log is slog.Default when nil. It is given ids, never texts or addresses.
	Log *slog.Logger
	// SendTimeout is how long one mail may take; 0: 30 seconds.
	SendTimeout time.Duration
	// Webhooks tells receivers of the feed; the zero value tells none.
	Webhooks Webhooks
	// TryMailbox signs in to a mailbox, looks how many mails wait in it and says what
	// was wrong; nil: there are no mailboxes.
	TryMailbox func(ctx context.Context, at MailboxAccess) (waiting int64, why string)
	// Gate signs people in who come with a browser; nil: nobody does.
	Gate *auth.Gate
	// MailKeys sign reply addresses and return paths; without one there are none.
	MailKeys message.Keys
	// Own is by which mails of this desk are known.
	Own message.Own
	// Judge finds out who wrote a mail; nil: nothing is known of anybody.
	Judge func(ctx context.Context, m Delivery, in *message.Inbound) Verdict
	// Senders is how many requests are told of at the same time; 0: eight. One
	// alone tells in the same order each time, which the simulation needs.
	Senders int
}

// Outbox takes a mail out of the house. It may be asked for the same mail
// again, under the same Message-ID, when the desk could not record that it
// left. An error that wraps [ErrPermanent] will not get better by trying again.
type Outbox interface {
	Send(ctx context.Context, m notify.Mail) error
}

// ErrPermanent marks a mail that was refused for good: the address does not
// exist, the message is not accepted.
var ErrPermanent = errors.New("refused for good")

// ErrAddress marks a refusal of the recipient's address, for good or for now.
// Trouble with the relay or with the message says nothing of the address.
var ErrAddress = errors.New("the address is not accepted")

// Desk is a running support desk over one database. It is safe for concurrent
// use.
type Desk struct {
	store                 *store.Store
	packs                 *Packs
	now, real             func() time.Time
	out                   Outbox
	name, sender, baseURL string
	sign                  func([]byte) (string, error)
	limits                store.MailLimits
	log                   *slog.Logger
	sendTimeout           time.Duration
	senders               int
	webhooks              Webhooks
	gate                  *auth.Gate
	ownHad                atomic.Pointer[ownAt]
	wordsHad              atomic.Pointer[wordsAt]
	tryMailbox            func(context.Context, MailboxAccess) (int64, string)
	files                 *blob.Folder
	mailKeys              message.Keys
	own                   message.Own
	judge                 func(context.Context, Delivery, *message.Inbound) Verdict
	painting              chan struct{} // has a place for each thumbnail that is being made

	// pass lets the background work in many at a time and Settle alone, so
	// that a clock that is being set never moves under a command of the loops.
	pass  sync.RWMutex
	folds folds
	// called are the names of the pack's products, as they sound.
	called atomic.Pointer[packNames]
	// Kicks wake the loops of Run; a full one is already awake.
	kickTimer, kickEffects, kickWebhooks, kickFiles, kickMail chan struct{}
	timerUntil                                                atomic.Int64 // when the timer looks again by itself, on the desk's clock; 0: it is looking
	// forgot is when no old key was left, in microseconds of the real clock.
	forgot atomic.Int64
	scrub  scrub
	// swept is when no old upload was left, likewise.
	swept atomic.Int64
	// tx, when set, is the one update that all changes are parts of.
	tx *store.Tx
}

// New makes a desk. The error names what is missing.
func New(c Config) (*Desk, error) {
	switch {
	case c.Store == nil:
		return nil, errors.New("desk: a store is needed")
	case c.Packs == nil || c.Packs.Current() == nil:
		return nil, errors.New("desk: a policy pack is needed")
	case c.Now == nil:
		return nil, errors.New("desk: a clock is needed")
	case c.Out == nil:
		return nil, errors.New("desk: an outbox is needed: a smarthost or a folder")
	}
	if c.Real == nil {
		c.Real = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.SendTimeout <= 0 {
		c.SendTimeout = 30 * time.Second
	}
	if c.Senders <= 0 {
		c.Senders = senders
	}
	return &Desk{
		store: c.Store, packs: c.Packs, now: c.Now, real: c.Real, out: c.Out,
		name: c.Name, sender: c.Sender, baseURL: c.BaseURL, sign: c.Sign, limits: c.Limits, log: c.Log, sendTimeout: c.SendTimeout, senders: c.Senders,
		webhooks: c.Webhooks, gate: c.Gate, tryMailbox: c.TryMailbox,
		kickTimer: make(chan struct{}, 1), kickEffects: make(chan struct{}, 1), kickWebhooks: make(chan struct{}, 1),
		mailKeys: c.MailKeys, own: c.Own, judge: c.Judge, kickMail: make(chan struct{}, 1),
		files: c.Files, kickFiles: make(chan struct{}, 1), painting: make(chan struct{}, painters),
	}, nil
}

// Pack is the policy pack in force.
func (d *Desk) Pack() *policy.Pack { return d.packs.Current() }

// Sender is the address that mails come from.
func (d *Desk) Sender() string { return d.sender }

// Packs are all versions of the policy pack.
func (d *Desk) Packs() *Packs { return d.packs }

// Now is the desk's clock, UTC at microsecond precision.
func (d *Desk) Now() time.Time { return support.Instant(d.now()) }
