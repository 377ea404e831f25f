package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// componentArgs name a component of another vendor.
type componentArgs struct {
	Vendor    string `arg:"" help:"Who makes it."`
	Component string `arg:"" help:"Its model."`
	Version   string `name:"component-version" help:"Version of its firmware or driver." placeholder:"VERSION"`
	Release   string `help:"Release of the product beside it." placeholder:"VERSION"`
}

type productCompatibilityCmd struct {
	onProduct
	Vendor    string `help:"Who makes the component." placeholder:"NAME"`
	Component string `help:"Its model." placeholder:"NAME"`
	Version   string `name:"component-version" help:"Version of its firmware or driver." placeholder:"VERSION"`
	Release   string `help:"Release of the product." placeholder:"VERSION"`
	Search    string `help:"List the entries whose vendor or model holds this." placeholder:"TEXT"`
}

func (c *productCompatibilityCmd) act(s *session) error {
	got, err := s.client.Compatibility(s.ctx, client.CompatibilityQuery{
		Product: c.Product, Release: c.Release, Vendor: c.Vendor, Model: c.Component, Version: c.Version, Query: c.Search,
	})
	if err != nil {
		return err
	}
	return s.show(got, func(w io.Writer, v lang.Voice) { writeCompatibility(w, v, got) })
}

func writeCompatibility(w io.Writer, v lang.Voice, got client.Compatibility) {
	if a := got.Answer; a != nil {
		fmt.Fprintln(w, line(a.Text))
		if a.Note != "" {
			fmt.Fprintf(w, "  %s\n", line(a.Note))
		}
		pairs(w, []pair{{word(v.Lang, "listed_releases"), strings.Join(a.Releases, ", ")}, {word(v.Lang, "component_versions"), strings.Join(a.Versions, ", ")}})
	}
	if r := got.Relationship; r != nil {
		fmt.Fprintln(w, strings.Join(nonEmpty(line(r.Text), line(r.Contact), r.At), ": "))
	}
	for _, e := range got.Entries {
		fmt.Fprintf(w, "%s %s  %s\n", line(e.Vendor), line(e.Model), strings.Join(nonEmpty(strings.Join(e.Releases, ", "), strings.Join(e.Versions, ", "), line(e.Note)), "; "))
	}
	if got.Answer != nil {
		writeChoices(w, got.Steps)
	}
}

// guestFlags are what a customer holds for guest software.
type guestFlags struct {
	Partner   string `help:"Partner who sold the product, or hardware or services." placeholder:"ID"`
	Bundled   bool   `help:"The product came with the partner's hardware."`
	Hardware  bool   `help:"The partner's hardware or services are there."`
	Programme string `help:"The partner's support programme." placeholder:"ID"`
	Both      bool   `name:"both-contracts" help:"The partner's current contracts for both vendors are there."`
	Certified bool   `help:"The partner certifies the guest system."`
	Premier   bool   `help:"There is a premier contract with the other vendor."`
}

func (f guestFlags) guest(id, release string) client.Guest {
	return client.Guest{
		Guest: id, Release: release, Partner: f.Partner, Bundled: f.Bundled, Hardware: f.Hardware, Programme: f.Programme,
		BothContracts: f.Both, Certified: f.Certified, Premier: f.Premier,
	}
}

type productGuestCmd struct {
	onProduct
	Guest   string `arg:"" help:"Guest software of the policy, such as windows_server_2008."`
	Release string `help:"Release of the product." placeholder:"VERSION"`
	Contact string `help:"Customer number of whom it is about (staff)." placeholder:"NUMBER"`
	guestFlags
}

func (c *productGuestCmd) act(s *session) error {
	got, err := s.client.GuestPaths(s.ctx, c.Product, c.Contact, c.guest(c.Guest, c.Release))
	if err != nil {
		return err
	}
	return s.show(got, func(w io.Writer, v lang.Voice) {
		for i, p := range got.Paths {
			writeGuestPath(w, v, fmt.Sprintf("%d. ", i+1), p)
		}
	})
}

func writeGuestPath(w io.Writer, v lang.Voice, head string, p client.GuestPath) {
	missing := make([]string, len(p.Missing))
	for i, m := range p.Missing {
		missing[i] = m.Text
	}
	fmt.Fprintf(w, "%s%s%s\n", head, line(p.Text), rules(p.Rules))
	for _, x := range nonEmpty(line(p.Covers), line(p.Told)) {
		fmt.Fprintf(w, "   %s\n", x)
	}
	if len(missing) > 0 {
		fmt.Fprintf(w, "   %s: %s\n", word(v.Lang, "guest.missing"), strings.Join(missing, v.Comma()))
	}
}

type requestComponentCmd struct {
	onRequest
	componentArgs
}

func (c *requestComponentCmd) act(s *session) error {
	return c.send(s, "third-parties", client.NewThirdParty{Vendor: c.Vendor, Component: c.Component, Version: c.Version, Release: c.Release})
}

// onComponent names a component of another vendor on a request.
type onComponent struct {
	onRequest
	Component string `arg:"" help:"Number of the component; 'request show' lists them."`
}

func (c *onComponent) at(s *session, rest string) (string, error) {
	n, err := s.ordinal(c.Component)
	return "third-parties/" + n + rest, err
}

// tell sends what somebody says of the component.
func (c *onComponent) tell(s *session, rest string, body any) error {
	path, err := c.at(s, rest)
	if err != nil {
		return err
	}
	return c.send(s, path, body)
}

type requestGroundsCmd struct {
	onComponent
	neededText
}

func (c *requestGroundsCmd) act(s *session) error {
	text, err := c.words(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/grounds", client.Text{Text: text})
}

type requestSharingCmd struct {
	onComponent
	consentFlags
	Withdraw bool   `help:"End the permission."`
	Reason   string `help:"Why it ends." placeholder:"TEXT"`
}

func (c *requestSharingCmd) act(s *session) error {
	if c.Withdraw {
		path, err := c.at(s, "/sharing")
		if err != nil {
			return err
		}
		return c.call(s, func(ctx context.Context, number string) (client.Result, error) {
			return s.client.Withdraw(ctx, number, path, client.Reason{Reason: c.Reason})
		})
	}
	consent, err := c.given(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/sharing", client.Agreement{Consent: consent})
}

type requestCollaborateCmd struct {
	onComponent
	Ground string `arg:"" enum:"no_root_cause,suspicion" help:"Why its vendor is asked: ${enum}."`
	neededText
	Mutual bool `help:"The customer was checked to be theirs too."`
}

func (c *requestCollaborateCmd) act(s *session) error {
	text, err := c.words(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/collaboration", client.NewCollaboration{Ground: c.Ground, Mutual: c.Mutual, Text: text})
}

type requestCollaborationCmd struct {
	onComponent
	To string `arg:"" enum:"open,information,accepted,rejected,closed" help:"Where it stands now: ${enum}."`
	textArg
	Theirs string `help:"Their number and their people; staff alone read it." placeholder:"TEXT"`
}

func (c *requestCollaborationCmd) act(s *session) error {
	text, err := c.may(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/collaboration/state", client.CollaborationMove{To: c.To, Text: text, Theirs: c.Theirs})
}

type requestVendorCaseCmd struct {
	onComponent
	textArg
	Number string `help:"Number that the other vendor gave; without it the customer is asked to open a request there (staff)." placeholder:"NUMBER"`
}

func (c *requestVendorCaseCmd) act(s *session) error {
	if c.Number != "" {
		return c.tell(s, "/vendor-case", client.NewVendorCase{Number: c.Number})
	}
	text, err := c.may(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/vendor-case/suggestion", client.Text{Text: text})
}

type requestVendorAnswerCmd struct {
	onComponent
	Finding string `arg:"" enum:"at_fault,not_at_fault,not_found" help:"What the other vendor found: ${enum}."`
	textArg
}

func (c *requestVendorAnswerCmd) act(s *session) error {
	text, err := c.may(s)
	if err != nil {
		return err
	}
	return c.tell(s, "/answer", client.VendorAnswer{Finding: c.Finding, Text: text})
}

type requestEvidenceCmd struct{ onComponent }

func (c *requestEvidenceCmd) act(s *session) error {
	number, err := s.number(c.Number)
	if err != nil {
		return err
	}
	n, err := s.ordinal(c.Component)
	if err != nil {
		return err
	}
	e, err := s.client.VendorEvidence(s.ctx, number, n)
	if err != nil {
		return err
	}
	return s.showNamed(e, func(w io.Writer, v lang.Voice) { writeEvidence(w, v, e) })
}

// writeEvidence writes what the other vendor needs to know, to be handed over.
func writeEvidence(w io.Writer, v lang.Voice, e client.VendorEvidence) {
	l, t := v.Lang, e.ThirdParty
	pairs(w, []pair{
		{word(l, "number"), e.Number}, {word(l, "title"), line(e.Title)}, {word(l, "severity"), fmt.Sprint(e.Severity)},
		{word(l, "product"), strings.TrimSpace(v.Named("product", t.Product) + " " + t.Release)},
		{word(l, "component"), strings.Join(nonEmpty(line(t.Vendor), line(t.Component), line(t.Version)), " ")},
		{word(l, "compatibility"), line(t.LookupText)},
	})
	for _, x := range []struct{ head, text string }{
		{word(l, "third.grounds"), t.Grounds}, {v.Word("field", "error_string"), e.ErrorString}, {v.Word("field", "recent_changes"), e.RecentChanges}, {"", e.Text},
		{word(l, "root_cause"), e.RootCause},
	} {
		if x.text != "" {
			fmt.Fprintln(w, x.head)
			paragraph(w, "  │ ", x.text)
		}
	}
	for _, x := range e.Changes {
		fmt.Fprintf(w, "%s: %s\n", v.Named("change", x.Kind), line(x.Text))
	}
	for _, x := range e.Reproductions {
		fmt.Fprintf(w, "%s: %s\n", word(l, "reproduction"), v.Word("reproduction", x.Outcome))
		paragraph(w, "  │ ", x.Environment)
		paragraph(w, "  │ ", x.Text)
	}
}

type requestRefuseAskCmd struct {
	onRequest
	Ask string `arg:"" help:"Number of the ask; 'request show' lists them."`
	neededText
}

func (c *requestRefuseAskCmd) act(s *session) error {
	n, err := s.ordinal(c.Ask)
	if err != nil {
		return err
	}
	return c.say(s, c.words, "asks/"+n+"/refusal", func(text string) any { return client.Reason{Reason: text} })
}

// writeThirdParties writes the components of other vendors, and the way to
// support that was told for guest software.
func writeThirdParties(w io.Writer, v lang.Voice, r client.Request) {
	if g := r.Guest; g != nil {
		writeGuestPath(w, v, v.Word("field", "guest")+": ", g.Path)
	}
	if len(r.ThirdParties) == 0 {
		return
	}
	fmt.Fprintln(w, v.Message("page.third_parties", nil))
	for _, t := range r.ThirdParties {
		fmt.Fprintf(w, "  %d  %s: %s\n", t.N, strings.Join(nonEmpty(line(t.Vendor), line(t.Component), line(t.Version)), " "),
			strings.Join(nonEmpty(line(t.LookupText), v.Word("third_party_state", t.State)), v.Comma()))
		paragraph(w, "     │ ", t.Grounds)
		if s := t.Sharing; s != nil {
			fmt.Fprintf(w, "     %s: %s, %s\n", word(v.Lang, "third.sharing"), s.By.Name, v.Date(s.At))
		}
		if c := t.Collaboration; c != nil {
			fmt.Fprintf(w, "     %s\n", strings.Join(nonEmpty(v.Word("collaboration", c.State), v.Date(c.RespondBy), line(c.Theirs)), v.Comma()))
		}
		if c := t.Case; c != nil {
			fmt.Fprintf(w, "     %s\n", strings.Join(nonEmpty(word(v.Lang, "third.case")+" "+line(c.Number), v.Word("finding", c.Finding)), v.Comma()))
			paragraph(w, "     │ ", c.Text)
		}
	}
}
