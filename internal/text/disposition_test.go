package text_test

import (
	"mime"
	"strings"
	"testing"

	"madoguchi/internal/text"
)

func TestDispositionsSaveUnderTheName(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"crash.log":        `attachment; filename="crash.log"`,
		"two words.txt":    `attachment; filename="two words.txt"`,
		"レポート.xlsx":        `attachment; filename="____.xlsx"; filename*=UTF-8''%E3%83%AC%E3%83%9D%E3%83%BC%E3%83%88.xlsx`,
		`a"; x="b.txt`:     `attachment; filename="a_; x=_b.txt"`,
		"100%41.txt":       `attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt`,
		"a\r\nSet-Cookie:": `attachment; filename="aSet-Cookie_"`,
	} {
		if got := text.Disposition(raw); got != want {
			t.Errorf("%q: %s\nwant  %s", raw, got, want)
		}
	}
	for _, c := range names {
		got := text.Disposition(c.raw)
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != c.want || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q is saved as %q (%s, %v), want %q", c.raw, params["filename"], got, err, c.want)
		}
	}
}
