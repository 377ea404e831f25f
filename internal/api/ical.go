package api

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// icalEvent is one event of a calendar; to is exclusive.
type icalEvent struct {
	uid, summary string
	from, to     time.Time
	order        int
}

// ical writes a calendar (RFC 5545): instants in UTC, so that no zone has to be
// described, texts escaped, lines folded.
func ical(name string, now time.Time, events []icalEvent) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { foldLine(&b, fmt.Sprintf(format, args...)) }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//Madoguchi//Rota//EN")
	line("CALSCALE:GREGORIAN")
	line("X-WR-CALNAME:%s", icalText(name))
	for _, e := range events {
		line("BEGIN:VEVENT")
		line("UID:%s@madoguchi", icalText(e.uid))
		line("DTSTAMP:%s", icalInstant(now))
		line("DTSTART:%s", icalInstant(e.from))
		line("DTEND:%s", icalInstant(e.to))
		line("SUMMARY:%s", icalText(fmt.Sprintf("%s (%d)", e.summary, e.order)))
		line("END:VEVENT")
	}
	line("END:VCALENDAR")
	return []byte(b.String())
}

func icalInstant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var icalEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func icalText(s string) string { return icalEscapes.Replace(s) }

// foldLine writes a line of any length in pieces of at most 75 octets; the
// following ones begin with a blank. No character is cut.
func foldLine(b *strings.Builder, s string) {
	for room := 75; len(s) > room; room = 74 {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	b.WriteString(s + "\r\n")
}
