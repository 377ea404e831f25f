package desk

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// hands is a clock that a test sets.
type hands struct {
	mu sync.Mutex
	at time.Time
	// read, when set, is called by whoever reads the clock.
	read func()
}

func (h *hands) now() time.Time {
	h.mu.Lock()
	at, read := h.at, h.read
	h.mu.Unlock()
	if read != nil {
		read()
	}
	return at
}

func (h *hands) onRead(fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.read = fn
}

func (h *hands) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

func (h *hands) add(d time.Duration) { h.set(h.now().Add(d)) }

// post is the outside world: it keeps what it is sent and refuses when told to.
type post struct {
	mu     sync.Mutex
	got    []notify.Mail
	refuse func(notify.Mail) error
	// left, when set, is called after each mail was taken.
	left func()
	// seen is signalled after each mail (buffered).
	seen chan notify.Mail
}

func (p *post) Send(_ context.Context, m notify.Mail) error {
	p.mu.Lock()
	refuse := p.refuse
	p.mu.Unlock()
	if refuse != nil {
		if err := refuse(m); err != nil {
			return err
		}
	}
	p.mu.Lock()
	p.got = append(p.got, m)
	left := p.left
	p.mu.Unlock()
	if left != nil {
		left()
	}
	select {
	case p.seen <- m:
	default:
	}
	return nil
}

func (p *post) mails() []notify.Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func (p *post) setRefuse(f func(notify.Mail) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = f
}

func (p *post) setLeft(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = f
}

// bench is a desk on an empty SQLite file with the people of two customers.
type bench struct {
	*Desk
	t           testing.TB
	store       *store.Store
	clock, wall *hands
	post        *post
	log         *bytes.Buffer
	path        string

	aoba, hokuto                     support.Account
	suzuki, sato, takahashi, tanaka  support.Contact // PLA and SA of Aoba, PLA and SA of Hokuto
	basic, production                support.Contract
	hayashi, ito, byrne, mori, duty  support.Staff
	admin                            support.Staff
	asSuzuki, asSato, asTanaka, asPL support.Actor
	asIto, asMori, asAdmin           support.Actor
}

var system = support.Actor{Kind: support.System}

func jst(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05 -0700", s+" +0900")
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func openStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func newBench(t testing.TB, at time.Time) *bench {
	t.Helper()
	b := benchAt(t, at, pgtest.Where(t))
	b.people()
	return b
}

// benchAt is a bench on a database that nobody is in yet, or a second node at
// the database of another one.
func benchAt(t testing.TB, at time.Time, path string) *bench {
	t.Helper()
	b := &bench{t: t, store: openStore(t, path), path: path, clock: &hands{at: at}, wall: &hands{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		post: &post{seen: make(chan notify.Mail, 1000)}, log: &bytes.Buffer{}}
	pack, err := policy.Shipped("classic-2010")
	if err != nil {
		t.Fatal(err)
	}
	packs, err := NewPacks(pack)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := auth.NewGate(auth.GateConfig{Store: b.store, Key: auth.Key{7}, Now: b.clock.now, Name: "Madoguchi"})
	if err != nil {
		t.Fatal(err)
	}
	b.Desk, err = New(Config{
		Store: b.store, Packs: packs, Now: b.clock.now, Real: b.wall.now, Out: b.post,
		Name: "Madoguchi", Sender: "support@vendor.example", BaseURL: "https://support.vendor.example",
		Log: slog.New(slog.NewTextHandler(&locked{w: b.log}, nil)), Webhooks: earshot(nil), Gate: gate,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) person(account int64, family, email string) support.Contact {
	b.t.Helper()
	c := support.Contact{Account: account, FamilyName: family, Email: email, Language: "en", Zone: "Asia/Tokyo"}
	b.ok(b.AddContact(b.t.Context(), system, &c))
	return c
}

func (b *bench) colleague(family, duty string, roles ...support.Role) support.Staff {
	b.t.Helper()
	s := support.Staff{FamilyName: family, Email: family + "@vendor.example", Language: "en", Zone: "Asia/Tokyo", Roles: roles, Duty: duty}
	b.ok(b.AddStaff(b.t.Context(), system, &s))
	return s
}

func (b *bench) people() {
	t, ctx := b.t, b.t.Context()
	t.Helper()
	b.ok(b.AddProduct(ctx, system, &support.Product{Key: "esx", Name: "ESX", Versions: []support.Version{{Name: "4.0"}}}))
	b.ok(b.AddProduct(ctx, system, &support.Product{Key: "vsphere", Name: "vSphere", Versions: []support.Version{{Name: "4.0"}}}))
	b.ok(b.AddProduct(ctx, system, &support.Product{Key: "fusion", Name: "Fusion"}))
	b.aoba = support.Account{Name: "Aoba", Country: "JP"}
	b.hokuto = support.Account{Name: "Hokuto", Country: "JP"}
	b.ok(b.AddAccount(ctx, system, &b.aoba))
	b.ok(b.AddAccount(ctx, system, &b.hokuto))
	b.suzuki, b.sato = b.person(b.aoba.ID, "Suzuki", "suzuki@aoba.example"), b.person(b.aoba.ID, "Sato", "sato@aoba.example")
	b.takahashi, b.tanaka = b.person(b.hokuto.ID, "Takahashi", "takahashi@hokuto.example"), b.person(b.hokuto.ID, "Tanaka", "tanaka@hokuto.example")
	from, to := jst(t, "2026-01-01 00:00:00"), jst(t, "2027-01-01 00:00:00")
	b.basic = support.Contract{Account: b.aoba.ID, Number: "B-1", Offering: "basic", Products: []string{"esx"}, Regions: []string{"apj"}, StartsAt: from, EndsAt: to}
	b.production = support.Contract{Account: b.hokuto.ID, Number: "P-1", Offering: "production", Products: []string{"vsphere"}, Regions: []string{"apj"}, StartsAt: from, EndsAt: to}
	b.ok(b.AddContract(ctx, system, &b.basic, b.suzuki.ID))
	b.ok(b.AddContract(ctx, system, &b.production, b.takahashi.ID))
	b.ok(b.GrantRole(ctx, system, b.basic.ID, b.sato.ID, support.RoleSupportAdmin))
	b.ok(b.GrantRole(ctx, system, b.production.ID, b.tanaka.ID, support.RoleSupportAdmin))
	b.hayashi = b.colleague("hayashi", "", support.RoleCSR)
	b.ito = b.colleague("ito", "on_call", support.RoleTSE)
	b.byrne = b.colleague("byrne", "", support.RoleTSE)
	b.mori = b.colleague("mori", "", support.RoleLicence)
	b.duty = b.colleague("watanabe", "duty", support.RoleDuty)
	b.admin = b.colleague("admin", "", support.RoleAdmin)
	customer := func(c support.Contact) support.Actor { return support.Actor{Kind: support.Customer, ID: c.ID} }
	vendor := func(s support.Staff) support.Actor { return support.Actor{Kind: support.Vendor, ID: s.ID} }
	b.asSuzuki, b.asSato, b.asTanaka, b.asPL = customer(b.suzuki), customer(b.sato), customer(b.tanaka), customer(b.takahashi)
	b.asIto, b.asMori, b.asAdmin = vendor(b.ito), vendor(b.mori), vendor(b.admin)
}

// filing is a severity 3 request of Hokuto's by the portal.
func (b *bench) filing() *support.File {
	return &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: b.tanaka.ID, Product: "vsphere", Version: "4.0", Severity: 3,
		Title: support.T("vMotion stops at 90 %"), Body: support.T("Since this morning."),
	}
}

func (b *bench) file() Done {
	b.t.Helper()
	done, err := b.Do(b.t.Context(), b.asTanaka, 0, b.filing())
	b.ok(err)
	return done
}

func (b *bench) do(by support.Actor, id int64, cmd support.Command) Done {
	b.t.Helper()
	done, err := b.Do(b.t.Context(), by, id, cmd)
	b.ok(err)
	return done
}

func (b *bench) settle() {
	b.t.Helper()
	b.ok(b.Settle(b.t.Context()))
}

func (b *bench) facts(id int64) []support.Fact {
	b.t.Helper()
	facts, err := b.store.Facts(b.t.Context(), everything, id)
	b.ok(err)
	return facts
}

// check asks the store for everything that is wrong, and refolds each request.
func (b *bench) check() {
	b.t.Helper()
	for _, p := range b.problems() {
		b.t.Errorf("%s: %s", p.Where, p.What)
	}
}

func (b *bench) problems() []store.Problem {
	b.t.Helper()
	problems, err := b.store.Check(b.t.Context(), store.CheckOptions{Fold: func(facts []support.Fact) (support.Row, []string, error) {
		r := &support.Request{ID: support.FirstID}
		support.Fold(r, facts...)
		return support.Index(r, b.Pack()), nil, nil
	}})
	b.ok(err)
	return problems
}

func kindsOf(facts []support.Fact) []string {
	var out []string
	for _, f := range facts {
		out = append(out, f.Kind())
	}
	return out
}

func notices(facts []support.Fact, template string) []support.Notified {
	var out []support.Notified
	for _, f := range facts {
		if n, ok := f.Body.(support.Notified); ok && n.Template == template {
			out = append(out, n)
		}
	}
	return out
}

func refused(t *testing.T, err error, code support.Code, key string) {
	t.Helper()
	e, ok := errorAs(err)
	if !ok || e.Code != code || key != "" && e.Key != key {
		t.Fatalf("got %v, want %s %s", err, code, key)
	}
}
