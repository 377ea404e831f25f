package api

import "madoguchi/internal/support"

// spoken is the printed number of another request; "" for none.
func spoken(id int64) string {
	if id == 0 {
		return ""
	}
	return support.SpokenNumber(id)
}

func spokenAll(ids []int64) []string {
	var out []string
	for _, id := range ids {
		out = append(out, spoken(id))
	}
	return out
}
