package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// profile carries out steps about people's profiles and what they are sold. It
// tells whether the verb is one of them.
func (p *player) profile(ctx context.Context, c *client.Client, who, verb string, a *scenario.Args) (known bool, err error) {
	for _, verbs := range []func(context.Context, *client.Client, string, *scenario.Args) (bool, error){p.plan, p.calling, p.alerting} {
		if known, err := verbs(ctx, c, verb, a); known {
			return true, err
		}
	}
	number := p.numbers[who]
	if a.Has("contact") {
		number = p.numbers[a.Word("contact")]
	}
	switch verb {
	case "add_contract":
		return true, p.sell(ctx, c, a)
	case "add_contact":
		return true, p.welcome(ctx, c, a)
	case "letter":
		return true, p.letter(a)
	case "change_details":
		var f client.File
		p.available(&f, "", a)
		gathered(&f.Details, a)
		return true, c.Do(ctx, http.MethodPatch, "/v1/requests/"+p.number, f.Details, nil)
	case "registrations":
		list, err := c.Registrations(ctx, number)
		p.shown = map[string]string{"products": joined(list, func(r client.Registration) string { return r.Product })}
		return true, err
	case "report_wrong":
		return true, p.wrongLicences(ctx, c, who, a.Word("number"), a.Word("text"))
	case "courses":
		list, err := c.Courses(ctx, a.Word("product"), a.Word("language"), a.Word("country"))
		p.shown = map[string]string{"courses": joined(list, func(x client.Course) string { return x.ID })}
		return true, err
	}
	var got client.ContactProfile
	switch verb {
	case "profile":
		got, err = c.ContactProfile(ctx, number)
	case "confirm_address":
		got, err = c.ConfirmAddress(ctx, number)
	case "certify":
		got, err = c.AddCertification(ctx, number, client.NewCertification{
			Name: a.Word("name"), Number: a.Word("number"), Product: a.Word("product"), Until: a.Instant("until"),
		})
	case "verify":
		if got, err = c.ContactProfile(ctx, number); err == nil {
			got, err = c.VerifyCertification(ctx, number, got.Certifications[0].ID)
		}
	case "change_email":
		email := a.Word("to")
		p.had[who] = p.addresses(who)
		if _, err = c.ChangeContact(ctx, number, client.ContactChange{Email: &email}); err == nil {
			got, err = c.ContactProfile(ctx, number)
		}
	default:
		return false, nil
	}
	p.profiled(got)
	return true, err
}

func (p *player) profiled(got client.ContactProfile) {
	p.shown = map[string]string{
		"warned": joined(got.Contact.Warnings, func(w client.Warning) string { return w.Key }), "bounced": got.Contact.BouncedAt.Format(time.RFC3339Nano),
		"number": yes(len(got.Contact.CustomerNumber) == 10), "courses": joined(got.Courses, func(x client.Course) string { return x.ID }),
	}
	if got.Safelist != nil {
		p.shown["safelist"] = strings.Join(got.Safelist.Addresses, ",")
	}
	for i, x := range got.Certifications {
		n := strconv.Itoa(i + 1)
		p.shown["certification"+n], p.shown["expired"+n], p.shown["verified"+n] = x.Name, yes(x.Expired), yes(x.Verified)
	}
}

// sell adds a contract to the account of its PLA.
func (p *player) sell(ctx context.Context, c *client.Client, a *scenario.Args) error {
	caller, err := c.Caller(ctx, p.numbers[a.Word("primary")])
	if err != nil {
		return err
	}
	return c.Do(ctx, http.MethodPost, "/v1/contracts", map[string]any{
		"account": caller.Account.ID, "number": a.Word("number"), "offering": a.Word("offering"), "products": a.Words("products"),
		"regions": a.Words("regions"), "starts_at": p.now, "ends_at": p.now.AddDate(1, 0, 0), "primary": p.numbers[a.Word("primary")],
		"order": a.Word("order"),
	}, nil)
}

// welcome adds a contact to the account of another.
func (p *player) welcome(ctx context.Context, c *client.Client, a *scenario.Args) error {
	caller, err := p.as("hayashi").Caller(ctx, p.numbers[a.Word("of")])
	if err != nil {
		return err
	}
	var got client.Profile
	err = c.Do(ctx, http.MethodPost, "/v1/contacts", map[string]any{
		"account": caller.Account.ID, "family_name": a.Word("family"), "email": a.Word("email"), "language": "ja", "zone": "Asia/Tokyo",
	}, &got)
	p.profiled(client.ContactProfile{Contact: got})
	return err
}

// letter looks into the outbox for a letter of a kind to an address.
func (p *player) letter(a *scenario.Args) error {
	files, err := filepath.Glob(filepath.Join(p.data, "outbox", "*."+a.Word("template")+".*.eml"))
	if err != nil {
		return err
	}
	to, holds := a.Word("to"), a.Word("holds")
	p.shown = map[string]string{"sent": "no"}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		text, reader, err := plainText(f)
		if closing := f.Close(); err != nil || closing != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if reader == to {
			p.shown["sent"], p.shown["holds"] = "yes", yes(strings.Contains(text, holds))
		}
	}
	return nil
}

// wrongLicences says so and files what is prepared for it.
func (p *player) wrongLicences(ctx context.Context, c *client.Client, who, contract, text string) error {
	if _, err := c.ConfirmLicences(ctx, contract, "wrong"); err != nil {
		return err
	}
	d, err := c.Draft(ctx, contract, "licences")
	if err != nil {
		return err
	}
	r, err := c.File(ctx, d.File(text))
	p.number, p.contact, p.requests[""] = r.Number, who, r.Number
	return err
}
