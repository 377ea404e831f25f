package message

import (
	"strings"
	"unicode/utf8"
)

// Piece is a part of a text. All pieces of a text in their order are the text.
type Piece struct {
	Kind Kin
	Text string
}

// Kin is what a piece of a text is to its mail.
type Kin string

// Kinds of pieces. What is not surely something else is new.
const (
	Fresh   Kin = "new"       // written in this mail
	Context Kin = "context"   // quoted, and answered below: it is shown
	Quote   Kin = "quote"     // quoted, or who was quoted when
	Closing Kin = "signature" // the sender's signature
)

// Lengths beyond which something is not what it looks like.
const (
	maxContext     = 12 // lines of a quote that is shown above its answer
	maxSignature   = 16 // lines below "-- "
	shortSignature = 8  // lines below "--" without the blank
	maxAttribution = 4  // lines of "On ... wrote:"
	maxFoldLines   = 100_000
	maxLooks       = 3000 // at lines that may say who wrote when; what is below more is shown
)

// Fold tells what is new in a text from what is quoted and from the signature, in
// the forms of the mailers of nine languages. It never takes new text for
// something else knowingly: a form that it does not know, an answer between
// quoted lines, or a text whose author says that the answers stand inside, is
// shown. When nothing is new, as in a mail that only forwards, [New] gives "" and
// all is to be shown.
func Fold(text string) []Piece {
	lines := strings.SplitAfter(text, "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	}
	if len(lines) == 0 {
		return nil
	}
	f := &folder{lines: lines, kind: make([]Kin, len(lines))}
	for i := range f.kind {
		f.kind[i] = Fresh
	}
	if len(lines) <= maxFoldLines {
		f.fold()
	}
	return f.pieces()
}

// New is what is new in a text with the quotes that it answers, without blank
// lines around; "" when nothing is.
func New(text string) string {
	var b strings.Builder
	fresh := false
	for _, p := range Fold(text) {
		fresh = fresh || p.Kind == Fresh && strings.TrimSpace(p.Text) != ""
		if p.Kind == Fresh || p.Kind == Context {
			b.WriteString(p.Text)
		}
	}
	if !fresh {
		return ""
	}
	return strings.Trim(b.String(), "\n")
}

type folder struct {
	lines []string
	kind  []Kin
	flat  []string // the lines without marks of bold and blanks around
	looks int      // of maxLooks
}

func (f *folder) pieces() []Piece {
	var out []Piece
	for i := 0; i < len(f.lines); {
		j := i
		for j < len(f.lines) && f.kind[j] == f.kind[i] {
			j++
		}
		out = append(out, Piece{f.kind[i], strings.Join(f.lines[i:j], "")})
		i = j
	}
	return out
}

func (f *folder) mark(from, to int, k Kin) {
	for i := from; i < to; i++ {
		f.kind[i] = k
	}
}

func (f *folder) fold() {
	f.flat = make([]string, len(f.lines))
	for i, l := range f.lines {
		f.flat[i] = flat(l)
	}
	end := f.old()
	f.mark(end, len(f.lines), Quote)
	f.quotes(end)
	end = f.tail(end)
	f.closing(end)
	f.tail(end)
	if !f.anyFresh() { // a signature by itself is what was sent
		for i, k := range f.kind {
			if k == Closing {
				f.kind[i] = Fresh
			}
		}
	}
}

func (f *folder) anyFresh() bool {
	for i, k := range f.kind {
		if k == Fresh && f.flat[i] != "" {
			return true
		}
	}
	return false
}

// flat is a line as its form is judged: without bold, blanks, and characters that
// take no place.
func flat(l string) string {
	l = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u3000' || r == '\t':
			return ' '
		case r == '*' || turning(r) || hidden(r) || r == '\n' || r == '\r':
			return -1
		}
		return r
	}, cut(l, 2000))
	return strings.TrimSpace(l)
}

// old finds where an older mail begins that is not marked line by line: below
// "Original Message", the head of the older mail, or "On ... wrote:" as mailers
// write it. Without anything above it, or when the answers are said to stand
// inside, only its head is told apart.
func (f *folder) old() int {
	above := false
	for i := 0; i < len(f.lines); i++ {
		l := f.flat[i]
		if l == "" || quoteMark(l) {
			continue
		}
		n, sure := f.oldHead(i)
		if n == 0 {
			above = above || !ruler(l)
			continue
		}
		if above && sure && !f.saysInside(i) {
			for i > 0 && (f.flat[i-1] == "" || ruler(f.flat[i-1])) {
				i--
			}
			return i
		}
		f.mark(i, i+n, Quote)
		i += n - 1
	}
	return len(f.lines)
}

// saysInside tells whether somebody says above a line that the answers stand
// below it.
func (f *folder) saysInside(end int) bool {
	const looked = 60 // lines; it is said before the mail below is reached, or at once
	for i := 0; i < end; i++ {
		if i == looked && end > 2*looked {
			i = end - looked
		}
		if l := f.flat[i]; l != "" && !quoteMark(l) && insides().MatchString(l) {
			return true
		}
	}
	return false
}

// oldHead tells how many lines from i on head an older mail. sure is false when
// what follows is marked as quoted, and needs no guessing.
func (f *folder) oldHead(i int) (n int, sure bool) {
	if originalMessage(f.flat[i]) {
		n = 1
		for i+n < len(f.flat) && f.flat[i+n] == "" {
			n++
		}
		if i+n < len(f.flat) {
			n += f.headBlock(i + n)
		}
		return n, !f.quoteFollows(i + n)
	}
	if n = f.headBlock(i); n > 0 {
		return n, !f.quoteFollows(i + n)
	}
	if n, strict := f.attribution(i); n > 0 {
		if f.quoteFollows(i + n) {
			return n, false
		}
		if strict {
			return n, true
		}
	}
	return 0, false
}

// quoteFollows tells whether the next line with anything on it is marked.
func (f *folder) quoteFollows(i int) bool {
	for ; i < len(f.flat); i++ {
		if f.flat[i] != "" {
			return quoteMark(f.flat[i])
		}
	}
	return false
}

// headBlock tells how many lines from i on are the head of an older mail, as
// Outlook and forwarding mailers write it: who, and at least two of when, to
// whom, and what about.
func (f *folder) headBlock(i int) int {
	seen := map[string]bool{}
	end, lines, odd := 0, 0, 0
	for j := i; j < len(f.flat) && lines < 24; j++ {
		l := f.flat[j]
		if l == "" {
			if j == i || odd > 0 || lines > 0 && j-i > 2*lines { // some put an empty line behind each
				break
			}
			continue
		}
		role := headRole(l)
		if role == "" {
			if odd++; odd > 2 || j == i { // a list of names, or a subject, that goes on
				break
			}
			lines++
			continue
		}
		if seen[role] && role != "other" {
			break
		}
		odd = 0
		seen[role] = true
		lines++
		end = j + 1
	}
	if !seen["from"] && !(seen["date"] && seen["subject"]) {
		return 0
	}
	n := 0
	for _, r := range []string{"from", "date", "to", "subject"} {
		if seen[r] {
			n++
		}
	}
	if n < 3 || headRole(f.flat[i]) == "" {
		return 0
	}
	for end < len(f.flat) && f.flat[end] != "" && headRole(f.flat[end-1]) == "subject" && !quoteMark(f.flat[end]) && end+1 < len(f.flat) && headRole(f.flat[end+1]) != "" {
		end++
	}
	return end - i
}

// attribution tells how many lines from i on say who wrote when. strict means
// that only a mailer writes like that: with an address, or with date and time.
func (f *folder) attribution(i int) (n int, strict bool) {
	if !f.endsSoon(i) || f.looks >= maxLooks {
		return 0, false
	}
	if f.looks++; !opensAttribution(f.flat[i]) {
		return 0, false
	}
	joined := ""
	for n = 1; n <= maxAttribution && i+n <= len(f.flat); n++ {
		l := f.flat[i+n-1]
		if l == "" {
			return 0, false
		}
		joined = strings.TrimSpace(joined + " " + l)
		if len(joined) > 500 {
			return 0, false
		}
		switch a := attributionForm(joined); {
		case a == formStrict:
			// it stands by itself: a line that follows at once belongs to a sentence
			free := i == 0 || f.flat[i-1] == "" || quoteMark(f.flat[i-1]) || ruler(f.flat[i-1])
			return n, free
		case a == formLoose && f.quoteFollows(i+n):
			return n, false
		}
		if sentenceEnds(l) {
			return 0, false
		}
	}
	return 0, false
}

// endsSoon tells whether one of the next lines ends as an attribution does, which
// is quickly seen.
func (f *folder) endsSoon(i int) bool {
	if l := f.flat[i]; strings.HasPrefix(l, "19") || strings.HasPrefix(l, "20") {
		return true
	}
	for n := 0; n < maxAttribution && i+n < len(f.flat) && f.flat[i+n] != ""; n++ {
		if endsInColon(f.flat[i+n]) {
			return true
		}
	}
	return false
}

// quotes marks the lines that are marked, with who wrote them. Those that are
// answered below are shown unless they are long.
func (f *folder) quotes(end int) {
	for i := 0; i < end; {
		if !quoteMark(f.flat[i]) {
			i++
			continue
		}
		j, last := i, i
		for j < end && (f.flat[j] == "" || quoteMark(f.flat[j])) {
			if f.flat[j] != "" {
				last = j
			}
			j++
		}
		k := Context
		if last-i >= maxContext {
			k = Quote
		}
		f.mark(i, last+1, k)
		f.attributed(i)
		i = j
	}
}

// attributed marks who wrote the quote that begins at i.
func (f *folder) attributed(i int) {
	j := i
	for j > 0 && f.flat[j-1] == "" {
		j--
	}
	most := 0
	if j == 0 || !endsInColon(f.flat[j-1]) && attributionForm(f.flat[j-1]) == formNone {
		return
	}
	if f.looks++; f.looks >= maxLooks {
		return
	}
	for n := 1; n <= maxAttribution && j-n >= 0; n++ {
		l := f.flat[j-n]
		if f.kind[j-n] != Fresh || l == "" || n > 1 && sentenceEnds(l) {
			break
		}
		if opensAttribution(l) && attributionForm(strings.Join(f.flat[j-n:j], " ")) != formNone {
			most = n
		}
	}
	f.mark(j-most, j, Quote)
}

// tail marks what is quoted below the last new line, and gives its place.
func (f *folder) tail(end int) int {
	i := end
	for i > 0 {
		l, k := f.flat[i-1], f.kind[i-1]
		if l != "" && k == Fresh && !ruler(l) && l != "ᐧ" {
			break
		}
		i--
	}
	if i == 0 && !f.anyFresh() {
		return end
	}
	for j := i; j < end; j++ {
		if f.kind[j] != Closing {
			f.kind[j] = Quote
		}
	}
	return i
}

// closing finds the signature among the lines before end.
func (f *folder) closing(end int) {
	for i := max(0, end-2*maxSignature); i < end; i++ {
		if f.kind[i] != Fresh {
			continue
		}
		below := end - i - 1
		raw := strings.TrimRight(f.lines[i], "\r\n")
		switch {
		case raw == "-- " && below <= maxSignature,
			(raw == "--" || raw == "—" || raw == "–") && below <= shortSignature && f.short(i+1, end),
			f.afterQuote(i) && strings.HasPrefix(raw, "___") && ruler(f.flat[i]) && below <= shortSignature && f.short(i+1, end),
			ruler(f.flat[i]) && utf8.RuneCountInString(f.flat[i]) >= 8 && below <= maxSignature && f.card(i+1, end),
			below <= 1 && sentFrom(strings.Join(f.flat[i:end], " ")):
			if f.freshBefore(i) {
				f.mark(i, end, Closing)
			}
			return
		}
	}
}

func (f *folder) freshBefore(i int) bool {
	for j := range i {
		if f.kind[j] == Fresh && f.flat[j] != "" {
			return true
		}
	}
	return false
}

// afterQuote tells whether the line above with anything on it is quoted.
func (f *folder) afterQuote(i int) bool {
	for i--; i >= 0; i-- {
		if f.flat[i] != "" {
			return f.kind[i] != Fresh
		}
	}
	return false
}

// short tells whether lines are as those of signatures are, and ask nothing.
func (f *folder) short(from, to int) bool {
	const wide = 80
	for _, l := range f.flat[from:to] {
		if utf8.RuneCountInString(l) > wide || strings.HasSuffix(l, "?") || strings.HasSuffix(l, "？") || strings.HasSuffix(l, ":") || strings.HasSuffix(l, "か。") {
			return false
		}
	}
	return true
}

// card tells whether lines under a ruler are somebody's card: short, with at
// least two of telephone, address, company and site.
func (f *folder) card(from, to int) bool {
	const wide = 60
	seen := map[string]bool{}
	for _, l := range f.flat[from:to] {
		if utf8.RuneCountInString(l) > wide {
			return false
		}
		for name, form := range cardForms {
			if form().MatchString(l) {
				seen[name] = true
			}
		}
	}
	return len(seen) >= 2 && (seen["telephone"] || seen["address"])
}
