package message

import (
	"strconv"
	"strings"
	"time"
)

var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// zones are the names of RFC 822 and the ones that mailers write beside them, in
// hours east of Greenwich.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "kst": 9, "cet": 1, "cest": 2, "met": 1, "mest": 2, "msk": 3, "bst": 1, "hkt": 8,
}

var (
	comments = pattern(`\([^()]*\)?`)
	loose    = pattern(`\s*:\s*`)
)

// parseDate reads a date as RFC 5322 wants it and in the many ways in which
// mailers write it: without weekday or seconds, with years of two digits, names
// of zones, dashes. The result is UTC.
func parseDate(v string) (t time.Time, ok bool) {
	v = strings.ReplaceAll(tidy(words(v)), ",", " ")
	v = loose().ReplaceAllString(comments().ReplaceAllString(v, " "), ":")
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006/01/02 15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(v)); err == nil {
			return t.UTC(), t.Year() >= 1900
		}
	}
	var day, year, month, offset int
	clock := []int(nil)
	for _, w := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == '\t' }) {
		if parts := strings.Split(w, "-"); len(parts) == 3 && parts[0] != "" { // 12-Jan-2002
			day, month, year = number(parts[0]), monthOf(parts[1]), number(parts[2])
			continue
		}
		switch {
		case strings.Contains(w, ":"):
			if clock == nil {
				clock = clockOf(w)
			}
		case (w[0] == '+' || w[0] == '-') && len(w) >= 4 && number(w[1:]) >= 0:
			n := number(w[1:])
			offset = n/100*60 + n%100
			if w[0] == '-' {
				offset = -offset
			}
		case monthOf(w) != 0 && month == 0:
			month = monthOf(w)
		case number(w) > 0 && day == 0 && len(w) <= 2:
			day = number(w)
		case number(w) >= 0 && year == 0 && (len(w) == 4 || len(w) == 2 && day != 0):
			year = number(w)
		default:
			if h, known := zones[strings.ToLower(w)]; known {
				offset = h * 60
			}
		}
	}
	switch {
	case year > 0 && year < 50:
		year += 2000
	case year >= 50 && year < 200:
		year += 1900
	}
	if day < 1 || day > 31 || month == 0 || year < 1900 || year > 9999 || clock == nil {
		return time.Time{}, false
	}
	if offset < -24*60 || offset > 24*60 {
		offset = 0
	}
	return time.Date(year, time.Month(month), day, clock[0], clock[1], clock[2], 0, time.UTC).Add(-time.Duration(offset) * time.Minute), true
}

func monthOf(w string) int {
	if len(w) < 3 {
		return 0
	}
	return int(months[strings.ToLower(w[:3])])
}

// number is -1 for what is none.
func number(w string) int {
	n, err := strconv.Atoi(w)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func clockOf(w string) []int {
	out := []int{0, 0, 0}
	for i, p := range strings.SplitN(w, ":", 3) {
		p, _, _ = strings.Cut(p, ".")
		if out[i] = number(p); out[i] < 0 || out[i] > 60 {
			return nil
		}
	}
	if out[0] > 23 {
		return nil
	}
	return out
}
