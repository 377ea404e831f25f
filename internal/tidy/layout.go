package tidy

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// place says what one package of the project may import. Imports are other
// packages of the project, modules those of go.mod; both hold for its tests
// too, beside what testsMay allows.
type place struct {
	// pure packages know no time, row, socket or chance.
	pure    bool
	imports []string
	modules []string
}

// core is what whoever knows the core sees of it: its own types speak of
// calendars and packs.
var core = []string{"internal/support", "internal/policy", "internal/calendar"}

// layout is the house: a package that is not in it does not exist yet. Folders
// below a package share its entry unless they have one of their own. "*" is
// everything.
var layout = map[string]place{
	"cmd/madoguchi": {imports: []string{"*"}, modules: []string{"*"}},
	"client":        {},

	"internal/calendar":     {pure: true},
	"internal/calendar/gen": {},
	"internal/policy":       {pure: true, imports: []string{"internal/calendar"}, modules: []string{"github.com/goccy/go-yaml"}},
	"internal/support":      {pure: true, imports: []string{"internal/calendar", "internal/policy"}},
	// lang words amounts of the pack and writes instants in compiled-in zones
	"internal/lang":   {pure: true, imports: core, modules: []string{"golang.org/x/text"}},
	"internal/notify": {pure: true, imports: with(core, "internal/lang", "internal/message")},
	"internal/message": {pure: true, imports: with(core, "internal/text"),
		modules: []string{"golang.org/x/text", "golang.org/x/net", "github.com/microcosm-cc/bluemonday"}},
	"internal/text": {pure: true, modules: []string{
		"golang.org/x/text", "github.com/yuin/goldmark", "github.com/microcosm-cc/bluemonday"}},

	"internal/store": {imports: with(core, "internal/text"),
		modules: []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/klauspost/compress"}},
	"internal/store/storetest": {imports: with(core, "internal/store"), modules: testsMay},
	// making a token is a change like any other, so desk mints it; desk sends
	// through the smarthost itself until mail is a door of its own
	"internal/desk": {imports: with(core, "internal/store", "internal/notify", "internal/message", "internal/lang", "internal/auth", "internal/egress", "internal/blob", "internal/text", "internal/picture"),
		modules: []string{"github.com/wneessen/go-mail", "github.com/emersion/go-msgauth"}},
	"internal/egress": {},
	"internal/sheet":  {imports: with(core, "internal/desk", "internal/lang"), modules: []string{"golang.org/x/text"}},
	"internal/auth": {imports: []string{"internal/store", "internal/support"}, modules: []string{"golang.org/x/crypto", "golang.org/x/text",
		"github.com/go-webauthn/webauthn", "github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"}},
	"internal/live": {imports: []string{"internal/store", "internal/support"}},
	"internal/web": {imports: with(core, "internal/desk", "internal/sheet", "internal/auth", "internal/live", "internal/store", "internal/lang", "internal/text", "internal/blob", "internal/message"),
		modules: []string{"github.com/a-h/templ", "github.com/boombuler/barcode", "github.com/klauspost/compress"}},
	"internal/web/bundle": {modules: []string{"github.com/evanw/esbuild"}}, // makes what pages load; no part of the program
	"internal/api": {imports: with(core, "internal/desk", "internal/auth", "internal/live", "internal/store", "internal/lang", "internal/blob", "internal/text"),
		modules: []string{"github.com/danielgtaylor/huma/v2"}},
	"internal/mail": {imports: with(core, "internal/desk", "internal/message", "internal/store"),
		modules: []string{"github.com/emersion/go-smtp", "github.com/emersion/go-imap/v2", "github.com/emersion/go-msgauth", "golang.org/x/net"}},
	"internal/blob":    {},
	"internal/picture": {},
	"internal/demo": {imports: with(core, "internal/desk", "internal/auth", "internal/store", "internal/notify", "internal/message", "internal/lang", "internal/api"),
		modules: []string{"github.com/danielgtaylor/huma/v2"}},

	// what core tests and the demo start from
	"internal/demo/fixtures": {pure: true, imports: core},
	"internal/demo/stories":  {pure: true, imports: nil},
	"internal/scenario":      {modules: []string{"github.com/rogpeppe/go-internal"}},                             // tests alone: what a scenario file says, and how its wants compare
	"internal/sim":           {},                                                                                 // tests alone: its mutants are a program that builds them
	"internal/browser":       {modules: []string{"github.com/chromedp/chromedp", "github.com/chromedp/cdproto"}}, // tests alone: the pages in Chromium
	"internal/torture":       {},                                                                                 // tests alone: processes that are hurt
	"internal/oracle":        {imports: []string{"internal/calendar"}},
	"internal/bench": {imports: with(core, "internal/demo", "internal/desk", "internal/store", "internal/auth"),
		modules: []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite", "golang.org/x/text"}}, // measures a running desk, and the engines without it
	"internal/archive": {imports: with(core, "internal/blob", "internal/demo", "internal/desk", "internal/message", "internal/notify", "internal/store")}, // plays archives of mails to a desk
	"internal/tidy":    {},
	"internal/mutants": {imports: []string{"internal/tidy"}},
}

// doors lead into the desk. They read the store and never write to it.
var doors = []string{"internal/web", "internal/api", "internal/mail", "client"}

// modules are the modules that our own code names, each with its reason.
var modules = map[string]string{
	"github.com/a-h/templ":                  "typed pages; its output is committed",
	"github.com/alecthomas/kong":            "command line: structs are commands, help and completion come with it",
	"github.com/arran4/golang-ical":         "reads holiday calendars that are imported for review",
	"github.com/boombuler/barcode":          "the QR code of an authenticator app's secret",
	"github.com/chromedp/cdproto":           "the words of chromedp, which it is made of",
	"github.com/chromedp/chromedp":          "drives Chromium in tests",
	"github.com/evanw/esbuild":              "bundles style sheets and scripts; no part of the program",
	"github.com/coreos/go-oidc/v3":          "identity tokens of an OpenID provider, for staff",
	"github.com/emersion/go-imap/v2":        "fetches mails from mailboxes",
	"github.com/emersion/go-smtp":           "takes mails by SMTP and LMTP",
	"github.com/danielgtaylor/huma/v2":      "REST with OpenAPI 3.1 on the standard mux",
	"github.com/go-webauthn/webauthn":       "passkeys: what browsers and authenticators answer",
	"github.com/goccy/go-yaml":              "policy packs, with positions for errors",
	"github.com/google/go-cmp":              "tests: differences that can be read",
	"github.com/rogpeppe/go-internal":       "tests: txtar scenarios and scripts of commands",
	"github.com/santhosh-tekuri/jsonschema": "tests: shipped packs against the schema for editors",
	"github.com/emersion/go-msgauth":        "signs mails that leave, and judges those that come",
	"github.com/wneessen/go-mail":           "sends mail through a smarthost",
	"golang.org/x/crypto":                   "argon2 for passwords",
	"github.com/microcosm-cc/bluemonday":    "takes out of the HTML of mails what may not stand in a page",
	"golang.org/x/net":                      "reads the HTML of mails, and in tests pages, as a browser would",
	"golang.org/x/oauth2":                   "the exchange of codes with an OpenID provider",
	"golang.org/x/sync":                     "groups of goroutines with one owner",
	"golang.org/x/text":                     "plural forms, widths and folding",
	"honnef.co/go/tools":                    "tool: staticcheck",
	"github.com/klauspost/compress":         "zstd with a dictionary, so that a fact of 1,600 bytes is stored in 300",
	"modernc.org/sqlite":                    "SQLite without a C compiler",
	"github.com/jackc/pgx/v5":               "PostgreSQL, through database/sql",
	"pgregory.net/rapid":                    "tests: properties",
}

// testsMay are modules that tests of every package may use.
var testsMay = []string{"pgregory.net/rapid", "github.com/google/go-cmp", "github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema", "golang.org/x/net"}

func with(base []string, more ...string) []string { return slices.Concat(base, more) }

func layoutRules() []Rule {
	return []Rule{
		{"layout", checkImports},
		{"pure", checkPure},
		{"doors", checkDoors},
		{"modules", checkModules},
		{"contributing", checkContributing},
	}
}

// placeOf finds the entry of a folder: its own or the nearest above it.
func placeOf(dir string) (place, string, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		if p, ok := layout[d]; ok {
			return p, d, true
		}
	}
	return place{}, "", false
}

func importPath(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		panic("tidy: the parser let a broken import path through: " + spec.Path.Value)
	}
	return name
}

// within tells whether name is prefix or lies below it.
func within(name, prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+"/") }

func allowed(name string, list []string) bool {
	return slices.ContainsFunc(list, func(prefix string) bool { return prefix == "*" || within(name, prefix) })
}

func isModule(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return strings.Contains(first, ".")
}

func checkImports(t *Tree) []Finding {
	var out []Finding
	unknown := map[string]bool{}
	for _, f := range t.Files {
		if !f.Go() {
			continue
		}
		p, home, ok := placeOf(f.Dir())
		if !ok && !unknown[f.Dir()] {
			unknown[f.Dir()] = true
			out = append(out, Finding{f.Path, 0, "the package " + f.Dir() + " is not in the layout",
				"put the code where its noun lives, or add the package to layout in internal/tidy/layout.go and to CONTRIBUTING.md"})
		}
		if !ok {
			continue
		}
		for _, spec := range f.Syntax.Imports {
			if problem := badImport(f, p, home, importPath(spec)); problem != "" {
				out = append(out, Finding{f.Path, t.line(spec.Pos()), problem,
					"pass the value in as an argument, move the code, or change layout in internal/tidy/layout.go with the reason in the commit"})
			}
		}
	}
	return out
}

func badImport(f *File, p place, home, name string) string {
	switch own, ours := strings.CutPrefix(name, Module+"/"); {
	case ours && (within(own, home) || allowed(own, p.imports)):
		return ""
	case ours && f.Test:
		return "" // a test may set up whatever it needs; the compiler refuses cycles
	case ours:
		return fmt.Sprintf("%s may not import %s", home, own)
	case isModule(name) && (allowed(name, p.modules) || f.Test && allowed(name, testsMay)):
		return ""
	case isModule(name):
		return fmt.Sprintf("%s may not use the module of %s", home, name)
	}
	return ""
}

// impure are standard packages that bring time, rows, sockets or chance.
var impure = []string{"os", "net", "database", "context", "math/rand", "crypto/rand", "syscall", "runtime", "log", "io/ioutil"}

// clocks are names of package time that read a clock, wait, or ask the host.
var clocks = []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep", "Local", "LoadLocation"}

func checkPure(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(false) {
		p, home, ok := placeOf(f.Dir())
		if !ok || !p.pure {
			continue
		}
		for _, spec := range f.Syntax.Imports {
			name := importPath(spec)
			if allowed(name, impure) {
				out = append(out, Finding{f.Path, t.line(spec.Pos()), home + " is pure and may not import " + name,
					"let the caller pass the value; what touches the world belongs to desk, store or a door"})
			}
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			problem, fix := impureNode(n)
			if problem != "" {
				out = append(out, Finding{f.Path, t.line(n.Pos()), home + " is pure: " + problem, fix})
			}
			return true
		})
	}
	return out
}

func impureNode(n ast.Node) (problem, fix string) {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "it starts a goroutine", "return a value and let the caller decide what runs beside what"
	case *ast.SelectorExpr:
		if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clocks, n.Sel.Name) {
			if n.Sel.Name == "Local" || n.Sel.Name == "LoadLocation" {
				return "time." + n.Sel.Name + " depends on the host", "use calendar.Location: zone data is compiled in"
			}
			return "time." + n.Sel.Name + " reads a clock", "take the instant as an argument"
		}
	}
	return "", ""
}

// checkDoors finds the one way to write: a function that takes a transaction.
func checkDoors(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(false) {
		if !allowed(f.Dir(), doors) {
			continue
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Tx" {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "store" {
				out = append(out, Finding{f.Path, t.line(n.Pos()), "a door opens a transaction",
					"send a command through desk.Do; doors only read the store"})
			}
			return true
		})
	}
	return out
}

func checkModules(t *Tree) []Finding {
	var out []Finding
	known := func(name string) bool {
		for m := range modules {
			if within(name, m) {
				return true
			}
		}
		return false
	}
	const fix = "write it ourselves if it is small, or add the module with its reason to modules in internal/tidy/layout.go"
	for _, f := range t.Files {
		if !f.Go() {
			continue
		}
		for _, spec := range f.Syntax.Imports {
			if name := importPath(spec); isModule(name) && !known(name) {
				out = append(out, Finding{f.Path, t.line(spec.Pos()), "the module of " + name + " has no reason on the list", fix})
			}
		}
	}
	mod := t.file("go.mod")
	if mod == nil {
		return out
	}
	for i, line := range strings.Split(string(mod.Text), "\n") {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) >= 2 && isModule(fields[0]) && !strings.Contains(line, "// indirect") && !known(fields[0]) {
			out = append(out, Finding{"go.mod", i + 1, "the direct module " + fields[0] + " has no reason on the list", fix})
		}
		if len(fields) > 0 && fields[0] == "replace" {
			out = append(out, Finding{"go.mod", i + 1, "a replaced module is not what users of the project get", "require a version that exists"})
		}
	}
	return out
}

// checkContributing wants each package to have its line in the table that
// people read.
func checkContributing(t *Tree) []Finding {
	doc := t.file("CONTRIBUTING.md")
	if doc == nil {
		return nil
	}
	var out []Finding
	named := map[string]bool{}
	for _, f := range t.sources(false) {
		_, home, ok := placeOf(f.Dir())
		if _, _, inside := placeOf(path.Dir(home)); !ok || inside || named[home] {
			continue
		}
		named[home] = true
		if !strings.Contains(string(doc.Text), "`"+home+"`") {
			out = append(out, Finding{doc.Path, 0, "its table does not name " + home, "add a line: what it is, what it may import"})
		}
	}
	return out
}
