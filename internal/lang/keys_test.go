package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// use is one place in the sources that names a message.
type use struct {
	key, place string
	args       []string
	open       bool // the arguments cannot be read from the source
}

// speakers are functions that take a key, with the position of the key and
// that of the first name of an argument.
var speakers = map[string][2]int{
	"refuse": {1, 2}, "Refuse": {1, 2}, "Wrong": {1, 2}, "ground": {0, 2}, "yes": {0, 2}, "no": {0, 2},
	"T": {0, none}, "stranger": {0, 1}, "wrong": {2, 3}, "Message": {1, none}, "absent": {1, none}, "refused": {2, none},
}

// none stands for arguments that cannot be read from the call.
const none = 1 << 10

// ownKey is a literal that can only be a message's key, wherever it stands.
var ownKey = regexp.MustCompile(`^(fact|clock|span|mail)(\.[a-z0-9_]+)+$`)

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// uses reads every source below the given folders of the project.
func uses(t *testing.T, folders ...string) []use {
	t.Helper()
	var out []use
	fset := token.NewFileSet()
	for _, folder := range folders {
		root := filepath.Join("..", "..", folder)
		own := folder == "internal/lang" || folder == "internal/notify"
		if _, err := os.Stat(root); err != nil {
			continue
		}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				return nil // being written by somebody else; the compiler complains
			}
			ast.Inspect(file, func(n ast.Node) bool {
				u, ok := useOf(n)
				if s, lit := literalOf(n); !ok && lit && own && ownKey.MatchString(s) {
					u, ok = use{key: s, open: true}, true
				}
				if ok {
					u.place = fset.Position(n.Pos()).String()
					out = append(out, u)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func useOf(n ast.Node) (use, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return use{}, false
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, ok := speakers[name]
	if !ok {
		return use{}, false
	}
	if len(call.Args) <= at[0] {
		return use{}, false
	}
	key, ok := literal(call.Args[at[0]])
	if name == "T" { // a method of a page's frame; support.T is a text
		if f, _ := call.Fun.(*ast.SelectorExpr); f == nil || isIdent(f.X, "support") {
			return use{}, false
		}
		key = "page." + key
	}
	if !ok || !keyForm.MatchString(key) {
		return use{}, false
	}
	u := use{key: key, open: call.Ellipsis.IsValid() || at[1] == none}
	for i := at[1]; i < len(call.Args); i += 2 {
		s, ok := literal(call.Args[i])
		u.open = u.open || !ok
		u.args = append(u.args, s)
	}
	return u, true
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func literalOf(n ast.Node) (string, bool) {
	e, ok := n.(ast.Expr)
	if !ok {
		return "", false
	}
	return literal(e)
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

var speaking = []string{"internal/support", "internal/desk", "internal/sheet", "internal/auth", "internal/store", "internal/api",
	"internal/web", "internal/demo", "internal/notify", "internal/lang", "cmd", "client"}

func TestKeysThatTheSourcesUseHaveWords(t *testing.T) {
	t.Parallel()
	missing := map[string]use{}
	for _, u := range uses(t, speaking...) {
		for _, code := range []string{English, Japanese} {
			if !Has(code, u.key) {
				missing[u.key+" ("+code+")"] = u
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(missing)) {
		u := missing[k]
		t.Errorf("%s: no words for %s, arguments %v: add them to catalogue/LANGUAGE/refusal.txt", u.place, k, u.args)
	}
}

// Words may name only what every place that refuses with them gives.
func TestWordsNameOnlyArgumentsThatAreGiven(t *testing.T) {
	t.Parallel()
	for _, u := range uses(t, speaking...) {
		if u.open {
			continue
		}
		for _, arg := range catalogues[English]().arguments(u.key) {
			if !slices.Contains(u.args, arg) {
				t.Errorf("%s: the words of %s name {%s}, given are %v", u.place, u.key, arg, u.args)
			}
		}
	}
}

// arguments are the names in a message, of all its plural forms, sorted.
func (c *catalogue) arguments(key string) []string {
	found := map[string]bool{}
	for k, m := range c.messages {
		if base, _, _ := strings.Cut(k, "["); base != key {
			continue
		}
		for _, p := range m.pieces {
			if p.arg != "" {
				found[p.arg] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// literals are all strings of the sources that have the form of a key.
func literals(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	word := regexp.MustCompile(`"([a-z][a-z0-9_]*(\.[a-z0-9_]+)+)"`)
	for _, folder := range folders {
		_ = filepath.WalkDir(filepath.Join("..", "..", folder), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return nil
			}
			b, err := os.ReadFile(name)
			if err != nil {
				return nil
			}
			for _, m := range word.FindAllStringSubmatch(string(b), -1) {
				out[m[1]] = true
			}
			return nil
		})
	}
	return out
}
