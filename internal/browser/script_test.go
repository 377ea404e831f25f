package browser

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// What people type is not run by a browser, with the Content-Security-Policy and
// without it: the policy is the second wall, not the first (T27).
func TestNothingTypedRunsInABrowser(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("../web/testdata/scripts.txt")
	if err != nil {
		t.Fatal(err)
	}
	scripts := strings.Split(strings.TrimSpace(string(list)), "\n")[1:]
	customer := open(t, "sato", "en")
	h := customer.house
	all := filepath.Join(t.TempDir(), "all.txt")
	if err := os.WriteFile(all, []byte(strings.Join(scripts, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for i := 0; i < len(scripts); i += 12 {
		numbers = append(numbers, h.filed(t, "sato", scripts[i]))
	}
	if said, err := h.command("sato", "request", "comment", numbers[0], "--file", all); err != nil {
		t.Fatal(said, err)
	}
	for _, as := range []string{"sato", "ito"} {
		for _, bypass := range []bool{false, true} {
			b := open(t, as, "en")
			b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: bypass})
				return err
			}))
			paths := []string{"/", "/?sort=newest", "/requests/" + numbers[0], "/requests/" + numbers[1], "/requests/" + numbers[2]}
			for _, path := range paths {
				b.goTo(path)
				get[int](b, `(() => { for (const x of document.querySelectorAll("main *")) for (const e of ["mouseover", "focus", "click", "toggle", "pointerenter"]) if (!x.closest("a, button, form, summary")) x.dispatchEvent(new Event(e)); return 0 })()`)
				if get[bool](b, `"__ran" in window`) {
					t.Errorf("%s as %s, bypassing the policy %v: what was typed has run", path, as, bypass)
				}
			}
			if !get[bool](b, `document.body.innerText.includes("window.__ran=1")`) {
				t.Errorf("as %s nothing of it is shown", as)
			}
			if bypass { // the test can see it
				if !get[bool](b, `(() => { const s = document.createElement("script"); s.textContent = "window.__ran = 1"; document.body.append(s); return "__ran" in window })()`) {
					t.Error("the policy still holds")
				}
			}
		}
	}
}
