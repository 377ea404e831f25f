package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"madoguchi/internal/policy"
)

// policyCmd looks at policy packs: those that ship and those in a folder. It
// never changes one.
type policyCmd struct {
	Lint    policyLintCmd    `cmd:"" help:"Say what in a pack cannot work."`
	Diff    policyDiffCmd    `cmd:"" help:"Tell in words how one pack differs from another."`
	Explain policyExplainCmd `cmd:"" help:"Print a pack as a guide for people."`
	Show    policyShowCmd    `cmd:"" help:"Show a pack's version, hash and contents, or list the shipped ones."`
	Schema  policySchemaCmd  `cmd:"" help:"Print the JSON Schema of a pack's files, for editors."`
}

// policyLang is the language of what people read.
type policyLang struct {
	Lang string `help:"Language of what is printed: en or ja; LANG when left out." enum:",en,ja" default:"" env:"MADOGUCHI_LANG" placeholder:"en|ja"`
}

func (l policyLang) language() string {
	for _, code := range []string{l.Lang, systemLanguage()} {
		if code != "" {
			return code
		}
	}
	return "en"
}

// policyLintCmd holds a pack against everything that is known to go wrong.
type policyLintCmd struct {
	Pack string `arg:"" help:"Id of a shipped pack, or a folder with its .yaml files."`
	JSON bool   `help:"Print JSON."`
	// Lang is taken so that scripts may give it to every command.
	Lang string `help:"Language of the summary: en or ja; what is found is told in English." enum:",en,ja" default:"" env:"MADOGUCHI_LANG" placeholder:"en|ja"`
}

// lintFinding is one line of lint: what the reader refused has no rule.
type lintFinding struct {
	Rule string `json:"rule,omitempty"`
	Path string `json:"path,omitempty"`
	policy.Position
	Text string `json:"text"`
}

// lintReport is what lint says as JSON.
type lintReport struct {
	Pack     string        `json:"pack,omitempty"` // empty when it could not be read
	Hash     string        `json:"hash,omitempty"`
	Findings []lintFinding `json:"findings"`
}

// Run prints what it finds; errFindings when there is anything.
func (c *policyLintCmd) Run(stdout io.Writer) error {
	return lintPolicy(stdout, c.Pack, policyLang{c.Lang}.language(), c.JSON)
}

func lintPolicy(w io.Writer, name, lang string, asJSON bool) error {
	report, err := lintOf(name)
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(w, report)
	} else {
		err = printLint(w, report, lang)
	}
	if err == nil && len(report.Findings) > 0 {
		return errFindings
	}
	return err
}

func lintOf(name string) (lintReport, error) {
	r := lintReport{Findings: []lintFinding{}}
	p, err := loadPack(name)
	var refused policy.Errors
	if errors.As(err, &refused) {
		for _, e := range refused {
			r.Findings = append(r.Findings, lintFinding{Path: e.Path, Position: e.Position, Text: e.Problem})
		}
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Pack, r.Hash = p.Ref(), p.Hash()
	for _, f := range policy.Lint(p) {
		r.Findings = append(r.Findings, lintFinding(f))
	}
	return r, nil
}

func printLint(w io.Writer, r lintReport, lang string) error {
	for _, f := range r.Findings {
		line := policy.Error{Position: f.Position, Path: f.Path, Problem: f.Text}.Error()
		if f.Rule != "" {
			line += " [" + f.Rule + "]"
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	if len(r.Findings) > 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, word(lang, "lint.clean")+"\n", r.Pack, len(policy.LintRules()))
	return err
}

// policyDiffCmd compares two packs.
type policyDiffCmd struct {
	From string `arg:"" help:"The older pack: id of a shipped one, or a folder."`
	To   string `arg:"" help:"The newer pack."`
	JSON bool   `help:"Print JSON."`
	policyLang
}

// policyChanges is a comparison as JSON.
type policyChanges struct {
	From    string   `json:"from"`
	To      string   `json:"to"`
	Changes []string `json:"changes"`
}

// Run prints a sentence for each change.
func (c *policyDiffCmd) Run(stdout io.Writer) error {
	return diffPolicies(stdout, c.From, c.To, c.language(), c.JSON)
}

func diffPolicies(w io.Writer, from, to, lang string, asJSON bool) error {
	a, err := loadPack(from)
	if err != nil {
		return err
	}
	b, err := loadPack(to)
	if err != nil {
		return err
	}
	changes := policy.Diff(a, b, lang)
	if asJSON {
		if changes == nil {
			changes = []string{}
		}
		return printJSON(w, policyChanges{a.Ref(), b.Ref(), changes})
	}
	for _, line := range changes {
		fmt.Fprintln(w, line)
	}
	if a.Ref() == b.Ref() && a.Hash() != b.Hash() {
		_, err = fmt.Fprintf(w, "Both call themselves %s and are not the same: raise the version of the newer one before a desk uses it.\n", a.Ref())
	} else if len(changes) == 0 {
		_, err = fmt.Fprintf(w, "%s and %s have the same rules.\n", a.Ref(), b.Ref())
	}
	return err
}

// policyExplainCmd prints the guide for people.
type policyExplainCmd struct {
	Pack string `arg:"" help:"Id of a shipped pack, or a folder."`
	JSON bool   `help:"Print JSON."`
	policyLang
}

// Run prints Markdown.
func (c *policyExplainCmd) Run(stdout io.Writer) error {
	return explainPolicy(stdout, c.Pack, c.language(), c.JSON)
}

func explainPolicy(w io.Writer, name, lang string, asJSON bool) error {
	p, err := loadPack(name)
	if err != nil {
		return err
	}
	if !asJSON {
		return policy.Explain(w, p, lang)
	}
	var text writtenText
	if err := policy.Explain(&text, p, lang); err != nil {
		return err
	}
	return printJSON(w, map[string]string{"pack": p.Ref(), "lang": lang, "markdown": string(text)})
}

// writtenText keeps what is written to it.
type writtenText []byte

func (t *writtenText) Write(b []byte) (int, error) {
	*t = append(*t, b...)
	return len(b), nil
}

// policyShowCmd shows one pack, or lists those that ship.
type policyShowCmd struct {
	Pack string `arg:"" optional:"" help:"Id of a shipped pack, or a folder. Without it the shipped packs are listed."`
	JSON bool   `help:"Print JSON: of one pack, all of it."`
	policyLang
}

// packOutline is a pack in a few words.
type packOutline struct {
	Pack       string `json:"pack"`
	Title      string `json:"title"`
	Hash       string `json:"hash"`
	Offerings  int    `json:"offerings"`
	Severities int    `json:"severities"`
	Regions    int    `json:"regions"`
	Products   int    `json:"products"`
}

// Run shows.
func (c *policyShowCmd) Run(stdout io.Writer) error {
	return showPolicy(stdout, c.Pack, c.language(), c.JSON)
}

func showPolicy(w io.Writer, name, lang string, asJSON bool) error {
	if name == "" {
		return listPolicies(w, lang, asJSON)
	}
	p, err := loadPack(name)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(w, json.RawMessage(p.Source()))
	}
	return writeOutlines(w, outlineOf(p, lang))
}

func listPolicies(w io.Writer, lang string, asJSON bool) error {
	var all []packOutline
	for _, id := range policy.ShippedIDs() {
		p, err := policy.Shipped(id)
		if err != nil {
			return err
		}
		all = append(all, outlineOf(p, lang))
	}
	if asJSON {
		return printJSON(w, all)
	}
	return writeOutlines(w, all...)
}

func outlineOf(p *policy.Pack, lang string) packOutline {
	return packOutline{p.Ref(), p.Title.In(lang), p.Hash(), len(p.Offerings), len(p.Severities), len(p.Regions), len(p.Products)}
}

func writeOutlines(w io.Writer, all ...packOutline) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range all {
		fmt.Fprintf(t, "%s\t%s\t%d offerings\t%d severities\t%d regions\t%d products\tsha256 %s\n",
			o.Pack, o.Title, o.Offerings, o.Severities, o.Regions, o.Products, o.Hash)
	}
	return t.Flush()
}

// policySchemaCmd prints the schema.
type policySchemaCmd struct {
	JSON bool `help:"As every command; the schema is JSON anyway."`
}

// Run prints the schema.
func (c *policySchemaCmd) Run(stdout io.Writer) error {
	_, err := stdout.Write(policy.Schema())
	return err
}
