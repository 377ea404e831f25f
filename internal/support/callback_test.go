package support_test

import (
	"fmt"
	"testing"

	"madoguchi/internal/support"
)

// Whatever a caller leaves is flagged and never refused; the line stands for a
// number that is not whole.
//
// guide: R22
func TestWhatACallerLeavesIsFlagged(t *testing.T) {
	t.Parallel()
	p := classic
	whole := support.CallbackSaid{Name: "n", Company: "c", Phone: "+81 (3) 5550-0199", Description: "d"}
	whole.CustomerNumber = support.CustomerNumber("572301846")
	with := func(change func(*support.CallbackSaid)) support.CallbackSaid {
		s := whole
		change(&s)
		return s
	}
	wrongDigit := whole.CustomerNumber[:9] + string('0'+(whole.CustomerNumber[9]-'0'+1)%10)
	for _, c := range []struct {
		said  support.CallbackSaid
		flags string
		dial  string
	}{
		{whole, "[]", "+81355500199"},
		{with(func(s *support.CallbackSaid) { s.Phone = "＋８１　３ー５５５０ー０１９９" }), "[]", "+81355500199"},
		{with(func(s *support.CallbackSaid) { s.Phone = "03-5550-0199" }), "[{phone no_country_code}]", "0355500199"},
		{with(func(s *support.CallbackSaid) { s.Phone, s.Line = "03-5550-0199", "+81355500100" }),
			"[{phone no_country_code} {phone from_line}]", "+81355500100"},
		{with(func(s *support.CallbackSaid) { s.Phone, s.Line = "", "+81355500100" }), "[{phone missing} {phone from_line}]", "+81355500100"},
		{with(func(s *support.CallbackSaid) { s.Phone, s.Line = "+81 3 5550 0199", "+81355500100" }), "[]", "+81355500199"},
		{with(func(s *support.CallbackSaid) { s.Phone = "ring me" }), "[{phone malformed}]", "ring me"},
		{with(func(s *support.CallbackSaid) { s.Phone = "+8135" }), "[{phone malformed}]", "+8135"},
		{with(func(s *support.CallbackSaid) { s.Phone, s.Line = "+0355500199", "anonymous" }), "[{phone malformed}]", "+0355500199"},
		{with(func(s *support.CallbackSaid) { s.CustomerNumber = wrongDigit }), "[{customer_number malformed}]", "+81355500199"},
		{with(func(s *support.CallbackSaid) { s.CustomerNumber = "57" }), "[{customer_number malformed}]", "+81355500199"},
		{with(func(s *support.CallbackSaid) { s.Request = "100-000-000" }), "[{sr_number malformed}]", "+81355500199"},
		{support.CallbackSaid{}, "[{name missing} {company missing} {customer_number missing} {phone missing} {description missing}]", ""},
	} {
		if got := fmt.Sprint(c.said.Check(p)); got != c.flags || c.said.Dial() != c.dial {
			t.Errorf("%+v: %s, to call %q; want %s, %q", c.said, got, c.said.Dial(), c.flags, c.dial)
		}
	}
	for s, want := range map[string]int64{"CB-17": 17, "cb17": 17, "１７": 17, "CB-0": 0, "x": 0, "": 0} {
		if got, err := support.ParseCallbackNumber(s); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q is call-back %d, %v", s, got, err)
		}
	}
}
