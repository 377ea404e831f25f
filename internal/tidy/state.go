package tidy

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// kept are package variables that may change while the program runs, each with
// the reason. An entry goes when its variable does.
var kept = map[string]string{
	"internal/calendar zones": "zone data is decompressed once for the whole process; the same name is always the same zone",
}

func stateRules() []Rule {
	return []Rule{{"global-state", checkState}, {"global-state-list", checkKept(kept)}}
}

// checkKept wants each entry of the list to be a package variable still.
func checkKept(kept map[string]string) func(*Tree) []Finding {
	return func(t *Tree) []Finding {
		var out []Finding
		for _, key := range slices.Sorted(maps.Keys(kept)) {
			dir, name, _ := strings.Cut(key, " ")
			if !slices.ContainsFunc(t.sources(false), func(f *File) bool { return f.Dir() == dir && holdsVar(f.Syntax, name) }) {
				out = append(out, Finding{"internal/tidy/state.go", 0, "the list keeps " + key + ", which is gone", "take it off the list"})
			}
		}
		return out
	}
}

func holdsVar(file *ast.File, name string) bool {
	return slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		gen, ok := d.(*ast.GenDecl)
		return ok && gen.Tok == token.VAR && slices.ContainsFunc(gen.Specs, func(s ast.Spec) bool {
			return slices.ContainsFunc(s.(*ast.ValueSpec).Names, func(id *ast.Ident) bool { return id.Name == name })
		})
	})
}

// checkState finds what makes one part of the program depend on another behind
// its back: functions that run by themselves and variables that change.
func checkState(t *Tree) []Finding {
	var out []Finding
	vars := map[string]map[string]bool{} // folder → names of its package variables
	for _, f := range t.sources(false) {
		if vars[f.Dir()] == nil {
			vars[f.Dir()] = map[string]bool{}
		}
		for _, d := range f.Syntax.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				v := spec.(*ast.ValueSpec)
				for _, id := range v.Names {
					if id.Name == "_" {
						continue // a statement for the compiler, not a variable
					}
					vars[f.Dir()][id.Name] = true
					if changing(v.Type) && kept[f.Dir()+" "+id.Name] == "" {
						out = append(out, Finding{f.Path, t.line(id.Pos()), "the package variable " + id.Name + " is made to change",
							"make it a field of a value that is passed, or list it in kept in internal/tidy/state.go with the reason"})
					}
				}
			}
		}
	}
	for _, f := range t.sources(false) {
		for _, d := range f.Syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			if fn.Recv == nil && fn.Name.Name == "init" {
				out = append(out, Finding{f.Path, t.line(fn.Pos()), "init runs by itself", "do it where the program is wired, in cmd/madoguchi"})
			}
			for _, id := range changes(fn, vars[f.Dir()]) {
				if kept[f.Dir()+" "+id.Name] == "" {
					out = append(out, Finding{f.Path, t.line(id.Pos()), "the package variable " + id.Name + " is changed",
						"make it a field of a value that is passed, or list it in kept in internal/tidy/state.go with the reason"})
				}
			}
		}
	}
	return out
}

// changing are types of which a package variable is never a constant table.
func changing(typ ast.Expr) bool {
	sel, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && (pkg.Name == "atomic" || pkg.Name == "sync" && slices.Contains([]string{"Map", "Mutex", "RWMutex", "Pool"}, sel.Sel.Name))
}

// changes are the package variables that a function assigns to. A name that
// the function also declares is taken for its own.
func changes(fn *ast.FuncDecl, vars map[string]bool) []*ast.Ident {
	own := map[string]bool{}
	for _, d := range declared(&ast.File{Name: fn.Name, Decls: []ast.Decl{fn}}) {
		own[d.ident.Name] = true
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && r.Tok == token.DEFINE {
			for _, e := range []ast.Expr{r.Key, r.Value} {
				if id, ok := e.(*ast.Ident); ok {
					own[id.Name] = true
				}
			}
		}
		return true
	})
	var out []*ast.Ident
	note := func(e ast.Expr) {
		if id := root(e); id != nil && vars[id.Name] && !own[id.Name] {
			out = append(out, id)
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					note(e)
				}
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") && len(n.Args) > 0 {
				note(n.Args[0])
			}
		}
		return true
	})
	return out
}

// root is the variable at the bottom of a.b[c].d.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}
