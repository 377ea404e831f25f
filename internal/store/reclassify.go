package store

import "madoguchi/internal/support"

// regroup moves what belongs to a request to the account that it now has.
func (tx *Tx) regroup(row support.Row) error {
	for _, text := range []string{
		"UPDATE content SET account_id = $2 WHERE request_id = $1",
		"UPDATE effect SET account_id = $2 WHERE request_id = $1",
		"UPDATE sent SET account_id = $2 WHERE request_id = $1",
		"UPDATE request_tag SET account_id = $2 WHERE request_id = $1",
		"UPDATE watcher SET account_id = $2 WHERE request_id = $1",
		"UPDATE incident SET account_id = $2 WHERE request_id = $1",
		"UPDATE defect_request SET account_id = $2 WHERE request_id = $1",
		"UPDATE engineering_ask SET account_id = $2 WHERE request_id = $1",
		"UPDATE run_request SET account_id = $2 WHERE request_id = $1",
		"UPDATE beta_request SET account_id = $2 WHERE request_id = $1",
		"UPDATE request_staff SET account_id = $2 WHERE request_id = $1",
		"UPDATE attachment SET account_id = $2 WHERE request_id = $1",
		"UPDATE glass SET account_id = $2 WHERE request_id = $1",
	} {
		if _, err := tx.exec(text, row.ID, row.Account); err != nil {
			return err
		}
	}
	return nil
}
