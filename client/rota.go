package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Rota is a team's rota in a window of time; lists of teams have no shifts.
type Rota struct {
	Team     string    `json:"team"`
	Name     string    `json:"name"`
	OnDuty   []Member  `json:"on_duty"` // now, first who is called first
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Shifts   []Shift   `json:"shifts,omitzero"`
	Gaps     []Span    `json:"gaps,omitzero"`     // nobody is named
	Overlaps []Overlap `json:"overlaps,omitzero"` // two people in one place
}

// Shift is one row of a rota; To is exclusive, Order 1 is called first.
type Shift struct {
	ID string `json:"id"`
	Member
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Order int       `json:"order"`
}

// Span is a time, its end exclusive.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Overlap is a time in which two people stand in one place of a rota.
type Overlap struct {
	Span
	Order int      `json:"order"`
	Staff []Member `json:"staff"`
}

// NewShift is a shift to be added: Staff by e-mail, Order 0 is 1.
type NewShift struct {
	Staff string    `json:"staff"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Order int       `json:"order,omitempty"`
}

// Absence is a time in which a member of staff is away.
type Absence struct {
	ID string `json:"id"`
	Member
	Span
}

// Rotas lists the teams and who is on duty now.
func (c *Client) Rotas(ctx context.Context) ([]Rota, error) {
	var out struct {
		Rotas []Rota `json:"rotas"`
	}
	return out.Rotas, c.Do(ctx, http.MethodGet, "/v1/rotas", nil, &out)
}

// Rota is a team's rota between two instants; zero ones are now and four weeks
// later.
func (c *Client) Rota(ctx context.Context, team string, from, to time.Time) (Rota, error) {
	return call[Rota](ctx, c, http.MethodGet, "/v1/rotas/"+url.PathEscape(team)+window(from, to), nil)
}

// RotaCalendar is a team's rota as iCalendar.
func (c *Client) RotaCalendar(ctx context.Context, team string) (string, error) {
	var out Raw
	err := c.Do(ctx, http.MethodGet, "/v1/rotas/"+url.PathEscape(team)+".ics", nil, &out)
	return string(out), err
}

// AddShift puts somebody on a team's rota.
func (c *Client) AddShift(ctx context.Context, team string, s NewShift) (Shift, error) {
	return call[Shift](ctx, c, http.MethodPost, "/v1/rotas/"+url.PathEscape(team)+"/shifts", s)
}

// RemoveShift takes a shift out of a team's rota.
func (c *Client) RemoveShift(ctx context.Context, team, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/rotas/"+url.PathEscape(team)+"/shifts/"+url.PathEscape(id), nil, nil)
}

// Absences lists who is away between two instants; zero ones are now and four
// weeks later.
func (c *Client) Absences(ctx context.Context, from, to time.Time) ([]Absence, error) {
	var out struct {
		Absences []Absence `json:"absences"`
	}
	return out.Absences, c.Do(ctx, http.MethodGet, "/v1/absences"+window(from, to), nil, &out)
}

// AddAbsence records that a member of staff is away.
func (c *Client) AddAbsence(ctx context.Context, email string, s Span) (Absence, error) {
	return call[Absence](ctx, c, http.MethodPost, "/v1/staff/"+url.PathEscape(email)+"/absences", s)
}

// RemoveAbsence takes an absence back.
func (c *Client) RemoveAbsence(ctx context.Context, email, id string) error {
	return c.Do(ctx, http.MethodDelete, "/v1/staff/"+url.PathEscape(email)+"/absences/"+url.PathEscape(id), nil, nil)
}

func window(from, to time.Time) string {
	return query("from", instant(from), "to", instant(to))
}
