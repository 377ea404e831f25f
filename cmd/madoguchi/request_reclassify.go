package main

import "madoguchi/client"

type requestReclassifyCmd struct {
	onRequest
	Kind     string  `help:"sr or cs_request." enum:",sr,cs_request" default:"" placeholder:"KIND"`
	Product  *string `help:"Key of the product." placeholder:"KEY"`
	Version  *string `name:"product-version" help:"Version of the product." placeholder:"VERSION"`
	Contract *string `help:"Number of the contract; empty: the best that fits." placeholder:"NUMBER"`
	Contact  string  `help:"Customer number of whom it is about." placeholder:"NUMBER"`
	Severity int     `help:"Of a customer service request that becomes technical." placeholder:"N"`
	Topic    string  `help:"Of a technical request that becomes a customer service request." placeholder:"TOPIC"`
	Reason   string  `required:"" help:"What the contact is told." placeholder:"TEXT"`
}

func (c *requestReclassifyCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	r, err := s.client.Reclassify(s.ctx, n, client.Classification{
		Kind: c.Kind, Product: c.Product, Version: c.Version, Contract: c.Contract, Contact: c.Contact, Severity: c.Severity,
		Topic: c.Topic, Reason: c.Reason,
	})
	if err != nil {
		return err
	}
	return s.done(r)
}
