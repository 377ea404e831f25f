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
	if b == nil {
		return nil
	}
	var out []TextRef
	switch known, ok := bodies[b.factKind()]; {
	case ok && known.of == reflect.TypeOf(b):
		known.texts.list(reflect.ValueOf(b), "", &out)
	default:
		textsOf(reflect.TypeOf(b)).list(reflect.ValueOf(b), "", &out)
	}
	return out
}

var textType = reflect.TypeFor[Text]()

// texts are the places in values of a type at which a text may stand; nil: there
// are none.
type texts struct {
	kind   reflect.Kind // Invalid: it is a text; Pointer, Slice and Struct hold some
	inside *texts       // of what a pointer or a slice holds
	fields []textField
}

type textField struct {
	index  int
	name   string // as in the stored bytes; "": its fields are stored as ours
	inside *texts
}

func textsOf(t reflect.Type) *texts {
	if t == textType {
		return &texts{}
	}
	switch kind := t.Kind(); kind {
	case reflect.Pointer, reflect.Slice:
		if inside := textsOf(t.Elem()); inside != nil {
			return &texts{kind: kind, inside: inside}
		}
	case reflect.Struct:
		out := &texts{kind: kind}
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !(f.Anonymous && name == "") && (!f.IsExported() || name == "-" || name == "") {
				continue
			}
			if inside := textsOf(f.Type); inside != nil {
				out.fields = append(out.fields, textField{i, name, inside})
			}
		}
		if len(out.fields) > 0 {
			return out
		}
	case reflect.Interface:
		panic("support: nobody knows whether a " + t.String() + " in a fact holds a text")
	case reflect.Map, reflect.Array:
		if textsOf(t.Elem()) != nil {
			panic("support: texts in a " + t.String() + " of a fact are not found")
		}
	}
	return nil
}

func (t *texts) list(v reflect.Value, name string, out *[]TextRef) {
	switch {
	case t == nil:
	case t.kind == reflect.Invalid:
		if t := v.Interface().(Text); !t.Empty() {
			*out = append(*out, TextRef{name, t})
		}
	case t.kind == reflect.Pointer:
		if !v.IsNil() {
			t.inside.list(v.Elem(), name, out)
		}
	case t.kind == reflect.Slice:
		for i := range v.Len() {
			t.inside.list(v.Index(i), name, out)
		}
	default:
		for _, f := range t.fields {
			inner := f.name
			if name != "" && inner != "" {
				inner = name + "." + inner
			}
			f.inside.list(v.Field(f.index), cmp.Or(inner, name), out)
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
