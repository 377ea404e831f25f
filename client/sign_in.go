package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Pass is a one-time link with which somebody sets a password.
type Pass struct {
	Mailed bool      `json:"mailed"`
	Link   string    `json:"link,omitempty"` // where it was not mailed
	EndsAt time.Time `json:"ends_at"`
}

// Factors are what somebody signs in with.
type Factors struct {
	Password      bool      `json:"password"`
	App           bool      `json:"app"`
	RecoveryCodes int       `json:"recovery_codes"` // that are left
	Passkeys      []Passkey `json:"passkeys"`
	Providers     []Link    `json:"providers"`
}

// Link is an OpenID provider by which a member of staff comes.
type Link struct {
	Issuer string    `json:"issuer"`
	MadeAt time.Time `json:"made_at"`
	UsedAt time.Time `json:"used_at"`
}

// Passkey is one of somebody's passkeys.
type Passkey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	MadeAt  time.Time `json:"made_at"`
	UsedAt  time.Time `json:"used_at,omitzero"` // zero: never
	Suspect bool      `json:"suspect,omitempty"`
}

// Session is somebody signed in with a browser.
type Session struct {
	ID      string    `json:"id"`
	Proof   string    `json:"proof"` // password, password_code, passkey, provider, demo
	Agent   string    `json:"agent"`
	Address string    `json:"address"`
	MadeAt  time.Time `json:"made_at"`
	SeenAt  time.Time `json:"seen_at"`
	EndsAt  time.Time `json:"ends_at"`
}

// userPath is below which somebody lies: a contact by customer number, a member of
// staff by e-mail address.
func userPath(who, below string) string { return "/v1/users/" + url.PathEscape(who) + below }

// Invite lets somebody set their first password, by mail or by a link to bring to
// them: for admins, as all that follows.
func (c *Client) Invite(ctx context.Context, who string, mail bool) (Pass, error) {
	return call[Pass](ctx, c, http.MethodPost, userPath(who, "/invitation"), map[string]bool{"mail": mail})
}

// ResetUser takes somebody's password and sessions, and lets them set another
// password in the same manner.
func (c *Client) ResetUser(ctx context.Context, who string, mail bool) (Pass, error) {
	return call[Pass](ctx, c, http.MethodPost, userPath(who, "/reset"), map[string]bool{"mail": mail})
}

// Factors are what somebody signs in with.
func (c *Client) Factors(ctx context.Context, who string) (Factors, error) {
	return call[Factors](ctx, c, http.MethodGet, userPath(who, "/factors"), nil)
}

// RemoveFactor takes away what somebody has lost: "app", "recovery_codes",
// "provider", or the id of a passkey.
func (c *Client) RemoveFactor(ctx context.Context, who, factor string) error {
	return c.Do(ctx, http.MethodDelete, userPath(who, "/factors/"+url.PathEscape(factor)), nil, nil)
}

// Sessions are where somebody is signed in, the last used first.
func (c *Client) Sessions(ctx context.Context, who string) ([]Session, error) {
	var out struct {
		Sessions []Session `json:"sessions"`
	}
	err := c.Do(ctx, http.MethodGet, userPath(who, "/sessions"), nil, &out)
	return out.Sessions, err
}

// EndSession signs somebody out of one session, or of "all".
func (c *Client) EndSession(ctx context.Context, who, session string) error {
	return c.Do(ctx, http.MethodDelete, userPath(who, "/sessions/"+url.PathEscape(session)), nil, nil)
}
