package support

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Code classes a refusal; each door has one table from codes to its protocol.
type Code string

// Codes. Anything that is not an [Error] is internal.
const (
	Invalid     Code = "invalid"      // the input is wrong: Field says where
	NotFound    Code = "not_found"    // absent, or not visible to the one who asks
	Forbidden   Code = "forbidden"    // visible, but not for this role
	NotEntitled Code = "not_entitled" // no coverage: the routes that are open stand beside
	Conflict    Code = "conflict"     // the request has moved on, or a limit is reached
	TooLarge    Code = "too_large"
	Busy        Code = "busy" // try again
)

// Error is a refusal: it says what is wrong and, through its key, what to do
// next. Key is a message of the catalogues; Args fill it.
type Error struct {
	Code  Code
	Key   string
	Args  map[string]string
	Field string
	// Receipt stands beside NotEntitled.
	Receipt *Receipt
	// Routes are ways that stay open beside a refusal without a receipt.
	Routes []Route
}

// Error is for logs; people read the catalogue's words.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Key)
	keys := make([]string, 0, len(e.Args))
	for k := range e.Args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%q", k, e.Args[k])
	}
	if e.Field != "" {
		fmt.Fprintf(&b, " field=%s", e.Field)
	}
	return b.String()
}

// CodeOf gives the code of a refusal, or "" for an internal error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Refuse makes a refusal; args are pairs of name and value.
func Refuse(code Code, key string, args ...string) *Error {
	e := &Error{Code: code, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

func refuse(code Code, key string, args ...string) error { return Refuse(code, key, args...) }

// Wrong is an [Invalid] refusal about one field of the input.
func Wrong(field, key string, args ...string) error {
	e := Refuse(Invalid, key, args...)
	e.Field = field
	return e
}
