package web

import (
	"context"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// markup is HTML that Go writes. Pages are templates; what stands on one page fifty
// times is written by this, since there a template's allocations are most of what
// the page costs.
type markup []byte

// raw adds what is HTML already.
func (m *markup) raw(parts ...string) {
	for _, s := range parts {
		*m = append(*m, s...)
	}
}

// text adds words, between tags or as an attribute's value in double quotes.
func (m *markup) text(s string) {
	if strings.ContainsAny(s, `&<>"'`) {
		s = html.EscapeString(s)
	}
	*m = append(*m, s...)
}

// tag adds an element that holds words alone.
func (m *markup) tag(open, words, end string) {
	m.raw(open)
	m.text(words)
	m.raw(end)
}

// attr adds an attribute to a tag that is open.
func (m *markup) attr(name, value string) {
	m.raw(` `, name, `="`)
	m.text(value)
	m.raw(`"`)
}

// flag adds an attribute that has no value, if it is set.
func (m *markup) flag(name string, set bool) {
	if set {
		m.raw(` `, name)
	}
}

// Render makes it a component.
func (m markup) Render(_ context.Context, w io.Writer) error {
	_, err := w.Write(m)
	return err
}

var _ templ.Component = markup(nil)
