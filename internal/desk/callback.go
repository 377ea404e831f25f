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

const (
	callbackBatch = 100                 // missed ones that one pass takes up
	callbackBack  = 7 * 24 * time.Hour  // how old a message may be
	callbackAhead = 31 * 24 * time.Hour // how far ahead a call is agreed
)

// CallbackMessage is what somebody writes down of a message (R22). A zero LeftAt,
// the end of the message, is now; a CallAt is the instant that was agreed, zero
// when none was.
type CallbackMessage struct {
	Said           support.CallbackSaid
	Language       string
	LeftAt, CallAt time.Time
}

// AddCallback writes down that somebody is to be called. What is missing or
// malformed in what they said is flagged and kept: nothing of it is a reason to
// refuse it.
func (d *Desk) AddCallback(ctx context.Context, by support.Actor, m CallbackMessage) (support.Callback, error) {
	var added support.Callback
	err := d.change(ctx, by, "add_callback", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		c, err := d.callbackOf(tx, m, by, at)
		if err != nil {
			return entry{}, err
		}
		if err := tx.SaveText(c.Account, 0, &c.Said); err != nil {
			return entry{}, err
		}
		if err := tx.AddCallback(&c); err != nil {
			return entry{}, err
		}
		added = c
		return entry{"callback", c.ID, map[string]any{
			"said": c.Said, "flags": c.Flags, "language": c.Language, "request": c.Request, "contact": c.Contact, "left_at": c.LeftAt,
			"wanted_at": c.WantedAt, "agreed": c.Agreed,
		}}, nil
	})
	return added, err
}

// callbackOf finds out what a message names and by when it is answered.
func (d *Desk) callbackOf(tx *store.Tx, m CallbackMessage, by support.Actor, at time.Time) (support.Callback, error) {
	p := d.Pack()
	c := support.Callback{At: at, By: by, LeftAt: support.Instant(m.LeftAt), Language: m.Language, State: support.CallbackWaiting, Flags: m.Said.Check(p)}
	if c.LeftAt.IsZero() {
		c.LeftAt = at
	}
	switch {
	case p.Phone.Callback.IsZero():
		return c, support.Refuse(support.Conflict, "callback.none")
	case c.LeftAt.After(at) || at.Sub(c.LeftAt) > callbackBack:
		return c, support.Wrong("left_at", "callback.left_at")
	}
	if m.Language != "" {
		if err := d.checkLanguage(m.Language, "language"); err != nil {
			return c, err
		}
	}
	err := allText(m.Said)
	if err != nil {
		return c, err
	}
	if c.Said, err = m.Said.Text(); err != nil {
		return c, err
	}
	if err := checkText(c.Said.Plain, "text"); err != nil {
		return c, err
	}
	region, err := d.whoLeft(tx, m.Said, &c)
	if err != nil {
		return c, err
	}
	span, err := p.Span(region, p.Phone.Callback, p.Clocks.WarnPercent, c.LeftAt)
	if err != nil {
		return c, support.Refuse(support.Invalid, "target.not_computable", "metric", string(support.DutyCallback), "cause", err.Error())
	}
	c.WantedAt = span.Due
	if call := support.Instant(m.CallAt); !call.IsZero() {
		if !call.After(at) || call.Sub(at) > callbackAhead {
			return c, support.Wrong("call_at", "callback.call_at")
		}
		c.WantedAt, c.Agreed = call, true
	}
	c.DueAt = c.WantedAt
	return c, nil
}

// whoLeft looks up the numbers that a caller left, flags those that nobody has,
// and gives the region by which the span is counted.
func (d *Desk) whoLeft(tx *store.Tx, said support.CallbackSaid, c *support.Callback) (region string, err error) {
	region = d.Pack().DefaultRegion
	flag := func(item, what string) { c.Flags = append(c.Flags, support.CallbackFlag{Item: item, Flag: what}) }
	if number, err := support.ParseCustomerNumber(said.CustomerNumber); err == nil {
		who, err := tx.ContactByNumber(number)
		switch {
		case support.CodeOf(err) == support.NotFound:
			flag("customer_number", support.FlagUnknown)
		case err != nil:
			return "", err
		default:
			a, err := tx.Account(who.Account)
			if err != nil {
				return "", err
			}
			c.Contact, c.Account = who.ID, who.Account
			if own, ok := d.Pack().RegionOf(a.Country); ok {
				region = own.ID
			}
		}
	}
	id, err := support.ParseNumber(said.Request)
	if err != nil {
		return region, nil
	}
	switch _, err := tx.Request(id); {
	case support.CodeOf(err) == support.NotFound:
		flag("sr_number", support.FlagUnknown)
		return region, nil
	case err != nil:
		return "", err
	}
	c.Request = id
	if c.Contact == 0 {
		return region, nil
	}
	party, err := tx.Sees(store.Viewer{Actor: support.Actor{Kind: support.Customer, ID: c.Contact}}, id)
	if err == nil && !party {
		flag("sr_number", support.FlagStranger)
	}
	return region, err
}

// onCallback changes a call-back that the actor sees.
func (d *Desk) onCallback(ctx context.Context, by support.Actor, act string, id int64,
	do func(tx *store.Tx, c support.Callback, s support.Staff, at time.Time) (entry, error)) error {
	var err error
	for range attempts { // a call that is made also speaks to its request
		err = d.change(ctx, by, act, about{}, func(tx *store.Tx, at time.Time) (entry, error) {
			v, s := everything, support.Staff{}
			if by.Kind == support.Vendor {
				var err error
				if s, err = activeStaff(tx, by.ID); err != nil {
					return entry{}, err
				}
				v = store.Viewer{Actor: by, Roles: s.Roles, At: at}
			}
			c, err := tx.Callback(v, id)
			if err != nil {
				return entry{}, err
			}
			return do(tx, c, s, at)
		})
		if !cameBetween(err) {
			break
		}
	}
	return err
}

// TakeCallback takes a call-back upon oneself, or gives it to a colleague. What
// somebody has, only they and the duty manager give on.
func (d *Desk) TakeCallback(ctx context.Context, by support.Actor, id, to int64) error {
	return d.onCallback(ctx, by, "take_callback", id, func(tx *store.Tx, c support.Callback, s support.Staff, _ time.Time) (entry, error) {
		who, err := activeStaff(tx, to)
		if err != nil {
			return entry{}, support.Wrong("staff", "staff.unknown")
		}
		if !slices.ContainsFunc(who.Roles, func(r support.Role) bool { return mayParty("record_callback", []support.Role{r}) }) {
			return entry{}, support.Wrong("staff", "callback.who")
		}
		sees := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: to}, Roles: who.Roles}
		if _, err := tx.Callback(sees, id); support.CodeOf(err) == support.NotFound {
			return entry{}, support.Wrong("staff", "callback.who")
		} else if err != nil {
			return entry{}, err
		}
		from := c.Staff == s.ID || s.Has(support.RoleDuty)
		return entry{"callback", id, map[string]any{"staff": to}}, tx.TakeCallback(id, to, from)
	})
}

// CallbackReport is how a call went. Request links one that came of it; 0 leaves
// the link as it is.
type CallbackReport struct {
	Outcome support.Outcome // connected, voicemail, no_answer
	Text    support.Text
	Request int64
}

// RecordCallback records that the call was made. On a linked request it is
// recorded as every call is, so that it answers what it answers there (A3); a
// request that takes none any more leaves it to the call-back alone.
func (d *Desk) RecordCallback(ctx context.Context, by support.Actor, id int64, r CallbackReport) (support.Callback, error) {
	var out support.Callback
	switch r.Outcome {
	case support.Connected, support.Voicemail, support.NoAnswer:
	default:
		return out, support.Wrong("outcome", "contact.outcome", "channel", string(support.Phone), "outcome", string(r.Outcome))
	}
	if err := checkText(r.Text.Plain, "text"); err != nil {
		return out, err
	}
	err := d.onCallback(ctx, by, "record_callback", id, func(tx *store.Tx, c support.Callback, s support.Staff, at time.Time) (entry, error) {
		if c.State == support.CallbackDone {
			return entry{}, support.Refuse(support.Conflict, "callback.done")
		}
		if err := linkCallback(tx, &c, r.Request, by, s, at); err != nil {
			return entry{}, err
		}
		call := support.CallbackCall{At: at, Staff: s.ID, Outcome: r.Outcome}
		if c.Request != 0 && !slices.Contains(c.Flags, support.CallbackFlag{Item: "sr_number", Flag: support.FlagStranger}) {
			err := d.callOnRequest(tx, by, c.Request, r)
			var refused *support.Error
			switch {
			case err == nil:
				call.OnRequest = true
			case errors.As(err, &refused) && refused.Code == support.Conflict && !cameBetween(err):
				call.Why = refused.Key
			default:
				return entry{}, err
			}
		}
		if !call.OnRequest {
			call.Text = r.Text
			if err := tx.SaveText(c.Account, 0, &call.Text); err != nil {
				return entry{}, err
			}
			call.Text.Plain = ""
		}
		c.Calls = append(slices.Clone(c.Calls), call)
		c.Outcome, c.State = call.Outcome, support.CallbackCalled
		out = c
		return entry{"callback", id, map[string]any{"call": call, "request": c.Request}}, tx.CallbackCalled(c)
	})
	return out, err
}

// linkCallback links a request that the actor sees, when none is linked yet.
func linkCallback(tx *store.Tx, c *support.Callback, request int64, by support.Actor, s support.Staff, at time.Time) error {
	if request == 0 || request == c.Request {
		return nil
	}
	if c.Request != 0 {
		return support.Wrong("request", "callback.linked", "number", support.SpokenNumber(c.Request))
	}
	v := everything
	if by.Kind == support.Vendor {
		v = store.Viewer{Actor: by, Roles: s.Roles, At: at}
	}
	sees, err := tx.Sees(v, request)
	if err == nil && !sees {
		err = support.Wrong("request", "request.not_found")
	}
	c.Request = request
	return err
}

// callOnRequest logs the call on the request, or leaves nothing there.
func (d *Desk) callOnRequest(tx *store.Tx, by support.Actor, request int64, r CallbackReport) error {
	return tx.Part(func(tx *store.Tx) error {
		_, err := d.carryOut(tx, by, request, 0, &support.LogContact{Channel: support.Phone, Outcome: r.Outcome, Text: r.Text})
		return err
	})
}

// FinishCallback ends a call-back. Without a call it takes words that say why
// none is needed.
func (d *Desk) FinishCallback(ctx context.Context, by support.Actor, id int64, note support.Text) error {
	if err := checkText(note.Plain, "text"); err != nil {
		return err
	}
	return d.onCallback(ctx, by, "finish_callback", id, func(tx *store.Tx, c support.Callback, _ support.Staff, at time.Time) (entry, error) {
		if len(c.Calls) == 0 && note.Empty() {
			return entry{}, support.Wrong("text", "callback.why_done")
		}
		saved := note
		if err := tx.SaveText(c.Account, 0, &saved); err != nil {
			return entry{}, err
		}
		return entry{"callback", id, map[string]any{"note": saved}}, tx.CallbackDone(id, saved, at)
	})
}

// EraseCallback erases what was said around a call-back that is done; that
// somebody was called stays.
func (d *Desk) EraseCallback(ctx context.Context, by support.Actor, id int64) error {
	return d.onCallback(ctx, by, "erase_callback", id, func(tx *store.Tx, c support.Callback, _ support.Staff, at time.Time) (entry, error) {
		if c.State != support.CallbackDone {
			return entry{}, support.Refuse(support.Conflict, "callback.not_done")
		}
		erased, err := tx.EraseCallback(c)
		if err != nil {
			return entry{}, err
		}
		if err := tx.Audit("callback", id, by, at, "content_erased", map[string]any{"content": erased}); err != nil {
			return entry{}, err
		}
		return entry{"callback", id, map[string]any{}}, nil
	})
}

// callbackPass pages duty for call-backs that should have been made by now, and
// gives how many it took. The miss is of the due instant, however late we noticed.
func (d *Desk) callbackPass(ctx context.Context) (int, error) {
	next, err := d.store.NextCallback(ctx)
	if err != nil || next.IsZero() || next.After(d.Now()) {
		return 0, err
	}
	n := 0
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		at := d.Now()
		due, err := tx.DueCallbacks(at, callbackBatch)
		if err != nil {
			return err
		}
		n = len(due)
		for _, c := range due {
			mine, err := tx.MissCallback(c)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
			page := support.Letter(support.Subject{Kind: "callback", ID: c.ID}, "callback_missed", "", support.Recipient{Kind: support.ToDuty})
			page.Kind = "page"
			if err := tx.AddLetter(c.Account, page); err != nil {
				return err
			}
			if err := tx.Audit("callback", c.ID, clockwork, at, "callback_missed", map[string]any{"due_at": c.DueAt}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// missedLetter pages duty. It names the call-back and nothing of what was said,
// so that erasing that leaves no copy.
func (d *Desk) missedLetter(ctx context.Context, e store.EffectRow, _ lang.Voice) (notify.LetterPage, error) {
	c, err := d.store.Callback(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	if len(c.Calls) > 0 || c.State == support.CallbackDone {
		return notify.LetterPage{}, fmt.Errorf("call-back %d was made meanwhile: %w", c.ID, errNobody)
	}
	page := notify.LetterPage{
		Args: map[string]string{"callback": support.CallbackNumber(c.ID), "due": c.WantedAt.Format(time.RFC3339)}, Says: []string{"do"},
	}
	if c.Request != 0 {
		page.Args["number"], page.Says = support.SpokenNumber(c.Request), append(page.Says, "request")
	}
	return page, nil
}
