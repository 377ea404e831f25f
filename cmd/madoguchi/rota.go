package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// rotaCmd is who is on duty when, and who is away.
type rotaCmd struct {
	remote
	List     rotaListCmd     `cmd:"" help:"List the teams and who is on duty now."`
	Show     rotaShowCmd     `cmd:"" help:"Show a team's rota, its gaps and overlaps."`
	Add      rotaAddCmd      `cmd:"" help:"Put somebody on a team's rota."`
	Remove   rotaRemoveCmd   `cmd:"" help:"Take a shift out of a team's rota."`
	Calendar rotaCalendarCmd `cmd:"" help:"Print a team's rota as iCalendar."`
	Absences rotaAbsencesCmd `cmd:"" help:"List who is away."`
	Absent   rotaAbsentCmd   `cmd:"" help:"Record that somebody is away."`
	Present  rotaPresentCmd  `cmd:"" help:"Take an absence back."`
}

// windowFlags are the time at which a list looks.
type windowFlags struct {
	From instant `help:"From when (RFC 3339); now when left out." placeholder:"INSTANT"`
	To   instant `help:"Until when (RFC 3339); four weeks later when left out." placeholder:"INSTANT"`
}

// spanFlags are a time from one instant to another.
type spanFlags struct {
	From instant `required:"" help:"From when (RFC 3339)." placeholder:"INSTANT"`
	To   instant `required:"" help:"Until when, exclusive (RFC 3339)." placeholder:"INSTANT"`
}

type rotaListCmd struct{}

func (c *rotaListCmd) act(s *session) error {
	list, err := s.client.Rotas(s.ctx)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"rotas": list}, func(w io.Writer, v lang.Voice) {
		rows := [][]string{{word(v.Lang, "team"), word(v.Lang, "name"), word(v.Lang, "on_duty")}}
		for _, r := range list {
			rows = append(rows, []string{r.Team, r.Name, colleagues(r.OnDuty)})
		}
		writePage(w, v, rows, "")
	})
}

func colleagues(list []client.Member) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Name)
	}
	return strings.Join(out, ", ")
}

type rotaShowCmd struct {
	Team string `arg:"" help:"Team; 'rota list' shows them."`
	windowFlags
}

func (c *rotaShowCmd) act(s *session) error {
	r, err := s.client.Rota(s.ctx, c.Team, c.From.Time, c.To.Time)
	if err != nil {
		return err
	}
	return s.show(r, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintf(w, "%s (%s)\n", r.Name, r.Team)
		pairs(w, []pair{{word(l, "on_duty"), colleagues(r.OnDuty)}})
		rows := [][]string{{word(l, "id"), word(l, "begins"), word(l, "ends"), word(l, "order"), word(l, "name"), word(l, "email")}}
		for _, x := range r.Shifts {
			rows = append(rows, []string{x.ID, v.Date(x.From), v.Date(x.To), strconv.Itoa(x.Order), x.Name, x.Email})
		}
		writePage(w, v, rows, "")
		for _, g := range r.Gaps {
			fmt.Fprintf(w, word(l, "rota.gap")+"\n", v.Date(g.From), v.Date(g.To))
		}
		for _, o := range r.Overlaps {
			fmt.Fprintf(w, word(l, "rota.overlap")+"\n", v.Date(o.From), v.Date(o.To), o.Order, colleagues(o.Staff))
		}
	})
}

type rotaAddCmd struct {
	Team  string `arg:"" help:"Team; 'rota list' shows them."`
	Email string `arg:"" help:"E-mail of the member of staff."`
	spanFlags
	Order int `help:"Place: 1 is called first." default:"1" placeholder:"N"`
}

func (c *rotaAddCmd) act(s *session) error {
	x, err := s.client.AddShift(s.ctx, c.Team, client.NewShift{Staff: c.Email, From: c.From.Time, To: c.To.Time, Order: c.Order})
	if err != nil {
		return err
	}
	return s.show(x, func(w io.Writer, v lang.Voice) { writeSpan(w, v, x.ID, x.Name, x.From, x.To) })
}

func writeSpan(w io.Writer, v lang.Voice, id, name string, from, to time.Time) {
	fmt.Fprintf(w, "%s  %s  %s – %s\n", id, line(name), v.Date(from), v.Date(to))
}

type rotaRemoveCmd struct {
	Team string `arg:"" help:"Team."`
	ID   string `arg:"" help:"Id of the shift; 'rota show' shows it."`
}

func (c *rotaRemoveCmd) act(s *session) error {
	if err := s.client.RemoveShift(s.ctx, c.Team, c.ID); err != nil {
		return err
	}
	return s.removed(c.ID)
}

// removed says what is gone.
func (s *session) removed(id string) error {
	return s.show(map[string]any{"removed": id}, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "rota.removed")+"\n", line(id))
	})
}

type rotaCalendarCmd struct {
	Team string `arg:"" help:"Team."`
}

func (c *rotaCalendarCmd) act(s *session) error {
	text, err := s.client.RotaCalendar(s.ctx, c.Team)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"calendar": text}, func(w io.Writer, _ lang.Voice) { _, _ = io.WriteString(w, text) })
}

type rotaAbsencesCmd struct{ windowFlags }

func (c *rotaAbsencesCmd) act(s *session) error {
	list, err := s.client.Absences(s.ctx, c.From.Time, c.To.Time)
	if err != nil {
		return err
	}
	return s.show(map[string]any{"absences": list}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "begins"), word(l, "ends"), word(l, "name"), word(l, "email")}}
		for _, x := range list {
			rows = append(rows, []string{x.ID, v.Date(x.From), v.Date(x.To), x.Name, x.Email})
		}
		writePage(w, v, rows, "")
	})
}

type rotaAbsentCmd struct {
	Email string `arg:"" help:"E-mail of the member of staff."`
	spanFlags
}

func (c *rotaAbsentCmd) act(s *session) error {
	x, err := s.client.AddAbsence(s.ctx, c.Email, client.Span{From: c.From.Time, To: c.To.Time})
	if err != nil {
		return err
	}
	return s.show(x, func(w io.Writer, v lang.Voice) { writeSpan(w, v, x.ID, x.Name, x.From, x.To) })
}

type rotaPresentCmd struct {
	Email string `arg:"" help:"E-mail of the member of staff."`
	ID    string `arg:"" help:"Id of the absence; 'rota absences' shows it."`
}

func (c *rotaPresentCmd) act(s *session) error {
	if err := s.client.RemoveAbsence(s.ctx, c.Email, c.ID); err != nil {
		return err
	}
	return s.removed(c.ID)
}
