package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"madoguchi/internal/support"
)

// AddFolder adds a folder of licence keys to a contract and fills its ID.
func (tx *Tx) AddFolder(f *support.Folder) error {
	err := tx.one([]any{&f.ID}, `INSERT INTO licence_folder (account_id, contract_id, name)
SELECT account_id, id, $2 FROM contract WHERE id = $1 RETURNING id`, f.Contract, f.Name)
	return wrap(refused(absent(err, "contract.unknown"), "name", "folder.name_taken"), "add licence folder to contract %d", f.Contract)
}

// RenameFolder gives a folder another name.
func (tx *Tx) RenameFolder(folder int64, name string) error {
	n, err := tx.exec("UPDATE licence_folder SET name = $2 WHERE id = $1", folder, name)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "folder.unknown")
	}
	return wrap(refused(err, "name", "folder.name_taken"), "rename licence folder %d", folder)
}

// RemoveFolder removes a folder; its keys lie in none afterwards, and who saw
// them by the folder alone does not any more.
func (tx *Tx) RemoveFolder(folder int64) error {
	for _, text := range []string{
		"UPDATE licence SET folder_id = NULL WHERE folder_id = $1",
		"DELETE FROM folder_opened WHERE folder_id = $1",
		"DELETE FROM licence_folder WHERE id = $1",
	} {
		if _, err := tx.exec(text, folder); err != nil {
			return wrap(err, "remove licence folder %d", folder)
		}
	}
	return nil
}

// OpenFolder lets a secondary licence administrator of the contract see and
// change what is in a folder (R04); twice is once.
func (tx *Tx) OpenFolder(folder, contact int64) error {
	n, err := tx.exec(`INSERT INTO folder_opened (folder_id, contact_id, account_id)
SELECT id, $2, account_id FROM licence_folder WHERE id = $1 ON CONFLICT (folder_id, contact_id) DO UPDATE SET account_id = excluded.account_id`,
		folder, contact)
	if err == nil && n == 0 {
		return support.Refuse(support.NotFound, "folder.unknown")
	}
	return wrap(refused(err, "contact", ""), "open licence folder %d", folder)
}

// CloseFolder takes it back.
func (tx *Tx) CloseFolder(folder, contact int64) error {
	n, err := tx.exec("DELETE FROM folder_opened WHERE folder_id = $1 AND contact_id = $2", folder, contact)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "folder.not_opened")
	}
	return wrap(err, "close licence folder %d", folder)
}

// Folders lists the folders of a contract by id.
func (tx *Tx) Folders(contract int64) ([]support.Folder, error) { return tx.folders(system, contract) }

// Folders lists those folders of a contract that the viewer sees: of customers
// the primary licence administrator all, a secondary one those that were opened
// to them (R03, R04).
func (s *Store) Folders(ctx context.Context, v Viewer, contract int64) ([]support.Folder, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	return q.folders(v, contract)
}

func (q rows) folders(v Viewer, contract int64) ([]support.Folder, error) {
	where, args := v.narrow(2, "f", "", `(EXISTS (SELECT 1 FROM role_grant g WHERE g.contract_id = f.contract_id AND g.contact_id = ?
    AND g.role = 'role_licence_primary')
  OR EXISTS (SELECT 1 FROM folder_opened mine WHERE mine.folder_id = f.id AND mine.contact_id = ?))`)
	where = "f.contract_id = $1 AND " + where
	args = append([]any{contract}, args...)
	var out []support.Folder
	at := map[int64]int{}
	err := q.all(func(r scanner) error {
		var f support.Folder
		err := r.Scan(&f.ID, &f.Contract, &f.Name)
		at[f.ID] = len(out)
		out = append(out, f)
		return err
	}, "SELECT f.id, f.contract_id, f.name FROM licence_folder f WHERE "+where+" ORDER BY f.id", args...)
	if err != nil {
		return nil, wrap(err, "read folders of contract %d", contract)
	}
	err = q.all(func(r scanner) error {
		var folder, contact int64
		err := r.Scan(&folder, &contact)
		out[at[folder]].OpenedTo = append(out[at[folder]].OpenedTo, contact)
		return err
	}, "SELECT o.folder_id, o.contact_id FROM folder_opened o JOIN licence_folder f ON f.id = o.folder_id WHERE "+where+
		" ORDER BY o.folder_id, o.contact_id", args...)
	return out, wrap(err, "read opened folders of contract %d", contract)
}

// AcceptAgreement records that the PLA accepted a version of the licence
// agreement for a contract (R03); a version is accepted once.
func (tx *Tx) AcceptAgreement(a support.Acceptance) error {
	_, err := tx.exec(`INSERT INTO agreement (contract_id, version, account_id, contact_id, at)
SELECT id, $2, account_id, $3, $4 FROM contract WHERE id = $1`, a.Contract, a.Version, a.Contact, a.At.UnixMicro())
	return wrap(refused(err, "version", "agreement.accepted"), "accept the agreement of contract %d", a.Contract)
}

// Acceptances lists the agreements that were accepted for a contract, in their
// order. Whoever asks sees the contract.
func (s *Store) Acceptances(ctx context.Context, contract int64) ([]support.Acceptance, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return nil, err
	}
	var out []support.Acceptance
	err = q.all(func(r scanner) error {
		var a support.Acceptance
		err := r.Scan(&a.Contract, &a.Version, &a.Contact, instant{&a.At})
		out = append(out, a)
		return err
	}, "SELECT contract_id, version, contact_id, at FROM agreement WHERE contract_id = $1 ORDER BY at, version", contract)
	return out, wrap(err, "read agreements of contract %d", contract)
}

// AskConfirmation asks the PLA of a contract whether the right licences are
// assigned, anew when it was answered before (R13). One that is open stays as it
// is: false.
func (tx *Tx) AskConfirmation(contract int64, at, due time.Time) (asked bool, err error) {
	n, err := tx.exec(`INSERT INTO confirmation (contract_id, account_id, state, asked_at, due_at)
SELECT id, account_id, 'open', $2, $3 FROM contract WHERE id = $1
ON CONFLICT (contract_id) DO UPDATE SET state = 'open', asked_at = excluded.asked_at, due_at = excluded.due_at,
  contact_id = NULL, answered_at = NULL, request_id = NULL WHERE confirmation.state <> 'open'`, contract, at.UnixMicro(), micros(due))
	return n > 0, wrap(err, "ask for the confirmation of contract %d", contract)
}

// AnswerConfirmation records what the PLA said; one that was confirmed already,
// or never asked for, is a conflict.
func (tx *Tx) AnswerConfirmation(c support.Confirmation) error {
	n, err := tx.exec(`UPDATE confirmation SET state = $2, due_at = $3, contact_id = $4, answered_at = $5, request_id = NULL
WHERE contract_id = $1 AND state <> 'confirmed'`, c.Contract, string(c.State), micros(c.DueAt), c.Contact, c.AnsweredAt.UnixMicro())
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "confirmation.not_open")
	}
	return wrap(err, "answer the confirmation of contract %d", c.Contract)
}

// Confirmation gives what is known of a contract's licences; false: nothing was
// ever asked. Whoever asks sees the contract.
func (s *Store) Confirmation(ctx context.Context, contract int64) (support.Confirmation, bool, error) {
	q, err := s.reads(ctx)
	if err != nil {
		return support.Confirmation{}, false, err
	}
	var c support.Confirmation
	err = q.one([]any{&c.Contract, &c.State, instant{&c.AskedAt}, instant{&c.DueAt}, optional{&c.Contact}, instant{&c.AnsweredAt}, optional{&c.Request}},
		"SELECT contract_id, state, asked_at, due_at, contact_id, answered_at, request_id FROM confirmation WHERE contract_id = $1", contract)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, wrap(err, "read the confirmation of contract %d", contract)
}

// followWrongLicences notes the customer service request that wrong licences
// led to: the next one that whoever said so files on the contract (R13).
func (tx *Tx) followWrongLicences(row support.Row, b support.Filed) error {
	if b.Kind != support.CS || b.Contract == 0 {
		return nil
	}
	_, err := tx.exec(`UPDATE confirmation SET request_id = $2, due_at = NULL
WHERE contract_id = $1 AND state = 'wrong' AND request_id IS NULL AND contact_id = $3`, b.Contract, row.ID, b.Contact)
	return err
}
