package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What is typed is kept while it is typed: the tab is closed, another browser is
// opened, and it is there (UX-06). In the middle of a conversion Enter sends
// nothing (UX-29).
func TestADraftSurvivesItsTab(t *testing.T) {
	t.Parallel()
	drafts(t, "mizuno")
	b := open(t, "mizuno", "ja")
	b.goTo("/requests/new?step=text")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-title"), "スナップショットが失敗する"))
	get[int](b, `document.querySelector("#f-title").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true})); 0`)
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](`document.querySelector("form[data-draft]").dataset.kept === "yes"`)); err != nil {
		t.Fatal("what was typed was not kept: ", err)
	}
	other := open(t, "mizuno", "en")
	other.goTo("/requests/new?step=text")
	if got := get[string](other, `document.querySelector("#f-title").value`); got != "スナップショットが失敗する" {
		t.Errorf("the draft says %q", got)
	}
}

// A customer files in both languages from the list to the request, and sees the
// promise before and after (SC-01, UX-01): five things must be chosen or typed.
func TestACustomerFiles(t *testing.T) {
	t.Parallel()
	drafts(t, "endo")
	for lang, words := range map[string][4]string{
		"en": {"New request", "We answer by Mon 8 Jun 2026, 13:30", "File the request", "Your request is filed"},
		"ja": {"新規登録", "2026年6月8日（月）13:30までに回答します", "リクエストを登録する", "リクエストを登録しました"},
	} {
		b := open(t, "endo", lang)
		b.goTo("/")
		b.holds(words[0])
		b.do(chromedp.Click(chromedp.CSS(`a[href="/requests/new"]`)), chromedp.WaitVisible(chromedp.CSS("#product-esx")))
		b.do(chromedp.Click(chromedp.CSS("#product-esx")), chromedp.Click(chromedp.CSS("button.first")), chromedp.WaitVisible(chromedp.CSS("#severity-1")))
		b.do(chromedp.Click(chromedp.CSS(`input[name=environment][value=production]`)), chromedp.Click(chromedp.CSS("#severity-1")))
		b.holds(words[1])
		b.do(chromedp.Click(chromedp.CSS("button.first")), chromedp.WaitVisible(chromedp.CSS("#f-title")))
		required := get[int](b, `document.querySelectorAll("main [required]:not([type=radio])").length`)
		if required > 3 { // with product, environment and severity six
			t.Errorf("%d things are needed on the third step", required)
		}
		b.do(chromedp.SendKeys(chromedp.CSS("#f-title"), "ESX host down"), chromedp.SendKeys(chromedp.CSS("#f-text"), "The line stands."),
			chromedp.SendKeys(chromedp.CSS("#f-impact"), "Nobody can work."))
		b.do(chromedp.Click(chromedp.CSS("main form button.first")))
		b.holds(words[2], words[1])
		b.do(chromedp.Click(chromedp.CSS(`button[value=file]`)))
		b.holds(words[3], "ESX host down")
		if at := get[string](b, "location.pathname"); !strings.HasPrefix(at, "/requests/1") {
			t.Errorf("%s leads to %s", lang, at)
		}
	}
}

// choose gives the file input of a form a file, as somebody who chooses one.
func (b *tab) choose(form, name, content string) {
	b.Helper()
	get[int](b, `(() => { const d = new DataTransfer(); d.items.add(new File([`+"`"+content+"`"+`], "`+name+`"));
		const i = document.querySelector("`+form+` input[type=file]"); i.files = d.files; i.dispatchEvent(new Event("change", {bubbles: true})); return 0 })()`)
}

// A file goes up at once, on the way to a request and in a reply, survives its
// tab, and stands with what was sent (UX-06, R28).
func TestAFileGoesUp(t *testing.T) {
	t.Parallel()
	drafts(t, "sato")
	for lang, words := range map[string][2]string{"en": {"Remove", "Your request is filed"}, "ja": {"取り消す", "リクエストを登録しました"}} {
		b := open(t, "sato", lang)
		b.goTo("/requests/new?product=esx")
		b.do(chromedp.Click(chromedp.CSS("#product-esx")), chromedp.Click(chromedp.CSS("button.first")), chromedp.WaitVisible(chromedp.CSS("#severity-3")))
		b.do(chromedp.Click(chromedp.CSS(`input[name=environment][value=test]`)), chromedp.Click(chromedp.CSS("#severity-3")), chromedp.Click(chromedp.CSS("button.first")))
		b.do(chromedp.WaitVisible(chromedp.CSS("#f-title")), chromedp.SendKeys(chromedp.CSS("#f-title"), "With a file"), chromedp.SendKeys(chromedp.CSS("#f-text"), "See the log."))
		b.choose("main form", "vm-support-"+lang+".log", "line")
		b.holds("vm-support-"+lang+".log", words[0])
		if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](`document.querySelector("form[data-draft]").dataset.kept === "yes"`)); err != nil {
			t.Fatal("what was typed was not kept: ", err)
		}
		b.goTo("/requests/new?step=text")
		if !get[bool](b, `document.querySelector(".waiting input").checked`) {
			t.Error("the file has lost its tick")
		}
		b.do(chromedp.Click(chromedp.CSS("main form button.first")), chromedp.WaitVisible(chromedp.CSS(`button[value=file]`)))
		b.do(chromedp.Click(chromedp.CSS(`button[value=file]`)))
		b.holds(words[1], "vm-support-"+lang+".log")
		b.choose("#reply", "big.log", "x`.repeat(11 << 20) + `")
		b.holds("big.log")
		if !get[bool](b, `!!document.querySelector("#reply .waiting .wrong")`) {
			t.Error("a file that is too large has no word")
		}
	}
}

// The PLA gives the last place, is refused the next one with the way that is open,
// and puts somebody in another's place (SC-03, R02, R03).
func TestThePrimaryChangesRoles(t *testing.T) {
	t.Parallel()
	number := func(who string) string {
		b := open(t, who, "en")
		b.goTo("/")
		return get[string](b, `document.querySelector(".menu .num").textContent`)
	}
	yamamoto, nakamura := number("yamamoto"), number("nakamura")
	for lang, words := range map[string][3]string{
		"en": {"4 of 4", "Move to an offering that allows more", "3 of 4"},
		"ja": {"4人中4人", "より多くの人数", "4人中3人"},
	} {
		b := open(t, "suzuki", lang)
		give := func(number, instead string) {
			b.do(chromedp.WaitVisible(chromedp.CSS("#people")))
			get[int](b, `document.querySelector("#people details").open = true; document.querySelector("#f-roles-contact").value = ""; 0`)
			b.do(chromedp.SendKeys(chromedp.CSS("#f-roles-contact"), number))
			if instead != "" {
				get[int](b, `const o = [...document.querySelectorAll("#f-roles-instead option")].find(o => o.textContent.includes("`+instead+`")); o.selected = true; 0`)
			}
			b.do(chromedp.Click(chromedp.CSS("#people form.form button.first")))
		}
		b.goTo("/contracts")
		b.do(chromedp.Click(chromedp.CSS(".rows a")), chromedp.WaitVisible(chromedp.CSS("#people")))
		b.holds(words[2])
		give(yamamoto, "")
		b.holds(words[0])
		give(nakamura, "")
		b.holds(words[1])
		give(nakamura, "山本")
		b.holds(words[0], "中村")
		get[int](b, `[...document.querySelectorAll("#people li")].find(l => l.textContent.includes("中村")).querySelector("button").click(); 0`)
		b.holds(words[2])
	}
}
