package browser

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictures names the folder into which pictures of every screen are written;
// make pictures sets it.
const pictures = "MADOGUCHI_PICTURES"

// screen is one page to look at, and who looks.
type screen struct{ name, as, path string }

// screens are all pages in a state worth a look. The accessibility test walks
// the same list.
var screens = []screen{
	{"sign-in", "", "/sign-in"},
	{"sign-in-link", "", "/sign-in/link?for=reset"},
	{"sign-in-link-gone", "", "/link/used"},
	{"access", "sato", "/access"},
	{"design", "", "/design"},
	{"mails", "mori", "/mail"},
	{"mails-none", "mori", "/mail?state=dropped"},
	{"mails-blocked", "mori", "/mail/blocked"},
	{"mail", "mori", "mail"},
	{"outbox", "", "/demo/outbox"},
	{"outbox-mail", "ito", "/demo/outbox/1"},
	{"outbox-text", "sato", "/demo/outbox/1?as=text"},
	{"demo-mail", "", "/demo/mail?ready=answer"},
	{"outbox-fields", "", "/demo/outbox/1?as=head"},
	{"absent", "sato", "/requests/100-000-001"},
	{"customer-requests", "sato", "/"},
	{"customer-request", "sato", "first"},
	{"new-what", "sato", "/requests/new"},
	{"new-scope", "ono", "/requests/new"},
	{"new-service", "ono", "/requests/new?step=how&kind=cs_request"},
	{"new-how", "sato", "/requests/new?step=how&product=esx"},
	{"new-text", "sato", "/requests/new?step=text&product=esx"},
	{"new-review", "sato", "/requests/new?step=review&product=esx"},
	{"answers", "sato", "/answers?q=snapshots+fail"},
	{"answers-none", "sato", "/answers?q=zebra+crossing"},
	{"answers-places", "sato", "/answers"},
	{"search", "sato", "/search?q=snapshots"},
	{"search-none", "sato", "/search?q=zebra+crossing"},
	{"search-empty", "sato", "/search"},
	{"search-staff", "ito", "/search?q=firmware"},
	{"search-staff-people", "ito", "/search?q=aoba.example"},
	{"search-staff-wrong", "ito", "/search?q=firmware+severity:0"},
	{"search-staff-none", "ito", "/search?q=zebra+crossing"},
	{"contracts", "sato", "/contracts"},
	{"contracts-none", "nakamura", "/contracts"},
	{"contract-primary", "suzuki", "/contracts/BAS-2010-0417"},
	{"contract-admin", "tanaka", "/contracts/PRD-2010-1102"},
	{"contract-staff", "mori", "/contracts/BAS-2010-0417"},
	{"licences-primary", "suzuki", "/contracts/BAS-2010-0417/licences"},
	{"registrations", "suzuki", "/contracts/BAS-2010-0417/registrations"},
	{"glass", "ito", "/glass"},
	{"manage-import", "ishikawa", "/manage/import"},
	{"manage-rules-switch", "ishikawa", "/manage/rules/style-a@1"},
	{"licences-secondary", "okada", "/contracts/BAS-2010-0417/licences"},
	{"licences-staff", "mori", "/contracts/BAS-2010-0417/licences"},
	{"plan-new", "suzuki", "/contracts/BAS-2010-0417/plans/new"},
	{"licence", "suzuki", "row /contracts/BAS-2010-0417/licences"},
	{"profile", "sato", "/profile"},
	{"ways", "sato", "/ways"},
	{"wishes", "sato", "/wishes"},
	{"security", "", "/security"},
	{"betas", "sato", "/betas"},
	{"alert-confirm", "", "/alerts/confirmation?token=x"},
	{"overview", "watanabe", "/overview"},
	{"report-targets", "watanabe", "/reports/attainment"},
	{"report-ages", "watanabe", "/reports/ages"},
	{"report-completions", "watanabe", "/reports/completions"},
	{"report-time", "watanabe", "/reports/time"},
	{"report-surveys", "watanabe", "/reports/surveys"},
	{"report-accounts", "watanabe", "/reports/accounts"},
	{"report-refused", "watanabe", "/reports/ages?from=2026-06-05&to=2026-06-01"},
	{"report-customer", "sato", "/reports/time"},
	{"staff-requests", "ito", "/"},
	{"staff-request", "ito", "first"},
	{"staff-request-work", "ito", "first?do=details"},
	{"bulk", "ito", "/bulk?n=100000006"},
	{"bulk-none", "ito", "/bulk"},
	{"macros", "ito", "/macros"},
	{"why", "ito", "first/why"},
	{"complete", "ito", "first?do=completed"},
}

// goToScreen opens a screen; "first" is the request of the house, with what is
// asked for behind it, "mail" what its visitor wrote.
func (b *tab) goToScreen(s screen) {
	b.Helper()
	if list, row := strings.CutPrefix(s.path, "row "); row {
		b.goTo(list)
		b.goTo(get[string](b, `document.querySelector("main tbody a").pathname`))
		return
	}
	if s.path == "mail" {
		b.comes("/mail", "visitor@elsewhere.example")
		b.goTo(get[string](b, `[...document.querySelectorAll(".rows.mails > li")].find(l => l.innerText.includes("visitor@")).querySelector(".title a").pathname`))
		return
	}
	path := s.path
	if asked, first := strings.CutPrefix(path, "first"); first {
		path = "/requests/" + b.house.number + asked
	}
	b.goTo(path)
}

// TestPictures looks at every screen, where a folder is named: every language,
// both themes, wide and on a phone.
func TestPictures(t *testing.T) {
	t.Parallel()
	dir, only := os.Getenv(pictures), os.Getenv("MADOGUCHI_SCREENS")
	if dir == "" {
		return // nobody wants to look; TestScreens reads the same pages
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "ja"} {
		for _, theme := range []string{"light", "dark"} {
			for _, s := range slices.Concat(screens, manageScreens) {
				if !strings.Contains(s.name, only) {
					continue
				}
				b := open(t, s.as, lang)
				b.cookie("theme", theme)
				for name, width := range map[string]int64{"phone": 360, "wide": 1360} {
					b.do(chromedp.EmulateViewport(width, 740))
					b.goToScreen(s)
					png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
					if err == nil {
						err = os.WriteFile(filepath.Join(dir, strings.Join([]string{s.name, lang, theme, name}, "-")+".png"), png, 0o644)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
