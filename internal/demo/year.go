package demo

import (
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/demo/stories"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// YearLength is how long the believable year is.
const YearLength = 365 * 24 * time.Hour

// yearSeed makes the year the same every time.
const yearSeed = 20260606

// Year plays a year of support into a desk whose clock stands at its beginning,
// and leaves the clock at its end: customers file, engineers answer, time passes
// and does what is due. cast are the people of the scenarios, who take part. The
// same beginning gives the same facts.
//
// It enters everything by commands at their instants. Mails of the year are
// rendered and handed to the desk's outbox like all others. month is told of each
// month that begins, such as 2026-01; nil: nobody is.
func Year(ctx context.Context, d *desk.Desk, clock *Clock, cast Cast, month func(string)) error {
	return play(ctx, d, clock, cast, YearLength, month)
}

// play is the beginning of the year, as much as length of it.
func play(ctx context.Context, d *desk.Desk, clock *Clock, cast Cast, length time.Duration, month func(string)) error {
	from := clock.Now()
	y := &year{
		ctx: ctx, desk: d, hands: Hands{clock, d}, from: from, until: from.Add(YearLength),
		rng: rand.New(rand.NewPCG(yearSeed, 0)), told: map[string]int{},
	}
	w := yearWorld(from.Format(time.DateOnly), from.Add(3*YearLength).Format(time.DateOnly))
	s := seeder{desk: d, accounts: map[string]int64{}, contracts: map[string]int64{}, cast: Cast{
		Contacts: map[string]support.Contact{}, Staff: map[string]support.Staff{}, Accounts: map[int64]string{}, Tokens: map[string]string{},
	}}
	for _, step := range []func(context.Context, fixtures.World) error{s.people, s.staff, s.papers} {
		if err := step(ctx, w); err != nil {
			return fmt.Errorf("seed the year: %w", err)
		}
	}
	y.cast, y.accounts, y.numbers = merged(cast, s.cast), s.accounts, s.contracts
	y.contracts = append(fixtures.All().Contracts, w.Contracts...)
	y.plan()
	last := ""
	for y.queue.Len() > 0 {
		next := heap.Pop(&y.queue).(moment)
		if m := next.at.Format("2006-01"); m != last && month != nil {
			last = m
			month(m)
		}
		if next.at.After(from.Add(length)) {
			continue // what would come later has not happened
		}
		if err := y.hands.Advance(ctx, latestOf(next.at, y.desk.Now())); err != nil {
			return fmt.Errorf("year at %s: %w", next.at.Format(time.RFC3339), err)
		}
		if err := next.do(); err != nil {
			return fmt.Errorf("year at %s: %w", next.at.Format(time.RFC3339), err)
		}
	}
	return y.hands.Advance(ctx, from.Add(length))
}

func latestOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func merged(a, b Cast) Cast {
	for key, c := range a.Contacts {
		b.Contacts[key] = c
	}
	for key, m := range a.Staff {
		b.Staff[key] = m
	}
	return b
}

// year is the year while it is played.
type year struct {
	ctx         context.Context
	desk        *desk.Desk
	hands       Hands
	cast        Cast
	accounts    map[string]int64 // of the year's own, by key
	numbers     map[string]int64 // of their contracts, by number
	contracts   []fixtures.Contract
	from, until time.Time
	rng         *rand.Rand
	queue       moments
	told        map[string]int // how often a story was told, by its id and language
	n           int            // moments that were queued
}

// moment is something that happens at an instant; n keeps those of one instant in
// their order.
type moment struct {
	at time.Time
	n  int
	do func() error
}

type moments []moment

func (q moments) Len() int { return len(q) }
func (q moments) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q moments) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *moments) Push(x any)   { *q = append(*q, x.(moment)) }
func (q *moments) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (y *year) at(t time.Time, do func() error) {
	y.n++
	heap.Push(&y.queue, moment{t, y.n, do})
}

// day is an instant of the year: so many days after its beginning, at an hour of
// a zone on a working day.
func (y *year) day(days int, zone string) time.Time {
	return y.office(y.from.Add(time.Duration(days)*24*time.Hour+time.Duration(y.rng.IntN(24*60))*time.Minute), zone)
}

// office moves an instant into working hours of a zone: Monday to Friday, 09:40 to
// 17:30.
func (y *year) office(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	local := t.In(loc)
	minute := local.Hour()*60 + local.Minute()
	if minute > 17*60+30 {
		local = time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, loc)
		minute = 0
	}
	for local.Weekday() == time.Saturday || local.Weekday() == time.Sunday {
		local = time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, loc)
		minute = 0
	}
	if minute < 9*60+40 {
		m := 9*60 + 40 + y.rng.IntN(70)
		local = time.Date(local.Year(), local.Month(), local.Day(), m/60, m%60, 0, 0, loc)
	}
	return local.UTC()
}

// minutes draws a time between two numbers of minutes.
func (y *year) minutes(from, to int) time.Duration {
	return time.Duration(from+y.rng.IntN(to-from+1)) * time.Minute
}

func pick[T any](y *year, list []T) T { return list[y.rng.IntN(len(list))] }

// values fill the places of a telling.
func (y *year) values(lang string, at time.Time) map[string]string {
	between := func(from, to int) string { return strconv.Itoa(from + y.rng.IntN(to-from+1)) }
	day := at.AddDate(0, 0, -1-y.rng.IntN(12))
	v := map[string]string{
		"host": pick(y, []string{"esx", "vh", "node", "hv", "prod-esx", "kvh"}) + "-" + between(1, 48), "n": between(5, 9), "min": between(3, 41), "gb": between(14, 480),
		"guest": pick(y, []string{"erp", "mail", "db", "file", "web", "ad", "crm", "build", "print", "wms", "pos", "mes"}) + between(1, 39),
		"store": pick(y, []string{"ds-sas", "ds-fc", "san", "nfs", "lun", "vol"}) + "-" + between(1, 29), "build": between(164009, 261974),
		"nic": pick(y, []string{"10G-2", "HBA-8", "CNA-4", "1G-4"}), "day": day.Format("2 January"),
	}
	if lang == "ja" {
		v["day"] = day.Format("1月2日")
	}
	return v
}

// viewer sees all that the desk's own people see.
func (y *year) viewer() store.Viewer {
	m := y.cast.Staff["watanabe"]
	return store.Viewer{Actor: y.cast.Actor("watanabe"), Roles: m.Roles, At: y.desk.Now()}
}

// course is one request on its way: what is done to it, one step after the other.
type course struct {
	*year
	id            int64
	contact       string // keys
	owner         string
	lang, zone    string
	values        map[string]string
	story         stories.Story
	words         stories.Telling
	steps         []step
	severe, other bool // around the clock; of customer service
}

// step is done some time after the one before it, in the working hours of a zone
// unless it is "".
type step struct {
	after time.Duration
	zone  string
	do    func() error
}

// then adds a step; zone "" is at any hour.
func (c *course) then(after time.Duration, zone string, do func() error) {
	if c.severe {
		zone = ""
	}
	c.steps = append(c.steps, step{after, zone, do})
}

// start queues the first step at an instant, and each next one when it is done.
func (c *course) start(t time.Time) {
	var run func(i int) func() error
	run = func(i int) func() error {
		return func() error {
			if err := c.steps[i].do(); err != nil {
				return fmt.Errorf("request %d, step %d: %w", c.id, i+1, err)
			}
			if i+1 < len(c.steps) {
				next := c.desk.Now().Add(c.steps[i+1].after)
				if zone := c.steps[i+1].zone; zone != "" {
					next = c.office(next, zone)
				}
				c.at(next, run(i+1))
			}
			return nil
		}
	}
	c.at(t, run(0))
}

// say fills a text of the story.
func (c *course) say(text string) support.Text { return support.T(stories.Fill(text, c.values)) }

// by carries out a command of somebody.
func (c *course) by(key string, cmd support.Command) error {
	_, err := c.desk.Do(c.ctx, c.cast.Actor(key), c.id, cmd)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", key, cmd.Name(), err)
	}
	return nil
}

// request is how it stands.
func (c *course) request() (*support.Request, error) { return c.desk.Request(c.ctx, c.viewer(), c.id) }

// customer and engineer do something after a while, in their hours.
func (c *course) customer(from, to int, cmd func() support.Command) {
	c.then(c.minutes(from, to), c.zone, func() error { return c.by(c.contact, cmd()) })
}

func (c *course) engineer(from, to int, cmd func() support.Command) {
	c.then(c.minutes(from, to), c.zone, func() error { return c.by(c.owner, cmd()) })
}
