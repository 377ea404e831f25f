package browser

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// inBoth runs a journey in both languages.
func inBoth(t *testing.T, as string, journey func(b *tab, ja bool)) {
	for _, lang := range []string{"en", "ja"} {
		journey(open(t, as, lang), lang == "ja")
	}
}

// drafting are the people whose drafts of a request tests write.
var drafting = map[string]*sync.Mutex{"endo": {}, "mizuno": {}, "sato": {}}

// drafts lets one test at a time write the draft of a request that somebody has: each
// has one, in whatever window.
func drafts(t *testing.T, who string) {
	drafting[who].Lock()
	t.Cleanup(drafting[who].Unlock)
}

// tabTo presses Tab until the element of a selector has the focus.
func (b *tab) tabTo(selector string) {
	b.Helper()
	for range 80 {
		if get[bool](b, `!!document.activeElement?.matches('`+selector+`')`) {
			return
		}
		b.do(chromedp.KeyEvent("\t"))
	}
	b.Fatalf("the keyboard does not reach %s", selector)
}

// Somebody files with the keyboard alone, and sees where the focus is all the time
// (UX-01).
func TestFilingByKeyboard(t *testing.T) {
	t.Parallel()
	drafts(t, "endo")
	inBoth(t, "endo", func(b *tab, ja bool) {
		b.goTo("/")
		b.tabTo(`a[href="/requests/new"]`)
		b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#product-esx")))
		b.tabTo("#product-esx")
		if get[string](b, `getComputedStyle(document.activeElement.closest(".choice")).outlineStyle`) == "none" {
			b.Error("nothing shows where the focus is")
		}
		b.do(chromedp.KeyEvent(" "))
		b.tabTo("main button[value=how]")
		b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#severity-3")))
		b.tabTo("input[name=environment]")
		b.do(chromedp.KeyEvent(" "))
		b.tabTo("input[name=severity]")
		for range 3 {
			if get[bool](b, `document.querySelector("#severity-3").checked`) {
				break
			}
			b.do(chromedp.KeyEvent(kb.ArrowDown))
		}
		b.tabTo("main button[value=text]")
		b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#f-title")))
		b.tabTo("#f-title")
		b.do(chromedp.KeyEvent("By keyboard alone"))
		b.tabTo("#f-text")
		b.do(chromedp.KeyEvent("No mouse."))
		b.tabTo("main button[value=review]")
		b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("button[value=file]")))
		b.tabTo("button[value=file]")
		b.do(chromedp.KeyEvent("\r"))
		b.holds("/requests/1", "By keyboard alone")
	})
}

// On a phone and without script everything is there: filing with a file, a reply
// with another (UX-25, R28).
func TestFilingOnAPhoneWithoutScript(t *testing.T) {
	t.Parallel()
	drafts(t, "mizuno")
	inBoth(t, "mizuno", func(b *tab, ja bool) {
		b.do(chromedp.EmulateViewport(360, 740), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
		b.goTo("/requests/new")
		if get[bool](b, `document.documentElement.classList.contains("scripted")`) {
			b.Fatal("scripts run")
		}
		b.do(chromedp.Click(chromedp.CSS("#product-esx")), chromedp.Click(chromedp.CSS("main button[value=how]")), chromedp.WaitVisible(chromedp.CSS("#severity-3")))
		b.do(chromedp.Click(chromedp.CSS("input[name=environment][value=test]")), chromedp.Click(chromedp.CSS("#severity-3")), chromedp.Click(chromedp.CSS("main button[value=text]")))
		b.do(chromedp.WaitVisible(chromedp.CSS("#f-title")), chromedp.SendKeys(chromedp.CSS("#f-title"), "From a phone"), chromedp.SendKeys(chromedp.CSS("#f-text"), "See the file."))
		b.choose("main form", "phone.log", "line")
		b.do(chromedp.Click(chromedp.CSS("main button[value=review]")), chromedp.WaitVisible(chromedp.CSS("button[value=file]")))
		b.holds("phone.log")
		if wide := get[int64](b, "document.documentElement.scrollWidth"); wide > 360 {
			b.Errorf("the page is %d wide", wide)
		}
		b.do(chromedp.Click(chromedp.CSS("button[value=file]")))
		b.holds("/requests/1", "From a phone", "phone.log")
		b.do(chromedp.SendKeys(chromedp.CSS("#f-text"), "One more."))
		b.choose("#reply", "second.log", "line")
		b.do(chromedp.Click(chromedp.CSS("#reply button.first")))
		b.holds("One more.", "second.log")
	})
}

// Raising the severity and escalating are two things: neither makes the other
// (SC-06, UX-11, R29, R46).
func TestSeverityAndEscalation(t *testing.T) {
	t.Parallel()
	inBoth(t, "tanaka", func(b *tab, ja bool) {
		said, err := b.house.command("tanaka", "request", "file", "--product", "vsphere", "--product-version", "4.0", "--severity", "3", "--environment", "production",
			"--title", "Hosts lose their storage", "--text", "Since ten.")
		if err != nil {
			b.Fatal(err)
		}
		number := strings.ReplaceAll(regexp.MustCompile(`\d{3}-\d{3}-\d{3}`).FindString(said), "-", "")
		if _, err := b.house.command("ito", "request", "take", number); err != nil {
			b.Fatal(err)
		}
		b.goTo("/requests/" + number)
		drawer := func(b *tab, id string) {
			get[int](b, `document.querySelector("#`+id+`").open = true; 0`)
		}
		drawer(b, "severity")
		b.do(chromedp.Click(chromedp.CSS("#severity input[value='1']")), chromedp.SendKeys(chromedp.CSS("#f-severity-impact"), "All of the bank."))
		get[int](b, `document.querySelector("#severity form").requestSubmit(); 0`)
		b.holds([]string{"The owner has been asked", "担当者"}[at(ja)], "All of the bank.")
		if get[bool](b, `document.body.innerText.includes("`+[]string{"Escalated since", "エスカレーション開始"}[at(ja)]+`")`) {
			b.Error("raising escalates")
		}
		ito := open(t, "ito", "en")
		ito.goTo("/requests/" + number)
		drawer(ito, "severity-granted")
		ito.do(chromedp.SendKeys(chromedp.CSS("#f-severity-granted-reason"), "The whole site is down."))
		get[int](ito, `document.querySelector("#severity-granted form").requestSubmit(); 0`)
		ito.holds("The whole site is down.")
		b.goTo("/requests/" + number)
		severity := `[...document.querySelectorAll("dl.facts dd")].map(d => d.innerText).join("\n")`
		before := get[string](b, severity)
		if !strings.Contains(before, "1 · ") && !strings.Contains(before, "重要度 1") {
			b.Errorf("the severity is not 1: %s", before)
		}
		drawer(b, "escalation")
		for id, text := range map[string]string{"reason": "Nobody calls.", "statement": "Somebody must call.", "impact": "The counters are closed."} {
			b.do(chromedp.SendKeys(chromedp.CSS("#f-escalation-"+id), text))
		}
		get[int](b, `document.querySelector("#escalation form").requestSubmit(); 0`)
		b.holds([]string{"A manager has been asked", "マネージャー"}[at(ja)], "Nobody calls.")
		if after := get[string](b, severity); !strings.Contains(after, "1 · ") && !strings.Contains(after, "重要度 1") {
			b.Errorf("escalating changes the severity: %s", after)
		}
	})
}

func at(ja bool) int {
	if ja {
		return 1
	}
	return 0
}

// Whoever has no support is refused with the reason and the ways that are open,
// each of which leads somewhere (SC-07, UX-30).
func TestRefusalsLeadOn(t *testing.T) {
	t.Parallel()
	inBoth(t, "nakamura", func(b *tab, ja bool) {
		b.goTo("/requests/new")
		b.holds([]string{"No product has technical support for you", "技術サポート"}[at(ja)])
		get[int](b, `document.querySelector("main details").open = true; 0`)
		links := get[[]string](b, `[...document.querySelectorAll("main details a")].map(a => a.pathname + a.search + a.hash)`)
		if len(links) < 3 {
			b.Fatalf("too few ways: %v", links)
		}
		for _, to := range []string{"/ways#community", "/requests/new?kind=cs_request"} {
			if !strings.Contains(strings.Join(links, " "), to) {
				b.Errorf("%s is no way: %v", to, links)
			}
		}
		b.do(chromedp.Click(chromedp.CSS(`main details a[href="/ways#community"]`)))
		b.holds("/ways#community", []string{"Open-source components", "オープンソース"}[at(ja)])
	})
}

// A licence request says what is needed and goes without it; its page has the goal
// and the limit (SC-11, R25, R51).
func TestALicenceIsSplit(t *testing.T) {
	t.Parallel()
	inBoth(t, "suzuki", func(b *tab, ja bool) {
		b.goTo("/requests/new?step=how&kind=cs_request")
		b.do(chromedp.Click(chromedp.CSS("input[name=topic][value=licence]")), chromedp.Click(chromedp.CSS("main button[value=text]")), chromedp.WaitVisible(chromedp.CSS("#f-title")))
		b.holds([]string{"Order number", "注文番号"}[at(ja)], []string{"Licence key", "ライセンスキー"}[at(ja)])
		b.do(chromedp.SendKeys(chromedp.CSS("#f-title"), "Split 20 CPU into 12 and 8"), chromedp.SendKeys(chromedp.CSS("#f-text"), "And 4.0 to 3.5."),
			chromedp.SendKeys(chromedp.CSS("#f-item-licence_key"), "AOBA1-ESX40"))
		get[int](b, `document.querySelector("main button[value=review]").click(); 0`) // what may help comes in above it
		b.do(chromedp.WaitVisible(chromedp.CSS("button[value=file]")), chromedp.Click(chromedp.CSS("button[value=file]")))
		b.holds("/requests/1", "Split 20 CPU", "AOBA1-ESX40", []string{"72 hours", "72時間"}[at(ja)])
	})
}

// The box of every page suggests while somebody types; arrows choose, Enter goes there,
// Escape leaves the words, and Enter with nothing chosen searches.
func TestTheBoxSuggestsWhileTyping(t *testing.T) {
	t.Parallel()
	inBoth(t, "ito", func(b *tab, _ bool) {
		number := b.house.filed(b.T, "sato", "Quokkas in the rack")
		b.goTo("/")
		b.do(chromedp.SendKeys(chromedp.CSS("#search-box"), "quokk"))
		b.waits(`document.querySelectorAll("#search-list [role=option]").length > 0 && document.querySelector("#search-box").getAttribute("aria-expanded") === "true"`, 5*time.Second)
		b.do(chromedp.KeyEvent(kb.ArrowDown))
		b.waits(`document.querySelector("#search-box").getAttribute("aria-activedescendant") === "search-0"`, time.Second)
		b.do(chromedp.KeyEvent(kb.Escape))
		if shut := get[bool](b, `document.querySelector("#search-list").hidden && document.querySelector("#search-box").value === "quokk"`); !shut {
			b.Error("Escape does not shut the list, or takes the words")
		}
		b.press("a", 0)
		b.waits(`!document.querySelector("#search-list").hidden`, 5*time.Second)
		b.do(chromedp.KeyEvent(kb.ArrowDown))
		b.waits(`document.querySelector("#search-box").getAttribute("aria-activedescendant") === "search-0"`, time.Second)
		b.do(chromedp.KeyEvent("\r"))
		b.waits(`/^\/requests\/\d/.test(location.pathname)`, 5*time.Second)
		b.goTo("/")
		b.do(chromedp.SendKeys(chromedp.CSS("#search-box"), number+"\r"))
		b.waits(`/^\/requests\/\d/.test(location.pathname)`, 5*time.Second)
	})
}
