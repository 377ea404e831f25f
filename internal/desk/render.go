package desk

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// render makes the mails of an effect: one for a person, one for each of those
// who are on call or on duty at this moment. The facts are read anew, so that a
// text erased meanwhile does not leave the house.
func (d *Desk) render(ctx context.Context, e store.EffectRow) ([]told, error) {
	facts, err := d.store.Facts(ctx, everything, e.Request)
	if err != nil {
		return nil, err
	}
	r := &support.Request{ID: e.Request}
	support.Fold(r, facts...)
	if r.UnknownFact != "" {
		return nil, fmt.Errorf("a newer program wrote the fact %s; it tells this", r.UnknownFact)
	}
	mine := batch(facts, e)
	texts, err := d.store.Texts(ctx, textIDs(r, mine))
	if err != nil {
		return nil, err
	}
	n := notify.Notice{
		Effect: e.Effect, Request: r, Facts: mine, Texts: texts, Pack: d.packs.current, At: d.Now(),
		Desk: notify.Desk{Name: d.name, Sender: d.sender, BaseURL: d.baseURL},
	}
	if n.People, err = d.people(ctx, r, mine); err != nil {
		return nil, err
	}
	readers, err := d.readers(ctx, e)
	if err != nil {
		return nil, err
	}
	var out []told
	for _, reader := range readers {
		n.Recipient, n.Effect.Key = reader.Recipient, e.Key
		if reader.to != e.Recipient {
			// Several are told by one effect: each needs an id of their own.
			n.Effect.Key = e.Key + "." + reader.to.String()
		}
		m, err := notify.Render(n)
		if err != nil {
			return nil, err
		}
		out = append(out, told{key: n.Effect.Key, to: reader.to, mail: m})
	}
	return out, nil
}

// reader is one person to be written to.
type reader struct {
	notify.Recipient
	to support.Recipient
}

// readers finds whom the effect means at this moment.
func (d *Desk) readers(ctx context.Context, e store.EffectRow) ([]reader, error) {
	switch e.Recipient.Kind {
	case support.ToContact:
		c, err := d.store.Contact(ctx, everything, e.Recipient.ID)
		if err != nil {
			return nil, fmt.Errorf("contact %d: %w", e.Recipient.ID, err)
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
		return []reader{colleague(s)}, nil
	case support.ToOnCall, support.ToDuty:
		return d.onDuty(ctx, e)
	}
	return nil, fmt.Errorf("nobody is known as a recipient of kind %q", e.Recipient.Kind)
}

// onDuty are those who hold the duty now. Where nobody does, whoever is on the
// other one is told, then all admins: a page must never be lost.
func (d *Desk) onDuty(ctx context.Context, e store.EffectRow) ([]reader, error) {
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
	want := string(e.Recipient.Kind)
	if out := pick(func(s support.Staff) bool { return s.Duty == want }); len(out) > 0 {
		return out, nil
	}
	d.log.Error("nobody holds the duty that a page is for; others are told", "duty", want, "effect", e.Key, "template", e.Template)
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

// people are the names of those who appear in the facts told and of the one who
// owns the request.
func (d *Desk) people(ctx context.Context, r *support.Request, facts []support.Fact) (lang.People, error) {
	out := lang.People{}
	contacts := []int64{r.Filed.Contact}
	for _, f := range facts {
		if f.By.Kind == support.Customer {
			contacts = append(contacts, f.By.ID)
		}
		if b, ok := f.Body.(support.Commented); ok {
			contacts = append(contacts, b.OnBehalf)
		}
	}
	slices.Sort(contacts)
	for _, id := range slices.Compact(contacts) {
		c, err := d.store.Contact(ctx, everything, id)
		if support.CodeOf(err) == support.NotFound {
			continue // a name is missing, not the news
		}
		if err != nil {
			return nil, err
		}
		out[support.Actor{Kind: support.Customer, ID: id}] = lang.Person{Family: c.FamilyName, Given: c.GivenName}
	}
	staff, err := d.store.AllStaff(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range staff {
		out[support.Actor{Kind: support.Vendor, ID: s.ID}] = lang.Person{Family: s.FamilyName, Given: s.GivenName}
	}
	return out, nil
}

// textIDs are the contents that facts and the request's own fields refer to.
func textIDs(r *support.Request, facts []support.Fact) []int64 {
	var ids []int64
	add := func(t support.Text) {
		if t.ID != 0 && !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	eachText(reflect.ValueOf(r.Filed), add)
	eachText(reflect.ValueOf(r.Details), add)
	for _, f := range facts {
		eachText(reflect.ValueOf(f.Body), add)
	}
	return ids
}

// eachText walks what a fact says, so that no new kind of fact can be forgotten
// here.
func eachText(v reflect.Value, add func(support.Text)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), add)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), add)
		}
	case reflect.Struct:
		if t, ok := v.Interface().(support.Text); ok {
			add(t)
			return
		}
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			eachText(v.Field(i), add)
		}
	}
}
