package message

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// jisSet is what an escape sequence of ISO-2022-JP switches to.
type jisSet byte

const (
	jisASCII jisSet = iota
	jisKana         // half-width, JIS X 0201
	jis0208
	jis0212
)

// jisEscapes are those of RFC 1468, RFC 2237, and of vendors; the longest first.
var jisEscapes = []struct {
	code string
	set  jisSet
}{
	{"\x1b&@\x1b$B", jis0208}, {"\x1b$(D", jis0212}, {"\x1b$(B", jis0208}, {"\x1b$(@", jis0208}, {"\x1b$(O", jis0208}, {"\x1b$(Q", jis0208}, {"\x1b$B", jis0208}, {"\x1b$@", jis0208},
	{"\x1b(B", jisASCII}, {"\x1b(J", jisASCII}, {"\x1b(H", jisASCII}, {"\x1b(I", jisKana}, {"\x1b.A", jisASCII},
}

// fromISO2022JP decodes Japanese mail as all its mailers write it: with half-width
// kana behind ESC ( I, behind SO, or in eight bits (CP50220 to CP50222), with the
// characters of NEC and IBM, with bytes of Shift_JIS between. A line end ends
// what somebody forgot to end. The tables are those of EUC-JP, whose bytes these
// become.
func fromISO2022JP(b []byte) (s string, ok bool) {
	var out strings.Builder
	set, shifted := jisASCII, false
	ok = true
	for len(b) > 0 {
		if b[0] == 0x1b {
			if n, next, found := jisEscape(b); found {
				set, b = next, b[n:]
				continue
			}
			b = b[1:]
			continue
		}
		n := bytes.IndexAny(b, "\x1b\x0e\x0f\n")
		switch {
		case n < 0:
			n = len(b)
		case n == 0:
			switch b[0] {
			case 0x0e, 0x0f:
				shifted = b[0] == 0x0e
			default:
				out.WriteByte('\n')
				set, shifted = jisASCII, false
			}
			b = b[1:]
			continue
		}
		good := true
		switch run := b[:n]; {
		case shifted || set == jisKana:
			good = halfKana(&out, run)
		case set == jisASCII:
			good = jisPlain(&out, run)
		default:
			good = jisPairs(&out, run, set)
		}
		ok = ok && good
		b = b[n:]
	}
	return out.String(), ok
}

func jisEscape(b []byte) (n int, set jisSet, found bool) {
	for _, e := range jisEscapes {
		if bytes.HasPrefix(b, []byte(e.code)) {
			return len(e.code), e.set, true
		}
	}
	return 0, 0, false
}

func halfKana(out *strings.Builder, run []byte) bool {
	ok := true
	for _, c := range run {
		switch c7 := c & 0x7f; {
		case c7 >= 0x21 && c7 <= 0x5f:
			out.WriteRune(0xff61 + rune(c7-0x21))
		case c <= ' ':
			out.WriteByte(c)
		default:
			ok = false
			out.WriteRune('\ufffd')
		}
	}
	return ok
}

// jisPlain is what should be ASCII. Eight bits in it are half-width kana by
// themselves, or Shift_JIS.
func jisPlain(out *strings.Builder, run []byte) bool {
	if seven(run) {
		out.Write(run)
		return true
	}
	s, ok := decoded(japanese.ShiftJIS, run)
	out.WriteString(s)
	return ok
}

// jisPairs decodes characters of two bytes. A text cut in the middle, and ASCII
// in between, are borne.
func jisPairs(out *strings.Builder, run []byte, set jisSet) bool {
	euc := make([]byte, 0, len(run)+len(run)/2)
	for i := 0; i < len(run); i++ {
		c := run[i]
		if c <= ' ' || c == 0x7f {
			euc = append(euc, c&0x7f)
			continue
		}
		if i+1 == len(run) {
			break // half of a character, cut off by a mailer
		}
		if set == jis0212 {
			euc = append(euc, 0x8f)
		}
		euc = append(euc, c|0x80, run[i+1]|0x80)
		i++
	}
	s, ok := decoded(japanese.EUCJP, euc)
	out.WriteString(s)
	return ok
}

// fromISO2022KR decodes Korean mail of seven bits (RFC 1557).
func fromISO2022KR(b []byte) string {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	s, _ := shifts(b, korean.EUCKR)
	return s
}

// fromISO2022CN decodes Chinese mail of seven bits (RFC 1922), as far as it is
// GB 2312.
func fromISO2022CN(b []byte) (string, bool) {
	b = bytes.ReplaceAll(b, []byte("\x1b$)A"), nil)
	return shifts(b, simplifiedchinese.GB18030)
}

// shifts decodes text in which SO and SI switch between ASCII and a set that has
// the eighth bit elsewhere.
func shifts(b []byte, e encoding.Encoding) (string, bool) {
	out := make([]byte, 0, len(b))
	high := false
	for _, c := range b {
		switch {
		case c == 0x0e, c == 0x0f:
			high = c == 0x0e
		case c == '\n':
			high = false
			out = append(out, c)
		case high && c > ' ':
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	return decoded(e, out)
}

// fromUTF7 decodes UTF-7 (RFC 2152). What it makes of a text is text: markup that
// was hidden in it is shown, not obeyed (T19).
func fromUTF7(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); {
		if b[i] != '+' {
			out.WriteByte(b[i])
			i++
			continue
		}
		j := i + 1
		for j < len(b) && b[j] != '-' && base64Value[b[j]] < 64 {
			j++
		}
		if j == i+1 { // "+-", or a plus by itself
			out.WriteByte('+')
			i = j
			if j < len(b) && b[j] == '-' {
				i++
			}
			continue
		}
		raw, _ := decodeBase64(b[i+1 : j])
		units := make([]uint16, 0, len(raw)/2)
		for k := 0; k+1 < len(raw); k += 2 {
			units = append(units, uint16(raw[k])<<8|uint16(raw[k+1]))
		}
		if len(units) == 0 { // no character: a plus in text that is no UTF-7
			out.Write(b[i:j])
			i = j
			continue
		}
		for _, r := range utf16.Decode(units) {
			out.WriteRune(r)
		}
		if i = j; i < len(b) && b[i] == '-' {
			i++
		}
	}
	return out.String()
}
