package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// warningView is something in a profile that is to be put right (R12).
type warningView struct {
	Key   string   `json:"key"`
	Text  string   `json:"text"`
	Rules []string `json:"rules"`
}

// safelistView is whose mails are to be let through (R12).
type safelistView struct {
	Text      string   `json:"text"`
	Addresses []string `json:"addresses"`
}

// profileView is a contact with what hangs on the profile (R12, R53).
type profileView struct {
	Contact        contactView         `json:"contact"`
	Account        account             `json:"account"`
	Safelist       *safelistView       `json:"safelist,omitempty"`
	Duties         []choice            `json:"duties" doc:"What the customer provides (R12, R54)"`
	Certifications []certificationView `json:"certifications"`
	Courses        []courseView        `json:"courses" doc:"Training, certification and consulting for the person's products, language and country"`
}

type certificationView struct {
	ID         string    `json:"id" doc:"Opaque"`
	Name       string    `json:"name"`
	Number     string    `json:"number,omitempty"`
	Product    string    `json:"product,omitempty"`
	Until      time.Time `json:"until,omitzero" doc:"Exclusive; absent: it does not end"`
	Expired    bool      `json:"expired"`
	AddedBy    string    `json:"added_by" doc:"Name"`
	At         time.Time `json:"at"`
	Verified   bool      `json:"verified" doc:"Somebody of the vendor saw the proof"`
	VerifiedBy *member   `json:"verified_by,omitempty"`
	VerifiedAt time.Time `json:"verified_at,omitzero"`
}

type courseView struct {
	ID       string   `json:"id"`
	Sort     string   `json:"sort" enum:"course,certification,consulting"`
	Text     string   `json:"text"`
	At       string   `json:"at,omitempty" doc:"Where it is found"`
	Products []string `json:"products" doc:"Empty: for all"`
	Rules    []string `json:"rules"`
}

type coursesView struct {
	Courses []courseView `json:"courses"`
}

type coursesInput struct {
	Product  string `query:"product" maxLength:"200" doc:"Key; absent: the caller's, or any"`
	Language string `query:"language" maxLength:"35" doc:"Absent: the caller's"`
	Country  string `query:"country" maxLength:"2" doc:"ISO 3166-1 alpha-2; absent: that of the caller's account"`
}

// OnContact is an input that names a contact.
type OnContact struct {
	Number string `path:"customer_number" maxLength:"32"`
}

type certificationBody struct {
	Name    string    `json:"name" maxLength:"500"`
	Number  string    `json:"number,omitempty" maxLength:"500"`
	Product string    `json:"product,omitempty" maxLength:"200" doc:"Key of the product that it is about"`
	Until   time.Time `json:"until,omitempty" doc:"Exclusive; absent: it does not end"`
}

type newCertificationInput struct {
	OnContact
	Body certificationBody
}

type certificationInput struct {
	OnContact
	ID string `path:"id" maxLength:"64"`
}

func (s *server) profileRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/contacts/{customer_number}/profile", id: "show-profile", summary: "Show a contact's profile with certifications, and courses for it",
		scope: auth.Read, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, in *OnContact) (*body[profileView], error) {
			row, err := c.contactTold(ctx, in.Number, "customer_number")
			if err == nil {
				err = c.helps(ctx, row)
			}
			if err != nil {
				return nil, absentContact(err)
			}
			return c.showProfile(ctx, row.ID)
		})
	register(s, route{method: http.MethodGet, path: "/v1/courses", id: "list-courses", summary: "Find training, certification and consulting by product, language and country",
		scope: auth.Read, permission: "read", tag: "people"},
		func(ctx context.Context, c *call, in *coursesInput) (*body[coursesView], error) {
			v, err := c.findCourses(ctx, *in)
			return &body[coursesView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: "/v1/contacts/{customer_number}/address-confirmation", id: "confirm-address", summary: "Say that mails reach a contact's address again",
		scope: auth.Write, permission: "confirm_address", tag: "people"},
		func(ctx context.Context, c *call, in *OnContact) (*body[profileView], error) {
			return c.onProfile(ctx, in.Number, func(contact int64) error { return s.desk.ConfirmAddress(ctx, c.actor, contact) })
		})
	register(s, route{method: http.MethodPost, path: "/v1/contacts/{customer_number}/certifications", id: "add-certification", summary: "Add a certification to a contact's profile",
		scope: auth.Write, permission: "add_certification", status: http.StatusCreated, tag: "people"},
		func(ctx context.Context, c *call, in *newCertificationInput) (*body[profileView], error) {
			return c.onProfile(ctx, in.Number, func(contact int64) error {
				return s.desk.AddCertification(ctx, c.actor, &support.Certification{
					Contact: contact, Name: text(in.Body.Name), Number: text(in.Body.Number), Product: in.Body.Product, Until: in.Body.Until,
				})
			})
		})
	register(s, route{method: http.MethodPut, path: "/v1/contacts/{customer_number}/certifications/{id}/verification", id: "verify-certification", summary: "Record that the proof of a certification was seen",
		scope: auth.Staff, permission: "verify_certification", tag: "people"},
		func(ctx context.Context, c *call, in *certificationInput) (*body[profileView], error) {
			id, _ := parseOpaque("cert", in.ID)
			return c.onProfile(ctx, in.Number, func(contact int64) error { return s.desk.VerifyCertification(ctx, c.actor, contact, id) })
		})
	register(s, route{method: http.MethodDelete, path: "/v1/contacts/{customer_number}/certifications/{id}", id: "remove-certification", summary: "Take a certification from a contact's profile",
		scope: auth.Write, permission: "remove_certification", tag: "people"},
		func(ctx context.Context, c *call, in *certificationInput) (*body[profileView], error) {
			id, _ := parseOpaque("cert", in.ID)
			return c.onProfile(ctx, in.Number, func(contact int64) error { return s.desk.RemoveCertification(ctx, c.actor, contact, id) })
		})
}

// absentContact words what a path names and is not there, or not to be seen.
func absentContact(err error) error {
	if e, ok := err.(*support.Error); ok && e.Key == contactUnknown {
		return support.Refuse(support.NotFound, "contact.not_found")
	}
	return err
}

// helps is nil for those who may see a whole profile: the person, staff, and the
// PLAs of the account's contracts, who help with it (R03, R08).
func (c *call) helps(ctx context.Context, row support.Contact) error {
	if c.staff() || c.actor.ID == row.ID {
		return nil
	}
	parties, err := c.store.Parties(ctx, c.viewer, c.actor.ID)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if h.Contract.Account == row.Account && h.Has(support.RoleLicencePrimary) {
			return nil
		}
	}
	return support.Refuse(support.NotFound, "contact.not_found")
}

// onProfile changes what hangs on a contact's profile and shows it to those who
// see it.
func (c *call) onProfile(ctx context.Context, number string, do func(contact int64) error) (*body[profileView], error) {
	row, err := c.contactTold(ctx, number, "customer_number")
	if err != nil {
		return nil, absentContact(err)
	}
	if err := do(row.ID); err != nil {
		return nil, err
	}
	return c.showProfile(ctx, row.ID)
}

// showProfile reads as the desk: whether the caller sees the contact was decided
// before.
func (c *call) showProfile(ctx context.Context, contact int64) (*body[profileView], error) {
	row, err := c.store.Contact(ctx, insider, contact)
	if err != nil {
		return nil, err
	}
	parties, err := c.store.Parties(ctx, insider, contact)
	if err != nil {
		return nil, err
	}
	list, err := c.store.Certifications(ctx, insider, contact)
	if err != nil {
		return nil, err
	}
	n, p := c.named(ctx), c.desk.Pack()
	v := profileView{
		Contact: c.contactView(row), Account: n.account(row.Account), Safelist: c.safelist(), Duties: items(p.Intake.Duties, c.voice().Lang),
		Certifications: []certificationView{}, Courses: c.courses(p.Courses(parties.OwnProducts(), row.Language, parties.Account.Country)),
	}
	var texts []int64
	for _, x := range list {
		texts = append(texts, x.Name.ID, x.Number.ID)
	}
	n.load(texts)
	for _, x := range list {
		shown := certificationView{
			ID: opaque("cert", x.ID), Name: n.text(x.Name), Number: n.text(x.Number), Product: x.Product, Until: x.Until,
			Expired: x.Expired(c.desk.Now()), At: x.At, Verified: x.VerifiedBy != 0, VerifiedBy: n.maybe(x.VerifiedBy), VerifiedAt: x.VerifiedAt,
		}
		shown.AddedBy = n.author(x.AddedBy)
		v.Certifications = append(v.Certifications, shown)
	}
	return &body[profileView]{v}, n.err
}

// findCourses looks for what fits; what a customer leaves out is their own.
func (c *call) findCourses(ctx context.Context, in coursesInput) (coursesView, error) {
	var products []string
	if in.Product != "" {
		if _, _, err := c.productNamed(ctx, in.Product); err != nil {
			return coursesView{}, err
		}
		products = []string{in.Product}
	}
	if in.Language == "" {
		in.Language = c.voice().Lang
	}
	if c.actor.Kind == support.Customer {
		parties, err := c.store.Parties(ctx, c.viewer, c.actor.ID)
		if err != nil {
			return coursesView{}, err
		}
		if products == nil {
			products = parties.OwnProducts()
		}
		if in.Country == "" {
			in.Country = parties.Account.Country
		}
	}
	return coursesView{c.courses(c.desk.Pack().Courses(products, in.Language, in.Country))}, nil
}

func (c *call) courses(list []policy.Course) []courseView {
	out := []courseView{}
	for _, x := range list {
		out = append(out, courseView{
			ID: x.ID, Sort: x.Sort, Text: x.Text.In(c.voice().Lang), At: x.At, Products: notNil(x.Products), Rules: notNil(x.Guide),
		})
	}
	return out
}

func (c *call) warnings(p support.Contact) []warningView {
	var out []warningView
	for _, g := range support.ProfileWarnings(c.desk.Pack(), p) {
		out = append(out, warningView{Key: g.Key, Text: c.voice().Ground(g), Rules: g.Rules})
	}
	return out
}

// safelist is what the pack asks customers to let through; nil: nothing.
func (c *call) safelist() *safelistView {
	for _, it := range c.desk.Pack().Intake.Duties {
		if it.ID == "safelist" {
			return &safelistView{Text: it.Text.In(c.voice().Lang), Addresses: []string{c.desk.Sender()}}
		}
	}
	return nil
}
