package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// absent waits until a page is not there.
func (b *tab) absent(path string, ja bool) {
	b.Helper()
	b.goTo(path)
	b.holds([]string{"Not found", "見つかりません"}[at(ja)])
}

// swapping is a story of one house in one language.
type swapping struct {
	*testing.T
	h    *house
	lang string
	ja   bool
}

func (x swapping) say(en, ja string) string { return []string{en, ja}[at(x.ja)] }

func (x swapping) as(who string) *tab { return x.h.open(x.T, who, x.lang) }

func (x swapping) numberOf(who string) string {
	b := x.as(who)
	b.goTo("/")
	return get[string](b, `document.querySelector(".menu .num").textContent`)
}

// aobas is the contract of the story, filed where its request stands.
const aobas, filed = "/contracts/BAS-2010-0417", "/requests/"

// A primary licence administrator has left: a support administrator asks for another
// one, the licence team asks for four things and has the identity checked by a second
// person, the old one is out at once, and the new one keeps the roles up to the limit
// and opens a folder of keys; a last place goes to one of two (SC-03, T58).
// guide: R02, R03, R04, R07, R12, R20, R25, R51
func TestAPrimaryIsReplaced(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		x := swapping{t, ownHouse(t, "2026-06-02T16:20:00+09:00"), lang, lang == "ja"}
		old := x.as("suzuki")
		old.goTo(aobas)
		old.holds(x.say("Give a role", "役割を付与する"))
		number, sato := x.asked()
		mori := x.answered(number, sato)
		x.swapped(number, mori)
		old.absent(aobas, x.ja)
		fresh := x.roles()
		okada := x.numberOf("okada")
		fresh.goTo(aobas)
		fresh.openFolder(aobas, okada, x.say)
		b := x.as("okada")
		b.goTo(aobas + "/licences")
		b.holds("名古屋工場", "AOBA1-ESX40-20CPU-7Q3ND")
		if get[bool](b, `!!document.querySelector("form[action$='/opened']")`) {
			t.Error("a secondary licence administrator is offered to open keys")
		}
		x.h.oneSeat(t, fresh, mori, aobas, x.say)
	}
}

// asked: the support administrator may not change roles, and asks for it.
func (x swapping) asked() (number string, sato *tab) {
	x.Helper()
	sato = x.as("sato")
	sato.goTo(aobas)
	if get[bool](sato, `!!document.querySelector("#people form")`) {
		x.Error("a support administrator is offered to change roles")
	}
	sato.goTo("/requests/new?step=how&kind=cs_request")
	sato.do(chromedp.Click(chromedp.CSS("input[name=topic][value=administrators]")), chromedp.Click(chromedp.CSS("main button[value=text]")), chromedp.WaitVisible(chromedp.CSS("#f-title")))
	sato.do(chromedp.SendKeys(chromedp.CSS("#f-title"), "主ライセンス管理者の交代"), chromedp.SendKeys(chromedp.CSS("#f-text"), "鈴木が退職したため、山本に交代したい。"))
	get[int](sato, `document.querySelector("main button[value=review]").click(); 0`)
	sato.do(chromedp.WaitVisible(chromedp.CSS("button[value=file]")), chromedp.Click(chromedp.CSS("button[value=file]")))
	sato.holds("/requests/1", x.say("Fri 5 Jun 2026, 16:20", "2026年6月5日（金）16:20"))
	return strings.TrimPrefix(get[string](sato, "location.pathname"), filed), sato
}

// answered: four asks, each answered, the last one with the proof.
func (x swapping) answered(number string, sato *tab) (mori *tab) {
	x.Helper()
	x.h.until(x.T, "2026-06-02T16:45:00+09:00")
	x.h.runs(x.T, "mori", "request", "take", number)
	mori = x.as("mori")
	mori.goTo(filed + number)
	for _, ask := range []string{"注文番号", "契約番号", "ライセンスキー", "主ライセンス管理者のメールアドレスと社用箋による証明"} {
		mori.fill("asks", map[string]string{"kind": "details", "text": ask + "をお送りください。"})
		mori.holds(ask + "をお送りください。")
	}
	sato.goTo(filed + number)
	sato.holds(x.say("Your turn", "お客様の番です"), "ライセンスキーをお送りください。")
	x.h.until(x.T, "2026-06-02T17:30:00+09:00")
	for n, said := range []string{"PO-3391-A", "BAS-2010-0417", "AOBA1-ESX40-20CPU-7Q3ND", "suzuki@aoba.example"} {
		field := "#answer-" + string(rune('1'+n))
		sato.do(chromedp.WaitReady(chromedp.CSS(field)))
		if n == 3 {
			sato.choose("form:has("+field+")", "letterhead.pdf", "proof")
			sato.holds("letterhead.pdf")
		}
		get[int](sato, `(x => { x.value = "`+said+`"; x.form.requestSubmit(); return 0 })(document.querySelector("`+field+`"))`)
		sato.holds(said)
	}
	sato.holds("letterhead.pdf", x.say("Our turn", "サポートの番です"))
	return mori
}

// swapped: nobody replaces alone.
func (x swapping) swapped(number string, mori *tab) {
	x.Helper()
	x.h.until(x.T, "2026-06-02T17:40:00+09:00")
	yamamoto := x.numberOf("yamamoto")
	swap := func() {
		mori.goTo(filed + number + "?do=primary-swap")
		mori.fill("primary-swap", map[string]string{"to": yamamoto})
	}
	verify := func(b *tab, said string) {
		b.goTo(filed + number + "?do=verification")
		b.fill("verification", map[string]string{"text": said})
		b.holds(said)
	}
	verify(mori, "社用箋を確認した。")
	swap()
	mori.holds(x.say("Somebody else has to check the identity first", "別の"))
	verify(x.as("kimura"), "電話で本人確認を行った。")
	x.h.until(x.T, "2026-06-03T10:05:00+09:00")
	swap()
	mori.holds(x.say("as primary licence administrator of the contract", "契約の主ライセンス管理者を"))
}

// roles: the new one takes one out, adds two, and is refused the fifth.
func (x swapping) roles() (fresh *tab) {
	x.Helper()
	x.h.until(x.T, "2026-06-03T10:20:00+09:00")
	fresh = x.as("yamamoto")
	fresh.goTo(aobas)
	fresh.holds(x.say("primary licence administrator", "主ライセンス管理者"), x.say("3 of 4", "4人中3人"))
	get[int](fresh, `[...document.querySelectorAll("#people li")].find(l => l.textContent.includes("遠藤")).querySelector("button").click(); 0`)
	fresh.holds(x.say("2 of 4", "4人中2人"))
	for _, step := range [][2]string{{"yamamoto", x.say("3 of 4", "4人中3人")}, {"okada", x.say("4 of 4", "4人中4人")}, {"suzuki", x.say("Move to an offering that allows more", "より多くの人数")}} {
		number := x.numberOf(step[0])
		fresh.do(chromedp.WaitReady(chromedp.CSS("#people form.form")))
		get[int](fresh, `document.querySelector("#f-roles-contact").value = "`+number+`"; document.querySelector("#people form.form").requestSubmit(); 0`)
		fresh.holds(step[1])
	}
	return fresh
}

// openFolder puts the contract's key into a folder and opens that.
func (b *tab) openFolder(contract, number string, say func(en, ja string) string) {
	b.Helper()
	send := func(end string) {
		get[int](b, `document.querySelector("form[action$='`+end+`']").requestSubmit(); 0`)
	}
	b.goTo(contract + "/licences")
	get[int](b, `document.querySelector("form[action*='/closed']").requestSubmit(); 0`)
	b.holds(say("It is taken back", "公開を取り消しました"))
	get[int](b, `document.querySelector("#f-folder-name").value = "名古屋工場"; 0`)
	send("/folders")
	b.holds(say("The folder is added", "フォルダーを追加しました"), "名古屋工場")
	get[int](b, `document.querySelector("main tbody a").click(); 0`)
	b.holds("/licences/lic_")
	b.do(chromedp.WaitReady(chromedp.CSS("#f-licence-folder")))
	get[int](b, `document.querySelector("#f-licence-folder").selectedIndex = 1; document.querySelector("main form").requestSubmit(); 0`)
	b.holds(say("Saved", "保存しました"))
	b.goTo(contract + "/licences")
	b.do(chromedp.WaitReady(chromedp.CSS("#f-opened-contact")))
	get[int](b, `document.querySelector("#f-opened-contact").value = "`+strings.ReplaceAll(number, "-", "")+`"; 0`)
	send("/opened")
	b.holds(say("Take back", "公開を取り消す"))
}

// oneSeat has two people fill the last place at once: one of them does.
func (h *house) oneSeat(t *testing.T, one, other *tab, contract string, say func(en, ja string) string) {
	t.Helper()
	for _, b := range []*tab{one, other} {
		b.goTo(contract)
		b.do(chromedp.WaitReady(chromedp.CSS("#people")))
	}
	get[int](one, `[...document.querySelectorAll("#people li")].find(l => l.textContent.includes("水野")).querySelector("button").click(); 0`)
	one.holds("3", say("3 of 4", "4人中3人"))
	other.goTo(contract)
	for b, who := range map[*tab]string{one: "endo", other: "mizuno"} {
		tab := h.open(t, who, "en")
		tab.goTo("/")
		number := get[string](tab, `document.querySelector(".menu .num").textContent`)
		get[int](b, `document.querySelector("#f-roles-contact").value = "`+number+`"; 0`)
	}
	done := make(chan error, 2)
	for _, b := range []*tab{one, other} {
		go func() {
			_, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`document.querySelector("#people form.form").requestSubmit(); 0`))
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	refused := 0
	for _, b := range []*tab{one, other} {
		b.holds(say("4 of 4", "4人中4人"))
		if get[bool](b, `!!document.querySelector("[data-summary]")`) {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d of two were refused the last place", refused)
	}
}
