package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewMailbox is a mailbox from which mails are fetched. What is left out is tls,
// INBOX and Madoguchi.
type NewMailbox struct {
	Name       string `json:"name"`
	Address    string `json:"address"`
	Host       string `json:"host"` // host:port
	Encryption string `json:"encryption,omitempty"`
	User       string `json:"user"`
	Password   string `json:"password"`
	Folder     string `json:"folder,omitempty"`
	Done       string `json:"done,omitempty"`
	Server     string `json:"server,omitempty"`
}

// Mailbox is one from which mails are fetched, and how it is.
type Mailbox struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"`
	Address    string    `json:"address"`
	Host       string    `json:"host"`
	Encryption string    `json:"encryption"` // tls, starttls, none
	User       string    `json:"user"`
	Folder     string    `json:"folder"`
	Done       string    `json:"done"`
	Server     string    `json:"server,omitempty"`
	State      string    `json:"state"`             // enabled, disabled
	Failure    string    `json:"failure,omitempty"` // name, connection, tls, timeout, login, folder, server, desk
	FailedAt   time.Time `json:"failed_at,omitzero"`
	Attempts   int       `json:"attempts"`
	NextTryAt  time.Time `json:"next_try_at,omitzero"`
	Succeeded  time.Time `json:"succeeded_at,omitzero"`
	Taken      int64     `json:"taken"`
	Kept       int64     `json:"kept"`
	By         *Member   `json:"by,omitempty"`
	MadeAt     time.Time `json:"made_at"`
}

// MailboxChange are parts of a mailbox; nil ones stay.
type MailboxChange struct {
	Address    *string `json:"address,omitempty"`
	Host       *string `json:"host,omitempty"`
	Encryption *string `json:"encryption,omitempty"`
	User       *string `json:"user,omitempty"`
	Password   *string `json:"password,omitempty"`
	Folder     *string `json:"folder,omitempty"`
	Done       *string `json:"done,omitempty"`
	Server     *string `json:"server,omitempty"`
	State      *string `json:"state,omitempty"`
}

// MailboxTest is how signing in to a mailbox went.
type MailboxTest struct {
	Failure string `json:"failure,omitempty"` // "": it works
	Waiting int64  `json:"waiting"`
}

func mailboxPath(id, more string) string { return "/v1/mailboxes/" + url.PathEscape(id) + more }

// AddMailbox has mails fetched from a mailbox from now on.
func (c *Client) AddMailbox(ctx context.Context, n NewMailbox) (Mailbox, error) {
	return call[Mailbox](ctx, c, http.MethodPost, "/v1/mailboxes", n)
}

// Mailboxes is one page of mailboxes; after is the cursor next of the page before,
// "" at first, and next is "" at the end. limit is 1..200, 0 for 50.
func (c *Client) Mailboxes(ctx context.Context, after string, limit int) (page []Mailbox, next string, err error) {
	var out struct {
		Mailboxes []Mailbox `json:"mailboxes"`
		Next      string    `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/mailboxes"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Mailboxes, out.Next, err
}

// Mailbox shows one.
func (c *Client) Mailbox(ctx context.Context, id string) (Mailbox, error) {
	return call[Mailbox](ctx, c, http.MethodGet, mailboxPath(id, ""), nil)
}

// ChangeMailbox changes parts of one, and has it looked through at once.
func (c *Client) ChangeMailbox(ctx context.Context, id string, to MailboxChange) (Mailbox, error) {
	return call[Mailbox](ctx, c, http.MethodPatch, mailboxPath(id, ""), to)
}

// RemoveMailbox forgets one.
func (c *Client) RemoveMailbox(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, mailboxPath(id, ""), nil, nil)
}

// TestMailbox signs in to one. That it does not work stands in the answer and is no
// error.
func (c *Client) TestMailbox(ctx context.Context, id string) (MailboxTest, error) {
	return call[MailboxTest](ctx, c, http.MethodPost, mailboxPath(id, "/test"), nil)
}
