package browser

import (
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile("../web/assets/node_modules/axe-core/axe.min.js")
	return string(b), err
})

// violations runs axe-core in the page and tells what it finds. What keeps the
// rules is not described.
func (b *tab) violations() []string {
	b.Helper()
	axe, err := axe()
	if err != nil {
		b.Fatalf("axe-core is not here: run make assets: %v", err)
	}
	if !get[bool](b, "!!window.axe") {
		get[int](b, axe+";0")
	}
	return get[[]string](b, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(
		r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`)
}

// key is that of a message for which there are no words.
var key = regexp.MustCompile(`\b(page|word)\.[a-z][\w.]*`)

// No screen breaks a rule of WCAG 2.2 AA that a program can see, in any theme and
// either language (UX-26, UX-27); where time is short, in one of each by chance: colours
// are of the theme, words of the language. None says the key of a message for its words
// (UX-28), or is wider than the phone on which it is read (UX-25); there what has the
// focus is to be seen, and so is where among the places its reader is (UX-26).
func TestScreens(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	h, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	tabs := map[string]*tab{} // of each person; who opens one anew waits for a new process of the browser
	for _, s := range slices.Concat(screens, manageScreens) {
		if !strings.Contains(s.name, os.Getenv("MADOGUCHI_SCREENS")) {
			continue
		}
		if tabs[s.as] == nil {
			tabs[s.as] = h.tab(t, s.as, "en")
		}
		t.Run(s.name, func(t *testing.T) {
			b := tabs[s.as].within(t)
			chosen := rand.IntN(2)
			for i, look := range [][2]string{{"en", "light"}, {"ja", "dark"}} {
				b.cookie("lang", look[0])
				b.do(chromedp.EmulateViewport(1360, 800))
				b.goToScreen(s)
				if !testing.Short() {
					b.passes(s.name+", "+look[0], "light", "dark")
				} else if i == chosen {
					b.passes(s.name+", "+look[0], look[1])
				} else {
					b.passes(s.name + ", " + look[0])
				}
			}
		})
	}
}

// unseen walks with the focus through all that takes it, from the first to the last and
// back, and tells what lies under something else then or has no ring, its own or that of
// what it stands in: a program for rules sees neither.
const unseen = `(() => {
	const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
	const ringed = e => e && (getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) >= 2 || ringed(e.parentElement));
	const out = new Set();
	for (const e of [...all, ...all.toReversed()]) {
		e.focus({focusVisible: true});
		if (document.activeElement !== e) continue;
		const r = e.getBoundingClientRect(), left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth), top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
		const at = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) => document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y));
		const own = x => x && (e.contains(x) || x.contains(e) || [...(e.labels || [])].some(l => l.contains(x)));
		if (left >= right || top >= bottom || !at.some(own)) out.add("is hidden: " + e.outerHTML.slice(0, 160));
		if (!ringed(e)) out.add("has no ring: " + e.outerHTML.slice(0, 160));
	}
	return [...out];
})()`

// passes looks at a page, held to the rules in some themes, and on a phone.
func (b *tab) passes(name string, themes ...string) {
	b.Helper()
	for _, theme := range themes {
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
	if get[bool](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done([...document.querySelectorAll("nav > [aria-current]")].some(here => {
		const row = here.parentElement.getBoundingClientRect(), at = here.getBoundingClientRect();
		return row.width > 0 && (at.left < row.left - 1 || at.right > row.right + 1);
	})))))`) {
		b.Errorf("%s: on a phone one has to scroll to see where one is", name)
	}
	for _, e := range get[[]string](b, unseen) {
		b.Errorf("%s: what has the focus %s", name, e)
	}
}
