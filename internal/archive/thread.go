package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// between is what passes from one mail to the next, so that nobody writes too many
// in an hour (T14).
const between = 5 * time.Minute

// reader is a desk that mails are played to.
type reader struct {
	dir   string
	store *store.Store
	desk  *desk.Desk
	at    time.Time
	sent  []notify.Mail
	known string // address of a contact who may file about one product
}

// Send implements [desk.Outbox].
func (r *reader) Send(_ context.Context, m notify.Mail) error {
	r.sent = append(r.sent, m)
	return nil
}

func open(ctx context.Context) (r *reader, err error) {
	r = &reader{at: fixtures.Day("2026-06-03")}
	if r.dir, err = os.MkdirTemp("", "archive"); err != nil {
		return nil, err
	}
	if r.store, err = store.Open(ctx, filepath.Join(r.dir, "archive.db")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(r.dir))
	}
	if err := r.begin(ctx); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (r *reader) begin(ctx context.Context) error {
	if err := r.store.Migrate(ctx); err != nil {
		return err
	}
	pack, err := policy.Shipped("classic-2010")
	if err != nil {
		return err
	}
	const held = "production" // who plays them may file by mail
	o := pack.Offerings[held]
	o.Channels.In = append(slices.Clone(o.Channels.In), string(support.Mail))
	pack.Offerings[held] = o
	packs, err := desk.NewPacks(pack)
	if err != nil {
		return err
	}
	files, err := blob.New(filepath.Join(r.dir, "files"))
	if err != nil {
		return err
	}
	now := func() time.Time { return r.at }
	r.desk, err = desk.New(desk.Config{
		Store: r.store, Packs: packs, Files: files, Now: now, Real: now, Out: r, Name: "Support", Sender: own.Addresses[0], BaseURL: "https://desk.example",
		MailKeys: message.Keys{make([]byte, 32)}, Own: own, Senders: 1,
		Judge: func(context.Context, desk.Delivery, *message.Inbound) desk.Verdict {
			return desk.Verdict{DMARC: "pass", Aligned: true}
		},
	})
	if err != nil {
		return err
	}
	cast, err := demo.Seed(ctx, r.desk, fixtures.All())
	r.known = cast.Contacts["weber"].Email
	return err
}

func (r *reader) close() error { return errors.Join(r.store.Close(), os.RemoveAll(r.dir)) }

// take hands a mail over and gives what became of it.
func (r *reader) take(ctx context.Context, from string, raw []byte) (store.Mail, error) {
	r.at = r.at.Add(between)
	id, err := r.desk.Receive(ctx, desk.Delivery{Mailbox: "smtp", From: from, To: own.Addresses, Raw: raw})
	if support.CodeOf(err) == support.TooLarge {
		return store.Mail{State: store.MailQuarantined, Why: "too_large"}, nil
	}
	if err == nil {
		err = r.desk.Settle(ctx)
	}
	if err != nil {
		return store.Mail{}, err
	}
	return r.store.Mail(ctx, store.Viewer{Actor: support.Actor{Kind: support.System}}, id)
}

// threads plays all mails as those of one contact, and compares which the desk puts
// on one request with which refer to each other; then it plays them again.
func (t *table) threads(ctx context.Context, mails []mail) (err error) {
	r, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	truth, found := families(mails), make([]int64, len(mails))
	lost, states := 0, map[string]int{}
	var first []int // of the mails, without copies of those before them
	for i, m := range mails {
		got, err := r.take(ctx, r.known, direct(m.raw, r.known))
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		states[strings.TrimSpace(string(got.State)+" "+got.Why)]++
		switch got.State {
		case store.MailFiled:
			found[i] = got.Request
			first = append(first, i)
		case store.MailQuarantined:
			t.wrong(m, "quarantined, "+got.Why+" "+got.Class)
			first = append(first, i)
		case store.MailDropped:
			if got.Why != "copy" {
				first = append(first, i)
				t.wrong(m, "dropped, "+got.Why+" "+got.Class)
			}
		default:
			lost++
			t.wrong(m, string(got.State)+" "+got.Why)
		}
	}
	t.say("what became of them", fmt.Sprint(states))
	t.none("mails lost", lost)
	t.pairs(mails, first, truth, found)
	again := 0
	for _, m := range mails {
		got, err := r.take(ctx, r.known, direct(m.raw, r.known))
		if err != nil {
			return fmt.Errorf("%s, again: %w", m.name, err)
		}
		if got.State != store.MailDropped {
			again++
			t.wrong(m, "again: "+string(got.State)+" "+got.Why)
		}
	}
	t.none("created when they are played again", again)
	return nil
}

// pairs compares which mails stand together with which belong together.
func (t *table) pairs(mails []mail, first []int, truth []int, found []int64) {
	both, desk, real := 0, 0, 0
	for a, i := range first {
		for _, j := range first[:a] {
			is, says := truth[i] == truth[j], found[i] != 0 && found[i] == found[j]
			if is {
				real++
			}
			if says {
				desk++
			}
			if is && says {
				both++
			}
			if is != says && found[i] != 0 && found[j] != 0 {
				t.wrong(mails[i], fmt.Sprintf("with %s: %v, %v", mails[j].name, says, is))
			}
		}
	}
	of := map[int]bool{}
	for _, i := range first {
		of[truth[i]] = true
	}
	t.say("mails without copies, and conversations", fmt.Sprint(len(first), ", ", len(of)))
	t.share("pairs of one request that belong together", both, desk, 0.995)
	t.share("pairs that belong together on one request", both, real, 0.99)
}

// families numbers mails by the conversation that they are of: those that refer to
// each other, directly or by way of others, be they in the archive or not. It reads
// the ids by itself, in the raw fields.
func families(mails []mail) []int {
	parent := map[string]string{}
	var root func(string) string
	root = func(x string) string {
		if p, ok := parent[x]; ok && p != x {
			parent[x] = root(p)
			return parent[x]
		}
		parent[x] = x
		return x
	}
	keys := make([]string, len(mails))
	for i, m := range mails {
		keys[i] = fmt.Sprint("mail ", i)
		for _, id := range mentioned(m.raw) {
			parent[root(keys[i])] = root(id)
		}
	}
	numbers, out := map[string]int{}, make([]int, len(mails))
	for i := range mails {
		r := root(keys[i])
		if _, ok := numbers[r]; !ok {
			numbers[r] = len(numbers) + 1
		}
		out[i] = numbers[r]
	}
	return out
}

// mentioned are a mail's own id and those to which it refers.
func mentioned(raw []byte) (out []string) {
	lines, _ := head(raw)
	unfolded := strings.NewReplacer("\n ", " ", "\n\t", " ").Replace("\n" + string(lines))
	for line := range strings.Lines(unfolded) {
		name, value, _ := strings.Cut(line, ":")
		if !slices.Contains([]string{"message-id", "in-reply-to", "references"}, strings.ToLower(strings.TrimSpace(name))) {
			continue
		}
		for _, part := range strings.Split(value, "<")[1:] {
			if id, _, ok := strings.Cut(part, ">"); ok && strings.Contains(id, "@") && !strings.ContainsAny(id, " \t") {
				out = append(out, id)
			}
		}
	}
	return out
}

// silence plays list mail to a desk, from people whom it does not know and from
// somebody whom it knows, and counts what it writes to them.
func (t *table) silence(ctx context.Context, mails []mail) (err error) {
	r, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.desk.Settle(ctx); err != nil {
		return err
	}
	answers, filed := 0, 0
	for _, m := range mails {
		if !ofList(m.raw) {
			continue
		}
		in := message.Parse(m.raw)
		from := r.known
		if len(in.From) > 0 {
			from = in.From[0].Email
		}
		known := without(m.raw, "From: <"+r.known+">\n", "from:")
		for _, play := range []struct {
			from string
			raw  []byte
		}{{from, m.raw}, {r.known, known}} {
			r.sent = nil
			got, err := r.take(ctx, play.from, play.raw)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			if got.State == store.MailFiled {
				filed++
			}
			for _, s := range r.sent {
				if strings.EqualFold(s.To.Email, play.from) {
					answers++
					t.wrong(m, "answered: "+s.Subject)
				}
			}
		}
	}
	t.none("automatic answers to list mail", answers)
	t.none("list mail filed as somebody's", filed)
	return nil
}
