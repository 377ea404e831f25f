package api

import (
	"context"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// targetView is one clock of a request with its explanation.
type targetView struct {
	Metric          string    `json:"metric" enum:"acknowledgement,first_response,cs_reply,after_hours_response,callback,promise,next_update"`
	N               int       `json:"n"`
	State           string    `json:"state" enum:"running,met,missed,met_late,replaced,dropped"`
	Amount          string    `json:"amount" doc:"As the policy pack writes it: 4bh, 30m"`
	AmountSeconds   int64     `json:"amount_seconds,omitempty" doc:"Of elapsed or business time; absent for whole business days"`
	Goal            string    `json:"goal,omitempty"`
	Calendar        string    `json:"calendar,omitempty"`
	Zone            string    `json:"zone,omitempty"`
	Severity        int       `json:"severity,omitempty"`
	AnchorAt        time.Time `json:"anchor_at"`
	WarnAt          time.Time `json:"warn_at,omitzero"`
	DueAt           time.Time `json:"due_at"`
	MetAt           time.Time `json:"met_at,omitzero"`
	ElapsedSeconds  int64     `json:"elapsed_seconds" doc:"From the anchor until met, or until now"`
	BusinessSeconds int64     `json:"business_seconds" doc:"Of that span, in the target's calendar"`
	Capped          bool      `json:"capped,omitempty" doc:"An older target was due earlier and keeps its word"`
	MissWithdrawn   bool      `json:"miss_withdrawn,omitempty"`
	Paused          bool      `json:"paused,omitempty"`
	Uncertain       string    `json:"uncertain,omitempty"`
	Rules           []string  `json:"rules"`
	Pack            string    `json:"pack"`
	TZData          string    `json:"tzdata,omitempty"`
	Explanation     string    `json:"explanation"`
}

type targetsView struct {
	Targets []targetView `json:"targets"`
}

func (c *call) targets(ctx context.Context, in *Numbered) (targetsView, error) {
	r, err := c.read(ctx, in)
	if err != nil {
		return targetsView{}, err
	}
	v := targetsView{Targets: []targetView{}}
	for _, clock := range r.Clocks {
		v.Targets = append(v.Targets, c.target(clock))
	}
	return v, nil
}

// target is one clock as it stands now.
func (c *call) target(k support.Clock) targetView {
	now := c.desk.Now()
	v := targetView{
		Metric: string(k.Metric), N: k.N, State: string(k.State), Amount: k.Amount, Goal: k.Goal, Calendar: k.Calendar, Zone: k.Zone,
		Severity: k.Severity, AnchorAt: k.AnchorAt, WarnAt: k.WarnAt, DueAt: k.DueAt, MetAt: k.MetAt, Capped: k.Capped,
		MissWithdrawn: k.MissWithdrawn, Paused: k.Paused(), Uncertain: k.Uncertain, Rules: k.Rules, Pack: k.Pack, TZData: k.TZData,
		Explanation: c.voice().Clock(k, now),
	}
	if v.Rules == nil {
		v.Rules = []string{}
	}
	if a, err := policy.ParseAmount(k.Amount); err == nil {
		v.AmountSeconds = int64(a.Duration() / time.Second)
	}
	until := now
	for _, end := range []time.Time{k.EndedAt, k.MetAt} {
		if !end.IsZero() {
			until = end
		}
	}
	if until.Before(k.AnchorAt) {
		return v
	}
	v.ElapsedSeconds = int64(until.Sub(k.AnchorAt) / time.Second)
	pack, ok := c.desk.Packs().Of(k.Pack)
	if !ok {
		pack = c.desk.Pack()
	}
	v.BusinessSeconds = int64(pack.Between(k.Region, k.Hours, k.AnchorAt, until) / time.Second)
	return v
}
