package desk

import (
	"context"
	"strconv"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// HolidayReview is that somebody of the house has looked at every day of a year of
// a holiday set. Digest is that of the days that they have seen.
type HolidayReview struct {
	Set    string        `json:"set"`
	Year   int           `json:"year"`
	Digest string        `json:"digest"`
	By     support.Actor `json:"-"`
	At     time.Time     `json:"-"`
}

// ReviewHolidays records that somebody has looked at the days of a year and found
// them right. digest is that of what they have seen: a conflict when the days are
// others by now.
func (d *Desk) ReviewHolidays(ctx context.Context, by support.Actor, set string, year int, digest string) error {
	s, err := calendar.ShippedSet(set)
	if err != nil {
		return support.Wrong("set", "calendar.set_unknown", "set", set)
	}
	if first, last := s.Years(); year < first || year > last {
		return support.Wrong("year", "calendar.year", "first", strconv.Itoa(first), "last", strconv.Itoa(last))
	}
	if digest != s.Digest(year) {
		return support.Refuse(support.Conflict, "party.moved_on")
	}
	return d.change(ctx, by, "review_holidays", about{}, func(*store.Tx, time.Time) (entry, error) {
		return entry{"calendar", 0, HolidayReview{Set: set, Year: year, Digest: digest}}, nil
	})
}
