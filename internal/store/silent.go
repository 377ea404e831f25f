package store

import (
	"errors"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"madoguchi/internal/support"
)

// silenced is an error of a driver whose words could hold a value of somebody's,
// with words that do not. What it is can still be asked.
type silenced struct {
	said string
	error
}

func (s *silenced) Error() string { return s.said }
func (s *silenced) Unwrap() error { return s.error }

var (
	// aValue is a value in the words of a driver, or of a decoder beneath it. The
	// name of a column stands in quotes too.
	aValue = regexp.MustCompile("(name )?(\"(?:[^\"\\\\]|\\\\.)*\"?|`[^`]*`?)")
	// goValue is a value as Go writes one that is no text.
	goValue = regexp.MustCompile(`\[\]byte\{[^}]*\}?|unable to encode .*? into `)
)

// silent takes the values out of an error, which goes to the log: PostgreSQL says
// which value was none of a type, the driver which it could not encode, and
// database/sql which it could not scan. Everything that an error knows beside its
// words, rows among it, is never printed.
func silent(err error) error {
	var refusal *support.Error
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	said := err.Error()
	var p *pgconn.PgError
	if errors.As(err, &p) {
		if !telling(p.Code) {
			return err
		}
		said = strings.ReplaceAll(said, p.Message, "a value was refused")
	} else {
		said = aValue.ReplaceAllStringFunc(goValue.ReplaceAllString(said, "…"), func(s string) string {
			if strings.HasPrefix(s, "name ") {
				return s
			}
			return "…"
		})
	}
	if said == err.Error() {
		return err
	}
	return &silenced{said, err}
}

// telling tells whether PostgreSQL's words for a code can hold a value: what is
// wrong with data (22), what a function of the database says (P0), and what does
// not fit a type (42804, 42846). All others name parts of the schema alone.
func telling(code string) bool {
	return strings.HasPrefix(code, "22") || strings.HasPrefix(code, "P0") || code == "42804" || code == "42846"
}
