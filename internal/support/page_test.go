package support_test

import "testing"

// TestPageFindsSomebody: first, next, duty, each at its own instant and however
// late the timer comes; who is away is not called, and a rota of one calls them
// twice.
//
// guide: R24, R33
func TestPageFindsSomebody(t *testing.T) {
	t.Parallel()
	severe := `
2026-06-03 10:00 JST watanabe add_shift team=technical staff=byrne from="2026-06-03 09:00 JST" to="2026-06-03 12:00 JST" order=1
2026-06-03 10:00 JST watanabe add_shift team=technical staff=nishida from="2026-06-03 09:00 JST" to="2026-06-03 12:00 JST" order=2
`
	file := `
2026-06-03 10:01 JST tanaka file product=vsphere version=4.0 severity=1 criteria=production_down environment=production impact=x title=t
`
	t.Run("next and duty", func(t *testing.T) {
		t.Parallel()
		tells(t, production, severe+file+`
want paged byrne response_due at 2026-06-03 10:01 JST
want event paged step=1 to=staff next_at="2026-06-03 10:06 JST"
2026-06-03 10:05:59.999999 JST clock
want event paged times 1
2026-06-03 10:06 JST clock
want paged nishida response_due at 2026-06-03 10:06 JST
2026-06-03 10:10:59.999999 JST clock
want event paged times 2
2026-06-03 10:11 JST clock
want event paged times 3 step=3 to=duty
want paged watanabe response_due at 2026-06-03 10:11 JST
2026-06-03 10:12 JST watanabe acknowledge_page
want event page_acknowledged staff=watanabe
2026-06-03 11:00 JST clock
want event paged times 3
`)
	})
	t.Run("away", func(t *testing.T) {
		t.Parallel()
		tells(t, production, severe+`
2026-06-03 10:00 JST watanabe add_absence staff=byrne from="2026-06-03 10:00 JST" to="2026-06-03 11:00 JST"
`+file+`
want paged nishida response_due at 2026-06-03 10:01 JST
2026-06-03 10:06 JST clock
want event paged times 2 staff=nishida
want no event page_acknowledged
`)
	})
	t.Run("answered", func(t *testing.T) {
		t.Parallel()
		tells(t, production, severe+file+`
2026-06-03 10:02 JST nishida acknowledge_page
want refused forbidden paging.not_called
2026-06-03 10:03 JST hayashi log_contact channel=phone outcome=connected text=x
want target first_response met
2026-06-03 10:04 JST byrne acknowledge_page
want refused conflict paging.none
2026-06-03 10:30 JST clock
want event paged times 1
`)
	})
	t.Run("an owner is paged without it", func(t *testing.T) {
		t.Parallel()
		tells(t, production, severe+`
2026-06-03 10:01 JST ito take
2026-06-03 10:02 JST tanaka raise_severity to=1 impact=x
2026-06-03 10:03 JST ito grant_severity
want paged ito response_due at 2026-06-03 10:03 JST
want no event paged
`)
	})
}
