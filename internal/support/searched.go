package support

// Searched are the texts by which a search finds an entry of a request: for all
// who see the request, and for staff alone. about is what it says beside, and is
// for all. Held comments are found once they are public; licence keys, and words
// that are another noun's, are not found here.
func Searched(f Fact) (public, internal []Text, about []string) {
	switch b := f.Body.(type) {
	case CommentHeld, LicenceSplit, DefectLinked, DefectTold:
		return nil, nil, nil
	case Filed:
		about = []string{b.Product, b.Version}
	case Reclassified:
		about = []string{b.Product, b.Version}
	}
	if Public(f) {
		for _, t := range TextRefsFor(f, Actor{Kind: Customer}) {
			public = append(public, t.Text)
		}
	}
	for _, t := range TextRefs(f.Body) {
		if !hasText(public, t.Text) {
			internal = append(internal, t.Text)
		}
	}
	return public, internal, about
}

func hasText(list []Text, t Text) bool {
	for _, x := range list {
		if x.ID == t.ID {
			return true
		}
	}
	return false
}
