package desk

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var (
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// countries are the codes of ISO 3166-1, each with a blank behind it.
const countries = "" +
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC " +
	"CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD " +
	"GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH " +
	"KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW " +
	"MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC " +
	"SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY " +
	"UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "

// worded are the languages of the desk's own mails and pages, as far as they
// have words.
var worded = []string{lang.English, lang.Japanese, "de", "fr"}

// checkCountry takes what ISO 3166-1 or the pack in force knows.
func (d *Desk) checkCountry(code string) error {
	if countryForm.MatchString(code) {
		if strings.Contains(countries, code+" ") {
			return nil
		}
		if _, ok := d.Pack().Countries[code]; ok {
			return nil
		}
		for _, r := range d.Pack().Regions {
			if slices.Contains(r.Countries, code) {
				return nil
			}
		}
	}
	return support.Wrong("country", "country.form", "country", code)
}

// checkLanguage takes a language in which the desk writes, or in which the pack
// in force serves; region and script behind it are the person's own.
func (d *Desk) checkLanguage(tag, field string) error {
	if err := checkLanguageForm(tag, field); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, code := range worded {
		known[code] = true
	}
	for _, rule := range d.Pack().Languages {
		known[base(rule.Language)] = true
	}
	for _, r := range d.Pack().Regions {
		for _, code := range r.Languages {
			known[base(code)] = true
		}
	}
	if known[base(tag)] {
		return nil
	}
	return support.Wrong(field, "language.unknown", "language", tag, "choices", listed(known))
}

func base(tag string) string {
	code, _, _ := strings.Cut(tag, "-")
	return code
}

func checkLanguageForm(tag, field string) error {
	if !languageForm.MatchString(tag) {
		return support.Wrong(field, "language.form", "language", tag)
	}
	return nil
}

func checkPlace(language, zone string) error {
	if err := checkLanguageForm(language, "language"); err != nil {
		return err
	}
	if _, err := calendar.Location(zone); err != nil {
		return support.Wrong("zone", "zone.unknown", "zone", zone)
	}
	return nil
}

// noProduct says which products there are instead of one that is not.
func noProduct(tx *store.Tx, err error, field, key string) error {
	if support.CodeOf(err) != support.NotFound {
		return err
	}
	all, err := tx.Products()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, p := range all {
		known[p.Key] = true
	}
	return wrong(support.NotFound, field, "product.not_found", "product", key, "choices", listed(known))
}

// listed is the keys in order, for a refusal that says what there is instead.
func listed[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }
