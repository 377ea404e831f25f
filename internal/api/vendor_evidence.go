package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// evidenceView is what another vendor needs to know of a request. It names nobody.
type vendorEvidenceView struct {
	Number        string              `json:"number"`
	ThirdParty    thirdPartyView      `json:"third_party"`
	Title         string              `json:"title"`
	Text          string              `json:"text,omitempty"`
	ErrorString   string              `json:"error_string,omitempty"`
	Severity      int                 `json:"severity"`
	Environment   string              `json:"environment,omitempty"`
	Platforms     []string            `json:"platforms,omitempty"`
	Symptom       string              `json:"symptom,omitempty"`
	RecentChanges string              `json:"recent_changes,omitempty"`
	Changes       []changeView        `json:"changes,omitempty"`
	Reproductions []vendorFindingView `json:"reproductions"`
	RootCause     string              `json:"root_cause,omitempty"`
}

// vendorFindingView is one reproduction, without who did it.
type vendorFindingView struct {
	Outcome     string `json:"outcome" enum:"reproduced,partly,not_reproduced"`
	Environment string `json:"environment"`
	Text        string `json:"text,omitempty"`
}

type evidenceInput struct {
	Numbered
	N int `path:"n" minimum:"1"`
}

func (s *server) evidenceRoute() {
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/third-parties/{n}/evidence", id: "show-vendor-evidence",
		summary: "Show what the component's vendor is given: to the customer, and to staff with their permission", scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *evidenceInput) (*body[vendorEvidenceView], error) {
			r, err := c.read(ctx, &in.Numbered)
			if err != nil {
				return nil, err
			}
			e, err := support.EvidenceFor(r, in.N, c.actor)
			if err != nil {
				return nil, err
			}
			n := c.named(ctx)
			v := n.vendorEvidence(r, e)
			return &body[vendorEvidenceView]{v}, n.err
		})
}

func (n *names) vendorEvidence(r *support.Request, e support.VendorEvidence) vendorEvidenceView {
	var all requestView
	n.thirdParties(&all, r)
	v := vendorEvidenceView{
		Number: support.SpokenNumber(r.ID), ThirdParty: all.ThirdParties[e.ThirdParty.N-1], Title: n.text(e.Title), Text: n.text(e.Body),
		ErrorString: n.text(e.ErrorString), Severity: e.Severity, Environment: e.Environment, Platforms: e.Platforms, Symptom: e.Symptom,
		RecentChanges: n.text(e.RecentChanges), Reproductions: []vendorFindingView{},
	}
	v.ThirdParty.Sharing, v.ThirdParty.Collaboration = nil, nil
	for _, x := range e.Changes {
		v.Changes = append(v.Changes, changeView{Kind: x.Kind, Text: n.text(x.Text)})
	}
	for _, x := range e.Reproductions {
		v.Reproductions = append(v.Reproductions, vendorFindingView{Outcome: string(x.Outcome), Environment: n.text(x.Environment), Text: n.text(x.Text)})
	}
	if e.RootCause != nil {
		v.RootCause = n.text(e.RootCause.Text)
	}
	return v
}
