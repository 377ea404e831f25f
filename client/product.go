package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Evidence is what the customer brings for one point of a question of scope.
type Evidence struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Service is in which language service is there, and when (R47, R48).
type Service struct {
	Wanted     string    `json:"wanted"`
	Language   string    `json:"language"` // in which service is given now
	Promised   bool      `json:"promised"`
	Hours      string    `json:"hours,omitempty"` // 24x7, calendar, region
	Calendar   string    `json:"calendar,omitempty"`
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Rules      []string  `json:"rules"`
}

// Intake is what is asked and told before somebody files for a product.
type Intake struct {
	Product      string         `json:"product"`
	Name         string         `json:"name"`
	Kind         string         `json:"kind"`
	Registration string         `json:"registration"` // automatic, manual, none
	ScopeNeeded  bool           `json:"scope_needed"`
	Questions    []Question     `json:"questions"`
	Experimental *Features      `json:"experimental,omitempty"`
	Legacy       *Legacy        `json:"legacy,omitempty"`
	Versions     []VersionPhase `json:"versions"`
}

// Question is one question of scope (R42, R43).
type Question struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Text     string   `json:"text"`
	Outcome  string   `json:"outcome"` // in_scope, in_scope_with_evidence, out_of_scope
	Evidence []Choice `json:"evidence"`
	Routes   []Route  `json:"routes"`
	Rules    []string `json:"rules"`
}

// Features are the experimental features of a product (R32).
type Features struct {
	Note       string    `json:"note"`
	Severities []int     `json:"severities"`
	Features   []Feature `json:"features"`
	Rules      []string  `json:"rules"`
}

// Feature is one of them, with the versions in which it is experimental.
type Feature struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Versions []string `json:"versions"`
}

// Legacy is the procedure of an acquired company (R01).
type Legacy struct {
	Procedure string    `json:"procedure"`
	Until     time.Time `json:"until"`
	Now       bool      `json:"now"`
	Rules     []string  `json:"rules"`
}

// VersionPhase is a version with its life-cycle phase and what that allows.
type VersionPhase struct {
	ProductVersion
	GeneralUntil  time.Time `json:"general_until,omitzero"`
	GuidanceUntil time.Time `json:"guidance_until,omitzero"`
	Severities    []int     `json:"severities"`
	Channels      []string  `json:"channels"`
	Note          string    `json:"note,omitempty"`
}

// Intake is what is asked and told before somebody files for a product.
func (c *Client) Intake(ctx context.Context, product string) (Intake, error) {
	return call[Intake](ctx, c, http.MethodGet, "/v1/products/"+url.PathEscape(product)+"/intake", nil)
}

// ProductOffer is an offering that takes a product, and whether it can be bought (R52).
type ProductOffer struct {
	Offering string   `json:"offering"`
	Name     string   `json:"name"`
	Fits     bool     `json:"fits"`
	Held     int      `json:"held"`
	Least    int      `json:"least"`
	Sizes    []int    `json:"sizes,omitempty"` // of packs of incidents
	Grounds  []Ground `json:"grounds"`
}

// Phone is who answers the telephone now, and when next (R19-R21, R55).
type Phone struct {
	At     time.Time   `json:"at"`
	Number string      `json:"number,omitempty"`
	Lines  []PhoneLine `json:"lines"`
	// Message is what a caller leaves when all lines are busy, Callback by when
	// they are called (R22).
	Message  []Choice `json:"message"`
	Callback string   `json:"callback"`
}

// PhoneLine is one choice of the telephone.
type PhoneLine struct {
	ID         string    `json:"id"`
	Text       string    `json:"text"`
	Calendar   string    `json:"calendar,omitempty"`
	Open       bool      `json:"open"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Closed     string    `json:"closed,omitempty"` // the recorded message
	Rules      []string  `json:"rules"`
}

// Registration is a product that somebody registered (R06, R14). A zero Until
// does not end.
type Registration struct {
	Contact  Person    `json:"contact"`
	Product  string    `json:"product"`
	Contract string    `json:"contract,omitempty"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until,omitzero"`
}

// NewRegistration registers a product: for the caller, or by staff for a contact.
type NewRegistration struct {
	Contact  string `json:"contact,omitempty"`
	Product  string `json:"product"`
	Contract string `json:"contract,omitempty"`
}

// NewIncidents is a pack of incidents to buy for a product.
type NewIncidents struct {
	Contact string `json:"contact,omitempty"`
	Product string `json:"product"`
	Size    int    `json:"size"`
}

// Incidents is a bought pack and the contract that it is on.
type Incidents struct {
	Contract  string    `json:"contract"`
	Size      int       `json:"size"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Offers lists the offerings that take a product. licences 0 is how many the
// account holds; a customer number is for staff.
func (c *Client) Offers(ctx context.Context, product string, licences int, customerNumber string) ([]ProductOffer, error) {
	q := query("licences", count(licences), "contact", customerNumber)
	var out struct {
		Offers []ProductOffer `json:"offers"`
	}
	return out.Offers, c.Do(ctx, http.MethodGet, "/v1/products/"+url.PathEscape(product)+"/offers"+q, nil, &out)
}

// Phone tells who answers the telephone, for a product and country or for all.
func (c *Client) Phone(ctx context.Context, product, country string) (Phone, error) {
	return call[Phone](ctx, c, http.MethodGet, "/v1/phone"+query("product", product, "country", country), nil)
}

// Register ties a product to the person who registers it (R14).
func (c *Client) Register(ctx context.Context, r NewRegistration) (Registration, error) {
	return call[Registration](ctx, c, http.MethodPost, "/v1/registrations", r)
}

// Registrations are the caller's, or those of a contact for staff.
func (c *Client) Registrations(ctx context.Context, customerNumber string) ([]Registration, error) {
	var out struct {
		Registrations []Registration `json:"registrations"`
	}
	return out.Registrations, c.Do(ctx, http.MethodGet, "/v1/registrations"+query("contact", customerNumber), nil, &out)
}

// BuyIncidents buys a pack of incidents (R52, A20).
func (c *Client) BuyIncidents(ctx context.Context, n NewIncidents) (Incidents, error) {
	return call[Incidents](ctx, c, http.MethodPost, "/v1/incidents", n)
}
