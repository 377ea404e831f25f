package message

import (
	"regexp"
	"sync"
)

// pattern is an expression that is prepared when it is asked for: together they take as
// long as the start of the program, which rarely begins with a mail.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
