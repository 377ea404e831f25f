package message

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A pass is what was signed, and nothing else is one: not under another key, not with
// another letter, not what was signed for another purpose.
func TestAPassIsForOneFile(t *testing.T) {
	t.Parallel()
	old, now := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	want := FilePass{Request: 10_000_123, Contact: 7, File: 1 << 40, Until: time.Date(2026, 6, 20, 2, 0, 0, 0, time.UTC)}
	s := Keys{old}.Pass(want)
	if got, ok := (Keys{now, old}).FilePass(s); !ok || got != want || len(s) != 64 {
		t.Errorf("%s (%d characters) is %+v, %v", s, len(s), got, ok)
	}
	if _, ok := (Keys{now}).FilePass(s); ok {
		t.Error("another key believes it")
	}
	for i := range s {
		for _, c := range []byte("AB_-") {
			if forged := s[:i] + string(c) + s[i+1:]; forged != s {
				if _, ok := (Keys{old}).FilePass(forged); ok {
					t.Fatalf("forged at %d: %s", i, forged)
				}
			}
		}
	}
	thread := Keys{old}.Token(Thread{Request: 1, Person: 1})
	for _, odd := range []string{"", s[1:], s + "A", s + "=", strings.ToUpper(s), thread, " " + s} {
		if _, ok := (Keys{old}).FilePass(odd); ok {
			t.Errorf("%q is a pass", odd)
		}
	}
	if (Keys{}).Pass(want) != "" || (Keys{old}).Pass(FilePass{Request: 1, File: 1}) != "" {
		t.Error("there is a pass without a key, or without a person")
	}
}
