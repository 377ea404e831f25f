package lang

import "strconv"

// Bytes is a size in words: below ten of a unit with one digit after the point,
// and never more than there are.
func (v Voice) Bytes(n int64) string {
	unit, per := "b", int64(1)
	for _, next := range []string{"kb", "mb", "gb"} {
		if n < 1000*per {
			break
		}
		unit, per = next, 1000*per
	}
	text := strconv.FormatInt(n/per, 10)
	if tenth := n % per * 10 / per; n/per < 10 && tenth > 0 {
		text += "." + strconv.FormatInt(tenth, 10)
	}
	return v.Message("word.bytes."+unit, args{"n": text})
}
