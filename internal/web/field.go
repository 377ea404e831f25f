package web

import (
	"strings"

	"github.com/a-h/templ"
)

// icon draws one of the icons, beside words that say the same.
func icon(name string) templ.Component {
	var m markup
	m.icon(name)
	return m
}

func (m *markup) icon(name string) { m.raw(`<i class="i i-`, name, `" aria-hidden="true"></i>`) }

// badge is a state: a tone, an icon and a word.
func badge(tone, image, text string) templ.Component {
	var m markup
	m.badge(tone, image, text)
	return m
}

func (m *markup) badge(tone, image, text string) {
	m.raw(`<span class="badge tone-`, tone, `">`)
	if image != "" {
		m.icon(image)
	}
	m.tag(``, text, `</span>`)
}

// option is one choice of a field.
type option struct {
	Value, Label, Hint string
	Disabled, Chosen   bool // Chosen counts where the form asks by itself
}

// field is one input of a form. Kind is that of an input, or textarea, select,
// radio, checkbox; Wrong is what is wrong with what was typed, which stands in
// Value.
type field struct {
	Name, Label, Hint, Wrong string
	Kind, Value              string
	Values                   []string // of several checkboxes
	Options                  []option
	Optional                 string // the word for it, " " where nobody expects more, "" when something is needed
	Complete                 string // what a browser may fill in
	Form                     string // tells fields of one name apart on a page of several forms
	Rows                     int
	Short, Focus, Fixed      bool // Fixed is read and not changed
}

// in is the field as one of a form among others.
func (f field) in(form string) field {
	f.Form = form + "-"
	return f
}

func (f field) id() string { return "f-" + f.Form + f.Name }

// described are the ids of what explains the input.
func (f field) described() string {
	out := ""
	if f.Hint != "" {
		out = f.id() + "-hint"
	}
	if f.Wrong != "" {
		out += " " + f.id() + "-wrong"
	}
	return out
}

// input is a field with its words.
func input(f field) templ.Component {
	m := make(markup, 0, 400+120*len(f.Options)+len(f.Value))
	if f.Kind == "radio" || f.Kind == "checkbox" {
		m.choices(f)
	} else {
		m.line(f)
	}
	return m
}

func (m *markup) choices(f field) {
	m.raw(`<fieldset class="field"`)
	m.attr("id", f.id())
	m.says(f)
	m.raw(`><legend>`)
	m.label(f)
	m.raw(`</legend>`)
	m.hints(f)
	m.raw(`<div class="choices">`)
	for _, o := range f.Options {
		m.raw(`<label class="choice"><input`)
		m.attr("type", f.Kind)
		m.attr("name", f.Name)
		m.attr("value", o.Value)
		m.flag("checked", f.chosen(o.Value))
		m.flag("disabled", o.Disabled)
		m.flag("required", f.Kind == "radio" && f.Optional == "")
		m.tag(`><span class="what"><strong>`, o.Label, `</strong>`)
		if o.Hint != "" {
			m.tag(` <span class="hint">`, o.Hint, `</span>`)
		}
		m.raw(`</span></label>`)
	}
	m.raw(`</div></fieldset>`)
}

func (m *markup) line(f field) {
	if f.Short {
		m.raw(`<div class="field short"><label`)
	} else {
		m.raw(`<div class="field"><label`)
	}
	m.attr("for", f.id())
	m.raw(`>`)
	m.label(f)
	m.raw(`</label>`)
	m.hints(f)
	switch f.Kind {
	case "textarea":
		m.raw(`<textarea`)
		m.asked(f)
		m.attr("rows", itoa(max(f.Rows, 4)))
		m.flag("autofocus", f.Focus)
		m.raw(`>`)
		if strings.HasPrefix(f.Value, "\n") {
			m.raw("\n") // of two at the beginning a browser drops one
		}
		m.tag(``, f.Value, `</textarea>`)
	case "select":
		m.raw(`<select`)
		m.asked(f)
		m.raw(`>`)
		for _, o := range f.Options {
			m.raw(`<option`)
			m.attr("value", o.Value)
			m.flag("selected", f.chosen(o.Value))
			m.flag("disabled", o.Disabled)
			m.tag(`>`, o.Label, `</option>`)
		}
		m.raw(`</select>`)
	case "file":
		m.raw(`<input type="file" multiple`)
		m.asked(f)
		m.raw(`>`)
	default:
		m.raw(`<input`)
		m.attr("type", f.Kind)
		m.asked(f)
		m.attr("value", f.Value)
		m.flag("autofocus", f.Focus)
		m.flag("readonly", f.Fixed)
		m.raw(`>`)
	}
	m.raw(`</div>`)
}

// asked is what every line for words has.
func (m *markup) asked(f field) {
	m.attr("id", f.id())
	m.attr("name", f.Name)
	m.flag("required", f.Optional == "")
	m.says(f)
	m.flag("aria-invalid", f.Wrong != "")
}

// says is what explains the input, and how a browser may fill it.
func (m *markup) says(f field) {
	if by := f.described(); by != "" {
		m.attr("aria-describedby", by)
	}
	if f.Complete != "" {
		m.attr("autocomplete", f.Complete)
	}
}

func (m *markup) label(f field) {
	m.text(f.Label)
	if strings.TrimSpace(f.Optional) != "" {
		m.tag(` <span class="optional">`, f.Optional, `</span>`)
	}
}

func (m *markup) hints(f field) {
	if f.Hint != "" {
		m.raw(`<p class="hint"`)
		m.attr("id", f.id()+"-hint")
		m.tag(`>`, f.Hint, `</p>`)
	}
	if f.Wrong != "" {
		m.raw(`<p class="wrong"`)
		m.attr("id", f.id()+"-wrong")
		m.raw(`>`)
		m.icon("alert")
		m.tag(``, f.Wrong, `</p>`)
	}
}

func (f field) chosen(value string) bool {
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return len(f.Values) == 0 && value == f.Value
}
