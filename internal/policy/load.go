package policy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
)

// Load reads all YAML files of a folder as one pack: each file holds some of
// the pack's keys, and keyed parts (offerings, products) may be spread over
// several files. An error that is about the contents is [Errors], with all
// that is wrong at once; when a file cannot be read as YAML, with that alone,
// because what the others say rests on its keys.
func Load(fsys fs.FS, dir string) (*Pack, error) {
	listed, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("policy: reading the pack folder %s: %w; name a folder with the pack's .yaml files, or one of %s", dir, err, strings.Join(ShippedIDs(), ", "))
	}
	var errs Errors
	whole := &node{kind: mapNode}
	files, read := 0, 0
	for _, f := range listed {
		if ext := path.Ext(f.Name()); f.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		files++
		src, err := fs.ReadFile(fsys, path.Join(dir, f.Name()))
		if err != nil {
			return nil, fmt.Errorf("policy: reading %s: %w", f.Name(), err)
		}
		if n := readYAML(f.Name(), src, &errs); n != nil {
			merge(whole, n)
			read++
		}
	}
	if files == 0 {
		return nil, fmt.Errorf("policy: the folder %sholds no .yaml file: put the pack's files there, beginning with pack.yaml", strings.TrimPrefix(dir+" ", ". "))
	}
	if read < files {
		return nil, errs.err()
	}
	whole.pos = Position{File: headFile(whole)}
	return build(whole, errs)
}

// headFile is where a key that no file has belongs.
func headFile(whole *node) string {
	for _, e := range whole.entries {
		if e.key == "pack" {
			return e.pos.File
		}
	}
	return "pack.yaml"
}

// merge adds the keys of a file to the whole. Keyed parts join; anything else
// that two files say is left for the reader to report as said twice.
func merge(whole, n *node) {
	for _, e := range n.entries {
		i := slices.IndexFunc(whole.entries, func(x entry) bool { return x.key == e.key })
		if i >= 0 && keyedPart(e.key) && whole.entries[i].value.kind == mapNode && e.value.kind == mapNode && whole.entries[i].pos.File != e.pos.File {
			joined := *whole.entries[i].value
			joined.entries = slices.Concat(joined.entries, e.value.entries)
			whole.entries[i].value = &joined
			continue
		}
		whole.entries = append(whole.entries, e)
	}
}

func keyedPart(key string) bool {
	for _, f := range fieldsOf(reflect.TypeFor[Pack]()) {
		if f.name == key {
			return f.typ.Kind() == reflect.Map && f.typ != textType
		}
	}
	return false
}

// build makes a pack of a node; errs are those found on the way to it.
func build(n *node, errs Errors) (*Pack, error) {
	p := &Pack{}
	r := reader{errs: errs, at: positions{}}
	r.value(n, reflect.ValueOf(p).Elem(), "", rules{})
	p.at = r.at
	if more := p.finish(); len(r.errs) == 0 || len(more) > 0 {
		r.errs = append(r.errs, more...)
	}
	if err := r.errs.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// Parse reads what [Pack.Source] wrote; the pack is equal to the one that was
// written, except that it knows no files and lines.
func Parse(source []byte) (*Pack, error) {
	n, err := readJSON(source)
	if err != nil {
		return nil, err
	}
	return build(n, nil)
}

// Source is the whole pack as canonical JSON: keys of maps sorted, no space.
// It is what a desk keeps of each version.
func (p *Pack) Source() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		panic(fmt.Sprintf("policy: a pack that was read cannot be written: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Hash is the SHA-256 of [Pack.Source] in hexadecimal. Two packs with one
// [Pack.Ref] and different hashes are a version that was changed in place.
func (p *Pack) Hash() string {
	sum := sha256.Sum256(p.Source())
	return hex.EncodeToString(sum[:])
}

//go:embed packs
var shipped embed.FS

// ShippedIDs lists the packs that are part of the program, sorted.
func ShippedIDs() []string {
	dirs, err := shipped.ReadDir("packs")
	if err != nil {
		panic(fmt.Sprintf("policy: the shipped packs are missing: %v", err))
	}
	var out []string
	for _, d := range dirs {
		out = append(out, d.Name())
	}
	return out
}

// Shipped loads a pack that is part of the program. The error for an unknown
// id names those there are.
func Shipped(id string) (*Pack, error) {
	if ids := ShippedIDs(); !slices.Contains(ids, id) {
		return nil, fmt.Errorf("policy: no pack %q ships: %s", id, instead(id, ids))
	}
	return Load(shipped, path.Join("packs", id))
}

//go:embed pack.schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of a pack's files, for editors. A
// file may hold any of the keys; that none is missing is checked by [Load].
func Schema() []byte { return slices.Clone(schema) }
