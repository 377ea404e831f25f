package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// aliases are labels that mailers write and the tables of the web do not hold,
// with one that these hold. "" means that the label says nothing.
var aliases = map[string]string{
	"iso-2022-jp-ms": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "cp50222": "iso-2022-jp", "csiso2022jp": "iso-2022-jp", "iso-2022-jp-1": "iso-2022-jp",
	"iso-2022-jp-2": "iso-2022-jp", "iso-2022-jp-3": "iso-2022-jp", "iso-2022-jp-2004": "iso-2022-jp", "iso2022jp": "iso-2022-jp", "iso2022-jp": "iso-2022-jp", "jis": "iso-2022-jp", "jis7": "iso-2022-jp", "jis_encoding": "iso-2022-jp",
	"cp932": "shift_jis", "ms932": "shift_jis", "windows-932": "shift_jis", "windows-31j": "shift_jis", "cswindows31j": "shift_jis", "x-sjis": "shift_jis", "sjis": "shift_jis", "sjis-win": "shift_jis", "mskanji": "shift_jis", "shift-jis": "shift_jis", "shiftjis": "shift_jis", "x-ms-cp932": "shift_jis", "shift_jisx0213": "shift_jis", "shift_jis-2004": "shift_jis",
	"cp51932": "euc-jp", "eucjp": "euc-jp", "eucjp-win": "euc-jp", "eucjp-ms": "euc-jp", "x-eucjp": "euc-jp", "x-euc-jp": "euc-jp", "ujis": "euc-jp", "euc": "euc-jp", "euc_jp": "euc-jp",
	"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows-936": "gb18030", "x-gbk": "gb18030", "euc-cn": "gb18030", "euccn": "gb18030", "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "csgb2312": "gb18030", "chinese": "gb18030", "gb18030-2000": "gb18030", "hz": "hz-gb-2312", "hz-gb2312": "hz-gb-2312",
	"cp950": "big5", "ms950": "big5", "windows-950": "big5", "big-5": "big5", "x-big5": "big5", "cn-big5": "big5", "big5-hkscs": "big5", "big5hkscs": "big5", "csbig5": "big5", "big5-eten": "big5",
	"ks_c_5601-1987": "euc-kr", "ks_c_5601": "euc-kr", "ksc5601": "euc-kr", "ksc_5601": "euc-kr", "ks_c_5601-1989": "euc-kr", "ks-c-5601-1987": "euc-kr", "ksc5601-1987": "euc-kr", "cp949": "euc-kr", "ms949": "euc-kr", "windows-949": "euc-kr", "uhc": "euc-kr", "euckr": "euc-kr", "x-windows-949": "euc-kr", "korean": "euc-kr", "cseuckr": "euc-kr", "x-euc-kr": "euc-kr",
	"koi8r": "koi8-r", "koi8u": "koi8-u", "koi8": "koi8-r", "cskoi8r": "koi8-r", "cp866": "ibm866", "dos-866": "ibm866",
	"utf8": "utf-8", "utf_8": "utf-8", "utf-8n": "utf-8", "x-utf-8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8", "cp65001": "utf-8", "unicode": "utf-16", "utf16": "utf-16", "ucs-2": "utf-16", "iso-10646-ucs-2": "utf-16",
	"utf7": "utf-7", "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "csunicode11utf7": "utf-7", "cp65000": "utf-7",
	"us-ascii": "", "ascii": "", "usascii": "", "us_ascii": "", "ansi_x3.4-1968": "", "iso646-us": "", "iso-ir-6": "", "cp20127": "", "x-unknown": "", "unknown": "", "unknown-8bit": "", "x-user-defined": "", "default": "", "default_charset": "", "none": "", "auto": "", "8bit": "", "7bit": "", "binary": "", "_autodetect_all": "", "_autodetect": "", "_iso-2022-jp$esc": "iso-2022-jp",
	"latin1": "windows-1252", "latin-1": "windows-1252", "iso8859-1": "windows-1252", "iso_8859-1": "windows-1252", "8859-1": "windows-1252", "iso-8859-1-windows-3.1-latin-1": "windows-1252", "ansi": "windows-1252", "cp1252": "windows-1252", "cp-1252": "windows-1252", "win-1252": "windows-1252",
	"cp1250": "windows-1250", "cp1251": "windows-1251", "win-1251": "windows-1251", "cp1253": "windows-1253", "cp1254": "windows-1254", "cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257", "cp1258": "windows-1258", "cp874": "windows-874", "tis-620": "windows-874",
	"iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
}

// others are encodings that the web does not know and mailers used.
var others = map[string]encoding.Encoding{
	"cp437": charmap.CodePage437, "ibm437": charmap.CodePage437, "cp850": charmap.CodePage850, "ibm850": charmap.CodePage850, "cp852": charmap.CodePage852, "ibm852": charmap.CodePage852,
	"cp855": charmap.CodePage855, "cp858": charmap.CodePage858, "cp860": charmap.CodePage860, "cp862": charmap.CodePage862, "cp863": charmap.CodePage863, "cp865": charmap.CodePage865,
	"cp037": charmap.CodePage037, "ibm037": charmap.CodePage037, "hz-gb-2312": simplifiedchinese.HZGB2312, "iso-8859-8": charmap.ISO8859_8, "iso-8859-9": charmap.ISO8859_9, "iso-8859-11": charmap.Windows874,
}

// label is a charset's name as the tables know it.
func label(s string) string {
	s = strings.ToLower(strings.Trim(tidy(s), "\"'`;,:= "))
	for _, p := range []string{"charset=", "charset:", "x-mac-roman;"} {
		s = strings.TrimPrefix(s, p)
	}
	s, _, _ = strings.Cut(s, ";")
	s = strings.Trim(s, "\"' ")
	if a, ok := aliases[s]; ok {
		return a
	}
	if n, ok := strings.CutPrefix(s, "iso8859"); ok { // iso8859-15, iso885915
		s = "iso-8859-" + strings.TrimPrefix(strings.TrimPrefix(n, "-"), "_")
	}
	if n, ok := strings.CutPrefix(s, "windows"); ok && !strings.HasPrefix(n, "-") {
		s = "windows-" + n
	}
	return s
}

// codec is what decodes a label; nil when nobody knows it.
func codec(name string) encoding.Encoding {
	if e, ok := others[name]; ok {
		return e
	}
	switch name {
	case "":
		return nil
	case "shift_jis":
		return japanese.ShiftJIS
	case "euc-jp":
		return japanese.EUCJP
	case "gb18030":
		return simplifiedchinese.GB18030
	case "big5":
		return traditionalchinese.Big5
	case "euc-kr":
		return korean.EUCKR
	case "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}

// toUTF8 decodes bytes by what is said of them, or by what they look like where
// nothing is said or it cannot be true. ok is false when the label is not one, or
// not theirs; what cannot be decoded is U+FFFD. inHead tells that short texts
// without a label are to be expected.
func toUTF8(b []byte, charset string, inHead bool) (s string, ok bool) {
	if s, found := marked(b); found {
		return s, true
	}
	name := label(charset)
	seven := seven(b)
	switch {
	case seven && bytes.Contains(b, []byte("\x1b$)C")):
		return fromISO2022KR(b), true
	case seven && (bytes.Contains(b, []byte("\x1b$)A")) || bytes.Contains(b, []byte("\x1b$)G"))):
		return fromISO2022CN(b)
	case name == "iso-2022-jp", bytes.Contains(b, []byte("\x1b$")), bytes.Contains(b, []byte("\x1b(I")):
		if s, good := fromISO2022JP(b); good || seven {
			return s, good
		}
	case name == "utf-7":
		if seven {
			return fromUTF7(b), true
		}
	case strings.HasPrefix(name, "utf-16") && seven && bytes.IndexByte(b, 0) < 0:
		return string(b), false
	case name == "hz-gb-2312" && seven, strings.HasPrefix(name, "utf-16"), name == "cp037", name == "ibm037":
		return decoded(codec(name), b)
	case seven:
		return string(b), name == "" || codec(name) != nil
	}
	if name == "" {
		return sniff(b, "")
	}
	e := codec(name)
	if e == nil {
		s, _ := sniff(b, "")
		return s, false
	}
	return judged(b, name, e, inHead)
}

// judged decodes by a label that is known, unless the bytes speak against it.
func judged(b []byte, name string, e encoding.Encoding, inHead bool) (string, bool) {
	if name == "utf-8" {
		if utf8.Valid(b) {
			return string(b), true
		}
		if s, better := sniffed(b, name); better {
			return s, false
		}
		return strings.ToValidUTF8(string(b), "\ufffd"), false
	}
	s, good := decoded(e, b)
	if utf8.Valid(b) && !plausible(s, string(b)) {
		return string(b), false // also with a label that fits by chance
	}
	if !good {
		if other, better := sniffed(b, name); better {
			return other, false
		}
		return s, false
	}
	if name == "windows-1252" || strings.HasPrefix(name, "iso-8859-") {
		// A label of one byte a character is never refuted by its bytes. Mailers of
		// the Far East wrote it without knowing.
		if other, better := sniffed(b, name); better {
			return other, false
		}
	}
	return s, true
}

// plausible tells whether a text by its label is to be believed although the same
// bytes are UTF-8 too, which more than some characters are never by chance.
func plausible(byLabel, asUTF8 string) bool {
	const some = 4
	wide := 0
	for _, r := range asUTF8 {
		if r >= 0x80 {
			if wide++; wide >= some {
				return false
			}
		}
	}
	return rating(byLabel) > rating(asUTF8)
}

// decoded gives U+FFFD for what is not in the encoding. ok is false when there
// was some.
func decoded(e encoding.Encoding, b []byte) (string, bool) {
	if e == nil {
		return strings.ToValidUTF8(string(b), "\ufffd"), false
	}
	out, err := e.NewDecoder().Bytes(b)
	s := string(out)
	return s, err == nil && !strings.ContainsRune(s, utf8.RuneError)
}

// marked decodes text that begins with a byte order mark.
func marked(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) && utf8.Valid(b):
		return string(b[3:]), true
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		s, ok := decoded(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM), b)
		return s, ok
	}
	return "", false
}

func seven(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

var metaTag = pattern(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})`)

// metaCharset is the charset that HTML says it is in.
func metaCharset(b []byte) string {
	const far = 4 << 10
	m := metaTag().FindSubmatch(b[:min(len(b), far)])
	if m == nil {
		return ""
	}
	return string(m[1])
}
