package main

import "madoguchi/client"

// refuse carries out a no to a proposal: the customer's, or with their recorded
// word, or the taking back of one's own.
func (o onRequest) refuse(s *session, a textArg, f consentFlags, resource string) error {
	text, err := a.may(s)
	if err != nil {
		return err
	}
	consent, err := f.given(s)
	if err != nil {
		return err
	}
	return o.send(s, resource, client.Refusal{Reason: text, Consent: consent})
}

type requestKeepSeverityCmd struct {
	onRequest
	textArg
	consentFlags
}

func (c *requestKeepSeverityCmd) act(s *session) error {
	return c.refuse(s, c.textArg, c.consentFlags, "severity/lowering-refusal")
}

type afterHoursKeepCmd struct {
	onRequest
	textArg
	consentFlags
}

func (c *afterHoursKeepCmd) act(s *session) error {
	return c.refuse(s, c.textArg, c.consentFlags, "after-hours/end-refusal")
}
