package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"madoguchi/client"
)

func (h *house) plan(day string) client.Plan {
	h.t.Helper()
	ctx := context.Background()
	k, err := h.as("tanaka").Contract(ctx, "PRD-2010-1102")
	must(h.t, err)
	p, err := h.as("tanaka").AddPlan(ctx, client.NewPlan{
		Account: k.Account.ID, Title: "vSphere 4.1", Zone: "Asia/Tokyo", Done: []string{"notes_read"},
		Milestones: []client.Milestone{{Day: day, Product: "vsphere", From: "4.0", To: "4.1"}},
		Contacts:   []client.PlanContact{{Name: "Sugita", Part: "storage", Phone: "+81 3 5550 0199"}},
		Vendors:    []client.PlanVendor{{Name: "Fulcrum", Contract: "FC-88", Phone: "+81 3 5550 0777"}},
	})
	must(h.t, err)
	return p
}

// A request that is filed on the day of a milestone, in the plan's zone, or the
// day after shows the plan to the engineer and to the account's administrators.
//
// guide: R56
func TestAPlanIsAtHandOnItsDay(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	p := h.plan("2026-06-07")
	if len(p.Steps) != 4 || !p.Steps[0].Done || p.Steps[1].Done || p.Milestones[0].State != "planned" || len(p.Consulting) != 1 {
		t.Errorf("the plan: %+v", p)
	}
	shown := func(at string, product string, want int) client.Request {
		t.Helper()
		instant, err := time.Parse(time.RFC3339Nano, at)
		must(t, err)
		h.advance(instant.Sub(h.clock.Now()))
		f := sev3()
		f.Product = product
		number := h.file("tanaka", f).Number
		for _, who := range []string{"ito", "tanaka", "takahashi"} {
			if n := len(mustRequest(t, h.as(who), number).Plans); n != want {
				t.Errorf("filed about %s at %s: %s sees %d plans, want %d", product, at, who, n, want)
			}
		}
		return mustRequest(t, h.as("ito"), number)
	}
	shown("2026-06-06T14:59:59.999999Z", "vsphere", 0)
	r := shown("2026-06-06T15:00:00Z", "vsphere", 1)
	if x := r.Plans[0]; x.ID != p.ID || x.Contacts[0].Phone != "+81 3 5550 0199" || x.Vendors[0].Contract != "FC-88" {
		t.Errorf("at hand: %+v", x)
	}
	shown("2026-06-06T15:00:00Z", "esx", 0)
	shown("2026-06-08T14:59:59.999999Z", "vsphere", 1)
	shown("2026-06-08T15:00:00Z", "vsphere", 0)
	change := p.Change()
	change.Milestones[0].State = "cancelled"
	_, err := h.as("takahashi").ChangePlan(ctx, p.ID, change)
	must(t, err)
	if n := len(mustRequest(t, h.as("ito"), r.Number).Plans); n != 0 {
		t.Errorf("a cancelled milestone is still shown")
	}
	// others of the contract see the request without the plan
	_, err = h.as("tanaka").Command(ctx, r.Number, "watchers", client.NewWatcher{Contact: h.number("weber")})
	must(t, err)
	change = client.PlanChange(p.Change())
	change.Version = 2
	_, err = h.as("takahashi").ChangePlan(ctx, p.ID, change)
	must(t, err)
	if n := len(mustRequest(t, h.as("weber"), r.Number).Plans); n != 0 {
		t.Error("a watcher of another account sees the plan")
	}
}

// Plans are listed to those whose account they are, and to staff; all versions
// can be read.
func TestPlansAreListed(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	p := h.plan("2026-06-20")
	h.plan("2026-07-20")
	for who, want := range map[string]int{"tanaka": 2, "takahashi": 2, "sato": 0, "mia": 0, "ito": 2, "hayashi": 2} {
		list, _, err := h.as(who).Plans(ctx, "", "", 0)
		must(t, err)
		if len(list) != want {
			t.Errorf("%s sees %d plans, want %d", who, len(list), want)
		}
	}
	page, next, err := h.as("ito").Plans(ctx, p.Account.ID, "", 1)
	must(t, err)
	if len(page) != 1 || next == "" || page[0].ID != p.ID {
		t.Fatalf("first page: %+v, %q", page, next)
	}
	page, next, err = h.as("ito").Plans(ctx, "", next, 1)
	must(t, err)
	if len(page) != 1 || next != "" || page[0].ID == p.ID {
		t.Errorf("second page: %+v, %q", page, next)
	}
	change := p.Change()
	change.Title = "vSphere 4.1, Osaka too"
	_, err = h.as("takahashi").ChangePlan(ctx, p.ID, change)
	must(t, err)
	versions, err := h.as("tanaka").PlanVersions(ctx, p.ID)
	must(t, err)
	if len(versions) != 2 || versions[0].Title != change.Title || versions[1].Title != "vSphere 4.1" || versions[0].By == versions[1].By {
		t.Errorf("versions: %+v", versions)
	}
	for _, id := range []string{p.ID, "plan_zz", "x"} {
		_, err = h.as("sato").Plan(ctx, id)
		refused(t, err, http.StatusNotFound, "plan.not_found")
		_, err = h.as("sato").PlanVersions(ctx, id)
		refused(t, err, http.StatusNotFound, "plan.not_found")
	}
	must(t, h.as("tanaka").RemovePlan(ctx, p.ID))
	_, err = h.as("tanaka").Plan(ctx, p.ID)
	refused(t, err, http.StatusNotFound, "plan.not_found")
}
