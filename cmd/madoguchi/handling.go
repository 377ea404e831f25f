package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// handlingCmd is special handling notes, over the API; 'request show' shows
// those that hold.
type handlingCmd struct {
	remote

	Add handlingAddCmd `cmd:"" help:"Tell staff how to handle the requests of an account, a contract or a product."`
	End handlingEndCmd `cmd:"" help:"Take a note back."`
}

type handlingAddCmd struct {
	Account  string  `help:"Id of the account." xor:"about" placeholder:"ID"`
	Contract string  `help:"Number of the contract." xor:"about" placeholder:"NUMBER"`
	Product  string  `help:"Key of the product." xor:"about" placeholder:"KEY"`
	Text     string  `arg:"" help:"What staff must know."`
	From     instant `help:"From when (RFC 3339); now when left out." placeholder:"INSTANT"`
	Until    instant `required:"" help:"Until when (RFC 3339), exclusive." placeholder:"INSTANT"`
}

func (c *handlingAddCmd) act(s *session) error {
	h, err := s.client.AddHandling(s.ctx, client.NewHandling{
		Account: c.Account, Contract: c.Contract, Product: c.Product, Text: c.Text, From: c.From.Time, Until: c.Until.Time,
	})
	if err != nil {
		return err
	}
	return s.show(h, func(w io.Writer, v lang.Voice) { writeHandling(w, v, h) })
}

type handlingEndCmd struct {
	ID string `arg:"" help:"Id of the note; 'request show' shows it."`
}

func (c *handlingEndCmd) act(s *session) error { return s.client.EndHandling(s.ctx, c.ID) }

func writeHandling(w io.Writer, v lang.Voice, h client.Handling) {
	fmt.Fprintf(w, "%s: %s  %s – %s\n", word(v.Lang, "handling"), h.ID, v.Date(h.From), v.Date(h.Until))
	paragraph(w, "  │ ", h.Text)
}
