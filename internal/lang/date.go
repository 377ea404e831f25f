package lang

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/policy"
)

var (
	weekdays = map[string][7]string{
		English:  {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		Japanese: {"日", "月", "火", "水", "木", "金", "土"},
		German:   {"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
		French:   {"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
	}
	months = map[string][12]string{
		English: {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		German: {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
			"November", "Dezember"},
		French: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
			"novembre", "décembre"},
	}
)

// Date writes an instant in a language, on the wall clock of a zone: `Mon 8 Jun
// 2026, 13:30 JST`, 2026年6月8日（月）13:30. Japanese leaves the zone out when it
// is Japan's. Seconds are cut off, so that a promise is never told too late.
// The zero instant is "".
func Date(lang string, t time.Time, zone string) string { return Voice{Lang: lang, Zone: zone}.Date(t) }

// Date is [Date] in this voice.
func (v Voice) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	at := t.In(v.location())
	day, clock, abbr := v.Day(t), at.Format("15:04"), zoneName(at)
	switch v.language() {
	case Japanese:
		if v.Zone == "Asia/Tokyo" {
			return day + clock
		}
		return day + clock + " " + abbr
	case German:
		return day + ", " + clock + " Uhr " + abbr
	case French:
		return day + " à " + clock + " " + abbr
	}
	return day + ", " + clock + " " + abbr
}

// Day writes the calendar day of an instant in the voice's zone.
func (v Voice) Day(t time.Time) string {
	at := t.In(v.location())
	code := v.language()
	week := weekdays[code][at.Weekday()]
	if code == Japanese {
		return fmt.Sprintf("%d年%d月%d日（%s）", at.Year(), at.Month(), at.Day(), week)
	}
	month := months[code][at.Month()-1]
	switch code {
	case German:
		return fmt.Sprintf("%s, %d. %s %d", strings.TrimSuffix(week, "."), at.Day(), month, at.Year())
	case French:
		return fmt.Sprintf("%s %d %s %d", week, at.Day(), month, at.Year())
	}
	return fmt.Sprintf("%s %d %s %d", week, at.Day(), month, at.Year())
}

// ZoneNote says in which zone the instants of a text are written, with its
// offset at t: "JST, UTC+09:00".
func (v Voice) ZoneNote(t time.Time) string {
	at := t.In(v.location())
	name, off := zoneName(at), offset(at)
	if name == off {
		return off
	}
	if v.language() == Japanese {
		if v.Zone == "Asia/Tokyo" {
			name = "日本時間"
		}
		return name + "（" + off + "）"
	}
	return name + ", " + off
}

func (v Voice) dateOf(s string) string {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return s
	}
	return v.Date(t)
}

func (v Voice) location() *time.Location {
	if v.Zone == "" {
		return time.UTC
	}
	loc, err := calendar.Location(v.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// zoneName is the zone's abbreviation, or its offset where the zone data give
// none that people use (Kathmandu is "+0545").
func zoneName(at time.Time) string {
	name, _ := at.Zone()
	if name == "" || name[0] == '+' || name[0] == '-' {
		return offset(at)
	}
	return name
}

func offset(at time.Time) string {
	_, sec := at.Zone()
	if sec == 0 {
		return "UTC"
	}
	sign := '+'
	if sec < 0 {
		sign, sec = '-', -sec
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, sec/3600, sec/60%60)
}

// Amount writes an amount of a pack in words: 4bh is "4 business hours", 30m
// 「30分」. What is no amount stands for itself.
func Amount(lang, amount string) string { return Voice{Lang: lang}.Amount(amount) }

// Amount is [Amount] in this voice.
func (v Voice) Amount(amount string) string {
	a, err := policy.ParseAmount(amount)
	if err != nil {
		return amount
	}
	switch a.Unit {
	case policy.NextBusinessDay:
		return v.Message("span.next_business_day", nil)
	case policy.BusinessDays:
		return v.count("span.business_days", a.Value)
	}
	n, unit := a.Value, "seconds"
	switch {
	case n%(3600*1e6) == 0:
		n, unit = n/(3600*1e6), "hours"
	case n%(60*1e6) == 0:
		n, unit = n/(60*1e6), "minutes"
	default:
		n /= 1e6
	}
	if a.Unit == policy.BusinessHours {
		unit = "business_" + unit
	}
	return v.count("span."+unit, n)
}

func (v Voice) count(key string, n int64) string {
	return v.Say(key, "n", strconv.FormatInt(n, 10))
}

// Seconds writes a span of time in words, in its two largest units: "2 hours 34
// minutes", 「2時間34分」. Days are of 24 hours; a negative span counts as none.
func Seconds(lang string, seconds int64) string { return Voice{Lang: lang}.Seconds(seconds) }

// Seconds is [Seconds] in this voice.
func (v Voice) Seconds(seconds int64) string {
	rest := max(seconds, 0)
	var parts []string
	for _, u := range []struct {
		key string
		len int64
	}{{"span.days", 86400}, {"span.hours", 3600}, {"span.minutes", 60}, {"span.seconds", 1}} {
		n := rest / u.len
		rest %= u.len
		if n > 0 {
			parts = append(parts, v.count(u.key, n))
		}
		if len(parts) == 2 || len(parts) == 1 && n == 0 {
			break
		}
	}
	if len(parts) == 0 {
		return v.count("span.seconds", 0)
	}
	sep := " "
	if v.language() == Japanese {
		sep = ""
	}
	return strings.Join(parts, sep)
}

// Weekday is the short name of a day of the week.
func (v Voice) Weekday(d time.Weekday) string { return weekdays[v.language()][d] }

// TimeOfDay writes the wall clock of an instant in the voice's zone, without
// day and zone: 13:30.
func (v Voice) TimeOfDay(t time.Time) string { return t.In(v.location()).Format("15:04") }
