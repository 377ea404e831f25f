package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"
)

// A title that holds escape sequences or turns the writing direction round must
// not reach a terminal as such.
func TestPlainDisarmsTerminals(t *testing.T) {
	t.Parallel()
	got := plain("a\x1b[2Jb\u009bc\u202ed\re\n\tf")
	if want := "a�[2Jb�c�d�e\n\tf"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := line(" a\n\x1b b\tc "); got != "a � b c" {
		t.Errorf("one line: %q", got)
	}
}

func TestTableAlignsWideCharacters(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	table(&b, [][]string{{"名前", "x"}, {"佐藤 健太", "y"}, {"Mia", "z"}, {"ｶﾅ\u0301", "w"}})
	want := "名前       x\n佐藤 健太  y\nMia        z\nｶﾅ\u0301         w\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestTextsOfAnEntry(t *testing.T) {
	t.Parallel()
	data := `{"title":{"text":"down"},"receipt":{"grounds":[{"key":"k","rules":["R05"],"text":"not a text of the entry"}]},
		"asks":[{"kind":"details","text":{"text":"which build?"}},{"text":{"erased":true}}],"reason":{"text":""},"n":3}`
	if got := strings.Join(texts([]byte(data)), "|"); got != "down|which build?|" {
		t.Errorf("got %q", got)
	}
	for _, bad := range []string{"", "null", "3", `{"text":`, `"x"`} {
		if got := texts([]byte(bad)); len(got) != 0 {
			t.Errorf("%q has texts %q", bad, got)
		}
	}
}

func TestInstantSaysHowToWriteOne(t *testing.T) {
	t.Parallel()
	var i instant
	if err := i.UnmarshalText([]byte("2026-06-08T13:30:00+09:00")); err != nil || i.Format("15:04 MST") != "04:30 UTC" {
		t.Errorf("got %v, %v", i, err)
	}
	err := i.UnmarshalText([]byte("8 June"))
	if err == nil || !strings.Contains(err.Error(), "2026-06-08T13:30:00+09:00") {
		t.Errorf("got %v", err)
	}
}

// Every key that the sources name has words, every word is in both languages,
// with the same arguments, and none is left over.
func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	prefixes := map[string]bool{}
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool { return wordCall(n, used, prefixes) })
	}
	if len(used) < 50 {
		t.Fatalf("only %d keys found in the sources", len(used))
	}
	for key := range used {
		if _, ok := wording[key]; !ok && key != "" {
			t.Errorf("%s has no words", key)
		}
	}
	for key, w := range wording {
		stem, _, _ := strings.Cut(key, ".")
		if !used[key] && !prefixes[stem+"."] {
			t.Errorf("%s is used nowhere", key)
		}
		if w.en == "" || w.ja == "" || verbs(w.en) != verbs(w.ja) {
			t.Errorf("%s: %q and %q do not fit each other", key, w.en, w.ja)
		}
	}
}

// wordCall notes the keys of word("…") in any of its forms; "stem."+value
// notes the stem.
func wordCall(n ast.Node, used, prefixes map[string]bool) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if name != "word" && name != "add" {
		return true
	}
	for _, arg := range call.Args {
		switch a := arg.(type) {
		case *ast.BasicLit:
			if key, err := strconv.Unquote(a.Value); err == nil && a.Kind == token.STRING && !strings.Contains(key, " ") {
				used[key] = true
			}
		case *ast.BinaryExpr:
			if lit, ok := a.X.(*ast.BasicLit); ok {
				if key, err := strconv.Unquote(lit.Value); err == nil {
					prefixes[key] = true
				}
			}
		}
		if name == "add" {
			break
		}
	}
	return true
}

// verbs are the formatting verbs of a text, in order.
func verbs(text string) string {
	var b strings.Builder
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '%' {
			b.WriteByte(text[i+1])
		}
	}
	return b.String()
}
