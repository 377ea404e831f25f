// Package scenario reads scenarios: files in the words of the field that say
// who does what at which instant and what must be seen afterwards. The same
// file is played against the core in memory and through the API of a running
// desk, by drivers that live in the tests of those packages. A story that rests
// on plain rows of the desk, which the core does not know, stands with the
// command line and is played through the API alone.
//
// It refuses to know how a step is carried out and how a state is found: a
// [Driver] does both, and [Play] compares what it reports with the want lines.
//
// Data layout: a scenario is a txtar file. Its comment holds the title and the
// guide's ids. "-- script --" is the main line of the story; "-- variant a --"
// branches off at the mark that its first line names ("from sold") or starts
// anew ("from start"). "-- transcript --" and "-- transcript a --" are what the
// core wrote; they are made by the core's driver and never by hand.
//
//	2026-06-06 02:06 JST hayashi file severity=1 title="host down"
//	want target first_response running due 2026-06-08 13:30 JST
//	later: phone: the number is read out
//	mark filed
//
// A line that begins with blanks continues the one before; # begins a remark.
package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// File is a scenario with all of its variants.
type File struct {
	Text  []byte // as it was read
	Name  string // SC-01
	Title string // first line of the comment
	Cases []Case
	// Later are the expectations that wait for a door or feature that is not
	// built; they are never dropped silently.
	Later []Later
}

// Case is one way through the story, from its first step to its last want.
type Case struct {
	// Name is "main" for the script, else the variant's.
	Name  string
	Lines []Line
	// Transcript is what the core wrote when the file was last updated; empty:
	// none yet.
	Transcript string
}

// Later is an expectation that cannot be checked yet.
type Later struct {
	Case string
	Line int
	Text string // "phone: the number is read out"
}

// Line is a step or a want. Exactly one of the two is set.
type Line struct {
	Number int // in the file, from 1
	Step   *Step
	Want   *Want
}

// Step is something that somebody does, or the passing of time.
type Step struct {
	At   time.Time // UTC
	Who  string    // key of a person or member of staff; "system"; "clock" does nothing
	Verb string    // name of a command, or a question: entitle, caller
	Args map[string]string
	// On names the request by the name that its file step gave it in as=; "" is
	// the one of the step before.
	On string
}

// Want is one expectation about what is seen after the last step.
type Want struct {
	// Edge wants are about bytes that leave the desk (mails): drivers that
	// render nothing count them and go on.
	Edge  bool
	Words []string
}

// String gives the want as it is written.
func (w Want) String() string { return "want " + strings.Join(w.Words, " ") }

// Open reads the scenario of a file, which is called like the file without its
// ending.
func Open(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Read(strings.TrimSuffix(filepath.Base(path), ".txtar"), text)
}

// Read reads a scenario. The error names the file, the line, and what to write
// instead.
func Read(name string, text []byte) (*File, error) {
	archive := txtar.Parse(text)
	f := &File{Name: name, Text: text, Title: strings.TrimSpace(firstLine(string(archive.Comment)))}
	r := reader{file: name, marks: map[string][]Line{"start": nil}}
	line := 1 + strings.Count(string(archive.Comment), "\n")
	transcripts := map[string]string{}
	for _, part := range archive.Files {
		line++ // the part's own heading
		kind, label, _ := strings.Cut(part.Name, " ")
		switch {
		case part.Name == "script":
			label = "main"
			fallthrough
		case kind == "variant" && label != "":
			c, later, err := r.section(label, line, string(part.Data))
			if err != nil {
				return nil, err
			}
			f.Cases, f.Later = append(f.Cases, c), append(f.Later, later...)
		case part.Name == "transcript":
			transcripts["main"] = string(part.Data)
		case kind == "transcript":
			transcripts[label] = string(part.Data)
		default:
			return nil, fmt.Errorf("%s:%d: part %q: write script, \"variant a\", transcript or \"transcript a\"", name, line-1, part.Name)
		}
		line += strings.Count(string(part.Data), "\n")
	}
	for i := range f.Cases {
		f.Cases[i].Transcript = transcripts[f.Cases[i].Name]
	}
	if len(f.Cases) == 0 {
		return nil, fmt.Errorf("%s: no steps: begin a part with \"-- script --\"", name)
	}
	return f, nil
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}

// WithTranscripts gives the file's text with its transcripts replaced, in the
// order of the cases; everything else, want lines above all, stays byte for
// byte.
func WithTranscripts(text []byte, of map[string]string) []byte {
	archive := txtar.Parse(text)
	var kept []txtar.File
	var out []string
	for _, part := range archive.Files {
		kind, label, _ := strings.Cut(part.Name, " ")
		if kind == "transcript" {
			continue
		}
		kept = append(kept, part)
		if part.Name == "script" {
			label = "main"
		}
		out = append(out, label)
	}
	for _, label := range out {
		name := "transcript " + label
		if label == "main" {
			name = "transcript"
		}
		kept = append(kept, txtar.File{Name: name, Data: []byte(of[label])})
	}
	archive.Files = kept
	return txtar.Format(archive)
}

type reader struct {
	file  string
	marks map[string][]Line
}

// section reads the lines of one part.
func (r *reader) section(label string, first int, text string) (Case, []Later, error) {
	c := Case{Name: label}
	var later []Later
	for _, l := range joined(first, text) {
		fail := func(format string, args ...any) (Case, []Later, error) {
			return c, nil, fmt.Errorf("%s:%d: %s", r.file, l.number, fmt.Sprintf(format, args...))
		}
		word, rest, _ := strings.Cut(l.text, " ")
		switch {
		case word == "from":
			lines, ok := r.marks[rest]
			if !ok || len(c.Lines) > 0 {
				return fail("from %s: begin a variant with \"from start\" or \"from\" and a mark of the script", rest)
			}
			c.Lines = append([]Line(nil), lines...)
		case word == "mark":
			if _, twice := r.marks[rest]; twice || rest == "" {
				return fail("mark %q: give each mark a name of its own", rest)
			}
			r.marks[rest] = append([]Line(nil), c.Lines...)
		case word == "later:":
			if !strings.Contains(rest, ": ") {
				return fail("later: %s: name what is missing, a colon, and the expectation", rest)
			}
			later = append(later, Later{label, l.number, rest})
		case word == "want" || word == "want@edge":
			words, err := split(rest)
			if err != nil || len(words) == 0 {
				return fail("want: say what must be seen (%v)", err)
			}
			c.Lines = append(c.Lines, Line{Number: l.number, Want: &Want{Edge: word == "want@edge", Words: words}})
		default:
			step, err := readStep(l.text)
			if err != nil {
				return fail("%v", err)
			}
			c.Lines = append(c.Lines, Line{Number: l.number, Step: &step})
		}
	}
	return c, later, nil
}

type numbered struct {
	number int
	text   string
}

// joined drops remarks and empty lines and joins continuations.
func joined(first int, text string) []numbered {
	var out []numbered
	for i, l := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(l)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if l != strings.TrimLeft(l, " \t") && len(out) > 0 {
			out[len(out)-1].text += " " + trimmed
			continue
		}
		out = append(out, numbered{first + i, trimmed})
	}
	return out
}
