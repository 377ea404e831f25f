package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// do carries out a command on a request, which its path names.
func (s *stage) do(as, path string, cmd support.Command) {
	s.Helper()
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	_, err = s.desk.Do(s.Context(), s.cast.Actor(as), id, cmd)
	s.ok(err)
}

// look is the page of a search.
func (s *stage) look(as, query string) string {
	s.Helper()
	w := s.send(as, searchPath+"?q="+url.QueryEscape(query), nil)
	if w.Code != http.StatusOK {
		s.Fatalf("%s looks for %q: %d %s", as, query, w.Code, w.Header())
	}
	return w.Body.String()
}

// The box of every page finds requests with what staff and customers see of them,
// says where it was found, and narrows by operators.
func TestTheBoxOfEveryPageFinds(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.do("sato", path, &support.Comment{Text: support.T("The vmkernel log says: NMP: nmp_CompleteCommandForPath 0x80070005"), Channel: support.Portal})
	s.do("ito", path, &support.AddNote{Text: support.T("A bug of firmware, probably.")})
	for _, as := range []string{"sato", "ito"} {
		for _, page := range []string{"/", "/contracts", path, searchPath} {
			s.says(s.send(as, page, nil).Body.String(), `action="/search" role="search"`, `id="search-box"`)
		}
	}
	for query, want := range map[string][]string{
		"snapshots":      {"<mark>Snapshots</mark> fail", support.SpokenNumber(support.FirstID), `class="sev sev-3"`, "ESX 4.0", `value="snapshots"`},
		"0x80070005":     {"nmp_CompleteCommandForPath <mark>0x80070005</mark>"},
		"0x8007":         {"<mark>0x80070005</mark>", "have words that begin so"},
		"severity:3 nmp": {"<mark>NMP</mark>", "<mark>nmp</mark>_CompleteCommandForPath"},
	} {
		for _, as := range []string{"sato", "suzuki", "ito"} {
			s.says(s.look(as, query), append(want, path)...)
		}
		if body := s.look("tanaka", query); strings.Contains(body, path) {
			t.Errorf("tanaka finds what is not theirs by %q", query)
		}
	}
	s.says(s.look("ito", "snapshots"), ">青葉製作所</a>")
	if strings.Contains(s.look("sato", "snapshots"), "青葉製作所") {
		t.Error("a customer is told the account")
	}
	s.says(s.look("ito", "firmware bug"), `<p class="part"><span class="badge tone-note">`, "<mark>firmware</mark>")
	s.says(s.look("sato", "firmware bug"), "Nothing was found", `href="/answers?q=firmware+bug"`, `name="title" value="firmware bug"`)
	s.says(s.look("ito", "severity:1 snapshots"), "Nothing was found", "may not see are not found")
	s.says(s.send("ito", searchPath, nil).Body.String(), "What are you looking for?", "owner:me", "Your own requests")
	if body := s.send("sato", searchPath, nil).Body.String(); strings.Contains(body, "owner:me") || !strings.Contains(body, "due:&lt;2h") {
		t.Error("a customer is offered an operator of staff, or not their own")
	}
	if strings.Contains(s.send("", "/sign-in", nil).Body.String(), "search-box") {
		t.Error("who is not signed in is offered a search")
	}
}

// Staff find accounts and contacts that they may see beside requests; customers
// find none (T32).
func TestStaffFindAccountsAndContacts(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.file("sato")
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	account, contact := `href="`+accountPath(sato.Account)+`"`, `href="`+managePath+"/contacts/"+sato.Number+`"`
	s.says(s.look("ito", "青葉"), account, "<mark>青葉</mark>製作所", "No request was found")
	s.says(s.look("ito", "佐藤健太"), contact, "青葉製作所", support.SpokenCustomerNumber(sato.Number), "sato@aoba.example")
	s.says(s.look("ito", "account:青葉 snapshots"), "<mark>Snapshots</mark> fail")
	s.says(s.look("ito", "aoba.example"), contact, "There are more accounts or contacts")
	for _, as := range []string{"sato", "suzuki", "tanaka"} {
		for _, query := range []string{"青葉", "佐藤健太", "aoba.example", "severity:3 青葉"} {
			if body := s.look(as, query); strings.Contains(body, "/manage/") || !strings.Contains(body, "Nothing was found") {
				t.Errorf("%s finds an account or a contact by %q", as, query)
			}
		}
	}
	s.ok(s.desk.RestrictAccount(t.Context(), support.Actor{Kind: support.System}, sato.Account, true, []int64{s.cast.Staff["byrne"].ID}))
	for _, query := range []string{"青葉", "佐藤健太", "aoba.example", "snapshots"} {
		s.says(s.look("ito", query), "Nothing was found")
		if strings.Contains(s.look("byrne", query), "Nothing was found") {
			t.Errorf("byrne, who is named, finds nothing by %q", query)
		}
	}
}

// A number leads straight to what it names, however it is written, and one digit
// wrong is told.
func TestANumberLeadsStraightThere(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	number := strings.TrimPrefix(path, "/requests/")
	sato, err := s.store.Contact(t.Context(), insider, s.cast.Actor("sato").ID)
	s.ok(err)
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９")
	spoken := support.SpokenNumber(support.FirstID)
	for as, list := range map[string]map[string]string{
		"sato": {number: path, spoken: path, wide.Replace(spoken): path, wide.Replace(number): path, "[SR " + spoken + "]": path, " sr " + number: path, sato.Number: profilePath},
		"ito":  {number: path, wide.Replace(sato.Number): managePath + "/contacts/" + sato.Number, support.SpokenCustomerNumber(sato.Number): managePath + "/contacts/" + sato.Number},
	} {
		for query, want := range list {
			if to := s.send(as, searchPath+"?q="+url.QueryEscape(query), nil).Header().Get("Location"); to != want {
				t.Errorf("%s: %q leads to %q, want %q", as, query, to, want)
			}
		}
	}
	wrong := number[:8] + string('0'+(number[8]-'0'+1)%10)
	s.says(s.look("ito", wrong), "one digit is wrong, or two are swapped")
	s.says(s.look("ito", sato.Number[:9]+string('0'+(sato.Number[9]-'0'+1)%10)), "one digit is wrong, or two are swapped")
	s.says(s.look("tanaka", number), "Nothing was found", "no request under this number that you may see")
	s.says(s.look("tanaka", sato.Number), "Nothing was found", "or it is not yours to see")
}

// What cannot be read of a query is explained at the word, in the same page, and
// nothing that was typed is lost.
func TestAnErrorInAQueryIsExplainedAtTheWord(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	for query, want := range map[string][]string{
		"disk severity:0 x":          {"At character 6", "disk <mark>severity:0</mark> x"},
		`disk "full of`:              {"The quote at character 6", `disk <mark>&#34;full of</mark>`},
		"due:2h":                     {"<mark>due:2h</mark>", "&lt;30m"},
		"owner:nobody@desk.example":  {"<mark>owner:nobody@desk.example</mark>", "no member of staff"},
		"x product:zebra":            {"x <mark>product:zebra</mark>", "vsphere"},
		"!!":                         {"There is nothing to look for"},
		strings.Repeat("a ", 13):     {"More than 12 words"},
		`account:<script>x</script>`: {"<mark>account:&lt;script&gt;x&lt;/script&gt;</mark>"},
	} {
		w := s.send("ito", searchPath+"?q="+url.QueryEscape(query), nil)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", query, w.Code)
		}
		s.says(w.Body.String(), append(want, "How to search", `role="alert"`)...)
	}
	w := s.send("sato", searchPath+"?q=owner:me", nil)
	s.says(w.Body.String(), "Only staff own requests", "<mark>owner:me</mark>", `value="owner:me"`)
}

// Twenty stand on a page, each once over all pages.
func TestWhatIsFoundHasPages(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	all := map[string]bool{}
	for range 43 {
		all[s.file("sato")] = true
	}
	s.says(s.look("sato", "snapshots"), `<a href="/search?q=snapshots" aria-current>Best first</a>`, `<a href="/search?q=snapshots&amp;sort=newest">Newest</a>`)
	for _, at := range []string{"?q=snapshots", "?q=snapshots&sort=newest"} {
		s.paged(searchPath+at, maps.Clone(all))
	}
	if w := s.send("sato", searchPath+"?q=snapshots&after=x", nil); w.Header().Get("Location") != searchPath+"?q=snapshots" {
		t.Errorf("an old page: %d", w.Code)
	}
}

// paged follows the pages of a search, on which all stand once.
func (s *stage) paged(at string, all map[string]bool) {
	s.Helper()
	pages := 0
	for at != "" {
		body := s.send("sato", at, nil).Body.String()
		here := 0
		for path := range all {
			if strings.Contains(body, `href="`+path+`"`) {
				delete(all, path)
				here++
			}
		}
		if pages++; here != []int{20, 20, 3}[pages-1] {
			s.Errorf("page %d has %d", pages, here)
		}
		at = ""
		if _, next, ok := strings.Cut(body, `class="button end" href="`); ok {
			at = strings.ReplaceAll(next[:strings.Index(next, `"`)], "&amp;", "&")
		}
	}
	if len(all) != 0 || pages != 3 {
		s.Errorf("%d pages lack %v", pages, all)
	}
}

// Nobody learns by the page of a search what they may not see, nor that it is
// there: it is that of a word that is nowhere. What is redacted nobody finds (T32).
func TestThePageOfASearchTellsNothingHidden(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	secrets := map[string][]string{} // the word, and who may read it
	plant := func(as, product, word string, readers ...string) string {
		actor := s.cast.Actor(as)
		done, err := s.desk.Do(t.Context(), actor, 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: actor.ID, Product: product, Version: "4.0", Severity: 3,
			Title: support.T("Snapshots fail"), Details: support.Details{Environment: "production"}})
		s.ok(err)
		path := "/requests/" + support.Number(done.ID)
		s.do(as, path, &support.Comment{Text: support.T("about " + word), Channel: support.Portal})
		secrets[word] = readers
		return path
	}
	aoba := plant("sato", "esx", "canaryaoba", "sato", "suzuki", "ito", "byrne", "ishikawa")
	plant("tanaka", "vsphere", "canaryhokuto", "tanaka", "takahashi", "byrne", "ishikawa")
	s.do("ito", aoba, &support.AddNote{Text: support.T("about canarynote")})
	secrets["canarynote"] = []string{"ito", "byrne", "ishikawa"}
	s.do("sato", aoba, &support.Comment{Text: support.T("the password is canarygone"), Channel: support.Portal})
	secrets["canarygone"] = nil
	id, err := support.ParseNumber(strings.TrimPrefix(aoba, "/requests/"))
	s.ok(err)
	facts, err := s.store.Facts(t.Context(), insider, id)
	s.ok(err)
	for _, f := range facts {
		if c, ok := f.Body.(support.Commented); ok {
			last := f.Seq
			if texts, err := s.store.Texts(t.Context(), []int64{c.Text.ID}); err == nil && strings.Contains(texts[c.Text.ID], "canarygone") {
				s.do("sato", aoba, &support.RedactText{Seq: last, Ground: "secret"})
			}
		}
	}
	hokuto, err := s.store.Contact(t.Context(), insider, s.cast.Actor("tanaka").ID)
	s.ok(err)
	s.ok(s.desk.RestrictAccount(t.Context(), support.Actor{Kind: support.System}, hokuto.Account, true, []int64{s.cast.Staff["byrne"].ID}))
	const nowhere = "canarynowhere"
	ways := []string{"%s", `"%s"`, "about %s", "about -%s", "-%s", "severity:3 %s", "canar -%s", "tag:%s", "contract:%s", "account:%s", "contact:%s", "product:%s", "owner:%s@desk.example", `"%s`}
	for _, as := range []string{"sato", "suzuki", "tanaka", "takahashi", "nakamura", "ito", "byrne", "ishikawa"} {
		for word, readers := range secrets {
			sees := strings.Contains(" "+strings.Join(readers, " ")+" ", " "+as+" ")
			for _, way := range ways {
				ask := func(word string) string {
					w := s.send(as, searchPath+"?q="+url.QueryEscape(fmt.Sprintf(way, word)), nil)
					return fmt.Sprint(w.Code, w.Header().Get("Location"), w.Body)
				}
				got := ask(word)
				if sees {
					if way == "%s" && !strings.Contains(got, "<mark>"+word) {
						t.Errorf("%s does not find %s", as, word)
					}
				} else if strings.ReplaceAll(got, word, nowhere) != ask(nowhere) {
					t.Errorf("%s learns of %s by %q", as, word, way)
				}
			}
		}
	}
}
