package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// productCmd is what a customer looks up or does before a request, over the API.
type productCmd struct {
	remote
	List          productListCmd          `cmd:"" help:"List the products by key, those marked that one may file about."`
	Intake        productIntakeCmd        `cmd:"" help:"What is asked and told before filing for a product."`
	Gathering     productGatheringCmd     `cmd:"" help:"What helps with a technical request, and how it is gathered on each platform."`
	Compatibility productCompatibilityCmd `cmd:"" help:"What the compatibility guide says of another vendor's component."`
	Guest         productGuestCmd         `cmd:"" help:"Which ways to support there are for other vendors' guest software."`
	SelfHelp      productSelfHelpCmd      `cmd:"" help:"The places of self-help, for a product or all."`
	Suggest       productSuggestCmd       `cmd:"" help:"What might help before something is filed."`
	Deflect       productDeflectCmd       `cmd:"" help:"End a draft without a request, and carry its words over."`
	Offers        productOffersCmd        `cmd:"" help:"Which offerings can be bought for a product."`
	Phone         productPhoneCmd         `cmd:"" help:"Who answers the telephone now, and when next."`
	Register      productRegisterCmd      `cmd:"" help:"Register a product to oneself, or to a contact (staff)."`
	Registrations productRegistrationsCmd `cmd:"" help:"The products that somebody registered, and until when."`
	Incidents     productIncidentsCmd     `cmd:"" help:"Buy a pack of incidents for a product."`
}

// onProduct is the argument that names a product.
type onProduct struct {
	Product string `arg:"" help:"Key of the product."`
}

type productIntakeCmd struct{ onProduct }

func (c *productIntakeCmd) act(s *session) error {
	in, err := s.client.Intake(s.ctx, c.Product)
	if err != nil {
		return err
	}
	return s.show(in, func(w io.Writer, v lang.Voice) { writeIntake(w, v, in) })
}

func writeIntake(w io.Writer, v lang.Voice, in client.Intake) {
	l := v.Lang
	fmt.Fprintln(w, line(in.Name))
	pairs(w, []pair{
		{word(l, "key"), in.Product},
		{word(l, "registration"), word(l, "registration."+in.Registration)},
	})
	if x := in.Legacy; x != nil {
		fmt.Fprintf(w, "%s (%s)%s\n", line(x.Procedure), v.Date(x.Until), rules(x.Rules))
	}
	for _, q := range in.Questions {
		fmt.Fprintf(w, "%s: %s\n", q.ID, line(q.Question))
		fmt.Fprintf(w, "  %s: %s%s\n", word(l, "outcome."+q.Outcome), line(q.Text), rules(q.Rules))
		for _, e := range q.Evidence {
			fmt.Fprintf(w, "    --evidence %s=… %s\n", e.ID, line(e.Text))
		}
		for _, r := range q.Routes {
			fmt.Fprintf(w, "    %s%s\n", line(r.Text), rules(r.Rules))
		}
	}
	if x := in.Experimental; x != nil {
		fmt.Fprintf(w, "%s%s\n", line(x.Note), rules(x.Rules))
		for _, f := range x.Features {
			fmt.Fprintf(w, "  %s (%s): %s\n", f.ID, strings.Join(f.Versions, ", "), line(f.Text))
		}
	}
	for _, x := range in.Versions {
		fmt.Fprintf(w, "%s\n", strings.Join(nonEmpty(x.Name, v.Word("phase", x.Phase), line(x.Note)), ", "))
		pairs(w, []pair{
			{word(l, "general_until"), until(v, x.GeneralUntil)},
			{word(l, "guidance_until"), until(v, x.GuidanceUntil)},
			{word(l, "severity"), numbers(x.Severities)},
			{word(l, "channel"), channels(v, x.Channels)},
		})
	}
}

// until is an instant, or nothing when there is none.
func until(v lang.Voice, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.Date(t)
}

func numbers(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ", ")
}

func channels(v lang.Voice, list []string) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = v.Word("channel", c)
	}
	return strings.Join(out, ", ")
}

// serviceWords says in which language service is there now, and when the wanted
// one is (R47, R48).
func serviceWords(v lang.Voice, s client.Service) string {
	l := v.Lang
	out := fmt.Sprintf(word(l, "service.now"), v.LanguageName(s.Language))
	switch {
	case !s.Promised && s.Wanted != s.Language:
		out += fmt.Sprintf(word(l, "service.not_promised"), v.LanguageName(s.Wanted))
	case !s.OpenNow && !s.NextOpenAt.IsZero():
		out += fmt.Sprintf(word(l, "service.opens"), v.LanguageName(s.Wanted), v.Date(s.NextOpenAt))
	}
	return out + rules(s.Rules)
}
