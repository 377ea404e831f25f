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
