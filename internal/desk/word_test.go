package desk

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// What is no text is refused wherever it stands, by the name of its place: in
// words that facts hold, deep in a command, and in what a caller said.
func TestWordsThatAreNoText(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	component := support.NewThirdParty{Vendor: support.T("Acme"), Component: support.T("HBA"), Version: "1\x00", Release: "4.0"}
	filing := b.filing()
	filing.ThirdParties = []support.NewThirdParty{component}
	tagged := b.filing()
	tagged.Details.Tags = []string{"a", "b\xff"}
	for _, c := range []struct {
		id         int64
		cmd        support.Command
		key, field string
	}{
		{id, &support.NameThirdParty{NewThirdParty: component}, "text.nul", "version"},
		{id, &support.ChangeDetails{Component: new("a\x00b")}, "text.nul", "component"},
		{0, filing, "text.nul", "third_parties.version"},
		{0, tagged, "text.not_utf8", "details.tags"},
	} {
		_, err := b.Do(t.Context(), b.asTanaka, c.id, c.cmd)
		if e, ok := errorAs(err); !ok || e.Code != support.Invalid || e.Key != c.key || e.Field != c.field {
			t.Errorf("%s: got %v, want %s at %s", c.cmd.Name(), err, c.key, c.field)
		}
	}
	plan := b.rollout()
	plan.Vendors[0].Name = "Ful\x00crum"
	_, err := b.AddPlan(t.Context(), b.asTanaka, b.hokuto.ID, plan)
	if e, ok := errorAs(err); !ok || e.Key != "text.nul" || e.Field != "vendors.name" {
		t.Errorf("a plan: got %v", err)
	}
	for field, said := range map[string]support.CallbackSaid{
		"name": {Name: "a\x00"}, "company": {Company: "\x00"}, "sr_number": {Request: "1\x00"}, "phone": {Phone: "+81\x00"}, "description": {Description: "\x00"},
	} {
		_, err := b.AddCallback(t.Context(), b.asIto, CallbackMessage{Said: said, LeftAt: time.Time{}})
		if e, ok := errorAs(err); !ok || e.Key != "text.nul" || e.Field != field {
			t.Errorf("said in %s: got %v", field, err)
		}
	}
}
