package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type productSelfHelpCmd struct {
	Product string `arg:"" optional:"" help:"Key of the product."`
}

func (c *productSelfHelpCmd) act(s *session) error {
	list, err := s.client.SelfHelp(s.ctx, c.Product)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, _ lang.Voice) {
		for _, x := range list {
			writeChoices(w, []client.Choice{x.Choice})
		}
	})
}

func writeChoices(w io.Writer, list []client.Choice) {
	for _, x := range list {
		fmt.Fprintf(w, "  %s: %s%s\n", x.ID, line(x.Text), rules(x.Rules))
	}
}

// draftFlags are what somebody is about to file.
type draftFlags struct {
	Title string `help:"One line that says what is wrong." placeholder:"TEXT"`
	Text  string `help:"The whole story; - reads standard input." placeholder:"TEXT"`
}

func (f draftFlags) draft(s *session, product string) (client.Draft, error) {
	text, err := s.source(f.Text, "")
	return client.Draft{Product: product, Title: f.Title, Text: text}, err
}

type productSuggestCmd struct {
	onProduct
	draftFlags
}

func (c *productSuggestCmd) act(s *session) error {
	d, err := c.draft(s, c.Product)
	if err != nil {
		return err
	}
	got, err := s.client.Suggest(s.ctx, d)
	if err != nil {
		return err
	}
	return s.show(got, func(w io.Writer, v lang.Voice) {
		writeFound(w, v, got.Found)
		if len(got.Similar) > 0 {
			fmt.Fprintln(w, word(v.Lang, "found.similar"))
			writeFoundRequests(w, v, got.Similar)
		}
		writeChoices(w, got.Resources)
		fmt.Fprintln(w, word(v.Lang, "head.routes"))
		for _, r := range got.Routes {
			fmt.Fprintf(w, "  %s: %s%s\n", r.ID, line(r.Text), rules(r.Rules))
		}
	})
}

// searchCmd searches everything by which one helps oneself (R10).
type searchCmd struct {
	remote
	Find searchFindCmd `cmd:"" default:"withargs" help:"Find what holds every word; no token is needed."`
}

type searchFindCmd struct {
	Words   []string `arg:"" help:"Words, in any language."`
	Product string   `help:"Only what fits this product." placeholder:"KEY"`
	Limit   uint     `help:"How many." default:"20"`
}

func (c *searchFindCmd) act(s *session) error {
	list, err := s.client.SearchSelfHelp(s.ctx, strings.Join(c.Words, " "), c.Product, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		if len(list) == 0 {
			fmt.Fprintln(w, word(v.Lang, "list.none"))
		}
		writeFound(w, v, list)
	})
}

func writeFound(w io.Writer, v lang.Voice, list []client.Found) {
	for _, x := range list {
		fmt.Fprintf(w, "%s  %s  %s\n", v.Word("found", x.Kind), x.ID, line(x.Title))
		if x.Text != "" {
			fmt.Fprintf(w, "  %s\n", line(x.Text))
		}
	}
}

type productDeflectCmd struct {
	onProduct
	draftFlags
	Route string `required:"" help:"Where it goes on: community, self_help, developer_community, download or legacy_procedure." placeholder:"ROUTE"`
}

func (c *productDeflectCmd) act(s *session) error {
	d, err := c.draft(s, c.Product)
	if err != nil {
		return err
	}
	got, err := s.client.Deflect(s.ctx, client.Deflection{Draft: d, Route: c.Route})
	if err != nil {
		return err
	}
	return s.show(got, func(w io.Writer, v lang.Voice) {
		fmt.Fprintln(w, line(got.Text))
		pairs(w, []pair{{word(v.Lang, "product"), got.Product}, {word(v.Lang, "title"), got.Title}})
		fmt.Fprintln(w, plain(got.Body))
	})
}

// securityCmd is reports of security problems (R45).
type securityCmd struct {
	remote
	Report      securityReportCmd      `cmd:"" help:"Report a security problem; no token is needed."`
	List        securityListCmd        `cmd:"" help:"List the reports (security team)."`
	Acknowledge securityAcknowledgeCmd `cmd:"" help:"Confirm a report (security team)."`
}

type securityReportCmd struct {
	Text    string `arg:"" help:"What is wrong; - reads standard input."`
	ReplyTo string `help:"How to reach you; needed without a token." placeholder:"ADDRESS"`
	Key     string `help:"Your public PGP key." placeholder:"KEY"`
	Product string `help:"Key of the product." placeholder:"KEY"`
}

func (c *securityReportCmd) act(s *session) error {
	text, err := s.source(c.Text, "")
	if err != nil {
		return err
	}
	r, err := s.client.ReportSecurity(s.ctx, client.NewSecurityReport{Text: text, ReplyTo: c.ReplyTo, Key: c.Key, Product: c.Product})
	if err != nil {
		return err
	}
	return s.show(r, func(w io.Writer, v lang.Voice) {
		fmt.Fprintln(w, line(r.Policy))
		pairs(w, []pair{{word(v.Lang, "id"), r.ID}, {word(v.Lang, "acknowledge_by"), v.Date(r.AcknowledgeBy)}})
	})
}

type securityListCmd struct {
	After string `help:"Go on after the page before: what its last line says." placeholder:"CURSOR"`
	Limit int    `help:"At most this many, 1 to 200."`
}

func (c *securityListCmd) act(s *session) error {
	list, next, err := s.client.SecurityReports(s.ctx, c.After, c.Limit)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		rows := [][]string{{word(v.Lang, "id"), word(v.Lang, "at"), word(v.Lang, "acknowledge_by"), word(v.Lang, "acknowledged"), word(v.Lang, "title")}}
		for _, r := range list {
			rows = append(rows, []string{r.ID, v.Date(r.At), v.Date(r.AcknowledgeBy), until(v, r.AcknowledgedAt), line(r.Text)})
		}
		writePage(w, v, rows, next)
	})
}

type securityAcknowledgeCmd struct {
	ID string `arg:"" help:"Id of the report."`
}

func (c *securityAcknowledgeCmd) act(s *session) error {
	return s.client.AcknowledgeSecurity(s.ctx, c.ID)
}

// wishCmd is wishes for features (R31).
type wishCmd struct {
	remote
	Send   wishSendCmd   `cmd:"" help:"Send a wish; it has no number and no promised answer."`
	List   wishListCmd   `cmd:"" help:"List your wishes; for staff all."`
	Ask    wishAskCmd    `cmd:"" help:"Ask the one question about a wish (engineering)."`
	Answer wishAnswerCmd `cmd:"" help:"Answer the question about your wish."`
}

type wishSendCmd struct {
	onProduct
	draftFlags
	Version string `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
}

func (c *wishSendCmd) act(s *session) error {
	d, err := c.draft(s, c.Product)
	if err != nil {
		return err
	}
	x, err := s.client.SendWish(s.ctx, client.NewWish{Product: c.Product, Version: c.Version, Title: d.Title, Text: d.Text})
	if err != nil {
		return err
	}
	return s.show(x, func(w io.Writer, v lang.Voice) {
		fmt.Fprintln(w, line(x.Receipt))
		pairs(w, []pair{{word(v.Lang, "id"), x.ID}, {word(v.Lang, "title"), x.Title}})
	})
}

type wishListCmd struct{}

func (c *wishListCmd) act(s *session) error {
	list, err := s.client.Wishes(s.ctx)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		writeList(w, v, list, "", func(x client.Wish) {
			fmt.Fprintf(w, "%s %s (%s, %s)\n", x.ID, line(x.Title), x.Product, v.Date(x.At))
			for _, said := range nonEmpty(line(x.Question), line(x.Answer)) {
				fmt.Fprintf(w, "  %s\n", said)
			}
		})
	})
}

type onWish struct {
	ID   string `arg:"" help:"Id of the wish."`
	Text string `arg:"" help:"The words; - reads standard input."`
}

type wishAskCmd struct{ onWish }

func (c *wishAskCmd) act(s *session) error {
	text, err := s.source(c.Text, "")
	if err != nil {
		return err
	}
	return s.client.AskWish(s.ctx, c.ID, text)
}

type wishAnswerCmd struct{ onWish }

func (c *wishAnswerCmd) act(s *session) error {
	text, err := s.source(c.Text, "")
	if err != nil {
		return err
	}
	return s.client.AnswerWish(s.ctx, c.ID, text)
}

type requestConvertCmd struct {
	onRequest
	consentFlags
	Text string `help:"What the customer is told beside it." placeholder:"TEXT"`
}

func (c *requestConvertCmd) act(s *session) error {
	consent, err := c.given(s)
	if err != nil {
		return err
	}
	return c.send(s, "conversion", client.Conversion{Text: c.Text, Consent: consent})
}
