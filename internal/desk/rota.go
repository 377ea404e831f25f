package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// maxShift is the longest shift and the longest absence.
const maxShift = 366 * 24 * time.Hour

// AddShift adds a row to a team's rota and fills its id: the duty manager's or
// an admin's act. Whoever is on the rota holds one of the team's roles. Holes and
// two people in one place are told, not refused: a rota is written piece by piece.
func (d *Desk) AddShift(ctx context.Context, by support.Actor, s *support.Shift) error {
	team, err := d.team(s.Team)
	if err != nil {
		return err
	}
	s.From, s.To = support.Instant(s.From), support.Instant(s.To)
	switch {
	case !s.To.After(s.From), s.To.Sub(s.From) > maxShift:
		return support.Wrong("to", "rota.term")
	case s.Order < 1 || s.Order > 20:
		return support.Wrong("order", "rota.order")
	}
	return d.change(ctx, by, "add_shift", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		m, err := tx.Staff(s.Staff)
		if err != nil {
			return entry{}, absent(err, "staff", "staff.unknown")
		}
		if !m.Active || !slices.ContainsFunc(m.Roles, func(r support.Role) bool { return slices.Contains(team.Roles, string(r)) }) {
			return entry{}, support.Wrong("staff", "rota.not_of_team", "team", s.Team, "choices", strings.Join(team.Roles, ", "))
		}
		added := *s
		added.ID = 0
		if err := tx.AddShift(&added); err != nil {
			return entry{}, err
		}
		*s = added
		return entry{"rota_shift", s.ID, map[string]any{"team": s.Team, "staff": s.Staff, "from": s.From, "to": s.To, "order": s.Order}}, nil
	})
}

// RemoveShift takes a row out of a team's rota.
func (d *Desk) RemoveShift(ctx context.Context, by support.Actor, team string, id int64) error {
	return d.change(ctx, by, "remove_shift", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"rota_shift", id, map[string]any{"team": team}}, tx.RemoveShift(team, id)
	})
}

// AddAbsence records that a member of staff is away and fills the id: their own
// act, the duty manager's or an admin's. The rota stays; they are not called.
func (d *Desk) AddAbsence(ctx context.Context, by support.Actor, a *support.Absence) error {
	a.From, a.To = support.Instant(a.From), support.Instant(a.To)
	if !a.To.After(a.From) || a.To.Sub(a.From) > maxShift {
		return support.Wrong("to", "rota.term")
	}
	return d.change(ctx, by, "add_absence", about{owner: support.Actor{Kind: support.Vendor, ID: a.Staff}}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := tx.Staff(a.Staff); err != nil {
			return entry{}, absent(err, "staff", "staff.unknown")
		}
		added := *a
		added.ID = 0
		if err := tx.AddAbsence(&added); err != nil {
			return entry{}, err
		}
		*a = added
		return entry{"absence", a.ID, map[string]any{"staff": a.Staff, "from": a.From, "to": a.To}}, nil
	})
}

// RemoveAbsence takes an absence of a member of staff back.
func (d *Desk) RemoveAbsence(ctx context.Context, by support.Actor, staff, id int64) error {
	return d.change(ctx, by, "remove_absence", about{owner: support.Actor{Kind: support.Vendor, ID: staff}}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"absence", id, map[string]any{"staff": staff}}, tx.RemoveAbsence(staff, id)
	})
}

func (d *Desk) team(id string) (policy.Team, error) {
	t, ok := d.Pack().Work.Team(id)
	if !ok {
		e := support.Refuse(support.NotFound, "rota.team_unknown", "team", id, "choices", d.teams())
		e.Field = "team"
		return t, e
	}
	return t, nil
}

func (d *Desk) teams() string {
	var out []string
	for _, t := range d.Pack().Work.Teams {
		out = append(out, t.ID)
	}
	return strings.Join(out, ", ")
}

// OnDuty are those of a team who are on duty at an instant, in the order in
// which they are called. Where the rota names nobody it is those who hold the
// duty by their own row: duty managers for the team that is paged last, those on
// call for the others.
func (d *Desk) OnDuty(ctx context.Context, team string, at time.Time) ([]support.Staff, error) {
	return d.onRota(ctx, []string{team}, d.dutyOf(team), at)
}

// dutyOf is the duty of a team's people where the rota names nobody.
func (d *Desk) dutyOf(team string) support.RecipientKind {
	if team != "" && team == d.Pack().Work.Paging.Duty {
		return support.ToDuty
	}
	return support.ToOnCall
}

// onRota are those whom the first of the teams' rotas that names somebody names.
func (d *Desk) onRota(ctx context.Context, teams []string, duty support.RecipientKind, at time.Time) ([]support.Staff, error) {
	roster, err := d.store.RosterAt(ctx, at, false, teams...)
	if err != nil {
		return nil, err
	}
	return onDuty(roster.Staff, callable(roster, teams, at), roster.Absences, duty, at), nil
}

// callable are the shifts of the first of the teams whose rota names somebody.
func callable(roster store.Roster, teams []string, at time.Time) []support.Shift {
	var shifts []support.Shift
	for _, team := range teams {
		if shifts = roster.Of(team); len(support.OnDuty(shifts, roster.Absences, at)) > 0 {
			break
		}
	}
	return shifts
}

// workersFor loads for a command who may be called to a request that nobody owns,
// and who may be given it where the command can end in routing.
func (d *Desk) workersFor(tx *store.Tx, w *support.World, r *support.Request, cmd support.Command, at time.Time) error {
	ends := r.Offer != nil && d.Pack().Work.Routing.Automatic
	if r.ID == 0 || r.Owner != 0 || support.MannerOf(cmd).Alone && !(ends && cmd.Name() == "decline_offer") {
		return nil
	}
	return d.workers(tx, w, r, r.Filed, at, ends || cmd.Name() == "route")
}

// workers loads who is called for a request's team now, of those who see it, and
// for routing all who may be given it, with how many open requests they own. f is
// what r was filed as, or will be.
func (d *Desk) workers(tx *store.Tx, w *support.World, r *support.Request, f support.Filed, at time.Time, routing bool) error {
	teams := d.teamsFor(f)
	roster, err := tx.RosterAt(at, routing, teams...)
	if err != nil {
		return err
	}
	blind, err := blindTo(tx, *w, r, f.Account)
	if err != nil {
		return err
	}
	for _, s := range onDuty(roster.Staff, callable(roster, teams, at), roster.Absences, support.ToOnCall, at) {
		unseen, err := blind(s)
		if err != nil {
			return err
		}
		if !unseen {
			w.OnCall = append(w.OnCall, s.ID)
		}
	}
	if !routing {
		return nil
	}
	open, err := tx.OpenOwned()
	if err != nil {
		return err
	}
	for _, s := range roster.Staff {
		c := support.Candidate{
			Staff: s, Open: open[s.ID], OnShift: slices.Contains(w.OnCall, s.ID), Absent: support.Absent(roster.Absences, s.ID, at),
		}
		if c.Blind, err = blind(s); err != nil {
			return err
		}
		w.Crew = append(w.Crew, c)
	}
	return nil
}

// blindTo tells of somebody whether they do not see a request, or one that is
// about to be filed for an account: that will be seen as the one that it follows.
func blindTo(tx *store.Tx, w support.World, r *support.Request, account int64) (func(s support.Staff) (bool, error), error) {
	a, err := w.Parties.Account, error(nil)
	if a.ID != account {
		a, err = tx.Account(account)
	}
	if err != nil {
		return nil, err
	}
	if !r.Exists() && w.Other != nil && w.Other.Restricted {
		r = w.Other
	}
	return func(s support.Staff) (blind bool, err error) {
		if !a.Restricted && !r.Restricted {
			return false, nil
		}
		v := store.Viewer{Actor: support.Actor{Kind: support.Vendor, ID: s.ID}, Roles: s.Roles}
		sees := false
		if r.Exists() {
			sees, err = tx.Sees(v, r.ID)
		} else {
			sees, err = tx.SeesAccount(v, account)
		}
		return !sees, err
	}, nil
}

// teamsFor are the teams whose rotas are looked at for a request, in this order:
// the offering's, and that of the request's kind when the first names nobody.
func (d *Desk) teamsFor(f support.Filed) []string {
	own, general := d.Pack().TeamFor(f.Offering, string(f.Kind)), d.Pack().TeamFor("", string(f.Kind))
	if own == general {
		return []string{own}
	}
	return []string{own, general}
}

// onDuty picks among all staff.
func onDuty(all []support.Staff, shifts []support.Shift, absences []support.Absence, duty support.RecipientKind, at time.Time) []support.Staff {
	var out []support.Staff
	for _, id := range support.OnDuty(shifts, absences, at) {
		for _, s := range all {
			if s.ID == id && s.Active {
				out = append(out, s)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, s := range all {
		if s.Active && s.Duty == string(duty) && !support.Absent(absences, s.ID, at) {
			out = append(out, s)
		}
	}
	return out
}
