package support_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

func readAs(q support.SearchQuery) string {
	var out []string
	for _, t := range q.Terms {
		s := t.Text
		if t.Exact {
			s = "<" + s + ">"
		}
		if t.Not {
			s = "not " + s
		}
		if t.Request != 0 {
			s += fmt.Sprint("=", t.Request)
		}
		out = append(out, s)
	}
	for _, f := range q.Filters {
		out = append(out, fmt.Sprintf("%s@%d is %s", f.Name, f.At, f.Value))
	}
	return strings.Join(out, "; ")
}

func TestWhatSomebodyLooksForIsRead(t *testing.T) {
	t.Parallel()
	number := support.SpokenNumber(support.FirstID + 7)
	for query, want := range map[string]string{
		`disk full`: "disk; full", `"disk full" -raid`: "<disk full>; not raid", `-"two words"`: "not <two words>", `サーバ　障害`: "サーバ; 障害", `「サーバ 障害」`: "<サーバ 障害>",
		`owner:me severity:1 disk`: "disk; owner@1 is me; severity@10 is 1", `OWNER：me`: "owner@1 is me", `severity：１ due：＜２ｈ state:Open`: "severity@1 is 1; due@12 is <2h; state@20 is open", `account:"Aoba Trading" x`: "x; account@1 is Aoba Trading", `due:<2h state:open`: "due@1 is <2h; state@9 is open",
		`C:\Temp http://x error:5 ownr:me`: `C:\Temp; http://x; error:5; ownr:me`, `0x80070005`: "0x80070005", `a - b`: "a; -; b", `say"so"`: `say"so"`, ` `: "",
		number:                "<" + support.Number(support.FirstID+7) + ">=10000007",
		"[SR " + number + "]": "<" + support.Number(support.FirstID+7) + ">=10000007",
		"１００ ０００ ０７" + number[len(number)-1:]: "<" + support.Number(support.FirstID+7) + ">=10000007",
		number + " disk": number + "=10000007; disk",
	} {
		if q, err := support.ParseSearch(query); err != nil || readAs(q) != want {
			t.Errorf("%q is read as %q, want %q: %v", query, readAs(q), want, err)
		}
	}
	if d, ok := (support.SearchFilter{Value: "<3d"}).Within(); !ok || d != 72*time.Hour {
		t.Errorf("within: %v %v", d, ok)
	}
}

func TestWhatCannotBeLookedForSaysWhere(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`disk "full`: "search.quote at 6", `owner: me`: "search.no_value at 1", `x state:broken`: "search.value at 3", `severity:0`: "search.value at 1", `due:2h`: "search.value at 1", `due:<2w`: "search.value at 1",
		`turn:me`: "search.value at 1", `owner:me owner:me`: "search.twice at 10", strings.Repeat("a ", 13): "search.too_many at ", strings.Repeat("あ", 501): "search.too_long at ", `kind:`: "search.no_value at 1",
	} {
		var e *support.Error
		if _, err := support.ParseSearch(query); !errors.As(err, &e) || e.Code != support.Invalid || e.Field != "q" || e.Key+" at "+e.Args["at"] != want {
			t.Errorf("%q: %v, want %s", query, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`(-?"?(owner|due|state|x):?[<"「a 1-]*)*`)).Draw(t, "query")
		if _, err := support.ParseSearch(s); err != nil && support.CodeOf(err) != support.Invalid {
			t.Fatalf("%q: %v", s, err)
		}
	})
}
