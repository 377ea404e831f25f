package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Thanks tells whether the new text of a mail only says thanks, so that nobody has
// to do anything: short, nothing asked, and every line a thank, a greeting, a word
// that it works, or a name below them. When unsure it is not.
func Thanks(text string) bool {
	const long, lines = 400, 12
	if text = strings.TrimSpace(text); text == "" || len(text) > long || strings.ContainsAny(text, "?？¿") || undone().MatchString(text) {
		return false
	}
	thanked, below := false, false
	n := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\n.!。！;；", r) }) {
		part = strings.TrimFunc(part, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune(",、，-–—:;：)(☺😊🙏👍", r)
		})
		if part == "" {
			continue
		}
		if n++; n > lines {
			return false
		}
		switch {
		case thank().MatchString(part):
			thanked = true
		case greeted().MatchString(part):
		case closed().MatchString(part):
			below = true
		case !thanked && !below || !aName(part):
			return false
		default:
			below = true
		}
	}
	return thanked
}

// aName tells whether a line may be somebody's name.
func aName(l string) bool {
	return len(strings.Fields(l)) <= 4 && utf8.RuneCountInString(l) <= 30 && !strings.ContainsFunc(l, unicode.IsDigit)
}

var (
	// undone are words behind which there is something to do.
	undone = pattern(`(?i)\b(?:but|however|except|although|unfortunately|still|again|not|n't|isn't|doesn't|cannot|can't|won't|error|fail\w*|please|could you|can you|would you|let me know|one more|another|also|aber|leider|jedoch|noch|nicht|bitte|fehler|mais|cependant|malheureusement|encore|pas|erreur|pero|sin embargo|todavía|error|mas|porém|ainda|não|erro)\b` +
		`|しかし|ただ[、し]|ですが|ますが|ましたが|けれど|まだ|再度|再び|また[、発起]|エラー|ください|下さい|お願いし|お願いいた|教えて|できません|しません|直って(?:い)?ない|但是|不过|还是|仍然|请问|错误|하지만|그런데|아직|다시|오류|부탁|но |однако|ещё|еще|не |ошибк|пожалуйста`)
	thank = pattern(`(?i)^(?:ok(?:ay)?[, ]+|great[, ]+|perfect[, ]+|super[, ]+)?(?:many |much |kind )?(?:thanks|thank you|thx|ty|cheers|much appreciated|appreciate it|danke|vielen dank|herzlichen dank|besten dank|merci|gracias|muchas gracias|obrigad[oa]|muito obrigad[oa]|grazie|спасибо|благодар\S*)(?:[, ]+(?:a lot|so much|very much|again|everyone|all|team|you|for (?:the|your|all)[^,]{0,60}|für [^,]{0,60}|beaucoup|pour [^,]{0,60}|por [^,]{0,60}|большое|за [^,]{0,60}|dir|ihnen|schön|sehr))*(?:[, ]+\p{Lu}[\p{L} ]{0,30})?$` +
		`|^(?:(?:この度は|このたびは|迅速な|早速の|ご丁寧な|丁寧な)?.{0,30}(?:ありがとう(?:ございま(?:す|した))?|有難う(?:ございま(?:す|した))?|感謝(?:いたします|します|申し上げます)?|助かりました))$|^(?:非常|十分|多)?[感谢謝]{2}.{0,12}$|^감사합니다$|^고맙습니다$|^감사드립니다$`)
	// greeted are greetings, and words that it works.
	greeted = pattern(`(?i)^(?:(?:hi|hello|dear|hallo|liebe[rs]?|guten tag|bonjour|hola|olá|привет|здравствуйте)(?:[ ,]+[\p{L} ]{0,40})?|(?:ok(?:ay)?|great|perfect|excellent|wonderful|super|very good|prima|parfait|perfecto|отлично)` +
		`|(?:it|this|that|all|everything)(?: is|'s)? (?:now )?(?:works?|working|fine|solved|resolved|fixed|good|clear)(?: now| again| perfectly| well| fine)*|(?:the )?(?:problem|issue) (?:is |has been )?(?:now )?(?:solved|resolved|fixed|gone)(?: now)?|es funktioniert(?: jetzt| nun)?|ça marche(?: maintenant)?|funciona(?: ahora| agora)?` +
		`|.{1,20}(?:様|さま|さん|御中|殿)|(?:いつも)?お世話になっ(?:て(?:い|お)ります|ております)|お疲れ様です|[\p{Han}\p{Katakana}ー]{1,20}の[\p{Han}\p{Katakana}]{1,10}です|(?:無事に?|問題なく)?.{0,12}(?:解決しました|解決いたしました|直りました|確認(?:いた)?しました|確認できました|動きました|動作しました|承知(?:いた)?しました|了解(?:いた)?しました|わかりました))$`)
	closed = pattern(`(?i)^(?:(?:best|kind|warm|many)?[ ]?(?:regards|wishes)|all the best|sincerely|yours|br|cheers|mit freundlichen grüßen|mfg|viele grüße|cordialement|bien à vous|saludos|un saludo|atenciosamente|abraços|с уважением|今後とも(?:どうぞ)?(?:宜し|よろし)く(?:お願い(?:いた|致)します)?|以上(?:です)?|敬具)$`)
)
