package tidy

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTree holds the whole project against the rules of the house.
func TestTree(t *testing.T) {
	t.Parallel()
	tree, err := Read(os.DirFS("../.."))
	if err != nil {
		t.Fatalf("the tree cannot be read: %v", err)
	}
	if len(tree.sources(false)) < 5 || tree.file("go.mod") == nil {
		t.Fatal("the tree that was read is not the project")
	}
	for _, r := range Rules() {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			for _, f := range r.Check(tree) {
				t.Error(f)
			}
		})
	}
}

// TestUnnamedProofs says which rules tests claim to prove that the table of
// docs/guide.md does not know yet. It informs: the table is filled when the
// mutant is known.
func TestUnnamedProofs(t *testing.T) {
	t.Parallel()
	tree, err := Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := ReadGuide(tree.file(guidePath).Text)
	if err != nil {
		t.Fatal(err)
	}
	claimed := map[string]bool{}
	for _, n := range guideNotes(tree) {
		for _, id := range n.ids {
			claimed[id] = true
		}
	}
	proven := 0
	var open []string
	for _, r := range rules {
		if r.Proof != (Proof{}) {
			proven++
		} else if claimed[r.ID] {
			open = append(open, r.ID)
		}
	}
	t.Logf("%d of %d rules proven; claimed by a test but not in the table: %s", proven, len(rules), strings.Join(open, " "))
}

// planted is one breach of one rule: a tree of a few files and a word of the
// finding that must come of it.
type planted struct {
	rule, want string
	files      map[string]string
}

func one(rule, want, name, text string) planted {
	return planted{rule, want, map[string]string{name: text}}
}

// TestRulesBite plants what each rule forbids and wants exactly that rule to
// see it.
func TestRulesBite(t *testing.T) {
	t.Parallel()
	for _, p := range slices.Concat(plantedCode(), plantedTexts(), plantedGuide()) {
		t.Run(p.rule+"/"+p.want, func(t *testing.T) {
			t.Parallel()
			found := ""
			for _, f := range findings(t, p.rule, p.files) {
				if f.Fix == "" || f.Path == "" {
					t.Errorf("the finding %q says neither where nor what to do", f)
				}
				found += f.String() + "\n"
			}
			if !strings.Contains(found, p.want) {
				t.Errorf("the rule did not see %q; it found:\n%s", p.want, found)
			}
		})
	}
}

// TestRulesLetGood wants no finding in a tree that keeps all rules.
func TestRulesLetGood(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod":                        "module madoguchi\n\nrequire (\n\tgithub.com/goccy/go-yaml v1.19.2\n)\n",
		"internal/support/support.go":   "// Package support is the core.\npackage support\n\nimport \"madoguchi/internal/calendar\"\n\n// Turn says who acts next.\ntype Turn string\n\nvar _ = calendar.Calendar{}\n\nvar order = []Turn{\"customer\"}\n\n// First is the first turn.\nfunc First(c calendar.Calendar) Turn { order := order[0]; _ = c; return order }\n",
		"internal/calendar/calendar.go": "// Package calendar is business time.\npackage calendar\n\n// Calendar is one.\ntype Calendar struct{}\n",
		"internal/support/turn_test.go": "package support\n\nimport \"testing\"\n\n// guide: R28\nfunc TestTurn(t *testing.T) { t.Parallel() }\n",
		"CHANGELOG.md":                  "# Changes\n\n## Unreleased\n\n- The desk opens.\n",
		"docs/guide.md":                 goodGuide("| R28 | text | `internal/support: TestTurn` | `internal/support/support.go: \"order[0]\" -> \"order[1]\"` |"),
		"docs/ux.md":                    goodPeople("`internal/support: TestPeople`"),
		"internal/support/ux_test.go":   "package support\n\nimport \"testing\"\n\n// It is seen (UX-01).\nfunc TestPeople(t *testing.T) { t.Parallel() }\n",
		"docs/decisions/001-one.md":     "# One\n\n" + strings.Join(sections, "\n\ntext\n\n") + "\n\ntext\n",
		"README.md":                     "# Madoguchi\n\n[Guide](docs/guide.md)\n[People](docs/ux.md)\n\n```\nmake run\nmake test\n```\n",
		".ci/run":                       "#!/bin/bash\n\nmake test\n",
	}
	for _, r := range Rules() {
		if r.Name == "size" || r.Name == "global-state-list" {
			continue // their lists speak of the real tree
		}
		for _, f := range findings(t, r.Name, files) {
			t.Errorf("%s: %s", r.Name, f)
		}
	}
}

func TestSizeList(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("\n\t_ = 1", 80)
	tree := read(t, map[string]string{"internal/support/a.go": "package support\n\nfunc f() {" + body + "\n}\n\nfunc g() {}\n"})
	for _, c := range []struct {
		list map[string]int
		want string
	}{
		{nil, "f has 82 lines"},
		{map[string]int{"internal/support/a.go f": 82}, ""},
		{map[string]int{"internal/support/a.go f": 90}, "f shrank to 82"},
		{map[string]int{"internal/support/a.go f": 75}, "at most 75"},
		{map[string]int{"internal/support/a.go f": 82, "internal/support/a.go g": 80}, "g is short enough"},
		{map[string]int{"internal/support/a.go f": 82, "internal/support/b.go": 700}, "which is gone"},
	} {
		got := checkSizes(c.list)(tree)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), c.want)) {
			t.Errorf("with the list %v found %v, want %q", c.list, got, c.want)
		}
	}
}

func read(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func findings(t *testing.T, rule string, files map[string]string) []Finding {
	t.Helper()
	for _, r := range Rules() {
		if r.Name == rule {
			return r.Check(read(t, files))
		}
	}
	t.Fatalf("there is no rule %s", rule)
	return nil
}

// goodGuide is a whole table in which the given lines stand in the place of
// their "not yet".
func goodGuide(lines ...string) string {
	var b strings.Builder
	b.WriteString("# Guide\n\n| id | rule | proof | mutant |\n|---|---|---|---|\n")
	for _, id := range guideIDs() {
		row := fmt.Sprintf("| %s | text | not yet | not yet |", id)
		for _, l := range lines {
			if strings.HasPrefix(l, "| "+id+" |") {
				row = l
			}
		}
		b.WriteString(row + "\n")
	}
	return b.String()
}

// goodPeople is a whole table in which UX-01 has a proof.
func goodPeople(proof string) string {
	var b strings.Builder
	b.WriteString("# People\n\n| id | what | proof |\n|---|---|---|\n")
	for _, id := range peopleIDs() {
		fmt.Fprintf(&b, "| %s | text | %s |\n", id, map[bool]string{true: proof, false: "not yet"}[id == "UX-01"])
	}
	return b.String()
}
