package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// rotaView is a team's rota in a window of time.
type rotaView struct {
	Team     string        `json:"team"`
	Name     string        `json:"name"`
	OnDuty   []member      `json:"on_duty" doc:"Now, first who is called first; by the rota, or by their own duty where it names nobody"`
	From     time.Time     `json:"from,omitzero"`
	To       time.Time     `json:"to,omitzero"`
	Shifts   []shiftView   `json:"shifts,omitzero"`
	Gaps     []spanView    `json:"gaps,omitzero" doc:"Times in which the rota names nobody"`
	Overlaps []overlapView `json:"overlaps,omitzero" doc:"Times in which two people stand in one place"`
}

type shiftView struct {
	ID    string    `json:"id" doc:"Opaque"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to" doc:"Exclusive"`
	Order int       `json:"order" doc:"1 is called first"`
}

type spanView struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

type overlapView struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Order int       `json:"order"`
	Staff []member  `json:"staff"`
}

type rotasView struct {
	Rotas []rotaView `json:"rotas"`
}

type absenceView struct {
	ID    string    `json:"id" doc:"Opaque"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to" doc:"Exclusive"`
}

type absencesView struct {
	Absences []absenceView `json:"absences"`
}

// Windowed is an input that looks at a time: from now on, four weeks, when it
// does not say.
type Windowed struct {
	From time.Time `query:"from" doc:"Default: now"`
	To   time.Time `query:"to" doc:"Default: 28 days later; at most 400 days"`
}

type rotaInput struct {
	OfTeam
	Windowed
}

// OfTeam is an input that names a team.
type OfTeam struct {
	Team string `path:"team" maxLength:"64"`
}

type shiftBody struct {
	Staff string    `json:"staff" maxLength:"254" doc:"E-mail address"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to" doc:"Exclusive"`
	Order int       `json:"order,omitempty" minimum:"1" maximum:"20" default:"1" doc:"1 is called first"`
}

type shiftInput struct {
	OfTeam
	Body shiftBody
}

type shiftRemoval struct {
	OfTeam
	ID string `path:"id" maxLength:"64"`
}

type absenceBody struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to" doc:"Exclusive"`
}

type absenceInput struct {
	OnStaff
	Body absenceBody
}

type absenceRemoval struct {
	OnStaff
	ID string `path:"id" maxLength:"64"`
}

// calendarFile is a rota for calendar programs.
type calendarFile struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *server) rotaRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/rotas", id: "list-rotas", summary: "List the teams and who is on duty now",
		scope: auth.Staff, permission: "read", tag: "rotas"},
		func(ctx context.Context, c *call, _ *struct{}) (*body[rotasView], error) {
			v, n := rotasView{Rotas: []rotaView{}}, c.named(ctx)
			for _, t := range s.desk.Pack().Work.Teams {
				one, err := n.onDuty(t.ID)
				if err != nil {
					return nil, err
				}
				v.Rotas = append(v.Rotas, one)
			}
			return &body[rotasView]{v}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/rotas/{team}", id: "show-rota", summary: "Show a team's rota: who is on duty, its gaps and overlaps",
		scope: auth.Staff, permission: "read", tag: "rotas"},
		func(ctx context.Context, c *call, in *rotaInput) (*body[rotaView], error) {
			v, err := c.named(ctx).rota(in.Team, in.Windowed)
			return &body[rotaView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/rotas/{team}/calendar", id: "show-rota-calendar",
		summary: "A team's rota as iCalendar, from a week ago for a year; also at /v1/rotas/{team}.ics", scope: auth.Staff, permission: "read", tag: "rotas"},
		func(ctx context.Context, c *call, in *OfTeam) (*calendarFile, error) {
			b, err := c.rotaCalendar(ctx, in.Team)
			return &calendarFile{"text/calendar; charset=utf-8", b}, err
		})
	s.shiftRoutes()
	s.absenceRoutes()
}

func (s *server) shiftRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/rotas/{team}/shifts", id: "add-shift", summary: "Put somebody on a team's rota",
		scope: auth.Staff, permission: "add_shift", status: http.StatusCreated, tag: "rotas"},
		func(ctx context.Context, c *call, in *shiftInput) (*body[shiftView], error) {
			m, err := c.staffNamed(ctx, in.Body.Staff, "staff")
			if err != nil {
				return nil, err
			}
			row := support.Shift{Team: in.Team, Staff: m.ID, From: in.Body.From, To: in.Body.To, Order: in.Body.Order}
			if err := s.desk.AddShift(ctx, c.actor, &row); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			return &body[shiftView]{n.shift(row)}, n.err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/rotas/{team}/shifts/{id}", id: "remove-shift", summary: "Take a shift out of a team's rota",
		scope: auth.Staff, permission: "remove_shift", status: http.StatusNoContent, tag: "rotas"},
		func(ctx context.Context, c *call, in *shiftRemoval) (*struct{}, error) {
			id, ok := parseOpaque("shift", in.ID)
			if !ok {
				return nil, support.Refuse(support.NotFound, "rota.shift_unknown")
			}
			return nil, s.desk.RemoveShift(ctx, c.actor, in.Team, id)
		})
}

func (s *server) absenceRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/absences", id: "list-absences", summary: "List who is away",
		scope: auth.Staff, permission: "read", tag: "rotas"},
		func(ctx context.Context, c *call, in *Windowed) (*body[absencesView], error) {
			from, to, err := in.window(s.desk.Now())
			if err != nil {
				return nil, err
			}
			rows, err := s.store.Absences(ctx, from, to)
			if err != nil {
				return nil, err
			}
			v, n := absencesView{Absences: []absenceView{}}, c.named(ctx)
			for _, a := range rows {
				v.Absences = append(v.Absences, n.absence(a))
			}
			return &body[absencesView]{v}, n.err
		})
	register(s, route{method: http.MethodPost, path: "/v1/staff/{email}/absences", id: "add-absence", summary: "Record that a member of staff is away",
		scope: auth.Staff, permission: "add_absence", status: http.StatusCreated, tag: "rotas"},
		func(ctx context.Context, c *call, in *absenceInput) (*body[absenceView], error) {
			m, err := c.staffNamed(ctx, in.Email, "email")
			if err != nil {
				return nil, err
			}
			row := support.Absence{Staff: m.ID, From: in.Body.From, To: in.Body.To}
			if err := s.desk.AddAbsence(ctx, c.actor, &row); err != nil {
				return nil, err
			}
			n := c.named(ctx)
			return &body[absenceView]{n.absence(row)}, n.err
		})
	register(s, route{method: http.MethodDelete, path: "/v1/staff/{email}/absences/{id}", id: "remove-absence", summary: "Take an absence back",
		scope: auth.Staff, permission: "remove_absence", status: http.StatusNoContent, tag: "rotas"},
		func(ctx context.Context, c *call, in *absenceRemoval) (*struct{}, error) {
			m, err := c.staffNamed(ctx, in.Email, "email")
			if err != nil {
				return nil, err
			}
			id, ok := parseOpaque("absence", in.ID)
			if !ok {
				return nil, support.Refuse(support.NotFound, "rota.absence_unknown")
			}
			return nil, s.desk.RemoveAbsence(ctx, c.actor, m.ID, id)
		})
}

const (
	defaultWindow = 28 * 24 * time.Hour
	maxWindow     = 400 * 24 * time.Hour
)

func (in Windowed) window(now time.Time) (from, to time.Time, err error) {
	from, to = support.Instant(in.From), support.Instant(in.To)
	if from.IsZero() {
		from = now
	}
	if to.IsZero() {
		to = from.Add(defaultWindow)
	}
	if !to.After(from) || to.Sub(from) > maxWindow {
		return from, to, support.Wrong("to", "rota.window")
	}
	return from, to, nil
}

// onDuty is a team with who is on duty now.
func (n *names) onDuty(team string) (rotaView, error) {
	t, ok := n.c.desk.Pack().Work.Team(team)
	if !ok {
		return rotaView{}, support.Refuse(support.NotFound, "rota.team_unknown", "team", team, "choices", n.c.teams())
	}
	v := rotaView{Team: t.ID, Name: t.Text.In(n.c.voice().Lang), OnDuty: []member{}}
	on, err := n.c.desk.OnDuty(n.ctx, t.ID, n.c.desk.Now())
	for _, s := range on {
		v.OnDuty = append(v.OnDuty, n.member(s.ID))
	}
	return v, err
}

func (c *call) teams() string {
	var out []string
	for _, t := range c.desk.Pack().Work.Teams {
		out = append(out, t.ID)
	}
	return strings.Join(out, ", ")
}

func (n *names) rota(team string, in Windowed) (rotaView, error) {
	v, err := n.onDuty(team)
	if err != nil {
		return v, err
	}
	if v.From, v.To, err = in.window(n.c.desk.Now()); err != nil {
		return v, err
	}
	rows, err := n.c.store.Shifts(n.ctx, team, v.From, v.To)
	if err != nil {
		return v, err
	}
	v.Shifts, v.Gaps, v.Overlaps = []shiftView{}, []spanView{}, []overlapView{}
	for _, s := range rows {
		v.Shifts = append(v.Shifts, n.shift(s))
	}
	for _, g := range support.Gaps(rows, v.From, v.To) {
		v.Gaps = append(v.Gaps, spanView(g))
	}
	for _, o := range support.Overlaps(rows) {
		one := overlapView{From: o.From, To: o.To, Order: o.Order}
		for _, id := range o.Staff {
			one.Staff = append(one.Staff, n.member(id))
		}
		v.Overlaps = append(v.Overlaps, one)
	}
	return v, n.err
}

func (n *names) shift(s support.Shift) shiftView {
	m := n.member(s.Staff)
	return shiftView{ID: opaque("shift", s.ID), Name: m.Name, Email: m.Email, From: s.From, To: s.To, Order: s.Order}
}

func (n *names) absence(a support.Absence) absenceView {
	m := n.member(a.Staff)
	return absenceView{ID: opaque("absence", a.ID), Name: m.Name, Email: m.Email, From: a.From, To: a.To}
}

// rotaCalendar writes a team's rota for calendar programs.
func (c *call) rotaCalendar(ctx context.Context, team string) ([]byte, error) {
	n := c.named(ctx)
	v, err := n.onDuty(team)
	if err != nil {
		return nil, err
	}
	now := c.desk.Now()
	from := now.AddDate(0, 0, -7)
	rows, err := c.store.Shifts(ctx, team, from, from.AddDate(1, 0, 0))
	if err != nil {
		return nil, err
	}
	var events []icalEvent
	for _, s := range rows {
		events = append(events, icalEvent{
			uid: opaque("shift", s.ID), from: s.From, to: s.To, order: s.Order, summary: v.Name + ": " + n.member(s.Staff).Name,
		})
	}
	return ical(v.Name, now, events), n.err
}
