package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// carriage is what the cases together have carried from one database into
// another.
type carriage struct {
	mu     sync.Mutex
	cases  int
	tables map[string]bool // true: a row of it was carried
}

// complete fails when a table exists whose rows were never carried: whoever
// adds one adds a case with rows of it.
func (c *carriage) complete(t *testing.T) {
	if c.cases < len(cases) || t.Failed() {
		return // only some cases were run
	}
	for _, name := range slices.Sorted(maps.Keys(c.tables)) {
		if !c.tables[name] {
			t.Errorf("no case carries a row of table %s from one database into another: leave one in testLeftBehind", name)
		}
	}
}

// carried takes what the case has left to each of the copies in turn, and wants
// the last export to be the first: whatever engine is between, all is there and
// nothing else.
func (w *world) carried(c *carriage, copies []func(t *testing.T) *store.Store) {
	w.t.Helper()
	first := w.exported(w.s)
	from, now := w.s, first
	var to *store.Store
	for _, open := range copies {
		to = open(w.t)
		if _, err := to.Import(context.Background(), bytes.NewReader(now)); err != nil {
			w.t.Fatalf("import: %v", err)
		}
		now = w.exported(to)
	}
	if !bytes.Equal(first, now) {
		w.t.Errorf("the export differs after it was imported: %s", firstDifference(first, now))
	}
	wrong, err := from.Check(context.Background(), store.CheckOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	still, err := to.Check(context.Background(), store.CheckOptions{})
	if err != nil || !slices.Equal(wrong, still) {
		w.t.Errorf("the check finds %v in the copy, %v; it found %v", still, err, wrong)
	}
	w.goesOn(to, now)
	c.note(w.t, first)
}

func (w *world) exported(s *store.Store) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if _, err := s.Export(context.Background(), &b); err != nil {
		w.t.Fatalf("export: %v", err)
	}
	return b.Bytes()
}

// goesOn enters new rows behind those that were carried: no id comes again.
func (w *world) goesOn(s *store.Store, text []byte) {
	w.t.Helper()
	var head struct {
		Next int64 `json:"next_request"`
	}
	if err := json.Unmarshal(text[:bytes.IndexByte(text, '\n')], &head); err != nil {
		w.t.Fatal(err)
	}
	before, err := s.Accounts(context.Background(), everything, 0, 500)
	if err != nil {
		w.t.Fatal(err)
	}
	copied := &world{t: w.t, s: s, account: w.account, contacts: w.contacts, staff: w.staff, contract: w.contract}
	a := support.Account{Name: "Umi", Country: "JP"}
	copied.update(func(tx *store.Tx) error { return tx.AddAccount(&a) })
	for _, b := range before {
		if b.ID >= a.ID {
			w.t.Errorf("the new account has id %d, there was %d", a.ID, b.ID)
		}
	}
	if row := copied.file(nil); row.ID != head.Next {
		w.t.Errorf("the next request has id %d, want %d", row.ID, head.Next)
	}
}

func (c *carriage) note(t *testing.T, text []byte) {
	var head struct {
		Tables []struct {
			Name string
			Rows int64
		}
	}
	if err := json.Unmarshal(text[:bytes.IndexByte(text, '\n')], &head); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cases++
	for _, table := range head.Tables {
		c.tables[table.Name] = c.tables[table.Name] || table.Rows > 0
	}
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\nis now\n" + y[i]
		}
	}
	return "one is shorter"
}

// testLeftBehind leaves rows that the other cases take back before they end.
func testLeftBehind(w *world) {
	row := w.file(nil)
	row.Restricted = true
	if err := w.more(&row, support.Restricted{Staff: []int64{w.staff.ID}}); err != nil {
		w.t.Fatal(err)
	}
	by := support.Actor{Kind: support.Vendor, ID: w.staff.ID}
	w.update(func(tx *store.Tx) error {
		return tx.AddMailbox(&store.Mailbox{Name: "support", Kind: "imap", Address: "support@desk.example", Host: "imap.example:993", Encryption: "tls", User: "support",
			Password: "sealed", Folder: "INBOX", Done: "Madoguchi", Staff: w.staff.ID, MadeAt: monday})
	})
	w.update(func(tx *store.Tx) error {
		return errors.Join(
			tx.AddWatcher(row.ID, w.contacts[1].ID),
			tx.AddSession(&store.Session{SHA256: "s", Actor: by, Proof: "password", MadeAt: monday, SeenAt: monday, EndsAt: monday.AddDate(0, 0, 1)}),
			tx.Withhold(row.ID, "notified", monday),
			tx.AddAbsence(&support.Absence{Staff: w.staff.ID, From: monday, To: monday.AddDate(0, 0, 1)}),
			tx.AddMacro(&store.Macro{Staff: w.staff.ID, Name: "m", Words: map[string]string{"en": "x"}, Tags: []string{"t"}, MadeAt: monday}),
			tx.AddHandling(&support.Handling{Product: "hypervisor", AddedBy: w.staff.ID, From: monday, Until: monday.AddDate(0, 0, 1)}),
		)
	})
	w.update(w.profiled)
	w.update(w.called)
	w.update(w.alerted)
	w.update(w.signedIn)
	w.update(func(tx *store.Tx) error { return w.mailed(tx, row.ID) })
}

// mailed leaves a row of everything that mails leave.
func (w *world) mailed(tx *store.Tx, request int64) error {
	m := store.Mail{Mailbox: "smtp", ReceivedAt: monday, Handed: store.MailHanded{To: []string{"support@vendor.example"}}, Size: 3, SHA256: "s", NextAt: real}
	if _, err := tx.AddMail(&m, []byte("a\r\n")); err != nil {
		return err
	}
	_, err := tx.PrintMail(m.ID, "p")
	_, stopped := tx.Suppress(&store.Suppressed{Email: "gone@aoba.example", Why: store.SuppressedBounced, Status: "5.1.1", At: monday, By: support.Actor{Kind: support.System}})
	own := tx.AddMailWords(&store.MailWords{Template: "every", Language: "en", Words: map[string]string{"mail.greeting": "Hello,"}, Staff: w.staff.ID, MadeAt: monday}, 0)
	return errors.Join(err, stopped, own, tx.KeepMailID("1@aoba.example", m.ID, request), tx.KeepMentions([]string{"0@aoba.example"}, m.ID, request), tx.BlockSender("@spam.example", monday, support.Actor{Kind: support.System}))
}

// alerted leaves a row of everything about alerts.
func (w *world) alerted(tx *store.Tx) error {
	s := support.Subscription{
		Email: "Reader@example.org", Language: "en", Product: "hypervisor", Kind: "patch", AskedAt: monday, MailAt: monday, ConfirmToken: "c", LeaveToken: "l",
	}
	_, err := tx.Subscribe(&s, monday, 1)
	_, confirmed := tx.ConfirmSubscriptions("c", monday.AddDate(0, 0, -1), monday)
	a := support.Alert{Product: "hypervisor", Kind: "patch", MadeAt: monday}
	d := support.Advisory{Product: "hypervisor", Affected: []string{"4.0"}, Severity: "critical", MadeAt: monday, UpdatedAt: monday}
	return errors.Join(err, confirmed, tx.AddAlert(&a), tx.AddAdvisory(&d))
}

// called leaves a row of everything that comes of a call.
func (w *world) called(tx *store.Tx) error {
	by, said := support.Actor{Kind: support.Vendor, ID: w.staff.ID}, support.T("{}")
	if err := tx.SaveText(w.account.ID, 0, &said); err != nil {
		return err
	}
	c := support.Callback{
		Account: w.account.ID, Contact: w.contacts[0].ID, Said: said, LeftAt: monday, At: monday, By: by, WantedAt: monday, DueAt: monday,
		Flags: []support.CallbackFlag{{Item: "phone", Flag: support.FlagMissing}}, Calls: []support.CallbackCall{{At: monday, Outcome: support.NoAnswer}},
	}
	return errors.Join(
		tx.AddCallback(&c), tx.CallbackCalled(c),
		tx.AddPhoneCall(&support.PhoneCall{At: monday, Line: "fusion", Recorded: true, NextOpenAt: monday, By: by}))
}

// profiled leaves a row of everything that a customer's people keep.
func (w *world) profiled(tx *store.Tx) error {
	by, who := support.Actor{Kind: support.Customer, ID: w.contacts[0].ID}, w.contacts[0].ID
	name, body := support.T("Administrator"), support.T("{}")
	for _, t := range []*support.Text{&name, &body} {
		if err := tx.SaveText(w.account.ID, 0, t); err != nil {
			return err
		}
	}
	folder := support.Folder{Contract: w.contract.ID, Name: "Tokyo"}
	if err := tx.AddFolder(&folder); err != nil {
		return err
	}
	_, err := tx.AskConfirmation(w.contract.ID, monday, monday.AddDate(0, 0, 7))
	return errors.Join(err,
		tx.OpenFolder(folder.ID, w.contacts[1].ID),
		tx.AcceptAgreement(support.Acceptance{Contract: w.contract.ID, Version: "2026-1", Contact: who, At: monday}),
		tx.AddCertification(&support.Certification{Contact: who, Name: name, AddedBy: by, At: monday}, 10),
		tx.AddPlan(&support.Plan{Account: w.account.ID, By: by, At: monday, Body: body},
			[]support.MilestoneSpan{{Product: "hypervisor", From: monday, To: monday.AddDate(0, 0, 1)}}))
}
