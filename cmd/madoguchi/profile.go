package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// profileCmd is contacts' profiles: addresses, certifications, courses; over the
// API.
type profileCmd struct {
	remote
	Show    profileShowCmd    `cmd:"" help:"Show a profile: what is to be put right, certifications, courses."`
	Address profileAddressCmd `cmd:"" help:"Confirm that mails reach the address."`
	Certify profileCertifyCmd `cmd:"" help:"Add a certification."`
	Verify  profileVerifyCmd  `cmd:"" help:"Say that the proof of a certification was seen (staff)."`
	Remove  profileRemoveCmd  `cmd:"" help:"Remove a certification."`
	Courses profileCoursesCmd `cmd:"" help:"Find training, certification and consulting."`
}

// whose is the flag that names a contact.
type whose struct {
	Contact string `help:"Customer number; one's own when left out." placeholder:"NUMBER"`
}

// of does something with the profile of the one who is named.
func (p whose) of(s *session, do func(number string) (client.ContactProfile, error)) error {
	number := p.Contact
	if number == "" {
		number = s.self().CustomerNumber
	}
	if number == "" {
		return mistake{s.word("error.whose")}
	}
	return s.profile(do(number))
}

type profileShowCmd struct{ whose }

func (c *profileShowCmd) act(s *session) error {
	return c.of(s, func(n string) (client.ContactProfile, error) { return s.client.ContactProfile(s.ctx, n) })
}

type profileAddressCmd struct{ whose }

func (c *profileAddressCmd) act(s *session) error {
	return c.of(s, func(n string) (client.ContactProfile, error) { return s.client.ConfirmAddress(s.ctx, n) })
}

type profileCertifyCmd struct {
	whose
	Name    string  `arg:"" help:"What the person was certified for."`
	ID      string  `name:"number" help:"Number of the certificate." placeholder:"NUMBER"`
	Product string  `help:"Key of the product that it is about." placeholder:"KEY"`
	Until   instant `help:"Until when it holds (RFC 3339), exclusive." placeholder:"INSTANT"`
}

func (c *profileCertifyCmd) act(s *session) error {
	return c.of(s, func(n string) (client.ContactProfile, error) {
		return s.client.AddCertification(s.ctx, n, client.NewCertification{Name: c.Name, Number: c.ID, Product: c.Product, Until: c.Until.Time})
	})
}

type profileVerifyCmd struct {
	whose
	ID string `arg:"" help:"Id of the certification; 'profile show' shows it."`
}

func (c *profileVerifyCmd) act(s *session) error {
	return c.of(s, func(n string) (client.ContactProfile, error) { return s.client.VerifyCertification(s.ctx, n, c.ID) })
}

type profileRemoveCmd struct {
	whose
	ID string `arg:"" help:"Id of the certification; 'profile show' shows it."`
}

func (c *profileRemoveCmd) act(s *session) error {
	return c.of(s, func(n string) (client.ContactProfile, error) { return s.client.RemoveCertification(s.ctx, n, c.ID) })
}

type profileCoursesCmd struct {
	Product  string `help:"Key of the product; those of one's contracts when left out." placeholder:"KEY"`
	Language string `help:"Language; one's own when left out." placeholder:"LANG"`
	Country  string `help:"Country, such as JP; that of one's account when left out." placeholder:"CC"`
}

func (c *profileCoursesCmd) act(s *session) error {
	list, err := s.client.Courses(s.ctx, c.Product, c.Language, c.Country)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"courses": list}, func(w io.Writer, v lang.Voice) {
		if len(list) == 0 {
			fmt.Fprintln(w, word(v.Lang, "list.none"))
		}
		writeCourses(w, v, list)
	})
}

func (s *session) profile(p client.ContactProfile, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(p, func(w io.Writer, v lang.Voice) { writeProfile(w, v, p) })
}

func writeProfile(w io.Writer, v lang.Voice, p client.ContactProfile) {
	l, c := v.Lang, p.Contact
	fmt.Fprintln(w, line(c.Name))
	for _, x := range c.Warnings {
		fmt.Fprintf(w, "! %s%s\n", line(x.Text), rules(x.Rules))
	}
	safelist := ""
	if p.Safelist != nil {
		safelist = line(p.Safelist.Text) + " " + strings.Join(p.Safelist.Addresses, ", ")
	}
	pairs(w, []pair{
		{word(l, "customer_number"), c.CustomerNumber},
		{word(l, "account"), p.Account.Name},
		{word(l, "email"), c.Email},
		{word(l, "phone"), c.Phone},
		{word(l, "language"), c.Language},
		{word(l, "zone"), c.Zone},
		{word(l, "preferred"), v.Word("channel", c.PreferredChannel)},
		{word(l, "safelist"), safelist},
	})
	for _, x := range p.Certifications {
		state := word(l, "certification.unverified")
		if x.Verified {
			state = fmt.Sprintf(word(l, "certification.verified"), member(x.VerifiedBy))
		}
		if x.Expired {
			state += word(l, "certification.expired")
		}
		fmt.Fprintf(w, "%s  %s\n", x.ID, strings.Join(nonEmpty(line(x.Name), x.Number, v.Named("product", x.Product), until(v, x.Until), state), "  "))
	}
	writeCourses(w, v, p.Courses)
}

func writeCourses(w io.Writer, v lang.Voice, list []client.Course) {
	for _, x := range list {
		fmt.Fprintf(w, "%s: %s%s\n", word(v.Lang, "course."+x.Sort), strings.Join(nonEmpty(line(x.Text), x.At), "  "), rules(x.Rules))
	}
}
