package api

import (
	"strings"
	"testing"
	"time"
)

// Texts of a calendar are escaped, and long lines folded without cutting a
// character.
func TestCalendarLines(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 6, 0, 0, 0, 0, time.UTC)
	long := string(ical("a,b;c\\d\ne"+strings.Repeat("青", 60), now, nil))
	if !strings.Contains(long, `a\,b\;c\\d\ne`) {
		t.Errorf("not escaped: %s", long)
	}
	for line := range strings.SplitSeq(long, "\r\n") {
		if len(line) > 75 || strings.Contains(line, "\uFFFD") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(long, "\r\n ", ""); !strings.Contains(unfolded, strings.Repeat("青", 60)) {
		t.Errorf("folding lost something: %q", unfolded)
	}
}
