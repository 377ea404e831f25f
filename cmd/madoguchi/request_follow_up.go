package main

import "madoguchi/client"

type requestFollowUpCmd struct {
	onRequest
	textArg
	Title    string `help:"One line that says what is wrong; that of the earlier request when left out." placeholder:"TEXT"`
	Severity int    `help:"Severity, 1 (highest) to 4; that of the earlier request when left out." placeholder:"N"`
	Impact   string `help:"Business impact; that of the earlier request when left out." placeholder:"TEXT"`
	Channel  string `help:"How it came: portal, phone, mail or api." enum:",portal,phone,mail,api" default:"" placeholder:"CHANNEL"`
}

func (c *requestFollowUpCmd) act(s *session) error {
	return c.say(s, c.words, "follow-up", func(text string) any {
		return client.NewFollowUp{Text: text, Title: c.Title, Channel: c.Channel, Severity: c.Severity, Impact: c.Impact}
	})
}

type requestPassCmd struct {
	onRequest
	textArg
}

func (c *requestPassCmd) act(s *session) error {
	text, err := c.may(s)
	if err != nil {
		return err
	}
	return c.withdraw(s, "offer", client.Reason{Reason: text})
}
