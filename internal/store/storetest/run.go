package storetest

import (
	"testing"

	"madoguchi/internal/store"
)

// Run runs the suite. open gives an empty, migrated database and closes it when
// the test ends; gapless: an update that fails gives the id of its request back.
// What each case leaves is exported and imported into the copies in turn, of
// which the last is of the same engine.
func Run(t *testing.T, gapless bool, open func(t *testing.T) *store.Store, copies ...func(t *testing.T) *store.Store) {
	carry := &carriage{tables: map[string]bool{}}
	t.Cleanup(func() { carry.complete(t) })
	if testing.Short() {
		copies = copies[:1]
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := fill(t, open(t))
			w.gapless = gapless
			c.test(w)
			w.carried(carry, copies)
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
	{"RequestIDs", testRequestIDs},
	{"VersionGuard", testVersionGuard},
	{"Texts", testTexts},
	{"Erase", testErase},
	{"WhoSeesFiles", testWhoSeesFiles}, {"DraftsFiles", testDraftsFiles},
	{"AttachOnce", testAttachOnce},
	{"FilesGo", testFilesGo},
	{"Usage", testUsage},
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
	{"Once", testOnce},
	{"Drafts", testDrafts},
	{"Views", testViews},
	{"AuditRead", testAuditRead},
	{"Kept", testKept},
	{"Presence", testPresence},
	{"Withheld", testWithheld},
	{"Parts", testParts},
	{"Wake", testWake},
	{"Contacts", testContacts},
	{"StaffAndProducts", testStaffAndProducts},
	{"Rota", testRota},
	{"LastSeat", testLastSeat},
	{"OnePrimary", testOnePrimary},
	{"Contracts", testContracts},
	{"Parties", testParties},
	{"WhoSeesParties", testWhoSeesParties},
	{"LastIncident", testLastIncident},
	{"Incidents", testIncidents},
	{"Surveys", testSurveys},
	{"Split", testSplit},
	{"Folders", testFolders},
	{"Wishes", testWishes},
	{"SecurityPages", testSecurityPages},
	{"SecurityReports", testSecurityReports},
	{"Deflections", testDeflections},
	{"Prolong", testProlong},
	{"Timer", testTimer},
	{"ClaimOnce", testClaimOnce},
	{"Effects", testEffects},
	{"Backoff", testBackoff},
	{"DeadLetters", testDeadLetters},
	{"Feed", testFeed},
	{"Audit", testAudit},
	{"Checkpoints", testCheckpoints},
	{"Refold", testRefold},
	{"Defects", testDefects},
	{"Runs", testRuns},
	{"Betas", testBetas},
	{"Broadcasts", testBroadcasts},
	{"EngineeringAsks", testEngineeringAsks},
	{"Packs", testPacks},
	{"Tokens", testTokens},
	{"Webhooks", testWebhooks},
	{"Throttle", testThrottle},
	{"Throttles", testThrottles},
	{"Entrants", testEntrants},
	{"Identities", testIdentities},
	{"Deliveries", testDeliveries},
	{"Grows", testGrows},
	{"Search", testSearch},
	{"SearchFollows", testSearchFollows},
	{"SearchFill", testSearchFill},
	{"SearchPages", testSearchPages},
	{"FindParties", testFindParties},
	{"SearchBest", testSearchBest},
	{"LeftBehind", testLeftBehind},
}
