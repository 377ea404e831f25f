package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// searches are ways to look for a word: the answer to each, for somebody who may
// not read the word, is the answer for a word that is nowhere.
var searches = []string{
	"/v1/search?q=%s", "/v1/search/count?q=%s", `/v1/search?q="%s"`, "/v1/search?q=vsphere -%s", "/v1/search/count?q=vsphere -%s", "/v1/search?q=vsphere %s&limit=1",
	"/v1/search?q=kind:sr %s", "/v1/search?q=tag:%s", "/v1/search?q=account:%s", "/v1/search?q=contact:%s", "/v1/search?q=contract:%s", "/v1/search?q=product:%s",
	"/v1/search?q=owner:%s@customer.example", "/v1/search?q=-%s", "/v1/search?q=kanarie \"%s", "/v1/self-help/search?q=%s", "",
}

// No search, count or suggestion tells a word that its reader may not see, or that
// such a word is anywhere: not by what is found or left out, by counts and
// cursors, or by what a refusal says (T32). With MADOGUCHI_TORTURE=long each
// word is looked for in every way by everybody.
//
// guide: A13
func TestSearchesTellNothingHidden(t *testing.T) {
	t.Parallel()
	w := plantCanaries(t)
	const nowhere = "kanarie9999x"
	tally := readTally{words: map[string]map[bool]bool{}}
	ask := func(key, way, word string) got {
		if way == "" {
			return w.get(read{body: "draft"}, key, "/v1/suggestions", fmt.Sprintf(`{"product":"vsphere","title":"vsphere %s","text":"kanarie %s"}`, word, word))
		}
		path, query, _ := strings.Cut(way, "?q=")
		query, rest, _ := strings.Cut(query, "&")
		g := w.get(read{}, key, path+"?q="+url.QueryEscape(strings.ReplaceAll(query, "%s", word))+"&"+rest, "")
		return g
	}
	every := 12
	if os.Getenv("MADOGUCHI_TORTURE") == "long" {
		every = 1
	}
	asked, found, n := 0, 0, 0
	for _, key := range append([]string{""}, w.cast.Keys...) {
		absent := map[string]got{}
		for _, s := range w.secrets {
			if !strings.HasPrefix(s.word, "kanarie") {
				continue
			}
			for _, way := range searches {
				if n++; n%every != 0 {
					continue
				}
				asked++
				g := ask(key, way, s.word)
				if s.seers[key] {
					if strings.Contains(way, "/v1/search?q=%s") && strings.Contains(g.body, `"number"`) {
						found++
					}
					continue
				}
				g.body = strings.ReplaceAll(g.body, s.word, nowhere)
				w.leaks(key, way, g, tally)
				if _, ok := absent[way]; !ok {
					absent[way] = ask(key, way, nowhere)
				}
				if g != absent[way] || g.status >= http.StatusInternalServerError {
					t.Errorf("%s of the %s as %q: %d %.300s\nof a word that is nowhere: %d %.300s", way, s.what, key, g.status, g.body, absent[way].status, absent[way].body)
				}
			}
		}
	}
	t.Logf("%d searches, %d times a word was found by who may read it", asked, found)
	if least := 400 / every; found < least {
		t.Errorf("words were found %d times, want %d at least", found, least)
	}
}
