package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	netmail "net/mail"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddAccount adds an organisation and fills its id.
func (d *Desk) AddAccount(ctx context.Context, by support.Actor, a *support.Account) error {
	if err := checkName(a.Name, "name"); err != nil {
		return err
	}
	if err := d.checkCountry(a.Country); err != nil {
		return err
	}
	return d.change(ctx, by, "add_account", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		added := *a
		added.ID = 0
		if err := tx.AddAccount(&added); err != nil {
			return entry{}, err
		}
		*a = added
		return entry{"account", a.ID, map[string]any{"country": a.Country, "restricted": a.Restricted}}, nil
	})
}

// AddContact adds a person of the customer's side, fills the id and draws the
// customer number: 10 digits, one per contact, never used again (R16). The
// address is unique among active contacts (R12). Imports and demos, acting as
// the system, may give a number of their own.
func (d *Desk) AddContact(ctx context.Context, by support.Actor, c *support.Contact) error {
	if c.PreferredChannel == "" {
		c.PreferredChannel = support.Mail
	}
	if err := checkContact(*c); err != nil {
		return err
	}
	if err := d.checkLanguage(c.Language, "language"); err != nil {
		return err
	}
	if err := support.CheckAddress(d.Pack(), c.Email); err != nil {
		return err
	}
	given := ""
	if c.Number != "" {
		if by.Kind != support.System {
			return support.Wrong("number", "customer_number.drawn")
		}
		var err error
		if given, err = support.ParseCustomerNumber(c.Number); err != nil {
			return err
		}
	}
	return d.change(ctx, by, "add_contact", about{account: c.Account}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := tx.Account(c.Account); err != nil {
			return entry{}, absent(err, "account", "account.not_found")
		}
		added := *c
		added.ID, added.Number, added.Active, added.BouncedAt = 0, given, true, time.Time{}
		if given == "" {
			var err error
			if added.Number, err = drawNumber(tx); err != nil {
				return entry{}, err
			}
		}
		if err := tx.AddContact(&added); err != nil {
			return entry{}, err
		}
		if by.Kind != support.System { // imports and demos know their people
			if err := toContact(tx, support.Subject{Kind: "contact", ID: added.ID}, "welcome", "", added.ID); err != nil {
				return entry{}, err
			}
		}
		*c = added
		return entry{"contact", c.ID, map[string]any{"account": c.Account}}, nil
	})
}

// drawNumber draws until the number is nobody's and never was.
func drawNumber(tx *store.Tx) (string, error) {
	for range 20 {
		n, err := rand.Int(rand.Reader, big.NewInt(900_000_000))
		if err != nil {
			return "", fmt.Errorf("draw customer number: %w", err)
		}
		number, err := tx.NewCustomerNumber(n.Add(n, big.NewInt(100_000_000)).String())
		if support.CodeOf(err) == support.Conflict {
			continue
		}
		return number, err
	}
	return "", support.Refuse(support.Busy, "customer_number.exhausted")
}

// ChangeContact replaces a person's profile: the person's own, the CSR's help
// with it, or the PLA's of the account (R03, R08, R12). Account, number and the
// survey's instant stay as they are; only staff close a profile (Active).
func (d *Desk) ChangeContact(ctx context.Context, by support.Actor, c support.Contact) error {
	return d.ChangeContactIf(ctx, by, c, "")
}

// ChangeContactIf is [Desk.ChangeContact] where the change rests on what was read
// ([ReadContact]): it is a conflict when somebody has changed that meanwhile.
func (d *Desk) ChangeContactIf(ctx context.Context, by support.Actor, c support.Contact, read string) error {
	return d.onProfile(ctx, by, "change_contact", c.ID, func(tx *store.Tx, was support.Contact, _ time.Time) (entry, error) {
		if err := stillRead(read, ReadContact(was)); err != nil {
			return entry{}, err
		}
		// Who may not change it does not learn from a wrong value that it exists.
		if err := checkContact(c); err != nil {
			return entry{}, err
		}
		if c.Language != was.Language {
			if err := d.checkLanguage(c.Language, "language"); err != nil {
				return entry{}, err
			}
		}
		changed := c
		changed.Account, changed.Number, changed.SurveySentAt = was.Account, was.Number, was.SurveySentAt
		if c.Email != was.Email {
			if err := support.CheckAddress(d.Pack(), c.Email); err != nil {
				return entry{}, err
			}
		}
		if by.Kind == support.Customer && changed.Active != was.Active {
			return entry{}, support.Refuse(support.Forbidden, "contact.active_by_staff")
		}
		if was.Active && !changed.Active {
			if err := notPrimary(tx, c.ID); err != nil {
				return entry{}, err
			}
		}
		if was.Active != changed.Active || was.Email != changed.Email {
			if err := endAccess(tx, by, c.ID); err != nil {
				return entry{}, err
			}
		}
		return entry{"contact", c.ID, map[string]any{"active": changed.Active}}, tx.UpdateContact(changed)
	})
}

// ConfirmAddress says that mails reach the contact's address (again): the
// person's word, or that of whoever helps with the profile (R08, R12).
func (d *Desk) ConfirmAddress(ctx context.Context, by support.Actor, contact int64) error {
	self := support.Actor{Kind: support.Customer, ID: contact}
	return d.change(ctx, by, "confirm_address", about{owner: self}, func(tx *store.Tx, _ time.Time) (entry, error) {
		c, err := tx.Contact(contact)
		if err != nil {
			return entry{}, absent(err, "contact", "contact.not_found")
		}
		if err := d.unbounced(tx, by, c.Email); err != nil {
			return entry{}, err
		}
		return entry{"contact", contact, map[string]any{}}, tx.ClearBounced(contact)
	})
}

// notPrimary keeps a contract from being left without its PLA (R02).
func notPrimary(tx *store.Tx, contact int64) error {
	parties, err := tx.Parties(contact)
	if err != nil {
		return err
	}
	for _, h := range parties.Holdings {
		if h.Has(support.RoleLicencePrimary) && h.Contract.State == support.ContractActive {
			return support.Refuse(support.Conflict, "contact.is_primary", "contract", h.Contract.Number)
		}
	}
	return nil
}

func checkContact(c support.Contact) error {
	if c.FamilyName == "" && c.GivenName == "" {
		return support.Wrong("family_name", "name.needed")
	}
	for field, name := range map[string]string{"family_name": c.FamilyName, "given_name": c.GivenName} {
		if err := checkLine(name, field); err != nil {
			return err
		}
	}
	if err := checkEmail(c.Email); err != nil {
		return err
	}
	switch c.PreferredChannel {
	case support.Portal, support.Phone, support.Mail, support.API:
	default:
		return support.Wrong("preferred_channel", "channel.unknown", "channel", string(c.PreferredChannel))
	}
	return checkPlace(c.Language, c.Zone)
}

// checkEmail takes a bare address with a domain (R12).
func checkEmail(s string) error {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || !strings.Contains(s[strings.LastIndex(s, "@")+1:], ".") {
		return support.Wrong("email", "email.form")
	}
	return nil
}

func checkName(s, field string) error {
	if strings.TrimSpace(s) == "" {
		return support.Wrong(field, "name.needed")
	}
	return checkLine(s, field)
}

// checkLine takes what fits on one line of a page or a mail's header.
func checkLine(s, field string) error {
	if err := checkText(s, field); err != nil {
		return err
	}
	if len(s) > 500 || strings.ContainsAny(s, "\r\n") {
		return support.Wrong(field, "name.form")
	}
	return nil
}

// absent gives a missing row the words and the field of the one who named it.
func absent(err error, field, key string) error {
	if support.CodeOf(err) == support.NotFound {
		return wrong(support.NotFound, field, key)
	}
	return err
}
