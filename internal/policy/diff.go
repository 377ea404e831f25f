package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Diff tells in words how b differs from a, a sentence for each change, in
// "en" or "ja". Lists are compared by the ids of their entries, so that a
// moved entry is no change. No sentence means that the rules are the same;
// the version and the labels of sources are not rules and are left out.
func Diff(a, b *Pack, lang string) []string {
	d := differ{lang: lang}
	d.compare(reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem(), nil)
	return d.out
}

type differ struct {
	lang string
	out  []string
}

// bookkeeping are keys that say where a rule comes from, not what it is.
var bookkeeping = []string{"version", "source", "sample", "unverified", "guide"}

func (d *differ) tell(phrase string, trail []string, pairs ...string) {
	what := strings.Join(trail, " › ")
	d.out = append(d.out, say(d.lang, phrase, append([]string{"what", what}, pairs...)...))
}

func (d *differ) compare(a, b reflect.Value, trail []string) {
	if a.Type() == textType {
		d.texts(a.Interface().(Text), b.Interface().(Text), trail)
		return
	}
	switch {
	case a.Type() == amountType:
		d.leaf(a.Interface().(Amount).In(d.lang), b.Interface().(Amount).In(d.lang), trail)
	case a.Kind() == reflect.Pointer:
		d.pointers(a, b, trail)
	case a.Kind() == reflect.Struct:
		for _, f := range fieldsOf(a.Type()) {
			if !slices.Contains(bookkeeping, f.name) {
				d.compare(a.FieldByIndex(f.index), b.FieldByIndex(f.index), further(trail, say(d.lang, f.name)))
			}
		}
	case a.Kind() == reflect.Map:
		d.maps(a, b, trail)
	case a.Kind() == reflect.Slice:
		d.lists(a, b, trail)
	default:
		d.leaf(d.scalar(a), d.scalar(b), trail)
	}
}

func further(trail []string, step string) []string { return append(slices.Clone(trail), step) }

func (d *differ) scalar(v reflect.Value) string {
	s := fmt.Sprint(v)
	if s == "" {
		return say(d.lang, "@nothing")
	}
	if periodForm.MatchString(s) {
		return periodIn(d.lang, s)
	}
	return say(d.lang, "="+s)
}

func (d *differ) leaf(a, b string, trail []string) {
	if a != b {
		d.tell("@changed", trail, "from", a, "to", b)
	}
}

func (d *differ) texts(a, b Text, trail []string) {
	langs := []string{"en"}
	if d.lang != "en" {
		langs = append(langs, d.lang)
	}
	for _, lang := range slices.Backward(langs) {
		if a[lang] != b[lang] {
			d.tell("@text_changed", trail, "from", a[lang], "to", b[lang])
			return
		}
	}
	for _, lang := range keysOf(b) {
		if a[lang] != b[lang] {
			d.tell("@text_changed", further(trail, lang), "from", a[lang], "to", b[lang])
		}
	}
}

func (d *differ) pointers(a, b reflect.Value, trail []string) {
	switch {
	case a.IsNil() && b.IsNil():
	case a.IsNil() && b.Elem().Type() == amountType:
		d.leaf(say(d.lang, "@nothing"), b.Elem().Interface().(Amount).In(d.lang), trail)
	case b.IsNil() && a.Elem().Type() == amountType:
		d.leaf(a.Elem().Interface().(Amount).In(d.lang), say(d.lang, "@nothing"), trail)
	case a.IsNil():
		d.tell("@added", trail)
	case b.IsNil():
		d.tell("@removed", trail)
	default:
		d.compare(a.Elem(), b.Elem(), trail)
	}
}

func (d *differ) maps(a, b reflect.Value, trail []string) {
	for _, k := range sortedKeys(a) {
		step := further(trail, d.named(k, a.MapIndex(k)))
		if other := b.MapIndex(k); other.IsValid() {
			d.compare(a.MapIndex(k), other, step)
		} else {
			d.tell("@removed", step)
		}
	}
	for _, k := range sortedKeys(b) {
		if !a.MapIndex(k).IsValid() {
			d.tell("@added", further(trail, d.named(k, b.MapIndex(k))))
		}
	}
}

// named is what people call an entry: its name, or the key.
func (d *differ) named(key, v reflect.Value) string {
	if key.IsValid() && key.Kind() == reflect.Int {
		return say(d.lang, "@severity_n", "n", fmt.Sprint(key))
	}
	if v.Kind() == reflect.Struct {
		for _, name := range []string{"Name", "Text", "Title"} {
			if f := v.FieldByName(name); f.IsValid() && f.Type() == textType && f.Len() > 0 {
				return strings.TrimRight(f.Interface().(Text).In(d.lang), ".。")
			}
		}
	}
	if key.IsValid() {
		return fmt.Sprint(key)
	}
	switch e := v.Interface().(type) {
	case LanguageRule:
		return say(d.lang, "="+e.Language) + say(d.lang, "@brackets", "text", listIn(d.lang, e.Services))
	case Rung:
		return e.To + say(d.lang, "@brackets", "text", say(d.lang, "@severity_n", "n", numbersIn(d.lang, e.Severities)))
	}
	id, _ := identity(v)
	return id
}

func (d *differ) lists(a, b reflect.Value, trail []string) {
	if a.Type().Elem().Kind() != reflect.Struct {
		d.scalars(a, b, trail)
		return
	}
	left, right := entryKeys(a), entryKeys(b)
	for i, key := range left {
		step := further(trail, d.named(reflect.Value{}, a.Index(i)))
		if j := slices.Index(right, key); j >= 0 {
			d.compare(a.Index(i), b.Index(j), step)
		} else {
			d.tell("@removed", step)
		}
	}
	for i, key := range right {
		if !slices.Contains(left, key) {
			d.tell("@added", further(trail, d.named(reflect.Value{}, b.Index(i))))
		}
	}
}

func (d *differ) scalars(a, b reflect.Value, trail []string) {
	values := func(v reflect.Value) []string {
		out := make([]string, v.Len())
		for i := range out {
			out[i] = d.scalar(v.Index(i))
		}
		return out
	}
	left, right := values(a), values(b)
	gone := slices.DeleteFunc(slices.Clone(left), func(s string) bool { return slices.Contains(right, s) })
	come := slices.DeleteFunc(slices.Clone(right), func(s string) bool { return slices.Contains(left, s) })
	if len(gone) > 0 {
		d.tell("@list_removed", trail, "from", strings.Join(gone, separator(d.lang)))
	}
	if len(come) > 0 {
		d.tell("@list_added", trail, "to", strings.Join(come, separator(d.lang)))
	}
}

// entryKeys gives each entry of a list the key by which it is found in the
// other pack's; a repeated one is told apart by how often it came before.
func entryKeys(list reflect.Value) []string {
	out := make([]string, list.Len())
	seen := map[string]int{}
	for i := range out {
		key := entryKey(list.Index(i), i)
		out[i] = fmt.Sprint(key, " ", seen[key])
		seen[key]++
	}
	return out
}

// entryKey is by what an entry is found in the other pack: its id, for a
// language whom it serves, for a step of the ladder whom it tells, else its
// place.
func entryKey(v reflect.Value, i int) string {
	switch e := v.Interface().(type) {
	case LanguageRule:
		return fmt.Sprint(e.Language, e.Services, e.Severities)
	case Rung:
		return fmt.Sprint(e.To, e.Severities)
	}
	if id, ok := identity(v); ok {
		return id
	}
	return fmt.Sprint("#", i)
}
