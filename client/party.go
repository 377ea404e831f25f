package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Me is who holds the token.
type Me struct {
	Kind             string   `json:"kind"` // customer, staff, system
	Name             string   `json:"name"`
	FamilyName       string   `json:"family_name"`
	GivenName        string   `json:"given_name"`
	Email            string   `json:"email,omitempty"`
	Phone            string   `json:"phone,omitempty"`
	CustomerNumber   string   `json:"customer_number,omitempty"`
	Language         string   `json:"language,omitempty"`
	Zone             string   `json:"zone,omitempty"`
	PreferredChannel string   `json:"preferred_channel,omitempty"`
	Roles            []string `json:"roles"`
	Scopes           []string `json:"scopes"`
	// BouncedAt is when a mail to the address came back; Warnings are what is to
	// be put right in the profile (R12).
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	Warnings  []Warning `json:"warnings,omitempty"`
	Safelist  *Safelist `json:"safelist,omitempty"` // to customers
}

// EntitlementQuery is what somebody wants to file, or only to know.
type EntitlementQuery struct {
	Contact       string `json:"contact,omitempty"` // customer number; staff only
	Kind          string `json:"kind,omitempty"`    // sr when empty
	Contract      string `json:"contract,omitempty"`
	Product       string `json:"product,omitempty"`
	Version       string `json:"version,omitempty"`
	Channel       string `json:"channel,omitempty"`
	Severity      int    `json:"severity,omitempty"` // 0: one receipt per severity
	Region        string `json:"region,omitempty"`
	Environment   string `json:"environment,omitempty"`
	Scope         string `json:"scope,omitempty"`
	Feature       string `json:"feature,omitempty"`
	Configuration string `json:"configuration,omitempty"` // "" or unsupported
	Language      string `json:"language,omitempty"`      // "": the contact's
}

// Entitlement is the decision; Receipts has one for each severity when none
// was asked for.
type Entitlement struct {
	Allowed  bool      `json:"allowed"`
	Receipt  *Receipt  `json:"receipt,omitempty"`
	Receipts []Receipt `json:"receipts,omitempty"`
}

// Receipt is an entitlement decision with all that it rests on.
type Receipt struct {
	At      time.Time `json:"at"`
	Pack    string    `json:"pack"`
	Kind    string    `json:"kind"`
	Product string    `json:"product,omitempty"`
	Version string    `json:"version,omitempty"`
	Phase   string    `json:"phase,omitempty"`
	// GeneralUntil and GuidanceUntil are the announced ends of the phases,
	// LegacyUntil that of an acquired company's procedure (R01); all exclusive.
	GeneralUntil  time.Time    `json:"general_until,omitzero"`
	GuidanceUntil time.Time    `json:"guidance_until,omitzero"`
	LegacyUntil   time.Time    `json:"legacy_until,omitzero"`
	Scope         string       `json:"scope,omitempty"`
	Feature       string       `json:"feature,omitempty"`
	Channel       string       `json:"channel"`
	Severity      int          `json:"severity,omitempty"`
	Allowed       bool         `json:"allowed"`
	Basis         string       `json:"basis,omitempty"`
	Contract      string       `json:"contract,omitempty"`
	Offering      string       `json:"offering,omitempty"`
	Region        string       `json:"region,omitempty"`
	Considered    []Considered `json:"considered"`
	Grounds       []Ground     `json:"grounds"`
	Coverage      *Coverage    `json:"coverage,omitempty"`
	Routes        []Route      `json:"routes"`
}

// Considered is one contract or registration and whether it fits.
type Considered struct {
	Contract string   `json:"contract,omitempty"`
	Offering string   `json:"offering,omitempty"`
	Fits     bool     `json:"fits"`
	Grounds  []Ground `json:"grounds"`
}

// Ground is one reason, in words and as key, with the guide's ids.
type Ground struct {
	Key   string            `json:"key"`
	Args  map[string]string `json:"args,omitempty"`
	Rules []string          `json:"rules"`
	Text  string            `json:"text"`
}

// Coverage is what follows: which hours, which target, and whether after-hours
// support can be bought.
type Coverage struct {
	Hours      string    `json:"hours"`
	Calendar   string    `json:"calendar,omitempty"`
	Zone       string    `json:"zone,omitempty"`
	OpenNow    bool      `json:"open_now"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Target     *Target   `json:"target,omitempty"`
	AnsweredBy []string  `json:"answered_by,omitempty"` // phone, mail, portal
	AfterHours string    `json:"after_hours"`           // hidden, purchasable
	CallNow    bool      `json:"call_now,omitempty"`
	Remote     bool      `json:"remote,omitempty"` // remote sessions belong to the offering
	Service    *Service  `json:"service,omitempty"`
	Duty       *Duty     `json:"duty,omitempty"`
}

// Duty is what the customer does in return at a severity (R18, R54). People and
// Missing are of a request: who is kept available, or that nobody is named yet.
type Duty struct {
	Text    string   `json:"text"`
	Rules   []string `json:"rules"`
	People  []Person `json:"people,omitempty"`
	Missing bool     `json:"missing,omitempty"`
}

// Route is a way that stays open.
type Route struct {
	ID    string   `json:"id"`
	Rules []string `json:"rules"`
	Text  string   `json:"text"`
}

// Caller is what staff see when somebody calls (R08, R16).
type Caller struct {
	Contact   Profile      `json:"contact"`
	Account   Account      `json:"account"`
	Contracts []CallerRole `json:"contracts"`
	Requests  []Row        `json:"requests"` // open ones, at most 50
}

// CallerRole is a contract as the caller holds it.
type CallerRole struct {
	Number   string    `json:"number"`
	Offering string    `json:"offering"`
	State    string    `json:"state"`
	Products []string  `json:"products"`
	Roles    []string  `json:"roles"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

// Profile is a contact with how to reach them.
type Profile struct {
	Name             string `json:"name"`
	FamilyName       string `json:"family_name"`
	GivenName        string `json:"given_name"`
	CustomerNumber   string `json:"customer_number"`
	Email            string `json:"email"`
	Phone            string `json:"phone,omitempty"`
	Language         string `json:"language"`
	Zone             string `json:"zone"`
	PreferredChannel string `json:"preferred_channel"`
	Active           bool   `json:"active"`

	BouncedAt time.Time `json:"bounced_at,omitzero"`
	Warnings  []Warning `json:"warnings,omitempty"`
}

// Contract is a contract with its people and papers, as far as the caller may
// see them.
type Contract struct {
	Number        string            `json:"number"`
	Account       Account           `json:"account"`
	Offering      string            `json:"offering"`
	Products      []string          `json:"products"`
	Regions       []string          `json:"regions"`
	StartsAt      time.Time         `json:"starts_at"`
	EndsAt        time.Time         `json:"ends_at"`
	State         string            `json:"state"`
	Order         string            `json:"order,omitempty"`
	MyRoles       []string          `json:"my_roles"`
	Primary       *Reach            `json:"primary,omitempty"`
	Roles         []RoleHolder      `json:"roles,omitempty"`
	SupportAdmins Seats             `json:"support_admins"`
	Incidents     []IncidentPack    `json:"incidents,omitempty"`
	Folders       []Folder          `json:"folders,omitempty"`
	Licences      []Licence         `json:"licences,omitempty"`
	Agreement     *LicenceAgreement `json:"agreement,omitempty"`
	Confirmation  *Confirmation     `json:"confirmation,omitempty"`
}

// Reach is how the people of a contract reach its PLA (R13).
type Reach struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language"`
}

// RoleHolder is a contact with a role on a contract.
type RoleHolder struct {
	Person
	Role string `json:"role"`
}

// Seats is how many of a role's places are taken; Max 0 is no limit.
type Seats struct {
	Taken int `json:"taken"`
	Max   int `json:"max"`
}

// IncidentPack is a bought number of incidents (R52, A20).
type IncidentPack struct {
	Bought    int       `json:"bought"`
	Reserved  int       `json:"reserved"`
	Spent     int       `json:"spent"`
	Available int       `json:"available"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Clock is the demo's clock.
type Clock struct {
	Now time.Time `json:"now"`
}

// Token is an access token without its secret.
type Token struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Holder string `json:"holder,omitempty"` // e-mail
	// CustomerNumber is that of a holder who is a contact.
	CustomerNumber string    `json:"customer_number,omitempty"`
	Scopes         []string  `json:"scopes"`
	CreatedAt      time.Time `json:"created_at"`
	ExpiresAt      time.Time `json:"expires_at,omitzero"`
	RevokedAt      time.Time `json:"revoked_at,omitzero"`
}

// NewToken is a token to make: for oneself, or by admins for the contact with
// that customer number or the member of staff with that e-mail address.
type NewToken struct {
	Name      string    `json:"name"`
	Holder    string    `json:"holder,omitempty"`
	Scopes    []string  `json:"scopes"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// MadeToken is a new token with its secret.
type MadeToken struct {
	Token
	Secret string `json:"secret"`
}

// Contracts are those on which the caller holds a role; for staff with a
// customer number those of that contact.
func (c *Client) Contracts(ctx context.Context, customerNumber string) ([]Contract, error) {
	var out struct {
		Contracts []Contract `json:"contracts"`
	}
	return out.Contracts, c.Do(ctx, http.MethodGet, "/v1/contracts"+query("contact", customerNumber), nil, &out)
}

// Contract is one contract by its number.
func (c *Client) Contract(ctx context.Context, number string) (Contract, error) {
	return call[Contract](ctx, c, http.MethodGet, "/v1/contracts/"+url.PathEscape(number), nil)
}

// GrantRole gives a contact a role on a contract (R02, R03).
func (c *Client) GrantRole(ctx context.Context, contract, customerNumber, role string) (Contract, error) {
	var out Contract
	return out, c.Do(ctx, http.MethodPost, "/v1/contracts/"+url.PathEscape(contract)+"/roles",
		map[string]string{"contact": customerNumber, "role": role}, &out)
}

// RevokeRole takes it back.
func (c *Client) RevokeRole(ctx context.Context, contract, customerNumber, role string) (Contract, error) {
	var out Contract
	path := "/v1/contracts/" + url.PathEscape(contract) + "/roles/" + url.PathEscape(customerNumber) + "/" + url.PathEscape(role)
	return out, c.Do(ctx, http.MethodDelete, path, nil, &out)
}

// ReplacePrimary puts another contact in the place of the PLA (R02, R07).
func (c *Client) ReplacePrimary(ctx context.Context, contract, customerNumber string) (Contract, error) {
	var out Contract
	return out, c.Do(ctx, http.MethodPut, "/v1/contracts/"+url.PathEscape(contract)+"/primary",
		map[string]string{"contact": customerNumber}, &out)
}

// Tokens are the caller's; for admins all.
func (c *Client) Tokens(ctx context.Context) ([]Token, error) {
	var out struct {
		Tokens []Token `json:"tokens"`
	}
	return out.Tokens, c.Do(ctx, http.MethodGet, "/v1/tokens", nil, &out)
}

// MakeToken makes a token; its secret is not shown again.
func (c *Client) MakeToken(ctx context.Context, t NewToken) (MadeToken, error) {
	return call[MadeToken](ctx, c, http.MethodPost, "/v1/tokens", t)
}

// RevokeToken ends a token at once.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/tokens/"+url.PathEscape(id), nil, nil)
}
