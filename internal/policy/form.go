package policy

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
)

// formHints say what to write where a form is asked for.
var formHints = map[string]string{
	"id":        "small letters, digits, - and _, such as per_incident",
	"guide":     "a rule of the guide, R01 to R56, or of its ledger, A1 to A26",
	"period":    "an ISO 8601 period, such as P1Y, P18M or P30D",
	"date":      "a day, such as 2026-12-31",
	"country":   "an ISO 3166 country in two capitals, such as JP",
	"language":  "a language in two small letters, such as ja",
	"zone":      "an IANA time zone, such as Asia/Tokyo",
	"holidays":  "a holiday set that ships, such as jp, us, gb-eng, de-by or fr",
	"elapsed":   `minutes or hours that elapse, such as "30m"`,
	"domain":    "a mail domain in small letters, such as example.com",
	"field":     "the name of a key of this offering, such as support_admins",
	"file_name": "a name with {number} and {file} in it, such as {number}_{file}",
}

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$`)
	periodForm   = regexp.MustCompile(`^P([1-9][0-9]{0,3})([DMY])$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2}(-[A-Z][A-Za-z]{1,3})?$`)
	domainForm   = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	guideForm    = regexp.MustCompile(`^(R[0-9]{2}|A[1-9][0-9]?)$`)
)

var forms = map[string]func(string) bool{
	"id":       idForm.MatchString,
	"guide":    isGuide,
	"period":   periodForm.MatchString,
	"date":     func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"country":  countryForm.MatchString,
	"language": languageForm.MatchString,
	"zone":     func(s string) bool { _, err := calendar.Location(s); return err == nil },
	"holidays": func(s string) bool { return slices.Contains(calendar.HolidaySetNames(), s) },
	"domain":   domainForm.MatchString,
	"field":    isOfferingField,
	"file_name": func(s string) bool {
		return strings.Contains(s, "{number}") && strings.Contains(s, "{file}") && !strings.ContainsAny(s, "/\\ ")
	},
}

func isOfferingField(s string) bool {
	return slices.ContainsFunc(fieldsOf(reflect.TypeFor[Offering]()), func(f field) bool { return f.name == s })
}

func isGuide(s string) bool {
	if !guideForm.MatchString(s) {
		return false
	}
	n, _ := strconv.Atoi(strings.TrimLeft(s[1:], "0"))
	if s[0] == 'R' {
		return n >= 1 && n <= 56
	}
	return n >= 1 && n <= 26
}

// Period is an ISO 8601 period as a pack writes it: P1Y, P18M, P30D.
// Until is its end from an instant: whole days, months or years on the
// calendar of UTC; the end is exclusive.
func Period(s string) (until func(time.Time) time.Time, ok bool) {
	m := periodForm.FindStringSubmatch(s)
	if m == nil {
		return nil, false
	}
	n, _ := strconv.Atoi(m[1])
	return func(t time.Time) time.Time {
		switch m[2] {
		case "D":
			return t.UTC().AddDate(0, 0, n)
		case "M":
			return addMonths(t.UTC(), n)
		}
		return addMonths(t.UTC(), 12*n)
	}, true
}

// addMonths keeps to the month's last day: a month from 31 January is the end
// of February, not the beginning of March.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
