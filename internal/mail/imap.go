package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/crc32"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// Bounds of a connection to a mailbox.
const (
	openWithin   = 30 * time.Second // from the first packet to the folder
	answerWithin = 30 * time.Second // one command
	mailWithin   = 5 * time.Minute  // fetching one mail
	chunk        = 50               // mails after which they are moved
)

// Why a mailbox could not be looked through. The words are stored and shown.
const (
	whyName       = "name"       // the name has no address
	whyConnection = "connection" // nobody listens, or the connection broke
	whyTLS        = "tls"        // its certificate is not trusted, or it speaks no TLS
	whyTimeout    = "timeout"
	whyLogin      = "login"  // user or password are not accepted
	whyFolder     = "folder" // there is no such folder, or it is not for this user
	whyServer     = "server" // it refused something else, or speaks no IMAP
	whyDesk       = "desk"   // we could not keep what was fetched
)

// trouble is why a mailbox could not be looked through.
type trouble struct {
	why string
	err error
}

func (t *trouble) Error() string { return t.why + ": " + t.err.Error() }
func (t *trouble) Unwrap() error { return t.err }

// whyOf is the word for what went wrong.
func whyOf(err error) string {
	var (
		t       *trouble
		dns     *net.DNSError
		refused *imap.Error
		record  tls.RecordHeaderError
		cert    *tls.CertificateVerificationError
		slow    net.Error
	)
	switch {
	case errors.As(err, &t):
		return t.why
	case errors.As(err, &record), errors.As(err, &cert):
		return whyTLS
	case errors.As(err, &dns) && !dns.IsTimeout:
		return whyName
	case errors.Is(err, errLate), errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return whyTimeout
	case errors.As(err, &refused):
		return whyServer
	}
	return whyConnection
}

var errLate = errors.New("no answer in time")

// box is a mailbox to which somebody is signed in.
type box struct {
	at     desk.MailboxAccess
	client *imapclient.Client
	conn   net.Conn
	news   chan struct{} // holds a signal when mails may have come
	kept   map[imap.UID]bool
}

// open connects and signs in, and gives up when ctx ends.
func open(ctx context.Context, at desk.MailboxAccess, settings *tls.Config) (*box, error) {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at.Host)
	if err != nil {
		return nil, err
	}
	b := &box{at: at, conn: conn, news: make(chan struct{}, 1), kept: map[imap.UID]bool{}}
	quiet := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer quiet()
	if err := b.greet(settings); err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		return nil, err
	}
	if err := b.client.Login(at.User, at.Secret).Wait(); err != nil {
		_ = conn.Close()
		if refused := (*imap.Error)(nil); errors.As(err, &refused) {
			err = &trouble{whyLogin, errors.New("user or password were refused")} // the server's words may hold them
		}
		return nil, err
	}
	return b, nil
}

// greet protects the connection and waits for the server's greeting.
func (b *box) greet(settings *tls.Config) error {
	host, _, _ := net.SplitHostPort(b.at.Host)
	if settings == nil {
		settings = &tls.Config{}
	}
	settings = settings.Clone()
	settings.ServerName, settings.MinVersion = host, tls.VersionTLS12
	o := &imapclient.Options{TLSConfig: settings, UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(*imapclient.UnilateralDataMailbox) {
		select {
		case b.news <- struct{}{}:
		default:
		}
	}}}
	switch b.at.Encryption {
	case "starttls":
		client, err := imapclient.NewStartTLS(b.conn, o)
		if err != nil {
			return &trouble{whyTLS, err}
		}
		b.client = client
		return nil
	case "tls":
		safe := tls.Client(b.conn, settings)
		if err := safe.Handshake(); err != nil {
			return &trouble{whyTLS, err}
		}
		b.conn = safe
	}
	b.client = imapclient.New(b.conn, o)
	return b.client.WaitGreeting()
}

// close signs out.
func (b *box) close() {
	_ = b.within(2*time.Second, func() error { return b.client.Logout().Wait() })
	_ = b.client.Close()
}

// within ends the connection when something takes too long: only that ends a wait
// for an answer.
func (b *box) within(patience time.Duration, do func() error) error {
	late := time.AfterFunc(patience, func() { _ = b.conn.Close() })
	err := do()
	if !late.Stop() && err != nil {
		return errors.Join(errLate, err)
	}
	return err
}

// folder opens the folder that mails are fetched from.
func (b *box) folder(readOnly bool) (data *imap.SelectData, err error) {
	err = b.within(answerWithin, func() (err error) {
		data, err = b.client.Select(b.at.Folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		return err
	})
	if refused := (*imap.Error)(nil); errors.As(err, &refused) {
		err = &trouble{whyFolder, err}
	}
	return data, err
}

// prepare makes the folder that mails are moved to.
func (b *box) prepare() error {
	err := b.within(answerWithin, func() error {
		if _, err := b.client.Status(b.at.Done, &imap.StatusOptions{NumMessages: true}).Wait(); err == nil {
			return nil
		}
		return b.client.Create(b.at.Done, nil).Wait()
	})
	if refused := (*imap.Error)(nil); errors.As(err, &refused) {
		err = &trouble{whyFolder, err}
	}
	return err
}

// look hands all mails that lie there to the desk, and moves them when the desk has
// them. renew is asked between them whether to go on.
func (b *box) look(ctx context.Context, validity uint32, receive Receive, renew func() error) (taken int64, err error) {
	for {
		uids, err := b.lying()
		if err != nil || len(uids) == 0 {
			return taken, err
		}
		for part := range slices.Chunk(uids, chunk) {
			if err := renew(); err != nil {
				return taken, err
			}
			had, err := b.take(ctx, validity, part, receive)
			if len(had) > 0 {
				if moved := b.move(had); moved != nil {
					return taken, errors.Join(moved, err)
				}
				taken += int64(len(had))
			}
			if err != nil {
				return taken, err
			}
		}
	}
}

// lying are the mails that are to be fetched, the oldest first.
func (b *box) lying() (uids []imap.UID, err error) {
	err = b.within(answerWithin, func() error {
		found, err := b.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
		if err != nil {
			return err
		}
		uids = slices.DeleteFunc(found.AllUIDs(), func(u imap.UID) bool { return b.kept[u] })
		slices.Sort(uids)
		return nil
	})
	return uids, err
}

// take hands some mails to the desk and gives those that it has, also those before
// a failure.
func (b *box) take(ctx context.Context, validity uint32, uids []imap.UID, receive Receive) (had []imap.UID, err error) {
	sizes := map[imap.UID]int64{}
	err = b.within(answerWithin, func() error {
		list, err := b.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
		for _, m := range list {
			sizes[m.UID] = m.RFC822Size
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, uid := range uids {
		size, there := sizes[uid]
		if !there {
			continue // somebody has taken it away
		}
		raw, err := b.fetch(uid, size)
		if err != nil {
			return had, err
		}
		if raw != nil {
			from, to := noted(raw)
			_, err = receive(ctx, desk.Delivery{Mailbox: b.at.Name, From: from, To: to, Mark: b.mark(validity, uid), Raw: raw})
		}
		switch {
		case raw == nil || support.CodeOf(err) == support.TooLarge:
			b.kept[uid] = true
		case err != nil:
			return had, &trouble{whyDesk, err}
		default:
			had = append(had, uid)
		}
	}
	return had, nil
}

// fetch reads one mail; nil: it is too large, or gone.
func (b *box) fetch(uid imap.UID, size int64) (raw []byte, err error) {
	if size > message.MaxSize {
		return nil, nil
	}
	err = b.within(mailWithin, func() error {
		whole := &imap.FetchItemBodySection{Peek: true}
		list, err := b.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
		for _, m := range list {
			if m.UID == uid {
				raw = m.FindBodySection(whole)
			}
		}
		return err
	})
	return raw, err
}

// mark is that of a copy at its mailbox, the same whenever it is fetched.
func (b *box) mark(validity uint32, uid imap.UID) string {
	return fmt.Sprintf("%d.%d.%08x", validity, uid, crc32.ChecksumIEEE([]byte(b.at.Host+"\n"+b.at.User+"\n"+b.at.Folder)))
}

// move puts mails that the desk has where they are not fetched again. Without MOVE
// they are copied and marked as deleted, and nobody else's mark is acted on.
func (b *box) move(uids []imap.UID) error {
	set := imap.UIDSetNum(uids...)
	return b.within(answerWithin, func() error {
		if b.client.Caps().Has(imap.CapMove) {
			_, err := b.client.Move(set, b.at.Done).Wait()
			return err
		}
		if _, err := b.client.Copy(set, b.at.Done).Wait(); err != nil {
			return err
		}
		if err := b.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
			return err
		}
		if !b.client.Caps().Has(imap.CapUIDPlus) {
			return nil
		}
		return b.client.UIDExpunge(set).Close()
	})
}

// rest waits for news, for a pause to end, or for the end of ctx.
func (b *box) rest(ctx context.Context, pause time.Duration) error {
	end := time.NewTimer(pause)
	defer end.Stop()
	wait := func() {
		select {
		case <-b.news:
		case <-end.C:
		case <-ctx.Done():
		case <-b.client.Closed():
		}
	}
	if !b.client.Caps().Has(imap.CapIdle) {
		wait()
		return b.within(answerWithin, func() error { return b.client.Noop().Wait() })
	}
	var idle *imapclient.IdleCommand
	err := b.within(answerWithin, func() (err error) {
		idle, err = b.client.Idle()
		return err
	})
	if err != nil {
		return err
	}
	wait()
	return b.within(answerWithin, func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
}

// noted is the envelope as the last server has noted it in the mail. Where it has noted
// no sender, that of the mail itself stands for it: null is what says that it is.
func noted(raw []byte) (from string, to []string) {
	head := headOf(raw)
	null := false
	if list := fields(head, "return-path"); len(list) > 0 {
		from = strings.Trim(list[0], "<> ")
		null = from == "" && strings.Contains(list[0], "<")
	}
	if list := fields(head, "from"); from == "" && !null && len(list) > 0 {
		if a, err := netmail.ParseAddress(list[0]); err == nil {
			from = a.Address
		}
	}
	for _, a := range fields(head, "delivered-to") {
		to = append(to, strings.Trim(a, "<> "))
	}
	return from, to
}

// TryMailbox signs in to a mailbox and tells how many mails wait in it, or what was
// wrong.
func TryMailbox(ctx context.Context, at desk.MailboxAccess) (waiting int64, why string) {
	return try(ctx, at, nil)
}

func try(ctx context.Context, at desk.MailboxAccess, settings *tls.Config) (waiting int64, why string) {
	b, err := open(ctx, at, settings)
	if err != nil {
		return 0, whyOf(err)
	}
	defer b.close()
	data, err := b.folder(true)
	if err != nil {
		return 0, whyOf(err)
	}
	return int64(data.NumMessages), ""
}
