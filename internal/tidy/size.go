package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"maps"
	"slices"
)

// Sizes beyond which a file or function is split.
const (
	maxFile = 600
	maxFunc = 70
)

// long are files ("path") and functions ("path Name") that are still too long,
// with their lines. An entry may only shrink; a new one needs a reason beside
// it. It goes when the thing is short enough.
var long = map[string]int{}

func sizeRules() []Rule { return []Rule{{"size", checkSizes(long)}} }

func checkSizes(long map[string]int) func(*Tree) []Finding {
	return func(t *Tree) []Finding {
		var out []Finding
		seen := map[string]bool{}
		judge := func(f *File, at int, key, what string, lines, limit int, fix string) {
			old, listed := long[key]
			seen[key] = true
			switch {
			case listed && lines <= limit:
				out = append(out, Finding{f.Path, at, what + " is short enough now", "take it off the list in internal/tidy/size.go"})
			case listed && lines < old:
				out = append(out, Finding{f.Path, at, fmt.Sprintf("%s shrank to %d lines", what, lines),
					"write the new number into the list in internal/tidy/size.go"})
			case listed && lines > old, !listed && lines > limit:
				out = append(out, Finding{f.Path, at, fmt.Sprintf("%s has %d lines, at most %d may stand", what, lines, max(limit, old)), fix})
			}
		}
		for _, f := range t.sources(true) {
			judge(f, 0, f.Path, "the file", bytes.Count(f.Text, []byte("\n")), maxFile,
				"move one noun or one page into a file of its own")
			for _, d := range f.Syntax.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil {
					continue
				}
				lines := t.line(fn.End()) - t.line(fn.Pos()) + 1
				judge(f, t.line(fn.Pos()), f.Path+" "+fn.Name.Name, "the function "+fn.Name.Name, lines, maxFunc,
					"give its steps names: one function per step, or a table")
			}
		}
		for _, key := range slices.Sorted(maps.Keys(long)) {
			if !seen[key] {
				out = append(out, Finding{"internal/tidy/size.go", 0, "the list names " + key + ", which is gone", "take it off the list"})
			}
		}
		return out
	}
}
