package api

import (
	"context"
	"net/http"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// reclassifyBody is what a request should count as; what is absent stays.
type reclassifyBody struct {
	Kind     string  `json:"kind,omitempty" enum:"sr,cs_request"`
	Product  *string `json:"product,omitempty" maxLength:"200"`
	Version  *string `json:"version,omitempty" maxLength:"200"`
	Contract *string `json:"contract,omitempty" maxLength:"200" doc:"Empty: the best that fits"`
	Contact  string  `json:"contact,omitempty" maxLength:"32" doc:"Customer number"`
	Severity int     `json:"severity,omitempty" minimum:"1" maximum:"9" doc:"Of a customer service request that becomes technical"`
	Topic    string  `json:"topic,omitempty" enum:"administrators,licence,contract,portal,other" doc:"Of a technical request that becomes a customer service request"`
	Reason   string  `json:"reason" maxLength:"262144" doc:"Told to the contact"`
}

func (s *server) reclassifyRoutes() {
	do(s, act{method: http.MethodPut, path: "/classification", id: "reclassify", summary: "Correct what it was filed as; the number stays", command: "reclassify", scope: auth.Staff},
		func(ctx context.Context, c *call, row support.Row, b reclassifyBody) (support.Command, error) {
			cmd := &support.Reclassify{
				Kind: support.Kind(b.Kind), Product: b.Product, Version: b.Version, Severity: b.Severity, Topic: b.Topic, Reason: text(b.Reason),
			}
			contact := row.Contact
			if b.Contact != "" {
				who, err := c.contactNamed(ctx, b.Contact, "contact")
				if err != nil {
					return nil, err
				}
				cmd.Contact, contact = who.ID, who.ID
			}
			if b.Contract != nil {
				id, err := c.contractOf(ctx, contact, *b.Contract)
				if err != nil {
					return nil, err
				}
				cmd.Contract = &id
			}
			return cmd, nil
		})
}
