package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// partyKind tells accounts and contacts apart in the index of words, where they
// have the place of a request with an id below the first one's.
type partyKind int64

const (
	partyAccount partyKind = 0
	partyContact partyKind = 1
)

// mostParties is the first id of an account or contact that is not found by its
// words.
const mostParties = support.FirstID / 2

func (k partyKind) key(id int64) int64 { return id<<1 | int64(k) }

// partyEntry gives the words of an account or a contact; ok is false where the
// index has no place for it.
func partyEntry(kind partyKind, id int64, said ...string) (e searchEntry, ok bool) {
	e = searchEntry{request: kind.key(id), internal: true}
	for _, s := range said {
		e.words = appendText(e.words, s)
	}
	return e, id < mostParties && len(e.words) > 0
}

func accountEntry(a support.Account) (searchEntry, bool) {
	return partyEntry(partyAccount, a.ID, a.Name)
}

// contactEntry: a name is written with and without a space.
func contactEntry(c support.Contact) (searchEntry, bool) {
	return partyEntry(partyContact, c.ID, c.FamilyName+c.GivenName, c.FamilyName+" "+c.GivenName, c.GivenName+" "+c.FamilyName, c.Email, c.Number)
}

// enterParty enters the words of an account or contact that is new.
func (tx *Tx) enterParty(e searchEntry, ok bool) error {
	if !ok {
		return nil
	}
	return tx.c.dialect().fulltext.enter(tx, []searchEntry{e})
}

// renewContact takes a contact's words out, lets change happen, and enters those
// that are then right.
func (tx *Tx) renewContact(now support.Contact, change func() error) error {
	was, err := tx.Contact(now.ID)
	if err != nil {
		return err
	}
	full := tx.c.dialect().fulltext
	before, ok := contactEntry(was)
	if ok {
		there, err := full.entered(tx.rows, before.request, before.request)
		if err != nil {
			return err
		}
		if there[before.id()] {
			if err := full.leave(tx, []searchEntry{before}); err != nil {
				return err
			}
		}
	}
	if err := change(); err != nil {
		return err
	}
	now.Number = was.Number
	return tx.enterParty(contactEntry(now))
}

// partyBatch is how many accounts and contacts get their words in one update.
const partyBatch = 200

// eachParty tells the words of accounts and contacts from one key on, at most
// so many of each; whole: there are no more.
func (q rows) eachParty(from int64, most int, fn func(searchEntry)) (next int64, whole bool, err error) {
	var list []searchEntry
	read := func(query string, entry func(scanner) (searchEntry, bool, error)) (last int64, err error) {
		n := 0
		err = q.all(func(r scanner) error {
			e, ok, err := entry(r)
			if n++; ok {
				list = append(list, e)
			}
			last = e.request
			return err
		}, query, from/2, most)
		if n < most {
			last = support.FirstID
		}
		return last, err
	}
	accounts, err := read("SELECT id, name FROM account WHERE id >= $1 ORDER BY id LIMIT 0 + $2", func(r scanner) (searchEntry, bool, error) {
		var a support.Account
		err := r.Scan(&a.ID, &a.Name)
		e, ok := accountEntry(a)
		return e, ok, err
	})
	if err != nil {
		return 0, false, err
	}
	contacts, err := read("SELECT "+contactColumns+" FROM contact c WHERE c.id >= $1 ORDER BY c.id LIMIT 0 + $2", func(r scanner) (searchEntry, bool, error) {
		var c support.Contact
		err := r.Scan(contactFields(&c)...)
		e, ok := contactEntry(c)
		return e, ok, err
	})
	next = min(accounts, contacts, support.FirstID-1) + 1
	next &^= 1 // an account and the contact of its id are entered together
	for _, e := range list {
		if e.request < next {
			fn(e)
		}
	}
	return next, next >= support.FirstID, err
}

// fillParties enters the words of some accounts and contacts.
func (tx *Tx) fillParties(from int64) (next int64, err error) {
	full := tx.c.dialect().fulltext
	var list []searchEntry
	next, _, err = tx.eachParty(from, partyBatch, func(e searchEntry) { list = append(list, e) })
	if err != nil {
		return 0, err
	}
	there, err := full.entered(tx.rows, from, next-1)
	if err != nil {
		return 0, err
	}
	err = full.enter(tx, slices.DeleteFunc(list, func(e searchEntry) bool { return there[e.id()] }))
	return next, wrap(err, "enter words of accounts and contacts")
}

// FoundParty is an account or a contact that was found; Contact is zero for an
// account. Name shows where its name was.
type FoundParty struct {
	Account support.Account
	Contact support.Contact
	Name    text.Excerpt
}

// FindParties finds accounts, and contacts with their accounts, in which each of
// the terms stands or begins a word, by id, at most most of each: the vendor's to
// read, without those of restricted accounts where they are not seen. Customers
// find none.
func (s *Store) FindParties(ctx context.Context, v Viewer, terms []support.SearchTerm, most int) (accounts, contacts []FoundParty, err error) {
	var all [][]text.Phrase
	for _, t := range terms {
		if p := text.Query(t.Text, !t.Exact); t.Not {
			return nil, nil, nil // nobody is looked for by what they are not called
		} else if len(p) > 0 {
			all = append(all, p)
		}
	}
	if len(all) == 0 || v.Actor.Kind == support.Customer {
		return nil, nil, nil
	}
	q, err := s.reads(ctx)
	if err != nil {
		return nil, nil, err
	}
	full := s.e.dialect().fulltext
	hits, found := full.hits("$1", "$2", "$3", false), false
	args := []any{full.expression(all), int64(0), int64(support.FirstID - 1)}
	if err := q.one([]any{&found}, "SELECT EXISTS ("+hits+")", args...); err != nil || !found {
		return nil, nil, wrap(err, "find accounts and contacts")
	}
	find := func(kind partyKind, columns, from string, scan func(r scanner) (FoundParty, error)) (out []FoundParty, err error) {
		sees, more := v.narrow(4, "t", "", "FALSE")
		err = q.all(func(r scanner) error {
			f, err := scan(r)
			out = append(out, f)
			return err
		}, fmt.Sprintf("SELECT %s FROM (%s) AS found CROSS JOIN %s WHERE found.request_id %% 2 = %d AND t.id = found.request_id / 2 AND %s ORDER BY t.id LIMIT %d",
			columns, hits, from, kind, sees, limit(most, 5, 100)), append(slices.Clone(args), more...)...)
		return out, err
	}
	accounts, err = find(partyAccount, "t.id, t.name, t.country, t.restricted", "(SELECT id, id AS account_id, name, country, restricted FROM account) AS t",
		func(r scanner) (FoundParty, error) {
			var f FoundParty
			err := r.Scan(&f.Account.ID, &f.Account.Name, &f.Account.Country, &f.Account.Restricted)
			f.Name = text.Find(f.Account.Name, all, excerptLength)
			return f, err
		})
	if err != nil {
		return nil, nil, wrap(err, "find accounts")
	}
	contacts, err = find(partyContact, strings.ReplaceAll(contactColumns, "c.", "t.")+", a.id, a.name, a.country, a.restricted", "contact t JOIN account a ON a.id = t.account_id",
		func(r scanner) (FoundParty, error) {
			var f FoundParty
			err := r.Scan(append(contactFields(&f.Contact), &f.Account.ID, &f.Account.Name, &f.Account.Country, &f.Account.Restricted)...)
			return f, err
		})
	return accounts, contacts, wrap(err, "find contacts")
}
