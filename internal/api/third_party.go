package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// thirdPartyView is a component of another vendor, and how far the work on it is.
type thirdPartyView struct {
	N             int                `json:"n"`
	Vendor        string             `json:"vendor"`
	Component     string             `json:"component"`
	Version       string             `json:"version,omitempty"`
	Product       string             `json:"product"`
	Release       string             `json:"release,omitempty"`
	State         string             `json:"state" enum:"analysing,suspected,collaboration,suggest_vendor_case,require_vendor_case,vendor_case,answered"`
	Lookup        string             `json:"lookup" enum:"listed,listed_with_note,listed_other_release,not_listed"`
	LookupText    string             `json:"lookup_text"`
	Relationship  string             `json:"relationship,omitempty" enum:"tsanet,cooperative,joint" doc:"How its vendor is reached; absent: it is not"`
	Usable        bool               `json:"usable" doc:"The relationship serves for this configuration"`
	Grounds       string             `json:"grounds,omitempty" doc:"Why it is suspected; asking to remove it takes them"`
	MayAskRemoval bool               `json:"may_ask_removal"`
	Sharing       *sharingView       `json:"sharing,omitempty" doc:"The permission to give data to its vendor; absent: none"`
	Collaboration *collaborationView `json:"collaboration,omitempty"`
	Case          *vendorCaseView    `json:"vendor_case,omitempty" doc:"The customer's own case with its vendor"`
}

type sharingView struct {
	By  person    `json:"by"`
	How string    `json:"how" enum:"portal,phone,mail,api"`
	At  time.Time `json:"at"`
}

type collaborationView struct {
	State     string    `json:"state" enum:"open,information,accepted,rejected,closed"`
	Ground    string    `json:"ground" enum:"no_root_cause,suspicion"`
	OpenedAt  time.Time `json:"opened_at"`
	RespondBy time.Time `json:"respond_by,omitzero"`
	Overdue   bool      `json:"overdue,omitempty"`
	Text      string    `json:"text"`
	Theirs    string    `json:"theirs,omitempty" doc:"Their number and their people; staff only"`
}

type vendorCaseView struct {
	SuggestedAt time.Time `json:"suggested_at,omitzero"`
	Required    bool      `json:"required,omitempty"`
	Why         string    `json:"why,omitempty" enum:"no_relationship,not_listed,rejected"`
	Number      string    `json:"number,omitempty"`
	RecordedAt  time.Time `json:"recorded_at,omitzero"`
	Finding     string    `json:"finding,omitempty" enum:"at_fault,not_at_fault,not_found"`
	Text        string    `json:"text,omitempty" doc:"What was found"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
}

type componentBody struct {
	Vendor    string `json:"vendor" maxLength:"300"`
	Component string `json:"component" maxLength:"300" doc:"Model, as in the compatibility guide"`
	Version   string `json:"version,omitempty" maxLength:"200" doc:"Of its firmware or driver"`
	Release   string `json:"release,omitempty" maxLength:"200" doc:"Of the product; absent: the request's version"`
}

func (b componentBody) component() support.NewThirdParty {
	return support.NewThirdParty{Vendor: text(b.Vendor), Component: text(b.Component), Version: b.Version, Release: b.Release}
}

type collaborationBody struct {
	Ground string `json:"ground" enum:"no_root_cause,suspicion"`
	Mutual bool   `json:"mutual,omitempty" doc:"The customer was checked to be theirs too"`
	Text   string `json:"text" maxLength:"262144" doc:"What the other vendor is told"`
}

type collaborationStateBody struct {
	To     string `json:"to" enum:"open,information,accepted,rejected,closed"`
	Text   string `json:"text,omitempty" maxLength:"262144" doc:"The customer reads it; why, of a rejection"`
	Theirs string `json:"theirs,omitempty" maxLength:"262144" doc:"Their number and their people; staff only"`
}

type vendorAnswerBody struct {
	Finding string `json:"finding" enum:"at_fault,not_at_fault,not_found"`
	Text    string `json:"text,omitempty" maxLength:"262144"`
}

type vendorCaseBody struct {
	Number string `json:"number" maxLength:"300" doc:"Of the customer's case there"`
}

// sharingInput is a permission, of the customer's or as staff record it.
type sharingInput struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body *agreementBody
}

func (s *server) thirdPartyRoutes() {
	do(s, act{path: "/third-parties", id: "name-third-party", summary: "Name a component of another vendor that takes part, and look it up", command: "name_third_party"},
		func(_ context.Context, _ *call, _ support.Row, b componentBody) (support.Command, error) {
			return &support.NameThirdParty{NewThirdParty: b.component()}, nil
		})
	onNth(s, act{path: "/third-parties/{n}/grounds", id: "state-grounds", summary: "Write down why a component is suspected; the customer reads it", command: "state_grounds", scope: auth.Staff},
		func(n int, b textBody) support.Command { return &support.StateGrounds{N: n, Text: text(b.Text)} })
	register(s, act{path: "/third-parties/{n}/sharing", id: "allow-sharing", summary: "Permit to give data to the component's vendor", command: "allow_sharing"}.route(),
		func(ctx context.Context, c *call, in *sharingInput) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(ctx context.Context, c *call, row support.Row, in *sharingInput) (support.Command, error) {
				var given *consentBody
				if in.Body != nil {
					given = in.Body.Consent
				}
				consent, err := c.consent(ctx, row, given)
				return &support.AllowSharing{N: in.N, Consent: consent}, err
			})
		})
	onNth(s, act{method: http.MethodDelete, path: "/third-parties/{n}/sharing", id: "withdraw-sharing", summary: "End that permission", command: "withdraw_sharing"},
		func(n int, b reasonBody) support.Command {
			return &support.WithdrawSharing{N: n, Reason: text(b.Reason)}
		})
	onNth(s, act{path: "/third-parties/{n}/collaboration", id: "open-collaboration", summary: "Take a component to its vendor", command: "open_collaboration", scope: auth.Staff},
		func(n int, b collaborationBody) support.Command {
			return &support.OpenCollaboration{N: n, Ground: b.Ground, Mutual: b.Mutual, Text: text(b.Text)}
		})
	onNth(s, act{path: "/third-parties/{n}/collaboration/state", id: "move-collaboration", summary: "Record what the other vendor did, or was answered", command: "move_collaboration", scope: auth.Staff},
		func(n int, b collaborationStateBody) support.Command {
			return &support.MoveCollaboration{N: n, To: support.CollaborationState(b.To), Text: text(b.Text), Theirs: text(b.Theirs)}
		})
	onNth(s, act{path: "/third-parties/{n}/vendor-case/suggestion", id: "suggest-vendor-case", summary: "Ask the customer to open a case with the component's vendor", command: "suggest_vendor_case", scope: auth.Staff},
		func(n int, b textBody) support.Command { return &support.SuggestVendorCase{N: n, Text: text(b.Text)} })
	onNth(s, act{path: "/third-parties/{n}/vendor-case", id: "record-vendor-case", summary: "Record the number of the customer's case with the component's vendor", command: "record_vendor_case"},
		func(n int, b vendorCaseBody) support.Command {
			return &support.RecordVendorCase{N: n, Number: text(b.Number)}
		})
	onNth(s, act{path: "/third-parties/{n}/answer", id: "record-vendor-answer", summary: "Record what the component's vendor found", command: "record_vendor_answer"},
		func(n int, b vendorAnswerBody) support.Command {
			return &support.RecordVendorAnswer{N: n, Finding: support.Finding(b.Finding), Text: text(b.Text)}
		})
	s.evidenceRoute()
}

// thirdParties are the components of other vendors on a request.
func (n *names) thirdParties(v *requestView, r *support.Request) {
	p := n.c.desk.Pack()
	for _, t := range r.ThirdParties {
		x := thirdPartyView{
			N: t.N, Vendor: n.text(t.Vendor), Component: n.text(t.Component), Version: t.Version, Product: t.Product, Release: t.Release,
			State: t.State(), Lookup: string(t.Lookup), LookupText: n.c.voice().Named("lookup", string(t.Lookup)), Relationship: t.Kind, Usable: t.Usable,
			Grounds: n.text(t.Grounds), MayAskRemoval: !t.Grounds.Empty() || !p.ThirdParty.RemovalNeedsGrounds,
		}
		if t.Sharing != nil {
			x.Sharing = &sharingView{By: n.person(t.Sharing.Contact), How: string(t.Sharing.How), At: t.Sharing.At}
		}
		if c := t.Collaboration; c != nil {
			x.Collaboration = &collaborationView{
				State: string(c.State), Ground: c.Ground, OpenedAt: c.At, RespondBy: c.RespondBy, Overdue: c.Overdue && n.c.staff(), Text: n.text(c.Text),
			}
			if n.c.staff() {
				x.Collaboration.Theirs = n.text(c.Theirs)
			}
		}
		if c := t.Case; !c.SuggestedAt.IsZero() || !c.RecordedAt.IsZero() || !c.AnsweredAt.IsZero() {
			x.Case = &vendorCaseView{
				SuggestedAt: c.SuggestedAt, Required: c.Required, Why: c.Why, Number: n.text(c.Number), RecordedAt: c.RecordedAt,
				Finding: string(c.Finding), Text: n.text(c.Text), AnsweredAt: c.AnsweredAt,
			}
		}
		v.ThirdParties = append(v.ThirdParties, x)
	}
	if g := r.Filed.Guest; g != nil {
		one := n.c.guestPath(support.GuestPath{Item: g.Item, Partner: g.Partner, Physical: g.Physical})
		v.Guest = &guestAdviceView{Guest: g.Guest, Path: one}
	}
}

// guestAdviceView is the way to support that the filing was told.
type guestAdviceView struct {
	Guest string        `json:"guest"`
	Path  guestPathView `json:"path"`
}
