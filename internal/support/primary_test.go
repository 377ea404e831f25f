package support_test

import (
	"testing"

	"madoguchi/internal/support"
)

// The licence team replaces the PLA on a request that asks for it, after another
// member of staff has checked who asks; both the old and the new one are told.
// guide: R07
func TestReplacingThePrimary(t *testing.T) {
	t.Parallel()
	m := newRoom()
	m.now = at(t, "2026-06-02 16:20")
	cmd := service(m, "sato")
	cmd.Topic = "administrators"
	id, err := m.do(m.people["sato"], 0, cmd)
	if err != nil {
		t.Fatal(err)
	}
	yamamoto := m.people["yamamoto"].ID
	verify := func(who string) {
		t.Helper()
		if _, err := m.do(m.people[who], id, &support.AddNote{Text: support.T("letterhead checked"), Label: "verification"}); err != nil {
			t.Fatal(err)
		}
	}
	swap := func(who string, to int64, key string) {
		t.Helper()
		if _, err := m.do(m.people[who], id, &support.SwapPrimary{To: to}); refusedKey(err) != key {
			t.Errorf("%s swaps to %d: %v, want %q", who, to, err, key)
		}
	}
	for who, key := range map[string]string{"sato": "command.forbidden", "hayashi": "command.forbidden", "ito": "command.forbidden", "tanaka": "request.not_found"} {
		swap(who, yamamoto, key)
	}
	swap("mori", yamamoto, "swap.four_eyes")
	if _, err := m.do(m.people["kimura"], id, &support.AddNote{Text: support.T("not a check")}); err != nil {
		t.Fatal(err)
	}
	swap("mori", yamamoto, "swap.four_eyes")
	verify("mori")
	swap("mori", yamamoto, "swap.four_eyes")
	verify("kimura")
	swap("mori", 999, "contact.unknown")
	swap("mori", m.people["suzuki"].ID, "role.primary_already")
	swap("mori", yamamoto, "")
	if got := m.primary(1); got != yamamoto {
		t.Errorf("the PLA is %d, want %d", got, yamamoto)
	}
	told := map[int64]bool{}
	for _, e := range m.file(id).effects {
		if e.Template == "primary_swapped" {
			told[e.Recipient.ID] = true
		}
	}
	for _, who := range []string{"suzuki", "yamamoto", "sato"} {
		if !told[m.people[who].ID] {
			t.Errorf("%s was not told", who)
		}
	}
}
