package message

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Texts as customers write them.
const (
	japaneseText = "お世話になっております。青葉商事の佐藤です。\n①本日10時頃から㈱青葉の社内サーバー「ｴｽｴｯｸｽ」に接続できません。〜至急ご確認をお願いいたします。髙橋・﨑山\n"
	jisText      = "お世話になっております。青葉商事の佐藤です。\n①本日10時頃から社内サーバーに接続できません。至急ご確認をお願いいたします。№5\n"
	chineseText  = "您好，我们的服务器从今天上午十点开始无法连接，请尽快确认。错误代码是 0x8007000e，谢谢！\n"
	taiwanText   = "您好，我們的伺服器從今天上午十點開始無法連線，請儘快確認。錯誤代碼為 0x8007000e，謝謝！\n"
	koreanText   = "안녕하세요. 오늘 오전 10시부터 서버에 접속할 수 없습니다. 빠른 확인 부탁드립니다. 감사합니다.\n"
	russianText  = "Здравствуйте! Сегодня с десяти утра сервер недоступен. Пожалуйста, проверьте как можно скорее. Ошибка повторяется каждые пять минут.\n"
	germanText   = "Guten Tag, seit heute früh läuft der Server nicht mehr – bitte prüfen Sie das möglichst schnell. Größe der Datei: 5 €.\n"
	frenchText   = "Bonjour, depuis ce matin le serveur n’est plus accessible. Pourriez-vous vérifier dès que possible ? Merci à vous, Éloïse Lefèvre\n"
	polishText   = "Dzień dobry, od rana serwer nie działa. Proszę o pilną pomoc, błąd się powtarza.\n"
)

func encode(tb testing.TB, e encoding.Encoding, s string) []byte {
	tb.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		tb.Fatalf("encode %q: %v", cut(s, 40), err)
	}
	return b
}

// charsetCases are texts in the bytes of a charset, with the label that a mailer
// writes over them.
func charsetCases(tb testing.TB) []struct {
	label string
	bytes []byte
	want  string
} {
	var out []struct {
		label string
		bytes []byte
		want  string
	}
	add := func(b []byte, want string, labels ...string) {
		for _, l := range labels {
			out = append(out, struct {
				label string
				bytes []byte
				want  string
			}{l, b, want})
		}
	}
	wave := strings.ReplaceAll(japaneseText, "〜", "～") // as Microsoft's table has it
	add(encode(tb, japanese.ShiftJIS, wave), wave, "Shift_JIS", "cp932", "MS932", "Windows-31J", "x-sjis", "us-ascii", "", "ISO-8859-1", "utf-8", "x-unknown", "EUC-JP")
	add(encode(tb, japanese.EUCJP, wave), wave, "EUC-JP", "cp51932", "x-euc-jp", "eucJP-ms", "", "us-ascii", "iso-8859-1", "utf-8", "shift_jis")
	jis := encode(tb, japanese.ISO2022JP, jisText)
	add(jis, jisText, "ISO-2022-JP", "iso-2022-jp-ms", "CP50220", "cp50221", "", "us-ascii", "utf-8", "shift_jis", "bogus-2022")
	kana := "\x1b$B%+%J\x1b(I6E\x1b$B$H\x1b(B abc \x1b(I\x36\x45\x0d\x0a\x1b(B"
	add([]byte(kana), "カナｶﾅと abc ｶﾅ\n", "ISO-2022-JP", "CP50221")
	add([]byte("\x0e6E\x0f abc \xb6\xc5 \x1b$B%+%J\x1b(B"), "ｶﾅ abc ｶﾅ カナ", "cp50222", "iso-2022-jp")
	add([]byte("\x1b$B$3$s$K$A$O\r\nabc"), "こんにちは\nabc", "iso-2022-jp") // its end was forgotten
	add([]byte("\x1b$@$3$s\x1b(J \x1b$(D\x30\x21\x1b(B"), "こん 丂", "iso-2022-jp-1")
	add(encode(tb, simplifiedchinese.GB18030, chineseText), chineseText, "gb2312", "GBK", "GB18030", "cp936", "", "us-ascii", "iso-8859-1", "utf-8")
	add(encode(tb, simplifiedchinese.HZGB2312, "服务器"), "服务器", "HZ-GB-2312", "hz")
	add(encode(tb, traditionalchinese.Big5, taiwanText), taiwanText, "Big5", "cp950", "big5-hkscs", "", "us-ascii", "iso-8859-1")
	add(encode(tb, korean.EUCKR, koreanText), koreanText, "EUC-KR", "ks_c_5601-1987", "KSC5601", "cp949", "", "us-ascii", "iso-8859-1", "utf-8")
	add([]byte("\x1b$)C\x0e>H3g\x0f abc"), "안녕 abc", "iso-2022-kr")
	add(encode(tb, charmap.KOI8R, russianText), russianText, "koi8-r", "KOI8R", "", "us-ascii", "utf-8")
	add(encode(tb, charmap.KOI8U, russianText+"Будь ласка, перевірте її.\n"), russianText+"Будь ласка, перевірте її.\n", "koi8-u")
	add(encode(tb, charmap.Windows1251, russianText), russianText, "windows-1251", "cp1251", "", "us-ascii", "utf-8")
	add(encode(tb, charmap.CodePage866, russianText), russianText, "cp866", "ibm866")
	add(encode(tb, charmap.ISO8859_5, russianText), russianText, "iso-8859-5")
	add(encode(tb, charmap.Windows1252, germanText), germanText, "windows-1252", "iso-8859-1", "", "us-ascii", "utf-8", "x-unknown")
	add(encode(tb, charmap.Windows1252, frenchText), frenchText, "windows-1252", "latin1", "", "us-ascii", "utf-8")
	add(encode(tb, charmap.ISO8859_15, "5 € für Müller\n"), "5 € für Müller\n", "iso-8859-15", "ISO8859-15")
	add(encode(tb, charmap.ISO8859_2, polishText), polishText, "iso-8859-2")
	add(encode(tb, charmap.Windows1250, polishText), polishText, "windows-1250", "cp1250")
	add(encode(tb, charmap.Windows1253, "Καλημέρα σας\n"), "Καλημέρα σας\n", "windows-1253")
	add(encode(tb, charmap.Windows1254, "Günaydın, şifre\n"), "Günaydın, şifre\n", "windows-1254", "iso-8859-9")
	add(encode(tb, charmap.Windows1255, "שלום\n"), "שלום\n", "windows-1255")
	add(encode(tb, charmap.Windows1256, "مرحبا\n"), "مرحبا\n", "windows-1256")
	add(encode(tb, charmap.Windows1258, "Xin chào\n"), "Xin chào\n", "windows-1258")
	for _, s := range []string{japaneseText, chineseText, taiwanText, koreanText, russianText, germanText, frenchText, polishText} {
		add([]byte(s), s, "utf-8", "UTF8", "", "us-ascii", "iso-8859-1", "unknown-8bit", "shift_jis", "iso-2022-jp", "gb2312", "charset=utf-8")
		add(encode(tb, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), s), s, "utf-16", "", "us-ascii")
	}
	add([]byte(utf7(japaneseText)), japaneseText, "utf-7", "unicode-1-1-utf-7")
	add([]byte("1 +- 1 = 2, +2D3eAA-"), "1 + 1 = 2, 😀", "UTF-7")
	return out
}

func utf7(s string) string {
	var b strings.Builder
	var wide []uint16
	flush := func() {
		if len(wide) > 0 {
			raw := make([]byte, 0, 2*len(wide))
			for _, u := range wide {
				raw = append(raw, byte(u>>8), byte(u))
			}
			b.WriteString("+" + base64.RawStdEncoding.EncodeToString(raw) + "-")
			wide = nil
		}
	}
	for _, r := range s {
		if r < 0x80 {
			flush()
			b.WriteRune(r)
			continue
		}
		wide = append(wide, utf16.Encode([]rune{r})...)
	}
	flush()
	return b.String()
}

// UX-14, T19
func TestCharsets(t *testing.T) {
	t.Parallel()
	for _, c := range charsetCases(t) {
		head := "Content-Type: text/plain"
		if c.label != "" {
			head += `; charset="` + c.label + `"`
		}
		for encoding, body := range map[string]string{
			"8bit":   string(c.bytes),
			"base64": base64.StdEncoding.EncodeToString(c.bytes),
		} {
			in := Parse([]byte("From: a@b.example\r\nSubject: x\r\n" + head + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body))
			if strings.TrimRight(in.Text, "\n") != strings.TrimRight(c.want, "\n") {
				t.Errorf("%q in %s:\n%q\nwant\n%q", c.label, encoding, in.Text, c.want)
			}
		}
	}
}

// TestSubjects reads subjects as mailers encode them, rightly and wrongly.
func TestSubjects(t *testing.T) {
	t.Parallel()
	jis := string(encode(t, japanese.ISO2022JP, "障害のご連絡（至急）"))
	sjis := string(encode(t, japanese.ShiftJIS, "障害のご連絡（至急）"))
	b := base64.StdEncoding.EncodeToString
	for _, c := range []struct{ raw, want string }{
		{"=?ISO-2022-JP?B?" + b([]byte(jis)) + "?=", "障害のご連絡（至急）"},
		{"Re: =?iso-2022-jp?b?" + b([]byte(jis)) + "?= [SR 123]", "Re: 障害のご連絡（至急） [SR 123]"},
		{"=?CP50221?B?" + b([]byte(jis)) + "?=", "障害のご連絡（至急）"},
		{"=?iso-2022-jp?B?" + b([]byte(sjis)) + "?=", "障害のご連絡（至急）"}, // mislabelled
		{"=?Shift_JIS?B?" + b([]byte(sjis)) + "?=", "障害のご連絡（至急）"},
		{jis, "障害のご連絡（至急）"}, // raw, seven bits
		{sjis, "障害のご連絡（至急）"},
		{"障害のご連絡（至急）", "障害のご連絡（至急）"},
		// a character cut between two words
		{"=?UTF-8?B?" + b([]byte("障害")[:4]) + "?=\r\n =?UTF-8?B?" + b([]byte("障害")[4:]) + "?=", "障害"},
		{"=?UTF-8?Q?a_b=E9=9A=9C?= =?UTF-8?Q?c?=", "a b障c"},
		{"=?UTF-8*ja?Q?=E9=9A=9C?=", "障"},
		{"a=?UTF-8?Q?=E9=9A=9C?=b", "a障b"},
		{`"=?UTF-8?Q?=E9=9A=9C?="`, `"障"`},
		{"=?UTF-8?Q?two words?=", "two words"},
		{"=?UTF-8?B?6Zqc5a6z", "障害"}, // its end is missing
		{"=?UTF-8?B?6Zqc5a6z?", "障害"},
		{"=?x-unknown?Q?caf=E9?=", "café"},
		{"what?= is =?this?", "what?= is =?this?"},
		{"=?iso-8859-1?Q?M=FCller?= =?iso-8859-15?Q?_5=A4?=", "Müller 5€"},
		{"\u202egnp.exe\u202c in\u200bvisible", "gnp.exe invisible"}, // T19
		{"tab\there\x07 bell", "tab here bell"},
		{"=?UTF-8?Q?line=0D=0ABcc:_x@y.example?=", "line Bcc: x@y.example"},
	} {
		in := Parse([]byte("Subject: " + c.raw + "\r\n\r\nx"))
		if in.Subject != c.want {
			t.Errorf("%q is read as %q, want %q", c.raw, in.Subject, c.want)
		}
	}
}

// TestShortTextsAreNotGuessedAway: what its label says well enough stays.
func TestShortTextsAreNotGuessedAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, bytes, want string
	}{
		{"iso-8859-1", "Stra\xdfe", "Straße"}, {"iso-8859-1", "na\xefve caf\xe9", "naïve café"}, {"windows-1252", "it\x92s", "it’s"},
		{"", "caf\xe9", "café"}, {"", "M\xfcller", "Müller"}, {"us-ascii", "\x93quoted\x94", "“quoted”"}, {"iso-8859-1", "\xc0 bient\xf4t", "À bientôt"},
		{"gb2312", "\xc1\xaa\xcd\xa8", "联通"}, {"shift_jis", "\x83e\x83X\x83g", "テスト"}, {"shift_jis", "\xb6\xc5", "ｶﾅ"}, {"euc-kr", "\xc8\xae\xc0\xce", "확인"},
	} {
		got, _ := toUTF8([]byte(c.bytes), c.label, true)
		if got != c.want {
			t.Errorf("%q %q is read as %q, want %q", c.label, c.bytes, got, c.want)
		}
	}
}
