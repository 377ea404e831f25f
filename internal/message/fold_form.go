package message

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoteMark tells whether a line is marked as quoted: with an angle, a bar, or the
// initials of who wrote it before an angle.
func quoteMark(l string) bool {
	if strings.HasPrefix(l, ">") || strings.HasPrefix(l, "＞") || strings.HasPrefix(l, "&gt;") || strings.HasPrefix(l, "| ") {
		return true
	}
	const longest = 12 * utf8.UTFMax
	i := strings.IndexByte(l, '>')
	return i > 0 && i <= longest && initials().MatchString(l)
}

var initials = pattern(`^[\p{L}][\p{L}]{0,11}> ?`)

// ruler tells whether a line only draws one.
func ruler(l string) bool {
	if len(l) < 2 {
		return false
	}
	for _, r := range l {
		if !strings.ContainsRune("-_=~#+*─━═＿―—–‐ー・.※◆◇■□☆★+-|:＝－ ", r) {
			return false
		}
	}
	return true
}

// originals are the words between hyphens by which mailers head an older mail.
var originals = pattern(`(?i)^[-_=─━－ ]{2,40}(?:` +
	`(?:start of )?original (?:message|appointment|mail)|original|original e-?mail|forwarded (?:message|by.*)|begin forwarded message|reply message|message transferred|quoted message` +
	`|(?:元|オリジナル)の?(?:メッセージ|メール)|転送(?:された)?(?:メッセージ|メール)|ここから(?:元|転送).*|原始邮件|邮件原件|转发(?:的)?(?:邮件|信息)|回复的?(?:原)?邮件|原始郵件|原始信件|轉寄(?:的)?(?:郵件|信件)|轉發郵件` +
	`|원본 ?(?:메시지|메일)|전달된 ?(?:메시지|메일)|원본 메시지` +
	`|urspr(?:ü|ue)ngliche nachricht|original-?nachricht|weitergeleitete nachricht` +
	`|message d['’]origine|message original|message initial|message transf[ée]r[ée]|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada` +
	`|исходное сообщение|пересылаемое сообщение|пересланное сообщение|оригинальное сообщение` +
	`|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|orijinal mesaj|eredeti üzenet` +
	`)[-_=─━－ ]{1,40}:?$`)

// begun are the same without hyphens, as Apple and others write them.
var begun = pattern(`(?i)^(?:begin forwarded message|forwarded message|転送されたメッセージ|転送されたメール|开始转发的邮件|下面是被转发的邮件|전달된 메시지|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada|начало переадресованного сообщения|inizio messaggio inoltrato) ?[:：]$`)

func originalMessage(l string) bool {
	if len(l) >= 200 || len(l) < 4 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l)
	return strings.ContainsRune("-_=─━－", r) && originals().MatchString(l) || endsInColon(l) && begun().MatchString(l)
}

// headRoles are the names of fields as mailers translate them.
var headRoles = func() map[string]string {
	out := map[string]string{}
	for role, names := range map[string]string{
		"from":    "from|差出人|送信者|送信元|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|발신|발신자|von|de|da|от|от кого|från|fra|van|od|lähettäjä|gönderen|feladó|expéditeur|remitente|remetente",
		"date":    "date|sent|sent at|日時|送信日時|日付|受信日時|发送时间|发送日期|日期|时间|寄件日期|發送日期|發件日期|傳送時間|보낸 날짜|보낸날짜|날짜|보낸 시간|gesendet|datum|envoyé|date d'envoi|envoyé le|enviado|enviado el|fecha|enviada em|enviado em|enviada|data|отправлено|дата|skickat|sendt|verzonden|inviato|wysłano|lähetetty|gönderme tarihi",
		"to":      "to|宛先|收件人|收件者|받는 사람|받는사람|수신|수신자|an|à|para|pour|a|кому|till|til|aan|do|vastaanottaja|kime|destinataire|destinatario|destinatário",
		"subject": "subject|件名|主题|主題|主旨|제목|betreff|objet|asunto|assunto|тема|ämne|emne|onderwerp|oggetto|temat|aihe|konu|sujet",
		"other":   "cc|bcc|reply-to|reply to|resent-from|attachments|importance|priority|抄送|副本|密件抄送|参照|참조|숨은 참조|kopie|kopia|copie|cópia|копия|kopi|返信先|添付ファイル|重要度|organization|organisation|responder a|responder para|antwort an|répondre à|発信者|お客様",
	} {
		for _, n := range strings.Split(names, "|") {
			out[n] = role
		}
	}
	return out
}()

// headRole is what the field that a line is says: "" for other lines.
func headRole(l string) string {
	i := strings.IndexAny(l, ":：")
	const longest = 40
	if i < 1 || i > longest {
		return ""
	}
	name := strings.ToLower(strings.Join(strings.Fields(l[:i]), " "))
	// 差 出 人: some draw the names out
	if role, ok := headRoles[name]; ok {
		return role
	}
	return headRoles[strings.ReplaceAll(name, " ", "")]
}

// form is how surely a line says who wrote when.
type form int

const (
	formNone   form = iota
	formLoose       // with a quote below it
	formStrict      // by itself
)

var (
	// verbs are what mailers call it, at the end or before the name.
	verbs   = pattern(`(?i)(?:\b(?:wrote|writes|said|schrieb|schreef|geschreven|escribio|escreveu|scritto|scrisse|skrev|kirjoitti|napisal|napsal)\b|escribió|yazdı|yazmış|írta|a écrit|a ecrit|écrivait|написал|пишет|писал|napisał|写道|写到|寫道|寫到|님이 작성|님이 씀|님이 쓴|이\(가\) 작성|が書きました|は書きました|さんが書|のメール|のメッセージ|さんからの|wrote)`)
	mailbox = pattern(`[<(\[](?:mailto:)?[^\s<>@]+@[^\s<>@]+?[>)\]]|[\w.+-]+@[\w-]+\.[\w.-]+`)
	hour    = pattern(`\d{1,2}\s?[:：.h時时시]\s?\d{2}|\d{1,2} ?(?:am|pm|Uhr|h)\b`)
	day     = pattern(`(?i)\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d ?[年년./-]|\d{1,2} ?[月월]`)
	opening = pattern(`(?i)^(?:on|at|am|le|el|em|il|op|den|dnia|в|在|於|2|1|пн|вт|ср|чт|пт|сб|вс|\d)`)
	// gmailDate is an old form of Google's without a verb.
	gmailDate = pattern(`^(?:19|20)\d\d-\d\d-\d\d \d\d?:\d\d (?:GMT|UTC)[+-]\d\d:\d\d .{1,100}$`)
	// dated is an older one, in Japanese: a day, a name, an address.
	dated = pattern(`^(?:19|20)\d\d ?[年/.-] ?\d.{0,100}<[^<>\s@]+@[^<>\s@]+>$`)
	// usenet is who wrote in a message that is named by its id.
	usenet = pattern(`(?i)^in (?:message|article|news:)? ?<[^>]+>.{0,200}$`)
)

// attributionForm judges a line, or several joined.
func attributionForm(l string) form {
	if !endsInColon(l) {
		switch {
		case len(l) >= 200:
		case gmailDate().MatchString(l):
			return formStrict
		case dated().MatchString(l):
			return formLoose
		}
		return formNone
	}
	verb, box := verbs().MatchString(l), mailbox().MatchString(l)
	when := hour().MatchString(l) && day().MatchString(l)
	switch {
	case verb && box && (when || endsWithVerb(l)):
		return formStrict
	case verb && when && opening().MatchString(l):
		return formStrict
	case box && when && strings.HasSuffix(strings.TrimRight(l, ":： "), ">"): // Gmail in Japanese and Russian has no verb
		return formStrict
	case verb, when, box, usenet().MatchString(l):
		return formLoose
	}
	return formNone
}

func endsInColon(l string) bool { return strings.HasSuffix(l, ":") || strings.HasSuffix(l, "：") }

// opensAttribution tells whether a line can begin one.
func opensAttribution(l string) bool {
	return opening().MatchString(l) || mailbox().MatchString(l) || day().MatchString(l) || hour().MatchString(l) || verbs().MatchString(l)
}

// sentenceEnds tells whether a line ends a sentence, as no line but the last of an
// attribution does.
func sentenceEnds(l string) bool {
	return strings.HasSuffix(l, "!") || strings.HasSuffix(l, "?") || strings.HasSuffix(l, "。") || strings.HasSuffix(l, "！") || strings.HasSuffix(l, "？") || strings.HasSuffix(l, ".") && !day().MatchString(l)
}

func endsWithVerb(l string) bool {
	at := verbs().FindAllStringIndex(l, -1)
	last := at[len(at)-1]
	return strings.TrimFunc(l[last[1]:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":：()aдал", r) }) == ""
}

// insides are how people say that their answers stand between the lines below.
var insides = pattern(`(?i)\b(?:in-?line|inside|interspersed|in (?:red|blue|green|bold|colou?r)|see (?:my )?(?:comments|answers|replies|notes) (?:below|inside|in)|(?:answers?|comments?|replies|responses?) (?:are )?(?:below|in-?line|in the text|embedded)|between the lines)\b` +
	`|インライン|文中|本文中|下記に(?:赤字|青字|追記|記入|記載|コメント|回答)|赤字|青字|太字|以下に(?:赤字|記入|追記|コメント|回答)|各項目に|行間|见下文|红色|蓝色|紅色|藍色|見下文|내용 중|빨간색|파란색|인라인|아래에 답변` +
	`|im text|rot markiert|in rot|siehe unten|unten im text|dans le texte|en rouge|ci-dessous|en rojo|en el texto|a continuación|em vermelho|no texto|abaixo|в тексте|красным|ниже по тексту`)

// cardForms are what stands on cards.
var cardForms = map[string]func() *regexp.Regexp{
	"telephone": pattern(`(?i)(?:tel|fax|phone|mobile|cell|fon|電話|携帯|直通|内線|代表|电话|手机|電話|전화|휴대|팩스|тел)[^\d]{0,12}[+(]?\d[\d\s()./-]{5,}|^[+(]?0\d[\d-]{8,}$`),
	"address":   pattern(`[\w.+-]+@[\w-]+\.[\w.-]+`),
	"company":   pattern(`(?i)株式会社|有限会社|合同会社|\(株\)|㈱|有限公司|公司|주식회사|\(주\)|\b(?:inc|ltd|llc|gmbh|corp|co\.|s\.a\.|ooo)\b|ООО`),
	"place":     pattern(`〒 ?\d{3}-?\d{4}`),
	"site":      pattern(`(?i)https?://|\bwww\.`),
}

// sents are what telephones and services write below a mail.
var sents = pattern(`(?i)^(?:sent (?:from|via|with|using) .{2,60}|get outlook for .{2,120}|sent by .{2,40}app|this (?:mail|message|e-mail) was sent from .{2,60}` +
	`|.{0,40}から送信(?:されました)?。?|outlook for (?:ios|android) を入手.{0,120}|.{2,40}のメールアプリから送信|发自我的.{2,40}|从我的.{2,40}发送|發自我的.{2,40}|從我的.{2,40}傳送|傳送自我的.{2,40}|获取 ?outlook.{2,120}|(?:나의|내) .{2,40}에서 보냄|.{2,40}에서 보낸 메일.{0,20}` +
	`|von meinem .{2,60} gesendet|diese nachricht wurde von meinem .{2,60} gesendet.{0,30}|gesendet (?:mit|von) .{2,60}|holen sie sich outlook.{2,120}|envoyé (?:de(?:puis)?|à partir de|avec) .{2,60}|télécharger outlook.{2,120}|enviado (?:desde|do|a partir d[eo]|pelo|con) .{2,60}|obtener outlook.{2,120}|obter o outlook.{2,120}|отправлено (?:с|из) .{2,60}|скачать outlook.{2,120}|inviato da(?:l mio)? .{2,60}|verzonden vanaf .{2,60})$`)

func sentFrom(l string) bool { return sents().MatchString(strings.TrimSpace(l)) }
