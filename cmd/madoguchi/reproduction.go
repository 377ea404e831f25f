package main

import (
	"fmt"
	"io"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestReproduceCmd struct {
	onRequest
	Outcome string `arg:"" enum:"reproduced,partly,not_reproduced" help:"What came of it: ${enum}."`
	textArg
	Rebuilt string `required:"" help:"What was rebuilt of the customer's environment." placeholder:"TEXT"`
	Public  bool   `help:"The customer reads it."`
}

func (c *requestReproduceCmd) act(s *session) error {
	return c.say(s, c.may, "reproductions", func(text string) any {
		return client.NewReproduction{Outcome: c.Outcome, Environment: c.Rebuilt, Text: text, Public: c.Public}
	})
}

type requestCauseCmd struct {
	onRequest
	neededText
	Public bool `help:"The customer reads it."`
}

func (c *requestCauseCmd) act(s *session) error {
	return c.say(s, c.words, "root-cause", func(text string) any {
		return client.NewRootCause{Text: text, Public: c.Public}
	})
}

// causeFlags are the root cause that goes with the end of a request.
type causeFlags struct {
	Cause       string `name:"root-cause" help:"Why it happened (staff)." placeholder:"TEXT"`
	CausePublic bool   `name:"public-cause" help:"The customer reads the root cause."`
}

func (f causeFlags) cause() client.WithCause {
	return client.WithCause{Cause: f.Cause, CausePublic: f.CausePublic}
}

// writeAnalysis writes what was found out.
func writeAnalysis(w io.Writer, v lang.Voice, r client.Request) {
	internal := func(public bool) string {
		if public {
			return ""
		}
		return " (" + v.Message("page.internal", nil) + ")"
	}
	for _, x := range r.Reproductions {
		fmt.Fprintf(w, "%s: %s, %s, %s%s\n", word(v.Lang, "reproduction"), v.Word("reproduction", x.Outcome), x.By.Name, v.Date(x.At), internal(x.Public))
		paragraph(w, "  │ ", x.Environment)
		paragraph(w, "  │ ", x.Text)
	}
	if x := r.RootCause; x != nil {
		fmt.Fprintf(w, "%s: %s, %s%s\n", word(v.Lang, "root_cause"), x.By.Name, v.Date(x.At), internal(x.Public))
		paragraph(w, "  │ ", x.Text)
	}
}
