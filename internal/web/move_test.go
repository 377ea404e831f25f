package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// again is the form that a dry run offers, as its page has it.
func again(body string) url.Values {
	out := url.Values{}
	for _, x := range regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		out.Add(x[1], x[2])
	}
	return out
}

var plainForm = url.Values{"encoding": {"utf-8"}, "separator": {"comma"}, "zone": {"Asia/Tokyo"}, "language": {"ja"}}

// An administrator sees what would become of the rows of a file, each with its file and
// line, and enters them: the good ones alone when that is what they ask for, and twice
// is once. Nobody else does (R02, R12).
func TestFilesOfAnotherSystemAreTriedAndEntered(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	accounts := sent{"accounts.csv", "key,name,country\n1,Umi,JP\n2,Yama,XX\n"}
	contacts := sent{"contacts.csv", "email,account,family_name\numi@umi.example,1,Umino\nbad,1,<b>Bad</b>\n"}
	w := s.bring("ishikawa", importPath, plainForm, contacts, accounts)
	body := w.Body.String()
	s.says(body, "dry run", "2 rows would be refused", "accounts.csv", "contacts.csv", "&#34;XX&#34; is no country", "Only the rows that are not listed above: 2")
	if w.Code != http.StatusOK || strings.Index(body, ">accounts.csv") > strings.Index(body, ">contacts.csv") {
		t.Errorf("%d, or the files are not in their order", w.Code)
	}
	found := func() string { return s.send("ishikawa", "/manage/accounts?q=Umi", nil).Body.String() }
	if strings.Contains(found(), "umi@umi.example") {
		t.Fatal("a dry run keeps something")
	}
	keep := again(body)
	without := url.Values{}
	for k, v := range keep {
		without[k] = v
	}
	without.Del("good")
	s.says(s.send("ishikawa", importPath, without).Body.String(), "nothing was kept")
	if strings.Contains(found(), "umi@umi.example") {
		t.Fatal("rows are kept although others are refused")
	}
	s.says(s.send("ishikawa", importPath, keep).Body.String(), "The rows are entered")
	s.says(found(), "umi@umi.example")
	s.says(s.send("ishikawa", importPath, keep).Body.String(), `data-label="Unchanged">1 `)
	s.says(s.bring("ishikawa", importPath, plainForm, sent{"people.csv", "x"}).Body.String(), "cannot be told from its name")
	s.says(s.bring("ishikawa", importPath, plainForm).Body.String(), "No file was sent", "#f-import-files")
	s.says(s.bring("ishikawa", importPath, url.Values{"encoding": {"latin9"}}, accounts).Body.String(), "latin9")
	if w := s.bring("ishikawa", importPath, plainForm, sent{"accounts.csv", strings.Repeat("x", sheetsBytesMax+1)}); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large a file: %d", w.Code)
	}
	for _, as := range []string{"ito", "sato"} {
		if w := s.bring(as, importPath, plainForm, accounts); w.Code != http.StatusNotFound {
			t.Errorf("%s imports: %d", as, w.Code)
		}
	}
}

// What gives roles wants a proof that is not old; what was sent is not lost (T33).
func TestAnImportIsProved(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	keep := again(s.bring("ishikawa", importPath, plainForm, sent{"accounts.csv", "name,country\nUmi,JP\n"}).Body.String())
	c := s.site.Config
	c.Real = func() time.Time { return time.Now().Add(16 * time.Minute) }
	var err error
	s.pages, err = New(c)
	s.ok(err)
	w := s.send("ishikawa", importPath, keep)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `name="sheet"`) {
		t.Errorf("an old proof: %d %s", w.Code, w.Body)
	}
}

// As many rows as a form may bring are entered in one go, and others wait for them no
// longer than for a page.
func TestManyRowsAreEnteredAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	var b strings.Builder
	b.WriteString("name,country\n")
	for n := range sheetRowsMax {
		fmt.Fprintf(&b, "Company of the north no. %d,JP\n", n)
	}
	began := time.Now()
	w := s.bring("ishikawa", importPath, plainForm, sent{"accounts.csv", b.String()})
	t.Logf("%d rows took %v", sheetRowsMax, time.Since(began))
	s.says(w.Body.String(), fmt.Sprintf(`data-label="Entered">%d `, sheetRowsMax))
	b.WriteString("One too many,JP\n")
	w = s.bring("ishikawa", importPath, plainForm, sent{"accounts.csv", b.String()})
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("one row more: %d", w.Code)
	}
}
