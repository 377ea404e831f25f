package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"madoguchi/client"
)

// Customers of linked requests read of a defect what is meant for them, its
// state and its release; engineering's words and its asks stay in the house.
//
// guide: R36
func TestWhatACustomerReadsOfADefect(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	const inside, public = "use after free in the copier", "Copies may stop at 90 %."
	d, err := h.as("nishida").ReportDefect(ctx, client.NewDefect{
		Product: "vsphere", Severity: 1, Versions: []string{"4.0"}, Title: inside, PublicTitle: public, Text: inside,
	})
	must(t, err)
	r := h.file("tanaka", sev3())
	_, err = h.as("ito").Command(ctx, r.Number, "defects", client.DefectLink{Defect: d.Defect})
	must(t, err)
	_, err = h.as("ito").Command(ctx, r.Number, "asks", client.NewAsk{Kind: "verify_bug", Of: "engineering", Text: inside})
	must(t, err)
	_, err = h.as("nishida").Command(ctx, r.Number, "asks/1/assignment", client.Assignment{})
	must(t, err)
	list, err := h.as("nishida").EngineeringAsks(ctx, client.EngineeringFilter{State: "open", Staff: "me"})
	must(t, err)
	if len(list.Asks) != 1 || list.Asks[0].Number != r.Number || list.Asks[0].Text != inside || list.Asks[0].AskedBy == nil {
		t.Errorf("engineering's list is %+v", list.Asks)
	}
	got, err := h.as("tanaka").Request(ctx, r.Number)
	must(t, err)
	events, err := h.as("tanaka").AllEvents(ctx, r.Number)
	must(t, err)
	seen, err := json.Marshal(map[string]any{"request": got, "events": events})
	must(t, err)
	if len(got.Defects) != 1 || got.Defects[0].Title != public || got.Defects[0].State != "reported" || got.Defects[0].Defect != d.Defect {
		t.Errorf("the customer sees %+v", got.Defects)
	}
	if strings.Contains(string(seen), inside) || strings.Contains(string(seen), `"engineering"`) {
		t.Errorf("engineering's words reach the customer: %s", seen)
	}
	_, err = h.as("tanaka").Defect(ctx, d.Defect)
	refused(t, err, http.StatusForbidden, "api.for_staff")
	_, err = h.as("tanaka").EngineeringAsks(ctx, client.EngineeringFilter{})
	refused(t, err, http.StatusForbidden, "api.for_staff")
	_, err = h.as("ito").Withdraw(ctx, r.Number, "defects/"+d.Defect, client.Reason{Reason: inside})
	must(t, err)
	events, err = h.as("tanaka").AllEvents(ctx, r.Number)
	must(t, err)
	if seen, _ := json.Marshal(events); strings.Contains(string(seen), inside) {
		t.Error("the customer reads why the link was taken back")
	}
	whole, err := h.as("nishida").Defect(ctx, d.Defect)
	must(t, err)
	if whole.Title != inside || whole.Linked != 0 || len(whole.History) != 1 || whole.History[0].Kind != "report_defect" {
		t.Errorf("staff see %+v", whole)
	}
}
