package notify

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// watched is a request that somebody of another account was copied in on.
func watched(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.world.To = support.Contact{ID: weber, Active: true}
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.CS, Channel: support.Portal, Contact: sato, Topic: "other",
		Title: w("title"), Body: w("body")})
	s.customer(sato, &support.AddWatcher{Contact: weber})
	s.at(1, 11, 0).staff(mori, &support.Comment{Text: w("comment"), Asks: []support.NewAsk{{Kind: support.AskDetails, Text: w("logs")}}})
	s.at(1, 11, 10).staff(mori, &support.MakePromise{Text: w("solved"), DueAt: s.now.Add(2 * time.Hour)})
	s.at(1, 11, 20).staff(mori, &support.RenewPromise{N: 1, Text: w("waiting"), DueAt: s.now.Add(4 * time.Hour)})
	s.at(1, 12, 0).staff(mori, &support.KeepPromise{N: 1, Text: w("comment")})
	s.staff(mori, &support.MakePromise{Text: w("solved"), DueAt: s.now.Add(2 * time.Hour)})
	s.at(1, 12, 30).staff(mori, &support.WithdrawPromise{N: 2, Reason: w("waiting")})
	s.world.Other = &support.Request{ID: 10_000_009, Seq: 1, Filed: support.Filed{Account: 1, Contact: suzuki}}
	s.staff(mori, &support.AddSecond{Staff: hayasi})
	s.staff(mori, &support.AddNote{Text: w("canary"), Mentions: []int64{watana}})
	s.at(1, 13, 0).staff(mori, &support.Complete{Reason: "duplicate", Of: 10_000_009})
	return s
}

// followed takes up a request that was completed long ago.
func followed(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.world.Other = &support.Request{ID: 10_000_009, Seq: 1, Owner: ito}
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
		Title: w("title"), Body: w("again"), Follows: 10_000_009})
	return s
}
