package desk

import (
	"context"
	"regexp"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var programmeKey = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// AddProgramme adds a beta programme and fills its id. It ends by itself (R35, R38).
func (d *Desk) AddProgramme(ctx context.Context, by support.Actor, p *support.BetaProgramme) error {
	p.EndsAt = support.Instant(p.EndsAt)
	if err := checkName(p.Name, "name"); err != nil {
		return err
	}
	switch {
	case !programmeKey.MatchString(p.Key):
		return support.Wrong("programme", "beta.key_form")
	case p.Kind != support.BetaPublic && p.Kind != support.BetaPrivate:
		return support.Wrong("kind", "beta.kind_unknown", "kind", p.Kind)
	case !p.EndsAt.After(d.Now()):
		return support.Wrong("ends_at", "beta.ends_before")
	}
	if err := checkPlace("en", p.Zone); err != nil {
		return err
	}
	if err := checkRelease("version", p.Version); err != nil {
		return err
	}
	given := *p
	return d.change(ctx, by, "add_programme", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := tx.Product(given.Product); err != nil {
			return entry{}, noProduct(tx, err, "product", given.Product)
		}
		added := given
		err := tx.AddProgramme(&added)
		*p = added
		return entry{"beta_programme", added.ID, map[string]any{
			"kind": added.Kind, "product": added.Product, "version": added.Version, "ends_at": added.EndsAt, "zone": added.Zone,
		}}, err
	})
}

// InviteToBeta invites a contact to a programme, by a mail (R38).
func (d *Desk) InviteToBeta(ctx context.Context, by support.Actor, programme, contact int64) error {
	return d.change(ctx, by, "invite_to_beta", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		if err := activePrimary(tx, contact); err != nil {
			return entry{}, err
		}
		if err := tx.InviteToBeta(programme, contact, at); err != nil {
			return entry{}, err
		}
		about := support.Subject{Kind: "beta_programme", ID: programme}
		return entry{"beta_programme", programme, map[string]any{"contact": contact}}, toContact(tx, about, "beta_invited", "", contact)
	})
}

// JoinBeta makes the contact a member: of a public programme at will, of a
// private one by accepting an invitation. To others a private one does not exist.
func (d *Desk) JoinBeta(ctx context.Context, by support.Actor, programme int64) error {
	return d.change(ctx, by, "join_beta", about{owner: by}, func(tx *store.Tx, at time.Time) (entry, error) {
		if by.Kind != support.Customer {
			return entry{}, support.Refuse(support.Forbidden, "party.forbidden", "act", "join_beta")
		}
		p, err := tx.Programme(programme)
		if err != nil {
			return entry{}, err
		}
		m, err := tx.Membership(programme, by.ID)
		if err != nil {
			return entry{}, err
		}
		if p.Kind == support.BetaPrivate && m == "" {
			return entry{}, support.Refuse(support.NotFound, "beta.not_found")
		}
		return entry{"beta_programme", programme, map[string]any{"contact": by.ID}}, tx.JoinBeta(programme, by.ID, at)
	})
}

// betaFor loads the programme in which somebody files. Who was not invited to a
// private one learns nothing of it.
func betaFor(tx *store.Tx, r *support.Request, cmd support.Command, by support.Actor) (support.BetaFiling, error) {
	file, files := cmd.(*support.File)
	if !files && r.Filed.Beta != 0 && r.Completed != nil {
		p, err := tx.Programme(r.Filed.Beta) // an answer reopens while it is open
		return support.BetaFiling{Programme: p}, err
	}
	if !files || file.Beta == 0 {
		return support.BetaFiling{}, nil
	}
	p, err := tx.Programme(file.Beta)
	if err != nil {
		return support.BetaFiling{}, err
	}
	if by.Kind != support.Customer {
		return support.BetaFiling{Programme: p}, nil
	}
	m, err := tx.Membership(p.ID, by.ID)
	if err == nil && m == "" && p.Kind == support.BetaPrivate {
		err = support.Refuse(support.NotFound, "beta.not_found")
	}
	return support.BetaFiling{Programme: p, Member: m == store.BetaMember}, err
}

// reportBug gives a bug of a beta its defect, which outlives the request (R36).
// The customer's title goes with it, unless it is kept to named staff. The
// filing has been rehearsed, so its severity is set.
func reportBug(tx *store.Tx, by support.Actor, at time.Time, file *support.File, w *support.World) error {
	if file.Beta == 0 || file.BetaSort != support.BetaBug {
		return nil
	}
	x := support.Defect{
		Product: w.Beta.Programme.Product, Severity: min(file.Severity, 4), Title: support.Text{ID: file.Title.ID, SHA256: file.Title.SHA256},
	}
	if w.Beta.Programme.Version != "" {
		x.Versions = []string{w.Beta.Programme.Version}
	}
	if w.Parties.Account.Restricted || w.Other != nil && w.Other.Restricted {
		x.Title = support.T(w.Beta.Programme.Name)
	}
	if err := addDefect(tx, &x, at); err != nil {
		return err
	}
	w.Beta.Defect = x.ID
	return tx.Audit("defect", x.ID, by, at, "report_defect", reported(x))
}

// endProgrammes starts the runs of programmes that have ended; it tells how many.
func (d *Desk) endProgrammes(ctx context.Context) (int, error) {
	at, err := d.store.NextProgrammeEnd(ctx)
	if err != nil || at.IsZero() || at.After(d.Now()) {
		return 0, err
	}
	n := 0
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		now := d.Now()
		runs, err := tx.EndProgrammes(now, d.Pack().Batches.MailsPerMinute)
		if err != nil {
			return err
		}
		n = len(runs)
		for _, r := range runs {
			if err := tx.Audit("beta_programme", r.Subject, clockwork, now, "end_programme", map[string]any{"requests": r.Total}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
