package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// DraftBroadcast writes a message to the customers of a defect or a product and
// fills the rest of it. Nobody gets it before it was looked at and sent.
func (d *Desk) DraftBroadcast(ctx context.Context, by support.Actor, b *support.Broadcast) error {
	if (b.Defect == 0) == (b.Product == "") {
		return support.Wrong("defect", "broadcast.whom")
	}
	err := checkTellings(b.Texts, func(t support.BroadcastText) (string, support.Text) { return t.Language, t.Text })
	if err != nil {
		return err
	}
	given := *b
	return d.change(ctx, by, "draft_broadcast", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		added := given
		added.Texts = slices.Clone(given.Texts)
		if added.Product != "" {
			if _, err := tx.Product(added.Product); err != nil {
				return entry{}, noProduct(tx, err, "product", added.Product)
			}
		} else if _, err := oneDefect(tx, added.Defect); err != nil {
			return entry{}, inField(err, "defect")
		}
		for i := range added.Texts {
			if err := tx.SaveText(0, 0, &added.Texts[i].Text); err != nil {
				return entry{}, err
			}
		}
		added.MadeAt, added.SentAt, added.Staff = at, time.Time{}, 0
		if by.Kind == support.Vendor {
			added.Staff = by.ID
		}
		err := tx.AddBroadcast(&added)
		*b = added
		return entry{"broadcast", added.ID, map[string]any{
			"defect": added.Defect, "product": added.Product, "version": added.Version, "open": added.Open, "texts": added.Texts,
		}}, err
	})
}

// checkTellings wants words, in each language once.
func checkTellings[T any](tellings []T, of func(T) (language string, words support.Text)) error {
	if len(tellings) == 0 {
		return support.Wrong("texts", "text.needed")
	}
	seen := map[string]bool{}
	for i, t := range tellings {
		language, words := of(t)
		field := fmt.Sprintf("texts[%d]", i)
		switch {
		case strings.TrimSpace(words.Plain) == "":
			return support.Wrong(field, "text.needed")
		case language != lang.Base(language, true) || seen[language]:
			return support.Wrong(field, "broadcast.language", "language", language)
		}
		if err := checkText(words.Plain, "text"); err != nil {
			return err
		}
		seen[language] = true
	}
	return nil
}

// SendBroadcast begins to tell every customer, one command for each request.
// seen is what [Desk.PreviewBroadcast] showed; when that is no longer so, the
// answer is a conflict and nobody is told.
func (d *Desk) SendBroadcast(ctx context.Context, by support.Actor, id int64, seen string) error {
	return d.change(ctx, by, "send_broadcast", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		b, err := tx.Broadcast(id)
		if err != nil {
			return entry{}, err
		}
		if err := wordsStandIn(tx, b); err != nil {
			return entry{}, err
		}
		run := store.Run{Kind: store.RunBroadcast, Subject: id, PerMinute: d.Pack().Batches.MailsPerMinute, StartedAt: at}
		err = tx.SendBroadcast(b, seen, at, &run)
		return entry{"broadcast", id, map[string]any{"seen": seen, "requests": run.Total}}, err
	})
}

// Preview is what a broadcast would do if it were sent now.
type Preview struct {
	// Seen names the set of requests and the texts; sending repeats it.
	Seen      string
	Requests  int
	Audiences []PreviewAudience
}

// PreviewAudience is those who read one language, with a mail as one of them
// would get it. Who sees none of their requests is shown the message alone.
type PreviewAudience struct {
	store.Audience
	In   string // the language of the text that they get
	Mail notify.Mail
}

// PreviewBroadcast shows whom a broadcast would reach and how it would read.
// Nothing is written.
func (d *Desk) PreviewBroadcast(ctx context.Context, v store.Viewer, id int64) (Preview, error) {
	b, err := d.store.Broadcast(ctx, v, id)
	if err != nil {
		return Preview{}, err
	}
	var out Preview
	words, err := d.store.Texts(ctx, []int64{b.Texts[0].Text.ID})
	if err == nil {
		err = wordsStand(b, words)
	}
	if err != nil {
		return out, err
	}
	if out.Seen, err = d.store.DigestOf(ctx, b); err != nil {
		return out, err
	}
	found, err := d.store.AudienceOf(ctx, v, b)
	if err != nil {
		return out, err
	}
	for _, a := range found {
		in := b.In(lang.Base(a.Language, true))
		m, err := d.rehearseBroadcast(ctx, a.First, in.Text)
		if err != nil && !errors.Is(err, errNobody) { // who has left is counted and gets no mail
			return out, fmt.Errorf("preview broadcast %d: %w", id, err)
		}
		out.Requests += a.Requests
		out.Audiences = append(out.Audiences, PreviewAudience{Audience: a, In: in.Language, Mail: m})
	}
	return out, nil
}

// rehearseBroadcast makes the mail that one request's contact would get; without
// a request it is the text alone.
func (d *Desk) rehearseBroadcast(ctx context.Context, id int64, text support.Text) (notify.Mail, error) {
	if id == 0 {
		texts, err := d.store.Texts(ctx, []int64{text.ID})
		return notify.Mail{Text: texts[text.ID]}, err
	}
	r, err := d.Request(ctx, everything, id)
	if err != nil {
		return notify.Mail{}, err
	}
	w := support.World{Roles: []support.Role{support.RoleSystem}}
	facts, err := support.Decide(r, &support.TellBroadcast{Text: text}, w, clockwork, d.Now(), d.Pack())
	if err != nil {
		return notify.Mail{}, err
	}
	support.Fold(r, facts...)
	effects := support.React(r, facts, d.Pack())
	if len(effects) == 0 {
		return notify.Mail{}, nil
	}
	mails, err := d.renderFacts(ctx, store.EffectRow{Effect: effects[0], Request: id}, r, facts)
	if err != nil || len(mails) == 0 {
		return notify.Mail{}, err
	}
	return mails[0].mail, nil
}

// broadcastCommand is the message in the language of the request's contact. The
// request gets a text of its own, so that it goes where the request goes.
func broadcastCommand(tx *store.Tx, item store.RunItem) (support.Command, error) {
	b, err := tx.Broadcast(item.Run.Subject)
	if err != nil {
		return nil, err
	}
	row, err := tx.Request(item.Request)
	if err != nil {
		return nil, err
	}
	contact, err := tx.Contact(row.Contact)
	if err != nil {
		return nil, err
	}
	in := b.In(lang.Base(contact.Language, true))
	texts, err := tx.Texts([]int64{in.Text.ID})
	if err != nil {
		return nil, err
	}
	return &support.TellBroadcast{Run: item.Run.ID, Text: support.T(texts[in.Text.ID]), MailFrom: item.Run.MailFrom(item.Place)}, nil
}
