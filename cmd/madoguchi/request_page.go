package main

import (
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestAcknowledgeCmd struct{ onRequest }

func (c *requestAcknowledgeCmd) act(s *session) error {
	return c.call(s, s.client.AcknowledgePage)
}

// page is the last page of a request in one line.
func page(v lang.Voice, p client.Page) string {
	called := colleagues(p.Called)
	if p.Duty {
		called = strings.Join(nonEmpty(called, word(v.Lang, "duty.duty")), ", ")
	}
	answer := v.Word("page_state", p.State)
	if p.AcknowledgedBy != nil {
		answer += ": " + strings.Join(nonEmpty(p.AcknowledgedBy.Name, v.Date(p.AcknowledgedAt)), ", ")
	}
	next := ""
	if !p.NextAt.IsZero() {
		next = word(v.Lang, "page.next") + " " + v.Date(p.NextAt)
	}
	return strings.Join(nonEmpty(called, answer, next), "; ")
}
