package main

import (
	"fmt"
	"io"
	"strconv"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type productOffersCmd struct {
	onProduct
	Licences int    `help:"How many licences would be held; those of the account when left out." placeholder:"N"`
	Contact  string `help:"Customer number of whom it is about (staff)." placeholder:"NUMBER"`
}

func (c *productOffersCmd) act(s *session) error {
	list, err := s.client.Offers(s.ctx, c.Product, c.Licences, c.Contact)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		for _, x := range list {
			fmt.Fprintf(w, "%s (%s): %s\n", line(x.Name), x.Offering, word(v.Lang, "offer."+strconv.FormatBool(x.Fits)))
			for _, g := range x.Grounds {
				fmt.Fprintf(w, "  %s%s\n", line(g.Text), rules(g.Rules))
			}
		}
	})
}

type productPhoneCmd struct {
	Product string `arg:"" optional:"" help:"Key of the product; all lines when left out."`
	Country string `help:"Country of the number, such as JP; the account's when left out." placeholder:"CC"`
}

func (c *productPhoneCmd) act(s *session) error {
	p, err := s.client.Phone(s.ctx, c.Product, c.Country)
	if err != nil {
		return err
	}
	return s.show(p, func(w io.Writer, v lang.Voice) {
		pairs(w, []pair{{word(v.Lang, "phone"), p.Number}, {word(v.Lang, "at"), v.Date(p.At)}})
		for _, x := range p.Lines {
			state := word(v.Lang, "open_now")
			if !x.Open {
				state = fmt.Sprintf(word(v.Lang, "opens"), v.Date(x.NextOpenAt))
			}
			fmt.Fprintf(w, "%s: %s%s\n", x.ID, state, rules(x.Rules))
			fmt.Fprintf(w, "  %s\n", line(x.Text))
			if x.Closed != "" {
				fmt.Fprintf(w, "  %s\n", line(x.Closed))
			}
		}
		if p.Callback != "" {
			fmt.Fprintln(w, fmt.Sprintf(word(v.Lang, "callback.within"), p.Callback))
			writeChoices(w, p.Message)
		}
	})
}

type productRegisterCmd struct {
	onProduct
	Contact  string `help:"Customer number of the registrant (staff)." placeholder:"NUMBER"`
	Contract string `help:"Contract that the product is under; left out for complimentary support." placeholder:"NUMBER"`
}

func (c *productRegisterCmd) act(s *session) error {
	r, err := s.client.Register(s.ctx, client.NewRegistration{Contact: c.Contact, Product: c.Product, Contract: c.Contract})
	if err != nil {
		return err
	}
	return s.show(r, func(w io.Writer, v lang.Voice) { writeRegistrations(w, v, []client.Registration{r}) })
}

type productRegistrationsCmd struct {
	Contact string `help:"Customer number of the registrant (staff)." placeholder:"NUMBER"`
}

func (c *productRegistrationsCmd) act(s *session) error {
	list, err := s.client.Registrations(s.ctx, c.Contact)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) { writeRegistrations(w, v, list) })
}

func writeRegistrations(w io.Writer, v lang.Voice, list []client.Registration) {
	l := v.Lang
	rows := [][]string{{word(l, "product"), word(l, "contact"), word(l, "contract"), word(l, "begins"), word(l, "ends")}}
	for _, r := range list {
		rows = append(rows, []string{r.Product, r.Contact.Name, r.Contract, v.Date(r.At), until(v, r.Until)})
	}
	writePage(w, v, rows, "")
}

type productIncidentsCmd struct {
	onProduct
	Size    int    `required:"" help:"Size of the pack." placeholder:"N"`
	Contact string `help:"Customer number of whom it is for (staff)." placeholder:"NUMBER"`
}

func (c *productIncidentsCmd) act(s *session) error {
	b, err := s.client.BuyIncidents(s.ctx, client.NewIncidents{Contact: c.Contact, Product: c.Product, Size: c.Size})
	if err != nil {
		return err
	}
	return s.show(b, func(w io.Writer, v lang.Voice) {
		pairs(w, []pair{
			{word(v.Lang, "contract"), b.Contract},
			{word(v.Lang, "incidents"), strconv.Itoa(b.Size)},
			{word(v.Lang, "ends"), v.Date(b.ExpiresAt)},
		})
	})
}
