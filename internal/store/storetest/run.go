package storetest

import (
	"testing"

	"madoguchi/internal/store"
)

// Run runs the suite. open gives an empty, migrated database and closes it when
// the test ends.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(fill(t, open(t)))
		})
	}
}

type testCase struct {
	name string
	test func(w *world)
}

var cases = []testCase{
	{"FileAndRead", testFileAndRead},
	{"EveryField", testEveryField},
	{"IDsHaveNoGap", testIDsHaveNoGap},
	{"VersionGuard", testVersionGuard},
	{"Texts", testTexts},
	{"Erase", testErase},
	{"Restrict", testRestrict},
	{"Exceptions", testExceptions},
	{"Timeline", testTimeline},
	{"Filters", testFilters},
	{"Visibility", testVisibility},
	{"FailuresStayAlone", testFailuresStayAlone},
	{"Goexit", testGoexit},
	{"Cancelled", testCancelled},
	{"Order", testOrder},
	{"KeptTx", testKeptTx},
	{"Wake", testWake},
	{"Contacts", testContacts},
	{"StaffAndProducts", testStaffAndProducts},
	{"LastSeat", testLastSeat},
	{"OnePrimary", testOnePrimary},
	{"Contracts", testContracts},
	{"Parties", testParties},
	{"WhoSeesParties", testWhoSeesParties},
	{"LastIncident", testLastIncident},
	{"Incidents", testIncidents},
	{"Surveys", testSurveys},
	{"Split", testSplit},
	{"Timer", testTimer},
	{"ClaimOnce", testClaimOnce},
	{"Effects", testEffects},
	{"Backoff", testBackoff},
	{"Feed", testFeed},
	{"Audit", testAudit},
	{"Checkpoints", testCheckpoints},
	{"Refold", testRefold},
	{"Packs", testPacks},
	{"Tokens", testTokens},
}
