package browser

import (
	"os"
	"path/filepath"
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
	{"design", "", "/design"},
	{"absent", "sato", "/requests/100-000-001"},
	{"customer-requests", "sato", "/"},
	{"customer-request", "sato", "first"},
	{"staff-requests", "ito", "/"},
	{"staff-request", "ito", "first"},
}

// goToScreen opens a screen; "first" is the first request of the list.
func (b *tab) goToScreen(s screen) {
	b.Helper()
	if s.path != "first" {
		b.goTo(s.path)
		return
	}
	b.goTo("/")
	path := get[string](b, `document.querySelector(".rows a")?.pathname ?? ""`)
	if path == "" {
		b.Fatal("the list is empty")
	}
	b.goTo(path)
}

// TestPictures looks at every screen, and where a folder is named keeps what it
// saw: no page is wider than the phone it is read on (UX-25).
func TestPictures(t *testing.T) {
	t.Parallel()
	dir, only := os.Getenv(pictures), os.Getenv("MADOGUCHI_SCREENS")
	for _, lang := range []string{"en", "ja"} {
		for _, s := range screens {
			if only != "" && !strings.Contains(s.name, only) {
				continue
			}
			themes := []string{"light", "dark"}
			if dir == "" {
				themes = themes[:1]
			}
			for _, theme := range themes {
				b := open(t, s.as, lang)
				b.cookie("theme", theme)
				b.look(s, dir, strings.Join([]string{s.name, lang, theme}, "-"))
			}
		}
	}
}

// look opens a screen wide and on a phone.
func (b *tab) look(s screen, dir, name string) {
	b.Helper()
	for _, size := range []struct {
		name  string
		width int64
	}{{"phone", 360}, {"wide", 1360}} {
		b.do(chromedp.EmulateViewport(size.width, 740))
		b.goToScreen(s)
		if wide := get[int64](b, "document.documentElement.scrollWidth"); wide > size.width {
			b.Errorf("%s on %d: the page is %d wide", name, size.width, wide)
		}
		if dir == "" {
			continue
		}
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+"-"+size.name+".png"), png, 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
