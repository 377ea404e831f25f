package support_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/scenario"
	"madoguchi/internal/support"
)

var update = flag.Bool("update", false, "write transcripts, golden files and docs/permissions.md again")

const scenarios = "testdata/scenarios"

// TestScenarios plays every scenario, with its variants, against the core. The
// files name the rules that they prove.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(scenarios, "*.txtar"))
	if err != nil || len(files) < 4 {
		t.Fatalf("scenarios: %d files, %v", len(files), err)
	}
	for _, name := range files {
		f, err := scenario.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			written := map[string]string{}
			for _, c := range f.Cases {
				t.Run(c.Name, func(t *testing.T) { written[c.Name] = playCore(t, f, c) })
			}
			for _, l := range f.Later {
				t.Logf("later: %s line %d: %s", l.Case, l.Line, l.Text)
			}
			if !*update {
				return
			}
			if err := os.WriteFile(name, scenario.WithTranscripts(f.Text, written), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func playCore(t *testing.T, f *scenario.File, c scenario.Case) string {
	d := &coreDriver{room: newRoom(), names: map[string]int64{}}
	out := scenario.Play(c, d)
	for _, p := range out.Problems {
		t.Errorf("%s %s: %s", f.Name, c.Name, p)
	}
	got := d.transcript()
	if !*update && got != c.Transcript {
		t.Errorf("%s %s: the transcript differs (read it, then run with -update):\n%s", f.Name, c.Name, difference(c.Transcript, got))
	}
	return got
}

// difference is the first lines in which two texts differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, a, b)
		}
	}
	return ""
}

// coreDriver plays steps in a room.
type coreDriver struct {
	room  *room
	names map[string]int64 // of requests, as the scenario calls them
	id    int64            // the request of the last step
	shown map[string]string
	log   []string // refusals, by place in the transcript
}

// Step implements [scenario.Driver].
func (d *coreDriver) Step(s scenario.Step) (*scenario.Refusal, error) {
	if err := d.room.until(s.At); err != nil {
		return nil, err
	}
	d.shown = nil
	if s.On != "" {
		id, ok := d.names[s.On]
		if !ok {
			return nil, fmt.Errorf("no request is called %s", s.On)
		}
		d.id = id
	}
	if s.Verb == "wait_until" {
		return nil, nil
	}
	by, ok := d.room.people[s.Who]
	if !ok {
		return nil, fmt.Errorf("nobody is called %s", s.Who)
	}
	args := s.Read()
	err := d.act(by, s.Verb, args)
	var refused *support.Error
	if errors.As(err, &refused) {
		out := &scenario.Refusal{Code: string(refused.Code), Key: refused.Key, Field: refused.Field}
		if refused.Receipt != nil {
			for _, r := range refused.Receipt.Routes {
				out.Routes = append(out.Routes, r.ID)
			}
		}
		d.log = append(d.log, fmt.Sprintf("%s %s %s refused %s", s.At.Format(time.RFC3339), s.Who, s.Verb, refused))
		return out, args.Err()
	}
	return nil, errors.Join(err, args.Err())
}

func (d *coreDriver) act(by support.Actor, verb string, a *scenario.Args) error {
	switch verb {
	case "caller":
		return d.caller(a)
	case "entitle":
		return d.entitle(by, a)
	case "intake":
		return d.intake(a)
	case "gather":
		return d.gather(a)
	case "compatible":
		return d.compatible(a)
	case "guest_paths":
		return d.guestPaths(by, a)
	case "evidence":
		return d.evidence(by, a)
	case "phone", "offers":
		return d.looked(verb, a)
	case "register":
		return d.register(by, a)
	case "buy_incidents":
		return d.buyIncidents(by, a)
	case "incidents":
		return d.incidents()
	case "add_shift":
		d.room.shifts = append(d.room.shifts, support.Shift{
			ID: int64(len(d.room.shifts) + 1), Team: a.Word("team"), Staff: d.contact(a.Word("staff")), From: a.Instant("from"), To: a.Instant("to"), Order: a.Number("order"),
		})
		return nil
	case "add_absence":
		d.room.absences = append(d.room.absences, support.Absence{Staff: d.contact(a.Word("staff")), From: a.Instant("from"), To: a.Instant("to")})
		return nil
	case "replace_primary":
		d.room.replacePrimary(d.room.contract(a.Word("contract")).ID, d.room.people[a.Word("to")])
		return nil
	case "file":
		name := a.Word("as")
		id, err := d.room.do(by, 0, d.fileCommand(by, a))
		if err != nil {
			return err
		}
		d.id, d.names[name] = id, id
		return nil
	}
	if verb == "follow_up" {
		return d.followUp(by, a)
	}
	make, ok := commands[verb]
	if !ok {
		return fmt.Errorf("the verb %s is not known", verb)
	}
	cmd := make(d, a)
	if err := a.Err(); err != nil {
		return err
	}
	_, err := d.room.do(by, d.id, cmd)
	return err
}

// caller is what opens before the phone is picked up.
func (d *coreDriver) caller(a *scenario.Args) error {
	number, err := support.ParseCustomerNumber(a.Word("number"))
	if err != nil {
		return err
	}
	for _, c := range d.room.contacts {
		if c.Number != number {
			continue
		}
		w := d.room.parties(c.ID)
		open := 0
		for _, f := range d.room.requests {
			if f.request.Filed.Contact == c.ID && f.request.Completed == nil {
				open++
			}
		}
		d.shown = map[string]string{
			"contact": d.room.keys[support.Actor{Kind: support.Customer, ID: c.ID}], "account": w.Account.Name,
			"open": strconv.Itoa(open),
		}
		for _, h := range w.Holdings {
			d.shown["offering"], d.shown["contract"] = h.Contract.Offering, h.Contract.Number
		}
		return nil
	}
	return support.Refuse(support.NotFound, "contact.not_found")
}

func (d *coreDriver) entitle(by support.Actor, a *scenario.Args) error {
	contact := by.ID
	if a.Has("contact") {
		contact = d.room.people[a.Word("contact")].ID
	}
	q := support.Query{
		Kind: support.Technical, Product: a.Word("product"), Version: a.Word("version"), Channel: support.Channel(a.Word("channel")),
		Severity: a.Number("severity"), Environment: a.Word("environment"), At: d.room.now,
		Scope: a.Word("scope"), Feature: a.Word("feature"), Unsupported: a.Word("configuration") == "unsupported", Language: a.Word("language"),
	}
	if a.Has("kind") {
		q.Kind = support.Kind(a.Word("kind"))
	}
	r := support.Entitle(q, d.room.parties(contact), d.room.pack)
	d.shown = map[string]string{"allowed": yesNo(r.Allowed), "offering": r.Offering}
	if c := r.Coverage; c != nil {
		d.shown["after_hours"], d.shown["open_now"], d.shown["call_now"] = c.AfterHours, yesNo(c.OpenNow), yesNo(c.CallNow)
		d.shown["answered_by"] = strings.Join(c.AnsweredBy, ",")
		d.shown["next_open"] = c.NextOpenAt.Format(time.RFC3339Nano)
		if c.Target != nil {
			d.shown["due"], d.shown["warn"] = c.Target.DueAt.Format(time.RFC3339Nano), c.Target.WarnAt.Format(time.RFC3339Nano)
			d.shown["amount"] = c.Target.Amount
		}
	}
	d.regimeShown(r)
	for i, r := range r.Routes {
		d.shown["route"+strconv.Itoa(i+1)] = r.ID
	}
	return nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// transcript lists all facts in short form, each followed by the effects that
// it caused.
func (d *coreDriver) transcript() string {
	var b strings.Builder
	ids := []int64{}
	for id := range d.room.requests {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		f := d.room.requests[id]
		fmt.Fprintf(&b, "request %s\n", support.SpokenNumber(id))
		for _, fact := range f.facts {
			if _, quiet := fact.Body.(support.Notified); !quiet {
				b.WriteString(d.short(fact))
			}
			for _, e := range f.effects {
				if e.Last == fact.Seq {
					fmt.Fprintf(&b, "    %s %s → %s\n", e.Kind, e.Template, d.recipient(e.Recipient))
				}
			}
		}
	}
	for _, l := range d.log {
		fmt.Fprintf(&b, "refused %s\n", l)
	}
	return b.String()
}

func (d *coreDriver) short(f support.Fact) string {
	body, err := json.Marshal(f.Body)
	if err != nil {
		panic(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		panic(err)
	}
	delete(fields, "receipt")
	for name, v := range fields {
		if m, ok := v.(map[string]any); ok && m["sha256"] != nil {
			fields[name] = "…"
		}
		if target, ok := v.(map[string]any); ok && name == "target" {
			delete(target, "tzdata")
		}
	}
	short, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%3d %s %-8s %s %s\n", f.Seq, f.At.In(time.FixedZone("JST", 9*3600)).Format("01-02 15:04:05"), d.room.keys[f.By], f.Kind(), short)
}

// reached is who is told when whoever is on call or on duty is.
func (d *coreDriver) reached(r support.Recipient) string {
	team := map[support.RecipientKind]string{support.ToOnCall: "technical", support.ToDuty: "duty"}[r.Kind]
	if on := d.room.onCall(team, string(r.Kind)); team != "" && len(on) > 0 {
		return d.staffKey(on[0])
	}
	return d.recipient(r)
}

func (d *coreDriver) recipient(r support.Recipient) string {
	switch r.Kind {
	case support.ToContact:
		return d.room.keys[support.Actor{Kind: support.Customer, ID: r.ID}]
	case support.ToStaff:
		return d.room.keys[support.Actor{Kind: support.Vendor, ID: r.ID}]
	}
	return string(r.Kind)
}
