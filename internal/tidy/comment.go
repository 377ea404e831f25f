package tidy

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

func commentRules() []Rule {
	return []Rule{{"package-comments", checkPackageComments}, {"doc-comments", checkDocComments}, {"promises", checkPromises}}
}

func checkPackageComments(t *Tree) []Finding {
	first, documented := map[string]string{}, map[string]bool{}
	for _, f := range t.sources(false) {
		if first[f.Dir()] == "" {
			first[f.Dir()] = f.Path
		}
		if f.Syntax.Doc != nil {
			documented[f.Dir()] = true
		}
	}
	var out []Finding
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		if !documented[dir] {
			out = append(out, Finding{first[dir], 0, "the package " + dir + " has no package comment",
				"say what it is, what it refuses to know, and how its data lies"})
		}
	}
	return out
}

func checkDocComments(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.sources(false) {
		for _, d := range f.Syntax.Decls {
			for _, id := range undocumented(d) {
				out = append(out, Finding{f.Path, t.line(id.Pos()), "the exported name " + id.Name + " has no doc sentence",
					"say what it is: units, range, zero value, errors, rule"})
			}
		}
	}
	return out
}

// undocumented are the exported names of a declaration without a sentence.
// One sentence over a group of constants or variables holds for all of them.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && !hidden(d.Recv) && !obvious(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return nil
		}
		var out []*ast.Ident
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
					out = append(out, s.Name)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						out = append(out, id)
					}
				}
			}
		}
		return out
	}
	return nil
}

// hidden tells whether a method belongs to a type that is not exported.
func hidden(recv *ast.FieldList) bool {
	if recv == nil || len(recv.List) == 0 {
		return false
	}
	e := recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return !x.IsExported()
		default:
			return false
		}
	}
}

// obvious methods keep a contract that the standard library documents, or one
// that the interface of their own package does (a command's Name and Texts, a
// fact's Kind).
func obvious(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	switch fn.Name.Name {
	case "Error", "Unwrap", "Is", "String", "Len", "Less", "Swap", "Run", "Name", "Texts", "Kind",
		"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "ServeHTTP":
		return true
	}
	return false
}

// promises are words that put work off. They are written in two parts so that
// this file does not hold them.
var promises = []string{"TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"}

func checkPromises(t *Tree) []Finding {
	var out []Finding
	for _, f := range t.Files {
		for i, line := range strings.Split(string(f.Text), "\n") {
			for _, p := range promises {
				if hasWord(line, p) {
					out = append(out, Finding{f.Path, i + 1, "it says " + p, "do it, refuse it with a clear error, or leave it out"})
				}
			}
		}
	}
	return out
}

// hasWord finds w with no letter or digit beside it.
func hasWord(line, w string) bool {
	letter := func(b byte) bool {
		return b == '_' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
	}
	for from := 0; ; {
		i := strings.Index(line[from:], w)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(w)
		if (start == 0 || !letter(line[start-1])) && (end == len(line) || !letter(line[end])) {
			return true
		}
		from = end
	}
}
