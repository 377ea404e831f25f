package support_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/support"
)

func technical(m *room, who, product string, level int) *support.File {
	return &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: m.people[who].ID, Product: product, Version: "4.0", Severity: level,
		Title: support.T("title"), Body: support.T("body"), Details: support.Details{Impact: support.T("impact")},
	}
}

func service(m *room, who string) *support.File {
	return &support.File{Kind: support.CS, Channel: support.Portal, Contact: m.people[who].ID, Topic: "contract", Title: support.T("title")}
}

// What is corrected counts as if it had been filed so: the same targets, from
// the same instant, and the same receipt; the number and the filing stay.
// guide: A4
func TestACorrectionCountsFromTheFiling(t *testing.T) {
	t.Parallel()
	esx, vsphere := "esx", "vsphere"
	version := "4.0"
	for _, c := range []struct {
		name, who string
		filed     func(*room) *support.File
		cmd       func(*room) *support.Reclassify
		right     func(*room) *support.File
	}{
		{"another contact and product", "tanaka",
			func(m *room) *support.File { return technical(m, "tanaka", "vsphere", 3) },
			func(m *room) *support.Reclassify {
				return &support.Reclassify{Contact: m.people["sato"].ID, Product: &esx, Version: &version}
			},
			func(m *room) *support.File { return technical(m, "sato", "esx", 3) }},
		{"customer service after all", "sato",
			func(m *room) *support.File { return technical(m, "sato", "esx", 2) },
			func(*room) *support.Reclassify { return &support.Reclassify{Kind: support.CS, Topic: "contract"} },
			func(m *room) *support.File { return service(m, "sato") }},
		{"technical after all", "tanaka",
			func(m *room) *support.File { return service(m, "tanaka") },
			func(*room) *support.Reclassify {
				return &support.Reclassify{Kind: support.Technical, Severity: 2, Product: &vsphere, Version: &version}
			},
			func(m *room) *support.File { return technical(m, "tanaka", "vsphere", 2) }},
	} {
		m := newRoom()
		m.now = at(t, "2026-06-03 10:00")
		wrong, err := m.do(m.people[c.who], 0, c.filed(m))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		file := c.right(m)
		right, err := m.do(m.people[m.keys[support.Actor{Kind: support.Customer, ID: file.Contact}]], 0, file)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		m.now = m.now.Add(90 * time.Minute)
		cmd := c.cmd(m)
		cmd.Reason = support.T("filed under the wrong name")
		if _, err := m.do(m.people["hayashi"], wrong, cmd); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got, want := m.file(wrong).request, m.file(right).request
		a, b := support.Index(got, m.pack), support.Index(want, m.pack)
		if a.Kind != b.Kind || a.Contact != b.Contact || a.Account != b.Account || a.Contract != b.Contract || a.Product != b.Product ||
			a.Version != b.Version || a.Offering != b.Offering || a.Severity != b.Severity || a.Queue != b.Queue {
			t.Errorf("%s: it counts as\n%+v, want\n%+v", c.name, a, b)
		}
		if a.NextMetric != b.NextMetric || !a.NextDueAt.Equal(b.NextDueAt) {
			t.Errorf("%s: next %s due %s, want %s due %s", c.name, a.NextMetric, a.NextDueAt, b.NextMetric, b.NextDueAt)
		}
		if !got.FiledAt.Equal(want.FiledAt) || !got.Filed.Receipt.At.Equal(want.Filed.Receipt.At) {
			t.Errorf("%s: judged at %s, want %s", c.name, got.Filed.Receipt.At, want.Filed.Receipt.At)
		}
		if first, ok := m.file(wrong).facts[0].Body.(support.Filed); !ok || first.Receipt.Offering == "" && first.Kind == support.Technical {
			t.Errorf("%s: the filing lost its receipt", c.name)
		}
	}
}

// Met and missed targets are never touched; nor is what does not change.
func TestACorrectionLeavesWhatIsOver(t *testing.T) {
	t.Parallel()
	esx, version := "esx", "4.0"
	for name, before := range map[string]func(m *room, id int64) error{
		"met": func(m *room, id int64) error {
			_, err := m.do(m.people["ito"], id, &support.Comment{Text: support.T("hello")})
			return err
		},
		"missed":                     func(m *room, _ int64) error { return m.until(m.now.Add(5 * 24 * time.Hour)) },
		"missed, not yet noticed":    func(m *room, _ int64) error { m.now = m.now.Add(5 * 24 * time.Hour); return nil },
		"missed by one microsecond":  func(m *room, _ int64) error { m.now = at(t, "2026-06-03 18:00").Add(support.Micro); return nil },
		"running in its due instant": func(m *room, _ int64) error { m.now = at(t, "2026-06-03 18:00"); return nil },
	} {
		m := newRoom()
		m.now = at(t, "2026-06-03 10:00")
		id, err := m.do(m.people["tanaka"], 0, technical(m, "tanaka", "vsphere", 3))
		if err != nil {
			t.Fatal(err)
		}
		if err := before(m, id); err != nil {
			t.Fatal(err)
		}
		if _, err := m.do(m.people["ito"], id, &support.Reclassify{Contact: m.people["sato"].ID, Product: &esx, Version: &version, Reason: support.T("x")}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var states []support.TargetState
		for _, c := range m.file(id).request.Clocks {
			if c.Metric == support.FirstResponse {
				states = append(states, c.State)
			}
		}
		want := map[string][]support.TargetState{"met": {support.Met}, "running in its due instant": {support.Replaced, support.Running}}[name]
		if want == nil {
			want = []support.TargetState{support.Missed}
		}
		if !slices.Equal(states, want) {
			t.Errorf("%s: %v, want %v", name, states, want)
		}
	}
}

func TestWhatCannotBeCorrected(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.now = at(t, "2026-06-03 10:00")
	id, err := m.do(m.people["tanaka"], 0, technical(m, "tanaka", "vsphere", 3))
	if err != nil {
		t.Fatal(err)
	}
	esx, vsphere, none, x := "esx", "vsphere", "none", support.T("x")
	for _, c := range []struct {
		who string
		cmd support.Reclassify
		key string
	}{
		{"ito", support.Reclassify{Product: &esx}, "text.needed"},
		{"ito", support.Reclassify{Reason: x}, "reclassify.nothing"},
		{"ito", support.Reclassify{Product: &vsphere, Version: &m.file(id).request.Filed.Version, Reason: x}, "reclassify.nothing"},
		{"ito", support.Reclassify{Product: &none, Reason: x}, "reclassify.not_entitled"},
		{"ito", support.Reclassify{Severity: 1, Reason: x}, "reclassify.severity_raised"},
		{"ito", support.Reclassify{Kind: support.CS, Reason: x}, "topic.unknown"},
		{"ito", support.Reclassify{Kind: "beta", Reason: x}, "kind.unknown"},
		{"tanaka", support.Reclassify{Kind: support.CS, Topic: "portal", Reason: x}, "command.forbidden"},
		{"sato", support.Reclassify{Kind: support.CS, Topic: "portal", Reason: x}, "request.not_found"},
	} {
		if _, err := m.do(m.people[c.who], id, &c.cmd); refusedKey(err) != c.key {
			t.Errorf("%+v by %s: %v, want %q", c.cmd, c.who, err, c.key)
		}
	}
}

// A product with targets of its own has them after a correction, too, and loses
// them with it.
// guide: R01, A4
func TestACorrectedProductBringsItsTargets(t *testing.T) {
	t.Parallel()
	versions := map[string]string{"acquired": "6.0", "vsphere": "4.0"}
	for was, is := range map[string]string{"vsphere": "acquired", "acquired": "vsphere"} {
		m := newRoom()
		m.now = at(t, "2027-01-05 10:00")
		m.contract("PRD-2010-3302").Products = []string{"acquired", "vsphere"}
		file := func(product string) int64 {
			f := technical(m, "ono", product, 3)
			f.Version = versions[product]
			id, err := m.do(m.people["ono"], 0, f)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		wrong, right := file(was), file(is)
		version := versions[is]
		if _, err := m.do(m.people["ito"], wrong, &support.Reclassify{Product: &is, Version: &version, Reason: support.T("r")}); err != nil {
			t.Fatal(err)
		}
		got, _ := m.file(wrong).request.Clock(support.FirstResponse)
		want, _ := m.file(right).request.Clock(support.FirstResponse)
		if got.Amount != want.Amount || !got.DueAt.Equal(want.DueAt) {
			t.Errorf("%s corrected to %s is due in %s, %s; filed right in %s, %s", was, is, got.Amount, got.DueAt, want.Amount, want.DueAt)
		}
	}
}

// What was filed about an experimental feature and belongs to another product is
// support like any other: it has the target, from the filing, that it would have
// had. Where the product still has the feature, it stays feedback.
// guide: R32
func TestACorrectionToAnotherProductDropsTheFeature(t *testing.T) {
	t.Parallel()
	esx, version, none := "esx", "4.0", ""
	feedback := func(m *room) int64 {
		m.now = at(t, "2026-06-03 10:00")
		f := technical(m, "tanaka", "vsphere", 3)
		f.Feature = "live_patching"
		id, err := m.do(m.people["tanaka"], 0, f)
		if err != nil {
			t.Fatal(err)
		}
		if r := m.file(id).request; r.Filed.Feature == "" || len(r.Clocks) > 1 {
			t.Fatalf("filed about %q with %d clocks", r.Filed.Feature, len(r.Clocks))
		}
		m.now = m.now.Add(time.Hour)
		return id
	}
	correct := func(m *room, id int64, cmd support.Reclassify) *support.Request {
		cmd.Reason = support.T("x")
		if _, err := m.do(m.people["ito"], id, &cmd); err != nil {
			t.Fatal(err)
		}
		return m.file(id).request
	}
	m := newRoom()
	wrong := feedback(m)
	m.now = at(t, "2026-06-03 10:00")
	right, err := m.do(m.people["sato"], 0, technical(m, "sato", "esx", 3))
	if err != nil {
		t.Fatal(err)
	}
	m.now = m.now.Add(2 * time.Hour)
	got := correct(m, wrong, support.Reclassify{Contact: m.people["sato"].ID, Product: &esx, Version: &version})
	if got.Filed.Feature != "" || got.Filed.Type != "" {
		t.Errorf("it is still %s about %q", got.Filed.Type, got.Filed.Feature)
	}
	want, _ := m.file(right).request.Clock(support.FirstResponse)
	if c, ok := got.Clock(support.FirstResponse); !ok || c.State != support.Running || !c.DueAt.Equal(want.DueAt) {
		t.Errorf("its first response is %+v, want due %s", c, want.DueAt)
	}

	m = newRoom()
	if r := correct(m, feedback(m), support.Reclassify{Version: &none}); r.Filed.Feature != "live_patching" {
		t.Error("without a version it is no feedback any more")
	}
	m = newRoom()
	id := feedback(m)
	if _, err := m.do(m.people["ito"], id, &support.Comment{Text: support.T("thank you")}); err != nil {
		t.Fatal(err)
	}
	if c, ok := correct(m, id, support.Reclassify{Contact: m.people["sato"].ID, Product: &esx, Version: &version}).Clock(support.FirstResponse); ok {
		t.Errorf("what was answered counts again: %+v", c)
	}
}
