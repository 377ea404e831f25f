package web

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// scripts is the corpus of what is typed to be run by who reads it (T27).
func scripts(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/scripts.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Split(strings.TrimSpace(string(b)), "\n")[1:]
	if len(list) < 300 {
		t.Fatalf("%d scripts", len(list))
	}
	return list
}

// runs tells what a browser would run of a page, or load from elsewhere, were there
// no Content-Security-Policy; "" for nothing.
func runs(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return err.Error()
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(a.Key, "hx-on") {
				return n.Data + " " + a.Key + "=" + a.Val
			}
			switch a.Key {
			case "href", "src", "action", "formaction", "xlink:href", "data", "hx-get", "hx-post":
				u, err := url.Parse(strings.TrimSpace(a.Val))
				if err != nil || u.Host != "" || u.Scheme != "" && u.Scheme != "mailto" && u.Scheme != "tel" {
					return n.Data + " " + a.Key + "=" + a.Val
				}
			}
		}
		switch n.Data {
		case "script":
			if n.FirstChild != nil || !strings.HasPrefix(at["src"], "/assets/") {
				return "a script"
			}
		case "style", "iframe", "object", "embed", "base", "frame", "frameset", "math", "animate", "foreignobject", "marquee", "video", "audio":
			return n.Data
		}
	}
	return ""
}

// What people type is text on every page that shows it: title, body, every detail,
// comment, note, ask, tag, watcher, name, macro, view (T27).
func TestNothingTypedIsRun(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	if runs(`<p onclick="x">`) == "" || runs(`<script>x</script>`) == "" || runs(`<a href="javascript:x">`) == "" {
		t.Fatal("the test sees nothing")
	}
	look := func(as, path string, words ...string) {
		t.Helper()
		w := s.send(as, path, nil)
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity { // a query may be wrong
			t.Fatalf("%s as %s: %d", path, as, w.Code)
		}
		if what := runs(w.Body.String()); what != "" {
			t.Errorf("%s as %s runs %s", path, as, what)
		}
		for _, x := range words {
			if !strings.Contains(html.UnescapeString(w.Body.String()), x) {
				t.Errorf("%s as %s does not show %q", path, as, x)
			}
		}
	}
	sato, ito := s.cast.Actor("sato"), s.cast.Actor("ito")
	do := func(by support.Actor, id int64, cmd support.Command) int64 {
		t.Helper()
		done, err := s.desk.Do(t.Context(), by, id, cmd)
		s.ok(err)
		return done.ID
	}
	all := scripts(t)
	if testing.Short() { // under the race detector a part of them; all without it
		all = all[:40]
	}
	for i, x := range all {
		id := do(sato, 0, &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: sato.ID, Product: "esx", Version: "4.0", Severity: 3,
			Title: support.T(x), Body: support.T(x), Details: support.Details{Environment: "production", RecentChanges: support.T(x), Reference: support.T(x), ErrorString: support.T(x), Impact: support.T(x)},
		})
		do(sato, id, &support.Comment{Text: support.T(x), Channel: support.Portal})
		path := "/requests/" + support.Number(id)
		if i%5 == 0 { // the rest goes through the same templates
			tags := tagsIn(x)[:1]
			for _, cmd := range []support.Command{
				&support.Take{}, &support.AddNote{Text: support.T(x)}, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDetails, Text: support.T(x)}},
				&support.ChangeDetails{Component: &x, Tags: &tags}, &support.RecordRootCause{Text: support.T(x), Public: true},
				&support.NameThirdParty{NewThirdParty: support.NewThirdParty{Vendor: support.T(x), Component: support.T(x), Version: x[:min(len(x), 20)]}},
			} {
				if _, err := s.desk.Do(t.Context(), ito, id, cmd); err != nil && support.CodeOf(err) == "" {
					t.Fatal(err)
				}
			}
			look("ito", path+"?do=asks-cancelled", x)
			look("ito", path+"/why", x)
		}
		look("sato", path, x)
		look("ito", path, x)
	}
	s.typeNames(scripts(t)[:40])
	for _, path := range []string{"/", "/?sort=newest", "/?view=mine", macrosPath, "/manage/accounts", "/search?q=window", "/search?q=" + url.QueryEscape(`"<script>`)} {
		look("ito", path)
	}
	for _, path := range []string{"/", "/answers?q=window", "/answers?q=" + url.QueryEscape(`"><script>`), "/requests/new?step=text"} {
		look("sato", path)
	}
}

// typeNames puts scripts where names stand: accounts, contacts, macros, views, and
// drafts.
func (s *stage) typeNames(list []string) {
	s.Helper()
	admin := s.cast.Actor("ishikawa")
	for i, x := range list {
		a := support.Account{Name: x, Country: "JP"}
		s.ok(s.desk.AddAccount(s.Context(), admin, &a))
		c := support.Contact{Account: a.ID, FamilyName: x, GivenName: x, Email: "c" + itoa(i) + "@x.example", Language: "en", Zone: "UTC", PreferredChannel: support.Mail, Active: true}
		if err := s.desk.AddContact(s.Context(), admin, &c); err != nil && support.CodeOf(err) == "" {
			s.Fatal(err)
		}
		name := x[:min(len(x), 50)]
		_ = s.desk.KeepMacro(s.Context(), s.cast.Actor("ito"), &store.Macro{Name: name, Words: map[string]string{"en": strings.NewReplacer("{", "(", "}", ")").Replace(x)}})
		_ = s.desk.KeepView(s.Context(), s.cast.Actor("ito"), &store.View{Name: name, Query: "tag=x"})
		if what := runs(s.send("ishikawa", "/manage/accounts/"+support.Opaque("acc", a.ID), nil).Body.String()); what != "" {
			s.Errorf("an account's page runs %s", what)
		}
	}
	s.send("sato", newPath, url.Values{"product": {"esx"}, "title": {list[0]}, "text": {strings.Join(list, "\n")}, "to": {"text"}})
}
