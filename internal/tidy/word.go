package tidy

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// folders are names that say nothing about what is inside.
var folders = []string{"util", "utils", "helper", "helpers", "common", "types", "models", "manager", "misc", "shared", "base"}

// suffixes are endings of type names that say nothing about the type.
var suffixes = map[string]string{
	"Manager": "name what it does, or what it is",
	"Helper":  "name the thing that is helped, and put the function beside it",
	"Impl":    "the only implementation carries the name itself",
	"Data":    "name the noun: every value is data",
	"Util":    "put the function beside its one user",
	"Info":    "name the noun",
}

// words that the field uses otherwise, as parts of identifiers (in lower case)
// and as words of messages, with the one that we use.
var words = map[string]string{
	"sla":      "say target; the role is role_licence_secondary",
	"slas":     "say targets",
	"breach":   "say missed",
	"breached": "say missed",
	"breaches": "say missed",
	"ticket":   "say request",
	"tickets":  "say requests",
	"closure":  "say completion",
	"license":  "say licence",
	"licenses": "say licences",
	"licensed": "say licensee or licence, in British spelling",
	"handover": "say hand-over (HandOver, hand_over)",
	"util":     "name what it is",
	"utils":    "name what it is",
	"impl":     "the only implementation carries the name itself",
}

func wordRules() []Rule {
	return []Rule{{"names", checkNames}, {"messages", checkMessages}}
}

func checkNames(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(true) {
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(f.Path), ".go"), "_test")
		for _, name := range append(strings.Split(f.Dir(), "/"), base) {
			if slices.Contains(folders, name) {
				out = append(out, Finding{f.Path, 0, "the name " + name + " says nothing", "name the file or folder after its noun"})
			}
		}
		for _, id := range declared(f.Syntax) {
			if problem, fix := badName(id); problem != "" {
				out = append(out, Finding{f.Path, t.line(id.ident.Pos()), problem, fix})
			}
		}
	}
	return out
}

// declaration is a name that a file brings into the world.
type declaration struct {
	ident *ast.Ident
	kind  token.Token // TYPE, FUNC, CONST, VAR (fields too)
}

func declared(file *ast.File) []declaration {
	var out []declaration
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			out = append(out, declaration{n.Name, token.TYPE})
		case *ast.FuncDecl:
			out = append(out, declaration{n.Name, token.FUNC})
		case *ast.ValueSpec:
			for _, id := range n.Names {
				out = append(out, declaration{id, token.VAR})
			}
		case *ast.Field:
			for _, id := range n.Names {
				out = append(out, declaration{id, token.VAR})
			}
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				return true
			}
			for _, e := range n.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					out = append(out, declaration{id, token.VAR})
				}
			}
		}
		return true
	})
	return out
}

// asked are names that an interface of a library asks for: huma's errors.
var asked = map[string]bool{"GetStatus": true, "GetHeaders": true}

func badName(d declaration) (problem, fix string) {
	name := d.ident.Name
	if d.kind == token.TYPE {
		for suffix, fix := range suffixes {
			if strings.HasSuffix(name, suffix) && name != suffix {
				return "the type " + name + " ends in " + suffix, fix
			}
		}
	}
	if rest, ok := strings.CutPrefix(name, "Get"); ok && !asked[name] && d.kind == token.FUNC && rest != "" && unicode.IsUpper(rune(rest[0])) {
		return "the function " + name + " begins with Get", "call it " + rest
	}
	for _, w := range camel(name) {
		if fix, ok := words[w]; ok {
			return "the name " + name + " holds the word " + w, fix
		}
	}
	return "", ""
}

// camel splits an identifier into its words, in lower case: HTTPError_x is
// http, error, x.
func camel(name string) []string {
	var out []string
	var word []rune
	runes := []rune(name)
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	for i, r := range runes {
		upper := unicode.IsUpper(r)
		nextLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		prevLower := i > 0 && !unicode.IsUpper(runes[i-1])
		if r == '_' || upper && (prevLower || nextLower) {
			flush()
		}
		if r != '_' {
			word = append(word, r)
		}
	}
	flush()
	return out
}

// wrongWord finds the words of other houses in messages and documents. Capital
// LICENSE is a file name; SLA stands in the guide's own vocabulary, which only
// docs/guide.md quotes.
var wrongWord = regexp.MustCompile(`\b([Tt]ickets?|[Bb]reach(es|ed)?|SLAs?|[Ll]icenses?|[Hh]andovers?)\b`)

func checkMessages(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(false) {
		if within(f.Dir(), "internal/tidy") {
			continue
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if _, ok := n.(*ast.ImportSpec); ok {
				return false
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true
			}
			if w := wrongWord.FindString(text); w != "" {
				out = append(out, Finding{f.Path, t.line(lit.Pos()), "a text says " + strconv.Quote(w), words[strings.ToLower(w)]})
			}
			return true
		})
	}
	for _, f := range t.Files {
		if path.Ext(f.Path) != ".md" || f.Path == guidePath {
			continue
		}
		for i, line := range strings.Split(string(f.Text), "\n") {
			line = strings.ReplaceAll(withoutCode(line), "Apache License", "") // a name keeps its spelling
			if w := wrongWord.FindString(line); w != "" {
				out = append(out, Finding{f.Path, i + 1, "the document says " + strconv.Quote(w), words[strings.ToLower(w)]})
			}
		}
	}
	return out
}

var codeSpan = regexp.MustCompile("`[^`]*`")

// withoutCode blanks what stands in code spans: it is quoted, not said.
func withoutCode(line string) string { return codeSpan.ReplaceAllString(line, "``") }
