package message

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

var keys = Keys{[]byte("0123456789abcdef0123456789abcdef"), []byte("the one before, of 32 bytes too.")}

// T12
func TestTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := Thread{rapid.Int64Range(1, 1<<40-1).Draw(t, "request"), rapid.Int64Range(0, 1<<31-1).Draw(t, "person"), rapid.Bool().Draw(t, "staff")}
		token := keys.Token(want)
		if len(token) != tokenChars || token != strings.ToLower(token) {
			t.Fatalf("the token is %q", token)
		}
		for _, s := range []string{token, strings.ToUpper(token), strings.ReplaceAll(strings.ReplaceAll(token, "0", "O"), "1", "I")} {
			if got, ok := keys.Thread(s); !ok || got != want {
				t.Fatalf("%q gives %+v, %v, want %+v", s, got, ok, want)
			}
		}
		if got, ok := (Keys{keys[1], keys[0]}).Thread(token); !ok || got != want { // the old key is believed still
			t.Fatalf("%+v, %v", got, ok)
		}
		if _, ok := keys[1:].Thread(token); ok {
			t.Fatal("another key is believed")
		}
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte(alphabet)).Draw(t, "letter")
		if forged := token[:at] + string(c) + token[at+1:]; forged != token {
			if got, ok := keys.Thread(forged); ok {
				t.Fatalf("the forged %q gives %+v", forged, got)
			}
		}
	})
	for _, bad := range []Thread{{}, {Request: -1}, {Request: 1 << 40}, {Request: 1, Person: -1}, {Request: 1, Person: 1 << 31}} {
		if token := keys.Token(bad); token != "" {
			t.Errorf("%+v has the token %q", bad, token)
		}
	}
	for _, bad := range []string{"", "x", strings.Repeat("0", 26), strings.Repeat("z", 1000), "日本"} {
		if _, ok := keys.Thread(bad); ok {
			t.Errorf("%q is a token", bad)
		}
	}
	if (Keys{}).Token(Thread{Request: 1}) != "" {
		t.Error("a token without a key")
	}
}

// TestTokensSayNothing: those of neighbours have nothing in common.
func TestTokensSayNothing(t *testing.T) {
	t.Parallel()
	alike := 0
	before := keys.Token(Thread{Request: 10_000_000, Person: 31})
	const n = 500
	for i := range n {
		token := keys.Token(Thread{Request: 10_000_001 + int64(i), Person: 31})
		for j := range token {
			if token[j] == before[j] {
				alike++
			}
		}
		before = token
	}
	if share := float64(alike) / n / tokenChars; share > 0.06 { // by chance 1 of 32, and the last holds three bits
		t.Errorf("%.3f of the characters of neighbours are alike", share)
	}
}

func TestReturnPaths(t *testing.T) {
	t.Parallel()
	path := keys.ReturnPath("support@desk.example", "r10000000.6.mail.c31")
	local, _, _ := strings.Cut(path, "@")
	if path == "" || len(local) > 64 {
		t.Fatalf("the return path is %q", path)
	}
	for _, s := range []string{path, strings.ToUpper(path)} {
		if key, ok := keys.Returned(own, s); !ok || key != "r10000000.6.mail.c31" {
			t.Errorf("%q gives %q, %v", s, key, ok)
		}
	}
	for _, s := range []string{
		strings.Replace(path, "c31", "c32", 1), strings.Replace(path, "desk.example", "other.example", 1), "support@desk.example", "support+b.@desk.example", "support+b.a.@desk.example", "support+b.r1.0@desk.example",
	} {
		if key, ok := keys.Returned(own, s); ok {
			t.Errorf("the forged %q gives %q", s, key)
		}
	}
	for _, key := range []string{"", "a b", "a@b", "日本", strings.Repeat("a", 60), "a..b"} {
		if path := keys.ReturnPath("support@desk.example", key); path != "" {
			t.Errorf("%q has the return path %q", key, path)
		}
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	thread := Thread{Request: 10_000_000, Person: 31}
	reply, back := keys.ReplyTo("support@desk.example", thread), keys.ReturnPath("support@desk.example", "r10000000.6.mail.c31")
	read := func(head string) Hints {
		in := Parse([]byte(head + "\r\n\r\nhello"))
		return in.Hints(keys, own)
	}
	for _, head := range []string{
		"To: " + reply, "To: x@y.example, Support <" + strings.ToUpper(reply) + ">", "Cc: " + reply, "To: support@desk.example\r\nDelivered-To: " + reply, "To: \"" + reply + "\" <" + reply + ">",
	} {
		if h := read(head); !h.HasThread || h.Thread != thread {
			t.Errorf("%q: %+v", head, h)
		}
	}
	if h := read("To: " + strings.Replace(reply, "desk.example", "evil.example", 1)); h.HasThread {
		t.Errorf("a token in somebody else's address: %+v", h)
	}
	if h := read("To: x@y.example\r\nDelivered-To: " + back); h.Returned != "r10000000.6.mail.c31" || h.HasThread {
		t.Errorf("a report: %+v", h)
	}
	h := read("References: <a@x> <b@x>\r\n <r10000000.1.mail.c31@desk.example>\r\nIn-Reply-To: <c@x>")
	if strings.Join(h.Refs, " ") != "c@x r10000000.1.mail.c31@desk.example b@x a@x" {
		t.Errorf("references: %q", h.Refs)
	}
	if key, ok := own.Key(h.Refs[1]); !ok || key != "r10000000.1.mail.c31" {
		t.Errorf("the key is %q, %v", key, ok)
	}
	if key, ok := own.Key("a@x"); ok {
		t.Errorf("somebody else's id has the key %q", key)
	}
}

func TestNumbersInSubjects(t *testing.T) {
	t.Parallel()
	n := support.SpokenNumber(10_000_000)
	plain := strings.ReplaceAll(n, "-", "")
	wide := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, plain)
	for subject, want := range map[string]int{
		"[SR " + n + "] VPN": 1, "Re: [SR " + n + "] VPN": 1, "SR" + plain: 1, "sr " + wide: 1, "リクエスト番号：" + n + "の件": 1, "About " + n + ", again": 1, "SR " + strings.ReplaceAll(n, "-", " "): 1,
		"[SR " + n + "] and [SR " + support.SpokenNumber(10_000_001) + "]": 2, "[SR " + n + "] [SR " + n + "]": 1, "Re: SR No. " + n: 1,
		"[SR 100-000-001] VPN": 0, "call 03-1234-5678": 0, "order 123456789012": 0, plain: 0, "": 0, "1" + n: 0, n + "1": 0,
	} {
		if got := Requests(subject); len(got) != want || want > 0 && got[0] != 10_000_000 {
			t.Errorf("%q names %v, want %d", subject, got, want)
		}
	}
}

// TestDraftsComeBack: what is written is what is read.
func TestDraftsComeBack(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.SampledFrom([]string{"", "Hello", "お世話になっております。", "From here", ".", "--", "-- ", "=?utf-8?q?x?=", strings.Repeat("長い", 300), strings.Repeat("long ", 300), "a=b", "größer", "--=_0", "trailing \t"}), rapid.StringMatching(`[ -~あ-ん]{0,60}`))
	name := rapid.OneOf(rapid.SampledFrom([]string{"", "Sato", "佐藤 一郎", "O'Neil, \"Bob\"", `back\slash`, "a\r\nBcc: victim@evil.example", "(x)", "<x>", strings.Repeat("長", 60)}), rapid.StringMatching(`[!-~]{1,20}`))
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(line, 1, 8).Draw(t, "lines"), "\n") + "\n"
		d := Draft{
			From: Address{name.Draw(t, "from"), "support@desk.example"}, To: []Address{{name.Draw(t, "to"), "sato@aoba.example"}}, Subject: name.Draw(t, "subject"),
			ReplyTo: Address{Email: keys.ReplyTo("support@desk.example", Thread{Request: 10_000_000})}, Text: body, MessageID: MessageID("r1.2.mail.c3", "desk.example"),
			Date:    time.Date(2026, 6, 6, 1, 15, 0, 0, time.UTC),
			Headers: []Header{{"Auto-Submitted", "no"}, {"In-Reply-To", "<a@x>"}, {"References", strings.Repeat("<abcdefghijklmnop@aoba.example> ", 12) + "<a@x>"}, {"X-Loop", "support@desk.example"}},
		}
		if rapid.Bool().Draw(t, "html") {
			d.HTML = "<p>" + strings.ReplaceAll(body, "<", "&lt;") + "</p>"
		}
		content := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "content")
		fileName := rapid.SampledFrom([]string{"crash.log", "レポート 2026.xlsx", "two words.txt", "a\"; x=\"b.txt"}).Draw(t, "file")
		if rapid.Bool().Draw(t, "files") {
			d.Files = []Enclosure{{Name: fileName, Type: "application/zip", Content: content}, {Name: "shot.png", Type: "image/png", CID: "shot@desk.example", Content: content}}
		}
		raw := d.Bytes()
		if string(raw) != string(d.Bytes()) {
			t.Fatal("the same draft becomes other bytes")
		}
		checkLines(t, raw)
		in := Parse(raw)
		if len(in.Problems) > 0 || in.Refused != "" {
			t.Fatalf("problems: %+v", in.Problems)
		}
		if got, want := strings.TrimRight(in.Text, "\n"), strings.TrimRight(cleanText(body), "\n"); got != want && strings.TrimSpace(want) != "" {
			t.Fatalf("the text is\n%q\nwant\n%q", got, want)
		}
		if d.HTML != "" && strings.TrimSpace(body) != "" && squeeze(in.HTML) != squeeze(d.HTML) {
			t.Fatalf("the HTML is %q, want %q", in.HTML, d.HTML)
		}
		sameHead(t, d, &in)
		if len(d.Files) != len(in.Files) {
			t.Fatalf("%d files of %d", len(in.Files), len(d.Files))
		}
		for _, f := range in.Files {
			if string(f.Content) != string(content) {
				t.Fatalf("%s holds %q, want %q", f.Name, f.Content, content)
			}
		}
	})
}

// fatal is what the checks need of a test.
type fatal interface {
	Fatalf(format string, args ...any)
}

func checkLines(t fatal, raw []byte) {
	for l := range strings.SplitSeq(string(raw), "\r\n") {
		if len(l) > 998 || strings.ContainsAny(l, "\r\n") {
			t.Fatalf("a line of %d bytes: %q", len(l), cut(l, 80))
		}
	}
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	if strings.Contains(head, "\nBcc") {
		t.Fatalf("a field was brought in:\n%s", head)
	}
}

func sameHead(t fatal, d Draft, in *Inbound) {
	if len(in.From) != 1 || in.From[0].Email != d.From.Email || in.From[0].Name != tidy(d.From.Name) {
		t.Fatalf("from %+v, want %+v", in.From, d.From)
	}
	if len(in.To) != 1 || in.To[0].Email != d.To[0].Email || in.To[0].Name != tidy(d.To[0].Name) {
		t.Fatalf("to %+v, want %+v", in.To, d.To)
	}
	if in.Subject != tidy(d.Subject) || in.MessageID != strings.Trim(d.MessageID, "<>") || !in.Date.Equal(d.Date) || in.Refs[len(in.Refs)-1] != "a@x" {
		t.Fatalf("subject %q, id %q, date %v, refs %q", in.Subject, in.MessageID, in.Date, in.Refs)
	}
	if h := in.Hints(keys, own); !h.HasThread && len(in.ReplyTo) == 0 {
		t.Fatalf("no thread")
	}
	if class, why, _ := in.Class(own); class != Loop {
		t.Fatalf("a mail of ours that comes back is %s by %s", class, why)
	}
}
