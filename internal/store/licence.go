package store

import (
	"context"

	"madoguchi/internal/support"
)

// AddLicence adds a licence key to a contract and fills its ID.
func (tx *Tx) AddLicence(l *support.Licence) error {
	err := tx.one([]any{&l.ID}, `INSERT INTO licence (account_id, contract_id, key, product, version, units)
SELECT account_id, id, $2, $3, $4, $5 FROM contract WHERE id = $1 RETURNING id`, l.Contract, l.Key, l.Product, l.Version, l.Units)
	return wrap(refused(absent(err, "contract.unknown"), "key", "licence.key_taken"), "add licence to contract %d", l.Contract)
}

// OpenLicence lets a secondary licence administrator of the contract see and
// change a key (R04); twice is once.
func (tx *Tx) OpenLicence(licence, contact int64) error {
	n, err := tx.exec(`INSERT INTO licence_opened (licence_id, contact_id, account_id)
SELECT id, $2, account_id FROM licence WHERE id = $1 ON CONFLICT (licence_id, contact_id) DO UPDATE SET account_id = excluded.account_id`,
		licence, contact)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "licence.unknown")
	}
	return wrap(refused(err, "contact", ""), "open licence %d", licence)
}

// Licence gives a licence key with those to whom it was opened.
func (tx *Tx) Licence(id int64) (support.Licence, error) { return one(tx.licences(system, "l.id", id)) }

// LicencesOf lists the keys of a contract by id, superseded ones too.
func (tx *Tx) LicencesOf(contract int64) ([]support.Licence, error) {
	return tx.licences(system, "l.contract_id", contract)
}

// Licence gives a licence key. Customers see it as the contract's primary
// licence administrator, or when it was opened to them (R03, R04).
func (s *Store) Licence(ctx context.Context, v Viewer, id int64) (support.Licence, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Licence{}, err
	}
	return one(q.licences(v, "l.id", id))
}

// LicencesOf lists those keys of a contract that the viewer sees.
func (s *Store) LicencesOf(ctx context.Context, v Viewer, contract int64) ([]support.Licence, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.licences(v, "l.contract_id", contract)
}

func one(found []support.Licence, err error) (support.Licence, error) {
	if err != nil {
		return support.Licence{}, err
	}
	if len(found) == 0 {
		return support.Licence{}, support.Refuse(support.NotFound, "licence.unknown")
	}
	return found[0], nil
}

// seesLicence is for whom a customer's key is: the contract's primary licence
// administrator, and secondary ones to whom it, or its folder, was opened.
const seesLicence = `(EXISTS (SELECT 1 FROM role_grant g WHERE g.contract_id = l.contract_id AND g.contact_id = ?
    AND g.role = 'role_licence_primary')
  OR EXISTS (SELECT 1 FROM role_grant g WHERE g.contract_id = l.contract_id AND g.contact_id = ? AND g.role = 'role_licence_secondary'
    AND (EXISTS (SELECT 1 FROM licence_opened o WHERE o.licence_id = l.id AND o.contact_id = g.contact_id)
      OR EXISTS (SELECT 1 FROM folder_opened o WHERE o.folder_id = l.folder_id AND o.contact_id = g.contact_id))))`

func (q rows) licences(v Viewer, column string, key int64) ([]support.Licence, error) {
	where, args := v.narrow(2, "l", "", seesLicence)
	where = column + " = $1 AND " + where
	args = append([]any{key}, args...)
	var out []support.Licence
	at := map[int64]int{}
	err := q.all(func(r scanner) error {
		var l support.Licence
		err := r.Scan(&l.ID, &l.Contract, &l.Key, &l.Product, &l.Version, &l.Units, &l.Superseded, optional{&l.Parent}, optional{&l.Folder},
			&l.Label, &l.Host, &l.Site, optional{&l.Note.ID}, &l.Note.SHA256)
		at[l.ID] = len(out)
		out = append(out, l)
		return err
	}, `SELECT l.id, l.contract_id, l.key, l.product, l.version, l.units, l.superseded_by IS NOT NULL, l.parent_id, l.folder_id,
  l.label, l.host, l.site, l.note_id, l.note_sha256 FROM licence l WHERE `+where+" ORDER BY l.id", args...)
	if err != nil {
		return nil, wrap(err, "read licences")
	}
	err = q.all(func(r scanner) error {
		var licence, contact int64
		err := r.Scan(&licence, &contact)
		if i, ok := at[licence]; ok {
			out[i].OpenedTo = append(out[i].OpenedTo, contact)
		}
		return err
	}, `SELECT o.licence_id, o.contact_id FROM licence_opened o JOIN licence l ON l.id = o.licence_id WHERE `+where+`
UNION SELECT l.id, o.contact_id FROM folder_opened o JOIN licence l ON l.folder_id = o.folder_id WHERE `+where+`
ORDER BY 1, 2`, args...)
	return out, wrap(err, "read opened licences")
}

// CloseLicence takes a key back from a secondary licence administrator (R03).
func (tx *Tx) CloseLicence(licence, contact int64) error {
	n, err := tx.exec("DELETE FROM licence_opened WHERE licence_id = $1 AND contact_id = $2", licence, contact)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "licence.not_opened")
	}
	return wrap(err, "close licence %d", licence)
}

// ChangeLicence replaces what is written to a key and the folder that it lies in
// (R03, R04).
func (tx *Tx) ChangeLicence(l support.Licence) error {
	n, err := tx.exec("UPDATE licence SET label = $2, host = $3, site = $4, note_id = $5, note_sha256 = $6, folder_id = $7 WHERE id = $1",
		l.ID, l.Label, l.Host, l.Site, ref(l.Note.ID), l.Note.SHA256, ref(l.Folder))
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "licence.unknown")
	}
	return wrap(err, "change licence %d", l.ID)
}
