package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestSearchCmd struct {
	Words []string `arg:"" help:"Words that all stand in it, a \"phrase\", and operators: owner:me severity:1 due:<2h state:open account: contract: product: turn: tag:. Behind -- also -words that must not stand in it."`
	After string   `help:"Cursor of the page before." placeholder:"CURSOR"`
	Limit uint     `help:"At most so many, 1 to 100." default:"20" placeholder:"N"`
	Count bool     `help:"Only say how many there are; more than 99 are not counted."`
}

func (c *requestSearchCmd) act(s *session) error {
	q := strings.Join(c.Words, " ")
	if c.Count {
		n, err := s.client.CountFound(s.ctx, q)
		if err != nil {
			return err
		}
		return s.show(n, func(w io.Writer, _ lang.Voice) { writeCount(w, n) })
	}
	page, err := s.client.Search(s.ctx, q, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer, v lang.Voice) {
		if page.Filling {
			fmt.Fprintln(w, word(v.Lang, "found.filling"))
		}
		if page.Begun {
			fmt.Fprintln(w, word(v.Lang, "found.begun"))
		}
		if len(page.Requests) == 0 {
			fmt.Fprintln(w, word(v.Lang, "list.none"))
		}
		writeFoundRequests(w, v, page.Requests)
		if page.Next != "" {
			fmt.Fprintf(w, word(v.Lang, "list.more")+"\n", page.Next)
		}
	})
}

func writeCount(w io.Writer, n client.Count) {
	plus := ""
	if n.Capped {
		plus = "+"
	}
	fmt.Fprintf(w, "%d%s\n", n.Count, plus)
}

func writeFoundRequests(w io.Writer, v lang.Voice, list []client.FoundRequest) {
	for _, f := range list {
		fmt.Fprintf(w, "%s  %s  %s\n", f.Request.Number, v.Word("stage", f.Request.Stage), line(f.Request.Title))
		if x := f.Excerpt; x != nil {
			before, after := "", ""
			if x.Before {
				before = "…"
			}
			if x.After {
				after = "…"
			}
			fmt.Fprintf(w, "  %d: %s%s%s\n", x.Seq, before, line(x.Text), after)
		}
	}
}
