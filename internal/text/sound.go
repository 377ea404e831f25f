package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// syllables are katakana in the letters of Hepburn, row by row.
var syllables = func() map[rune]string {
	out := map[rune]string{}
	for kana, says := range map[string]string{
		"アイウエオ": "a i u e o", "カキクケコ": "ka ki ku ke ko", "サシスセソ": "sa shi su se so", "タチツテト": "ta chi tsu te to", "ナニヌネノ": "na ni nu ne no",
		"ハヒフヘホ": "ha hi fu he ho", "マミムメモ": "ma mi mu me mo", "ヤユヨ": "ya yu yo", "ラリルレロ": "ra ri ru re ro", "ワヰヱヲン": "wa i e o n",
		"ガギグゲゴ": "ga gi gu ge go", "ザジズゼゾ": "za ji zu ze zo", "ダヂヅデド": "da ji zu de do", "バビブベボ": "ba bi bu be bo", "パピプペポ": "pa pi pu pe po",
		"ヴ": "bu", "ッー": " ",
	} {
		list := strings.Split(says, " ")
		for i, r := range []rune(kana) {
			out[r] = list[i]
		}
	}
	return out
}()

// smallVowels take the place of the vowel before them, smallY the vowel behind a y.
var (
	smallVowels = map[rune]string{'ァ': "a", 'ィ': "i", 'ゥ': "u", 'ェ': "e", 'ォ': "o"}
	smallY      = map[rune]string{'ャ': "a", 'ュ': "u", 'ョ': "o"}
)

// spellings are ways in which the same sound is written in Latin letters, with
// the one that counts. Longer ones keep the shorter ones in them apart.
var spellings = strings.NewReplacer(
	"shu", "shu", "chu", "chu", "sy", "sh", "si", "shi", "thi", "chi", "ty", "ch", "ti", "chi", "tu", "tsu", "hu", "fu", "zy", "j", "zi", "ji", "jy", "j",
	"tch", "ch", "v", "b", "mb", "nb", "mp", "np", "mm", "n", "ou", "o",
)

// Sound writes a name as it is spoken, in Latin letters without the length of
// its sounds: ワークステーション, わーくすてーしょん, waakusuteeshon and
// wâkusutêsyon are the same. Chinese characters stay as they are; what is no
// letter and no digit is left out.
func Sound(s string) string {
	var b []byte
	for _, r := range norm.NFKC.String(s) {
		if 'ぁ' <= r && r <= 'ゖ' {
			r += 'ァ' - 'ぁ'
		}
		if says, ok := smallVowels[r]; ok {
			b = append(withoutVowel(b), says...)
			continue
		}
		if says, ok := smallY[r]; ok {
			if b = withoutVowel(b); !strings.HasSuffix(string(b), "h") && !strings.HasSuffix(string(b), "j") {
				b = append(b, 'y')
			}
			b = append(b, says...)
			continue
		}
		if says, ok := syllables[r]; ok {
			b = append(b, strings.TrimSpace(says)...)
			continue
		}
		for _, c := range appendChar(nil, r, 0, 0) {
			if c.class != between {
				b = utf8.AppendRune(b, c.r)
			}
		}
	}
	var out strings.Builder
	last := rune(0)
	for _, r := range spellings.Replace(string(b)) {
		if r != last || '0' <= r && r <= '9' {
			out.WriteRune(r)
		}
		last = r
	}
	return out.String()
}

// withoutVowel takes off the vowel of the syllable before; a lone u before
// another vowel is a w.
func withoutVowel(b []byte) []byte {
	n := len(b)
	if n == 0 || !strings.ContainsRune("aiueo", rune(b[n-1])) {
		return b
	}
	if b[n-1] == 'u' && (n == 1 || strings.ContainsRune("aiueon", rune(b[n-2]))) {
		return append(b[:n-1], 'w')
	}
	return b[:n-1]
}
