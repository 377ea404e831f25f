package browser

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// violations runs axe-core in the page and tells what it finds.
func (b *tab) violations() []string {
	b.Helper()
	axe, err := os.ReadFile("../web/assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.Fatalf("axe-core is not here: run make assets: %v", err)
	}
	get[int](b, string(axe)+";0")
	return get[[]string](b, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
		r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`)
}

// key is that of a message for which there are no words.
var key = regexp.MustCompile(`\b(page|word)\.[a-z]\w*`)

// No screen breaks a rule of WCAG 2.2 AA that a program can see, in any theme and
// either language (UX-26, UX-27), says the key of a message for its words (UX-28), or is wider
// than the phone on which it is read (UX-25).
func TestScreens(t *testing.T) {
	t.Parallel()
	for _, s := range slices.Concat(screens, manageScreens) {
		if !strings.Contains(s.name, os.Getenv("MADOGUCHI_SCREENS")) {
			continue
		}
		t.Run(s.name, func(t *testing.T) { // its tab is closed before the next one opens
			b := open(t, s.as, "en")
			for _, lang := range []string{"en", "ja"} {
				b.cookie("lang", lang)
				b.do(chromedp.EmulateViewport(1360, 800))
				b.goToScreen(s)
				b.passes(s.name + ", " + lang)
			}
		})
	}
}

// passes looks at a page in both themes, and on a phone.
func (b *tab) passes(name string) {
	b.Helper()
	for _, theme := range []string{"light", "dark"} {
		get[int](b, "document.documentElement.dataset.theme='"+theme+"';0")
		get[int](b, "scrollTo(0, 0); 0") // what the head of the page covers at another place is no matter
		for _, v := range b.violations() {
			b.Errorf("%s, %s: %s", name, theme, v)
		}
	}
	said := get[string](b, "document.body.innerText")
	if key := key.FindString(said); key != "" {
		b.Errorf("%s says the key of a message: %s", name, key)
	}
	b.do(chromedp.EmulateViewport(360, 740))
	if wide := get[int64](b, "document.documentElement.scrollWidth"); wide > 360 {
		b.Errorf("%s: on a phone the page is %d wide", name, wide)
	}
}
