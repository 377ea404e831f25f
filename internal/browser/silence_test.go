package browser

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// ownHouse is a demo of the test's own, whose clock it may move.
func ownHouse(t *testing.T, clock string) *house {
	t.Helper()
	needsBrowser(t)
	all, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	h, err := serve(all.program, t.TempDir(), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.end)
	h.browser = all.browser
	return h
}

// until moves the clock, and all that is due by then is done.
func (h *house) until(t *testing.T, at string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"to": at})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/v1/demo/clock", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.tokens["ishikawa"])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the clock stays: %s", answer.Status)
	}
}

// runs is a command that has to work; it gives the number that it says.
func (h *house) runs(t *testing.T, as string, args ...string) string {
	t.Helper()
	said, err := h.command(as, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(regexp.MustCompile(`\d{3}-\d{3}-\d{3}`).FindString(said), "-", "")
}

// fill opens a drawer of a page, gives its fields values and sends it.
func (b *tab) fill(drawer string, values map[string]string) {
	b.Helper()
	b.do(chromedp.WaitReady(chromedp.CSS("#" + drawer + " form")))
	given, err := json.Marshal(values)
	if err != nil {
		b.Fatal(err)
	}
	get[int](b, `(() => { const form = document.querySelector("#`+drawer+` form"); document.querySelector("#`+drawer+`").open = true;
		for (const [name, value] of Object.entries(`+string(given)+`)) {
			for (const x of form.querySelectorAll("[name='" + name + "']")) {
				if (x.type === "radio" || x.type === "checkbox") { if (x.value === value) x.checked = true } else x.value = value
			}
		}
		form.requestSubmit(form.querySelector("button.first")); return 0 })()`)
}

// A customer who stays silent: each attempt stands on the page with the day on which
// the request ends, a microsecond before nothing has happened, then it is completed,
// says how it is opened again, and sends no survey that comes too soon (SC-02).
// guide: R26, R27, R49, R50
func TestTheCustomerStaysSilent(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		h := ownHouse(t, "2026-05-28T13:00:00+09:00")
		say := func(en, ja string) string { return []string{en, ja}[at(lang == "ja")] }
		file := func(severity, title string) string {
			return h.runs(t, "tanaka", "request", "file", "--product", "vsphere", "--product-version", "4.0", "--severity", severity, "--environment", "production", "--title", title, "--text", "See above.")
		}
		printer := file("4", "印刷の設定")
		h.runs(t, "ito", "request", "take", printer)
		h.until(t, "2026-05-29T10:00:00+09:00")
		logs := file("3", "ログに警告")
		h.runs(t, "ito", "request", "take", logs)
		h.runs(t, "ito", "request", "comment", logs, "調査します。")
		tanaka, ito := h.open(t, "tanaka", lang), h.open(t, "ito", lang)

		h.until(t, "2026-06-01T11:00:00+09:00")
		ito.goTo("/requests/" + logs)
		ito.fill("asks", map[string]string{"kind": "debug_data", "text": "ログをお送りください。"})
		ito.holds("ログをお送りください。")
		ito.fill("contacts", map[string]string{"channel": "mail", "outcome": "sent", "text": "ログをお待ちしています。"})
		ito.holds("ログをお待ちしています。")
		tanaka.goTo("/requests/" + logs)
		tanaka.holds(say("Your turn", "お客様の番です"), say("Contact attempts: 1 of 3", "3回のうち1回"))
		h.until(t, "2026-06-02T11:00:00+09:00")
		h.runs(t, "ito", "request", "propose", printer, "confirmed")
		h.runs(t, "tanaka", "request", "accept", printer)

		h.until(t, "2026-06-04T11:00:00+09:00")
		ito.goTo("/requests/" + logs)
		ito.fill("contacts", map[string]string{"channel": "mail", "outcome": "sent", "text": "その後いかがでしょうか。"})
		ito.holds("その後いかがでしょうか。", say("Contact attempts: 2 of 3", "3回のうち2回"))
		h.until(t, "2026-06-08T11:00:00+09:00")
		ito.goTo("/requests/" + logs)
		ito.fill("contacts", map[string]string{"channel": "phone", "outcome": "no_answer", "text": "応答なし。"})
		ito.holds("応答なし。")
		ito.fill("contacts", map[string]string{"channel": "mail", "outcome": "sent", "text": "6月11日に完了とさせていただきます。", "announce": "yes"})
		ito.holds("6月11日に完了")
		tanaka.goTo("/requests/" + logs)
		tanaka.holds(say("Thu 11 Jun 2026, 11:00", "2026年6月11日（木）11:00"))

		h.until(t, "2026-06-11T10:59:59.999999+09:00")
		tanaka.goTo("/requests/" + logs)
		tanaka.holds(say("Your turn", "お客様の番です"))
		h.until(t, "2026-06-11T11:00:00+09:00")
		tanaka.goTo("/requests/" + logs)
		tanaka.holds(say("Completed: nothing is waiting", "完了しています"), say("Thu 25 Jun 2026, 11:00", "2026年6月25日（木）11:00"))
		ito.goTo("/requests/" + logs)
		ito.holds(say("No survey", "満足度アンケートは送信しません"), say("Tue 16 Jun 2026, 11:00", "2026年6月16日（火）11:00"))
		h.until(t, "2026-06-12T09:00:00+09:00")
		tanaka.goTo("/requests/" + logs)
		tanaka.fill("reopening", map[string]string{"text": "ログが出ました。"})
		tanaka.holds("ログが出ました。", say("Our turn", "サポートの番です"), "伊藤")
	}
}
