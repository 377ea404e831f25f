package sim

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

var (
	system     = support.Actor{Kind: support.System}
	everything = store.Viewer{Actor: system, Roles: []support.Role{support.RoleSystem}}
)

// node is a desk and the store that it works on. One file is one process's, and
// so both nodes die at once; on PostgreSQL each dies by itself.
type node struct {
	*desk.Desk
	store *store.Store
	crash *crash
}

// world is one run: two nodes, what they were told, and what left them.
type world struct {
	t     testing.TB
	rng   *rand.Rand
	where string
	store *store.Store // the first node's, to read
	nodes [2]node
	// at is the desk's clock, wall the real one; high is the latest that at was.
	at, wall, high time.Time
	busy           int  // the node that settles
	inside         bool // a node works in the middle of another's sending
	calm           bool // no more faults

	customers []support.Actor // who file
	contacts  []support.Actor // those, and who may get a role
	sato      support.Actor
	contracts []int64
	incidents int64 // the contract that is per incident
	buyer     int64 // of its packs
	bought    int   // incidents of which somebody was told
	beta      int64
	late      []func()         // commands on their way
	staff     []support.Actor  // engineers
	duty      support.Actor    // the manager
	emails    map[int64]string // of all staff
	accounts  []int64
	shut      map[int64]closed
	known     map[int64][]string // facts that were seen durable, by request
	stories   map[int64]*story   // what was read of them
	papered   bool               // papers may have changed in this step
	boxes     mailboxes
	addresses int       // that contacts were given
	voided    []attempt // in this step, by the desk
	writes    bool      // people write mails
	letters   []*sentMail
	filed     int // of those
	mails     []notify.Mail
	crashes   int
	steps     int
	trace     []string
	problems  []string
}

func (w *world) wrong(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func newWorld(t testing.TB, seed uint64) *world {
	t.Helper()
	at := time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 0)), where: pgtest.Where(t), at: at,
		high: at, wall: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), known: map[int64][]string{}, stories: map[int64]*story{}, boxes: newMailboxes(), shut: map[int64]closed{}, emails: map[int64]string{}}
	w.start()
	w.people()
	return w
}

// start opens the database for the nodes that have none, as a process does after
// a crash: nothing is left of the one before but what was committed.
func (w *world) start() {
	server := pgtest.Chosen()
	var opened node
	for i := range w.nodes {
		if w.nodes[i].store != nil {
			continue
		}
		if opened.store == nil || server {
			c := &crash{}
			s, err := store.OpenOver(context.Background(), w.where, func(real driver.Connector) driver.Connector { return connector{real, c, server} })
			w.ok(err)
			opened = node{store: s, crash: c}
		}
		w.nodes[i] = opened
		w.desk(&w.nodes[i])
	}
	w.store = w.nodes[0].store
}

// pausing is read once: a node that starts anew is to cost little. Nothing that
// the shipped offerings promise is ever paused; here it is.
var pausing = sync.OnceValues(func() (*desk.Packs, error) {
	pack, err := policy.Shipped("classic-2010")
	if err != nil {
		return nil, err
	}
	p := *pack
	p.Waiting.Kinds = slices.Clone(pack.Waiting.Kinds)
	for i, k := range p.Waiting.Kinds {
		p.Waiting.Kinds[i].Pauses = append(slices.Clone(k.Pauses), "first_response")
	}
	return desk.NewPacks(&p)
})

func (w *world) desk(n *node) {
	packs, err := pausing()
	w.ok(err)
	n.Desk, err = desk.New(desk.Config{
		Store: n.store, Packs: packs, Now: func() time.Time { return w.at }, Real: func() time.Time { return w.wall },
		Out: w, Sender: "support@vendor.example", Senders: 1, Own: message.Own{Addresses: []string{"support@vendor.example"}, Hosts: []string{"vendor.example"}},
		MailKeys: message.Keys{[]byte("0123456789abcdef0123456789abcdef")},
		Judge: func(context.Context, desk.Delivery, *message.Inbound) desk.Verdict {
			return desk.Verdict{SPF: "pass", Aligned: true}
		}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	w.ok(err)
}

// armCommit lets a node die at the n-th statement from a commit on, which is the
// first of them, when it has made so many.
func (w *world) armCommit(commits, n int, after bool) {
	w.arm(n, after)
	for _, node := range w.nodes {
		node.crash.commits = commits
	}
}

// arm lets whichever node comes to its n-th statement from now die at it.
func (w *world) arm(n int, after bool) {
	for _, node := range w.nodes {
		node.crash.arm(n, after)
	}
}

// dead tells whether a node has died in this step.
func (w *world) dead() bool { return w.nodes[0].crash.dead || w.nodes[1].crash.dead }

// count is that of all statements of both nodes since they started.
func (w *world) count() int {
	if w.nodes[0].crash == w.nodes[1].crash {
		return w.nodes[0].crash.count
	}
	return w.nodes[0].crash.count + w.nodes[1].crash.count
}

// revive is called after each step: a node that died starts anew.
func (w *world) revive() {
	died := w.dead()
	for i := range w.nodes {
		n := &w.nodes[i]
		n.crash.disarm()
		if !n.crash.dead {
			continue
		}
		if err := n.store.Close(); err != nil {
			w.t.Logf("closing the dead node: %v", err)
		}
		n.store = nil
	}
	if died {
		w.crashes++
		w.start()
	}
}

// close ends both nodes.
func (w *world) close() {
	for _, n := range w.nodes {
		w.ok(n.store.Close())
	}
}

// Send is the outside world. It keeps each mail, sometimes without the sender
// learning of it, and sometimes takes so long that the other node takes over.
func (w *world) Send(ctx context.Context, m notify.Mail) error {
	if !w.calm && w.rng.IntN(12) == 0 {
		return fmt.Errorf("the relay did not take it")
	}
	if err := w.boxes.take(w, m); err != nil {
		return err
	}
	w.mails = append(w.mails, m)
	w.discreet(m)
	w.guarded(m)
	if w.inside || w.calm {
		return nil
	}
	switch w.rng.IntN(12) {
	case 0:
		w.inside = true
		defer func() { w.inside = false }()
		w.wall = w.wall.Add(10 * time.Minute)
		return w.nodes[1-w.busy].Settle(ctx)
	case 1:
		return fmt.Errorf("the relay took it and did not answer")
	case 2:
		w.arm(1+w.rng.IntN(20), w.rng.IntN(2) == 0)
	}
	return nil
}

func (w *world) people() {
	ctx, d := context.Background(), w.nodes[0]
	for _, p := range []string{"esx", "vsphere"} {
		w.ok(d.AddProduct(ctx, system, &support.Product{Key: p, Name: p, Versions: []support.Version{{Name: "4.0"}}}))
	}
	w.ok(d.AddProduct(ctx, system, &support.Product{Key: "fusion", Name: "Fusion"}))
	aoba, hokuto := support.Account{Name: "Aoba", Country: "JP"}, support.Account{Name: "Hokuto", Country: "JP"}
	w.ok(d.AddAccount(ctx, system, &aoba))
	w.ok(d.AddAccount(ctx, system, &hokuto))
	contact := func(account int64, name string) support.Actor {
		c := support.Contact{Account: account, FamilyName: name, Email: name + "@customer.example", Language: "en", Zone: "Asia/Tokyo"}
		w.ok(d.AddContact(ctx, system, &c))
		return support.Actor{Kind: support.Customer, ID: c.ID}
	}
	suzuki, sato := contact(aoba.ID, "suzuki"), contact(aoba.ID, "sato")
	takahashi, tanaka := contact(hokuto.ID, "takahashi"), contact(hokuto.ID, "tanaka")
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	production := support.Contract{Account: hokuto.ID, Number: "P-1", Offering: "production", Products: []string{"vsphere"}, Regions: []string{"apj"}, StartsAt: from, EndsAt: to}
	basic := support.Contract{Account: aoba.ID, Number: "B-1", Offering: "basic", Products: []string{"esx"}, Regions: []string{"apj"}, StartsAt: from, EndsAt: to}
	w.ok(d.AddContract(ctx, system, &basic, suzuki.ID))
	w.ok(d.AddContract(ctx, system, &production, takahashi.ID))
	w.ok(d.GrantRole(ctx, system, production.ID, tanaka.ID, support.RoleSupportAdmin))
	w.ok(d.GrantRole(ctx, system, basic.ID, sato.ID, support.RoleSupportAdmin))
	w.ok(d.Register(ctx, sato, &support.Registration{Contact: sato.ID, Product: "fusion"}))
	member := func(name, duty string, role support.Role) support.Actor {
		s := support.Staff{FamilyName: name, Email: name + "@vendor.example", Language: "en", Zone: "Asia/Tokyo", Roles: []support.Role{role}, Duty: duty}
		w.ok(d.AddStaff(ctx, system, &s))
		w.emails[s.ID] = s.Email
		return support.Actor{Kind: support.Vendor, ID: s.ID}
	}
	w.staff = []support.Actor{member("ito", "on_call", support.RoleTSE), member("byrne", "", support.RoleTSE)}
	w.duty, w.accounts = member("watanabe", "duty", support.RoleDuty), []int64{aoba.ID, hokuto.ID}
	for range 2 {
		got, err := d.BuyIncidents(ctx, sato, sato.ID, "fusion", 3)
		w.ok(err)
		w.incidents, w.buyer, w.bought = got.Contract.ID, suzuki.ID, w.bought+3
	}
	w.customers, w.sato = []support.Actor{tanaka, sato, takahashi}, sato
	w.contacts = append(slices.Clone(w.customers), suzuki, contact(aoba.ID, "kato"), contact(hokuto.ID, "mori"))
	w.contracts = []int64{basic.ID, production.ID, w.incidents}
	p := support.BetaProgramme{Key: "beta", Name: "Beta", Kind: support.BetaPublic, Product: "vsphere", Version: "5.0", EndsAt: w.at.Add(8 * 24 * time.Hour), Zone: "Asia/Tokyo"}
	w.ok(d.AddProgramme(ctx, system, &p))
	w.ok(d.JoinBeta(ctx, tanaka, p.ID))
	w.beta = p.ID
}
