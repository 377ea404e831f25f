package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// A program whose own pages are given back holds fewer of them, and goes on.
func TestUnmapProgram(t *testing.T) {
	t.Parallel()
	before := pagesOfFiles(t)
	unmapProgram()
	if after := pagesOfFiles(t); after > before*2/3 {
		t.Errorf("%d KB of files are mapped, %d before", after, before)
	}
}

// pagesOfFiles are those that the process has mapped, in KB.
func pagesOfFiles(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("no RssFile:\n%s", b)
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
