package web

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// queueRow is a request as staff see it at a glance.
type queueRow struct {
	ID, Key, AccountKey             string // ID: its number
	Number, Title, Account, Product string
	Severity, SeverityKey           string
	Turn, TurnKey, Stage            string
	Owner, OwnerKey                 string
	Due                             dueView
	Changed                         time.Time
	ChangedAgo                      string
	Tags                            []string
	Escalated, Restricted           bool
}

// dueView is when a request is due and where that stands; without a date Says
// tells why there is none.
type dueView struct {
	At          time.Time
	Says, Left  string
	Metric, Key string
}

// queueRows are requests as the queue shows them.
func (s *site) queueRows(v *visit, rows []support.Row, named store.Named) []queueRow {
	now, said := s.Desk.Now(), map[string]string{}
	// once says what many rows say in the same words.
	once := func(kind, of string, say func() string) string {
		key := kind + of
		w, ok := said[key]
		if !ok {
			w = say()
			said[key] = w
		}
		return w
	}
	out := make([]queueRow, 0, len(rows))
	for _, r := range rows {
		turn, owner := string(r.Turn), named.Staff[r.Owner]
		x := queueRow{
			ID: support.Number(r.ID), Key: strconv.FormatInt(r.Seq, 36), Number: support.SpokenNumber(r.ID),
			Title: cmp.Or(named.Texts[r.Title.ID], v.T("erased")), Account: named.Accounts[r.Account].Name, AccountKey: support.Opaque("acc", r.Account),
			TurnKey: turn, Stage: once("stage ", string(r.Stage), func() string { return v.voice.Word("stage", string(r.Stage)) }),
			Due: dueOf(v, r, now), Changed: r.ChangedAt, ChangedAgo: v.span("ago", now.Sub(r.ChangedAt)),
			Tags: r.Tags, Escalated: r.Escalated, Restricted: r.Restricted,
		}
		if r.Product != "" {
			x.Product = strings.TrimSpace(once("product ", r.Product, func() string { return v.voice.Named("product", r.Product) }) + " " + r.Version)
		}
		if r.Severity > 0 {
			x.SeverityKey = itoa(r.Severity)
			x.Severity = once("severity ", x.SeverityKey, func() string { return v.T("severity_short", "level", x.SeverityKey) })
		}
		if r.Owner == 0 {
			x.Owner = v.T("nobody")
			x.Turn = once("turn ", turn, func() string { return v.voice.Turn(turn, false) })
		} else {
			x.OwnerKey, x.Owner = "someone", lang.Name(v.Lang, lang.Person{Family: owner.FamilyName, Given: owner.GivenName}, false)
			x.Turn = once("owned ", turn, func() string { return v.voice.Turn(turn, true) })
		}
		if r.Owner == v.who.Actor.ID {
			x.OwnerKey = "me"
		}
		out = append(out, x)
	}
	return out
}

// span says how long something is, in the words of a key.
func (v *visit) span(key string, d time.Duration) string {
	return v.T(key, "span", strconv.FormatInt(int64(d/time.Second), 10))
}

// soonWithin is from when on what is due is soon due, where the desk has not
// warned already.
const soonWithin = 30 * time.Minute

// dueOf says when a request is due, or why it is not (UX-19).
func dueOf(v *visit, r support.Row, now time.Time) dueView {
	if r.Stage == support.StageCompleted {
		return dueView{Key: "met", Says: v.T("due.completed", "at", r.CompletedAt.Format(time.RFC3339))}
	}
	if r.NextDueAt.IsZero() {
		switch r.Turn {
		case support.TurnCustomer, support.TurnThirdParty:
			return dueView{Key: "paused", Says: v.T("due.paused." + string(r.Turn))}
		}
		return dueView{Key: "none", Says: v.T("due.none")}
	}
	d := dueView{At: r.NextDueAt, Metric: v.voice.Word("metric", string(r.NextMetric)), Key: "running", Says: v.voice.Date(r.NextDueAt)}
	left := r.NextDueAt.Sub(now)
	switch {
	case left < 0:
		d.Key, d.Left = "missed", v.span("over", -left)
		return d
	case left <= soonWithin || !r.DueAt.IsZero() && !r.DueAt.Before(r.NextDueAt):
		d.Key = "warned" // the timer's next look is at the end itself: the warning is past
	}
	d.Left = v.span("left", left)
	return d
}

// queueItems are the requests of the queue. The key of one changes with the request;
// icons are the style sheet's, and ticks the script's.
func queueItems(f frame, rows []queueRow) templ.Component {
	m := make(markup, 0, 700*len(rows))
	for i := range rows {
		m.item(f, &rows[i])
	}
	return m
}

func (m *markup) item(f frame, r *queueRow) {
	m.raw(`<li id="r`, r.ID, `" data-key="`, r.Key, `" class="due-`, r.Due.Key, ` own-`, r.OwnerKey, `"><span class="sev sev-`, r.SeverityKey, `">`)
	m.text(r.Severity)
	m.tag(`</span><span class="title"><a href="/requests/`+r.ID+`">`, r.Title, `</a>`)
	if r.Escalated {
		m.badge("bad", "flag", f.T("escalated_short"))
	}
	if r.Restricted {
		m.badge("", "lock", f.T("restricted_short"))
	}
	m.raw(`</span><span class="more"><b class="num">`, r.Number, `</b><a href="/?account=`, r.AccountKey)
	m.tag(`">`, r.Account, `</a>`)
	if r.Product != "" {
		m.tag(`<span>`, r.Product, `</span>`)
	}
	for _, t := range r.Tags {
		m.tag(`<b class="tag">`, t, `</b>`)
	}
	m.time(r.Changed, r.ChangedAgo)
	m.raw(`</span>`)
	m.end(f, r)
	m.raw(`</li>`)
}

// rowEnd is whose turn it is, who owns it, and when it is due (UX-08, UX-19).
func rowEnd(f frame, r queueRow) templ.Component {
	m := markup{}
	m.end(f, &r)
	return m
}

func (m *markup) end(f frame, r *queueRow) {
	m.raw(`<span class="turn t-`, r.TurnKey)
	m.tag(`">`, r.Turn, `</span><span class="owner">`)
	m.tag(``, r.Owner, `</span><span class="due">`)
	if r.Due.At.IsZero() {
		m.text(r.Due.Says)
	} else {
		m.time(r.Due.At, r.Due.Left)
		m.tag(`<span>`, f.T("due.at", "metric", r.Due.Metric, "at", r.Due.Says), `</span>`)
	}
	m.raw(`</span>`)
}

func (m *markup) time(t time.Time, words string) {
	m.raw(`<time datetime="`)
	*m = t.UTC().AppendFormat(*m, minuteFormat)
	m.tag(`">`, words, `</time>`)
}

// minuteFormat is how an instant stands in a page for scripts.
const minuteFormat = "2006-01-02T15:04Z"

// minute writes an instant as pages need it.
func minute(t time.Time) string { return t.UTC().Format(minuteFormat) }
