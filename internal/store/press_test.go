package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"madoguchi/internal/support"
)

// long is a fact as filings have it.
func long(t testing.TB) []byte {
	t.Helper()
	for line := range bytes.Lines(dictionary1) {
		if bytes.Contains(line, []byte(`"kind":"filed"`)) {
			return bytes.ReplaceAll(bytes.TrimSpace(line), []byte(`"2024-11`), []byte(`"2031-07`))
		}
	}
	t.Fatal("no fact in the dictionary")
	return nil
}

// What is long is stored in a third and read back as it was; what is short, and
// what older programs stored, is JSON.
func TestPressed(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"short": []byte(`{"seq":1}`), "empty": {}, "long": long(t), "of no pattern": []byte(`{"x":"` + hex.EncodeToString(bytes.Repeat([]byte{1, 77, 5}, 500)) + `"}`),
	} {
		stored, err := pressed(data)
		if err != nil {
			t.Fatal(err)
		}
		if name == "long" && (len(stored) > len(data)/3 || stored[0] != pressed1) {
			t.Errorf("%d bytes are stored in %d", len(data), len(stored))
		}
		if name == "short" && stored != string(data) {
			t.Errorf("stored as %q", stored)
		}
		got, err := plain([]byte(stored))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: read as %.40q, %v", name, got, err)
		}
	}
	for _, broken := range []string{"1", "1!", "1AAAA", "2AAAA"} {
		if f := new(support.Fact); readFact(f, []byte(broken)) == nil {
			t.Errorf("%q was read as %v", broken, f)
		}
	}
}

// What a program stored is read for ever: a fact that was pressed by the first one
// that did so, and the dictionary that it needs.
func TestPressedForEver(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256(dictionary1)
	if got := hex.EncodeToString(sum[:]); got != dictionary1Sum {
		t.Errorf("the first dictionary is %s now: what was stored with it cannot be read any more", got)
	}
	name := filepath.Join("testdata", "pressed", "1.txt")
	stored, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := plain(bytes.TrimSpace(stored))
	if err != nil || !bytes.Equal(got, long(t)) {
		t.Errorf("%.60q, %v", got, err)
	}
}

const dictionary1Sum = "3b72d71aa154a54d44036fcbb77b61dfde762ae6b36a6228ceae3395c7fc3f6f"

func BenchmarkPress(b *testing.B) {
	data := long(b)
	stored, err := pressed(data)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("in", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pressed(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("out", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plain([]byte(stored)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Logf("%d bytes in %d", len(data), len(stored))
}
