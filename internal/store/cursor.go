package store

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"madoguchi/internal/support"
)

// cursorOf is the cursor after a row of a list that goes by an instant and the id;
// noun keeps it from being used in another list.
func cursorOf(noun string, at, id int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d:%d", noun, at, id))
}

// readCursor reads where the page before ended; what is no cursor of the list is
// refused.
func readCursor(noun, cursor string) (at, id int64, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	kind, rest, _ := strings.Cut(string(b), ":")
	first, second, _ := strings.Cut(rest, ":")
	at, errAt := strconv.ParseInt(first, 10, 64)
	id, errID := strconv.ParseInt(second, 10, 64)
	if err != nil || errAt != nil || errID != nil || kind != noun {
		return 0, 0, support.Wrong("after", "list.cursor")
	}
	return at, id, nil
}
