package notify

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
	"madoguchi/internal/lang"
	"madoguchi/internal/message"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

func itoa(n int) string { return strconv.Itoa(n) }

// toCustomer: what happened, what stands now, what happens next (R16, R23).
func (w *writer) toCustomer(main support.Fact) {
	w.doc.joint = joint(w.v.Lang)
	w.greet()
	w.section(main)
	for _, f := range w.facts {
		if f.Seq != main.Seq {
			w.section(f)
		}
	}
	w.asks()
	w.files()
	w.doc.blocks = append(w.doc.blocks, block{kind: table, rows: w.state()})
	w.watched()
	if w.Desk.BaseURL == "" {
		w.foot("mail.footer_unpaged")
		return
	}
	w.foot("mail.footer")
}

func (w *writer) greet() {
	name := lang.Name(w.v.Lang, w.Recipient.Person, true)
	if name == "" {
		w.doc.add(paragraph, w.say("mail.greeting_unnamed"))
		return
	}
	w.doc.add(paragraph, w.say("mail.greeting", "name", name))
}

func joint(code string) string {
	switch code {
	case lang.Japanese:
		return "："
	case lang.French:
		return " : "
	}
	return ": "
}

func (w *writer) foot(key string) {
	zone := w.say("mail.zone", "zone", w.v.ZoneNote(w.At))
	w.doc.add(small, w.Desk.Name+"\n"+w.v.Join(w.say(key), zone))
}

// state is the table of what stands now.
func (w *writer) state() []row {
	r := w.Request
	one := func(label, value string) row { return row{label: w.say(label), values: []string{value}} }
	rows := []row{one("mail.label.number", w.number())}
	if w.Recipient.Number != "" {
		rows = append(rows, one("mail.label.customer_number", w.Recipient.Number))
	}
	rows = append(rows, one("mail.label.title", w.text(r.Filed.Title)))
	if r.Kind() == support.Technical {
		rows = append(rows, one("mail.label.severity", w.severity()))
	}
	rows = append(rows, one("mail.label.stage", w.v.Word("stage", string(r.Stage()))))
	if owner := w.owner(); r.Completed == nil || r.Owner != 0 {
		rows = append(rows, one("mail.label.owner", owner))
	}
	rows = append(rows,
		one("mail.label.turn", w.turn()),
		row{label: w.say("mail.label.next"), values: w.next()})
	return append(rows, w.pageRow()...)
}

func (w *writer) severity() string {
	level := itoa(w.Request.Severity)
	name := w.v.Named("severity", level)
	if name == level || strings.Contains(name, level) {
		return level
	}
	return w.say("mail.severity", "level", level, "name", name)
}

func (w *writer) owner() string {
	if w.Request.Owner == 0 {
		return w.say("mail.owner_none")
	}
	return w.staff(w.Request.Owner)
}

// quote shows a person's words under a line that says whose they are.
func (w *writer) quote(line string, t support.Text) {
	s := w.text(t)
	if s == "" {
		return
	}
	w.doc.add(paragraph, line)
	w.doc.add(quote, s)
}

// asks are those of this batch that are put to the customer, as one list (R27).
func (w *writer) asks() {
	var items []string
	for _, f := range w.facts {
		b, ok := f.Body.(support.AskOpened)
		if !ok || b.Of != support.TurnCustomer {
			continue
		}
		line := w.say("mail.say.ask", "kind", string(b.Kind))
		if b.Item != "" {
			line = w.say("mail.say.ask_item", "item", b.Item)
		}
		if !b.DueAt.IsZero() {
			line = w.say("mail.say.ask_due", "ask", line, "due", w.v.Date(b.DueAt))
		}
		if s := w.text(b.Text); s != "" {
			w.words = true
			line += "\n" + s
		}
		if in, ok := w.Request.Instruction(b.Item, w.Pack); ok {
			line += "\n" + strings.Join(append(w.v.HowTo(in), w.v.Files(support.Number(w.Request.ID))), "\n")
		}
		items = append(items, line)
	}
	if len(items) > 0 {
		w.doc.add(paragraph, w.asked(len(items)))
		w.doc.blocks = append(w.doc.blocks, block{kind: list, items: items})
	}
}

// files are those that stand with the entries that the mail tells: in the mail, or
// where they are taken.
func (w *writer) files() {
	var rows []row
	var until time.Time
	for _, f := range w.facts {
		b, ok := f.Body.(support.FileAttached)
		if !ok || w.Request.Gone(b.AttachedFile) {
			continue
		}
		name, here := w.text(b.Name), w.Files[f.Seq]
		x := row{label: w.say("mail.label.file"), values: []string{name + " (" + w.v.Bytes(b.Size) + ")"}, href: here.Link}
		if here.Content != nil {
			x.label, x.href = w.say("mail.label.file_enclosed"), ""
			w.enclosed = append(w.enclosed, message.Enclosure{Name: name, Type: b.Type, Content: here.Content})
		} else if !here.Until.IsZero() {
			until = here.Until
		}
		rows = append(rows, x)
	}
	if len(rows) == 0 {
		return
	}
	w.doc.blocks = append(w.doc.blocks, block{kind: table, rows: rows})
	if !until.IsZero() {
		w.doc.add(paragraph, w.say("mail.files_until", "until", w.v.Date(until)))
	}
}

// spoken is the hours of customer service in the recipient's language, where
// the pack has them limited (R48).
func (w *writer) spoken() string {
	if w.Request.Kind() != support.CS || w.Pack == nil {
		return ""
	}
	i := slices.IndexFunc(w.Pack.Languages, func(l policy.LanguageRule) bool {
		return l.Language == w.v.Lang && l.Hours == "calendar" && slices.Contains(l.Services, "customer_service")
	})
	if i < 0 {
		return ""
	}
	rule := w.Pack.Languages[i]
	cal, ok := w.Pack.HoursOf(rule.Calendar)
	if !ok {
		return ""
	}
	opens, err := cal.Next(w.At)
	if err != nil {
		return ""
	}
	stretch := func(back bool) time.Duration {
		return longest(func(d time.Duration) bool {
			if back {
				return cal.Between(opens.Add(-d), opens) == d
			}
			return cal.Between(opens, opens.Add(d)) == d
		})
	}
	from, closes := opens.Add(-stretch(true)), opens.Add(stretch(false))
	key := "mail.language.closed"
	if cal.Open(w.At) {
		key = "mail.language.open"
	}
	hours := w.v.TimeOfDay(from) + "–" + w.v.TimeOfDay(closes)
	note := w.say(key, "days", w.days(w.Pack.Calendars[rule.Calendar].Week), "hours", hours,
		"opens", w.v.Date(opens), "closes", w.v.TimeOfDay(closes))
	if rule.Otherwise == lang.English {
		note = w.v.Join(note, w.say("mail.language.english"))
	}
	return note
}

// inEnglish tells somebody whose language nobody promises, or nobody speaks at
// this hour, in which one they are answered (R47). Where the hours are told, it
// stands there.
func (w *writer) inEnglish(c *support.Coverage) {
	if c == nil || c.Service == nil || c.Service.Language == c.Service.Wanted || c.Service.Hours == "calendar" {
		return
	}
	if c.Service.Promised && !c.Service.NextOpenAt.IsZero() {
		w.doc.add(paragraph, w.say("mail.language.until_open", "opens", w.v.Date(c.Service.NextOpenAt)))
		return
	}
	w.doc.add(paragraph, w.say("mail.language.not_promised"))
}

// longest finds how long something holds without a gap, up to a day, by halving.
func longest(holds func(time.Duration) bool) time.Duration {
	low, high := 0, 24*60
	for low < high {
		mid := (low + high + 1) / 2
		if holds(time.Duration(mid) * time.Minute) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return time.Duration(low) * time.Minute
}

// days writes the open days of a week: first and last where they are in a row.
func (w *writer) days(week map[string][]calendar.Window) string {
	var open []time.Weekday
	for i, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if len(week[name]) > 0 {
			open = append(open, time.Weekday((i+1)%7))
		}
	}
	var names []string
	for _, d := range open {
		names = append(names, w.v.Weekday(d))
	}
	if n := len(open); n > 2 && int(open[n-1]+6)%7-int(open[0]+6)%7 == n-1 {
		return names[0] + "–" + names[n-1]
	}
	return strings.Join(names, " ")
}
