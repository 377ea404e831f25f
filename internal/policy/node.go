package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is one value of a source, with the place it came from. YAML and JSON
// both become nodes, so that one reader serves files and kept versions.
type node struct {
	kind    nodeKind
	text    string // of scalars
	entries []entry
	items   []*node
	pos     Position
}

type nodeKind int

const (
	nullNode nodeKind = iota
	stringNode
	numberNode
	boolNode
	listNode
	mapNode
)

type entry struct {
	key   string
	pos   Position
	value *node
}

// says names the kind as people who write packs know it.
func (k nodeKind) says() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "a set of keys"}[k]
}

type yamlReader struct {
	file string
	errs *Errors
}

// readYAML turns one file into a node; problems go to errs and leave nil.
func readYAML(file string, src []byte, errs *Errors) *node {
	f, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		errs.add(yamlPosition(file, err), "", yamlProblem(err))
		return nil
	}
	r := yamlReader{file, errs}
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if _, comment := d.Body.(*ast.CommentGroupNode); comment {
			continue
		}
		if body != nil {
			errs.add(r.pos(d.Body), "", "a second document begins: put it into a file of its own and remove the line ---")
			return nil
		}
		body = d.Body
	}
	if body == nil {
		errs.add(Position{File: file, Line: 1}, "", "the file is empty: write keys of a pack, such as \"offerings:\", or delete it")
		return nil
	}
	n := r.node(body)
	if n != nil && n.kind != mapNode {
		errs.add(n.pos, "", fmt.Sprintf("the file holds %s: write keys of a pack, such as \"offerings:\"", n.kind.says()))
		return nil
	}
	return n
}

func yamlPosition(file string, err error) Position {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return Position{File: file, Line: y.GetToken().Position.Line}
	}
	return Position{File: file}
}

func yamlProblem(err error) string {
	msg := err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		msg = y.GetMessage()
	}
	return "this is not YAML: " + msg + "; check indentation (spaces only) and quote texts that hold \": \" or \" #\""
}

func (r yamlReader) pos(n ast.Node) Position {
	return Position{File: r.file, Line: n.GetToken().Position.Line}
}

func (r yamlReader) node(n ast.Node) *node {
	at := r.pos(n)
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			at = r.pos(n.Values[0].Key)
		}
		return &node{kind: mapNode, entries: r.entries(n.Values), pos: at}
	case *ast.MappingValueNode:
		return &node{kind: mapNode, entries: r.entries([]*ast.MappingValueNode{n}), pos: r.pos(n.Key)}
	case *ast.SequenceNode:
		out := &node{kind: listNode, pos: at}
		for _, v := range n.Values {
			out.items = append(out.items, r.node(v))
		}
		return out
	case *ast.StringNode:
		return &node{kind: stringNode, text: n.Value, pos: at}
	case *ast.LiteralNode:
		return &node{kind: stringNode, text: strings.TrimRight(n.Value.Value, "\n"), pos: at}
	case *ast.IntegerNode:
		return &node{kind: numberNode, text: n.GetToken().Value, pos: at}
	case *ast.FloatNode:
		return &node{kind: numberNode, text: n.GetToken().Value, pos: at}
	case *ast.BoolNode:
		return &node{kind: boolNode, text: strings.ToLower(n.GetToken().Value), pos: at}
	case *ast.NullNode:
		return &node{kind: nullNode, pos: at}
	}
	r.errs.add(at, "", fmt.Sprintf("%s is not read here: write the value itself (anchors, aliases, merges and tags make a pack depend on its order)", strings.ToLower(n.Type().String())))
	return &node{kind: nullNode, pos: at, text: "!"}
}

func (r yamlReader) entries(values []*ast.MappingValueNode) []entry {
	var out []entry
	for _, v := range values {
		if v.Key.IsMergeKey() {
			r.errs.add(r.pos(v.Key), "", "merge keys (<<) are not read here: write the values themselves")
			continue
		}
		out = append(out, entry{key: v.Key.GetToken().Value, pos: r.pos(v.Key), value: r.node(v.Value)})
	}
	return out
}

// readJSON turns canonical JSON into a node without positions.
func readJSON(src []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	n, err := jsonNode(d)
	if err != nil {
		return nil, fmt.Errorf("policy: reading a kept pack: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("policy: reading a kept pack: something follows the JSON value")
	}
	return n, nil
}

func jsonNode(d *json.Decoder) (*node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return jsonMap(d)
		}
		return jsonList(d)
	case string:
		return &node{kind: stringNode, text: t}, nil
	case json.Number:
		return &node{kind: numberNode, text: t.String()}, nil
	case bool:
		return &node{kind: boolNode, text: fmt.Sprint(t)}, nil
	}
	return &node{}, nil
}

func jsonMap(d *json.Decoder) (*node, error) {
	n := &node{kind: mapNode}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := jsonNode(d)
		if err != nil {
			return nil, err
		}
		n.entries = append(n.entries, entry{key: fmt.Sprint(k), value: v})
	}
	_, err := d.Token()
	return n, err
}

func jsonList(d *json.Decoder) (*node, error) {
	n := &node{kind: listNode}
	for d.More() {
		v, err := jsonNode(d)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, v)
	}
	_, err := d.Token()
	return n, err
}
