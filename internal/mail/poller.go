package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	mailboxesEvery = 5 * time.Second  // the mailboxes are looked for changes
	lookEvery      = 60 * time.Second // a mailbox is looked at, also without news of it
	otherNode      = 5 * time.Second  // until one that has to wait, or that another node has, is asked for again
)

// Poller fetches the mails of all mailboxes. Of several nodes one has a mailbox at a
// time.
type Poller struct {
	Desk *desk.Desk
	// TLS replaces the default settings; nil: the machine's authorities are trusted.
	TLS *tls.Config
	// Log is slog.Default when nil. It is given ids and reasons alone.
	Log *slog.Logger
}

// Run fetches until ctx ends.
func (p *Poller) Run(ctx context.Context) {
	if p.Log == nil {
		p.Log = slog.Default()
	}
	type running struct {
		version int64
		stop    context.CancelFunc
		done    chan struct{}
	}
	var all sync.WaitGroup
	run := map[int64]*running{}
	for ctx.Err() == nil {
		list, err := p.Desk.Mailboxes(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Error("mailboxes are not looked for; they are again", "error", err)
		}
		now := map[int64]int64{}
		for _, m := range list {
			if m.State == store.MailboxEnabled {
				now[m.ID] = m.Version
			}
		}
		for id, r := range run {
			if version, there := now[id]; err == nil && (!there || version != r.version) {
				r.stop()
				<-r.done
				delete(run, id)
			}
		}
		for id, version := range now {
			if run[id] == nil {
				own, stop := context.WithCancel(ctx)
				r := &running{version, stop, make(chan struct{})}
				run[id] = r
				all.Go(func() {
					defer close(r.done)
					p.serve(own, id)
				})
			}
		}
		pause(ctx, mailboxesEvery)
	}
	all.Wait()
}

func pause(ctx context.Context, d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	select {
	case <-ctx.Done():
	case <-end.C:
	}
}

// serve fetches from one mailbox until ctx ends.
func (p *Poller) serve(ctx context.Context, id int64) {
	name := rand.Text() // of its leases
	for ctx.Err() == nil {
		at, err := p.Desk.ClaimMailbox(ctx, id, name)
		switch {
		case support.CodeOf(err) == support.Conflict:
			pause(ctx, otherNode)
			continue
		case err != nil:
			if ctx.Err() == nil {
				p.Log.Error("a mailbox is not fetched from; it is tried again", "mailbox", id, "error", err)
			}
			pause(ctx, otherNode)
			continue
		}
		taken, err := p.turn(ctx, at, name)
		if ctx.Err() != nil {
			break
		}
		if support.CodeOf(err) == support.Conflict {
			continue // somebody has changed it, or has it by now
		}
		p.Log.Warn("a mailbox could not be looked through; it is tried again", "mailbox", id, "why", whyOf(err))
		if err := p.Desk.MailboxFailed(ctx, id, name, whyOf(err), at.Attempts, taken); err != nil && support.CodeOf(err) != support.Conflict {
			p.Log.Error("what went wrong with a mailbox was not kept", "mailbox", id, "error", err)
		}
		pause(ctx, mailboxesEvery)
	}
	if err := p.Desk.LeaveMailbox(ctx, id, name); err != nil {
		p.Log.Warn("a mailbox is not given back; it waits until its lease ends", "mailbox", id, "error", err)
	}
}

// turn stays signed in to a mailbox and fetches what comes, until something goes
// wrong or ctx ends. taken are the mails since it was last written down.
func (p *Poller) turn(ctx context.Context, at desk.MailboxAccess, name string) (taken int64, err error) {
	b, err := open(ctx, at, p.TLS)
	if err != nil {
		return 0, err
	}
	defer b.close()
	quiet := context.AfterFunc(ctx, func() { _ = b.conn.SetReadDeadline(time.Now().Add(2 * time.Second)) })
	defer quiet()
	if err := b.prepare(); err != nil {
		return 0, err
	}
	data, err := b.folder(false)
	if err != nil {
		return 0, err
	}
	renew := func() error {
		_, err := p.Desk.ClaimMailbox(ctx, at.ID, name)
		return err
	}
	for {
		select {
		case <-b.news: // whatever came is found now
		default:
		}
		taken, err = b.look(ctx, data.UIDValidity, p.Desk.Receive, renew)
		if err == nil {
			err = renew()
		}
		if err == nil {
			err = p.Desk.MailboxFetched(ctx, at.ID, name, taken, int64(len(b.kept)))
		}
		if err != nil || ctx.Err() != nil {
			return taken, err
		}
		taken = 0
		if err := b.rest(ctx, lookEvery); err != nil || ctx.Err() != nil {
			return 0, err
		}
	}
}
