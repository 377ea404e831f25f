package lang

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed catalogue
var files embed.FS

// message is a text cut at its arguments: text, argument, text, …
type message struct {
	pieces []piece
	area   string
}

// piece is literal text, or an argument with the way to write it.
type piece struct {
	text      string
	arg, kind string
}

// catalogue is the messages of one language by key; plural ones by key[form].
type catalogue struct {
	tag      language.Tag
	messages map[string]message
	plurals  map[string]bool // keys that have forms
}

// catalogues are those of each language, read when they are asked for: a command
// line speaks one.
var catalogues = func() map[string]func() *catalogue {
	out := map[string]func() *catalogue{}
	for _, code := range []string{English, Japanese, German, French} {
		out[code] = sync.OnceValue(func() *catalogue {
			c, err := read(files, code)
			if err != nil {
				panic("lang: " + err.Error()) // the tests read them all
			}
			return c
		})
	}
	return out
}()

// read takes in all areas of a language. Its errors name file and line.
func read(fsys fs.FS, code string) (*catalogue, error) {
	c := &catalogue{tag: language.MustParse(code), messages: map[string]message{}, plurals: map[string]bool{}}
	names, err := fs.Glob(fsys, "catalogue/"+code+"/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		area := strings.TrimSuffix(path.Base(name), ".txt")
		for i, line := range strings.Split(string(b), "\n") {
			if err := c.line(area, line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
		}
	}
	return c, nil
}

func (c *catalogue) line(area, line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	key, text, ok := strings.Cut(line, " = ")
	if !ok || key == "" || text == "" {
		return fmt.Errorf("write `key = text`, not %q", line)
	}
	if _, twice := c.messages[key]; twice {
		return fmt.Errorf("%s stands here twice", key)
	}
	m, err := cut(text)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	m.area = area
	if base, _, ok := strings.Cut(key, "["); ok {
		c.plurals[base] = true
	}
	c.messages[key] = m
	return nil
}

// cut splits a text at its arguments.
func cut(text string) (message, error) {
	var m message
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			m.pieces = append(m.pieces, piece{text: text})
			return m, nil
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			return m, fmt.Errorf("a brace is not closed in %q", text)
		}
		arg, kind, _ := strings.Cut(text[open+1:open+end], ":")
		if arg == "" || strings.Trim(arg, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return m, fmt.Errorf("%q is no name of an argument", arg)
		}
		m.pieces = append(m.pieces, piece{text: text[:open]}, piece{arg: arg, kind: kind})
		text = text[open+end+1:]
	}
}

// find gives the message of a key, in the plural form that argument n asks for.
func (c *catalogue) find(key string, args arguments) (message, bool) {
	if c.plurals[key] {
		n, _ := args.of("n")
		key += "[" + c.form(n) + "]"
	}
	m, ok := c.messages[key]
	return m, ok
}

func (c *catalogue) form(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return "other"
	}
	f := plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0)
	// French has a form for millions; a desk does not count so far.
	if f == plural.One {
		return "one"
	}
	return "other"
}

// arguments are pairs of a name and its value. A message has few.
type arguments []string

func (a arguments) of(name string) (value string, ok bool) {
	for i := 0; i+1 < len(a); i += 2 {
		if a[i] == name {
			return a[i+1], true
		}
	}
	return "", false
}

// fill puts the arguments in.
func (v Voice) fill(m message, args arguments) string {
	if len(m.pieces) == 1 && m.pieces[0].arg == "" {
		return m.pieces[0].text
	}
	var room [128]byte
	b := room[:0]
	for _, p := range m.pieces {
		if p.arg == "" {
			b = append(b, p.text...)
			continue
		}
		value, ok := args.of(p.arg)
		if !ok {
			value = "{" + p.arg + "}"
		} else {
			kind, capital := strings.CutPrefix(p.kind, "^")
			value = v.write(kind, value)
			if r, size := utf8.DecodeRuneInString(value); capital && size > 0 {
				value = string(unicode.ToUpper(r)) + value[size:]
			}
		}
		b = append(b, value...)
	}
	return string(b)
}

// write gives an argument its form: date of an RFC 3339 instant, amount as a
// pack writes it, seconds as a span in words, bytes as a size; offering, product, region, reason,
// check, criterion, item and scope by their names, see [Voice.Named]; any other kind is
// an enumeration. A value that has no such form stands for itself. A ^ before
// the way begins the value with a capital letter.
func (v Voice) write(kind, value string) string {
	switch kind {
	case "":
		return value
	case "date":
		return v.dateOf(value)
	case "amount":
		return v.Amount(value)
	case "seconds":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return v.Seconds(n)
		}
		return value
	case "bytes":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return v.Bytes(n)
		}
		return value
	case "offering", "product", "region", "site", "reason", "check", "criterion", "item", "scope":
		return v.Named(kind, value)
	}
	return v.Word(kind, value)
}
