package notify

import (
	"testing"

	"madoguchi/internal/support"
)

// watched is a request that somebody of another account was copied in on.
func watched(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.world.Watcher = support.Contact{ID: weber, Active: true}
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.CS, Channel: support.Portal, Contact: sato, Topic: "other",
		Title: w("title"), Body: w("body")})
	s.customer(sato, &support.AddWatcher{Contact: weber})
	s.at(1, 11, 0).staff(mori, &support.Comment{Text: w("comment"), Asks: []support.NewAsk{{Kind: support.AskDetails, Text: w("logs")}}})
	return s
}
