package browser

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// waits holds until an expression of the page is true, on whatever page the browser
// is by then, within what was promised.
func (b *tab) waits(expression string, within time.Duration) {
	b.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	late := time.After(within)
	for {
		if is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); err == nil && is {
			return
		}
		select {
		case <-late:
			b.Fatalf("not within %s: %s\n%s", within, expression, get[string](b, "location.href + document.body.innerText"))
		case <-look.C:
		}
	}
}

// press presses a key as a keyboard does: the letter comes only if nothing has
// taken the key.
func (b *tab) press(key string, modifiers int64) {
	b.Helper()
	text := key
	if modifiers != 0 {
		text = ""
	}
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyDown", Key: key, Text: text, Modifiers: modifiers})
		if err == nil {
			_, err = cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyUp", Key: key, Modifiers: modifiers})
		}
		return err
	}))
}

const ctrl = 2 // a modifier

func (b *tab) focus() string {
	b.Helper()
	return get[string](b, `(document.activeElement.id || document.activeElement.name || document.activeElement.tagName) + ""`)
}

// filed files a request as a customer by the command line and gives its number.
func (h *house) filed(t *testing.T, as, title string) string {
	t.Helper()
	said, err := h.command(as, "request", "file", "--product", "esx", "--product-version", "4.0", "--severity", "3", "--environment", "test", "--title", title, "--text", "It stops.")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`\d{3}-\d{3}-\d{3}`).FindString(said)
}

// The console is worked by keys alone: from the list into a request, a note, the
// palette by the words of either language, and a form out of it; while somebody
// types, keys are letters, and single keys can be off (UX-15, UX-16, UX-22).
func TestTheConsoleByKeys(t *testing.T) {
	t.Parallel()
	inBoth(t, "ito", func(b *tab, ja bool) {
		number := b.house.filed(b.T, "sato", "By keys")
		if _, err := b.house.command("ito", "request", "take", number); err != nil {
			b.Fatal(err)
		}
		b.goTo("/?view=mine")
		ready := func() { b.waits(`document.documentElement.dataset.palette === "ready"`, 5*time.Second) }
		ready()
		b.press("?", 0)
		b.waits(`document.querySelectorAll("dialog.palette[open] kbd").length > 25`, time.Second)
		b.do(chromedp.KeyEvent(kb.Escape))
		b.waits(`!document.querySelector("dialog.palette").open`, time.Second)
		b.press("j", 0)
		b.waits(`!!document.activeElement.closest(".rows.queued li")`, time.Second)
		b.press("x", 0)
		if !get[bool](b, `document.activeElement.closest("li").querySelector("input.pick").checked`) {
			b.Error("x does not choose the row")
		}
		b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#work")))
		ready()
		b.press("n", 0)
		b.waits(`document.activeElement.id === "f-notes-text"`, time.Second)
		b.do(chromedp.KeyEvent("r@q[ The lab has the same build."))
		if at, text := b.focus(), get[string](b, `document.activeElement.value`); at != "f-notes-text" || text != "r@q[ The lab has the same build." {
			b.Errorf("typing has led to %s with %q", at, text)
		}
		if get[bool](b, `(() => { const s = x => { const c = getComputedStyle(document.querySelector(x)); return [c.backgroundColor, c.borderTopStyle] };
			const [a, n] = [s(".write.public"), s(".write.internal")]; return a[0] === n[0] || a[1] === n[1] })()`) {
			b.Error("a reply and a note look alike")
		}
		get[int](b, `window.before = 1; 0`)
		b.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		// The page that is left may show the note already, by itself.
		b.waits(`!("before" in window) && [...document.querySelectorAll(".entry.note")].some(x => x.innerText.includes("The lab has the same build."))`, 5*time.Second)
		ready()
		// By the words of the other language, too.
		b.press("k", ctrl)
		b.waits(`document.querySelector("dialog.palette").open && document.querySelectorAll("dialog.palette li").length > 10`, time.Second)
		words := "引き継"
		if ja {
			words = "hand over"
		}
		b.do(chromedp.KeyEvent(words))
		b.waits(`document.querySelectorAll("dialog.palette li").length > 0 && document.querySelectorAll("dialog.palette li").length < 4`, time.Second)
		b.do(chromedp.KeyEvent("\r"))
		b.waits(`!!document.querySelector("#hand-over[open] form") && document.activeElement.closest("#hand-over") !== null`, 3*time.Second)
		// The best of five: others work on this machine.
		if took := get[float64](b, `(() => { const d = document.querySelector("dialog.palette"); let best = 1e9; document.activeElement.blur();
			for (let i = 0; i < 5; i++) { const at = performance.now();
				document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true}));
				if (!d.open) return 1e9; d.getBoundingClientRect(); best = Math.min(best, performance.now() - at); d.close() }
			return best })()`); took > 50 {
			b.Errorf("the palette opens in %.0f ms", took)
		}
		b.do(chromedp.Click(chromedp.CSS(".top .end details.menu summary")), chromedp.Click(chromedp.CSS(`button[name=keys][value=off]`)))
		b.waits(`document.documentElement.dataset.keys === "off" && document.documentElement.dataset.palette === "ready"`, 5*time.Second)
		b.press("n", 0)
		if at := b.focus(); at == "f-notes-text" {
			b.Error("single keys are off, and n does something")
		}
	})
}

// Two people are on one request: each learns within two seconds that the other
// writes, sees what the customer says without asking for it, and is stopped before
// sending when something new is there (UX-20, UX-21).
func TestTwoPeopleOnOneRequest(t *testing.T) {
	t.Parallel()
	ito, byrne := open(t, "ito", "ja"), open(t, "byrne", "en")
	number := ito.house.filed(t, "sato", "For two")
	for _, b := range []*tab{ito, byrne} {
		b.goTo("/requests/" + number)
		b.waits(`!document.querySelector(".present").hidden || true`, time.Second)
	}
	byrne.holds("伊藤")
	ito.do(chromedp.Click(chromedp.CSS("#write-reply summary")), chromedp.SendKeys(chromedp.CSS("#f-text"), "少々お待ちください。"))
	byrne.waits(`/伊藤 蓮 is writing/.test(document.querySelector(".present .who").textContent)`, 3*time.Second)
	if _, err := ito.house.command("sato", "request", "comment", number, "It works again!"); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*tab{ito, byrne} {
		b.waits(`[...document.querySelectorAll("#entries .entry")].some(x => x.innerText.includes("It works again!"))`, 3*time.Second)
	}
	if got := get[string](ito, `document.querySelector("#f-text").value`); got != "少々お待ちください。" {
		t.Errorf("what was being typed is %q", got)
	}
	ito.do(chromedp.Click(chromedp.CSS("#reply button.first")))
	ito.waits(`!!document.querySelector(".news") && document.querySelector(".news").innerText.includes("It works again!")`, 5*time.Second)
	// Who has typed nothing is not stopped by what they have before their eyes.
	byrne.do(chromedp.Click(chromedp.CSS("#write-note summary")), chromedp.SendKeys(chromedp.CSS("#f-notes-text"), "Good news."), chromedp.Click(chromedp.CSS("#notes button.note")))
	byrne.waits(`[...document.querySelectorAll(".entry.note")].some(x => x.innerText.includes("Good news."))`, 5*time.Second)
}

// Several requests are taken at once; what is refused says so for each (UX-24).
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, "ito", "en")
	mine := b.house.filed(t, "sato", "Owned already")
	free := b.house.filed(t, "sato", "Free to take")
	if _, err := b.house.command("byrne", "request", "take", mine); err != nil {
		t.Fatal(err)
	}
	b.goTo("/?sort=newest")
	for _, n := range []string{mine, free} {
		get[int](b, `[...document.querySelectorAll(".rows.queued li")].find(x => x.innerText.includes("`+n+`")).querySelector("input.pick").click(); 0`)
	}
	b.holds("2 chosen")
	b.do(chromedp.Click(chromedp.CSS("#bulk button")), chromedp.WaitVisible(chromedp.CSS("#f-bulk-deed")))
	b.do(chromedp.Click(chromedp.CSS("input[name=deed][value=take]")), chromedp.Click(chromedp.CSS("main form.form button.first")))
	b.holds("Done for 1, refused for 1", "Refused", "Try those again")
}

// What may help comes while somebody types, within 300 ms of the pause, is told to
// screen readers politely, and leaves the writer where they are (UX-05).
func TestSuggestionsComeWhileTyping(t *testing.T) {
	t.Parallel()
	drafts(t, "sato")
	b := open(t, "sato", "en")
	b.goTo("/requests/new?step=text&product=esx")
	if get[string](b, `document.querySelector("#suggestions").getAttribute("aria-live")`) != "polite" {
		t.Error("screen readers are not told")
	}
	b.do(chromedp.Click(chromedp.CSS("#f-title")))
	top := get[float64](b, `document.querySelector("#f-title").getBoundingClientRect().top`)
	best := 1e9
	for range 5 { // the best: others work on this machine
		took := get[float64](b, `new Promise(done => { const at = performance.now(), i = document.querySelector("#f-title");
			document.addEventListener("htmx:after:swap", () => done(performance.now() - at), {once: true});
			i.value = "Snapshots fail"; i.dispatchEvent(new Event("input", {bubbles: true})); setTimeout(() => done(1e9), 5000) })`)
		best = min(best, took-250)
	}
	if best > 300 {
		t.Errorf("suggestions come %.0f ms after the pause", best)
	}
	if at := b.focus(); at != "f-title" || get[float64](b, `document.querySelector("#f-title").getBoundingClientRect().top`) != top {
		t.Errorf("the writer is at %s", at)
	}
}
