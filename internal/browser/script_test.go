package browser

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
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

// openAll opens each mail of the list in a frame, and stirs all that stands in it.
const openAll = `(async () => {
	const paths = [];
	for (let at = "/mail"; at; ) {
		const doc = new DOMParser().parseFromString(await (await fetch(at)).text(), "text/html");
		for (const a of doc.querySelectorAll(".rows.mails .title a")) paths.push(a.getAttribute("href"));
		at = doc.querySelector("nav.pages a.end")?.getAttribute("href");
	}
	const events = ["mouseover", "focus", "click", "toggle", "pointerenter", "error", "load", "animationstart", "beforetoggle"];
	let shown = 0, ran = [], loads = [];
	for (const path of paths) {
		const text = await (await fetch(path + "/html")).text();
		const frame = document.createElement("iframe");
		frame.srcdoc = text;
		const there = new Promise((done) => frame.addEventListener("load", done));
		document.body.append(frame);
		await there;
		const w = frame.contentWindow;
		for (const x of w.document.querySelectorAll("body, body *")) for (const e of events) if (!x.closest("a")) x.dispatchEvent(new Event(e, { bubbles: true }));
		await new Promise((done) => setTimeout(done, 5));
		if (w.document.body?.innerText.includes("marked")) shown++;
		if ("__ran" in w || "__ran" in window) ran.push(path + " " + text);
		for (const e of w.performance.getEntriesByType("resource")) if (!e.name.startsWith(location.origin)) loads.push(e.name);
		if (/\s(src|srcset|background|poster|data|style)\s*=\s*["']?\s*(https?:)?\/\//i.test(text)) loads.push(text);
		frame.remove();
	}
	return JSON.stringify({ paths: paths.length, shown, ran, loads });
})()`

// openOwn runs a script in a frame, if nothing hinders it.
const openOwn = `(async () => {
	const frame = document.createElement("iframe");
	frame.srcdoc = "<script>window.__ran = 1</script>";
	const there = new Promise((done) => frame.addEventListener("load", done));
	document.body.append(frame);
	await there;
	return "__ran" in frame.contentWindow;
})()`

// Nothing of the HTML of a mail runs or is loaded from elsewhere, with the policy of
// its frame and without any: each of 300 attacks is a mail of its own, and is opened as
// the page of a mail opens it (T27, T28).
func TestNothingOfAMailRunsInABrowser(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("../web/testdata/scripts.txt")
	if err != nil {
		t.Fatal(err)
	}
	scripts := strings.Split(strings.TrimSpace(string(list)), "\n")[1:]
	if len(scripts) < 300 {
		t.Fatalf("%d scripts", len(scripts))
	}
	h := ownHouse(t, "")
	for i, x := range scripts {
		r, err := http.PostForm(h.url+"/demo/mail", url.Values{"other": {"p" + strconv.Itoa(i) + "@junk.example"}, "to": {"0"}, "kind": {"person"}, "proof": {"right"}, "subject": {x},
			"html": {x + `<img src="https://track.example/` + strconv.Itoa(i) + `.gif"><p>marked` + strconv.Itoa(i) + `</p>`}})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Body.Close(); err != nil || r.StatusCode != http.StatusOK {
			t.Fatal(r.Status, err)
		}
	}
	for _, bypass := range []bool{false, true} {
		b := h.open(t, "mori", "en")
		b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: bypass})
			return err
		}))
		b.comes("/mail?sender=p"+strconv.Itoa(len(scripts)-1)+"@junk.example", "unknown sender")
		b.goTo("/mail")
		opened := get[string](b, openAll)
		var out struct {
			Paths, Shown int
			Ran, Loads   []string
		}
		if err := json.Unmarshal([]byte(opened), &out); err != nil {
			t.Fatal(err)
		}
		if out.Paths < len(scripts) || len(out.Ran) > 0 || len(out.Loads) > 0 {
			t.Errorf("bypassing the policy %v: of %d mails %d were opened and %d showed their words; %d have run: %.2000q; loaded was %.2000q", bypass, len(scripts), out.Paths, out.Shown, len(out.Ran), out.Ran, out.Loads)
		}
		t.Logf("bypassing the policy %v: %d mails, %d with their words", bypass, out.Paths, out.Shown)
		if out.Shown < len(scripts)*9/10 {
			t.Errorf("bypassing the policy %v: %d of %d mails show their words", bypass, out.Shown, len(scripts))
		}
		if bypass { // the test can see it
			if !get[bool](b, openOwn) {
				t.Error("the policy still holds")
			}
		}
	}
}
