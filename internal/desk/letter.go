package desk

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// letters says how each kind of letter is written: from what its subject is at
// the moment of sending, in the reader's voice. An error that is errNobody ends
// the letter without a mail, because there is nothing to tell any more.
var letters = map[string]func(*Desk, context.Context, store.EffectRow, lang.Voice) (notify.LetterPage, error){
	"beta_invited":      (*Desk).invitation,
	"welcome":           (*Desk).welcome,
	"role_granted":      (*Desk).roleLetter,
	"licences_bought":   (*Desk).licencesLetter,
	"licences_reminder": (*Desk).licencesLetter,
	"contract_ends":     (*Desk).endLetter,
	"callback_missed":   (*Desk).missedLetter,
	"alert_confirm":     (*Desk).confirmLetter,
	"alert_published":   (*Desk).alertLetter,
	"webhook_disabled":  (*Desk).webhookLetter,
	"sign_in_invite":    (*Desk).linkLetter,
	"sign_in_reset":     (*Desk).linkLetter,
	"sign_in_device":    (*Desk).linkLetter,
	"password_set":      (*Desk).safetyLetter,
	"factor_added":      (*Desk).safetyLetter,
	"provider_linked":   (*Desk).safetyLetter,
	"factor_removed":    (*Desk).safetyLetter,
	"code_used":         (*Desk).safetyLetter,
	"mail_unknown":      (*Desk).unknownLetter,
	"mail_unfiled":      (*Desk).unfiledLetter,
	"mail_storm":        (*Desk).stormLetter,
}

// renderLetter makes the mails of an effect that is about no request.
func (d *Desk) renderLetter(ctx context.Context, e store.EffectRow) ([]told, error) {
	write, ok := letters[e.Template]
	if !ok {
		return nil, fmt.Errorf("nobody knows how to write the letter %q", e.Template)
	}
	readers, err := d.readers(ctx, e, nil)
	if err != nil {
		return nil, err
	}
	var out []told
	for _, r := range readers {
		page, err := write(d, ctx, e, notify.VoiceOf(r.Recipient, d.Pack()))
		if err != nil {
			return nil, err
		}
		l := d.letterTo(e.Effect, r.Recipient, page)
		l.Own = d.ownWords(ctx, e.Template)
		if r.to != e.Recipient {
			l.Effect.Key += "." + r.to.String()
		}
		m, err := notify.RenderLetter(l)
		if err != nil {
			return nil, err
		}
		if e.About.Kind == "mail" && e.Recipient.Kind != support.ToDuty {
			m.ReturnPath = notify.Nobody // an answer to what came in does not come back itself (T13)
		}
		d.addressed(&m, 0, r.to)
		out = append(out, told{key: l.Effect.Key, to: r.to, mail: m})
	}
	return out, nil
}

// letterTo is a letter to somebody, at this moment.
func (d *Desk) letterTo(e support.Effect, to notify.Recipient, page notify.LetterPage) notify.Letter {
	return notify.Letter{
		Effect: e, Recipient: to, Page: page, Pack: d.Pack(), At: d.Now(), Desk: d.letterHead(),
	}
}

// invitation is the letter to somebody invited to a beta programme (R38). Who
// has joined meanwhile, and whoever would read it after its end, gets none.
func (d *Desk) invitation(ctx context.Context, e store.EffectRow, _ lang.Voice) (notify.LetterPage, error) {
	p, err := d.store.Programme(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	member, err := d.store.Membership(ctx, p.ID, e.Recipient.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	if member != store.BetaInvited || !d.Now().Before(p.EndsAt) {
		return notify.LetterPage{}, fmt.Errorf("the invitation to beta %d is void: %w", p.ID, errNobody)
	}
	args := map[string]string{"programme": p.Name, "product": p.Product, "key": p.Key, "ends": p.EndsAt.Format(time.RFC3339)}
	return notify.LetterPage{Args: args, Says: []string{"terms", "join"}, Rows: d.pageLink("mail.label.programme_page", "/betas/"+p.Key)}, nil
}
