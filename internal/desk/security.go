package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// ReportSecurity takes a report of a security problem from anyone, with or
// without an account; the zero actor is a stranger (R45). Plain words of Text,
// Reply and Key are stored; who reads them is [store.Store.SecurityReports]'s.
func (d *Desk) ReportSecurity(ctx context.Context, by support.Actor, r store.SecurityReport) (store.SecurityReport, error) {
	rules := d.Pack().Security
	if rules.Acknowledge.IsZero() {
		return r, support.Refuse(support.Conflict, "security.none")
	}
	if r.Text.Empty() {
		return r, support.Wrong("text", "text.needed")
	}
	for field, t := range map[string]support.Text{"text": r.Text, "reply_to": r.Reply, "key": r.Key} {
		if err := checkText(t.Plain, field); err != nil {
			return r, err
		}
	}
	if by.Kind != support.Customer && r.Reply.Empty() {
		return r, support.Wrong("reply_to", "security.reply_needed")
	}
	if _, ok := d.Pack().Products[r.Product]; r.Product != "" && !ok {
		return r, support.Wrong("product", "product.unknown")
	}
	var taken store.SecurityReport
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		taken = r
		at, actor, account, region := d.Now(), support.Actor{Kind: support.System}, int64(0), d.Pack().DefaultRegion
		if by.Kind == support.Customer {
			c, err := activeContact(tx, by.ID)
			if err != nil {
				return err
			}
			a, err := tx.Account(c.Account)
			if err != nil {
				return err
			}
			actor, account, taken.Contact = by, c.Account, c.ID
			if own, ok := d.Pack().RegionOf(a.Country); ok {
				region = own.ID
			}
		}
		span, err := d.Pack().Span(region, rules.Acknowledge, d.Pack().Clocks.WarnPercent, at)
		if err != nil {
			return support.Refuse(support.Invalid, "target.not_computable", "metric", string(support.Acknowledgement), "cause", err.Error())
		}
		taken.At, taken.DueAt = at, span.Due
		for _, t := range []*support.Text{&taken.Text, &taken.Reply, &taken.Key} {
			if err := tx.SaveText(account, 0, t); err != nil {
				return err
			}
		}
		if err := tx.AddSecurityReport(&taken, rules.Hourly); err != nil {
			return err
		}
		return tx.Audit("security_report", taken.ID, actor, at, "report_security", map[string]any{"product": taken.Product, "due_at": taken.DueAt})
	})
	return taken, err
}

// AcknowledgeSecurity confirms a report: the security team's or an admin's act.
func (d *Desk) AcknowledgeSecurity(ctx context.Context, by support.Actor, id int64) error {
	return d.change(ctx, by, "acknowledge_security_report", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		return entry{"security_report", id, map[string]any{}}, tx.AcknowledgeSecurityReport(id, by.ID, at)
	})
}

// Deflect notes that a draft ended without a request, on which way, and keeps
// nothing of its words (R05, R30).
func (d *Desk) Deflect(ctx context.Context, by support.Actor, product, route, text string) (store.Deflection, error) {
	if by.Kind != support.Customer {
		return store.Deflection{}, support.Refuse(support.Forbidden, "party.forbidden", "act", "deflect")
	}
	if _, ok := d.Pack().Products[product]; !ok && product != "" {
		return store.Deflection{}, support.Wrong("product", "product.unknown")
	}
	if err := support.Deflect(d.Pack(), product, route, text); err != nil {
		return store.Deflection{}, err
	}
	var out store.Deflection
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		c, err := activeContact(tx, by.ID)
		if err != nil {
			return err
		}
		out = store.Deflection{At: d.Now(), Contact: c.ID, Account: c.Account, Product: product, Route: route}
		if err := tx.AddDeflection(&out); err != nil {
			return err
		}
		return tx.Audit("deflection", out.ID, by, out.At, "deflect", map[string]any{"product": product, "route": route})
	})
	return out, err
}
