package tidy

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func habitRules() []Rule {
	return []Rule{{"tests-do-not-hide", checkTestCalls}, {"tests-run-side-by-side", checkParallel}, {"one-sql-text", checkSQL}}
}

// checkTestCalls finds tests that hide what they did not check, and tests that
// hope instead of waiting.
func checkTestCalls(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(true) {
		if !f.Test && !importsTesting(f) {
			continue
		}
		if strings.HasPrefix(f.Path, "internal/store/pgtest/") || strings.HasSuffix(f.Path, "/needs_test.go") {
			continue // a machine without a server, or whose user may not mount; continuous integration fails there
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, _ := sel.X.(*ast.Ident)
			switch name := sel.Sel.Name; {
			case id != nil && id.Name == "time" && name == "Sleep":
				out = append(out, Finding{f.Path, t.line(n.Pos()), "the test sleeps",
					"wait for a signal or a channel, set the desk's clock, or use testing/synctest"})
			case id != nil && (name == "Skip" || name == "Skipf" || name == "SkipNow"):
				out = append(out, Finding{f.Path, t.line(n.Pos()), "the test is skipped",
					"make what it needs, draw only valid values, or fail; with -short do less, not nothing"})
			}
			return true
		})
	}
	return out
}

// importsTesting tells whether a file is part of a suite that others run.
func importsTesting(f *File) bool {
	return slices.ContainsFunc(f.Syntax.Imports, func(spec *ast.ImportSpec) bool { return importPath(spec) == "testing" })
}

// checkParallel asks every test to run beside the others unless what it calls
// forbids it, or it looks at the clock (measured).
func checkParallel(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(true) {
		if !f.Test {
			continue
		}
		for _, d := range f.Syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || fn.Body == nil || !isTest(fn.Name.Name) {
				continue
			}
			if !calls(fn, "Parallel", "Setenv", "Chdir", "AllocsPerRun", "measured") {
				out = append(out, Finding{f.Path, t.line(fn.Pos()), fn.Name.Name + " does not run side by side with other tests",
					"begin it with t.Parallel()"})
			}
		}
	}
	return out
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") && name != "TestMain"
}

func calls(fn *ast.FuncDecl, names ...string) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			found = found || slices.Contains(names, n.Sel.Name)
		case *ast.CallExpr:
			id, ok := n.Fun.(*ast.Ident)
			found = found || ok && slices.Contains(names, id.Name)
		}
		return !found
	})
	return found
}

// oneEngine finds SQL that only one of the engines understands, or that reads
// the database's clock.
var oneEngine = regexp.MustCompile(`(?i)\b(NOW\(\)|CURRENT_TIMESTAMP|datetime\(|strftime\(|= ANY\b|FOR UPDATE\b|GREATEST\(|LEAST\(|LAST_INSERT_ROWID)`)

// statement tells SQL from other texts.
var statement = regexp.MustCompile(`(?i)\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\b`)

// bareLimit finds a LIMIT whose value is a parameter by itself: SQLite plans such a
// statement for the value, and anew each time that one is bound (3.48 and later).
// What is added to nothing it takes as it comes.
var bareLimit = regexp.MustCompile(`\b(LIMIT|OFFSET) \$`)

// engineFile is a file that belongs to one engine.
func engineFile(name string) bool {
	base := path.Base(name)
	return strings.Contains(base, "sqlite") || strings.Contains(base, "postgres")
}

func checkSQL(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Files {
		switch {
		case engineFile(f.Path) || within(f.Dir(), "internal/tidy"):
		case path.Ext(f.Path) == ".sql":
			for i, line := range strings.Split(string(f.Text), "\n") {
				if m := oneEngine.FindString(line); m != "" {
					out = append(out, sqlFinding(f.Path, i+1, m))
				}
			}
		case f.Go() && !f.Test:
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err == nil && bareLimit.MatchString(text) {
					out = append(out, Finding{f.Path, t.line(lit.Pos()), "a LIMIT is a parameter by itself",
						"write LIMIT 0 + $1: SQLite prepares the statement again each time that a bare one is bound"})
				}
				if err != nil || !statement.MatchString(text) {
					return true
				}
				if m := oneEngine.FindString(text); m != "" {
					out = append(out, sqlFinding(f.Path, t.line(lit.Pos()), m))
				}
				return true
			})
		}
	}
	return out
}

func sqlFinding(name string, line int, what string) Finding {
	return Finding{name, line, "shared SQL says " + what,
		"pass the instant as a parameter, use words that both engines know, or move it into the engine's own file"}
}
