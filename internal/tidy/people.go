package tidy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// peoplePath is the document that says what people may expect of the pages.
const peoplePath = "docs/ux.md"

var (
	peopleLine = regexp.MustCompile(`^\| *UX-\d\d *\|`)
	peopleCell = regexp.MustCompile("`([a-z0-9/]+): (Test[A-Za-z0-9]+)`")
)

func peopleRules() []Rule { return []Rule{{"people-table", checkPeopleTable}} }

// peopleIDs are UX-01 to UX-30.
func peopleIDs() []string {
	var ids []string
	for n := range 30 {
		ids = append(ids, fmt.Sprintf("UX-%02d", n+1))
	}
	return ids
}

// checkPeopleTable holds the table against the tests that it names: each is there, and
// one of its package says which requirement it proves.
func checkPeopleTable(t *Tree) []Finding {
	f := t.file(peoplePath)
	if f == nil {
		return []Finding{{peoplePath, 0, "it is missing", "write the table of UX-01 to UX-30"}}
	}
	var out []Finding
	var ids []string
	for i, line := range strings.Split(string(f.Text), "\n") {
		if !peopleLine.MatchString(line) {
			continue
		}
		cells := splitCells(line)
		ids = append(ids, cells[0])
		proofs := peopleCell.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(cells) != 3 || len(proofs) == 0 && !strings.HasPrefix(cells[2], NotYet) {
			out = append(out, Finding{peoplePath, i + 1, cells[0] + " names no test", "write `internal/x: TestName` in code spans, or " + strconv.Quote(NotYet)})
		}
		for _, p := range proofs {
			switch {
			case !t.holdsTest(p[1], p[2]):
				out = append(out, Finding{peoplePath, i + 1, cells[0] + " is to be proven by " + p[1] + ": " + p[2] + ", which is gone", "name the test that proves it now"})
			case !t.names(p[1], p[2], cells[0]):
				out = append(out, Finding{peoplePath, i + 1, p[1] + ": " + p[2] + " does not say that it proves " + cells[0], "write the id into its comment"})
			}
		}
	}
	if !slices.Equal(ids, peopleIDs()) {
		out = append(out, Finding{peoplePath, 0, "the table does not hold each id once and in order", "have one line for each of UX-01 to UX-30"})
	}
	return out
}

// names tells whether a test's comment or body has an id.
func (t *Tree) names(dir, test, id string) bool {
	for _, f := range t.Files {
		if !f.Test || f.Dir() != dir {
			continue
		}
		text := string(f.Text)
		at := strings.Index(text, "\nfunc "+test+"(")
		if at < 0 {
			continue
		}
		begin := strings.LastIndex(text[:at], "\n\n")
		end := strings.Index(text[at+1:], "\n}\n")
		if end < 0 {
			end = len(text) - at - 1
		}
		return strings.Contains(text[max(begin, 0):at+1+end], id)
	}
	return false
}
