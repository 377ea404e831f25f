package web

import (
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// clockView is one target: what, where it stands, until when, and why.
type clockView struct {
	Metric, State, StateKey, Due, Left, Why string
	At                                      time.Time // when it is due
}

// clockWhy is one target in full.
type clockWhy struct {
	Metric, State, StateKey, Why string
	Facts                        []pair
}

// clocksOf are the targets of a request, the newest first.
func (s *site) clocksOf(v *visit, r *support.Request) []clockView {
	now := s.Desk.Now()
	var out []clockView
	for i := len(r.Clocks) - 1; i >= 0; i-- {
		c := r.Clocks[i]
		if c.Metric == support.Acknowledgement && !v.staff() {
			continue
		}
		pack, ok := s.Desk.Packs().Of(c.Pack)
		if !ok {
			pack = s.Desk.Pack()
		}
		view := clockView{
			Metric: capital(v.voice.Word("metric", string(c.Metric))), State: v.voice.Word("target_state", string(c.State)), StateKey: string(c.State),
			Due: v.voice.Date(c.DueAt), At: c.DueAt,
			Why: lang.ExplainAt(v.Lang, c, v.who.Zone, now, pack),
		}
		if c.Open() && !c.Paused() {
			if left := c.DueAt.Sub(now); left >= 0 {
				view.Left = v.T("left", "span", strconv.FormatInt(int64(left/time.Second), 10))
			} else {
				view.Left = v.T("over", "span", strconv.FormatInt(int64(-left/time.Second), 10))
			}
			if c.Warned && c.State == support.Running {
				view.StateKey = "warned"
			}
		}
		out = append(out, view)
	}
	return out
}

// clockWhy is a target with everything that it was computed from.
func (s *site) clockWhy(v *visit, c support.Clock) clockWhy {
	pack, ok := s.Desk.Packs().Of(c.Pack)
	if !ok {
		pack = s.Desk.Pack()
	}
	w := clockWhy{
		Metric: capital(v.voice.Word("metric", string(c.Metric))), State: v.voice.Word("target_state", string(c.State)), StateKey: string(c.State),
		Why: lang.ExplainAt(v.Lang, c, v.who.Zone, s.Desk.Now(), pack),
	}
	add := func(label, value string) {
		if value != "" {
			w.Facts = append(w.Facts, pair{v.T(label), value})
		}
	}
	add("why.anchor", v.voice.Date(c.AnchorAt)+" (#"+strconv.FormatInt(c.AnchorSeq, 10)+")")
	amount := c.Amount
	if a, err := policy.ParseAmount(amount); err == nil {
		amount = a.In(v.Lang)
	}
	add("why.amount", amount)
	add("why.warn", v.voice.Date(c.WarnAt))
	add("why.due", v.voice.Date(c.DueAt))
	if !c.MetAt.IsZero() {
		add("why.met", v.voice.Date(c.MetAt))
	}
	if c.Paused() {
		add("why.paused", v.voice.Date(c.PausedAt))
	}
	add("why.calendar", strings.TrimSpace(c.Calendar+" "+c.Zone))
	var pauses []string
	for _, k := range c.Pauses {
		pauses = append(pauses, v.voice.Word("waiting", string(k)))
	}
	add("why.pauses", strings.Join(pauses, v.voice.Comma()))
	add("why.pack_then", c.Pack)
	add("why.tzdata", c.TZData)
	add("why.uncertain", c.Uncertain)
	return w
}

// silenceOf says how far completion by silence is, while attempts count (R49).
func (s *site) silenceOf(v *visit, r *support.Request) string {
	q := r.Silence(s.Desk.Pack())
	if q.Attempts == 0 {
		return ""
	}
	return v.voice.Silence(q)
}

// nextOf says what happens next and when: the open clock that is due first, and
// whether that instant has passed.
func (s *site) nextOf(v *visit, r *support.Request) (next string, late bool) {
	row := support.Index(r, s.Desk.Pack())
	if row.NextDueAt.IsZero() {
		return "", false
	}
	key := "next"
	if late = row.NextDueAt.Before(s.Desk.Now()); late {
		key = "next_missed"
	}
	return v.T(key, "metric", string(row.NextMetric), "due", row.NextDueAt.Format(time.RFC3339)), late
}
