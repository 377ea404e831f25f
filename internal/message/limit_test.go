package message

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// bombs are messages that want to cost more than they are (T18).
func bombs() map[string]struct {
	raw  string
	want Refusal
} {
	nest := func(n int, of func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(of(i))
		}
		return b.String() + "\r\nhello"
	}
	type bomb = struct {
		raw  string
		want Refusal
	}
	multi := func(i int) string {
		return fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	return map[string]bomb{
		"depth 1000":    {nest(1000, multi), TooDeep},
		"depth 100,000": {nest(100_000, multi), TooDeep},
		"same boundary": {nest(1000, func(int) string { return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" }), TooManyParts},
		"messages in messages": {nest(1000, func(i int) string {
			return "Subject: " + fmt.Sprint(i) + "\r\nContent-Type: message/rfc822\r\n\r\n"
		}), TooDeep},
		"10,000 parts":     {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nhello\r\n", 10_000) + "--b--", TooManyParts},
		"1,000,000 parts":  {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n\r\n", 1_000_000) + "--b--", TooManyParts},
		"fields":           {strings.Repeat("X-A: b\r\n", 20_000) + "\r\nhello", HeadTooLong},
		"head of 40 MB":    {"Subject: " + strings.Repeat("a", 40<<20) + "\r\n\r\nhello", HeadTooLong},
		"folded head":      {"Subject: x\r\n" + strings.Repeat(" a\r\n", 500_000) + "\r\nhello", HeadTooLong},
		"60 MB":            {"Subject: x\r\n\r\n" + strings.Repeat("hello, world\r\n", 5<<20), TooLarge},
		"addresses":        {"To: " + strings.Repeat("a@b.example,", 80_000) + "\r\n\r\nhello", ""},
		"parentheses":      {"To: " + strings.Repeat("(", 500_000) + "\r\n\r\nhello", ""},
		"quotes":           {"To: " + strings.Repeat("\"<", 300_000) + "\r\n\r\nhello", ""},
		"encoded words":    {"Subject: " + strings.Repeat("=?utf-8?q?=41?= ", 60_000) + "\r\n\r\nhello", ""},
		"half words":       {"Subject: " + strings.Repeat("=?a?q?", 150_000) + "\r\n\r\nhello", ""},
		"brackets":         {"References: " + strings.Repeat("<", 900_000) + "\r\n\r\nhello", ""},
		"references":       {"References: " + strings.Repeat("<a@b> <c", 100_000) + "\r\n\r\nhello", ""},
		"RFC 2231":         {"Content-Type: text/plain; " + strings.Repeat("name*0*=a; name*99999999=b;", 30_000) + "\r\n\r\nhello", ""},
		"boundary lines":   {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--bb\r\n", 1_000_000) + "hello", ""},
		"tags":             {"Content-Type: text/html\r\n\r\n" + strings.Repeat("<div><blockquote>", 500_000) + "hello", ""},
		"nested tags":      {"Content-Type: text/html\r\n\r\n" + strings.Repeat("<b><i><p>", 800_000) + "hello", ""},
		"attributes":       {"Content-Type: text/html\r\n\r\n<a " + strings.Repeat("a=b ", 1_000_000) + ">hello", ""},
		"escapes":          {"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + strings.Repeat("\x1b$B\x1b(B", 1_000_000) + "hello", ""},
		"uuencode":         {"Subject: x\r\n\r\n" + strings.Repeat("begin 644 a\n", 300_000) + "hello", ""},
		"quoted-printable": {"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("=41= \r\n", 1_000_000) + "hello", ""},
		"flowed":           {"Content-Type: text/plain; format=flowed\r\n\r\n" + strings.Repeat(">", 1_000_000) + strings.Repeat("a \r\n", 1_000_000) + "hello", ""},
		"flowed quotes":    {"Content-Type: text/plain; format=flowed\r\n\r\n" + strings.Repeat(strings.Repeat(">", 1000)+" a\r\n", 2_000) + "hello", ""},
		"endless base64":   {"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QUJD\r\n", 4_000_000), ""},
		"UTF-7":            {"Content-Type: text/plain; charset=utf-7\r\n\r\n" + strings.Repeat("+AGEA", 800_000) + "hello", ""},
	}
}

// TestBombs refuses what is beyond the limits, and takes what is not, at the
// price of a message of its size. Nothing is thrown away. The time is that of a
// machine with others beside it; the bar of T18 is 2 s.
//
// T18
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, c := range bombs() {
		raw := []byte(c.raw)
		start := time.Now()
		in := Parse(raw)
		took := time.Since(start)
		if in.Refused != c.want {
			t.Errorf("%s: refused as %q, want %q", name, in.Refused, c.want)
		}
		if took > 8*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if in.Refused == "" && !strings.Contains(in.Text, "hello") && name != "endless base64" && name != "UTF-7" && name != "RFC 2231" {
			t.Errorf("%s: its text is gone: %q", name, cut(in.Text, 80))
		}
		if in.Refused != "" && len(in.Files) == 0 && in.Text == "" {
			t.Errorf("%s: nothing of it is kept", name)
		}
		if took > time.Second {
			t.Logf("%s: %v", name, took)
		}
	}
}

// TestFoldIsLinear folds what makes it look again and again.
//
// T18
func TestFoldIsLinear(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"On Sat, Jun 6, 2026 at 10:15 AM Bob <b@c.example>\n", "a wrote:\n", "From: a\n", "From: a\n\n", "Subject: a\nDate: b\n", "> a\n\n", "> a\nb\n", "\n", "--\n", "-----Original Message-----\n", "-----Original Message-----\n\n", "--------------\n",
		"a:\n", "2026 a\n", "a> b\n", "-------- \nTEL 03-1234-5678\n", "<a@b.example>:\n", "550 5.1.1 <a@b.example>\n", strings.Repeat("a@b.example ", 40) + "\n",
	} {
		s := strings.Repeat(line, 20_000/strings.Count(line, "\n"))
		start := time.Now()
		if joinPieces(Fold(s)) != s {
			t.Errorf("%q: something is gone", line)
		}
		in := Inbound{Text: s, Subject: "failure notice", Null: true}
		in.Class(own)
		if took := time.Since(start); took > 8*time.Second {
			t.Errorf("%q takes %v", line, took)
		} else if took > time.Second {
			t.Logf("%q: %v", line, took)
		}
	}
}

// large is a mail with a big attachment.
func large(size int) []byte {
	s := base64.StdEncoding.EncodeToString(make([]byte, size/4*3))
	var b strings.Builder
	b.WriteString("From: a@b.example\r\nSubject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" +
		"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n--b--\r\n")
	return []byte(b.String())
}

// TestMemory reads a mail of 25 MB and the bombs without copying them around.
func TestMemory(t *testing.T) {
	if n := testing.AllocsPerRun(1, func() { Parse([]byte("Subject: x\r\n\r\nhello")) }); n > 200 {
		t.Errorf("the smallest mail takes %v allocations", n)
	}
	measure := func(raw []byte) int {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		in := Parse(raw)
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(in)
		return int(after.TotalAlloc-before.TotalAlloc) >> 20
	}
	if mb := measure(large(25 << 20)); mb > 60 {
		t.Errorf("a mail of 25 MB takes %d MB beside itself", mb)
	}
	for _, name := range []string{"depth 1000", "10,000 parts", "messages in messages", "fields", "head of 40 MB", "RFC 2231", "same boundary"} {
		if mb := measure([]byte(bombs()[name].raw)); mb > 64 {
			t.Errorf("%s takes %d MB", name, mb)
		}
	}
}
