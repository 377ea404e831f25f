package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxFileName is how long a name made by [FileName] may be, in bytes: with what
// programs add to a name it stays below the 255 of most file systems.
const MaxFileName = 200

const (
	maxExtension = 20 // bytes, with the dot
	maxMarks     = 4  // one over the other
	fallbackName = "file"
)

// FileName makes what somebody calls a file harmless to show, to save and to
// send: the last part of a path, in NFC, without control characters and those
// that turn the direction of writing or have no width, without what file systems
// refuse or take for something else, and not too long. It never fails and never
// gives ""; what it gives it leaves as it is.
func FileName(raw string) string {
	s := strings.ToValidUTF8(raw, "_")
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	// Characters that are dropped can bring others together, and those that stand
	// together can become one: so again until nothing changes.
	for range 8 {
		next := bounded(guarded(trimmed(norm.NFC.String(harmless(s)))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// harmless drops and replaces single characters.
func harmless(s string) string {
	var b strings.Builder
	marks, space := 0, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > maxMarks {
				continue
			}
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
			unicode.Is(unicode.Noncharacter_Code_Point, r):
			continue
		case strings.ContainsRune(`<>:"|?*/\`, r) || r == utf8.RuneError:
			r = '_'
		case unicode.Is(unicode.Zs, r):
			r = ' '
		}
		if !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) {
			marks = 0
		}
		if r == ' ' && space {
			continue
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return b.String()
}

// trimmed has no spaces around, no dot at the end, and does not begin with what
// hides a file or is taken for an option or a home.
func trimmed(s string) string {
	s = strings.TrimRight(strings.TrimLeft(s, " "), " .")
	if s != "" && strings.ContainsRune(".-~", rune(s[0])) {
		s = "_" + strings.TrimLeft(s, ".")
	}
	if s == "" || s == "_" {
		return fallbackName
	}
	return s
}

// guarded is no name of a device.
func guarded(s string) string {
	base, _, _ := strings.Cut(s, ".")
	switch base = strings.ToUpper(strings.TrimRight(base, " ")); base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return "_" + s
	}
	for _, port := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(base, port); ok && utf8.RuneCountInString(n) == 1 && strings.Contains("0123456789¹²³", n) {
			return "_" + s
		}
	}
	return s
}

// bounded cuts a name that is too long before its ending.
func bounded(s string) string {
	if len(s) <= MaxFileName {
		return s
	}
	end := ""
	if i := strings.LastIndexByte(s, '.'); i > 0 && len(s)-i <= maxExtension {
		end = s[i:]
	}
	cut := MaxFileName - len(end)
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.TrimRight(s[:cut], " .") + end
}
