package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/calendar"
)

// calendarEvalCmd answers questions about business time.
type calendarEvalCmd struct {
	Set []string `help:"Reviewed holiday file whose set calendars may name in holiday_sets; may be given several times." type:"existingfile"`
}

// Help is the longer text of `calendar eval --help`.
func (calendarEvalCmd) Help() string {
	return `Each line is one question:
  {"id":"1","calendar":{"zone":"Asia/Tokyo","week":{"mon":[["09:30","21:30"]]},"holiday_sets":["jp"]},
   "op":"add","at":"2026-06-06T02:00:00+09:00","seconds":14400}
op is add or subtract (with seconds), between (with to), open or next. The calendar may also have holidays,
yearly_holidays, breaks and shifts. Each answer is one line: {"id","result"}, {"id","seconds"}, {"id","open"} or
{"id","error"}; "uncertain" is added where the holiday sets do not know a year.`
}

// Run answers standard input line by line.
func (c *calendarEvalCmd) Run(stdin io.Reader, stdout io.Writer) error {
	sets := map[string]*calendar.Set{}
	for _, path := range c.Set {
		set, err := readHolidayFile(path)
		if err != nil {
			return err
		}
		if n := set.Unreviewed(); n > 0 || set.Reviewed == "" {
			return fmt.Errorf("%s is not reviewed (%d days are open): run `madoguchi calendar review %s --by NAME` first", path, n, path)
		}
		sets[set.Name] = set
	}
	return evalCalendars(stdin, stdout, sets)
}

const (
	evalLineBytesMax = 1 << 20
	evalKeptMax      = 64 // compiled calendars, 0.2 MB each
)

// evalQuestion is one line of input.
type evalQuestion struct {
	ID       json.RawMessage `json:"id"`
	Calendar json.RawMessage `json:"calendar"`
	Op       string          `json:"op"`
	At       string          `json:"at"`
	Seconds  *json.Number    `json:"seconds"`
	To       *string         `json:"to"`
}

// evalAnswer is one line of output; one of Result, Seconds, Open and Error is set.
type evalAnswer struct {
	ID        json.RawMessage `json:"id"`
	Result    string          `json:"result,omitempty"`
	Seconds   json.Number     `json:"seconds,omitempty"`
	Open      *bool           `json:"open,omitempty"`
	Uncertain string          `json:"uncertain,omitempty"`
	Error     string          `json:"error,omitempty"`
}

// evaluator keeps the calendars that it compiled: a thousand questions as a rule are about one.
type evaluator struct {
	sets map[string]*calendar.Set
	kept map[string]*calendar.Calendar
}

// evalCalendars answers every line of in with one line; only a broken stream is an error.
func evalCalendars(in io.Reader, out io.Writer, sets map[string]*calendar.Set) error {
	e := &evaluator{sets: sets, kept: map[string]*calendar.Calendar{}}
	r := bufio.NewReaderSize(in, evalLineBytesMax)
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for number := 1; ; number++ {
		line, err := readEvalLine(r)
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		var answer evalAnswer
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			answer.Error = fmt.Sprintf("line %d is longer than 1 MiB: split it, or give fewer dates", number)
		case err != nil:
			return errors.Join(fmt.Errorf("read line %d: %w", number, err), w.Flush())
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			answer = e.answer(line)
			if answer.Error != "" && len(answer.ID) == 0 {
				answer.Error += fmt.Sprintf(" (line %d)", number)
			}
		}
		if err := enc.Encode(answer); err != nil {
			return fmt.Errorf("write answer to line %d: %w", number, err)
		}
		// Someone may be waiting for this answer before asking on.
		if r.Buffered() == 0 {
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write answer to line %d: %w", number, err)
			}
		}
	}
}

// readEvalLine reads a line without its end. A line that does not fit is read over, so that the next one is whole.
func readEvalLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, bufio.ErrBufferFull
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	return line, err
}

func (e *evaluator) answer(line []byte) evalAnswer {
	var named struct {
		ID json.RawMessage `json:"id"`
	}
	// Whatever else is wrong with the line, its answer shall carry its id.
	_ = json.Unmarshal(line, &named)
	a := evalAnswer{ID: named.ID}
	q, err := readQuestion(line)
	if err == nil {
		err = e.evaluate(q, &a)
	}
	if err != nil {
		// Several problems of one calendar stay on the one line.
		return evalAnswer{ID: named.ID, Error: strings.ReplaceAll(err.Error(), "\n", "; ")}
	}
	return a
}

func readQuestion(line []byte) (evalQuestion, error) {
	var q evalQuestion
	if err := strictJSON(line, &q); err != nil {
		return q, fmt.Errorf("%w; a question has the fields id, calendar, op, at, and seconds or to", err)
	}
	switch {
	case len(q.ID) == 0:
		return q, errors.New(`id is missing: give each question one, such as "id":"1"`)
	case len(q.Calendar) == 0:
		return q, errors.New(`calendar is missing: write "calendar":{"zone":"Asia/Tokyo","week":{"mon":[["09:30","21:30"]]}}`)
	case q.At == "":
		return q, errors.New(`at is missing: write an instant such as "2026-06-06T02:00:00+09:00"`)
	}
	wants := map[string]string{"add": "seconds", "subtract": "seconds", "between": "to", "open": "", "next": ""}
	want, known := wants[q.Op]
	switch {
	case !known:
		return q, fmt.Errorf("op %q is not known: write add, subtract, between, open or next", q.Op)
	case want == "seconds" && q.Seconds == nil:
		return q, fmt.Errorf(`seconds is missing: op %s needs it, as in "seconds":14400`, q.Op)
	case want == "to" && q.To == nil:
		return q, errors.New(`to is missing: op between needs a second instant`)
	case want != "seconds" && q.Seconds != nil:
		return q, fmt.Errorf("seconds does not belong to op %s: leave it out", q.Op)
	case want != "to" && q.To != nil:
		return q, fmt.Errorf("to does not belong to op %s: leave it out", q.Op)
	}
	return q, nil
}

// strictJSON reads one value and nothing after it, and refuses keys that the target does not have.
func strictJSON(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("the JSON ends too early: write one whole object on one line")
		}
		return fmt.Errorf("not understood: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object: write one object on each line")
	}
	return nil
}

func (e *evaluator) evaluate(q evalQuestion, a *evalAnswer) error {
	c, err := e.compiled(q.Calendar)
	if err != nil {
		return err
	}
	at, err := readInstant("at", q.At)
	if err != nil {
		return err
	}
	until := at
	switch q.Op {
	case "between":
		if until, err = readInstant("to", *q.To); err != nil {
			return err
		}
		a.Seconds = writeSeconds(c.Between(at, until))
	case "open":
		open := c.Open(at)
		a.Open = &open
	default:
		if until, err = compute(c, q, at); err != nil {
			return err
		}
		a.Result = until.Format(time.RFC3339Nano)
	}
	a.Uncertain = c.Uncertain(at, until)
	return nil
}

func compute(c *calendar.Calendar, q evalQuestion, at time.Time) (time.Time, error) {
	if q.Op == "next" {
		return c.Next(at)
	}
	span, err := readSeconds(q.Seconds.String())
	if err != nil {
		return time.Time{}, err
	}
	if q.Op == "add" {
		return c.Add(at, span)
	}
	return c.Subtract(at, span)
}

func (e *evaluator) compiled(text json.RawMessage) (*calendar.Calendar, error) {
	if c, ok := e.kept[string(text)]; ok {
		return c, nil
	}
	var s calendar.Spec
	if err := strictJSON(text, &s); err != nil {
		return nil, fmt.Errorf("calendar: %w; a calendar has the fields zone, week, holidays, yearly_holidays, breaks, shifts and holiday_sets", err)
	}
	c, err := calendar.CompileWith(s, e.sets)
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	if len(e.kept) >= evalKeptMax {
		clear(e.kept)
	}
	e.kept[string(text)] = c
	return c, nil
}

func readInstant(field, text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return at, fmt.Errorf(`%s: %q is not an instant: write date, time and offset as "2026-06-06T02:00:00+09:00" or with Z`, field, text)
	}
	if at.Nanosecond()%1000 != 0 {
		return at, fmt.Errorf("%s: %q has more than six decimals: instants are microseconds", field, text)
	}
	first, last := calendar.Range()
	if at.Before(first) || at.After(last) {
		return at, fmt.Errorf("%s: %q lies outside the years 1970 to 2100: give an instant within them", field, text)
	}
	return at, nil
}

// readSeconds reads a decimal without ever being a float: six decimals are microseconds.
func readSeconds(text string) (time.Duration, error) {
	whole, decimals, _ := strings.Cut(text, ".")
	if strings.HasPrefix(text, "-") {
		return 0, fmt.Errorf("seconds: %s is negative: give zero or more, and turn add and subtract round", text)
	}
	if len(decimals) > 6 || strings.ContainsAny(text, "eE") {
		return 0, fmt.Errorf("seconds: %s: write a plain number with at most six decimals", text)
	}
	micros, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", 6-len(decimals)), 10, 64)
	if err != nil || micros > math.MaxInt64/1000 {
		return 0, fmt.Errorf("seconds: %s is too much: the years 1970 to 2100 have some 4100000000", text)
	}
	return time.Duration(micros) * time.Microsecond, nil
}

func writeSeconds(d time.Duration) json.Number {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	text := sign + strconv.FormatInt(int64(d/time.Second), 10)
	if fraction := d % time.Second / time.Microsecond; fraction != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%06d", fraction), "0")
	}
	return json.Number(text)
}
