package support

import (
	"time"

	"madoguchi/internal/policy"
)

// Row is the derived index of a request: what lists, queues and the timer need
// without folding. It is written with the facts and recomputed by the check.
type Row struct {
	ID          int64
	Seq         int64
	Kind        Kind
	Stage       Stage
	Account     int64
	Contact     int64
	Contract    int64
	Product     string
	Version     string
	Offering    string
	Region      string
	Language    string
	Severity    int
	Turn        Turn
	Queue       string // "" when owned
	Priority    int
	QueuedSince time.Time
	Owner       int64
	Title       Text
	Reference   Text
	Environment string
	Component   string
	Tags        []string
	FiledAt     time.Time
	ChangedAt   time.Time
	CompletedAt time.Time
	Reason      string
	Escalated   bool
	Restricted  bool // to named staff
	// NextMetric and NextDueAt are of the open clock that is due first; a
	// missed one stays until it is met.
	NextMetric Metric
	NextDueAt  time.Time
	NextMissed bool
	// DueAt is when the timer must look at the request again; zero: never.
	DueAt time.Time
}

// Index derives the row.
func Index(r *Request, p *policy.Pack) Row {
	row := Row{
		ID: r.ID, Seq: r.Seq, Kind: r.Filed.Kind, Stage: r.Stage(), Account: r.Filed.Account, Contact: r.Filed.Contact,
		Contract: r.Filed.Contract, Product: r.Filed.Product, Version: r.Filed.Version, Offering: r.Filed.Offering,
		Region: r.Filed.Region, Language: r.Filed.Language, Severity: r.Severity, Turn: r.Turn(), Queue: r.Queue,
		Priority: r.Priority(), QueuedSince: r.QueuedSince, Owner: r.Owner, Title: r.Filed.Title, Reference: r.Details.Reference,
		Environment: r.Details.Environment, Component: r.Details.Component, Tags: r.Details.Tags,
		FiledAt: r.FiledAt, ChangedAt: r.ChangedAt, CompletedAt: r.CompletedAt, Escalated: r.Escalation.Active(), Restricted: r.Restricted,
		DueAt: r.NextAt(p),
	}
	if r.Completed != nil {
		row.Reason = r.Completed.Reason
	}
	for _, c := range r.Clocks {
		if c.Open() && !c.Paused() && c.Metric != Acknowledgement && (row.NextDueAt.IsZero() || c.DueAt.Before(row.NextDueAt)) {
			row.NextMetric, row.NextDueAt, row.NextMissed = c.Metric, c.DueAt, c.State == Missed
		}
	}
	return row
}
