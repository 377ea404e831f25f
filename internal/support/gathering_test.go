package support_test

import (
	"slices"
	"testing"

	"madoguchi/internal/support"
)

func gathered(t *testing.T, q support.GatherQuery) map[string][]string {
	t.Helper()
	list, err := support.Gather(q, classic)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, in := range list {
		out[in.ID] = []string{}
		for _, s := range in.Steps {
			out[in.ID] = append(out[in.ID], s.Text["en"])
		}
	}
	return out
}

// What is not said narrows nothing, and a platform narrows its own side alone.
// guide: R17
func TestWhatIsNotSaidNarrowsNothing(t *testing.T) {
	t.Parallel()
	all := gathered(t, support.GatherQuery{Product: "vsphere"})
	host := gathered(t, support.GatherQuery{Product: "vsphere", Platforms: []string{"esx"}})
	both := gathered(t, support.GatherQuery{Product: "vsphere", Platforms: []string{"esx", "linux_guest"}, Symptom: "hang"})
	for _, c := range []struct {
		id              string
		all, host, both bool
	}{
		{"customer_number", true, true, true}, {"recent_changes", true, true, true},
		{"bundle_esx", true, true, true}, {"bundle_esxi", true, false, false},
		{"bundle_windows", true, true, false}, {"bundle_linux", true, true, true},
		{"core_windows", true, true, false}, {"hardware_log", true, true, false}, {"logs_mac", false, false, false},
	} {
		for list, want := range map[*map[string][]string]bool{&all: c.all, &host: c.host, &both: c.both} {
			if _, got := (*list)[c.id]; got != want {
				t.Errorf("%s: %v, want %v", c.id, got, want)
			}
		}
	}
	const restart, hung = "Restart the guest first, then run the script.", "Run vm-support -x, which lists the virtual machines, then vm-support -X with the id of the one that hangs."
	if s := all["bundle_esx"]; !slices.Contains(s, restart) || !slices.Contains(s, hung) {
		t.Errorf("without a symptom: %q", s)
	}
	if s := both["bundle_esx"]; slices.Contains(s, restart) || !slices.Contains(s, hung) {
		t.Errorf("when it hangs: %q", s)
	}
	if v := gathered(t, support.GatherQuery{Product: "vsphere", Version: "5.0", Platforms: []string{"esxi"}}); v["bundle_esxi_5"] == nil || v["bundle_esxi"] != nil {
		t.Errorf("version 5.0: %v", v)
	}
}

// What was said of the gathering is refused when the pack does not know it, and
// belongs to technical requests.
func TestWhatIsGatheredIsOfThePack(t *testing.T) {
	t.Parallel()
	tells(t, production, `
2026-06-03 11:00 JST tanaka change_details platforms=esx,beos
want refused invalid gathering.platform_unknown field platforms
2026-06-03 11:00 JST tanaka change_details gathered=logs_mac
want refused invalid gathering.unknown field gathered
2026-06-03 11:00 JST ito ask kind=debug_data of=support item=bundle_esx text=x
want refused invalid gathering.ask_kind field asks.item
2026-06-03 11:00 JST ito ask kind=debug_data item=people text=x
want refused invalid gathering.unknown field asks.item
2026-06-03 11:00 JST ito ask kind=debug_data item=bundle_esx text=x
want gathered bundle_esx asked
2026-06-03 11:01 JST ito cancel_ask n=1
want gathered bundle_esx missing
2026-06-03 11:02 JST tanaka change_details gathered=bundle_esx
want gathered bundle_esx given
`)
	tells(t, cs, `
2026-06-03 11:00 JST suzuki change_details platforms=esx
want refused conflict gathering.technical_only
want gathered bundle_esx none
`)
}
