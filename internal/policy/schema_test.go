package policy

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write pack.schema.json anew from the Go types")

// schemaOf makes the schema that the Go types and their tags ask for, with the
// doc sentences of the fields as descriptions.
type schemaMaker struct {
	docs map[string]string // Type.Field → doc
	defs map[string]any
}

type object = map[string]any

func (m *schemaMaker) of(t reflect.Type, r rules) object {
	switch {
	case t == amountType && r.form == "elapsed":
		return object{"type": "string", "pattern": "^[0-9]{1,6}(s|m|h)$"}
	case t == amountType:
		return object{"type": "string", "pattern": "^([0-9]{1,6}(s|m|h|bm|bh|bd)|nbd)$"}
	case t == textType:
		return object{"$ref": "#/$defs/Text"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.of(t.Elem(), r)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		out := object{"type": "integer"}
		if r.min != nil {
			out["minimum"] = *r.min
		}
		if r.max != nil {
			out["maximum"] = *r.max
		}
		return out
	case reflect.String:
		return m.text(r)
	case reflect.Array:
		return object{"type": "array", "items": object{"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"}, "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Slice:
		return m.list(t, r)
	case reflect.Map:
		return m.keyed(t, r)
	}
	return m.object(t)
}

func (m *schemaMaker) text(r rules) object {
	out := object{"type": "string"}
	pattern := map[string]string{
		"id": idForm.String(), "period": periodForm.String(), "country": countryForm.String(),
		"language": languageForm.String(), "guide": guideForm.String(), "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
	}
	if p := pattern[r.form]; p != "" {
		out["pattern"] = p
	}
	if len(r.enum) > 0 {
		out["enum"] = r.enum
	}
	return out
}

func (m *schemaMaker) list(t reflect.Type, r rules) object {
	out := object{"type": "array", "items": m.of(t.Elem(), r)}
	if r.required && !r.empty {
		out["minItems"] = 1
	}
	return out
}

func (m *schemaMaker) keyed(t reflect.Type, r rules) object {
	elem := r
	elem.required = false
	out := object{"type": "object", "additionalProperties": m.of(t.Elem(), elem)}
	if t.Key().Kind() == reflect.Int {
		out["propertyNames"] = object{"pattern": "^[1-9]$"}
	}
	if len(r.keys) > 0 {
		out["propertyNames"] = object{"enum": r.keys}
	}
	if r.required {
		out["minProperties"] = 1
	}
	return out
}

func (m *schemaMaker) object(t reflect.Type) object {
	ref := object{"$ref": "#/$defs/" + t.Name()}
	if _, done := m.defs[t.Name()]; done {
		return ref
	}
	m.defs[t.Name()] = nil
	props, required := object{}, []string{}
	for _, f := range fieldsOf(t) {
		p := m.of(f.typ, f.rules)
		if d := m.docs[t.Name()+"."+t.FieldByIndex(f.index).Name]; d != "" {
			p["description"] = d
		}
		props[f.name] = p
		if f.rules.required {
			required = append(required, f.name)
		}
	}
	def := object{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 && t.Name() != "Pack" {
		def["required"] = required
	}
	if d := m.docs[t.Name()]; d != "" {
		def["description"] = d
	}
	m.defs[t.Name()] = def
	return ref
}

func oneLine(groups ...*ast.CommentGroup) string {
	var parts []string
	for _, g := range groups {
		if t := strings.Join(strings.Fields(g.Text()), " "); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// docComments reads the doc sentences of this package's types and fields.
func docComments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				s := s.(*ast.TypeSpec)
				out[s.Name.Name] = oneLine(g.Doc)
				st, ok := s.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range st.Fields.List {
					for _, n := range field.Names {
						out[s.Name.Name+"."+n.Name] = oneLine(field.Doc, field.Comment)
					}
				}
			}
		}
	}
	return out
}

func makeSchema(t *testing.T) []byte {
	t.Helper()
	m := &schemaMaker{docs: docComments(t), defs: object{
		"Text": object{
			"type": "object", "required": []string{"en"}, "description": "One text in several languages, by language code.",
			"propertyNames": object{"pattern": languageForm.String()}, "additionalProperties": object{"type": "string", "minLength": 1},
		},
	}}
	root := m.object(reflect.TypeFor[Pack]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Madoguchi policy pack: one of its files, or the whole"
	root["$defs"] = m.defs
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSchemaIsThatOfTheTypes(t *testing.T) {
	t.Parallel()
	want := makeSchema(t)
	if *update {
		if err := os.WriteFile("pack.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(want, Schema()) {
		t.Error("pack.schema.json is not that of the Go types: run go test ./internal/policy -run TestSchema -update")
	}
	for typ, fields := range fieldsByType {
		for _, f := range fields {
			if !bytes.Contains(want, []byte(`"`+f.name+`": {`)) {
				t.Errorf("%s.%s is not in the schema", typ.Name(), f.name)
			}
		}
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pack.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("pack.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShippedPacksFitTheSchema(t *testing.T) {
	t.Parallel()
	s := compiledSchema(t)
	for _, id := range ShippedIDs() {
		files, err := fs.Glob(shipped, "packs/"+id+"/*.yaml")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", id, len(files), err)
		}
		for _, name := range files {
			src, err := shipped.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(src, []byte("# yaml-language-server: $schema=../../pack.schema.json\n")) {
				t.Errorf("%s does not name its schema in the first line", name)
			}
			asJSON, err := yaml.YAMLToJSON(src)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			validate(t, s, name, asJSON)
		}
		p, err := Shipped(id)
		if err != nil {
			t.Fatal(err)
		}
		validate(t, s, id+" as a whole", p.Source())
	}
}

func validate(t *testing.T, s *jsonschema.Schema, name string, src []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	t.Parallel()
	s := compiledSchema(t)
	for _, src := range []string{
		`{"pack":"Big Letters"}`,
		`{"offering":{}}`,
		`{"receipt":{"within":"4bh","guide":["R23"]}}`,
		`{"receipt":{"within":60,"guide":["R23"]}}`,
		`{"cs":{"goal":"2d","limit":"72h","items":[],"guide":["R25"]}}`,
		`{"offerings":{"x":{"name":{"ja":"x"},"hours":"12x5","technical":true,"guide":["R52"]}}}`,
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("the schema accepts %s", src)
		}
	}
}

func TestEveryKeyHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	used := []string{}
	for _, fields := range fieldsByType {
		for _, f := range fields {
			used = append(used, f.name)
			if w := words[f.name]; w[0] == "" || w[1] == "" {
				t.Errorf("words.txt has no line for the key %q", f.name)
			}
		}
	}
	for key := range words {
		if key[0] != '=' && key[0] != '@' && !slices.Contains(used, key) {
			t.Errorf("words.txt names %q, which is no key", key)
		}
	}
}
