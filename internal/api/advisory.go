package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// AdvisoryWords is what an advisory says.
type AdvisoryWords struct {
	Affected   []string    `json:"affected" maxItems:"100" doc:"Versions"`
	Fixed      []string    `json:"fixed,omitempty" maxItems:"100" doc:"Versions that mend it"`
	Severity   string      `json:"severity" maxLength:"64" doc:"Of the policy"`
	References []string    `json:"references,omitempty" maxItems:"100" doc:"Its names elsewhere, such as CVE-2026-0001"`
	Texts      []alertText `json:"texts" maxItems:"2"`
}

type advisoryBody struct {
	Product string `json:"product" maxLength:"200"`
	AdvisoryWords
}

type advisoryChangeBody struct {
	UpdatedAt time.Time `json:"updated_at" doc:"Of what was read"`
	AdvisoryWords
}

type advisoryView struct {
	Number      string      `json:"number"`
	State       string      `json:"state" enum:"draft,published"`
	Product     string      `json:"product"`
	Affected    []string    `json:"affected"`
	Fixed       []string    `json:"fixed"`
	Severity    string      `json:"severity"`
	Name        string      `json:"name" doc:"Of the severity"`
	References  []string    `json:"references"`
	Title       string      `json:"title" doc:"In the reader's language"`
	Text        string      `json:"text"`
	Texts       []alertText `json:"texts"`
	PublishedAt time.Time   `json:"published_at,omitzero"`
	UpdatedAt   time.Time   `json:"updated_at"`
	By          *member     `json:"by,omitempty" doc:"For staff"`
}

type advisoriesView struct {
	Advisories []advisoryView `json:"advisories"`
	Next       string         `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type advisoriesInput struct {
	Paged
	Product string `query:"product" maxLength:"200"`
}

// OnAdvisory is an input that names an advisory.
type OnAdvisory struct {
	Advisory string `path:"advisory" maxLength:"32"`
}

type advisoryChangeInput struct {
	OnAdvisory
	Body advisoryChangeBody
}

type publishInput struct {
	OnAdvisory
	Body publishBody
}

type publishBody struct {
	Seen string `json:"seen,omitempty" maxLength:"64" doc:"What the preview showed"`
}

func (s *server) advisoryRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/advisories", id: "list-advisories", summary: "List security advisories, the newest first",
		scope: anyone, permission: "read", tag: "security"},
		func(ctx context.Context, c *call, in *advisoriesInput) (*body[advisoriesView], error) {
			n := c.named(ctx)
			list, next, err := pageOf(in.Paged,
				func(before int64, most int) ([]support.Advisory, error) {
					return s.store.Advisories(ctx, c.viewer, in.Product, before, most)
				},
				func(a support.Advisory) int64 { return a.ID },
				func(a support.Advisory) (advisoryView, error) { return n.advisory(a), n.err })
			return &body[advisoriesView]{advisoriesView{Advisories: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/advisories/{advisory}", id: "show-advisory", summary: "Show a security advisory",
		scope: anyone, permission: "read", tag: "security"},
		func(ctx context.Context, c *call, in *OnAdvisory) (*body[advisoryView], error) {
			id, err := support.ParseAdvisoryNumber(in.Advisory)
			return c.showAdvisory(ctx, id, err)
		})
	register(s, route{method: http.MethodGet, path: "/v1/advisories/{advisory}/preview", id: "preview-advisory", summary: "Show how many subscribers an advisory would reach, and its mails",
		scope: auth.Staff, permission: "read", tag: "security"},
		func(ctx context.Context, c *call, in *OnAdvisory) (*body[alertPreviewView], error) {
			id, err := support.ParseAdvisoryNumber(in.Advisory)
			if err != nil {
				return nil, err
			}
			p, err := s.desk.PreviewAdvisory(ctx, c.viewer, id)
			return &body[alertPreviewView]{alertPreview(p)}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/advisories", id: "draft-advisory", summary: "Write a security advisory; the security team alone sees it",
		scope: auth.Staff, permission: "draft_advisory", status: http.StatusCreated, tag: "security"},
		func(ctx context.Context, c *call, in *body[advisoryBody]) (*body[advisoryView], error) {
			a := in.Body.advisory()
			a.Product = in.Body.Product
			err := s.desk.DraftAdvisory(ctx, c.actor, &a)
			return c.showAdvisory(ctx, a.ID, err)
		})
	register(s, route{method: http.MethodPut, path: "/v1/advisories/{advisory}", id: "change-advisory", summary: "Replace what a security advisory says",
		scope: auth.Staff, permission: "change_advisory", tag: "security"},
		func(ctx context.Context, c *call, in *advisoryChangeInput) (*body[advisoryView], error) {
			id, err := support.ParseAdvisoryNumber(in.Advisory)
			if err == nil {
				err = s.desk.ChangeAdvisory(ctx, c.actor, id, in.Body.UpdatedAt, in.Body.advisory())
			}
			return c.showAdvisory(ctx, id, err)
		})
	register(s, route{method: http.MethodPost, path: "/v1/advisories/{advisory}/publication", id: "publish-advisory", summary: "Publish a security advisory and tell subscribers",
		scope: auth.Staff, permission: "publish_advisory", tag: "security"},
		func(ctx context.Context, c *call, in *publishInput) (*body[advisoryView], error) {
			id, err := support.ParseAdvisoryNumber(in.Advisory)
			if err == nil {
				err = s.desk.PublishAdvisory(ctx, c.actor, id, in.Body.Seen)
			}
			return c.showAdvisory(ctx, id, err)
		})
}

func (w AdvisoryWords) advisory() support.Advisory {
	return support.Advisory{Affected: w.Affected, Fixed: w.Fixed, Severity: w.Severity, References: w.References, Texts: alertTexts(w.Texts)}
}

func (c *call) showAdvisory(ctx context.Context, id int64, err error) (*body[advisoryView], error) {
	if err != nil {
		return nil, err
	}
	a, err := c.store.Advisory(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	return &body[advisoryView]{n.advisory(a)}, n.err
}

func (n *names) advisory(a support.Advisory) advisoryView {
	code := n.c.voice().Lang
	severity, _ := n.c.desk.Pack().Security.Severity(a.Severity)
	v := advisoryView{
		Number: support.AdvisoryNumber(a.ID), State: "draft", Product: a.Product, Affected: notNil(a.Affected), Fixed: notNil(a.Fixed), Severity: a.Severity,
		Name: severity.Text.In(code), References: notNil(a.References), Texts: n.alertTexts(a.Texts), PublishedAt: a.PublishedAt, UpdatedAt: a.UpdatedAt,
	}
	if !a.PublishedAt.IsZero() {
		v.State = "published"
	}
	if len(a.Texts) > 0 {
		in := a.In(code)
		v.Title, v.Text = n.text(in.Title), n.text(in.Text)
	}
	if n.c.actor.Kind == support.Vendor {
		v.By = n.maybe(a.Staff)
	}
	return v
}
