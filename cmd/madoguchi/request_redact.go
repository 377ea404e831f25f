package main

import (
	"strconv"

	"madoguchi/client"
)

// redactFlags say which texts of an entry are erased, and why.
type redactFlags struct {
	erasureFlags
	Field string `help:"Only this text of the entry, as its data is named with --json." placeholder:"FIELD"`
}

type erasureFlags struct {
	Ground string `required:"" help:"Why, as the policy lists it: secret, personal or mistake." placeholder:"GROUND"`
	Reason string `help:"What stands in its place; never the text itself." placeholder:"TEXT"`
}

func (c redactFlags) redaction() client.Redaction {
	return client.Redaction{Ground: c.Ground, Field: c.Field, Reason: c.Reason}
}

type requestRedactCmd struct {
	onRequest
	redactFlags
	Entry int64 `arg:"" help:"Number of the entry; 'request events' lists them."`
}

func (c *requestRedactCmd) act(s *session) error {
	return c.send(s, "events/"+strconv.FormatInt(c.Entry, 10)+"/redaction", c.redaction())
}
