package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// zones are the abbreviations that a scenario may write, with their offsets
// from UTC in hours. A step says which one it means, so no rule is needed.
var zones = map[string]int{"UTC": 0, "GMT": 0, "JST": 9, "CET": 1, "CEST": 2, "PST": -8, "PDT": -7}

// forms of a clock time, from the minute to the microsecond.
var forms = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04:05.000000"}

// Instant reads "2026-06-06 02:06 JST", with seconds and microseconds where
// they matter.
func Instant(text string) (time.Time, error) {
	clock, zone, _ := cutLast(text)
	hours, ok := zones[zone]
	if !ok {
		return time.Time{}, fmt.Errorf("%q: end an instant with a zone: UTC, GMT, JST, CET, CEST, PST or PDT", text)
	}
	for _, form := range forms {
		if t, err := time.ParseInLocation(form, clock, time.FixedZone(zone, hours*3600)); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q: write an instant like 2026-06-06 02:06 JST", text)
}

func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// readStep reads "2026-06-06 02:06 JST hayashi file severity=1 title=…".
func readStep(text string) (Step, error) {
	words, err := split(text)
	if err != nil {
		return Step{}, err
	}
	if len(words) < 4 {
		return Step{}, fmt.Errorf("%q: a step is an instant, a person and what they do; other lines begin with want, later:, mark or from", text)
	}
	s := Step{Who: words[3], Args: map[string]string{}}
	if s.At, err = Instant(strings.Join(words[:3], " ")); err != nil {
		return s, err
	}
	rest := words[4:]
	switch {
	case s.Who == "clock":
		s.Verb = "wait_until"
	case len(rest) == 0:
		return s, fmt.Errorf("%s: say what %s does", text, s.Who)
	default:
		s.Verb, rest = rest[0], rest[1:]
	}
	for _, w := range rest {
		key, value, ok := strings.Cut(w, "=")
		if !ok || key == "" {
			return s, fmt.Errorf("%q: write name=value, with quotes around blanks", w)
		}
		if _, twice := s.Args[key]; twice {
			return s, fmt.Errorf("%s is given twice", key)
		}
		if key == "on" {
			s.On = value
			continue
		}
		s.Args[key] = value
	}
	return s, nil
}

// split cuts at blanks outside of quotes; name="two words" is one word without
// its quotes.
func split(text string) ([]string, error) {
	var out []string
	var word strings.Builder
	quoted, begun := false, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted, begun = !quoted, true
		case c == ' ' && !quoted:
			if begun {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("%q: a quote is not closed", text)
	}
	if begun {
		out = append(out, word.String())
	}
	return out, nil
}

// Args of a step, read as what they are; the first error is kept in Err, which
// also names arguments that nobody asked for.
type Args struct {
	step Step
	used map[string]bool
	err  error
}

// Read begins reading the arguments of a step.
func (s Step) Read() *Args { return &Args{step: s, used: map[string]bool{}} }

// Err is the first argument that could not be read, or one that the verb does
// not know.
func (a *Args) Err() error {
	if a.err != nil {
		return a.err
	}
	for name := range a.step.Args {
		if !a.used[name] {
			return fmt.Errorf("%s does not take %s=", a.step.Verb, name)
		}
	}
	return nil
}

func (a *Args) fail(name string, err error) {
	if a.err == nil && err != nil {
		a.err = fmt.Errorf("%s=%s: %w", name, a.step.Args[name], err)
	}
}

// Has tells whether an argument is given.
func (a *Args) Has(name string) bool {
	_, ok := a.step.Args[name]
	return ok
}

// Word is an argument as it stands, "" when it is not given.
func (a *Args) Word(name string) string {
	a.used[name] = true
	return a.step.Args[name]
}

// Number is an argument as a whole number, 0 when it is not given.
func (a *Args) Number(name string) int {
	if !a.Has(name) {
		return 0
	}
	n, err := strconv.Atoi(a.Word(name))
	a.fail(name, err)
	return n
}

// Numbers are numbers with commas between them.
func (a *Args) Numbers(name string) []int {
	var out []int
	for _, w := range a.Words(name) {
		n, err := strconv.Atoi(w)
		a.fail(name, err)
		out = append(out, n)
	}
	return out
}

// Words are words with commas between them, none when it is not given.
func (a *Args) Words(name string) []string {
	if w := a.Word(name); w != "" {
		return strings.Split(w, ",")
	}
	return nil
}

// Instant is an argument as an instant, zero when it is not given.
func (a *Args) Instant(name string) time.Time {
	if !a.Has(name) {
		return time.Time{}
	}
	t, err := Instant(a.Word(name))
	a.fail(name, err)
	return t
}

// Instants are instants with commas between them.
func (a *Args) Instants(name string) []time.Time {
	var out []time.Time
	for _, w := range a.Words(name) {
		t, err := Instant(w)
		a.fail(name, err)
		out = append(out, t)
	}
	return out
}

// Yes tells whether an argument says yes; "" and no are false.
func (a *Args) Yes(name string) bool {
	w := a.Word(name)
	if w != "" && w != "yes" && w != "no" {
		a.fail(name, fmt.Errorf("write yes or no"))
	}
	return w == "yes"
}
