package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/store"
)

type securityBody struct {
	Text    string `json:"text" maxLength:"262144"`
	ReplyTo string `json:"reply_to,omitempty" maxLength:"500" doc:"How to reach you; needed without an account"`
	Key     string `json:"key,omitempty" maxLength:"65536" doc:"Your public PGP key"`
	Product string `json:"product,omitempty" maxLength:"200"`
}

// securityReceipt is all that a reporter is told: the report itself is shown to
// nobody but the security team.
type securityReceipt struct {
	ID            string    `json:"id" doc:"Opaque"`
	At            time.Time `json:"at"`
	AcknowledgeBy time.Time `json:"acknowledge_by" doc:"By when somebody confirms it"`
	Policy        string    `json:"policy"`
}

type securityPolicyView struct {
	Policy      string   `json:"policy"`
	Key         string   `json:"key,omitempty" doc:"Our public PGP key"`
	Acknowledge string   `json:"acknowledge"`
	Sample      bool     `json:"sample,omitempty" doc:"The time is an illustration"`
	Response    []choice `json:"response" doc:"What we do with a report, step by step"`
	Severities  []choice `json:"severities" doc:"Of advisories, the gravest first"`
	Rules       []string `json:"rules"`
}

type securityReportView struct {
	ID             string    `json:"id"`
	At             time.Time `json:"at"`
	Contact        *person   `json:"contact,omitempty" doc:"Absent: somebody without an account"`
	Product        string    `json:"product,omitempty"`
	Text           string    `json:"text"`
	ReplyTo        string    `json:"reply_to,omitempty"`
	Key            string    `json:"key,omitempty"`
	AcknowledgeBy  time.Time `json:"acknowledge_by"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	AcknowledgedBy *member   `json:"acknowledged_by,omitempty"`
}

type securityReportsView struct {
	Reports []securityReportView `json:"reports" doc:"The newest first"`
	Next    string               `json:"next,omitempty"`
}

type securityReportsInput struct {
	After string `query:"after" maxLength:"32" doc:"ID of the last one seen"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type onReport struct {
	ID string `path:"id" maxLength:"32"`
}

func (s *server) securityRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/security", id: "show-security", summary: "Show how security problems are reported",
		scope: anyone, permission: "read", tag: "security"},
		func(_ context.Context, c *call, _ *struct{}) (*body[securityPolicyView], error) {
			r := c.desk.Pack().Security
			return &body[securityPolicyView]{securityPolicyView{
				Policy: r.Policy.In(c.voice().Lang), Key: r.Key, Acknowledge: c.voice().Amount(r.Acknowledge.String()), Sample: r.Sample, Rules: notNil(r.Guide),
				Response: items(r.Response, c.voice().Lang), Severities: items(r.Severities, c.voice().Lang),
			}}, nil
		})
	register(s, route{method: http.MethodPost, path: "/v1/security-reports", id: "report-security", summary: "Report a security problem, with or without an account",
		scope: anyone, permission: "own", status: http.StatusCreated, tag: "security"},
		func(ctx context.Context, c *call, in *body[securityBody]) (*body[securityReceipt], error) {
			b := in.Body
			r, err := s.desk.ReportSecurity(ctx, c.actor, store.SecurityReport{
				Product: b.Product, Text: text(b.Text), Reply: text(b.ReplyTo), Key: text(b.Key),
			})
			return &body[securityReceipt]{securityReceipt{
				ID: opaque("sec", r.ID), At: r.At, AcknowledgeBy: r.DueAt, Policy: c.desk.Pack().Security.Policy.In(c.voice().Lang),
			}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/security-reports", id: "list-security-reports", summary: "List the reports of security problems (security team)",
		scope: auth.Staff, permission: "read", tag: "security"},
		func(ctx context.Context, c *call, in *securityReportsInput) (*body[securityReportsView], error) {
			v, err := c.securityReports(ctx, *in)
			return &body[securityReportsView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/security-reports/{id}/acknowledgement", id: "acknowledge-security-report", summary: "Confirm a report of a security problem",
		scope: auth.Staff, permission: "acknowledge_security_report", tag: "security"},
		func(ctx context.Context, c *call, in *onReport) (*body[empty], error) {
			id, _ := parseOpaque("sec", in.ID)
			return &body[empty]{}, s.desk.AcknowledgeSecurity(ctx, c.actor, id)
		})
}

func (c *call) securityReports(ctx context.Context, in securityReportsInput) (securityReportsView, error) {
	after, _ := parseOpaque("sec", in.After)
	list, next, err := c.store.SecurityReports(ctx, c.viewer, after, cmp.Or(in.Limit, defaultPage))
	out := securityReportsView{Reports: []securityReportView{}}
	if err != nil {
		return out, err
	}
	n := c.named(ctx)
	for _, r := range list {
		v := securityReportView{
			ID: opaque("sec", r.ID), At: r.At, Product: r.Product, Text: n.text(r.Text), ReplyTo: n.text(r.Reply), Key: n.text(r.Key),
			AcknowledgeBy: r.DueAt, AcknowledgedAt: r.AcknowledgedAt, AcknowledgedBy: n.maybe(r.AcknowledgedBy),
		}
		if r.Contact != 0 {
			p := n.person(r.Contact)
			v.Contact = &p
		}
		out.Reports = append(out.Reports, v)
	}
	if next != 0 {
		out.Next = opaque("sec", next)
	}
	return out, n.err
}
