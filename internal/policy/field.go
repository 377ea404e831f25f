package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// field is one key of a struct as the reader, the checks and the schema see
// it. Embedded structs give their keys to the one that embeds them.
type field struct {
	name  string
	index []int
	typ   reflect.Type
	rules rules
}

// rules are read from the `pack` tag of a field.
type rules struct {
	required bool
	empty    bool // a required list may be empty
	enum     []string
	keys     []string // of a map
	ref      string   // what the value must be an id of
	form     string
	min, max *int
}

func parseRules(tag string) rules {
	var r rules
	for part := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "":
		case "required":
			r.required = true
		case "empty":
			r.empty = true
		case "enum":
			r.enum = strings.Split(value, "|")
		case "keys":
			r.keys = strings.Split(value, "|")
		case "ref":
			r.ref = value
		case "form":
			r.form = value
		case "min":
			r.min = number(value)
		case "max":
			r.max = number(value)
		default:
			panic("policy: unknown rule in a pack tag: " + part)
		}
	}
	return r
}

func number(s string) *int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("policy: not a number in a pack tag: " + s)
	}
	return &n
}

// fieldsByType holds the keys of every struct that a pack is made of.
var fieldsByType = collectFields(reflect.TypeFor[Pack](), map[reflect.Type][]field{})

// fieldsOf lists the keys of a struct type in the order of its declaration.
func fieldsOf(t reflect.Type) []field { return fieldsByType[t] }

func collectFields(t reflect.Type, into map[reflect.Type][]field) map[reflect.Type][]field {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return collectFields(t.Elem(), into)
	case reflect.Struct:
	default:
		return into
	}
	if _, known := into[t]; known || t == reflect.TypeFor[Amount]() {
		return into
	}
	into[t] = nil
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			for _, sub := range collectFields(f.Type, into)[f.Type] {
				sub.index = append([]int{i}, sub.index...)
				out = append(out, sub)
			}
		case !f.IsExported() || name == "-" || name == "":
		default:
			out = append(out, field{name, []int{i}, f.Type, parseRules(f.Tag.Get("pack"))})
			collectFields(f.Type, into)
		}
	}
	into[t] = out
	return into
}

var (
	amountType = reflect.TypeFor[Amount]()
	textType   = reflect.TypeFor[Text]()
)

// describe says what belongs at a place, for people who wrote something else.
func describe(t reflect.Type, r rules) string {
	one := oneOf(r)
	switch {
	case t == amountType && r.form == "elapsed":
		return `an amount that elapses, such as "30m" or "48h"`
	case t == amountType:
		return `an amount of time, such as "30m", "4bh", "1bd" or "nbd"`
	case t == textType:
		return "a text by language: {en: …, ja: …}"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return describe(t.Elem(), r)
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number" + one
	case reflect.String:
		return "a text" + one
	case reflect.Array:
		return `a window, such as ["09:00", "17:30"]`
	case reflect.Slice:
		return "a list of " + plural(describe(t.Elem(), r))
	case reflect.Map:
		return "keys with " + plural(describe(t.Elem(), rules{}))
	}
	var names []string
	for _, f := range fieldsOf(t) {
		if f.rules.required {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		return "a set of keys"
	}
	return "a set of keys (" + strings.Join(names, ", ") + ")"
}

func plural(one string) string {
	for _, article := range []string{"a ", "an "} {
		one = strings.TrimPrefix(one, article)
	}
	first, rest, found := strings.Cut(one, " ")
	if found && (first == "text" || first == "set" || first == "window" || first == "amount" || first == "list") {
		return first + "s " + rest
	}
	if strings.HasPrefix(one, "whole number") {
		return strings.Replace(one, "whole number", "whole numbers", 1)
	}
	if one == "text" {
		return "texts"
	}
	return one
}

func oneOf(r rules) string {
	switch {
	case len(r.enum) > 0:
		return " (" + strings.Join(r.enum, ", ") + ")"
	case r.ref != "":
		return " (an id of " + r.ref + ")"
	case r.form != "":
		return " (" + formHints[r.form] + ")"
	case r.min != nil && r.max != nil:
		return fmt.Sprintf(" (%d to %d)", *r.min, *r.max)
	case r.min != nil:
		return fmt.Sprintf(" (%d or more)", *r.min)
	}
	return ""
}

// nearest finds what was probably meant; "" when nothing comes close.
func nearest(wrong string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(wrong, k); d < at && d < len(k) {
			best, at = k, d
		}
	}
	return best
}

// distance is the number of inserted, deleted or changed letters.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// instead is the advice after a wrong name: the near one, or all there are.
func instead(wrong string, known []string) string {
	if k := nearest(wrong, known); k != "" {
		return fmt.Sprintf("write %q", k)
	}
	known = slices.Clone(known)
	slices.Sort(known)
	if len(known) > 24 {
		return "write one of " + strings.Join(known[:24], ", ") + ", …"
	}
	if len(known) == 0 {
		return "there is none yet: add one, or leave this out"
	}
	return "write one of " + strings.Join(known, ", ")
}
