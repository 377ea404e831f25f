package notify

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/mail"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// holdsCanary looks into everything that leaves: head, both bodies, and the
// bytes after their encodings are undone.
func holdsCanary(t *testing.T, m Mail) bool {
	t.Helper()
	subject, text, page := parsed(t, m.EML())
	return strings.Contains(subject+text+page+m.Subject+m.Text+m.HTML, canary)
}

func TestNotesOfTheStoriesStayInTheHouse(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			if holdsCanary(t, x.mail) {
				t.Errorf("%s %s tells a note:\n%s", code, x.effect.Template, x.mail.Text)
			}
		})
	}
}

// filled is a fact of a kind with every text set to one id, and the rest to
// values that its readers can live with.
func filled(t interface{ Fatal(...any) }, kind string, seq int64, by support.Actor, at time.Time, text int64) support.Fact {
	raw, err := json.Marshal(map[string]any{"seq": seq, "kind": kind, "at": at, "by": by, "body": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	var f support.Fact
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(f.Body)).Elem()
	fill(v, text, at)
	f.Body = v.Interface().(support.Body)
	return f
}

func fill(v reflect.Value, text int64, at time.Time) {
	switch x := v.Addr().Interface().(type) {
	case *support.Text:
		*x = support.Text{ID: text, SHA256: "00"}
		return
	case *time.Time:
		*x = at
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text, at)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), text, at)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text, at)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	}
}

const openText, secretText = 900, 901

// standIn is a fact of a kind whose texts are open, or secret when customers
// must not see it.
func standIn(t interface{ Fatal(...any) }, kind string, of support.Turn, seq int64, by support.Actor, at time.Time) support.Fact {
	f := filled(t, kind, seq, by, at, openText)
	if b, ok := f.Body.(support.AskOpened); ok {
		b.Of = of
		f.Body = b
	}
	if !support.Public(f) {
		f.Body = filledBody(f.Body, secretText, at)
	}
	return f
}

// tellsNothing renders facts under a template and fails where a text or the
// existence of something that is not public comes out.
func tellsNothing(t *testing.T, base *story, name string, facts []support.Fact, fatal func(string, ...any)) {
	t.Helper()
	tpl := templates[name]
	r := *base.r
	r.Filed.Title = support.Text{ID: openText}
	e := support.Effect{Key: "r10000000.1.mail.c31", Kind: "mail", Template: name, Seq: 1, Last: int64(len(facts)),
		Recipient: support.Recipient{Kind: support.ToContact, ID: sato}}
	if tpl.staff {
		e.Recipient = support.Recipient{Kind: support.ToStaff, ID: ito}
	}
	n := base.notice(e)
	n.Request, n.Facts, n.Texts = &r, facts, map[int64]string{openText: "said openly", secretText: canary}
	n.Recipient.Staff, n.Recipient.Email = tpl.staff, "somebody@example.com"
	m, err := Render(n)
	if err != nil {
		if !strings.Contains(err.Error(), "nothing to tell") {
			fatal("%v", err)
		}
		return
	}
	if holdsCanary(t, m) {
		fatal("%s tells what is not public:\n%s", name, m.Text)
	}
	if !tpl.staff && strings.Contains(m.Text, "internal note") {
		fatal("%s tells a customer that there is a note:\n%s", name, m.Text)
	}
}

var someActors = []support.Actor{{Kind: support.Customer, ID: suzuki}, {Kind: support.Vendor, ID: ito}, {Kind: support.System}}

// Every kind of fact under every template, with notes around it: what is not
// public is not told to a customer, and no text of it to anybody.
func TestNoMailTellsWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	base := technical(t, lang.English)
	for name, tpl := range templates {
		var main string
		for _, kind := range support.FactKinds() {
			if f := filled(t, kind, 1, someActors[1], base.now, openText); tpl.tells(f) && support.Public(f) {
				main = kind
				break
			}
		}
		for _, kind := range support.FactKinds() {
			for _, of := range []support.Turn{support.TurnSupport, support.TurnCustomer, support.TurnThirdParty} {
				if kind != "ask_opened" && of != support.TurnSupport {
					continue
				}
				var facts []support.Fact
				for i, k := range []string{"note_added", kind, main, "note_added", kind} {
					if k != "" {
						facts = append(facts, standIn(t, k, of, int64(i+1), someActors[i%len(someActors)], base.now))
					}
				}
				tellsNothing(t, base, name, facts, t.Errorf)
			}
		}
	}
}

// The same in any order and number.
func TestNoMailTellsWhatIsNotPublicInAnyOrder(t *testing.T) {
	t.Parallel()
	base := technical(t, lang.English)
	kinds := support.FactKinds()
	for range 8 {
		kinds = append(kinds, "note_added", "ask_opened")
	}
	rapid.Check(t, func(rt *rapid.T) {
		var facts []support.Fact
		for i := range rapid.IntRange(1, 8).Draw(rt, "facts") {
			of := rapid.SampledFrom([]support.Turn{support.TurnSupport, support.TurnCustomer, support.TurnThirdParty}).Draw(rt, "of")
			facts = append(facts, standIn(rt, rapid.SampledFrom(kinds).Draw(rt, "kind"), of, int64(i+1),
				rapid.SampledFrom(someActors).Draw(rt, "by"), base.now))
		}
		for name := range templates {
			tellsNothing(t, base, name, facts, rt.Fatalf)
		}
	})
}

func filledBody(b support.Body, text int64, at time.Time) support.Body {
	v := reflect.New(reflect.TypeOf(b)).Elem()
	v.Set(reflect.ValueOf(b))
	of := reflect.Value{}
	if v.Kind() == reflect.Struct && v.FieldByName("Of").IsValid() {
		of = reflect.ValueOf(v.FieldByName("Of").Interface())
	}
	fill(v, text, at)
	if of.IsValid() {
		v.FieldByName("Of").Set(of)
	}
	return v.Interface().(support.Body)
}

// Facts before and after those of the effect are not told with it.
func TestAMailTellsItsOwnFactsOnly(t *testing.T) {
	t.Parallel()
	s := technical(t, lang.English)
	first, _ := s.first("comment")
	ask, _ := s.first("ask")
	if strings.Contains(ask.mail.Text, "roll the firmware") || strings.Contains(first.mail.Text, "Here it is") {
		t.Errorf("a mail tells what another one told:\n%s\n%s", first.mail.Text, ask.mail.Text)
	}
}

// A text that was erased meanwhile does not leave the house; the mail says so.
func TestErasedTextsAreSaidToBeErased(t *testing.T) {
	t.Parallel()
	s := technical(t, lang.Japanese)
	x, _ := s.first("comment")
	n := s.notice(x.effect)
	n.Texts = map[int64]string{}
	m, err := Render(n)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.Text, "この文章は消去されました") || strings.Contains(m.Text, "ファームウェア") {
		t.Errorf("an erased text reads:\n%s", m.Text)
	}
}

// What people write cannot begin a header, end a part or become markup.
func TestWordsOfPeopleStayWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		evil := rapid.SampledFrom([]string{
			"a\r\nBcc: victim@example.com", "\n\n--=_0\r\n", "</title><script>alert(1)</script>", "=?utf-8?b?QmNj?=", "\x00\x07", "日本\r\nX: y",
			"\"quoted\" <x@y>", "\u202egnp.exe",
		}).Draw(rt, "evil") + rapid.String().Draw(rt, "rest")
		s := newStory(t, lang.English)
		s.r.Filed = support.Filed{Kind: support.Technical, Contact: sato, Title: support.Text{ID: 1}}
		f := support.Fact{Seq: 1, At: s.now, By: support.Actor{Kind: support.Vendor, ID: ito}, Body: support.Commented{Text: support.Text{ID: 1}}}
		s.r.Seq = 1
		s.facts, s.texts[1] = []support.Fact{f}, evil
		n := s.notice(support.Effect{Key: "r10000000.1.mail.c31", Kind: "mail", Template: "comment", Seq: 1, Last: 1,
			Recipient: support.Recipient{Kind: support.ToContact, ID: sato}})
		n.Recipient.Family, n.Desk.Name = evil, evil
		m, err := Render(n)
		if err != nil {
			rt.Fatal(err)
		}
		msg, err := mail.ReadMessage(strings.NewReader(string(m.EML())))
		if err != nil {
			rt.Fatal(err)
		}
		if len(msg.Header) != 10 {
			rt.Fatalf("%d headers: %v", len(msg.Header), msg.Header)
		}
		if strings.Contains(m.HTML, "<script") {
			rt.Fatalf("markup came through:\n%s", m.HTML)
		}
		parsed(t, m.EML())
	})
}

func TestWrongNoticesAreRefused(t *testing.T) {
	t.Parallel()
	s := technical(t, lang.English)
	x, _ := s.first("comment")
	for want, spoil := range map[string]func(*Notice){
		"no template":        func(n *Notice) { n.Effect.Template = "unheard_of" },
		"not for this":       func(n *Notice) { n.Recipient.Staff = true },
		"no address":         func(n *Notice) { n.Recipient.Email = "" },
		"request is missing": func(n *Notice) { n.Request = nil },
		"nothing to tell":    func(n *Notice) { n.Facts = nil },
	} {
		n := s.notice(x.effect)
		spoil(&n)
		if _, err := Render(n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Every template that the core may name exists, and no other.
func TestTemplatesAreThoseOfTheCore(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "support", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	take := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && s != "" {
				named[s] = true
			}
		}
	}
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && id.Name == "told" && len(n.Elts) > 0 {
				take(n.Elts[0])
			}
		case *ast.CallExpr:
			name := fmt.Sprint(n.Fun)
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
				name = fmt.Sprint(sel.X) + "." + sel.Sel.Name
			}
			switch name {
			case "e.mail", "e.page", "toOwner", "e.tell", "tell", "e.runsOut":
				take(n.Args[0])
			case "e.add":
				take(n.Args[1])
			}
		}
		return true
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, look)
	}
	for name := range named {
		if _, ok := templates[name]; !ok {
			t.Errorf("the core names the template %s, which does not exist", name)
		}
	}
	for name := range templates {
		if !named[name] {
			t.Errorf("no effect of the core uses the template %s", name)
		}
	}
}
