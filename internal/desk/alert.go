package desk

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// DraftAlert writes an alert to those who subscribed to its kind for its product
// and fills the rest of it. Nobody gets it before it was looked at and sent.
func (d *Desk) DraftAlert(ctx context.Context, by support.Actor, a *support.Alert) error {
	if err := d.checkAlert(a); err != nil {
		return err
	}
	given := *a
	return d.change(ctx, by, "draft_alert", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		added := given
		if err := d.addAlert(tx, &added, by, at); err != nil {
			return entry{}, err
		}
		*a = added
		return entry{"alert", added.ID, map[string]any{"product": added.Product, "kind": added.Kind, "texts": added.Texts}}, nil
	})
}

func (d *Desk) addAlert(tx *store.Tx, a *support.Alert, by support.Actor, at time.Time) error {
	if _, err := tx.Product(a.Product); err != nil {
		return noProduct(tx, err, "product", a.Product)
	}
	if err := d.addAlertTexts(tx, a); err != nil {
		return err
	}
	a.MadeAt, a.SentAt, a.Staff = at, time.Time{}, 0
	if by.Kind == support.Vendor {
		a.Staff = by.ID
	}
	return tx.AddAlert(a)
}

// addAlertTexts saves the texts of an alert that are not saved yet.
func (d *Desk) addAlertTexts(tx *store.Tx, a *support.Alert) error {
	a.Texts = slices.Clone(a.Texts)
	for i := range a.Texts {
		for _, t := range []*support.Text{&a.Texts[i].Title, &a.Texts[i].Text} {
			if err := tx.SaveText(0, 0, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) checkAlert(a *support.Alert) error {
	if err := d.alertKind(a.Kind, "kind"); err != nil {
		return err
	}
	if err := checkLink(a.Link); err != nil {
		return err
	}
	return checkAlertTexts(a.Texts)
}

// alertKind refuses a kind that the pack does not have, and names those it has.
func (d *Desk) alertKind(kind, field string) error {
	var known []string
	for _, k := range d.Pack().Alerts.Kinds {
		known = append(known, k.ID)
	}
	if !slices.Contains(known, kind) {
		return support.Wrong(field, "alert.kind", "kind", kind, "choices", strings.Join(known, ", "))
	}
	return nil
}

// checkAlertTexts wants a title and words, in each language once.
func checkAlertTexts(texts []support.AlertText) error {
	for i, t := range texts {
		if strings.TrimSpace(t.Title.Plain) == "" {
			return support.Wrong(fmt.Sprintf("texts[%d]", i), "title.needed")
		}
		if err := checkLine(t.Title.Plain, "title"); err != nil {
			return err
		}
	}
	return checkTellings(texts, func(t support.AlertText) (string, support.Text) { return t.Language, t.Text })
}

// checkLink takes an address of the web, or none.
func checkLink(s string) error {
	u, err := url.Parse(s)
	if s != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(s) > 2000) {
		return support.Wrong("link", "alert.link")
	}
	return nil
}

// SendAlert begins to tell every subscriber, each by an effect of their own.
// seen is what [Desk.PreviewAlert] showed; when that is no longer so, the answer
// is a conflict and nobody is told.
func (d *Desk) SendAlert(ctx context.Context, by support.Actor, id int64, seen string) error {
	return d.change(ctx, by, "send_alert", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		a, err := tx.Alert(id)
		if err != nil {
			return entry{}, err
		}
		if of, err := tx.AlertOfAdvisory(id); err != nil {
			return entry{}, err
		} else if of {
			return entry{}, support.Refuse(support.Conflict, "alert.of_advisory")
		}
		n, err := tx.SendAlert(a, seen, at, d.Pack().Batches.MailsPerMinute)
		return entry{"alert", id, map[string]any{"seen": seen, "subscribers": n}}, err
	})
}

// AlertPreview is what an alert would do if it were sent now.
type AlertPreview struct {
	Seen        string // sending repeats it
	Subscribers int
	Audiences   []PreviewAudience // Requests are subscribers
}

// PreviewAlert shows how many an alert would reach and how it would read, without
// anybody's name, address or token. Nothing is written.
func (d *Desk) PreviewAlert(ctx context.Context, v store.Viewer, id int64) (AlertPreview, error) {
	a, err := d.store.Alert(ctx, v, id)
	if err != nil {
		return AlertPreview{}, err
	}
	var out AlertPreview
	if out.Seen, err = d.store.DigestOfAlert(ctx, a); err != nil {
		return out, err
	}
	found, err := d.store.SubscribersOf(ctx, v, a)
	if err != nil {
		return out, err
	}
	for _, x := range found {
		to := notify.Recipient{Email: d.sender, Language: x.Language}
		page, err := d.alertPage(ctx, a, notify.VoiceOf(to, d.Pack()), "…")
		if err != nil {
			return out, err
		}
		e := support.Letter(support.Subject{Kind: "alert", ID: a.ID}, "alert_published", "", support.Recipient{Kind: support.ToSubscriber})
		m, err := notify.RenderLetter(d.letterTo(e, to, page))
		if err != nil {
			return out, err
		}
		out.Subscribers += x.Requests
		out.Audiences = append(out.Audiences, PreviewAudience{Audience: x, In: a.In(lang.Base(x.Language, true)).Language, Mail: m})
	}
	return out, nil
}

// alertLetter is an alert to one subscriber, with the token that ends their
// subscription.
func (d *Desk) alertLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	a, err := d.store.Alert(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	s, err := d.subscribed(ctx, e)
	if err != nil {
		return notify.LetterPage{}, err
	}
	return d.alertPage(ctx, a, v, s.LeaveToken)
}

func (d *Desk) alertPage(ctx context.Context, a support.Alert, v lang.Voice, token string) (notify.LetterPage, error) {
	in := a.In(v.Lang)
	texts, err := d.store.Texts(ctx, []int64{in.Title.ID, in.Text.ID})
	page := notify.LetterPage{
		Args:  map[string]string{"product": a.Product, "title": texts[in.Title.ID], "token": token},
		Quote: texts[in.Text.ID], Says: []string{"leave"},
	}
	if err != nil {
		return page, err
	}
	row := func(label, value string, link bool) {
		if value != "" {
			page.Rows = append(page.Rows, notify.LetterRow{Label: label, Value: value, Link: link})
		}
	}
	row("mail.label.link", a.Link, true)
	page.Rows = append(page.Rows, d.alertLink("mail.label.leave_page", "/alerts/ending", token)...)
	x, err := d.store.AdvisoryOf(ctx, a.ID)
	if err != nil || x.ID == 0 {
		return page, err
	}
	severity, _ := d.Pack().Security.Severity(x.Severity)
	row("mail.label.advisory", support.AdvisoryNumber(x.ID), false)
	row("mail.label.grade", severity.Text.In(v.Lang), false)
	row("mail.label.affected", strings.Join(x.Affected, v.Comma()), false)
	row("mail.label.fixed", strings.Join(x.Fixed, v.Comma()), false)
	row("mail.label.references", strings.Join(x.References, v.Comma()), false)
	return page, nil
}
