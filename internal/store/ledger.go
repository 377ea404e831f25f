package store

import (
	"fmt"

	"madoguchi/internal/support"
)

// beside writes the rows that a fact changes besides the request's own. What
// only one of many may have is guarded by the statement that takes it.
func (tx *Tx) beside(row support.Row, f support.Fact) error {
	if err := tx.given(row, f); err != nil {
		return err
	}
	switch b := f.Body.(type) {
	case support.Filed:
		if err := tx.fileInBeta(row, b); err != nil {
			return err
		}
		if err := tx.followWrongLicences(row, b); err != nil {
			return err
		}
		return tx.saveTags(row)
	case support.DetailsChanged:
		if err := tx.dropTags(row); err != nil {
			return err
		}
		return tx.saveTags(row)
	case support.IncidentReserved:
		return tx.reserveIncident(row, f, b)
	case support.IncidentSettled:
		return tx.settleIncident(row, b)
	case support.SurveyRequested:
		return tx.recordSurvey(f, b)
	case support.WatcherAdded:
		return tx.AddWatcher(row.ID, b.Contact)
	case support.WatcherRemoved:
		return tx.RemoveWatcher(row.ID, b.Contact)
	case support.Converted:
		return tx.convertToFeature(row, f, b)
	case support.LicenceSplit:
		return tx.splitLicence(row, f, b)
	case support.AskOpened, support.AskAssigned, support.AskAnswered, support.AskCancelled:
		return tx.engineeringAsk(row, f)
	case support.DefectLinked:
		return tx.linkDefect(row, b)
	case support.DefectUnlinked:
		return tx.unlinkDefect(row, b)
	case support.Reclassified:
		if b.Account == b.Was.Account {
			return nil
		}
		return tx.reenter(row, b.Was.Account, func() error { return tx.regroup(row) })
	case support.PrimarySwapped:
		return tx.swapPrimary(row, f, b)
	case support.Restricted:
		return tx.restrict(row, b.Staff)
	case support.RestrictionLifted:
		return tx.restrict(row, nil)
	case support.GlassBroken:
		return tx.breakGlass(row, f, b)
	case support.FileAttached:
		return tx.attach(row, !b.Internal, b.AttachedFile)
	case support.CommentHeld:
		return tx.attach(row, false, b.Files...)
	case support.ContentErased:
		return tx.reenter(row, row.Account, func() error {
			if err := tx.eraseFiles(row, b.Content); err != nil {
				return err
			}
			return tx.erase(row, b)
		})
	}
	return nil
}

// reserveIncident takes one incident of a pack that still has one and has not
// expired; a pack's end is exclusive (A20).
func (tx *Tx) reserveIncident(row support.Row, f support.Fact, b support.IncidentReserved) error {
	n, err := tx.exec(`UPDATE incident_pack SET reserved = reserved + 1
WHERE id = $1 AND bought - reserved - spent > 0 AND (expires_at IS NULL OR expires_at > $2)`, b.Pack, f.At.UnixMicro())
	if err != nil {
		return err
	}
	if n == 0 {
		return support.Refuse(support.Conflict, "incident.none_left")
	}
	n, err = tx.exec(`INSERT INTO incident (request_id, pack_id, account_id, state) VALUES ($1, $2, $3, 'reserved')
ON CONFLICT (request_id) DO UPDATE SET pack_id = excluded.pack_id, account_id = excluded.account_id, state = 'reserved' WHERE incident.state = 'returned'`, row.ID, b.Pack, row.Account)
	if err == nil && n == 0 {
		return fmt.Errorf("request %d holds an incident already", row.ID)
	}
	return err
}

// settleIncident spends the reserved incident or gives it back, after the
// pack's end too (A20).
func (tx *Tx) settleIncident(row support.Row, b support.IncidentSettled) error {
	state, spent := "returned", 0
	if b.Spent {
		state, spent = "spent", 1
	}
	n, err := tx.exec("UPDATE incident SET state = $3 WHERE request_id = $1 AND pack_id = $2 AND state = 'reserved'", row.ID, b.Pack, state)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("request %d has no reserved incident of pack %d", row.ID, b.Pack)
	}
	_, err = tx.exec("UPDATE incident_pack SET reserved = reserved - 1, spent = spent + $2 WHERE id = $1", b.Pack, spent)
	return err
}

// recordSurvey notes when the contact was sent a survey. Two requests that
// complete at once both judged the interval by the same survey before: the
// second one is a conflict and decides anew (R50, A6).
func (tx *Tx) recordSurvey(f support.Fact, b support.SurveyRequested) error {
	n, err := tx.exec("UPDATE contact SET survey_sent_at = $2 WHERE id = $1 AND survey_sent_at IS NOT DISTINCT FROM $3",
		b.Contact, f.At.UnixMicro(), micros(b.LastSentAt))
	if err == nil && n == 0 {
		return support.Refuse(support.Conflict, "survey.sent_meanwhile")
	}
	return err
}

// splitLicence supersedes a key by its parts. They lie in its folder and stay
// open to those to whom the old key was (R04, R07).
func (tx *Tx) splitLicence(row support.Row, f support.Fact, b support.LicenceSplit) error {
	n, err := tx.exec("UPDATE licence SET superseded_by = $2, superseded_seq = $3 WHERE id = $1 AND superseded_by IS NULL", b.Licence, row.ID, f.Seq)
	if err != nil {
		return err
	}
	if n == 0 {
		return support.Refuse(support.Conflict, "licence.superseded")
	}
	if len(b.Keys) != len(b.Parts) {
		return fmt.Errorf("licence %d: %d keys for %d parts", b.Licence, len(b.Keys), len(b.Parts))
	}
	for i, units := range b.Parts {
		var id int64
		err := tx.one([]any{&id}, `INSERT INTO licence (account_id, contract_id, key, product, version, units, parent_id, folder_id)
SELECT l.account_id, l.contract_id, k.text, l.product, $3, $4, l.id, l.folder_id FROM licence l JOIN content k ON k.id = $2 WHERE l.id = $1 RETURNING id`,
			b.Licence, b.Keys[i].ID, b.Version, units)
		if err != nil {
			return refused(err, "keys", "licence.key_taken")
		}
		_, err = tx.exec(`INSERT INTO licence_opened (licence_id, contact_id, account_id)
SELECT $2, contact_id, account_id FROM licence_opened WHERE licence_id = $1`, b.Licence, id)
		if err != nil {
			return err
		}
	}
	return nil
}
