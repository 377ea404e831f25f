package main

import (
	"io"
	"strings"

	"madoguchi/internal/lang"
)

type productListCmd struct {
	Contact string `help:"Customer number of whom it is about (staff)." placeholder:"NUMBER"`
}

func (c *productListCmd) act(s *session) error {
	list, err := s.client.Products(s.ctx, c.Contact)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"products": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "key"), word(l, "name"), word(l, "product.entitled"), word(l, "product.versions")}}
		for _, p := range list {
			mine := ""
			if p.Entitled != nil {
				mine = word(l, "product.no")
				if *p.Entitled {
					mine = word(l, "product.yes")
				}
			}
			var versions []string
			for _, x := range p.Versions {
				versions = append(versions, x.Name+" ("+v.Word("phase", x.Phase)+")")
			}
			rows = append(rows, []string{p.Key, p.Name, mine, strings.Join(versions, ", ")})
		}
		writePage(w, v, rows, "")
	})
}

// contractCmd looks at contracts, over the API.
type contractCmd struct {
	remote
	List contractListCmd `cmd:"" help:"List the contracts on which you hold a role, with the products that they cover."`
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
