package client

import (
	"context"
	"net/http"
	"net/url"
)

// ContactChange are parts of a contact's profile; nil ones stay. Active false
// closes it: the person has left and is written to no more.
type ContactChange struct {
	FamilyName       *string `json:"family_name,omitempty"`
	GivenName        *string `json:"given_name,omitempty"`
	Email            *string `json:"email,omitempty"`
	Phone            *string `json:"phone,omitempty"`
	Language         *string `json:"language,omitempty"`
	Zone             *string `json:"zone,omitempty"`
	PreferredChannel *string `json:"preferred_channel,omitempty"` // phone, mail, portal
	Active           *bool   `json:"active,omitempty"`
}

// Staff is somebody of the vendor's side.
type Staff struct {
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Language  string   `json:"language"`
	Languages []string `json:"languages"`
	Skills    []string `json:"skills"`
	Roles     []string `json:"roles"`
	Site      string   `json:"site,omitempty"`
	Zone      string   `json:"zone"`
	Duty      string   `json:"duty,omitempty"` // on_call, duty
	Active    bool     `json:"active"`
}

// StaffChange are parts of a member of staff's row; nil ones stay. Roles and
// lists replace what was there.
type StaffChange struct {
	FamilyName *string   `json:"family_name,omitempty"`
	GivenName  *string   `json:"given_name,omitempty"`
	Email      *string   `json:"email,omitempty"`
	Language   *string   `json:"language,omitempty"`
	Languages  *[]string `json:"languages,omitempty"`
	Skills     *[]string `json:"skills,omitempty"`
	Roles      *[]string `json:"roles,omitempty"`
	Site       *string   `json:"site,omitempty"`
	Zone       *string   `json:"zone,omitempty"`
	Duty       *string   `json:"duty,omitempty"` // on_call, duty, none
	Active     *bool     `json:"active,omitempty"`
}

// Accounts is one page of the organisations; after is the cursor next of the
// page before, "" at first, and next is "" at the end. limit is 1..200, 0 for 50.
func (c *Client) Accounts(ctx context.Context, after string, limit int) (page []Account, next string, err error) {
	var out struct {
		Accounts []Account `json:"accounts"`
		Next     string    `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/accounts"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Accounts, out.Next, err
}

// Contacts is one page of an organisation's contacts, in the same manner.
func (c *Client) Contacts(ctx context.Context, account, after string, limit int) (page []Profile, next string, err error) {
	var out struct {
		Contacts []Profile `json:"contacts"`
		Next     string    `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/contacts"+query("account", account, "after", after, "limit", count(limit)), nil, &out)
	return out.Contacts, out.Next, err
}

// ChangeContact changes parts of a contact's profile (R08, R12).
func (c *Client) ChangeContact(ctx context.Context, customerNumber string, change ContactChange) (Profile, error) {
	return call[Profile](ctx, c, http.MethodPatch, "/v1/contacts/"+url.PathEscape(customerNumber), change)
}

// ChangeStaff changes parts of a member of staff's row: for admins.
func (c *Client) ChangeStaff(ctx context.Context, email string, change StaffChange) (Staff, error) {
	return call[Staff](ctx, c, http.MethodPatch, "/v1/staff/"+url.PathEscape(email), change)
}

// SetDuty puts a member of staff on call ("on_call"), makes them the duty
// manager ("duty"), or neither ("none"): for duty managers and admins.
func (c *Client) SetDuty(ctx context.Context, email, duty string) (Staff, error) {
	return call[Staff](ctx, c, http.MethodPut, "/v1/staff/"+url.PathEscape(email)+"/duty", map[string]string{"duty": duty})
}
