package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Draft is what somebody is about to file.
type Draft struct {
	Product string `json:"product,omitempty"`
	Title   string `json:"title,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Suggestion is what might help before it is filed (R05, R10).
type Suggestion struct {
	Resources []Choice       `json:"resources"`
	Found     []Found        `json:"found"`    // known problems that it speaks of
	Similar   []FoundRequest `json:"similar"`  // requests that the caller sees and that say something like it
	Security  bool           `json:"security"` // it speaks of a security problem (R45)
	Wish      bool           `json:"wish"`     // it speaks of a wish for a feature (R31)
	Routes    []Route        `json:"routes"`
}

// Found is one thing that a search of self-help found (R10).
type Found struct {
	Kind    string   `json:"kind"` // advisory, defect, resource, phone, country, compatibility
	ID      string   `json:"id"`
	Product string   `json:"product,omitempty"`
	Title   string   `json:"title"`
	Text    string   `json:"text,omitempty"`
	Path    string   `json:"path,omitempty"` // where it stands in the API
	Rules   []string `json:"rules,omitempty"`
}

// Deflection is a draft that ends without a request (R30).
type Deflection struct {
	Draft
	Route string `json:"route"` // community, self_help …
}

// Deflected carries the words of a draft over to where it goes on.
type Deflected struct {
	Route   string `json:"route"`
	Text    string `json:"text"`
	Product string `json:"product"`
	Title   string `json:"title"`
	Body    string `json:"body"`
}

// DeflectionCount is how many drafts of a product ended on a way.
type DeflectionCount struct {
	Product string `json:"product"`
	Route   string `json:"route"`
	N       int    `json:"n"`
}

// NewSecurityReport is a report of a security problem (R45). Without a token
// ReplyTo is needed; Key is the reporter's public PGP key.
type NewSecurityReport struct {
	Text    string `json:"text"`
	ReplyTo string `json:"reply_to,omitempty"`
	Key     string `json:"key,omitempty"`
	Product string `json:"product,omitempty"`
}

// SecurityReceipt is all that a reporter is told.
type SecurityReceipt struct {
	ID            string    `json:"id"`
	At            time.Time `json:"at"`
	AcknowledgeBy time.Time `json:"acknowledge_by"`
	Policy        string    `json:"policy"`
}

// SecurityReport is a report as the security team sees it.
type SecurityReport struct {
	ID             string    `json:"id"`
	At             time.Time `json:"at"`
	Contact        *Person   `json:"contact,omitempty"`
	Product        string    `json:"product,omitempty"`
	Text           string    `json:"text"`
	ReplyTo        string    `json:"reply_to,omitempty"`
	Key            string    `json:"key,omitempty"`
	AcknowledgeBy  time.Time `json:"acknowledge_by"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	AcknowledgedBy *Member   `json:"acknowledged_by,omitempty"`
}

// NewWish is a wish for a feature (R31).
type NewWish struct {
	Product string `json:"product"`
	Version string `json:"version,omitempty"`
	Title   string `json:"title"`
	Text    string `json:"text,omitempty"`
}

// Wish is a wish for a feature: it has no request number and no target.
type Wish struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	Contact    Person    `json:"contact"`
	Product    string    `json:"product"`
	Version    string    `json:"version,omitempty"`
	Title      string    `json:"title"`
	Text       string    `json:"text,omitempty"`
	Receipt    string    `json:"receipt,omitempty"` // what the sender is told
	Request    string    `json:"request,omitempty"` // that was converted
	Question   string    `json:"question,omitempty"`
	AskedAt    time.Time `json:"asked_at,omitzero"`
	AskedBy    *Member   `json:"asked_by,omitempty"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// Conversion is for "conversion".
type Conversion struct {
	Text    string   `json:"text,omitempty"`
	Consent *Consent `json:"consent,omitempty"`
}

// Place is a place of self-help; Path is where it stands in the API.
type Place struct {
	Choice
	Path string `json:"path,omitempty"`
}

// SelfHelp lists the places of self-help, for a product or all (R10).
func (c *Client) SelfHelp(ctx context.Context, product string) ([]Place, error) {
	var out struct {
		Resources []Place `json:"resources"`
	}
	return out.Resources, c.Do(ctx, http.MethodGet, "/v1/self-help"+query("product", product), nil, &out)
}

// SearchSelfHelp finds what holds every word, for a product or all; a client
// without a token may.
func (c *Client) SearchSelfHelp(ctx context.Context, words, product string, limit int) ([]Found, error) {
	var out struct {
		Found []Found `json:"found"`
	}
	return out.Found, c.Do(ctx, http.MethodGet, "/v1/self-help/search"+query("q", words, "product", product, "limit", count(limit)), nil, &out)
}

// Suggest shows what might help before a draft is filed.
func (c *Client) Suggest(ctx context.Context, d Draft) (Suggestion, error) {
	return call[Suggestion](ctx, c, http.MethodPost, "/v1/suggestions", d)
}

// Deflect ends a draft without a request.
func (c *Client) Deflect(ctx context.Context, d Deflection) (Deflected, error) {
	return call[Deflected](ctx, c, http.MethodPost, "/v1/deflections", d)
}

// Deflections counts the drafts that ended without a request, for staff.
func (c *Client) Deflections(ctx context.Context) ([]DeflectionCount, error) {
	var out struct {
		Deflections []DeflectionCount `json:"deflections"`
	}
	return out.Deflections, c.Do(ctx, http.MethodGet, "/v1/deflections", nil, &out)
}

// ReportSecurity reports a security problem; a client without a token may.
func (c *Client) ReportSecurity(ctx context.Context, r NewSecurityReport) (SecurityReceipt, error) {
	return call[SecurityReceipt](ctx, c, http.MethodPost, "/v1/security-reports", r)
}

// SecurityReports lists the reports, the newest first, a page at a time, for the
// security team. after is the id of the last one seen, limit 0 for the usual
// page; next is "" on the last page.
func (c *Client) SecurityReports(ctx context.Context, after string, limit int) (page []SecurityReport, next string, err error) {
	var out struct {
		Reports []SecurityReport `json:"reports"`
		Next    string           `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/security-reports"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Reports, out.Next, err
}

// AcknowledgeSecurity confirms a report.
func (c *Client) AcknowledgeSecurity(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodPost, "/v1/security-reports/"+url.PathEscape(id)+"/acknowledgement", nil, nil)
}

// SendWish sends a wish for a feature.
func (c *Client) SendWish(ctx context.Context, w NewWish) (Wish, error) {
	return call[Wish](ctx, c, http.MethodPost, "/v1/feature-requests", w)
}

// Wishes lists one's own wishes, the newest first; for staff all.
func (c *Client) Wishes(ctx context.Context) ([]Wish, error) {
	var out struct {
		FeatureRequests []Wish `json:"feature_requests"`
	}
	return out.FeatureRequests, c.Do(ctx, http.MethodGet, "/v1/feature-requests", nil, &out)
}

// AskWish asks the one question about a wish; AnswerWish answers it.
func (c *Client) AskWish(ctx context.Context, id, text string) error {
	return c.Do(ctx, http.MethodPost, "/v1/feature-requests/"+url.PathEscape(id)+"/question", Text{text}, nil)
}

// AnswerWish answers the question about one's wish.
func (c *Client) AnswerWish(ctx context.Context, id, text string) error {
	return c.Do(ctx, http.MethodPost, "/v1/feature-requests/"+url.PathEscape(id)+"/answer", Text{text}, nil)
}
