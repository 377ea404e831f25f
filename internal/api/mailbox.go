package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
)

type mailboxBody struct {
	Name       string `json:"name" maxLength:"40" pattern:"^[a-z0-9][a-z0-9._-]*$" doc:"Stands beside each mail that came from there, and does not change"`
	Address    string `json:"address" maxLength:"500" doc:"Under which people write to it"`
	Host       string `json:"host" maxLength:"500" doc:"Of the IMAP server, host:port"`
	Encryption string `json:"encryption,omitempty" enum:"tls,starttls,none" default:"tls" doc:"none on the desk's own machine alone"`
	User       string `json:"user" maxLength:"500"`
	Password   string `json:"password" maxLength:"1000" doc:"Kept encrypted, and never shown"`
	Folder     string `json:"folder,omitempty" maxLength:"500" default:"INBOX" doc:"From which mails are fetched"`
	Done       string `json:"done,omitempty" maxLength:"500" default:"Madoguchi" doc:"Folder to which they are moved once the desk has them; it is made when it is not there"`
	Server     string `json:"server,omitempty" maxLength:"253" doc:"Name of the server in front whose Authentication-Results are believed; absent: nobody's"`
}

type mailboxChange struct {
	Address    *string `json:"address,omitempty" maxLength:"500"`
	Host       *string `json:"host,omitempty" maxLength:"500" doc:"Another one wants the password again"`
	Encryption *string `json:"encryption,omitempty" enum:"tls,starttls,none"`
	User       *string `json:"user,omitempty" maxLength:"500"`
	Password   *string `json:"password,omitempty" maxLength:"1000"`
	Folder     *string `json:"folder,omitempty" maxLength:"500"`
	Done       *string `json:"done,omitempty" maxLength:"500"`
	Server     *string `json:"server,omitempty" maxLength:"253"`
	State      *string `json:"state,omitempty" enum:"enabled,disabled"`
}

type mailboxView struct {
	ID         string    `json:"id" doc:"Opaque"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind" enum:"imap"`
	Address    string    `json:"address"`
	Host       string    `json:"host"`
	Encryption string    `json:"encryption" enum:"tls,starttls,none"`
	User       string    `json:"user"`
	Folder     string    `json:"folder"`
	Done       string    `json:"done"`
	Server     string    `json:"server,omitempty"`
	State      string    `json:"state" enum:"enabled,disabled"`
	Failure    string    `json:"failure,omitempty" enum:"name,connection,tls,timeout,login,folder,server,desk" doc:"Of the last attempt; absent: it was none"`
	FailedAt   time.Time `json:"failed_at,omitzero"`
	Attempts   int       `json:"attempts" doc:"In vain since the last success"`
	NextTryAt  time.Time `json:"next_try_at,omitzero"`
	Succeeded  time.Time `json:"succeeded_at,omitzero"`
	Taken      int64     `json:"taken" doc:"Mails ever fetched"`
	Kept       int64     `json:"kept" doc:"Mails that lie there and are not fetched: they are too large"`
	By         *member   `json:"by,omitempty"`
	MadeAt     time.Time `json:"made_at"`
}

type mailboxesView struct {
	Mailboxes []mailboxView `json:"mailboxes"`
	Next      string        `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type mailboxTest struct {
	Failure string `json:"failure,omitempty" enum:"name,connection,tls,timeout,login,folder,server" doc:"Absent: it works"`
	Waiting int64  `json:"waiting" doc:"Mails that lie in the folder"`
}

// OnMailbox is an input that names a mailbox.
type OnMailbox struct {
	Mailbox string `path:"mailbox" maxLength:"32"`
}

func (in OnMailbox) id() int64 {
	id, _ := parseOpaque("mbx", in.Mailbox)
	return id
}

type mailboxChangeInput struct {
	OnMailbox
	Body mailboxChange
}

func (s *server) mailboxRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/mailboxes", id: "add-mailbox", summary: "Have mails fetched from a mailbox from now on",
		scope: auth.Admin, permission: "add_mailbox", status: http.StatusCreated, tag: "mailboxes"},
		func(ctx context.Context, c *call, in *body[mailboxBody]) (*body[mailboxView], error) {
			b := in.Body
			m := store.Mailbox{Name: b.Name, Address: b.Address, Host: b.Host, Encryption: b.Encryption, User: b.User, Folder: b.Folder, Done: b.Done, Server: b.Server}
			if err := s.desk.AddMailbox(ctx, c.actor, &m, b.Password); err != nil {
				return nil, err
			}
			return c.showMailbox(ctx, m.ID, nil)
		})
	register(s, route{method: http.MethodGet, path: "/v1/mailboxes", id: "list-mailboxes", summary: "List mailboxes in the order in which they were made",
		scope: auth.Admin, permission: "read", tag: "mailboxes"},
		func(ctx context.Context, c *call, in *Paged) (*body[mailboxesView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(*in,
				func(after int64, most int) ([]store.Mailbox, error) {
					return s.store.Mailboxes(ctx, c.viewer, after, most)
				},
				func(m store.Mailbox) int64 { return m.ID },
				func(m store.Mailbox) (mailboxView, error) { return n.mailbox(m), n.err })
			return &body[mailboxesView]{mailboxesView{Mailboxes: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/mailboxes/{mailbox}", id: "show-mailbox", summary: "Show a mailbox and how it is",
		scope: auth.Admin, permission: "read", tag: "mailboxes"},
		func(ctx context.Context, c *call, in *OnMailbox) (*body[mailboxView], error) {
			return c.showMailbox(ctx, in.id(), nil)
		})
	register(s, route{method: http.MethodPatch, path: "/v1/mailboxes/{mailbox}", id: "change-mailbox", summary: "Change a mailbox, or disable it; it is looked through at once",
		scope: auth.Admin, permission: "change_mailbox", tag: "mailboxes"},
		func(ctx context.Context, c *call, in *mailboxChangeInput) (*body[mailboxView], error) {
			b := in.Body
			to := desk.MailboxChange{Address: b.Address, Host: b.Host, Encryption: b.Encryption, User: b.User, Password: b.Password, Folder: b.Folder, Done: b.Done,
				Server: b.Server, State: (*store.MailboxState)(b.State)}
			return c.showMailbox(ctx, in.id(), s.desk.ChangeMailbox(ctx, c.actor, in.id(), to))
		})
	register(s, route{method: http.MethodDelete, path: "/v1/mailboxes/{mailbox}", id: "remove-mailbox", summary: "Forget a mailbox; the mails that came from it stay",
		scope: auth.Admin, permission: "remove_mailbox", status: http.StatusNoContent, tag: "mailboxes"},
		func(ctx context.Context, c *call, in *OnMailbox) (*struct{}, error) {
			return nil, s.desk.RemoveMailbox(ctx, c.actor, in.id())
		})
	register(s, route{method: http.MethodPost, path: "/v1/mailboxes/{mailbox}/test", id: "test-mailbox", summary: "Sign in to a mailbox, change nothing there, and show how that went",
		scope: auth.Admin, permission: "test_mailbox", tag: "mailboxes"},
		func(ctx context.Context, c *call, in *OnMailbox) (*body[mailboxTest], error) {
			waiting, why, err := s.desk.TestMailbox(ctx, c.actor, in.id())
			return &body[mailboxTest]{mailboxTest{why, waiting}}, err
		})
}

// showMailbox shows what is there now, unless what was to be done has failed.
func (c *call) showMailbox(ctx context.Context, id int64, err error) (*body[mailboxView], error) {
	if err != nil {
		return nil, err
	}
	m, err := c.store.Mailbox(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	return &body[mailboxView]{n.mailbox(m)}, n.err
}

func (n *names) mailbox(m store.Mailbox) mailboxView {
	return mailboxView{
		ID: opaque("mbx", m.ID), Name: m.Name, Kind: m.Kind, Address: m.Address, Host: m.Host, Encryption: m.Encryption, User: m.User, Folder: m.Folder, Done: m.Done,
		Server: m.Server, State: string(m.State), Failure: m.Failure, FailedAt: m.FailedAt, Attempts: m.Attempts, NextTryAt: m.NextTryAt, Succeeded: m.SucceededAt,
		Taken: m.Taken, Kept: m.Kept, By: n.maybe(m.Staff), MadeAt: m.MadeAt,
	}
}
