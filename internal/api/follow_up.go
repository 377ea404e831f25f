package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// offerView is an open offer of a queued request to whom it is offered (A23).
type offerView struct {
	Staff member    `json:"staff"`
	Until time.Time `json:"until"`
}

type followUpBody struct {
	Text     string `json:"text" maxLength:"262144" doc:"What the customer writes"`
	Title    string `json:"title,omitempty" doc:"Default: that of the request that it follows"`
	Channel  string `json:"channel,omitempty" enum:"portal,phone,mail,api" default:"api"`
	Severity int    `json:"severity,omitempty" minimum:"1" maximum:"9" doc:"Default: that of the request that it follows"`
	Impact   string `json:"impact,omitempty" maxLength:"262144" doc:"Default: that of the request that it follows"`
}

// followUpRoutes are what comes after the time to reopen (A12, A23).
func (s *server) followUpRoutes() {
	r := act{path: "/follow-up", id: "follow-up", summary: "File a new request that takes up a completed one", command: "file", status: http.StatusCreated}.route()
	register(s, r, func(ctx context.Context, c *call, in *command[followUpBody]) (*answer, error) {
		cmd, err := c.followUp(ctx, in.Addressed, in.Body)
		if err != nil {
			return nil, err
		}
		return c.filed(ctx, cmd)
	})
	may(s, act{method: http.MethodDelete, path: "/offer", id: "decline-offer", summary: "Leave an offered request to the queue", command: "decline_offer", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b reasonBody) (support.Command, error) {
			return &support.DeclineOffer{Reason: text(b.Reason)}, nil
		})
}

// followUp is the new request: a customer files their own, staff that of the
// earlier one's contact.
func (c *call) followUp(ctx context.Context, in Addressed, b followUpBody) (*support.File, error) {
	r, err := c.read(ctx, &in.Numbered)
	if err != nil {
		return nil, err
	}
	contact := r.Filed.Contact
	if !c.staff() {
		contact = c.actor.ID
	}
	cmd, err := r.FollowUp(contact, c.desk.Now())
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(b.Text) == "" {
		return nil, support.Wrong("text", "text.needed")
	}
	n := c.named(ctx)
	cmd.Channel, cmd.Title, cmd.Body = channelOr(b.Channel), text(strings.TrimSpace(b.Title)), text(b.Text)
	if cmd.Title.Empty() {
		cmd.Title = text(n.text(r.Filed.Title))
	}
	if b.Severity != 0 && b.Severity != cmd.Severity {
		cmd.Severity, cmd.Criteria = b.Severity, nil
	}
	if cmd.Kind == support.Technical {
		impact := b.Impact
		if impact == "" {
			impact = n.text(r.Details.Impact)
		}
		if impact == "" && len(cmd.Criteria) == 0 {
			impact = b.Text // what they write now is what is wrong now
		}
		cmd.Details.Impact = text(impact)
	}
	return cmd, n.err
}

func (n *names) offer(o *support.Offer) *offerView {
	if o == nil {
		return nil
	}
	return &offerView{Staff: n.member(o.Staff), Until: o.Until}
}
