package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Unit is how an amount counts.
type Unit string

// Units. Elapsed and business hours hold microseconds, the others a count.
const (
	Elapsed         Unit = "elapsed"
	BusinessHours   Unit = "business_hours"
	BusinessDays    Unit = "business_days"
	NextBusinessDay Unit = "next_business_day"
)

// Amount is a span of time as a pack writes it: "30m" and "48h" elapse on
// every day, "4bh" and "90bm" count in business hours, "1bd" is one business
// day later at the same time of day, "nbd" the close of the next business day.
// The zero value is no amount.
type Amount struct {
	Value int64
	Unit  Unit
}

const (
	second = int64(time.Second / time.Microsecond)
	minute = 60 * second
	hour   = 60 * minute
)

var amountForm = regexp.MustCompile(`^([0-9]{1,6})(s|m|h|bm|bh|bd)$`)

const amountHint = `write minutes or hours that elapse ("30m", "48h"), business time ("4bh", "90bm", "2bd") or "nbd"`

// ParseAmount reads an amount. The error says what to write instead.
func ParseAmount(s string) (Amount, error) {
	if s == "nbd" {
		return Amount{Value: 1, Unit: NextBusinessDay}, nil
	}
	m := amountForm.FindStringSubmatch(s)
	if m == nil {
		if n, ok := strings.CutSuffix(s, "d"); ok {
			if days, err := strconv.Atoi(n); err == nil && days > 0 {
				return Amount{}, fmt.Errorf("%q is not clear: write \"%dh\" for days of 24 hours or \"%dbd\" for business days", s, days*24, days)
			}
		}
		return Amount{}, fmt.Errorf("%q is not an amount of time: %s", s, amountHint)
	}
	n, _ := strconv.ParseInt(m[1], 10, 64)
	if n == 0 {
		return Amount{}, fmt.Errorf("%q is nothing: %s", s, amountHint)
	}
	switch m[2] {
	case "s":
		return Amount{n * second, Elapsed}, nil
	case "m":
		return Amount{n * minute, Elapsed}, nil
	case "h":
		return Amount{n * hour, Elapsed}, nil
	case "bm":
		return Amount{n * minute, BusinessHours}, nil
	case "bh":
		return Amount{n * hour, BusinessHours}, nil
	}
	return Amount{n, BusinessDays}, nil
}

// String writes the amount in the largest unit that holds it without a rest,
// so that [ParseAmount] gives the same amount back.
func (a Amount) String() string {
	n := strconv.FormatInt
	switch {
	case a.Unit == NextBusinessDay:
		return "nbd"
	case a.Unit == BusinessDays:
		return n(a.Value, 10) + "bd"
	case a.Unit == BusinessHours && a.Value%hour == 0:
		return n(a.Value/hour, 10) + "bh"
	case a.Unit == BusinessHours:
		return n(a.Value/minute, 10) + "bm"
	case a.Unit == Elapsed && a.Value%hour == 0:
		return n(a.Value/hour, 10) + "h"
	case a.Unit == Elapsed && a.Value%minute == 0:
		return n(a.Value/minute, 10) + "m"
	case a.Unit == Elapsed:
		return n(a.Value/second, 10) + "s"
	}
	return ""
}

// IsZero tells whether there is no amount.
func (a Amount) IsZero() bool { return a == Amount{} }

// Duration is the time of an elapsed or business-hours amount; 0 for the
// others, which have no fixed length.
func (a Amount) Duration() time.Duration {
	if a.Unit == Elapsed || a.Unit == BusinessHours {
		return time.Duration(a.Value) * time.Microsecond
	}
	return 0
}

// MarshalText writes the amount as [Amount.String] does.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what [Amount.MarshalText] wrote; empty is no amount.
func (a *Amount) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*a = Amount{}
		return nil
	}
	v, err := ParseAmount(string(b))
	if err == nil {
		*a = v
	}
	return err
}
