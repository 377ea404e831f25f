package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Limits of texts. Titles count in characters, all others in bytes.
const (
	MaxTitle = 300
	MaxText  = 256 << 10
)

// attempts is how often a command is tried when another one came between.
const attempts = 5

// Done is what a command has led to: the request's id, its last seq, the new
// facts, and the row as it now stands. Facts is empty when nothing followed.
type Done struct {
	ID    int64
	Seq   int64
	Facts []support.Fact
	Row   support.Row
	// Request is what the facts have made of it. It is not changed.
	Request *support.Request
	// Parties are what the command relied on of the contact, if it did.
	Parties support.Parties
}

// Do carries out a command on a request; id is 0 for [support.File] alone.
// Facts, row and effects are durable when it returns without an error. A
// refusal is a [support.Error]; who may not see the request gets not_found.
// When another command came between, comments, notes and machines' commands are
// decided again, people's decisions get conflict.
func (d *Desk) Do(ctx context.Context, by support.Actor, id int64, cmd support.Command) (Done, error) {
	return d.DoIf(ctx, by, id, 0, cmd)
}

// DoIf is [Desk.Do] for somebody who has seen the request up to the fact seen: it
// is refused with conflict when people have changed it since; notices and the
// bookkeeping of clocks do not count. 0 asks for nothing.
func (d *Desk) DoIf(ctx context.Context, by support.Actor, id, seen int64, cmd support.Command) (Done, error) {
	if err := checkTexts(cmd); err != nil {
		return Done{}, err
	}
	var given []support.Text
	for _, t := range cmd.Texts() {
		given = append(given, *t)
	}
	for try := 1; ; try++ {
		var done Done
		err := d.store.Update(ctx, func(tx *store.Tx) error {
			// The closure may run twice: texts stored by the first run are gone.
			for i, t := range cmd.Texts() {
				*t = given[i]
			}
			var err error
			if done, err = d.carryOut(tx, by, id, seen, cmd); err != nil {
				return err
			}
			tx.LedTo(done.ID, done.Seq-int64(len(done.Facts)), done.Seq)
			return d.bouncedIn(tx, done)
		})
		switch {
		case err == nil:
			return done, nil
		case !cameBetween(err) || try == attempts:
			return Done{}, err
		case support.MannerOf(cmd).Judges && changed(err):
			return Done{}, movedOn(id, nil)
		}
	}
}

// cameBetween tells whether the store found another command between reading and
// writing: the transaction left nothing behind and can be tried again.
func cameBetween(err error) bool {
	return changed(err) || refusedWith(err, "survey.sent_meanwhile")
}

// changed tells whether it was this request that the other command changed.
func changed(err error) bool { return refusedWith(err, "request.changed") }

func refusedWith(err error, key string) bool {
	var e *support.Error
	return errors.As(err, &e) && e.Code == support.Conflict && e.Key == key
}

// carryOut is one command inside of a transaction.
func (d *Desk) carryOut(tx *store.Tx, by support.Actor, id, seen int64, cmd support.Command) (Done, error) {
	if _, files := cmd.(*support.File); files != (id == 0) {
		return Done{}, support.Refuse(support.NotFound, "request.not_found")
	}
	r, past, err := folded(tx, id)
	if err != nil {
		return Done{}, err
	}
	return d.carryOutOn(tx, r, past, by, seen, cmd)
}

// folded is a request as this transaction reads it, with its facts; a new one for id
// 0.
func folded(tx *store.Tx, id int64) (r *support.Request, past []support.Fact, err error) {
	r = &support.Request{ID: id}
	if id != 0 {
		past, err = tx.Facts(id)
		support.Fold(r, past...)
	}
	return r, past, err
}

// carryOutOn is [Desk.carryOut] on a request that was read in this transaction: it
// is what the command makes of it afterwards. past are its facts; those that this
// transaction has added may be missing.
func (d *Desk) carryOutOn(tx *store.Tx, r *support.Request, past []support.Fact, by support.Actor, seen int64, cmd support.Command) (Done, error) {
	file, files := cmd.(*support.File)
	p, at := d.Pack(), d.Now()
	w, err := d.world(tx, r, by, cmd, at)
	if err != nil {
		return Done{}, err
	}
	var was support.Row
	if !files {
		was = support.Index(r, p)
	}
	w.Entry = entryOf(past, support.NeedsOf(cmd).Entry)
	if w.Withheld, err = spared(tx, r, cmd); err != nil {
		return Done{}, err
	}
	if seen > 0 {
		if changes := Since(past, seen, by); len(changes) > 0 {
			return Done{}, movedOn(r.ID, kinds(changes))
		}
	}
	if files {
		if r.ID, err = tx.NewRequestID(); err != nil {
			return Done{}, err
		}
	}
	account := r.Filed.Account
	if files {
		if account, err = d.foresee(tx, r, file, &w, by, at); err != nil {
			return Done{}, err
		}
	}
	if w.Primary, err = d.primaryAfter(tx, r, cmd, w, by); err != nil {
		return Done{}, err
	}
	if err := d.written(tx, account, r, by, cmd, at); err != nil {
		return Done{}, err
	}
	if files {
		if err := reportBug(tx, by, at, file, &w); err != nil {
			return Done{}, err
		}
	}
	facts, err := support.Decide(r, cmd, w, by, at, p)
	if err != nil {
		return Done{}, err
	}
	support.Fold(r, facts...)
	done := Done{ID: r.ID, Seq: r.Seq, Facts: facts, Row: support.Index(r, p), Request: r, Parties: w.Parties}
	if len(facts) == 0 {
		return done, nil
	}
	changes, err := d.beyond(tx, w, r, by, cmd, at)
	if err != nil {
		return Done{}, err
	}
	if err := d.appendAll(tx, append(changes, change{r, was, done.Row, facts})); err != nil {
		return Done{}, err
	}
	return done, digested(tx, r.ID, w.Withheld, facts)
}

// foresee tells whose the texts of a filing are, who is PLA and who may work on
// it: all follow from entitlement, which is decided with the filing, so that is
// rehearsed first.
func (d *Desk) foresee(tx *store.Tx, r *support.Request, file *support.File, w *support.World, by support.Actor, at time.Time) (account int64, err error) {
	filed, err := d.rehearse(r, file, *w, by, at)
	if err != nil {
		return 0, err
	}
	grants, err := grantsOn(tx, *w, filed.Contract)
	if err != nil {
		return 0, err
	}
	w.Primary = primaryIn(grants)
	return filed.Account, d.workers(tx, w, r, filed, at, d.Pack().Work.Routing.Automatic)
}

// entryOf is the fact with a seq; without body when there is none.
func entryOf(past []support.Fact, seq int64) support.Fact {
	if seq < 1 || seq > int64(len(past)) {
		return support.Fact{}
	}
	return past[seq-1]
}

// rehearse decides a filing without storing anything.
func (d *Desk) rehearse(r *support.Request, file *support.File, w support.World, by support.Actor, at time.Time) (support.Filed, error) {
	facts, err := support.Decide(r, file, w, by, at, d.Pack())
	if err != nil {
		return support.Filed{}, err
	}
	for _, f := range facts {
		if filed, ok := f.Body.(support.Filed); ok {
			return filed, nil
		}
	}
	return support.Filed{}, errors.New("desk: filing gave no filed fact")
}

// primaryAfter is the PLA of the contract to which the request will belong. By a
// correction that is decided with it: so that is rehearsed first.
func (d *Desk) primaryAfter(tx *store.Tx, r *support.Request, cmd support.Command, w support.World, by support.Actor) (int64, error) {
	c, ok := cmd.(*support.Reclassify)
	if !ok {
		return w.Primary, nil
	}
	facts, err := support.Decide(r, c, w, by, d.Now(), d.Pack())
	if err != nil {
		return 0, err
	}
	for _, f := range facts {
		if b, ok := f.Body.(support.Reclassified); ok {
			return primaryOf(tx, b.Contract)
		}
	}
	return 0, errors.New("desk: a correction gave no such fact")
}

// bookkeeping are facts that change nothing of what a person has judged.
var bookkeeping = map[string]bool{
	"notified": true, "target_started": true, "target_warned": true, "target_met": true, "target_missed": true,
	"miss_withdrawn": true, "target_replaced": true, "target_moved": true, "target_dropped": true, "paged": true, "routed": true, "page_acknowledged": true, "auto_reply_received": true, "automatic_digested": true,
}

// Since are the facts after seen that somebody who decides has to know of, of
// those that they see: notices and the bookkeeping of clocks do not count, and
// customers decide on what is public.
func Since(facts []support.Fact, seen int64, by support.Actor) []support.Fact {
	var out []support.Fact
	for _, f := range facts {
		if f.Seq > seen && !bookkeeping[f.Kind()] && (by.Kind != support.Customer || support.Public(f)) {
			out = append(out, f)
		}
	}
	return out
}

// kinds are the kinds of facts, each once.
func kinds(facts []support.Fact) []string {
	var out []string
	for _, f := range facts {
		if !slices.Contains(out, f.Kind()) {
			out = append(out, f.Kind())
		}
	}
	return out
}

func movedOn(id int64, changes []string) error {
	return support.Refuse(support.Conflict, "request.moved_on",
		"number", support.SpokenNumber(id), "changes", strings.Join(changes, ", "))
}

// checkTexts refuses what no screen can show and what is too long to keep.
func checkTexts(cmd support.Command) error {
	var title *support.Text
	if file, ok := cmd.(*support.File); ok {
		title = &file.Title
	}
	for _, t := range cmd.Texts() {
		field := "text"
		if t == title {
			field = "title"
		}
		if t.ID != 0 || t.SHA256 != "" {
			// An id would bring in a text of somebody else's.
			return wrong(support.Invalid, field, "text.by_id")
		}
		if err := checkText(t.Plain, field); err != nil {
			return err
		}
	}
	return allText(cmd)
}

func checkText(s, field string) error {
	var err *support.Error
	switch {
	case !utf8.ValidString(s):
		err = support.Refuse(support.Invalid, "text.not_utf8")
	case strings.ContainsRune(s, 0):
		err = support.Refuse(support.Invalid, "text.nul")
	case field == "title" && utf8.RuneCountInString(s) > MaxTitle:
		err = support.Refuse(support.TooLarge, "title.too_long",
			"limit", strconv.Itoa(MaxTitle), "length", strconv.Itoa(utf8.RuneCountInString(s)))
	case len(s) > MaxText:
		err = support.Refuse(support.TooLarge, "text.too_long",
			"limit", strconv.Itoa(MaxText), "length", strconv.Itoa(len(s)))
	default:
		return nil
	}
	err.Field = field
	return err
}
