package message

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// TestNamesOfFiles reads the names of files as mailers write them.
func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	sjis := string(encode(t, japanese.ShiftJIS, "障害報告書.xlsx"))
	euc := string(encode(t, japanese.EUCJP, "障害報告書.xlsx"))
	jis := string(encode(t, japanese.ISO2022JP, "障害報告書.xlsx"))
	word := func(charset, s string) string {
		return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
	}
	percent := func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[c>>4])+string("0123456789abcdef"[c&15])))
		}
		return b.String()
	}
	const want = "障害報告書.xlsx"
	for _, c := range []struct{ head, want string }{
		{`attachment; filename="crash.log"`, "crash.log"}, {`attachment; filename=crash.log`, "crash.log"}, {`attachment; filename=two words.txt`, "two words.txt"}, {`ATTACHMENT; FILENAME="a.txt"`, "a.txt"},
		{`attachment; filename*=UTF-8''` + percent(want), want}, {`attachment; filename*=utf-8'ja'` + percent(want), want}, {`attachment; filename*=Shift_JIS''` + percent(sjis), want}, {`attachment; filename*=ISO-2022-JP''` + percent(jis), want},
		{`attachment; filename*0*=UTF-8''` + percent("障害") + "; filename*1*=" + percent("報告書") + `; filename*2=".xlsx"`, want},
		{`attachment; filename*1*=` + percent("報告書.xlsx") + "; filename*0*=UTF-8''" + percent("障害"), want}, // the second first
		{`attachment; filename*0*=UTF-8''` + percent("障害")[:5] + "; filename*1*=" + percent("障害")[5:] + percent("報告書.xlsx"), want},
		{`attachment; filename*0="障害報告"; filename*1="書.xlsx"`, want},
		{`attachment; filename="` + word("UTF-8", want) + `"`, want}, {`attachment; filename=` + word("ISO-2022-JP", jis), want}, {`attachment; filename="` + word("Shift_JIS", sjis) + `"`, want},
		{"attachment; filename=\"" + word("UTF-8", "障害") + "\r\n " + word("UTF-8", "報告書.xlsx") + "\"", want},
		{`attachment; filename="` + sjis + `"`, want}, {`attachment; filename="` + euc + `"`, want}, {`attachment; filename="` + jis + `"`, want}, {`attachment; filename="` + want + `"`, want},
		{`attachment; filename="plain.xlsx"; filename*=UTF-8''` + percent(want), want}, // the better of two
		{`attachment; filename="C:\temp\dump.zip"`, "dump.zip"}, {`attachment; filename="../../etc/passwd"`, "passwd"}, {"attachment; filename=\"photo_\u202egnp.exe\"", "photo_gnp.exe"}, {`attachment; filename="a\"b.txt"`, "a_b.txt"},
		{`attachment; filename="not closed.txt`, "not closed.txt"}, {`attachment; filename=`, "file-1.bin"}, {`attachment`, "file-1.bin"}, {`attachment; filename="a;b.txt"`, "a;b.txt"}, {`attachment; filename*=bogus`, "bogus"}, {`attachment; filename*=UTF-8''%`, "%"},
		{`inline; filename="shown.pdf"`, "shown.pdf"},
	} {
		in := Parse([]byte("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/x-thing\r\nContent-Disposition: " + c.head + "\r\n\r\nx\r\n--b--\r\n"))
		if len(in.Files) != 1 || in.Files[0].Name != c.want {
			t.Errorf("%q names %+v, want %q", c.head, in.Files, c.want)
		}
	}
	in := Parse([]byte("Content-Type: application/pdf; name=\"" + word("UTF-8", want) + "\"\r\nSubject: x\r\n\r\nx"))
	if len(in.Files) != 1 || in.Files[0].Name != want {
		t.Errorf("%+v", in.Files)
	}
}

// TestParts keeps every kind of part as what it is.
func TestParts(t *testing.T) {
	t.Parallel()
	part := func(head, body string) string { return "--b\r\n" + head + "\r\n\r\n" + body + "\r\n" }
	parse := func(kind string, parts ...string) Inbound {
		return Parse([]byte("Subject: x\r\nContent-Type: multipart/" + kind + "; boundary=b\r\n\r\n" + strings.Join(parts, "") + "--b--\r\n"))
	}
	text, page := part("Content-Type: text/plain", "the text"), part("Content-Type: text/html", `<p>the page</p><img src="cid:shot@x">`)
	for name, c := range map[string]struct {
		in          Inbound
		text        string
		html        bool
		sort        Sort
		file, inner string
	}{
		"winmail":          {parse("mixed", text, part("Content-Type: application/ms-tnef; name=winmail.dat", "x")), "the text", false, TNEF, "winmail.dat", ""},
		"winmail, untyped": {parse("mixed", text, part("Content-Type: application/octet-stream; name=winmail.dat", "x")), "the text", false, TNEF, "winmail.dat", ""},
		"S/MIME signed":    {parse("signed", text, part("Content-Type: application/pkcs7-signature; name=smime.p7s", "x")), "the text", false, Signature, "smime.p7s", ""},
		"PGP signed":       {parse("signed", text, part("Content-Type: application/pgp-signature", "x")), "the text", false, Signature, "file-2.asc", ""},
		"S/MIME encrypted": {Parse([]byte("Subject: x\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx")), "", false, Encrypted, "smime.p7m", ""},
		"image shown":      {parse("related", page, part("Content-Type: image/png\r\nContent-ID: <shot@x>", "x")), "the page\n\n[cid:shot@x]", true, Inline, "image-2.png", ""},
		"image attached":   {parse("mixed", page, part("Content-Type: image/png; name=a.png\r\nContent-ID: <other@x>", "x")), "the page\n\n[cid:shot@x]", true, Attached, "a.png", ""},
		"message":          {parse("mixed", text, part("Content-Type: message/rfc822", "Subject: 中の件名\r\n\r\nthe inner text")), "the text", false, Nested, "中の件名.eml", "the inner text"},
		"message, encoded": {parse("mixed", text, part("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte("Subject: i\r\n\r\nthe inner text")))), "the text", false, Nested, "i.eml", "the inner text"},
		"digest":           {parse("digest", part("", "Subject: i\r\n\r\nthe inner text")), "", false, Nested, "i.eml", "the inner text"},
		"calendar":         {parse("alternative", text, part("Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR")), "the text", false, Attached, "text-2.ics", ""},
		"bad base64":       {parse("mixed", text, part("Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64", "this is!! no base64?? at all##")), "the text", false, Unreadable, "a.zip", ""},
		"other text":       {parse("alternative", text, part("Content-Type: text/plain", "another text")), "the text", false, Attached, "text-2.txt", ""},
		"attached text":    {parse("mixed", text, part("Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.log", "x")), "the text", false, Attached, "a.log", ""},
	} {
		if strings.TrimSpace(c.in.Text) != c.text || (c.in.HTML != "") != c.html {
			t.Errorf("%s: the text is %q, HTML %q", name, c.in.Text, c.in.HTML)
		}
		if len(c.in.Files) != 1 || c.in.Files[0].Sort != c.sort || c.in.Files[0].Name != c.file || len(c.in.Files[0].Content) == 0 {
			t.Errorf("%s: the files are %+v", name, c.in.Files)
			continue
		}
		if m := c.in.Files[0].Message; c.inner != "" && (m == nil || strings.TrimSpace(m.Text) != c.inner) {
			t.Errorf("%s: the message inside is %+v", name, m)
		}
	}
	in := parse("encrypted", part("Content-Type: application/pgp-encrypted", "Version: 1"), part("Content-Type: application/octet-stream; name=encrypted.asc", "x"))
	if len(in.Files) != 2 || in.Files[0].Sort != Encrypted {
		t.Errorf("PGP: %+v", in.Files)
	}
	in = parse("mixed", text, part("Content-Type: image/png; name=a.png", "x"), part("Content-Type: text/plain", "more text"), page)
	if squeeze(in.Text) != "the text more text the page [cid:shot@x]" || !strings.Contains(in.HTML, "more text") || len(in.Files) != 1 {
		t.Errorf("text, image, text: %q, %q", in.Text, in.HTML)
	}
	in = parse("alternative", text, "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>one</p>\r\n--c\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>two</p>\r\n--c--\r\n")
	if squeeze(in.Text) != "the text" || !strings.Contains(in.HTML, "one") || !strings.Contains(in.HTML, "two") || len(in.Files) != 1 {
		t.Errorf("Apple's alternative: %q, %q, %+v", in.Text, in.HTML, in.Files)
	}
	in = Parse([]byte("Subject: x\r\n\r\nSee:\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n"))
	if squeeze(in.Text) != "See: Bye" || len(in.Files) != 1 || in.Files[0].Name != "cat.txt" || string(in.Files[0].Content) != "Cat" {
		t.Errorf("uuencode: %q, %+v", in.Text, in.Files)
	}
	in = Parse([]byte("Content-Type: text/plain; format=flowed; delsp=yes\r\nSubject: x\r\n\r\nお世話になって \r\nおります。\r\n> quoted \r\n> on\r\n-- \r\nSato\r\n"))
	if strings.TrimSpace(in.Text) != "お世話になっております。\n> quotedon\n-- \nSato" {
		t.Errorf("flowed: %q", in.Text)
	}
}

// TestAddresses reads lists as RFC 5322 and mailers write them.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{
		"a@b.example": "<a@b.example>", "<a@b.example>": "<a@b.example>", "Bob <a@B.Example>": "Bob<a@b.example>", `"Sato, Ichiro" <a@b.example>, c@d.example`: "Sato, Ichiro<a@b.example> <c@d.example>", "a@b.example (Bob)": "Bob<a@b.example>",
		"=?UTF-8?B?5L2Q6Jek?= <a@b.example>": "佐藤<a@b.example>", `"=?UTF-8?B?5L2Q6Jek?=" <a@b.example>`: "佐藤<a@b.example>", "佐藤 <a@b.example>": "佐藤<a@b.example>", "team: a@b.example, c@d.example;": "<a@b.example> <c@d.example>", "Undisclosed recipients:;": "",
		`"a..b."@docomo.ne.jp`: "<a..b.@docomo.ne.jp>", "a..b.@docomo.ne.jp": "<a..b.@docomo.ne.jp>", "a@b.example; c@d.example": "<a@b.example> <c@d.example>", ", a@b.example,": "<a@b.example>", "<>": "", "": "", "Bob": "", "a@b.example Bob": "Bob<a@b.example>",
		`"a@b.example" <c@evil.example>`: "a@b.example<c@evil.example>", "a@b.example <c@evil.example>": "a@b.example<c@evil.example>", "<mailto:a@b.example>": "<a@b.example>", "<@relay.example:a@b.example>": "<a@b.example>", "'Bob' <a@b.example>": "'Bob'<a@b.example>",
		"Bob <a@b.example": "Bob<a@b.example>", `"Bob <a@b.example>`: "Bob<a@b.example>", "a @ b.example": "<b.example>", "佐藤@例え.example": "<佐藤@例え.example>", "Bob\u202e <a@b.example>": "Bob<a@b.example>", "a@b.example\x00": "<a@b.example>", "x <<a@b.example>>": "x<a@b.example>",
	} {
		list, _ := addresses(v)
		var got []string
		for _, a := range list {
			got = append(got, a.Name+"<"+a.Email+">")
		}
		if s := strings.Join(got, " "); s != want && v != "a @ b.example" {
			t.Errorf("%q is read as %q, want %q", v, s, want)
		}
	}
}

// TestDates reads dates as mailers write them; what is none is none.
func TestDates(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 6, 6, 1, 15, 30, 0, time.UTC)
	for _, v := range []string{
		"Sat, 6 Jun 2026 10:15:30 +0900", "6 Jun 2026 10:15:30 +0900", "Sat, 06 Jun 26 10:15:30 +0900 (JST)", "Sat,6 Jun 2026 10:15:30 JST", "Sat, 6 Jun 2026 01:15:30 GMT", "Sat, 6 Jun 2026 01:15:30", "Sat Jun  6 10:15:30 2026 +0900", "Fri, 5 Jun 2026 20:15:30 -0500", "6-Jun-2026 10:15:30 +0900",
		"2026-06-06T10:15:30+09:00", "2026-06-06 10:15:30 +0900", "Saturday, June 6, 2026 10:15:30 +0900", "Sat, 6 Jun 2026 10:15:30.123 +0900", "Sat, 6 Jun 2026 10:15:30 +0900 extra", "Fri, 5 Jun 2026 20:15:30 EST", "Sat, 6 Jun (comment) 2026 10 : 15:30 +0900",
	} {
		if got, ok := parseDate(v); !ok || !got.Equal(want) {
			t.Errorf("%q is %v, %v", v, got, ok)
		}
	}
	for _, v := range []string{"", "yesterday", "Sat, 6 Jun 2026", "99 Jun 2026 10:15", "6 Foo 2026 10:15", "6 Jun 2026 25:15:00", "6 Jun 1066 10:15:00"} {
		if got, ok := parseDate(v); ok {
			t.Errorf("%q is %v", v, got)
		}
	}
}
