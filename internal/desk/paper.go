package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// paperBatch is how many contracts one pass takes up.
const paperBatch = 100

// paperPass tells what contracts have come to: that the PLA still has to confirm
// the licences, and that the contract ends (R03, R13). It gives how many it took.
func (d *Desk) paperPass(ctx context.Context) (int, error) {
	next, err := d.nextPaper(ctx)
	if err != nil || next.IsZero() || next.After(d.Now()) {
		return 0, err
	}
	n := 0
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		n = 0
		at := d.Now()
		due, err := tx.DueConfirmations(at, paperBatch)
		if err != nil {
			return err
		}
		for _, c := range due {
			if err := d.remind(tx, c, at); err != nil {
				return err
			}
			n++
		}
		ending, err := tx.EndingContracts(at, d.Pack().Licences.EndNotices, paperBatch)
		if err != nil {
			return err
		}
		for _, e := range ending {
			if err := tellEnding(tx, e, at); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func (d *Desk) nextPaper(ctx context.Context) (time.Time, error) {
	return d.store.NextPaper(ctx, d.Now(), d.Pack().Licences.EndNotices)
}

// remind asks the PLA once more, and again after the pack's time.
func (d *Desk) remind(tx *store.Tx, c support.Confirmation, at time.Time) error {
	mine, err := tx.RemindConfirmation(c, d.remindAt(at))
	if err != nil || !mine {
		return err
	}
	if err := toPrimary(tx, c.Contract, "licences_reminder", occasion(c.DueAt)); err != nil {
		return err
	}
	return tx.Audit("contract", c.Contract, clockwork, at, "confirmation_reminded", map[string]any{"due_at": c.DueAt})
}

func tellEnding(tx *store.Tx, e store.Ending, at time.Time) error {
	mine, err := tx.TellEnding(e)
	if err != nil || !mine {
		return err
	}
	c, err := tx.Contract(e.Contract)
	if err != nil {
		return err
	}
	if err := toPrimary(tx, e.Contract, "contract_ends", occasion(c.EndsAt)+"."+strconv.Itoa(e.Days)); err != nil {
		return err
	}
	return tx.Audit("contract", e.Contract, clockwork, at, "end_told", map[string]any{"days": e.Days, "ends_at": c.EndsAt})
}

// occasion tells letters of the same kind apart by what instant they are about.
func occasion(at time.Time) string { return "." + strconv.FormatInt(at.UnixMicro(), 10) }

// toPrimary writes to the PLA of a contract.
func toPrimary(tx *store.Tx, contract int64, template, occasion string) error {
	primary, err := primaryOf(tx, contract)
	if err != nil {
		return err
	}
	return toContact(tx, support.Subject{Kind: "contract", ID: contract}, template, occasion, primary)
}

func toContact(tx *store.Tx, about support.Subject, template, occasion string, contact int64) error {
	c, err := tx.Contact(contact)
	if err != nil {
		return err
	}
	return tx.AddLetter(c.Account, support.Letter(about, template, occasion, support.Recipient{Kind: support.ToContact, ID: contact}))
}

// welcome is the letter to a new contact: who they are to us, the addresses that
// they let through, and what they keep right (R12, R16).
func (d *Desk) welcome(context.Context, store.EffectRow, lang.Voice) (notify.LetterPage, error) {
	return notify.LetterPage{
		Args: map[string]string{"name": d.name, "sender": d.sender}, Says: []string{"safelist", "profile"},
		Rows: []notify.LetterRow{{Label: "mail.label.sender", Value: d.sender}},
	}, nil
}

// roleLetter tells somebody of a role on a contract, and who its PLA is (R13).
func (d *Desk) roleLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	args, err := d.contractArgs(ctx, e.About.ID, v)
	if err != nil {
		return notify.LetterPage{}, err
	}
	grants, err := d.store.Roles(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	for _, g := range grants {
		if g.Contact == e.Recipient.ID && strings.Contains(e.Key, "."+string(g.Role)+".") {
			args["role"] = string(g.Role)
		}
	}
	if args["role"] == "" {
		return notify.LetterPage{}, fmt.Errorf("contact %d holds no role on contract %d any more: %w", e.Recipient.ID, e.About.ID, errNobody)
	}
	return notify.LetterPage{Args: args, Says: []string{"primary"}}, nil
}

// licencesLetter asks the PLA whether the right licences are assigned (R13).
func (d *Desk) licencesLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	if err := d.stillPrimary(ctx, e); err != nil {
		return notify.LetterPage{}, err
	}
	c, asked, err := d.store.Confirmation(ctx, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	if !asked || c.State == support.LicencesConfirmed {
		return notify.LetterPage{}, fmt.Errorf("the licences of contract %d are confirmed: %w", e.About.ID, errNobody)
	}
	args, err := d.contractArgs(ctx, e.About.ID, v)
	return notify.LetterPage{Args: args, Says: []string{"confirm", "wrong"}}, err
}

// endLetter tells the PLA that a contract ends (R03).
func (d *Desk) endLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	if err := d.stillPrimary(ctx, e); err != nil {
		return notify.LetterPage{}, err
	}
	args, err := d.contractArgs(ctx, e.About.ID, v)
	return notify.LetterPage{Args: args, Says: []string{"renew", "open"}}, err
}

// stillPrimary keeps what is the PLA's from somebody who was it.
func (d *Desk) stillPrimary(ctx context.Context, e store.EffectRow) error {
	grants, err := d.store.Roles(ctx, everything, e.About.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.Role == support.RoleLicencePrimary && g.Contact == e.Recipient.ID {
			return nil
		}
	}
	return fmt.Errorf("contact %d is not the PLA of contract %d any more: %w", e.Recipient.ID, e.About.ID, errNobody)
}

// contractArgs are a contract and its PLA, for the words of letters.
func (d *Desk) contractArgs(ctx context.Context, contract int64, v lang.Voice) (map[string]string, error) {
	c, err := d.store.Contract(ctx, everything, contract)
	if err != nil {
		return nil, err
	}
	args := map[string]string{"contract": c.Number, "offering": c.Offering, "ends": c.EndsAt.Format(time.RFC3339)}
	grants, err := d.store.Roles(ctx, everything, contract)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if g.Role != support.RoleLicencePrimary {
			continue
		}
		p, err := d.store.Contact(ctx, everything, g.Contact)
		if err != nil {
			return nil, err
		}
		args["primary"] = lang.Name(v.Lang, lang.Person{Family: p.FamilyName, Given: p.GivenName}, false)
		args["email"] = p.Email
	}
	return args, nil
}
