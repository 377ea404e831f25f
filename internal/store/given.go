package store

import (
	"madoguchi/internal/support"
)

// given takes the rows of those to whom a fact gives something, and of the beta
// programme into which a request comes back. Whoever judged by them that it may
// be given has read them only; on an engine that runs updates side by side, an
// update that lets the person go, or ends the programme, would see nothing of
// it. Of two that take one row, the second is run again and sees the first.
func (tx *Tx) given(row support.Row, f support.Fact) error {
	switch b := f.Body.(type) {
	case support.Filed:
		return tx.takePrimary(b.Contract, b.Approver)
	case support.Reclassified:
		return tx.takePrimary(b.Contract, b.Approver)
	case support.ApproverChanged:
		return tx.takePrimary(row.Contract, b.To)
	case support.Assigned:
		return tx.takeStaff(b.Staff)
	case support.HandOverAnnounced:
		return tx.takeStaff(b.To)
	case support.HandOverAccepted:
		return tx.takeStaff(b.Staff)
	case support.HandedOver:
		return tx.takeStaff(b.To)
	case support.SecondAdded:
		return tx.takeStaff(b.Staff)
	case support.AskAssigned:
		return tx.takeStaff(b.Staff)
	case support.EscalationAssigned:
		return tx.takeStaff(b.Manager, b.Engineer)
	case support.Reopened:
		if err := tx.takeStaff(row.Owner); err != nil {
			return err
		}
		return tx.reopenInBeta(row)
	case support.WatcherAdded:
		return tx.takeContact(b.Contact)
	}
	return nil
}

// takeStaff refuses who is not active any more; 0 is nobody.
func (tx *Tx) takeStaff(ids ...int64) error {
	return tx.takePeople("UPDATE staff SET active = active WHERE id = $1 AND active", "staff.unknown", ids)
}

// takeContact is [Tx.takeStaff] for the customer's side.
func (tx *Tx) takeContact(ids ...int64) error {
	return tx.takePeople("UPDATE contact SET active = active WHERE id = $1 AND active", "contact.unknown", ids)
}

// takePrimary wants the contact to be the contract's PLA still: the run that
// follows when another is, see [Tx.ReplacePrimary], asks on requests that are
// there. 0 is nobody.
func (tx *Tx) takePrimary(contract, contact int64) error {
	if contact == 0 {
		return nil
	}
	n, err := tx.exec("UPDATE role_grant SET contact_id = contact_id WHERE contract_id = $1 AND contact_id = $2 AND role = 'role_licence_primary'", contract, contact)
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "request.changed")
	}
	return wrap(err, "take the PLA of contract %d", contract)
}

func (tx *Tx) takePeople(text, gone string, ids []int64) error {
	for _, id := range ids {
		if id == 0 {
			continue
		}
		n, err := tx.exec(text, id)
		if err != nil {
			return wrap(err, "take the row of person %d", id)
		}
		if n == 0 {
			return support.Refuse(support.Invalid, gone)
		}
	}
	return nil
}
