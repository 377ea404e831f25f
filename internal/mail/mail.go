// Package mail is the door of mails that come in: a server that others hand them
// to (SMTP, LMTP), and a poller of mailboxes elsewhere (IMAP). Each hands a mail
// to the desk as the bytes that came, says that it was taken only when the desk
// has it for good, and hands it over again when it does not know. Beside them
// stands who judges whether a mail comes from where it says ([Judge]).
//
// It refuses to know what a mail says, whose it is and what becomes of it.
//
// Data layout: connections, and of each mailbox what its row says. What was taken
// is the desk's; what is still to be fetched is what lies in the mailbox's folder.
package mail

import (
	"context"
	"net/netip"

	"madoguchi/internal/desk"
)

// Receive takes a mail for good, or says why not; [desk.Desk.Receive] is one.
type Receive func(ctx context.Context, m desk.Delivery) (id int64, err error)

// Names of the doors that are no mailboxes.
const (
	SMTP = "smtp"
	LMTP = "lmtp"
)

// within tells whether somebody is in one of some networks.
func within(networks []netip.Prefix, a netip.Addr) bool {
	for _, p := range networks {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
