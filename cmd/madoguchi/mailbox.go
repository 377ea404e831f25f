package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// mailboxCmd is from where mails are fetched, over the API.
type mailboxCmd struct {
	remote
	Add    mailboxAddCmd    `cmd:"" help:"Have mails fetched from a mailbox from now on."`
	List   mailboxListCmd   `cmd:"" help:"List mailboxes and how they are."`
	Change mailboxChangeCmd `cmd:"" help:"Change a mailbox, or disable it."`
	Remove mailboxRemoveCmd `cmd:"" help:"Forget a mailbox; the mails that came from it stay."`
	Test   mailboxTestCmd   `cmd:"" help:"Sign in to a mailbox, change nothing there, and show how that went."`
}

// passwordFile is where a password stands, so that it is in no command line.
type passwordFile struct {
	PasswordFile string `help:"File of the password; - is standard input." type:"path" placeholder:"FILE"`
}

func (f passwordFile) read(s *session) (string, error) {
	var b []byte
	var err error
	if strings.HasSuffix(f.PasswordFile, "/-") || f.PasswordFile == "-" {
		b, err = io.ReadAll(io.LimitReader(s.in, 4<<10))
	} else {
		b, err = os.ReadFile(f.PasswordFile)
	}
	if err != nil {
		return "", mistake{err.Error()}
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

type mailboxAddCmd struct {
	passwordFile
	Name       string `arg:"" help:"Small letters, digits, dots and hyphens; it does not change."`
	Address    string `arg:"" help:"Address under which people write to it."`
	Host       string `required:"" help:"host:port of the IMAP server." placeholder:"HOST"`
	User       string `help:"User there; the address when left out." placeholder:"USER"`
	Encryption string `help:"tls, starttls or none; none on the desk's own machine alone." default:"tls" enum:"tls,starttls,none"`
	Folder     string `help:"Folder from which mails are fetched." default:"INBOX"`
	Done       string `help:"Folder to which they are moved once the desk has them." default:"Madoguchi"`
	Server     string `help:"Name of the server in front whose Authentication-Results are believed; nobody's when left out." placeholder:"NAME"`
}

func (c *mailboxAddCmd) act(s *session) error {
	if c.PasswordFile == "" {
		return mistake{"--password-file names the file of the password; - is standard input"}
	}
	password, err := c.read(s)
	if err != nil {
		return err
	}
	if c.User == "" {
		c.User = c.Address
	}
	return s.mailbox(s.client.AddMailbox(s.ctx, client.NewMailbox{Name: c.Name, Address: c.Address, Host: c.Host, Encryption: c.Encryption, User: c.User,
		Password: password, Folder: c.Folder, Done: c.Done, Server: c.Server}))
}

type mailboxListCmd struct{ pageFlags }

func (c *mailboxListCmd) act(s *session) error {
	list, next, err := s.client.Mailboxes(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"mailboxes": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "name"), word(l, "mailbox.address"), word(l, "state"), word(l, "mailbox.succeeded"), word(l, "mailbox.taken"), word(l, "mailbox.kept")}}
		for _, m := range list {
			rows = append(rows, []string{m.ID, line(m.Name), line(m.Address), mailboxState(v, m), dated(v, m.Succeeded), strconv.FormatInt(m.Taken, 10), strconv.FormatInt(m.Kept, 10)})
		}
		writePage(w, v, rows, next)
	})
}

// mailboxState is the state in words, with what is wrong.
func mailboxState(v lang.Voice, m client.Mailbox) string {
	state := v.Word("mailbox", m.State)
	if m.Failure != "" {
		state += " (" + v.Word("mailbox_failure", m.Failure) + ")"
	}
	return state
}

func (s *session) mailbox(m client.Mailbox, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(m, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		list := []pair{
			{word(l, "id"), m.ID}, {word(l, "name"), line(m.Name)}, {word(l, "mailbox.address"), line(m.Address)}, {word(l, "mailbox.host"), line(m.Host) + " (" + m.Encryption + ")"},
			{word(l, "mailbox.user"), line(m.User)}, {word(l, "mailbox.folders"), line(m.Folder) + " → " + line(m.Done)}, {word(l, "state"), mailboxState(v, m)},
			{word(l, "mailbox.succeeded"), dated(v, m.Succeeded)}, {word(l, "mailbox.taken"), strconv.FormatInt(m.Taken, 10)}, {word(l, "mailbox.kept"), strconv.FormatInt(m.Kept, 10)},
		}
		if m.Server != "" {
			list = append(list, pair{word(l, "mailbox.server"), line(m.Server)})
		}
		pairs(w, list)
	})
}

// onMailbox is the argument that names a mailbox.
type onMailbox struct {
	ID string `arg:"" help:"Id of the mailbox; 'mailbox list' shows it."`
}

type mailboxChangeCmd struct {
	onMailbox
	passwordFile
	Address    *string `help:"Another address." placeholder:"ADDRESS"`
	Host       *string `help:"Another server, host:port; the password is wanted again." placeholder:"HOST"`
	User       *string `help:"Another user." placeholder:"USER"`
	Encryption *string `help:"tls, starttls or none." enum:"tls,starttls,none" placeholder:"KIND"`
	Folder     *string `help:"Another folder to fetch from." placeholder:"FOLDER"`
	Done       *string `help:"Another folder to move to." placeholder:"FOLDER"`
	Server     *string `help:"Another server whose Authentication-Results are believed; an empty one means nobody's." placeholder:"NAME"`
	State      *string `help:"enabled or disabled." enum:"enabled,disabled" placeholder:"STATE"`
}

func (c *mailboxChangeCmd) act(s *session) error {
	to := client.MailboxChange{Address: c.Address, Host: c.Host, Encryption: c.Encryption, User: c.User, Folder: c.Folder, Done: c.Done, Server: c.Server, State: c.State}
	if c.PasswordFile != "" {
		password, err := c.read(s)
		if err != nil {
			return err
		}
		to.Password = &password
	}
	return s.mailbox(s.client.ChangeMailbox(s.ctx, c.ID, to))
}

type mailboxRemoveCmd struct{ onMailbox }

func (c *mailboxRemoveCmd) act(s *session) error {
	if err := s.client.RemoveMailbox(s.ctx, c.ID); err != nil {
		return err
	}
	return s.show(map[string]any{"id": c.ID, "removed": true}, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "mailbox.gone")+"\n", line(c.ID))
	})
}

type mailboxTestCmd struct{ onMailbox }

func (c *mailboxTestCmd) act(s *session) error {
	test, err := s.client.TestMailbox(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.show(test, func(w io.Writer, v lang.Voice) {
		if test.Failure != "" {
			fmt.Fprintf(w, word(v.Lang, "mailbox.fails")+"\n", v.Word("mailbox_failure", test.Failure))
			return
		}
		fmt.Fprintf(w, word(v.Lang, "mailbox.works")+"\n", test.Waiting)
	})
}
