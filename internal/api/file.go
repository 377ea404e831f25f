package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// detailsBody are details: those that are absent stay as they are.
type detailsBody struct {
	Reference        *string      `json:"reference,omitempty" maxLength:"262144" doc:"The customer's own reference"`
	Environment      *string      `json:"environment,omitempty" enum:"production,test"`
	Component        *string      `json:"component,omitempty" maxLength:"500"`
	ErrorString      *string      `json:"error_string,omitempty" maxLength:"262144"`
	RecentChanges    *string      `json:"recent_changes,omitempty" maxLength:"262144"`
	Impact           *string      `json:"impact,omitempty" maxLength:"262144"`
	Workaround       *string      `json:"workaround,omitempty" enum:"known,none,unknown"`
	Milestone        *string      `json:"milestone,omitempty" maxLength:"262144"`
	MilestoneAt      *time.Time   `json:"milestone_at,omitempty"`
	Severity1        *[]string    `json:"severity1_contacts,omitempty" maxItems:"20" doc:"Customer numbers"`
	Tags             *[]string    `json:"tags,omitempty" maxItems:"32"`
	PreferredChannel *string      `json:"preferred_channel,omitempty" enum:"phone,mail,portal"`
	Changes          []changeView `json:"changes,omitempty" maxItems:"10" doc:"Recent changes by kind; those of the same kind are replaced (R17)"`
	Platforms        *[]string    `json:"platforms,omitempty" maxItems:"10" doc:"Of host and guest; see /v1/gathering"`
	Symptom          *string      `json:"symptom,omitempty" maxLength:"100" doc:"What has happened"`
	Gathered         *[]string    `json:"gathered,omitempty" maxItems:"100" doc:"Instructions whose result was sent or lies ready"`
}

type fileBody struct {
	Kind             string         `json:"kind" enum:"sr,cs_request"`
	Title            string         `json:"title" doc:"At most 300 characters"`
	Text             string         `json:"text,omitempty" maxLength:"262144"`
	Channel          string         `json:"channel,omitempty" enum:"portal,phone,mail,api" default:"api"`
	Contact          string         `json:"contact,omitempty" maxLength:"32" doc:"Customer number; staff name the caller"`
	Contract         string         `json:"contract,omitempty" maxLength:"200" doc:"Absent: the best that fits"`
	Product          string         `json:"product,omitempty" maxLength:"200"`
	Version          string         `json:"version,omitempty" maxLength:"200"`
	Region           string         `json:"region,omitempty" maxLength:"200" doc:"Of the installation's site (A19)"`
	Severity         int            `json:"severity,omitempty" minimum:"1" maximum:"9"`
	Criteria         []string       `json:"criteria,omitempty" maxItems:"20" doc:"Of the severity's definition that hold (R18)"`
	Topic            string         `json:"topic,omitempty" enum:"administrators,licence,contract,portal,other" doc:"Of a CS request"`
	Items            []string       `json:"items,omitempty" maxItems:"20" doc:"Given with a CS request (R51)"`
	Language         string         `json:"language,omitempty" maxLength:"35"`
	PreferredChannel string         `json:"preferred_channel,omitempty" enum:"phone,mail,portal"`
	Scope            string         `json:"scope,omitempty" maxLength:"100" doc:"Answer to the product's question of scope (R42, R43)"`
	Evidence         []evidenceBody `json:"evidence,omitempty" maxItems:"20" doc:"What the answer asks for"`
	Feature          string         `json:"feature,omitempty" maxLength:"100" doc:"Experimental feature that it is feedback on (R32)"`
	Configuration    string         `json:"configuration,omitempty" enum:"supported,unsupported"`
	Follows          string         `json:"follows,omitempty" maxLength:"64" doc:"SR number of the completed request that it takes up (A23)"`
	ReceivedAt       time.Time      `json:"received_at,omitempty" doc:"When a mail arrived or a voice message ended (A2); staff only"`
	Beta             string         `json:"beta,omitempty" maxLength:"63" doc:"The beta programme in which a member files; product, version and severity follow from it"`
	BetaSort         string         `json:"beta_sort,omitempty" enum:"bug,feature,feedback"`
	AcceptProperty   bool           `json:"accept_property,omitempty" doc:"Agree that a feature request becomes the vendor's property"`
	Details          detailsBody    `json:"details,omitempty"`
	// ThirdParties and Guest are about other vendors (R39-R41).
	ThirdParties []componentBody `json:"third_parties,omitempty" maxItems:"20" doc:"Components of other vendors that take part"`
	Guest        *GuestHeld      `json:"guest,omitempty" doc:"Other vendors' guest software, and what the customer holds for it"`
}

func (s *server) fileRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/requests", id: "file-request", summary: "Open a request",
		scope: auth.Write, permission: "file", status: http.StatusCreated, tag: "commands"},
		func(ctx context.Context, c *call, in *body[fileBody]) (*answer, error) {
			cmd, err := c.file(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return c.filed(ctx, cmd)
		})
	register(s, act{method: http.MethodPatch, id: "change-details", summary: "Change the details that the body names", command: "change_details"}.route(),
		func(ctx context.Context, c *call, in *command[detailsBody]) (*answer, error) {
			return carry(ctx, c, in.Addressed, in.Body, func(ctx context.Context, c *call, _ support.Row, b detailsBody) (support.Command, error) {
				return c.change(ctx, b)
			})
		})
}

// filed opens a request and answers with it and its place.
func (c *call) filed(ctx context.Context, cmd *support.File) (*answer, error) {
	done, err := c.desk.Do(ctx, c.actor, 0, cmd)
	if err != nil {
		return nil, err
	}
	v, err := c.result(ctx, done)
	return &answer{Location: "/v1/requests/" + v.Number, ETag: entityTag(v.Version), Body: v}, err
}

func (c *call) file(ctx context.Context, b fileBody) (*support.File, error) {
	cmd := &support.File{
		Kind: support.Kind(b.Kind), Channel: channelOr(b.Channel), Product: b.Product, Version: b.Version, Region: b.Region,
		Severity: b.Severity, Criteria: b.Criteria, Title: text(strings.TrimSpace(b.Title)), Body: text(b.Text),
		Preferred: support.Channel(b.PreferredChannel), Language: b.Language, Items: b.Items, Topic: b.Topic, ReceivedAt: b.ReceivedAt,
		BetaSort: b.BetaSort, AcceptProperty: b.AcceptProperty, Scope: b.Scope, Feature: b.Feature, Unsupported: b.Configuration == unsupported,
	}
	for _, e := range b.Evidence {
		cmd.Evidence = append(cmd.Evidence, support.Evidence{ID: e.ID, Text: text(e.Text)})
	}
	for _, x := range b.ThirdParties {
		cmd.ThirdParties = append(cmd.ThirdParties, x.component())
	}
	cmd.Guest = b.Guest.query()
	var err error
	if cmd.Beta, err = c.betaOf(ctx, b.Beta); err != nil {
		return nil, err
	}
	if cmd.Contact, err = c.about(ctx, b.Contact); err != nil {
		return nil, err
	}
	if cmd.Contract, err = c.contractOf(ctx, cmd.Contact, b.Contract); err != nil {
		return nil, err
	}
	if b.Follows != "" {
		if cmd.Follows, err = support.ParseNumber(b.Follows); err != nil {
			return nil, inField(err, "follows")
		}
	}
	d, err := c.change(ctx, b.Details)
	if err != nil {
		return nil, err
	}
	cmd.Details = support.Details{
		Reference: or(d.Reference), Environment: or(d.Environment), Component: or(d.Component), ErrorString: or(d.ErrorString),
		RecentChanges: or(d.RecentChanges), Impact: or(d.Impact), Workaround: or(d.Workaround), MilestoneAt: or(d.MilestoneAt),
		Milestone: or(d.Milestone), Severity1: or(d.Severity1), Tags: or(d.Tags), Site: b.Region,
		Changes: d.Changes, Platforms: or(d.Platforms), Symptom: or(d.Symptom), Gathered: or(d.Gathered),
	}
	if d.Preferred != nil && cmd.Preferred == "" {
		cmd.Preferred = *d.Preferred
	}
	return cmd, nil
}

func or[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

func (c *call) change(ctx context.Context, b detailsBody) (*support.ChangeDetails, error) {
	texts := func(s *string) *support.Text {
		if s == nil {
			return nil
		}
		t := text(*s)
		return &t
	}
	cmd := &support.ChangeDetails{
		Reference: texts(b.Reference), ErrorString: texts(b.ErrorString), RecentChanges: texts(b.RecentChanges),
		Impact: texts(b.Impact), Milestone: texts(b.Milestone), Environment: b.Environment, Component: b.Component,
		Workaround: b.Workaround, MilestoneAt: b.MilestoneAt, Tags: b.Tags, Platforms: b.Platforms, Symptom: b.Symptom, Gathered: b.Gathered,
	}
	for _, x := range b.Changes {
		cmd.Changes = append(cmd.Changes, support.RecentChange{Kind: x.Kind, Text: text(x.Text)})
	}
	if b.PreferredChannel != nil {
		p := support.Channel(*b.PreferredChannel)
		cmd.Preferred = &p
	}
	if b.Severity1 != nil {
		ids, err := c.contactsNamed(ctx, *b.Severity1, "severity1_contacts")
		if err != nil {
			return nil, err
		}
		cmd.Severity1 = &ids
	}
	return cmd, nil
}
