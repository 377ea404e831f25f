package message

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Bounce is what a report says of mails that did not arrive, or not yet.
type Bounce struct {
	Failed []Failure
	// MessageID is that of the mail it is about, bare; "" when the report does not
	// hold it.
	MessageID string
	// ReturnPath is the sender of its envelope, as a complaint has it; "" without one.
	ReturnPath string
}

// Failure is what has become of a mail to one recipient.
type Failure struct {
	// Email is the address that the mail was for, "" when the report names none.
	Email string
	// Status is the code of RFC 3463, such as 5.1.1, or one made of the answer's
	// three digits; "" without either.
	Status string
	// Hard says that mail to this address cannot arrive: it is unknown or closed.
	// A mailbox that is full, a refusal of this one mail, and a server that was
	// not reached are not.
	Hard bool
	// Reason is what the server said, one line.
	Reason string
}

// report is the kind of a multipart/report (RFC 3462).
type report struct{ kind string }

func reportOf(e *entity) *report { return &report{strings.ToLower(e.params["report-type"])} }

// bounce reads a report of delivery, in the form of RFC 3464 or in those of
// servers that do not know it. c is "" when the mail is none.
func (in *Inbound) bounce(own Own) (c Class, why string, b Bounce) {
	var status []byte
	for _, f := range in.Files {
		if f.Type == "message/delivery-status" || f.Type == "message/global-delivery-status" {
			status = append(append(status, f.Content...), "\n\n"...)
		}
	}
	if in.report != nil || in.fromDaemon() {
		if c, b := in.status(status); c != "" {
			b.MessageID = in.original()
			return c, "delivery-status", b
		}
	}
	if b, ok := in.refusedByFilter(); ok {
		return Bounced, "disposition", b
	}
	if c, why, b = in.proseBounce(own); c != "" {
		b.MessageID = in.original()
	}
	return c, why, b
}

// rejectedText says in a notice of what became of a mail that it was refused.
var rejectedText = pattern(`(?i)\b(?:reject|refus)(?:ed|al|ing)?\b|拒否`)

// refusedByFilter reads the notice with which the recipient's filter refuses a mail
// (RFC 5429, 2.1.2): a program has deleted it, and says why. Without such words it
// was only thrown away unread. The address is not dead by that.
func (in *Inbound) refusedByFilter() (b Bounce, ok bool) {
	if in.report == nil || in.report.kind != "disposition-notification" || !rejectedText().MatchString(prose(in.Text)) {
		return b, false
	}
	for _, f := range in.Files {
		if f.Type != "message/disposition-notification" {
			continue
		}
		for _, g := range groups(f.Content) {
			what := strings.ToLower(g.first("disposition"))
			if to := typed(g.first("final-recipient")); to != "" && strings.HasPrefix(what, "automatic-action") && strings.Contains(what, "deleted") {
				b.Failed = append(b.Failed, Failure{Email: to, Reason: reasonIn(prose(in.Text))})
				b.MessageID = cmp.Or(b.MessageID, tidy(g.first("original-message-id")))
			}
		}
	}
	return b, len(b.Failed) > 0
}

// status reads the groups of fields of a delivery status: one for the mail, then
// one for each recipient.
func (in *Inbound) status(content []byte) (Class, Bounce) {
	var b Bounce
	actions := map[string]int{}
	for _, group := range groups(content) {
		to := group.first("final-recipient")
		if v := group.first("original-recipient"); v != "" && strings.Contains(v, "@") {
			to = v
		}
		action := strings.ToLower(tidy(group.first("action")))
		if to == "" && action == "" && group.first("status") == "" {
			continue
		}
		switch {
		case strings.HasPrefix(action, "fail"):
			action = "failed"
		case strings.HasPrefix(action, "delay"):
			action = "delayed"
		}
		f := Failure{Email: typed(to), Status: statusCode().FindString(group.first("status")), Reason: cut(tidy(words(typedText(group.first("diagnostic-code")))), 300)}
		if f.Status == "" || strings.HasSuffix(f.Status, ".0.0") { // the server's words say more
			if s := statusOf(f.Reason); s != "" {
				f.Status = s
			}
		}
		if action == "" {
			action = "failed"
		}
		actions[action]++
		if action == "failed" || action == "delayed" {
			f.Hard = action == "failed" && hard(f.Status, f.Reason)
			b.Failed = append(b.Failed, f)
		}
	}
	switch {
	case actions["failed"] > 0:
		b.Failed = slices.DeleteFunc(b.Failed, func(f Failure) bool { return f.Email == "" && len(b.Failed) > 1 })
		return Bounced, b
	case actions["delayed"] > 0:
		return Delayed, b
	case len(actions) > 0:
		return Delivered, b
	}
	return "", b
}

// groups are the groups of fields between empty lines.
func groups(content []byte) []head {
	const most = 500
	var out []head
	var block [][]byte
	flush := func() {
		for len(block) > 0 && fieldName(block[0]) == "" {
			block = block[1:]
		}
		if len(block) > 0 && len(out) < most {
			h, _ := fields(block)
			out = append(out, h)
		}
		block = nil
	}
	for len(content) > 0 {
		var l []byte
		l, content = line(content)
		if len(bytes.TrimSpace(l)) == 0 {
			flush()
			continue
		}
		if len(block) < most {
			block = append(block, l)
		}
	}
	flush()
	return out
}

// typed is the address of a field such as "rfc822; <sato@aoba.example>".
func typed(v string) string {
	a := bareAddress(typedText(v))
	if !strings.Contains(a, "@") {
		return ""
	}
	return a
}

func typedText(v string) string {
	if kind, rest, ok := strings.Cut(v, ";"); ok && !strings.ContainsAny(kind, "@<") {
		return strings.TrimSpace(rest)
	}
	return v
}

var (
	statusCode = pattern(`[245]\.\d{1,3}\.\d{1,3}`)
	threeDigit = pattern(`(?:^|[^\d.])([45])(\d)\d(?:[ -]|$)`)
)

// statusOf finds a code in a server's words.
func statusOf(reason string) string {
	if s := statusCode().FindString(reason); s != "" && !strings.HasPrefix(s, "2") && alone(reason, s) {
		return s
	}
	if m := threeDigit().FindStringSubmatch(reason); m != nil {
		return m[1] + ".0.0"
	}
	return ""
}

// alone tells whether a code is no part of an IP address or a version.
func alone(s, code string) bool {
	i := strings.Index(s, code)
	before, after := byte(' '), byte(' ')
	if i > 0 {
		before = s[i-1]
	}
	if end := i + len(code); end < len(s) {
		after = s[end]
	}
	return !strings.ContainsRune("0123456789.", rune(before)) && (after < '0' || after > '9') && after != '.'
}

var (
	// gone are a server's words for an address that is none or is closed.
	gone = pattern(`(?i)not a (?:registered|known|local)|user(?: is)? (?:unknown|not found|doesn'?t exist)|unknown (?:user|e-?mail|recipient|address|local.?part|mailbox)|no such (?:user|recipient|mailbox|address|account|person|domain)|(?:recipient|mailbox|address|account|user|e-?mail|domain|destination)[^.\n]{0,60}(?:does ?n[o']t exist|not exist|not found|unknown|unrouteable|invalid|is (?:disabled|inactive|closed|suspended|unavailable)|has been (?:disabled|closed|deactivated))|(?:invalid|bad|illegal|nonexistent) (?:recipient|mailbox|address|user|destination)|not (?:a valid|our customer)|no mailbox (?:here )?by that name|couldn'?t find (?:the|any host)|(?:host|domain)[^.\n]{0,30} not found|unrouteable (?:address|mail domain)|account[^.\n]{0,40}(?:disabled|deactivated|terminated)|addressee unknown|no longer (?:with|valid|available|exists|active)|does ?n[o']t have an? |not listed in|存在しません|見つかりません|宛先不明|該当するユーザ|user_unknown|wasn'?t found|address rejected|recipnotfound|adsitepref`)
	// full and refused are not the address's fault.
	full    = pattern(`(?i)quota|mailbox (?:is )?(?:full|size)|over ?size|too (?:large|big)|insufficient (?:system )?(?:storage|space)|exceed(?:ed|s|ing)?[^.\n]{0,30}(?:size|storage|limit)|容量|満杯`)
	refused = pattern(`(?i)spam|blocked|block ?list|blacklist|black list|policy|denied|not authori[sz]ed|reputation|dmarc|\bspf\b|virus|content (?:rejected|filter)|reject(?:ed)? (?:due|for)|greylist|rate limit|too many|relay(?:ing)? (?:access )?(?:denied|not permitted)|プライバシー|受信拒否|迷惑メール`)
)

// hard tells whether a failure means that the address is dead.
func hard(status, reason string) bool {
	switch {
	case strings.HasPrefix(status, "4."):
		return false
	case full().MatchString(reason):
		return false
	case gone().MatchString(reason):
		return true
	case refused().MatchString(reason):
		return false
	}
	// A code that says nothing, and no word of an address, may be anything.
	return strings.HasPrefix(status, "5.1.") || status == "5.2.1" || status == "5.4.4"
}

// Answer tells what a server's refusal of a recipient means for the address: dead
// when mail to it cannot arrive, and the code of RFC 3463, "" when it says none. 550,
// 551 and 553 say by themselves that there is no such mailbox (RFC 5321, 4.2.3),
// unless the words speak of something else.
func Answer(code int, text string) (dead bool, status string) {
	status = statusCode().FindString(text)
	if !alone(text, status) {
		status = ""
	}
	if status == "" && (code == 550 || code == 551 || code == 553) {
		return !full().MatchString(text) && (gone().MatchString(text) || !refused().MatchString(text)), ""
	}
	return code >= 500 && hard(status, text), status
}

var (
	daemon = pattern(`(?i)^(?:mailer-?daemon|mail-?daemon|postmaster|mail[-_.]?delivery[\w.-]*|mdaemon|maildaemon|mail|system|administrator|no-?reply-?mail-?delivery)@|^mailer-daemon$`)
	// daemonName is the sender's name where the address says nothing.
	daemonName  = pattern(`(?i)mail(?:er)?[ -](?:delivery|daemon)|delivery (?:sub)?system|system ?administrator|postmaster|mail administrator|(?:smtp|mail)[ _-](?:mail[ _-])?(?:service|system|server|gateway)|メール配信|配信システム|メールシステム`)
	failSubject = pattern(`(?i)undeliver(?:able|ed)|(?:returned|bounced) mail|mail delivery (?:fail|system|error|problem|status|notification)|delivery (?:status notification|fail|has failed|report|problem|notification|incomplete|status)|failure (?:notice|notification|delivery)|could ?n[o']t be delivered|not (?:be )?delivered|mail (?:system )?error|non.?delivery|nondeliverable|mail could not be|message (?:delivery )?fail|message (?:not|status)|user unknown|unable to deliver|delayed mail|warning: (?:could not send|message)|mail failure|mail failed|failed mail|error during delivery|delivery warning|no such user|メール(?:が)?(?:配信|送信|エラー|不達)|配信(?:エラー|不能|失敗|できません)|不達通知|送信できません|エラーメール|退信|未送达|投递失败|系统退信|退件|無法(?:傳遞|投遞)|반송|배달 ?(?:실패|불능)|전송 ?실패|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|échec de (?:la )?remise|non remis|message non distribué|no se (?:puede|pudo) entregar|no entregado|não (?:foi )?(?:entregue|possível entregar)|falha na entrega|не (?:может быть )?доставлен|недоставленн|сбой доставки`)
	failText    = pattern(`(?i)(?:mail|message) (?:not delivered|(?:has been|was|is(?: being)?) returned)|(?:was|were|could|can|did|has|have|is|will)(?: not|n't|not) (?:been |be |reach |able to )?(?:deliver|reach|send|sent)|unable to (?:deliver|send|relay)|undeliver|permanent(?:ly)? (?:fatal )?(?:error|fail|reject)|fail(?:ed|ure) (?:to|in) deliver|delivery (?:to|of) .{0,120}fail|(?:following|these) (?:address|recipient)|rejected by|returned to (?:sender|you)|account is (?:temporarily )?(?:disabled|over quota)|user unknown|did not (?:receive|reach)|has been postponed|failed (?:recipient|address)|could not deliver|no such (?:user|mailbox)|delivery failed|mailbox unavailable|p[ua] [êe]tre d[ée]livr[ée]|配信できません|届けることが|送信できません|お届けできません|配送できません|不明です|見つかりません|无法(?:送达|投递)|無法(?:送達|投遞)|전달(?:하지|되지)|не (?:удалось|может быть) доставить`)
	delayText   = pattern(`(?i)has been postponed|(?:has |have |been |is )?delayed|still (?:trying|be(?:ing)? tried)|will (?:be |keep )?(?:retr|try)|warning message only|not yet been delivered|do not need to resend|temporary (?:problem|failure)s?[^.]{0,80}(?:retr|will)|delivery attempts will continue|再送(?:を|信)`)
)

// fromDaemon tells whether a mail system sent the mail.
func (in *Inbound) fromDaemon() bool {
	if in.Null || in.report != nil && in.report.kind == "delivery-status" {
		return true
	}
	for _, a := range append(slices.Clone(in.From), in.Sender...) {
		local, _, _ := strings.Cut(a.Email, "@")
		if daemon().MatchString(a.Email) || daemonName().MatchString(a.Name) || daemonName().MatchString(local) {
			return true
		}
	}
	if local, _, _ := strings.Cut(strings.ToLower(in.ReturnPath), "@"); strings.Contains(local, "daemon") {
		return true
	}
	return len(in.From) == 0 && daemonName().MatchString(in.head.first("from"))
}

// toReturnPath tells whether the mail is for an address that we gave to nobody but
// for reports.
func (in *Inbound) toReturnPath(own Own) bool {
	return slices.ContainsFunc(in.Recipients(), func(a string) bool {
		tag, ok := own.tag(a)
		return ok && strings.HasPrefix(strings.ToLower(tag), "b.")
	})
}

// proseBounce finds reports that are written for people alone: qmail's, Exim's,
// old Postfix, Exchange and Gmail, and those of the Japanese carriers.
func (in *Inbound) proseBounce(own Own) (Class, string, Bounce) {
	failed := in.head.all("x-failed-recipients")
	returned := in.toReturnPath(own)
	if len(failed) == 0 && !returned && !in.fromDaemon() {
		return "", "", Bounce{}
	}
	text := prose(in.Text)
	subject := failSubject().MatchString(in.Subject)
	// Somebody may write to a list about bounces, and a list may pass one on.
	listed := in.listed() && !in.Null && !returned && len(failed) == 0
	if listed && !(subject && failText().MatchString(text)) {
		return "", "", Bounce{}
	}
	if !subject && len(failed) == 0 && !failText().MatchString(text) {
		return "", "", Bounce{}
	}
	list := slices.DeleteFunc(failures(text), func(f Failure) bool { return own.Ours(f.Email) })
	for _, v := range failed {
		for a := range strings.SplitSeq(v, ",") {
			a = bareAddress(a)
			if strings.Contains(a, "@") && !own.Ours(a) && !slices.ContainsFunc(list, func(f Failure) bool { return strings.EqualFold(f.Email, a) }) {
				list = append(list, Failure{Email: a})
			}
		}
	}
	if len(list) == 0 && subject {
		list = slices.DeleteFunc(addressed(text), func(f Failure) bool { return own.Ours(f.Email) })
	}
	if len(list) == 0 {
		if a := in.originalTo(); a != "" {
			list = []Failure{{Email: a}}
		}
	}
	if len(list) == 0 && (listed || !subject || !failText().MatchString(text)) {
		return "", "", Bounce{}
	}
	for i := range list {
		f := &list[i]
		if f.Reason == "" {
			f.Reason = reasonIn(text)
		}
		f.Status = statusOf(f.Reason)
		f.Hard = hard(f.Status, f.Reason)
	}
	why := "subject"
	if !subject {
		why = "text"
	}
	if len(failed) > 0 {
		why = "x-failed-recipients"
	}
	if (delayText().MatchString(text) || strings.Contains(strings.ToLower(in.Subject), "delay")) && !strings.Contains(strings.ToLower(text), "permanent") && !slices.ContainsFunc(list, func(f Failure) bool { return f.Hard }) {
		return Delayed, why, Bounce{Failed: list}
	}
	return Bounced, why, Bounce{Failed: list}
}

// copyBelow is where reports begin to quote the mail that they are about.
var copyBelow = pattern(`(?im)^.{0,12}(?:below this line is a copy|this is a copy of (?:the|your) message|original message (?:follows|below|is)|(?:unsent|undelivered|returned|original) message (?:below|follows|headers)|message (?:header|text) follows|(?:-+ ?)(?:original|returned) message|the header of the original message|original message headers|here is a copy|copy of your message|message header:|(?:以下|下記)(?:は|に|の)?.{0,12}(?:元|送信).{0,12}メール|received: from ).*$`)

// prose is what a report says before it quotes.
func prose(text string) string {
	const far = 16 << 10
	text = cut(text, far)
	if m := copyBelow().FindStringIndex(text); m != nil && m[0] > 0 {
		return text[:m[0]]
	}
	return text
}

var (
	// recipientLine is a line that is about one recipient.
	recipientLine = pattern(`(?i)^[\s>*-]*(?:(?:final[- ]recipient|intended[- ]recipient|original[- ]recipient|recipient|recipients?(?: address)?|to|address|failed address|宛先|受信者|送信先)(?: ?[:：=]| is)? ?(?:rfc822;)? ?)?(?:rcpt to: ?)?[<"']?([\w.!#$%&'*+/=?^` + "`" + `{|}~-]+@[\w-]+(?:\.[\w-]+)+)[>"']?(?:\s*[:：]?\s*(?:$|\S.*)?)$`)
	rcptTo        = pattern(`(?i)rcpt to: ?<([^<>\s]+@[^<>\s]+)>`)
	angled        = pattern(`<([^<>\s@]+@[^<>\s@]+\.[^<>\s@]+)>`)
	// reasonLine is a server's answer.
	reasonLine = pattern(`(?i)(?:^|[^\d.])[45]\d\d(?:[ -]#?[45]\.\d+\.\d+|[: -])|does ?n[o']t have an? |not listed in|#?\b[45]\.\d{1,2}\.\d{1,3}\b|reason ?:|unknown user|user unknown|no such user|does ?n[o']t exist|over quota|mailbox (?:is )?full|account is|couldn'?t find|no mailbox|unrouteable|存在しません|見つかりません|宛先不明`)
)

// failures finds the recipients that a report names, each with the server's words
// near it.
func failures(text string) []Failure {
	const most = 100
	lines := strings.Split(text, "\n")
	var out []Failure
	add := func(email string, at int) {
		email = bareAddress(email)
		if daemon().MatchString(email) || len(out) >= most {
			return
		}
		for _, f := range out {
			if strings.EqualFold(f.Email, email) {
				return
			}
		}
		out = append(out, Failure{Email: email, Reason: reasonNear(lines, at)})
	}
	for i, l := range lines {
		l = strings.TrimRight(l, "\r \t")
		switch m := recipientLine().FindStringSubmatch(l); {
		case len(l) > 1000:
		case m != nil:
			add(m[1], i)
		default:
			if m := rcptTo().FindStringSubmatch(l); m != nil {
				add(m[1], i)
			} else if m := angled().FindStringSubmatch(l); m != nil && reasonLine().MatchString(l) {
				add(m[1], i)
			}
		}
	}
	if len(out) == 0 { // "Delivery to sato@aoba.example has failed"
		for i, l := range lines {
			if m := mailbox().FindString(cut(l, 1000)); m != "" && (failText().MatchString(l) || i > 0 && failText().MatchString(lines[i-1])) {
				add(strings.Trim(m, "<>()[].,'\""), i)
			}
		}
	}
	return out
}

// helpful are lines that name whom to ask, not who was not reached.
var helpful = pattern(`(?i)contact|assistance|help|questions?|please|postmaster|administrator|reply|your message (?:of|from)|^ *(?:from|sender|message-id|reporting-mta)|問い?合わせ|ご連絡`)

// addressed are the addresses at the beginning of a report that says nothing more
// clearly.
func addressed(text string) []Failure {
	const far, most = 40, 20
	var out []Failure
	lines := strings.Split(text, "\n")
	for i, l := range lines[:min(len(lines), far)] {
		if l = cut(l, 1000); helpful().MatchString(l) {
			continue
		}
		for _, m := range mailbox().FindAllString(l, most) {
			a := bareAddress(strings.Trim(strings.TrimPrefix(strings.Trim(m, "<>()[].,:;'\""), "mailto:"), "<>()[].,:;'\""))
			if strings.Contains(a, "@") && !daemon().MatchString(a) && len(out) < most && !slices.ContainsFunc(out, func(f Failure) bool { return strings.EqualFold(f.Email, a) }) {
				out = append(out, Failure{Email: a, Reason: reasonNear(lines, i)})
			}
		}
	}
	return out
}

// reasonNear is the server's answer on a line or among those below it, up to the
// next recipient.
func reasonNear(lines []string, at int) string {
	const far = 12
	for i := at; i < len(lines) && i < at+far; i++ {
		if i > at && recipientLine().MatchString(lines[i]) && !reasonLine().MatchString(lines[i]) {
			break
		}
		if reasonLine().MatchString(lines[i]) {
			return cut(tidy(lines[i]), 300)
		}
	}
	if at > 1 && reasonLine().MatchString(lines[at-2]) { // au: the reason stands above
		return cut(tidy(lines[at-2]), 300)
	}
	return ""
}

func reasonIn(text string) string {
	for l := range strings.SplitSeq(text, "\n") {
		if reasonLine().MatchString(l) || gone().MatchString(l) || full().MatchString(l) {
			return cut(tidy(l), 300)
		}
	}
	return ""
}

var idLine = pattern(`(?im)^[>\s]*message-id:\s*<([^<>\s]{1,400})>`)

// original is the Message-ID of the mail that a report is about.
func (in *Inbound) original() string {
	for _, f := range in.Files {
		if f.Message != nil && f.Message.MessageID != "" {
			return f.Message.MessageID
		}
		if f.Type == "text/rfc822-headers" || f.Type == "message/global-headers" {
			if m := idLine().FindSubmatch(f.Content); m != nil {
				return string(m[1])
			}
		}
	}
	if m := idLine().FindStringSubmatch(in.Text); m != nil {
		return m[1]
	}
	for _, f := range in.Files {
		if m := idLine().FindSubmatch(f.Content[:min(len(f.Content), 64<<10)]); m != nil && strings.HasPrefix(f.Type, "text/") {
			return string(m[1])
		}
	}
	if n := len(in.Refs); n > 0 {
		return in.Refs[n-1]
	}
	return ""
}

// complaint is what a feedback report says of the mail that it is about (RFC 5965).
func (in *Inbound) complaint() Bounce {
	b := Bounce{MessageID: in.original()}
	for _, f := range in.Files {
		switch {
		case f.Type == "message/feedback-report":
			for _, g := range groups(f.Content) {
				if b.ReturnPath == "" {
					b.ReturnPath = typed(g.first("original-mail-from"))
				}
				if to := typed(g.first("original-rcpt-to")); to != "" {
					b.Failed = append(b.Failed, Failure{Email: to})
				}
			}
		case f.Message != nil && b.ReturnPath == "":
			b.ReturnPath = f.Message.ReturnPath
		}
	}
	return b
}

// originalTo is the recipient of the mail that a report is about.
func (in *Inbound) originalTo() string {
	for _, f := range in.Files {
		if f.Message != nil && len(f.Message.To) == 1 {
			return f.Message.To[0].Email
		}
	}
	if m := copyTo().FindStringSubmatch(in.Text); m != nil {
		return bareAddress(m[1])
	}
	return ""
}

var copyTo = pattern(`(?im)^[>\s]*to: ?(?:[^<\n@]{0,100}<)?([^<>\s,]+@[^<>\s,]+)>?\s*$`)
