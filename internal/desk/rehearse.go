package desk

import (
	"context"
	"errors"
	"maps"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Would is a mail that a command would have sent.
type Would struct {
	Effect  support.Effect // what it is, and whom it is for
	Mail    notify.Mail
	At      time.Time // it waits until then; zero: it leaves at once
	Stopped bool      // mails to the address are stopped: it would not leave
}

var errRehearsed = errors.New("this was rehearsed")

// Rehearse tells which mails a command would send if it were carried out now, as
// [Desk.DoIf] would, and refuses what that would refuse. Nothing is kept, and nobody
// is told. Who is on duty is whoever is now.
func (d *Desk) Rehearse(ctx context.Context, by support.Actor, id, seen int64, cmd support.Command) ([]Would, error) {
	if err := checkTexts(cmd); err != nil {
		return nil, err
	}
	var given []support.Text
	for _, t := range cmd.Texts() {
		given = append(given, *t)
	}
	var done Done
	var texts map[int64]string
	err := d.store.Update(ctx, func(tx *store.Tx) (err error) {
		for i, t := range cmd.Texts() {
			*t = given[i]
		}
		if done, err = d.carryOut(tx, by, id, seen, cmd); err != nil {
			return err
		}
		if texts, err = tx.Texts(textIDs(done.Request, done.Facts)); err != nil {
			return err
		}
		return errRehearsed // so that nothing of it stays
	})
	for i, t := range cmd.Texts() {
		*t = given[i]
	}
	if !errors.Is(err, errRehearsed) {
		return nil, err
	}
	past, err := d.store.Facts(ctx, everything, done.ID)
	if err != nil {
		return nil, err
	}
	before := done.Seq - int64(len(done.Facts))
	for len(past) > 0 && past[len(past)-1].Seq > before {
		past = past[:len(past)-1] // of others, meanwhile
	}
	return d.wouldSend(ctx, done, append(past, done.Facts...), texts)
}

func (d *Desk) wouldSend(ctx context.Context, done Done, facts []support.Fact, texts map[int64]string) (out []Would, err error) {
	for _, e := range support.React(done.Request, done.Facts, d.Pack()) {
		mails, err := d.renderWith(ctx, store.EffectRow{Effect: e, Request: done.ID}, done.Request, facts, texts)
		if errors.Is(err, errNobody) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, m := range mails {
			w := Would{Effect: e, Mail: m.mail, At: e.NotBefore}
			w.Effect.Recipient = m.to
			if e.Kind == "mail" {
				if w.Stopped, err = d.store.Suppressed(ctx, m.mail.To.Email); err != nil {
					return nil, err
				}
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// renderWith is [Desk.renderFacts] with texts that are not stored.
func (d *Desk) renderWith(ctx context.Context, e store.EffectRow, r *support.Request, facts []support.Fact, fresh map[int64]string) ([]told, error) {
	n, err := d.noticeOf(ctx, e, r, facts)
	if err != nil {
		return nil, err
	}
	maps.Copy(n.Texts, fresh)
	return d.renderNotice(ctx, e, n, facts)
}
