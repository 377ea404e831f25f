package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// LinkedDefect is a defect as a request shows it. InternalTitle is for staff.
type LinkedDefect struct {
	Defect        string `json:"defect"` // D-1001
	Title         string `json:"title,omitempty"`
	State         string `json:"state"` // reported, confirmed, fixing, fixed, wont_fix, rejected
	FixedIn       string `json:"fixed_in,omitempty"`
	InternalTitle string `json:"internal_title,omitempty"`
}

// Defect is a defect as staff see it. Requests, Runs and History are absent in
// lists.
type Defect struct {
	Defect      string    `json:"defect"`
	Product     string    `json:"product"`
	Versions    []string  `json:"versions"`
	State       string    `json:"state"`
	Severity    int       `json:"severity"` // engineering's, 1 is the worst
	FixedIn     string    `json:"fixed_in,omitempty"`
	Title       string    `json:"title"`
	PublicTitle string    `json:"public_title,omitempty"`
	Text        string    `json:"text,omitempty"`
	ReportedAt  time.Time `json:"reported_at"`
	ChangedAt   time.Time `json:"changed_at"`
	FixedAt     time.Time `json:"fixed_at,omitzero"`
	Linked      int       `json:"linked"`
	Requests    []string  `json:"requests,omitempty"`
	Runs        []Run     `json:"runs,omitempty"`
	History     []Past    `json:"history,omitempty"`
}

// Run is how far a command is that goes to many requests.
type Run struct {
	StartedAt time.Time `json:"started_at"`
	State     string    `json:"state"` // running, done
	Total     int       `json:"total"`
	Done      int       `json:"done"`
	Skipped   int       `json:"skipped"`
	Failed    int       `json:"failed"`
}

// Past is one entry of the history of something that is no request.
type Past struct {
	Seq  int64           `json:"seq"`
	Kind string          `json:"kind"`
	At   time.Time       `json:"at"`
	By   By              `json:"by"`
	Data json.RawMessage `json:"data"`
}

// Defects is one page of defects.
type Defects struct {
	Defects []Defect `json:"defects"`
	Next    string   `json:"next,omitempty"`
}

// DefectFilter narrows a list of defects; zero fields do not narrow.
type DefectFilter struct {
	Product  string
	State    string // open, or a state
	Severity int
	After    string
	Limit    int
}

// NewDefect is a defect to report.
type NewDefect struct {
	Product     string   `json:"product"`
	Versions    []string `json:"versions,omitempty"`
	Severity    int      `json:"severity"`
	Title       string   `json:"title"`
	PublicTitle string   `json:"public_title,omitempty"`
	Text        string   `json:"text,omitempty"`
}

// DefectChange changes those parts of a defect that are not nil.
type DefectChange struct {
	State       *string   `json:"state,omitempty"`
	FixedIn     *string   `json:"fixed_in,omitempty"`
	Severity    *int      `json:"severity,omitempty"`
	Versions    *[]string `json:"versions,omitempty"`
	Title       *string   `json:"title,omitempty"`
	PublicTitle *string   `json:"public_title,omitempty"`
	Text        *string   `json:"text,omitempty"`
	Reason      string    `json:"reason,omitempty"`
}

// DefectLink is for "defects": the defect to which a request is linked.
type DefectLink struct {
	Defect string `json:"defect"`
}

func atDefect(defect, resource string) string {
	return "/v1/defects/" + url.PathEscape(defect) + resource
}

// Defects lists defects, what changed last first, for staff.
func (c *Client) Defects(ctx context.Context, f DefectFilter) (Defects, error) {
	q := query("product", f.Product, "state", f.State, "after", f.After, "severity", count(f.Severity), "limit", count(f.Limit))
	return call[Defects](ctx, c, http.MethodGet, "/v1/defects"+q, nil)
}

// Defect is a defect with its requests and history, for staff.
func (c *Client) Defect(ctx context.Context, defect string) (Defect, error) {
	return call[Defect](ctx, c, http.MethodGet, atDefect(defect, ""), nil)
}

// ReportDefect reports a defect to engineering (R36).
func (c *Client) ReportDefect(ctx context.Context, d NewDefect) (Defect, error) {
	return call[Defect](ctx, c, http.MethodPost, "/v1/defects", d)
}

// ChangeDefect changes a defect. When it is decided, a run tells every linked
// request.
func (c *Client) ChangeDefect(ctx context.Context, defect string, d DefectChange) (Defect, error) {
	return call[Defect](ctx, c, http.MethodPatch, atDefect(defect, ""), d)
}

// CommentDefect writes into a defect's history.
func (c *Client) CommentDefect(ctx context.Context, defect, text string) (Defect, error) {
	return call[Defect](ctx, c, http.MethodPost, atDefect(defect, "/comments"), Text{Text: text})
}

// RedactDefect erases texts of an entry of a defect's history, also where linked
// requests show them. Words that still stand are replaced first.
func (c *Client) RedactDefect(ctx context.Context, defect string, seq int64, r Redaction) (Defect, error) {
	return call[Defect](ctx, c, http.MethodPost, atDefect(defect, "/history/"+strconv.FormatInt(seq, 10)+"/redaction"), r)
}
