package desk

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/support"
)

// allText refuses what no screen can show and no column of text can hold, in
// every string of a command or a message: in facts and in what a caller said they
// stand in JSON, which has a way to write a NUL, so that no engine would refuse
// it. Free texts, which are looked at by themselves, are passed over.
func allText(of any) error { return textIn(reflect.ValueOf(of), "") }

func textIn(v reflect.Value, field string) error {
	switch v.Kind() {
	case reflect.String:
		switch s := v.String(); {
		case !utf8.ValidString(s):
			return support.Wrong(field, "text.not_utf8")
		case strings.ContainsRune(s, 0):
			return support.Wrong(field, "text.nul")
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return textIn(v.Elem(), field)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := textIn(v.Index(i), field); err != nil {
				return err
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[support.Text]() {
			return nil
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := field
			if !f.Anonymous {
				name = strings.TrimPrefix(field+"."+called(f), ".")
			}
			if err := textIn(v.Field(i), name); err != nil {
				return err
			}
		}
	}
	return nil
}

// called is what a field is called outside: as in JSON, or CallAt as call_at.
func called(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	var b strings.Builder
	for i, r := range f.Name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
