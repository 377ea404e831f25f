package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// conversation is a request of which several effects are told one after the other:
// its facts as they were read for the first of them, and behind them who was told
// since. The zero value has not been read.
type conversation struct {
	r     *support.Request
	facts []support.Fact
}

// told adds a mail that has left and is still to be recorded.
func (c *conversation) told(e store.EffectRow, t told, at time.Time) {
	c.facts = append(c.facts, support.Fact{At: at, By: clockwork, Body: notified(e, t)})
}

// render makes the mails of an effect: one for a person, one for each of those
// who are on call or on duty at this moment. Texts are read anew, so that one
// erased meanwhile does not leave the house.
func (d *Desk) render(ctx context.Context, e store.EffectRow, c *conversation) ([]told, error) {
	if e.Request == 0 {
		return d.renderLetter(ctx, e)
	}
	if c.r == nil {
		facts, err := d.store.Facts(ctx, everything, e.Request)
		if err != nil {
			return nil, err
		}
		c.r, c.facts = &support.Request{ID: e.Request}, facts
		support.Fold(c.r, facts...)
	}
	return d.renderFacts(ctx, e, c.r, c.facts)
}

// renderFacts makes the mails of an effect of facts that need not be stored yet.
func (d *Desk) renderFacts(ctx context.Context, e store.EffectRow, r *support.Request, facts []support.Fact) ([]told, error) {
	n, err := d.noticeOf(ctx, e, r, facts)
	if err != nil {
		return nil, err
	}
	return d.renderNotice(ctx, e, n, facts)
}

// noticeOf is what the mails of an effect are made of, for whomever.
func (d *Desk) noticeOf(ctx context.Context, e store.EffectRow, r *support.Request, facts []support.Fact) (notify.Notice, error) {
	if r.UnknownFact != "" {
		return notify.Notice{}, fmt.Errorf("a newer program wrote the fact %s; it tells this", r.UnknownFact)
	}
	mine := support.Singles(batch(facts, e))
	texts, err := d.store.Texts(ctx, textIDs(r, mine))
	if err != nil {
		return notify.Notice{}, err
	}
	n := notify.Notice{
		Effect: e.Effect, Request: r, Facts: mine, Texts: texts, Pack: d.Pack(), At: d.Now(),
		Desk: d.letterHead(), Own: d.ownWords(ctx, e.Template),
	}
	n.People, err = d.People(ctx, support.ActorsOf(r, mine))
	return n, err
}

// renderNotice makes them, one for each reader.
func (d *Desk) renderNotice(ctx context.Context, e store.EffectRow, n notify.Notice, facts []support.Fact) ([]told, error) {
	r := n.Request
	readers, err := d.whoSees(ctx, e, r)
	if err != nil {
		return nil, err
	}
	if err := d.stillTheirs(ctx, e, facts); err != nil {
		return nil, err
	}
	var out []told
	for _, reader := range readers {
		n.Recipient, n.Effect.Key = reader.Recipient, e.Key
		if n.Thread, err = d.thread(ctx, e.Request, facts, reader.to); err != nil {
			return nil, err
		}
		if reader.to != e.Recipient {
			// Several are told by one effect: each needs an id of their own.
			n.Effect.Key = e.Key + "." + reader.to.String()
		}
		if reader.to.Kind == support.ToContact {
			if n.Files, err = d.mailed(ctx, n, reader.to.ID); err != nil {
				return nil, err
			}
		}
		m, err := notify.Render(n)
		if err != nil {
			return nil, err
		}
		d.addressed(&m, e.Request, reader.to)
		out = append(out, told{key: n.Effect.Key, to: reader.to, mail: m, seen: r.Seq})
	}
	return out, nil
}

// reader is one person to be written to.
type reader struct {
	notify.Recipient
	to support.Recipient
}

// errNobody marks an effect whose recipient is no longer active, or no longer to
// be told: it ends without a mail, since trying again cannot help and nobody has
// to act on it.
var errNobody = errors.New("the recipient is no longer to be told")

// readers finds whom the effect means at this moment. What a member of staff
// who has left was to be told goes to those on call. r is nil for letters.
func (d *Desk) readers(ctx context.Context, e store.EffectRow, r *support.Request) ([]reader, error) {
	switch e.Recipient.Kind {
	case support.ToContact:
		c, err := d.store.Contact(ctx, everything, e.Recipient.ID)
		if err != nil {
			return nil, fmt.Errorf("contact %d: %w", e.Recipient.ID, err)
		}
		if !c.Active {
			return nil, fmt.Errorf("contact %d is no longer active: %w", c.ID, errNobody)
		}
		if r != nil {
			if err := d.stillSees(ctx, e, c.ID); err != nil {
				return nil, err
			}
		}
		a, err := d.store.Account(ctx, everything, c.Account)
		if err != nil {
			return nil, fmt.Errorf("account %d: %w", c.Account, err)
		}
		return []reader{{notify.Recipient{
			Person: lang.Person{Family: c.FamilyName, Given: c.GivenName}, Email: c.Email, Language: c.Language, Zone: c.Zone,
			Number: c.Number, Country: a.Country,
		}, e.Recipient}}, nil
	case support.ToStaff:
		s, err := d.store.Staff(ctx, e.Recipient.ID)
		if err != nil {
			return nil, fmt.Errorf("staff %d: %w", e.Recipient.ID, err)
		}
		if !s.Active && personal[e.About.Kind] {
			return nil, fmt.Errorf("staff %d has left: %w", s.ID, errNobody)
		}
		if !s.Active {
			// What was meant for somebody who has left still has to be done.
			e.Recipient = support.Recipient{Kind: support.ToOnCall}
			return d.onDuty(ctx, e, r)
		}
		return []reader{colleague(s)}, nil
	case support.ToOnCall, support.ToDuty:
		return d.onDuty(ctx, e, r)
	case support.ToSubscriber:
		if e.About.Kind == "mail" {
			return d.toSender(ctx, e)
		}
		return d.toSubscriber(ctx, e)
	}
	return nil, fmt.Errorf("nobody is known as a recipient of kind %q", e.Recipient.Kind)
}

// stillSees keeps what a request says from somebody who has been removed from it
// since (A13). A licence administrator is told of a new key without seeing the
// request that asked for it (R04), and who was PLA that they are it no longer.
func (d *Desk) stillSees(ctx context.Context, e store.EffectRow, contact int64) error {
	if e.Template == "licence_split" || e.Template == "primary_swapped" {
		return nil
	}
	viewer := store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: contact}}
	_, err := d.store.Request(ctx, viewer, e.Request)
	if support.CodeOf(err) == support.NotFound {
		return fmt.Errorf("contact %d does not see the request any more: %w", contact, errNobody)
	}
	return err
}

// onDuty are those who are on duty now, by the rota of the request's team or by
// their own row. Where nobody is, whoever holds the other duty is told, then all
// admins: a page must never be lost.
func (d *Desk) onDuty(ctx context.Context, e store.EffectRow, r *support.Request) ([]reader, error) {
	want := string(e.Recipient.Kind)
	teams := []string{d.Pack().Work.Paging.Duty}
	if e.Recipient.Kind == support.ToOnCall && r != nil {
		teams = d.teamsFor(r.Filed)
	}
	on, err := d.onRota(ctx, teams, e.Recipient.Kind, d.Now())
	if err != nil {
		return nil, err
	}
	var out []reader
	for _, s := range on {
		out = append(out, colleague(s))
	}
	if len(out) > 0 {
		return out, nil
	}
	d.log.Error("nobody holds the duty that a page is for; others are told", "duty", want, "effect", e.Key, "template", e.Template)
	all, err := d.store.AllStaff(ctx)
	if err != nil {
		return nil, err
	}
	pick := func(fits func(support.Staff) bool) []reader {
		var out []reader
		for _, s := range all {
			if s.Active && fits(s) {
				out = append(out, colleague(s))
			}
		}
		return out
	}
	if out := pick(func(s support.Staff) bool { return s.Duty != "" }); len(out) > 0 {
		return out, nil
	}
	if out := pick(func(s support.Staff) bool { return s.Has(support.RoleAdmin) }); len(out) > 0 {
		return out, nil
	}
	return nil, errors.New("nobody is on duty and there is no admin: give somebody a duty")
}

func colleague(s support.Staff) reader {
	return reader{notify.Recipient{
		Person: lang.Person{Family: s.FamilyName, Given: s.GivenName}, Email: s.Email, Language: s.Language, Zone: s.Zone, Staff: true,
	}, support.Recipient{Kind: support.ToStaff, ID: s.ID}}
}

// People are the names of those who appear somewhere. A person who is not found
// is missing in it, which is no error.
func (d *Desk) People(ctx context.Context, actors []support.Actor) (lang.People, error) {
	people, _, err := d.Names(ctx, actors, nil)
	return people, err
}

// Names is [Desk.People] with texts by their ids, in one statement.
func (d *Desk) Names(ctx context.Context, actors []support.Actor, texts []int64) (lang.People, map[int64]string, error) {
	ids := store.Naming{Texts: texts}
	for _, a := range actors {
		switch a.Kind {
		case support.Customer:
			ids.Contacts = append(ids.Contacts, a.ID)
		case support.Vendor:
			ids.Staff = append(ids.Staff, a.ID)
		}
	}
	out := lang.People{}
	if len(ids.Contacts)+len(ids.Staff)+len(texts) == 0 {
		return out, nil, nil
	}
	named, err := d.store.Names(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for id, c := range named.Contacts {
		out[support.Actor{Kind: support.Customer, ID: id}] = lang.Person{Family: c.FamilyName, Given: c.GivenName}
	}
	for id, m := range named.Staff {
		out[support.Actor{Kind: support.Vendor, ID: id}] = lang.Person{Family: m.FamilyName, Given: m.GivenName}
	}
	return out, named.Texts, nil
}

// textIDs are the contents that facts and the request's own fields refer to.
func textIDs(r *support.Request, facts []support.Fact) []int64 {
	var ids []int64
	add := func(t support.Text) {
		if t.ID != 0 && !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	for _, t := range support.TextRefs(r.Filed) {
		add(t.Text)
	}
	for _, t := range support.TextRefs(support.DetailsChanged{Details: r.Details}) {
		add(t.Text)
	}
	for _, p := range r.Promises {
		add(p.Text)
	}
	for _, f := range facts {
		for _, t := range support.TextRefs(f.Body) {
			add(t.Text)
		}
	}
	return ids
}
