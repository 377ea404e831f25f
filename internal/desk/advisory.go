package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// maxVersions is how many versions and references an advisory names at most.
const maxVersions = 100

// DraftAdvisory writes a security advisory and fills the rest of it; the security
// team alone sees it before it is published (R45). An alert that tells of it is
// prepared with it.
func (d *Desk) DraftAdvisory(ctx context.Context, by support.Actor, a *support.Advisory) error {
	if err := d.checkAdvisory(*a); err != nil {
		return err
	}
	given := *a
	return d.change(ctx, by, "draft_advisory", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		added := given
		if err := d.advisoryTexts(tx, &added, by, at); err != nil {
			return entry{}, err
		}
		added.MadeAt, added.UpdatedAt, added.PublishedAt = at, at, time.Time{}
		if by.Kind == support.Vendor {
			added.Staff = by.ID
		}
		if err := tx.AddAdvisory(&added); err != nil {
			return entry{}, err
		}
		*a = added
		return entry{"advisory", added.ID, map[string]any{"product": added.Product, "severity": added.Severity, "texts": added.Texts}}, nil
	})
}

// ChangeAdvisory replaces what an advisory says; read is when what was looked at
// was written. One that is published says it at once, and tells subscribers when
// it is published again.
func (d *Desk) ChangeAdvisory(ctx context.Context, by support.Actor, id int64, read time.Time, to support.Advisory) error {
	return d.change(ctx, by, "change_advisory", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		was, err := tx.Advisory(id)
		if err != nil {
			return entry{}, err
		}
		now := to
		now.ID, now.Product, now.UpdatedAt = id, was.Product, at
		if err := d.checkAdvisory(now); err != nil {
			return entry{}, err
		}
		if err := d.advisoryTexts(tx, &now, by, at); err != nil {
			return entry{}, err
		}
		return entry{"advisory", id, map[string]any{"severity": now.Severity, "texts": now.Texts}}, tx.ChangeAdvisory(now, read, was.Alert)
	})
}

// advisoryTexts saves what an advisory says, and prepares the alert that tells
// subscribers of it, when the pack has one.
func (d *Desk) advisoryTexts(tx *store.Tx, a *support.Advisory, by support.Actor, at time.Time) error {
	alert := support.Alert{Product: a.Product, Kind: policy.SecurityAlerts, Texts: a.Texts}
	if err := d.addAlertTexts(tx, &alert); err != nil {
		return err
	}
	a.Texts = alert.Texts
	if _, ok := d.Pack().Alerts.Kind(policy.SecurityAlerts); !ok {
		return nil
	}
	err := d.addAlert(tx, &alert, by, at)
	a.Alert = alert.ID
	return err
}

func (d *Desk) checkAdvisory(a support.Advisory) error {
	if _, ok := d.Pack().Security.Severity(a.Severity); !ok {
		return support.Wrong("severity", "advisory.severity", "severity", a.Severity)
	}
	if len(a.Affected) == 0 {
		return support.Wrong("affected", "advisory.affected")
	}
	for field, words := range map[string][]string{"affected": a.Affected, "fixed": a.Fixed, "references": a.References} {
		for i, s := range words {
			at := fmt.Sprintf("%s[%d]", field, i)
			if strings.TrimSpace(s) == "" || len(words) > maxVersions {
				return support.Wrong(at, "name.form")
			}
			if err := checkLine(s, at); err != nil {
				return err
			}
		}
	}
	return checkAlertTexts(a.Texts)
}

// PreviewAdvisory shows whom the alert of an advisory would reach. Seen is ""
// when it tells nobody.
func (d *Desk) PreviewAdvisory(ctx context.Context, v store.Viewer, id int64) (AlertPreview, error) {
	a, err := d.store.Advisory(ctx, v, id)
	if err != nil || a.Alert == 0 {
		return AlertPreview{}, err
	}
	return d.PreviewAlert(ctx, v, a.Alert)
}

// PublishAdvisory makes an advisory public and tells the subscribers of security
// alerts of its product; on one that was changed it tells of the change. seen is
// what [Desk.PreviewAdvisory] showed.
func (d *Desk) PublishAdvisory(ctx context.Context, by support.Actor, id int64, seen string) error {
	return d.change(ctx, by, "publish_advisory", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		a, err := tx.Advisory(id)
		if err != nil {
			return entry{}, err
		}
		first, err := tx.PublishAdvisory(id, at)
		if err != nil {
			return entry{}, err
		}
		n := 0
		switch {
		case a.Alert != 0:
			var alert support.Alert
			if alert, err = tx.Alert(a.Alert); err == nil {
				n, err = tx.SendAlert(alert, seen, at, d.Pack().Batches.MailsPerMinute)
			}
		case !first:
			err = support.Refuse(support.Conflict, "alert.sent_already")
		}
		return entry{"advisory", id, map[string]any{"seen": seen, "subscribers": n}}, err
	})
}
