package demo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/demo/stories"
	"madoguchi/internal/desk"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Load is a load to measure with: requests of many accounts, the same for the
// same numbers. Zero fields have the defaults that stand beside them.
//
// Accounts have requests by Zipf's law; half write Japanese; four of a hundred
// requests are open. One has on average three public messages of 330 bytes and nine
// facts; half of the requests end at once, the others are worked on. Three of four
// are about a product with complimentary support, which has fewer targets and which
// each person registered once; three in ten come through the API. Of the open ones an
// eighth waits unanswered in the queue. What fell due up to then has happened: no
// timer and no mail waits.
type Load struct {
	Accounts int    // 600
	Requests int    // 1000
	Long     int    // messages of one request that is very long; 0: 5000
	Seed     uint64 // 1
	Until    time.Time
	Progress func(requests int) // is told how many there are, now and then; nil: nobody is
}

// Loaded is what was made.
type Loaded struct {
	Accounts, Requests, Open, Facts, Messages int
	TextBytes                                 int64 // of the messages
	Japanese                                  int   // requests
}

const (
	loadBatch    = 128 // requests in one update
	loadYears    = 2   // over which they are spread
	meanText     = 330 // bytes
	openShare    = 0.04
	shortShare   = 0.5   // that end at once
	freeShare    = 0.75  // complimentary
	portalShare  = 0.7   // through the portal; the others through the API
	queuedShare  = 0.125 // of the open ones
	loadEngineer = 40
	freeProduct  = "workstation"
)

// Fill makes the load in an empty desk. Requests are decided by the core and
// appended many at a time; no effect is left behind, so that nothing is sent.
func (l Load) Fill(ctx context.Context, s *store.Store, d *desk.Desk) (Loaded, error) {
	g, err := l.generator(ctx, s, d)
	if err != nil {
		return Loaded{}, err
	}
	l = g.Load
	var out Loaded
	out.Accounts = l.Accounts
	for from := 0; from < l.Requests; from += loadBatch {
		made, err := g.batch(ctx, s, from, g.request)
		if err != nil {
			return out, err
		}
		out.Requests += made.Requests
		out.Open += made.Open
		out.Facts += made.Facts
		out.Messages += made.Messages
		out.TextBytes += made.TextBytes
		out.Japanese += made.Japanese
		if l.Progress != nil {
			l.Progress(out.Requests)
		}
	}
	return out, nil
}

// generator has the world in which requests are made.
func (l Load) generator(ctx context.Context, s *store.Store, d *desk.Desk) (*generator, error) {
	l.Accounts, l.Requests, l.Long, l.Seed = cmp.Or(l.Accounts, 600), cmp.Or(l.Requests, 1000), cmp.Or(l.Long, 5000), cmp.Or(l.Seed, 1)
	if l.Until.IsZero() {
		l.Until = d.Now()
	}
	l.Until = support.Instant(l.Until)
	g := &generator{Load: l, pack: d.Pack(), stories: stories.Technical()}
	if err := g.world(ctx, s, d); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	return g, nil
}

// batch makes the requests of some numbers in one update.
func (g *generator) batch(ctx context.Context, s *store.Store, from int, one func(*store.Tx, int, *Loaded) error) (made Loaded, err error) {
	err = s.Update(ctx, func(tx *store.Tx) error {
		made = Loaded{}
		for i := from; i < min(from+loadBatch, g.Requests); i++ {
			if err := one(tx, i, &made); err != nil {
				return fmt.Errorf("request %d of the load: %w", i, err)
			}
		}
		return nil
	})
	return made, err
}

// generator makes requests, each from its own number, so that an update that runs
// twice makes the same.
type generator struct {
	Load
	pack    *policy.Pack
	staff   []support.Staff
	parties []support.Parties // of the support administrator of each account
	primary []int64
	stories []stories.Story
	words   map[string][]string // sentences by language
}

// world enters staff, products, accounts and their people and contracts.
func (g *generator) world(ctx context.Context, s *store.Store, d *desk.Desk) error {
	for _, p := range fixtures.All().Products {
		if err := d.AddProduct(ctx, system, &p); err != nil {
			return err
		}
	}
	for i := range loadEngineer {
		m := support.Staff{
			FamilyName: fmt.Sprintf("Engineer %02d", i+1), Email: fmt.Sprintf("e%02d@desk.example", i+1), Language: "en", Languages: []string{"ja", "en"},
			Skills: []string{"esx", "vsphere"}, Roles: []support.Role{support.RoleTSE}, Site: "tokyo", Zone: "Asia/Tokyo", Active: true,
		}
		if err := d.AddStaff(ctx, system, &m); err != nil {
			return err
		}
		g.staff = append(g.staff, m)
	}
	g.words = map[string][]string{"ja": sentences("ja"), "en": sentences("en")}
	if err := d.MoveIn(ctx, system, g.moveIn); err != nil {
		return err
	}
	return s.Update(ctx, func(tx *store.Tx) error {
		g.parties, g.primary = nil, nil
		for i := range g.Accounts {
			admin, err := tx.ContactByEmail(mailOf(i, "admin"))
			if err != nil {
				return err
			}
			own := support.Registration{
				Contact: admin.ID, Account: admin.Account, Product: freeProduct, At: g.Until.AddDate(-loadYears-1, 0, 0),
			}
			if err := tx.AddRegistration(&own); err != nil {
				return err
			}
			p, err := tx.Parties(admin.ID)
			if err != nil {
				return err
			}
			first, err := tx.ContactByEmail(mailOf(i, "primary"))
			if err != nil {
				return err
			}
			g.parties, g.primary = append(g.parties, p), append(g.primary, first.ID)
		}
		return nil
	})
}

func mailOf(account int, who string) string { return fmt.Sprintf("%s@a%04d.example", who, account) }

// moveIn enters one account after the other, each with a PLA, a support
// administrator and a contract.
func (g *generator) moveIn(m *desk.Moving) error {
	for i := range g.Accounts {
		country, lang, zone, region := "JP", "ja", "Asia/Tokyo", "apj"
		if i%2 == 1 {
			country, lang, zone, region = "GB", "en", "Europe/London", "emea"
		}
		key, number := fmt.Sprintf("a%04d", i), fmt.Sprintf("LOAD-%05d", i)
		if _, err := m.Account(desk.MovedAccount{Key: key, Name: fmt.Sprintf("Account %04d", i), Country: country}); err != nil {
			return err
		}
		for n, who := range []string{"primary", "admin"} {
			c := support.Contact{
				FamilyName: fmt.Sprintf("Person %04d", i), GivenName: who, Email: mailOf(i, who), Language: lang, Zone: zone,
				Number: support.CustomerNumber(fmt.Sprintf("%09d", 100_000_000+i*10+n)), PreferredChannel: support.Mail, Active: true,
			}
			if _, err := m.Contact(desk.MovedContact{Account: key, Country: country, Contact: c}); err != nil {
				return err
			}
		}
		k := support.Contract{
			Number: number, Offering: []string{"production", "basic"}[i%3%2], Products: []string{"vsphere", "esx"}, Regions: []string{region},
			StartsAt: g.Until.AddDate(-loadYears-1, 0, 0), EndsAt: g.Until.AddDate(2, 0, 0), State: support.ContractActive,
		}
		if _, err := m.Contract(desk.MovedContract{Account: key, Country: country, Primary: mailOf(i, "primary"), Contract: k}); err != nil {
			return err
		}
		if _, err := m.Role(desk.MovedRole{Contract: number, Contact: mailOf(i, "admin"), Role: support.RoleSupportAdmin}); err != nil {
			return err
		}
	}
	return nil
}

// sentences are those of the stories in a language, with their places filled.
func sentences(lang string) []string {
	v := map[string]string{"host": "esx-07", "guest": "erp3", "store": "san-4", "n": "7", "min": "12", "gb": "180", "build": "208167", "nic": "HBA-8", "day": "12 May"}
	end := ". "
	if lang == "ja" {
		v["day"], end = "5月12日", "。"
	}
	var out []string
	for _, s := range stories.Technical() {
		t := s.In(lang)
		for _, text := range []string{t.Body, t.Response, t.Asked, t.Answer, t.Found} {
			for part := range strings.SplitSeq(strings.TrimRight(text, ".。"), end) {
				out = append(out, stories.Fill(part, v)+strings.TrimSpace(end))
			}
		}
	}
	return out
}

// text is some sentences, around a length that lies on both sides of the mean as
// lengths of mails do.
func (g *generator) text(rng *rand.Rand, lang string) support.Text {
	const sigma = 0.9
	want := min(int(math.Exp(math.Log(meanText-33)-sigma*sigma/2+sigma*rng.NormFloat64())), 4000)
	var b strings.Builder
	for {
		b.WriteString(g.words[lang][rng.IntN(len(g.words[lang]))])
		if b.Len() >= want {
			return support.T(b.String())
		}
		if lang != "ja" {
			b.WriteByte(' ')
		}
	}
}

// made is one request while it is made.
type made struct {
	*generator
	tx      *store.Tx
	rng     *rand.Rand
	r       *support.Request
	facts   []support.Fact
	account int
	p       support.Parties
	lang    string
	at      time.Time
	sum     *Loaded
}

// request makes the request of a number.
func (g *generator) request(tx *store.Tx, i int, sum *Loaded) error {
	rng := rand.New(rand.NewPCG(g.Seed, uint64(i)))
	span := time.Duration(loadYears) * 365 * 24 * time.Hour
	late := float64(i) / float64(g.Requests)
	m, err := g.begin(tx, rng, support.Instant(g.Until.Add(-span+time.Duration(late*float64(span-time.Hour)))), sum)
	if err != nil {
		return err
	}
	// The open ones are among the last: a sixth of the time holds them all.
	const recent = 1.0 / 6
	open := late > 1-recent && rng.Float64() < openShare/recent
	if err := m.tell(i == g.Requests/2, open); err != nil {
		return err
	}
	sum.Requests++
	sum.Facts += len(m.facts)
	if m.r.Completed == nil {
		sum.Open++
	}
	if m.lang == "ja" {
		sum.Japanese++
	}
	return tx.Append(support.Row{}, m.facts, support.Index(m.r, g.pack), nil)
}

// begin chooses whose request it is.
func (g *generator) begin(tx *store.Tx, rng *rand.Rand, at time.Time, sum *Loaded) (*made, error) {
	id, err := tx.NewRequestID()
	if err != nil {
		return nil, err
	}
	account := int(rand.NewZipf(rng, 1.1, 4, uint64(g.Accounts-1)).Uint64())
	p := g.parties[account]
	if p.Contact, err = tx.Contact(p.Contact.ID); err != nil { // a survey went out since
		return nil, err
	}
	return &made{generator: g, tx: tx, rng: rng, r: &support.Request{ID: id}, account: account, p: p, lang: p.Contact.Language, sum: sum, at: at}, nil
}

// open files it.
func (m *made) open(file *support.File) error {
	return m.do(support.Actor{Kind: support.Customer, ID: m.p.Contact.ID}, file, 0, support.RoleContact, support.RoleSupportAdmin)
}

// tell is what happens to it.
func (m *made) tell(long, open bool) error {
	p := m.p
	customer := support.Actor{Kind: support.Customer, ID: p.Contact.ID}
	engineer := support.Actor{Kind: support.Vendor, ID: m.staff[m.rng.IntN(len(m.staff))].ID}
	file := m.file()
	notice := support.Notified{
		Key: fmt.Sprintf("r%d.1.mail.c%d", m.r.ID, p.Contact.ID), Kind: "mail", Template: "acknowledgement", Seq: 1,
		Recipient: support.Recipient{Kind: support.ToContact, ID: p.Contact.ID},
	}
	if err := m.open(file); err != nil {
		return err
	}
	if err := m.do(system, &support.RecordNotice{Notified: notice}, time.Second, support.RoleSystem); err != nil {
		return err
	}
	if !long && open && m.rng.Float64() < queuedShare {
		return m.wait()
	}
	agreed := &support.Consent{Contact: p.Contact.ID, How: support.Phone}
	if !long && !open && m.rng.Float64() < shortShare {
		return m.do(engineer, &support.Complete{Reason: "confirmed", Text: m.message(), Consent: agreed}, time.Minute, support.RoleTSE)
	}
	more := 1 + m.rng.IntN(3)
	if long {
		more = m.Long
	}
	for n := range more {
		by, roles := engineer, []support.Role{support.RoleTSE}
		if n%2 == 1 {
			by, roles = customer, []support.Role{support.RoleContact, support.RoleOpener, support.RoleSupportAdmin}
		}
		if err := m.do(by, &support.Comment{Text: m.message()}, time.Duration(1+m.rng.IntN(3))*time.Minute, roles...); err != nil {
			return err
		}
	}
	if open {
		return nil
	}
	return m.do(engineer, &support.Complete{Reason: "confirmed", Text: m.message(), Consent: agreed}, time.Minute, support.RoleTSE)
}

// wait lets time pass for a request that nobody takes, up to the end of the load.
func (m *made) wait() error {
	for {
		due := support.Index(m.r, m.pack).DueAt
		if due.IsZero() || !due.Before(m.Until) {
			return nil
		}
		if err := m.do(system, &support.Tick{}, due.Sub(m.at), support.RoleSystem); err != nil {
			return err
		}
	}
}

// file is how it begins.
func (m *made) file() *support.File {
	s := m.stories[m.rng.IntN(len(m.stories))]
	f := &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: m.p.Contact.ID, Product: []string{"vsphere", "esx"}[m.rng.IntN(2)], Version: "4.0",
		Severity: 3 + m.rng.IntN(2), Title: m.title(s), Body: m.message(), Details: support.Details{Tags: []string{s.Tag}},
	}
	if m.rng.Float64() >= portalShare {
		f.Channel = support.API
	}
	if m.rng.Float64() >= freeShare {
		return f
	}
	f.Product, f.Version = freeProduct, "7.0"
	return f
}

func (m *made) title(s stories.Story) support.Text {
	t := s.In(m.lang)
	return support.T(stories.Fill(t.Titles[m.rng.IntN(len(t.Titles))], map[string]string{
		"host": fmt.Sprintf("esx-%02d", m.rng.IntN(90)), "guest": fmt.Sprintf("erp%d", m.rng.IntN(40)), "store": fmt.Sprintf("san-%d", m.rng.IntN(30)),
		"n": fmt.Sprint(2 + m.rng.IntN(9)), "min": fmt.Sprint(3 + m.rng.IntN(40)), "build": "208167", "day": "12 May", "gb": "180", "nic": "HBA-8",
	}))
}

// message is one that is public.
func (m *made) message() support.Text {
	t := m.text(m.rng, m.lang)
	m.sum.Messages++
	m.sum.TextBytes += int64(len(t.Plain))
	return t
}

// do carries a command out some time later.
func (m *made) do(by support.Actor, cmd support.Command, after time.Duration, roles ...support.Role) error {
	p := m.p
	m.at = m.at.Add(after)
	for _, t := range cmd.Texts() {
		if err := m.tx.SaveText(p.Account.ID, m.r.ID, t); err != nil {
			return err
		}
	}
	w := support.World{Roles: roles, Parties: p, Staff: m.staff, Primary: m.primary[m.account], Deciders: []int64{p.Contact.ID, m.primary[m.account]}}
	facts, err := support.Decide(m.r, cmd, w, by, m.at, m.pack)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.Name(), err)
	}
	support.Fold(m.r, facts...)
	m.facts = append(m.facts, facts...)
	return nil
}
