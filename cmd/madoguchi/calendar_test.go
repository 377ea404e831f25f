package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/calendar"
)

func evalLines(t *testing.T, in string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := evalCalendars(strings.NewReader(in), &out, nil); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

const apjCalendar = `{"zone":"Asia/Tokyo","week":{"mon":[["09:30","21:30"]],"tue":[["09:30","21:30"]],"wed":[["09:30","21:30"]],` +
	`"thu":[["09:30","21:30"]],"fri":[["09:30","21:30"]]},"holidays":["2026-09-21"],"yearly_holidays":["01-01"],` +
	`"breaks":{"2026-12-30":[["12:00","13:00"]]},"shifts":{"2026-12-31":[["09:00","12:00"]]}}`

// guide: A19
func TestCalendarEvalAnswers(t *testing.T) {
	t.Parallel()
	jp := strings.Replace(apjCalendar, `"holidays"`, `"holiday_sets":["jp"],"holidays"`, 1)
	for _, row := range [][3]string{
		{apjCalendar, `"op":"add","at":"2026-06-06T02:00:00+09:00","seconds":14400`, `{"id":"x","result":"2026-06-08T04:30:00Z"}`},
		{apjCalendar, `"op":"add","at":"2026-06-03T21:30:00+09:00","seconds":0`, `{"id":"x","result":"2026-06-04T00:30:00Z"}`},
		{apjCalendar, `"op":"add","at":"2026-06-03T09:30:00+09:00","seconds":43200`, `{"id":"x","result":"2026-06-03T12:30:00Z"}`},
		{apjCalendar, `"op":"add","at":"2026-06-03T09:30:00+09:00","seconds":43200.000001`, `{"id":"x","result":"2026-06-04T00:30:00.000001Z"}`},
		{apjCalendar, `"op":"subtract","at":"2026-06-04T09:30:00+09:00","seconds":0`, `{"id":"x","result":"2026-06-03T12:30:00Z"}`},
		{apjCalendar, `"op":"subtract","at":"2026-06-08T13:30:00+09:00","seconds":14400`, `{"id":"x","result":"2026-06-08T00:30:00Z"}`},
		{apjCalendar, `"op":"between","at":"2026-12-30T00:00:00+09:00","to":"2027-01-02T00:00:00+09:00"`, `{"id":"x","seconds":50400}`},
		{apjCalendar, `"op":"between","at":"2026-06-03T09:30:00.25Z","to":"2026-06-03T09:30:00Z"`, `{"id":"x","seconds":-0.25}`},
		{apjCalendar, `"op":"open","at":"2026-06-03T09:30:00+09:00"`, `{"id":"x","open":true}`},
		{apjCalendar, `"op":"open","at":"2026-06-03T21:30:00+09:00"`, `{"id":"x","open":false}`},
		{apjCalendar, `"op":"next","at":"2026-09-18T22:00:00+09:00"`, `{"id":"x","result":"2026-09-22T00:30:00Z"}`},
		{jp, `"op":"next","at":"2026-09-18T22:00:00+09:00"`, `{"id":"x","result":"2026-09-24T00:30:00Z"}`},
		{jp, `"op":"add","at":"2028-12-28T12:00:00+09:00","seconds":864000`, `{"id":"x","result":"2029-01-26T03:00:00Z","uncertain":"no holiday data for 2029"}`},
	} {
		lines := evalLines(t, `{"id":"x","calendar":`+row[0]+`,`+row[1]+"}\n")
		if len(lines) != 1 || lines[0] != row[2] {
			t.Errorf("%s\ngot  %s\nwant %s", row[1], strings.Join(lines, "\n"), row[2])
		}
	}
}

func TestCalendarEvalGoesOnAfterBadLines(t *testing.T) {
	t.Parallel()
	good := `{"id":7,"calendar":` + apjCalendar + `,"op":"open","at":"2026-06-03T09:30:00+09:00"}`
	q := func(rest string) string { return `{"id":"x","calendar":` + apjCalendar + `,` + rest + `}` }
	for _, row := range [][2]string{
		{`nonsense`, `{"id":null,"error":"not understood`},
		{`{"id":"x"`, `"error":"the JSON ends too early`},
		{good + good, `"error":"something follows the object`},
		{`{"calendar":{},"op":"open","at":"2026-06-03T09:30:00Z"}`, `"error":"id is missing`},
		{`{"id":"x","op":"open","at":"2026-06-03T09:30:00Z"}`, `{"id":"x","error":"calendar is missing`},
		{q(`"op":"open","at":"2026-06-03T09:30:00Z","hours":4`), `{"id":"x","error":"not understood: unknown field \"hours\"; a question has the fields`},
		{strings.Replace(good, `"zone"`, `"tz"`, 1), `{"id":7,"error":"calendar: not understood: unknown field \"tz\"; a calendar has the fields zone`},
		{strings.Replace(good, `Asia/Tokyo`, `Asia/Tokio`, 1), `{"id":7,"error":"calendar: zone: zone \"Asia/Tokio\" is not in IANA data`},
		{strings.Replace(strings.Replace(good, `Asia/Tokyo`, `Tokyo`, 1), `2026-09-21`, `x`, 1), `holidays[0]: \"x\" is not a date: write year, month and day as \"2026-09-21\"; zone: zone \"Tokyo\" is not known: write \"Asia/Tokyo\"`},
		{q(`"op":"plus","at":"2026-06-03T09:30:00Z"`), `write add, subtract, between, open or next`},
		{q(`"op":"open"`), `"error":"at is missing`},
		{q(`"op":"open","at":"2026-06-03 09:30"`), `is not an instant: write date, time and offset`},
		{q(`"op":"open","at":"2026-06-03T09:30:00.0000001Z"`), `more than six decimals`},
		{q(`"op":"open","at":"1969-06-03T09:30:00Z"`), `outside the years 1970 to 2100`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z"`), `seconds is missing`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z","seconds":-1`), `negative`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z","seconds":1e3`), `plain number`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z","seconds":99999999999999999999`), `too much`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z","seconds":4000000000`), `no open time left`},
		{q(`"op":"add","at":"2026-06-03T09:30:00Z","seconds":1,"to":"2026-06-03T09:30:00Z"`), `to does not belong to op add`},
		{q(`"op":"between","at":"2026-06-03T09:30:00Z"`), `to is missing`},
		{q(`"op":"open","at":"2026-06-03T09:30:00Z","seconds":1`), `seconds does not belong to op open`},
		{`{"id":"x","calendar":"` + strings.Repeat("x", 3<<20) + `"}`, `{"id":null,"error":"line 1 is longer than 1 MiB`},
	} {
		lines := evalLines(t, row[0]+"\r\n\n"+good)
		if len(lines) != 2 || !strings.Contains(lines[0], row[1]) {
			t.Errorf("%.200s\ngot  %q\nwant %s", row[0], lines, row[1])
			continue
		}
		if lines[1] != `{"id":7,"open":true}` {
			t.Errorf("after %.100s the next line answers %s", row[0], lines[1])
		}
		if !json.Valid([]byte(lines[0])) {
			t.Errorf("%s is not JSON", lines[0])
		}
	}
}

// A program that asks one question at a time gets each answer before it asks the next.
func TestCalendarEvalAnswersAtOnce(t *testing.T) {
	t.Parallel()
	questions, ask := io.Pipe()
	answers, answer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- evalCalendars(questions, answer, nil) }()
	for range 2 {
		if _, err := io.WriteString(ask, `{"id":"x","calendar":`+apjCalendar+`,"op":"open","at":"2026-06-03T09:30:00+09:00"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 100)
		if n, err := answers.Read(buf); err != nil || !strings.Contains(string(buf[:n]), `"open":true`) {
			t.Fatalf("answer %q (%v)", buf[:n], err)
		}
	}
	if err := ask.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

const brazilICS = "\ufeffBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n" +
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260216\r\nDTEND;VALUE=DATE:20260218\r\nSUMMARY:Carnaval\\, dois dias | ponto\r\nDESCRIPTION:Public holiday\\nReally\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY;LANGUAGE=pt:Confraternização Universal\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:3\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260301T120000Z\r\nDTEND:20260301T130000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:4\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260421\r\nDTEND;VALUE=DATE:20260421\r\nSUMMARY:Tiradentes\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:5\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260907\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Independência\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:6\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260421\r\nSUMMARY:Brasília\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:7\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261012\r\nSTATUS:CANCELLED\r\nSUMMARY:Moved\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

// From an iCalendar file to a calendar that closes on its days, and every gate on the way.
func TestImportReviewUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ical, out := filepath.Join(dir, "feriados.ics"), filepath.Join(dir, "br.txt")
	if err := os.WriteFile(ical, []byte(brazilICS), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := calendarImportCmd{File: ical, Country: "BR", Out: out}
	if err := cmd.Run(&said); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := `# left out: 20260301T120000Z Lunch: not an all-day entry
# left out: 20260907 Independência: repeats by a rule; write its dates yourself
# left out: 20261012 Moved: cancelled
set: br
title: BR
years: 2026-2026
source: feriados.ics
reviewed: no

? 2026-01-01 | Confraternização Universal | Confraternização Universal
# Public holiday Really
? 2026-02-16 | Carnaval, dois dias / ponto | Carnaval, dois dias / ponto
# Public holiday Really
? 2026-02-17 | Carnaval, dois dias / ponto | Carnaval, dois dias / ponto
? 2026-04-21 | Tiradentes / Brasília | Tiradentes / Brasília
`
	if _, got, _ := strings.Cut(string(text), "\n"); got != want {
		t.Errorf("proposal:\n%s\nwant:\n%s", got, want)
	}
	if !strings.Contains(said.String(), "4 days proposed for 2026 to 2026, 3 entries left out") {
		t.Errorf("it says %q", said.String())
	}
	if err := cmd.Run(io.Discard); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a second import overwrites: %v", err)
	}
	review := calendarReviewCmd{File: out, By: "Ana  Souza"}
	if err := review.Run(io.Discard); err == nil || !strings.Contains(err.Error(), `4 days still carry a "?" (line 11, line 13, line 15, line 16)`) {
		t.Errorf("an open proposal is signed: %v", err)
	}
	eval := calendarEvalCmd{Set: []string{out}}
	question := `{"id":1,"calendar":{"zone":"America/Sao_Paulo","week":{"tue":[["09:00","17:00"]]},"holiday_sets":["br"]},"op":"next","at":"2026-04-21T00:00:00Z"}`
	if err := eval.Run(strings.NewReader(question), io.Discard); err == nil || !strings.Contains(err.Error(), "is not reviewed (4 days are open)") {
		t.Errorf("an open proposal is used: %v", err)
	}
	if err := os.WriteFile(out, bytes.ReplaceAll(text, []byte("? 2026"), []byte("2026")), 0o600); err != nil {
		t.Fatal(err)
	}
	said.Reset()
	if err := review.Run(&said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "internal/calendar/holidays/br.txt") || !strings.Contains(said.String(), `- "2026-04-21" # Tiradentes`) {
		t.Errorf("it says %q", said.String())
	}
	if err := review.Run(io.Discard); err == nil || !strings.Contains(err.Error(), "by Ana Souza") {
		t.Errorf("signed twice: %v", err)
	}
	said.Reset()
	if err := eval.Run(strings.NewReader(question), &said); err != nil || said.String() != `{"id":1,"result":"2026-04-28T12:00:00Z"}`+"\n" {
		t.Errorf("answer %q (%v)", said.String(), err)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"hello": "not an iCalendar file",
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n": "no all-day entries found",
	} {
		if _, err := proposeHolidays(strings.NewReader(in), "br", "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
	cmd := calendarImportCmd{File: "x.ics", Country: "Brazil"}
	if err := cmd.Run(io.Discard); err == nil || !strings.Contains(err.Error(), "two letters such as BR") {
		t.Errorf("country: %v", err)
	}
	if _, _, err := signHolidays("br.txt", "set: br\n", " ", time.Now()); err == nil || !strings.Contains(err.Error(), "--by") {
		t.Errorf("nobody signs: %v", err)
	}
}

func TestCalendarHolidays(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := (&calendarHolidaysCmd{}).Run(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != len(calendar.HolidaySetNames()) || !strings.Contains(out.String(), "2025-2028") {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
	out.Reset()
	if err := (&calendarHolidaysCmd{Set: "jp", JSON: true}).Run(&out); err != nil {
		t.Fatal(err)
	}
	var days []calendar.Holiday
	if err := json.Unmarshal(out.Bytes(), &days); err != nil || len(days) != 70 || days[0].Local != "元日" {
		t.Errorf("%d days (%v)", len(days), err)
	}
	if err := (&calendarHolidaysCmd{Set: "xx"}).Run(io.Discard); err == nil || !strings.Contains(err.Error(), "write one of de,") {
		t.Errorf("got %v", err)
	}
}
