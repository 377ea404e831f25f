package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// viewer is the member of staff through whose eyes requests are looked at.
const viewer = "hayashi"

// State implements [scenario.Driver].
func (p *player) State() (scenario.State, error) {
	s := scenario.State{Now: p.now, Shown: p.shown, Mails: []scenario.Mail{}}
	if p.number == "" {
		return s, nil
	}
	ctx, c := p.t.Context(), p.as(viewer)
	r, err := c.Request(ctx, p.number)
	if err != nil {
		return s, err
	}
	targets, err := c.Targets(ctx, p.number)
	if err != nil {
		return s, err
	}
	events, err := c.AllEvents(ctx, p.number)
	if err != nil {
		return s, err
	}
	public, err := p.as(p.keys[r.Contact.CustomerNumber]).AllEvents(ctx, p.number)
	if err != nil {
		return s, err
	}
	for _, e := range public {
		s.Public = append(s.Public, e.Kind)
	}
	if err := p.checklist(&s, c); err != nil {
		return s, err
	}
	p.head(&s, r)
	p.thirds(&s, r)
	p.underWay(&s, r)
	p.endings(&s, r)
	replaced := map[string]string{}
	for _, e := range events {
		if err := p.event(&s, e, replaced); err != nil {
			return s, err
		}
	}
	for _, t := range targets {
		s.Targets = append(s.Targets, scenario.Target{
			Metric: t.Metric, N: t.N, State: t.State, Amount: t.Amount, Calendar: t.Calendar, Due: t.DueAt, Warn: t.WarnAt, Met: t.MetAt,
			Elapsed: time.Duration(t.ElapsedSeconds) * time.Second, ReplacedBy: replaced[t.Metric+strconv.Itoa(t.N)], Capped: t.Capped,
		})
	}
	if err := p.opening(&s, r); err != nil {
		return s, err
	}
	return s, p.papers(&s, r)
}

func (p *player) head(s *scenario.State, r client.Request) {
	s.Number, s.Kind, s.Stage, s.Turn = r.Number, r.Kind, r.Stage, r.Turn
	s.Severity, s.Priority, s.Queue, s.Language, s.Owner = r.Severity, r.Priority, r.Queue, r.Language, "nobody"
	if r.Owner != nil {
		s.Owner = p.keys[r.Owner.Email]
	}
	for _, o := range r.Owners {
		s.Owners = append(s.Owners, p.keys[o.Email])
	}
	p.links(s, r)
	for _, m := range r.Seconds {
		s.Seconds = append(s.Seconds, p.keys[m.Email])
	}
	for _, w := range r.Watchers {
		s.Watchers = append(s.Watchers, p.keys[w.CustomerNumber])
	}
	for _, a := range r.Asks {
		s.Asks = append(s.Asks, scenario.Ask{N: a.N, Kind: a.Kind, Of: a.Of, State: a.State, Item: a.Item})
	}
	if x := r.Silence; x != nil {
		s.Silence = scenario.Silence{
			Attempts: x.Attempts, Needed: x.Needed, Days: x.Days, DaysNeeded: x.DaysNeeded,
			Earliest: x.EarliestAt, Permitted: x.PermittedAt, Blocked: x.Blocked,
		}
	}
	if r.Waiting != nil {
		s.Waiting = scenario.Waiting{Kind: r.Waiting.Kind, Since: r.Waiting.Since}
	}
}

// links are other requests as the scenario calls them.
func (p *player) links(s *scenario.State, r client.Request) {
	s.Links = map[string][]string{}
	add := func(kind string, numbers ...string) {
		for _, n := range numbers {
			for name, known := range p.requests {
				if known == n {
					s.Links[kind] = append(s.Links[kind], name)
				}
			}
		}
	}
	if r.Completion != nil {
		add("duplicate_of", r.Completion.DuplicateOf)
	}
	add("duplicates", r.Duplicates...)
	add("follows", r.Follows)
	add("followed_by", r.FollowedBy...)
	if r.Offer != nil {
		s.Offer = p.keys[r.Offer.Staff.Email]
	}
}

func (p *player) underWay(s *scenario.State, r client.Request) {
	if r.Raise != nil {
		s.Raise = r.Raise.To
	}
	if l := r.Lowering; l != nil {
		s.Lowering = scenario.Lowering{To: l.To, Ground: l.Ground, Held: l.Held}
	}
	s.AfterHours.State = "none"
	if a := r.AfterHours; a != nil {
		s.AfterHours = scenario.AfterHours{State: a.State, Seconds: a.Seconds}
		if a.State == "end_proposed" {
			s.AfterHours.State = "active"
		}
	}
	if h := r.HandOver; h != nil {
		s.HandOver = scenario.HandOver{To: p.keys[h.To.Email], EffectiveAt: h.EffectiveAt}
	}
	s.Escalation.State = "none"
	if e := r.Escalation; e != nil {
		s.Escalation.State = e.State
		if e.Engineer != nil {
			s.Escalation.Engineer = p.keys[e.Engineer.Email]
		}
		if e.Manager != nil {
			s.Escalation.Manager = p.keys[e.Manager.Email]
		}
		for _, step := range e.Plan {
			s.Escalation.Checkpoints = append(s.Escalation.Checkpoints, step.CheckpointAt)
		}
	}
}

func (p *player) endings(s *scenario.State, r client.Request) {
	if r.Proposal != nil {
		s.Proposal = r.Proposal.Reason
	}
	if d := r.Completion; d != nil {
		s.Reason, s.ReopenUntil = d.Reason, d.ReopenUntil
	}
	s.Survey.State = "none"
	if v := r.Survey; v != nil {
		s.Survey = scenario.Survey{State: v.State, Why: v.Withheld, Last: v.LastSentAt, Eligible: v.EligibleAt}
	}
	s.Approval = "not_needed"
	if a := r.Approval; a != nil && a.Needed {
		s.Approval = "needed"
		if a.Given {
			s.Approval = "given"
		}
	}
}

// event files an event with its data flattened, what it says of somebody who
// was told, and the mail that left.
func (p *player) event(s *scenario.State, e client.Event, replaced map[string]string) error {
	by := p.keys[e.By.Name]
	if e.By.Kind == "system" {
		by = "system"
	}
	out := scenario.Event{Seq: e.Seq, Kind: e.Kind, By: by, At: e.At, Fields: map[string]string{}}
	var data map[string]any
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	p.flatten(out.Fields, "", data)
	s.Events = append(s.Events, out)
	switch e.Kind {
	case "commented":
		s.Comments++
	case "filed":
		s.Items, s.Missing = listed(out.Fields["items"]), listed(out.Fields["missing"])
	case "target_replaced":
		metric := out.Fields["by_metric"]
		if metric == "" {
			metric = out.Fields["metric"]
		}
		replaced[out.Fields["metric"]+out.Fields["n"]] = metric
	case "notified":
		to := out.Fields["recipient.kind"]
		if name := out.Fields["recipient.name"]; name != "" {
			to = p.keys[name]
		}
		n := scenario.Notice{Kind: out.Fields["kind"], Template: out.Fields["template"], To: to, At: e.At}
		s.Notices = append(s.Notices, n)
		if n.Kind == "mail" && to != "on_call" && to != "duty" {
			text, err := p.left(s.Number, out.Fields["seq"], to)
			if err != nil {
				return err
			}
			s.Mails = append(s.Mails, scenario.Mail{To: to, Template: n.Template, Text: text})
		}
	}
	return nil
}

func listed(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// flatten writes data as names with dots; people become their keys, texts what
// they say.
func (p *player) flatten(out map[string]string, prefix string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, id := range []string{"customer_number", "email"} {
			if key, ok := v[id].(string); ok {
				out[prefix] = p.keys[key]
				return
			}
		}
		if text, ok := v["text"].(string); ok && len(v) == 1 {
			out[prefix] = text
			return
		}
		for name, x := range v {
			if prefix != "" {
				name = prefix + "." + name
			}
			p.flatten(out, name, x)
		}
	case []any:
		var all []string
		for i, x := range v {
			name := prefix + "." + strconv.Itoa(i)
			p.flatten(out, name, x)
			all = append(all, out[name])
		}
		out[prefix] = strings.Join(all, ",")
	case float64:
		out[prefix] = strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		out[prefix] = v
	case bool:
		out[prefix] = yes(v)
	}
}

// left reads the plain text of the mail that told somebody a fact.
func (p *player) left(number, seq, to string) (string, error) {
	digits := strings.ReplaceAll(number, "-", "")
	files, err := filepath.Glob(filepath.Join(p.data, "outbox", "r"+digits[:8]+"."+seq+".mail.*.eml"))
	if err != nil {
		return "", err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		text, who, err := plainText(f)
		if closing := f.Close(); err != nil || closing != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if slices.Contains(p.addresses(to), who) {
			return text, nil
		}
	}
	return "", fmt.Errorf("no mail left for %s about seq %s", to, seq)
}

// addresses are those that somebody has, and those that a contact had before.
func (p *player) addresses(key string) []string {
	if email, ok := p.emails[key]; ok {
		return []string{email}
	}
	me, err := p.as(key).Me(p.t.Context())
	if err != nil {
		return nil
	}
	return append(p.had[key], me.Email)
}

// plainText gives subject and text of a mail, and to whom it went.
func plainText(r io.Reader) (text, to string, err error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return "", "", err
	}
	list, err := m.Header.AddressList("To")
	if err != nil {
		return "", "", err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return "", "", err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", "", err
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		return "", "", err
	}
	var body io.Reader = part
	switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		body = quotedprintable.NewReader(part)
	}
	b, err := io.ReadAll(body)
	return subject + "\n" + string(b), list[0].Address, err
}

// opening asks when the business hours of the request next run.
func (p *player) opening(s *scenario.State, r client.Request) error {
	if r.Kind != "sr" {
		return nil
	}
	got, err := p.as(viewer).Entitlement(p.t.Context(), client.EntitlementQuery{
		Contact: r.Contact.CustomerNumber, Product: r.Product, Version: r.ProductVersion, Channel: r.Channel, Severity: 3,
	})
	if err != nil {
		return err
	}
	if got.Receipt != nil && got.Receipt.Coverage != nil {
		s.OpensAt = got.Receipt.Coverage.NextOpenAt
	}
	return nil
}

// papers are the licence keys of the request's contract.
func (p *player) papers(s *scenario.State, r client.Request) error {
	if r.Contract == "" {
		return nil
	}
	k, err := p.as("mori").Contract(p.t.Context(), r.Contract)
	if err != nil {
		return err
	}
	for _, l := range k.Licences {
		s.Licences = append(s.Licences, scenario.Licence{Key: l.Key, Version: l.Version, Units: l.Units, Superseded: l.Superseded})
	}
	return nil
}
