package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const (
	// mailboxesPath is where administrators say from where mails are fetched.
	mailboxesPath = managePath + "/mailboxes"
	// mailboxQuiet is how long a mailbox that is looked through every minute may go
	// without a success before its page says so.
	mailboxQuiet = 5 * time.Minute
	// mailboxTestWithin is how long a page waits for a server elsewhere.
	mailboxTestWithin = 30 * time.Second
)

func (s *site) mailboxRoutes() []route {
	one := mailboxesPath + "/{mailbox}"
	return []route{
		{"GET " + mailboxesPath, admins, s.shown(s.mailboxesPage)},
		{"POST " + mailboxesPath, admins, s.managing("mailbox", "mailbox_added", s.mailboxesPage, s.addMailbox)},
		{"GET " + one, admins, s.shown(s.mailboxPage)},
		{"POST " + one, admins, s.managing("mailbox", "saved", s.mailboxPage, s.changeMailbox)},
		{"POST " + one + "/state", admins, s.managing("state", "saved", s.mailboxPage, s.setMailboxState)},
		{"POST " + one + "/test", admins, s.testMailbox},
		{"POST " + one + "/removal", admins, s.managing("removal", "mailbox_removed", s.mailboxPage, s.removeMailbox)},
	}
}

func mailboxPath(id int64) string { return mailboxesPath + "/" + support.Opaque("mbx", id) }

// mailbox is the one that the address names.
func (s *site) mailbox(v *visit) (store.Mailbox, error) {
	id, ok := support.ParseOpaque("mbx", v.PathValue("mailbox"))
	if !ok {
		return store.Mailbox{}, nowhere(v)
	}
	return s.Store.Mailbox(v.Context(), v.viewer(), id)
}

// mailboxState is how a mailbox is, in words, and how that looks.
func (s *site) mailboxState(v *visit, m store.Mailbox) (words, tone string) {
	switch {
	case m.State == store.MailboxDisabled:
		return v.voice.Word("mailbox", string(m.State)), ""
	case m.Failure != "":
		return v.voice.Word("mailbox_failure", m.Failure), "bad"
	case m.SucceededAt.IsZero():
		return v.T("mailbox.never"), "warn"
	case s.Real().Sub(m.SucceededAt) > mailboxQuiet:
		return v.T("mailbox.quiet"), "warn"
	}
	return v.T("mailbox.works"), "good"
}

// orNever is an instant, or that there was none.
func (v *visit) orNever(at time.Time) string {
	if at.IsZero() {
		return v.T("mailbox.not_yet")
	}
	return v.voice.Date(at)
}

func (s *site) mailboxesPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.mailboxes"))
	p.Lead = v.T("mailbox.lead")
	list, err := s.Store.Mailboxes(v.Context(), v.viewer(), 0, store.MaxMailboxes)
	table := manageList{None: v.T("mailbox.none"), Columns: []string{v.T("manage.name"), v.T("mailbox.address"), v.T("mailbox.succeeded"), v.T("mailbox.taken")}}
	for _, m := range list {
		row := manageRow{Link: mailboxPath(m.ID), Cells: []string{m.Name, m.Address, v.orNever(m.SucceededAt), strconv.FormatInt(m.Taken, 10)}}
		row.State, row.Tone = s.mailboxState(v, m)
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	name := field{Name: "name", Label: v.T("manage.name"), Hint: v.T("mailbox.name_hint"), Kind: "text", Short: true}
	p.Forms = []manageForm{{Name: "mailbox", act: "add_mailbox", Path: mailboxesPath, Title: v.T("mailbox.add"), Hint: v.T("mailbox.add_hint"), Send: v.T("manage.add"),
		Fields: form.kept("mailbox", append([]field{name}, v.mailboxFields(store.Mailbox{Encryption: "tls", Folder: "INBOX", Done: "Madoguchi"})...))}}
	return p, err
}

// mailboxFields are those of a mailbox, or of a new one, whose password is needed. A
// password is never shown again.
func (v *visit) mailboxFields(m store.Mailbox) []field {
	password := field{Name: "password", Label: v.T("sign_in.password"), Hint: v.T("mailbox.password_hint"), Kind: "password", Complete: "off"}
	if m.ID != 0 {
		password.Hint, password.Optional = v.T("mailbox.password_same"), v.T("optional")
	}
	return []field{
		{Name: "address", Label: v.T("mailbox.address"), Hint: v.T("mailbox.address_hint"), Kind: "email", Value: m.Address},
		{Name: "host", Label: v.T("mailbox.host"), Hint: v.T("mailbox.host_hint"), Kind: "text", Value: m.Host},
		{Name: "encryption", Label: v.T("mailbox.encryption"), Kind: "radio", Value: m.Encryption, Options: []option{
			{Value: "tls", Label: "TLS"}, {Value: "starttls", Label: "STARTTLS"}, {Value: "none", Label: v.T("mailbox.unencrypted"), Hint: v.T("mailbox.unencrypted_hint")}}},
		{Name: "user", Label: v.T("mailbox.user"), Kind: "text", Value: m.User, Complete: "off"},
		password,
		{Name: "folder", Label: v.T("mailbox.folder"), Kind: "text", Value: m.Folder, Short: true},
		{Name: "done", Label: v.T("mailbox.done"), Hint: v.T("mailbox.done_hint"), Kind: "text", Value: m.Done, Short: true},
		{Name: "server", Label: v.T("mailbox.server"), Hint: v.T("mailbox.server_hint"), Kind: "text", Value: m.Server, Optional: v.T("optional")},
	}
}

func (s *site) mailboxPage(v *visit, form typed) (managePage, error) {
	m, err := s.mailbox(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, m.Name)
	p.Back = &navItem{Path: mailboxesPath, Label: v.T("manage.mailboxes")}
	state, tone := s.mailboxState(v, m)
	p.Facts = []pair{{v.T("webhook.state"), state}, {v.T("mailbox.address"), m.Address}, {v.T("mailbox.host"), m.Host}, {v.T("mailbox.user"), m.User},
		{v.T("mailbox.succeeded"), v.orNever(m.SucceededAt)}, {v.T("mailbox.taken"), strconv.FormatInt(m.Taken, 10)}}
	if !m.FailedAt.IsZero() {
		p.Facts = append(p.Facts, pair{v.T("mailbox.failed"), v.voice.Date(m.FailedAt)})
	}
	if m.State == store.MailboxEnabled && !m.NextTryAt.IsZero() {
		p.Facts = append(p.Facts, pair{v.T("webhook.next_try"), v.voice.Date(m.NextTryAt)})
	}
	switch {
	case m.State == store.MailboxDisabled:
		p.Notes = append(p.Notes, manageNote{"warn", "info", v.T("mailbox.is_off")})
	case m.Failure != "":
		p.Notes = append(p.Notes, manageNote{"bad", "alert", v.voice.Join(v.T("mailbox.fails", "n", itoa(m.Attempts)), v.mendMailbox(m.Failure))})
	case tone == "warn":
		p.Notes = append(p.Notes, manageNote{"warn", "alert", v.T("mailbox.nobody_looks")})
	}
	if m.Kept > 0 {
		p.Notes = append(p.Notes, manageNote{"warn", "alert", v.T("mailbox.kept", "n", strconv.FormatInt(m.Kept, 10))})
	}
	p.Links = []navItem{{Path: mailsPath + "?mailbox=" + m.Name, Label: v.T("mailbox.mails")}}
	path := mailboxPath(m.ID)
	p.Forms = []manageForm{
		{Name: "mailbox", act: "change_mailbox", Path: path, Title: v.T("mailbox.change"), Send: v.T("profile.save"), Fields: form.kept("mailbox", v.mailboxFields(m))},
		{Name: "removal", act: "remove_mailbox", Path: path + "/removal", Title: v.T("webhook.remove"), Hint: v.T("mailbox.remove_hint"), Send: v.T("webhook.remove")},
	}
	turn := manageButton{path + "/state", v.T("webhook.disable"), v.T("mailbox.disable_hint")}
	if m.State == store.MailboxDisabled {
		turn.Label, turn.Hint = v.T("webhook.enable"), v.T("mailbox.enable_hint")
	}
	p.Buttons = []manageButton{{path + "/test", v.T("mailbox.test"), v.T("mailbox.test_hint")}, turn}
	return p, s.past(v, &p, "mailbox", m.ID)
}

// mendMailbox is what to do about a failure.
func (v *visit) mendMailbox(failure string) string {
	if key := "page.mailbox.mend." + failure; lang.Has(lang.English, key) {
		return v.T("mailbox.mend." + failure)
	}
	return v.T("mailbox.mend.server")
}

func (s *site) addMailbox(v *visit, f filled) (string, error) {
	line := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	m := store.Mailbox{Name: line("name"), Address: line("address"), Host: line("host"), Encryption: line("encryption"), User: line("user"), Folder: line("folder"), Done: line("done"), Server: line("server")}
	err := s.Desk.AddMailbox(v.Context(), v.who.Actor, &m, f.Get("password"))
	return mailboxPath(m.ID), err
}

func (s *site) changeMailbox(v *visit, f filled) (string, error) {
	m, err := s.mailbox(v)
	if err != nil {
		return "", err
	}
	line := func(name string) *string {
		x := strings.TrimSpace(f.Get(name))
		return &x
	}
	to := desk.MailboxChange{Address: line("address"), Host: line("host"), Encryption: line("encryption"), User: line("user"), Folder: line("folder"), Done: line("done"), Server: line("server")}
	if password := f.Get("password"); password != "" {
		to.Password = &password
	}
	return mailboxPath(m.ID), s.Desk.ChangeMailbox(v.Context(), v.who.Actor, m.ID, to)
}

// setMailboxState disables a mailbox, or enables it again.
func (s *site) setMailboxState(v *visit, _ filled) (string, error) {
	m, err := s.mailbox(v)
	if err != nil {
		return "", err
	}
	to := store.MailboxDisabled
	if m.State == to {
		to = store.MailboxEnabled
	}
	return mailboxPath(m.ID), s.Desk.ChangeMailbox(v.Context(), v.who.Actor, m.ID, desk.MailboxChange{State: &to})
}

// testMailbox signs in to the mailbox and shows what came of it. It waits for a
// server elsewhere, longer than a page waits for the database.
func (s *site) testMailbox(v *visit) error {
	var note manageNote
	return s.manages(v, "test", "", s.mailboxPage, func(v *visit, _ filled) (string, error) {
		m, err := s.mailbox(v)
		if err != nil {
			return "", err
		}
		ctx, end := context.WithTimeout(context.WithoutCancel(v.Context()), mailboxTestWithin+pageWithin)
		defer end()
		waiting, why, err := s.Desk.TestMailbox(ctx, v.who.Actor, m.ID)
		note = manageNote{"good", "done", v.T("mailbox.tested", "n", strconv.FormatInt(waiting, 10))}
		if why != "" {
			note = manageNote{"bad", "alert", v.voice.Join(v.T("mailbox.test_failed", "why", v.voice.Word("mailbox_failure", why)), v.mendMailbox(why))}
		}
		return "", err
	}, func(string) error {
		p, err := s.mailboxPage(v, typed{})
		if err != nil {
			return err
		}
		p.Notes = append([]manageNote{note}, p.Notes...)
		return v.page(manageView(p.offered(v)))
	})
}

func (s *site) removeMailbox(v *visit, _ filled) (string, error) {
	m, err := s.mailbox(v)
	if err != nil {
		return "", err
	}
	return mailboxesPath, s.Desk.RemoveMailbox(v.Context(), v.who.Actor, m.ID)
}
