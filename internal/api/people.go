package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// contactChange are the parts of a contact's profile that somebody else
// changes for them; absent ones stay.
type contactChange struct {
	ProfileBody
	Active *bool `json:"active,omitempty" doc:"False: the person has left and is written to no more; staff only"`
}

// staffChange are the parts of a member of staff's row; absent ones stay.
type staffChange struct {
	FamilyName *string   `json:"family_name,omitempty" maxLength:"500"`
	GivenName  *string   `json:"given_name,omitempty" maxLength:"500"`
	Email      *string   `json:"email,omitempty" maxLength:"254"`
	Language   *string   `json:"language,omitempty" maxLength:"35"`
	Languages  *[]string `json:"languages,omitempty" maxItems:"20"`
	Skills     *[]string `json:"skills,omitempty" maxItems:"100"`
	Roles      *[]string `json:"roles,omitempty" maxItems:"10" enum:"csr,tse,team_licence,duty_manager,engineering,beta,security,admin" doc:"Those that are left out are gone at once"`
	Site       *string   `json:"site,omitempty" maxLength:"200"`
	Zone       *string   `json:"zone,omitempty" maxLength:"64"`
	Duty       *string   `json:"duty,omitempty" enum:"on_call,duty,none"`
	Active     *bool     `json:"active,omitempty" doc:"False: the person has left; their tokens end, their notices go to those on call"`
}

type dutyBody struct {
	Duty string `json:"duty" enum:"on_call,duty,none" doc:"Several may share a duty; all of them are paged"`
}

// OnStaff is an input that names a member of staff.
type OnStaff struct {
	Email string `path:"email" maxLength:"254"`
}

type staffChangeInput struct {
	OnStaff
	Body staffChange
}

type dutyInput struct {
	OnStaff
	Body dutyBody
}

type contactChangeInput struct {
	Number string `path:"customer_number" maxLength:"32"`
	Body   contactChange
}

// accountsView and contactsView are pages of who there is.
type accountsView struct {
	Accounts []account `json:"accounts"`
	Next     string    `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type contactsView struct {
	Contacts []contactView `json:"contacts"`
	Next     string        `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

// Paged is an input of a list in the order in which things were added.
type Paged struct {
	After string `query:"after" maxLength:"64" doc:"Cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type contactsListInput struct {
	Paged
	Account string `query:"account" required:"true" maxLength:"64"`
}

// listingRoutes are how staff find whom they have no number of.
func (s *server) listingRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/accounts", id: "list-accounts", summary: "List organisations",
		scope: auth.Staff, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, in *Paged) (*body[accountsView], error) {
			list, next, err := pageOf(*in,
				func(after int64, most int) ([]support.Account, error) {
					return s.store.Accounts(ctx, c.viewer, after, most)
				},
				func(a support.Account) int64 { return a.ID },
				func(a support.Account) (account, error) {
					return account{ID: accountID(a.ID), Name: a.Name, Country: a.Country}, nil
				})
			return &body[accountsView]{accountsView{Accounts: list, Next: next}}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/contacts", id: "list-contacts", summary: "List an organisation's contacts",
		scope: auth.Staff, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, in *contactsListInput) (*body[contactsView], error) {
			home, ok := parseOpaque("acc", in.Account)
			if !ok {
				return nil, support.Wrong("account", "api.account_form")
			}
			list, next, err := pageOf(in.Paged,
				func(after int64, most int) ([]support.Contact, error) {
					return s.store.Contacts(ctx, c.viewer, home, after, most)
				},
				func(p support.Contact) int64 { return p.ID },
				func(p support.Contact) (contactView, error) { return c.contactView(p), nil })
			return &body[contactsView]{contactsView{Contacts: list, Next: next}}, err
		})
}

// pageOf reads the rows of a page, and one more, shows them, and gives the cursor
// of the page after: "" when this is the last one.
func pageOf[R, V any](in Paged, read func(after int64, most int) ([]R, error), id func(R) int64, show func(R) (V, error)) (shown []V, next string, err error) {
	after, err := in.cursor()
	if err != nil {
		return nil, "", err
	}
	rows, err := read(after, in.Limit+1)
	if err != nil {
		return nil, "", err
	}
	shown = []V{}
	for i, row := range rows {
		if i == in.Limit {
			return shown, opaque("at", id(rows[i-1])), nil
		}
		v, err := show(row)
		if err != nil {
			return nil, "", err
		}
		shown = append(shown, v)
	}
	return shown, "", nil
}

func (in Paged) cursor() (int64, error) {
	if in.After == "" {
		return 0, nil
	}
	id, ok := parseOpaque("at", in.After)
	if !ok {
		return 0, support.Wrong("after", "list.cursor")
	}
	return id, nil
}

// changingRoutes change people who are there.
func (s *server) changingRoutes() {
	register(s, route{method: http.MethodPatch, path: "/v1/contacts/{customer_number}", id: "change-contact", summary: "Change parts of a contact's profile, or close it",
		scope: auth.Write, permission: "change_contact", tag: "people"},
		func(ctx context.Context, c *call, in *contactChangeInput) (*body[contactView], error) {
			row, err := c.contactTold(ctx, in.Number, "customer_number")
			if err != nil {
				return nil, absentContact(err)
			}
			in.Body.change(&row)
			if in.Body.Active != nil {
				row.Active = *in.Body.Active
			}
			if err := s.desk.ChangeContact(ctx, c.actor, row); err != nil {
				return nil, err
			}
			row, err = s.store.Contact(ctx, insider, row.ID)
			return &body[contactView]{c.contactView(row)}, err
		})
	register(s, route{method: http.MethodPatch, path: "/v1/staff/{email}", id: "change-staff", summary: "Change a member of staff: roles, duty, whether they work here",
		scope: auth.Admin, permission: "change_staff", tag: "people"},
		func(ctx context.Context, c *call, in *staffChangeInput) (*body[staffView], error) {
			row, err := c.staffNamed(ctx, in.Email, "email")
			if err != nil {
				return nil, err
			}
			in.Body.change(&row)
			if err := s.desk.ChangeStaff(ctx, c.actor, row); err != nil {
				return nil, err
			}
			return &body[staffView]{c.staffView(row)}, nil
		})
	register(s, route{method: http.MethodPut, path: "/v1/staff/{email}/duty", id: "set-duty", summary: "Put a member of staff on call, make them the duty manager, or neither",
		scope: auth.Staff, permission: "set_duty", tag: "people"},
		func(ctx context.Context, c *call, in *dutyInput) (*body[staffView], error) {
			row, err := c.staffNamed(ctx, in.Email, "email")
			if err != nil {
				return nil, err
			}
			row.Duty = duty(in.Body.Duty)
			if err := s.desk.SetDuty(ctx, c.actor, row.ID, row.Duty); err != nil {
				return nil, err
			}
			return &body[staffView]{c.staffView(row)}, nil
		})
}

// duty is the desk's word for a duty: none is no word.
func duty(word string) string {
	if word == "none" {
		return ""
	}
	return word
}

func (b staffChange) change(row *support.Staff) {
	keep(&row.FamilyName, b.FamilyName)
	keep(&row.GivenName, b.GivenName)
	keep(&row.Email, b.Email)
	keep(&row.Language, b.Language)
	keep(&row.Site, b.Site)
	keep(&row.Zone, b.Zone)
	if b.Languages != nil {
		row.Languages = *b.Languages
	}
	if b.Skills != nil {
		row.Skills = *b.Skills
	}
	if b.Roles != nil {
		row.Roles = roles(*b.Roles)
	}
	if b.Duty != nil {
		row.Duty = duty(*b.Duty)
	}
	if b.Active != nil {
		row.Active = *b.Active
	}
}
