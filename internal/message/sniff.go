package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// candidates are what unlabelled mail is in, the likelier ones first. UTF-8 is
// tried before them all.
var candidates = []struct {
	name string
	encoding.Encoding
}{
	{"shift_jis", japanese.ShiftJIS}, {"euc-jp", japanese.EUCJP}, {"gb18030", simplifiedchinese.GB18030}, {"big5", traditionalchinese.Big5}, {"euc-kr", korean.EUCKR},
	{"windows-1251", charmap.Windows1251}, {"koi8-r", charmap.KOI8R}, {"windows-1252", charmap.Windows1252},
}

// sniffFar is how much of a text is looked at to guess its encoding.
const sniffFar = 32 << 10

// sniff decodes text whose encoding nobody told. ok is false when some of it is
// in none.
func sniff(b []byte, not string) (string, bool) {
	if utf8.Valid(b) {
		return string(b), true
	}
	best, e := bestOf(b, not)
	if e == nil || best <= 0 && mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\ufffd"), false
	}
	return decoded(e, b)
}

// sniffed is sniff for bytes that carry a label, with what it is better than:
// only clearly better counts.
func sniffed(b []byte, name string) (s string, better bool) {
	if utf8.Valid(b) {
		return string(b), true
	}
	if name == "utf-8" && mostlyUTF8(b) {
		return "", false
	}
	byLabel := -10.0
	if e := codec(name); e != nil && name != "utf-8" {
		byLabel = ratingOf(e, b)
	}
	best, e := bestOf(b, name)
	if e == nil || best < byLabel+1 {
		return "", false
	}
	s, _ = decoded(e, b)
	return s, true
}

func bestOf(b []byte, not string) (best float64, e encoding.Encoding) {
	best = -100
	for _, c := range candidates {
		if c.name == not {
			continue
		}
		if r := ratingOf(c.Encoding, b); r > best {
			best, e = r, c.Encoding
		}
	}
	return best, e
}

func ratingOf(e encoding.Encoding, b []byte) float64 {
	s, _ := decoded(e, b[:min(len(b), sniffFar)])
	if len(b) > sniffFar { // a cut character at the end is no fault
		s = strings.TrimRight(s, "\ufffd")
	}
	return rating(s)
}

// mostlyUTF8 tells whether text is UTF-8 with some broken places.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b) && i < sniffFar; {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	return good > 4*bad
}

// often are characters that every text of its language holds, by which the right
// one of several readings is found.
const (
	oftenJapanese = "のはにをたがでてとしれさある一日人年大会本中月事者社力動作確認場合問題方法設定使用対応障害起動致願御様世話情報製品接続失敗時間行出来"
	oftenChinese  = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运您请谢烦"
	oftenTaiwan   = "的這個們來為國說時會對過發後裡種經麼學現當沒動點開實無與長機業將兩間問應戰頭體見產華話內給門員論處義幾認條氣題別變總電數報結務場計資統區隊決馬聽達難權設據類該規萬領確傳師觀識帶導爭運您請謝煩系統版本錯誤無法感謝訊息軟體網路"
	oftenKorean   = "이다는을를의에가한하고은로기지사있도인리시어자들일해니서수대안그나습요드라전스정부상제보아주게세면만과당신입문원감고객의확인오류설치버전"
	oftenCyrillic = "оеаинтсрвлкмдпуяы"
	oftenLatin    = "éèàçêâîôûùëïüöäßñáíóúãõåøæÉÈÀÇÜÖÄ«»°§€–—’‘“”…®©·¿¡"
)

// weights are the often ones with how much they say.
var weights = func() map[rune]float64 {
	w := map[rune]float64{}
	for s, v := range map[string]float64{oftenJapanese: 3, oftenChinese: 3, oftenTaiwan: 3, oftenKorean: 3, oftenCyrillic: 2, oftenLatin: 2} {
		for _, r := range s {
			w[r] = max(w[r], v)
		}
	}
	return w
}()

// rating says how much a text looks like one that somebody wrote: the mean of its
// characters beyond ASCII. Rubbish is below 0.
func rating(s string) float64 {
	sum, n := 0.0, 0
	var before rune
	for i, r := range s {
		if i > sniffFar {
			break
		}
		if r < 0x80 {
			before = r
			continue
		}
		n++
		sum += rate(r, before)
		before = r
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func rate(r, before rune) float64 {
	if w, ok := weights[r]; ok {
		switch {
		case w != 2:
		case unicode.Is(unicode.Cyrillic, r) && before >= 0x80 && !unicode.Is(unicode.Cyrillic, before):
			return 0
		case !unicode.Is(unicode.Cyrillic, r) && unicode.IsLetter(r) && before >= 0x80:
			return -1.5 // letters with accents do not follow each other
		}
		return w
	}
	switch {
	case r == utf8.RuneError:
		return -20
	case r >= 0x3041 && r <= 0x30ff: // kana
		return 3
	case r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff5e:
		return 1.5
	case r >= 0xff61 && r <= 0xff9f:
		return -1.5 // of what is half-width much is something else in truth
	case r >= 0x4e00 && r <= 0x9fff:
		return 0.6
	case r >= 0xac00 && r <= 0xd7a3:
		return 0.8
	case r >= 0x410 && r <= 0x44f:
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			return -2 // KOI8 read as windows-1251 swaps the cases
		}
		return 0.8
	case r < 0xa0, r >= 0xe000 && r <= 0xf8ff:
		return -10
	case r < 0x250 && unicode.IsLetter(r):
		if before >= 0x80 {
			return -2
		}
		return 0.5
	case r >= 0x2500 && r <= 0x259f: // frames, of KOI8 and DOS
		return -1.5
	}
	return -0.5
}
