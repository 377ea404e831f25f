package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// reader fills a pack from nodes. It goes on after an error, so that whoever
// writes a pack sees all of them at once.
type reader struct {
	errs Errors
	at   positions
}

func (r *reader) fail(n *node, path, format string, args ...any) {
	r.errs.add(n.pos, path, fmt.Sprintf(format, args...))
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) wrongKind(n *node, path string, t reflect.Type, rs rules) {
	if n.kind == nullNode && n.text == "!" {
		return // said already
	}
	r.fail(n, path, "this is %s: write %s", n.kind.says(), describe(t, rs))
}

// value fills v from n.
func (r *reader) value(n *node, v reflect.Value, path string, rs rules) {
	r.at[path] = n.pos
	t := v.Type()
	switch {
	case t == amountType:
		r.amount(n, v, path, rs)
		return
	case t == textType:
		r.text(n, v, path, rs)
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		r.value(n, v.Elem(), path, rs)
	case reflect.String:
		if n.kind != stringNode {
			r.wrongKind(n, path, t, rs)
			return
		}
		v.SetString(n.text)
		r.checkString(n, path, n.text, rs)
	case reflect.Bool:
		if n.kind != boolNode {
			r.wrongKind(n, path, t, rs)
			return
		}
		v.SetBool(n.text == "true")
	case reflect.Int, reflect.Int64:
		r.integer(n, v, path, rs)
	case reflect.Slice, reflect.Array:
		r.list(n, v, path, rs)
	case reflect.Map:
		r.keyed(n, v, path, rs)
	case reflect.Struct:
		r.object(n, v, path)
	default:
		panic("policy: a pack cannot hold a " + t.String())
	}
}

func (r *reader) amount(n *node, v reflect.Value, path string, rs rules) {
	if n.kind == numberNode {
		r.fail(n, path, "%s has no unit: write %s", n.text, describe(amountType, rs))
		return
	}
	if n.kind != stringNode {
		r.wrongKind(n, path, amountType, rs)
		return
	}
	a, err := ParseAmount(n.text)
	if err != nil {
		r.fail(n, path, "%v", err)
		return
	}
	if rs.form == "elapsed" && a.Unit != Elapsed {
		r.fail(n, path, "%q counts business time, and this span elapses on every day: write it in minutes or hours, such as \"30m\"", n.text)
		return
	}
	v.Set(reflect.ValueOf(a))
}

func (r *reader) text(n *node, v reflect.Value, path string, rs rules) {
	if n.kind == stringNode {
		r.fail(n, path, "this is a text without its language: write {en: %q, ja: …}", n.text)
		return
	}
	if n.kind != mapNode {
		r.wrongKind(n, path, textType, rs)
		return
	}
	out := Text{}
	for _, e := range n.entries {
		at := join(path, e.key)
		r.at[at] = e.pos
		_, twice := out[e.key]
		switch {
		case !forms["language"](e.key):
			r.errs.add(e.pos, at, fmt.Sprintf("%q is not a language: %s", e.key, formHints["language"]))
		case twice:
			r.errs.add(e.pos, at, "this language stands here twice: keep one of the two")
		case e.value.kind != stringNode || strings.TrimSpace(e.value.text) == "":
			r.fail(e.value, at, "this is %s: write the text in this language", e.value.kind.says())
		default:
			out[e.key] = e.value.text
		}
	}
	if _, ok := out["en"]; !ok {
		r.fail(n, path, "the English text is missing: add \"en\"")
	}
	v.Set(reflect.ValueOf(out))
}

func (r *reader) integer(n *node, v reflect.Value, path string, rs rules) {
	i, err := strconv.ParseInt(n.text, 10, 64)
	if n.kind != numberNode || err != nil {
		r.wrongKind(n, path, v.Type(), rs)
		return
	}
	if rs.min != nil && i < int64(*rs.min) || rs.max != nil && i > int64(*rs.max) {
		r.fail(n, path, "%d is out of range: write %s", i, describe(v.Type(), rs))
		return
	}
	v.SetInt(i)
}

func (r *reader) list(n *node, v reflect.Value, path string, rs rules) {
	if n.kind != listNode {
		r.wrongKind(n, path, v.Type(), rs)
		return
	}
	if v.Kind() == reflect.Array {
		if len(n.items) != v.Len() {
			r.fail(n, path, "there are %d values: write %s", len(n.items), describe(v.Type(), rs))
			return
		}
	} else {
		v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	}
	if len(n.items) == 0 && rs.required && !rs.empty {
		r.fail(n, path, "the list is empty: write %s", describe(v.Type(), rs))
	}
	seen := map[string]Position{}
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", path, i)
		r.value(item, v.Index(i), at, rs)
		id, unique := identity(v.Index(i))
		if first, twice := seen[id]; twice && unique && v.Kind() == reflect.Slice {
			r.fail(item, at, "%q stands in this list twice (first %s): give it another id or remove it", id, place(first))
		}
		seen[id] = item.pos
	}
}

// identity is by what an entry of a list is known: an id, a level, or itself.
func identity(v reflect.Value) (string, bool) {
	switch v.Kind() {
	case reflect.String:
		return v.String(), true
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			if f.name == "id" || f.name == "level" || f.name == "up_to" {
				return fmt.Sprint(v.FieldByIndex(f.index)), true
			}
		}
	}
	return "", false
}

func place(p Position) string {
	if p.File == "" {
		return "above"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

func (r *reader) keyed(n *node, v reflect.Value, path string, rs rules) {
	t := v.Type()
	if n.kind != mapNode {
		r.wrongKind(n, path, t, rs)
		return
	}
	v.Set(reflect.MakeMap(t))
	if len(n.entries) == 0 && rs.required {
		r.fail(n, path, "nothing stands here: write %s", describe(t, rs))
	}
	elem := rs
	elem.required, elem.keys = false, nil
	for _, e := range n.entries {
		at := join(path, e.key)
		r.at[at] = e.pos
		key, ok := r.key(e, t.Key(), at, rs)
		if !ok {
			continue
		}
		if v.MapIndex(key).IsValid() {
			r.errs.add(e.pos, at, fmt.Sprintf("%q stands here twice: give it another id or remove it", e.key))
			continue
		}
		one := reflect.New(t.Elem()).Elem()
		r.value(e.value, one, at, elem)
		r.at[at] = e.pos
		if one.Kind() == reflect.Struct {
			if id := one.FieldByName("ID"); id.IsValid() {
				id.SetString(e.key)
			}
		}
		v.SetMapIndex(key, one)
	}
}

func (r *reader) key(e entry, t reflect.Type, path string, rs rules) (reflect.Value, bool) {
	if t.Kind() == reflect.Int {
		i, err := strconv.Atoi(e.key)
		if err != nil {
			r.errs.add(e.pos, path, fmt.Sprintf("%q is not a number: write the level of a severity", e.key))
		}
		return reflect.ValueOf(i), err == nil
	}
	if len(rs.keys) > 0 && !slices.Contains(rs.keys, e.key) {
		r.errs.add(e.pos, path, fmt.Sprintf("unknown key %q: %s", e.key, instead(e.key, rs.keys)))
		return reflect.Value{}, false
	}
	return reflect.ValueOf(e.key), true
}

func (r *reader) object(n *node, v reflect.Value, path string) {
	t := v.Type()
	if n.kind != mapNode {
		r.wrongKind(n, path, t, rules{})
		return
	}
	fields := fieldsOf(t)
	seen := map[string]Position{}
	for _, e := range n.entries {
		at := join(path, e.key)
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == e.key })
		if i < 0 {
			r.errs.add(e.pos, at, fmt.Sprintf("unknown key %q: %s", e.key, instead(e.key, names(fields))))
			continue
		}
		if first, twice := seen[e.key]; twice {
			r.errs.add(e.pos, at, fmt.Sprintf("%q stands here twice (first %s): keep one of the two", e.key, place(first)))
			continue
		}
		seen[e.key] = e.pos
		r.value(e.value, v.FieldByIndex(fields[i].index), at, fields[i].rules)
		r.at[at] = e.pos
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; !ok && f.rules.required {
			r.fail(n, path, "%q is missing: write %s", f.name, describe(f.typ, f.rules))
		}
	}
}

func names(fields []field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.name
	}
	return out
}

func (r *reader) checkString(n *node, path, s string, rs rules) {
	switch {
	case s == "" && rs.required:
		r.fail(n, path, "the text is empty: write %s", describe(reflect.TypeFor[string](), rs))
	case len(rs.enum) > 0 && !slices.Contains(rs.enum, s):
		r.fail(n, path, "%q is not possible here: %s", s, instead(s, rs.enum))
	case rs.form != "" && !forms[rs.form](s):
		r.fail(n, path, "%q does not fit: write %s", s, formHints[rs.form])
	}
}
