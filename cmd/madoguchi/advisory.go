package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// advisoryCmd is security advisories, over the API (R45).
type advisoryCmd struct {
	remote
	List    advisoryListCmd    `cmd:"" help:"List advisories, the newest first; no token is needed."`
	Show    advisoryShowCmd    `cmd:"" help:"Show an advisory; no token is needed."`
	Draft   advisoryDraftCmd   `cmd:"" help:"Write an advisory; the security team alone sees it (security team)."`
	Change  advisoryChangeCmd  `cmd:"" help:"Change an advisory; what is left out stays (security team)."`
	Preview advisoryPreviewCmd `cmd:"" help:"Show how many subscribers it would reach, and its mails (security team)."`
	Publish advisoryPublishCmd `cmd:"" help:"Publish one that was previewed, or tell of its change (security team)."`
}

type advisoryListCmd struct {
	Product string `help:"Key of the product." placeholder:"KEY"`
	pageFlags
}

func (c *advisoryListCmd) act(s *session) error {
	list, next, err := s.client.Advisories(s.ctx, c.Product, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"advisories": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "number"), word(l, "state"), word(l, "product"), word(l, "severity"), word(l, "title"), word(l, "changed")}}
		for _, a := range list {
			rows = append(rows, []string{a.Number, word(l, "advisory."+a.State), v.Named("product", a.Product), line(a.Name), line(a.Title), v.Date(a.UpdatedAt)})
		}
		writePage(w, v, rows, next)
	})
}

// onAdvisory is the argument that names an advisory.
type onAdvisory struct {
	Number string `arg:"" help:"Number of the advisory, such as ADV-17."`
}

type advisoryShowCmd struct{ onAdvisory }

func (c *advisoryShowCmd) act(s *session) error {
	return s.advisory(s.client.Advisory(s.ctx, c.Number))
}

// advisoryFlags are what an advisory says.
type advisoryFlags struct {
	Affected  []string `help:"Version that is affected; may be repeated." placeholder:"VERSION" sep:"none"`
	Fixed     []string `help:"Version that mends it; may be repeated." placeholder:"VERSION" sep:"none"`
	Severity  string   `help:"Severity, as the policy names them." placeholder:"ID"`
	Reference []string `help:"Its name elsewhere, such as CVE-2026-0001; may be repeated." placeholder:"NAME" sep:"none"`
	textFlags
}

// apply writes what the flags say into an advisory; what they leave out stays.
func (f advisoryFlags) apply(s *session, to *client.AdvisoryWords) error {
	texts, err := f.texts(s)
	if err != nil {
		return err
	}
	for given, field := range map[*[]string]*[]string{&f.Affected: &to.Affected, &f.Fixed: &to.Fixed, &f.Reference: &to.References} {
		if len(*given) > 0 {
			*field = *given
		}
	}
	if f.Severity != "" {
		to.Severity = f.Severity
	}
	if len(texts) > 0 {
		to.Texts = texts
	}
	return nil
}

type advisoryDraftCmd struct {
	Product string `arg:"" help:"Key of the product."`
	advisoryFlags
}

func (c *advisoryDraftCmd) act(s *session) error {
	n := client.NewAdvisory{Product: c.Product}
	if err := c.apply(s, &n.AdvisoryWords); err != nil {
		return err
	}
	return s.advisory(s.client.DraftAdvisory(s.ctx, n))
}

type advisoryChangeCmd struct {
	onAdvisory
	advisoryFlags
}

func (c *advisoryChangeCmd) act(s *session) error {
	a, err := s.client.Advisory(s.ctx, c.Number)
	if err != nil {
		return err
	}
	change := a.Change()
	if err := c.apply(s, &change.AdvisoryWords); err != nil {
		return err
	}
	return s.advisory(s.client.ChangeAdvisory(s.ctx, c.Number, change))
}

type advisoryPreviewCmd struct{ onAdvisory }

func (c *advisoryPreviewCmd) act(s *session) error {
	return s.alertPreview(s.client.PreviewAdvisory(s.ctx, c.Number))
}

type advisoryPublishCmd struct {
	onAdvisory
	Seen string `help:"What the preview showed." placeholder:"WORD"`
}

func (c *advisoryPublishCmd) act(s *session) error {
	return s.advisory(s.client.PublishAdvisory(s.ctx, c.Number, c.Seen))
}

func (s *session) advisory(a client.Advisory, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(a, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintf(w, "%s  %s  %s\n", a.Number, word(l, "advisory."+a.State), line(a.Title))
		published := ""
		if !a.PublishedAt.IsZero() {
			published = v.Date(a.PublishedAt)
		}
		pairs(w, []pair{
			{word(l, "product"), v.Named("product", a.Product)}, {word(l, "severity"), line(a.Name)},
			{word(l, "advisory.affected"), line(strings.Join(a.Affected, ", "))}, {word(l, "advisory.fixed"), line(strings.Join(a.Fixed, ", "))},
			{word(l, "advisory.refs"), line(strings.Join(a.References, ", "))}, {word(l, "advisory.published"), published}, {word(l, "changed"), v.Date(a.UpdatedAt)},
		})
		fmt.Fprintln(w, plain(a.Text))
	})
}
