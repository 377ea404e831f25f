package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
)

type requestFileCmd struct {
	Title           string            `required:"" help:"One line that says what is wrong." placeholder:"TEXT"`
	Text            string            `help:"The whole story; - reads standard input." placeholder:"TEXT"`
	File            string            `help:"Read the whole story from this file; - is standard input." placeholder:"PATH"`
	Kind            string            `help:"sr for a technical one, cs_request for licences, contracts, accounts." enum:"sr,cs_request" default:"sr" placeholder:"KIND"`
	Product         string            `help:"Key of the product." placeholder:"KEY"`
	Version         string            `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
	Severity        int               `help:"Severity, 1 (highest) to 4." placeholder:"N"`
	Criterion       []string          `help:"Part of the severity's definition that holds; may be repeated." placeholder:"ID"`
	Contact         string            `help:"Customer number of whom it is about (staff, on behalf of a caller)." placeholder:"NUMBER"`
	Contract        string            `help:"Number of the contract; the best that fits when left out." placeholder:"NUMBER"`
	Region          string            `help:"Support region of the installation's site." placeholder:"ID"`
	Channel         string            `help:"How it came: portal, phone, mail or api." enum:",portal,phone,mail,api" default:"" placeholder:"CHANNEL"`
	Language        string            `help:"Language of the request; the contact's when left out." placeholder:"LANG"`
	Topic           string            `help:"Topic of a CS request: administrators, licence, contract, portal or other." placeholder:"TOPIC"`
	Item            []string          `help:"Item given with a CS request; may be repeated." placeholder:"ID"`
	Scope           string            `help:"Answer to the product's question of scope; see madoguchi product intake." placeholder:"ID"`
	Evidence        map[string]string `help:"What that answer asks for, as ID=TEXT; may be repeated." placeholder:"ID=TEXT"`
	Feature         string            `help:"Experimental feature that this is feedback on." placeholder:"ID"`
	Unsupported     bool              `help:"The configuration is not a supported one."`
	Follows         string            `help:"Number of the completed request that this one takes up." placeholder:"NUMBER"`
	Beta            string            `help:"Beta programme in which you file as a member." placeholder:"PROGRAMME"`
	BetaSort        string            `help:"In a beta: bug, feature or feedback." enum:",bug,feature,feedback" default:"" placeholder:"SORT"`
	Property        bool              `name:"accept-property" help:"In a beta: agree that a feature request becomes the vendor's property."`
	VendorComponent []string          `help:"Component of another vendor that takes part, as VENDOR=MODEL or VENDOR=MODEL=VERSION; may be repeated." placeholder:"VENDOR=MODEL"`
	Guest           string            `help:"Other vendors' guest software that it is about." placeholder:"ID"`
	guestFlags
	Received instant `help:"When the mail arrived or the voice message ended (staff)." placeholder:"INSTANT"`
	detailFlags
}

func (c *requestFileCmd) act(s *session) error {
	text, err := s.source(c.Text, c.File)
	if err != nil {
		return err
	}
	f := client.File{
		Kind: c.Kind, Title: c.Title, Text: text, Channel: c.Channel, Contact: c.Contact, Contract: c.Contract,
		Product: c.Product, Version: c.Version, Region: c.Region, Severity: c.Severity, Criteria: c.Criterion,
		Topic: c.Topic, Items: c.Item, Language: c.Language, Follows: c.Follows, ReceivedAt: c.Received.Time,
		Details: c.details(), Beta: c.Beta, BetaSort: c.BetaSort, AcceptProperty: c.Property, Scope: c.Scope, Feature: c.Feature,
	}
	for _, id := range slices.Sorted(maps.Keys(c.Evidence)) {
		f.Evidence = append(f.Evidence, client.Evidence{ID: id, Text: c.Evidence[id]})
	}
	for _, x := range c.VendorComponent {
		vendor, rest, _ := strings.Cut(x, "=")
		model, version, _ := strings.Cut(rest, "=")
		f.ThirdParties = append(f.ThirdParties, client.NewThirdParty{Vendor: vendor, Component: model, Version: version})
	}
	if c.Guest != "" {
		g := c.guest(c.Guest, "")
		f.Guest = &g
	}
	if c.Unsupported {
		f.Configuration = "unsupported"
	}
	if c.PreferredChannel != nil {
		f.PreferredChannel, f.Details.PreferredChannel = *c.PreferredChannel, nil
	}
	r, err := s.client.File(s.ctx, f)
	if err != nil {
		return err
	}
	if err := s.done(r); err != nil {
		return err
	}
	return s.writeMissing(r.Request)
}

// detailFlags are the fields beside a request's entries; those not given stay.
type detailFlags struct {
	Reference        *string           `help:"The customer's own reference." placeholder:"TEXT"`
	Environment      *string           `help:"production or test." placeholder:"WHERE"`
	Component        *string           `help:"Component of the product." placeholder:"TEXT"`
	ErrorString      *string           `help:"The error message, as it stands on the screen." placeholder:"TEXT"`
	RecentChanges    *string           `help:"What was changed lately: systems, hardware, network, storage, versions." placeholder:"TEXT"`
	Impact           *string           `help:"What it does to the business." placeholder:"TEXT"`
	Workaround       *string           `help:"known, none or unknown." placeholder:"WHETHER"`
	Milestone        *string           `help:"What is in danger." placeholder:"TEXT"`
	MilestoneAt      instant           `help:"When that is (RFC 3339)." placeholder:"INSTANT"`
	Severity1Contact []string          `name:"severity1-contact" help:"Customer number of a contact for severity 1; may be repeated." placeholder:"NUMBER"`
	Tag              []string          `help:"A tag; may be repeated." placeholder:"TAG"`
	PreferredChannel *string           `help:"How the contact wants to be reached: phone, mail or portal." placeholder:"CHANNEL"`
	Platform         []string          `help:"Platform of host or guest; may be repeated. See madoguchi product gathering." placeholder:"ID"`
	Symptom          *string           `help:"What has happened, such as guest_crash." placeholder:"ID"`
	Changed          map[string]string `help:"A recent change by its kind, as KIND=TEXT; may be repeated." placeholder:"KIND=TEXT"`
	Gathered         []string          `help:"Id of something that was gathered and sent or lies ready; may be repeated." placeholder:"ID"`
}

func (f detailFlags) details() client.Details {
	d := client.Details{
		Reference: f.Reference, Environment: f.Environment, Component: f.Component, ErrorString: f.ErrorString,
		RecentChanges: f.RecentChanges, Impact: f.Impact, Workaround: f.Workaround, Milestone: f.Milestone,
		PreferredChannel: f.PreferredChannel, Symptom: f.Symptom,
	}
	for _, kind := range slices.Sorted(maps.Keys(f.Changed)) {
		d.Changes = append(d.Changes, client.Change{Kind: kind, Text: f.Changed[kind]})
	}
	if f.Platform != nil {
		d.Platforms = &f.Platform
	}
	if f.Gathered != nil {
		d.Gathered = &f.Gathered
	}
	if !f.MilestoneAt.IsZero() {
		d.MilestoneAt = &f.MilestoneAt.Time
	}
	if f.Severity1Contact != nil {
		d.Severity1 = &f.Severity1Contact
	}
	if f.Tag != nil {
		d.Tags = &f.Tag
	}
	return d
}

type requestChangeCmd struct {
	onRequest
	detailFlags
}

func (c *requestChangeCmd) act(s *session) error {
	return c.call(s, func(ctx context.Context, n string) (client.Result, error) {
		return s.client.Change(ctx, n, c.details())
	})
}

// ordinal checks the number of an ask or an attempt, as it becomes part of a path.
func (s *session) ordinal(text string) (string, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return "", mistake{fmt.Sprintf(s.word("error.ordinal"), text)}
	}
	return strconv.Itoa(n), nil
}

type requestDoCmd struct {
	onRequest
	Resource string `arg:"" help:"Path below the request, such as asks/2/cancellation, attempts/1/void, escalation/checks, approval, licence-split."`
	Body     string `arg:"" optional:"" help:"Its body as JSON; - reads standard input."`
	Delete   bool   `help:"Withdraw what the resource stands for (waiting, hand-over)."`
}

var resourceForm = regexp.MustCompile(`^[a-z0-9-]+(/[a-z0-9-]+){0,3}$`)

func (c *requestDoCmd) act(s *session) error {
	if !resourceForm.MatchString(c.Resource) {
		return mistake{fmt.Sprintf(s.word("error.resource"), c.Resource)}
	}
	text, err := s.source(c.Body, "")
	if err != nil {
		return err
	}
	var body any = struct{}{}
	if strings.TrimSpace(text) != "" {
		if err := json.Unmarshal([]byte(text), new(map[string]json.RawMessage)); err != nil {
			return mistake{fmt.Sprintf(s.word("error.json"), err)}
		}
		body = json.RawMessage(text)
	} else if c.Delete {
		body = nil
	}
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	method := http.MethodPost
	if c.Delete {
		method = http.MethodDelete
	}
	var r client.Result
	if err := s.client.Do(s.ctx, method, "/v1/requests/"+url.PathEscape(n)+"/"+c.Resource, body, &r); err != nil {
		return err
	}
	return s.done(r)
}

// consentFlags are the customer's agreement as staff record it.
type consentFlags struct {
	Consent   string  `help:"The customer's word on it, by phone, mail or portal (staff record it)." enum:",phone,mail,portal" default:"" placeholder:"HOW"`
	ConsentOf string  `help:"Customer number of who gave it; the request's contact when left out." placeholder:"NUMBER"`
	ConsentAt instant `help:"When they said so (RFC 3339); now when left out." placeholder:"INSTANT"`
}

// given is the consent, nil when none was.
func (c consentFlags) given(s *session) (*client.Consent, error) {
	if c.Consent == "" {
		if c.ConsentOf != "" || !c.ConsentAt.IsZero() {
			return nil, mistake{s.word("error.consent")}
		}
		return nil, nil
	}
	return &client.Consent{How: c.Consent, Contact: c.ConsentOf, At: c.ConsentAt.Time}, nil
}

// step is one step of an action plan as it is written on the command line: the
// instant of its checkpoint, a space, and what is done by then.
func (s *session) step(text string) (client.PlanStep, error) {
	at, what, _ := strings.Cut(strings.TrimSpace(text), " ")
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil || strings.TrimSpace(what) == "" {
		return client.PlanStep{}, mistake{fmt.Sprintf(s.word("error.step"), text)}
	}
	return client.PlanStep{CheckpointAt: t.UTC(), Text: strings.TrimSpace(what)}, nil
}
