package browser

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// device gives the tab an authenticator of its own, whose owner always confirms.
func (b *tab) device() {
	b.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// Somebody adds a passkey under a name, is told of the recovery codes once, signs
// out, and comes in by it without a password, to the page to which they wanted; it
// is not added twice, and the list says when it was used last (T38, T39).
func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]struct {
		as                                                        string
		codes, used, again, renamed, signedOut, requests, removed string
	}{
		"en": {"ito", "Your recovery codes", "last used", "has a passkey for your account already", "The passkey has another name now.", "Sign in with a passkey", "Requests", "The passkey is removed."},
		"ja": {"mizuno", "リカバリーコード", "最終利用", "パスキーがすでにあります", "パスキーの名前を変えました", "パスキーでサインインする", "リクエスト", "パスキーを削除しました"},
	} {
		b := open(t, words.as, lang)
		b.device()
		b.goTo("/access")
		name := `form[data-passkey] input[name=name]`
		b.do(chromedp.WaitVisible(chromedp.CSS(name)), chromedp.SetValue(chromedp.CSS(name), "A key"), chromedp.Click(chromedp.CSS("form[data-passkey] button")))
		b.holds(words.codes)
		if n := get[int](b, `document.querySelectorAll(".codes li").length`); n != 10 {
			t.Errorf("%s: %d recovery codes", lang, n)
		}
		b.goTo("/access")
		b.holds("A key")
		b.do(chromedp.Click(chromedp.CSS("form[data-passkey] button")))
		b.holds(words.again)
		// Another name, which is refused once, with what was typed.
		row := `form[action^="/access/passkeys/"][action$="/name"]`
		for _, name := range []string{" ", "My key " + lang} {
			get[int](b, `(() => { const f = document.querySelector('`+row+`'); f.closest("details").open = true; f.elements.name.value = "`+name+`"; f.requestSubmit(); return 0 })()`)
			if name == " " {
				b.waits(`!!document.querySelector('`+row+` [aria-invalid]')?.checkVisibility()`, 5*time.Second)
			}
		}
		b.holds(words.renamed, "My key "+lang)
		get[int](b, `document.querySelector('form[action="/sign-out"]').submit(); 0`)
		b.holds(words.signedOut)

		b.goTo("/sign-in?back=%2Faccess")
		b.do(chromedp.Click(chromedp.CSS(`form[action="/sign-in/passkey"] button`)))
		b.holds("My key "+lang, words.used)
		b.goTo("/")
		b.holds(words.requests)
		if words.as == "ito" { // staff keep their only second factor
			b.goTo("/access")
			b.holds("your only second factor")
			continue
		}
		b.afterAPassword(words.as)
		b.holds("My key "+lang, words.used)
		b.do(chromedp.Click(chromedp.CSS(`form[action$="/removed"] button`)))
		b.holds(words.removed)
	}
}

// afterAPassword sets a password by a link that an administrator brings, and signs
// in with it and, as the second factor, the passkey.
func (b *tab) afterAPassword(as string) {
	b.Helper()
	me, err := b.house.command(as, "user", "me")
	number := regexp.MustCompile(`\b\d{10}\b`).FindString(me)
	email, link := regexp.MustCompile(`\S+@\S+`).FindString(me), ""
	if err == nil {
		link, err = b.house.command("ishikawa", "user", "invite", number, "--print")
	}
	if err != nil {
		b.Fatal(err)
	}
	const phrase = "vier Worte ohne Bezug zueinander"
	b.do(chromedp.Navigate(regexp.MustCompile(`http://\S+/link/\S+`).FindString(link)), chromedp.WaitVisible(chromedp.CSS("#f-link-password")),
		chromedp.SendKeys(chromedp.CSS("#f-link-password"), phrase), chromedp.Click(chromedp.CSS("main form button.first")))
	b.do(chromedp.WaitVisible(chromedp.CSS(`form[action="/sign-in/passkey"]`)))
	b.goTo("/sign-in?back=%2Faccess")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-email"), email), chromedp.SendKeys(chromedp.CSS("#f-password"), phrase),
		chromedp.Click(chromedp.CSS(`form[action="/sign-in"] button.first`)))
	b.do(chromedp.WaitVisible(chromedp.CSS(`form[data-passkey$="after=password"] button`)), chromedp.Click(chromedp.CSS(`form[data-passkey$="after=password"] button`)))
}

// Without script, and without an authenticator, passkeys say what is missing and
// keep nobody from signing in otherwise.
func TestPasskeysSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string][2]string{"en": {"Passkeys need JavaScript", "did not confirm it"}, "ja": {"パスキーにはJavaScriptが必要", "確認が中止されたか"}} {
		b := open(t, "", lang)
		b.device()
		b.goTo("/sign-in")
		b.do(chromedp.Click(chromedp.CSS(`form[action="/sign-in/passkey"] button`)))
		b.holds(words[1])
		b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
		b.goTo("/sign-in")
		b.holds(words[0])
		b.do(chromedp.WaitVisible(chromedp.CSS(`#f-password`)))
	}
}
