package notify

import (
	"testing"

	"madoguchi/internal/support"
)

// analysed is a request whose environment was rebuilt and whose root cause is known.
func analysed(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
		Title: w("title"), Body: w("body")})
	s.at(1, 11, 0).staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDebugData, Item: "bundle_esx", Text: w("logs")}})
	s.staff(ito, &support.RecordReproduction{Outcome: support.PartlyReproduced, Environment: w("details"), Text: w("old"), Public: true})
	s.staff(nisida, &support.RecordReproduction{Outcome: support.NotReproduced, Environment: w("canary")})
	s.staff(ito, &support.RecordRootCause{Text: w("canary")})
	s.staff(ito, &support.RecordRootCause{Text: w("solved"), Public: true})
	return s
}
