package message

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the goldens anew")

// corpus are all mails of testdata, by their path in it.
func corpus(tb testing.TB) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	for _, dir := range []string{"mikel", "enmime", "own"} {
		err := filepath.WalkDir(filepath.Join("testdata", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".eml") && !strings.HasSuffix(path, ".raw") {
				return err
			}
			out[strings.TrimPrefix(filepath.ToSlash(path), "testdata/")], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// transcript is a message as a golden shows it.
func transcript(in *Inbound) string {
	var b strings.Builder
	say := func(name string, v any) {
		if s := fmt.Sprint(v); s != "" && s != "[]" && s != "false" {
			fmt.Fprintf(&b, "%s: %s\n", name, s)
		}
	}
	say("refused", in.Refused)
	for _, l := range []struct {
		name string
		list []Address
	}{{"from", in.From}, {"sender", in.Sender}, {"reply-to", in.ReplyTo}, {"to", in.To}, {"cc", in.Cc}} {
		for _, a := range l.list {
			fmt.Fprintf(&b, "%s: %q <%s>\n", l.name, a.Name, a.Email)
		}
	}
	say("return-path", in.ReturnPath)
	say("null", in.Null)
	say("subject", in.Subject)
	say("id", in.MessageID)
	say("in-reply-to", in.InReplyTo)
	say("refs", in.Refs)
	if !in.Date.IsZero() {
		say("date", in.Date.Format("2006-01-02T15:04:05Z"))
	}
	for _, p := range in.Problems {
		fmt.Fprintf(&b, "problem: %s %s %q\n", p.Part, p.Kind, p.What)
	}
	class, why, bounce := in.Class(own)
	say("class", strings.TrimSpace(string(class)+" "+why))
	for _, f := range bounce.Failed {
		fmt.Fprintf(&b, "failed: %s %s hard=%v %q\n", f.Email, f.Status, f.Hard, f.Reason)
	}
	say("about", bounce.MessageID)
	say("from html", in.FromHTML)
	if in.HTML != "" {
		fmt.Fprintf(&b, "html: %d bytes, %x\n", len(in.HTML), sha256.Sum256([]byte(in.HTML)))
	}
	for _, f := range in.Files {
		fmt.Fprintf(&b, "file: %s %q %q %s cid=%q %d bytes %.4x\n", f.Part, f.Sort, f.Name, f.Type, f.CID, len(f.Content), sha256.Sum256(f.Content))
	}
	fmt.Fprintf(&b, "\n%s\n", in.Text)
	for _, f := range in.Files {
		if f.Message != nil {
			inside := strings.TrimRight(transcript(f.Message), "\n")
			b.WriteString("\n  | " + strings.ReplaceAll(inside, "\n", "\n  | ") + "\n")
		}
	}
	return b.String()
}

// TestGoldens reads every mail of every corpus as a person reviewed it.
func TestGoldens(t *testing.T) {
	t.Parallel()
	mails := corpus(t)
	if len(mails) < 104 {
		t.Fatalf("only %d mails", len(mails))
	}
	for name, raw := range mails {
		in := Parse(raw)
		got := transcript(&in)
		path := filepath.Join("testdata", "golden", filepath.FromSlash(name)+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, []byte(got)) {
			t.Errorf("%s is read otherwise; look, then -update:\n%s", name, got)
		}
	}
}

// TestNothingIsLost holds that whatever is a word in a mail ends as text, HTML or
// a file.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for name, raw := range corpus(t) {
		in := Parse(raw)
		if in.Refused != "" {
			t.Errorf("%s is refused as %s", name, in.Refused)
		}
		h, body, _ := (&parser{}).head(lines(raw), true)
		if len(h) == 0 && len(bytes.TrimSpace(raw)) > 0 && strings.TrimSpace(in.Text) == "" {
			t.Errorf("%s: neither fields nor text", name)
		}
		if strings.TrimSpace(in.Text) == "" && in.HTML == "" && len(in.Files) == 0 && len(bytes.TrimSpace(body)) > 0 {
			t.Errorf("%s: %d bytes of body came to nothing", name, len(body))
		}
	}
}

// TestBrokenTextsAreReadable: of the text parts of broken mails at most 2 % hold a
// character that could not be read.
func TestBrokenTextsAreReadable(t *testing.T) {
	t.Parallel()
	texts, bad := 0, 0
	for name, raw := range corpus(t) {
		if !strings.Contains(name, "error") && !strings.Contains(name, "charset") && !strings.Contains(name, "low-quality") && !strings.Contains(name, "broken") {
			continue
		}
		in := Parse(raw)
		for _, s := range []string{in.Text, in.HTML, in.Subject} {
			if s == "" {
				continue
			}
			texts++
			if !utf8.ValidString(s) {
				t.Errorf("%s: not UTF-8", name)
			}
			if strings.ContainsRune(s, utf8.RuneError) && !bytes.Contains(raw, []byte("\xef\xbf\xbd")) {
				bad++
				t.Logf("%s: U+FFFD in %q", name, cut(s, 100))
			}
		}
	}
	if bad*50 > texts {
		t.Errorf("%d of %d texts hold U+FFFD, at most 2 %%", bad, texts)
	}
}
