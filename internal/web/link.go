package web

import (
	"strings"

	"madoguchi/internal/lang"
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

// watchersOf are those who see the request by having been added (A13).
func watchersOf(v *visit, r *support.Request, people lang.People) string {
	return named(v, people, support.Customer, r.Watchers)
}

// secondsOf are second engineers, for staff alone.
func secondsOf(v *visit, r *support.Request, people lang.People) string {
	if !v.staff() {
		return ""
	}
	return named(v, people, support.Vendor, r.Seconds)
}

func named(v *visit, people lang.People, kind support.ActorKind, ids []int64) string {
	var out []string
	for _, id := range ids {
		out = append(out, people.Who(v.Lang, support.Actor{Kind: kind, ID: id}))
	}
	return strings.Join(out, v.voice.Comma())
}
