package main

import (
	"fmt"
	"io"

	"madoguchi/internal/lang"
)

// pageFlags are of lists in the order in which things were added.
type pageFlags struct {
	After string `help:"Go on after the page before: what its last line says." placeholder:"CURSOR"`
	Limit most   `help:"At most so many, 1 to 200." default:"50" placeholder:"N"`
}

type userAccountsCmd struct{ pageFlags }

func (c *userAccountsCmd) act(s *session) error {
	list, next, err := s.client.Accounts(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(map[string]any{"accounts": list, "next": next}, func(w io.Writer, v lang.Voice) {
		rows := [][]string{{word(v.Lang, "id"), word(v.Lang, "name"), word(v.Lang, "country")}}
		for _, a := range list {
			rows = append(rows, []string{a.ID, a.Name, a.Country})
		}
		writePage(w, v, rows, next)
	})
}

type userContactsCmd struct {
	Account string `arg:"" help:"Id of the account; 'user accounts' shows it."`
	pageFlags
}

func (c *userContactsCmd) act(s *session) error {
	list, next, err := s.client.Contacts(s.ctx, c.Account, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(map[string]any{"contacts": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "customer_number"), word(l, "name"), word(l, "email"), word(l, "phone"), word(l, "state")}}
		for _, p := range list {
			rows = append(rows, []string{p.CustomerNumber, p.Name, p.Email, p.Phone, word(l, "active."+fmt.Sprint(p.Active))})
		}
		writePage(w, v, rows, next)
	})
}

// writeList writes a list entry by entry, and how to go on.
func writeList[T any](w io.Writer, v lang.Voice, list []T, next string, write func(T)) {
	if len(list) == 0 {
		fmt.Fprintln(w, word(v.Lang, "list.none"))
		return
	}
	for _, x := range list {
		write(x)
	}
	if next != "" {
		fmt.Fprintf(w, word(v.Lang, "list.more")+"\n", next)
	}
}

// writePage writes a table and how to go on; the first row is the head.
func writePage(w io.Writer, v lang.Voice, rows [][]string, next string) {
	if len(rows) == 1 {
		fmt.Fprintln(w, word(v.Lang, "list.none"))
		return
	}
	table(w, rows)
	if next != "" {
		fmt.Fprintf(w, word(v.Lang, "list.more")+"\n", next)
	}
}
