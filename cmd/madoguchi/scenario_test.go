package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/scenario"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// scenarioFiles are the core's, and those of stories that rest on plain rows of
// the desk, which only the API plays.
var scenarioFiles = []string{"../../internal/support/testdata/scenarios/*.txtar", "testdata/scenarios/*.txtar"}

// TestScenarios plays every scenario with its variants through the API of a
// demo that each starts for itself. The files and their wants are those that
// the core is held to.
//
// guide: R08, R16, R23
func TestScenarios(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range scenarioFiles {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) < 4 {
			t.Fatalf("scenarios %s: %d files, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	for _, name := range files {
		f, err := scenario.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Cases {
			// PostgreSQL makes each demo slower: four stories with all their variants go
			// through the same doors.
			if testing.Short() && pgtest.Chosen() && !slices.Contains([]string{"SC-01", "SC-02", "SC-06", "SC-11"}, f.Name) {
				continue
			}
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				out := scenario.Play(c, newPlayer(t, c.Lines[0].Step.At))
				for _, p := range out.Problems {
					t.Error(p)
				}
				if out.Unseen > 0 {
					t.Errorf("%d wants about mails were not looked at", out.Unseen)
				}
			})
		}
	}
}

// player plays steps through the API of a demo.
type player struct {
	t    *testing.T
	data string
	url  string // of the API

	database string // of PostgreSQL, where that is chosen
	tokens   map[string]string
	numbers  map[string]string   // key → customer number
	emails   map[string]string   // key → e-mail of staff
	keys     map[string]string   // customer number, e-mail and name → key
	had      map[string][]string // key → addresses that a contact has given up

	requests map[string]string // as the scenario calls them → SR number
	defects  map[string]string // as the scenario calls them → number
	number   string            // SR number of the request of the last step
	contact  string            // key of its contact
	callback string            // number of the call-back that was written down last
	now      time.Time
	shown    map[string]string
}

// newPlayer starts a demo whose clock stands at an instant, and stops it when
// the test ends.
func newPlayer(t *testing.T, at time.Time) *player {
	t.Helper()
	p := &player{
		t: t, data: t.TempDir(), tokens: map[string]string{}, numbers: map[string]string{}, emails: map[string]string{},
		had: map[string][]string{}, keys: map[string]string{}, requests: map[string]string{}, defects: map[string]string{}, now: at,
	}
	if pgtest.Chosen() {
		p.database = pgtest.Empty(t)
	}
	serveDemo(t, p.data, p.database, at)
	text, err := os.ReadFile(filepath.Join(p.data, "tokens.env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if key, ok := strings.CutPrefix(name, "TOKEN_"); ok {
			p.tokens[strings.ToLower(key)] = value
		} else {
			p.url = value
		}
	}
	w := fixtures.All()
	for _, x := range w.People {
		p.know(x.Key, support.CustomerNumber(x.Digits), p.numbers)
	}
	for _, x := range w.Staff {
		p.know(x.Key, x.Email, p.emails)
	}
	for key := range p.tokens {
		me, err := p.as(key).Me(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.keys[me.Name] = key
	}
	return p
}

func (p *player) know(key, id string, by map[string]string) { by[key], p.keys[id] = id, key }

// serveDemo serves a demo until the test ends.
func serveDemo(t *testing.T, data, database string, at time.Time) {
	t.Helper()
	args := []string{"--no-year", "--clock", at.Format(time.RFC3339)}
	if database != "" {
		args = append(args, "--database", database)
	}
	stop, err := startDemo(data, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if said := stop(); said != "" {
			t.Logf("the demo said: %s", said)
		}
	})
}

// startDemo serves a demo until stop is called, which gives what it has complained of.
// It runs within the tests: as a process of its own, it would take half of its
// CPU to begin.
func startDemo(data string, args ...string) (stop func() string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	out, in := io.Pipe()
	var said bytes.Buffer
	done := make(chan int, 1)
	go func() {
		code := run(ctx, append([]string{"demo", "--data", data, "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), in, &said)
		_ = in.Close()
		done <- code
	}()
	stop = sync.OnceValue(func() string {
		cancel()
		_, _ = io.Copy(io.Discard, out)
		<-done
		return said.String()
	})
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	if strings.HasPrefix(line, "A year of support") {
		line, err = r.ReadString('\n')
	}
	if err != nil || !strings.HasPrefix(line, "Madoguchi demo at ") {
		return nil, fmt.Errorf("the demo does not serve: %q, %w: %s", line, err, stop())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	return stop, nil
}

func (p *player) as(key string) *client.Client {
	return &client.Client{BaseURL: p.url, Token: p.tokens[key]}
}

// Step implements [scenario.Driver].
func (p *player) Step(s scenario.Step) (*scenario.Refusal, error) {
	ctx := p.t.Context()
	if s.At.After(p.now) {
		if _, err := p.as("hayashi").Advance(ctx, s.At); err != nil {
			return nil, fmt.Errorf("advance to %s: %w", s.At, err)
		}
		p.now = s.At
	}
	p.shown = nil
	if s.On != "" {
		number, ok := p.requests[s.On]
		if !ok {
			return nil, fmt.Errorf("no request is called %s", s.On)
		}
		p.number = number
	}
	if s.Verb == "wait_until" {
		return nil, nil
	}
	who := s.Who
	if who == "system" {
		// What the desk will file by itself when mails come in, staff file for now.
		who = "hayashi"
	}
	if p.tokens[who] == "" && who != "stranger" {
		return nil, fmt.Errorf("nobody is called %s", s.Who)
	}
	args := s.Read()
	err := p.act(ctx, who, s.Verb, args)
	var refused *client.Error
	if !errors.As(err, &refused) {
		return nil, errors.Join(err, args.Err(), p.settle(ctx))
	}
	if refused.Code == "internal" || refused.Code == "unauthenticated" {
		return nil, fmt.Errorf("%s %s: %w", s.Who, s.Verb, refused)
	}
	out := &scenario.Refusal{Code: refused.Code, Key: refused.Key(), Field: refused.Field}
	for _, r := range refused.Routes {
		out.Routes = append(out.Routes, r.ID)
	}
	if refused.Receipt != nil {
		for _, r := range refused.Receipt.Routes {
			out.Routes = append(out.Routes, r.ID)
		}
	}
	return out, args.Err()
}

// settle waits until everybody was told who is to be told by now: a clock that
// is set to where it stands drains what is waiting.
func (p *player) settle(ctx context.Context) error {
	_, err := p.as("hayashi").Advance(ctx, p.now)
	return err
}

func (p *player) act(ctx context.Context, who, verb string, a *scenario.Args) error {
	c := p.as(who)
	switch verb {
	case "caller":
		return p.caller(ctx, c, a)
	case "entitle":
		return p.entitle(ctx, c, a)
	case "intake":
		return p.intake(ctx, c, a)
	case "gather":
		return p.gather(ctx, c, a)
	case "compatible", "guest_paths", "evidence":
		return p.others(ctx, c, verb, a)
	case "phone", "offers":
		return p.looked(ctx, c, verb, a)
	case "register", "buy_incidents", "incidents":
		return p.owned(ctx, c, verb, a)
	case "suggest", "deflect", "deflections", "self_help", "search":
		return p.drafted(ctx, c, verb, a)
	case "report_security", "security_reports", "acknowledge_security":
		return p.secured(ctx, c, verb, a)
	case "wish", "wishes", "ask_wish", "answer_wish":
		return p.wished(ctx, c, verb, a)
	case "replace_primary":
		_, err := c.ReplacePrimary(ctx, a.Word("contract"), p.numbers[a.Word("to")])
		return err
	case "swap_primary":
		_, err := c.SwapPrimary(ctx, p.number, p.numbers[a.Word("to")])
		return err
	case "file":
		return p.file(ctx, c, who, a)
	case "cancel_hand_over":
		_, err := c.Withdraw(ctx, p.number, "hand-over", client.Reason{Reason: a.Word("reason")})
		return err
	}
	if verb == "follow_up" {
		name := a.Word("as")
		got, err := c.FollowUp(ctx, p.number, client.NewFollowUp{Text: a.Word("text"), Channel: "portal"})
		if err == nil {
			p.number, p.requests[name] = got.Number, got.Number
		}
		return err
	}
	if is, err := p.profile(ctx, c, who, verb, a); is {
		return errors.Join(err, a.Err())
	}
	if is, err := p.row(ctx, c, verb, a); is {
		return errors.Join(err, a.Err())
	}
	if a.Has("contract") {
		if known, err := p.party(ctx, c, verb, a); known {
			return err
		}
	}
	resource, body, err := p.command(verb, a)
	if err != nil {
		return err
	}
	if err := a.Err(); err != nil {
		return err
	}
	if taken, ok := strings.CutPrefix(resource, "DELETE "); ok {
		_, err = c.Withdraw(ctx, p.number, taken, body)
		return err
	}
	_, err = c.Command(ctx, p.number, resource, body)
	return err
}

func (p *player) caller(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Caller(ctx, a.Word("number"))
	if err != nil {
		return err
	}
	p.shown = map[string]string{
		"contact": p.keys[got.Contact.CustomerNumber], "account": got.Account.Name, "open": strconv.Itoa(len(got.Requests)),
	}
	for _, k := range got.Contracts {
		p.shown["contract"], p.shown["offering"] = k.Number, k.Offering
	}
	return nil
}

func (p *player) entitle(ctx context.Context, c *client.Client, a *scenario.Args) error {
	got, err := c.Entitlement(ctx, client.EntitlementQuery{
		Contact: p.numbers[a.Word("contact")], Kind: a.Word("kind"), Product: a.Word("product"), Version: a.Word("version"),
		Channel: a.Word("channel"), Severity: a.Number("severity"), Environment: a.Word("environment"),
		Scope: a.Word("scope"), Feature: a.Word("feature"), Configuration: a.Word("configuration"), Language: a.Word("language"),
	})
	if err != nil {
		return err
	}
	r := got.Receipt
	if r == nil {
		return errors.New("the answer holds no receipt")
	}
	p.shown = map[string]string{"allowed": yes(r.Allowed), "offering": r.Offering}
	if v := r.Coverage; v != nil {
		p.shown["after_hours"], p.shown["open_now"], p.shown["call_now"] = v.AfterHours, yes(v.OpenNow), yes(v.CallNow)
		p.shown["answered_by"] = strings.Join(v.AnsweredBy, ",")
		p.shown["next_open"] = v.NextOpenAt.Format(time.RFC3339Nano)
		if v.Target != nil {
			p.shown["due"], p.shown["warn"] = v.Target.DueAt.Format(time.RFC3339Nano), v.Target.WarnAt.Format(time.RFC3339Nano)
			p.shown["amount"] = v.Target.Amount
		}
	}
	p.regimeShown(*r)
	return nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// file opens a request; what a scenario leaves out is what the portal sends.
func (p *player) file(ctx context.Context, c *client.Client, who string, a *scenario.Args) error {
	f := client.File{
		Kind: "sr", Title: a.Word("title"), Text: a.Word("body"), Channel: "portal", Contract: a.Word("contract"),
		Product: a.Word("product"), Version: a.Word("version"), Region: a.Word("region"), Severity: a.Number("severity"),
		Criteria: a.Words("criteria"), Topic: a.Word("topic"), Items: a.Words("items"), PreferredChannel: a.Word("preferred"),
		ReceivedAt: a.Instant("received"), Beta: a.Word("beta"), BetaSort: a.Word("sort"), AcceptProperty: a.Yes("accept"), Scope: a.Word("scope"), Feature: a.Word("feature"), Configuration: a.Word("configuration"),
		Language: a.Word("language"),
	}
	for _, id := range []string{"tried", "small_case", "outside"} {
		if a.Has(id) {
			f.Evidence = append(f.Evidence, client.Evidence{ID: id, Text: a.Word(id)})
		}
	}
	foreign(&f, a)
	times := max(a.Number("times"), 1)
	name := a.Word("as")
	contact := who
	for arg, field := range map[string]*string{"kind": &f.Kind, "channel": &f.Channel, "contact": &contact} {
		if a.Has(arg) {
			*field = a.Word(arg)
		}
	}
	f.Contact = p.numbers[contact]
	for arg, field := range map[string]**string{
		"environment": &f.Details.Environment, "changes": &f.Details.RecentChanges, "impact": &f.Details.Impact, "workaround": &f.Details.Workaround,
	} {
		if a.Has(arg) {
			text := a.Word(arg)
			*field = &text
		}
	}
	p.available(&f, contact, a)
	gathered(&f.Details, a)
	if err := a.Err(); err != nil {
		return err
	}
	var got client.Result
	for range times {
		var err error
		if got, err = c.File(ctx, f); err != nil {
			return err
		}
	}
	p.number, p.contact, p.requests[name] = got.Number, contact, got.Number
	return nil
}

// available are the people who are kept available at severity 1: those of
// people=, nobody for people=none, and when it is left out the contact.
func (p *player) available(f *client.File, contact string, a *scenario.Args) {
	keys := a.Words("people")
	if !a.Has("people") && f.Severity == 1 {
		keys = []string{contact}
	}
	var numbers []string
	for _, key := range keys {
		if key != "none" {
			numbers = append(numbers, p.numbers[key])
		}
	}
	if numbers != nil {
		f.Details.Severity1 = &numbers
	}
}
