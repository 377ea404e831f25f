package tidy

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// guidePath is the document that says how far the product keeps the guide.
const guidePath = "docs/guide.md"

// NotYet stands in the table where a rule has no proof or no mutant.
const NotYet = "not yet"

// GuideRule is one line of the table of docs/guide.md. Line counts from 1.
// Proof and Mutant are the zero value when the line says "not yet".
type GuideRule struct {
	ID     string // R01-R56 are the guide's rules, A1-A26 its ledger, T11a is what must never happen
	Text   string
	Line   int
	Proof  Proof
	Mutant Mutant
}

// Proof is the test that proves a rule: a package folder and the name of a
// test, with subtests behind slashes as go test writes them.
type Proof struct{ Package, Test string }

// Mutant is the change of one line that must turn the proof red. Old occurs
// exactly once in the file.
type Mutant struct{ File, Old, New string }

// ofGuide tells a rule of the guide from what must never happen, of which the table
// holds what is proven.
func (r GuideRule) ofGuide() bool { return !strings.HasPrefix(r.ID, "T") }

// Apply returns the text with the change made. It fails unless Old occurs
// exactly once and New is something else.
func (m Mutant) Apply(text []byte) ([]byte, error) {
	switch n := strings.Count(string(text), m.Old); {
	case m.Old == "" || m.Old == m.New:
		return nil, fmt.Errorf("the mutant of %s changes nothing", m.File)
	case n != 1:
		return nil, fmt.Errorf("%s holds %s %d times, must be once", m.File, strconv.Quote(m.Old), n)
	}
	return []byte(strings.Replace(string(text), m.Old, m.New, 1)), nil
}

// ReadGuide reads the table of docs/guide.md. The error joins all lines that
// cannot be read, each with its number and what to write instead; the rules
// that can be read are returned beside it.
func ReadGuide(text []byte) ([]GuideRule, error) {
	var rules []GuideRule
	var errs []error
	for i, line := range strings.Split(string(text), "\n") {
		if !ruleLine.MatchString(line) {
			continue
		}
		r, err := readRule(line)
		r.Line = i + 1
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", guidePath, i+1, err))
		}
		rules = append(rules, r)
	}
	return rules, errors.Join(errs...)
}

var (
	ruleLine  = regexp.MustCompile(`^\| *(?:[RA]\d+|T\d+[a-z]?) *\|`)
	proofCell = regexp.MustCompile("^`([a-z0-9/]+): (Test[^` ]*)`$")
)

func readRule(line string) (GuideRule, error) {
	cells := splitCells(line)
	if len(cells) != 4 {
		return GuideRule{}, fmt.Errorf("the line has %d cells, must be 4: id, rule, proof, mutant (write \\| for a bar inside a cell)", len(cells))
	}
	r := GuideRule{ID: cells[0], Text: cells[1]}
	if cells[2] == NotYet && cells[3] == NotYet {
		return r, nil
	}
	m := proofCell.FindStringSubmatch(cells[2])
	if m == nil {
		return r, fmt.Errorf("%s: the proof reads %q, write `internal/x: TestName/subtest` in a code span, or %q in both cells", r.ID, cells[2], NotYet)
	}
	mutant, err := readMutant(cells[3])
	if err != nil {
		return r, fmt.Errorf("%s: %w", r.ID, err)
	}
	r.Proof, r.Mutant = Proof{m[1], m[2]}, mutant
	return r, nil
}

// splitCells splits a table line at its bars; \| is a bar inside a cell.
func splitCells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	var cells []string
	var cell strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			cell.WriteByte('|')
			i++
		case line[i] == '|':
			cells = append(cells, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(line[i])
		}
	}
	return append(cells, strings.TrimSpace(cell.String()))
}

func readMutant(cell string) (Mutant, error) {
	bad := func(why string) (Mutant, error) {
		return Mutant{}, fmt.Errorf("the mutant reads %q: %s; write `file: \"old\" -> \"new\"` in a code span, with Go's quotes and escapes (\\x60 is a back quote)", cell, why)
	}
	span := strings.TrimSuffix(strings.TrimPrefix(cell, "`"), "`")
	if len(span) != len(cell)-2 {
		return bad("it is not one code span")
	}
	file, rest, ok := strings.Cut(span, ": ")
	if !ok || strings.ContainsAny(file, "\" ") {
		return bad("no file")
	}
	oldQuoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return bad("the old text is not quoted")
	}
	newQuoted, ok := strings.CutPrefix(rest[len(oldQuoted):], " -> ")
	if !ok {
		return bad("no arrow")
	}
	before, errOld := strconv.Unquote(oldQuoted)
	after, errNew := strconv.Unquote(newQuoted)
	if errOld != nil || errNew != nil {
		return bad("the new text is not quoted")
	}
	if strings.Contains(before+after, "\n") {
		return bad("it spans lines; one line must do")
	}
	return Mutant{file, before, after}, nil
}

// guideIDs are all ids, in the order of the table.
func guideIDs() []string {
	var ids []string
	for n := range 56 {
		ids = append(ids, fmt.Sprintf("R%02d", n+1))
	}
	for n := range 26 {
		ids = append(ids, fmt.Sprintf("A%d", n+1))
	}
	return ids
}

func guideRules() []Rule {
	return []Rule{{"guide-table", checkGuideTable}, {"guide-comments", checkGuideComments}}
}

// checkGuideTable holds the table against the guide's ids, the tests it names
// and the code its mutants change.
func checkGuideTable(t *Tree) []Finding {
	f := t.file(guidePath)
	if f == nil {
		return []Finding{{guidePath, 0, "it is missing", "write the table of R01-R56 and A1-A26"}}
	}
	var out []Finding
	rules, err := ReadGuide(f.Text)
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			out = append(out, Finding{guidePath, 0, line, "correct that line"})
		}
		return out
	}
	var ids []string
	for _, r := range rules {
		if r.ofGuide() {
			ids = append(ids, r.ID)
		} else if r.Proof == (Proof{}) {
			out = append(out, Finding{guidePath, r.Line, r.ID + " has no proof", "name it, or leave the line out"})
		}
	}
	if !slices.Equal(ids, guideIDs()) {
		out = append(out, Finding{guidePath, 0, "the table does not hold each id once and in order: " + firstOff(ids),
			"have one line for each of R01-R56, then A1-A26"})
	}
	notes := guideNotes(t)
	for _, r := range rules {
		if r.Proof != (Proof{}) {
			out = append(out, checkProof(t, r, notes)...)
		}
	}
	return out
}

func firstOff(ids []string) string {
	for i, want := range guideIDs() {
		if i >= len(ids) {
			return want + " is missing"
		}
		if ids[i] != want {
			return "found " + ids[i] + " in the place of " + want
		}
	}
	return "something follows A26"
}

func checkProof(t *Tree, r GuideRule, notes []note) []Finding {
	var out []Finding
	test, _, _ := strings.Cut(r.Proof.Test, "/")
	if !t.holdsTest(r.Proof.Package, test) {
		out = append(out, Finding{guidePath, r.Line, r.ID + " is to be proven by " + r.Proof.Package + ": " + test + ", which is gone",
			"name the test that proves it now, or write " + strconv.Quote(NotYet)})
	}
	if r.ofGuide() && !slices.ContainsFunc(notes, func(n note) bool { return within(n.dir, r.Proof.Package) && slices.Contains(n.ids, r.ID) }) {
		out = append(out, Finding{guidePath, r.Line, "no test of " + r.Proof.Package + " says that it proves " + r.ID,
			"write \"// guide: " + r.ID + "\" on the line above the test"})
	}
	file := t.file(r.Mutant.File)
	if file == nil {
		return append(out, Finding{guidePath, r.Line, "the mutant of " + r.ID + " changes " + r.Mutant.File + ", which is gone",
			"name the file that decides it now"})
	}
	if file.Test || strings.Contains(file.Path, "testdata/") {
		out = append(out, Finding{guidePath, r.Line, "the mutant of " + r.ID + " changes a test", "change what the test proves"})
	}
	if _, err := r.Mutant.Apply(file.Text); err != nil {
		out = append(out, Finding{guidePath, r.Line, r.ID + ": " + err.Error(), "quote enough of the line to mean one place"})
	}
	return out
}

func (t *Tree) holdsTest(dir, name string) bool {
	for _, f := range t.Files {
		if f.Test && f.Dir() == dir && strings.Contains(string(f.Text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

// note is one comment in a test that names rules.
type note struct {
	dir  string
	file string
	line int
	ids  []string
	bad  string // what is wrong with it
}

var (
	guideNote = regexp.MustCompile(`^\s*(//|#) ?guide:(.*)$`)
	guideID   = regexp.MustCompile(`^(R\d\d|A[1-9]\d?)$`)
)

// guideNotes finds the comments of the form "// guide: R26, A5" in tests and
// scenarios.
func guideNotes(t *Tree) []note {
	var out []note
	for _, f := range t.Files {
		ext := path.Ext(f.Path)
		scenario := strings.Contains(f.Path, "testdata/") && (ext == ".txtar" || ext == ".txt")
		if !f.Test && !scenario || within(f.Dir(), "internal/tidy") || within(f.Dir(), "internal/mutants") {
			continue
		}
		for i, line := range strings.Split(string(f.Text), "\n") {
			m := guideNote.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			n := note{dir: f.Dir(), file: f.Path, line: i + 1}
			for _, id := range strings.Split(strings.TrimPrefix(m[2], " "), ", ") {
				if !guideID.MatchString(id) {
					n.bad = strconv.Quote(strings.TrimSpace(line)) + " does not read like \"// guide: R26, A5\""
				} else if !slices.Contains(guideIDs(), id) {
					n.bad = id + " is no rule of the guide"
				}
				n.ids = append(n.ids, id)
			}
			out = append(out, n)
		}
	}
	return out
}

func checkGuideComments(t *Tree) []Finding {
	var out []Finding
	for _, n := range guideNotes(t) {
		if n.bad != "" {
			out = append(out, Finding{n.file, n.line, n.bad, "name ids of docs/guide.md, with comma and blank between them"})
		}
	}
	return out
}
