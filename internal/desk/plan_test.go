package desk

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

func (b *bench) rollout() support.PlanBody {
	return support.PlanBody{
		Title: "vSphere 4.1", Zone: "Asia/Tokyo", Done: []string{"notes_read"},
		Milestones: []support.Milestone{{Day: "2026-06-20", Product: "vsphere", From: "4.0", To: "4.1", State: support.MilestonePlanned}},
		Contacts:   []support.PlanContact{{Name: "Sugita", Part: "storage", Phone: "+81 3 5550 0199"}},
		Vendors:    []support.PlanVendor{{Name: "Fulcrum", Product: "HBA 8G", Contract: "FC-88", Phone: "+81 3 5550 0777"}},
	}
}

// A plan is written by the account's PLA and support administrators and by staff
// who see the account; each change is a version, and a removed one says nothing
// any more.
//
// guide: R56
func TestAPlanIsKeptInVersions(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	plan, err := b.AddPlan(ctx, b.asTanaka, b.hokuto.ID, b.rollout())
	b.ok(err)
	_, err = b.AddPlan(ctx, b.asSato, b.hokuto.ID, b.rollout())
	refused(t, err, support.NotFound, "account.not_found")
	asDuty := support.Actor{Kind: support.Vendor, ID: b.duty.ID}
	next := b.rollout()
	next.Done = append(next.Done, "time_to_test")
	b.clock.add(time.Hour)
	changed, err := b.ChangePlan(ctx, b.asIto, plan.ID, 1, next)
	b.ok(err)
	if changed.Version != 2 || changed.By != b.asIto || !changed.At.Equal(b.Now()) {
		t.Errorf("changed: %+v", changed)
	}
	_, err = b.ChangePlan(ctx, b.asPL, plan.ID, 1, next)
	refused(t, err, support.Conflict, "plan.changed")
	_, err = b.ChangePlan(ctx, b.asSato, plan.ID, 2, next)
	refused(t, err, support.NotFound, "plan.not_found")
	_, err = b.ChangePlan(ctx, b.asPL, plan.ID+7, 2, next)
	refused(t, err, support.NotFound, "plan.not_found")
	list, err := b.store.PlanVersions(ctx, everything, plan.ID, 0)
	b.ok(err)
	if len(list) != 2 || list[0].Version != 2 || list[1].By != b.asTanaka {
		t.Fatalf("versions: %+v", list)
	}
	texts, err := b.store.Texts(ctx, []int64{list[0].Body.ID, list[1].Body.ID})
	b.ok(err)
	first, err := support.ReadPlan(texts[list[1].Body.ID])
	b.ok(err)
	if len(first.Done) != 1 || first.Vendors[0].Contract != "FC-88" {
		t.Errorf("the first version says %+v", first)
	}

	// a restricted account's plans are the named staff's
	b.ok(b.RestrictAccount(ctx, asDuty, b.hokuto.ID, true, nil))
	_, err = b.ChangePlan(ctx, b.asIto, plan.ID, 2, next)
	refused(t, err, support.NotFound, "plan.not_found")
	refused(t, b.RemovePlan(ctx, b.asIto, plan.ID), support.NotFound, "plan.not_found")
	viewer := store.Viewer{Actor: b.asIto, Roles: []support.Role{support.RoleTSE}}
	_, err = b.store.Plan(ctx, viewer, plan.ID)
	refused(t, err, support.NotFound, "plan.not_found")

	b.ok(b.RemovePlan(ctx, b.asPL, plan.ID))
	refused(t, b.RemovePlan(ctx, b.asPL, plan.ID), support.NotFound, "plan.not_found")
	texts, err = b.store.Texts(ctx, []int64{list[0].Body.ID, list[1].Body.ID})
	b.ok(err)
	if texts[list[0].Body.ID]+texts[list[1].Body.ID] != "" {
		t.Errorf("a removed plan still says %v", texts)
	}
	b.check()
}

// What does not belong into a plan is refused with what would.
func TestPlansAreChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	for key, spoil := range map[string]func(*support.PlanBody){
		"title.needed":      func(p *support.PlanBody) { p.Title = " " },
		"zone.unknown":      func(p *support.PlanBody) { p.Zone = "Mars" },
		"plan.milestones":   func(p *support.PlanBody) { p.Milestones = nil },
		"plan.day":          func(p *support.PlanBody) { p.Milestones[0].Day = "2026-02-30" },
		"plan.state":        func(p *support.PlanBody) { p.Milestones[0].State = "late" },
		"product.not_found": func(p *support.PlanBody) { p.Milestones[0].Product = "esy" },
		"plan.step_unknown": func(p *support.PlanBody) { p.Done = []string{"hope"} },
		"plan.reach":        func(p *support.PlanBody) { p.Vendors[0].Phone = "" },
		"plan.people":       func(p *support.PlanBody) { p.Contacts = make([]support.PlanContact, 101) },
		"name.form":         func(p *support.PlanBody) { p.Contacts[0].Name = strings.Repeat("x", 501) },
	} {
		p := b.rollout()
		spoil(&p)
		_, err := b.AddPlan(t.Context(), b.asTanaka, b.hokuto.ID, p)
		if e, ok := errorAs(err); !ok || e.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
}
