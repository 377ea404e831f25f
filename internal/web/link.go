package web

import (
	"strings"

	"madoguchi/internal/support"
)

// numbers are other requests as they are printed; ids that are 0 are left out.
func numbers(ids ...int64) string {
	var out []string
	for _, id := range ids {
		if id != 0 {
			out = append(out, support.SpokenNumber(id))
		}
	}
	return strings.Join(out, " · ")
}
