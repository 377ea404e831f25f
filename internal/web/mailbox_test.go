package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

// knock stands for signing in to a mailbox: somebody answers there, or not.
func knock(ctx context.Context, at desk.MailboxAccess) (waiting int64, why string) {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", at.Host)
	switch {
	case err != nil:
		return 0, "connection"
	case at.Secret != mailboxSecret:
		return 0, "login"
	}
	_ = c.Close() // nothing was said
	return 2, ""
}

const mailboxSecret = "secret of the mailbox"

// An administrator adds a mailbox, tests it, reads how it is and how to mend it,
// disables it and removes it; its password is shown nowhere. Nobody else comes there.
func TestMailboxesAreKeptInABrowser(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	there, err := net.Listen("tcp", "127.0.0.1:0")
	s.ok(err)
	t.Cleanup(func() { there.Close() })
	form := func(host, password string) url.Values {
		return url.Values{"name": {"support"}, "address": {"support@desk.example"}, "host": {host}, "encryption": {"none"}, "user": {"desk"}, "password": {password}, "folder": {"INBOX"}, "done": {"Done"}}
	}
	if w := s.send("ito", mailboxesPath, nil); w.Code != http.StatusNotFound {
		t.Errorf("an engineer reads the mailboxes: %d", w.Code)
	}
	w := s.send("ishikawa", mailboxesPath, form("imap.example.com", mailboxSecret))
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), mailboxSecret) || !strings.Contains(w.Body.String(), "such as imap.example.com:993") {
		t.Errorf("a host without a port: %d, or the password comes back", w.Code)
	}
	if w = s.send("ishikawa", mailboxesPath, form(there.Addr().String(), mailboxSecret)); w.Code != http.StatusSeeOther {
		t.Fatalf("adding: %d %.2000s", w.Code, w.Body)
	}
	path := mailboxPath(1)
	page := func(path string, form url.Values, wanted ...string) {
		t.Helper()
		w := s.send("ishikawa", path, form)
		for _, x := range wanted {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), x) || strings.Contains(w.Body.String(), mailboxSecret) {
				t.Errorf("%s: %d, without %q or with the password", path, w.Code, x)
			}
		}
	}
	page(mailboxesPath, nil, "not looked through yet", path)
	page(path+"/test", url.Values{}, "It works. 2 mails lie in the folder.")
	do := func(path string, form url.Values) {
		t.Helper()
		if w := s.send("ishikawa", path, form); w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %.2000s", path, w.Code, w.Body)
		}
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	s.ok(err)
	s.ok(gone.Close())
	changed := form(gone.Addr().String(), "")
	if w := s.send("ishikawa", path, changed); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "give it again") {
		t.Errorf("the password goes to another server unasked: %d", w.Code)
	}
	do(path, form(gone.Addr().String(), mailboxSecret))
	page(path+"/test", url.Values{}, "The test failed: no connection.", "a firewall is in between")
	at, err := s.desk.ClaimMailbox(t.Context(), 1, "node")
	s.ok(err)
	s.ok(s.desk.MailboxFailed(t.Context(), 1, "node", "login", at.Attempts, 0))
	page(path, nil, "the last attempt was in vain", "Give the password again")
	page(mailboxesPath, nil, "user or password refused")
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error {
		now := time.Now()
		if _, err := tx.ClaimMailbox(1, "node", now.Add(time.Hour), now.Add(2*time.Hour)); err != nil {
			return err
		}
		return tx.MailboxFetched(1, "node", 3, 2, now.Add(-time.Hour), now)
	}))
	page(path, nil, "nothing says why", "2 mails lie there", mailsPath+"?mailbox=support")
	do(path+"/state", url.Values{})
	page(path, nil, "It is disabled: nothing is fetched.", "Enable again")
	do(path+"/removal", url.Values{})
	page(mailboxesPath, nil, "No mailbox yet.")
}
