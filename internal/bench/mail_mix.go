package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/smtp"
	"strings"
	"time"

	"golang.org/x/text/encoding/japanese"
)

const (
	senders   = 600 // of the load, each with a request of their own
	fromEach  = 18  // mails of one sender, below the number at which an address is stopped
	warmUps   = 3   // calls before [drive] measures
	fileBytes = 100 << 10
)

// postbag has what clients hand over by mail.
type postbag struct {
	*work
	read  *sql.DB
	lines [mailClients]*smtp.Client
	sent  [mailClients]int
	told  [senders]told // what the desk wrote to each about their request
	blob  string        // of a file, in base64
}

// letter is a mail and its envelope.
type letter struct {
	from, to string
	raw      []byte
}

// mix is what support gets, in the order in which it comes.
var mix = [...]func(p *postbag, sender int, id string) letter{
	(*postbag).plain, (*postbag).styled, (*postbag).jis, (*postbag).plain, (*postbag).automatic,
	(*postbag).styled, (*postbag).withFile, (*postbag).plain, (*postbag).bounce, (*postbag).request,
	(*postbag).jis, (*postbag).styled, (*postbag).plain, (*postbag).automatic, (*postbag).plain,
	(*postbag).withFile, (*postbag).jis, (*postbag).styled, (*postbag).bounce, (*postbag).request,
}

// open files a request of each of so many senders by mail, and reads where the desk
// wants to be answered.
func (p *postbag) open(ctx context.Context, many int) error {
	random := make([]byte, fileBytes)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	p.blob = base64.StdEncoding.EncodeToString(random)
	p.relay.forget()
	for i := range many {
		if err := p.hand(i%mailClients, p.request(i, p.key())); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for i := 0; i < many; {
		var ok bool
		if p.told[i], ok = p.relay.to("admin@" + account(i)); ok {
			i++
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nothing was written to %s: %w", account(i), ctx.Err())
		case <-look.C:
		}
	}
	return nil
}

// next hands over the next mail of a client. Each has senders of its own, who take
// turns.
func (p *postbag) next(_ context.Context, client, _ int) error {
	const each = senders / mailClients
	n := p.sent[client]
	p.sent[client]++
	if n >= each*fromEach {
		return fmt.Errorf("all %d senders have written %d mails: measure for a shorter time", senders, fromEach)
	}
	sender := client + mailClients*(n%each)
	// A sender does not always write mails of one kind.
	kind := (n + 7*(n/each)) % len(mix)
	return p.hand(client, mix[kind](p, sender, p.key()))
}

// letter is a mail of a sender to the desk, or to where it wants to be answered.
func (p *postbag) letter(sender int, id, head, body string) letter {
	from, to := "admin@"+account(sender), p.told[sender].reply
	if to == "" {
		to = mailbox
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Authentication-Results: %s; spf=pass smtp.mailfrom=%s; dkim=none; dmarc=pass header.from=%s\r\n", inFront, from, account(sender))
	for hop := range 3 {
		fmt.Fprintf(&b, "Received: from out%d.%s (out%d.%s [192.0.2.%d])\r\n\tby mx%d.%s with ESMTPS id 4Xy%s for <%s>;\r\n\t%s\r\n", hop, account(sender), hop, account(sender),
			hop+1, hop, inFront, id, to, time.Now().Format(time.RFC1123Z))
	}
	fmt.Fprintf(&b, "From: \"Administrator %d\" <%s>\r\nTo: %s\r\nMessage-ID: <%s@%s>\r\nDate: %s\r\n", sender, from, to, id, account(sender), time.Now().Format(time.RFC1123Z))
	if !strings.Contains(head, "Subject:") {
		fmt.Fprintf(&b, "Subject: Re: %s\r\nIn-Reply-To: %s\r\nReferences: %s\r\n", p.told[sender].subject, p.told[sender].id, p.told[sender].id)
	}
	b.WriteString("MIME-Version: 1.0\r\n" + head + body)
	return letter{from, to, []byte(b.String())}
}

// quoted is how a mailer repeats the mail that it answers.
var quoted = "\r\n\r\nOn Sat, Jun 6, 2026 at 10:15 AM Support <support@localhost> wrote:\r\n\r\n" + strings.Repeat("> Please send us the log of the host, and tell us since when.\r\n", 20)

const flat = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"

func (p *postbag) plain(sender int, id string) letter {
	return p.letter(sender, id, flat, "\r\nIt is host "+id+".\r\n"+strings.ReplaceAll(story, ". ", ".\r\n")+quoted)
}

func (p *postbag) request(sender int, id string) letter {
	l := p.letter(sender, id, "Subject: vSphere: host "+id+" lost its datastore\r\n"+flat, "\r\n"+strings.ReplaceAll(story, ". ", ".\r\n")+"\r\n-- \r\nAdministrator\r\n")
	l.to = mailbox
	return l
}

func (p *postbag) automatic(sender int, id string) letter {
	return p.letter(sender, id, "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"+flat, "\r\nI am out of office until Monday ("+id+").\r\n")
}

// forms is a text with what a mailer makes of it in HTML.
func forms(id string) string {
	said := strings.ReplaceAll(story, ". ", ".\r\n")
	return "Content-Type: multipart/alternative; boundary=\"alt" + id + "\"\r\n\r\n--alt" + id + "\r\n" + flat + "\r\nIt is host " + id + ".\r\n" + said + quoted +
		"\r\n--alt" + id + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<html><head><style>p.MsoNormal{margin:0}</style></head><body lang=JA>" +
		strings.Repeat("<div><p class=MsoNormal><span style='font-size:11.0pt'>It is host "+id+". <b>Please</b> look at it.<o:p></o:p></span></p></div>\r\n", 20) + "<p class=MsoNormal>" + said +
		"</p><div class=\"gmail_quote\"><blockquote>" + strings.Repeat("Please send us the log of the host.<br>\r\n", 20) + "</blockquote></div></body></html>\r\n--alt" + id + "--\r\n"
}

func (p *postbag) styled(sender int, id string) letter { return p.letter(sender, id, "", forms(id)) }

func (p *postbag) withFile(sender int, id string) letter {
	name := base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%-60s", id)))
	return p.letter(sender, id, "Content-Type: multipart/mixed; boundary=\"mix"+id+"\"\r\n", "\r\n--mix"+id+"\r\n"+forms(id)+"\r\n--mix"+id+
		"\r\nContent-Type: application/octet-stream; name=\"host.log.gz\"\r\nContent-Disposition: attachment; filename=\"host.log.gz\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
		name+"\r\n"+folded(p.blob)+"--mix"+id+"--\r\n")
}

// folded is base64 in lines.
func folded(s string) string {
	const line = 76
	var b strings.Builder
	for ; len(s) > line; s = s[line:] {
		b.WriteString(s[:line] + "\r\n")
	}
	b.WriteString(s + "\r\n")
	return b.String()
}

func (p *postbag) jis(sender int, id string) letter {
	said, err := japanese.ISO2022JP.NewEncoder().String("お世話になっております。ホスト" + id + "の件です。\r\n" +
		strings.Repeat("ストレージへの経路が切れました。再起動しても直りません。\r\n", 14) + "\r\n2026年6月6日 10:15 Support <support@localhost>:\r\n" +
		strings.Repeat("> ホストのログをお送りください。\r\n", 20))
	if err != nil {
		panic(err)
	}
	return p.letter(sender, id, "Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: 7bit\r\n", "\r\n"+said)
}

// bounce reports that a mail of the desk did not arrive: one in ten mailboxes is
// gone, the others are full.
func (p *postbag) bounce(sender int, id string) letter {
	status, words := "5.2.2", "552 5.2.2 Over quota"
	if sender%10 == 9 {
		status, words = "5.1.1", "550 5.1.1 User unknown"
	}
	to, host := "admin@"+account(sender), "mx."+account(sender)
	raw := fmt.Sprintf("Received: from %[1]s by %[2]s; %[3]s\r\nFrom: Mail Delivery System <MAILER-DAEMON@%[1]s>\r\nTo: %[4]s\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <%[5]s@%[1]s>\r\n"+
		"Date: %[3]s\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"dsn\"\r\n\r\n"+
		"--dsn\r\nContent-Type: text/plain\r\n\r\nThis is the mail system at host %[1]s.\r\n\r\n<%[6]s>: %[7]s (%[5]s)\r\n\r\n"+
		"--dsn\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; %[1]s\r\n\r\nFinal-Recipient: rfc822; %[6]s\r\nAction: failed\r\nStatus: %[8]s\r\nDiagnostic-Code: smtp; %[7]s\r\n\r\n"+
		"--dsn\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: %[9]s\r\nTo: %[6]s\r\nSubject: %[10]s\r\nMessage-ID: %[11]s\r\n\r\n--dsn--\r\n",
		host, inFront, time.Now().Format(time.RFC1123Z), p.told[sender].back, id, to, words, status, mailbox, p.told[sender].subject, p.told[sender].id)
	return letter{"", p.told[sender].back, []byte(raw)}
}

// large is a mail of so many bytes, nearly all of them a file.
func (p *postbag) large(size int) letter {
	file := strings.Repeat(folded(p.blob), size/len(folded(p.blob)))
	return p.letter(0, "large", "Content-Type: multipart/mixed; boundary=large\r\n", "\r\n--large\r\n"+flat+"\r\nThe logs are here.\r\n--large\r\n"+
		"Content-Type: application/octet-stream; name=logs.tar.gz\r\nContent-Disposition: attachment; filename=logs.tar.gz\r\nContent-Transfer-Encoding: base64\r\n\r\n"+file+"--large--\r\n")
}

func manyParts(n int) string {
	return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nhello\r\n", n) + "--b--\r\n"
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	return b.String() + "\r\nhello\r\n"
}
