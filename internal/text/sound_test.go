package text_test

import (
	"testing"

	"madoguchi/internal/text"
)

// A name sounds the same in kana of every kind and in every way of Latin letters,
// and other names sound otherwise (UX-29).
func TestNamesAsTheyAreSpoken(t *testing.T) {
	t.Parallel()
	for name, ways := range map[string][]string{
		"ワークステーション": {"わーくすてーしょん", "ﾜｰｸｽﾃｰｼｮﾝ", "waakusuteeshon", "wa-kusute-shon", "wâkusutêsyon", "WĀKUSUTĒSHON", "ｗａａｋｕｓｕｔｅｅｓｈｏｎ"},
		"フュージョン":    {"fyuujon", "fyu-jon"},
		"マドグチ":      {"madoguchi", "madoguti", "まどぐち"},
		"シンブン":      {"shinbun", "shimbun", "sinbun"},
		"ヴァーチャル":    {"バーチャル", "baacharu", "va-charu", "baatyaru"},
		"ウィンドウ":     {"windou", "wi-ndo", "windoo"},
		"ディスク":      {"disuku", "でぃすく"},
		"バックアップ":    {"bakkuappu", "bakuapu"},
		"東京カエデ":     {"東京kaede", "東京かえで"},
	} {
		for _, way := range ways {
			if text.Sound(way) != text.Sound(name) {
				t.Errorf("%s sounds as %q, %s as %q", name, text.Sound(name), way, text.Sound(way))
			}
		}
	}
	for a, b := range map[string]string{"ワークステーション": "workstation", "esx": "esxi", "カエデ": "カイデ", "esx1": "esx11", "": "a"} {
		if text.Sound(a) == text.Sound(b) {
			t.Errorf("%q sounds like %q: %q", a, b, text.Sound(a))
		}
	}
}
