package policy

import "slices"

// SecurityAlerts is the kind of alert that advisories go out as (R11, R45).
const SecurityAlerts = "security"

// AlertRules is alerts for those who asked for them (R11). The zero value: none
// are sent.
type AlertRules struct {
	// Kinds are what somebody subscribes to, for each product.
	Kinds []Item `json:"kinds" pack:"required"`
	// ConfirmWithin is how long a subscription waits to be confirmed, from the
	// instant at which its mail may leave.
	ConfirmWithin Amount `json:"confirm_within" pack:"required,form=elapsed"`
	// ConfirmEvery is the least time between two mails that ask one address to
	// confirm a product.
	ConfirmEvery Amount   `json:"confirm_every" pack:"required,form=elapsed"`
	Hourly       int      `json:"hourly" pack:"required,min=1"` // most subscriptions without an account in an hour
	Guide        []string `json:"guide" pack:"required,form=guide"`
	Source       string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample       bool     `json:"sample,omitempty"`
}

// Kind is one of the kinds of alerts.
func (r AlertRules) Kind(id string) (Item, bool) {
	i := slices.IndexFunc(r.Kinds, func(k Item) bool { return k.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return r.Kinds[i], true
}
