package text

import "strings"

// Disposition is the value of a Content-Disposition header by which a browser
// saves what comes under a name instead of showing it (RFC 6266): the name in
// UTF-8 (RFC 8187), and for programs that do not know that one in ASCII. The name
// is made harmless first.
func Disposition(name string) string {
	name = FileName(name)
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	value := `attachment; filename="` + plain + `"`
	if plain == name {
		return value
	}
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return value + "; filename*=UTF-8''" + b.String()
}
