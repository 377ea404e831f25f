package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Incidents is what somebody bought: the pack and the contract that it is on.
type Incidents struct {
	Contract support.Contract
	Pack     support.IncidentPack
}

// BuyIncidents buys a pack of incidents for a product: a support representative
// for the caller, or the person who registered it. It comes onto the account's
// per-incident contract for the product; the first purchase makes that contract
// (R52, A20). It lasts as long as its last pack. Its PLA is that of the account's
// other contracts, and the buyer only where there is none: who buys an incident
// does not come by the account's people with it.
func (d *Desk) BuyIncidents(ctx context.Context, by support.Actor, contact int64, product string, size int) (Incidents, error) {
	offering, ok := d.incidentsFor(product)
	if !ok {
		return Incidents{}, wrong(support.Conflict, "product", "incident.not_for_product", "product", product)
	}
	expires, err := expiry(offering, size)
	if err != nil {
		return Incidents{}, err
	}
	var bought Incidents
	whose := about{owner: support.Actor{Kind: support.Customer, ID: contact}, product: product}
	err = d.change(ctx, by, "buy_incidents", whose, func(tx *store.Tx, at time.Time) (entry, error) {
		bought = Incidents{Pack: support.IncidentPack{Bought: size, ExpiresAt: expires(at)}}
		parties, err := tx.Parties(contact)
		if err != nil {
			return entry{}, absent(err, "contact", "contact.unknown")
		}
		if _, err := tx.Product(product); err != nil {
			return entry{}, noProduct(tx, err, "product", product)
		}
		if bought.Contract, err = d.incidentContract(tx, parties, offering, product, at, bought.Pack.ExpiresAt); err != nil {
			return entry{}, err
		}
		bought.Pack.Contract = bought.Contract.ID
		if err := tx.AddIncidentPack(&bought.Pack); err != nil {
			return entry{}, err
		}
		return entry{"contract", bought.Contract.ID, map[string]any{
			"contact": contact, "incident_pack": bought.Pack.ID, "bought": size, "expires_at": bought.Pack.ExpiresAt,
		}}, nil
	})
	return bought, err
}

// incidentsFor is the offering that sells incidents for a product.
func (d *Desk) incidentsFor(product string) (policy.Offering, bool) {
	p := d.Pack()
	if rule, ok := p.Products[product]; !ok || rule.Kind == "open_source" {
		return policy.Offering{}, false
	}
	var ids []string
	for id, o := range p.Offerings {
		if o.Incidents != nil && (len(o.Products) == 0 || slices.Contains(o.Products, product)) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return policy.Offering{}, false
	}
	return p.Offerings[slices.Min(ids)], true
}

// expiry checks the size and gives until when a pack bought at an instant lasts.
func expiry(o policy.Offering, size int) (func(time.Time) time.Time, error) {
	rules := o.Incidents
	if !slices.Contains(rules.Packs, size) {
		return nil, support.Wrong("size", "incident.size", "sizes", numbers(rules.Packs))
	}
	until, ok := policy.Period(rules.Valid)
	if !ok {
		return nil, support.Refuse(support.Invalid, "incident.period", "period", rules.Valid)
	}
	return func(at time.Time) time.Time { return support.Instant(until(at)) }, nil
}

// incidentContract is the account's active per-incident contract for the
// product, prolonged to the new pack's end, or a new one.
func (d *Desk) incidentContract(tx *store.Tx, w support.Parties, o policy.Offering, product string, at, until time.Time) (support.Contract, error) {
	for _, h := range w.Holdings {
		c := h.Contract
		if c.Account != w.Account.ID || c.Offering != o.ID || c.State != support.ContractActive || !slices.Contains(c.Products, product) {
			continue
		}
		if until.After(c.EndsAt) {
			c.EndsAt = until
		}
		return c, tx.ProlongContract(c.ID, until)
	}
	// A drawn number is nobody's and never was: contracts have theirs from the same lot.
	number, err := drawNumber(tx)
	if err != nil {
		return support.Contract{}, err
	}
	region, _ := d.Pack().RegionOf(w.Account.Country)
	c := support.Contract{
		Account: w.Account.ID, Number: "INC-" + number, Offering: o.ID, Products: []string{product}, Regions: []string{region.ID},
		StartsAt: at, EndsAt: until, State: support.ContractActive,
	}
	primary, err := accountPrimary(tx, w)
	if err != nil {
		return support.Contract{}, err
	}
	return c, tx.AddContract(&c, primary)
}

// accountPrimary is the PLA of the account's oldest active contract, or the
// contact where it has none.
func accountPrimary(tx *store.Tx, w support.Parties) (int64, error) {
	for _, h := range w.Holdings {
		if h.Contract.Account != w.Account.ID || h.Contract.State != support.ContractActive {
			continue
		}
		if id, err := primaryOf(tx, h.Contract.ID); err != nil || id != 0 {
			return id, err
		}
	}
	return w.Contact.ID, nil
}
