package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"madoguchi/client"
	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// The exit codes of every command. Scripts rely on them: numbers are added and
// never changed.
const (
	exitOK          = 0
	exitInternal    = 1 // something broke, or the desk does not answer
	exitUsage       = 2 // the command line cannot be carried out
	exitRefused     = 3 // the desk refuses, and says why
	exitNotFound    = 4 // it does not exist, or is not the caller's to see
	exitNotEntitled = 5 // no coverage; the receipt was printed
	exitFindings    = 6 // lint and check worked, and found something
)

// told is an error of a command together with how its user reads: as JSON or
// in a language. Shown says that what there is to say was printed already.
type told struct {
	err   error
	json  bool
	voice lang.Voice
	shown bool
}

func (t *told) Error() string { return t.err.Error() }
func (t *told) Unwrap() error { return t.err }

// mistake is what the parser cannot see to be wrong in a command line.
type mistake struct{ what string }

func (m mistake) Error() string { return m.what }

// refusal is what a command on the server's own folder refuses.
type refusal struct{ what string }

func (r refusal) Error() string { return r.what }

// errNotEntitled ends a command whose answer, a receipt, says no.
var errNotEntitled = errors.New("not entitled")

// problem is an error for programs: the desk's own document where there is one,
// with the exit code beside it.
type problem struct {
	Type      string              `json:"type"`
	Title     string              `json:"title"`
	Status    int                 `json:"status,omitempty"`
	Detail    string              `json:"detail"`
	Code      string              `json:"code"`
	Field     string              `json:"field,omitempty"`
	Args      map[string]string   `json:"args,omitempty"`
	Errors    []client.FieldError `json:"errors,omitempty"`
	Receipt   *client.Receipt     `json:"receipt,omitempty"`
	Routes    []client.Route      `json:"routes,omitempty"`
	Reference string              `json:"reference,omitempty"`
	Exit      int                 `json:"exit"`
}

// exitCode tells an error to whoever typed the command, and gives the code to
// end with. nil is 0 and says nothing. The arguments of the command line tell
// whether a program reads: commands over the API say so themselves.
func exitCode(w io.Writer, err error, args ...string) int {
	if err == nil {
		return exitOK
	}
	t := &told{err: err, voice: lang.Voice{Lang: systemLanguage()}}
	if !errors.As(err, &t) {
		var parse *kong.ParseError
		if errors.As(err, &parse) && parse.Context != nil {
			args = parse.Context.Args
		}
		t.voice.Lang = askedLanguage(args, t.voice.Lang)
		t.json = slices.Contains(args, "--json")
	}
	p := classify(t)
	switch {
	case t.shown || p.Exit == exitFindings:
	case t.json:
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		_ = e.Encode(p)
	default:
		writeProblem(w, p, t)
	}
	return p.Exit
}

// askedLanguage is what --lang asks for on a command line that could not be
// taken apart.
func askedLanguage(args []string, otherwise string) string {
	for i, a := range args {
		code, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			code, ok = args[i+1], true
		}
		if ok && (code == lang.English || code == lang.Japanese) {
			return code
		}
	}
	if code := os.Getenv("MADOGUCHI_LANG"); code == lang.English || code == lang.Japanese {
		return code
	}
	return otherwise
}

// classify is the one table from errors to exit codes and words.
func classify(t *told) problem {
	var (
		refused *client.Error
		core    *support.Error
		parse   *kong.ParseError
		wrong   mistake
		own     refusal
		unheard *url.Error
		pack    policy.Errors
	)
	switch {
	case errors.As(t.err, &refused):
		return ofDesk(t, refused)
	case errors.As(t.err, &core):
		p := local(exitOf(string(core.Code)), string(core.Code), core.Key, lang.Error(t.voice.Lang, core))
		p.Field, p.Args = core.Field, core.Args
		return p
	case errors.Is(t.err, errNotEntitled):
		return local(exitNotEntitled, "not_entitled", "cli.not_entitled", word(t.voice.Lang, "error.not_entitled"))
	case errors.Is(t.err, errFindings):
		return local(exitFindings, "findings", "cli.findings", t.err.Error())
	case errors.As(t.err, &parse):
		return local(exitUsage, "usage", "cli.usage", fmt.Sprintf(word(t.voice.Lang, "error.parse"), chosen(parse.Error()))+hint(t.voice.Lang, parse.Context))
	case errors.As(t.err, &wrong):
		return local(exitUsage, "usage", "cli.usage", wrong.what)
	case errors.As(t.err, &own):
		return local(exitRefused, "refused", "cli.refused", own.what)
	case errors.Is(t.err, context.Canceled):
		return local(exitInternal, "interrupted", "cli.interrupted", word(t.voice.Lang, "error.interrupted"))
	case errors.As(t.err, &unheard):
		return local(exitInternal, "unreachable", "cli.unreachable",
			fmt.Sprintf(word(t.voice.Lang, "error.unreachable"), origin(unheard.URL), unheard.Err))
	case errors.As(t.err, &pack):
		return local(exitRefused, "invalid", "cli.pack", t.err.Error())
	}
	return local(exitInternal, "internal", "cli.internal", t.err.Error())
}

// chosen leaves out of the parser's list of choices the empty one, which only
// says that the flag may be left out.
func chosen(text string) string {
	return strings.Replace(text, `must be one of "",`, "must be one of ", 1)
}

func local(exit int, code, key, detail string) problem {
	return problem{Type: "urn:madoguchi:problem:" + key, Title: code, Detail: detail, Code: code, Exit: exit}
}

func ofDesk(t *told, e *client.Error) problem {
	p := problem{
		Type: e.Type, Title: e.Title, Status: e.Status, Detail: e.Detail, Code: e.Code, Field: e.Field, Args: e.Args,
		Errors: e.Errors, Receipt: e.Receipt, Routes: e.Routes, Reference: e.Reference, Exit: exitOf(e.Code),
	}
	if p.Detail == "" {
		p.Detail = e.Error()
	}
	if why, ok := strings.CutPrefix(p.Type, "urn:madoguchi:problem:token."); ok && e.Status == http.StatusUnauthorized {
		// The desk speaks of headers; who types commands sets a variable.
		if w := word(t.voice.Lang, "signin."+why); w != "signin."+why {
			p.Detail = w
		}
	}
	if p.Code == "" {
		// Whatever answered speaks another language than the desk's API.
		p.Code, p.Type = "internal", "urn:madoguchi:problem:cli.no_desk"
		p.Detail = fmt.Sprintf(word(t.voice.Lang, "error.no_desk"), e.Status)
	}
	return p
}

func exitOf(code string) int {
	switch code {
	case "not_found":
		return exitNotFound
	case "not_entitled":
		return exitNotEntitled
	case "", "internal":
		return exitInternal
	}
	return exitRefused
}

// hint names the command whose help says what would be right.
func hint(code string, k *kong.Context) string {
	name := "madoguchi"
	if k != nil {
		for _, step := range k.Path {
			if step.Command != nil {
				name += " " + step.Command.Name
			}
		}
	}
	return fmt.Sprintf(word(code, "error.hint"), name+" --help")
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

func writeProblem(w io.Writer, p problem, t *told) {
	fmt.Fprintf(w, "madoguchi: %s\n", plain(p.Detail))
	for _, e := range p.Errors {
		fmt.Fprintf(w, "  %s: %s\n", plain(e.Field), plain(e.Message))
	}
	if p.Field != "" && len(p.Errors) == 0 {
		fmt.Fprintf(w, "  %s: %s\n", word(t.voice.Lang, "error.field"), plain(p.Field))
	}
	if p.Reference != "" && !strings.Contains(p.Detail, p.Reference) {
		fmt.Fprintf(w, "  %s: %s\n", word(t.voice.Lang, "error.reference"), plain(p.Reference))
	}
	for _, r := range p.Routes {
		fmt.Fprintf(w, "  %s%s\n", line(r.Text), rules(r.Rules))
	}
	if p.Receipt != nil {
		fmt.Fprintln(w)
		writeReceipt(w, t.voice, *p.Receipt)
	}
}
