package tidy

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

func textRules() []Rule {
	return []Rule{
		{"documents", checkDocuments}, {"links", checkLinks}, {"changelog", checkChangelog},
		{"decisions", checkDecisions}, {"readme", checkReadme}, {"places", checkPlaces}, {"targets", checkTargets}, {"licence", checkLicence},
	}
}

// outside yields the lines of a document that do not stand in a code block.
func outside(text []byte, yield func(n int, line string)) {
	fenced := false
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if !fenced {
			yield(i+1, line)
		}
	}
}

func (t *Tree) documents() []*File {
	var out []*File
	for _, f := range t.Files {
		if path.Ext(f.Path) == ".md" && !strings.Contains(f.Path, "testdata/") {
			out = append(out, f)
		}
	}
	return out
}

func checkDocuments(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.documents() {
		heads := 0
		outside(f.Text, func(n int, line string) {
			if strings.HasPrefix(line, "# ") {
				heads++
			}
			if line != strings.TrimRight(line, " \t") {
				out = append(out, Finding{f.Path, n, "the line ends in blanks", "take them away; a paragraph ends with an empty line"})
			}
		})
		if heads != 1 {
			out = append(out, Finding{f.Path, 0, "a document has one title", "give it exactly one line that begins with \"# \""})
		}
	}
	return out
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func checkLinks(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.documents() {
		outside(f.Text, func(n int, line string) {
			for _, m := range link.FindAllStringSubmatch(withoutCode(line), -1) {
				target, _, _ := strings.Cut(m[1], "#")
				if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
					continue
				}
				if !t.has(path.Join(f.Dir(), target)) {
					out = append(out, Finding{f.Path, n, "the link to " + m[1] + " leads nowhere", "name a file of the project, from the document's own folder"})
				}
			}
		})
	}
	return out
}

// has tells whether the tree holds a file or folder of this path.
func (t *Tree) has(name string) bool {
	return slices.ContainsFunc(t.Files, func(f *File) bool { return within(f.Path, name) })
}

var (
	release = regexp.MustCompile(`^## (Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\))$`)
	entry   = regexp.MustCompile(`^- \S.*$`)
)

func checkChangelog(t *Tree) []Finding {
	f := t.file("CHANGELOG.md")
	if f == nil {
		return nil
	}
	var out []Finding
	outside(f.Text, func(n int, line string) {
		switch {
		case strings.HasPrefix(line, "## ") && !release.MatchString(line):
			out = append(out, Finding{f.Path, n, "a release reads otherwise", "write \"## Unreleased\" or \"## 1.2.3 (2026-06-06)\""})
		case strings.HasPrefix(line, "* "), strings.HasPrefix(line, "- ") && !entry.MatchString(line):
			out = append(out, Finding{f.Path, n, "an entry reads otherwise", "begin it with \"- \" and say what an operator sees"})
		}
	})
	return out
}

var decision = regexp.MustCompile(`^docs/decisions/\d{3}-[a-z0-9-]+\.md$`)

// sections of a decision, in their order.
var sections = []string{"## Context", "## Decision", "## Consequences", "## What would change our mind"}

func checkDecisions(t *Tree) []Finding {
	var out []Finding
	numbers := map[string]string{}
	for _, f := range t.documents() {
		if f.Dir() != "docs/decisions" {
			continue
		}
		if !decision.MatchString(f.Path) {
			out = append(out, Finding{f.Path, 0, "the name of a decision reads otherwise", "call it NNN-title.md, after docs/decisions/000-template.md"})
			continue
		}
		number := path.Base(f.Path)[:3]
		if other := numbers[number]; other != "" {
			out = append(out, Finding{f.Path, 0, "its number is taken by " + other, "take the next free number"})
		}
		numbers[number] = f.Path
		var heads []string
		outside(f.Text, func(_ int, line string) {
			if strings.HasPrefix(line, "## ") {
				heads = append(heads, line)
			}
		})
		if !slices.Equal(heads, sections) {
			out = append(out, Finding{f.Path, 0, "its sections are not those of the template", "have exactly: " + strings.Join(sections, ", ")})
		}
	}
	return out
}

// checkReadme holds the two commands by which everybody begins.
func checkReadme(t *Tree) []Finding {
	var out []Finding
	readme, ci := t.file("README.md"), t.file(".ci/run")
	if readme == nil || ci == nil {
		return nil
	}
	for _, command := range []string{"make run", "make test"} {
		if !strings.Contains(string(readme.Text), "\n"+command+"\n") && !strings.Contains(string(readme.Text), "\n"+command+" ") {
			out = append(out, Finding{readme.Path, 0, "it does not show " + command, "show it on a line of its own in a code block"})
		}
	}
	if !strings.Contains(string(ci.Text), "\nmake test\n") {
		out = append(out, Finding{ci.Path, 0, "it does not run what the README says", "call make test"})
	}
	return out
}

// elsewhere are marks of one machine or network: folders of a user, addresses
// of a private registry. Written in parts so that this file does not hold them.
var elsewhere = regexp.MustCompile(`(^|[\s"'=(:` + "`" + `])(/ro` + `ot/|/ho` + `me/[a-z]|/Us` + `ers/[A-Za-z]|/wo` + `rk/|[A-Z]:\\Us` + `ers)|` +
	`\.\./sha` + `red/|GOPRO` + `XY=http|GONO` + `SUMDB|"resolved": "https?://[^r]|//(10|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+`)

func checkPlaces(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Files {
		if f.Path == "LICENSE" || f.Path == ".git" || within(f.Path, "internal/message/testdata") {
			continue // mails of others name their own machines
		}
		for i, line := range strings.Split(string(f.Text), "\n") {
			if m := elsewhere.FindString(line); m != "" {
				out = append(out, Finding{f.Path, i + 1, "it names a place on one machine (" + strings.TrimSpace(m) + ")",
					"write a path inside the project, or a name that holds everywhere"})
			}
		}
	}
	return out
}

var (
	makeTarget = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
	makeCall   = regexp.MustCompile("(?:^|`)make ([a-z][a-z-]*)")
)

// checkTargets wants every make command that a document shows to exist, and
// every target to say in the list what it does.
func checkTargets(t *Tree) []Finding {
	mk := t.file("Makefile")
	if mk == nil {
		return nil
	}
	var out []Finding
	known := map[string]bool{}
	for i, line := range strings.Split(string(mk.Text), "\n") {
		if m := makeTarget.FindStringSubmatch(line); m != nil {
			known[m[1]] = true
			if !strings.Contains(line, " ## ") {
				out = append(out, Finding{mk.Path, i + 1, "make help does not list the target " + m[1], "say what it does after \" ## \""})
			}
		}
	}
	for _, f := range t.documents() {
		for i, line := range strings.Split(string(f.Text), "\n") {
			for _, m := range makeCall.FindAllStringSubmatch(line, -1) {
				if !known[m[1]] {
					out = append(out, Finding{f.Path, i + 1, "there is no target make " + m[1], "name one that make help lists"})
				}
			}
		}
	}
	return out
}

// apache is the SHA-256 of the text of the Apache License 2.0 as its authors
// publish it.
const apache = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

func checkLicence(t *Tree) []Finding {
	f := t.file("LICENSE")
	if f == nil || fmt.Sprintf("%x", sha256.Sum256(f.Text)) == apache {
		return nil
	}
	return []Finding{{f.Path, 0, "it is not the text of the Apache License 2.0", "put the text back byte by byte; notices of others belong beside their code"}}
}
