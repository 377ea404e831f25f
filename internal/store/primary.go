package store

import "madoguchi/internal/support"

// swapPrimary hands on the role of PLA with the fact that says so, and audits it
// on the contract. Who was not PLA any more is a conflict.
func (tx *Tx) swapPrimary(row support.Row, f support.Fact, b support.PrimarySwapped) error {
	if err := tx.ReplacePrimary(b.Contract, b.From, b.To, row.ID, f.At); err != nil {
		return err
	}
	body := map[string]any{"from": b.From, "to": b.To, "request": row.ID, "verified": b.Verified}
	return tx.Audit("contract", b.Contract, f.By, f.At, "replace_primary", body)
}
