package store

import (
	"context"
	"strings"

	"madoguchi/internal/support"
)

// Naming are ids of rows that are going to be named, in any order and as often
// as they occur; 0 is nobody.
type Naming struct {
	Contacts, Accounts, Contracts, Staff, Texts []int64
}

// Named is what stands for ids where people read them: of contacts id, account,
// number and name; of contracts id, account and number; of staff id, name and
// address; accounts whole. An erased text is "". What does not exist is absent.
// Beside the rows of a list, contacts and contracts come without their account.
type Named struct {
	Contacts  map[int64]support.Contact
	Accounts  map[int64]support.Account
	Contracts map[int64]support.Contract
	Staff     map[int64]support.Staff
	Texts     map[int64]string
}

// between parts the words of one name, which do not hold it: one column costs less to
// read than three.
const between = "\x1f"

// The words of a name in one column; no column before the last one holds what parts
// them.
const (
	contactSaid  = "replace(family_name, '" + between + "', '') || '" + between + "' || replace(given_name, '" + between + "', '') || '" + between + "' || number"
	accountSaid  = "replace(name, '" + between + "', '') || '" + between + "' || country || '" + between + "' || CASE WHEN restricted THEN '1' ELSE '0' END"
	contractSaid = "replace(number, '" + between + "', '') || '" + between + between + "'"
	staffSaid    = "replace(family_name, '" + between + "', '') || '" + between + "' || replace(given_name, '" + between + "', '') || '" + between + "' || replace(email, '" + between + "', '')"
)

// namesBeside is one column behind a request's row; [Named.said] reads it.
const namesBeside = "COALESCE((SELECT " + contactSaid + " FROM contact WHERE id = r.contact_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT " + accountSaid + " FROM account WHERE id = r.account_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT " + contractSaid + " FROM contract WHERE id = r.contract_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT " + staffSaid + " FROM staff WHERE id = r.owner_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT text FROM content WHERE id = r.title_id), '')"

// glanceBeside is the part of it that [Named.glanced] reads: account, owner, title.
const glanceBeside = "COALESCE((SELECT " + accountSaid + " FROM account WHERE id = r.account_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT " + staffSaid + " FROM staff WHERE id = r.owner_id), '" + between + between + "') || '" + between + "' || " +
	"COALESCE((SELECT text FROM content WHERE id = r.title_id), '')"

func noNames() Named {
	return Named{
		Contacts: map[int64]support.Contact{}, Accounts: map[int64]support.Account{}, Contracts: map[int64]support.Contract{},
		Staff: map[int64]support.Staff{}, Texts: map[int64]string{},
	}
}

func (n Named) contact(id, account int64, family, given, number string) {
	n.Contacts[id] = support.Contact{ID: id, Account: account, FamilyName: family, GivenName: given, Number: number}
}

func (n Named) account(id int64, name, country, restricted string) {
	n.Accounts[id] = support.Account{ID: id, Name: name, Country: country, Restricted: restricted != "0"}
}

func (n Named) staff(id int64, family, given, email string) {
	n.Staff[id] = support.Staff{ID: id, FamilyName: family, GivenName: given, Email: email}
}

// said reads what stands beside a row.
func (n Named) said(r support.Row, said string) {
	w := strings.SplitN(said, between, 13)
	n.contact(r.Contact, 0, w[0], w[1], w[2])
	n.account(r.Account, w[3], w[4], w[5])
	if r.Contract != 0 {
		n.Contracts[r.Contract] = support.Contract{ID: r.Contract, Number: w[6]}
	}
	if r.Owner != 0 {
		n.staff(r.Owner, w[9], w[10], w[11])
	}
	if r.Title.ID != 0 {
		n.Texts[r.Title.ID] = w[12]
	}
}

// glanced reads what stands beside a row of [Store.Glanced].
func (n Named) glanced(r support.Row, said string) {
	w := strings.SplitN(said, between, 7)
	n.account(r.Account, w[0], w[1], w[2])
	if r.Owner != 0 {
		n.staff(r.Owner, w[3], w[4], w[5])
	}
	if r.Title.ID != 0 {
		n.Texts[r.Title.ID] = w[6]
	}
}

// Names reads all that a page has to name in one statement. Whoever asks has the
// ids from what the viewer may read.
func (s *Store) Names(ctx context.Context, ids Naming) (Named, error) {
	out := noNames()
	q, err := s.reads(ctx)
	if err != nil {
		return out, err
	}
	err = q.all(func(r scanner) error {
		var (
			kind        int
			id, account int64
			said        string
		)
		if err := r.Scan(&kind, &id, &account, &said); err != nil {
			return err
		}
		if kind == 5 {
			out.Texts[id] = said
			return nil
		}
		a, said, _ := strings.Cut(said, between)
		b, c, _ := strings.Cut(said, between)
		switch kind {
		case 1:
			out.contact(id, account, a, b, c)
		case 2:
			out.account(id, a, b, c)
		case 3:
			out.Contracts[id] = support.Contract{ID: id, Account: account, Number: a}
		case 4:
			out.staff(id, a, b, c)
		}
		return nil
	}, `SELECT 1, id, account_id, `+contactSaid+` FROM contact WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))
UNION ALL SELECT 2, id, 0, `+accountSaid+` FROM account WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($2))
UNION ALL SELECT 3, id, account_id, `+contractSaid+` FROM contract WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($3))
UNION ALL SELECT 4, id, 0, `+staffSaid+` FROM staff WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($4))
UNION ALL SELECT 5, id, 0, COALESCE(text, '') FROM content WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($5))`,
		list(ids.Contacts), list(ids.Accounts), list(ids.Contracts), list(ids.Staff), list(ids.Texts))
	return out, wrap(err, "read names")
}
