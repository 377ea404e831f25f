package policy

import (
	"fmt"
	"sort"
	"strings"
)

// Position is a place in a pack's files. The zero value: none is known.
type Position struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"` // from 1
}

type positions map[string]Position

// near finds the place of a path, or of the closest part around it.
func (at positions) near(path string) Position {
	for {
		if p, ok := at[path]; ok {
			return p
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return at[""]
		}
		path = path[:cut]
	}
}

// Error is one thing that is wrong with a pack's files.
type Error struct {
	Position
	// Path is the place in the pack: offerings.basic.targets.1.first.
	Path string `json:"path,omitempty"`
	// Problem says what is wrong and what to write instead.
	Problem string `json:"problem"`
}

// Error gives file, line, path and problem, as far as they are known.
func (e Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
		if e.Line > 0 {
			fmt.Fprintf(&b, "%d:", e.Line)
		}
		b.WriteString(" ")
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	return b.String() + e.Problem
}

// Errors is everything that is wrong with a pack's files, in their order.
type Errors []Error

// Error gives one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

func (e *Errors) add(pos Position, path, problem string) {
	*e = append(*e, Error{pos, path, problem})
}

// err is nil when there is none: a nil Errors in an error is not a nil error.
func (e Errors) err() error {
	if len(e) == 0 {
		return nil
	}
	sort.SliceStable(e, func(i, j int) bool {
		if e[i].File != e[j].File {
			return e[i].File < e[j].File
		}
		return e[i].Line < e[j].Line
	})
	return e
}
