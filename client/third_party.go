package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// ThirdParty is a component of another vendor on a request, and how far the work
// on it is (R39).
type ThirdParty struct {
	N             int            `json:"n"`
	Vendor        string         `json:"vendor"`
	Component     string         `json:"component"`
	Version       string         `json:"version,omitempty"`
	Product       string         `json:"product"`
	Release       string         `json:"release,omitempty"`
	State         string         `json:"state"`  // analysing, suspected, collaboration, suggest_vendor_case, require_vendor_case, vendor_case, answered
	Lookup        string         `json:"lookup"` // listed, listed_with_note, listed_other_release, not_listed
	LookupText    string         `json:"lookup_text"`
	Relationship  string         `json:"relationship,omitempty"` // tsanet, cooperative, joint
	Usable        bool           `json:"usable"`
	Grounds       string         `json:"grounds,omitempty"`
	MayAskRemoval bool           `json:"may_ask_removal"`
	Sharing       *Sharing       `json:"sharing,omitempty"` // nil: nothing may be given to its vendor
	Collaboration *Collaboration `json:"collaboration,omitempty"`
	Case          *VendorCase    `json:"vendor_case,omitempty"`
}

// Sharing is the customer's permission to give data to another vendor.
type Sharing struct {
	By  Person    `json:"by"`
	How string    `json:"how"`
	At  time.Time `json:"at"`
}

// Collaboration is work with another vendor on one component.
type Collaboration struct {
	State     string    `json:"state"` // open, information, accepted, rejected, closed
	Ground    string    `json:"ground"`
	OpenedAt  time.Time `json:"opened_at"`
	RespondBy time.Time `json:"respond_by,omitzero"`
	Overdue   bool      `json:"overdue,omitempty"`
	Text      string    `json:"text"`
	Theirs    string    `json:"theirs,omitempty"` // staff alone read it
}

// VendorCase is the customer's own request with another vendor.
type VendorCase struct {
	SuggestedAt time.Time `json:"suggested_at,omitzero"`
	Required    bool      `json:"required,omitempty"`
	Why         string    `json:"why,omitempty"` // no_relationship, not_listed, rejected
	Number      string    `json:"number,omitempty"`
	RecordedAt  time.Time `json:"recorded_at,omitzero"`
	Finding     string    `json:"finding,omitempty"` // at_fault, not_at_fault, not_found
	Text        string    `json:"text,omitempty"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
}

// NewThirdParty is for "third-parties", and goes with a filing.
type NewThirdParty struct {
	Vendor    string `json:"vendor"`
	Component string `json:"component"`         // model
	Version   string `json:"version,omitempty"` // of its firmware or driver
	Release   string `json:"release,omitempty"` // of the product; "": the request's version
}

// NewCollaboration is for "third-parties/N/collaboration".
type NewCollaboration struct {
	Ground string `json:"ground"` // no_root_cause, suspicion
	Mutual bool   `json:"mutual"`
	Text   string `json:"text"`
}

// CollaborationMove is for "third-parties/N/collaboration/state".
type CollaborationMove struct {
	To     string `json:"to"`
	Text   string `json:"text,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}

// NewVendorCase is for "third-parties/N/vendor-case".
type NewVendorCase struct {
	Number string `json:"number"`
}

// VendorAnswer is for "third-parties/N/answer".
type VendorAnswer struct {
	Finding string `json:"finding"` // at_fault, not_at_fault, not_found
	Text    string `json:"text,omitempty"`
}

// VendorEvidence is what another vendor needs to know of a request. It names
// nobody.
type VendorEvidence struct {
	Number        string         `json:"number"`
	ThirdParty    ThirdParty     `json:"third_party"`
	Title         string         `json:"title"`
	Text          string         `json:"text,omitempty"`
	ErrorString   string         `json:"error_string,omitempty"`
	Severity      int            `json:"severity"`
	Environment   string         `json:"environment,omitempty"`
	Platforms     []string       `json:"platforms,omitempty"`
	Symptom       string         `json:"symptom,omitempty"`
	RecentChanges string         `json:"recent_changes,omitempty"`
	Changes       []Change       `json:"changes,omitempty"`
	Reproductions []Reproduction `json:"reproductions"` // without who did them
	RootCause     string         `json:"root_cause,omitempty"`
}

// VendorEvidence is what the vendor of component n is given: to the customer, and
// to staff with their permission.
func (c *Client) VendorEvidence(ctx context.Context, number, n string) (VendorEvidence, error) {
	return call[VendorEvidence](ctx, c, http.MethodGet, "/v1/requests/"+url.PathEscape(number)+"/third-parties/"+url.PathEscape(n)+"/evidence", nil)
}

// Compatibility is what the compatibility guide says of a component (R39).
type Compatibility struct {
	Product             string        `json:"product"`
	Release             string        `json:"release,omitempty"`
	Answer              *Lookup       `json:"answer,omitempty"`
	Relationship        *Relationship `json:"relationship,omitempty"`
	Steps               []Choice      `json:"steps"`
	RemovalNeedsGrounds bool          `json:"removal_needs_grounds"`
	WithoutRelationship string        `json:"without_relationship,omitempty"` // suggest, require
	Entries             []Compatible  `json:"entries"`
}

// Lookup is the guide's answer on one component.
type Lookup struct {
	Lookup   string   `json:"lookup"`
	Text     string   `json:"text"`
	Note     string   `json:"note,omitempty"`
	Releases []string `json:"releases,omitempty"`
	Versions []string `json:"versions,omitempty"`
}

// Relationship is how another vendor is reached.
type Relationship struct {
	Kind    string `json:"kind"` // tsanet, cooperative, joint
	Text    string `json:"text"`
	At      string `json:"at,omitempty"`
	Contact string `json:"contact,omitempty"`
	Sample  bool   `json:"sample,omitempty"`
}

// Compatible is one row of the compatibility guide.
type Compatible struct {
	Category string   `json:"category"`
	Vendor   string   `json:"vendor"`
	Model    string   `json:"model"`
	Versions []string `json:"versions,omitempty"`
	Releases []string `json:"releases"`
	Note     string   `json:"note,omitempty"`
	Sample   bool     `json:"sample,omitempty"`
}

// CompatibilityQuery is a component beside a product; Query lists what fits.
type CompatibilityQuery struct {
	Product, Release, Vendor, Model, Version, Query string
}

// Compatibility looks a component up in the compatibility guide.
func (c *Client) Compatibility(ctx context.Context, q CompatibilityQuery) (Compatibility, error) {
	return call[Compatibility](ctx, c, http.MethodGet, "/v1/compatibility"+query("product", q.Product, "release", q.Release, "vendor", q.Vendor, "model", q.Model, "version", q.Version, "q", q.Query), nil)
}
