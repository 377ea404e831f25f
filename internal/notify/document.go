package notify

import (
	"html"
	"strings"

	"madoguchi/internal/lang"
)

// columns is the width of the plain text.
const columns = 76

type kindOfBlock int

const (
	paragraph kindOfBlock = iota
	strong                // a paragraph that matters most
	quote                 // somebody's own words
	list                  // numbered
	table                 // label and value
	small                 // the foot of the mail
)

// block is one part of a mail. text is set for paragraphs and quotes, items for
// lists (each of one or more lines), rows for tables.
type block struct {
	kind  kindOfBlock
	text  string
	items []string
	rows  []row
}

// row is a line of the table.
type row struct {
	label  string
	values []string
	href   string // where its only value leads; "" is nowhere
}

// document is a mail as it is said, before it is laid out.
type document struct {
	blocks []block
	// joint stands between label and value.
	joint string
}

func (d *document) add(kind kindOfBlock, text string) {
	if text != "" {
		d.blocks = append(d.blocks, block{kind: kind, text: text})
	}
}

// text lays the document out in plain text, in lines of 76 columns where the
// words allow.
func (d *document) text() string {
	var parts []string
	for _, b := range d.blocks {
		switch b.kind {
		case paragraph, strong:
			parts = append(parts, lang.Wrap(b.text, columns))
		case quote:
			parts = append(parts, indent(lang.Wrap(b.text, columns-2), "> ", "> "))
		case list:
			var lines []string
			for i, it := range b.items {
				mark := itoa(i+1) + ". "
				blank := strings.Repeat(" ", len(mark))
				lines = append(lines, indent(lang.Wrap(it, columns-len(mark)), mark, blank))
			}
			parts = append(parts, strings.Join(lines, "\n"))
		case table:
			parts = append(parts, d.rowsAsText(b.rows))
		case small:
			parts = append(parts, "-- \n"+lang.Wrap(b.text, columns))
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (d *document) rowsAsText(rows []row) string {
	var lines []string
	for _, r := range rows {
		if r.href != "" && r.href != r.values[0] {
			r.values = append(r.values[:1:1], r.href)
		}
		if len(r.values) == 1 && lang.Columns(r.label+d.joint+r.values[0]) <= columns {
			lines = append(lines, r.label+d.joint+r.values[0])
			continue
		}
		lines = append(lines, strings.TrimRight(r.label+d.joint, " "))
		for _, v := range r.values {
			lines = append(lines, indent(lang.Wrap(v, columns-2), "  ", "  "))
		}
	}
	return strings.Join(lines, "\n")
}

func indent(s, first, rest string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		mark := rest
		if i == 0 {
			mark = first
		}
		lines[i] = strings.TrimRight(mark+l, " ")
	}
	return strings.Join(lines, "\n")
}

// style asks for nothing from elsewhere and leaves colours to the reader's
// program, so that light and dark both stay readable.
const style = `:root{color-scheme:light dark}
body{font-family:sans-serif;line-height:1.6;max-width:40em;margin:0 auto;padding:1em}
blockquote{margin:0 0 1em;padding:.25em 0 .25em 1em;border-left:.25em solid;white-space:pre-wrap;overflow-wrap:anywhere}
li{margin-bottom:.5em;white-space:pre-wrap}
table{border-collapse:collapse;margin:1em 0}
th{text-align:left;font-weight:normal;padding:.25em 1em .25em 0;vertical-align:top;white-space:nowrap}
td{padding:.25em 0;vertical-align:top;overflow-wrap:anywhere}
.lead{font-weight:bold}
.foot{border-top:1px solid;padding-top:.5em;font-size:.875em}`

// html lays the same document out in HTML. Everything is escaped; nothing is
// loaded from anywhere.
func (d *document) html(language, title string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + language + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
		html.EscapeString(title) + "</title>\n<style>\n" + style + "\n</style>\n</head>\n<body>\n")
	for _, x := range d.blocks {
		switch x.kind {
		case paragraph:
			b.WriteString("<p>" + lines(x.text) + "</p>\n")
		case strong:
			b.WriteString("<p class=\"lead\">" + lines(x.text) + "</p>\n")
		case quote:
			b.WriteString("<blockquote>" + html.EscapeString(x.text) + "</blockquote>\n")
		case list:
			b.WriteString("<ol>\n")
			for _, it := range x.items {
				b.WriteString("<li>" + html.EscapeString(it) + "</li>\n")
			}
			b.WriteString("</ol>\n")
		case table:
			b.WriteString("<table>\n")
			for _, r := range x.rows {
				b.WriteString("<tr><th scope=\"row\">" + html.EscapeString(r.label) + "</th><td>" + cell(r) + "</td></tr>\n")
			}
			b.WriteString("</table>\n")
		case small:
			b.WriteString("<p class=\"foot\">" + lines(x.text) + "</p>\n")
		}
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

func lines(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n") }

func cell(r row) string {
	out := make([]string, len(r.values))
	for i, v := range r.values {
		out[i] = lines(v)
		if r.href != "" {
			out[i] = "<a href=\"" + html.EscapeString(r.href) + "\">" + html.EscapeString(v) + "</a>"
		}
	}
	return strings.Join(out, "<br>\n")
}
