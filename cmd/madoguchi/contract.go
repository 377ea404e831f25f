package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// contractCmd is contracts and what their primary licence administrator answers
// for, over the API.
type contractCmd struct {
	remote
	List    contractListCmd    `cmd:"" help:"List the contracts on which you hold a role, with the products that they cover."`
	Show    contractShowCmd    `cmd:"" help:"Show a contract with its people, folders and licences."`
	Confirm contractConfirmCmd `cmd:"" help:"Confirm that the right licences are assigned (primary licence administrator)."`
	Wrong   contractWrongCmd   `cmd:"" help:"Say that licences are wrong or missing, and file the request that mends it (primary licence administrator)."`
	Renew   contractRenewCmd   `cmd:"" help:"Ask for the renewal of a contract by a customer service request."`
	Accept  contractAcceptCmd  `cmd:"" help:"Accept the licence agreement for a contract (primary licence administrator)."`
}

// onContract is the argument that names a contract.
type onContract struct {
	Contract string `arg:"" help:"Number of the contract."`
}

type contractListCmd struct {
	Contact string `help:"Customer number of whose contracts (staff)." placeholder:"NUMBER"`
}

func (c *contractListCmd) act(s *session) error {
	list, err := s.client.Contracts(s.ctx, c.Contact)
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"contracts": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "number"), word(l, "offering"), word(l, "products"), word(l, "state"), word(l, "ends"), word(l, "roles")}}
		for _, k := range list {
			rows = append(rows, []string{k.Number, v.Named("offering", k.Offering), strings.Join(k.Products, ", "),
				v.Word("contract_state", k.State), v.Date(k.EndsAt), roleWords(v, k.MyRoles)})
		}
		writePage(w, v, rows, "")
	})
}

type contractShowCmd struct{ onContract }

func (c *contractShowCmd) act(s *session) error {
	return s.contract(s.client.Contract(s.ctx, c.Contract))
}

type contractConfirmCmd struct{ onContract }

func (c *contractConfirmCmd) act(s *session) error {
	return s.contract(s.client.ConfirmLicences(s.ctx, c.Contract, "confirmed"))
}

// preparedFlags are of requests that are prepared.
type preparedFlags struct {
	Text  string `help:"What to say first in the request." placeholder:"TEXT"`
	Draft bool   `help:"Print the request and file nothing."`
}

type contractWrongCmd struct {
	onContract
	preparedFlags
}

func (c *contractWrongCmd) act(s *session) error {
	if !c.Draft {
		if _, err := s.client.ConfirmLicences(s.ctx, c.Contract, "wrong"); err != nil {
			return err
		}
	}
	return c.file(s, c.Contract, "licences")
}

type contractRenewCmd struct {
	onContract
	preparedFlags
}

func (c *contractRenewCmd) act(s *session) error { return c.file(s, c.Contract, "renewal") }

// file files what is prepared about a contract, or prints it.
func (c preparedFlags) file(s *session, contract, about string) error {
	d, err := s.client.Draft(s.ctx, contract, about)
	if err != nil {
		return err
	}
	f := d.File(c.Text)
	if c.Draft {
		return s.show(f, func(w io.Writer, v lang.Voice) {
			fmt.Fprintln(w, line(f.Title))
			paragraph(w, "  ", f.Text)
		})
	}
	return give(s.done)(s.client.File(s.ctx, f))
}

type contractAcceptCmd struct {
	onContract
	Version string `arg:"" help:"Version of the agreement that was read; 'contract show' shows it."`
}

func (c *contractAcceptCmd) act(s *session) error {
	return s.contract(s.client.AcceptAgreement(s.ctx, c.Contract, c.Version))
}

// contract prints a contract.
func (s *session) contract(k client.Contract, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(k, func(w io.Writer, v lang.Voice) { writeContract(w, v, k) })
}

func writeContract(w io.Writer, v lang.Voice, k client.Contract) {
	l := v.Lang
	primary, agreed, confirmed := "", "", ""
	if k.Primary != nil {
		primary = fmt.Sprintf("%s <%s>", k.Primary.Name, k.Primary.Email)
	}
	if a := k.Agreement; a != nil {
		agreed = fmt.Sprintf(word(l, "agreement.open"), a.Version)
		if !a.AcceptedAt.IsZero() {
			agreed = fmt.Sprintf(word(l, "agreement.accepted"), a.Version, v.Date(a.AcceptedAt))
		}
	}
	if c := k.Confirmation; c != nil {
		confirmed = strings.TrimSpace(word(l, "confirmation."+c.State) + " " + c.Request)
	}
	fmt.Fprintf(w, "%s  %s\n", k.Number, v.Named("offering", k.Offering))
	pairs(w, []pair{
		{word(l, "account"), k.Account.Name},
		{word(l, "products"), strings.Join(k.Products, ", ")},
		{word(l, "state"), v.Word("contract_state", k.State)},
		{word(l, "begins"), v.Date(k.StartsAt)},
		{word(l, "ends"), v.Date(k.EndsAt)},
		{word(l, "order_number"), k.Order},
		{word(l, "primary"), primary},
		{word(l, "roles"), roleWords(v, k.MyRoles)},
		{word(l, "agreement"), agreed},
		{word(l, "licences"), confirmed},
	})
	writeLicences(w, v, k)
}
