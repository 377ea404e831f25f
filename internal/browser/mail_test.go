package browser

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// comes opens a page again until it says something: what arrives by mail is dealt
// with after it was taken.
func (b *tab) comes(path, words string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		b.goTo(path)
		if strings.Contains(get[string](b, "document.body.innerText"), words) {
			return
		}
		select {
		case <-ctx.Done():
			b.Fatalf("%s does not say %q", path, words)
		case <-look.C:
		}
	}
}

// arrived is what is said when a mail was sent in.
var arrived = map[string]string{"en": "The mail has arrived at the desk", "ja": "メールがデスクに届きました"}

// begun is the number of a new request of somebody, as it is spoken.
func begun(b *tab, as, title string) string {
	b.Helper()
	said, err := b.house.command(as, "request", "file", "--product", "esx", "--product-version", "4.0", "--severity", "3", "--environment", "production", "--title", title, "--text", "See the title.")
	if err != nil {
		b.Fatal(err)
	}
	return regexp.MustCompile(`\d{3}-\d{3}-\d{3}`).FindString(said)
}

// A customer reads in their mailbox what the desk has written, answers there, and
// what is new of it stands on the request, without what is quoted (UX-13, UX-14).
func TestACustomerAnswersByMail(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]string{"en": "It happens every night.", "ja": "毎晩発生します。"} {
		b := open(t, "ito", lang)
		number := begun(b, "sato", "By mail "+lang)
		b.comes("/demo/outbox?to=sato@aoba.example", number)
		b.goTo(get[string](b, `[...document.querySelectorAll(".rows .title a")].find(a => a.textContent.includes("`+number+`")).pathname`))
		b.do(chromedp.WaitVisible(chromedp.CSS("iframe.mail")))
		b.goTo(get[string](b, `(a => a.pathname + a.search)(document.querySelector('a[href^="/demo/mail"]'))`))
		if quote := get[string](b, `document.querySelector("#f-mail-text").value`); !strings.Contains(quote, "> ") {
			t.Error("the answer quotes nothing")
		}
		get[int](b, `(f => { f.value = "`+words+`" + f.value; return 0 })(document.querySelector("#f-mail-text"))`)
		b.do(chromedp.Click(chromedp.CSS("main form button.first")))
		b.holds(arrived[lang])
		path := "/requests/" + strings.ReplaceAll(number, "-", "")
		b.comes(path, words)
		if said := get[string](b, `document.querySelector("#entries").innerText`); strings.Contains(said, "> ") {
			t.Error("what is quoted stands on the request")
		}
		if !get[bool](b, `!!document.querySelector('#entries a[href^="/mail/ml_"]')`) {
			t.Error("the entry does not lead to the mail")
		}
	}
}

// The mail of a stranger waits, is read and filed by somebody, in both languages;
// nothing that its page loads comes from elsewhere (T28).
func TestTheMailOfAStrangerIsFiled(t *testing.T) {
	t.Parallel()
	for lang, address := range map[string]string{"en": "one@elsewhere.example", "ja": "two@elsewhere.example"} {
		b := open(t, "mori", lang)
		number := begun(b, "sato", "For a stranger "+lang)
		b.goTo("/demo/mail?ready=unknown")
		get[int](b, `(f => { f.value = "`+address+`"; return 0 })(document.querySelector("#f-mail-other"))`)
		text := get[string](b, `document.querySelector("#f-mail-text").value`)
		b.do(chromedp.Click(chromedp.CSS("main form button.first")))
		b.holds(arrived[lang])
		b.comes("/mail", address)
		if get[string](b, `document.querySelector("[data-count='/mail']")?.textContent ?? "none"`) == "none" {
			t.Error("the menu has no place for the count")
		}
		b.goTo(get[string](b, `[...document.querySelectorAll(".rows.mails > li")].find(l => l.innerText.includes("`+address+`")).querySelector(".title a").pathname`))
		b.holds(text, address)
		if elsewhere := get[[]string](b, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith(location.origin) && !n.startsWith("data:"))`); len(elsewhere) > 0 {
			t.Errorf("the page loads %v", elsewhere)
		}
		get[int](b, `document.querySelector("[data-do=mail-file]").parentElement.open = true; 0`)
		b.do(chromedp.SendKeys(chromedp.CSS("#f-filing-request"), number), chromedp.Click(chromedp.CSS(`form[action$="/filing"] button.first`)))
		b.holds("/requests/"+strings.ReplaceAll(number, "-", ""), text)
	}
}
