package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Reports and the overview fit the paper on which they are printed: all columns stand
// on an A4 page with its margins, nothing is there that only a screen can use, and
// the colours are those of paper.
func TestReportsPrint(t *testing.T) {
	t.Parallel()
	inBoth(t, "watanabe", func(b *tab, _ bool) {
		b.cookie("theme", "dark")
		b.do(chromedp.EmulateViewport(688, 1000), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { // 210 mm less 14 at each side
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
			return err
		}))
		for _, path := range []string{"/overview", "/reports/attainment", "/reports/time", "/reports/accounts"} {
			b.goTo(path)
			if wide := get[float64](b, `Math.max(...[...document.querySelectorAll("main *")].map(x => x.getBoundingClientRect().right))`); wide > 688 || wide < 100 {
				b.Errorf("%s reaches to %v of 688", path, wide)
			}
			if shown := get[[]string](b, `[...document.querySelectorAll(".top, form, .narrow, .button")].filter(x => x.checkVisibility()).map(x => x.className)`); len(shown) > 0 {
				b.Errorf("%s prints %v", path, shown)
			}
			if ink := get[string](b, `getComputedStyle(document.querySelector("main h1")).color + getComputedStyle(document.querySelector("main section, main figure")).backgroundColor`); !strings.HasPrefix(ink, "rgb(0, 0, 0)rgb(255, 255, 255)") && !strings.HasPrefix(ink, "rgb(0, 0, 0)rgba(0, 0, 0, 0)") {
				b.Errorf("%s is printed in %s", path, ink)
			}
		}
	})
}
