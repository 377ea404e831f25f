package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// exceptionCmd is entitlement beside contracts, over the API (A21).
type exceptionCmd struct {
	remote

	Grant  exceptionGrantCmd  `cmd:"" help:"Entitle an account or a contact, with a reason and an end (duty manager)."`
	List   exceptionListCmd   `cmd:"" help:"List what was granted."`
	Revoke exceptionRevokeCmd `cmd:"" help:"End one from now on (duty manager)."`
}

type exceptionGrantCmd struct {
	Contact  string  `help:"Customer number of the contact." xor:"whom" placeholder:"NUMBER"`
	Account  string  `help:"Id of the account: for everybody of it." xor:"whom" placeholder:"ID"`
	Product  string  `required:"" help:"Key of the product." placeholder:"KEY"`
	Offering string  `required:"" help:"Offering whose hours and targets count." placeholder:"OFFERING"`
	From     int     `help:"The most severe that it covers." default:"1" placeholder:"N"`
	To       int     `help:"The least severe that it covers." default:"4" placeholder:"N"`
	Until    instant `required:"" help:"When it ends (RFC 3339), exclusive." placeholder:"INSTANT"`
	Reason   string  `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *exceptionGrantCmd) act(s *session) error {
	x, err := s.client.GrantException(s.ctx, client.NewException{
		Account: c.Account, Contact: c.Contact, Product: c.Product, Offering: c.Offering, From: c.From, To: c.To,
		EndsAt: c.Until.Time, Reason: c.Reason,
	})
	if err != nil {
		return err
	}
	return s.showNamed(x, func(w io.Writer, v lang.Voice) { writeException(w, v, x) })
}

type exceptionListCmd struct{}

func (c *exceptionListCmd) act(s *session) error {
	list, err := s.client.Exceptions(s.ctx)
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"exceptions": list}, func(w io.Writer, v lang.Voice) {
		writeList(w, v, list, "", func(x client.Exception) { writeException(w, v, x) })
	})
}

type exceptionRevokeCmd struct {
	ID string `arg:"" help:"Id of the exception; 'exception list' shows it."`
}

func (c *exceptionRevokeCmd) act(s *session) error { return s.client.RevokeException(s.ctx, c.ID) }

func writeException(w io.Writer, v lang.Voice, x client.Exception) {
	l := v.Lang
	who := x.Account.Name
	if x.Contact != nil {
		who += ", " + person(*x.Contact)
	}
	fmt.Fprintf(w, "%s  %s\n", x.ID, who)
	pairs(w, []pair{
		{word(l, "product"), v.Named("product", x.Product)},
		{word(l, "offering"), v.Named("offering", x.Offering)},
		{word(l, "severity"), fmt.Sprintf("%d – %d", x.From, x.To)},
		{word(l, "begins"), v.Date(x.At)},
		{word(l, "ends"), v.Date(x.EndsAt)},
		{word(l, "ended"), v.Date(x.RevokedAt)},
		{word(l, "manager"), member(&x.GrantedBy)},
	})
	paragraph(w, "  │ ", x.Reason)
}
