package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Limits of views, in characters and in bytes.
const (
	maxViewName  = 60
	maxViewQuery = 1000
)

// KeepView keeps a list of requests under a name, for a member of staff or for
// one of their teams. It fills the id; with an id it changes one that is theirs.
func (d *Desk) KeepView(ctx context.Context, by support.Actor, v *store.View) error {
	if by.Kind != support.Vendor {
		return support.Refuse(support.Forbidden, "view.staff_only")
	}
	v.Name = strings.TrimSpace(v.Name)
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		return support.Wrong("name", "view.name_needed")
	case n > maxViewName:
		return support.Wrong("name", "view.name_long", "limit", strconv.Itoa(maxViewName))
	case len(v.Query) > maxViewQuery:
		return support.Wrong("name", "view.query_long")
	}
	if err := cmp.Or(checkText(v.Name, "name"), checkText(v.Query, "name")); err != nil {
		return err
	}
	return d.update(ctx, func(tx *store.Tx) error {
		if err := d.inTeam(tx, by.ID, v.Team); err != nil {
			return err
		}
		v.Staff, v.MadeAt = by.ID, support.Instant(d.real())
		if v.ID != 0 {
			return tx.ChangeView(*v)
		}
		kept := *v
		if err := tx.AddView(&kept); err != nil {
			return err
		}
		*v = kept
		return nil
	})
}

// inTeam refuses a team for which somebody of the staff may keep nothing: one in
// which they do not work. "" is nobody but themselves.
func (d *Desk) inTeam(tx *store.Tx, staff int64, team string) error {
	if team == "" {
		return nil
	}
	s, err := tx.Staff(staff)
	if err == nil && !slices.ContainsFunc(d.TeamsOf(s), func(t policy.Team) bool { return t.ID == team }) {
		err = support.Wrong("team", "view.team_unknown")
	}
	return err
}

// DropView forgets a view that a member of staff keeps.
func (d *Desk) DropView(ctx context.Context, by support.Actor, id int64) error {
	return d.update(ctx, func(tx *store.Tx) error { return tx.DropView(by.ID, id) })
}

// TeamsOf are the teams of the pack in which somebody of the staff works.
func (d *Desk) TeamsOf(s support.Staff) []policy.Team { return support.TeamsOf(s, d.Pack()) }
