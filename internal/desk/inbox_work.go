package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	mailBatch = 32               // mails taken at once
	mailReads = 4                // of them read at the same time
	largeMail = 1 << 20          // bytes from which one is read alone: reading takes as much again
	mailLease = 2 * time.Minute  // what a process that died was at is free again afterwards
	mailTries = 3                // then a person looks at it (T18)
	mailPause = 10 * time.Second // after a failed try, doubled
	judgeTime = 20 * time.Second // for finding out who wrote
)

// readMail is a mail with what it says and who is believed to have written it.
type readMail struct {
	store.Mail
	in      *message.Inbound
	verdict Verdict
	hints   message.Hints
	class   message.Class
	said    string // what is new in it, or all of it where nothing is
	seenBy  string // by what the class was seen
	bounce  message.Bounce
	files   []mailFile
	// unseen are the ids to which it refers of mails of others that have not come, as
	// far as is known.
	unseen []string
	// first is the mail that was asked for what this one says; nil: none was.
	first *readMail
}

// mailFile is a file of a mail, whose bytes are kept already.
type mailFile struct {
	message.File
	ref   blob.Ref
	media string
}

// mailPass looks at what has come in and tells how many mails it took. A mail that
// cannot be dealt with is put off and is no error.
func (d *Desk) mailPass(ctx context.Context) (int, error) {
	var mails []store.Mail
	err := d.store.Update(ctx, func(tx *store.Tx) (err error) {
		mails, err = tx.ClaimMails(support.Instant(d.real()), mailLease, mailBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
		gate = make(chan struct{}, min(mailReads, d.senders))
		// A large mail is read while no other large one is.
		large sync.Mutex
	)
	for _, m := range mails {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			if m.Size > largeMail {
				large.Lock()
				defer large.Unlock()
			}
			if err := d.takeMail(ctx, m); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return len(mails), errors.Join(errs...)
}

// untilMail is how long nothing has to be looked at.
func (d *Desk) untilMail(ctx context.Context) (time.Duration, error) {
	next, err := d.store.NextMail(ctx)
	if err != nil || next.IsZero() {
		return maxSleep, err
	}
	return min(max(next.Sub(d.real()), time.Millisecond), maxSleep), nil
}

// takeMail does with one mail what follows from it. A mail that fails again and
// again is left to a person. The error is of the store alone.
func (d *Desk) takeMail(ctx context.Context, m store.Mail) error {
	if ctx.Err() != nil {
		return d.putMailOff(ctx, m, 0)
	}
	err := d.settleMail(ctx, m)
	switch {
	case err == nil:
		return nil
	case refusedWith(err, "mail.lease_lost"):
		return nil // another one did it
	case store.Overtaxed(err) || ctx.Err() != nil:
		return errors.Join(err, d.putMailOff(ctx, m, 0))
	}
	level := slog.LevelError
	if errors.Is(err, errUnproven) {
		level = slog.LevelInfo
	}
	d.log.Log(ctx, level, "a mail could not be dealt with", "mail", m.ID, "attempt", m.Attempts, "error", err)
	return d.putMailOff(ctx, m, mailPause<<min(m.Attempts, 10))
}

func (d *Desk) putMailOff(ctx context.Context, m store.Mail, pause time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.PutMailOff(m, d.real().Add(pause)) })
}

// settleMail reads a mail and puts it where it belongs, in one transaction.
func (d *Desk) settleMail(ctx context.Context, m store.Mail) (err error) {
	if m.Attempts > mailTries {
		m.State, m.Why = store.MailQuarantined, "poison"
		return d.record(ctx, func(tx *store.Tx) error { return tx.EndMail(m) })
	}
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("reading a mail panicked", "mail", m.ID, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	raw, err := d.rawMail(ctx, m)
	if err != nil {
		return err
	}
	r, err := d.readMail(ctx, m, raw)
	if err == nil && r.doubtful() && m.Attempts < mailTries {
		err = errUnproven
	}
	if err != nil {
		return err
	}
	err = d.keepFiles(ctx, r)
	if err == nil {
		r.first, err = d.asked(ctx, r)
	}
	if err != nil {
		return errors.Join(err, d.dropFiles(r, nil))
	}
	var used []string
	err = d.record(ctx, func(tx *store.Tx) (err error) {
		again := *r // the closure may run twice
		if used, err = d.placeMail(tx, &again); err != nil {
			return err
		}
		return tx.EndMail(again.Mail)
	})
	if err != nil && support.CodeOf(err) == "" {
		return err // it may be there all the same: so are its files, and what nobody names is left over
	}
	if err != nil {
		used = nil
	}
	return errors.Join(err, d.dropFiles(r, used))
}

// rawMail are the bytes of a mail; nil: they are erased.
func (d *Desk) rawMail(ctx context.Context, m store.Mail) ([]byte, error) {
	if m.Erased() {
		return nil, nil
	}
	if m.Key == "" {
		return d.store.RawMail(ctx, m.ID)
	}
	if d.files == nil {
		return nil, fmt.Errorf("mail %d is a file, and this desk keeps none", m.ID)
	}
	f, err := d.files.Open(ctx, blob.Ref{Key: m.Key, Size: m.Size})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw := make([]byte, m.Size)
	_, err = io.ReadFull(f, raw)
	return raw, err
}

// parsed is a mail with what it says.
func (d *Desk) parsed(ctx context.Context, m store.Mail, raw []byte) (*readMail, error) {
	own, err := d.ownNow(ctx)
	if err != nil {
		return nil, err
	}
	in := message.Parse(raw)
	r := &readMail{Mail: m, in: &in, hints: in.Hints(d.mailKeys, own, m.Handed.To...), said: words(in.Text)}
	r.class, r.seenBy, r.bounce = in.Class(own)
	r.unseen = unique(d.foreign(r))
	r.Class = string(r.class)
	if len(in.From) > 0 {
		r.Sender, r.Said.Name = foldedAddress(in.From[0].Email), clip(in.From[0].Name, 200)
	}
	r.Said.Subject, r.Said.Excerpt = clip(in.Subject, MaxTitle), clip(r.said, excerpt)
	return r, nil
}

// readMail finds out what a mail says and who wrote it.
func (d *Desk) readMail(ctx context.Context, m store.Mail, raw []byte) (*readMail, error) {
	r, err := d.parsed(ctx, m, raw)
	if err != nil {
		return nil, err
	}
	if d.judge != nil {
		given, cancel := context.WithTimeout(ctx, judgeTime)
		defer cancel()
		handed := delivered(m, raw)
		if handed.Noter, err = d.noterOf(ctx, m.Mailbox); err != nil {
			return nil, err
		}
		r.verdict = d.judge(given, handed, r.in)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	r.Judged = store.MailJudged{SPF: r.verdict.SPF, DKIM: r.verdict.DKIM, DMARC: r.verdict.DMARC, Aligned: r.verdict.Aligned}
	return r, nil
}

// errUnproven is no fault of a mail: who wrote it may be known a little later.
var errUnproven = errors.New("name servers did not answer")

// doubtful tells whether it is not known whose a mail is because somebody did not
// answer in time, who may another time.
func (r *readMail) doubtful() bool {
	const tempError = "temperror" // RFC 8601, 2.7
	v := r.verdict
	return r.class == message.Person && !v.Aligned && (v.SPF == tempError || v.DKIM == tempError || v.DMARC == tempError)
}

// delivered is a mail as its door was handed it.
func delivered(m store.Mail, raw []byte) Delivery {
	out := Delivery{Mailbox: m.Mailbox, From: m.Handed.From, To: m.Handed.To, Hello: m.Handed.Hello, Mark: m.Mark, Raw: raw}
	out.Peer, _ = netip.ParseAddr(m.Handed.Peer) // the zero value is not known
	return out
}

// keepFiles stores the files of a mail that somebody may have written, before it is
// known on what they stand.
func (d *Desk) keepFiles(ctx context.Context, r *readMail) error {
	if r.class != message.Person || !r.verdict.Aligned || r.in.Refused != "" {
		return nil
	}
	return d.putFiles(ctx, r)
}

// putFiles stores the files of a mail.
func (d *Desk) putFiles(ctx context.Context, r *readMail) error {
	if d.files == nil {
		return nil
	}
	for _, f := range r.in.Files {
		if len(f.Content) == 0 || f.Sort == message.Report || len(r.files) == support.MaxFiles {
			continue
		}
		ref, err := d.files.Put(ctx, bytes.NewReader(f.Content), int64(len(f.Content)))
		if err != nil {
			return noRoom(err)
		}
		r.files = append(r.files, mailFile{f, ref, mediaOf(f.Content[:min(len(f.Content), sniffed)])})
	}
	return nil
}

// dropFiles removes the files that nothing names.
func (d *Desk) dropFiles(r *readMail, used []string) error {
	var errs []error
	if r.first != nil {
		errs = append(errs, d.dropFiles(r.first, used))
	}
	named := map[string]bool{}
	for _, key := range used {
		named[key] = true
	}
	for _, f := range r.files {
		if !named[f.ref.Key] {
			errs = append(errs, d.files.Remove(f.ref.Key))
		}
	}
	return errors.Join(errs...)
}
