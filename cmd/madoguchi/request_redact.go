package main

import (
	"strconv"

	"madoguchi/client"
)

type requestRedactCmd struct {
	onRequest
	Entry  int64  `arg:"" help:"Number of the entry; 'request events' lists them."`
	Ground string `required:"" help:"Why, as the policy lists it: secret, personal or mistake." placeholder:"GROUND"`
	Field  string `help:"Only this text of the entry, as 'request events --json' names it." placeholder:"FIELD"`
	Reason string `help:"What stands in its place; never the text itself." placeholder:"TEXT"`
}

func (c *requestRedactCmd) act(s *session) error {
	return c.send(s, "events/"+strconv.FormatInt(c.Entry, 10)+"/redaction", client.Redaction{Ground: c.Ground, Field: c.Field, Reason: c.Reason})
}
