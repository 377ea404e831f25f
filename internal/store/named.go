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

// Names reads all that a page has to name in one statement. Whoever asks has the
// ids from what the viewer may read.
func (s *Store) Names(ctx context.Context, ids Naming) (Named, error) {
	out := Named{
		Contacts: map[int64]support.Contact{}, Accounts: map[int64]support.Account{}, Contracts: map[int64]support.Contract{},
		Staff: map[int64]support.Staff{}, Texts: map[int64]string{},
	}
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
			out.Contacts[id] = support.Contact{ID: id, Account: account, FamilyName: a, GivenName: b, Number: c}
		case 2:
			out.Accounts[id] = support.Account{ID: id, Name: a, Country: b, Restricted: c != "0"}
		case 3:
			out.Contracts[id] = support.Contract{ID: id, Account: account, Number: a}
		case 4:
			out.Staff[id] = support.Staff{ID: id, FamilyName: a, GivenName: b, Email: c}
		}
		return nil
	}, `SELECT 1, id, account_id, replace(family_name, $6, '') || $6 || replace(given_name, $6, '') || $6 || number FROM contact WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))
UNION ALL SELECT 2, id, 0, replace(name, $6, '') || $6 || country || $6 || CASE WHEN restricted THEN '1' ELSE '0' END FROM account WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($2))
UNION ALL SELECT 3, id, account_id, replace(number, $6, '') || $6 || $6 FROM contract WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($3))
UNION ALL SELECT 4, id, 0, replace(family_name, $6, '') || $6 || replace(given_name, $6, '') || $6 || email FROM staff WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($4))
UNION ALL SELECT 5, id, 0, COALESCE(text, '') FROM content WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($5))`,
		list(ids.Contacts), list(ids.Accounts), list(ids.Contracts), list(ids.Staff), list(ids.Texts), between)
	return out, wrap(err, "read names")
}
