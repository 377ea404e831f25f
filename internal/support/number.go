package support

import (
	"strconv"
	"strings"
)

// FirstID is the id of the first request of a desk.
const FirstID = 10_000_000

// damm is the quasigroup of Damm's check digit: it finds every single wrong
// digit and every swap of two neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func dammDigit(digits string) byte {
	var x byte
	for i := range len(digits) {
		x = damm[x][digits[i]-'0']
	}
	return '0' + x
}

// Number is the SR number of a request: its id and a check digit, 9 digits.
func Number(id int64) string {
	s := strconv.FormatInt(id, 10)
	return s + string(dammDigit(s))
}

// SpokenNumber is the SR number as it is printed and read out: 123-456-789.
func SpokenNumber(id int64) string {
	n := Number(id)
	if len(n) != 9 {
		return n
	}
	return n[:3] + "-" + n[3:6] + "-" + n[6:]
}

// ParseNumber reads an SR number with or without hyphens, spaces and
// full-width digits. A wrong length or check digit is an [Invalid] refusal.
func ParseNumber(s string) (int64, error) {
	d, ok := foldDigits(s)
	if !ok || len(d) != 9 || d[0] == '0' {
		return 0, refuse(Invalid, "sr_number.form", "number", s)
	}
	if dammDigit(d) != '0' {
		return 0, refuse(Invalid, "sr_number.check_digit", "number", s)
	}
	id, err := strconv.ParseInt(d[:8], 10, 64)
	if err != nil || id < FirstID {
		return 0, refuse(Invalid, "sr_number.form", "number", s)
	}
	return id, nil
}

// CustomerNumber completes nine random digits, the first 1-9, to the ten of a
// customer number (R16).
func CustomerNumber(nine string) string { return nine + string(dammDigit(nine)) }

// SpokenCustomerNumber writes a customer number in groups, 123-456-7890.
func SpokenCustomerNumber(number string) string {
	if len(number) != 10 {
		return number
	}
	return number[:3] + "-" + number[3:6] + "-" + number[6:]
}

// ParseCustomerNumber reads a customer number as it is keyed in or spoken
// (R16). A wrong length or check digit is an [Invalid] refusal; the caller is
// asked again.
func ParseCustomerNumber(s string) (string, error) {
	d, ok := foldDigits(s)
	if !ok || len(d) != 10 || d[0] == '0' {
		return "", refuse(Invalid, "customer_number.form", "number", s)
	}
	if dammDigit(d) != '0' {
		return "", refuse(Invalid, "customer_number.check_digit", "number", s)
	}
	return d, nil
}

// foldDigits drops what people write between digits and folds full-width ones.
func foldDigits(s string) (string, bool) {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c >= '０' && c <= '９':
			b.WriteRune(c - '０' + '0')
		case strings.ContainsRune(" 　\t-‐‑–—－ー―−", c):
		default:
			return "", false
		}
		if b.Len() > 32 {
			return "", false
		}
	}
	return b.String(), true
}

// lettered reads a number that is written behind letters and a hyphen, as D-1001
// is, with or without them; least is the first of its kind.
func lettered(s, letters string, least int64, field, key string) (int64, error) {
	d, _ := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(s)), letters)
	digits, ok := foldDigits(d)
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id < least {
		return 0, Wrong(field, key, "number", s)
	}
	return id, nil
}

// Opaque stands for a row that has no number of its own; "" for none.
func Opaque(kind string, id int64) string {
	if id == 0 {
		return ""
	}
	return kind + "_" + strconv.FormatInt(id, 36)
}

// ParseOpaque reads what [Opaque] has written for a kind, and nothing else.
func ParseOpaque(kind, s string) (int64, bool) {
	digits, ok := strings.CutPrefix(s, kind+"_")
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 36, 64)
	return id, err == nil && id > 0 && digits == strconv.FormatInt(id, 36)
}
