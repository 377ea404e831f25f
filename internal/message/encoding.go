package message

import (
	"bytes"
	"strings"
)

// transfer is the name of a transfer encoding as it is meant: mailers write
// "Quoted-Printable;", "8bits", "7-bit" and worse.
func transfer(v string) (name string, known bool) {
	v = strings.ToLower(tidy(v))
	v = strings.Trim(v, "\"';, ")
	if i := strings.IndexAny(v, "; ("); i > 0 {
		v = v[:i]
	}
	switch v {
	case "base64", "b", "base-64", "base_64":
		return "base64", true
	case "quoted-printable", "quoted", "qp", "q", "quotedprintable", "quoted_printable":
		return "quoted-printable", true
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		return "uuencode", true
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "8bits", "7bits", "plain", "none", "identity":
		return "", true
	}
	return "", false
}

// undo takes a transfer encoding off. ok is false when the bytes are not in it;
// then they are given as they came.
func undo(encoding string, b []byte) (out []byte, ok bool) {
	switch encoding {
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQuoted(b), true
	case "uuencode":
		if len(bytes.TrimSpace(b)) == 0 {
			return nil, true
		}
		out, _, ok = decodeUU(b)
		if !ok {
			return b, false
		}
		return out, true
	}
	return b, true
}

// base64Value is what a character stands for: 64 is padding, 65 a blank, 255 none
// of them. The letters of the other alphabet (RFC 4648) are taken too.
var base64Value = func() [256]byte {
	var t [256]byte
	for i := range t {
		t[i] = 255
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, 64
	for _, c := range []byte(" \t\r\n\v\f\x00") {
		t[c] = 65
	}
	return t
}()

// decodeBase64 decodes what can be: characters that do not belong there are left
// out, padding in the middle ends one piece and begins the next, and a last
// quantum that is cut off gives what it holds. ok is false when so much does not
// belong there that it is something else.
func decodeBase64(b []byte) (out []byte, ok bool) {
	out = make([]byte, 0, len(b)/4*3+3)
	var acc uint32
	n, junk, good := 0, 0, 0
	end := func() {
		switch n {
		case 2:
			out = append(out, byte(acc>>4))
		case 3:
			out = append(out, byte(acc>>10), byte(acc>>2))
		}
		acc, n = 0, 0
	}
	for _, c := range b {
		v := base64Value[c]
		switch {
		case v < 64:
			acc = acc<<6 | uint32(v)
			good++
			if n++; n == 4 {
				out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
				acc, n = 0, 0
			}
		case v == 64:
			end()
		case v == 255:
			junk++
		}
	}
	end()
	if junk*20 > good {
		return b, false
	}
	return out, true
}

// decodeQuoted takes quoted-printable off. What looks like an escape and is none
// stays.
func decodeQuoted(b []byte) []byte {
	if bytes.IndexByte(b, '=') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c != '=' {
			out = append(out, c)
			continue
		}
		if i+2 < len(b) && unhex(b[i+1]) < 16 && unhex(b[i+2]) < 16 {
			out = append(out, unhex(b[i+1])<<4|unhex(b[i+2]))
			i += 2
			continue
		}
		j := i + 1
		for j < len(b) && (b[j] == ' ' || b[j] == '\t' || b[j] == '\r') {
			j++
		}
		if j == len(b) || b[j] == '\n' { // the line goes on
			i = j
			continue
		}
		out = append(out, c)
	}
	return out
}

// decodeUU takes uuencoding off, with or without its first line, which names the
// file.
func decodeUU(b []byte) (out []byte, name string, ok bool) {
	for len(b) > 0 {
		var l []byte
		l, b = line(b)
		if f := bytes.Fields(l); len(f) >= 3 && string(f[0]) == "begin" {
			name = string(bytes.Join(f[2:], []byte(" ")))
			continue
		}
		l = bytes.TrimRight(l, "\r")
		if len(l) == 0 {
			continue
		}
		if string(l) == "end" {
			return out, name, true
		}
		n := int(l[0]-' ') & 63
		if n == 0 {
			ok = true
			continue
		}
		if l[0] < ' ' || l[0] > '`' || len(l) < 1+(n*8+5)/6 {
			return out, name, false
		}
		out, ok = append(out, uuLine(l[1:], n)...), true
	}
	return out, name, ok
}

func uuLine(l []byte, n int) []byte {
	out := make([]byte, 0, n+3)
	at := func(i int) byte {
		if i < len(l) {
			return (l[i] - ' ') & 63
		}
		return 0
	}
	for i := 0; len(out) < n; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:n]
}
