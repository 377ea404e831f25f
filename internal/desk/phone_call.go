package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// LogPhoneCall logs a call that came in at a line and gives what the telephone
// does with it: nil says that a person takes it, else the recording speaks and
// the caller waits in no queue (R21). contact is 0 for who said no number.
func (d *Desk) LogPhoneCall(ctx context.Context, by support.Actor, line, product string, contact int64) (support.PhoneCall, *support.Recording, error) {
	var logged support.PhoneCall
	var says *support.Recording
	err := d.change(ctx, by, "log_phone_call", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		c := support.PhoneCall{At: at, Line: line, Product: product, Contact: contact, By: by}
		if product != "" {
			if _, err := tx.Product(product); err != nil {
				return entry{}, noProduct(tx, err, "product", product)
			}
		}
		var err error
		if says, err = support.Answer(d.Pack(), line, product, at); err != nil {
			return entry{}, err
		}
		if says != nil {
			c.Recorded, c.NextOpenAt = true, says.NextOpenAt
		}
		if contact != 0 {
			who, err := tx.Contact(contact)
			if err != nil {
				return entry{}, absent(err, "contact", "contact.not_found")
			}
			c.Account = who.Account
		}
		if err := tx.AddPhoneCall(&c); err != nil {
			return entry{}, err
		}
		logged = c
		return entry{"phone_call", c.ID, map[string]any{"line": line, "product": product, "contact": contact, "recorded": c.Recorded, "next_open_at": c.NextOpenAt}}, nil
	})
	return logged, says, err
}
