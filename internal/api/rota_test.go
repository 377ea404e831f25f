package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// A rota is written by the duty manager, read by staff, told of its holes, and
// says who is on duty; where it names nobody, people's own duty holds.
// guide: R15
func TestRotaOfATeam(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	duty, ito := h.as("watanabe"), h.as("ito")
	now := h.desk.Now()
	on := func() string {
		t.Helper()
		r, err := ito.Rota(ctx, "technical", now, now.Add(24*time.Hour))
		must(t, err)
		var out []string
		for _, m := range r.OnDuty {
			out = append(out, m.Email)
		}
		return strings.Join(out, " ")
	}
	if got := on(); got != "ito@desk.example" {
		t.Errorf("without a rota %q is on duty", got)
	}
	_, err := ito.AddShift(ctx, "technical", client.NewShift{Staff: "byrne@desk.example", From: now, To: now.Add(time.Hour)})
	refused(t, err, http.StatusForbidden, "party.forbidden")
	_, err = duty.AddShift(ctx, "night", client.NewShift{Staff: "byrne@desk.example", From: now, To: now.Add(time.Hour)})
	refused(t, err, http.StatusNotFound, "rota.team_unknown")
	_, err = duty.AddShift(ctx, "technical", client.NewShift{Staff: "watanabe@desk.example", From: now, To: now.Add(time.Hour)})
	refused(t, err, http.StatusUnprocessableEntity, "rota.not_of_team")
	_, err = duty.AddShift(ctx, "technical", client.NewShift{Staff: "byrne@desk.example", From: now, To: now})
	refused(t, err, http.StatusUnprocessableEntity, "rota.term")
	first, err := duty.AddShift(ctx, "technical", client.NewShift{Staff: "byrne@desk.example", From: now, To: now.Add(8 * time.Hour)})
	must(t, err)
	_, err = duty.AddShift(ctx, "technical", client.NewShift{Staff: "nishida@desk.example", From: now, To: now.Add(8 * time.Hour), Order: 2})
	must(t, err)
	_, err = duty.AddShift(ctx, "technical", client.NewShift{Staff: "ito@desk.example", From: now.Add(7 * time.Hour), To: now.Add(9 * time.Hour)})
	must(t, err)
	if got := on(); got != "byrne@desk.example nishida@desk.example" {
		t.Errorf("%q is on duty", got)
	}
	r, err := ito.Rota(ctx, "technical", now, now.Add(24*time.Hour))
	must(t, err)
	if len(r.Shifts) != 3 || len(r.Gaps) != 1 || !r.Gaps[0].From.Equal(now.Add(9*time.Hour)) || len(r.Overlaps) != 1 || !r.Overlaps[0].To.Equal(now.Add(8*time.Hour)) {
		t.Errorf("the rota reads %+v", r)
	}
	away, err := h.as("byrne").AddAbsence(ctx, "byrne@desk.example", client.Span{From: now, To: now.Add(time.Hour)})
	must(t, err)
	if got := on(); got != "nishida@desk.example" {
		t.Errorf("while Byrne is away %q is on duty", got)
	}
	refused(t, ito.RemoveAbsence(ctx, "byrne@desk.example", away.ID), http.StatusForbidden, "party.forbidden")
	must(t, h.as("byrne").RemoveAbsence(ctx, "byrne@desk.example", away.ID))
	must(t, duty.RemoveShift(ctx, "technical", first.ID))
	refused(t, duty.RemoveShift(ctx, "technical", first.ID), http.StatusNotFound, "rota.shift_unknown")
	if list, err := ito.Rotas(ctx); err != nil || len(list) != 5 || list[0].OnDuty[0].Email != "nishida@desk.example" {
		t.Errorf("rotas %+v, %v", list, err)
	}
	if _, err := h.as("tanaka").Rotas(ctx); err == nil {
		t.Error("a customer reads the rota")
	}
}

// The calendar is one that calendar programs take: UTC, escaped, folded.
func TestRotaAsCalendar(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	now := h.desk.Now()
	_, err := h.as("watanabe").AddShift(ctx, "technical", client.NewShift{Staff: "ito@desk.example", From: now, To: now.Add(8 * time.Hour), Order: 2})
	must(t, err)
	ito := h.as("ito")
	ito.Language = "ja"
	text, err := ito.RotaCalendar(ctx, "technical")
	must(t, err)
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART:" + now.Format("20060102T150405Z") + "\r\n", "SUMMARY:技術サポート: 伊藤 蓮 (2)\r\n", "END:VEVENT\r\nEND:VCALENDAR\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Why somebody was given a request is told in words, to staff alone.
// guide: R15
func TestRoutingSaysWhy(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	number := h.file("tanaka", sev3()).Number
	hayashi := h.as("hayashi")
	_, err := hayashi.Routing(ctx, number)
	refused(t, err, http.StatusNotFound, "routing.none")
	res, err := hayashi.Route(ctx, number)
	must(t, err)
	if res.Request.Owner == nil || res.Request.Owner.Email != "ito@desk.example" {
		t.Fatalf("it went to %+v", res.Request.Owner)
	}
	hayashi.Language = "en"
	why, err := hayashi.Routing(ctx, number)
	must(t, err)
	if why.Staff == nil || why.Staff.Email != "ito@desk.example" || why.Team != "technical" || len(why.Considered) < 3 {
		t.Fatalf("%+v", why)
	}
	for _, x := range why.Considered {
		for _, g := range x.Grounds {
			if strings.HasPrefix(g.Text, "routing.") || strings.Contains(g.Text, "{") || len(g.Rules) == 0 {
				t.Errorf("%s: %+v", x.Staff.Email, g)
			}
		}
	}
	last := why.Considered[0].Grounds[len(why.Considered[0].Grounds)-1]
	if last.Text != "has the fewest open requests: 0." {
		t.Errorf("the ground reads %q", last.Text)
	}
	if _, err := h.as("tanaka").Routing(ctx, number); err == nil {
		t.Error("a customer reads the routing")
	}
	seen, err := h.as("tanaka").AllEvents(ctx, number)
	must(t, err)
	for _, e := range seen {
		if e.Kind == "routed" || strings.Contains(string(e.Data), "nishida") {
			t.Errorf("the customer sees %s %s", e.Kind, e.Data)
		}
	}
}
