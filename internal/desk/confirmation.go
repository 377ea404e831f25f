package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AcceptAgreement records that the PLA accepts the licence agreement in force
// for a contract: which version, who, when (R03).
func (d *Desk) AcceptAgreement(ctx context.Context, by support.Actor, contract int64, version string) error {
	return d.change(ctx, by, "accept_agreement", about{contract: contract}, func(tx *store.Tx, at time.Time) (entry, error) {
		switch now := d.Pack().Licences.Agreement.Version; {
		case now == "":
			return entry{}, support.Refuse(support.Conflict, "agreement.none")
		case version != now:
			return entry{}, wrong(support.Conflict, "version", "agreement.other_version", "version", now)
		}
		a := support.Acceptance{Contract: contract, Version: version, Contact: by.ID, At: at}
		return entry{"contract", contract, map[string]any{"version": version}}, tx.AcceptAgreement(a)
	})
}

// ConfirmLicences is the PLA's word on whether the right licences are assigned
// to a contract; wrong ones lead to a customer service request, the next that
// they file on it (R13).
func (d *Desk) ConfirmLicences(ctx context.Context, by support.Actor, contract int64, s support.ConfirmationState) error {
	if s != support.LicencesConfirmed && s != support.LicencesWrong {
		return support.Wrong("state", "confirmation.state_unknown", "state", string(s))
	}
	return d.change(ctx, by, "confirm_licences", about{contract: contract}, func(tx *store.Tx, at time.Time) (entry, error) {
		c := support.Confirmation{Contract: contract, State: s, Contact: by.ID, AnsweredAt: at}
		if s == support.LicencesWrong {
			c.DueAt = d.remindAt(at)
		}
		return entry{"contract", contract, map[string]any{"state": s}}, tx.AnswerConfirmation(c)
	})
}

// askConfirmation follows a purchase: the PLA is asked whether the right
// licences are assigned (R13). What is imported, or set up for a demo, was
// bought some time ago and is not asked about.
func (d *Desk) askConfirmation(tx *store.Tx, by support.Actor, contract int64, at time.Time) error {
	if by.Kind == support.System {
		return nil
	}
	asked, err := tx.AskConfirmation(contract, at, d.remindAt(at))
	if err != nil || !asked {
		return err
	}
	return toPrimary(tx, contract, "licences_bought", occasion(at))
}

// remindAt is when the PLA is asked once more; zero: never.
func (d *Desk) remindAt(at time.Time) time.Time {
	after := d.Pack().Licences.Remind
	if after.IsZero() {
		return time.Time{}
	}
	return at.Add(after.Duration())
}
