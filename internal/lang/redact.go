package lang

import "madoguchi/internal/support"

// redaction tells that texts of an entry are gone: by whom and why stays.
func (s teller) redaction(f support.Fact) (string, args) {
	if b, ok := f.Body.(support.ContentErased); ok {
		return "fact.content_erased", args{"entry": itoa(int(b.Of)), "ground": b.Ground}
	}
	return "", nil
}
