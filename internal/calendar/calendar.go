package calendar

import (
	"errors"
	"time"
)

var errUnfinished = errors.New("calendar: not built yet")

type Window [2]string

type Spec struct {
	Zone           string              `json:"zone" yaml:"zone"`
	Week           map[string][]Window `json:"week,omitempty" yaml:"week,omitempty"`
	Holidays       []string            `json:"holidays,omitempty" yaml:"holidays,omitempty"`
	YearlyHolidays []string            `json:"yearly_holidays,omitempty" yaml:"yearly_holidays,omitempty"`
	Breaks         map[string][]Window `json:"breaks,omitempty" yaml:"breaks,omitempty"`
	Shifts         map[string][]Window `json:"shifts,omitempty" yaml:"shifts,omitempty"`
	HolidaySets    []string            `json:"holiday_sets,omitempty" yaml:"holiday_sets,omitempty"`
}

type Holiday struct {
	Date  string `json:"date"`
	Name  string `json:"name"`
	Local string `json:"local"`
}

// SpecError is one problem of a Spec; Compile joins all of them with errors.Join.
type SpecError struct{ Path, Problem string }

func (e *SpecError) Error() string { return e.Path + ": " + e.Problem }

type Calendar struct{}

func Compile(s Spec) (*Calendar, error) { return nil, errUnfinished }

func (c *Calendar) Add(at time.Time, business time.Duration) (time.Time, error) {
	return time.Time{}, errUnfinished
}
func (c *Calendar) Subtract(at time.Time, business time.Duration) (time.Time, error) {
	return time.Time{}, errUnfinished
}
func (c *Calendar) Between(from, to time.Time) time.Duration { return 0 }
func (c *Calendar) Next(at time.Time) (time.Time, error)     { return time.Time{}, errUnfinished }
func (c *Calendar) Open(at time.Time) bool                   { return false }
func (c *Calendar) Uncertain(from, to time.Time) string      { return "" }
func (c *Calendar) Zone() string                             { return "" }

func Location(name string) (*time.Location, error) { return nil, errUnfinished }
func TZData() string                               { return "" }
func HolidaySetNames() []string                    { return nil }
func Holidays(set string) ([]Holiday, error)       { return nil, errUnfinished }
