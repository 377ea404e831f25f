package message

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse: any bytes become a message, whole and in UTF-8.
func FuzzParse(f *testing.F) {
	for _, raw := range corpus(f) {
		if len(raw) < 16<<10 {
			f.Add(raw)
		}
	}
	for name, b := range bombs() {
		if len(b.raw) < 64<<10 {
			f.Add([]byte(b.raw))
		}
		_ = name
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := Parse(raw)
		wholesome(t, &in, 0)
		_, body, _ := (&parser{}).head(lines(raw), true)
		if strings.TrimSpace(in.Text) == "" && in.HTML == "" && len(in.Files) == 0 && in.Refused == "" && len(visible(body)) > 0 && !bytes.Contains(bytes.ToLower(raw), []byte("boundary")) {
			if e := in.head.first("content-transfer-encoding"); e == "" && in.head.first("content-type") == "" {
				t.Errorf("the body came to nothing: %q", body)
			}
		}
	})
}

// switches are what tells an ISO-2022 charset in which set it goes on: no text.
var switches = regexp.MustCompile(`\x1b[$()]+[@-Z]?`)

// visible is what of a body is more than blanks and characters without a shape.
func visible(b []byte) string {
	b = switches.ReplaceAll(b, nil)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < 0x21 || r > 0x7e {
			return -1
		}
		return r
	}, string(b)))
}

// wholesome checks what holds for every message.
func wholesome(t *testing.T, in *Inbound, depth int) {
	t.Helper()
	if depth > MaxDepth+1 {
		t.Fatal("messages in messages without end")
	}
	for _, s := range []string{in.Text, in.HTML, in.Subject, in.MessageID, in.ReturnPath} {
		if !utf8.ValidString(s) {
			t.Fatalf("not UTF-8: %q", s)
		}
	}
	for _, s := range append([]string{in.Subject, in.MessageID}, in.Refs...) {
		if strings.ContainsAny(s, "\r\n\x00\u202e") {
			t.Fatalf("a value of one line is %q", s)
		}
	}
	for _, list := range [][]Address{in.From, in.Sender, in.ReplyTo, in.To, in.Cc} {
		for _, a := range list {
			if !strings.Contains(a.Email, "@") || strings.ContainsAny(a.Email+a.Name, "\r\n\x00\u202e") || !utf8.ValidString(a.Email+a.Name) {
				t.Fatalf("an address is %q", a)
			}
		}
	}
	if !in.Date.IsZero() && (in.Date.Year() < 1899 || in.Date.Year() > 10000) {
		t.Fatalf("a date of the year %d", in.Date.Year())
	}
	for _, f := range in.Files {
		if f.Name == "" || strings.ContainsAny(f.Name, "/\\\r\n\x00") || !utf8.ValidString(f.Name+f.Type+f.CID) {
			t.Fatalf("a file is called %q, of type %q", f.Name, f.Type)
		}
		if f.Message != nil {
			wholesome(t, f.Message, depth+1)
		}
	}
	if class, _, b := in.Class(own); class == "" || class != Bounced && class != Delayed && len(b.Failed) > 0 {
		t.Fatalf("the class is %q, %+v", class, b)
	}
	in.Hints(keys, own)
	if joinPieces(Fold(in.Text)) != in.Text {
		t.Fatalf("the pieces are not the text %q", in.Text)
	}
	if safe, ok := Sanitise(in.HTML, imageOf); ok {
		if bad := harm(t, safe); bad != "" {
			t.Fatalf("%q becomes %q: %s", in.HTML, safe, bad)
		}
	}
}

// FuzzFold: the pieces of any text are the text, and those of any HTML the HTML.
func FuzzFold(f *testing.F) {
	paths, _ := filepath.Glob("testdata/quotes/full/*.txt")
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	for _, s := range answers {
		f.Add(s)
	}
	for _, s := range kept {
		f.Add(s)
	}
	for _, s := range payloads {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		pieces := Fold(s)
		if joinPieces(pieces) != s {
			t.Fatalf("the pieces are not the text: %q", pieces)
		}
		if fresh := New(s); fresh != "" && strings.TrimSpace(fresh) == "" {
			t.Fatalf("new is %q", fresh)
		}
		fresh, rest := FoldHTML(s)
		if fresh+rest != s {
			t.Fatalf("something is gone: %q %q", fresh, rest)
		}
		if safe, ok := Sanitise(s, imageOf); ok {
			if bad := harm(t, safe); bad != "" {
				t.Fatalf("becomes %q: %s", safe, bad)
			}
		}
		if text := HTMLText(s); utf8.ValidString(s) && !utf8.ValidString(text) {
			t.Fatalf("not UTF-8: %q", text)
		}
	})
}

// FuzzThread: no token but ours is believed, and no number but a right one.
func FuzzThread(f *testing.F) {
	reply := keys.ReplyTo("support@desk.example", Thread{Request: 10_000_000, Person: 31})
	back := keys.ReturnPath("support@desk.example", "r10000000.6.mail.c31")
	for _, s := range []string{reply, back, "[SR 100-000-009] VPN", "SR１００－０００－００９", "<a@x> <b@y>", "\"a\" <b@c>, d@e (f)", "=?utf-8?b?5pel5pys?=", "g: a@b, c@d;, x"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, address, subject string) {
		list, _ := addresses(address)
		for _, a := range append(list, Address{Email: address}) {
			tag, ok := own.tag(a.Email)
			if !ok {
				continue
			}
			if th, ok := keys.Thread(tag); ok {
				if want := (Keys{keys[0]}).Token(th); !strings.EqualFold(plainLetters(tag), plainLetters(want)) && !strings.EqualFold(plainLetters(tag), plainLetters(keys[1:].Token(th))) {
					t.Fatalf("%q is believed, ours is %q", tag, want)
				}
			}
			if key, ok := keys.Returned(own, a.Email); ok && !strings.EqualFold(plainLetters(a.Email), plainLetters(keys.ReturnPath("support@desk.example", key))) && !strings.EqualFold(plainLetters(a.Email), plainLetters(keys[1:].ReturnPath("support@desk.example", key))) {
				t.Fatalf("%q is believed for %q", a.Email, key)
			}
		}
		for _, id := range Requests(subject) {
			if id < 10_000_000 || id > 99_999_999 {
				t.Fatalf("%q names %d", subject, id)
			}
		}
		in := Parse([]byte("To: " + address + "\r\nSubject: " + subject + "\r\nReferences: " + address + "\r\n\r\nx"))
		in.Hints(keys, own)
		parseDate(subject)
		messageIDs(address)
		mediaType(address)
	})
}

func plainLetters(s string) string {
	return strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(s))
}
