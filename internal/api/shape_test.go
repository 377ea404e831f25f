package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
)

// shape lists the members of a JSON object with their types, deeply.
func shape(t reflect.Type, path string, seen map[reflect.Type]bool, out map[string]string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		out[path] = "time"
		return
	case t == reflect.TypeFor[json.RawMessage](), t.Kind() == reflect.Map && strings.HasSuffix(path, "[].data"):
		out[path] = "any"
		return
	case t.Kind() == reflect.Slice:
		shape(t.Elem(), path+"[]", seen, out)
		return
	case t.Kind() != reflect.Struct:
		out[path] = strings.TrimSuffix(t.Kind().String(), "64")
		return
	case seen[t]:
		return
	}
	seen[t] = true
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		shape(f.Type, path+"."+name, seen, out)
	}
	seen[t] = false
}

func membersOf(t reflect.Type) map[string]string {
	out := map[string]string{}
	shape(t, "", map[reflect.Type]bool{}, out)
	return out
}

// pair is a type of the door and the client's word for it.
type pair struct{ door, client reflect.Type }

func laterPairs() []pair {
	return []pair{
		{reflect.TypeFor[gatheringView](), reflect.TypeFor[client.Gathering]()},
		{reflect.TypeFor[reproductionBody](), reflect.TypeFor[client.NewReproduction]()},
		{reflect.TypeFor[rootCauseBody](), reflect.TypeFor[client.NewRootCause]()},
		{reflect.TypeFor[licenceChange](), reflect.TypeFor[client.LicenceChange]()},
		{reflect.TypeFor[draftView](), reflect.TypeFor[client.RequestDraft]()},
		{reflect.TypeFor[planView](), reflect.TypeFor[client.Plan]()},
		{reflect.TypeFor[newPlanBody](), reflect.TypeFor[client.NewPlan]()},
		{reflect.TypeFor[planChangeBody](), reflect.TypeFor[client.PlanChange]()},
		{reflect.TypeFor[profileView](), reflect.TypeFor[client.ContactProfile]()},
		{reflect.TypeFor[certificationBody](), reflect.TypeFor[client.NewCertification]()},
		{reflect.TypeFor[courseView](), reflect.TypeFor[client.Course]()},
	}
}

// The client speaks of exactly what the door shows and takes.
func TestClientAndDoorAgree(t *testing.T) {
	t.Parallel()
	pairs := append(laterPairs(), []pair{
		{reflect.TypeFor[resultView](), reflect.TypeFor[client.Result]()},
		{reflect.TypeFor[listView](), reflect.TypeFor[client.Requests]()},
		{reflect.TypeFor[countView](), reflect.TypeFor[client.Count]()},
		{reflect.TypeFor[routingView](), reflect.TypeFor[client.Routing]()},
		{reflect.TypeFor[rotaView](), reflect.TypeFor[client.Rota]()},
		{reflect.TypeFor[shiftBody](), reflect.TypeFor[client.NewShift]()},
		{reflect.TypeFor[absenceView](), reflect.TypeFor[client.Absence]()},
		{reflect.TypeFor[eventsView](), reflect.TypeFor[client.Events]()},
		{reflect.TypeFor[feedView](), reflect.TypeFor[client.Feed]()},
		{reflect.TypeFor[targetView](), reflect.TypeFor[client.Target]()},
		{reflect.TypeFor[entitlementView](), reflect.TypeFor[client.Entitlement]()},
		{reflect.TypeFor[problem](), reflect.TypeFor[client.Error]()},
		{reflect.TypeFor[callerView](), reflect.TypeFor[client.Caller]()},
		{reflect.TypeFor[contractView](), reflect.TypeFor[client.Contract]()},
		{reflect.TypeFor[policyView](), reflect.TypeFor[client.Policy]()},
		{reflect.TypeFor[meView](), reflect.TypeFor[client.Me]()},
		{reflect.TypeFor[tokenView](), reflect.TypeFor[client.Token]()},
		{reflect.TypeFor[madeToken](), reflect.TypeFor[client.MadeToken]()},
		{reflect.TypeFor[clockView](), reflect.TypeFor[client.Clock]()},
		{reflect.TypeFor[fileBody](), reflect.TypeFor[client.File]()},
		{reflect.TypeFor[entitlementBody](), reflect.TypeFor[client.EntitlementQuery]()},
		{reflect.TypeFor[detailsBody](), reflect.TypeFor[client.Details]()},
		{reflect.TypeFor[commentBody](), reflect.TypeFor[client.Comment]()},
		{reflect.TypeFor[noteBody](), reflect.TypeFor[client.Note]()},
		{reflect.TypeFor[contactBody](), reflect.TypeFor[client.Contact]()},
		{reflect.TypeFor[waitBody](), reflect.TypeFor[client.Wait]()},
		{reflect.TypeFor[voidBody](), reflect.TypeFor[client.Void]()},
		{reflect.TypeFor[assignmentBody](), reflect.TypeFor[client.Assignment]()},
		{reflect.TypeFor[handOverBody](), reflect.TypeFor[client.HandOverNotice]()},
		{reflect.TypeFor[raiseBody](), reflect.TypeFor[client.SeverityRaise]()},
		{reflect.TypeFor[lowerBody](), reflect.TypeFor[client.SeverityLowering]()},
		{reflect.TypeFor[agreementBody](), reflect.TypeFor[client.Agreement]()},
		{reflect.TypeFor[offerBody](), reflect.TypeFor[client.AfterHoursOffer]()},
		{reflect.TypeFor[endBody](), reflect.TypeFor[client.AfterHoursEnding]()},
		{reflect.TypeFor[escalateBody](), reflect.TypeFor[client.EscalationCall]()},
		{reflect.TypeFor[escalationAssignmentBody](), reflect.TypeFor[client.EscalationAssignment]()},
		{reflect.TypeFor[planBody](), reflect.TypeFor[client.ActionPlan]()},
		{reflect.TypeFor[checkBody](), reflect.TypeFor[client.Check]()},
		{reflect.TypeFor[completionBody](), reflect.TypeFor[client.Completion]()},
		{reflect.TypeFor[surveyBody](), reflect.TypeFor[client.SurveyAnswer]()},
		{reflect.TypeFor[splitBody](), reflect.TypeFor[client.LicenceSplit]()},
		{reflect.TypeFor[tokenBody](), reflect.TypeFor[client.NewToken]()},
		{reflect.TypeFor[effectView](), reflect.TypeFor[client.Effect]()},
		{reflect.TypeFor[defectsView](), reflect.TypeFor[client.Defects]()},
		{reflect.TypeFor[defectBody](), reflect.TypeFor[client.NewDefect]()},
		{reflect.TypeFor[defectChangeBody](), reflect.TypeFor[client.DefectChange]()},
		{reflect.TypeFor[linkBody](), reflect.TypeFor[client.DefectLink]()},
		{reflect.TypeFor[engineeringAsksView](), reflect.TypeFor[client.EngineeringAsks]()},
		{reflect.TypeFor[programmesView](), reflect.TypeFor[client.Programmes]()},
		{reflect.TypeFor[programmeBody](), reflect.TypeFor[client.NewProgramme]()},
		{reflect.TypeFor[invitationBody](), reflect.TypeFor[client.BetaInvitation]()},
		{reflect.TypeFor[broadcastsView](), reflect.TypeFor[client.Broadcasts]()},
		{reflect.TypeFor[broadcastBody](), reflect.TypeFor[client.NewBroadcast]()},
		{reflect.TypeFor[previewView](), reflect.TypeFor[client.BroadcastPreview]()},
		{reflect.TypeFor[sendBody](), reflect.TypeFor[client.BroadcastSending]()},
		{reflect.TypeFor[staffView](), reflect.TypeFor[client.Staff]()},
		{reflect.TypeFor[staffChange](), reflect.TypeFor[client.StaffChange]()},
		{reflect.TypeFor[contactChange](), reflect.TypeFor[client.ContactChange]()},
	}...)
	for _, p := range pairs {
		door, speaks := membersOf(p.door), membersOf(p.client)
		for _, m := range differences(door, speaks) {
			t.Errorf("%s and client.%s differ at %s: door %q, client %q", p.door.Name(), p.client.Name(), m, door[m], speaks[m])
		}
	}
}

func differences(a, b map[string]string) []string {
	var out []string
	for m := range a {
		if a[m] != b[m] {
			out = append(out, m)
		}
	}
	for m := range b {
		if _, ok := a[m]; !ok {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return out
}

func TestOpaqueIdsAreReadBack(t *testing.T) {
	t.Parallel()
	for _, id := range []int64{1, 35, 36, 1 << 40} {
		if got, ok := parseOpaque("acc", accountID(id)); !ok || got != id {
			t.Errorf("%d is written %s and read %d", id, accountID(id), got)
		}
	}
	for _, wrong := range []string{"", "acc_", "acc_0", "acc_-1", "acc_01", "acc_A", "tok_1", "1", "acc_zzzzzzzzzzzzzzzz"} {
		if id, ok := parseOpaque("acc", wrong); ok {
			t.Errorf("%q is read as %d", wrong, id)
		}
	}
}

func TestAcceptLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "", "*": "", "fr": "", "ja": "ja", "JA-jp": "ja", "en-US,en;q=0.9,ja;q=0.8": "en", "en;q=0.3, ja;q=0.7": "ja",
		"de, en;q=0": "", "ja;q=2, en": "en", "ja;q=x": "", ",,;": "",
	} {
		if got := accepted(header); got != want {
			t.Errorf("%q gives %q, want %q", header, got, want)
		}
	}
}
