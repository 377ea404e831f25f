package text_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"madoguchi/internal/text"
)

// names are what people and their programs call files, and what these become.
var names = []struct{ raw, want string }{
	{"crash.log", "crash.log"},
	{"レポート 2026-06.xlsx", "レポート 2026-06.xlsx"},
	{"vm-support-esx01.tgz", "vm-support-esx01.tgz"},
	// paths
	{"../../etc/passwd", "passwd"},
	{`D:\support\case 7\dump.zip`, "dump.zip"},
	{`..\..\boot.ini`, "boot.ini"},
	{"/", "file"}, {"..", "file"}, {".", "file"}, {"", "file"}, {"a/..", "file"}, {"   ", "file"}, {"...", "file"},
	{"%2e%2e%2fpasswd", "%2e%2e%2fpasswd"}, // nobody decodes it
	{"logs/", "file"},
	// hidden files, options, homes
	{".ssh", "_ssh"}, {".htaccess", "_htaccess"}, {"-rf", "_-rf"}, {"~root", "_~root"}, {"..hidden", "_hidden"},
	// control characters, NUL, new lines
	{"a\x00.log", "a.log"}, {"a\r\nSet-Cookie: x.log", "aSet-Cookie_ x.log"}, {"tab\there", "tabhere"}, {"esc\x1b[31m.txt", "esc[31m.txt"}, {"c1\u0085\u009b.txt", "c1.txt"},
	// direction and width
	{"photo_\u202egnp.exe", "photo_gnp.exe"}, {"\u2066a\u2069.txt", "a.txt"}, {"pay\u200bload\ufeff.js", "payload.js"}, {"\u061ca\u180e.txt", "a.txt"}, {"x\u3164.txt", "x.txt"}, {"line\u2028sep\u2029.txt", "linesep.txt"},
	// NFD and NFC, heaps of marks
	{"か\u3099.txt", "が.txt"}, {"e\u0301te\u0301.txt", "été.txt"},
	{"z" + strings.Repeat("\u0300", 50) + ".txt", "z\u0300\u0300\u0300\u0300.txt"},
	// what Windows refuses or takes for a device
	{`a<b>c:"d|e?f*.txt`, "a_b_c__d_e_f_.txt"}, {"CON", "_CON"}, {"con.txt", "_con.txt"}, {"Aux .log", "_Aux .log"}, {"nul.tar.gz", "_nul.tar.gz"},
	{"COM1", "_COM1"}, {"lpt9.dat", "_lpt9.dat"}, {"com¹.txt", "_com¹.txt"}, {"COM10", "COM10"}, {"CONSOLE.txt", "CONSOLE.txt"}, {"conin$", "_conin$"},
	{"trailing. . .", "trailing"}, {" spaces  in\u00a0\u3000between .txt ", "spaces in between .txt"},
	{"file.txt::$DATA", "file.txt__$DATA"},
	// too long, and cut before the ending
	{strings.Repeat("a", 300) + ".log", strings.Repeat("a", 196) + ".log"},
	{strings.Repeat("あ", 100) + ".tar.gz", strings.Repeat("あ", 65) + ".gz"},
	{strings.Repeat("x", 100) + "." + strings.Repeat("y", 150), strings.Repeat("x", 100) + "." + strings.Repeat("y", 99)},
	// no text
	{"bad\xff\xfe.bin", "bad_.bin"}, {"\xed\xa0\x80.txt", "_.txt"}, {"pua\ue000.txt", "pua.txt"},
}

// T21
func TestNamesOfFilesAreHarmless(t *testing.T) {
	t.Parallel()
	for _, c := range names {
		got := text.FileName(c.raw)
		if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.raw, got, c.want)
		}
		if bad := harm(got); bad != "" {
			t.Errorf("%q becomes %q: %s", c.raw, got, bad)
		}
	}
}

// harm says what is wrong with a name that was made harmless.
func harm(s string) string {
	switch {
	case s == "" || s == "." || s == "..":
		return "it names a folder, or nothing"
	case len(s) > text.MaxFileName:
		return "it is too long"
	case !utf8.ValidString(s) || !norm.NFC.IsNormalString(s):
		return "it is not UTF-8 in NFC"
	case strings.ContainsAny(s, "<>:\"|?*/\\"):
		return "it holds what file systems refuse"
	case strings.ContainsRune(".-~ ", rune(s[0])) || strings.HasSuffix(s, ".") || strings.HasSuffix(s, " "):
		return "it begins or ends as names must not"
	case text.FileName(s) != s:
		return "it becomes another one: " + text.FileName(s)
	}
	for _, r := range s {
		if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Bidi_Control, r) {
			return "it holds what cannot be seen"
		}
	}
	return ""
}

func TestAnyNameBecomesHarmless(t *testing.T) {
	t.Parallel()
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"/", "\\", "..", ".", " ", "CON", "com1", "\u202e", "\u0300", "\x00", "が", "か\u3099", "\u3000", "-", "~", "\xff", ":", strings.Repeat("長", 70)}),
		rapid.StringN(0, 6, 12), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		raw := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
		if s := text.FileName(raw); harm(s) != "" {
			t.Fatalf("%q becomes %q: %s", raw, s, harm(s))
		}
	})
}
