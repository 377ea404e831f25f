package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Warning is something in a profile that is to be put right (R12).
type Warning struct {
	Key   string   `json:"key"`
	Text  string   `json:"text"`
	Rules []string `json:"rules"`
}

// Safelist is whose mails are to be let through (R12).
type Safelist struct {
	Text      string   `json:"text"`
	Addresses []string `json:"addresses"`
}

// ContactProfile is a contact with what hangs on the profile (R12, R53).
type ContactProfile struct {
	Contact        Profile         `json:"contact"`
	Account        Account         `json:"account"`
	Safelist       *Safelist       `json:"safelist,omitempty"`
	Duties         []Choice        `json:"duties"`
	Certifications []Certification `json:"certifications"`
	Courses        []Course        `json:"courses"`
}

// Certification is something that a contact was certified for (R53). A zero
// Until does not end.
type Certification struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Number     string    `json:"number,omitempty"`
	Product    string    `json:"product,omitempty"`
	Until      time.Time `json:"until,omitzero"`
	Expired    bool      `json:"expired"`
	AddedBy    string    `json:"added_by"` // name
	At         time.Time `json:"at"`
	Verified   bool      `json:"verified"`
	VerifiedBy *Member   `json:"verified_by,omitempty"`
	VerifiedAt time.Time `json:"verified_at,omitzero"`
}

// NewCertification is one to add to a profile.
type NewCertification struct {
	Name    string    `json:"name"`
	Number  string    `json:"number,omitempty"`
	Product string    `json:"product,omitempty"`
	Until   time.Time `json:"until,omitzero"`
}

// Course is a training, a certification or consulting (R53). Products is empty
// for all.
type Course struct {
	ID       string   `json:"id"`
	Sort     string   `json:"sort"` // course, certification, consulting
	Text     string   `json:"text"`
	At       string   `json:"at,omitempty"`
	Products []string `json:"products"`
	Rules    []string `json:"rules"`
}

func (c *Client) onProfile(ctx context.Context, method, customerNumber, rest string, body any) (ContactProfile, error) {
	return call[ContactProfile](ctx, c, method, "/v1/contacts/"+url.PathEscape(customerNumber)+rest, body)
}

// ContactProfile shows a contact's profile: one's own, or for staff anybody's.
func (c *Client) ContactProfile(ctx context.Context, customerNumber string) (ContactProfile, error) {
	return c.onProfile(ctx, http.MethodGet, customerNumber, "/profile", nil)
}

// ConfirmAddress says that mails reach the contact's address again (R12).
func (c *Client) ConfirmAddress(ctx context.Context, customerNumber string) (ContactProfile, error) {
	return c.onProfile(ctx, http.MethodPost, customerNumber, "/address-confirmation", nil)
}

// AddCertification adds a certification to a profile.
func (c *Client) AddCertification(ctx context.Context, customerNumber string, n NewCertification) (ContactProfile, error) {
	return c.onProfile(ctx, http.MethodPost, customerNumber, "/certifications", n)
}

// VerifyCertification records that the proof was seen: for staff.
func (c *Client) VerifyCertification(ctx context.Context, customerNumber, id string) (ContactProfile, error) {
	return c.onProfile(ctx, http.MethodPut, customerNumber, "/certifications/"+url.PathEscape(id)+"/verification", nil)
}

// RemoveCertification takes a certification from a profile.
func (c *Client) RemoveCertification(ctx context.Context, customerNumber, id string) (ContactProfile, error) {
	return c.onProfile(ctx, http.MethodDelete, customerNumber, "/certifications/"+url.PathEscape(id), nil)
}

// Courses finds training, certification and consulting; "" is the caller's own
// product, language or country.
func (c *Client) Courses(ctx context.Context, product, language, country string) ([]Course, error) {
	var out struct {
		Courses []Course `json:"courses"`
	}
	return out.Courses, c.Do(ctx, http.MethodGet, "/v1/courses"+query("product", product, "language", language, "country", country), nil, &out)
}
