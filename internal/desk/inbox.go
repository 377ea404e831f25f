package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// rowMail is how large a mail may be, in bytes, that stands in the database; larger
// ones are files.
const rowMail = 256 << 10

// Delivery is a mail as a door was handed it.
type Delivery struct {
	// Mailbox is by which it came: smtp, lmtp, or the name of a mailbox.
	Mailbox string
	From    string     // envelope sender, "" is the null one
	To      []string   // envelope recipients
	Peer    netip.Addr // who handed it over; the zero value is not known
	Hello   string     // what it called itself
	// Mark is that of this copy at its mailbox, and stays when it is fetched again;
	// "": it has none.
	Mark string
	// Noter is the server whose notes on senders (Authentication-Results) are believed
	// in the mailbox. The desk fills it in for who judges; "" for none.
	Noter string
	Raw   []byte
}

// Verdict is what was found out of who wrote a mail. The words are those of RFC
// 8601; "" was not judged.
type Verdict struct {
	SPF, DKIM, DMARC string
	// Aligned: SPF or DKIM has passed for the domain of From, so that it is
	// believed.
	Aligned bool
}

// Receive keeps a mail. It is durable when this returns without an error, and what
// becomes of it is found out afterwards. The same mark of a mailbox is one mail and
// has one id. More than [message.MaxSize] bytes are too_large; a full disk is busy.
func (d *Desk) Receive(ctx context.Context, m Delivery) (id int64, err error) {
	if len(m.Raw) > message.MaxSize {
		return 0, support.Refuse(support.TooLarge, "mail.too_large", "limit", strconv.Itoa(message.MaxSize))
	}
	sum := sha256.Sum256(m.Raw)
	row := store.Mail{
		Mailbox: m.Mailbox, Mark: m.Mark, ReceivedAt: d.Now(), Size: int64(len(m.Raw)), SHA256: hex.EncodeToString(sum[:]), NextAt: support.Instant(d.real()),
		Handed: store.MailHanded{From: plain(m.From), To: plainAll(m.To), Hello: plain(m.Hello)},
	}
	if m.Peer.IsValid() {
		row.Handed.Peer = m.Peer.String()
	}
	raw := m.Raw
	if len(raw) > rowMail && d.files != nil {
		if m.Mark != "" {
			if id, err := d.store.MailMarked(ctx, m.Mailbox, m.Mark); err != nil || id != 0 {
				return id, err
			}
		}
		ref, err := d.files.Put(ctx, bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return 0, noRoom(err)
		}
		row.Key, raw = ref.Key, nil
	}
	had := false
	err = d.store.Update(ctx, func(tx *store.Tx) (err error) {
		had, err = tx.AddMail(&row, raw)
		return err
	})
	if err != nil {
		return 0, err // it may be there all the same: so may its file, and what nobody names is left over
	}
	if had && row.Key != "" {
		return row.ID, d.files.Remove(row.Key)
	}
	return row.ID, nil
}

// noRoom adds a refusal to a disk that is full.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errors.Join(support.Refuse(support.Busy, store.DiskFull), err)
	}
	return err
}

// plain keeps of what a stranger's server says what a database takes.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

func plainAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = plain(s)
	}
	return out
}
