package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

type handOverBody struct {
	To          string       `json:"to" maxLength:"254" doc:"E-mail address"`
	EffectiveAt time.Time    `json:"effective_at,omitempty" doc:"Default: as soon as the notice has been sent"`
	Ground      string       `json:"ground" maxLength:"64" doc:"One of the policy's grounds"`
	Reason      string       `json:"reason,omitempty" maxLength:"262144" doc:"What the customer is told"`
	Note        handOverNote `json:"note,omitempty" doc:"What the new owner has to know; the customer does not see it"`
}

// handOverNote is what the old owner leaves for the new one.
type handOverNote struct {
	State    string `json:"state,omitempty" maxLength:"262144" doc:"How it stands"`
	Next     string `json:"next,omitempty" maxLength:"262144" doc:"The next step"`
	Promises string `json:"promises,omitempty" maxLength:"262144" doc:"What was promised to the customer"`
	DoNot    string `json:"do_not,omitempty" maxLength:"262144" doc:"What must not be done"`
}

type handOverView struct {
	From        member        `json:"from"`
	To          member        `json:"to"`
	EffectiveAt time.Time     `json:"effective_at,omitzero"`
	Ground      string        `json:"ground"`
	Reason      string        `json:"reason,omitempty"`
	AcceptBy    time.Time     `json:"accept_by,omitzero" doc:"Staff only; until when the new owner accepts"`
	AcceptedAt  time.Time     `json:"accepted_at,omitzero" doc:"Staff only"`
	Note        *handOverNote `json:"note,omitempty" doc:"Staff only"`
}

// handOverRoutes are the change of owner, from the offer to the answer (R26).
func (s *server) handOverRoutes() {
	do(s, act{path: "/hand-over", id: "announce-hand-over", summary: "Offer the request to another engineer, and tell the customer before", command: "announce_hand_over", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b handOverBody) (support.Command, error) {
			m, err := c.staffNamed(ctx, b.To, "to")
			return &support.AnnounceHandOver{
				To: m.ID, EffectiveAt: b.EffectiveAt, Ground: b.Ground, Reason: text(b.Reason),
				Note: support.HandOverNote{State: text(b.Note.State), Next: text(b.Note.Next), Promises: text(b.Note.Promises), DoNot: text(b.Note.DoNot)},
			}, err
		})
	may(s, act{method: http.MethodDelete, path: "/hand-over", id: "cancel-hand-over", summary: "Take an announced hand-over back", command: "cancel_hand_over", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.CancelHandOver{Reason: text(b.Reason)}, nil
		})
	may(s, act{path: "/hand-over/acceptance", id: "accept-hand-over", summary: "Accept the request that is offered to you", command: "accept_hand_over", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, _ empty) (support.Command, error) {
			return &support.AcceptHandOver{}, nil
		})
	do(s, act{path: "/hand-over/refusal", id: "decline-hand-over", summary: "Decline the request that is offered to you", command: "decline_hand_over", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.DeclineHandOver{Reason: text(b.Reason)}, nil
		})
}

// handOver shows customers who takes over and when; the note and whether it is
// accepted are the vendor's own.
func (n *names) handOver(h *support.HandOver) *handOverView {
	v := &handOverView{From: n.member(h.From), To: n.member(h.To), EffectiveAt: h.EffectiveAt, Ground: h.Ground, Reason: n.text(h.Reason)}
	if h.Offer == nil || !n.c.staff() {
		return v
	}
	o := h.Offer
	v.AcceptBy, v.AcceptedAt = o.AcceptBy, h.AcceptedAt
	v.Note = &handOverNote{State: n.text(o.State), Next: n.text(o.Next), Promises: n.text(o.Promises), DoNot: n.text(o.DoNot)}
	return v
}
