// Package tidy holds the house style as rules that a test runs over the whole
// tree: who may import whom, what a pure package must not touch, sizes, words,
// comments, habits of tests, documents, and docs/guide.md against the tests
// that prove it. It also reads docs/guide.md for the program that plants its
// mutants.
//
// It refuses to know what the product does: it sees syntax and text, never
// types or behaviour, and imports nothing of the product.
//
// Data layout: a [Tree] is every file of the project in path order, Go files
// parsed once. A [Rule] is a function from a tree to findings; it keeps no
// state, so that its own test can hand it a tree of a few planted lines. The
// tables that people edit stand in layout.go (packages and modules) and
// size.go (files and functions that are still too long).
package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Module is the import path of the project, prefix of its own packages.
const Module = "madoguchi"

// Finding is one place that breaks a rule. Fix says what to do instead; it is
// never empty. Line counts from 1; 0 means the whole file.
type Finding struct {
	Path    string
	Line    int
	Problem string
	Fix     string
}

// String is the finding as a line of a test's output: place, problem, way out.
func (f Finding) String() string {
	place := f.Path
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", f.Path, f.Line)
	}
	return fmt.Sprintf("%s: %s; %s", place, f.Problem, f.Fix)
}

// Rule is one habit of the house. Its name is the name of its subtest.
type Rule struct {
	Name  string
	Check func(*Tree) []Finding
}

// Rules are all rules, in the order in which they are reported.
func Rules() []Rule {
	parse := []Rule{{"parse", func(t *Tree) []Finding { return t.broken }}}
	return slices.Concat(parse, layoutRules(), sizeRules(), wordRules(), commentRules(), stateRules(), habitRules(), textRules(), guideRules(), peopleRules())
}

// File is one file of the project. Go and Syntax are set for Go files only.
type File struct {
	Path   string // slash-separated, from the root of the project
	Text   []byte
	Syntax *ast.File
	// Test is a _test.go file, Generated one that says so in its head.
	Test, Generated bool
}

// Dir is the folder of the file, "." for the root.
func (f *File) Dir() string { return path.Dir(f.Path) }

// Go tells whether it is Go source that could be read.
func (f *File) Go() bool { return f.Syntax != nil }

// Tree is the project: all its text files in path order.
type Tree struct {
	Files  []*File
	set    *token.FileSet
	broken []Finding
}

// line is the line of a position in the tree.
func (t *Tree) line(p token.Pos) int { return t.set.Position(p).Line }

// file is the file with this path; nil when the tree has none.
func (t *Tree) file(name string) *File {
	for _, f := range t.Files {
		if f.Path == name {
			return f
		}
	}
	return nil
}

// sources are the Go files that people write. With tests false, only those of
// the product.
func (t *Tree) sources(tests bool) []*File {
	var out []*File
	for _, f := range t.Files {
		if f.Go() && !f.Generated && (tests || !f.Test) {
			out = append(out, f)
		}
	}
	return out
}

// left are folders that are no part of the project though they may lie in it.
func left(name string) bool {
	switch name {
	case ".git", "bin", "data", "node_modules", "dist":
		return true
	}
	return false
}

// Read reads the project below root. Files that are not UTF-8 text are left
// out. A Go file that cannot be parsed is a finding of the rule "parse".
func Read(root fs.FS) (*Tree, error) {
	t := &Tree{set: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && left(d.Name()) && (d.Name() == "node_modules" || !strings.Contains(name, "internal/") || strings.Contains(name, "web/assets/")):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		t.add(name, text)
		return nil
	})
	return t, err
}

// add parses one file into the tree. Go files below testdata are data.
func (t *Tree) add(name string, text []byte) {
	f := &File{Path: name, Text: text, Test: strings.HasSuffix(name, "_test.go")}
	t.Files = append(t.Files, f)
	if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
		return
	}
	syntax, err := parser.ParseFile(t.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.broken = append(t.broken, Finding{name, 0, err.Error(), "correct the syntax; the other rules do not see this file"})
		return
	}
	f.Syntax, f.Generated = syntax, ast.IsGenerated(syntax)
}
