package support

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// TextRef is a text inside a fact and the name of its field.
type TextRef struct {
	Name string // as in the stored bytes: text, reason, steps.text
	Text Text
}

// TextRefsFor lists the texts of a fact that a reader may see. New licence keys
// are for staff and for those whom the fact names (R04); why a contact was
// written down later, and who works on it at another vendor, is for staff.
func TextRefsFor(f Fact, reader Actor) []TextRef {
	if reader.Kind == Customer {
		switch b := f.Body.(type) {
		case LicenceSplit:
			if !contains(b.Told, reader.ID) {
				return nil
			}
		case CollaborationMoved:
			b.Theirs = Text{}
			return TextRefs(b)
		case ContactMade:
			b.Reason = Text{}
			return TextRefs(b)
		case ContactAttempted:
			b.Reason = Text{}
			return TextRefs(b)
		}
	}
	return TextRefs(f.Body)
}

// TextRefs lists the texts of a fact in the order of its fields.
func TextRefs(b Body) []TextRef {
	var out []TextRef
	textRefs(reflect.ValueOf(b), "", &out)
	return out
}

var textType = reflect.TypeFor[Text]()

func textRefs(v reflect.Value, name string, out *[]TextRef) {
	switch {
	case !v.IsValid():
	case v.Type() == textType:
		if t := v.Interface().(Text); !t.Empty() {
			*out = append(*out, TextRef{name, t})
		}
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		if !v.IsNil() {
			textRefs(v.Elem(), name, out)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			textRefs(v.Index(i), name, out)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && tag == "" { // its fields are stored as ours
				textRefs(v.Field(i), name, out)
				continue
			}
			if !f.IsExported() || tag == "-" || tag == "" {
				continue
			}
			if name != "" {
				tag = name + "." + tag
			}
			textRefs(v.Field(i), tag, out)
		}
	}
}

// AuditTexts lists the texts that the audit of another noun than a request
// names, by the names of its fields.
func AuditTexts(f Fact) []TextRef {
	b, ok := f.Body.(Unknown)
	if !ok {
		return TextRefs(f.Body)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(b.Raw, &fields) != nil {
		return nil
	}
	var out []TextRef
	for name, raw := range fields {
		var t Text
		if json.Unmarshal(raw, &t) == nil && t.ID != 0 && t.SHA256 != "" {
			out = append(out, TextRef{name, t})
		}
	}
	slices.SortFunc(out, func(a, b TextRef) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
