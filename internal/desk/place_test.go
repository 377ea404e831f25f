package desk

import (
	"errors"
	"strings"
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Languages in which nobody writes or serves are refused with those in which
// somebody does; what a row holds already stays.
func TestLanguagesOfPeopleAreKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	for tag, key := range map[string]string{
		"en": "", "ja-JP": "", "de": "", "fr-CA": "", "zh": "", "ko": "",
		"xx": "language.unknown", "tlh": "language.unknown", "xx-JP": "language.unknown", "": "language.form", "EN": "language.form", "ja_JP": "language.form",
	} {
		c := b.sato
		c.Language = tag
		err := b.ChangeContact(t.Context(), b.asSato, c)
		if key == "" {
			b.ok(err)
			continue
		}
		refused(t, err, support.Invalid, key)
		added := support.Contact{Account: b.aoba.ID, FamilyName: "X", Email: "x@aoba.example", Language: tag, Zone: "UTC"}
		refused(t, b.AddContact(t.Context(), b.asAdmin, &added), support.Invalid, key)
		s := support.Staff{FamilyName: "X", Email: "x@vendor.example", Language: tag, Zone: "UTC", Roles: []support.Role{support.RoleTSE}}
		refused(t, b.AddStaff(t.Context(), b.asAdmin, &s), support.Invalid, key)
		s.Language, s.Languages = "en", []string{"en", tag}
		refused(t, b.AddStaff(t.Context(), b.asAdmin, &s), support.Invalid, key)
	}
	c := b.sato
	c.Language = "xx"
	b.hasChoice(b.ChangeContact(t.Context(), b.asSato, c), "de, en, ")
	b.ok(b.store.Update(t.Context(), func(tx *store.Tx) error { return tx.UpdateContact(c) }))
	c.Phone = "+81 6 5550 0000"
	b.ok(b.ChangeContact(t.Context(), b.asSato, c))
}

func TestCountriesOfAccountsAreKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	for _, code := range []string{"JP", "AQ", "ZW", "XK"} {
		b.ok(b.AddAccount(t.Context(), b.asAdmin, &support.Account{Name: "x", Country: code}))
	}
	for _, code := range []string{"", "XX", "jp", "J", "P ", "JPN"} {
		refused(t, b.AddAccount(t.Context(), b.asAdmin, &support.Account{Name: "x", Country: code}), support.Invalid, "country.form")
	}
}

func TestRefusalsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	r := support.Registration{Contact: b.sato.ID, Product: "toaster"}
	b.hasChoice(b.Register(t.Context(), b.asSato, &r), "esx")
	b.hasChoice(b.GrantRole(t.Context(), b.asMori, b.production.ID, b.tanaka.ID, "boss"), "support_admin")
	s := support.Staff{FamilyName: "X", Email: "x@vendor.example", Language: "en", Zone: "UTC", Roles: []support.Role{"boss"}}
	b.hasChoice(b.AddStaff(t.Context(), b.asAdmin, &s), "duty_manager")
	s.Roles = nil
	b.hasChoice(b.AddStaff(t.Context(), b.asAdmin, &s), "duty_manager")
	c := b.production
	c.Number, c.Offering = "NEW-1", "gold"
	b.hasChoice(b.AddContract(t.Context(), b.asAdmin, &c, b.tanaka.ID), "basic")
	c.Offering, c.Regions = "basic", []string{"moon"}
	b.hasChoice(b.AddContract(t.Context(), b.asAdmin, &c, b.tanaka.ID), "emea")
	c.Regions, c.Products = nil, []string{"toaster"}
	b.hasChoice(b.AddContract(t.Context(), b.asAdmin, &c, b.tanaka.ID), "esx")
}

// hasChoice wants a refusal that names a choice among others.
func (b *bench) hasChoice(err error, choice string) {
	b.t.Helper()
	var e *support.Error
	if !errors.As(err, &e) || !strings.Contains(e.Args["choices"], choice) {
		b.t.Errorf("%v does not offer %s", err, choice)
	}
}
