package message

import (
	"strings"
	"testing"
)

// answers are new texts with what mailers in nine languages put below them. Each
// begins with its new text; "=====" ends it.
var answers = map[string]string{
	"Gmail en":            "It works now.\n\nThank you!\n=====\n\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support <support@desk.example> wrote:\n\n> Please try again.\n>\n> Support\n",
	"Gmail en, broken":    "It works now.\n=====\n\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support of the Second Department\n<support@desk.example> wrote:\n\n> Please try again.\n",
	"Outlook en":          "It works now.\n=====\n\n________________________________\nFrom: Aoba Support <support@desk.example>\nSent: Saturday, June 6, 2026 10:15 AM\nTo: Sato <sato@aoba.example>\nSubject: Re: [SR 100-000-009] VPN\n\nPlease try again.\n\nSupport\n",
	"Outlook en, bold":    "It works now.\n=====\n\n*From:* Aoba Support <support@desk.example>\n*Sent:* Saturday, June 6, 2026 10:15 AM\n*To:* Sato\n*Subject:* VPN\n\nPlease try again.\n",
	"Outlook old":         "It works now.\n=====\n\n-----Original Message-----\nFrom: Aoba Support\nSent: Saturday\nTo: Sato\nSubject: VPN\n\nPlease try again.\n",
	"Thunderbird en":      "It works now.\n=====\n\nOn 6/6/26 10:15, Aoba Support wrote:\n> Please try again.\n",
	"iPhone en":           "It works now.\n=====\n\nSent from my iPhone\n\n> On Jun 6, 2026, at 10:15, Aoba Support <support@desk.example> wrote:\n> \n> Please try again.\n",
	"signature":           "It works now.\n=====\n-- \nSato Ichiro\nAoba Ltd.\n",
	"signature and quote": "It works now.\n=====\n-- \nSato Ichiro\nAoba Ltd.\n\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support <support@desk.example> wrote:\n\n> Please try again.\n",

	"Gmail ja":       "解決しました。\nありがとうございます。\n=====\n\n2026年6月6日(土) 10:15 青葉サポート <support@desk.example>:\n\n> もう一度お試しください。\n",
	"Gmail ja, bare": "解決しました。\n=====\n\n2026年6月6日(土) 10:15 青葉サポート <support@desk.example>:\n\nもう一度お試しください。\n\nサポート\n",
	"Outlook ja":     "解決しました。\n=====\n\n________________________________\n差出人: 青葉サポート <support@desk.example>\n送信日時: 2026年6月6日 10:15\n宛先: 佐藤 <sato@aoba.example>\n件名: Re: [SR 100-000-009] VPN\n\nもう一度お試しください。\n",
	"Outlook ja old": "解決しました。\n=====\n\n-----Original Message-----\nFrom: 青葉サポート [mailto:support@desk.example]\nSent: Saturday, June 06, 2026 10:15 AM\nTo: 佐藤\nSubject: VPN\n\nもう一度お試しください。\n",
	"Becky":          "解決しました。\n=====\n\nOn Sat, 06 Jun 2026 10:15:00 +0900\n青葉サポート <support@desk.example> wrote:\n\n> もう一度お試しください。\n",
	"iPhone ja":      "解決しました。\n=====\n\niPhoneから送信\n\n> 2026/06/06 10:15、青葉サポート <support@desk.example>のメール:\n> \n> もう一度お試しください。\n",
	"Thunderbird ja": "解決しました。\n=====\n\nOn 2026/06/06 10:15, 青葉サポート wrote:\n> もう一度お試しください。\n",
	"wide angles":    "解決しました。\n=====\n\n青葉サポート さんは書きました:\n＞もう一度お試しください。\n",
	"card ja":        "解決しました。\nありがとうございます。\n=====\n━━━━━━━━━━━━━━━━\n青葉商事株式会社 情報システム部\n佐藤 一郎\n〒100-0001 東京都千代田区1-1\nTEL: 03-1234-5678\nE-mail: sato@aoba.example\n━━━━━━━━━━━━━━━━\n",
	"card and quote": "解決しました。\n=====\n\n-------------------------\n青葉商事株式会社\n佐藤 一郎\nTEL 03-1234-5678 / sato@aoba.example\n-------------------------\n\n2026年6月6日(土) 10:15 青葉サポート <support@desk.example>:\n\n> もう一度お試しください。\n",

	"QQ zh":             "已经解决了，谢谢。\n=====\n\n------------------ 原始邮件 ------------------\n发件人: \"青叶支持\" <support@desk.example>;\n发送时间: 2026年6月6日(星期六) 上午10:15\n收件人: \"张三\"<zhang@aoba.example>;\n主题: VPN\n\n请再试一次。\n",
	"Outlook zh":        "已经解决了，谢谢。\n=====\n\n发件人: 青叶支持 <support@desk.example>\n发送时间: 2026年6月6日 10:15\n收件人: 张三\n主题: VPN\n\n请再试一次。\n",
	"Foxmail zh":        "已经解决了，谢谢。\n=====\n\n发件人： 青叶支持\n发送时间： 2026-06-06 10:15\n收件人： zhang@aoba.example\n主题： VPN\n请再试一次。\n",
	"Gmail zh":          "已经解决了，谢谢。\n=====\n\n青叶支持 <support@desk.example> 于2026年6月6日周六 10:15写道：\n\n> 请再试一次。\n",
	"Apple zh":          "已经解决了，谢谢。\n=====\n\n> 在 2026年6月6日，10:15，青叶支持 <support@desk.example> 写道：\n> \n> 请再试一次。\n",
	"Outlook Taiwan":    "已經解決了，謝謝。\n=====\n\n寄件者: 青葉支援 <support@desk.example>\n寄件日期: 2026年6月6日 上午 10:15\n收件者: 張三\n主旨: VPN\n\n請再試一次。\n",
	"Gmail Taiwan":      "已經解決了，謝謝。\n=====\n\n青葉支援 <support@desk.example> 於 2026年6月6日 週六 上午10:15寫道：\n\n> 請再試一次。\n",
	"Gmail ko":          "해결되었습니다. 감사합니다.\n=====\n\n2026년 6월 6일 (토) 오전 10:15, 아오바 지원 <support@desk.example>님이 작성:\n\n> 다시 시도해 주세요.\n",
	"Outlook ko":        "해결되었습니다. 감사합니다.\n=====\n\n________________________________\n보낸 사람: 아오바 지원 <support@desk.example>\n보낸 날짜: 2026년 6월 6일 토요일 오전 10:15\n받는 사람: 김철수\n제목: VPN\n\n다시 시도해 주세요.\n",
	"Naver ko":          "해결되었습니다. 감사합니다.\n=====\n\n-----Original Message-----\nFrom: \"아오바 지원\"<support@desk.example>\nTo: \"김철수\"<kim@aoba.example>;\nCc:\nSent: 2026-06-06 (토) 10:15:00 (GMT+09:00)\nSubject: VPN\n\n다시 시도해 주세요.\n",
	"Gmail de":          "Es geht wieder, danke.\n=====\n\nAm Sa., 6. Juni 2026 um 10:15 Uhr schrieb Aoba Support <support@desk.example>:\n\n> Bitte versuchen Sie es noch einmal.\n",
	"Outlook de":        "Es geht wieder, danke.\n=====\n\nVon: Aoba Support <support@desk.example>\nGesendet: Samstag, 6. Juni 2026 10:15\nAn: Müller\nBetreff: VPN\n\nBitte versuchen Sie es noch einmal.\n",
	"Thunderbird de":    "Es geht wieder, danke.\n=====\n\nAm 06.06.2026 um 10:15 schrieb Aoba Support:\n> Bitte versuchen Sie es noch einmal.\n",
	"iPhone de":         "Es geht wieder, danke.\n=====\n\nVon meinem iPhone gesendet\n\n> Am 06.06.2026 um 10:15 schrieb Aoba Support <support@desk.example>:\n> \n> Bitte.\n",
	"GMX de":            "Es geht wieder, danke.\n=====\n\nGesendet: Samstag, 06. Juni 2026 um 10:15 Uhr\nVon: \"Aoba Support\" <support@desk.example>\nAn: mueller@aoba.example\nBetreff: VPN\nBitte versuchen Sie es noch einmal.\n",
	"Gmail fr":          "Ça marche, merci.\n=====\n\nLe sam. 6 juin 2026 à 10:15, Aoba Support <support@desk.example> a écrit :\n\n> Veuillez réessayer.\n",
	"Outlook fr":        "Ça marche, merci.\n=====\n\nDe : Aoba Support <support@desk.example>\nEnvoyé : samedi 6 juin 2026 10:15\nÀ : Lefèvre\nObjet : VPN\n\nVeuillez réessayer.\n",
	"Outlook fr old":    "Ça marche, merci.\n=====\n\n-----Message d'origine-----\nDe : Aoba Support\nEnvoyé : samedi 6 juin 2026 10:15\nÀ : Lefèvre\nObjet : VPN\n\nVeuillez réessayer.\n",
	"Gmail es":          "Ya funciona, gracias.\n=====\n\nEl sáb, 6 jun 2026 a las 10:15, Aoba Support (<support@desk.example>) escribió:\n\n> Inténtelo de nuevo.\n",
	"Outlook es":        "Ya funciona, gracias.\n=====\n\nDe: Aoba Support <support@desk.example>\nEnviado el: sábado, 6 de junio de 2026 10:15\nPara: García\nAsunto: VPN\n\nInténtelo de nuevo.\n",
	"iPhone es":         "Ya funciona, gracias.\n=====\n\nEnviado desde mi iPhone\n\n> El 6 jun 2026, a las 10:15, Aoba Support <support@desk.example> escribió:\n> \n> Inténtelo.\n",
	"Gmail pt":          "Já funciona, obrigado.\n=====\n\nEm sáb., 6 de jun. de 2026 às 10:15, Aoba Support <support@desk.example> escreveu:\n\n> Tente novamente.\n",
	"Outlook pt":        "Já funciona, obrigado.\n=====\n\nDe: Aoba Support <support@desk.example>\nEnviada em: sábado, 6 de junho de 2026 10:15\nPara: Silva\nAssunto: VPN\n\nTente novamente.\n",
	"Gmail ru":          "Всё работает, спасибо.\n=====\n\nсб, 6 июн. 2026 г. в 10:15, Aoba Support <support@desk.example>:\n\n> Попробуйте ещё раз.\n",
	"Outlook ru":        "Всё работает, спасибо.\n=====\n\nОт: Aoba Support <support@desk.example>\nОтправлено: 6 июня 2026 г. 10:15\nКому: Иванов\nТема: VPN\n\nПопробуйте ещё раз.\n",
	"Thunderbird ru":    "Всё работает, спасибо.\n=====\n\n06.06.2026 10:15, Aoba Support пишет:\n> Попробуйте ещё раз.\n",
	"Yandex ru":         "Всё работает, спасибо.\n=====\n\n06.06.2026, 10:15, \"Aoba Support\" <support@desk.example>:\n\n> Попробуйте ещё раз.\n",
	"Mail.ru":           "Всё работает, спасибо.\n=====\n\nСуббота, 6 июня 2026, 10:15 +03:00 от Aoba Support <support@desk.example>:\n\n>Попробуйте ещё раз.\n",
	"Notes ja":          "解決しました。\n=====\n\n青葉 支援/部署/AOBA さんは 2026/06/06 10:15 に書きました:\n\n> もう一度お試しください。\n",
	"old Gmail ja":      "解決しました。\n=====\n\n2013/6/6 青葉サポート <support@desk.example>\n\n> もう一度お試しください。\n",
	"old Gmail ja, :":   "解決しました。\n=====\n\n2013年6月6日 10:15 青葉サポート <support@desk.example>:\n> もう一度お試しください。\n",
	"wide rulers":       "解決しました。\n=====\n\n－－－－－ Original Message －－－－－\nFrom: 青葉サポート\nTo: 佐藤\nDate: 2026/06/06\nSubject: VPN\n\nもう一度お試しください。\n",
	"docomo mail":       "解決しました。\n=====\n\n2026/06/06 10:15 \"青葉サポート\" <support@desk.example>:\n> もう一度お試しください。\n",
	"Outlook iOS ja":    "解決しました。\n=====\n\nOutlook for iOS を入手<https://aka.ms/o0ukef>\n________________________________\n差出人: 青葉サポート <support@desk.example>\n送信日時: 土曜日, 6月 6, 2026 10:15 午前\n宛先: 佐藤\n件名: VPN\n\nもう一度お試しください。\n",
	"forward head ja":   "転送します。\n=====\n\n---------- 転送されたメッセージ ----------\n差出人: 青葉サポート <support@desk.example>\n日付: 2026年6月6日\n件名: VPN\n宛先: 佐藤\n\nもう一度お試しください。\n",
	"Thunderbird ja 2":  "解決しました。\n=====\n\n(2026/06/06 10:15), 青葉サポート wrote:\n> もう一度お試しください。\n",
	"163 zh":            "已经解决了，谢谢。\n=====\n\n在 2026-06-06 10:15:00，\"青叶支持\" <support@desk.example> 写道：\n\n>请再试一次。\n",
	"163 en":            "已经解决了，谢谢。\n=====\n\nAt 2026-06-06 10:15:00, \"Aoba\" <support@desk.example> wrote:\n\n请再试一次。\n",
	"QQ phone":          "已经解决了，谢谢。\n=====\n\n发自我的iPhone\n\n\n------------------ Original ------------------\nFrom: \"Aoba\" <support@desk.example>\nDate: Sat, Jun 6, 2026 10:15 AM\nTo: zhang\nSubject: VPN\n\n请再试一次。\n",
	"DingTalk":          "已经解决了，谢谢。\n=====\n------------------------------------------------------------------\n发件人：青叶支持 <support@desk.example>\n发送时间：2026年6月6日(星期六) 10:15\n收件人：张三\n主　题：VPN\n\n请再试一次。\n",
	"Daum ko":           "해결되었습니다.\n=====\n\n--------- 원본 메일 ---------\n보낸사람 : 아오바 <support@desk.example>\n받는사람 : 김철수\n날짜 : 2026-06-06 10:15\n제목 : VPN\n\n다시 시도해 주세요.\n",
	"Apple ko":          "해결되었습니다.\n=====\n\n나의 iPhone에서 보냄\n\n> 2026. 6. 6. 오전 10:15, 아오바 <support@desk.example> 작성:\n>\n> 다시 시도해 주세요.\n",
	"Apple de":          "Es geht.\n=====\n\n> Am 06.06.2026 um 10:15 schrieb Aoba <support@desk.example>:\n> \n> Bitte.\n",
	"Apple fr":          "Ça marche.\n=====\n\nEnvoyé de mon iPhone\n\n> Le 6 juin 2026 à 10:15, Aoba <support@desk.example> a écrit :\n> \n> Veuillez réessayer.\n",
	"Outlook iOS fr":    "Ça marche.\n=====\n\nTélécharger Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : Aoba <support@desk.example>\nEnvoyé : samedi 6 juin 2026 10:15\nÀ : Lefèvre\nObjet : VPN\n\nVeuillez réessayer.\n",
	"Gmail es, broken":  "Ya funciona.\n=====\n\nEl sáb., 6 de junio de 2026 10:15 a. m., Aoba Support <\nsupport@desk.example> escribió:\n\n> Inténtelo.\n",
	"Thunderbird pt":    "Já funciona.\n=====\n\nEm 06/06/2026 10:15, Aoba escreveu:\n> Tente novamente.\n",
	"Outlook ru old":    "Работает.\n=====\n\n-----Исходное сообщение-----\nОт: Aoba\nОтправлено: 6 июня 2026 г. 10:15\nКому: Иванов\nТема: VPN\n\nПопробуйте.\n",
	"iPhone ru":         "Работает.\n=====\n\nОтправлено с iPhone\n\n> 6 июня 2026 г., в 10:15, Aoba <support@desk.example> написал(а):\n> \n> Попробуйте.\n",
	"card en":           "It works.\n=====\n\n-- \nSato Ichiro | Aoba Ltd. | Tel. +81 3 1234 5678\n",
	"two quotes deep":   "Yes.\n=====\n\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support <support@desk.example> wrote:\n\n> Really?\n>\n> On Fri, Jun 5, 2026 at 9:00 Sato <sato@aoba.example> wrote:\n>\n>> No.\n",
	"English in German": "Es geht.\n=====\n\nFrom: Aoba Support <support@desk.example>\nDate: Saturday, 6 June 2026 at 10:15\nTo: Müller\nSubject: VPN\n\nBitte.\n",
}

// UX-14
func TestFoldInNineLanguages(t *testing.T) {
	t.Parallel()
	for name, s := range answers {
		want, below, _ := strings.Cut(s, "=====\n")
		if got := New(want + below); got != strings.Trim(want, "\n") {
			t.Errorf("%s: new is %q, want %q", name, got, want)
		}
	}
}

// kept are mails whose new text stands where a quote could be seen. All lines that
// begin with "+" are new and must be shown.
var kept = map[string]string{
	"answers between":         "+See below.\n\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support <s@desk.example> wrote:\n\n> First question?\n\n+Yes.\n\n> Second question?\n\n+No, never.\n",
	"answer below":            "> Please try again.\n\n+It works now.\n",
	"long quote above":        strings.Repeat("> line\n", 40) + "\n+It works now.\n",
	"answer below the name":   "On Sat, Jun 6, 2026 at 10:15 AM Aoba Support <s@desk.example> wrote:\n> Please try again.\n\n+It works now.\n",
	"only forwarded":          "---------- Forwarded message ----------\nFrom: Bob <bob@aoba.example>\nDate: Sat, 6 Jun 2026\nSubject: crash\nTo: support@desk.example\n\n+The server crashed.\n",
	"red inside Outlook":      "+My answers are in red below.\n\nFrom: Aoba Support <s@desk.example>\nSent: Saturday\nTo: Sato\nSubject: VPN\n\n+1. Version? 7.2 it is\n",
	"red inside ja":           "+下記に赤字で回答いたします。\n\n差出人: 青葉サポート <s@desk.example>\n送信日時: 2026年6月6日 10:15\n宛先: 佐藤\n件名: VPN\n\n+1. バージョン → 7.2です\n",
	"told what somebody said": "+Your colleague Tanaka wrote:\n+Reboot it. We did, and it still fails.\n",
	"told with a date":        "+On 3 March 2026 your engineer wrote:\n\n+please reboot.\n+We did.\n",
	"no line of its own":      "+As your mail says,\n+On Sat, Jun 6, 2026 at 10:15 AM Aoba Support <s@desk.example> wrote:\n+Reboot it. We did.\n",
	"a log between rulers":    "+Here is the log:\n+----------------------\n+10:15 start\n+10:16 failed: http://node1/status\n+----------------------\n+What now?\n",
	"a log at the end":        "+Here is the log:\n\n+----------------------\n+10:15 start of node1\n+10:16 failed\n+10:17 see http://node1/status\n",
	"two hyphens":             "+Two things:\n--\n+first, the disk is full\n--\n+second, can you call me?\n",
	"question below hyphens":  "+Hello,\n\n--\n+can you call me?\n",
	"mail pasted":             "+From here on it fails:\n+Date: the 3rd\n+Then nothing.\n",
	"redirect":                "+Run this:\n> ls\n+and send what it says\n",
	"from in a sentence":      "+From: my point of view it is a defect.\n",
	"SQL":                     "+SELECT a\n+FROM b\n+WHERE c > 5\n",
	"short and a name":        "+Thanks\n+Bob\n",
	"long signature":          "+Hi\n\n-- \n" + strings.Repeat("+line\n", 30),
	"signature alone":         "-- \n+Bob\n",
	"nothing but a quote":     "",
}

// TestFoldNeverHidesWhatIsNew
//
// UX-14
func TestFoldNeverHidesWhatIsNew(t *testing.T) {
	t.Parallel()
	for name, s := range kept {
		var fresh []string
		var text strings.Builder
		for l := range strings.SplitSeq(s, "\n") {
			if f, ok := strings.CutPrefix(l, "+"); ok {
				fresh = append(fresh, f)
				l = f
			}
			text.WriteString(l + "\n")
		}
		got := New(text.String())
		if got == "" && len(fresh) > 0 { // then all is shown
			got = text.String()
		}
		rest := got
		for _, f := range fresh {
			i := strings.Index(rest, f)
			if i < 0 {
				t.Errorf("%s: %q is hidden; shown is %q", name, f, got)
				break
			}
			rest = rest[i+len(f):]
		}
	}
}

// TestFoldHTML parts HTML as mailers make it.
func TestFoldHTML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ html, fresh, hidden string }{
		"Gmail":             {`<div dir="ltr">It works now.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Sat, Jun 6, 2026 at 10:15 AM Aoba Support &lt;<a href="mailto:s@desk.example">s@desk.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><div>Please try again.</div></blockquote></div>`, "It works now.", "Please try again."},
		"Gmail, below":      {`<div class="gmail_quote"><div class="gmail_attr">On Sat, Jun 6, 2026 at 10:15 AM Aoba Support &lt;s@desk.example&gt; wrote:<br></div><blockquote class="gmail_quote">Please try again.</blockquote><div>It works now.</div></div>`, "It works now.", ""},
		"Outlook":           {`<html><body><div class="WordSection1"><p class="MsoNormal">It works now.</p><p class="MsoNormal">&nbsp;</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Aoba Support &lt;s@desk.example&gt;<br><b>Sent:</b> Saturday, June 6, 2026 10:15 AM<br><b>To:</b> Sato<br><b>Subject:</b> VPN</p></div></div><p class="MsoNormal">Please try again.</p></div></body></html>`, "It works now.", "Please try again."},
		"Outlook web ja":    {`<div>解決しました。</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><font><b>差出人:</b> 青葉サポート &lt;s@desk.example&gt;<br><b>送信日時:</b> 2026年6月6日 10:15<br><b>宛先:</b> 佐藤<br><b>件名:</b> VPN</font></div><div>もう一度お試しください。</div>`, "解決しました。", "もう一度"},
		"Apple":             {`<html><body>It works now.<div><br><blockquote type="cite"><div>On 6 Jun 2026, at 10:15, Aoba Support &lt;<a href="mailto:s@desk.example">s@desk.example</a>&gt; wrote:</div><br><div>Please try again.</div></blockquote></div></body></html>`, "It works now.", "Please try again."},
		"Thunderbird":       {`<p>It works now.</p><div class="moz-cite-prefix">On 6/6/26 10:15, Aoba Support wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Please try again.</p></blockquote>`, "It works now.", "Please try again."},
		"answers between":   {`<p>See my answers:</p><blockquote>First?</blockquote><p>Yes.</p><blockquote>Second?</blockquote><p>No.</p>`, "Yes.", ""},
		"nothing quoted":    {`<p>Hello</p>`, "Hello", ""},
		"only quoted":       {`<blockquote>Hello</blockquote>`, "Hello", ""},
		"no tags":           {"It works now.", "It works now.", ""},
		"image below":       {`<blockquote>Old</blockquote><p><img src="cid:a"></p>`, "cid:a", ""},
		"text behind image": {`<p>See <img src="cid:a"> this</p><blockquote>Old</blockquote>`, "this", "Old"},
	} {
		fresh, rest := FoldHTML(c.html)
		if fresh+rest != c.html {
			t.Errorf("%s: something is gone", name)
		}
		if !strings.Contains(HTMLText(fresh), c.fresh) || c.hidden != "" && strings.Contains(fresh, c.hidden) {
			t.Errorf("%s: fresh is %q, rest %q", name, fresh, rest)
		}
	}
}
