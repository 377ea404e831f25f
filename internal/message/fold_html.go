package message

// FoldHTML parts HTML where what is not new any more begins: fresh is to be shown,
// rest is what was quoted below it and the signature, "" when nothing is surely
// that. Both are as they came and need [Sanitise]. Quotes that are answered below
// stay where they are.
func FoldHTML(s string) (fresh, rest string) {
	if len(s) > MaxHTML {
		return s, ""
	}
	r := readHTML(s)
	if len(r.lines) == 0 {
		return s, ""
	}
	f := &folder{kind: make([]Kin, len(r.lines))}
	for i, l := range r.lines {
		f.lines = append(f.lines, l.text+"\n")
		f.kind[i] = Fresh
	}
	f.fold()
	if !f.anyFresh() {
		return s, ""
	}
	i := len(f.kind)
	for i > 0 && (f.kind[i-1] == Quote || f.kind[i-1] == Closing || f.flat[i-1] == "") {
		i--
	}
	if i == len(f.kind) {
		return s, ""
	}
	return s[:r.lines[i].from], s[r.lines[i].from:]
}
