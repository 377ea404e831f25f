package message

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuotePairs holds what is found new against what people say is: at least 26
// of the 32 pairs alike, and of none is anything new hidden.
//
// UX-14
func TestQuotePairs(t *testing.T) {
	t.Parallel()
	full, err := filepath.Glob("testdata/quotes/full/*.txt")
	if err != nil || len(full) != 32 {
		t.Fatalf("%d pairs, %v", len(full), err)
	}
	alike := 0
	for _, path := range full {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := os.ReadFile(filepath.Join("testdata/quotes/reply", filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		got, want := New(cleanText(string(text))), squeeze(string(reply))
		if squeeze(got) == want {
			alike++
			continue
		}
		t.Logf("%s:\n%s\nwant\n%s", filepath.Base(path), cut(got, 400), cut(want, 400))
		rest := squeeze(got)
		for _, w := range strings.Fields(want) {
			i := strings.Index(rest, w)
			if i < 0 {
				t.Errorf("%s: %q is new and hidden", filepath.Base(path), w)
				break
			}
			rest = rest[i+len(w):]
		}
	}
	t.Logf("%d of 32 alike", alike)
	if alike < 26 {
		t.Errorf("%d of 32 alike, at least 26", alike)
	}
}

// TestFoldKeepsEveryByte: the pieces are the text.
func TestFoldKeepsEveryByte(t *testing.T) {
	t.Parallel()
	for name, raw := range corpus(t) {
		in := Parse(raw)
		if got := joinPieces(Fold(in.Text)); got != in.Text {
			t.Errorf("%s: the pieces are not the text", name)
		}
	}
}

func joinPieces(list []Piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Text)
	}
	return b.String()
}
